"""Days of an outlet as the domain rolls them up: from the lake, with marks, judged, kept for lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import transaction

from lantian.domain.monitoring.days import DayMean
from lantian.domain.monitoring.effect import MarkSpan, without_dusty_hours
from lantian.domain.monitoring.exceed import Judgement, Outcome, judge_outlet
from lantian.domain.monitoring.model import HOUR, Average
from lantian.domain.monitoring.outlet_run import FactorRun, OutletRun, roll_outlet
from lantian.domain.monitoring.reasons import Reason
from lantian.domain.monitoring.rollup import Cycle, Mean
from lantian.jobs.monitoring.run import hourly_dust, shown
from lantian.kernel.rounding import round_fraction
from lantian.office.monitoring import lake, marking
from lantian.office.monitoring.alarms import feed, feed_late
from lantian.office.monitoring.description import described
from lantian.office.monitoring.models import FactorDay, Outlet
from lantian.rulebook.monitoring_tables import load_monitoring

KEPT_DECIMALS = 9
"""Decimals a daily mean is kept with for months; hours and days are judged unrounded, before."""
GRACE = timedelta(minutes=10)
"""An hour is shown to the alarms so long after its end: its last minutes are then there."""


@dataclass(frozen=True, slots=True)
class DayRun:
    """One day of an outlet rolled up and judged; `unknown` are codes without a row in the tables."""

    day: date
    run: OutletRun
    spans: Sequence[MarkSpan]
    judgement: Judgement
    unknown: tuple[str, ...]


def run_day(outlet: Outlet, day: date, spans: Sequence[MarkSpan] | None = None) -> DayRun:
    """Return a day worked out from the lake, with the marks known now.

    Parameters
    ----------
    spans
        Effects of the marks, where the caller has them; they are read otherwise.
    """
    rules, own = load_monitoring(), described(outlet)
    start, end = lake.day_bounds(day)
    found = lake.series(outlet, rules.factors(day), start, end)
    series = [s for s in found.series if s.factor.medium is own.medium]
    if spans is None:
        spans = marking.effects(outlet).spans
    near = tuple(s for s in spans if s.start < end and s.end > start)

    def rolled(marks: Sequence[MarkSpan]) -> OutletRun:
        return roll_outlet(own, series, marks, lambda d: rules.rollup(own.medium, d), rules.flags)

    run = rolled(near)
    kept = without_dusty_hours(near, hourly_dust(run))
    if kept != near:
        run = rolled(kept)
    return DayRun(day, run, kept, judge_outlet(run, rules.exceedance), found.unknown)


def roll_day(
    outlet: Outlet, day: date, now: datetime, spans: Sequence[MarkSpan] | None = None
) -> int:
    """Work a day out anew, keep it, show its outcomes to the alarms; return how many factors it has."""
    found = run_day(outlet, day, spans)
    with transaction.atomic():
        Outlet.objects.select_for_update().get(pk=outlet.pk)  # two workers may roll the same day
        locked = {d.factor: d for d in FactorDay.objects.filter(outlet=outlet, day=day)}
        for code, factor in found.run.factors.items():
            row = locked.get(code) or FactorDay(outlet=outlet, factor=code, day=day)
            _fill(row, factor, found.judgement, now)
            own = {
                average: found.judgement.outcomes.get((code, average), ()) for average in Average
            }
            row.fed = _feed(row, own, now)
            row.save()
    return len(found.run.factors)


def _feed(row: FactorDay, own: dict[Average, Sequence[Outcome]], now: datetime) -> dict[str, str]:
    """Show new outcomes to the alarms; one that was shown as above its limit is not shown again."""
    fed = dict(row.fed or {})
    later = FactorDay.objects.filter(outlet=row.outlet, factor=row.factor, day__gt=row.day)
    show = feed_late if later.exclude(fed={}).exists() else feed
    for average, outcomes in own.items():
        fresh = []
        for one in outcomes:
            key = f"{average.value} {one.end:%d %H:%M}"
            verdict = "o" if one.over else "n"
            if one.end + GRACE > now or fed.get(key) in (verdict, "o"):
                continue
            fed[key] = verdict
            fresh.append(one)
        if fresh:
            show(row.outlet, row.factor, average, fresh)
    return fed


def _fill(row: FactorDay, factor: FactorRun, judgement: Judgement, now: datetime) -> None:
    code = factor.series.factor.code
    start, end = lake.day_bounds(row.day)
    passed = max(0, min(24, int((min(end, now) - start) / HOUR)))
    over = {o.end: o.over for o in judgement.outcomes.get((code, Average.HOUR), ())}
    cells = [hour_cell(c, over.get(c.end)) for c in factor.cycles]
    done = [c for c in factor.cycles if c.end <= now]
    per_hour = max(1, int(HOUR / factor.series.step))
    row.hours = cells
    row.due = passed * per_hour if factor.series.step <= HOUR else sum(c.due for c in done)
    row.received = sum(_received(c) for c in done)
    row.valid = sum(c.counts.get(Reason.OK, 0) for c in done)
    row.valid_hours = sum(c.hours for c in done if c.recorded.valid)
    row.marked_hours = sum(c.hours for c in done if c.spans)
    row.over_hours = sum(bool(over.get(c.end)) for c in done)
    mean = next((d for d in factor.days if d.day == row.day), None)
    whole = end <= now
    by_day = next(iter(judgement.outcomes.get((code, Average.DAY), ())), None)
    row.day_over = by_day.over if whole and by_day is not None else None
    row.mean = day_cell(mean, row.day_over) if mean else {}
    row.rolled_at = now


def _received(cycle: Cycle) -> int:
    return sum(cycle.counts.values()) - cycle.counts.get(Reason.MISSING, 0)


def hour_cell(cycle: Cycle, over: bool | None) -> dict[str, Any]:
    """Return what is kept of an hour, or of a longer cycle (`n` hours)."""
    return _means(cycle.recorded, cycle.judged, shown) | {
        "h": cycle.start.hour, "n": cycle.hours, "over": over,
        "min": shown(cycle.minimum), "max": shown(cycle.maximum), "normal": cycle.normal,
        "counts": {r.value: n for r, n in cycle.counts.items() if n}, "flags": dict(cycle.flags),
        "marks": sorted({s.entry_id for s in cycle.spans}),
    }  # fmt: skip


def day_cell(mean: DayMean, over: bool | None) -> dict[str, Any]:
    """Return what is kept of a day."""
    return _means(mean.recorded, mean.judged, _kept) | {
        "over": over, "normal": mean.normal, "weighted": mean.weighted,
    }  # fmt: skip


def _means(recorded: Mean, judged: Mean, text: Any) -> dict[str, Any]:
    return {
        "v": text(recorded.value), "c": text(recorded.at_reference), "ok": recorded.valid,
        "cok": recorded.converted_valid if recorded.conversion is not None else None,
        "why": recorded.reason.value, "conv": recorded.conversion.value if recorded.conversion else None,
        "have": recorded.have, "need": recorded.needed,
        "jv": text(judged.value), "jc": text(judged.at_reference), "jok": judged.valid,
        "jwhy": judged.reason.value, "jhave": judged.have,
    }  # fmt: skip


def _kept(value: Fraction | None) -> str | None:
    return None if value is None else format(round_fraction(value, KEPT_DECIMALS), "f")
