"""Marks by the firm: append-only, late ones, limits, times in sum (2022 No. 21, 2019 No. 50); decision 0093."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitor_tools import (
    DAY,
    HOUR,
    OUTLET,
    RULES,
    T0,
    WASTE,
    codes,
    mark,
    rolled,
    series,
)

from lantian.domain.monitoring.effect import Effects, due_at, effects_of, without_dusty_hours
from lantian.domain.monitoring.marks import Act, MarkEntry, MarkHistory, history_of
from lantian.domain.monitoring.model import Outlet
from lantian.domain.monitoring.reasons import Reason
from lantian.kernel.calendar import beijing
from lantian.kernel.problem import LantianError


def effects(entries: Sequence[MarkEntry], outlet: Outlet = OUTLET) -> Effects:
    return effects_of(entries, outlet, lambda d: RULES.marks(outlet.trade, d))


def parts(found: Effects) -> list[tuple[str, float]]:
    return [(s.reason.value, (s.end - s.start) / HOUR) for s in found.spans]


def withdraw(number: str, target: str) -> MarkEntry:
    return MarkEntry(number, Act.WITHDRAW, T0 + 30 * HOUR, "王某", target=target)


def test_the_history_only_grows() -> None:
    first = MarkHistory().append(mark("1", "启动", T0, 2))
    second = first.append(withdraw("2", "1"))
    assert [e.entry_id for e in second.entries] == ["1", "2"]
    assert (len(first.standing()), len(second.standing())) == (1, 0)
    # As known before the withdrawal the mark stood.
    assert [e.entry_id for e in second.standing(T0 + 29 * HOUR)] == ["1"]


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (mark("1", "启动", T0, 2), "M035"),
        (mark("3", "启动", T0, 2, made_at=T0 - HOUR), "M036"),
        (withdraw("3", "9"), "M034"),
        (mark("3", "启动", T0 + 40 * HOUR, 0), "M031"),
    ],
)
def test_what_the_history_refuses(entry: MarkEntry, code: str) -> None:
    history = MarkHistory().append(mark("1", "启动", T0, 2))
    with pytest.raises(LantianError, match=code):
        history.append(entry)
    assert len(history.entries) == 1


def test_a_withdrawal_is_not_withdrawn_nor_repeated() -> None:
    own = [mark("1", "启动", T0, 2), withdraw("2", "1"), withdraw("3", "1"), withdraw("4", "2")]
    history, refused = history_of(own)
    assert [e.entry_id for e in history.entries] == ["1", "2"]
    assert [p.code for e in refused for p in e.problems] == ["M034", "M034"]


@pytest.mark.parametrize(("hour", "exempts"), [(12, True), (13, False)])
def test_marks_are_due_at_noon_of_the_next_day(hour: int, exempts: bool) -> None:
    found = effects([mark("1", "启动", T0, 2, made_at=beijing(2026, 1, 6, hour))])
    assert found.spans[0].exempts is exempts
    assert codes(found.problems) == ([] if exempts else ["M033"])
    if not exempts:
        assert found.spans[0].reason is Reason.MARK_LATE
        assert found.spans[0].ref is not None
        assert found.spans[0].ref.status == "official"


def test_a_mark_over_midnight_may_be_late_for_one_day_only() -> None:
    entry = mark("1", "设备故障", T0 + 22 * HOUR, 4, made_at=beijing(2026, 1, 6, 13))
    assert parts(effects([entry])) == [("mark_late", 2), ("device_mark", 2)]


def test_what_the_device_sets_is_never_late() -> None:
    entry = mark("1", "设备故障", T0, 2, made_at=beijing(2026, 1, 9), by_device=True)
    assert effects([entry]).spans[0].exempts


def test_no_hour_of_the_day_for_incinerators() -> None:
    scheme = RULES.marks("waste_incineration", DAY)
    assert scheme is not None
    assert due_at(DAY, scheme) is None
    entry = mark("1", "启炉", T0, 2, made_at=beijing(2026, 3, 1))
    assert effects([entry], WASTE).spans[0].exempts


def test_other_trades_need_a_local_decision() -> None:
    boiler = replace(OUTLET, trade="chemical")
    found = effects([mark("1", "启动", T0, 2)], boiler)
    assert (found.spans[0].reason, codes(found.problems)) == (Reason.MARK_NOT_FORMAL, ["M039"])
    local = replace(boiler, marking_document="某市2024年通知")
    assert effects([mark("1", "设备故障", T0, 2)], local).spans[0].exempts


def test_before_2023_there_were_no_rules() -> None:
    found = effects([mark("1", "启动", beijing(2022, 12, 31, 23), 2)])
    assert next(s.reason for s in found.spans) is Reason.MARK_NO_RULES
    assert "M041" in codes(found.problems)
    assert not found.spans[0].exempts


def test_one_mark_has_its_limit() -> None:
    found = effects([mark("1", "启动", T0, 6)])
    assert parts(found) == [("condition_mark", 4), ("mark_over_limit", 2)]
    assert codes(found.problems) == ["M037"]
    assert found.spans[1].ref is not None
    assert found.spans[1].ref.status == "secondary"


@pytest.mark.parametrize(
    ("variant", "hours", "told"), [("cold", 36, []), ("hot", 8, []), ("", 8, ["M043"])]
)
def test_variants_and_the_strict_one(variant: str, hours: int, told: list[str]) -> None:
    cement = replace(OUTLET, trade="cement")
    found = effects([mark("1", "启动", T0, 40, variant=variant)], cement)
    exempt = sum(((s.end - s.start for s in found.spans if s.exempts)), timedelta(0))
    assert exempt == hours * HOUR
    assert [c for c in codes(found.problems) if c != "M037"] == told


def test_a_limit_for_one_factor_exempts_that_one() -> None:
    boiler = replace(OUTLET, trade="boiler", marking_document="地方通知")
    found = effects([mark("1", "启动", T0, 2, variant="hot")], boiler)
    assert found.spans[0].touches("a21002")
    assert not found.spans[0].touches("a21026")
    only = mark("2", "启动", T0, 2, variant="hot", factors=frozenset({"a21026"}))
    spans = effects([only], boiler).spans
    assert not any(spans[0].touches(f) for f in ("a21002", "a21026"))


def test_an_unknown_limit_is_told_and_an_unknown_mark_is_refused() -> None:
    found = effects([mark("1", "治理设施故障", T0, 30), mark("2", "喝茶", T0, 1)])
    assert codes(found.problems) == ["M040", "M032"]
    assert all(s.exempts and not s.limit_known for s in found.spans)
    assert {s.entry_id for s in found.spans} == {"1"}


def test_no_fault_while_stopped() -> None:
    found = effects([mark("1", "停运", T0, 10), mark("2", "生产设施故障", T0 + HOUR, 2)])
    assert "M044" in codes(found.problems)


def test_thirty_hours_of_maintenance_a_quarter() -> None:
    own = [mark(str(n), "CEMS维护", T0 + n * 24 * HOUR, 10) for n in range(4)]
    found = effects(own, WASTE)
    assert parts(found) == [("device_mark", 10)] * 3 + [("mark_over_budget", 10)]
    assert codes(found.problems) == ["M038"]
    use = found.uses[0]
    assert (use.period, use.used, use.left) == ("2026-Q1", 40 * HOUR, timedelta(0))


def test_the_quarter_begins_anew() -> None:
    own = [
        mark("1", "CEMS维护", beijing(2026, 3, 30, 22), 26),
        mark("2", "CEMS维护", beijing(2026, 4, 1), 28),
    ]
    assert all(s.exempts for s in effects(own, WASTE).spans)


def test_time_under_two_marks_counts_once_in_the_sum() -> None:
    own = [mark("1", "CEMS维护", T0, 20), mark("2", "CEMS维护", T0 + 10 * HOUR, 20)]
    found = effects(own, WASTE)
    assert found.uses[0].used == 30 * HOUR
    assert all(s.exempts for s in found.spans)


def test_sixty_hours_of_transients_a_year() -> None:
    own = [mark(str(n), "故障", T0 + n * 24 * HOUR, 4) for n in range(16)]
    found = effects(own, WASTE)
    exempt = sum((s.end - s.start for s in found.spans if s.exempts), timedelta(0))
    assert exempt == 60 * HOUR
    assert found.spans[-1].reason is Reason.MARK_OVER_BUDGET


def test_transients_exempt_only_under_150_mg_of_dust() -> None:
    found = effects([mark("1", "启炉", T0, 3)], WASTE)
    dust = {T0: Fraction(150), T0 + HOUR: Fraction(151)}
    spans = without_dusty_hours(found.spans, dust)
    assert [(s.reason, (s.end - s.start) / HOUR) for s in spans] == [
        (Reason.CONDITION_MARK, 1),
        (Reason.MARK_DUST, 1),
        (Reason.CONDITION_MARK, 1),
    ]
    assert spans[1].ref is not None
    assert spans[1].ref.status == "official"


def test_temperature_marks_say_nothing_of_emissions() -> None:
    spans = effects([mark("1", "炉温异常", T0, 2)], WASTE).spans
    run = rolled(series("a21026", "30"), series("a01901", "800"), outlet=WASTE, spans=spans)
    assert run.factors["a21026"].cycles[0].spans == ()
    assert run.factors["a01901"].cycles[0].judged.reason is Reason.CONDITION_MARK
    note = effects([mark("1", "通讯中断", T0, 2)], WASTE).spans[0]
    assert (note.reason, note.exempts) == (Reason.MARK_NOTE, False)


kinds = st.sampled_from(["烘炉", "启炉", "停炉", "停炉降温", "故障", "CEMS维护", "停运"])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(kinds, st.integers(0, 24 * 360), st.integers(1, 60)), max_size=30))
def test_parts_cover_each_mark_once_and_budgets_hold(own: list[tuple[str, int, int]]) -> None:
    entries = [
        mark(str(i), kind, beijing(2026, 1, 1) + start * HOUR, hours)
        for i, (kind, start, hours) in enumerate(own)
    ]
    found = effects(entries, WASTE)
    for entry in entries:
        mine = sorted(
            (s for s in found.spans if s.entry_id == entry.entry_id), key=lambda s: s.start
        )
        assert (mine[0].start, mine[-1].end) == (entry.start, entry.end)
        assert all(a.end == b.start for a, b in itertools.pairwise(mine))
    cems = {
        s.start + n * HOUR
        for s in found.spans
        if s.exempts and s.name_zh == "CEMS维护"
        for n in range(int((s.end - s.start) / HOUR))
    }
    by_quarter = [sum((h.month - 1) // 3 == q and h.year == 2026 for h in cems) for q in range(4)]
    assert max(by_quarter) <= 30
    assert date(2026, 1, 1) <= min((s.start.date() for s in found.spans), default=DAY)
