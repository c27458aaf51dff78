"""Ladders and floors: whole lines, load, hours, cells, guarantee, nesting of floors.

Covers the general measure rules ``several-lines``, ``one-line``, ``cannot-stop``,
``livelihood``, ``autonomous`` and ``floor`` and the direction by grade (Henan 2020).
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from plan_book import FakeBook
from plan_cities import DAY, city, filed, firm, line

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, MeasureKind, Season
from lantian.domain.response.ladder.build import GroupIndex, build_ladders
from lantian.domain.response.model import Ladders
from lantian.domain.response.settings import Switches
from lantian.kernel.level import LEVELS, Level
from lantian.rulebook.model import FloorKind


def build(
    firms: list, lines: list, book: object = None, **more: object
) -> tuple[Ladders, GroupIndex]:
    switches = more.pop("switches", None)
    return build_ladders(city(firms, lines, **more), book or FakeBook(), DAY, LEVELS, switches)


def shares(index: GroupIndex, group: int = 0) -> list[Fraction]:
    return [Fraction(*s) for s in index.groups[group].shares]


def floor_shares(index: GroupIndex, group: int = 0) -> list[Fraction]:
    g = index.groups[group]
    return [Fraction(*g.shares[g.floors[x].step]) for x in LEVELS]


def cap_shares(index: GroupIndex, group: int = 0) -> list[Fraction]:
    g = index.groups[group]
    return [Fraction(*g.shares[g.caps[x]]) for x in LEVELS]


def test_one_line_gets_the_common_load_ladder() -> None:
    ladders, index = build([firm("F1", Grade.C)], [line("F1", "1", 10, 20, 30, 40)])
    tenths = [Fraction(k, 10) for k in (0, 1, 2, 3, 5, 10)]
    assert shares(index) == tenths
    assert ladders.reduction_mg[1].tolist() == [1_000_000, 2_000_000, 3_000_000, 4_000_000]
    assert ladders.cost_fen.tolist() == [0, 100_000, 200_000, 300_000, 500_000, 1_000_000]
    assert floor_shares(index) == [Fraction(1, 5)] * 3  # C without a figure: above B's limit
    assert index.groups[0].floors[Level.RED].own_figure


def test_restart_cost_counts_only_for_a_full_stop() -> None:
    ladders, _ = build(
        [firm("F1", Grade.C)], [line("F1", "1", 1, 1, 1, 1, restart_cost_cny=Decimal(700))]
    )
    assert ladders.cost_fen.tolist()[-2:] == [500_000, 1_070_000]


def test_several_lines_stop_whole_and_are_counted_by_line() -> None:
    third = {("cement", "C", x): (FloorKind.STOP_SHARE, Fraction(1, 2)) for x in LEVELS}
    lines = [line("F1", str(k), 10, 10, 10, 10) for k in range(1, 4)]
    ladders, index = build([firm("F1", Grade.C)], lines, FakeBook(third))
    assert shares(index) == [Fraction(k, 3) for k in range(4)]
    assert ladders.floor[:, 0].tolist() == [2, 2, 2]  # ceil(1/2 of 3 lines)


def test_filed_lines_stop_first_then_the_cheapest_per_kilogram() -> None:
    lines = [
        line("F1", "1", 10, 10, 10, 10, daily_value_cny=Decimal(100)),
        line("F1", "2", 40, 40, 40, 40, daily_value_cny=Decimal(100)),
        line("F1", "3", 1, 1, 1, 1, daily_value_cny=Decimal(9000)),
    ]
    _, index = build(
        [firm("F1", Grade.C)], lines, measures=tuple(filed("F1", "3", "1", MeasureKind.STOP))
    )
    assert [x.line_id for x in index.groups[0].lines] == ["3", "2", "1"]


def test_b_limits_the_first_of_a_few_lines_instead_of_stopping_it() -> None:
    lines = [line("F1", str(k)) for k in range(1, 3)]
    _, index = build([firm("F1", Grade.B)], lines)
    assert shares(index) == [0, Fraction(1, 10), Fraction(1, 2), 1]
    assert floor_shares(index) == [Fraction(1, 10)] * 3
    assert index.groups[0].line_shares(1) == [(1, 5), (0, 1)]


@pytest.mark.parametrize("grade", [Grade.A, Grade.A_PLUS, Grade.LEADING])
def test_autonomous_firms_are_fixed_at_no_cut_whatever_the_rule(grade: Grade) -> None:
    hard = {("cement", grade.value, x): (FloorKind.STOP_SHARE, Fraction(1)) for x in LEVELS}
    ladders, index = build([firm("F1", grade)], [line("F1")], FakeBook(hard))
    assert ladders.cap.tolist() == [[0]] * 3
    assert set(index.groups[0].capped_by.values()) == {"autonomous"}


def test_continuous_line_has_no_full_stop_and_d_stops_at_its_cap() -> None:
    _, index = build([firm("F1", Grade.D)], [line("F1", stoppable=False)])
    assert shares(index)[-1] == Fraction(1, 2)
    assert floor_shares(index) == [Fraction(1, 2)] * 3
    assert index.groups[0].floors[Level.RED].clip == "technical"


def test_an_industry_table_may_demand_what_technique_would_not_offer() -> None:
    rule = {("glass", "B", Level.RED): (FloorKind.STOP_SHARE, Fraction(1))}
    _, index = build([firm("F1", Grade.B, "glass")], [line("F1", stoppable=False)], FakeBook(rule))
    assert floor_shares(index) == [Fraction(1, 10), Fraction(1, 10), 1]
    assert cap_shares(index) == [Fraction(1, 2), Fraction(1, 2), 1]


def test_blank_stoppable_is_answered_by_the_industry() -> None:
    book = FakeBook(continuous=frozenset({"glass"}))
    _, index = build([firm("F1", Grade.C, "glass")], [line("F1", stoppable=None)], book)
    assert cap_shares(index) == [Fraction(1, 2)] * 3


def test_odd_floor_share_joins_the_ladder() -> None:
    rule = {("glass", "D", x): (FloorKind.CUT_SHARE, Fraction(7, 20)) for x in LEVELS}
    _, index = build([firm("F1", Grade.D, "glass")], [line("F1")], FakeBook(rule))
    assert Fraction(7, 20) in shares(index)
    assert floor_shares(index) == [Fraction(7, 20)] * 3


def test_the_share_of_odd_ovens_is_exact_however_long_its_fraction() -> None:
    normal = [Decimal("17.31"), Decimal("18.47"), Decimal("19.03"), Decimal("20.59")]
    ovens = [
        line(
            "F1",
            str(n),
            cut_unit=CutUnit.COKING_HOURS,
            normal_coking_hours=hours,
            longest_coking_hours=Decimal("47.9") - n,
            stoppable=False,
        )
        for n, hours in enumerate(normal)
    ]
    rule = {("coking", "C", x): (FloorKind.COKING_HOURS, 48) for x in LEVELS}
    _, index = build([firm("F1", Grade.C, "coking")], ovens, FakeBook(rule))
    most = [Fraction("47.9") - n for n in range(4)]
    cut = [1 - Fraction(h) / m for h, m in zip(normal, most, strict=True)]
    exact = sum(cut, Fraction(0)) / 4
    assert exact.denominator > 10**6
    assert floor_shares(index)[0] == exact


def test_coking_hours_stretch_up_to_the_oven() -> None:
    oven = line(
        "F1",
        cut_unit=CutUnit.COKING_HOURS,
        normal_coking_hours=Decimal(24),
        longest_coking_hours=Decimal(40),
        stoppable=False,
    )
    rule = {("coking", "C", x): (FloorKind.COKING_HOURS, 48) for x in LEVELS}
    _, index = build([firm("F1", Grade.C, "coking")], [oven], FakeBook(rule))
    assert shares(index) == [0, Fraction(1, 7), Fraction(1, 3), Fraction(2, 5)]  # 28, 36, 40 h
    assert floor_shares(index) == [Fraction(2, 5)] * 3
    assert index.groups[0].floors[Level.RED].clip == "technical"


def test_cells_are_whole() -> None:
    pot = line("F1", cut_unit=CutUnit.CELLS, cut_units_total=Decimal(208), stoppable=False)
    rule = {("al", "C", x): (FloorKind.CUT_SHARE, Fraction(3, 10)) for x in LEVELS}
    _, index = build([firm("F1", Grade.C, "al")], [pot], FakeBook(rule))
    assert floor_shares(index) == [Fraction(63, 208)] * 3
    assert all((s * 208).denominator == 1 for s in shares(index))


def test_guaranteed_load_is_kept() -> None:
    ladders, index = build(
        [firm("F1", Grade.D, guaranteed=True)], [line("F1", task_share=Decimal("0.7"))]
    )
    assert cap_shares(index) == [Fraction(3, 10)] * 3
    assert floor_shares(index) == [Fraction(3, 10)] * 3
    assert index.groups[0].floors[Level.RED].clip == "guaranteed"
    assert set(index.groups[0].capped_by.values()) == {"guaranteed"}
    assert ladders.fair[0]


def test_guaranteed_firm_without_a_filed_task_is_left_alone() -> None:
    ladders, index = build([firm("F1", Grade.D, guaranteed=True)], [line("F1")])
    assert ladders.cap.tolist() == [[0]] * 3
    assert set(index.groups[0].capped_by.values()) == {"guaranteed"}


def test_lines_beside_the_task_follow_the_grade() -> None:
    lines = [line("F1", "1", task_share=Decimal("0.5")), line("F1", "2"), line("F1", "3")]
    _, index = build([firm("F1", Grade.D, guaranteed=True)], lines)
    assert floor_shares(index) == [Fraction(2, 3)] * 3
    assert index.groups[0].lines[-1].line_id == "1"


@pytest.mark.parametrize("still", ["long_stopped", "season", "stopped"])
def test_lines_that_stand_still_cut_nothing(still: str) -> None:
    firms = [
        firm(
            "F1",
            Grade.D,
            long_stopped=still == "long_stopped",
            season=Season(4, 1, 10, 31) if still == "season" else None,
        )
    ]
    ladders, index = build(firms, [line("F1", stopped=still == "stopped")])
    assert ladders.reduction_mg.sum() == 0
    assert index.groups[0].idle[0].line_id == "1"


def test_floor_never_falls_over_levels() -> None:
    rule = {
        ("cement", "C", Level.YELLOW): (FloorKind.CUT_SHARE, Fraction(1, 2)),
        ("cement", "C", Level.ORANGE): (FloorKind.CUT_SHARE, Fraction(1, 10)),
    }
    ladders, index = build([firm("F1", Grade.C)], [line("F1")], FakeBook(rule))
    assert floor_shares(index) == [Fraction(1, 2)] * 3
    assert index.groups[0].floors[Level.ORANGE].clip == "raised"
    red_only, _ = build_ladders(
        city([firm("F1", Grade.C)], [line("F1")]), FakeBook(rule), DAY, (Level.RED,)
    )
    assert red_only.floor.tolist() == [ladders.floor[2].tolist()]


def test_small_micro_switch_is_off_by_default() -> None:
    small = [firm("F1", Grade.C, small_micro=True)]
    assert floor_shares(build(small, [line("F1")])[1])[0] > 0
    spared = build(small, [line("F1")], switches=Switches(spare_small_micro=True))[1]
    assert floor_shares(spared) == [0, 0, Fraction(1, 5)]
    assert cap_shares(spared) == [0, 0, 1]


def test_spared_firm_is_not_cut_beyond_its_floor() -> None:
    ladders, _ = build(
        [firm("F1", Grade.C)], [line("F1")], switches=Switches(spared=frozenset({"F1"}))
    )
    assert (ladders.cap == ladders.floor).all()


def test_a_missing_grade_is_ungraded_and_the_rulebook_answers_for_it() -> None:
    _, index = build([firm("F1", None), firm("F2", Grade.UNGRADED)], [line("F1"), line("F2")])
    assert [g.grade for g in index.groups] == [Grade.UNGRADED] * 2
    assert floor_shares(index) == [1, 1, 1]


def test_unknown_mass_counts_nothing_and_is_counted() -> None:
    ladders, index = build([firm("F1", Grade.C)], [line("F1", "1", 10, None, 10, None)])
    assert ladders.reduction_mg[-1].tolist() == [10_000_000, 0, 10_000_000, 0]
    assert index.counts["unknown_base"] == 2


def test_what_is_not_used_is_counted() -> None:
    _, index = build(
        [firm("F1", Grade.C), firm("F1", Grade.B), firm("F2", None, "unheard-of")],
        [line("F1"), line("F1"), line("F9")],
    )
    wanted = {
        "duplicate_firms": 1,
        "duplicate_lines": 1,
        "orphan_lines": 1,
        "unknown_industry": 1,
        "grade_missing": 1,
        "firms_without_lines": 1,
    }
    assert {k: index.counts[k] for k in wanted} == wanted


def test_missing_values_are_estimated_and_a_list_without_values_is_priced_by_size() -> None:
    lines = [
        line("F1", "1", daily_electricity_kwh=Decimal(100), daily_value_cny=Decimal(500)),
        line("F1", "2", daily_electricity_kwh=Decimal(300), daily_value_cny=None),
    ]
    _, index = build([firm("F1", Grade.C)], lines)
    assert dict(
        zip([x.line_id for x in index.groups[0].lines], index.groups[0].value_fen, strict=True)
    ) == {
        "1": 50_000,
        "2": 150_000,
    }
    assert (index.basis.key, index.basis.filed, index.basis.estimated) == ("cny", 1, 1)
    _, bare = build([firm("F1", Grade.C)], [line("F1", daily_value_cny=None)])
    assert bare.basis.key == "size"
    assert bare.groups[0].value_fen[0] > 0


def test_many_lines_fit_the_step_code() -> None:
    lines = [line("F1", f"{k:03d}") for k in range(200)]
    ladders, index = build([firm("F1", Grade.C)], lines)
    assert len(index.groups[0].steps) <= 27
    assert int(ladders.cap.max()) < 127


def test_ladder_laws_hold_for_every_group() -> None:
    lines = [line("F1", "1"), line("F1", "2"), line("F2"), line("F3", stoppable=False)]
    firms = [firm("F1", Grade.B), firm("F2", Grade.D), firm("F3", Grade.C)]
    ladders, _ = build(firms, lines)
    for g in range(3):
        at, end = int(ladders.start[g]), int(ladders.start[g + 1])
        share = ladders.share[at:end]
        assert share[0] == 0
        assert ladders.cost_fen[at] == 0
        assert (np.diff(share) > 0).all()
        assert (np.diff(ladders.cost_fen[at:end]) >= 0).all()
        assert (np.diff(ladders.reduction_mg[at:end], axis=0) >= 0).all()
    assert (ladders.floor <= ladders.cap).all()
    assert (np.diff(ladders.floor, axis=0) >= 0).all()
