"""The values of the leaders' report; PDF and Word are filled from the same dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from lantian.adapters.paper.figures import ABSENT, kg, money, money_unit, share, short_kg
from lantian.adapters.paper.order_page import period_zh
from lantian.domain.inventory.model import Inventory
from lantian.domain.response.model import Plan
from lantian.domain.response.summary import (
    Figures,
    LevelFigures,
    PollutantFigures,
    figures,
    floor_percent,
)
from lantian.kernel.level import LEVELS
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import Status

MOST_EXCEPTIONS = 30
"""Worse-graded firms in the table of exceptions; all stand in plan.json."""

_STATUS_ORDER = {"unverified": 0, "design": 1, "secondary": 2, "official": 3}


def report_values(
    plan: Plan,
    inventory: Inventory,
    day: date,
    period: tuple[datetime, datetime] | None = None,
) -> dict[str, Any]:
    """Return everything the report shows, as text, and the shares its charts draw."""
    told = figures(plan)
    city = inventory.city or "××市"
    return {
        "city": city,
        "title": f"{city}重污染天气应急减排方案报告",
        "subtitle": "拟稿，未经审定不生效",
        "facts": _head(plan, inventory, day, period, city),
        "invented": any("虚构" in n or "invented" in n.lower() for n in inventory.notes),
        "conclusions": _conclusions(plan, told),
        "targets": _targets(told),
        "chart_targets": _chart_targets(told),
        "money_unit": money_unit(told.cost_basis),
        "levels": _levels(told),
        "compare": _compare(plan, told),
        "chart_cost": _chart_cost(plan, told),
        "baseline_notes": [
            *(f"{b.label_zh}：{b.note_zh}。" for b in plan.baselines if b.note_zh),
            *(b.why_cheaper_zh for b in told.baselines if b.why_cheaper_zh),
        ],
        "grades": _grades(told),
        "exceptions_note": _exceptions_note(plan),
        "exceptions": _exceptions(plan),
        "certificate": _certificate(plan, told),
        "rules": _rules(plan.rules),
        "remarks": list(plan.remarks_zh),
        "violations": [v.message_zh for v in plan.violations],
        "trace": _trace(plan, inventory),
    }


def _head(
    plan: Plan,
    inventory: Inventory,
    day: date,
    period: tuple[datetime, datetime] | None,
    city: str,
) -> list[list[str]]:
    running = sum(1 for _ in {o.firm_id for o in plan.orders})
    return [
        ["城市", city],
        ["规则日期", day.isoformat()],
        ["清单", inventory.source or "未记名"],
        ["企业 / 生产线", f"{running:,} 家 / {len(inventory.lines):,} 条"],
        ["预警级别", "、".join(level.label_zh for level in plan.levels)],
        ["执行时段", period_zh(period)],
    ]


def _conclusions(plan: Plan, told: Figures) -> list[str]:
    out: list[str] = []
    unit = money_unit(told.cost_basis)
    for f in told.levels:
        short = [p for p in f.pollutants if p.known and p.short_kg > 0]
        known = [p for p in f.pollutants if p.known]
        if not known:
            state = "各项污染物均无全社会排放数据，不能判断是否达标"
        elif not short:
            state = f"{'、'.join(p.pollutant.label_zh for p in known)}全部达到要求"
        elif plan.feasible and plan.exchange:
            names = "、".join(f"{p.pollutant.label_zh}低{short_kg(p.short_kg)}千克" for p in short)
            state = f"二氧化硫与氮氧化物互换后达到要求（{names}）"
        else:
            names = "、".join(
                f"{p.pollutant.label_zh}差{short_kg(p.short_kg)}千克/日" for p in short
            )
            state = f"不能达到要求：{names}"
        out.append(
            f"{f.level.label_zh}：{state}；日成本{money(f.cost, told.cost_basis)}{unit[:-2]}，"
            f"涉及{f.firms_touched:,}家（共{f.firms:,}家），整线停产{f.lines_stopped:,}条；"
            f"绩效好的企业（A级、引领性、B级、B-级）{f.good_total:,}家中"
            f"{f.good_spared:,}家不受影响（{_spared(f.good_spared_share)}）。"
        )
    out += list(plan.advice_zh)  # of an infeasible plan
    out += [b.why_cheaper_zh for b in told.baselines if b.why_cheaper_zh and b.meets]
    if plan.unknown:
        names = "、".join(p.label_zh for p in POLLUTANTS if p in plan.unknown)
        out.append(f"{names}在清单中没有数据，按未知处理，未设目标，不视为零，也不视为达标。")
    unsure = len(told.unverified)
    if unsure:
        out.append(f"方案依据的规则中有{unsure}条待核实，签发前须由法制人员核对（见第七节）。")
    return out


def _targets(told: Figures) -> list[list[str]]:
    return [
        [f.level.label_zh, p.pollutant.label_zh, *_target_cells(p)]
        for f in told.levels
        for p in f.pollutants
    ]


def _target_cells(p: PollutantFigures) -> list[str]:
    if not p.known:
        return ["未知", *[ABSENT] * 6, "未知"]
    return [
        floor_percent(p.required_ratio),
        floor_percent(p.achieved_ratio),
        kg(p.required_kg),
        kg(p.achieved_kg),
        kg(p.firms_kg),
        kg(p.other_kg),
        ABSENT if p.marginal_cny_kg is None else f"{p.marginal_cny_kg:,.2f}",
        "达到" if p.met else f"差{short_kg(p.short_kg)}",
    ]


def _chart_targets(told: Figures) -> list[dict[str, Any]]:
    return [
        {
            "label": f.level.label_zh,
            "key": f.level.value,
            "bars": [
                {
                    "label": p.pollutant.label_zh,
                    "known": p.known,
                    "required": float(p.required_ratio),
                    "achieved": float(p.achieved_ratio),
                    "text": floor_percent(p.achieved_ratio) if p.known else "未知",
                }
                for p in f.pollutants
            ],
        }
        for f in told.levels
    ]


def _levels(told: Figures) -> list[list[str]]:
    return [
        [
            f.level.label_zh,
            money(f.cost, told.cost_basis),
            f"{f.firms_touched:,}",
            f"{f.lines_stopped:,}",
            f"{f.good_spared:,} / {f.good_total:,}",
            _spared(f.good_spared_share),
        ]
        for f in told.levels
    ]


def _compare(plan: Plan, told: Figures) -> list[list[str]]:
    rows: list[list[str]] = []
    for f in told.levels:
        rows.append(
            [
                f.level.label_zh,
                "本方案",
                money(f.cost, told.cost_basis),
                "达到" if plan.feasible and _any_known(f) else "未达到",
                f"{f.firms_touched:,}",
                f"{f.lines_stopped:,}",
                _spared(f.good_spared_share),
            ]
        )
        rows += [
            [
                "",
                b.label_zh,
                money(b.cost, told.cost_basis),
                "达到" if b.meets else "未达到",
                f"{b.firms_touched:,}",
                f"{b.lines_stopped:,}",
                _spared(b.good_spared_share),
            ]
            for b in told.baselines
            if b.level is f.level
        ]
    return rows


def _any_known(f: LevelFigures) -> bool:
    return any(p.known for p in f.pollutants)


def _chart_cost(plan: Plan, told: Figures) -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = []
    for f in told.levels:
        entries = [("本方案", f.cost, True, plan.feasible)]
        entries += [
            (b.label_zh, b.cost, False, b.meets) for b in told.baselines if b.level is f.level
        ]
        groups.append(
            {
                "label": f.level.label_zh,
                "bars": [
                    {
                        "label": label,
                        "value": float(cost),
                        "text": money(cost, told.cost_basis) + ("" if meets else "（未达标）"),
                        "own": own,
                    }
                    for label, cost, own, meets in entries
                ],
            }
        )
    return groups


def _grades(told: Figures) -> list[list[str]]:
    grades = {g.grade for f in told.levels for g in f.grades}
    out: list[list[str]] = []
    for grade in sorted(grades, key=lambda g: (g.rank, g.label_zh)):
        cells = [grade.label_zh]
        total = ""
        per_level: list[str] = []
        by_level = {f.level: f for f in told.levels}
        for level in LEVELS:
            f = by_level.get(level)
            found = next((g for g in f.grades if g.grade is grade), None) if f else None
            per_level += [f"{found.touched:,}", f"{found.stopped:,}"] if found else [ABSENT] * 2
            total = f"{found.firms:,}" if found else total
        out.append([*cells, total, *per_level])
    return out


def _exceptions_note(plan: Plan) -> str:
    if not plan.exceptions:
        return "同行业内没有等级较好而减排比例更高的企业。"
    pairs = sum(e.better_count for e in plan.exceptions)
    return (
        f"下列企业等级较差而减排比例低于同行业等级较好的企业（共{len(plan.exceptions):,}家次、"
        f"{pairs:,}对）；逐对列于方案文件 plan.json，并写入等级较好企业的管控令。"
    )


def _exceptions(plan: Plan) -> list[list[str]]:
    """Return one row for each worse-graded firm, the first `MOST_EXCEPTIONS` of them."""
    rows = []
    for e in plan.exceptions[:MOST_EXCEPTIONS]:
        most = e.better[0]
        more = f"{most.firm_name}（{most.grade.label_zh}，{share(most.share)}）"
        rows.append(
            [
                e.level.label_zh,
                e.industry_zh,
                f"{e.firm_name}（{e.grade.label_zh}）",
                share(e.share),
                e.why_zh,
                more if e.better_count == 1 else f"{e.better_count:,}家，最高{more}",
            ]
        )
    left = len(plan.exceptions) - len(rows)
    if left:
        rows.append(["", "", f"其余{left:,}家次", "", "", "见 plan.json"])
    return rows


def _certificate(plan: Plan, told: Figures) -> list[list[str]]:
    unit = money_unit(told.cost_basis)
    ok = not plan.violations
    return [
        *(
            [f"{f.level.label_zh}日成本", f"{money(f.cost, told.cost_basis)} {unit}"]
            for f in told.levels
            if len(told.levels) > 1
        ),
        [told.total_label_zh, f"{money(told.total, told.cost_basis)} {_sum_unit(told)}"],
        [
            "同口径可证明的最低成本（下界）",
            f"{money(told.total_bound, told.cost_basis)} {_sum_unit(told)}",
        ],
        ["与最优的差距（上限）", f"{plan.gap * 100:.3f}%"],
        ["独立核验", "通过，0 条违反" if ok else f"未通过，{len(plan.violations)} 条违反"],
        ["二氧化硫与氮氧化物互换", "启用" if plan.exchange else "未启用"],
    ]


def _sum_unit(told: Figures) -> str:
    """Return the unit of the total: a weighted sum over levels is no cost of any one day."""
    unit = money_unit(told.cost_basis)
    return unit if len(told.levels) == 1 else unit.removesuffix("/日")


def _rules(rules: Sequence[RuleRef]) -> list[list[str]]:
    """Return one row a rule, the least certain first."""
    grouped: dict[tuple[str, str, str, str], list[str]] = {}
    for r in rules:
        key = (r.document, r.rule_id, r.edition, r.status)
        clauses = grouped.setdefault(key, [])
        if r.clause and r.clause not in clauses:
            clauses.append(r.clause)
    ordered = sorted(grouped.items(), key=lambda kv: _STATUS_ORDER.get(kv[0][3], 0))
    return [
        [
            Status(status).label_zh,
            document,
            "；".join(clauses[:4]) + (f" 等{len(clauses)}处" if len(clauses) > 4 else ""),
            f"{rule_id}@{edition}",
        ]
        for (document, rule_id, edition, status), clauses in ordered
    ]


def _trace(plan: Plan, inventory: Inventory) -> str:
    digest = inventory.sha256 or "无"
    rest = "　".join(f"{k} {v}" for k, v in plan.provenance.items() if v != digest)
    return f"清单 SHA-256 {digest}" + (f"　{rest}" if rest else "")


def _spared(value: Fraction) -> str:
    return floor_percent(value)
