"""What the firm and the officer do: marks, late marks, explanations, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from lantian.domain.monitoring.alarm import Decide, Decision, Explain
from lantian.kernel.calendar import to_beijing
from lantian.office.audit.action import Done, action
from lantian.office.monitoring import marking, rolled
from lantian.office.monitoring.alarms import about, key_of, step
from lantian.office.monitoring.description import described
from lantian.office.monitoring.figures import visible
from lantian.office.monitoring.models import Alarm, LateMark, Mark, Outlet
from lantian.office.monitoring.problems import refused
from lantian.office.people.models import User
from lantian.rulebook.monitoring_tables import load_monitoring

MOST_DAYS = 40
"""Longest mark that is taken in one piece: beyond it a wrong year is likelier."""
_SLACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mark as it was filled in; times are aware. No factor named means all of them."""

    kind: str
    start: datetime
    end: datetime
    cause: str
    variant: str = ""
    factors: Sequence[str] = ()
    files: Mapping[str, str] = field(default_factory=dict)


def _own(actor: User, outlet: Outlet) -> Outlet:
    """Return the outlet locked, if it is one of the actor's; others do not exist for him."""
    return visible(actor).select_for_update().get(pk=outlet.pk)


def check(outlet: Outlet, wanted: Wanted, now: datetime) -> None:
    """Refuse a mark that cannot be one, whenever it is made.

    Raises
    ------
    LantianError
        Z002 to Z005, Z007, Z016, Z017.
    """
    if wanted.end <= wanted.start:
        raise refused("Z002")
    if wanted.end - wanted.start > timedelta(days=MOST_DAYS):
        raise refused("Z017", days=MOST_DAYS)
    if wanted.end > now + _SLACK:
        raise refused("Z004", end=_shown(wanted.end), now=_shown(now))
    if not wanted.cause.strip():
        raise refused("Z005")
    day = to_beijing(wanted.start).date()
    scheme = marking.scheme_on(outlet, day)
    if scheme is None:
        raise refused("Z016", day=day)
    if wanted.kind not in scheme.kinds:
        known = "、".join(k.name_zh for k in scheme.kinds.values())
        raise refused("Z003", kind=wanted.kind, day=day, known=known)
    factors = load_monitoring().factors(day)
    for code in wanted.factors:
        found = factors.by_code.get(code)
        if found is None or found.medium is not described(outlet).medium:
            raise refused("Z007", factor=code)


def _late_day(outlet: Outlet, wanted: Wanted, now: datetime) -> marking.Due | None:
    """Return the first day that can no longer be marked."""
    found = marking.dues(outlet, wanted.start, wanted.end)
    return next((due for due in found if due is not None and due.late(now)), None)


def _shown(moment: datetime) -> str:
    return f"{to_beijing(moment):%Y-%m-%d %H:%M}"


@action("monitoring.mark", "monitoring.marked")
def place_mark(actor: User, outlet: Outlet, wanted: Wanted, now: datetime) -> Done[Mark]:
    """Place a mark of the firm in time; readings and instrument flags stay as they are.

    Raises
    ------
    LantianError
        Z001 after 12:00 of the next day (2022 No. 21), and as `check`.
    Outlet.DoesNotExist
        For an outlet of another firm.
    """
    own = _own(actor, outlet)
    check(own, wanted, now)
    late = _late_day(own, wanted, now)
    if late is not None and late.at is not None:
        raise refused("Z001", day=late.day, due=_shown(late.at), rule=late.rule)
    mark = _place(own, wanted, actor.username, now)
    return Done(mark, _event(own, mark), wanted.files, about(own))


def _place(outlet: Outlet, wanted: Wanted, by: str, now: datetime, approved_by: str = "") -> Mark:
    mark = Mark.objects.create(
        outlet=outlet, act=Mark.Act.PLACE, made_at=_made_at(outlet, now), made_by=by, kind=wanted.kind,
        variant=wanted.variant, start=wanted.start, end=wanted.end, factors=sorted(wanted.factors),
        cause=wanted.cause.strip(), approved_by=approved_by, files=dict(wanted.files),
    )  # fmt: skip
    _roll_again(outlet, wanted.start, wanted.end, now)
    return mark


def _made_at(outlet: Outlet, now: datetime) -> datetime:
    """Return when an entry is made: never before the one above it, should the clock have been set back."""
    last = outlet.marks.order_by("-pk").values_list("made_at", flat=True).first()
    return max(now, last) if last is not None else now


def _roll_again(outlet: Outlet, start: datetime, end: datetime, now: datetime) -> None:
    """Work out anew the days that a mark touches and that were worked out before."""
    first, last = to_beijing(start).date(), to_beijing(end - timedelta(microseconds=1)).date()
    days = outlet.days.filter(day__range=(first, last)).values_list("day", flat=True).distinct()
    spans = marking.effects(outlet).spans
    for day in sorted(set(days)):
        rolled.roll_day(outlet, day, to_beijing(now), spans)


def _event(outlet: Outlet, mark: Mark) -> dict[str, object]:
    return {
        "outlet": outlet.code, "firm": outlet.firm_id, "mark": mark.pk, "kind": mark.kind,
        "variant": mark.variant, "from": mark.start.isoformat(), "to": mark.end.isoformat(),
        "factors": list(mark.factors), "cause": mark.cause, "approved_by": mark.approved_by,
    }  # fmt: skip


