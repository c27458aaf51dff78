"""The notice of a round of grading as an editable Word file."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from lantian.adapters.paper.press import TEMPLATES
from lantian.domain.grading.assess import grade_zh
from lantian.domain.grading.batch import CitySummary, grades_in_order, sentence_zh
from lantian.domain.grading.result import Basis
from lantian.rulebook.grading_tables.model import GradingProcess


def notice_values(
    summary: CitySummary, *, city: str, day_zh: str, process: GradingProcess | None, invented: bool
) -> dict[str, Any]:
    """Return the values of the notice; every figure comes from the summary."""
    rounds = []
    for one in summary.rounds:
        rows = [
            [
                str(i),
                r.name or r.firm_id,
                r.district or "—",
                "、".join(p.industry_zh for p in r.parts),
                grade_zh(r.grade),
                _basis_zh(r.basis, provisional=r.provisional),
            ]
            for i, r in enumerate(one.firms, start=1)
        ]
        rounds.append({"name": one.name_zh, "total": one.total, "rows": rows})
    return {
        "title": f"{city}重污染天气重点行业绩效分级结果的通报",
        "invented": invented,
        "day": day_zh,
        "basis": f"依据：{process.head.document}" if process else "依据：未指定省级程序",
        "sentences": list(sentence_zh(summary)),
        "grades": [[grade_zh(g) or "不能判定", str(n)] for g, n in grades_in_order(summary)],
        "rounds": rounds,
        "provisional": summary.provisional,
        "remark": (
            f"其中 {summary.provisional} 家的等级依据待核实条款得出，为暂定等级，"
            "须待主管部门核实条款后确定。"
            if summary.provisional
            else ""
        ),
        "objection": _objection(process),
    }


def _basis_zh(basis: Basis, *, provisional: bool) -> str:
    return f"{basis.label_zh}{'（暂定）' if provisional and basis is Basis.COMPUTED else ''}"


def _objection(process: GradingProcess | None) -> str:
    if process is None or process.publicity_days is None:
        return "公示期由主管部门确定。"
    mark = (
        "（天数待核实）"
        if process.publicity_ref and process.publicity_ref.status == ("unverified")
        else ""
    )
    return f"自公布之日起 {process.publicity_days} 个工作日{mark}内，可向主管部门书面提出异议。"


def notice_docx(values: Mapping[str, Any]) -> bytes:
    """Return the notice as Word."""
    from docxtpl import DocxTemplate

    template = DocxTemplate(str(TEMPLATES / "grading-notice.docx"))
    template.render(dict(values), autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()
