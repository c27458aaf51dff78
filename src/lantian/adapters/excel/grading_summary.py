"""The summary of a round of grading in the manner of the national table: one row a firm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from lantian.adapters.excel.orders_styles import Styles
from lantian.adapters.excel.stamp import NO_TIME
from lantian.domain.grading.assess import grade_zh
from lantian.domain.grading.batch import CitySummary, grades_in_order, order_of
from lantian.domain.grading.grade import label_of
from lantian.domain.grading.result import FirmResult

NOTE = "国家汇总表的正式格式未见，列为系统设定（待核实）"
_COLUMNS = (
    ("序号", 6), ("企业编号", 11), ("企业名称", 30), ("区县", 16), ("行业", 16), ("子类", 22),
    ("等级", 9), ("依据", 14), ("暂定", 6), ("可证", 8), ("可能", 8), ("制约指标", 30),
    ("缺少事实", 30), ("须人工判断", 18), ("指标表版本", 10), ("申请日期", 11), ("问题数", 7),
)  # fmt: skip


def write_summary(
    path: Path, title: str, results: Sequence[FirmResult], summary: CitySummary
) -> None:
    """Write one sheet of firms, one of counts, one a round."""
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": title, "author": "Lantian", "created": NO_TIME})
        styles = Styles(book)
        _counts(book, styles, title, summary)
        ordered = sorted(results, key=lambda r: (order_of(r.grade), r.firm_id))
        _firms(book, styles, f"{title}　全部企业", "全部企业", ordered)
        for one in summary.rounds:
            _firms(book, styles, f"{title}　{one.name_zh}", one.name_zh[:31], one.firms)


def _counts(book: Any, styles: Styles, title: str, summary: CitySummary) -> None:
    sheet = book.add_worksheet("汇总")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 4, 16)
    sheet.write_string(0, 0, title, styles("title"))
    sheet.write_string(1, 0, NOTE, styles("muted"))
    row = 3
    for i, head in enumerate(("批次", "A级", "B级（含B-级）", "引领性", "合计")):
        sheet.write_string(row, i, head, styles("head"))
    for one in summary.rounds:
        row += 1
        sheet.write_string(row, 0, one.name_zh, styles("text"))
        for i, kind in enumerate(("A", "B", "leading"), start=1):
            sheet.write_number(row, i, one.counts[kind], styles("count"))
        sheet.write_number(row, 4, one.total, styles("count"))
    row += 1
    sheet.write_string(row, 0, "合计", styles("head"))
    for i, kind in enumerate(("A", "B", "leading"), start=1):
        sheet.write_number(row, i, summary.kind(kind), styles("count"))
    sheet.write_number(row, 4, summary.noticed, styles("count"))
    row += 2
    for i, head in enumerate(("等级", "企业数", "占比")):
        sheet.write_string(row, i, head, styles("head"))
    for grade, count in grades_in_order(summary):
        row += 1
        sheet.write_string(row, 0, grade_zh(grade) or "不能判定", styles("text"))
        sheet.write_number(row, 1, count, styles("count"))
        sheet.write_number(row, 2, count / summary.firms, styles("percent"))
    row += 1
    sheet.write_string(row, 0, "全部企业", styles("head"))
    sheet.write_number(row, 1, summary.firms, styles("count"))
    sheet.fit_to_pages(1, 0)
    if summary.provisional:
        text = f"{summary.provisional} 家的等级依据待核实条款，为暂定等级"
        sheet.write_string(row + 2, 0, text, styles("draft"))


def _firms(book: Any, styles: Styles, title: str, name: str, results: Sequence[FirmResult]) -> None:
    sheet = book.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, title, styles("title"))
    for i, (head, width) in enumerate(_COLUMNS):
        sheet.set_column(i, i, width)
        sheet.write_string(2, i, head, styles("head"))
    row = 2
    for number, result in enumerate(results, start=1):
        for part in result.parts:
            row += 1
            sheet.write_number(row, 0, number, styles("int"))
            facts = part.table.facts if part.table else {}
            items = {r.row.row_id: r.row.item_zh for r in part.rows}
            texts = (
                result.firm_id, result.name, result.district, part.industry_zh, part.subtype,
                grade_zh(part.grade) or "不能判定", part.basis.label_zh,
                "是" if part.provisional else "", label_of(part.proven), label_of(part.possible),
                "、".join(items.get(w, w) for w in part.weakest),
                "、".join(facts[m].name_zh for m in part.missing if m in facts),
                "、".join(f"{items.get(r, r)} {label_of(g)}" for r, g in part.to_judge),
                part.table.head.edition if part.table else "",
                result.applied_on.isoformat() if result.applied_on else "",
            )  # fmt: skip
            for i, text in enumerate(texts, start=1):
                sheet.write_string(row, i, text, styles("text"))
            sheet.write_number(row, len(texts) + 1, len(result.problems), styles("int"))
    sheet.freeze_panes(3, 3)
    if row > 2:
        sheet.autofilter(2, 0, row, len(_COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
