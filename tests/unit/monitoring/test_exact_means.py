"""Means and conversion to reference oxygen are exact, however they are summed (GB 28662-2012, 4)."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lantian.domain.monitoring.rollup import _average
from lantian.kernel.oxygen import AIR_PCT, to_reference

decimals = st.fractions(min_value=-500, max_value=500, max_denominator=1000)
oxygen = st.fractions(min_value=0, max_value=Fraction(208, 10), max_denominator=100)


@given(st.lists(st.none() | decimals))
def test_the_mean_is_the_sum_over_the_number(values):
    own = [v for v in values if v is not None]
    assert _average(values) == (sum(own, Fraction(0)) / len(own) if own else None)


@given(decimals, oxygen, oxygen)
def test_the_conversion_is_the_formula_of_the_standards(value, o2_pct, o2_ref_pct):
    found = to_reference(value, o2_pct, o2_ref_pct)
    assert found * (AIR_PCT - o2_pct) == value * (AIR_PCT - o2_ref_pct)
