"""When a period ends, whether it is late, and who is told: by working days, days or hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lantian.domain.process.model import Standing
from lantian.kernel.calendar import Holidays, beijing, to_beijing
from lantian.kernel.problem import LantianError
from lantian.rulebook.process_tables.model import ENTERED, STARTED, Clock, Count, Process

_MOMENT_BEFORE: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Running:
    """A clock of the present state at a time.

    Attributes
    ----------
    began
        Where the count starts.
    due
        End of the period; None where no figure is known or a holiday notice is missing (`why_zh`).
    late
        A period to be met that is over. A window is never late.
    passed
        Whether its end is behind; None where the end is unknown.
    escalates
        When it is escalated; None where it is not or that is unknown.
    told
        The roles it is escalated to at this time.
    """

    clock: Clock
    began: datetime
    due: datetime | None
    late: bool
    passed: bool | None
    escalates: datetime | None
    told: tuple[str, ...]
    why_zh: str = ""
    why_en: str = ""


def end_of(start: datetime, amount: int, count: Count, holidays: Holidays) -> datetime:
    """Return when a period ends: hours to the moment, days at the close (24:00) of the last day.

    The day a period is counted from is not part of it.

    Raises
    ------
    LantianError
        K101 where a year without a holiday notice is needed, K102 for a moment without a zone.
    """
    local = to_beijing(start)
    if count is Count.HOURS:
        return local + timedelta(hours=amount)
    # 0:00 closes the day before, as the end of a period of days does
    return _close(_last_day(local.date(), amount, count, holidays))


def _last_day(start: date, amount: int, count: Count, holidays: Holidays) -> date:
    if count is Count.WORKING_DAYS:
        return holidays.add(start, amount)
    return start + timedelta(days=amount)


def _close(day: date) -> datetime:
    return beijing(day.year, day.month, day.day, 24)


def running(
    process: Process, standing: Standing, at: datetime, holidays: Holidays
) -> tuple[Running, ...]:
    """Return the clocks that run in the present state, those due first."""
    found = [
        one
        for clock in process.clocks_in(standing.state)
        if (one := _run(clock, standing, at, holidays)) is not None
    ]
    return tuple(sorted(found, key=lambda r: (r.due is None, r.due or r.began)))


def _run(clock: Clock, standing: Standing, at: datetime, holidays: Holidays) -> Running | None:
    began = _began(clock, standing)
    if began is None:
        return None
    if clock.amount is None:
        zh, en = "期限未见条文", "no source gives the period"
        return Running(clock, began, None, False, None, None, (), zh, en)
    try:
        due = end_of(began, clock.amount, clock.count, holidays)
    except LantianError as error:
        first = error.problems[0]
        return Running(
            clock, began, None, False, None, None, (), first.message_zh, first.message_en
        )
    passed = at >= due
    late = passed and not clock.window
    escalates = _escalates(clock, due, holidays)
    told = (
        clock.escalation.to
        if clock.escalation is not None and late and escalates is not None and at >= escalates
        else ()
    )
    return Running(clock, began, due, late, passed, escalates, told)


def _began(clock: Clock, standing: Standing) -> datetime | None:
    if clock.origin == ENTERED:
        return standing.since
    if clock.origin == STARTED:
        return standing.started
    taken = standing.last(clock.origin)
    return None if taken is None else taken.at


def _escalates(clock: Clock, due: datetime, holidays: Holidays) -> datetime | None:
    rule = clock.escalation
    if rule is None or rule.amount is None or clock.window:
        return None
    try:
        if rule.count is Count.HOURS:
            return due + timedelta(hours=rule.amount)
        last = (due - _MOMENT_BEFORE).date()
        return _close(_last_day(last, rule.amount, rule.count, holidays))
    except LantianError:
        return None
