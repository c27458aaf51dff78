"""Extend, raise, lower, lift: what the rules of the day refuse, with clause (reference 1.3 and 1.4)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.domain.response.alert.change import (
    LOWER,
    RAISE,
    Refused,
    Running,
    hours_below,
    may_change,
    may_extend,
    may_lift,
    supported_until,
)
from lantian.domain.response.alert.forecast import Forecast
from lantian.domain.response.alert.model import ForecastDay
from lantian.domain.response.alert.propose import propose_alert
from lantian.kernel.level import Level
from lantian.rulebook import load_rulebook

BOOK = load_rulebook()
RULES = BOOK.alert_rules(date(2026, 12, 1))
NEEDED = BOOK.provision("no-alert-for-targets", date(2026, 12, 1)).head.ref()
FIRST = date(2026, 12, 10)


def day(number: int) -> datetime:
    """Return midnight at the start of a day of the forecast, counted from 0."""
    return datetime(FIRST.year, FIRST.month, FIRST.day) + timedelta(days=number)


def forecast(*aqi: int | None, primary: str = "PM2.5") -> Forecast:
    days = tuple(ForecastDay(FIRST + timedelta(days=i), a, (primary,)) for i, a in enumerate(aqi))
    return Forecast(days, (), (), len(days), len(days))


def called(*aqi: int | None):  # type: ignore[no-untyped-def]
    return propose_alert(forecast(*aqi).days, RULES)


ORANGE = Running(Level.ORANGE, day(0), day(2))


def codes(found: list[Refused]) -> list[str]:
    return [one.code for one in found]


def test_an_extension_within_what_the_forecast_supports_is_allowed() -> None:
    later = called(160, 160, 210, 220, 80, 80)
    assert supported_until(ORANGE, later, RULES) == day(4)
    assert may_extend(ORANGE, day(4), later, RULES, NEEDED) == []
    assert may_extend(ORANGE, day(3), later, RULES, NEEDED) == []


def test_beyond_the_forecast_an_extension_is_refused_with_the_rule() -> None:
    refused = may_extend(ORANGE, day(5), called(160, 160, 210, 220, 80, 80), RULES, NEEDED)
    assert codes(refused) == ["O003"]
    assert refused[0].rule == NEEDED
    assert "12月13日24时" in refused[0].zh
    assert "不得为完成空气质量目标启动" in refused[0].cited_zh


def test_no_later_end_and_no_forecast() -> None:
    assert codes(may_extend(ORANGE, day(2), None, RULES, NEEDED)) == ["O001"]
    assert codes(may_extend(ORANGE, day(3), None, RULES, NEEDED)) == ["O002"]
    # Before the rule of January 2024 a decision with its reason was enough.
    assert may_extend(ORANGE, day(3), None, RULES, None) == []


def test_a_forecast_of_a_higher_level_calls_for_a_raise() -> None:
    red = called(210, 210, 310, 320, 80, 80)
    assert red.level is Level.RED
    refused = may_extend(ORANGE, day(3), red, RULES, NEEDED)
    assert codes(refused) == ["O004"]
    assert refused[0].rule == RULES.trigger_refs[Level.RED]
    assert may_change(ORANGE, RAISE, red, RULES) == []


def test_a_cleaner_or_weaker_forecast_extends_nothing() -> None:
    assert codes(may_extend(ORANGE, day(3), called(60, 60, 60, 60), RULES, NEEDED)) == ["O005"]
    weaker = called(80, 80, 80, 160, 160, 80, 80)
    assert weaker.level is Level.YELLOW
    assert codes(may_extend(ORANGE, day(4), weaker, RULES, NEEDED)) == ["O005"]


def test_a_later_episode_after_clear_air_is_no_extension() -> None:
    # 48 clear hours part the two: what comes then is an alert of its own.
    later = called(210, 210, 60, 60, 210, 210, 60, 60)
    assert supported_until(ORANGE, later, RULES) is None


@pytest.mark.parametrize("step", [RAISE, LOWER])
def test_the_same_level_is_neither_raised_nor_lowered(step: str) -> None:
    refused = may_change(ORANGE, step, called(160, 160, 160, 160, 80, 80), RULES)
    assert codes(refused) == ["O006" if step == RAISE else "O007"]
    assert refused[0].rule is not None


def test_lowering() -> None:
    assert may_change(ORANGE, LOWER, called(160, 160, 80, 80), RULES) == []
    none = may_change(ORANGE, LOWER, called(60, 60, 60), RULES)
    assert codes(none) == ["O007"]
    assert none[0].rule == RULES.lift_ref


def test_a_level_that_comes_back_is_kept() -> None:
    swings = called(160, 160, 60, 60, 210, 210, 220, 60, 60)
    assert swings.level is Level.YELLOW  # of the first episode
    refused = may_change(ORANGE, LOWER, swings, RULES)
    assert codes(refused) == ["O008"]
    assert refused[0].rule == RULES.keep_higher_ref


def test_lifting_needs_36_hours_below_the_trigger_of_the_level() -> None:
    assert may_lift(ORANGE, day(2), None, RULES, confirmed=True) == []
    refused = may_lift(ORANGE, day(2), None, RULES, confirmed=False)
    assert codes(refused) == ["O009"]
    assert refused[0].rule == RULES.lift_ref
    # 24 known hours are not 36; 48 are. Early, a confirmation of the later end does not help.
    for clear, allowed in (((80,), False), ((80, 80), True)):
        found = may_lift(ORANGE, day(2), forecast(210, 210, *clear), RULES, confirmed=False)
        assert (found == []) is allowed
    assert codes(may_lift(ORANGE, day(1), None, RULES, confirmed=True)) == ["O009"]


def test_before_the_start_the_air_of_the_planned_days_counts() -> None:
    long_before = day(-10)
    assert may_lift(ORANGE, long_before, forecast(80, 80), RULES, confirmed=False) == []
    assert codes(may_lift(ORANGE, long_before, forecast(80, 210), RULES, confirmed=False)) == [
        "O009"
    ]


def test_hours_that_nobody_forecast_do_not_help_to_lift() -> None:
    assert hours_below(forecast(80, None, 80), Level.ORANGE, day(0), RULES) == 48
    assert hours_below(forecast(80, None, None), Level.ORANGE, day(0), RULES) == 24
    assert hours_below(forecast(80, 80), Level.ORANGE, day(5), RULES) == 0
    assert hours_below(forecast(80, 80), Level.ORANGE, day(-2), RULES) == 0


AQI = st.one_of(st.none(), st.sampled_from([60, 140, 151, 190, 201, 260, 301, 400]))


@given(st.lists(AQI, min_size=1, max_size=9), st.integers(1, 9))
def test_what_is_allowed_lies_within_what_the_forecast_calls_for(
    aqi: list[int | None], days: int
) -> None:
    found, until = called(*aqi), day(2 + days)
    if may_extend(ORANGE, until, found, RULES, NEEDED):
        return
    reach = supported_until(ORANGE, found, RULES)
    assert reach is not None
    assert ORANGE.end < until <= reach
    assert any(e.level is not None and e.end >= until for e in found.episodes)
    # It can never be extended and lowered or raised on the same forecast.
    assert may_change(ORANGE, RAISE, found, RULES) != []
    assert may_change(ORANGE, LOWER, found, RULES) != []
