"""Alerts and orders as other systems are told of them, by the interface and by deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from lantian.office.alert.models import Alert, Extension, ExtensionReceipt, Order
from lantian.office.exchange.outbox import announce

ALERTS = "alerts"
"""Key of all messages about alerts: they are told in the order in which they happened."""


def _time(at: datetime | None) -> str | None:
    return None if at is None else timezone.localtime(at).isoformat()


def alert_row(a: Alert, orders: int) -> dict[str, Any]:
    """Return an alert as it stands."""
    return {
        "id": a.pk, "level": a.level, "state": a.state, "rule_set": a.rule_set, "start": _time(a.start),
        "end": _time(a.end), "follows": a.before_id, "signed_by": a.signed_by, "signed_at": _time(a.signed_at),
        "ended_at": _time(a.ended_at), "ended_why": a.ended_why, "orders": orders,
    }  # fmt: skip


def order_row(o: Order) -> dict[str, Any]:
    """Return an order as it stands."""
    return {
        "id": o.pk, "alert": o.alert_id, "level": o.alert.level, "in_force": o.ended_at is None,
        "start": _time(o.alert.start), "end": _time(o.alert.end), "firm_id": o.firm_id, "firm_name": o.firm_name,
        "district": o.district, "grade": o.grade, "cuts": o.cuts, "text_zh": o.text_zh, "issued_by": o.issued_by,
        "issued_at": _time(o.issued_at), "ended_at": _time(o.ended_at), "ended_why": o.ended_why,
        "receipt_by": o.receipt_by, "receipt_at": _time(o.receipt_at),
        "report": o.report, "reported_at": _time(o.reported_at),
    }  # fmt: skip


def extension_row(e: Extension) -> dict[str, Any]:
    """Return a later end as it stands."""
    return {
        "id": e.pk, "state": e.state, "basis": e.basis, "old_end": _time(e.old_end), "new_end": _time(e.new_end),
        "why": e.why, "signed_by": e.signed_by, "signed_at": _time(e.signed_at),
    }  # fmt: skip


def receipt_row(r: ExtensionReceipt) -> dict[str, Any]:
    """Return that a firm knows of a later end."""
    return {
        "order": r.order_id,
        "extension": r.extension_id,
        "receipt_by": r.by,
        "receipt_at": _time(r.at),
    }


def order_details(o: Order) -> dict[str, Any]:
    """Return the later ends of an order with their receipts, and every report with its pictures."""
    receipts = {r.extension_id: r for r in o.extension_receipts.all()}
    signed = o.alert.extensions.filter(state=Extension.State.SIGNED)
    reports = o.reports.prefetch_related("photos")
    return {
        "extensions": [extension_row(e) | _known(receipts.get(e.pk)) for e in signed],
        "reports": [
            {"text": r.text, "by": r.by, "at": _time(r.at),
             "pictures": [{"id": p.pk, "kind": p.kind, "file_hash": p.file_id} for p in r.photos.all()]}
            for r in reports
        ],
    }  # fmt: skip


def _known(receipt: ExtensionReceipt | None) -> dict[str, Any]:
    if receipt is None:
        return {"receipt_by": "", "receipt_at": None}
    return {"receipt_by": receipt.by, "receipt_at": _time(receipt.at)}


def tell_alert(event: str, found: Alert) -> None:
    """Write messages of an alert that was signed or lifted, in the transaction of the action."""
    announce(event, [(ALERTS, alert_row(found, found.orders.count()))])


def tell_orders(event: str, orders: Iterable[Order]) -> None:
    """Write messages of orders that went out, were extended or lifted: one a firm and subscriber."""
    announce(event, _told(orders))


def _told(orders: Iterable[Order]) -> Iterator[tuple[str, dict[str, Any]]]:
    for order in orders:
        yield f"firm:{order.firm_id}", order_row(order)


def end_orders(at: datetime | None, why: str) -> list[str]:
    """End every order in force, in the transaction of the action, and write its message.

    Returns
    -------
    list of str
        What the event is about: ``firm:F0001`` of each order that ended.
    """
    ended = list(Order.objects.filter(ended_at=None).select_related("alert"))
    Order.objects.filter(pk__in=[order.pk for order in ended]).update(ended_at=at, ended_why=why)
    for order in ended:
        order.ended_at, order.ended_why = at, why
    tell_orders("order.lifted", ended)
    return [f"firm:{order.firm_id}" for order in ended]
