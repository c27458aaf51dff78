"""Decision 0003 (whole milligrams); issue 2, section 4 (levels, pollutants in fixed order)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.level import LEVELS, Level
from lantian.kernel.mass import annual_t_to_daily_mg, kg_to_mg, mg_to_kg, share_of
from lantian.kernel.pollutant import POLLUTANTS, Pollutant


@given(st.integers(-(10**15), 10**15))
def test_milligrams_to_kilograms_and_back(mg: int) -> None:
    assert kg_to_mg(mg_to_kg(mg)) == mg


@pytest.mark.parametrize(
    ("kg", "mg"),
    [("1", 1_000_000), ("0.0000005", 0), ("0.0000015", 2), ("12.3456789", 12_345_679), ("0", 0)],
)
def test_kilograms_round_half_to_even_at_the_milligram(kg: str, mg: int) -> None:
    assert kg_to_mg(Decimal(kg)) == mg


@pytest.mark.parametrize(
    ("annual_t", "days", "mg"),
    [("365", "365", 10**9), ("1", "3", 333_333_333), ("2", "3", 666_666_667), ("0", "300", 0)],
)
def test_annual_tonnes_over_operating_days(annual_t: str, days: str, mg: int) -> None:
    assert annual_t_to_daily_mg(Decimal(annual_t), Decimal(days)) == mg


@pytest.mark.parametrize("days", ["0", "-1"])
def test_no_operating_days_is_no_division(days: str) -> None:
    with pytest.raises(ValueError, match="operating_days"):
        annual_t_to_daily_mg(Decimal(1), Decimal(days))


@given(st.integers(0, 10**13), st.fractions(0, 1, max_denominator=1000))
def test_a_share_is_never_counted_too_high(mg: int, share: Fraction) -> None:
    part = share_of(mg, share)
    assert 0 <= part <= mg * share < part + 1
    assert share_of(mg, Fraction(1)) == mg


def test_levels_rise_from_yellow_to_red() -> None:
    assert [level.order for level in LEVELS] == [0, 1, 2]
    assert [(level.value, level.label_zh, level.roman) for level in LEVELS] == [
        ("yellow", "黄色", "Ⅲ"),
        ("orange", "橙色", "Ⅱ"),
        ("red", "红色", "Ⅰ"),
    ]
    assert Level("red") is Level.RED


def test_four_pollutants_in_their_fixed_order() -> None:
    assert [p.value for p in POLLUTANTS] == ["PM", "SO2", "NOx", "VOC"]
    assert Pollutant.VOC.label_zh == "挥发性有机物"
    assert len({p.label_zh for p in POLLUTANTS}) == 4
