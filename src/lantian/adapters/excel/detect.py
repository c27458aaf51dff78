"""Which layout a file follows, and which of its columns holds which field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from lantian.adapters.excel import units
from lantian.adapters.excel.fields import KEYS, Kind
from lantian.adapters.excel.layout import Column, Layout, TableLayout
from lantian.adapters.lake.source import SheetSource

ACCEPT_SCORE = 0.3
ACCEPT_RENAMED = 0.6
_BRACKET = re.compile(r"^(.*?)[(\[]([^()\[\]]*)[)\]]$", re.DOTALL)


@cache
def normal(header: str) -> str:
    """Return a header without what does not matter: case, spaces, width, a required mark."""
    text = unicodedata.normalize("NFKC", header)
    return "".join(text.split()).strip("*").casefold()


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of one sheet, indexed by name with and without a unit in brackets."""

    row: int
    names: tuple[str, ...]
    index: dict[str, list[int]]
    unit: dict[int, str]

    def find(self, wanted: Iterable[str]) -> list[int]:
        """Return the columns under the first of the wanted names that is there."""
        for name in wanted:
            found = self.index.get(normal(name))
            if found:
                return found
        return []


def headers(source: SheetSource) -> list[Header]:
    """Return every preview row read as a header."""
    out: list[Header] = []
    for number, row in enumerate(source.preview(), 1):
        names = tuple(c if isinstance(c, str) else "" for c in row)
        index: dict[str, list[int]] = {}
        unit: dict[int, str] = {}
        for i, name in enumerate(names):
            key = normal(name)
            if not key:
                continue
            match = _BRACKET.match(key)
            index.setdefault(key, []).append(i)
            if match and match.group(1):
                index.setdefault(match.group(1), []).append(i)
                unit[i] = match.group(2)
        out.append(Header(number, names, index, unit))
    return out


@dataclass(slots=True)
class TableMatch:
    """One table of the layout found in one sheet."""

    table: TableLayout
    source: SheetSource
    header: Header
    columns: dict[str, int]  # column key -> index in the sheet
    extra: dict[str, int]  # headers of group_by, join and where -> index
    renamed: bool = False

    @property
    def ratio(self) -> float:
        """Share of the table's headed columns that were found."""
        headed = self.table.headed
        return len(self.columns) / len(headed) if headed else 1.0

    def unit(self, column: Column) -> tuple[str, Decimal, str]:
        """Return unit and factor in force for a column, and the header's unit if it differs."""
        index = self.columns[column.key]
        said = self.header.unit.get(index)
        if column.spec.kind is not Kind.DECIMAL or not said:
            return column.unit, column.factor, ""
        if any(normal(h) == normal(self.header.names[index]) for h in column.headers):
            return column.unit, column.factor, ""  # the bracket is part of the layout's own name
        if units.spelled(said) == units.spelled(normal(column.unit)) or said == normal(column.unit):
            return column.unit, column.factor, ""
        for unit in units.known(column.spec.unit):
            if normal(unit) in (said, normal(units.spelled(said))):
                scale = units.factor(unit, column.spec.unit)
                assert scale is not None
                if scale == column.factor:
                    return column.unit, column.factor, ""
                return unit, scale, said
        return column.unit, column.factor, said


@dataclass(slots=True)
class LayoutMatch:
    """How well a layout fits a file."""

    layout: Layout
    tables: list[TableMatch] = field(default_factory=list)
    missing: list[TableLayout] = field(default_factory=list)
    unused: list[SheetSource] = field(default_factory=list)

    @property
    def score(self) -> float:
        """How sure the match is, 0 to 1.

        The share of the layout's columns that were found; or, for a short list whose required
        tables are all there by their keys, the share of its own columns that the layout knows.
        """
        total = sum(len(t.headed) for t in self.layout.tables.values())
        best: dict[str, int] = {}
        for match in self.tables:
            name = match.table.name
            best[name] = max(best.get(name, 0), len(match.columns))
        coverage = sum(best.values()) / total if total else 0.0
        needed = {t.name for t in self.layout.tables.values() if t.required}
        if needed - {m.table.name for m in self.tables if _keyed(m)}:
            return coverage
        named = sum(sum(bool(n.strip()) for n in m.header.names) for m in self.tables)
        return max(coverage, sum(len(m.columns) for m in self.tables) / named if named else 0.0)

    def known_columns(self, sources: Sequence[SheetSource]) -> int:
        """Return how many columns of a table the best sheet has, over all tables."""
        return max(
            (
                len(best.columns)
                for t in self.layout.tables.values()
                for best in _nearest(t, sources)
            ),
            default=0,
        )

    def lacking(self, sources: Sequence[SheetSource]) -> list[str]:
        """Return the sheets that are missing, or the required columns where any sheet would do."""
        lacks: dict[str, None] = {}
        for table in self.missing:
            if table.sheet != "*":
                lacks[table.sheet] = None
                continue
            found = {key for best in _nearest(table, sources) for key in best.columns}
            wanted = (c for c in table.headed if c.required and c.key not in found)
            lacks |= dict.fromkeys(c.headers[0] for c in wanted)
        return list(lacks)


