"""A workbook layout as data: which sheet and column holds which field of the list.

The schema is documented in ``docs/layouts.md``; `parse_layout` refuses what it does not know,
so that a misspelt key is a message and not a silently missing column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lantian.adapters.excel.fields import FIELDS, KEYS, FieldSpec, Kind
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

TAKES = ("first", "same", "sum", "mean", "min", "max", "count")


@dataclass(frozen=True, slots=True)
class Where:
    """Which rows of a group enter an aggregate: those whose `header` cell is above `above`."""

    header: str
    above: Decimal


@dataclass(frozen=True, slots=True)
class Column:
    """One field of a table and where its value comes from.

    Exactly one source is set: `headers` (name and aliases of a column), `join` (several columns
    joined by `separator`), `value` (a constant), or `take` "count" alone (rows of the group).
    `level` is set in wide measure sheets, where one row holds all levels.
    """

    spec: FieldSpec
    headers: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    separator: str = "-"
    value: str | None = None
    unit: str = ""
    factor: Decimal = Decimal(1)
    level: Level | None = None
    take: str = "first"
    where: Where | None = None
    required: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    example: str = ""
    note: str = ""
    width: float | None = None

    @property
    def key(self) -> str:
        """Field key, with the level appended in wide sheets (``share.red``)."""
        return self.spec.key if self.level is None else f"{self.spec.key}.{self.level}"

    @property
    def title(self) -> str:
        """Header as written into a new workbook, unit included."""
        head = self.headers[0]
        return f"{head}({self.unit})" if self.unit and self.unit != "1" else head


@dataclass(frozen=True, slots=True)
class TableLayout:
    """One table of the list: its sheet (or file), the header's row and its columns."""

    name: str
    sheet: str
    aliases: tuple[str, ...]
    required: bool
    header_row: int
    title: str
    group_by: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def headed(self) -> tuple[Column, ...]:
        """The columns that are read from one column of the sheet."""
        return tuple(c for c in self.columns if c.headers)

    @property
    def wide(self) -> bool:
        """Whether one row holds the measures of all levels."""
        return any(c.level is not None for c in self.columns)


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole layout: its name, cover sheet and tables."""

    name: str
    title_zh: str
    title_en: str
    tables: Mapping[str, TableLayout]
    city: str = ""
    cover_sheet: str = ""
    cover_cells: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    files: str = "*"

    @property
    def writable(self) -> bool:
        """Whether a list can be written back: every field has a column of its own."""
        return not any(
            t.group_by or t.sheet == "*" or len(t.headed) != len(t.columns)
            for t in self.tables.values()
        )

    @property
    def not_collected(self) -> frozenset[Pollutant]:
        """Pollutants for which the line table has no column: unknown for the whole list."""
        line = self.tables.get("line")
        keys = {c.spec.key for c in line.columns} if line else set()
        return frozenset(p for p in POLLUTANTS if not keys & {f"annual_t.{p}", f"daily_kg.{p}"})


class LayoutFaultError(ValueError):
    """A layout file is wrong; `where` is the path of the key inside it."""

    def __init__(self, where: str, zh: str, en: str) -> None:
        super().__init__(f"{where}: {en}")
        self.where, self.zh, self.en = where, zh, en


_TOP = {"layout", "title_zh", "title_en", "city", "cover", "notes", "tables", "files"}
_TABLE = {"sheet", "aliases", "required", "header_row", "title", "group_by", "columns"}
_COLUMN = {
    "field", "type", "header", "aliases", "join", "separator", "value", "unit", "factor", "level",
    "take", "where", "required", "values", "example", "note", "width",
}  # fmt: skip
_COVER = {"sheet", "cells"}
COVER_KEYS = ("city", "label", "edition", "layout", "not_collected")


def parse_layout(data: object) -> Layout:
    """Return the layout described by a parsed YAML document.

    Raises
    ------
    LayoutFaultError
        If a key is unknown or missing, a field or unit does not exist, or a source is ambiguous.
    """
    top = _mapping(data, "", _TOP)
    tables: dict[str, TableLayout] = {}
    for name, body in _mapping(top.get("tables"), "tables", set(FIELDS)).items():
        tables[name] = _table(name, body)
    if not tables:
        raise LayoutFaultError("tables", "没有任何表", "no tables")
    cover = _mapping(top.get("cover", {}), "cover", _COVER)
    cells = _mapping(cover.get("cells", {}), "cover.cells", set(COVER_KEYS))
    return Layout(
        name=_text(top, "layout", ""),
        title_zh=_text(top, "title_zh", ""),
        title_en=_text(top, "title_en", ""),
        tables=tables,
        city=str(top.get("city", "")),
        cover_sheet=str(cover.get("sheet", "")),
        cover_cells={k: str(v) for k, v in cells.items()},
        notes=_texts(top.get("notes", []), "notes"),
        files=str(top.get("files", "*")),
    )


def _table(name: str, body: object) -> TableLayout:
    where = f"tables.{name}"
    data = _mapping(body, where, _TABLE)
    raw = data.get("columns")
    if not isinstance(raw, list) or not raw:
        raise LayoutFaultError(f"{where}.columns", "没有列", "no columns")
    columns = tuple(_column(name, c, f"{where}.columns[{i}]") for i, c in enumerate(raw))
    seen: set[str] = set()
    for column in columns:
        if column.key in seen:
            raise LayoutFaultError(where, f"字段 {column.key} 重复", f"field {column.key} twice")
        seen.add(column.key)
    missing = [k for k in KEYS[name] if k not in {c.spec.key for c in columns}]
    if missing:
        raise LayoutFaultError(where, f"缺少关键字段 {missing}", f"key field missing: {missing}")
    header_row = data.get("header_row", 1)
    if not isinstance(header_row, int) or isinstance(header_row, bool) or header_row < 1:
        raise LayoutFaultError(f"{where}.header_row", "应为正整数", "must be a positive integer")
    group_by = _texts(data.get("group_by", []), f"{where}.group_by")
    if not group_by and any(c.take != "first" or c.where for c in columns):
        raise LayoutFaultError(where, "take、where 需要 group_by", "take and where need group_by")
    if group_by and any(c.level for c in columns):
        raise LayoutFaultError(where, "group_by 不能与 level 同用", "group_by cannot be with level")
    return TableLayout(
        name=name,
        sheet=_text(data, "sheet", where),
        aliases=_texts(data.get("aliases", []), f"{where}.aliases"),
        required=_flag(data, "required", where),
        header_row=header_row,
        title=str(data.get("title", "")),
        group_by=group_by,
        columns=columns,
    )


def _column(table: str, body: object, where: str) -> Column:
    data = _mapping(body, where, _COLUMN)
    key = _text(data, "field", where)
    spec = FIELDS[table].get(key)
    if spec is None:
        raise LayoutFaultError(where, f"没有字段 {key}", f"no field {key!r} in table {table}")
    if data.get("type", spec.kind.value) != spec.kind.value:
        raise LayoutFaultError(
            where, f"{key} 的类型是 {spec.kind}", f"{key} is of type {spec.kind}"
        )
    headers = (
        (str(data["header"]), *_texts(data.get("aliases", []), where)) if "header" in data else ()
    )
    join = _texts(data.get("join", []), f"{where}.join")
    value = str(data["value"]) if "value" in data else None
    take = str(data.get("take", "first"))
    if take not in TAKES:
        raise LayoutFaultError(f"{where}.take", f"应为 {TAKES}", f"must be one of {TAKES}")
    if take in ("sum", "mean", "min", "max", "count") and spec.kind is not Kind.DECIMAL:
        raise LayoutFaultError(f"{where}.take", f"{key} 不是数值", f"{key} is not a number")
    sources = bool(headers) + bool(join) + (value is not None) + (take == "count" and not headers)
    if sources != 1:
        raise LayoutFaultError(
            where,
            "header、join、value、take: count 必须且只能有一个",
            "give exactly one of header, join, value, take: count",
        )
    unit, scale = _unit(spec, data, where)
    return Column(
        spec=spec,
        headers=headers,
        join=join,
        separator=str(data.get("separator", "-")),
        value=value,
        unit=unit,
        factor=scale,
        level=_level(table, data, where),
        take=take,
        where=_where(data.get("where"), f"{where}.where"),
        required=_flag(data, "required", where),
        values={str(k): str(v) for k, v in _mapping(data.get("values", {}), where).items()},
        example=str(data.get("example", "")),
        note=str(data.get("note", "")),
        width=float(data["width"]) if "width" in data else None,
    )


def _unit(spec: FieldSpec, data: Mapping[str, Any], where: str) -> tuple[str, Decimal]:
    from lantian.adapters.excel import units

    unit = str(data.get("unit", spec.unit))
    if "factor" in data:
        # Written as text in the layout: a YAML float has lost its decimals already.
        if not isinstance(data["factor"], str | int):
            raise LayoutFaultError(
                f"{where}.factor", "请加引号写成文字", "quote the factor as text"
            )
        try:
            scale = Decimal(str(data["factor"]))
        except ArithmeticError:
            raise LayoutFaultError(f"{where}.factor", "不是数值", "not a number") from None
        if not scale.is_finite() or scale <= 0:
            raise LayoutFaultError(f"{where}.factor", "应大于零", "must be above zero")
        return unit, scale
    if spec.kind is not Kind.DECIMAL:
        if "unit" in data:
            raise LayoutFaultError(f"{where}.unit", "只有数值可带单位", "only numbers have a unit")
        return "", Decimal(1)
    found = units.factor(unit, spec.unit)
    if found is None:
        allowed = "、".join(units.known(spec.unit))
        raise LayoutFaultError(
            f"{where}.unit", f"单位应为 {allowed}", f"unit must be one of {allowed}"
        )
    return unit, found


def _level(table: str, data: Mapping[str, Any], where: str) -> Level | None:
    if "level" not in data:
        return None
    if table != "measure":
        raise LayoutFaultError(where, "level 只用于措施表", "level is only for table measure")
    try:
        return Level(str(data["level"]))
    except ValueError:
        raise LayoutFaultError(
            f"{where}.level", "应为 yellow/orange/red", "must be yellow, orange or red"
        ) from None


def _where(body: object, where: str) -> Where | None:
    if body is None:
        return None
    data = _mapping(body, where, {"header", "above"})
    return Where(_text(data, "header", where), Decimal(str(data.get("above", 0))))


def _mapping(value: object, where: str, allowed: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise LayoutFaultError(where or "(top)", "应为键值表", "must be a mapping")
    out = {str(k): v for k, v in value.items()}
    unknown = sorted(set(out) - allowed) if allowed is not None else []
    if unknown:
        raise LayoutFaultError(where or "(top)", f"不认识的键 {unknown}", f"unknown keys {unknown}")
    return out


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key)
    if not isinstance(value, str | int) or not str(value).strip():
        raise LayoutFaultError(f"{where}.{key}".lstrip("."), "缺少或为空", "missing or empty")
    return str(value)


def _texts(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str | int) for v in value):
        raise LayoutFaultError(where, "应为文字列表", "must be a list of texts")
    return tuple(str(v) for v in value)


def _flag(data: Mapping[str, Any], key: str, where: str) -> bool:
    value = data.get(key, False)
    if not isinstance(value, bool):
        raise LayoutFaultError(f"{where}.{key}", "应为 true 或 false", "must be true or false")
    return value
