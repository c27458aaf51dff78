"""Issue 4, section 1: whatever is recorded in whatever order, a recorded process stays inside its data."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.domain.process import Attempt, begin, explain, record, running, take
from lantian.kernel.calendar import beijing
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.process_tables import load_processes

RULES, HOLIDAYS = load_processes(), load_holidays()
RECORDED = [one for key in RULES.keys() for one in RULES.editions(key) if one.recorded]  # noqa: SIM118
START = beijing(2026, 1, 5)

facts = st.lists(
    st.tuples(
        st.integers(0, 60), st.integers(-2, 20), st.booleans(), st.booleans(),
        st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    ),
    max_size=30,
)  # fmt: skip


def test_there_is_such_a_process() -> None:
    assert "parcel" in {one.key for one in RECORDED}


@settings(deadline=None, max_examples=80)
@given(facts=facts, which=st.integers(0, len(RECORDED) - 1))
def test_what_is_recorded_stays_inside_the_data(facts, which) -> None:  # type: ignore[no-untyped-def]
    process = RECORDED[which]
    standing, at, used = begin(process, START), START, []
    for number, days, fits, papers, due in facts:
        at += timedelta(days=days)
        steps = process.leaving(standing.state) if fits else tuple(process.transitions.values())
        step = steps[number % len(steps)]
        evidence = {p.key: ("文件",) for p in step.evidence} if papers else {}
        attempt = Attempt(step.key, "某单位", step.roles[0], at, "理由", evidence, due=due)
        came = record(process, standing, attempt, HOLIDAYS)
        possible = standing.state in step.origin and (not used or at >= used[-1].at)
        possible = possible and at >= START
        assert came.used == possible
        if not came.used:
            assert came.standing == standing
            assert came.problems
            continue
        assert came.problems == explain(process, standing, attempt, HOLIDAYS)
        if not came.problems:  # nothing lacks: then taking and recording come to the same
            assert came.standing == take(process, standing, attempt, HOLIDAYS)
        used.append(attempt)
        standing = came.standing
        assert standing.state in process.states
        for one in running(process, standing, at, HOLIDAYS):
            assert one.step in standing.steps
            assert not one.late or not one.clock.window
            assert not one.written or (one.step is not None and one.step.due is not None)
    again = begin(process, START)
    for attempt in used:  # replayed from what counted, nothing is left out
        came = record(process, again, attempt, HOLIDAYS)
        assert came.used
        again = came.standing
    assert again == standing
