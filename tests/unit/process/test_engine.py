"""Issue 4, section 1: what may be taken now by whom, why not (C codes), what is due, escalation, trace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lantian.domain.process import Attempt, Standing, begin, explain, offers, running, take, trace
from lantian.kernel.calendar import Holidays, beijing
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.process_tables import load_processes

PROCESS = load_processes().on("grading-application", beijing(2026, 3, 2).date())
HOLIDAYS = load_holidays()
MONDAY = beijing(2026, 3, 2, 9)
READY = {"facts-complete": True, "evidence-complete": True}


def at(state: str, *steps) -> Standing:  # type: ignore[no-untyped-def]
    return Standing(state, MONDAY, MONDAY, steps)


def codes(standing: Standing, key: str, role: str, **more) -> list[str]:  # type: ignore[no-untyped-def]
    attempt = Attempt(key, "甲", role, more.pop("when", MONDAY + timedelta(hours=1)), **more)
    return [p.code for p in explain(PROCESS, standing, attempt, HOLIDAYS)]


@pytest.mark.parametrize(
    ("state", "key", "role", "more", "expected"),
    [
        ("draft", "submit", "enterprise", {"facts": READY}, []),
        ("draft", "nothing", "enterprise", {}, ["C001"]),
        ("submitted", "city-pass", "air", {}, ["C002"]),
        ("effective", "withdraw", "enterprise", {"reason": "x"}, ["C002"]),
        ("submitted", "county-pass", "air", {}, ["C003"]),
        ("site_check", "site-pass", "inspector", {"evidence": {"photos": ("h",)}}, ["C004"]),
        ("submitted", "county-return", "district", {"reason": "  "}, ["C005"]),
        ("draft", "submit", "enterprise", {"facts": {**READY, "evidence-complete": False}}, ["C006"]),
        ("draft", "submit", "enterprise", {"facts": {"evidence-complete": True}}, ["C007"]),
        ("publicity", "take-effect", "air", {"facts": {"no-open-objection": True}}, ["C008"]),
        ("nowhere", "submit", "enterprise", {}, ["C010"]),
        ("submitted", "county-pass", "district", {"when": MONDAY - timedelta(hours=1)}, ["C011"]),
        ("submitted", "county-pass", "district", {"evidence": {"gift": ("h",)}}, ["C014"]),
    ],
)  # fmt: skip
def test_each_hindrance_has_its_code(state, key, role, more, expected) -> None:  # type: ignore[no-untyped-def]
    assert codes(at(state), key, role, **more) == expected


def test_every_complaint_names_cause_and_remedy_in_both_languages() -> None:
    attempt = Attempt("county-return", "甲", "air", MONDAY)
    for problem in explain(PROCESS, at("submitted"), attempt, HOLIDAYS):
        assert "{" not in problem.message_zh + problem.message_en + problem.remedy_zh
        assert problem.message_zh
        assert problem.message_en
        assert problem.remedy_zh
        assert problem.remedy_en


def test_the_public_notice_of_five_working_days_crosses_a_holiday() -> None:
    """1 to 8 October 2026 are holidays (notice for 2026 as far as it is loaded): only worked days count."""
    begun = beijing(2026, 9, 28, 10)
    standing = Standing("publicity", begun, begun)
    (notice,) = running(PROCESS, standing, begun, HOLIDAYS)
    worked = [
        d
        for d in (begun.date() + timedelta(days=n) for n in range(1, 40))
        if HOLIDAYS.is_working_day(d)
    ]
    assert notice.due is not None
    assert (notice.due - timedelta(minutes=1)).date() == worked[4]
    assert (notice.due.date() - begun.date()).days > 7  # counted in plain days it would be 5
    late = running(PROCESS, standing, notice.due + timedelta(days=90), HOLIDAYS)[0]
    assert late.passed
    assert not late.late  # a notice has to pass; it is never late
    held = {"facts": {"no-open-objection": True}}
    assert codes(
        standing, "take-effect", "air", when=notice.due - timedelta(seconds=1), **held
    ) == ["C008"]
    assert codes(standing, "take-effect", "air", when=notice.due, **held) == []


def test_an_end_that_cannot_be_worked_out_is_unknown_and_holds_the_step_back() -> None:
    nothing = Holidays(())
    standing = at("publicity")
    (notice,) = running(PROCESS, standing, MONDAY, nothing)
    assert notice.due is None
    assert notice.passed is None
    assert "节假日" in notice.why_zh
    attempt = Attempt("take-effect", "甲", "air", MONDAY, facts={"no-open-objection": True})
    assert [p.code for p in explain(PROCESS, standing, attempt, nothing)] == ["C015"]


def test_a_period_without_a_figure_makes_nothing_late() -> None:
    (clock,) = running(PROCESS, at("reported"), MONDAY + timedelta(days=900), HOLIDAYS)
    assert (clock.due, clock.late, clock.passed) == (None, False, None)
    assert clock.why_en == "no source gives the period"


def test_lateness_and_escalation_by_working_days() -> None:
    standing = at("submitted")  # Monday 2 March: five working days end on Monday the 9th
    end = beijing(2026, 3, 9, 24)
    (clock,) = running(PROCESS, standing, end - timedelta(minutes=1), HOLIDAYS)
    assert (clock.due, clock.late, clock.told) == (end, False, ())
    (clock,) = running(PROCESS, standing, end, HOLIDAYS)
    assert (clock.late, clock.told) == (True, ())
    assert clock.escalates == beijing(2026, 3, 12, 24)
    (clock,) = running(PROCESS, standing, beijing(2026, 3, 12, 24), HOLIDAYS)
    assert clock.told == ("air",)


def test_a_step_that_stays_keeps_the_clock_of_its_state() -> None:
    later = MONDAY + timedelta(days=3)
    after = take(
        PROCESS, at("expert_meeting"),
        Attempt("opinion", "专家甲", "expert", later, facts={"first-opinion": True}), HOLIDAYS,
    )  # fmt: skip
    assert (after.state, after.since, len(after.steps)) == ("expert_meeting", MONDAY, 1)


def test_what_is_offered_says_what_still_hinders() -> None:
    found = offers(
        PROCESS, at("publicity"), "air", "甲", MONDAY, HOLIDAYS, {"no-open-objection": False}
    )
    by_key = {o.transition.key: [p.code for p in o.problems] for o in found}
    assert by_key["take-effect"] == ["C008", "C006"]
    assert by_key["publicity-return"] == []
    assert offers(PROCESS, at("publicity"), "enterprise", "甲", MONDAY, HOLIDAYS) == ()


def test_the_trace_names_rule_edition_and_clause_of_every_step() -> None:
    standing = take(
        PROCESS,
        begin(PROCESS, MONDAY),
        Attempt("submit", "企业", "enterprise", MONDAY, facts=READY),
        HOLIDAYS,
    )
    standing = take(
        PROCESS, standing, Attempt("county-return", "县", "district", MONDAY, "缺照片"), HOLIDAYS
    )
    found = trace(PROCESS, standing)
    assert [s.rule.rule_id for s in found.steps if s.rule] == [
        "process.grading-application.submit", "process.grading-application.county-return",
    ]  # fmt: skip
    assert [s.rule.status for s in found.steps if s.rule] == ["secondary", "design"]
    assert found.steps[1].inputs["reason"] == "缺照片"
    assert found.value == "returned"
    assert {r.edition for r in found.rules()} == {"shanxi-2022"}