def match_layout(layout: Layout, sources: Sequence[SheetSource]) -> LayoutMatch:
    """Return where each table of `layout` is in `sources`."""
    result = LayoutMatch(layout)
    heads = {id(s): headers(s) for s in sources}
    taken: set[int] = set()
    open_tables: list[TableLayout] = []
    for table in layout.tables.values():
        found = _by_name(table, sources, heads)
        if not found and table.sheet != "*":
            open_tables.append(table)
        elif not found:
            result.missing.append(table)
        result.tables += found
        taken |= {id(m.source) for m in found}
    for table in open_tables:
        candidates = [_best(table, s, heads[id(s)]) for s in sources if id(s) not in taken]
        good = [m for m in candidates if m is not None and m.ratio >= ACCEPT_RENAMED and _keyed(m)]
        if good:
            best = max(good, key=lambda m: m.ratio)
            best.renamed = True
            result.tables.append(best)
            taken.add(id(best.source))
        else:
            result.missing.append(table)
    cover = normal(layout.cover_sheet)
    result.unused = [s for s in sources if id(s) not in taken and normal(s.name) != cover]
    return result


def _by_name(
    table: TableLayout, sources: Sequence[SheetSource], heads: dict[int, list[Header]]
) -> list[TableMatch]:
    if table.sheet == "*":
        matches = [_best(table, s, heads[id(s)]) for s in sources]
        return [m for m in matches if m is not None and _keyed(m) and m.ratio >= ACCEPT_RENAMED]
    for name in (table.sheet, *table.aliases):
        for source in sources:
            if normal(source.name) == normal(name):
                best = _best(table, source, heads[id(source)])
                return [best] if best is not None else [_empty(table, source)]
    return []


def _keyed(match: TableMatch) -> bool:
    """Whether the key fields and all grouping headers are there."""
    keys = set(KEYS[match.table.name])
    headed = {c.spec.key for c in match.table.headed if c.key in match.columns}
    other = {c.spec.key for c in match.table.columns if not c.headers}
    return keys <= headed | other and all(h in match.extra for h in match.table.group_by)


def _best(table: TableLayout, source: SheetSource, heads: list[Header]) -> TableMatch | None:
    matches = [_at(table, source, head) for head in heads]
    # On a tie the row the layout names wins, then the earlier one.
    return max(
        matches,
        key=lambda m: (
            len(m.columns) + len(m.extra),
            m.header.row == table.header_row,
            -m.header.row,
        ),
        default=None,
    )


def _nearest(table: TableLayout, sources: Sequence[SheetSource]) -> list[TableMatch]:
    """Return the sheet that comes nearest to the table, whatever its name; none if there is none."""
    matches = [m for s in sources if (m := _best(table, s, headers(s))) is not None]
    return [max(matches, key=lambda m: len(m.columns))] if matches else []


def _at(table: TableLayout, source: SheetSource, head: Header) -> TableMatch:
    columns: dict[str, int] = {}
    for column in table.headed:
        found = head.find(column.headers)
        if found:
            columns[column.key] = found[0]
    extra: dict[str, int] = {}
    for name in _extra_headers(table):
        found = head.find((name,))
        if found:
            extra[name] = found[0]
    return TableMatch(table, source, head, columns, extra)


def _empty(table: TableLayout, source: SheetSource) -> TableMatch:
    return TableMatch(table, source, Header(table.header_row, (), {}, {}), {}, {})


def _extra_headers(table: TableLayout) -> tuple[str, ...]:
    wanted = list(table.group_by)
    for column in table.columns:
        wanted += column.join
        if column.where is not None:
            wanted.append(column.where.header)
    return tuple(dict.fromkeys(wanted))
