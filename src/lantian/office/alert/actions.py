"""What changes alerts: propose, sign, drop, plan, issue, lift, receipt, report."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from lantian.jobs.alert import AlertRun, run_alert
from lantian.kernel.problem import LantianError
from lantian.office.alert.models import Alert, Order, PlanWork
from lantian.office.alert.outward import tell_alert, tell_end, tell_orders
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User

BEIJING = ZoneInfo("Asia/Shanghai")
_BATCH = 500


class StepRefusedError(ValueError):
    """A step that cannot be taken now; said in words."""


@action("alert.propose", "alert.proposed")
def propose(
    actor: User, forecast: StoredFile, issued: str, before: Alert | None = None
) -> Done[Alert]:
    """Propose the alert that a stored forecast calls for.

    Raises
    ------
    LantianError
        F codes where the forecast cannot be read or holds errors.
    StepRefusedError
        Where it calls for no alert.
    """
    run = run_alert(path_of(forecast.hash), on=issued or None)
    proposal = run.proposal
    if proposal is None:
        raise LantianError(*run.problems)
    if (
        proposal.level is None
        or proposal.start is None
        or proposal.end is None
        or run.procedure is None
    ):
        raise StepRefusedError("这份预报不需要启动预警")
    made = Alert.objects.create(
        level=proposal.level.value, rule_set=proposal.rule_set, start=_aware(proposal.start),
        end=_aware(proposal.end), proposal=_as_json(run), forecast=forecast, before=before,
        signer_zh=run.procedure.signer_zh, signer_status=run.procedure.ref.status,
        form_hours=run.procedure.form_hours, dispatch_hours=run.procedure.dispatch_hours,
        proposed_by=actor.username, proposed_at=timezone.now(),
    )  # fmt: skip
    event = {"alert": made.pk, "level": made.level, "rules": made.rule_set, "start": made.start.isoformat(),
             "end": made.end.isoformat(), "before": before.pk if before else 0}  # fmt: skip
    return Done(made, event, {forecast.name: forecast.hash})


def _aware(naive: datetime) -> datetime:
    return naive.replace(tzinfo=BEIJING)


def _as_json(run: AlertRun) -> dict[str, object]:
    assert run.proposal is not None
    found: dict[str, object] = json.loads(json.dumps(run.proposal.as_dict(), default=str))
    return found


def _locked(alert: Alert, *states: str) -> Alert:
    """Return the alert as it stands now, held until the step is done.

    Raises
    ------
    StepRefusedError
        Where somebody else has moved it on.
    """
    found = Alert.objects.select_for_update().get(pk=alert.pk)
    if found.state not in states:
        raise StepRefusedError(f"预警现为“{found.get_state_display()}”，不能再做这一步")
    return found


@action("alert.sign", "alert.signed")
def sign(actor: User, alert: Alert, opinion: str) -> Done[Alert]:
    """Sign an alert: from now on it is in force.

    Raises
    ------
    StepRefusedError
        Where it is signed, dropped or lifted already.
    """
    found = _locked(alert, Alert.State.PROPOSED)
    found.state, found.signed_by, found.signed_at = (
        Alert.State.SIGNED,
        actor.username,
        timezone.now(),
    )
    found.opinion = opinion.strip()
    found.save()
    if found.before is not None and found.before.state == Alert.State.SIGNED:
        found.before.state, found.before.ended_at = Alert.State.LIFTED, found.signed_at
        found.before.ended_by, found.before.ended_why = actor.username, f"由第{found.pk}号预警接替"
        found.before.save()
        tell_end(found.before)
    tell_alert("alert.signed", found)
    return Done(found, {"alert": found.pk, "level": found.level, "opinion": found.opinion})


@action("alert.sign", "alert.dropped")
def drop(actor: User, alert: Alert, why: str) -> Done[Alert]:
    """Decide against a proposal, with the reason.

    Raises
    ------
    StepRefusedError
        Where it is not a proposal any more, or no reason is given.
    """
    return _end(actor, alert, why, Alert.State.PROPOSED, Alert.State.DROPPED)


@action("alert.sign", "alert.lifted")
def lift(actor: User, alert: Alert, why: str) -> Done[Alert]:
    """Lift an alert, with the reason.

    Raises
    ------
    StepRefusedError
        Where it is not in force, or no reason is given.
    """
    return _end(actor, alert, why, Alert.State.SIGNED, Alert.State.LIFTED)


def _end(actor: User, alert: Alert, why: str, needed: str, to: str) -> Done[Alert]:
    found = _locked(alert, needed)
    if not why.strip():
        raise StepRefusedError("请写明理由")
    found.state, found.ended_by, found.ended_at, found.ended_why = (
        to,
        actor.username,
        timezone.now(),
        why.strip(),
    )
    found.save()
    if to == Alert.State.LIFTED:
        tell_end(found)
    return Done(found, {"alert": found.pk, "why": found.ended_why})


@action("alert.plan", "plan.asked")
def ask_plan(
    actor: User, alert: Alert, list_file: StoredFile, edition: int | None = None
) -> Done[PlanWork]:
    """Ask for a plan of an alert on an edition of the list, or another stored one; the worker works it out.

    Raises
    ------
    StepRefusedError
        Where the alert is over, or a plan is being worked out already.
    """
    found = _locked(alert, Alert.State.PROPOSED, Alert.State.SIGNED)
    if found.plans.filter(state__in=(PlanWork.State.QUEUED, PlanWork.State.RUNNING)).exists():
        raise StepRefusedError("已有方案在计算")
    made = PlanWork.objects.create(
        alert=found,
        list_file=list_file,
        edition=edition,
        asked_by=actor.username,
        asked_at=timezone.now(),
    )
    return Done(
        made,
        {"alert": found.pk, "plan": made.pk, "edition": edition or 0},
        {list_file.name: list_file.hash},
    )


@action("alert.sign", "orders.issued")
def issue(actor: User, plan: PlanWork) -> Done[int]:
    """Send out the orders of a plan that was worked out: one a firm.

    Raises
    ------
    StepRefusedError
        Where the alert is not signed, the plan is not ready, or orders went out already.
    """
    alert = _locked(plan.alert, Alert.State.SIGNED)
    plan = PlanWork.objects.select_for_update().get(pk=plan.pk)
    if plan.state != PlanWork.State.READY or plan.result is None:
        raise StepRefusedError("方案还没有算出")
    if alert.orders.exists():
        raise StepRefusedError("管控令已经下达")
    document = json.loads(path_of(plan.result.hash).read_text("utf-8"))
    now = timezone.now()
    rows = [
        Order(
            alert=alert, plan=plan, firm_id=o["firm_id"], firm_name=o["firm_name"], district=o["district"],
            industry_zh=o["industry_zh"], grade=o["grade"], cuts=bool(o["share"]), text_zh=o["text_zh"],
            values={k: v for k, v in o.items() if k != "trace"}, issued_by=actor.username, issued_at=now,
        )
        for o in document["orders"]
        if o["level"] == alert.level
    ]  # fmt: skip
    Order.objects.bulk_create(rows, batch_size=_BATCH)
    tell_orders("order.issued", rows)
    event = {
        "alert": alert.pk,
        "plan": plan.pk,
        "orders": len(rows),
        "cutting": sum(r.cuts for r in rows),
    }
    about = [f"firm:{row.firm_id}" for row in rows]
    return Done(len(rows), event, {"plan.json": plan.result.hash}, about)


@action("order.receipt", "order.received")
def receive(actor: User, order: Order) -> Done[Order]:
    """Confirm the receipt of an order, once.

    Raises
    ------
    StepRefusedError
        For another firm's order, or one that was confirmed already.
    """
    found = _own(actor, order)
    if found.receipt_at is not None:
        raise StepRefusedError("已经确认收到")
    found.receipt_by, found.receipt_at = actor.username, timezone.now()
    found.save()
    return Done(found, {"alert": found.alert_id, "firm": found.firm_id}, about=_about(found))


@action("order.receipt", "order.reported")
def report(actor: User, order: Order, text: str) -> Done[Order]:
    """Hand in how an order was carried out.

    Raises
    ------
    StepRefusedError
        For another firm's order, before its receipt, or without a text.
    """
    found = _own(actor, order)
    if found.receipt_at is None:
        raise StepRefusedError("请先确认收到")
    if not text.strip():
        raise StepRefusedError("请写明执行情况")
    found.report, found.reported_at = text.strip()[:4000], timezone.now()
    found.save()
    event = {"alert": found.alert_id, "firm": found.firm_id, "report": found.report}
    return Done(found, event, about=_about(found))


def _about(order: Order) -> list[str]:
    return [f"firm:{order.firm_id}"]


def _own(actor: User, order: Order) -> Order:
    if not actor.firm_id or order.firm_id != actor.firm_id:
        raise StepRefusedError("这不是本企业的管控令")
    return Order.objects.select_for_update().get(pk=order.pk)
