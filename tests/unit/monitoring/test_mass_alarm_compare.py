"""Mass and substitution (HJ 75, HJ 356), the life of an alarm, the logger's own hours; decisions 0092, 0095, 0096."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_tools import DAY, HOUR, OUTLET, RULES, T0, WATER, mark, rolled, series

from lantian.domain.monitoring.alarm import (
    Alarm,
    AlarmKey,
    AlarmState,
    Decide,
    Decision,
    Event,
    Explain,
    Normal,
    Notice,
    Over,
    Tick,
    step,
)
from lantian.domain.monitoring.compare import beyond, compare_hours
from lantian.domain.monitoring.convert import normal_dry_flow, water_volume_m3
from lantian.domain.monitoring.effect import effects_of
from lantian.domain.monitoring.mass import MassKind, hourly_mass, quarters
from lantian.domain.monitoring.model import Average, FactorSeries, Reading
from lantian.kernel.problem import LantianError
from lantian.rulebook.monitoring_tables.model import Medium

Hours = list[tuple[datetime, Fraction | None]]


def hours_of(count: int, missing: set[int]) -> Hours:
    return [(T0 + HOUR * i, None if i in missing else Fraction(i)) for i in range(count)]


def kinds_of(
    own: Hours, medium: Medium = Medium.AIR
) -> dict[datetime, tuple[str, Fraction | None]]:
    found = quarters("a21026", own, medium, (), RULES.substitution)
    return {h.start: (h.kind.value, h.mass_kg) for q in found for h in q.hours}


def test_mass_is_measured_concentration_times_dry_flow() -> None:
    run = rolled(series("a21026", "50"), series("a19001", "13.5"), series("a00000", "200000"))
    assert hourly_mass(run, run.factors["a21026"]) == [(T0, Fraction(10))]
    water = rolled(
        series("w01018", "40", step=HOUR, count=1),
        series("w00000", "10", step=HOUR, count=1),
        outlet=WATER,
    )
    # 10 L/s are 36 m³ in an hour; 40 mg/L of it 1.44 kg.
    assert hourly_mass(water, water.factors["w01018"]) == [(T0, Fraction("1.44"))]
    assert water_volume_m3(Fraction(10), 3600) == 36


def test_flow_at_normal_conditions() -> None:
    flow = normal_dry_flow(
        Fraction(10), Fraction(2), Fraction(0), Fraction(0), Fraction(0), Fraction(101325)
    )
    assert flow == 72000
    hot = normal_dry_flow(
        Fraction(10), Fraction(2), Fraction(273), Fraction(0), Fraction("0.1"), Fraction(101325)
    )
    assert hot == 72000 / 2 * Fraction("0.9")
    with pytest.raises(ValueError, match="moisture"):
        normal_dry_flow(
            Fraction(1), Fraction(1), Fraction(1), Fraction(0), Fraction(2), Fraction(1)
        )


@pytest.mark.parametrize(("run", "before"), [(24, 180), (25, 720)])
def test_runs_take_the_maximum_of_the_valid_hours_before(run: int, before: int) -> None:
    first = 800
    own = hours_of(1200, set(range(first, first + run)))
    own[first - before] = (own[first - before][0], Fraction(5000))
    own[first - before - 1] = (own[first - before - 1][0], Fraction(9000))
    found = kinds_of(own)
    assert {found[T0 + HOUR * i] for i in range(first, first + run)} == {
        ("substituted", Fraction(5000))
    }


def test_low_capture_takes_2160_hours_or_a_person() -> None:
    start = datetime.fromisoformat("2026-01-01T00:00:00+08:00")
    lacking = set(range(2500, 2980))
    own: Hours = [(start + HOUR * i, None if i in lacking else Fraction(1)) for i in range(4344)]
    second = quarters("a21026", own, Medium.AIR, (), RULES.substitution)[1]
    assert second.capture_pct is not None
    assert 75 <= second.capture_pct < 90
    assert second.count(MassKind.SUBSTITUTED) == 480
    assert {r.status for r in second.trace.rules()} == {"secondary", "unverified"}
    more = {*lacking, *range(3000, 3200)}
    own = [(start + HOUR * i, None if i in more else Fraction(1)) for i in range(4344)]
    second = quarters("a21026", own, Medium.AIR, (), RULES.substitution)[1]
    assert second.count(MassKind.BY_HAND) == 680
    assert second.sum_kg(MassKind.BY_HAND) == 0
    refs = {r.status for r in second.trace.rules()}
    assert refs == {"secondary"}


def test_too_short_a_history_is_left_to_a_person() -> None:
    assert kinds_of(hours_of(179 + 1 + 20, {179}))[T0 + HOUR * 179] == ("by_hand", None)
    assert kinds_of(hours_of(180 + 1 + 20, {180}))[T0 + HOUR * 180] == (
        "substituted",
        Fraction(179),
    )


def test_water_takes_the_equal_period_before() -> None:
    found = kinds_of(hours_of(24, {10, 11}), Medium.WATER)
    assert found[T0 + HOUR * 11] == ("substituted", Fraction(17, 2))
    assert kinds_of(hours_of(24, {1, 2}), Medium.WATER)[T0 + HOUR] == ("by_hand", None)


def test_hours_out_of_service_are_not_missing() -> None:
    spans = effects_of(
        [mark("1", "停运", T0, 5)], OUTLET, lambda d: RULES.marks("thermal_power", d)
    ).spans
    found = quarters("a21026", hours_of(24, {0, 1, 5}), Medium.AIR, spans, RULES.substitution)[0]
    assert [h.kind for h in found.hours[:2]] == [MassKind.STOPPED] * 2
    assert found.capture_pct == Fraction(2100, 22)
    assert found.hours[5].kind is MassKind.BY_HAND


# --- alarm

KEY = AlarmKey("DA001", "a21026", Average.HOUR)
METHOD = RULES.alarm(DAY)


def at(hours: float) -> datetime:
    return T0 + timedelta(hours=hours)


def play(*events: Event) -> tuple[Alarm | None, list[Notice]]:
    alarm: Alarm | None = None
    notices: list[Notice] = []
    for event in events:
        alarm, told = step(alarm, KEY, event, METHOD)
        notices += [s.notice for s in told]
    return alarm, notices


def over(hour: float, value: int = 40) -> Over:
    return Over(at(hour), Fraction(value))


def test_one_alarm_an_episode() -> None:
    alarm, told = play(over(1), over(2, 60), Normal(at(3)), over(4))
    assert alarm is not None
    assert told == [Notice.OPENED]
    assert (alarm.periods, alarm.worst, alarm.level) == (3, 60, 1)


def test_three_normal_periods_end_it_and_another_begins() -> None:
    calm = [Normal(at(h)) for h in (2, 3, 4)]
    alarm, told = play(over(1), *calm)
    assert alarm is not None
    assert (told, alarm.ended, alarm.state) == (
        [Notice.OPENED, Notice.ENDED],
        True,
        AlarmState.OPEN,
    )
    again, told = play(over(1), *calm, over(5))
    assert again is not None
    assert told == [Notice.OPENED, Notice.ENDED, Notice.OPENED]
    assert again.opened_at == at(5)


def test_escalation_by_periods_and_by_silence() -> None:
    alarm, told = play(*[over(h) for h in range(1, 7)])
    assert alarm is not None
    assert (alarm.level, told.count(Notice.ESCALATED)) == (3, 2)
    top, told = play(*[over(h) for h in range(1, 20)])
    assert top is not None
    assert (top.level, told.count(Notice.ESCALATED)) == (3, 2)
    assert play(over(0), Tick(at(24)))[1] == [Notice.OPENED]
    quiet, told = play(over(0), Tick(at(24)), Tick(at(24.5)), Tick(at(25)), Tick(at(48.5)))
    assert quiet is not None
    assert (quiet.level, told) == (3, [Notice.OPENED, Notice.ESCALATED, Notice.ESCALATED])


def test_an_explanation_stops_the_clock_and_closes_nothing() -> None:
    alarm, told = play(over(0), Explain(at(1), "企业", "布袋破损"), Tick(at(100)))
    assert alarm is not None
    assert (alarm.state, alarm.level) == (AlarmState.EXPLAINED, 1)
    assert told == [Notice.OPENED, Notice.EXPLAINED]


def test_a_decision_closes_and_more_of_the_same_reopens() -> None:
    decide = Decide(at(2), "科员", Decision.DISMISSED, "校准期间")
    alarm, told = play(over(0), decide)
    assert alarm is not None
    assert alarm.state is AlarmState.CLOSED
    again, told = play(over(0), decide, over(3))
    assert again is not None
    assert (again.state, told[-1]) == (AlarmState.OPEN, Notice.REOPENED)
    assert [s.notice for s in again.said] == told


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([over(5), over(4)], "M053"),
        ([Explain(at(1), "企业", "无")], "M054"),
        ([over(0), Explain(at(1), "企业", " ")], "M054"),
        (
            [
                over(0),
                Decide(at(1), "科员", Decision.CONFIRMED, "属实"),
                Explain(at(2), "企业", "迟"),
            ],
            "M054",
        ),
    ],
)
def test_what_an_alarm_refuses(events: list[Event], code: str) -> None:
    with pytest.raises(LantianError, match=code):
        play(*events)


def test_time_alone_opens_nothing() -> None:
    assert play(Tick(at(1)), Normal(at(2))) == (None, [])


plays = st.lists(st.sampled_from(["over", "normal", "tick", "explain", "decide"]), max_size=40)


@settings(max_examples=150, deadline=None)
@given(plays)
def test_any_life_of_an_alarm(words: list[str]) -> None:
    alarm: Alarm | None = None
    for n, word in enumerate(words):
        event: Event = {
            "over": over(n),
            "normal": Normal(at(n)),
            "tick": Tick(at(n)),
            "explain": Explain(at(n), "企业", "原因"),
            "decide": Decide(at(n), "科员", Decision.CONFIRMED, "属实"),
        }[word]
        before = alarm
        try:
            alarm, told = step(alarm, KEY, event, METHOD)
        except LantianError:
            assert word in {"explain", "decide"}
            continue
        if alarm is None:
            continue
        assert 1 <= alarm.level <= 3
        if before is not None and before.opened_at == alarm.opened_at:
            assert alarm.level >= before.level
            assert alarm.said == (*before.said, *told)


# --- the logger's own hours


def test_hours_of_the_logger_within_one_per_cent() -> None:
    assert not beyond(Fraction(101), Fraction(100), Fraction(1))
    assert beyond(Fraction("101.01"), Fraction(100), Fraction(1))
    run = rolled(series("a21026", "100", count=240), series("a19001", "13.5", count=240))
    factor = RULES.factors(DAY).by_code["a21026"]
    given_hours = (
        Reading(T0, Decimal("100.9"), "N", Decimal(200)),
        Reading(T0 + HOUR, Decimal(102), "N", Decimal(210)),
        Reading(T0 + 9 * HOUR, Decimal(100)),
    )
    found = compare_hours(
        run, {"a21026": FactorSeries(factor, HOUR, given_hours)}, RULES.rollup(Medium.AIR, DAY)
    )[0]
    assert (found.compared, [d.converted for d in found.differing]) == (2, [False, True])
    assert found.differing[0].pct == 2
    assert found.lacking == (T0 + 2 * HOUR, T0 + 3 * HOUR)
    assert found.surplus == (T0 + 9 * HOUR,)
    assert found.differing[0].trace.rule is not None
