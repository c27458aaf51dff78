"""What pages show of alerts and plans: the alert in force, a plan beside the baselines, a what-if beside the plan."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q

from lantian.jobs.registry.labels import grade_names
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.office.alert.models import Alert, Order, PlanWork
from lantian.office.alert.taken_up import written_plan
from lantian.office.grading.standing import superseded
from lantian.office.people.access import own_firms
from lantian.office.people.models import User

WAN = 10_000
BAR, BAR_STEP = 340, 34
"""Longest bar of the chart of costs, and from one bar to the next, in the units of its drawing."""
BASELINE_EN = {"filed": "measures as filed", "uniform": "the same share for all"}


def in_force() -> Alert | None:
    """Return the alert that is in force now."""
    return Alert.objects.filter(state=Alert.State.SIGNED).order_by("-signed_at").first()


def plan_of(alert: Alert) -> PlanWork | None:
    """Return the newest plan of an alert; what-ifs are none."""
    return alert.plans.filter(kind=PlanWork.Kind.PLAN).first()


def orders_seen(user: User, orders: Any) -> Any:
    """Return those of `orders` (a query) that a user may see: of his district, of his firm."""
    return own_firms(user, orders, "order.view")


def replaced_grades(plan: PlanWork | None) -> list[dict[str, Any]]:
    """Return the firms that hold another grade by now than the one their order would rest on (decision 0183)."""
    if plan is None or plan.state != PlanWork.State.READY or plan.result is None:
        return []
    found = superseded(written_plan(plan)["orders"])
    return [
        {"award": award, "was": grade_names(order["grade"]), "holds": grade_names(award.grade),
         "grades": [order["grade"], award.grade]}
        for order, award in found
        if order["level"] == plan.alert.level
    ]  # fmt: skip


def rows_of(level: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the pollutants of a level: required, reached, short; unknown ones say so."""
    rows = []
    for p in POLLUTANTS:
        required = level["required"].get(p.value)
        known = required is not None
        rows.append({
            "name": p.label_zh, "key": p.value, "known": known,
            "required": required * 100 if known else None,
            "reached": level["achieved"][p.value] * 100 if known else None,
            "kg": level["achieved_kg_day"][p.value] if known else None,
            "short": level["short_kg_day"][p.value] if known else None,
            "met": level["met"].get(p.value) if known else None,
        })  # fmt: skip
    return rows


def plan_values(plan: PlanWork | None) -> dict[str, Any] | None:
    """Return a plan's figures of its level beside those of the baselines, None where there is none yet."""
    if plan is None or plan.state != PlanWork.State.READY:
        return None
    return values_of(plan.summary)


