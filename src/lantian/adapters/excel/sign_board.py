"""The sign boards 公示牌 at the firms' gates: grade, measures of every level, who answers.

Covers reference 2.4: inspectors read the board first. Its fields (name, grade, measures a
level, responsible person, supervision phone) are unverified there; the official template was
not found, and the sheet says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from lantian.adapters.excel.stamp import NO_TIME
from lantian.domain.inventory.model import Firm, Inventory
from lantian.domain.response.model import Order, Plan
from lantian.kernel.level import Level

from .orders_styles import BLUE, DRAFT, PALE, Styles

BOARDS_PER_SHEET = 500
"""A sheet holds at most 1,023 page breaks."""
MOST_BOARDS = 3000
"""Above this many firms only the overview is written, and says so."""
NOTE = "公示牌样式的官方模板未见，字段为系统设定（待核实）。监督电话由生态环境部门填写。"
_LINE = 44


def write_sign_board(plan: Plan, inventory: Inventory, path: Path) -> None:
    """Write the overview and, up to `MOST_BOARDS` firms, one printable board a firm."""
    firms = {f.firm_id: f for f in inventory.firms}
    by_firm: dict[str, list[Order]] = {}
    for order in plan.orders:
        by_firm.setdefault(order.firm_id, []).append(order)
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "公示牌", "author": "Lantian", "created": NO_TIME})
        styles = Styles(book)
        boards = list(by_firm.items())
        _overview(book, styles, plan, firms, boards)
        if len(boards) > MOST_BOARDS:
            return
        look = _looks(book)
        for part in range(0, len(boards), BOARDS_PER_SHEET):
            some = boards[part : part + BOARDS_PER_SHEET]
            _boards(book, look, plan, firms, some, part // BOARDS_PER_SHEET + 1)


def measures_zh(orders: Sequence[Order], level: Level) -> str:
    """Return what a firm must do at a level, over all its industries."""
    mine = [o for o in orders if o.level is level]
    if len(mine) == 1:
        return mine[0].text_zh or mine[0].reason_zh
    return "；".join(f"{o.industry_zh}：{o.text_zh or o.reason_zh}" for o in mine)


def _person(firm: Firm | None) -> str:
    return (firm.contact or firm.legal_representative) if firm is not None else ""


def _grade(orders: Sequence[Order]) -> str:
    return "、".join(dict.fromkeys(o.grade.label_zh for o in orders))


def _overview(
    book: Any,
    styles: Styles,
    plan: Plan,
    firms: dict[str, Firm],
    boards: Sequence[tuple[str, list[Order]]],
) -> None:
    sheet = book.add_worksheet("公示牌一览")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L&8公示牌一览（{DRAFT}）&R&8第 &P 页 / 共 &N 页")
    heads = ["序号", "企业名称", "统一社会信用代码", "行业", "绩效等级"]
    heads += [f"{level.label_zh}（{level.roman}级）措施" for level in plan.levels]
    heads += ["责任人", "联系电话", "监督电话"]
    widths = (6, 26, 20, 12, 9, *([34] * len(plan.levels)), 10, 14, 14)
    for i, (text, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(i, i, width)
        sheet.write(2, i, text, styles("head"))
    sheet.set_row(0, 26)
    sheet.write(0, 0, "公示牌一览", styles("title"))
    sheet.write(0, 5, DRAFT, styles("draft"))
    note = NOTE
    if len(boards) > MOST_BOARDS:
        note += f" 企业多于{MOST_BOARDS}家，不再逐家排版公示牌。"
    sheet.write(1, 0, note, styles("muted"))
    sheet.set_row(2, 26)
    for row, (firm_id, orders) in enumerate(boards, start=3):
        firm = firms.get(firm_id)
        first = orders[0]
        sheet.write_number(row, 0, row - 2, styles("int"))
        texts = [
            first.firm_name or firm_id,
            first.credit_code,
            "、".join(dict.fromkeys(o.industry_zh for o in orders)),
            _grade(orders),
            *(measures_zh(orders, level) for level in plan.levels),
            _person(firm),
            firm.phone if firm is not None else "",
            "",
        ]
        longest = max(len(measures_zh(orders, level)) for level in plan.levels)
        sheet.set_row(row, 14 * max(2, -(-longest // 17)))
        for i, text in enumerate(texts, start=1):
            sheet.write_string(row, i, text, styles("centre" if i == 4 else "wrap"))
    sheet.autofilter(2, 0, 2 + len(boards), len(heads) - 1)
    sheet.freeze_panes(3, 2)
    sheet.repeat_rows(2)


def _looks(book: Any) -> dict[str, Any]:
    base = {"font_name": "Noto Sans CJK SC", "valign": "vcenter", "text_wrap": True}
    edge = {"border": 1, "border_color": "#5B6673"}
    return {
        "title": book.add_format(
            {**base, "bold": True, "font_size": 24, "align": "center", "font_color": BLUE}
        ),
        "name": book.add_format({**base, "bold": True, "font_size": 20, "align": "center"}),
        "label": book.add_format(
            {**base, **edge, "bold": True, "font_size": 14, "align": "center", "bg_color": PALE}
        ),
        "text": book.add_format({**base, **edge, "font_size": 14, "indent": 1}),
        "note": book.add_format({**base, "font_size": 9, "font_color": "#5B6673"}),
    }


def _boards(
    book: Any,
    look: dict[str, Any],
    plan: Plan,
    firms: dict[str, Firm],
    boards: Sequence[tuple[str, list[Order]]],
    part: int,
) -> None:
    sheet = book.add_worksheet("公示牌" if part == 1 else f"公示牌({part})")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.5, bottom=0.5)
    sheet.center_horizontally()
    for i, width in enumerate((18, 46, 18, 46)):
        sheet.set_column(i, i, width)
    row, breaks = 0, []
    for firm_id, orders in boards:
        row = _board(sheet, look, plan, firms.get(firm_id), orders, row)
        breaks.append(row)
    sheet.set_h_pagebreaks(breaks)
    sheet.fit_to_pages(1, 0)


def _board(
    sheet: Any,
    look: dict[str, Any],
    plan: Plan,
    firm: Firm | None,
    orders: Sequence[Order],
    row: int,
) -> int:
    """Write one board and return the row after it."""
    first = orders[0]
    sheet.set_row(row, 42)
    sheet.merge_range(row, 0, row, 3, "重污染天气应急减排公示牌", look["title"])
    sheet.set_row(row + 1, 38)
    sheet.merge_range(row + 1, 0, row + 1, 3, first.firm_name or first.firm_id, look["name"])
    pairs = (
        ("统一社会信用代码", first.credit_code, "绩效等级", _grade(orders)),
        (
            "行业",
            "、".join(dict.fromkeys(o.industry_zh for o in orders)),
            "所在区县",
            first.district,
        ),
    )
    row += 2
    for a, b, c, d in pairs:
        sheet.set_row(row, 30)
        for i, (text, style) in enumerate(((a, "label"), (b, "text"), (c, "label"), (d, "text"))):
            sheet.write_string(row, i, text, look[style])
        row += 1
    for level in plan.levels:
        text = measures_zh(orders, level)
        transport = next((o.transport_zh for o in orders if o.level is level), "")
        if transport:
            text += f"\n运输：{transport}"
        lines = sum(-(-max(1, len(part)) // _LINE) for part in text.split("\n"))
        sheet.set_row(row, max(54, 22 * lines))
        sheet.write_string(row, 0, f"{level.label_zh}（{level.roman}级）", look["label"])
        sheet.merge_range(row, 1, row, 3, text, look["text"])
        row += 1
    phone = firm.phone if firm is not None else ""
    person = f"{_person(firm)}　{phone}".strip()
    sheet.set_row(row, 30)
    for i, (text, style) in enumerate(
        (("责任人及电话", "label"), (person, "text"), ("监督电话", "label"), ("", "text"))
    ):
        sheet.write_string(row, i, text, look[style])
    sheet.set_row(row + 1, 22)
    sheet.merge_range(row + 1, 0, row + 1, 3, f"{DRAFT}。{NOTE}", look["note"])
    return row + 2
