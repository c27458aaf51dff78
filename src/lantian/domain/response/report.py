"""``plan.json``: the whole answer as plain dictionaries, every figure from `summary`."""

from __future__ import annotations

from typing import Any

from lantian.domain.response.model import FairnessException, LineAction, Order, Plan, Violation
from lantian.domain.response.summary import (
    BaselineFigures,
    Figures,
    LevelFigures,
    PollutantFigures,
    figures,
    ratio_decimal,
)
from lantian.kernel.level import Level
from lantian.kernel.mass import mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

SCHEMA = "lantian-plan-1"


def plan_as_dict(plan: Plan, *, traces: bool = False) -> dict[str, Any]:
    """Return the plan as JSON-ready dictionaries.

    Parameters
    ----------
    traces
        Add to every order the full trace of its figure.

    Returns
    -------
    dict
        ``feasible``, ``cost_cny_day`` (weighted by days over the levels), ``bound_cny_day``,
        ``gap``, ``levels`` by level, ``checker``, ``duals``, ``baselines``, ``rules``,
        ``unverified_rules``, ``unknown``, ``remarks``, ``provenance`` and ``orders``. Ratios
        and masses of unknown pollutants are null. Where ``cost_basis`` is ``"size"``, costs
        are size units and not yuan.
    """
    told = figures(plan)
    out: dict[str, Any] = {
        "schema": SCHEMA,
        "feasible": plan.feasible,
        "cost_basis": plan.cost_basis,
        "cost_cny_day": float(told.value),
        "bound_cny_day": float(told.bound) if plan.feasible else None,
        "gap": plan.gap if plan.feasible else None,
        "levels": {f.level.value: _level(f) for f in told.levels},
        "checker": {
            "ok": not plan.violations,
            "violations": [_violation(v) for v in plan.violations],
        },
        "duals": _duals(plan, told),
        "baselines": _baselines(told, plan),
        "rules": [rule.as_dict() for rule in plan.rules],
        "unverified_rules": [rule.as_dict() for rule in told.unverified],
        "unknown": [p.value for p in POLLUTANTS if p in plan.unknown],
        "exchange": plan.exchange,
        "period": plan.period or None,
        "duty_zh": plan.duty_zh,
        "counts": dict(plan.counts),
        "remarks_zh": list(plan.remarks_zh),
        "remarks_en": list(plan.remarks_en),
        "provenance": dict(plan.provenance),
    }
    if plan.shortfall is not None:
        out["shortfall"] = {
            "short_kg_day": {
                f"{level.value}.{p.value}": float(mg_to_kg(mg))
                for (level, p), mg in plan.shortfall.short_mg.items()
            },
            "binding": list(plan.shortfall.binding),
            "advice_zh": list(plan.advice_zh),
            "advice_en": list(plan.advice_en),
        }
    out["fairness_exceptions"] = [_exception(e) for e in plan.exceptions]
    out["orders"] = [_order(order, traces) for order in plan.orders]
    return out


def _level(told: LevelFigures) -> dict[str, Any]:
    def by_pollutant(value: Any) -> dict[str, Any]:
        return {p.pollutant.value: value(p) if p.known else None for p in told.pollutants}

    return {
        "required": by_pollutant(lambda p: float(p.required_ratio)),
        "achieved": by_pollutant(lambda p: float(ratio_decimal(p.achieved_ratio))),
        "required_kg_day": by_pollutant(lambda p: float(p.required_kg)),
        "achieved_kg_day": by_pollutant(lambda p: float(p.achieved_kg)),
        "other_sources_kg_day": by_pollutant(lambda p: float(p.other_kg)),
        "short_kg_day": by_pollutant(lambda p: float(p.short_kg)),
        "met": by_pollutant(_met),
        "cost_cny_day": float(told.cost),
        "firms": told.firms,
        "firms_touched": told.firms_touched,
        "lines_stopped": told.lines_stopped,
        "good_performers_spared": float(told.good_spared_share),
        "grades": {
            g.grade.value: {"firms": g.firms, "touched": g.touched, "stopped": g.stopped}
            for g in told.grades
        },
        "reasons": dict(told.reasons),
    }


