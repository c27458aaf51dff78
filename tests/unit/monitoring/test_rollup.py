"""Hours, days, months: what is needed, what is left out, what is said.

HJ 212-2017 Annex D (45 minutes, 20 hours), HJ 75/76-2017, HJ 356-2019; decisions 0090 to 0092.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_tools import (
    DAY,
    HOUR,
    MINUTE,
    OUTLET,
    RULES,
    T0,
    WATER,
    mark,
    rolled,
    series,
)

from lantian.domain.monitoring.effect import effects_of
from lantian.domain.monitoring.outlet_run import roll_outlet
from lantian.domain.monitoring.reasons import Reason
from lantian.kernel.calendar import beijing
from lantian.rulebook.monitoring_tables import load_monitoring
from lantian.rulebook.monitoring_tables.model import Medium
from lantian.rulebook.rooms import PACKAGED


@pytest.mark.parametrize(("present", "valid"), [(60, True), (45, True), (44, False), (0, False)])
def test_an_hour_needs_45_valid_minutes(present: int, valid: bool) -> None:
    own = series("a21026", "30", flag=lambda at: "N" if at.minute < present else "C")
    cycle = rolled(own).factors["a21026"].cycles[0]
    assert cycle.recorded.valid is valid
    assert cycle.recorded.have == present
    assert cycle.recorded.needed == 45
    assert cycle.flags == ({"C": 60 - present} if present < 60 else {})
    expected = Reason.OK if valid else Reason.TOO_FEW if present else Reason.FLAG
    assert cycle.recorded.reason is expected


def test_the_mean_is_exact_and_over_valid_minutes_only() -> None:
    own = series(
        "a21026",
        lambda at: "0.1" if at.minute < 30 else "0.2" if at.minute < 50 else "999",
        flag=lambda at: "N" if at.minute < 50 else "D",
    )
    cycle = rolled(own).factors["a21026"].cycles[0]
    assert cycle.recorded.value == Fraction(7, 50)
    assert (cycle.minimum, cycle.maximum) == (Fraction("0.1"), Fraction("0.2"))


def test_ten_minute_values_count_their_minutes() -> None:
    step = timedelta(minutes=10)
    four = rolled(series("a21026", "30", step=step, count=6, skip=[0, 5]))
    five = rolled(series("a21026", "30", step=step, count=6, skip=[0]))
    assert not four.factors["a21026"].cycles[0].recorded.valid
    assert five.factors["a21026"].cycles[0].recorded.have == 50
    assert five.factors["a21026"].cycles[0].recorded.valid


@pytest.mark.parametrize("letter", ["F", "M", "S", "D", "C", "T", "B", "X"])
def test_only_normal_flags_enter(letter: str) -> None:
    cycle = rolled(series("a21026", "30", flag=letter)).factors["a21026"].cycles[0]
    assert cycle.counts[Reason.FLAG] == 60
    assert cycle.recorded.value is None
    assert not cycle.normal


def test_the_flag_of_gas_goes_by_three_quarters() -> None:
    def normal(bad: int) -> bool:
        own = series("a21026", "30", flag=lambda at: "D" if at.minute < bad else "N")
        return rolled(own).factors["a21026"].cycles[0].normal

    assert normal(15)
    assert not normal(16)


def test_the_flag_of_water_goes_by_any_abnormal_value() -> None:
    own = series("w01018", "30", flag=lambda at: "D" if at.minute == 7 else "N")
    cycle = rolled(own, outlet=WATER).factors["w01018"].cycles[0]
    assert cycle.recorded.valid
    assert not cycle.normal


def test_negative_concentrations_are_out_negative_pressures_are_not() -> None:
    run = rolled(series("a21026", "-1"), series("a01013", "-1"), series("a19001", "-1"))
    assert run.factors["a21026"].cycles[0].counts[Reason.NEGATIVE] == 60
    assert run.factors["a19001"].cycles[0].counts[Reason.NEGATIVE] == 60
    assert run.factors["a01013"].cycles[0].recorded.value == -1


def test_conversion_of_each_value_and_of_the_whole() -> None:
    oxygen = series("a19001", lambda at: "6" if at.minute < 30 else "13.5")
    cycle = rolled(series("a21026", "30"), oxygen).factors["a21026"].cycles[0]
    # 30 mg at 6 % stays 30; at 13.5 % it is 30 * 15 / 7.5 = 60.
    assert cycle.recorded.at_reference == 45
    whole = 30 * Fraction(15) / (21 - Fraction("9.75"))
    assert cycle.recorded.other == whole


def test_a_bureau_may_convert_the_whole(tmp_path: Path) -> None:
    text = (PACKAGED / "monitoring/roll-up-gas.yaml").read_text("utf-8")
    old = "convert_each_value, value: 1"
    assert old in text
    (tmp_path / "own.yaml").write_text(text.replace(old, "convert_each_value, value: 0"), "utf-8")
    own = load_monitoring(tmp_path)
    oxygen = series("a19001", lambda at: "6" if at.minute < 30 else "13.5")
    run = roll_outlet(
        OUTLET,
        [series("a21026", "30"), oxygen],
        (),
        lambda d: own.rollup(OUTLET.medium, d),
        own.flags,
    )
    mean = run.factors["a21026"].cycles[0].recorded
    assert (mean.at_reference, mean.other) == (40, 45)
    assert mean.converted_valid


@pytest.mark.parametrize(
    ("o2", "reason"),
    [("20.9", Reason.OXYGEN_OF_AIR), ("21", Reason.OXYGEN_OF_AIR), (None, Reason.NO_OXYGEN)],
)
def test_no_conversion_near_the_oxygen_of_air(o2: str | None, reason: Reason) -> None:
    run = rolled(series("a21026", "30"), series("a19001", o2))
    mean = run.factors["a21026"].cycles[0].recorded
    assert mean.valid
    assert mean.conversion is reason
    assert mean.figure(at_reference=True) is None
    assert mean.figure(at_reference=False) == 30


def test_no_reference_oxygen_no_default() -> None:
    outlet = replace(OUTLET, o2_ref_pct=None)
    run = rolled(series("a21026", "30"), series("a19001", "6"), outlet=outlet)
    assert run.factors["a21026"].cycles[0].recorded.conversion is Reason.NO_REFERENCE


@pytest.mark.parametrize(("hours", "valid"), [(20, True), (19, False)])
def test_a_day_of_gas_needs_20_hours(hours: int, valid: bool) -> None:
    own = series("a21026", "30", step=HOUR, count=24, skip=range(hours, 23))
    skipped = series("a21026", "30", step=HOUR, count=24, skip=range(hours, 24))
    pad = series("a19001", "6", step=HOUR, count=24)
    day = rolled(skipped, pad).factors["a21026"].days[0]
    assert day.recorded.have == hours
    assert day.recorded.valid is valid
    assert len(rolled(own).factors["a21026"].cycles) == 24


@pytest.mark.parametrize(("hours", "valid"), [(18, True), (17, False)])
def test_a_day_of_water_needs_three_quarters(hours: int, valid: bool) -> None:
    own = series("w01018", "30", step=HOUR, count=hours)
    day = rolled(own, outlet=WATER).factors["w01018"].days[0]
    assert (day.recorded.needed, day.recorded.valid) == (18, valid)


def test_analysers_with_a_cycle_of_two_hours() -> None:
    own = series("w01018", "30", step=2 * HOUR, count=12)
    run = rolled(own, outlet=WATER).factors["w01018"]
    assert len(run.cycles) == 12
    assert run.days[0].recorded.have == 24


def test_days_of_water_are_weighted_by_flow() -> None:
    cod = series("w01018", lambda at: "10" if at.hour < 12 else "40", step=HOUR, count=24)
    flow = series("w00000", lambda at: "3" if at.hour < 12 else "1", step=HOUR, count=24)
    ph = series("w01001", lambda at: "6" if at.hour < 12 else "8", step=HOUR, count=24)
    run = rolled(cod, flow, ph, outlet=WATER)
    assert run.factors["w01018"].days[0].recorded.value == Fraction(10 * 3 + 40, 4)
    assert run.factors["w01018"].days[0].weighted
    assert run.factors["w01001"].days[0].recorded.value == 7
    assert not run.factors["w01001"].days[0].weighted


def test_without_all_the_flow_the_day_is_arithmetic_and_says_so() -> None:
    cod = series("w01018", lambda at: "10" if at.hour < 12 else "40", step=HOUR, count=24)
    flow = series("w00000", "3", step=HOUR, count=24, skip=[5])
    day = rolled(cod, flow, outlet=WATER).factors["w01018"].days[0]
    assert (day.recorded.value, day.weighted, day.flow_incomplete) == (25, False, True)
    still = series("w00000", "0", step=HOUR, count=24)
    assert rolled(cod, still, outlet=WATER).factors["w01018"].days[0].flow_incomplete


@pytest.mark.parametrize(
    ("month", "days", "valid"), [(1, 25, True), (1, 24, False), (2, 23, True), (2, 22, False)]
)
def test_months(month: int, days: int, valid: bool) -> None:
    own = series("a21026", "30", start=beijing(2026, month, 1), step=HOUR, count=24 * days)
    found = rolled(own).factors["a21026"].months
    assert [m.month for m in found] == [f"2026-{month:02d}"]
    assert found[0].recorded.valid is valid
    assert found[0].trace.rule is not None


def test_every_factor_has_every_hour() -> None:
    late = series("a21026", "30", start=T0 + 3 * HOUR)
    run = rolled(late, series("a19001", "6"))
    cycles = run.factors["a21026"].cycles
    assert [c.recorded.valid for c in cycles] == [False, False, False, True]
    assert cycles[0].counts[Reason.MISSING] == 60
    assert cycles[0].recorded.reason is Reason.MISSING


def test_the_trace_names_the_rule_and_its_mark() -> None:
    run = rolled(series("a21026", "30", flag=lambda at: "C" if at.minute < 20 else "N"))
    cycle = run.factors["a21026"].cycles[0]
    refs = {r.rule_id: r.status for r in cycle.trace.rules()}
    assert refs == {"monitoring.gas.hour_minutes": "official", "monitoring.flags": "official"}
    assert "有效 40 分钟，需要 45 分钟" in cycle.trace.steps[0].what_zh
    assert "仪器标记非正常 20" in cycle.trace.steps[1].what_zh
    day = (
        rolled(series("w01018", "30", step=HOUR, count=24), outlet=WATER).factors["w01018"].days[0]
    )
    assert {r.status for r in day.trace.rules()} == {"unverified"}


def test_marks_leave_the_recorded_mean_alone() -> None:
    entry = mark("1", "设备维护", T0, 0.25)
    spans = effects_of([entry], OUTLET, lambda d: RULES.marks("thermal_power", d)).spans
    own = series("a21026", lambda at: "90" if at.minute < 15 else "30")
    plain, marked = rolled(own), rolled(own, spans=spans)
    cycle = marked.factors["a21026"].cycles[0]
    assert cycle.recorded == plain.factors["a21026"].cycles[0].recorded
    assert cycle.recorded.value == 45
    assert (cycle.judged.value, cycle.judged.have) == (30, 45)
    assert marked.factors["a21026"].series == own


def test_more_than_a_quarter_marked_leaves_nothing_to_judge() -> None:
    entry = mark("1", "设备维护", T0, 16 / 60)
    spans = effects_of([entry], OUTLET, lambda d: RULES.marks("thermal_power", d)).spans
    cycle = rolled(series("a21026", "30"), spans=spans).factors["a21026"].cycles[0]
    assert cycle.recorded.valid
    assert cycle.judged.reason is Reason.DEVICE_MARK
    assert "扣除标记时段的均值" in cycle.trace.as_dict()["steps"][-1]["what_zh"]


@pytest.mark.parametrize(("minutes", "judged"), [(15, True), (16, False)])
def test_hourly_data_stand_with_45_minutes_unmarked(minutes: int, judged: bool) -> None:
    entry = mark("1", "设备维护", T0, minutes / 60)
    spans = effects_of([entry], OUTLET, lambda d: RULES.marks("thermal_power", d)).spans
    own = series("a21026", "30", step=HOUR, count=2)
    assert rolled(own, spans=spans).factors["a21026"].cycles[0].judged.valid is judged


def test_rules_before_the_first_edition_are_refused() -> None:
    from lantian.kernel.problem import LantianError

    with pytest.raises(LantianError, match="R030"):
        RULES.rollup(Medium.AIR, DAY.replace(year=2016))


values = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from("NNNNNDC")), min_size=60, max_size=60
)


@settings(max_examples=60, deadline=None)
@given(values)
def test_an_hour_is_what_a_plain_count_says(own: list[tuple[int, str]]) -> None:
    run = rolled(
        series("a21026", lambda at: f"{own[at.minute][0]}e-3", flag=lambda at: own[at.minute][1])
    )
    cycle = run.factors["a21026"].cycles[0]
    kept = [Fraction(v, 1000) for v, flag in own if flag == "N"]
    assert cycle.recorded.have == len(kept)
    assert cycle.recorded.valid is (len(kept) >= 45)
    if kept:
        assert cycle.recorded.value == sum(kept) / len(kept)
        assert min(kept) <= cycle.recorded.value <= max(kept)
    assert sum(cycle.counts.values()) == 60


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 59), st.integers(1, 120), st.booleans())
def test_a_mark_never_adds_data(start: int, length: int, device: bool) -> None:
    entry = mark("1", "设备故障" if device else "启动", T0 + MINUTE * start, length / 60)
    spans = effects_of([entry], OUTLET, lambda d: RULES.marks("thermal_power", d)).spans
    own = series("a21026", lambda at: str(at.minute), count=120)
    before, after = rolled(own).factors["a21026"], rolled(own, spans=spans).factors["a21026"]
    for a, b in zip(before.cycles, after.cycles, strict=True):
        assert a.recorded == b.recorded
        assert b.judged.have <= a.judged.have
        assert b.judged.valid <= a.judged.valid
