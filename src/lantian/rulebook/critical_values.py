"""Critical values of Spearman's rank correlation, dated and marked like every other rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import RuleFile
from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.model import RuleHead
from lantian.rulebook.rooms import Builder, on_or_first, read_room
from lantian.rulebook.schema import Dated, Strict
from lantian.rulebook.timeline import Series


class CriticalRow(Strict):
    """Critical values of |r| for one number of periods."""

    periods: int = Field(ge=4)
    at_005: Number
    at_001: Number


class CriticalFile(Dated):
    """`kind: critical-values`."""

    kind: Literal["critical-values"]
    rows: list[CriticalRow] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class CriticalValues:
    """One table: critical |r| at 0.05 and 0.01, one-sided, by number of periods."""

    head: RuleHead
    values: Mapping[int, tuple[Fraction, Fraction]]


def _build(file: RuleFile, shelf: Shelf) -> CriticalValues:
    model: CriticalFile = file.model
    sources = Sources(file, model.sources, shelf)
    values: dict[int, tuple[Fraction, Fraction]] = {}
    for i, row in enumerate(model.rows):
        if row.periods in values:
            shelf.refuse("R012", file, ("rows", i), detail=row.periods)
        values[row.periods] = (row.at_005, row.at_001)
    return CriticalValues(head_of(file, "statistics.spearman", sources, shelf=shelf), values)


CRITICAL_KINDS: dict[str, tuple[type[Any], Builder]] = {"critical-values": (CriticalFile, _build)}


@cache
def _packaged() -> Series[Any]:
    return read_room("statistics", CRITICAL_KINDS, ())["critical-values"]


def critical_values(day: date, *extra: Path) -> CriticalValues:
    """Return the table of a day, a bureau's own before the packaged one.

    Raises
    ------
    LantianError
        With every R-problem of the folders.
    """
    series = (
        read_room("statistics", CRITICAL_KINDS, extra)["critical-values"] if extra else _packaged()
    )
    found: CriticalValues = on_or_first(series, day)
    return found
