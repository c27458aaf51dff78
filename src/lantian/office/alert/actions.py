"""What changes alerts: propose, raise, lower, sign, drop, lift. Plans, orders, extensions have rooms of their own."""

from __future__ import annotations

import json

from django.utils import timezone

from lantian.domain.response.alert.change import LOWER, RAISE, Running, may_change, may_lift
from lantian.jobs.alert import AlertRun, run_alert
from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError
from lantian.office.alert.course import begin, taken
from lantian.office.alert.models import Alert
from lantian.office.alert.outward import end_orders, tell_alert
from lantian.office.alert.refusal import StepRefusedError, aware, naive, refuse_by_rule
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User
from lantian.rulebook import load_rulebook

__all__ = ["LOWER", "RAISE", "StepRefusedError", "drop", "lift", "propose", "running", "sign"]


@action("alert.propose", "alert.proposed")
def propose(
    actor: User, forecast: StoredFile, issued: str, before: Alert | None = None, step: str = ""
) -> Done[Alert]:
    """Propose the alert that a stored forecast calls for.

    Parameters
    ----------
    before
        The alert in force that it follows; the new one is then a raise or a lowering.
    step
        ``raise`` or ``lower`` where that is asked for; found from the forecast where left out.

    Raises
    ------
    LantianError
        F codes where the forecast cannot be read or holds errors.
    StepRefusedError
        Where it calls for no alert; O006 to O008 where the rules refuse the step.
    """
    run = run_alert(path_of(forecast.hash), on=issued or None)
    proposal = run.proposal
    if proposal is None:
        raise LantianError(*run.problems)
    if before is not None:
        before = locked(before, Alert.State.SIGNED)
        if Alert.objects.filter(before=before, state=Alert.State.PROPOSED).exists():
            raise StepRefusedError(
                "已有接替本预警的建议待签发", "a proposal that follows this alert waits already"
            )
        now = running(before)
        higher = proposal.level is not None and proposal.level.order > now.level.order
        asked = step or (RAISE if higher else LOWER)
        assert run.rules is not None
        refuse_by_rule(may_change(now, asked, proposal, run.rules))
    if (
        proposal.level is None
        or proposal.start is None
        or proposal.end is None
        or run.procedure is None
    ):
        raise StepRefusedError("这份预报不需要启动预警")
    made = Alert.objects.create(
        level=proposal.level.value, rule_set=proposal.rule_set, start=aware(proposal.start),
        end=aware(proposal.end), proposal=_as_json(run), forecast=forecast, before=before,
        signer_zh=run.procedure.signer_zh, signer_status=run.procedure.ref.status,
        form_hours=run.procedure.form_hours, dispatch_hours=run.procedure.dispatch_hours,
        proposed_by=actor.username, proposed_at=timezone.now(),
    )  # fmt: skip
    begin(made, actor)
    event = {"alert": made.pk, "level": made.level, "rules": made.rule_set, "start": made.start.isoformat(),
             "end": made.end.isoformat(), "before": before.pk if before else 0}  # fmt: skip
    return Done(made, event, {forecast.name: forecast.hash})


def running(alert: Alert) -> Running:
    """Return an alert as the rules of change see it."""
    return Running(Level(alert.level), naive(alert.start), naive(alert.end))


def _as_json(run: AlertRun) -> dict[str, object]:
    assert run.proposal is not None
    found: dict[str, object] = json.loads(json.dumps(run.proposal.as_dict(), default=str))
    return found


def locked(alert: Alert, *states: str) -> Alert:
    """Return the alert as it stands now, held until the step is done.

    Raises
    ------
    StepRefusedError
        Where somebody else has moved it on.
    """
    found = Alert.objects.select_for_update().get(pk=alert.pk)
    if found.state not in states:
        raise StepRefusedError(
            f"预警现为“{found.get_state_display()}”，不能再做这一步",
            f"the alert is {found.state} now: this step is no longer possible",
        )
    return found