@action("monitoring.mark", "monitoring.withdrawn")
def withdraw_mark(actor: User, outlet: Outlet, number: int, why: str, now: datetime) -> Done[Mark]:
    """Take a mark back in time; the mark itself stays in the history.

    Raises
    ------
    LantianError
        Z006 for none that stands, Z005 without a reason, Z001 after its time.
    """
    own = _own(actor, outlet)
    target = own.marks.filter(pk=number, act=Mark.Act.PLACE, withdrawals__isnull=True).first()
    if target is None:
        raise refused("Z006", number=number)
    if not why.strip():
        raise refused("Z005")
    late = next(
        (d for d in marking.dues(own, target.start, target.end) if d is not None and d.late(now)),
        None,
    )
    if late is not None and late.at is not None:
        raise refused("Z001", day=late.day, due=_shown(late.at), rule=late.rule)
    mark = Mark.objects.create(
        outlet=own, act=Mark.Act.WITHDRAW, made_at=_made_at(own, now), made_by=actor.username, target=target,
        cause=why.strip(),
    )  # fmt: skip
    _roll_again(own, target.start, target.end, now)
    event = {
        "outlet": own.code,
        "firm": own.firm_id,
        "mark": mark.pk,
        "withdraws": target.pk,
        "why": mark.cause,
    }
    return Done(mark, event, about=about(own))


@action("monitoring.mark", "monitoring.late")
def ask_late_mark(actor: User, outlet: Outlet, wanted: Wanted, now: datetime) -> Done[LateMark]:
    """Ask an officer to let in a mark whose time is over; nothing changes until he decides.

    Raises
    ------
    LantianError
        Z010 where it can still be placed, and as `check`.
    """
    own = _own(actor, outlet)
    check(own, wanted, now)
    if _late_day(own, wanted, now) is None:
        raise refused("Z010")
    found = LateMark.objects.create(
        outlet=own, kind=wanted.kind, variant=wanted.variant, start=wanted.start, end=wanted.end,
        factors=sorted(wanted.factors), cause=wanted.cause.strip(), files=dict(wanted.files),
        asked_by=actor.username, asked_at=now,
    )  # fmt: skip
    event = {"outlet": own.code, "firm": own.firm_id, "request": found.pk, "kind": found.kind,
             "from": found.start.isoformat(), "to": found.end.isoformat(), "cause": found.cause}  # fmt: skip
    return Done(found, event, wanted.files, about(own))


@action("monitoring.decide", "monitoring.late_decided")
def decide_late_mark(
    actor: User, request: LateMark, approve: bool, why: str, now: datetime
) -> Done[LateMark]:
    """Let a late mark in, or not; with the officer's name and reason (decision 0170).

    Raises
    ------
    LantianError
        Z009 where it was decided before, Z005 without a reason.
    """
    found = LateMark.objects.select_for_update().select_related("outlet").get(pk=request.pk)
    if found.state != LateMark.State.WAITING:
        raise refused("Z009", number=found.pk)
    if not why.strip():
        raise refused("Z005")
    found.decided_by, found.decided_at, found.why = actor.username, now, why.strip()
    found.state = LateMark.State.APPROVED if approve else LateMark.State.REFUSED
    outlet = Outlet.objects.select_for_update().get(pk=found.outlet_id)
    if approve:
        wanted = Wanted(found.kind, found.start, found.end, found.cause, found.variant, found.factors,
                        found.files)  # fmt: skip
        found.mark = _place(outlet, wanted, found.asked_by, now, approved_by=actor.username)
    found.save()
    event = {"outlet": outlet.code, "firm": outlet.firm_id, "request": found.pk, "state": found.state,
             "mark": found.mark_id or 0, "why": found.why}  # fmt: skip
    return Done(found, event, about=about(outlet))


@action("monitoring.mark", "monitoring.explained")
def explain(
    actor: User, alarm: Alarm, text: str, files: Mapping[str, str], now: datetime
) -> Done[Alarm]:
    """Say why a limit was exceeded, with evidence; closes nothing.

    Raises
    ------
    LantianError
        M054 for a closed alarm or an empty text.
    """
    row = _alarm(alarm)
    own = _own(actor, row.outlet)
    at = max(to_beijing(now), to_beijing(row.last_event_at))
    after, _ = step(row, own, key_of(row), Explain(at, actor.username, text.strip()), files)
    assert after is not None
    return Done(after, {"alarm": row.pk, "outlet": own.code, "firm": own.firm_id, "text": text.strip()}, files,
                about(own))  # fmt: skip


@action("monitoring.decide", "monitoring.decided")
def decide(actor: User, alarm: Alarm, decision: str, text: str, now: datetime) -> Done[Alarm]:
    """Close an alarm: confirmed as an exceedance, or dismissed; with the reason.

    Raises
    ------
    LantianError
        M054 for a closed alarm or an empty text.
    """
    row = _alarm(alarm)
    at = max(to_beijing(now), to_beijing(row.last_event_at))
    event = Decide(at, actor.username, Decision(decision), text.strip())
    after, _ = step(row, row.outlet, key_of(row), event)
    assert after is not None
    values = {"alarm": row.pk, "outlet": row.outlet.code, "firm": row.outlet.firm_id, "decision": decision,
              "text": text.strip()}  # fmt: skip
    return Done(after, values, about=about(row.outlet))


def _alarm(alarm: Alarm) -> Alarm:
    return Alarm.objects.select_for_update().select_related("outlet").get(pk=alarm.pk)
