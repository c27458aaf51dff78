"""From rows of the list to cells of a layout: the inverse of `cells` and `rows`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import attrgetter
from typing import Any

from lantian.adapters.excel import units
from lantian.adapters.excel.choices import choices
from lantian.adapters.excel.fields import SECTORS, Kind
from lantian.adapters.excel.layout import Column, Layout, TableLayout
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, Inventory, Measure, MeasureKind
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import Pollutant

Cell = str | Decimal | None


@dataclass(slots=True)
class Lost:
    """Rows a layout cannot hold, by reason."""

    reasons: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, table: str, why: str) -> None:
        """Count one row."""
        key = (table, why)
        self.reasons[key] = self.reasons.get(key, 0) + 1


def rows_of(inventory: Inventory, table: str) -> Sequence[Any]:
    """Return the list's rows of a table."""
    return {
        "firm": inventory.firms,
        "line": inventory.lines,
        "measure": inventory.measures,
        "dust": inventory.dust,
        "mobile": inventory.mobile,
        "total": inventory.totals,
    }[table]


def cells_of(
    layout: Layout, table: TableLayout, rows: Iterable[Any], lost: Lost
) -> Iterator[list[Cell]]:
    """Yield the cells of each sheet row, in the layout's column order and units."""
    getters = [getter(table.name, column) for column in table.columns]
    if not table.wide:
        for row in rows:
            yield [get(row) for get in getters]
        return
    shared = [c.level is None for c in table.columns]
    levels = [c.level for c in table.columns]
    for group in _wide_groups(rows):
        line: list[Cell] = [None] * len(getters)
        written = False
        for measure in group:
            own = _own_cells(measure, getters, levels)
            if measure.level is None or all(v is None for v in own.values()):
                why = "没有预警级别" if measure.level is None else "措施全为空白"
                lost.add(
                    table.name, f"{why} (no {'level' if measure.level is None else 'content'})"
                )
                continue
            written = True
            for i, value in own.items():
                line[i] = value
        if written:
            first = group[0]
            yield [get(first) if s else v for get, s, v in zip(getters, shared, line, strict=True)]


def _own_cells(
    measure: Measure, getters: Sequence[Callable[[Any], Cell]], levels: Sequence[Level | None]
) -> dict[int, Cell]:
    if measure.level is None:
        return {}
    return {i: getters[i](measure) for i, v in enumerate(levels) if v is measure.level}


def _wide_groups(rows: Iterable[Measure]) -> Iterator[list[Measure]]:
    """Group neighbours of one line with rising levels; order and duplicates survive."""
    group: list[Measure] = []
    for measure in rows:
        if group:
            last = group[-1]
            same = (last.firm_id, last.line_id) == (measure.firm_id, measure.line_id)
            rising = (
                last.level is not None
                and measure.level is not None
                and last.level.order < measure.level.order
            )
            if not (same and rising):
                yield group
                group = []
        group.append(measure)
    if group:
        yield group


def getter(table: str, column: Column) -> Callable[[Any], Cell]:
    """Return the function from a list row to the cell of `column`."""
    value = _value_getter(table, column.spec.key)
    kind = column.spec.kind
    if kind is Kind.DECIMAL:
        return _decimal_getter(value, column.factor)
    if kind is Kind.TEXT:
        return lambda row: value(row) or None
    if kind is Kind.GRADE:
        words = dict(zip((g for g in Grade), choices(column), strict=True))
        return lambda row: row.grade_text or (words[row.grade] if row.grade is not None else None)
    if kind is Kind.SECTOR:
        sectors = dict(zip(SECTORS, choices(column), strict=True))
        return lambda row: sectors.get(row.sector, row.sector) or None
    if kind is Kind.SEASON:
        return lambda row: None if value(row) is None else value(row).text()
    if kind is Kind.BOOL:
        yes, no = choices(column)
        return lambda row: None if value(row) is None else (yes if value(row) else no)
    members: dict[Kind, Iterable[Any]] = {
        Kind.LEVEL: LEVELS,
        Kind.MEASURE_KIND: MeasureKind,
        Kind.CUT_UNIT: CutUnit,
    }
    labels = dict(zip(members[kind], choices(column), strict=True))
    return lambda row: labels.get(value(row))


def _decimal_getter(value: Callable[[Any], Any], factor: Decimal) -> Callable[[Any], Cell]:
    if factor == 1:
        return value

    def scaled(row: Any) -> Cell:
        found = value(row)
        return None if found is None else units.EXACT.divide(found, factor)

    return scaled


def _value_getter(table: str, key: str) -> Callable[[Any], Any]:
    head, _, rest = key.partition(".")
    if not rest:
        return attrgetter(head)
    part = _mapping_key(table, head, rest)
    return lambda row: getattr(row, head).get(part)


def _mapping_key(table: str, head: str, rest: str) -> object:
    if table in ("dust", "mobile") and head in ("measures", "reduction_pm_kg"):
        return Level(rest)
    if table == "mobile":
        level, _, pollutant = rest.partition(".")
        return Level(level), Pollutant(pollutant)
    return Pollutant(rest)
