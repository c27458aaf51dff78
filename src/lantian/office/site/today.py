"""The first page: what the air is now, which alert is on, what must I do today; then where firms stand."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lantian.office.air.pages import now_values
from lantian.office.alert.figures import in_force, orders_seen, progress
from lantian.office.alert.models import Alert
from lantian.office.alert.outlook import outlook
from lantian.office.audit.kinds import kind_names
from lantian.office.audit.models import Event
from lantian.office.people.access import can, needs
from lantian.office.people.models import User
from lantian.office.people.roles import Role
from lantian.office.registry.figures import current
from lantian.office.registry.firm_map import MOST_DRAWN, grade_rows
from lantian.office.site.tasks import tasks_of
from lantian.office.soil.figures import parcel_rows
from lantian.office.soil.pages import visible
from lantian.office.water.figures import at_risk

EVENTS = 8


@needs("site.today")
def today(request: HttpRequest) -> HttpResponse:
    """Show a user his day; what he may not see is not there."""
    user: Any = request.user
    tasks = tasks_of(user)
    values: dict[str, Any] = {
        "now": timezone.localtime(), "tasks": tasks, "late": sum(task.late for task in tasks),
        "own": can(user, "order.own"),
    }  # fmt: skip
    if can(user, "air.view"):
        values |= _air(user)
    values |= _alert(user, values.get("coming", []))
    if can(user, "firms.view") and user.role != Role.ENTERPRISE:
        values |= _firms(user)
    if can(user, "water.view"):
        values["risks"] = at_risk()
    if can(user, "soil.view"):
        rows = parcel_rows(visible(user), timezone.localdate())
        values["clocks"] = [r for r in rows if r.clock_kind in ("late", "soon")]
    if can(user, "audit.view"):
        rows = Event.objects.order_by("-number")[:EVENTS]
        values["events"] = [(e, kind_names(e.what)) for e in rows]
    return render(request, "site/today.html", values)


def _air(user: User) -> dict[str, Any]:
    """Return the city's last day, the forecast, and the stations of the latest hour in brief."""
    known = now_values(user.district if user.role == Role.DISTRICT else "")
    measured = [s for s in known["stations"] if s.aqi is not None]
    by_index = sorted(measured, key=lambda s: s.aqi)
    return known | {
        "measured": len(measured), "lowest": by_index[0] if by_index else None,
        "highest": by_index[-1] if by_index else None, "coming": [f["one"] for f in known["forecasts"]],
    }  # fmt: skip


def _alert(user: User, coming: list[Any]) -> dict[str, Any]:
    """Return the alert in force with its orders; for who sees alerts also what waits and what the forecast says."""
    alert = in_force()
    values: dict[str, Any] = {"alert": alert, "alerts": can(user, "alert.view")}
    if alert is not None:
        values["left"] = alert.end - timezone.now()
    if not values["alerts"]:
        return values
    if alert is not None:
        values["orders"] = progress(orders_seen(user, alert.orders.all()))
    proposed = Alert.objects.filter(state=Alert.State.PROPOSED).order_by("-pk").first()
    return values | {
        "proposed": proposed,
        "outlook": None if alert or proposed else outlook(coming),
    }


def _firms(user: User) -> dict[str, Any]:
    edition = current()
    if edition is None:
        return {}
    rows = grade_rows(user, edition)
    count = sum(row["firms"] for row in rows)
    return {"edition": edition, "grades": rows, "firms": count, "drawn": 0 < count <= MOST_DRAWN,
            "cutting": any(row["cuts"] for row in rows)}  # fmt: skip
