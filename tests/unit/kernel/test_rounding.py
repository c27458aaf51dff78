"""GB/T 8170-2008: 3.2 rounding rules, 3.3 no repeated rounding; kernel.rounding.

The rows are the standard's own kinds of examples: digits dropped below, above and at five,
whole tens and hundreds, negative values by absolute value.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.rounding import ceil_to, floor_to, round_gbt8170, round_half_up

GOLDEN = [
    # clause, written value, places, rounded as written
    ("3.2.1 dropped digits begin below 5", "12.1498", 0, "12"),
    ("3.2.1", "12.1498", 1, "12.1"),
    ("3.2.2 dropped digits begin above 5", "1268", -2, "1.3E+3"),
    ("3.2.2", "0.0698", 2, "0.07"),
    ("3.2.3 a 5 with a digit other than 0 behind it", "10.5002", 0, "11"),
    ("3.2.3", "2.34500000000000000000000000000000001", 2, "2.35"),
    ("3.2.4 a bare 5, digit kept is even", "1.050", 1, "1.0"),
    ("3.2.4 a bare 5, digit kept is odd", "0.35", 1, "0.4"),
    ("3.2.4", "2500", -3, "2E+3"),
    ("3.2.4", "3500", -3, "4E+3"),
    ("3.2.4", "0.5", 0, "0"),
    ("3.2.4", "1.5", 0, "2"),
    ("3.2.5 negative values by their absolute value", "-355", -1, "-3.6E+2"),
    ("3.2.5", "-325", -1, "-3.2E+2"),
    ("3.2.5", "-0.0365", 3, "-0.036"),
    (
        "3.3.1 once only: 15.4546 is 15, never 15.455 then 15.46 then 15.5 then 16",
        "15.4546",
        0,
        "15",
    ),
    ("published digits are kept: 3 at two places is 3.00", "3", 2, "3.00"),
]

decimals = st.decimals(
    min_value=Decimal("-1e15"), max_value=Decimal("1e15"), allow_nan=False, places=9
)
places = st.integers(-6, 8)


@pytest.mark.parametrize(("clause", "value", "kept", "rounded"), GOLDEN)
def test_examples_of_the_standard(clause: str, value: str, kept: int, rounded: str) -> None:
    assert str(round_gbt8170(Decimal(value), kept)) == rounded, clause


@given(decimals, places)
def test_result_is_a_multiple_of_the_interval_and_nearest(value: Decimal, kept: int) -> None:
    rounded = round_gbt8170(value, kept)
    interval = Fraction(10) ** -kept
    assert (Fraction(rounded) / interval).denominator == 1
    distance = abs(Fraction(rounded) - Fraction(value))
    assert distance <= interval / 2
    if distance == interval / 2:
        assert int(Fraction(rounded) / interval) % 2 == 0


@given(decimals, places)
def test_rounding_is_idempotent_odd_and_monotone(value: Decimal, kept: int) -> None:
    rounded = round_gbt8170(value, kept)
    assert round_gbt8170(rounded, kept) == rounded
    assert round_gbt8170(-value, kept) == -rounded
    assert round_gbt8170(value + Decimal("0.000000001"), kept) >= rounded


@given(decimals, places)
def test_floor_and_ceiling_enclose(value: Decimal, kept: int) -> None:
    low, high = floor_to(value, kept), ceil_to(value, kept)
    assert low <= value <= high
    assert Fraction(high) - Fraction(low) in (0, Fraction(10) ** -kept)
    assert low <= round_gbt8170(value, kept) <= high


@pytest.mark.parametrize(
    ("value", "half_up", "half_even"), [("0.5", "1", "0"), ("2.5", "3", "2"), ("-2.5", "-3", "-2")]
)
def test_half_up_differs_just_at_ties(value: str, half_up: str, half_even: str) -> None:
    assert str(round_half_up(Decimal(value), 0)) == half_up
    assert str(round_gbt8170(Decimal(value), 0)) == half_even


def test_a_ceiling_of_exact_integers_does_not_jump() -> None:
    # HJ 633-2012 6.2 rounds sub-indices up; 0.1 + 0.2 in binary would give 4 for 3.
    exact = (Decimal("0.1") + Decimal("0.2")) * 10
    assert ceil_to(exact) == 3


@pytest.mark.parametrize("bad", [1.5, "2.5", True, Fraction(1, 2), None])
def test_inexact_types_are_refused(bad: object) -> None:
    with pytest.raises(TypeError, match="exact Decimal or int"):
        round_gbt8170(bad, 1)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity"])
def test_values_that_are_no_number_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        round_gbt8170(Decimal(bad), 1)


def test_very_large_and_very_small_values_stay_exact() -> None:
    assert round_gbt8170(Decimal("1e40") + Decimal("0"), 2) == Decimal("1e40")
    assert round_gbt8170(Decimal("1e-40"), 2) == 0