@action("alert.sign", "alert.signed")
def sign(actor: User, alert: Alert, opinion: str, office: str | None = None) -> Done[Alert]:
    """Sign an alert: from now on it is in force.

    Orders of the alert that it follows go on until its own go out: a firm is never without one.

    Parameters
    ----------
    office
        The office that the signer acts in, as he states it.

    Raises
    ------
    StepRefusedError
        Where it is signed, dropped or lifted already; O010 where the rule names another office.
    """
    found = locked(alert, Alert.State.PROPOSED)
    refuse_other_office(found.signer_zh, office)
    found.state, found.signed_by, found.signed_at = (
        Alert.State.SIGNED,
        actor.username,
        timezone.now(),
    )
    found.opinion, found.signed_as = opinion.strip(), office or ""
    found.save()
    taken(found, actor, "sign", found.opinion, at=found.signed_at)
    if found.before is not None and found.before.state == Alert.State.SIGNED:
        taken(found.before, None, "succeed")
        found.before.state, found.before.ended_at = Alert.State.LIFTED, found.signed_at
        found.before.ended_by, found.before.ended_why = actor.username, f"由第{found.pk}号预警接替"
        found.before.save()
        tell_alert("alert.lifted", found.before)
    tell_alert("alert.signed", found)
    event = {
        "alert": found.pk,
        "level": found.level,
        "opinion": found.opinion,
        "as": found.signed_as,
    }
    return Done(found, event)


def refuse_other_office(needed: str, stated: str | None) -> None:
    """Refuse a signature in an office that the rule does not name.

    Raises
    ------
    StepRefusedError
        O010.
    """
    if stated is not None and stated != needed:
        raise StepRefusedError(
            f"按规定由{needed}签发，您选择的是“{stated or '未选择'}”。请由{needed}签发",
            f"the rule names {needed}; you chose “{stated}”", "O010",
        )  # fmt: skip


@action("alert.sign", "alert.dropped")
def drop(actor: User, alert: Alert, why: str) -> Done[Alert]:
    """Decide against a proposal, with the reason.

    Raises
    ------
    StepRefusedError
        Where it is not a proposal any more, or no reason is given.
    """
    done = _end(actor, alert, why, Alert.State.PROPOSED, Alert.State.DROPPED)
    taken(done.value, actor, "drop", why)
    return done


@action("alert.sign", "alert.lifted")
def lift(
    actor: User, alert: Alert, why: str, forecast: StoredFile | None = None, above: bool = False
) -> Done[Alert]:
    """Lift an alert, with the reason; its orders end with it.

    Parameters
    ----------
    forecast
        A new one that shows the hours lifting needs; not needed once the alert has run out and the
        forecast it was signed on showed them.
    above
        The notice from above that lifts it (`forecast` is then that notice); it is not judged.

    Raises
    ------
    LantianError
        F codes where the forecast cannot be read.
    StepRefusedError
        Where it is not in force, no reason is given; O009 where the rules do not allow it.
    """
    found = locked(alert, Alert.State.SIGNED)
    if not why.strip():
        raise StepRefusedError("请写明理由", "give the reason")
    if above and forecast is None:
        raise StepRefusedError("请上传上级的解除通知", "hand in the notice from above", "O009")
    if not above:
        _refuse_lifting(found, forecast)
    done = _end(actor, found, why, Alert.State.SIGNED, Alert.State.LIFTED)
    found = done.value
    found.end_forecast = forecast
    found.save()
    taken(found, actor, "lift", why, forecast, rules_allow=True)
    about = end_orders(found.ended_at, f"第{found.pk}号预警已解除")
    files = {forecast.name: forecast.hash} if forecast is not None else {}
    event = {**done.event, "orders": len(about), "above": int(above)}
    return Done(found, event, files, about)


def _refuse_lifting(alert: Alert, forecast: StoredFile | None) -> None:
    now, given = running(alert), None
    rules = load_rulebook().alert_rules_named(alert.rule_set)
    if forecast is not None:
        run = run_alert(path_of(forecast.hash))
        if run.rules is None:
            raise LantianError(*run.problems)
        given = run.forecast
    confirmed = bool(alert.proposal.get("lift_confirmed"))
    later = alert.extensions.filter(state="signed").last()
    if later is not None:
        confirmed = bool(later.proposal.get("lift_confirmed"))
    refuse_by_rule(may_lift(now, naive(timezone.now()), given, rules, confirmed=confirmed))


def _end(actor: User, alert: Alert, why: str, needed: str, to: str) -> Done[Alert]:
    found = locked(alert, needed)
    if not why.strip():
        raise StepRefusedError("请写明理由", "give the reason")
    found.state, found.ended_by, found.ended_at, found.ended_why = (
        to,
        actor.username,
        timezone.now(),
        why.strip(),
    )
    found.save()
    if to == Alert.State.LIFTED:
        tell_alert("alert.lifted", found)
    return Done(found, {"alert": found.pk, "why": found.ended_why})
