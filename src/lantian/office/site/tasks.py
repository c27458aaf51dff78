"""What waits for somebody: steps of alerts, lists and orders that his role can take, late ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from lantian.office.alert.figures import plan_of
from lantian.office.alert.models import Alert, Order, PlanWork
from lantian.office.alert.tasks import extension_tasks, receipt_tasks
from lantian.office.api.models import System
from lantian.office.exchange.models import Delivery
from lantian.office.grading.standing import differing
from lantian.office.monitoring.models import Alarm, LateMark
from lantian.office.people.access import can
from lantian.office.people.models import User
from lantian.office.process.waiting import waiting_for
from lantian.office.publicity.figures import clock_of, visible_notices
from lantian.office.publicity.models import Notice
from lantian.office.registry.figures import current
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
    more = [Task(*one) for one in (*extension_tasks(user), *receipt_tasks(user))]
    found = [
        *_alerts(user),
        *_lists(user),
        *_orders(user),
        *_cases(user),
        *_notices(user),
        *_interface(user),
        *_monitoring(user),
        *more,
    ]
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
    newest = plan_of(alert)
    if newest is not None and newest.state == PlanWork.State.READY:
        return ("管控令待下达", "the orders wait to go out", late) if may_sign else None
    if newest is None or newest.state == PlanWork.State.FAILED:
        return ("还没有方案", "there is no plan yet", late) if can(user, "alert.plan") else None
    return None


def _lists(user: User) -> Iterator[Task]:
    """Yield the newest upload that is no edition yet, and grades in force that the list lacks."""
    if can(user, "list.upload") and (lacking := len(differing(current()))):
        yield Task(
            f"{lacking}家企业已生效的等级待写入清单",
            f"the list lacks the grades in force of {lacking} firms",
            reverse("list-grades"), late=True,
        )  # fmt: skip
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
        yield Task(f"{one.title}：{zh}", f"{one.title}: {en}", one.address, one.late)


def _orders(user: User) -> Iterator[Task]:
    if not can(user, "order.receipt") or not user.firm_id:
        return
    own = Order.objects.filter(firm_id=user.firm_id, ended_at=None)
    address = reverse("own-orders")
    if own.filter(receipt_at__isnull=True).exists():
        yield Task(
            "管控令待确认收到", "an order waits for the confirmation of its receipt", address, True
        )
    elif own.filter(cuts=True, reported_at__isnull=True).exists():
        yield Task(
            "管控令的执行情况待报告", "how the order is carried out is to be reported", address
        )


_MOST_NOTICES = 20


def _notices(user: User) -> Iterator[Task]:
    """Yield the notices that wait for a user, those decided first before the others, with their last day."""
    steps = {}
    if can(user, "notice.publish"):
        steps[Notice.State.DRAFT] = ("公示待审核发布", "waits for approval")
    if can(user, "notice.prepare"):
        steps[Notice.State.RETURNED] = ("公示被退回，待修改", "was returned and is to be changed")
    waiting = visible_notices(user).filter(state__in=list(steps)).order_by("decided_on", "pk")
    for notice in waiting[:_MOST_NOTICES]:
        if notice.state == Notice.State.DRAFT and user.username in (
            notice.prepared_by,
            notice.touched_by,
        ):
            continue
        zh, en = steps[Notice.State(notice.state)]
        clock = clock_of(notice)
        until_zh = f"，应于 {clock.due.day} 前公开" if clock.due else ""
        until_en = f", public by {clock.due.day}" if clock.due else ""
        yield Task(f"{notice.number}：{zh}{until_zh}", f"{notice.number} {en}{until_en}",
                   reverse("notice", args=[notice.pk]), clock.kind == "late")  # fmt: skip


FAILING = 3
"""Failed attempts of a delivery after which the operator hears of it, long before it is parked."""
EXPIRES_SOON = timedelta(days=14)


def _interface(user: User) -> Iterator[Task]:
    """Yield deliveries that do not arrive, and tokens that expire soon."""
    if can(user, "exchange.manage"):
        parked = Delivery.objects.filter(state=Delivery.State.PARKED).count()
        if parked:
            address = f"{reverse('exchange')}?state=parked"
            yield Task(
                f"{parked} 条对外投递已搁置，待处理",
                f"{parked} deliveries are parked",
                address,
                True,
            )
        waiting = Delivery.objects.filter(
            state=Delivery.State.WAITING, attempts__gte=FAILING
        ).count()
        if waiting:
            address = f"{reverse('exchange')}?state=waiting"
            yield Task(
                f"{waiting} 条对外投递多次失败", f"{waiting} deliveries keep failing", address, True
            )
    if can(user, "api.manage"):
        now = timezone.now()
        soon = System.objects.filter(revoked_at=None, expires_at__range=(now, now + EXPIRES_SOON))
        for system in soon.order_by("expires_at")[:20]:
            day = timezone.localdate(system.expires_at)
            yield Task(
                f"“{system.name}”的令牌 {day} 到期",
                f"the token of {system.name} expires on {day}",
                reverse("systems"),
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
