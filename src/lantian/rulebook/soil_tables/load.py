"""Loads the rules of soil and answers with the edition of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook.build import Shelf, build_law
from lantian.rulebook.model import LawArticle
from lantian.rulebook.process_tables import ProcessRules, load_processes
from lantian.rulebook.rooms import Builder, refusals, room_entries, room_files, room_series
from lantian.rulebook.soil_tables.build import build_land_use, build_limits, build_survey
from lantian.rulebook.soil_tables.build_parcel import build_parcel, check_fit
from lantian.rulebook.soil_tables.build_spot import build_spot_check
from lantian.rulebook.soil_tables.model import LandUses, SoilLimits, SurveyMethod
from lantian.rulebook.soil_tables.parcel_model import ParcelProcess, ParcelRules
from lantian.rulebook.soil_tables.schema import (
    LandUseFile,
    ParcelProcessFile,
    SoilLimitsFile,
    SpotCheckFile,
    SurveyFile,
)
from lantian.rulebook.soil_tables.spot_model import SpotCheck
from lantian.rulebook.timeline import Entry, Series

SOIL_KINDS: dict[str, tuple[type[Any], Builder]] = {
    "soil-limits": (SoilLimitsFile, build_limits),
    "soil-land-use": (LandUseFile, build_land_use),
    "soil-survey": (SurveyFile, build_survey),
    "soil-process": (ParcelProcessFile, build_parcel),
    "soil-spot-check": (SpotCheckFile, build_spot_check),
}


def load_soil(*extra: Path) -> SoilRules:
    """Return the rules of soil, each folder of `extra` laid over the packaged ones.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    return _packaged() if not extra else _load(tuple(Path(p) for p in extra))


@cache
def _packaged() -> SoilRules:
    return _load(())


def check_soil(*extra: Path) -> tuple[Problem, ...]:
    """Return what `load_soil` would refuse."""
    return refusals(load_soil, extra)


def _load(extra: tuple[Path, ...]) -> SoilRules:
    schemas = {kind: schema for kind, (schema, _) in SOIL_KINDS.items()}
    processes = load_processes(*extra)
    files = room_files(("soil", "law"), schemas, extra)
    shelf = Shelf()
    entries = room_entries(files, SOIL_KINDS, shelf)
    for file in files:
        if file.model.kind == "law":
            build_law(file, shelf)
    laws = {duty: Series(f"law.{duty}", own) for duty, own in shelf.laws.items()}
    _check_grounds(entries["soil-process"], laws, shelf)
    check_fit(entries["soil-process"], processes, shelf)
    if shelf.problems:
        raise LantianError(*shelf.problems)
    return SoilRules(room_series(entries), laws, processes)


def _check_grounds(
    entries: list[Entry[Any]], laws: Mapping[str, Series[LawArticle]], shelf: Shelf
) -> None:
    known = ", ".join(sorted(key for key in laws if key.startswith("soil-")))
    for entry in entries:
        own: ParcelRules = entry.value
        grounds = [d.ground for d in own.duties.values()]
        grounds += [t.ground for t in own.triggers.values()]
        for key in dict.fromkeys(grounds):
            if key not in laws:
                shelf.refuse("R033", entry.file, (), detail=key, known=known)


class SoilRules:
    """Limits, land use, survey method, process and spot checks by day, and the law behind them."""

    def __init__(
        self, series: Mapping[str, Series[Any]], laws: Mapping[str, Series[LawArticle]],
        processes: ProcessRules,
    ) -> None:  # fmt: skip
        self._series, self._laws, self._processes = series, laws, processes
        self._joined: dict[tuple[int, int], ParcelProcess] = {}

    def limits(self, day: date) -> SoilLimits:
        """Return the screening and intervention values of a day (R030 before 2018-08-01)."""
        found: SoilLimits = self._series["soil-limits"].on(day)
        return found

    def land_uses(self, day: date) -> LandUses:
        """Return the land-use codes of a day."""
        found: LandUses = self._series["soil-land-use"].on(day)
        return found

    def survey(self, day: date) -> SurveyMethod:
        """Return the method of surveys of a day."""
        found: SurveyMethod = self._series["soil-survey"].on(day)
        return found

    def process(self, day: date) -> ParcelProcess:
        """Return the statutory process of a day (R030 before 2019-01-01)."""
        own: ParcelRules = self._series["soil-process"].on(day)
        process = self._processes.on(own.process, day)
        key = (id(own), id(process))  # both live as long as these rules
        if key not in self._joined:
            self._joined[key] = ParcelProcess(process, own)
        return self._joined[key]

    def spot_check(self, day: date) -> SpotCheck:
        """Return the rules of spot checks of a day (R030 before 2022-07-07)."""
        found: SpotCheck = self._series["soil-spot-check"].on(day)
        return found

    def article(self, ground: str, day: date) -> LawArticle | None:
        """Return the article behind a duty on a day; None where none was found for that day."""
        return self._laws[ground].at(day)
