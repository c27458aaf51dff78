"""How complete the data are: days as a calendar, hours as a grid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from lantian.jobs.bulletin.document import Words
from lantian.kernel.calendar import add_months
from lantian.office.monitoring.models import FactorDay, Outlet, Progress

MONTHS = 3
_GOOD, _FAIR = 90, 75
_COLOURS = {"good": "#cfe8d5", "fair": "#fff1c2", "poor": "#f8d0cc", "none": "#ffffff"}


def _kind(pct: int | None) -> str:
    if pct is None:
        return "none"
    return "good" if pct >= _GOOD else "fair" if pct >= _FAIR else "poor"


def _pct(one: FactorDay | None) -> int | None:
    """Return the percentage of the readings of a day that came, cut and not rounded."""
    return one.received * 100 // one.due if one is not None and one.due else None


def backlog(outlet: Outlet) -> set[date]:
    """Return the days whose data are there and wait to be rolled up."""
    progress = Progress.objects.filter(outlet=outlet).first()
    return {date.fromisoformat(text) for text in progress.backlog} if progress else set()


def calendar_months(outlet: Outlet, factor: str, today: date) -> list[dict[str, Any]]:
    """Return the last months, a square a day with its completeness, for the calendar of the site."""
    first = add_months(today.replace(day=1), 1 - MONTHS)
    days = {
        d.day: d for d in outlet.days.filter(factor=factor, day__gte=first).defer("hours", "mean")
    }
    since = outlet.days.filter(factor=factor).order_by("day").values_list("day", flat=True).first()
    waiting = backlog(outlet)
    found = []
    for n in range(MONTHS):
        month = add_months(first, n)
        cells, day = [], month
        while day.month == month.month:
            pct = _pct(days.get(day))
            if pct is None and since is not None and since <= day < today and day not in waiting:
                pct = 0  # a day after the first one without any reading
            cells.append(
                {
                    "day": day.day,
                    "weekday": day.weekday(),
                    "aqi": pct,
                    "colour": _COLOURS[_kind(pct)],
                }
            )
            day += timedelta(days=1)
        found.append({"year": month.year, "cells": cells,
                      "label": Words(f"{month.month}月", f"{month:%b}")})  # fmt: skip
    return found


def hour_grid(
    outlet: Outlet, factor: str, until: datetime, now: datetime, days: int = 14
) -> dict[str, Any]:
    """Return the days before a moment, hour by hour: readings that count, and why where too few."""
    last = min(until - timedelta(minutes=1), now).date()
    first = last - timedelta(days=days - 1)
    kept = {d.day: d for d in outlet.days.filter(factor=factor, day__range=(first, last))}
    waiting = backlog(outlet)
    since = outlet.days.filter(factor=factor).order_by("day").values_list("day", flat=True).first()
    rows = []
    for n in range(days):
        day = last - timedelta(days=n)
        one = kept.get(day)
        own = {h: c for c in (one.hours if one else ()) for h in range(c["h"], c["h"] + c["n"])}
        ended = now.hour if day == now.date() else 24
        if one is None and (day in waiting or (since is not None and day < since)):
            cells: Sequence[dict[str, Any]] = [
                {"kind": "gone", "text": "…" if day in waiting else "·"}
            ] * 24
        else:
            cells = _cells(own, ended)
        rows.append({"day": day, "pct": _pct(one), "cells": cells})
    return {"rows": rows, "hours": range(24)}


def _cells(own: dict[int, dict[str, Any]], ended: int) -> Sequence[dict[str, Any]]:
    cells = []
    for h in range(24):
        cell = own.get(h)
        if cell is None or h >= ended:
            cells.append(
                {
                    "kind": "gone" if h >= ended else "bad",
                    "text": "" if h >= ended else "0",
                    "cell": None,
                }
            )
            continue
        kind = "" if cell["ok"] else "bad"
        if cell["over"]:
            kind = "over"
        elif cell["marks"]:
            kind = "marked"
        cells.append({"kind": kind, "text": cell["have"], "cell": cell})
    return cells
