"""A later end of a running alert: proposed on evidence, signed by the office of its level, told to every firm."""

from __future__ import annotations

import json
from datetime import date, datetime

from django.utils import timezone

from lantian.domain.response.alert.change import may_extend
from lantian.domain.response.alert.procedure import signature
from lantian.jobs.alert import run_alert
from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError
from lantian.kernel.trace import RuleRef
from lantian.office.alert.actions import locked, refuse_other_office, running
from lantian.office.alert.course import taken
from lantian.office.alert.models import Alert, Extension, ExtensionReceipt, Order
from lantian.office.alert.outward import tell_orders
from lantian.office.alert.refusal import StepRefusedError, naive, refuse_by_rule
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User
from lantian.rulebook import Rulebook, load_rulebook

NEEDS_FORECAST = "no-alert-for-targets"


@action("alert.propose", "extension.proposed")
def propose_extension(
    actor: User, alert: Alert, until: datetime, basis: str, why: str, file: StoredFile | None = None
) -> Done[Extension]:  # fmt: skip
    """Propose a later end of an alert in force.

    Parameters
    ----------
    basis
        A value of `Extension.Basis`. A forecast is judged; a notice from above is kept and not judged; a
        decision alone is allowed only on days without the rule that each extension needs a forecast.

    Raises
    ------
    LantianError
        F codes where the forecast cannot be read.
    StepRefusedError
        Where the alert is not in force, an extension waits already, reason or file is missing; O001 to
        O005 where the rules refuse it.
    """
    found = locked(alert, Alert.State.SIGNED)
    if found.extensions.filter(state=Extension.State.PROPOSED).exists():
        raise StepRefusedError("已有延长建议待签发", "an extension waits for the signature already")
    if not why.strip():
        raise StepRefusedError("请写明理由", "give the reason")
    if basis not in Extension.Basis.values:
        raise StepRefusedError("请选择依据", "choose what it rests on")
    if basis != Extension.Basis.DECISION and file is None:
        raise StepRefusedError("请上传预报或上级通知", "hand in the forecast or the notice")
    book, day = load_rulebook(), timezone.localdate(found.start)
    told = _judged(found, until, basis, file, book, day)
    act = signature(book, Level(found.level), day)
    made = Extension.objects.create(
        alert=found, basis=basis, old_end=found.end, new_end=until, file=file, proposal=told,
        why=why.strip(), signer_zh=act.signer_zh, signer_status=act.ref.status,
        form_hours=act.form_hours, dispatch_hours=act.dispatch_hours,
        proposed_by=actor.username, proposed_at=timezone.now(),
    )  # fmt: skip
    event = {"alert": found.pk, "extension": made.pk, "basis": basis, "why": made.why,
             "old_end": made.old_end.isoformat(), "new_end": made.new_end.isoformat()}  # fmt: skip
    return Done(made, event, {file.name: file.hash} if file is not None else {})


def _judged(
    alert: Alert, until: datetime, basis: str, file: StoredFile | None, book: Rulebook, day: date
) -> dict[str, object]:
    """Refuse what the rules refuse; return what the forecast calls for."""
    rules = book.alert_rules_named(alert.rule_set)
    needed = needs_forecast(book, day)
    if basis == Extension.Basis.FORECAST and file is not None:
        run = run_alert(path_of(file.hash), edition=alert.rule_set)
        if run.proposal is None:
            raise LantianError(*run.problems)
        refuse_by_rule(may_extend(running(alert), naive(until), run.proposal, rules, needed))
        told: dict[str, object] = json.loads(json.dumps(run.proposal.as_dict(), default=str))
        return told
    from_above = basis == Extension.Basis.ABOVE
    refuse_by_rule(
        may_extend(running(alert), naive(until), None, rules, None if from_above else needed)
    )
    return {}


def needs_forecast(book: Rulebook, day: date) -> RuleRef | None:
    """Return the rule that an extension needs a forecast, None on days before it."""
    for one in book.provisions(day):
        if one.key == NEEDS_FORECAST:
            return one.head.ref()
    return None


@action("alert.sign", "extension.signed")
def sign_extension(actor: User, extension: Extension, office: str | None = None) -> Done[Extension]:
    """Sign an extension: alert and orders run until the new end from now on, and every firm is told.

    Raises
    ------
    StepRefusedError
        Where it was decided already, the alert ended or its end was moved since; O010 for another office.
    """
    found = _waiting(extension)
    alert = locked(found.alert, Alert.State.SIGNED)
    refuse_other_office(found.signer_zh, office)
    if alert.end != found.old_end:
        raise StepRefusedError(
            "预警的结束时间已变，请重新提出", "the end has changed: propose anew"
        )
    found.state, found.signed_by, found.signed_at = (
        Extension.State.SIGNED,
        actor.username,
        timezone.now(),
    )
    found.signed_as = office or ""
    found.save()
    alert.end = found.new_end
    alert.save()
    taken(alert, actor, "extend", found.why, found.file, rules_allow=True)
    orders = list(alert.orders.filter(ended_at=None).select_related("alert"))
    tell_orders("order.extended", orders)
    about = [f"firm:{order.firm_id}" for order in orders]
    event = {"alert": alert.pk, "extension": found.pk, "new_end": found.new_end.isoformat(),
             "orders": len(about), "as": found.signed_as}  # fmt: skip
    return Done(found, event, about=about)


@action("alert.sign", "extension.dropped")
def drop_extension(actor: User, extension: Extension, why: str) -> Done[Extension]:
    """Decide against an extension, with the reason.

    Raises
    ------
    StepRefusedError
        Where it was decided already, or no reason is given.
    """
    found = _waiting(extension)
    if not why.strip():
        raise StepRefusedError("请写明理由", "give the reason")
    found.state, found.dropped_why = Extension.State.DROPPED, why.strip()
    found.save()
    event = {"alert": found.alert_id, "extension": found.pk, "why": found.dropped_why}
    return Done(found, event)


def _waiting(extension: Extension) -> Extension:
    found = Extension.objects.select_for_update().get(pk=extension.pk)
    if found.state != Extension.State.PROPOSED:
        raise StepRefusedError(
            f"延长建议现为“{found.get_state_display()}”，不能再做这一步", "it was decided already"
        )
    return found


@action("order.receipt", "extension.received")
def receive_extension(actor: User, order: Order, extension: Extension) -> Done[ExtensionReceipt]:
    """Confirm that a firm knows of the later end of its order, once.

    Raises
    ------
    StepRefusedError
        For another firm's order or another alert's extension, or where it was confirmed already.
    """
    if not actor.firm_id or order.firm_id != actor.firm_id:
        raise StepRefusedError("这不是本企业的管控令", "this is not your firm's order")
    own = Order.objects.select_for_update().get(pk=order.pk)
    if extension.alert_id != own.alert_id or extension.state != Extension.State.SIGNED:
        raise StepRefusedError("没有这项延长", "there is no such extension")
    if ExtensionReceipt.objects.filter(extension=extension, order=own).exists():
        raise StepRefusedError("已经确认收到", "it was confirmed already")
    made = ExtensionReceipt.objects.create(
        extension=extension, order=own, by=actor.username, at=timezone.now()
    )
    event = {"alert": own.alert_id, "extension": extension.pk, "firm": own.firm_id}
    return Done(made, event, about=[f"firm:{own.firm_id}"])
