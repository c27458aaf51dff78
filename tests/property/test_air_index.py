"""The index of columns against its twin in fractions; rounding, percentiles and means exactly.

HJ 633-2012 and 2026 (4.2, 4.3), GB/T 8170, HJ 663 (percentile, O3).
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lantian.domain.air.daily import city_means, day_means, max_eight_hours
from lantian.domain.air.exact import explained_index
from lantian.domain.air.index import NONE, ORDER, index_columns, names_of
from lantian.domain.air.scaled import Scaled, from_floats, round_ratio
from lantian.domain.air.statistics import percentile
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.air_tables import load_air

AIR = load_air()
EDITIONS = tuple(AIR.index(AIR.day_of(e)) for e in AIR.editions())
METHOD = AIR.method(date(2022, 1, 1))

decimals = st.one_of(
    st.none(),
    st.decimals(0, 1500, places=0),
    st.decimals(0, 1500, places=1),
    st.decimals(0, 60, places=3),
)


@st.composite
def columns(draw: st.DrawFn) -> dict[str, list[Decimal | None]]:
    size = draw(st.integers(1, 8))
    return {p: draw(st.lists(decimals, min_size=size, max_size=size)) for p in ORDER}


@settings(max_examples=200)
@given(columns(), st.sampled_from(EDITIONS), st.booleans())
def test_columns_and_fractions_agree(values, index, hourly) -> None:  # type: ignore[no-untyped-def]
    found = index_columns({p: Scaled.of(v) for p, v in values.items()}, index, hourly=hourly)
    for i in range(len(values["so2"])):
        own = {p: None if v[i] is None else Fraction(v[i]) for p, v in values.items()}
        twin = explained_index(own, index, hourly=hourly)
        assert found.aqi[i] == (NONE if twin.aqi is None else twin.aqi)
        assert {
            p: None if found.iaqi[p][i] == NONE else found.iaqi[p][i] for p in ORDER
        } == twin.iaqi
        assert names_of(int(found.primary[i])) == twin.primary
        assert names_of(int(found.exceeding[i])) == twin.exceeding
        assert found.level[i] == (twin.category.level if twin.category else 0)


@given(st.sampled_from(EDITIONS), st.booleans(), st.sampled_from(ORDER), st.integers(0, 6000))
def test_more_of_a_pollutant_never_lowers_its_index(index, hourly, pollutant, tenths) -> None:  # type: ignore[no-untyped-def]
    column = Scaled(np.array([tenths, tenths + 1]), np.array([True, True]), 10)
    low, high = index_columns({pollutant: column}, index, hourly=hourly).iaqi[pollutant].tolist()
    assert low <= high or high == NONE  # above a table that gives nothing there is none


@given(st.sampled_from(EDITIONS), st.booleans(), st.sampled_from(ORDER))
def test_a_breakpoint_has_its_own_point_exactly(index, hourly, pollutant) -> None:  # type: ignore[no-untyped-def]
    table = index.table(hourly=hourly)[pollutant]
    column = Scaled.of([Decimal(limit.numerator) / limit.denominator for limit in table.limits])
    assert index_columns({pollutant: column}, index, hourly=hourly).iaqi[
        pollutant
    ].tolist() == list(table.points)


@given(st.lists(st.one_of(st.none(), st.decimals(0, 99999, places=3)), min_size=1, max_size=30))
@example([Decimal("0.1"), Decimal("0.7"), Decimal("1.005")])
def test_floats_read_from_text_come_back_as_their_decimals(values) -> None:  # type: ignore[no-untyped-def]
    floats = np.array([math.nan if v is None else float(str(v)) for v in values])
    scaled, lost = from_floats(floats)
    assert not lost.any()
    assert [scaled.fraction(i) for i in range(len(values))] == [
        None if v is None else Fraction(v) for v in values
    ]


def test_floats_with_more_than_six_places_are_told_not_rounded() -> None:
    scaled, lost = from_floats(np.array([1.0, 0.12345678, 2.0**60]))
    assert lost.tolist() == [False, True, True]
    assert scaled.present.tolist() == [True, False, False]


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_rounding_in_integers_is_that_of_fractions(numerator, denominator) -> None:  # type: ignore[no-untyped-def]
    assert round_ratio(np.array([numerator]), denominator)[0] == round(
        Fraction(numerator, denominator)
    )


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=400), st.integers(0, 100))
def test_the_percentile_is_numpy_s_linear_one(values, rank) -> None:  # type: ignore[no-untyped-def]
    ordered = sorted(values)
    found = percentile(ordered, rank)
    assert math.isclose(float(found), float(np.percentile(ordered, rank)), abs_tol=1e-9)
    assert ordered[0] <= found <= ordered[-1]


# --- hours to days --------------------------------------------------------------------------

hour_values = st.lists(st.one_of(st.none(), st.integers(0, 900)), min_size=24, max_size=24)


@given(hour_values)
def test_a_day_is_the_mean_of_at_least_twenty_hours(hours) -> None:  # type: ignore[no-untyped-def]
    found = day_means(Scaled.of(hours), METHOD)
    there = [h for h in hours if h is not None]
    assert bool(found.valid) == (len(there) >= 20)
    if len(there) >= 20:
        assert found.rounded(0).fraction(()) == round_fraction(Fraction(sum(there), len(there)), 0)


def eight_hour_day(hours: list[int | None]) -> Fraction | None:
    """Return the O3 value of a day, written as the rule reads (HJ 663, 6.1.2)."""
    means = []
    for stamp in range(8, 25):
        window = [h for h in hours[stamp - 8 : stamp] if h is not None]
        if len(window) >= 6:
            means.append(Fraction(sum(window), len(window)))
    if not means or (len(means) < 14 and max(means) <= 160):
        return None
    return max(means)


@given(hour_values)
@example([None] * 16 + [200] * 8)
@example([None] * 16 + [100] * 8)
@example([50] * 24)
def test_o3_is_the_largest_valid_eight_hour_mean(hours) -> None:  # type: ignore[no-untyped-def]
    found = max_eight_hours(Scaled.of(hours), 160, METHOD)
    expected = eight_hour_day(hours)
    assert bool(found.valid) == (expected is not None)
    if expected is not None:
        assert Fraction(int(found.numerator), int(found.denominator)) == expected


@given(st.lists(hour_values, min_size=1, max_size=6))
def test_a_city_is_the_mean_of_its_valid_sites(sites) -> None:  # type: ignore[no-untyped-def]
    stations = Scaled.of([h for site in sites for h in site])
    stations = Scaled(
        stations.values.reshape(len(sites), 24), stations.present.reshape(len(sites), 24), 1
    )
    found = city_means(day_means(stations, METHOD), METHOD)
    valid = [site for site in sites if sum(h is not None for h in site) >= 20]
    enough = valid and Fraction(len(valid), len(sites)) >= METHOD.number("sites_share")
    assert bool(found.valid) == bool(enough)
    if enough:
        means = []
        for site in valid:
            there = [h for h in site if h is not None]
            means.append(Fraction(sum(there), len(there)))
        exact = sum(means, Fraction(0)) / len(means)
        assert found.rounded(1).fraction(()) == Fraction(round_fraction(exact, 1))


def test_every_day_of_the_calendar_has_one_edition() -> None:
    day = date(2013, 1, 1)
    while day < date(2035, 1, 1):
        assert AIR.index(day).head.edition in AIR.editions()
        assert AIR.limits(day).grade2("pm25", "year") > 0
        day += timedelta(days=17)
