"""Loads the rules of ambient air and answers with the edition of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lantian.kernel.problem import Problem
from lantian.rulebook.air_tables.build import build_index, build_limits, build_method
from lantian.rulebook.air_tables.model import AirIndex, AirLimits, AirMethod
from lantian.rulebook.air_tables.schema import IndexFile, LimitsFile, MethodFile
from lantian.rulebook.rooms import Builder, on_or_first, read_room, refusals
from lantian.rulebook.timeline import Series

AIR_KINDS: dict[str, tuple[type[Any], Builder]] = {
    "air-index": (IndexFile, build_index),
    "air-limits": (LimitsFile, build_limits),
    "air-method": (MethodFile, build_method),
}


def load_air(*extra: Path) -> AirRules:
    """Return the rules of ambient air, each folder of `extra` laid over the packaged ones.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    return _packaged() if not extra else _load(tuple(Path(p) for p in extra))


@cache
def _packaged() -> AirRules:
    return _load(())


def check_air(*extra: Path) -> tuple[Problem, ...]:
    """Return what `load_air` would refuse."""
    return refusals(load_air, extra)


def _load(extra: tuple[Path, ...]) -> AirRules:
    return AirRules(read_room("air", AIR_KINDS, extra))


class AirRules:
    """Index, limits and method by day; or by edition, for a period judged under another one."""

    def __init__(self, series: Mapping[str, Series[Any]]) -> None:
        self._series = series

    def index(self, day: date) -> AirIndex:
        """Return the index of a day; before the first edition, the first."""
        found: AirIndex = self._on("air-index", day)
        return found

    def limits(self, day: date) -> AirLimits:
        """Return the limits of a day; before the first edition, the first."""
        found: AirLimits = self._on("air-limits", day)
        return found

    def method(self, day: date) -> AirMethod:
        """Return the method of a day; before the first edition, the first."""
        found: AirMethod = self._on("air-method", day)
        return found

    def starts(self) -> date:
        """Return the first day on which the index holds nationwide."""
        return min(e.head.valid_from for e in self._series["air-index"].entries)

    def editions(self) -> tuple[str, ...]:
        """Return the editions of the index, oldest first."""
        return tuple(dict.fromkeys(e.head.edition for e in self._series["air-index"].entries))

    def day_of(self, edition: str) -> date:
        """Return the first day of an edition of the index: every other rule of that day goes with it.

        Raises
        ------
        KeyError
            If there is no such edition.
        """
        for entry in self._series["air-index"].entries:
            if entry.head.edition == edition:
                return entry.head.valid_from
        raise KeyError(edition)

    def open_points(self, day: date) -> tuple[str, ...]:
        """Return what is not known of the method of a day."""
        return self.method(day).open_zh

    def _on(self, kind: str, day: date) -> Any:
        return on_or_first(self._series[kind], day)
