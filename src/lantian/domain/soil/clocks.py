"""The periods that run for a parcel, in its words: by a date an authority wrote down, else by rule, else unknown.

When a period begins, stops and ends is worked out by `domain.process`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from lantian.domain.process import Running as ProcessRunning
from lantian.domain.process import Standing, running
from lantian.domain.soil.complaint import complain
from lantian.domain.soil.parcel_model import GivenEvent, ParcelRecord
from lantian.kernel.calendar import Holidays, beijing, to_beijing
from lantian.kernel.problem import Problem
from lantian.kernel.trace import Trace
from lantian.rulebook.process_tables.model import Count
from lantian.rulebook.soil_tables.parcel_model import Duty, ParcelProcess

_MOMENT_BEFORE: Final = timedelta(microseconds=1)


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


def moment_of(day: date) -> datetime:
    """Return the moment at which the process takes what happened on a day: its beginning in Beijing."""
    return beijing(day.year, day.month, day.day)


def running_clocks(
    record: ParcelRecord,
    events: Sequence[GivenEvent],
    standing: Standing,
    process: ParcelProcess,
    holidays: Holidays,
    on: date,
    duty: Duty | None,
) -> tuple[tuple[Running, ...], list[Problem]]:
    """Return the periods that run on a day, and what is overdue or unknown.

    Parameters
    ----------
    record, events
        Events that counted, in order.
    standing
        The parcel after them; its steps are those events.
    process, holidays, on
        Clocks, notices for working days, the day asked for.
    duty
        What is due next; a date of the last moving event that no clock covers is its own.
    """
    found: list[Running] = []
    problems: list[Problem] = []
    given_of = {id(taken): event for taken, event in zip(standing.steps, events, strict=True)}
    order = {clock.key: n for n, clock in enumerate(process.clocks)}
    covered: set[int] = set()
    running_now = running(process.process, standing, moment_of(on), holidays)
    for one in sorted(running_now, key=lambda r: order[r.clock.key]):
        start = given_of[id(one.step)]
        covered.add(id(start))
        found.append(_shown(one, start, holidays, on))
        if one.due is None:
            known = one.clock.amount is not None  # then the notice of a year is missing
            problems.append(
                complain(
                    "S061" if known else "S060", start.place, parcel=record.parcel_id,
                    item=one.clock.name_zh,
                    detail=one.why_zh if known else one.clock.note or "期限未见",
                )
            )  # fmt: skip
    found += _duty_s_own(events, covered, duty, on)
    who = duty.who_zh if duty else record.user or "责任单位"
    for own in found:
        if own.overdue_days:
            problems.append(
                complain(
                    "S053", record.place, parcel=record.parcel_id, item=own.name_zh,
                    n=own.overdue_days, known=own.due, who=who,
                )
            )  # fmt: skip
    return tuple(found), problems


def _duty_s_own(
    events: Sequence[GivenEvent], covered: set[int], duty: Duty | None, on: date
) -> list[Running]:
    """Return the date that the last moving event names and no clock covers: that of the duty itself."""
    last = next((e for e in reversed(events) if e.event.to), None)
    if last is None or last.due is None or id(last) in covered or duty is None:
        return []
    words = f"{duty.what_zh}：{last.event.name_zh}（{last.day}）写明的期限 {last.due}"
    trace = Trace(words, f"due {last.due}, as written", last.due, rule=duty.ref)
    late, left = max((on - last.due).days, 0), max((last.due - on).days, 0)
    return [
        Running(
            "duty", duty.what_zh, duty.what_en, last.day, last.due, True, False, False, late,
            left, None, trace,
        )
    ]  # fmt: skip


def _shown(one: ProcessRunning, start: GivenEvent, holidays: Holidays, on: date) -> Running:
    """Return a running clock in days and words."""
    clock = one.clock
    # the end of a period is the close of its last day, 0:00 of the next
    due = None if one.due is None else to_beijing(one.due - _MOMENT_BEFORE).date()
    working = clock.count is Count.WORKING_DAYS
    late = max((on - due).days, 0) if due else 0
    left = max((due - on).days, 0) if due else None
    left_working = None
    if due is not None and working and not one.written and due >= on:
        left_working = holidays.count(on, due)
    unit = "个工作日" if working else "日"
    if one.written:
        words = f"{clock.name_zh}：{start.day} {start.event.name_zh}写明的期限 {due}"
    elif due is not None:
        words = f"{clock.name_zh}：自 {start.day} 起 {clock.amount} {unit}，至 {due}"
    else:
        words = f"{clock.name_zh}：自 {start.day} 起，期限未知"
    trace = Trace(words, f"{clock.name_en}: due {due}", due, rule=clock.ref)
    return Running(
        clock.key, clock.name_zh, clock.name_en, start.day, due, one.written, clock.window,
        clock.window and bool(one.passed), 0 if clock.window else late, left, left_working, trace,
    )  # fmt: skip
