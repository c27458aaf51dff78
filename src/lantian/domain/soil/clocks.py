"""The periods that run for a parcel: by a date an authority wrote down, else by rule, else unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lantian.domain.soil.complaint import complain
from lantian.domain.soil.parcel_model import GivenEvent, ParcelRecord
from lantian.kernel.calendar import Holidays
from lantian.kernel.problem import LantianError, Problem
from lantian.kernel.trace import Trace
from lantian.rulebook.soil_tables.process_model import Clock, Duty, Process


@dataclass(frozen=True, slots=True)
class Running:
    """One period; `due` is None where neither a notice nor a rule gives it.

    `overdue_days` and `left_days` are calendar days; `left_working_days` is set where the period
    is counted in working days. A window that has passed is `over`, never overdue.
    """

    key: str
    name_zh: str
    name_en: str
    started: date
    due: date | None
    given: bool  # the date stands in a notice or opinion
    window: bool
    over: bool
    overdue_days: int
    left_days: int | None
    left_working_days: int | None
    trace: Trace


def running_clocks(
    record: ParcelRecord,
    events: Sequence[GivenEvent],
    process: Process,
    holidays: Holidays,
    on: date,
    duty: Duty | None,
) -> tuple[tuple[Running, ...], list[Problem]]:
    """Return the periods that run on a day, and what is overdue or unknown.

    Parameters
    ----------
    record, events
        Events that counted, in order.
    process, holidays, on
        Clocks, notices for working days, the day asked for.
    duty
        What is due next; a date of the last moving event that no clock covers is its own.
    """
    found: list[Running] = []
    problems: list[Problem] = []
    covered: set[int] = set()
    for clock in process.clocks:
        start = _start(clock, events)
        if start is None:
            continue
        covered.add(id(start))
        due, given = start.due, start.due is not None
        if due is None and clock.days is not None:
            try:
                due = period_end(start.day, clock.days, holidays, working=clock.working)
            except LantianError as error:
                why = error.problems[0].message_zh
                problems.append(
                    complain(
                        "S061", start.place, parcel=record.parcel_id, item=clock.name_zh,
                        detail=why,
                    )
                )  # fmt: skip
        elif due is None:
            problems.append(
                complain(
                    "S060", start.place, parcel=record.parcel_id, item=clock.name_zh,
                    detail=clock.note or "期限未见",
                )
            )  # fmt: skip
        found.append(_running(clock, start, due, holidays, on, given=given))
    last = next((e for e in reversed(events) if e.event.to), None)
    if last is not None and last.due is not None and id(last) not in covered and duty is not None:
        words = f"{duty.what_zh}：{last.event.name_zh}（{last.day}）写明的期限 {last.due}"
        trace = Trace(words, f"due {last.due}, as written", last.due, rule=duty.ref)
        late = max((on - last.due).days, 0)
        found.append(
            Running(
                "duty", duty.what_zh, duty.what_en, last.day, last.due, True, False, False, late,
                max((last.due - on).days, 0), None, trace,
            )
        )  # fmt: skip
    who = duty.who_zh if duty else record.user or "责任单位"
    for one in found:
        if one.overdue_days:
            problems.append(
                complain(
                    "S053", record.place, parcel=record.parcel_id, item=one.name_zh,
                    n=one.overdue_days, known=one.due, who=who,
                )
            )  # fmt: skip
    return tuple(found), problems


def period_end(start: date, days: int, holidays: Holidays, *, working: bool) -> date:
    """Return the last day of a period; the day it is counted from is not part of it.

    Raises
    ------
    LantianError
        K101 where a year's holiday notice is missing (working days only).
    """
    return holidays.add(start, days) if working else start + timedelta(days=days)


def _start(clock: Clock, events: Sequence[GivenEvent]) -> GivenEvent | None:
    """Return the event a clock runs from, None where it never began or was stopped."""
    start: GivenEvent | None = None
    for given in events:
        if given.event.key in clock.until:
            start = None
        if given.event.key in clock.origin:
            start = given
    return start


def _running(
    clock: Clock,
    start: GivenEvent,
    due: date | None,
    holidays: Holidays,
    on: date,
    *,
    given: bool,
) -> Running:
    late = max((on - due).days, 0) if due else 0
    left = max((due - on).days, 0) if due else None
    left_working = None
    if due is not None and clock.working and not given and due >= on:
        left_working = holidays.count(on, due)
    unit = "个工作日" if clock.working else "日"
    if given:
        words = f"{clock.name_zh}：{start.day} {start.event.name_zh}写明的期限 {due}"
    elif due is not None:
        words = f"{clock.name_zh}：自 {start.day} 起 {clock.days} {unit}，至 {due}"
    else:
        words = f"{clock.name_zh}：自 {start.day} 起，期限未知"
    trace = Trace(words, f"{clock.name_en}: due {due}", due, rule=clock.ref)
    return Running(
        clock.key, clock.name_zh, clock.name_en, start.day, due, given, clock.window,
        clock.window and late > 0, 0 if clock.window else late, left, left_working, trace,
    )  # fmt: skip
