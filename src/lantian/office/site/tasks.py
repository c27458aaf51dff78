"""What waits for somebody: steps of alerts, lists and orders that his role can take, late ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from lantian.office.alert.models import Alert, Order, PlanWork
from lantian.office.monitoring.models import Alarm, LateMark
from lantian.office.people.access import can
from lantian.office.people.models import User
from lantian.office.process.waiting import waiting_for
from lantian.office.registry.models import Upload


@dataclass(frozen=True, slots=True)
class Task:
    """One step that waits.

    Attributes
    ----------
    zh, en
        What is to be done.
    address
        Page where it is done.
    late
        Whether its time is over.
    """

    zh: str
    en: str
    address: str
    late: bool = False


def tasks_of(user: User) -> list[Task]:
    """Return what waits for a user, late ones first."""
    found = [*_alerts(user), *_lists(user), *_orders(user), *_cases(user), *_monitoring(user)]
    return sorted(found, key=lambda one: not one.late)


def _alerts(user: User) -> Iterator[Task]:
    now = timezone.now()
    for alert in Alert.objects.filter(state__in=(Alert.State.PROPOSED, Alert.State.SIGNED)):
        step = _step_of(user, alert, now)
        if step is not None:
            zh, en, late = step
            yield Task(
                f"第{alert.pk}号{alert.get_level_display()}预警：{zh}", f"alert {alert.pk}: {en}",
                reverse("alert", args=[alert.pk]), late,
            )  # fmt: skip


def _step_of(user: User, alert: Alert, now: datetime) -> tuple[str, str, bool] | None:
    """Return the step of an alert that a user can take now: in Chinese, in English, whether it is late."""
    may_sign = can(user, "alert.sign")
    if alert.state == Alert.State.PROPOSED:
        late = alert.form_due is not None and alert.form_due < now
        return ("待签发", "waits for the signature", late) if may_sign else None
    if alert.orders.exists():
        over = may_sign and alert.end < now
        return ("已到期，待解除", "has run out and waits to be lifted", True) if over else None
    late = alert.dispatch_due is not None and alert.dispatch_due < now
    newest = alert.plans.first()
    if newest is not None and newest.state == PlanWork.State.READY:
        return ("管控令待下达", "the orders wait to go out", late) if may_sign else None
    if newest is None or newest.state == PlanWork.State.FAILED:
        return ("还没有方案", "there is no plan yet", late) if can(user, "alert.plan") else None
    return None


def _lists(user: User) -> Iterator[Task]:
    """Yield the newest upload that is no edition yet."""
    if can(user, "list.accept"):
        newest = Upload.objects.select_related("edition").first()
        if newest is not None and not hasattr(newest, "edition"):
            address = reverse("list-upload", args=[newest.pk])
            yield Task(
                f"清单“{newest.name}”已检查，待采纳",
                f"the list {newest.name} was checked and waits",
                address,
            )


def _cases(user: User) -> Iterator[Task]:
    """Yield the cases of processes that wait for the user, or came to him because they are overdue."""
    for one in waiting_for(user):
        zh, en = one.state_zh, one.state_en
        if one.escalated:
            zh, en = f"{zh}（已逾期，提请督办）", f"{en} (overdue, brought to you)"
        yield Task(f"{one.case.title}：{zh}", f"{one.case.title}: {en}", one.address, one.late)


def _orders(user: User) -> Iterator[Task]:
    if not can(user, "order.receipt") or not user.firm_id:
        return
    own = Order.objects.filter(firm_id=user.firm_id, alert__state=Alert.State.SIGNED)
    address = reverse("own-orders")
    if own.filter(receipt_at__isnull=True).exists():
        yield Task(
            "管控令待确认收到", "an order waits for the confirmation of its receipt", address, True
        )
    elif own.filter(cuts=True, reported_at__isnull=True).exists():
        yield Task(
            "管控令的执行情况待报告", "how the order is carried out is to be reported", address
        )


def _monitoring(user: User) -> Iterator[Task]:
    """Yield alarms of automatic monitoring and late marks that wait for this user."""
    if can(user, "monitoring.decide"):
        address = reverse("monitoring-alarms")
        explained = Alarm.objects.filter(state=Alarm.State.EXPLAINED).count()
        if explained:
            yield Task(
                f"{explained} 条超标报警待处理决定",
                f"{explained} alarms wait for a decision",
                address,
            )
        late = LateMark.objects.filter(state=LateMark.State.WAITING).count()
        if late:
            yield Task(
                f"{late} 项补记标记待审批", f"{late} late marks wait for a decision", address
            )
    if can(user, "monitoring.mark") and user.firm_id:
        own = Alarm.objects.filter(outlet__firm_id=user.firm_id, state=Alarm.State.OPEN).count()
        if own:
            address = reverse("monitoring-own")
            yield Task(f"{own} 条超标报警待说明", f"{own} alarms are to be explained", address)
