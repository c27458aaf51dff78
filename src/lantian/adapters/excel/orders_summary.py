"""The sheets of the orders workbook that sum up: 汇总, 方案比较, 依据规则."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.adapters.excel.orders_styles import DRAFT, Styles, cost_unit, page
from lantian.domain.response.model import Plan
from lantian.domain.response.summary import Figures, ratio_decimal
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook.model import Status


def summary_sheet(
    book: Any,
    styles: Styles,
    plan: Plan,
    told: Figures,
    city: str,
    source: str,
    sha256: str,
) -> None:
    """Add 汇总: what is required and reached, what it costs, how many firms."""
    sheet = book.add_worksheet("汇总")
    page(sheet, f"{city}应急减排方案汇总")
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
    row = _targets(sheet, styles, plan, told, 4)
    row = _levels(sheet, styles, plan, told, row + 1) + 2
    for text in (*_notes(plan), *plan.remarks_zh):
        sheet.write(row, 0, text, styles("muted"))
        row += 1


def _targets(sheet: Any, styles: Styles, plan: Plan, told: Figures, row: int) -> int:
    """Write required and reached by level and pollutant from `row` on; return the row after."""
    heads = ["级别", "污染物", "要求比例", "达到比例", "要求 kg/d", "达到 kg/d", "其中企业 kg/d"]
    heads += ["其中扬尘、移动源 kg/d", "还差 kg/d", "边际成本 元/kg"]
    if plan.cost_basis != "cny":
        heads[-1] = "边际成本 单位/kg"
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
    return row


def _levels(sheet: Any, styles: Styles, plan: Plan, told: Figures, row: int) -> int:
    """Write cost and firms by level from `row` on; return the last row."""
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
    return row


def _notes(plan: Plan) -> tuple[str, ...]:
    notes = ["“达到比例”向下取位；企业日成本只写在每家企业的第一行，避免重复相加。"]
    if plan.unknown:
        names = "、".join(p.label_zh for p in POLLUTANTS if p in plan.unknown)
        notes.append(f"{names}：清单没有数据，按未知处理，不视为零。")
    return tuple(notes)


def compare_sheet(book: Any, styles: Styles, plan: Plan, told: Figures) -> None:
    """Add 方案比较: the plan beside the filed measures and one share for all."""
    sheet = book.add_worksheet("方案比较")
    page(sheet, "与另外两种做法比较")
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


def rules_sheet(book: Any, styles: Styles, plan: Plan) -> None:
    """Add 依据规则: every rule leaned on, the least certain first."""
    sheet = book.add_worksheet("依据规则")
    page(sheet, "所依据的规则及其证据等级")
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
