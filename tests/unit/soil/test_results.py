"""One result against both limits, both land classes (GB 36600-2018; decisions 0080, 0082)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soil_tools import LIMITS, METHOD, result

from lantian.domain.soil.assess import Assessed, Outcome, WhyUndecided, assess
from lantian.domain.soil.measured import Measured
from lantian.domain.soil.read_results import read_results
from lantian.rulebook.soil_tables.model import LandClass, SoilItem

FIRST, SECOND = LandClass


def judged(
    item: str, value: str, unit: str = "mg/kg", cls: LandClass = FIRST, limit: str = "",
    background: str = "",
) -> Assessed:  # fmt: skip
    read = read_results([result(item, value, unit, limit)], LIMITS, METHOD)
    assert len(read.results) == 1, read.problems
    one = read.results[0]
    back = Fraction(background) if background else None
    return assess(one.item, one.measured, cls, LIMITS, METHOD, back)


@pytest.mark.parametrize(
    ("value", "cls", "outcome"),
    [
        ("20", FIRST, Outcome.BELOW),
        ("20.0001", FIRST, Outcome.EXCEEDS),
        ("120", FIRST, Outcome.EXCEEDS),
        ("120.1", FIRST, Outcome.INTERVENTION),
        ("60", SECOND, Outcome.BELOW),
        ("60.01", SECOND, Outcome.EXCEEDS),
        ("140", SECOND, Outcome.EXCEEDS),
        ("141", SECOND, Outcome.INTERVENTION),
    ],
)
def test_a_value_at_the_limit_does_not_exceed(value: str, cls: LandClass, outcome: Outcome) -> None:
    assert judged("砷", value, cls=cls).outcome is outcome


def test_units_are_converted_exactly() -> None:
    assert judged("苯", "1000", "µg/kg").outcome is Outcome.BELOW
    assert judged("苯", "1001", "µg/kg").outcome is Outcome.EXCEEDS
    assert judged("二噁英类", "10", "ng/kg").outcome is Outcome.BELOW
    assert judged("二噁英类", "10.1", "ngTEQ/kg").outcome is Outcome.EXCEEDS


def test_the_multiple_is_recomputed_from_unrounded_figures() -> None:
    one = judged("砷", "119", cls=SECOND)
    assert one.multiple == Fraction(59, 60)  # a published report says 0.93
    assert any("0.98" in step.what_zh for step in one.trace.steps)


def test_below_detection_is_judged_by_its_limit() -> None:
    for value, limit in (("<3", ""), ("3L", ""), ("ND", "3")):
        one = judged("六价铬", value, limit=limit)
        assert (one.outcome, one.measured.value) == (Outcome.BELOW, None)
        assert one.measured.shown() == "<3"
        assert one.multiple is None


def test_a_limit_above_screening_is_not_decidable() -> None:
    one = judged("六价铬", "4L")
    assert (one.outcome, one.why) == (Outcome.UNDECIDED, WhyUndecided.LIMIT_TOO_HIGH)
    assert judged("六价铬", "4L", cls=SECOND).outcome is Outcome.BELOW


def test_not_detected_without_a_limit_is_not_decidable() -> None:
    one = judged("苯", "ND")
    assert (one.outcome, one.why, one.measured.shown()) == (
        Outcome.UNDECIDED, WhyUndecided.NO_LIMIT, "ND",
    )  # fmt: skip


def test_arsenic_within_its_background_is_not_contamination() -> None:
    assert judged("砷", "24", background="25").outcome is Outcome.BACKGROUND
    assert judged("砷", "25", background="25").outcome is Outcome.BACKGROUND
    assert judged("砷", "25.1", background="25").outcome is Outcome.EXCEEDS
    assert judged("砷", "19", background="25").outcome is Outcome.BELOW


def test_a_background_counts_only_where_the_standard_says_so() -> None:
    assert judged("铅", "500", background="600").outcome is Outcome.EXCEEDS


def test_every_result_carries_its_rule_and_mark() -> None:
    one = judged("苯并(a)芘", "0.6")
    rules = one.trace.rules()
    assert {r.rule_id for r in rules} == {"soil.limits", "soil.survey.digits_multiple"}
    assert any(r.clause == "表1第39项 苯并[a]芘" and r.status == "secondary" for r in rules)
    assert "0.55" in one.trace.steps[0].what_zh


ITEMS = st.sampled_from(LIMITS.items)
AMOUNTS = st.fractions(min_value=Fraction(1, 10**6), max_value=50000, max_denominator=10**6)


@given(ITEMS, AMOUNTS, AMOUNTS, st.sampled_from(LandClass))
def test_more_is_never_better(item: SoilItem, a: Fraction, b: Fraction, cls: LandClass) -> None:
    low, high = (
        assess(item, Measured("", v, None), cls, LIMITS, METHOD).outcome.rank
        for v in sorted((a, b))
    )
    assert low <= high


@given(ITEMS, AMOUNTS)
def test_class_1_is_never_less_strict(item: SoilItem, amount: Fraction) -> None:
    first, second = (
        assess(item, Measured("", amount, None), cls, LIMITS, METHOD).outcome.rank
        for cls in LandClass
    )
    assert first >= second


@given(ITEMS, AMOUNTS, st.sampled_from(LandClass))
def test_nothing_below_detection_ever_exceeds(
    item: SoilItem, limit: Fraction, cls: LandClass
) -> None:
    one = assess(item, Measured("", None, limit), cls, LIMITS, METHOD)
    assert (one.outcome is Outcome.BELOW) is (limit <= item.screening[cls])
    assert one.outcome in (Outcome.BELOW, Outcome.UNDECIDED)
