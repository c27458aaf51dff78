"""When a period ends, whether it is late, and who is told: by working days, days or hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lantian.domain.process.model import Standing, Taken
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
    step
        The step the count starts from; None where it starts with the case.
    written
        Whether its end is the date that step named.
    """

    clock: Clock
    began: datetime
    due: datetime | None
    late: bool
    passed: bool | None
    escalates: datetime | None
    told: tuple[str, ...]
    step: Taken | None = None
    written: bool = False
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
    return close_of(_last_day(local.date(), amount, count, holidays))


def _last_day(start: date, amount: int, count: Count, holidays: Holidays) -> date:
    if count is Count.WORKING_DAYS:
        return holidays.add(start, amount)
    return start + timedelta(days=amount)


def close_of(day: date) -> datetime:
    """Return the close of a day, 24:00 in Beijing: when a period of days ends."""
    return beijing(day.year, day.month, day.day, 24)


def end_text(moment: datetime) -> str:
    """Return the end of a period as people write it: the close of a day is 24:00 of that day."""
    local = to_beijing(moment)
    if (local.hour, local.minute) == (0, 0):
        return f"{local - _MOMENT_BEFORE:%Y-%m-%d} 24:00"
    return f"{local:%Y-%m-%d %H:%M}"


def running(
    process: Process, standing: Standing, at: datetime, holidays: Holidays
) -> tuple[Running, ...]:
    """Return the clocks that run in the present state, those due first."""
    found = [
        one
        for clock in process.clocks_in(standing.state)
        if (one := _run(process, clock, standing, at, holidays)) is not None
    ]
    return tuple(sorted(found, key=lambda r: (r.due is None, r.due or r.began)))


def _run(
    process: Process, clock: Clock, standing: Standing, at: datetime, holidays: Holidays
) -> Running | None:
    start = _start(process, clock, standing)
    if start is None:
        return None
    began, step = start
    written = clock.written and step is not None and step.due is not None
    try:
        due = _due(clock, began, step, holidays)
    except LantianError as error:
        first = error.problems[0]
        zh, en = first.message_zh, first.message_en
        return Running(clock, began, None, False, None, None, (), step, written, zh, en)
    if due is None:
        zh, en = "期限未见条文", "no source gives the period"
        return Running(clock, began, None, False, None, None, (), step, written, zh, en)
    passed = at >= due
    late = passed and not clock.window
    escalates = _escalates(clock, due, holidays)
    told = (
        clock.escalation.to
        if clock.escalation is not None and late and escalates is not None and at >= escalates
        else ()
    )
    return Running(clock, began, due, late, passed, escalates, told, step, written)


def _due(clock: Clock, began: datetime, step: Taken | None, holidays: Holidays) -> datetime | None:
    """Return the end of a clock: by the date its step named, else by the figure; None without either."""
    if clock.written and step is not None and step.due is not None:
        return close_of(step.due)
    if clock.amount is None:
        return None
    return end_of(began, clock.amount, clock.count, holidays)


def _start(
    process: Process, clock: Clock, standing: Standing
) -> tuple[datetime, Taken | None] | None:
    """Return where a clock starts and the step it starts from; None where it does not run."""
    if ENTERED in clock.origin:
        moves = (s for s in reversed(standing.steps) if process.transitions[s.transition].to)
        return standing.since, next(moves, None)
    if STARTED in clock.origin:
        return standing.started, None
    begun: Taken | None = None
    for taken in standing.steps:
        if taken.transition in clock.until:
            begun = None
        if taken.transition in clock.origin:
            begun = taken
    return None if begun is None else (begun.at, begun)


def _escalates(clock: Clock, due: datetime, holidays: Holidays) -> datetime | None:
    rule = clock.escalation
    if rule is None or rule.amount is None or clock.window:
        return None
    try:
        if rule.count is Count.HOURS:
            return due + timedelta(hours=rule.amount)
        last = (due - _MOMENT_BEFORE).date()
        return close_of(_last_day(last, rule.amount, rule.count, holidays))
    except LantianError:
        return None
