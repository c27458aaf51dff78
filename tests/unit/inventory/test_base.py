"""Daily base of a line: filed daily mass, else yearly mass over days, else unknown.

Covers section 2.3 of the response reference (computation; 330 days by local rule) and the
guard rule that what stands still contributes nothing.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from list_fixture import DAY, D, firm, line, masses

from lantian.domain.inventory.base import (
    countable,
    daily_base_mg,
    daily_base_trace,
    standing_still,
)
from lantian.domain.inventory.model import Season
from lantian.kernel.mass import annual_t_to_daily_mg
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

_FIRM = firm(1)


def test_filed_daily_mass_wins_over_the_yearly_one() -> None:
    own = line(2, "F01", 1, daily_kg=masses("7"), annual_t=masses("999"))
    assert daily_base_mg(own, _FIRM, DAY) == (7_000_000,) * 4


def test_yearly_mass_over_operating_days() -> None:
    own = line(2, "F01", 1, daily_kg={}, annual_t=masses("3"), operating_days=D(300))
    assert daily_base_mg(own, _FIRM, DAY) == (10_000_000,) * 4


def test_330_days_of_a_local_rule_replace_the_filed_days() -> None:
    own = line(2, "F01", 1, daily_kg={}, annual_t=masses("3.3"), operating_days=D(200))
    assert daily_base_mg(own, _FIRM, DAY, days_per_year=D(330)) == (10_000_000,) * 4


@pytest.mark.parametrize("days", [None, D(0), D(-3), D(367)])
def test_without_usable_days_the_base_is_unknown_not_zero(days: D | None) -> None:
    own = line(2, "F01", 1, daily_kg={}, operating_days=days)
    assert daily_base_mg(own, _FIRM, DAY) == (None,) * 4


def test_unknown_and_negative_masses_stay_unknown_each_for_itself() -> None:
    own = line(
        2,
        "F01",
        1,
        daily_kg={Pollutant.PM: D("0.5"), Pollutant.SO2: D(-1)},
        annual_t={Pollutant.NOX: D(-3)},
    )
    assert daily_base_mg(own, _FIRM, DAY) == (500_000, None, None, None)


@pytest.mark.parametrize(
    ("line_changes", "firm_changes", "why"),
    [
        ({}, {}, None),
        ({"stopped": True}, {}, "stopped"),
        ({"stopped": None}, {"long_stopped": None}, None),
        ({}, {"long_stopped": True}, "long_stopped"),
        ({}, {"season": Season(4, 1, 10, 31)}, "off_season"),
        ({}, {"season": Season(11, 15, 3, 15)}, None),
    ],
)
def test_what_stands_still_contributes_nothing(
    line_changes: dict[str, object], firm_changes: dict[str, object], why: str | None
) -> None:
    own, its_firm = line(2, "F01", 1, **line_changes), firm(1, **firm_changes)
    assert standing_still(own, its_firm, DAY) == why
    assert countable(own, its_firm, DAY) is (why is None)
    expected = (10_000_000,) * 4 if why is None else (0,) * 4
    assert daily_base_mg(own, its_firm, DAY) == expected


def test_season_is_judged_on_the_day_asked() -> None:
    heat = firm(1, season=Season(11, 15, 3, 15))
    own = line(2, "F01", 1)
    assert daily_base_mg(own, heat, date(2026, 3, 15)) == (10_000_000,) * 4
    assert daily_base_mg(own, heat, date(2026, 3, 16)) == (0,) * 4


@given(
    st.decimals(0, 10**6, places=9, allow_nan=False),
    st.integers(1, 366) | st.decimals(1, 366, places=1, allow_nan=False),
)
def test_fast_division_is_the_kernel_s(annual: D, days: int | D) -> None:
    own = line(2, "F01", 1, daily_kg={}, annual_t=masses(str(annual)), operating_days=D(days))
    assert daily_base_mg(own, _FIRM, DAY) == (annual_t_to_daily_mg(annual, D(days)),) * 4


def test_trace_tells_each_pollutant_and_its_source() -> None:
    own = line(
        2,
        "F01",
        1,
        daily_kg={Pollutant.PM: D(7)},
        annual_t={Pollutant.SO2: D(3)},
        operating_days=D(300),
    )
    trace = daily_base_trace(own, _FIRM, DAY)
    assert trace.value == "7, 10, ?, ?"
    assert [step.value for step in trace.steps] == [D(7), D(10), None, None]
    assert "填报" in trace.steps[0].what_zh
    assert trace.steps[1].inputs == {
        "annual_t": D(3),
        "days": D(300),
        "days_from_local_rule": False,
    }
    assert "未知" in trace.steps[2].what_zh
    assert len(trace.steps) == len(POLLUTANTS)
    assert [r.status for r in trace.rules()] == ["design"]


def test_trace_of_a_stopped_line_says_why_it_is_zero() -> None:
    trace = daily_base_trace(line(2, "F01", 1, stopped=True), _FIRM, DAY)
    assert trace.value == "0, 0, 0, 0"
    assert all("已停" in step.what_zh for step in trace.steps)
