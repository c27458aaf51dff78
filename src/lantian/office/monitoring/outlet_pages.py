"""One outlet: live values, curve with marks and flags, completeness, and each hour with its reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.domain.monitoring.compare import compare_hours
from lantian.domain.monitoring.model import DAY, HOUR
from lantian.domain.monitoring.reasons import Reason
from lantian.jobs.monitoring.run import shown
from lantian.kernel.problem import LantianError
from lantian.office.monitoring import lake, marking, rolled
from lantian.office.monitoring.completeness import calendar_months, hour_grid
from lantian.office.monitoring.curves import (
    SPANS,
    UNITS,
    Asked,
    asked_of,
    limits_of,
    readings_of,
    twin,
)
from lantian.office.monitoring.description import described
from lantian.office.monitoring.drawing import draw
from lantian.office.monitoring.figures import STATES, factors_of, firms_now, limit_of
from lantian.office.monitoring.models import Alarm, Outlet
from lantian.office.monitoring.months import month_rows
from lantian.office.monitoring.shared import factor_table, outlet_of
from lantian.office.people.access import can, needs
from lantian.office.people.roles import Role
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook.monitoring_tables import load_monitoring
from lantian.rulebook.monitoring_tables.model import WASTE_INCINERATION
from lantian.rulebook.monitoring_tables.model import Role as Part

CLOSE = timedelta(hours=2)
"""Spans of up to so long lead from a part of the picture to its packets, longer ones to a closer picture."""


@needs("monitoring.outlet")
def outlet_page(request: HttpRequest, outlet: int) -> HttpResponse:
    """Show the outlet now and one curve of it."""
    found, now = outlet_of(request, outlet), marking.now_beijing()
    table, factors = factor_table(now.date()), factors_of(found, now.date())
    live = lake.latest(lake.mns_of(found))
    newest = max((x.time for x in live if x.factor in table), default=None)
    asked = asked_of(request.GET, found, factors, newest, now)
    spans = marking.effects(found).spans
    values = head_values(request, found, now) | {
        "factors": [(c, table[c]) for c in factors], "asked": asked, "factor": table.get(asked.factor),
        "unit": unit_of(found, table.get(asked.factor)), "table": table,
        "units": UNITS, "spans": SPANS, "links": asked.links(now),
        "live": _live(found, live, table, now), "newest": newest, "now": now,
        "curve": curve_values(found, asked, spans) if asked.factor else None,
        "calendar": calendar_months(found, asked.factor, now.date()),
        "grid": hour_grid(found, asked.factor, asked.end, now),
        "alarms": found.alarms.exclude(state=Alarm.State.CLOSED)[:20],
        "months": month_rows(found, asked.factor, now.date() - timedelta(days=92), now.date()),
        "over_days": _over_days(found, now.date()),
    }  # fmt: skip
    return render(request, "monitoring/outlet.html", values)


def head_values(request: HttpRequest, outlet: Outlet, now: datetime) -> dict[str, Any]:
    """Return what stands above every page of an outlet."""
    own = described(outlet)
    states = lake.logger_states(now)
    return {
        "outlet": outlet, "own": own, "firm": firms_now().filter(firm_id=outlet.firm_id).first(),
        "loggers": [_logger(x, states.get(x.mn, {})) for x in outlet.loggers.all()],
        "may_mark": can(request.user, "monitoring.mark"), "may_list": can(request.user, "monitoring.view"),
        "o2": shown(own.o2_ref_pct), "own_firm": request.user.role == Role.ENTERPRISE,  # type: ignore[union-attr]
    }  # fmt: skip


def _logger(row: Any, state: Mapping[str, Any]) -> dict[str, Any]:
    last = state.get("last_data")
    return {
        "row": row, "state": state, "names": STATES[state.get("state", "unknown")],
        "last": datetime.fromisoformat(last) if last else None,
    }  # fmt: skip


def curve_values(outlet: Outlet, asked: Asked, spans: Sequence[Any]) -> dict[str, Any]:
    """Return a curve with its table."""
    readings, step = readings_of(outlet, asked)
    limits, why_none = limits_of(outlet, asked)
    covers = [(s.start, s.end, s.name_zh) for s in spans if s.touches(asked.factor)]
    picture = draw(readings, asked.start, asked.end, step, limits=limits, marks=covers)
    for zone in picture.zones:
        close = asked.span <= CLOSE and asked.unit == "minute"
        zone["packets"] = close
        zone["query"] = asked.moved(zone["from"], zone["to"])
    highest = min((x.value for x in limits), default=None)
    return {"picture": picture, "twin": twin(readings, asked, step, highest), "why_no_limit": why_none,
            "step": step, "zoomable": asked.span > HOUR, "marks": picture.marks}  # fmt: skip


def _live(
    outlet: Outlet, live: Sequence[Any], table: Mapping[str, Any], now: datetime
) -> list[dict[str, Any]]:
    """Return the newest value of every factor: real time, else minutes, else hours."""
    order = {lake.LIVE: 0, lake.MINUTES: 1, lake.HOURS: 2}
    best: dict[str, Any] = {}
    for x in live:
        if x.cn not in order or x.about:
            continue
        before = best.get(x.factor)
        if before is None or (x.time, -order[x.cn]) > (before.time, -order[before.cn]):
            best[x.factor] = x
    rows = []
    for code in (
        *[c for c in factors_of(outlet, now.date()) if c in best],
        *sorted(set(best) - set(table)),
    ):
        x = best[code]
        limit = limit_of(outlet, code, now.date())
        value = x.values.get("Rtd", x.values.get("Avg"))
        own = x.values.get("ZsRtd", x.values.get("ZsAvg"))
        compared = own if limit is not None and limit.converted else value
        over = limit is not None and compared is not None and limit.exceeded_by(Fraction(compared))
        rows.append({
            "code": code, "factor": table.get(code), "unit": unit_of(outlet, table.get(code)), "value": value,
            "own": own, "flag": x.flag, "time": x.time,
            "old": now - x.time > HOUR, "limit": limit, "bound": _bound(limit), "over": over,
            "kind": {"2011": in_language("实时", "now"), "2051": in_language("分钟", "minute")}.get(
                x.cn, in_language("小时", "hour")),
        })  # fmt: skip
    return rows


def unit_of(outlet: Outlet, factor: Any) -> str:
    """Return the unit of a factor's values: of a flow the one the outlet registered, else the printed one."""
    own = described(outlet)
    if factor is not None and factor.role is Part.FLOW and own.flow_unit is not None:
        return own.flow_unit.value
    return factor.unit if factor is not None else ""


