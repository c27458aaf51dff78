"""Loads the rules of surface water and answers with the edition of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lantian.kernel.problem import Problem
from lantian.rulebook.rooms import Builder, on_or_first, read_room, refusals
from lantian.rulebook.timeline import Series
from lantian.rulebook.water_tables.build import build_limits, build_method
from lantian.rulebook.water_tables.model import WaterLimits, WaterMethod
from lantian.rulebook.water_tables.schema import WaterLimitsFile, WaterMethodFile

WATER_KINDS: dict[str, tuple[type[Any], Builder]] = {
    "water-limits": (WaterLimitsFile, build_limits),
    "water-method": (WaterMethodFile, build_method),
}


def load_water(*extra: Path) -> WaterRules:
    """Return the rules of surface water, each folder of `extra` laid over the packaged ones.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    return _packaged() if not extra else _load(tuple(Path(p) for p in extra))


@cache
def _packaged() -> WaterRules:
    return _load(())


def _load(extra: tuple[Path, ...]) -> WaterRules:
    return WaterRules(read_room("water", WATER_KINDS, extra))


def check_water(*extra: Path) -> tuple[Problem, ...]:
    """Return what `load_water` would refuse."""
    return refusals(load_water, extra)


class WaterRules:
    """Limits and method by day."""

    def __init__(self, series: Mapping[str, Series[Any]]) -> None:
        self._series = series

    def limits(self, day: date) -> WaterLimits:
        """Return the limits of a day; before the first edition, the first."""
        found: WaterLimits = on_or_first(self._series["water-limits"], day)
        return found

    def method(self, day: date) -> WaterMethod:
        """Return the method of a day; before the first edition, the first."""
        found: WaterMethod = on_or_first(self._series["water-method"], day)
        return found
