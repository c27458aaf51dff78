"""The map of firms: where they are, by grade, and how far their orders are; the same in numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantian.domain.grading.grade import Grade, label_of
from lantian.jobs.registry.labels import grade_names
from lantian.office.alert.models import Order
from lantian.office.people.access import needs, own_firms
from lantian.office.people.models import User
from lantian.office.registry.actions import UNRANKED
from lantian.office.registry.figures import Asked, current, firms_asked
from lantian.office.registry.models import Edition, Firm, FirmCount, FirmDetail

MOST_DRAWN = 5_000
"""Marks beyond which a map says nothing any more."""
STATES = {"open": ("减排令未回执", "order not confirmed"), "received": ("减排令已回执", "order confirmed"),
          "": ("无减排要求", "no cut asked for")}  # fmt: skip
RADIUS = {"open": 5, "received": 5, "": 4}
_WIDTH, _HEIGHT, _EDGE = 780, 600, 14
_LAT_PER_LON = 1.27
"""Length of a degree of latitude against one of longitude, at 38° north."""


@needs("firms.view")
def firm_map(request: HttpRequest) -> HttpResponse:
    """Show the firms that were asked for on a map; where they are too many, that is said."""
    user: Any = request.user
    edition, asked = current(), Asked.of(request.GET)
    values: dict[str, Any] = {
        "edition": edition,
        "asked": asked,
        "query": asked.query(),
        "most": MOST_DRAWN,
    }
    if edition is not None:
        count, found = firms_asked(user, edition, asked)
        values["count"] = count
        if count <= MOST_DRAWN:
            values |= marks_of(found)
    return render(request, "registry/map.html", values)


def marks_of(found: QuerySet[Firm]) -> dict[str, Any]:
    """Return the marks of firms with known coordinates, and how many there are of each kind."""
    firms, orders, places = list(found), _order_states(), _places(found)
    known = [(firm, places[firm.pk]) for firm in firms if firm.pk in places]
    lons, lats = [p[0] for _, p in known], [p[1] for _, p in known]
    west, north = min(lons, default=0.0), max(lats, default=0.0)
    wide = max(max(lons, default=0.0) - west, 0.01)
    high = max((north - min(lats, default=0.0)) * _LAT_PER_LON, 0.01)
    scale = min((_WIDTH - 2 * _EDGE) / wide, (_HEIGHT - 2 * _EDGE) / high)
    marks = [
        {
            "firm": firm, "grade": label_of(firm.grade), "state": STATES[orders.get(firm.firm_id, "")],
            "order": orders.get(firm.firm_id, "") or "none", "r": RADIUS[orders.get(firm.firm_id, "")],
            "x": round(_EDGE + (lon - west) * scale, 1), "y": round(_EDGE + (north - lat) * _LAT_PER_LON * scale, 1),
        }
        for firm, (lon, lat) in known
    ]  # fmt: skip
    # The few best lie on top: that they go on producing has to be seen.
    marks.sort(
        key=lambda mark: (
            mark["firm"].grade_rank == 0,
            mark["r"],
            -mark["firm"].grade_rank,
            mark["order"],
        )
    )
    counts = Counter((f.grade_rank, label_of(f.grade), orders.get(f.firm_id, "")) for f in firms)
    grades = sorted({(rank, label) for rank, label, _ in counts})
    table = [
        {"rank": rank, "grade": label, "cells": [counts[rank, label, state] for state in STATES]}
        for rank, label in grades
    ]
    return {
        "marks": marks, "width": round(2 * _EDGE + wide * scale), "height": round(2 * _EDGE + high * scale),
        "table": table,
        "states": list(STATES.values()), "unplaced": len(firms) - len(known), "orders": bool(orders),
    }  # fmt: skip


def _places(firms: QuerySet[Firm]) -> dict[int, tuple[float, float]]:
    rows = FirmDetail.objects.filter(firm__in=firms.order_by())
    found = {}
    for pk, lon, lat in rows.values_list(
        "firm_id", "values__longitude_deg", "values__latitude_deg"
    ):
        try:
            found[pk] = float(lon), float(lat)
        except (TypeError, ValueError):
            continue  # no coordinates: counted as not placed
    return found


def _order_states() -> dict[str, str]:
    """Return of each firm that must cut now whether it confirmed its order."""
    rows = Order.objects.filter(ended_at=None, cuts=True).values_list("firm_id", "receipt_at")
    return {firm: "received" if receipt else "open" for firm, receipt in rows}


def grade_rows(user: User, edition: Edition) -> list[dict[str, Any]]:
    """Return by grade, best first, how many firms a user sees, and of their orders: cuts asked, receipts, none yet.

    Two questions whatever the size of the city. The grade of an order is the one it was issued by; where the
    list changed since, its row may hold orders of firms that stand elsewhere now.
    """
    counts = own_firms(user, FirmCount.objects.filter(edition=edition))
    firms = dict(counts.values_list("grade").annotate(n=Sum("firms")).order_by())
    running = own_firms(user, Order.objects.filter(ended_at=None, cuts=True), "order.view")
    told = running.order_by().values_list("grade").annotate(
        n=Count("pk"), got=Count("pk", filter=Q(receipt_at__isnull=False))
    )  # fmt: skip
    orders = {grade: (n, got) for grade, n, got in told}
    rows = []
    for grade in sorted({*firms, *orders}, key=_place):
        cuts, received = orders.get(grade, (0, 0))
        rows.append({
            "grade": grade, "names": grade_names(grade) if grade else ("未填写", "not filled in"),
            "rank": Grade(grade).rank if grade else UNRANKED, "firms": firms.get(grade, 0),
            "cuts": cuts, "received": received, "open": cuts - received,
        })  # fmt: skip
    return rows


def _place(grade: str) -> int:
    grades = [one.value for one in Grade]
    return grades.index(grade) if grade in grades else len(grades)
