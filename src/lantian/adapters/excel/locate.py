"""From a row of the list back to the cell it was read from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from lantian.adapters.excel.detect import TableMatch
from lantian.adapters.excel.fields import FIELDS
from lantian.adapters.excel.rows import LevelRow
from lantian.adapters.excel.sheetxml import column_letters
from lantian.kernel.problem import Place

Locate = Callable[[str, int, str], Place]


@dataclass(slots=True)
class Locator:
    """Knows for each table the sheets it came from and the first row number of each.

    Call it with a table, the `row` of a list row and a field; a field is an attribute's name or
    a full key (``annual_t.SO2``). Without a matching column the place is the row.
    """

    file: str
    _starts: dict[str, list[int]] = field(default_factory=dict)
    _matches: dict[str, list[TableMatch]] = field(default_factory=dict)
    _memo: dict[tuple[int, str, str], tuple[int, str] | None] = field(default_factory=dict)

    def add(self, match: TableMatch, offset: int) -> None:
        """Register a sheet whose row r carries the number `offset` + r in the list."""
        self._starts.setdefault(match.table.name, []).append(offset)
        self._matches.setdefault(match.table.name, []).append(match)

    def __call__(self, table: str, row: int, name: str = "") -> Place:
        """Return the place of a field of a row."""
        matches = self._matches.get(table)
        if not matches:
            return Place(file=self.file, sheet=table, row=row or None)
        starts = self._starts[table]
        which = max(0, bisect_right(starts, max(row - 1, 0)) - 1)
        match = matches[which]
        own_row = row - starts[which]
        found = self._column(match, which, name, row)
        if own_row < 1:
            return Place(file=match.source.file, sheet=match.source.name)
        if found is None:
            return Place(file=match.source.file, sheet=match.source.name, row=own_row)
        index, header = found
        return Place(
            file=match.source.file,
            sheet=match.source.name,
            cell=f"{column_letters(index)}{own_row}",
            row=own_row,
            column=header,
        )

    def _column(self, match: TableMatch, which: int, name: str, row: int) -> tuple[int, str] | None:
        level = row.level.value if isinstance(row, LevelRow) else ""
        memo = (which, match.table.name, f"{name}|{level}")
        if memo not in self._memo:
            self._memo[memo] = _find(match, name, level)
        return self._memo[memo]


def _find(match: TableMatch, name: str, level: str) -> tuple[int, str] | None:
    if not name:
        return None
    bare = _without_level(match, name)
    name = {"grade_text": "grade"}.get(name, name)
    for wanted in (f"{bare}.{level}", name, bare):
        for key, index in match.columns.items():
            if key == wanted:
                return index, match.header.names[index]
    for wanted in (name, bare):
        parts = wanted.split(".")
        for key, index in match.columns.items():
            own = key.split(".")
            if (
                level
                and level not in own
                and match.table.wide
                and any(c.key == key and c.level is not None for c in match.table.columns)
            ):
                continue
            if own[0] == parts[0] and all(p in own for p in parts):
                return index, match.header.names[index]
    return None


def _without_level(match: TableMatch, name: str) -> str:
    """Return ``share`` for ``share.red``, which a long sheet has no column for."""
    head, _, tail = name.rpartition(".")
    if match.table.name == "measure" and tail in ("yellow", "orange", "red"):
        return head
    return "grade" if name == "grade_text" and "grade" in FIELDS[match.table.name] else name
