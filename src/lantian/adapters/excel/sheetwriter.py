"""A list as a workbook people like to fill in: styled headers, units, notes, choices, formats."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from lantian.adapters.excel.choices import choices
from lantian.adapters.excel.cover import cover_rows
from lantian.adapters.excel.fields import Kind
from lantian.adapters.excel.flatten import Lost, cells_of, rows_of
from lantian.adapters.excel.layout import Column, Layout, TableLayout
from lantian.adapters.excel.sheetxml import column_letters
from lantian.adapters.excel.stamp import NO_TIME
from lantian.domain.inventory.model import Inventory

STREAM_ABOVE = 60_000
_SPARE_ROWS = 200
_CHOICE_KINDS = (
    Kind.BOOL, Kind.GRADE, Kind.LEVEL, Kind.MEASURE_KIND, Kind.CUT_UNIT, Kind.SECTOR,
)  # fmt: skip
_LONG = ("text", "measures", "address", "equipment", "treatment", "name", "monitoring", "transport")


def write_workbook(
    path: Path, layout: Layout, inventory: Inventory, lost: Lost, progress: Any = None
) -> None:
    """Write `inventory` to `path` in `layout`; rows without a place are counted in `lost`."""
    import xlsxwriter

    rows = sum(len(rows_of(inventory, t)) for t in layout.tables)
    options = {
        "constant_memory": rows > STREAM_ABOVE,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        styles = _styles(book)
        _cover(book, styles, layout, inventory)
        for table in layout.tables.values():
            _table(book, styles, layout, table, inventory, lost, progress)
        title = f"{inventory.city} {layout.title_zh}".strip()
        book.set_properties({"title": title, "created": NO_TIME})


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    header = base | {
        "bold": True,
        "bg_color": "#DCE6F1",
        "border": 1,
        "border_color": "#9AA9BC",
        "text_wrap": True,
    }
    return {
        "title": book.add_format(base | {"bold": True, "font_size": 14}),
        "header": book.add_format(header),
        "required": book.add_format(header | {"bg_color": "#BBD3EE"}),
        "text": book.add_format(base | {"num_format": "@"}),
        "wrap": book.add_format(base | {"num_format": "@", "text_wrap": True}),
        "number": book.add_format(base | {"align": "right"}),
        "label": book.add_format(base | {"bold": True}),
    }


def _cover(book: Any, styles: dict[str, Any], layout: Layout, inventory: Inventory) -> None:
    if not layout.cover_sheet:
        return
    sheet = book.add_worksheet(layout.cover_sheet)
    sheet.set_column(0, 0, 16, styles["label"])
    sheet.set_column(1, 1, 90, styles["wrap"])
    for i, (label, value) in enumerate(cover_rows(layout, inventory)):
        sheet.write_string(i, 0, label, styles["label"])
        sheet.write_string(i, 1, value, styles["wrap"])


def _table(
    book: Any,
    styles: dict[str, Any],
    layout: Layout,
    table: TableLayout,
    inventory: Inventory,
    lost: Lost,
    progress: Any,
) -> None:
    sheet = book.add_worksheet(table.sheet)
    top = table.header_row - 1
    rows = rows_of(inventory, table.name)
    for i, column in enumerate(table.columns):
        numeric = column.spec.kind is Kind.DECIMAL
        sheet.set_column(i, i, _width(column), styles["number" if numeric else "text"])
    if table.title and top:
        sheet.write_string(0, 0, table.title, styles["title"])
    for i, column in enumerate(table.columns):
        sheet.write_string(
            top, i, column.title, styles["required" if column.required else "header"]
        )
        note = _note(column)
        if note:
            sheet.write_comment(top, i, note, {"x_scale": 1.6})
        _choices(sheet, column, i, top + 1, top + len(rows) + _SPARE_ROWS)
    sheet.set_row(top, 32)
    sheet.freeze_panes(top + 1, _frozen(table))
    row = top
    number, text = styles["number"], styles["text"]
    for row, cells in enumerate(cells_of(layout, table, rows, lost), top + 1):
        for i, value in enumerate(cells):
            if value is None:
                continue
            if isinstance(value, str):
                sheet.write_string(row, i, value, text)
            elif _shown_exactly(value):
                sheet.write_number(row, i, float(value), number)
            else:
                sheet.write_string(row, i, format(value, "f"), text)
        if progress is not None and row % 10_000 == 0:
            progress(table.sheet, row, len(rows))
    if row > top:
        sheet.autofilter(top, 0, row, len(table.columns) - 1)


def _shown_exactly(value: Decimal) -> bool:
    """Whether the writer's 16 significant digits bring back this very number."""
    return abs(value) < 10**15 and Decimal(repr(float(f"{float(value):.16G}"))) == value


def _frozen(table: TableLayout) -> int:
    return 2 if table.name in ("firm", "line", "measure") else 1


def _width(column: Column) -> float:
    if column.width is not None:
        return column.width
    head = column.spec.key.split(".")[0]
    if head in ("text", "measures"):
        return 44
    wide = sum(2 if ord(c) > 0x2E80 else 1 for c in column.title) / 2 + 3
    return max(22 if head in _LONG else 11, min(wide, 18))


def _note(column: Column) -> str:
    parts = [column.note]
    if column.unit and column.unit != "1":
        parts.append(f"单位：{column.unit}")
    if column.example:
        parts.append(f"例：{column.example}")
    if column.required:
        parts.append("必填列")
    return "\n".join(p for p in parts if p)


def _choices(sheet: Any, column: Column, index: int, first: int, last: int) -> None:
    kind = column.spec.kind
    if kind not in _CHOICE_KINDS:
        return
    words = choices(column)
    sheet.data_validation(
        f"{column_letters(index)}{first + 1}:{column_letters(index)}{last + 1}",
        {
            "validate": "list",
            "source": list(words),
            "error_type": "warning",
            "error_title": "不在可选项内",
            "error_message": "可选：" + "、".join(words),
        },
    )
