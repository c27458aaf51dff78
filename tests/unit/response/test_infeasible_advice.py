"""Ways out of an infeasible plan: each is tried on the list, and then the list can be planned.

Covers issue 2 section 4: which pollutant, how many kg short, what binds, the smallest change
that would make it feasible.
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plan_book import FakeBook
from plan_cities import city, firm, line, masses
from plan_help import planned

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Inventory, MobileSource
from lantian.domain.response.model import Plan
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook.model import FloorKind

RED = (Level.RED,)


def ways(plan: Plan) -> list[str]:
    return [text for text in plan.advice_zh if text.startswith("办法")]


def guaranteed_city() -> Inventory:
    return city(
        [
            firm("F1", Grade.C, guaranteed=True, name="热电厂"),
            firm("F2", Grade.C),
            firm("F3", Grade.C, guaranteed=True, name="小锅炉房"),
        ],
        [
            line("F1", "1", 300, 300, 300, 300, task_share=Decimal(1)),
            line("F2", "1", 50, 50, 50, 50),
            line("F3", "1", 20, 20, 20, 20, task_share=Decimal(1)),
        ],
        masses(*[400] * 4),
    )


def test_released_firms_are_just_those_that_suffice() -> None:
    inventory = guaranteed_city()
    plan = planned(inventory, levels=RED)
    said = next(text for text in ways(plan) if "放开" in text)
    assert "热电厂" in said
    assert "小锅炉房" not in said
    freed = replace(
        inventory,
        firms=tuple(replace(f, guaranteed=f.firm_id == "F3") for f in inventory.firms),
        lines=tuple(
            replace(x, task_share=None if x.firm_id == "F1" else x.task_share)
            for x in inventory.lines
        ),
    )
    assert planned(freed, levels=RED).feasible


def test_other_sources_that_cut_what_is_said_are_just_enough() -> None:
    inventory = guaranteed_city()
    plan = planned(inventory, levels=RED)
    said = next(text for text in ways(plan) if "扬尘源" in text)
    kg = dict(re.findall(r"红色(\w+?)([\d.]+)", said))
    assert set(kg.values()) == {"70"}  # 120 asked, 50 can be cut
    assert len(kg) == 4

    def with_trucks(amount: str) -> Inventory:
        source = MobileSource(
            row=2,
            source_id="M1",
            reduction_kg={(Level.RED, p): Decimal(amount) for p in POLLUTANTS},
        )
        return replace(inventory, mobile=(source,))

    assert planned(with_trucks("70"), levels=RED).feasible
    assert not planned(with_trucks("69.99"), levels=RED).feasible


def two_districts(cap: int) -> tuple[Inventory, dict[str, int]]:
    firms = [firm("E1", Grade.C), firm("E2", Grade.C), firm("W1", Grade.C, district="西区")]
    lines = [
        line("E1", daily_value_cny=Decimal(30_000)),
        line("E2", daily_value_cny=Decimal(50_000)),
        line("W1", daily_value_cny=Decimal(20_000)),
    ]
    return city(firms, lines, masses(*[700] * 4)), {"东区": cap}


def test_the_higher_cap_is_enough_and_little_less_is_not() -> None:
    inventory, caps = two_districts(17_000)
    plan = planned(inventory, levels=RED, district_cap_cny=caps)
    assert not plan.feasible  # 210 asked: W1 stops, E1 stops, E2 does its fifth
    assert plan.violations == ()
    said = next(text for text in ways(plan) if "成本上限" in text)
    assert "东区由17,000提高到40,000元/日" in said
    assert planned(inventory, levels=RED, district_cap_cny={"东区": 40_000}).feasible
    assert not planned(inventory, levels=RED, district_cap_cny={"东区": 39_999}).feasible


def test_floors_that_alone_break_a_cap_are_said_with_their_cost() -> None:
    inventory, caps = two_districts(15_000)
    plan = planned(inventory, levels=RED, district_cap_cny=caps)
    text = "\n".join(plan.advice_zh)
    assert "东区红色预警仅各企业最低要求即需16,000元/日，已超过该区县成本上限" in text
    assert any("提高到40,000" in way for way in ways(plan))


def test_fairness_is_named_where_giving_it_up_is_enough() -> None:
    rule = {("cement", "C", x): (FloorKind.CUT_SHARE, Fraction(1, 5)) for x in LEVELS}
    firms = [firm("B1", Grade.B), firm("C1", Grade.C)]
    lines = [
        line("B1", daily_value_cny=Decimal(1_000)),
        line("C1", "1", 1, 1, 1, 1, daily_value_cny=Decimal(90_000)),
    ]
    inventory = city(firms, lines, masses(*[200] * 4))
    caps = {"东区": 30_000}
    plan = planned(inventory, FakeBook(rule), levels=RED, district_cap_cny=caps)
    assert not plan.feasible
    assert any("不执行等级公平约束" in way for way in ways(plan))
    freed = planned(inventory, FakeBook(rule), levels=RED, district_cap_cny=caps, fairness=False)
    assert freed.feasible


def test_the_smallest_change_comes_first() -> None:
    inventory, caps = two_districts(39_000)  # 1,000 yuan short of what is needed: 2.6 %
    small_rise = ways(planned(inventory, levels=RED, district_cap_cny=caps))
    assert "成本上限" in small_rise[0]
    assert "扬尘源" in small_rise[1]
    inventory, caps = two_districts(17_000)
    large_rise = ways(planned(inventory, levels=RED, district_cap_cny=caps))
    assert "扬尘源" in large_rise[0]
    assert "成本上限" in large_rise[1]


def test_with_lines_to_choose_the_nearest_plan_chooses_them() -> None:
    """The listed order would stop a line that emits nothing of what is short."""
    firms = [firm("F1", Grade.C), firm("F2", Grade.C)]
    lines = [
        line("F1", "1", 10, 10, 10, 10, daily_value_cny=Decimal(100)),
        line("F1", "2", 90, 90, 90, 90, daily_value_cny=Decimal(9_000)),
        line("F2", "1", 5, 5, 5, 5, daily_value_cny=Decimal(50_000)),
    ]
    plan = planned(
        city(firms, lines, masses(*[320] * 4)), levels=RED, district_cap_cny={"东区": 19_050}
    )
    assert not plan.feasible  # 96 asked; F1 whole costs 9,100, F2's floor 10,000
    assert plan.violations == ()
    kept = sum(o.cost_fen for o in plan.orders)
    assert kept <= 19_050 * 100
    assert plan.shortfall is not None
    assert plan.shortfall.short_mg[Level.RED, POLLUTANTS[0]] == 5_000_000


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_named_caps_make_any_small_list_feasible(data: st.DataObject) -> None:
    number = data.draw(st.integers(2, 5))
    firms = [
        firm(
            f"F{i}",
            data.draw(st.sampled_from([Grade.B, Grade.C, Grade.D])),
            district=data.draw(st.sampled_from(["东区", "西区"])),
        )
        for i in range(number)
    ]
    lines = [
        line(
            f"F{i}",
            str(k),
            *data.draw(st.lists(st.integers(1, 90), min_size=4, max_size=4)),
            daily_value_cny=Decimal(data.draw(st.integers(100, 60_000))),
        )
        for i in range(number)
        for k in range(data.draw(st.integers(1, 3)))
    ]
    inventory = city(firms, lines)
    caps = {
        d: data.draw(st.integers(1, 60_000))
        for d in ("东区", "西区")
        if any(f.district == d for f in firms)
    }
    levels = data.draw(st.sampled_from([RED, LEVELS]))
    plan = planned(inventory, levels=levels, district_cap_cny=caps)
    assert plan.violations == ()
    if plan.feasible:
        return
    said = [way for way in ways(plan) if "成本上限" in way]
    assert said or planned(inventory, levels=levels).feasible is False
    if said:
        raised = {
            name: int(yuan.replace(",", ""))
            for name, yuan in re.findall(r"(\w区)由[\d,]+提高到([\d,]+)", said[0])
        }
        assert planned(inventory, levels=levels, district_cap_cny=caps | raised).feasible


@pytest.mark.parametrize("levels", [RED, LEVELS])
def test_without_a_way_nothing_is_promised(levels: tuple[Level, ...]) -> None:
    """A alone emits: nobody may be forced, and no firm is named for release."""
    inventory = city([firm("A1", Grade.A)], [line("A1")], masses(*[200] * 4))
    plan = planned(inventory, levels=levels)
    assert not plan.feasible
    assert [way for way in ways(plan) if "放开" in way] == []
    assert any("扬尘源" in way for way in ways(plan))
