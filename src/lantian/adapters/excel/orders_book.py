"""The orders as a workbook: firm × line × level, one sheet a level, ready to filter and print.

Covers issue 2 section 4 (``--out``: orders workbook). Every figure comes from the plan or from
`domain.response.summary`; shares and masses are numbers, so that an officer can add them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter

from lantian.adapters.excel.stamp import NO_TIME
from lantian.domain.inventory.model import Line
from lantian.domain.response.indicators import line_indicator
from lantian.domain.response.model import LineAction, Order, Plan
from lantian.domain.response.summary import Figures, fen_to_cny, figures, ratio_decimal
from lantian.kernel.level import Level
from lantian.kernel.mass import mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook.model import Status

Progress = Callable[[str, int, int], None]

BLUE = "#1F4E8C"
PALE = "#EEF3F9"
MOST_ROWS = 1_000_000
"""Rows of one sheet; Excel ends at 1,048,576."""
DRAFT = "拟稿，未经签发不生效"

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


@dataclass
class Styles:
    """Cell formats of one workbook, made once."""

    book: Any
    made: dict[str, Any] = field(default_factory=dict)

    def __call__(self, name: str) -> Any:
        """Return the format of a name."""
        if name not in self.made:
            self.made[name] = self.book.add_format({**_PLAIN, **_FORMATS[name]})
        return self.made[name]


_PLAIN = {"font_name": "Noto Sans CJK SC", "font_size": 9, "valign": "vcenter"}
_EDGE = {"border": 1, "border_color": "#B8C2CF"}
_FORMATS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "draft": {"bold": True, "font_color": "#B3261E"},
    "muted": {"font_color": "#5B6673"},
    "head": {
        **_EDGE,
        "bold": True,
        "bg_color": PALE,
        "font_color": BLUE,
        "text_wrap": True,
        "align": "center",
    },
    "text": {**_EDGE, "indent": 1},
    "wrap": {**_EDGE, "text_wrap": True, "indent": 1},
    "centre": {**_EDGE, "align": "center"},
    "int": {**_EDGE, "num_format": "0"},
    "count": {**_EDGE, "num_format": "#,##0"},
    "percent": {**_EDGE, "num_format": "0.0%"},
    "ratio": {**_EDGE, "num_format": "0.00%"},
    "mass": {**_EDGE, "num_format": "#,##0.00"},
    "money": {**_EDGE, "num_format": "#,##0.00"},
    "unsure": {**_EDGE, "align": "center", "bold": True, "font_color": "#B3261E"},
}


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
        _summary_sheet(book, styles, plan, told, city, source, sha256)
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
        _compare_sheet(book, styles, plan, told)
        _rules_sheet(book, styles, plan)


def cost_unit(plan: Plan) -> str:
    """Return the unit of a plan's costs."""
    return "元/日" if plan.cost_basis == "cny" else "规模单位/日"


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
    _page(sheet, f"重污染天气{level.label_zh}预警（{level.roman}级）管控措施")
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


def _summary_sheet(
    book: Any,
    styles: Styles,
    plan: Plan,
    told: Figures,
    city: str,
    source: str,
    sha256: str,
) -> None:
    sheet = book.add_worksheet("汇总")
    _page(sheet, f"{city}应急减排方案汇总")
    for i, width in enumerate((10, 16, 12, 12, 15, 15, 15, 17, 14, 14)):
        sheet.set_column(i, i, width)
    sheet.set_row(0, 28)
    sheet.write(0, 0, f"{city}重污染天气应急减排方案汇总", styles("title"))
    sheet.write(0, 7, DRAFT, styles("draft"))
    sheet.write(1, 0, f"清单：{source or '未记名'}　SHA-256：{sha256 or '无'}", styles("muted"))
    verdict = "通过" if not plan.violations else f"未通过（{len(plan.violations)}条）"
    sheet.write(
        2,
        0,
        f"独立核验：{verdict}　与最优的差距不超过 {plan.gap * 100:.3f}%　"
        f"规则待核实 {len(told.unverified)} 条（见“依据规则”）",
        styles("muted"),
    )
    heads = ["级别", "污染物", "要求比例", "达到比例", "要求 kg/d", "达到 kg/d", "其中企业 kg/d"]
    heads += ["其中扬尘、移动源 kg/d", "还差 kg/d", "边际成本 元/kg"]
    if plan.cost_basis != "cny":
        heads[-1] = "边际成本 单位/kg"
    row = 4
    for i, text in enumerate(heads):
        sheet.write(row, i, text, styles("head"))
    row += 1
    for f in told.levels:
        for p in f.pollutants:
            sheet.write(row, 0, f.level.label_zh, styles("centre"))
            sheet.write(row, 1, p.pollutant.label_zh, styles("text"))
            cells: list[tuple[Any, str]] = [
                (float(p.required_ratio), "ratio"),
                (float(ratio_decimal(p.achieved_ratio)), "ratio"),
                (float(p.required_kg), "mass"),
                (float(p.achieved_kg), "mass"),
                (float(p.firms_kg), "mass"),
                (float(p.other_kg), "mass"),
                (float(p.short_kg), "mass"),
                ("—" if p.marginal_cny_kg is None else p.marginal_cny_kg, "money"),
            ]
            for i, (value, style) in enumerate(cells, start=2):
                sheet.write(row, i, value if p.known else "未知", styles(style))
            row += 1
    row += 1
    for i, text in enumerate(
        ["级别", f"日成本 {cost_unit(plan)}", "企业 家", "涉及 家", "整线停产 条", "绩效好的企业 家",
         "其中不受影响 家"]
    ):  # fmt: skip
        sheet.write(row, i, text, styles("head"))
    for f in told.levels:
        row += 1
        sheet.write(row, 0, f.level.label_zh, styles("centre"))
        sheet.write(row, 1, float(f.cost), styles("money"))
        counts = (f.firms, f.firms_touched, f.lines_stopped, f.good_total, f.good_spared)
        for i, number in enumerate(counts, start=2):
            sheet.write(row, i, number, styles("count"))
    if len(told.levels) > 1:
        row += 1
        unit = cost_unit(plan).removesuffix("/日")
        sheet.write(row, 0, "合计", styles("centre"))
        sheet.write(row, 1, float(told.total), styles("money"))
        sheet.write(row, 2, f"{told.total_label_zh}（{unit}）", styles("muted"))
    row += 2
    for text in (*_notes(plan), *plan.remarks_zh):
        sheet.write(row, 0, text, styles("muted"))
        row += 1


