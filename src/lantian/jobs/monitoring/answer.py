"""What a run prints as JSON and writes as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lantian.adapters.lake.textfile import write_csv
from lantian.domain.monitoring.alarm import Alarm
from lantian.domain.monitoring.days import DayMean, MonthMean
from lantian.domain.monitoring.effect import BudgetUse, MarkSpan
from lantian.domain.monitoring.exceed import Exceedance, Unjudged
from lantian.domain.monitoring.marks import MarkEntry
from lantian.domain.monitoring.mass import MassKind, QuarterMass
from lantian.domain.monitoring.rollup import Cycle, Mean
from lantian.jobs.monitoring.run import MonitorRun, shown

_HOUR = timedelta(hours=1)


def _mean(mean: Mean) -> dict[str, Any]:
    return {
        "value": shown(mean.value),
        "converted": shown(mean.at_reference),
        "valid": mean.valid,
        "converted_valid": mean.converted_valid if mean.conversion is not None else None,
        "have": mean.have,
        "needed": mean.needed,
        "unit": mean.unit,
        "reason": mean.reason.value,
        "reason_zh": mean.reason.zh,
        "reason_en": mean.reason.en,
        "conversion": mean.conversion.value if mean.conversion is not None else None,
    }


def cycle_as_dict(cycle: Cycle, *, trace: bool) -> dict[str, Any]:
    """Return one period as plain values."""
    found = {
        "start": cycle.start.isoformat(),
        "end": cycle.end.isoformat(),
        "recorded": _mean(cycle.recorded),
        "judged": _mean(cycle.judged),
        "min": shown(cycle.minimum),
        "max": shown(cycle.maximum),
        "flag_normal": cycle.normal,
        "counts": {r.value: n for r, n in cycle.counts.items() if n},
        "flags": dict(cycle.flags),
        "marks": [
            {
                "id": s.entry_id,
                "name_zh": s.name_zh,
                "effect": s.reason.value,
                "why_zh": s.reason.zh,
            }
            for s in cycle.spans
        ],
    }
    return found | {"trace": cycle.trace.as_dict()} if trace else found


def day_as_dict(one: DayMean) -> dict[str, Any]:
    """Return one day as plain values."""
    return {
        "day": one.day.isoformat(),
        "recorded": _mean(one.recorded),
        "judged": _mean(one.judged),
        "flag_normal": one.normal,
        "weighted_by_flow": one.weighted,
        "trace": one.trace.as_dict(),
    }


def _month(one: MonthMean) -> dict[str, Any]:
    return {"month": one.month, "recorded": _mean(one.recorded), "trace": one.trace.as_dict()}


def _span(span: MarkSpan) -> dict[str, Any]:
    return {
        "id": span.entry_id,
        "mark": span.kind.key if span.kind else span.name_zh,
        "name_zh": span.name_zh,
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "hours": shown_hours(span.end - span.start),
        "factors": sorted(span.factors),
        "exempts": span.exempts,
        "effect": span.reason.value,
        "why_zh": span.reason.zh,
        "why_en": span.reason.en,
        "limit_known": span.limit_known,
        "rule": span.ref.as_dict() if span.ref else None,
    }


def shown_hours(span: timedelta) -> str:
    """Return a length in hours with two decimals."""
    return f"{span / _HOUR:.2f}"


def _use(use: BudgetUse) -> dict[str, Any]:
    return {
        "budget": use.budget.key,
        "name_zh": use.budget.name_zh,
        "period": use.period,
        "hours": use.budget.hours,
        "used": shown_hours(use.used),
        "left": shown_hours(use.left),
        "rule": use.budget.ref.as_dict(),
    }


def _mass(one: QuarterMass) -> dict[str, Any]:
    return {
        "factor": one.factor,
        "quarter": one.quarter,
        "capture_pct": shown(one.capture_pct),
        "hours": {k.value: one.count(k) for k in MassKind},
        "kg": {k.value: shown(one.sum_kg(k)) for k in MassKind if k is not MassKind.BY_HAND},
        "trace": one.trace.as_dict(),
    }


def event_as_dict(event: Exceedance) -> dict[str, Any]:
    """Return one exceedance as plain values."""
    limit = event.limit
    return {
        "kind": event.kind.value,
        "kind_zh": event.kind.label_zh,
        "factor": event.factor,
        "name_zh": event.name_zh,
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "value": shown(event.value),
        "bound": shown(event.bound),
        "converted": event.converted,
        "multiple": shown(event.multiple),
        "document": f"{limit.document} {limit.clause}".strip() if limit else "",
        "rule": event.rule.as_dict(),
        "trace": event.trace.as_dict(),
    }


def _alarm(alarm: Alarm) -> dict[str, Any]:
    return {
        "factor": alarm.key.factor,
        "average": alarm.key.average.value,
        "opened_at": alarm.opened_at.isoformat(),
        "periods": alarm.periods,
        "worst": shown(alarm.worst),
        "level": alarm.level,
        "state": alarm.state.value,
        "ended": alarm.ended,
        "said": [
            {"at": s.at.isoformat(), "notice": s.notice.value, "text": s.text,
             "rule": s.rule.as_dict() if s.rule else None}
            for s in alarm.said
        ],
    }  # fmt: skip


def _unjudged(one: Unjudged) -> dict[str, Any]:
    return {
        "factor": one.factor,
        "average": one.average.value,
        "start": one.start.isoformat(),
        "reason": one.reason.value,
        "reason_zh": one.reason.zh,
        "have": one.have,
        "needed": one.needed,
        "because_of_marks": one.marked,
    }


def _entry(entry: MarkEntry) -> dict[str, Any]:
    return {
        "id": entry.entry_id,
        "action": entry.act.value,
        "made_at": entry.made_at.isoformat(),
        "made_by": entry.made_by,
        "mark": entry.kind,
        "start": entry.start.isoformat() if entry.start else None,
        "end": entry.end.isoformat() if entry.end else None,
        "cause": entry.cause,
        "target": entry.target,
    }


def head_as_dict(run: MonitorRun) -> dict[str, Any]:
    """Return what every answer begins with: outlet, file, marks."""
    first = min(s.readings[0].start for s in run.data.series).date()
    day: date = run.rules_day(first)
    method = run.rules.rollup(run.outlet.medium, day)
    scheme = run.rules.marks(run.outlet.trade, day)
    return {
        "source": run.source,
        "outlet": run.outlet.outlet_id,
        "outlet_name_zh": run.outlet.name_zh,
        "medium": run.outlet.medium.value,
        "trade": run.outlet.trade,
        "reference_o2_pct": shown(run.outlet.o2_ref_pct),
        "reference_o2_document": run.outlet.o2_document,
        "rules_on": run.on.isoformat() if run.on else None,
        "rules": {k: {"value": shown(p.value), "note_zh": p.note} | p.ref.as_dict()
                  for k, p in method.values.items()},
        "open_zh": [*method.open_zh, *(scheme.open_zh if scheme and run.spans else ())],
        "rows_read": run.data.rows_read,
        "rows_unused": run.data.rows_unused,
        "values_unused": run.data.values_unused,
        "columns_unused": run.data.columns_unused,
        "mark_history": [_entry(e) for e in run.history.entries],
        "marks": [_span(s) for s in run.spans],
        "mark_budgets": [_use(u) for u in run.effects.uses],
    }  # fmt: skip


def rollup_as_dict(run: MonitorRun, *, trace: bool) -> dict[str, Any]:
    """Return everything of a roll-up but its problems; traces of hours only when asked for."""
    factors = []
    for code, own in run.run.factors.items():
        one = own.series.factor
        factors.append(
            {
                "factor": code,
                "name_zh": one.name_zh,
                "unit": one.unit,
                "step_minutes": own.series.step.total_seconds() / 60,
                "values": len(own.series.readings),
                "hours": [cycle_as_dict(c, trace=trace) for c in own.cycles],
                "days": [day_as_dict(d) for d in own.days],
                "months": [_month(m) for m in own.months],
            }
        )
    comparisons = [
        {
            "factor": c.factor,
            "compared": c.compared,
            "differing": [
                {"start": d.start.isoformat(), "logger": shown(d.logger), "recomputed": shown(d.own),
                 "converted": d.converted, "pct": shown(d.pct), "trace": d.trace.as_dict()}
                for d in c.differing
            ],
            "lacking": [t.isoformat() for t in c.lacking],
            "surplus": [t.isoformat() for t in c.surplus],
        }
        for c in run.comparisons
    ]  # fmt: skip
    return head_as_dict(run) | {
        "factors": factors,
        "mass": [_mass(m) for m in run.masses],
        "logger_hours": comparisons,
        "written": [str(p) for p in run.written],
    }


def exceed_as_dict(run: MonitorRun) -> dict[str, Any]:
    """Return events and what could not be judged."""
    judgement = run.judgement
    assert judgement is not None
    return head_as_dict(run) | {
        "judged": [
            {"factor": f, "average": a, "count": n} for (f, a), n in judgement.judged.items()
        ],
        "events": [event_as_dict(e) for e in judgement.events],
        "unjudged": [_unjudged(u) for u in judgement.unjudged],
        "alarms": [_alarm(a) for a in run.alarms],
        "written": [str(p) for p in run.written],
    }


def write_tables(run: MonitorRun, folder: Path) -> None:
    """Write hours, days, marks and (where judged) events as CSV into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    hours: list[dict[str, Any]] = []
    days: list[dict[str, Any]] = []
    for code, own in run.run.factors.items():
        for cycle in own.cycles:
            found = cycle_as_dict(cycle, trace=False)
            marks = "；".join(f"{m['id']} {m['name_zh']}：{m['why_zh']}" for m in found["marks"])
            why = "、".join(f"{r.zh} {n}" for r, n in cycle.counts.items() if n)
            hours.append(
                {"factor": code, "start": found["start"], "end": found["end"]}
                | _flat(cycle.recorded, "recorded") | _flat(cycle.judged, "judged")
                | {"min": found["min"], "max": found["max"], "flag": "N" if cycle.normal else "D",
                   "readings_zh": why, "marks_zh": marks}
            )  # fmt: skip
        days += [
            {"factor": code, "day": d.day.isoformat()}
            | _flat(d.recorded, "recorded") | _flat(d.judged, "judged")
            for d in own.days
        ]  # fmt: skip
    _write(run, folder / "hours.csv", hours)
    _write(run, folder / "days.csv", days)
    marks_rows = [{k: v for k, v in _span(s).items() if k != "rule"} for s in run.spans]
    if marks_rows:
        _write(run, folder / "marks.csv", marks_rows)
    mass = [
        {"factor": m.factor, "start": h.start.isoformat(), "kg": shown(h.mass_kg), "kind": h.kind.value,
         "why_zh": h.why_zh, "status": h.rule.status if h.rule else ""}
        for m in run.masses for h in m.hours
    ]  # fmt: skip
    if mass:
        _write(run, folder / "mass.csv", mass)
    if run.judgement is not None:
        keys = ("kind_zh", "factor", "name_zh", "start", "end", "value", "bound", "converted",
                "multiple", "document")  # fmt: skip
        rows = [{k: event_as_dict(e)[k] for k in keys} for e in run.judgement.events]
        _write(run, folder / "events.csv", rows, keys)
        _write(
            run, folder / "unjudged.csv", [_unjudged(u) for u in run.judgement.unjudged],
            ("factor", "average", "start", "reason", "reason_zh", "have", "needed",
             "because_of_marks"),
        )  # fmt: skip


def _flat(mean: Mean, name: str) -> dict[str, Any]:
    found = _mean(mean)
    return {
        f"{name}_{k}": found[k]
        for k in ("value", "converted", "valid", "converted_valid", "have", "needed", "reason_zh")
    }


def _write(
    run: MonitorRun, path: Path, rows: Sequence[Mapping[str, Any]], keys: Sequence[str] = ()
) -> None:
    header = list(keys) or list(rows[0])
    cells = ([("" if r[k] is None else r[k]) for k in header] for r in rows)
    write_csv(path, header, cells)
    run.written.append(path)
