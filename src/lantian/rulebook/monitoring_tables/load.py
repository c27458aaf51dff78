"""Loads the rules of automatic monitoring and answers with the edition of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lantian.kernel.problem import Problem
from lantian.rulebook.method import Method
from lantian.rulebook.monitoring_tables import build, quality, schema
from lantian.rulebook.monitoring_tables.model import (
    WASTE_INCINERATION,
    ExceedanceRules,
    Factors,
    Flags,
    MarkScheme,
    Medium,
    OxygenTable,
    Substitution,
)
from lantian.rulebook.rooms import Builder, on_or_first, read_room, refusals
from lantian.rulebook.timeline import Series

MONITORING_KINDS: dict[str, tuple[type[Any], Builder]] = {
    "monitoring-factors": (schema.FactorsFile, build.build_factors),
    "monitoring-flags": (schema.FlagsFile, build.build_flags),
    "monitoring-gas": (schema.ValuesFile, build.build_values),
    "monitoring-water": (schema.ValuesFile, build.build_values),
    "monitoring-alarm": (schema.ValuesFile, build.build_values),
    "monitoring-marks": (schema.MarksFile, build.build_marks),
    "monitoring-marks-waste": (schema.MarksFile, build.build_marks),
    "monitoring-exceedance": (schema.ExceedanceFile, build.build_exceedance),
    "monitoring-substitution": (schema.SubstitutionFile, build.build_substitution),
    "monitoring-oxygen": (schema.OxygenFile, build.build_oxygen),
    "monitoring-quality-gas": (quality.QualityFile, quality.build_quality),
    "monitoring-quality-water": (quality.QualityFile, quality.build_quality),
}


def load_monitoring(*extra: Path) -> MonitoringRules:
    """Return the rules of monitoring, each folder of `extra` laid over the packaged ones.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    return _packaged() if not extra else _load(tuple(Path(p) for p in extra))


@cache
def _packaged() -> MonitoringRules:
    return _load(())


def _load(extra: tuple[Path, ...]) -> MonitoringRules:
    return MonitoringRules(read_room("monitoring", MONITORING_KINDS, extra))


def check_monitoring(*extra: Path) -> tuple[Problem, ...]:
    """Return what `load_monitoring` would refuse."""
    return refusals(load_monitoring, extra)


class MonitoringRules:
    """Every rule of automatic monitoring by day.

    Where nothing is in force on a day, a rule that decides (`rollup`, `exceedance`,
    `substitution`, `alarm`, `flags`) is refused with R030; `marks` answers None, because data
    without marking rules are simply judged without marks.
    """

    def __init__(self, series: Mapping[str, Series[Any]]) -> None:
        self._series = series

    def factors(self, day: date) -> Factors:
        """Return the factor codes of a day; before the first edition, the first."""
        found: Factors = on_or_first(self._series["monitoring-factors"], day)
        return found

    def flags(self, day: date) -> Flags:
        """Return the data flags of a day."""
        found: Flags = self._series["monitoring-flags"].on(day)
        return found

    def rollup(self, medium: Medium, day: date) -> Method:
        """Return the numbers of validity of a medium on a day."""
        kind = "monitoring-gas" if medium is Medium.AIR else "monitoring-water"
        found: Method = self._series[kind].on(day)
        return found

    def exceedance(self, day: date) -> ExceedanceRules:
        """Return what counts as an exceedance on a day."""
        found: ExceedanceRules = self._series["monitoring-exceedance"].on(day)
        return found

    def substitution(self, day: date) -> Substitution:
        """Return how missing data were replaced on a day."""
        found: Substitution = self._series["monitoring-substitution"].on(day)
        return found

    def alarm(self, day: date) -> Method:
        """Return the figures an alarm lives by."""
        found: Method = self._series["monitoring-alarm"].on(day)
        return found

    def oxygen(self, day: date) -> OxygenTable:
        """Return reference oxygen by plant."""
        found: OxygenTable = on_or_first(self._series["monitoring-oxygen"], day)
        return found

    def quality(self, medium: Medium, day: date) -> quality.QualityRules:
        """Return the rules of quality control of a medium on a day."""
        gas = medium is Medium.AIR
        found: quality.QualityRules = self._series[
            "monitoring-quality-gas" if gas else "monitoring-quality-water"
        ].on(day)
        return found

    def marks(self, trade: str, day: date) -> MarkScheme | None:
        """Return the marking rules of a trade on a day; None where none is in force."""
        waste = trade == WASTE_INCINERATION
        series = self._series["monitoring-marks-waste" if waste else "monitoring-marks"]
        for entry in reversed(series.entries):
            if entry.head.in_force(day):
                found: MarkScheme = entry.value
                return found
        return None