def _met(told: PollutantFigures) -> bool:
    return told.met


def _violation(violation: Violation) -> dict[str, Any]:
    return {
        "code": violation.code,
        "level": None if violation.level is None else violation.level.value,
        "subject": violation.subject,
        "message_zh": violation.message_zh,
        "message_en": violation.message_en,
    }


def _duals(plan: Plan, told: Figures) -> dict[str, Any]:
    def price(level: Level, pollutant: Pollutant) -> float | None:
        return None if pollutant in plan.unknown else plan.duals_cny_per_kg.get((level, pollutant))

    return {f.level.value: {p.value: price(f.level, p) for p in POLLUTANTS} for f in told.levels}


def _baselines(told: Figures, plan: Plan) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for base in plan.baselines:
        out[base.key] = {
            "label_zh": base.label_zh,
            "note_zh": base.note_zh,
            "note_en": base.note_en,
            "levels": {f.level.value: _baseline(f) for f in told.baselines if f.key == base.key},
        }
    return out


def _baseline(told: BaselineFigures) -> dict[str, Any]:
    return {
        "cost_cny_day": float(told.cost),
        "achieved": {
            p.value: float(ratio_decimal(told.ratios[p])) if p in told.ratios else None
            for p in POLLUTANTS
        },
        "meets": told.meets,
        "firms_touched": told.firms_touched,
        "lines_stopped": told.lines_stopped,
        "good_performers_spared": float(told.good_spared_share),
        "why_cheaper_zh": told.why_cheaper_zh or None,
        "why_cheaper_en": told.why_cheaper_en or None,
    }


def _masses(mg: tuple[int, int, int, int]) -> dict[str, float]:
    return {p.value: float(mg_to_kg(m)) for p, m in zip(POLLUTANTS, mg, strict=True)}


def _order(order: Order, traces: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "firm_id": order.firm_id,
        "firm_name": order.firm_name,
        "credit_code": order.credit_code,
        "district": order.district,
        "industry": order.industry,
        "industry_zh": order.industry_zh,
        "grade": order.grade.value,
        "level": order.level.value,
        "share": float(order.share),
        "share_exact": str(order.share),
        "floor_share": float(order.floor_share),
        "reason": order.reason,
        "reason_zh": order.reason_zh,
        "reason_en": order.reason_en,
        "text_zh": order.text_zh,
        "text_en": order.text_en,
        "transport_zh": order.transport_zh,
        "reduction_kg_day": _masses(order.reduction_mg),
        "cost_cny_day": order.cost_fen / 100,
        "cost_estimated": order.cost_estimated,
        "capped_by": order.capped_by or None,
        "rule": order.rule.as_dict(),
        "actions": [_action(action) for action in order.actions],
    }
    if traces:
        out["trace"] = order.trace.as_dict()
    return out


def _exception(e: FairnessException) -> dict[str, Any]:
    return {
        "level": e.level.value,
        "industry": e.industry,
        "firm_id": e.firm_id,
        "firm_name": e.firm_name,
        "grade": e.grade.value,
        "share": float(e.share),
        "share_exact": str(e.share),
        "why": e.why,
        "why_zh": e.why_zh,
        "why_en": e.why_en,
        "better_count": e.better_count,
        "better": [
            {
                "firm_id": b.firm_id,
                "firm_name": b.firm_name,
                "grade": b.grade.value,
                "share": float(b.share),
                "share_exact": str(b.share),
            }
            for b in e.better
        ],
    }


def _action(action: LineAction) -> dict[str, Any]:
    return {
        "line_id": action.line_id,
        "line_name": action.line_name,
        "unit": action.unit.value,
        "share": float(action.share),
        "share_exact": str(action.share),
        "text_zh": action.text_zh,
        "text_en": action.text_en,
        "reduction_kg_day": _masses(action.reduction_mg),
    }
