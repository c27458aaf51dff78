"""Issue 4, section 1 (last line): no sequence of steps leaves the data, every state is reached, no deadline lies
before its start, a refused step changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.domain.process import Attempt, Standing, begin, explain, offers, running, take
from lantian.domain.process.clocks import end_of
from lantian.kernel.calendar import beijing
from lantian.kernel.problem import LantianError
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.process_tables import load_processes
from lantian.rulebook.process_tables.model import ROLES, Count, Process

RULES = load_processes()
PROCESSES = [one for key in RULES.keys() for one in RULES.editions(key)]  # noqa: SIM118
HOLIDAYS = load_holidays()
START = beijing(2026, 3, 2, 9)


def willing(process: Process, key: str, role: str, by: str, at: datetime) -> Attempt:
    """Return an attempt that brings everything a step asks for."""
    step = process.transitions[key]
    return Attempt(
        key, by, role, at, "理由", {p.key: ("hash",) for p in step.evidence},
        {c.key: True for c in step.conditions},
    )  # fmt: skip


moves = st.lists(
    st.tuples(
        st.integers(0, 60), st.sampled_from(ROLES), st.sampled_from(("甲", "乙", "丙")),
        st.integers(0, 24 * 9), st.booleans(), st.booleans(),
    ),
    max_size=25,
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(moves=moves, which=st.integers(0, len(PROCESSES) - 1))
def test_no_sequence_of_steps_leaves_the_data_and_a_refusal_changes_nothing(moves, which) -> None:  # type: ignore[no-untyped-def]
    process = PROCESSES[which]
    keys = [*process.transitions, "no-such-step"]
    standing, at = begin(process, START), START
    for number, role, by, hours, legal, bare in moves:
        at += timedelta(hours=hours % 48)
        key = keys[number % len(keys)]
        if legal and process.leaving(standing.state):
            step = process.leaving(standing.state)[number % len(process.leaving(standing.state))]
            key, role = step.key, step.roles[0]
        attempt = (
            Attempt(key, by, role, at)
            if bare or key not in process.transitions
            else willing(process, key, role, by, at)
        )
        before = replace(standing)
        problems = explain(process, standing, attempt, HOLIDAYS)
        if problems:
            with pytest.raises(LantianError) as refused:
                take(process, standing, attempt, HOLIDAYS)
            assert refused.value.problems == problems
            assert standing == before
        else:
            after = take(process, standing, attempt, HOLIDAYS)
            assert standing == before
            assert role in process.transitions[key].roles
            assert standing.state in process.transitions[key].origin
            assert len(after.steps) == len(standing.steps) + 1
            standing = after
        assert standing.state in process.states
        if process.states[standing.state].final:  # nothing leads on but what takes it up again
            closed = [k for k, t in process.transitions.items() if not (t.reopens or t.anywhere)]
            assert all(explain(process, standing, willing(process, k, r, by, at), HOLIDAYS)
                       for k in closed for r in ROLES)  # fmt: skip


@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: f"{p.key}-{p.head.edition}")
def test_every_state_is_reached_by_steps_that_the_engine_allows(process: Process) -> None:
    """Walked with the engine, not with the table: a state that only a refused step leads to is not reached."""
    seen, todo = {process.start}, [begin(process, START)]
    while todo:
        standing = todo.pop()
        at = standing.since + timedelta(days=20)  # every public notice has passed
        for step in process.leaving(standing.state):
            for n, role in enumerate(step.roles):
                attempt = willing(process, step.key, role, f"{step.key}{n}", at)
                if explain(process, standing, attempt, HOLIDAYS):
                    continue
                after = take(process, standing, attempt, HOLIDAYS)
                if after.state not in seen:
                    seen.add(after.state)
                    todo.append(after)
    assert seen == set(process.states)


@given(
    amount=st.integers(1, 60),
    count=st.sampled_from(list(Count)),
    hours=st.integers(0, 200 * 24),
    minutes=st.integers(0, 59),
)
def test_a_period_never_ends_before_it_began(amount, count, hours, minutes) -> None:  # type: ignore[no-untyped-def]
    start = START + timedelta(hours=hours, minutes=minutes)
    end = end_of(start, amount, count, HOLIDAYS)
    assert end > start
    assert end >= start + timedelta(hours=amount) if count is Count.HOURS else end.hour == 0
    assert end_of(start, amount + 1, count, HOLIDAYS) > end
    if count is Count.WORKING_DAYS:
        assert HOLIDAYS.is_working_day((end - timedelta(minutes=1)).date())
        assert HOLIDAYS.count(start.date(), (end - timedelta(minutes=1)).date()) == amount


@settings(deadline=None)
@given(days=st.integers(0, 120), state=st.integers(0, 100))
def test_what_is_late_was_due_and_what_is_escalated_was_late(days: int, state: int) -> None:
    for process in PROCESSES:
        key = list(process.states)[state % len(process.states)]
        standing = Standing(key, START, START)
        for one in running(process, standing, START + timedelta(days=days), HOLIDAYS):
            assert one.due is None or one.due > one.began
            assert not one.late or (one.due is not None and not one.clock.window)
            assert not one.told or one.late
            assert one.escalates is None or (one.due is not None and one.escalates > one.due)


@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: f"{p.key}-{p.head.edition}")
def test_what_is_offered_is_what_can_be_taken(process: Process) -> None:
    for state in process.states:
        standing, at = Standing(state, START, START), START + timedelta(days=30)
        for role in ROLES:
            facts = {c.key: True for t in process.transitions.values() for c in t.conditions}
            offered = {o.transition.key: o.open for o in
                       offers(process, standing, role, "甲", at, HOLIDAYS, facts)}  # fmt: skip
            for key in process.transitions:
                free = not explain(
                    process, standing, willing(process, key, role, "甲", at), HOLIDAYS
                )
                assert offered.get(key, False) == free, (state, role, key)
