"""Grades as plain values: what ``--json`` prints and ``grades.json`` holds."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from lantian.domain.grading.batch import CitySummary
from lantian.domain.grading.result import FirmResult, GateResult, PartResult
from lantian.domain.grading.way_up import Gain, WayUp
from lantian.rulebook.grading_tables.tests_text import number_zh


def firm_as_dict(
    result: FirmResult, ways: Sequence[Sequence[WayUp]] = (), *, explain: bool = False
) -> dict[str, Any]:
    """Return one firm; `ways` holds the ways up of each part, `explain` adds the trace."""
    found: dict[str, Any] = {
        "firm_id": result.firm_id,
        "name": result.name,
        "district": result.district,
        "day": result.day.isoformat(),
        "grade": result.grade or None,
        "basis": result.basis.value,
        "provisional": result.provisional,
        "applied_on": result.applied_on.isoformat() if result.applied_on else None,
        "unused_facts": result.unused,
        "industries": [
            part_as_dict(part, ways[i] if i < len(ways) else ())
            for i, part in enumerate(result.parts)
        ],
    }
    if explain:
        found["trace"] = result.trace.as_dict()
    return found


def part_as_dict(part: PartResult, ways: Sequence[WayUp] = ()) -> dict[str, Any]:
    """Return one industry of a firm."""
    head = part.table.head if part.table else None
    return {
        "industry": part.industry,
        "industry_zh": part.industry_zh,
        "subtype": part.subtype,
        "edition": head.edition if head else None,
        "document": head.document if head else None,
        "scheme": list(part.scheme),
        "grade": part.grade or None,
        "basis": part.basis.value,
        "computed": part.computed or None,
        "proven": part.proven or None,
        "possible": part.possible or None,
        "decidable": bool(part.computed),
        "provisional": part.provisional,
        "weakest": list(part.weakest),
        "missing_facts": [{"id": m, "name_zh": part.table.facts[m].name_zh} for m in part.missing]
        if part.table
        else [],
        "to_judge": [{"row": row, "grade": grade} for row, grade in part.to_judge],
        "energy_gate": _gate(part.gate),
        "rows": [
            {
                "id": row.row.row_id,
                "dimension": row.row.dimension,
                "item_zh": row.row.item_zh,
                "proven": row.proven,
                "possible": row.possible,
                "reaches": {g: t.name.lower() for g, t in row.reaches.items()},
            }
            for row in part.rows
        ],
        "unverified_rules": [ref.as_dict() for ref in part.unverified],
        "notes_zh": list(part.notes_zh),
        "way_up": [way_as_dict(way) for way in ways],
    }


def _gate(gate: GateResult | None) -> dict[str, Any] | None:
    if gate is None:
        return None
    return {
        "reaches": {g: t.name.lower() for g, t in gate.reaches.items()},
        "capped_at": gate.capped_at,
        "missing_zh": list(gate.missing_zh),
    }


def way_as_dict(way: WayUp) -> dict[str, Any]:
    """Return one way up."""
    return {
        "target": way.target,
        "rows_held": way.rows_held,
        "rows_total": way.rows_total,
        "steps": [
            {
                "row": step.row_id,
                "dimension": step.dimension,
                "item_zh": step.item_zh,
                "demand_zh": step.demand_zh,
                "lacking_zh": list(step.lacking_zh),
                "why": step.why,
                "tests_held": step.tests_held,
                "tests_total": step.tests_total,
                "rule": step.ref.as_dict() if step.ref else None,
            }
            for step in way.steps
        ],
        "gain": _gain(way.gain) if way.gain else None,
    }


def _gain(gain: Gain) -> dict[str, Any]:
    return {
        "stop_days": _number(gain.stop_days),
        "less_cut_kg": (
            {code: _number(kg) for code, kg in gain.less_cut_kg.items()}
            if gain.less_cut_kg
            else None
        ),
        "levels": {
            one.level.value: {
                "days": _number(one.days),
                "now": {"kind": one.now.kind.value, "share": _number(one.now_share)},
                "then": {"kind": one.then.kind.value, "share": _number(one.then_share)},
            }
            for one in gain.levels
        },
    }


def _number(value: Fraction | None) -> str | None:
    if value is None:
        return None
    exact = number_zh(value)
    return exact if "/" not in exact else f"{float(value):.4f}"


def summary_as_dict(summary: CitySummary) -> dict[str, Any]:
    """Return the counts of a city."""
    return {
        "firms": summary.firms,
        "noticed": summary.noticed,
        "provisional": summary.provisional,
        "by_grade": {grade or "none": n for grade, n in summary.by_grade.items()},
        "by_basis": dict(summary.by_basis),
        "rounds": [
            {
                "name_zh": one.name_zh,
                "report_by": list(one.batch.report_by) if one.batch else None,
                "counts": dict(one.counts),
                "total": one.total,
                "industries_zh": list(one.industries_zh),
                "firms": [{"firm_id": r.firm_id, "grade": r.grade} for r in one.firms],
            }
            for one in summary.rounds
        ],
    }
