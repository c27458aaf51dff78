"""Several source rows into one row of the list: the aggregates of flat layouts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from lantian.adapters.excel.cells import text_of
from lantian.adapters.excel.layout import Column, TableLayout

MEAN_DIGITS = 28


class Grouper:
    """Collects rows by key and gives one row a key, in order of first appearance.

    `differs` is told of each row whose value breaks a ``same`` column: key, row, value kept.
    """

    def __init__(self, table: TableLayout, differs: Callable[[Column, int, str], None]) -> None:
        self._table = table
        self._differs = differs
        self._index: dict[tuple[str, ...], int] = {}
        self._first_row: list[int] = []
        self._values: dict[str, list[list[Any]]] = {c.key: [] for c in table.columns}

    def add(
        self,
        numbers: Sequence[int],
        columns: dict[str, Sequence[Any]],
        extra: dict[str, Sequence[Any]],
    ) -> None:
        """Add a block: typed columns by key, and the raw grouping columns by header."""
        keys = [[text_of(v) for v in extra[h]] for h in self._table.group_by]
        groups = [
            self._group(key, row) for key, row in zip(zip(*keys, strict=True), numbers, strict=True)
        ]
        for column in self._table.columns:
            values = columns.get(column.key)
            if values is None and column.take != "count":
                continue
            enters = _mask(column, extra, len(numbers))
            held = self._values[column.key]
            for i, group in enumerate(groups):
                while len(held) <= group:
                    held.append([])
                if not enters[i]:
                    continue
                value = 1 if values is None else values[i]
                if value is None or value == "":
                    continue
                slot = held[group]
                if column.take in ("first", "same") and slot:
                    if column.take == "same" and slot[0] != value:
                        self._differs(column, numbers[i], str(slot[0]))
                    continue
                slot.append(value)

    def _group(self, key: tuple[str, ...], row: int) -> int:
        found = self._index.get(key)
        if found is None:
            found = self._index[key] = len(self._first_row)
            self._first_row.append(row)
        return found

    def finish(self) -> tuple[list[int], dict[str, Sequence[Any]]]:
        """Return the first source row of each group and its columns."""
        n = len(self._first_row)
        out: dict[str, Sequence[Any]] = {}
        for column in self._table.columns:
            held = self._values[column.key]
            if held or column.take == "count":
                held += [[] for _ in range(n - len(held))]
                blank = "" if column.spec.kind.value in ("text", "grade", "sector") else None
                out[column.key] = [_taken(column.take, values, blank) for values in held]
        return self._first_row, out


def _mask(column: Column, extra: dict[str, Sequence[Any]], n: int) -> Sequence[bool]:
    if column.where is None:
        return [True] * n
    raw = extra.get(column.where.header)
    if raw is None:
        return [False] * n
    return [_above(value, column.where.above) for value in raw]


def _above(value: Any, limit: Decimal) -> bool:
    text = text_of(value)
    try:
        return bool(text) and Decimal(text) > limit
    except ArithmeticError:
        return False


def _taken(take: str, values: list[Any], blank: Any) -> Any:
    if take == "count":
        return Decimal(len(values))
    if not values:
        return blank
    if take in ("first", "same"):
        return values[0]
    if take == "min":
        return min(values)
    if take == "max":
        return max(values)
    with localcontext() as context:
        context.prec = 80
        total = sum(values, Decimal(0))
    if take == "sum":
        return total
    mean = Fraction(total) / len(values)
    with localcontext() as context:
        context.prec = MEAN_DIGITS
        return Decimal(mean.numerator) / Decimal(mean.denominator)