def _notes(plan: Plan) -> tuple[str, ...]:
    notes = ["“达到比例”向下取位；企业日成本只写在每家企业的第一行，避免重复相加。"]
    if plan.unknown:
        names = "、".join(p.label_zh for p in POLLUTANTS if p in plan.unknown)
        notes.append(f"{names}：清单没有数据，按未知处理，不视为零。")
    return tuple(notes)


def _compare_sheet(book: Any, styles: Styles, plan: Plan, told: Figures) -> None:
    sheet = book.add_worksheet("方案比较")
    _page(sheet, "与另外两种做法比较")
    for i, width in enumerate((10, 22, 16, 10, 12, 12, 18, 12, 12, 12, 12)):
        sheet.set_column(i, i, width)
    sheet.set_row(0, 28)
    sheet.write(0, 0, "与另外两种做法比较", styles("title"))
    heads = ["级别", "做法", f"日成本 {cost_unit(plan)}", "减排要求", "涉及企业 家", "整线停产 条"]
    heads += ["绩效好的企业不受影响", *(f"{p.label_zh}达到比例" for p in POLLUTANTS)]
    for i, text in enumerate(heads):
        sheet.write(2, i, text, styles("head"))
    row = 3
    for f in told.levels:
        own = {p.pollutant: p.achieved_ratio for p in f.pollutants if p.known}
        rows: list[tuple[str, Decimal, bool, int, int, Fraction, Mapping[Any, Fraction]]] = [
            ("本方案", f.cost, plan.feasible, f.firms_touched, f.lines_stopped,
             f.good_spared_share, own)
        ]  # fmt: skip
        rows += [
            (b.label_zh, b.cost, b.meets, b.firms_touched, b.lines_stopped, b.good_spared_share,
             b.ratios)
            for b in told.baselines
            if b.level is f.level
        ]  # fmt: skip
        for label, cost, meets, touched, stopped, spared, ratios in rows:
            sheet.write(row, 0, f.level.label_zh, styles("centre"))
            sheet.write(row, 1, label, styles("text"))
            sheet.write(row, 2, float(cost), styles("money"))
            sheet.write(row, 3, "达到" if meets else "未达到", styles("centre"))
            sheet.write(row, 4, touched, styles("count"))
            sheet.write(row, 5, stopped, styles("count"))
            sheet.write(row, 6, float(ratio_decimal(spared)), styles("ratio"))
            for i, p in enumerate(POLLUTANTS, start=7):
                known = p in ratios
                value = float(ratio_decimal(ratios[p])) if known else "未知"
                sheet.write(row, i, value, styles("ratio"))
            row += 1
    for base in plan.baselines:
        if base.note_zh:
            row += 1
            sheet.write(row, 0, f"{base.label_zh}：{base.note_zh}", styles("muted"))
    for b in told.baselines:
        if b.why_cheaper_zh:
            row += 1
            sheet.write(row, 0, b.why_cheaper_zh, styles("muted"))


def _rules_sheet(book: Any, styles: Styles, plan: Plan) -> None:
    sheet = book.add_worksheet("依据规则")
    _page(sheet, "所依据的规则及其证据等级")
    for i, width in enumerate((11, 42, 44, 30, 18)):
        sheet.set_column(i, i, width)
    sheet.set_row(0, 28)
    sheet.write(0, 0, "所依据的规则及其证据等级（待核实的在前，签发前须核对）", styles("title"))
    for i, text in enumerate(("证据等级", "文件", "条款", "规则编号", "版本")):
        sheet.write(2, i, text, styles("head"))
    order = {"unverified": 0, "design": 1, "secondary": 2, "official": 3}
    rules = sorted(plan.rules, key=lambda r: order.get(r.status, 0))
    for row, rule in enumerate(rules, start=3):
        style = "unsure" if rule.status == "unverified" else "centre"
        sheet.write(row, 0, Status(rule.status).label_zh, styles(style))
        for i, text in enumerate((rule.document, rule.clause, rule.rule_id, rule.edition), start=1):
            sheet.write_string(row, i, text, styles("wrap"))
    if rules:
        sheet.autofilter(2, 0, 2 + len(rules), 4)
    sheet.freeze_panes(3, 0)


def _page(sheet: Any, title: str) -> None:
    """A4 landscape, one page wide, with page numbers."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&8{title}（{DRAFT}）&R&8第 &P 页 / 共 &N 页")


def _share(value: Fraction) -> float:
    return value.numerator / value.denominator