def values_of(summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a summary (plan.json without its orders) of one level."""
    key, own = next(iter(summary["levels"].items()))
    in_yuan = summary.get("cost_basis", "cny") == "cny"
    scale = WAN if in_yuan else 1
    ways = [_way("plan", ("本方案", "this plan"), own, scale)]
    for name, way in summary["baselines"].items():
        ways.append(_way(name, (way["label_zh"], BASELINE_EN.get(name, name)), way["levels"][key], scale)
                    | {"note": (way["note_zh"], way["note_en"])})  # fmt: skip
    most = max([w["cost"] for w in ways] + [0.0]) or 1.0
    for place, way in enumerate(ways):
        way["width"], way["y"] = round(way["cost"] / most * BAR), place * BAR_STEP
    bound, unit = summary.get("bound_cny_day"), "万元" if in_yuan else "规模单位"
    return {
        "level": Level(key), "own": own, "height": len(ways) * BAR_STEP, "rows": rows_of(own), "ways": ways,
        "in_yuan": in_yuan,
        "cost": own["cost_cny_day"] / scale, "spared": own["good_performers_spared"] * 100,
        "gap": summary["gap"] * 100 if summary["gap"] is not None else None,
        "bound": bound / scale if bound is not None else None, "feasible": summary["feasible"],
        "advice": _advice(summary), "cheaper": _cheaper(summary, key), "better": _better(ways, unit),
        "remarks": list(zip(summary["remarks_zh"], summary["remarks_en"], strict=True)),
        "broken": summary.get("broken", []), "exceptions": len(summary.get("fairness_exceptions", [])),
    }  # fmt: skip


def _way(key: str, names: tuple[str, str], level: Mapping[str, Any], scale: int) -> dict[str, Any]:
    met = level["met"].values() if "met" in level else [level["meets"]]
    return {
        "key": key, "names": names, "cost": level["cost_cny_day"] / scale, "firms": level["firms_touched"],
        "lines": level["lines_stopped"], "spared": level["good_performers_spared"] * 100,
        "met": all(one for one in met if one is not None),
        "cuts": [
            None if level["achieved"].get(p.value) is None else level["achieved"][p.value] * 100
            for p in POLLUTANTS
        ],
    }  # fmt: skip


def _advice(summary: Mapping[str, Any]) -> list[tuple[str, str]]:
    short = summary.get("shortfall")
    return list(zip(short["advice_zh"], short["advice_en"], strict=True)) if short else []


def _cheaper(summary: Mapping[str, Any], key: str) -> list[tuple[str, str]]:
    """Return why a baseline costs less, where one does; the sentences are computed by the domain."""
    found = []
    for way in summary["baselines"].values():
        level = way["levels"][key]
        if level["why_cheaper_zh"]:
            found.append((level["why_cheaper_zh"], level["why_cheaper_en"]))
    return found


def _better(ways: list[dict[str, Any]], unit: str) -> list[tuple[str, str]]:
    """Return in words how the plan stands to each baseline: cost, who is touched, targets."""
    own, found = ways[0], []
    for way in ways[1:]:
        less = way["cost"] - own["cost"]
        share = abs(less) / way["cost"] * 100 if way["cost"] else 0.0
        zh = f"日成本比“{way['names'][0]}”{'少' if less >= 0 else '多'}{abs(less):,.2f}{unit}（{share:.1f}%）"
        en = f"costs {abs(less):,.2f} ({share:.1f} %) {'less' if less >= 0 else 'more'} than {way['names'][1]}"
        points = own["spared"] - way["spared"]
        if round(points, 1):
            zh += (
                f"，绩效良好企业不受影响的{'多' if points >= 0 else '少'}{abs(points):.1f}个百分点"
            )
            en += f"; good performers left alone {points:+.1f} points"
        else:
            zh, en = (
                f"{zh}，绩效良好企业不受影响的比例相同",
                f"{en}; as many good performers left alone",
            )
        if not way["met"]:
            zh, en = f"{zh}；后者未达到减排要求", f"{en}; that way misses the targets"
        found.append((f"{zh}。", f"{en}."))
    return found


def supposed_words(options: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a what-if supposes."""
    zh, en = [], []
    if options.get("level"):
        zh.append(f"预警改为{Level(options['level']).label_zh}")
        en.append(f"level {options['level']}")
    for key, share in options.get("targets", {}).items():
        shown = f"{float(Fraction(share) * 100):g}%"
        zh.append(f"{Pollutant(key).label_zh}目标{shown}")
        en.append(f"{key} target {shown}")
    for key, label, label_en in (
        ("district", "区县", "district"),
        ("industry", "行业", "industry"),
    ):
        if options.get(key):
            zh.append(f"{label}“{options[key]}”不加严")
            en.append(f"{label_en} {options[key]} spared")
    if options.get("spare"):
        zh.append(f"不加严企业：{'、'.join(options['spare'])}")
        en.append(f"spared: {', '.join(options['spare'])}")
    return "；".join(zh), "; ".join(en)


def compared(plan: PlanWork, other: PlanWork) -> dict[str, Any]:
    """Return the firms whose order differs between a plan and a what-if, the largest differences first."""
    mine = {o["firm_id"]: o for o in written_plan(plan)["orders"]}
    theirs = {o["firm_id"]: o for o in written_plan(other)["orders"]}
    rows = []
    for firm_id, now in theirs.items():
        was = mine.get(firm_id)
        if was is None or (
            was["share_exact"] == now["share_exact"] and was["text_zh"] == now["text_zh"]
        ):
            continue
        rows.append({
            "firm_id": firm_id, "name": now["firm_name"], "district": now["district"], "grade": now["grade"],
            "was": was["text_zh"], "was_en": was["text_en"], "now": now["text_zh"], "now_en": now["text_en"],
            "cost": (now["cost_cny_day"] - was["cost_cny_day"]) / WAN, "more": now["share"] > was["share"],
        })  # fmt: skip
    rows.sort(key=lambda r: -abs(r["cost"]))
    return {"count": len(rows), "rows": rows, "more": sum(r["more"] for r in rows)}


def progress(orders: Any) -> dict[str, int]:
    """Return how far receipts and reports are, in one question."""
    asked = Q(cuts=True)
    found = orders.order_by().aggregate(
        total=Count("pk"), cutting=Count("pk", filter=asked),
        received=Count("pk", filter=asked & Q(receipt_at__isnull=False)),
        reported=Count("pk", filter=asked & Q(reported_at__isnull=False)),
    )  # fmt: skip
    return {"all": found.pop("total"), "cuts": found.pop("cutting"), **found}


def current_order(firm_id: str) -> Order | None:
    """Return the one order that a firm must carry out now."""
    if not firm_id:
        return None
    return (
        Order.objects.filter(firm_id=firm_id, ended_at=None).select_related("alert", "plan").first()
    )
