"""Runner of the golden subject ``alert``: a few numbers in, the proposal's main facts out.

``aqi`` is a list of days from ``start`` (default 2026-01-05), or ``hourly`` a list of
``[value, count]`` runs; ``primary`` one name for all or a list. None is an absent value.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from lantian.domain.response.alert.model import AlertProposal, ForecastDay, ForecastHour, stamp
from lantian.domain.response.alert.propose import propose_alert
from lantian.rulebook import load_rulebook


def propose(given: dict[str, Any]) -> AlertProposal:
    rules = load_rulebook().alert_rules_named(given["rules"])
    start = date.fromisoformat(str(given.get("start", "2026-01-05")))
    issued = given.get("issued_at")
    issued_at = datetime.strptime(issued, "%Y-%m-%d %H") if issued else None
    if "hourly" in given:
        values = [v for value, count in given["hourly"] for v in [value] * count]
        begin = datetime(start.year, start.month, start.day)
        name = given.get("primary", "PM2.5")
        hours = [
            ForecastHour(begin + timedelta(hours=i + 1), v, (name,) if name else ())
            for i, v in enumerate(values)
        ]
        return propose_alert(hours, rules, issued_at)
    aqi = given["aqi"]
    primary = given.get("primary", "PM2.5")
    names = primary if isinstance(primary, list) else [primary] * len(aqi)
    days = [
        ForecastDay(start + timedelta(days=i), value, tuple(name.split("+")) if name else ())
        for i, (value, name) in enumerate(zip(aqi, names, strict=True))
    ]
    return propose_alert(days, rules, issued_at)


def run(given: dict[str, Any]) -> dict[str, Any]:
    p = propose(given)
    why = p.why_not_next
    return {
        "level": p.level.value if p.level else None,
        "start": stamp(p.start) if p.start else None,
        "end": stamp(p.end) if p.end else None,
        "end_open": p.end_open,
        "lift_confirmed": p.lift_confirmed,
        "lead_hours": p.lead_hours,
        "lead_met": p.lead_met,
        "needs_confirmation": p.needs_confirmation,
        "level_if_unknown_excluded": (
            p.level_if_unknown_excluded.value if p.level_if_unknown_excluded else None
        ),
        "level_if_parted": p.level_if_parted.value if p.level_if_parted else None,
        "leans_on_bridging": p.leans_on_bridging,
        "excluded": len(p.excluded),
        "missing": list(p.missing),
        "next": why.level.value if why else None,
        "hours_short": [t.hours_short for t in why.thresholds] if why else None,
        "points_short": [t.points_short for t in why.thresholds] if why else None,
        "bridged": (
            max(t.bridged_hours for f in p.episode.findings for t in f.thresholds if t.met)
            if p.episode
            else 0
        ),
        "episodes": [e.level.value if e.level else None for e in p.episodes],
        "then": [h.level.value for h in p.history[1:] if h.level],
        "clause": p.trigger_ref.rule_id if p.trigger_ref else None,
    }
