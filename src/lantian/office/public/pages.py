"""Public pages: the first one, air, water, soil, alerts, and what data there are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lantian.kernel.period import parse_period
from lantian.office.air.models import CityDay
from lantian.office.air.pages import edition_of, now_values, period_values
from lantian.office.alert.figures import in_force
from lantian.office.public.data import DATA_SETS
from lantian.office.public.figures import advice, public_alerts, public_notices
from lantian.office.public.serve import open_page
from lantian.office.publicity.models import PublishedBulletin
from lantian.office.registry.figures import current
from lantian.office.soil.figures import parcel_rows
from lantian.office.soil.models import Parcel
from lantian.office.water.pages import sections_values
from lantian.rulebook.air_tables import load_air


@open_page()
def home(request: HttpRequest) -> HttpResponse:
    """Show the air now in plain words, the alert and what it means, and the way to everything public."""
    alert, air_now, edition = in_force(), now_values(), current()
    stations = [s.aqi for s in air_now["stations"] if s.aqi is not None]
    levels = advice(timezone.localdate())
    values = air_now | {
        "alert": alert, "low": min(stations, default=None), "high": max(stations, default=None),
        "measured": len(stations), "levels": levels,
        "now_level": next((one for one in levels if alert and one["level"] == alert.level), None),
        "cutting": alert.orders.filter(cuts=True).count() if alert else 0,
        "firms": edition.firms if edition else None,
        "notices": public_notices({}).count(), "latest_notices": public_notices({})[:3],
        "bulletins": PublishedBulletin.objects.filter(state=PublishedBulletin.State.PUBLISHED)[:3],
    }  # fmt: skip
    return render(request, "public/home.html", values)


@open_page("edition")
def air(request: HttpRequest) -> HttpResponse:
    """Show the air now, the forecast, what it means for people, and the year so far."""
    alert = in_force()
    levels = advice(timezone.localdate()) if alert else []
    values: dict[str, Any] = now_values() | {
        "alert": alert, "now_level": next((x for x in levels if alert and x["level"] == alert.level), None),
    }  # fmt: skip
    last = CityDay.objects.order_by("-day").first()
    if last is not None:
        values |= {"year": period_values(parse_period(str(last.day.year)), edition_of(request))}
        values["categories"] = load_air().index(last.day).categories
    return render(request, "public/air.html", values)


@open_page()
def water(request: HttpRequest) -> HttpResponse:
    """Show the class of every section in the last month with data."""
    return render(request, "public/water.html", sections_values("", public=True))


@open_page()
def soil(request: HttpRequest) -> HttpResponse:
    """Show the list of risk control and remediation, and the parcels under survey."""
    rows = parcel_rows(Parcel.objects.prefetch_related("events"), timezone.localdate())
    values = {
        "listed": [r for r in rows if r.state.state.restricted],
        "others": [r for r in rows if not r.state.state.restricted and not r.state.state.final],
    }
    return render(request, "public/soil.html", values)


@open_page()
def alerts(request: HttpRequest) -> HttpResponse:
    """Show the alerts that were signed, and what each level means."""
    values = {"alerts": public_alerts()[:100], "levels": advice(timezone.localdate())}
    return render(request, "public/alerts.html", values)


@open_page()
def data(request: HttpRequest) -> HttpResponse:
    """Show which lists can be taken as CSV and JSON, under which terms."""
    return render(request, "public/data.html", {"sets": DATA_SETS})
