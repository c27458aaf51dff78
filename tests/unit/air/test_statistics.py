"""Periods, statistics, ranking, change, trend, dust and reference state (HJ 663, issue 5 section 1)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from lantian.domain.air.dust import Deduction, deduct
from lantian.domain.air.index import ORDER, index_columns
from lantian.domain.air.reference_state import at_temperature, temperature_k
from lantian.domain.air.scaled import Scaled
from lantian.domain.air.statistics import CityDays, percentile, summarise, three_year_mean
from lantian.kernel.change import change_pct, change_points, word_zh
from lantian.kernel.period import parse_period
from lantian.kernel.ranking import rank
from lantian.kernel.trend import spearman
from lantian.rulebook.air_tables import load_air
from lantian.rulebook.critical_values import critical_values

AIR = load_air()
DAY = date(2022, 6, 1)
CRITICAL = critical_values(DAY).values
LIMITS, METHOD, INDEX = AIR.limits(DAY), AIR.method(DAY), AIR.index(DAY)


def city(days: int = 365, first: date = date(2022, 1, 1), **values: int | None) -> CityDays:
    """Return a city whose every day is alike."""
    own = {"so2": 10, "no2": 30, "pm10": 60, "co": 1, "o3": 90, "pm25": 30} | values
    columns = {p: Scaled.of([own[p]] * days) for p in ORDER}
    found = index_columns(columns, INDEX)
    stamps = tuple(first + timedelta(days=i) for i in range(days))
    return CityDays("甲市", stamps, columns, found.aqi, found.level, found.primary)


@pytest.mark.parametrize(
    ("text", "first", "last", "days", "before"),
    [
        ("2022", "2022-01-01", "2022-12-31", 365, "2021"),
        ("2024", "2024-01-01", "2024-12-31", 366, "2023"),
        ("2022-H2", "2022-07-01", "2022-12-31", 184, "2021-H2"),
        ("2022-q3", "2022-07-01", "2022-09-30", 92, "2021-Q3"),
        ("2024-02", "2024-02-01", "2024-02-29", 29, "2023-02"),
        ("2024-02-29..2024-03-01", "2024-02-29", "2024-03-01", 2, "2023-02-28..2023-03-01"),
    ],
)
def test_periods(text: str, first: str, last: str, days: int, before: str) -> None:
    period = parse_period(text)
    assert (str(period.first), str(period.last), period.days) == (first, last, days)
    assert period.year_before().label == before


@pytest.mark.parametrize("text", ["", "22", "2022-13", "2022-Q5", "2022-02-30..2022-03-01", "0001",
                                  "2022-03-02..2022-03-01", "二〇二二", "2022-1"])  # fmt: skip
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r"period|year|begins|isoformat|day|month"):
        parse_period(text)


def test_a_year_of_equal_days() -> None:
    found = summarise(city(), parse_period("2022"), LIMITS, METHOD)
    assert (found.good_days, found.heavy_days, found.days_with_aqi) == (365, 0, 365)
    assert str(found.good_ratio_pct) == "100.0"
    assert found.composite is not None
    assert [str(found.composite.singles[p]) for p in ORDER] == [
        "0.17", "0.75", "0.86", "0.25", "0.56", "0.86",
    ]  # fmt: skip
    assert str(found.composite.published) == "3.45"
    # 60/70 and 30/35 are both 6/7: two main pollutants.
    assert found.composite.main == ("PM10", "PM2.5")
    assert found.items["pm25"].exceed_multiple is None
    assert all(i.enough_days for i in found.items.values())


def test_a_year_needs_324_days_and_27_in_each_month() -> None:
    gone = Scaled.of([None] * 5 + [30] * 360)  # January keeps 26
    own = city()
    own = CityDays(own.city, own.days, {**own.concentrations, "pm25": gone}, own.aqi, own.level,
                   own.primary)  # fmt: skip
    found = summarise(own, parse_period("2022"), LIMITS, METHOD).items["pm25"]
    assert (found.valid_days, found.enough_days, found.short_months) == (360, False, ("2022-01",))
    february = Scaled.of([30] * 31 + [None] * 3 + [30] * 331)  # 25 of 28 are enough
    own = CityDays(own.city, own.days, {**own.concentrations, "pm25": february}, own.aqi, own.level,
                   own.primary)  # fmt: skip
    assert summarise(own, parse_period("2022"), LIMITS, METHOD).items["pm25"].enough_days


def test_days_without_an_index_are_not_in_the_ratio() -> None:
    own = city(10, pm25=80)  # AQI 107
    own.aqi[:4] = -1
    own.aqi[4:7] = 90
    found = summarise(own, parse_period("2022-01"), LIMITS, METHOD)
    assert (found.days_with_aqi, found.good_days, str(found.good_ratio_pct)) == (6, 3, "50.0")


def test_heavy_days_are_above_200() -> None:
    own = city(3)
    own.aqi[:] = [200, 201, 500]
    assert summarise(own, parse_period("2022-01"), LIMITS, METHOD).heavy_days == 2


def test_a_missing_pollutant_leaves_no_composite_index() -> None:
    found = summarise(city(co=None), parse_period("2022"), LIMITS, METHOD)
    assert found.composite is None
    assert found.items["co"].published is None


def test_the_trace_names_the_unrounded_figure_and_the_rule() -> None:
    found = summarise(city(), parse_period("2022"), LIMITS, METHOD)
    text = str(found.trace.as_dict())
    for piece in ("365 天", "修约为", "综合指数 3.45", "HJ 663-2013"):
        assert piece in text, piece


def test_the_percentile_of_the_explanation() -> None:
    assert percentile([2, 3, 4, 4, 5, 8], 90) == Fraction(13, 2)
    assert percentile([7], 98) == 7
    assert percentile([1, 2], 100) == 2


def test_equal_figures_share_a_rank_and_the_next_skips() -> None:
    values = {"甲": Decimal("5.09"), "乙": Decimal("4.10"), "丙": Decimal("5.09"), "丁": None,
              "戊": Decimal("6.00")}  # fmt: skip
    assert [(r.rank, r.name, r.tied) for r in rank(values)] == [
        (1, "乙", False), (2, "丙", True), (2, "甲", True), (4, "戊", False),
    ]  # fmt: skip
    assert rank(values, descending=True)[0].name == "戊"


def test_changes_come_from_published_figures() -> None:
    assert change_pct(Decimal("5.09"), Decimal("5.24")) == Decimal("-2.9")
    assert change_pct(Decimal("40"), Decimal("39")) == Decimal("2.6")
    assert change_pct(Decimal("1"), Decimal("0")) is None
    assert change_points(Decimal("66.0"), Decimal("61.4")) == Decimal("4.6")
    words = [word_zh(v) for v in (Decimal(0), Decimal("0.1"), Decimal("-0.1"), None)]
    assert words == ["持平", "上升", "下降", "无可比值"]


def test_a_trend_is_judged_where_a_critical_value_is_known() -> None:
    falling = spearman([Decimal(v) for v in (68, 62, 59, 55, 54, 50)], CRITICAL)
    assert (falling.r, falling.significant, falling.word_zh) == (-1, True, "显著下降")
    mixed = spearman([Decimal(v) for v in (60, 62, 55, 61, 58)], CRITICAL)
    assert (mixed.significant, mixed.word_zh) == (False, "变化不显著")
    tied = spearman([Decimal(v) for v in (3, 3, 3, 3, 3)], CRITICAL)
    assert tied.significant is False
    unknown = spearman([Decimal(v) for v in range(11)], CRITICAL)
    assert 11 not in CRITICAL
    assert (unknown.significant, unknown.word_zh) == (None, "无临界值，不判定")
    with pytest.raises(ValueError, match="at least 5"):
        spearman([Decimal(1)] * 4, CRITICAL)


def test_three_years() -> None:
    assert three_year_mean([Decimal(44), Decimal(44), Decimal(45)], 0) == 44
    with pytest.raises(ValueError, match="three years"):
        three_year_mean([Decimal(44)], 0)


def test_dust_leaves_concentrations_and_stays_in_the_good_days() -> None:
    own = city(4, pm10=400, pm25=30)
    approved = [
        Deduction("甲市", date(2022, 1, 1), frozenset({"pm10"})),
        Deduction("甲市", date(2022, 1, 1), frozenset({"pm25"})),
        Deduction("乙市", date(2022, 1, 2), frozenset({"pm10"})),
        Deduction("甲市", date(2023, 1, 2), frozenset({"pm10"})),
    ]
    found, left_out = deduct(own, approved)
    assert left_out == 2
    assert found.concentrations["pm10"].present.tolist() == [False, True, True, True]
    assert np.array_equal(found.aqi, own.aqi)
    without = index_columns(found.concentrations, INDEX)
    assert without.aqi[0] < own.aqi[0]


def test_gases_move_with_the_reference_temperature_particles_do_not() -> None:
    old, new = (temperature_k(LIMITS, d) for d in (date(2018, 8, 31), date(2018, 9, 1)))
    assert (old, new) == (Fraction("273.15"), Fraction("298.15"))
    assert round(float(at_temperature(Fraction(100), "so2", old, new)), 2) == 91.61
    assert at_temperature(Fraction(100), "pm25", old, new) == 100
