"""Pages of the water: sections on a map and as a list, one section by month, taking in a file."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lantian.jobs.bulletin.air import hex_colour
from lantian.office.people.access import can, needs
from lantian.office.people.roles import Role
from lantian.office.site import uploads
from lantian.office.water.actions import import_samples
from lantian.office.water.figures import (
    at_risk,
    latest_month,
    month_class,
    months_of,
    months_with_samples,
)
from lantian.office.water.models import WaterSection
from lantian.rulebook.water_tables.model import INFERIOR

STRIP = 12
"""Months of the strip."""


@needs("water.view")
def sections(request: HttpRequest) -> HttpResponse:
    """Show every section: class now, by month, target, main pollutants."""
    district = request.user.district if request.user.role == Role.DISTRICT else ""  # type: ignore[union-attr]
    values = sections_values(district, month=request.GET.get("month", ""))
    values["may_import"] = can(request.user, "water.import")
    return render(request, "water/sections.html", values)


def sections_values(district: str, *, month: str = "", public: bool = False) -> dict[str, Any]:
    """Return sections with their months up to a month (the last one with samples)."""
    asked = _month(month) or latest_month()
    found = WaterSection.objects.all()
    if district:
        found = found.filter(district=district)
    whole = months_with_samples(found)
    shown = [m for m in whole if asked is None or m <= asked][-STRIP:]
    data = months_of(found, shown[0], shown[-1]) if shown else {}
    rows, points = [], []
    counts: Counter[int] = Counter()
    for section in found:
        strip = [
            month_class(section, m, data[section.name][m])
            if m in data.get(section.name, {})
            else None
            for m in shown
        ]
        now = strip[-1] if strip else None
        rows.append({"section": section, "strip": strip, "now": now})
        if now is not None and now.own is not None:
            counts[now.own.number] += 1
        if section.lon is not None and section.lat is not None:
            own = now.own if now else None
            points.append({
                "lon": section.lon, "lat": section.lat, "name": section.name, "word": own.name_zh if own else "—",
                "colour": hex_colour(own.colour) if own else None,
                "dark": own is not None and own.number in (1, 2, 3, INFERIOR),
                "url": "#" + section.name if public else reverse("water-section", args=[section.name]),
            })  # fmt: skip
    judged = sum(counts.values())
    good = sum(counts[n] for n in (1, 2, 3))
    return {
        "rows": rows, "points": points, "months": [f"{y}-{m:02d}" for y, m in shown],
        "month": f"{shown[-1][0]}-{shown[-1][1]:02d}" if shown else "",
        "judged": judged, "good": good, "inferior": counts[INFERIOR], "all_months": [f"{y}-{m:02d}" for y, m in whole],
        "good_pct": f"{good * 100 / judged:.1f}" if judged else "—", "risks": at_risk() if not district else [],
    }  # fmt: skip


def _month(text: str) -> tuple[int, int] | None:
    year, _, month = text.partition("-")
    if year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12:
        return int(year), int(month)
    return None


@needs("water.view")
def section(request: HttpRequest, name: str) -> HttpResponse:
    """Show one section: months with class, exceedances, means, and how the class came about."""
    found = get_object_or_404(WaterSection, name=name)
    if request.user.role == Role.DISTRICT and found.district != request.user.district:  # type: ignore[union-attr]
        raise Http404(name)
    data = months_of([found]).get(found.name, {})
    months = [month_class(found, m, data[m]) for m in sorted(data, reverse=True)]
    return render(request, "water/section.html", {"section": found, "months": months})


@needs("water.import")
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take in an uploaded file of samples."""
    return uploads.take_in(
        request, lambda file: import_samples(request.user, file),
        lambda f: f"{f.rows} 行，未使用 {f.rows_unused} 行；写入 {f.values} 个值，{f.sections} 个断面",
        "water-sections",
    )  # fmt: skip