def _bound(limit: Any) -> str:
    if limit is None:
        return ""
    low, high = shown(limit.low), shown(limit.high)
    return f"{low}–{high}" if low and high else high or f"≥ {low}"


def _over_days(outlet: Outlet, today: date) -> dict[str, Any] | None:
    """Return the days of the month on which an incinerator exceeded, against Order No. 10."""
    if outlet.trade != WASTE_INCINERATION:
        return None
    rules = load_monitoring().exceedance(today)
    days = outlet.days.filter(
        day__range=(today.replace(day=1), today), day_over=True, factor__in=rules.waste_day_factors
    )
    return {"days": days.values("day").distinct().count(), "most": rules.whole("waste_month_days"),
            "rule": rules.ref("waste_month_days")}  # fmt: skip


@needs("monitoring.outlet")
def day_page(request: HttpRequest, outlet: int, day: date) -> HttpResponse:
    """Show why each hour of a day counts or not, and the logger's own hours against them."""
    found, now = outlet_of(request, outlet), marking.now_beijing()
    values = head_values(request, found, now) | {
        "day": day, "before": day - DAY, "after": day + DAY if day < now.date() else None,
    }  # fmt: skip
    try:
        values |= _day_values(found, day, request.GET.get("factor", ""), now)
    except LantianError as error:  # a day no rules speak of
        values["problems"] = error.problems
    return render(request, "monitoring/day.html", values)


def _day_values(outlet: Outlet, day: date, code: str, now: datetime) -> dict[str, Any]:
    """Return what is said of a day.

    Raises
    ------
    LantianError
        R030 where no rules are in force on it.
    """
    table, factors = factor_table(day), factors_of(outlet, now.date())
    rules = load_monitoring().rollup(described(outlet).medium, day)
    done = rolled.run_day(outlet, day)
    codes = [c for c in factors if c in done.run.factors]
    code = code if code in codes else (codes[0] if codes else "")
    over = {(e.factor, e.start): e for e in done.judgement.events if e.kind.value == "hour"}
    cycles = done.run.factors[code].cycles if code else ()
    return {
        "codes": [(c, table[c]) for c in codes], "code": code, "factor": table.get(code),
        "hours": [_hour(c, over.get((code, c.start))) for c in cycles],
        "mean": next((d for d in done.run.factors[code].days if d.day == day), None) if code else None,
        "comparisons": _comparisons(outlet, done, day), "unknown": done.unknown,
        "events": [e for e in done.judgement.events if e.kind.value != "hour"], "rules": rules,
    }  # fmt: skip


def _hour(cycle: Any, event: Any) -> dict[str, Any]:
    recorded, judged = cycle.recorded, cycle.judged
    return {
        "cycle": cycle, "value": shown(recorded.value), "converted": shown(recorded.at_reference),
        "judged": shown(judged.value), "judged_converted": shown(judged.at_reference),
        "reason": recorded.reason, "judged_reason": judged.reason, "conversion": recorded.conversion,
        "changed": judged is not recorded, "over": event, "trace": cycle.trace,
        "event_trace": event.trace if event else None,
        "counts": [(r, n) for r, n in cycle.counts.items() if n and r is not Reason.OK],
        "flags": dict(cycle.flags),
        "marks": cycle.spans,
    }  # fmt: skip


def _comparisons(outlet: Outlet, done: rolled.DayRun, day: date) -> list[dict[str, Any]]:
    """Return the hours of the logger that differ from those worked out from its minutes."""
    start, end = lake.day_bounds(day)
    rules, own = load_monitoring(), described(outlet)
    logger = lake.series(outlet, rules.factors(day), start, end, (lake.HOURS,))
    # hours that were themselves rolled up from the logger's hours have nothing to be compared with
    series = {
        s.factor.code: s for s in logger.series
        if s.factor.code in done.run.factors and done.run.factors[s.factor.code].series.step < HOUR
    }  # fmt: skip
    found = compare_hours(done.run, series, rules.rollup(own.medium, day))
    return [
        {"code": c.factor, "factor": rules.factors(day).by_code.get(c.factor), "compared": c.compared,
         "lacking": c.lacking, "surplus": c.surplus,
         "differing": [
             {"at": d.start, "logger": shown(d.logger), "own": shown(d.own), "pct": shown(d.pct),
              "converted": d.converted, "trace": d.trace} for d in c.differing]}
        for c in found
    ]  # fmt: skip
