"""Public pages: air, water and soil of the city, cached, each address with its own rate limit."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lantian.kernel.period import parse_period
from lantian.office.air.models import CityDay
from lantian.office.air.pages import edition_of, now_values, period_values
from lantian.office.alert.figures import in_force
from lantian.office.people.access import public
from lantian.office.public.limits import limited
from lantian.office.soil.figures import parcel_rows
from lantian.office.soil.models import Parcel
from lantian.office.water.pages import sections_values
from lantian.rulebook.air_tables import load_air


@public
@limited
def air(request: HttpRequest) -> HttpResponse:
    """Show the air now, the forecast, what it means for people, and the year so far."""
    values = now_values() | {"alert": in_force()}
    last = CityDay.objects.order_by("-day").first()
    if last is not None:
        values |= {"year": period_values(parse_period(str(last.day.year)), edition_of(request))}
        values["categories"] = load_air().index(last.day).categories
    return render(request, "public/air.html", values)


@public
@limited
def water(request: HttpRequest) -> HttpResponse:
    """Show the class of every section in the last month with data."""
    return render(request, "public/water.html", sections_values("", public=True))


@public
@limited
def soil(request: HttpRequest) -> HttpResponse:
    """Show the list of risk control and remediation, and the parcels under survey."""
    rows = parcel_rows(Parcel.objects.prefetch_related("events"), timezone.localdate())
    values = {
        "listed": [r for r in rows if r.state.state.restricted],
        "others": [r for r in rows if not r.state.state.restricted and not r.state.state.final],
    }
    return render(request, "public/soil.html", values)
