"""The grade sheet of a firm: grade, indicators, evidence, clauses, the way up, on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from lantian.domain.grading.assess import grade_zh
from lantian.domain.grading.grade import label_of
from lantian.domain.grading.result import FirmResult, PartResult, RowResult
from lantian.domain.grading.way_up import WayUp
from lantian.rulebook.grading_tables.model import DIMENSIONS, GradingProcess
from lantian.rulebook.grading_tables.tests_text import number_zh
from lantian.rulebook.model import Status

MOST_STEPS = 8
"""Steps of one way up that fit; all stand in grades.json."""

MOST_EVIDENCE = 6


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One file of evidence as the sheet shows it."""

    evidence_id: str
    file: str
    who: str
    when: str
    sha256: str
    state_zh: str


def sheet_values(
    result: FirmResult,
    ways: Sequence[Sequence[WayUp]],
    *,
    process: GradingProcess | None,
    evidence: Sequence[EvidenceLine] = (),
    days_given: bool = False,
    invented: bool = False,
) -> dict[str, Any]:
    """Return the values of ``grade.typ`` for one firm."""
    provisional = "暂定等级（依据待核实条款）" if result.provisional else result.basis.label_zh
    footer = [
        f"评级日 {result.day.isoformat()}；✓ 满足　✗ 不满足　? 未知（缺事实、缺来源或须人工判断，不作不达标处理）。",
        "来源标记：官方＝见于官方文本；二手＝见于转载或报道；待核实＝未见原文。等级取各指标最低，多行业取最低。",
    ]
    if invented:
        footer.append("虚构演示数据，非真实企业。Invented demonstration data.")
    return {
        "title": f"{result.name} 绩效分级评级单",
        "province": process.province_zh if process else "",
        "firm": result.name or result.firm_id,
        "grade": grade_zh(result.grade) or "不能判定",
        "basis": provisional,
        "provisional": result.provisional or not result.grade,
        "facts": _facts(result, process),
        "parts": [
            _part(part, ways[i] if i < len(ways) else (), days_given=days_given)
            for i, part in enumerate(result.parts)
        ],
        "evidence": [_evidence(e) for e in evidence[:MOST_EVIDENCE]],
        "foot": "评级建议由系统按规则给出，经有权机关审核公布后生效。",
        "footer": footer,
    }


def _facts(result: FirmResult, process: GradingProcess | None) -> list[tuple[str, str]]:
    applied = result.applied_on.isoformat() if result.applied_on else "—"
    rules = f"{process.head.document}" if process else "未指定省级程序"
    return [
        ("企业编号", result.firm_id or "—"),
        ("统一社会信用代码", result.credit_code or "—"),
        ("区县", result.district or "—"),
        ("申请日期、申请等级", f"{applied}　{grade_zh(result.wants) if result.wants else '—'}"),
        ("行业数", str(len(result.parts))),
        ("省级程序", rules),
    ]


def _part(part: PartResult, ways: Sequence[WayUp], *, days_given: bool) -> dict[str, Any]:
    head = part.table.head if part.table else None
    name = part.industry_zh + (f"（{part.subtype}）" if part.subtype else "")
    missing = ""
    if part.missing and part.table is not None:
        missing = "、".join(part.table.facts[m].name_zh for m in part.missing)
    return {
        "heading": f"{name}：{grade_zh(part.grade) or '不能判定'}"
        f"（可证 {label_of(part.proven) or '—'}，可能 {label_of(part.possible) or '—'}）",
        "edition": f"{head.document} {head.edition}年版" if head else "",
        "notes": list(part.notes_zh),
        "grades": [label_of(grade) for grade in part.scheme[:-1]],
        "rows": [_row(row, part) for row in part.rows],
        "gate": part.gate.trace.what_zh if part.gate and part.gate.trace else "",
        "missing": missing,
        "ways": [_way(way, days_given=days_given) for way in ways],
    }


def _row(row: RowResult, part: PartResult) -> dict[str, Any]:
    shown = shown_facts(row)
    statuses = dict.fromkeys(Status(r.ref.status).label_zh for r in row.row.levels.values())
    clause = next(iter(row.row.levels.values())).ref.clause.rsplit(" ", 1)[0]
    return {
        "dimension": DIMENSIONS[row.row.dimension],
        "item": row.row.item_zh,
        "fact": shown or "—",
        "marks": [row.reaches[g].name.lower() for g in part.scheme[:-1]],
        "clause": f"{clause}（{'、'.join(statuses)}）",
    }


def shown_facts(row: RowResult) -> str:
    """Return the facts of a row in few words: values as they are, of yes-or-no only the noes."""
    words = []
    yes = 0
    for name, value in row.trace.inputs.items():
        if value in {"是", "yes"}:
            yes += 1
        elif value in {"否", "no"}:
            words.append(f"否：{name}")
        else:
            words.append(str(value))
    if yes:
        words.insert(0, f"{yes}项为是" if yes > 1 or words else "是")
    return "；".join(words)


def _way(way: WayUp, *, days_given: bool) -> dict[str, Any]:
    steps = [s.words_zh for s in way.steps[:MOST_STEPS]]
    if len(way.steps) > MOST_STEPS:
        steps.append(f"……另有 {len(way.steps) - MOST_STEPS} 项")
    return {
        "heading": f"提至{grade_zh(way.target)}：{way.rows_held}/{way.rows_total} 项已满足，"
        f"还差 {len(way.steps)} 项",
        "steps": steps,
        "gain": gain_zh(way, days_given=days_given),
    }


def gain_zh(way: WayUp, *, days_given: bool) -> str:
    """Return in one sentence what the better grade would save, "" where nothing is known."""
    if way.gain is None:
        return ""
    basis = "按本地冬季预警天数" if days_given else "按黄、橙、红色预警各1天"
    if way.gain.stop_days is None:
        return f"{basis}不能计算：措施表没有数值"
    text = f"{basis}，少停 {_short(way.gain.stop_days)} 个满负荷生产日"
    if way.gain.less_cut_kg:
        mass = "、".join(f"{k} {_short(kg)} kg" for k, kg in way.gain.less_cut_kg.items())
        text += f"，少减 {mass}"
    return text


def _short(value: Fraction) -> str:
    exact = number_zh(value)
    return exact if "/" not in exact and len(exact) < 9 else f"{float(value):,.2f}"


def _evidence(one: EvidenceLine) -> tuple[str, ...]:
    shown = f"{one.sha256[:16]} {one.state_zh}".strip()
    return (one.evidence_id, one.file, one.who, one.when, shown)
