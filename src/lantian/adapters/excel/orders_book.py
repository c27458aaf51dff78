"""The orders as a workbook: firm × line × level, one sheet a level, ready to filter and print.

Covers issue 2 section 4 (``--out``: orders workbook). Every figure comes from the plan or from
`domain.response.summary`; shares and masses are numbers, so that an officer can add them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from lantian.adapters.excel.orders_styles import DRAFT, Styles, cost_unit, page
from lantian.adapters.excel.orders_summary import compare_sheet, rules_sheet, summary_sheet
from lantian.adapters.excel.stamp import NO_TIME
from lantian.domain.inventory.model import Line
from lantian.domain.response.indicators import line_indicator
from lantian.domain.response.model import LineAction, Order, Plan
from lantian.domain.response.summary import fen_to_cny, figures
from lantian.kernel.level import Level
from lantian.kernel.mass import mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook.model import Status

Progress = Callable[[str, int, int], None]

MOST_ROWS = 1_000_000
"""Rows of one sheet; Excel ends at 1,048,576."""
_COLUMNS: tuple[tuple[str, float, str], ...] = (
    ("企业序号", 6, "int"),
    ("企业名称", 26, "wrap"),
    ("区县", 9, "text"),
    ("行业", 11, "wrap"),
    ("绩效等级", 8, "centre"),
    ("企业减排比例", 8, "percent"),
    ("生产线", 14, "wrap"),
    ("生产线措施（按本行业计量单位）", 36, "wrap"),
    ("负荷降幅", 8, "percent"),
    ("颗粒物减排 kg/d", 10, "mass"),
    ("二氧化硫减排 kg/d", 10, "mass"),
    ("氮氧化物减排 kg/d", 10, "mass"),
    ("挥发性有机物减排 kg/d", 10, "mass"),
    ("企业日成本", 12, "money"),
    ("核查指标", 30, "wrap"),
    ("企业编号", 10, "text"),
    ("统一社会信用代码", 20, "text"),
    ("生产线编号", 10, "text"),
    ("企业措施", 34, "wrap"),
    ("理由", 24, "wrap"),
    ("运输管控", 24, "wrap"),
    ("规则（文件 条款）", 28, "wrap"),
    ("证据等级", 9, "centre"),
)
PRINTED_COLUMNS = 13
"""The first columns are printed, the rest is for filtering and checking on the screen."""
_MEASURE_COLUMN = 7


def write_orders_book(
    plan: Plan,
    path: Path,
    *,
    city: str,
    source: str = "",
    sha256: str = "",
    lines: Sequence[Line] = (),
    progress: Progress | None = None,
) -> None:
    """Write the orders workbook to `path`; `lines` of the list give the indicators.

    Sheets: 汇总, one a level (continued where a sheet is full), 方案比较, 依据规则.
    """
    told = figures(plan)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        title = f"{city}应急减排管控措施"
        book.set_properties({"title": title, "author": "Lantian", "created": NO_TIME})
        styles = Styles(book)
        summary_sheet(book, styles, plan, told, city, source, sha256)
        total = len(plan.orders)
        done = 0
        line_of: dict[tuple[str, str], Line] = {}
        for line in lines:
            line_of.setdefault((line.firm_id, line.line_id), line)
        for level in plan.levels:
            orders = [(n, o) for n, o in _numbered(plan.orders) if o.level is level]
            done = _level_sheets(
                book, styles, plan, level, orders, (done, total), line_of, progress
            )
        compare_sheet(book, styles, plan, told)
        rules_sheet(book, styles, plan)


def _numbered(orders: Sequence[Order]) -> list[tuple[int, Order]]:
    numbers: dict[str, int] = {}
    return [(numbers.setdefault(o.firm_id, len(numbers) + 1), o) for o in orders]


def _level_sheets(
    book: Any,
    styles: Styles,
    plan: Plan,
    level: Level,
    orders: Sequence[tuple[int, Order]],
    counted: tuple[int, int],
    line_of: Mapping[tuple[str, str], Line],
    progress: Progress | None,
) -> int:
    done, total = counted
    sheet, row, part = _open_level(book, styles, plan, level, 1), 2, 1
    for number, order in orders:
        needed = max(1, len(order.actions))
        if row + needed > MOST_ROWS:
            _close_level(sheet, row)
            part += 1
            sheet, row = _open_level(book, styles, plan, level, part), 2
        for i, action in enumerate(order.actions or (None,)):
            line = line_of.get((order.firm_id, action.line_id)) if action else None
            told = line_indicator(action, line) if action and line else ""
            _line(sheet, styles, row, number, order, action, told, first=i == 0, plan=plan)
            row += 1
        done += 1
        if progress is not None and done % 200 == 0:
            progress("orders.xlsx", done, total)
    _close_level(sheet, row)
    return done


def _open_level(book: Any, styles: Styles, plan: Plan, level: Level, part: int) -> Any:
    name = level.label_zh if part == 1 else f"{level.label_zh}({part})"
    sheet = book.add_worksheet(name)
    page(sheet, f"重污染天气{level.label_zh}预警（{level.roman}级）管控措施")
    sheet.freeze_panes(2, 2)
    sheet.repeat_rows(0, 1)
    for i, (_, width, _) in enumerate(_COLUMNS):
        sheet.set_column(i, i, width)
    sheet.set_row(0, 26)
    sheet.write(0, 0, f"重污染天气{level.label_zh}预警（{level.roman}级）管控措施", styles("title"))
    sheet.write(0, _MEASURE_COLUMN, DRAFT, styles("draft"))
    sheet.set_row(1, 40)
    for i, (label, _, _) in enumerate(_COLUMNS):
        text = f"{label} {cost_unit(plan)}" if label == "企业日成本" else label
        sheet.write(1, i, text, styles("head"))
    return sheet


def _close_level(sheet: Any, rows: int) -> None:
    sheet.autofilter(1, 0, max(1, rows - 1), len(_COLUMNS) - 1)
    sheet.print_area(0, 0, max(1, rows - 1), PRINTED_COLUMNS - 1)


def _line(
    sheet: Any,
    styles: Styles,
    row: int,
    number: int,
    order: Order,
    action: LineAction | None,
    indicator: str,
    *,
    first: bool,
    plan: Plan,
) -> None:
    masses: list[float | str] = [
        "未知" if p in plan.unknown else float(mg_to_kg(action.reduction_mg[i] if action else 0))
        for i, p in enumerate(POLLUTANTS)
    ]
    values: list[Any] = [
        number,
        order.firm_name,
        order.district,
        order.industry_zh,
        order.grade.label_zh,
        _share(order.share),
        (action.line_name or action.line_id) if action else "",
        action.text_zh if action else order.reason_zh,
        _share(action.share if action else Fraction(0)),
        *masses,
        float(fen_to_cny(order.cost_fen)) if first else "",
        indicator,
        order.firm_id,
        order.credit_code,
        action.line_id if action else "",
        order.text_zh or order.reason_zh,
        order.reason_zh,
        order.transport_zh,
        f"{order.rule.document} {order.rule.clause}".strip(),
        Status(order.rule.status).label_zh,
    ]
    for i, (value, (_, _, kind)) in enumerate(zip(values, _COLUMNS, strict=True)):
        style = "unsure" if i == len(_COLUMNS) - 1 and order.rule.status == "unverified" else kind
        if isinstance(value, str):
            sheet.write_string(row, i, value, styles("text" if kind == "money" else style))
        else:
            sheet.write_number(row, i, value, styles(style))


def _share(value: Fraction) -> float:
    return value.numerator / value.denominator
