"""What a table of raw cells looks like to the list reader, whatever file it came from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

PREVIEW_ROWS = 15
BLOCK_ROWS = 20_000

Progress = Callable[[str, int, int], None]
"""Told a stage or sheet, how many rows are done, and about how many there are."""


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that holds an Excel error value such as ``#REF!``."""

    text: str


@dataclass(frozen=True, slots=True)
class FormulaCell:
    """A formula without a stored result."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive rows: their numbers in the source and their cells column by column.

    A cell is None, str, int, float, Decimal, bool, date, datetime, `ErrorCell` or `FormulaCell`.
    """

    rows: Sequence[int]
    columns: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something about a sheet that is not in a cell's value: kind and Excel address.

    `kind` is ``merged``, ``hidden_row``, ``hidden_column``, ``hidden_sheet`` or ``ragged``;
    `count` is how many rows it covers, or how many fields a ragged row has.
    """

    kind: str
    area: str
    row: int = 0
    count: int = 1


class SheetSource(Protocol):
    """One sheet of a workbook or one file of a folder."""

    file: str
    name: str
    typed: bool  # whether numbers and texts are different things in this source

    def preview(self) -> Sequence[Sequence[Any]]:
        """Return the first `PREVIEW_ROWS` rows; the first is row 1."""
        ...

    def blocks(self, after_row: int, numeric: Collection[int]) -> Iterator[Block]:
        """Yield the rows below `after_row`; columns in `numeric` keep every digit."""
        ...

    def row_estimate(self) -> int:
        """Return about how many rows there are, for a progress bar."""
        ...

    def oddities(self) -> Sequence[Oddity]:
        """Return what was noticed besides values; complete once `blocks` is exhausted."""
        ...
