"""The life of an alarm as a pure state machine: one alarm an episode, escalation, explanation, decision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from lantian.domain.monitoring.complaint import complain
from lantian.domain.monitoring.model import HOUR, Average
from lantian.kernel.problem import LantianError, Place
from lantian.kernel.trace import RuleRef
from lantian.rulebook.method import Method


class AlarmState(StrEnum):
    """Where an alarm stands with the people."""

    OPEN = "open"
    EXPLAINED = "explained"
    CLOSED = "closed"


class Decision(StrEnum):
    """What an officer may decide; a firm's explanation alone closes nothing."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


class Notice(StrEnum):
    """What people are told; nothing is said twice for one cause."""

    OPENED = "opened"
    ESCALATED = "escalated"
    EXPLAINED = "explained"
    DECIDED = "decided"
    REOPENED = "reopened"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class AlarmKey:
    """What one alarm is about: two exceedances of one key in one episode are one alarm."""

    outlet_id: str
    factor: str
    average: Average


@dataclass(frozen=True, slots=True)
class Over:
    """A period that exceeded, at its end."""

    at: datetime
    value: Fraction


@dataclass(frozen=True, slots=True)
class Normal:
    """A period that was judged and kept the limit. A period not judged is no event at all."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Explain:
    """The firm says why."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Decide:
    """An officer decides."""

    at: datetime
    by: str
    decision: Decision
    text: str


Event = Over | Normal | Tick | Explain | Decide


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the alarm's own record."""

    at: datetime
    notice: Notice
    by: str
    text: str
    rule: RuleRef | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm. `ended` says that the exceedance is over; the alarm may still wait for people."""

    key: AlarmKey
    opened_at: datetime
    last_event_at: datetime
    waits_since: datetime
    state: AlarmState
    level: int
    periods: int
    run: int
    normal_run: int
    late_levels: int
    worst: Fraction
    ended: bool
    said: tuple[Said, ...]


def step(
    alarm: Alarm | None, key: AlarmKey, event: Event, method: Method
) -> tuple[Alarm | None, tuple[Said, ...]]:
    """Return the alarm after an event, and what is to be told because of it.

    Parameters
    ----------
    alarm
        The last alarm of the key, None where there never was one. Where the exceedance of it is
        over, another `Over` opens a new alarm: keep the old one.
    method
        Figures of the bureau (`MonitoringRules.alarm`).

    Raises
    ------
    LantianError
        M053 for an event before the last one, M054 for an explanation or decision without an
        open alarm or with an empty text.
    """
    if alarm is not None and event.at < alarm.last_event_at:
        raise LantianError(complain("M053", Place(), detail=f"{event.at:%Y-%m-%d %H:%M}",
                                    known=f"{alarm.last_event_at:%Y-%m-%d %H:%M}"))  # fmt: skip
    if isinstance(event, Over):
        return _over(alarm, key, event, method)
    if isinstance(event, Explain | Decide):
        return _people(alarm, event)
    if alarm is None:
        return None, ()
    if isinstance(event, Normal):
        return _normal(alarm, event, method)
    return _late(replace(alarm, last_event_at=event.at), event.at, method)


def _over(
    alarm: Alarm | None, key: AlarmKey, event: Over, method: Method
) -> tuple[Alarm, tuple[Said, ...]]:
    if alarm is None or alarm.ended:
        opened = Said(event.at, Notice.OPENED, "", "")
        new = Alarm(
            key, event.at, event.at, event.at, AlarmState.OPEN, 1, 1, 1, 0, 0, event.value, False,
            (opened,),
        )  # fmt: skip
        return new, (opened,)
    run = alarm.run + 1
    grown = replace(
        alarm, last_event_at=event.at, periods=alarm.periods + 1, run=run, normal_run=0,
        worst=max(alarm.worst, event.value),
    )  # fmt: skip
    told: list[Said] = []
    if alarm.state is AlarmState.CLOSED:
        # A decision speaks of what was known then; the exceedance went on.
        grown = replace(grown, state=AlarmState.OPEN, waits_since=event.at, late_levels=0)
        told.append(Said(event.at, Notice.REOPENED, "", ""))
    every = method.whole("escalate_after_periods")
    if run % every == 0 and grown.level < method.whole("top_level"):
        grown = replace(grown, level=grown.level + 1)
        told.append(
            Said(event.at, Notice.ESCALATED, "", f"连续 {run} 个时段超标",
                 method.ref("escalate_after_periods"))
        )  # fmt: skip
    return _noted(grown, told)


def _normal(alarm: Alarm, event: Normal, method: Method) -> tuple[Alarm, tuple[Said, ...]]:
    normal = alarm.normal_run + 1
    calmer = replace(alarm, last_event_at=event.at, normal_run=normal, run=0)
    enough = normal >= method.whole("close_after_normal")
    if alarm.ended or not enough:
        return calmer, ()
    ended = Said(event.at, Notice.ENDED, "", f"连续 {normal} 个时段未超标",
                 method.ref("close_after_normal"))  # fmt: skip
    return _noted(replace(calmer, ended=True), [ended])


def _people(alarm: Alarm | None, event: Explain | Decide) -> tuple[Alarm, tuple[Said, ...]]:
    if alarm is None or alarm.state is AlarmState.CLOSED or not event.text.strip():
        raise LantianError(complain("M054", Place(), detail=event.by))
    if isinstance(event, Explain):
        said = Said(event.at, Notice.EXPLAINED, event.by, event.text)
        explained = replace(alarm, last_event_at=event.at, state=AlarmState.EXPLAINED)
        return _noted(explained, [said])
    said = Said(event.at, Notice.DECIDED, event.by, f"{event.decision.value}: {event.text}")
    return _noted(replace(alarm, last_event_at=event.at, state=AlarmState.CLOSED), [said])


def _late(alarm: Alarm, at: datetime, method: Method) -> tuple[Alarm, tuple[Said, ...]]:
    """Escalate where the firm has not explained in time, a level each further period."""
    if alarm.state is not AlarmState.OPEN:
        return alarm, ()
    due = alarm.waits_since + HOUR * method.whole("explain_within_hours")
    if at <= due:
        return alarm, ()
    late = 1 + (at - due) // (HOUR * method.whole("escalate_after_hours"))
    up = min(late - alarm.late_levels, method.whole("top_level") - alarm.level)
    if up <= 0:
        return replace(alarm, late_levels=max(late, alarm.late_levels)), ()
    raised = replace(alarm, level=alarm.level + up, late_levels=late)
    said = Said(at, Notice.ESCALATED, "", f"超过 {due:%Y-%m-%d %H:%M} 未说明",
                method.ref("explain_within_hours"))  # fmt: skip
    return _noted(raised, [said])


def _noted(alarm: Alarm, told: list[Said]) -> tuple[Alarm, tuple[Said, ...]]:
    return replace(alarm, said=(*alarm.said, *told)), tuple(told)


def replay(key: AlarmKey, events: Iterable[Event], method: Method) -> tuple[Alarm, ...]:
    """Return every alarm that a sequence of events gives, the last state of each.

    Parameters
    ----------
    events
        In the order of time; judged periods as `Over` or `Normal`, nothing for the others.
    """
    alarms: list[Alarm] = []
    for event in events:
        last = alarms[-1] if alarms else None
        after, _ = step(last, key, event, method)
        if after is None:
            continue
        if last is not None and after.opened_at == last.opened_at:
            alarms[-1] = after
        else:
            alarms.append(after)
    return tuple(alarms)
