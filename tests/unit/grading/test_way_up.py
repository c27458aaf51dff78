"""The way up: what separates a firm from each better grade, nearest first, and what it saves.

Issue 3, section 2; decision 0052. Gains come from the measure tables of the rulebook.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from grading_tools import GOOD, application, fact, grade, rules_of

from lantian.domain.grading.way_up import Winter, floor_share, gain, ways_up
from lantian.kernel.level import Level
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import GradingRules
from lantian.rulebook.model import FloorKind

BOOK = load_rulebook()
DAY = date(2022, 12, 1)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> GradingRules:
    return rules_of(tmp_path_factory.mktemp("rules"))


def test_a_firm_at_c_sees_b_first_and_a_behind(rules: GradingRules) -> None:
    result = grade(rules, application(GOOD | {"pm": "25 mg/m3", "share": "60%"}))
    assert result.grade == "C"
    b, a = ways_up(result.parts[0])
    assert (b.target, [s.row_id for s in b.steps], b.rows_held, b.rows_total) == ("B", ["pm"], 5, 6)
    assert a.target == "A"
    assert {s.row_id: s.why for s in a.steps} == {"pm": "fails", "share": "fails", "site": "judge"}


def test_a_step_says_the_limit_and_what_is_there_now(rules: GradingRules) -> None:
    result = grade(rules, application(GOOD | {"pm": "25 mg/m3"}))
    step = ways_up(result.parts[0])[0].steps[0]
    assert "颗粒物≤20" in step.words_zh
    assert "25 mg/m3" in step.words_zh
    assert step.ref is not None
    assert step.ref.clause == "试验 颗粒物 B"


def test_what_fails_comes_before_what_is_unknown(rules: GradingRules) -> None:
    facts = {k: v for k, v in GOOD.items() if k not in {"share", "nmhc"}} | {"pm": "25 mg/m3"}
    way = next(w for w in ways_up(grade(rules, application(facts)).parts[0]) if w.target == "A")
    whys = [step.why for step in way.steps]
    assert whys[0] == "fails"
    assert set(whys[1:]) == {"missing", "judge"}


def test_within_what_fails_the_nearest_comes_first(rules: GradingRules) -> None:
    facts = [fact(k, v) for k, v in (GOOD | {"process": "wet", "closed": "no"}).items()]
    way = ways_up(grade(rules, application(facts)).parts[0])[0]
    assert way.target == "A"
    shares = [Fraction(s.tests_held, max(1, s.tests_total)) for s in way.steps if s.why == "fails"]
    assert shares == sorted(shares, reverse=True)


def test_the_best_grade_has_no_way_up(rules: GradingRules) -> None:
    from test_assess import judged

    result = grade(rules, application(GOOD, decisions=(judged(),)))
    assert result.grade == "A"
    assert ways_up(result.parts[0]) == ()


def test_an_unknown_industry_has_no_way_up(rules: GradingRules) -> None:
    assert ways_up(grade(rules, application(GOOD, industry="造纸")).parts[0]) == ()


def test_stop_days_and_emission_of_a_winter_come_from_the_measure_tables() -> None:
    """Waterproofing (s1): B stops half at orange and all at red, C stops at every level."""
    winter = Winter(
        {Level.YELLOW: Fraction(7), Level.ORANGE: Fraction(12), Level.RED: Fraction(3)},
        {"VOC": Fraction(24)},
    )
    found = gain("waterproofing", "沥青类防水", "C", "B", book=BOOK, day=DAY, winter=winter)
    assert found.stop_days == 7 * 1 + Fraction(12, 2) + 0
    assert found.less_cut_kg == {"VOC": 24 * found.stop_days}
    shares = {one.level: (one.now_share, one.then_share) for one in found.levels}
    assert shares[Level.ORANGE] == (1, Fraction(1, 2))
    autonomous = gain("waterproofing", "沥青类防水", "C", "A", book=BOOK, day=DAY, winter=winter)
    assert autonomous.stop_days == 22


def test_no_alert_day_no_gain() -> None:
    found = gain("waterproofing", "沥青类防水", "C", "B", book=BOOK, day=DAY, winter=Winter({}))
    assert (found.stop_days, found.less_cut_kg) == (0, None)


def test_a_measure_without_a_figure_gives_no_gain_rather_than_a_guess() -> None:
    winter = Winter({Level.ORANGE: Fraction(5)}, {"NOx": Fraction(10)})
    found = gain("coking", "", "C", "B", book=BOOK, day=DAY, winter=winter)
    assert (found.stop_days, found.less_cut_kg) == (None, None)


def test_longer_coking_hours_are_a_share_of_production() -> None:
    rule = replace(
        BOOK.measure("coking", "", "C", Level.RED, DAY), kind=FloorKind.COKING_HOURS, hours=36
    )
    assert floor_share(rule, Fraction(24)) == Fraction(1, 3)
    assert floor_share(rule, Fraction(40)) == 0  # already longer than asked
    assert floor_share(rule, None) is None
