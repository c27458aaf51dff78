"""The daily values of every city of a file, with the index of each day under its edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from lantian.domain.air.complaint import complain
from lantian.domain.air.index import NONE, ORDER, index_columns
from lantian.domain.air.scaled import Scaled
from lantian.domain.air.statistics import CityDays
from lantian.jobs.air.aqi import AUTO
from lantian.jobs.air.read import AirBlock, AirFile
from lantian.jobs.told import Told
from lantian.kernel.problem import Place
from lantian.rulebook.air_tables import AirRules


@dataclass(frozen=True, slots=True)
class Cities:
    """Cities of a file by name, how many rows it had and how many were not used."""

    by_name: dict[str, CityDays]
    rows: int
    rows_unused: int
    given_index_days: int


def read_cities(
    path: Path,
    air: AirRules,
    edition: str,
    told: Told,
    wanted: Callable[[date], bool] | None = None,
) -> Cities:
    """Return the cities of a daily file, only the days that are wanted.

    A day that lacks a pollutant but carries an index of its own in the file keeps that index
    (told as A020), where the edition asked for is that of the day: deducted and partly missing
    days cannot be recomputed.

    Raises
    ------
    LantianError
        A001, A002.
    """
    file = AirFile(path, hourly=False, told=told, air=air, wanted=wanted)
    names: list[str] = []
    ordinals: list[int] = []
    columns: dict[str, list[Scaled]] = {p: [] for p in ORDER}
    given: list[Scaled] = []
    for block in file.blocks():
        at = np.flatnonzero(block.usable)
        names += [block.places[i] for i in at.tolist()]
        ordinals += [_ordinal(block, i) for i in at.tolist()]
        nothing = Scaled(np.zeros(len(at), np.int64), np.zeros(len(at), bool), 1)
        for p in ORDER:
            column = block.concentrations.get(p)
            columns[p].append(column.pick(at) if column is not None else nothing)
        given.append(block.given_aqi.pick(at) if block.given_aqi is not None else nothing)
    joined = {p: concatenate(parts) for p, parts in columns.items()}
    days = np.array(ordinals, dtype=np.int64)
    aqi, level, primary, kept = _index(joined, days, concatenate(given), air, edition)
    if kept:
        place = Place(file=path.name)
        told.add(complain("A020", place, detail=kept))
    found: dict[str, CityDays] = {}
    city_names, which = np.unique(np.array(names, dtype=object), return_inverse=True)
    for k, name in enumerate(city_names.tolist()):
        rows = np.flatnonzero(which == k)
        rows = rows[np.argsort(days[rows], kind="stable")]
        found[name] = CityDays(
            name,
            tuple(date.fromordinal(int(d)) for d in days[rows]),
            {p: c.pick(rows) for p, c in joined.items()},
            aqi[rows],
            level[rows],
            primary[rows],
        )
    return Cities(found, file.rows_read, file.rows_unused, kept)


def concatenate(parts: Sequence[Scaled]) -> Scaled:
    """Return arrays one after the other at their finest scale."""
    scale = max((p.scale for p in parts), default=1)
    if not parts:
        return Scaled(np.zeros(0, np.int64), np.zeros(0, bool), scale)
    return Scaled(
        np.concatenate([p.values * (scale // p.scale) for p in parts]),
        np.concatenate([p.present for p in parts]),
        scale,
    )


def _ordinal(block: AirBlock, i: int) -> int:
    stamp = block.stamps[i]
    assert stamp is not None
    return stamp.day.toordinal()


def _index(
    columns: dict[str, Scaled], days: np.ndarray, given: Scaled, air: AirRules, edition: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Return index, level and primary pollutants of every day, and how many kept their own."""
    aqi = np.full(len(days), NONE, dtype=np.int16)
    level = np.zeros(len(days), dtype=np.int8)
    primary = np.zeros(len(days), dtype=np.uint8)
    incomplete = np.zeros(len(days), dtype=bool)
    by_edition: dict[str, list[int]] = {}
    of_its_day: list[int] = []
    for day in np.unique(days).tolist():
        own = air.index(date.fromordinal(day))
        index = own if edition == AUTO else air.index(air.day_of(edition))
        by_edition.setdefault(index.head.edition, []).append(day)
        if index is own:
            of_its_day.append(day)
    for name, judged in by_edition.items():
        rows = np.flatnonzero(np.isin(days, judged))
        index = air.index(air.day_of(name))
        found = index_columns({p: c.pick(rows) for p, c in columns.items()}, index)
        aqi[rows], level[rows], primary[rows] = found.aqi, found.level, found.primary
        incomplete[rows] = ~found.complete
    own_index = incomplete & given.present & (given.values > 0) & np.isin(days, of_its_day)
    aqi = np.where(own_index, given.values // given.scale, aqi).astype(np.int16)
    tops = np.array([c.up_to for c in air.index(date.max).categories if c.up_to is not None])
    level = np.where(own_index, np.searchsorted(tops, aqi) + 1, level).astype(np.int8)
    return aqi, level, primary, int(own_index.sum())
