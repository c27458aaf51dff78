"""What alerts ask for beyond their own steps: extensions to sign, receipts that are missing, ends to confirm."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from lantian.office.alert.models import Alert, Extension
from lantian.office.alert.order_pages import late_orders, remind_after
from lantian.office.people.access import can, own_firms
from lantian.office.people.models import User
from lantian.office.people.roles import Role

Found = tuple[str, str, str, bool]
"""What is to be done in Chinese and English, where, and whether its time is over."""


def extension_tasks(user: User) -> Iterator[Found]:
    """Yield the extensions that wait for a signature, for who signs; new ends to confirm, for the firm."""
    now = timezone.now()
    if can(user, "alert.sign"):
        for one in Extension.objects.filter(state=Extension.State.PROPOSED).select_related("alert"):
            late = one.form_due is not None and one.form_due < now
            yield (
                f"第{one.alert_id}号预警：延长待签发", f"alert {one.alert_id}: a later end waits for the signature",
                reverse("alert", args=[one.alert_id]), late,
            )  # fmt: skip
    if can(user, "order.receipt") and user.firm_id:
        open_ends = Extension.objects.filter(
            state=Extension.State.SIGNED, alert__orders__firm_id=user.firm_id, alert__orders__ended_at=None
        ).exclude(receipts__order__firm_id=user.firm_id)  # fmt: skip
        if open_ends.exists():
            yield (
                "管控令已延长，待确认收到", "your order runs longer: confirm the receipt",
                reverse("own-orders"), True,
            )  # fmt: skip


def receipt_tasks(user: User) -> Iterator[Found]:
    """Yield the alerts with receipts that are overdue, for air officers and, of their firms, for districts."""
    if user.role not in (Role.AIR, Role.DISTRICT):
        return
    for alert in Alert.objects.filter(orders__ended_at=None).distinct():
        missing = own_firms(user, late_orders(alert, timezone.now()), "order.view").count()
        if missing:
            hours = int(remind_after(alert).total_seconds() // 3600)
            yield (
                f"第{alert.pk}号预警：{missing}家企业下达{hours}小时后仍未确认收到，请催办",
                f"alert {alert.pk}: {missing} firms did not confirm within {hours} h",
                reverse("alert-orders", args=[alert.pk]) + "?show=late", True,
            )  # fmt: skip
