"""The review of an alert: what the plan asked and reached, what it cost, and the air of those days."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from lantian.domain.grading.grade import label_of
from lantian.jobs.air.summary import SummaryRow
from lantian.jobs.bulletin.air import aqi_calendar, overview
from lantian.jobs.bulletin.air_figures import AirFigures
from lantian.jobs.bulletin.complaint import complain
from lantian.jobs.bulletin.document import (
    Bulletin,
    Figure,
    Paragraph,
    Part,
    Section,
    TableBlock,
    Words,
    paragraph,
)
from lantian.jobs.bulletin.words import of_city
from lantian.kernel.level import Level
from lantian.kernel.period import Period
from lantian.kernel.problem import LantianError, Place
from lantian.kernel.rounding import round_gbt8170
from lantian.rulebook.air_tables import AirRules

_SCHEMA = "lantian-plan-1"
_SUMMARY = (
    "{first}至{last}执行{level}预警减排措施，涉及企业{firms}家，其中减排{touched}家，停产生产线{lines}条；"
    "绩效良好企业未受影响的占{spared}%。",
    "From {first} to {last} the measures of a {level} alert applied to {firms} firms: {touched} cut "
    "emissions, {lines} lines stopped; {spared} % of the good performers were left alone.",
)
_COST = (
    "按方案计日成本{cost}万元，企业填报措施为{filed}万元，同一比例一刀切为{uniform}万元。",
    "The plan costs {cost} ten thousand yuan a day; the filed measures {filed}, the same share for all {uniform}.",
)


def read_plan(path: Path, level: Level) -> Mapping[str, Any]:
    """Return a plan and check that it speaks of a level.

    Raises
    ------
    LantianError
        T001 where the file is no plan, T002 where it has no such level.
    """
    place = Place(file=path.name)
    try:
        plan = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise LantianError(complain("T001", place, detail=why)) from None
    if not isinstance(plan, dict) or plan.get("schema") != _SCHEMA:
        raise LantianError(complain("T001", place, detail=f"schema ≠ {_SCHEMA}"))
    if level.value not in plan["levels"]:
        known = "、".join(plan["levels"])
        raise LantianError(complain("T002", place, detail=level.label_zh, known=known))
    found: Mapping[str, Any] = plan
    return found


def alert_bulletin(
    plan: Mapping[str, Any],
    level: Level,
    period: Period,
    name: str,
    *,
    city: str = "",
    air: tuple[SummaryRow, AirRules] | None = None,
    invented: bool = False,
) -> Bulletin:
    """Return the review of an alert of one level over some days."""
    bulletin = Bulletin(
        name,
        Words(
            f"{city}{level.label_zh}预警应急响应评估",
            f"Review of a {level.value} alert{of_city(city)}",
        ),
        Words(f"{period.first} 至 {period.last}", f"{period.first} to {period.last}"),
        invented=invented,
    )
    own = plan["levels"][level.value]
    bulletin.sections = [
        Section(
            Words("措施与成本", "Measures and cost"), _measures(plan, own, level, period, bulletin)
        ),
        Section(Words("减排比例", "Cuts"), (_cuts(own, bulletin), _grades(own, bulletin))),
    ]
    if air is not None:
        figures = AirFigures(*air, bulletin, city)
        calendars = aqi_calendar(figures)
        blocks = (overview(figures),) if calendars is None else (overview(figures), calendars)
        bulletin.sections.append(Section(Words("期间空气质量", "The air of those days"), blocks))
    digest = plan["provenance"].get("list_sha256", "")
    bulletin.notes = [Words(f"方案清单 SHA-256 {digest}", f"List of the plan, SHA-256 {digest}")]
    bulletin.notes += [
        Words(z, e) for z, e in zip(plan["remarks_zh"], plan["remarks_en"], strict=True)
    ]
    return bulletin


def _measures(
    plan: Mapping[str, Any],
    own: Mapping[str, Any],
    level: Level,
    period: Period,
    bulletin: Bulletin,
) -> tuple[Paragraph, ...]:
    def put(key: str, shown: object, zh: str, en: str) -> Figure:
        return bulletin.put(f"alert.{key}", shown, f"plan.json {zh}", f"plan.json {en}")

    spared = _percent(own["good_performers_spared"])
    parts: dict[str, Part] = {
        "first": str(period.first), "last": str(period.last),
        "level": Words(level.label_zh, level.value),
        "firms": put("firms", own["firms"], "方案企业数", "firms of the plan"),
        "touched": put("touched", own["firms_touched"], "减排企业数", "firms that cut"),
        "lines": put("lines", own["lines_stopped"], "停产生产线数", "lines stopped"),
        "spared": put("spared", spared, "A级、引领性、B级企业中不减产的比例", "share of good performers without a cut"),
    }  # fmt: skip
    sentences = [_SUMMARY]
    known = [b for b in ("filed", "uniform") if b in plan["baselines"]]
    costs = [own, *(plan["baselines"][b]["levels"][level.value] for b in known)]
    if plan["cost_basis"] == "cny" and len(costs) == 3:
        for key, one, zh in zip(
            ("cost", "filed", "uniform"), costs, ("本方案", "企业填报措施", "一刀切"), strict=True
        ):
            parts[key] = put(key, _wan(one["cost_cny_day"]), f"{zh}日成本", f"cost a day: {key}")
        sentences.append(_COST)
    return (paragraph(*sentences, **parts),)


def _cuts(own: Mapping[str, Any], bulletin: Bulletin) -> TableBlock:
    rows: list[tuple[Part, ...]] = []
    for pollutant, required in own["required"].items():

        def put(key: str, shown: object, zh: str, en: str, p: str = pollutant) -> Figure:
            return bulletin.put(
                f"alert.{p}.{key}", shown, f"plan.json {p} {zh}", f"plan.json {p} {en}"
            )

        met = Words("达标", "met") if own["met"][pollutant] else Words("有缺口", "short")
        rows.append((
            pollutant, put("required", _percent(required), "要求比例", "share required"),
            put("achieved", _percent(own["achieved"][pollutant]), "达到比例", "share reached"),
            put("kg", f"{Decimal(str(own['achieved_kg_day'][pollutant])):,.0f}", "日减排量", "cut a day"), met,
        ))  # fmt: skip
    return TableBlock(
        Words("要求与达到", "Required and reached"),
        (Words("污染物", "pollutant"), Words("要求 %", "required %"), Words("达到 %", "reached %"),
         Words("减排 kg/日", "cut kg/day"), Words("结论", "result")),
        tuple(rows),
    )  # fmt: skip


def _grades(own: Mapping[str, Any], bulletin: Bulletin) -> TableBlock:
    rows: list[tuple[Part, ...]] = []
    for grade, counts in own["grades"].items():
        label = "未评级" if grade == "ungraded" else label_of(grade)
        cells = [
            bulletin.put(
                f"alert.grade.{grade}.{key}",
                counts[key],
                f"plan.json {label} {zh}",
                f"plan.json {grade} {key}",
            )
            for key, zh in (
                ("firms", "企业数"),
                ("touched", "减排企业数"),
                ("stopped", "全停企业数"),
            )
        ]
        rows.append((Words(label, grade), *cells))
    return TableBlock(
        Words("各等级企业", "Firms by grade"),
        (
            Words("等级", "grade"),
            Words("企业", "firms"),
            Words("减排", "cut"),
            Words("全停", "stopped"),
        ),
        tuple(rows),
    )


def _percent(share: float) -> Decimal:
    return round_gbt8170(Decimal(str(share)) * 100, 2)


def _wan(yuan: float) -> str:
    return f"{round_gbt8170(Decimal(str(yuan)).scaleb(-4), 2):,}"
