"""Operations that read alerts and orders."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from lantian.office.alert import models
from lantian.office.alert.figures import in_force
from lantian.office.alert.order_pages import printed
from lantian.office.alert.outward import alert_row, extension_row, order_details, order_row
from lantian.office.api import shapes_alerts as shapes
from lantian.office.api.operation import (
    USUAL_ITEMS,
    Number,
    Word,
    cursor_of,
    file_of,
    parts_of,
    reads,
    whole,
)
from lantian.office.api.reads_firms import Cursor, Limit
from lantian.office.audit.vault import path_of
from lantian.office.people.access import can, own_firms
from lantian.office.people.models import User

router = Router()
States = Annotated[Literal["proposed", "signed", "lifted", "dropped"] | None, Query()]
Yes = Annotated[Literal["yes"] | None, Query(description="只要这些 only those")]


def orders_seen(user: User) -> Any:
    """Return the orders that an account may see: all, those of its district, or of its firm."""
    permission = "alert.view" if can(user, "alert.view") else "order.own"
    return own_firms(user, models.Order.objects.select_related("alert"), permission)


@reads(router, "/alerts", "alerts:read", shapes.Alerts, "预警 Alerts")
def list_alerts(
    request: HttpRequest, state: States = None, limit: Limit = USUAL_ITEMS, cursor: Cursor = None
) -> dict[str, Any]:
    """Return alerts, newest first."""
    rows = models.Alert.objects.annotate(order_count=_count(request)).order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if cursor is not None:
        rows = rows.filter(pk__lt=parts_of(cursor, (int,))[0])
    found = list(rows[: limit + 1])
    following = cursor_of(found[limit - 1].pk) if len(found) > limit else None
    return {"items": [alert_row(a, a.order_count) for a in found[:limit]], "next": following}


@reads(router, "/alerts/in-force", "alerts:read", shapes.InForce, "生效的预警 The alert in force")
def get_alert_in_force(request: HttpRequest) -> dict[str, Any]:
    """Return the alert in force now, or null."""
    newest = in_force()
    if newest is None:
        return {"alert": None}
    found = models.Alert.objects.annotate(order_count=_count(request)).get(pk=newest.pk)
    return {"alert": alert_row(found, found.order_count)}


@reads(router, "/alerts/{alert_id}", "alerts:read", shapes.AlertOne, "一次预警 One alert")
def get_alert(request: HttpRequest, alert_id: Number) -> dict[str, Any]:
    """Return one alert with the judgement it rests on."""
    rows = models.Alert.objects.annotate(order_count=_count(request))
    found = rows.filter(pk=whole(alert_id)).first()
    if found is None:
        raise Http404(str(alert_id))
    return alert_row(found, found.order_count) | {
        "proposal": found.proposal,
        "forecast_hash": found.forecast_id,
        "extensions": [extension_row(e) for e in found.extensions.all()],
    }


@reads(router, "/orders", "orders:read", shapes.Orders, "管控令 Orders")
def list_orders(
    request: HttpRequest, alert: Annotated[Number | None, Query()] = None,
    firm: Annotated[Word | None, Query(description="企业编号 id of a firm")] = None,
    cutting: Yes = None, unreceived: Yes = None, limit: Limit = USUAL_ITEMS, cursor: Cursor = None,
) -> dict[str, Any]:  # fmt: skip
    """Return orders of an alert, of a firm, or all, in the order in which they went out."""
    rows = orders_seen(request.user).order_by("pk")  # type: ignore[arg-type]
    if alert is not None:
        rows = rows.filter(alert_id=whole(alert))
    if firm is not None:
        rows = rows.filter(firm_id=firm)
    if cutting:
        rows = rows.filter(cuts=True)
    if unreceived:
        rows = rows.filter(receipt_at__isnull=True)
    if cursor is not None:
        rows = rows.filter(pk__gt=parts_of(cursor, (int,))[0])
    found = list(rows[: limit + 1])
    following = cursor_of(found[limit - 1].pk) if len(found) > limit else None
    return {"items": [order_row(o) for o in found[:limit]], "next": following}


@reads(router, "/orders/{order_id}", "orders:read", shapes.OrderOne, "一份管控令 One order")
def get_order(request: HttpRequest, order_id: Number) -> dict[str, Any]:
    """Return one order with its lines, rule, document and clause, its later ends and reports."""
    found = order_seen(request, order_id)
    return order_row(found) | {"values": found.values} | order_details(found)


@reads(
    router, "/orders/{order_id}/paper", "orders:read", None, "管控令文书 The paper of an order",
    extra=file_of("application/pdf"),
)  # fmt: skip
def get_order_paper(request: HttpRequest, order_id: Number) -> HttpResponse:
    """Return an order as the page that went out, as PDF."""
    found = order_seen(request, order_id)
    response = HttpResponse(printed(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="order-{found.pk}.pdf"'
    return response


@reads(
    router, "/orders/{order_id}/pictures/{picture_id}", "orders:read", None,
    "执行情况照片 A picture of a report", extra=file_of("image/jpeg", "image/png"),
)  # fmt: skip
def get_order_picture(request: HttpRequest, order_id: Number, picture_id: Number) -> HttpResponse:
    """Return a picture of a report as it was handed in."""
    own = models.OrderPhoto.objects.filter(report__order=order_seen(request, order_id))
    found = own.filter(pk=whole(picture_id)).first()
    if found is None:
        raise Http404(str(picture_id))
    response = HttpResponse(path_of(found.file_id).read_bytes(), content_type=found.kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def order_seen(request: HttpRequest, order_id: int) -> models.Order:
    """Return an order in the reach of the account that asks.

    Raises
    ------
    Http404
        For every other one: nobody learns that it is there.
    """
    found: models.Order | None = orders_seen(request.user).filter(pk=whole(order_id)).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404(str(order_id))
    return found


def _count(request: HttpRequest) -> Count:
    """Return the number of an alert's orders that the account may see."""
    user: Any = request.user
    if user.role == "district":
        return Count("orders", filter=Q(orders__district=user.district or "\x7f"))
    return Count("orders")
