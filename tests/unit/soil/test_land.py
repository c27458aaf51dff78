"""The class of a plan: codes of both schemes, mixed plans, what a code does not decide (0081)."""

from __future__ import annotations

import pytest
from soil_tools import PLACE, USES

from lantian.domain.soil.land import LandDecision, decide_land_class
from lantian.domain.soil.model import Parcel
from lantian.rulebook.soil_tables.model import LandClass

FIRST, SECOND = LandClass


def decide(
    *uses: str, given: LandClass | None = None, asked: LandClass | None = None
) -> LandDecision:
    return decide_land_class(Parcel("P1", PLACE, planned_uses=uses, given_class=given), USES, asked)


def codes(decision: LandDecision) -> list[str]:
    return [p.code for p in decision.problems]


@pytest.mark.parametrize(
    ("use", "cls"),
    [
        ("R2", FIRST), ("A33", FIRST), ("A51", FIRST), ("A6", FIRST), ("M1", SECOND),
        ("B1", SECOND), ("A1", SECOND), ("S", SECOND), ("G2", SECOND), ("0801", SECOND),
        ("居住用地", FIRST), ("工业用地", SECOND), ("社区公园", FIRST), ("ｒ２", FIRST),
    ],
)  # fmt: skip
def test_codes_that_decide(use: str, cls: LandClass) -> None:
    decision = decide(use)
    assert (decision.classes, codes(decision)) == ((cls,), [])


@pytest.mark.parametrize("use", ["A", "A3", "G", "G1", "08", "0804", "080404", "1401", "14"])
def test_codes_that_cover_both_classes_are_asked_for(use: str) -> None:
    decision = decide(use)
    assert decision.classes == (FIRST, SECOND)
    assert codes(decision) == ["S022", "S020"]


def test_a_mixed_plan_takes_the_stricter_class() -> None:
    decision = decide("B1", "R2")
    assert decision.classes == (FIRST,)
    assert decision.trace.rule is not None
    assert decision.trace.rule.status == "design"


def test_a_part_that_is_not_decided_may_be_class_1() -> None:
    assert decide("B1", "G1").classes == (FIRST, SECOND)
    assert decide("R2", "G1").classes == (FIRST,)
    assert decide("B1", "火星").classes == (FIRST, SECOND)


def test_a_given_class_is_never_less_strict_than_the_plan() -> None:
    decision = decide("R2", given=SECOND)
    assert (decision.classes, codes(decision)) == ((FIRST,), ["S021"])
    assert decide("M1", given=FIRST).classes == (FIRST,)
    assert decide("G1", given=SECOND).classes == (SECOND,)


def test_an_unverified_row_says_so() -> None:
    decision = decide("0701")
    assert (decision.classes, codes(decision)) == ((FIRST,), ["S023"])
    assert "0701" in decision.problems[0].message_zh


def test_the_class_asked_for_fills_only_what_is_unknown() -> None:
    assert decide(asked=SECOND).classes == (SECOND,)
    assert decide("R2", asked=SECOND).classes == (FIRST,)
    assert codes(decide()) == ["S020"]
