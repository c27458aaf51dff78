"""Exceedances: hours, days, many hours, incinerators, water; what is not judged is said; decision 0094."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from monitor_tools import HOUR, OUTLET, RULES, T0, WASTE, WATER, limit, mark, rolled, series

from lantian.domain.monitoring.effect import effects_of
from lantian.domain.monitoring.exceed import EventKind, Judgement, judge_outlet
from lantian.domain.monitoring.marks import MarkEntry
from lantian.domain.monitoring.model import FactorSeries, Outlet, OutletLimit
from lantian.domain.monitoring.reasons import Reason
from lantian.kernel.calendar import beijing


def judged(
    *own: FactorSeries, outlet: Outlet = OUTLET, marks: Sequence[MarkEntry] = ()
) -> Judgement:
    spans = effects_of(marks, outlet, lambda d: RULES.marks(outlet.trade, d)).spans
    return judge_outlet(rolled(*own, outlet=outlet, spans=spans), RULES.exceedance)


def kinds(found: Judgement) -> list[str]:
    return [e.kind.value for e in found.events]


def air(value: str, o2: str = "6", hours: int = 24) -> tuple[FactorSeries, FactorSeries]:
    return (
        series("a21026", value, step=HOUR, count=hours),
        series("a19001", o2, step=HOUR, count=hours),
    )


@pytest.mark.parametrize(("value", "over"), [("35", False), ("35.000001", True), ("34.999", False)])
def test_at_the_limit_is_kept(value: str, over: bool) -> None:
    found = judged(*air(value))
    assert (EventKind.HOUR in {e.kind for e in found.events}) is over
    assert (EventKind.DAY in {e.kind for e in found.events}) is over


def test_limits_speak_of_converted_values_where_they_say_so() -> None:
    # 20 mg at 13.5 % oxygen is 40 at 6 %.
    found = judged(*air("20", "13.5", hours=1))
    assert [(e.value, e.bound, e.converted) for e in found.events] == [(40, 35, True)]
    assert found.events[0].multiple == Fraction(1, 7)
    plain = replace(OUTLET, limits=(limit("a21026", "hour", "35"),))
    assert judged(*air("20", "13.5", hours=1), outlet=plain).events == ()


@pytest.mark.parametrize(("hours", "many"), [(3, False), (4, True)])
def test_more_than_three_hours_of_a_day(hours: int, many: bool) -> None:
    so2 = series("a21026", lambda at: "40" if at.hour < hours else "10", step=HOUR, count=24)
    found = judged(so2, series("a19001", "6", step=HOUR, count=24))
    assert kinds(found).count("hour") == hours
    assert ("many_hours" in kinds(found)) is many
    assert "day" not in kinds(found)
    assert {e.rule.status for e in found.events} == {"secondary"}


def test_marked_hours_are_not_judged_and_are_listed() -> None:
    so2 = series("a21026", lambda at: "90" if at.hour < 4 else "10", step=HOUR, count=24)
    own = (so2, series("a19001", "6", step=HOUR, count=24))
    assert kinds(judged(*own)).count("hour") == 4
    found = judged(*own, marks=[mark("1", "启动", T0, 4)])
    assert found.events == ()
    hours = [u for u in found.unjudged if u.average.value == "hour"]
    assert [(u.reason, u.marked) for u in hours] == [(Reason.CONDITION_MARK, True)] * 4
    assert found.judged == {("a21026", "day"): 1, ("a21026", "hour"): 20}


def test_a_day_marked_away_is_not_judged_and_not_passed() -> None:
    found = judged(*air("90"), marks=[mark("1", "设备故障", T0, 5)])
    days = [u for u in found.unjudged if u.average.value == "day"]
    assert [(u.reason, u.have, u.needed, u.marked) for u in days] == [
        (Reason.DEVICE_MARK, 19, 20, True)
    ]
    assert "day" not in kinds(found)


def test_a_late_mark_changes_nothing() -> None:
    late = mark("1", "启动", T0, 4, made_at=beijing(2026, 1, 6, 13))
    assert judged(*air("90"), marks=[late]).events == judged(*air("90")).events


def test_no_converted_value_is_not_judged() -> None:
    found = judged(*air("90", "20.95"))
    assert found.events == ()
    assert {u.reason for u in found.unjudged} == {Reason.OXYGEN_OF_AIR, Reason.NOT_CONVERTED}


def test_the_two_ways_of_converting_are_told_where_they_decide() -> None:
    o2 = series("a19001", lambda at: "6" if at.minute < 30 else "13.5")
    found = judged(series("a21026", "24.5"), o2)
    # Each value: (24.5 + 49) / 2 = 36.75; as a whole: 24.5 * 15 / 11.25 = 32.67.
    assert [(c.used, round(c.other, 2)) for c in found.close] == [
        (Fraction("36.75"), Fraction("32.67"))
    ]


def test_incinerators_have_days_not_many_hours() -> None:
    so2 = series("a21026", "120", step=HOUR, count=24 * 6)
    found = judged(so2, outlet=WASTE)
    assert kinds(found).count("day") == 6
    assert "many_hours" not in kinds(found)
    month = [e for e in found.events if e.kind is EventKind.MONTH_DAYS]
    assert [(e.value, e.bound, e.rule.status) for e in month] == [(6, 5, "official")]
    five = judged(series("a21026", "120", step=HOUR, count=24 * 5), outlet=WASTE)
    assert "month_days" not in kinds(five)


@pytest.mark.parametrize(("low", "event"), [(5, False), (6, True)])
def test_furnace_below_850_more_than_five_times_a_day(low: int, event: bool) -> None:
    step = timedelta(minutes=5)
    own = series("a01901", lambda at: "849.9" if (at - T0) // step < low else "850", step=step,
                 count=288)  # fmt: skip
    found = judged(own, outlet=WASTE)
    assert (kinds(found) == ["furnace"]) is event
    if event:
        marked = judged(own, outlet=WASTE, marks=[mark("1", "热电偶故障", T0, 1)])
        assert marked.events == ()


def test_water_goes_by_the_day() -> None:
    outlet = replace(
        WATER,
        limits=(*WATER.limits, limit("w01018", "hour", "20"), limit("w01001", "day", "9"),
                limit("w01012", "day", "10")),
    )  # fmt: skip
    found = judged(
        series("w01018", "51", step=HOUR, count=24), series("w01001", "12", step=HOUR, count=24),
        series("w01012", "99", step=HOUR, count=24), outlet=outlet,
    )  # fmt: skip
    assert [(e.kind, e.factor) for e in found.events] == [(EventKind.DAY, "w01018")]
    assert found.water_hour_limits == ("w01018",)
    assert set(found.not_by_day) == {"w01001", "w01012"}


def test_limits_have_their_days() -> None:
    old = OutletLimit("a21026", OUTLET.limits[0].average, Fraction(35), None, False, "旧证", "",
                      date(2020, 1, 1), date(2025, 12, 31))  # fmt: skip
    found = judged(*air("90"), outlet=replace(OUTLET, limits=(old,)))
    assert found.events == ()
    assert found.days_without_limit == (("a21026", date(2026, 1, 5)),)


def test_a_lower_limit() -> None:
    low = OutletLimit("a19001", OUTLET.limits[0].average, None, Fraction(3), False, "证", "",
                      date(2020, 1, 1), None)  # fmt: skip
    found = judged(*air("10", "2", hours=1), outlet=replace(OUTLET, limits=(low,)))
    assert [(e.factor, e.bound, e.multiple) for e in found.events] == [("a19001", 3, None)]


def test_the_trace_names_document_and_rule() -> None:
    event = judged(*air("40", hours=1)).events[0]
    found = event.trace.as_dict()
    assert "排污许可证 表3" in found["steps"][0]["what_zh"]
    assert found["rule"]["rule_id"] == "monitoring.exceedance.gas_hour"
    assert found["what_zh"] == "二氧化硫 2026-01-05 00:00 小时均值超标：40 对 35"
