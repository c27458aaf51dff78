"""Exceptions of fairness: every pair told, why, and to the better-graded firm; nothing else.

Covers issue 2 section 4: no better-graded firm cut by a larger share than a worse-graded one
(decision 0014: the one exception is a worse-graded firm at its cap).
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from plan_book import FakeBook
from plan_cities import DAY, city, firm, line, masses
from plan_help import planned

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Inventory
from lantian.domain.response.checker.check import check_plan
from lantian.domain.response.exceptions import behind
from lantian.domain.response.model import Plan
from lantian.domain.response.report import plan_as_dict
from lantian.kernel.level import LEVELS, Level
from lantian.rulebook.model import FloorKind

ALL_OF_B = {("cement", "B", x): (FloorKind.STOP_SHARE, Fraction(1)) for x in LEVELS}
BOOK = FakeBook(ALL_OF_B)


def small_city() -> Inventory:
    firms = [
        firm("B1", Grade.B),
        firm("C1", Grade.C),
        firm("C2", Grade.C),
        firm("C3", Grade.C, small_micro=True),
        firm("D1", Grade.D, guaranteed=True),
        firm("D2", Grade.D),
    ]
    lines = [
        line("B1"),
        line("C1", stoppable=False),
        line("C2"),
        line("C3"),
        line("D1", task_share=Decimal("0.9")),
        line("D2", stopped=True),
    ]
    return city(firms, lines, masses(*[1000] * 4))


def small(**switches: object) -> Plan:
    return planned(small_city(), BOOK, levels=(Level.YELLOW,), **switches)


def told(plan: Plan) -> dict[str, tuple[str, list[str]]]:
    return {e.firm_id: (e.why, [b.firm_id for b in e.better]) for e in plan.exceptions}


def test_every_worse_firm_cut_less_is_told_with_its_reason() -> None:
    plan = small(spared=frozenset({"C2"}), spare_small_micro=True)
    assert plan.violations == ()
    assert told(plan) == {
        "C1": ("technical", ["B1"]),
        "C2": ("spared", ["B1"]),
        "C3": ("small_micro", ["B1"]),
        "D1": ("guaranteed", ["B1", "C1", "C2"]),
    }  # D2 has nothing running and is no exception
    assert all(e.better_count == len(e.better) for e in plan.exceptions)


def test_without_exemptions_only_caps_are_left() -> None:
    plan = small()
    shares = {o.firm_id: o.share for o in plan.orders}
    assert shares["B1"] == shares["C2"] == shares["C3"] == 1
    assert told(plan) == {
        "C1": ("technical", ["B1"]),
        "D1": ("guaranteed", ["B1", "C2", "C3", "C1"]),
    }


def test_a_guaranteed_firm_of_a_better_grade_is_protected_like_any_other() -> None:
    firms = [firm("B1", Grade.B, guaranteed=True), firm("C1", Grade.C)]
    lines = [
        line("B1", task_share=Decimal("0.2"), daily_value_cny=Decimal(1)),
        line("C1", daily_value_cny=Decimal(10_000_000)),
    ]
    plan = planned(city(firms, lines, masses(*[150] * 4)), levels=(Level.RED,))
    shares = {o.firm_id: o.share for o in plan.orders}
    assert 0 < shares["B1"] <= shares["C1"]
    assert plan.exceptions == ()


def test_the_better_firm_learns_of_those_behind_it() -> None:
    plan = small()
    orders = {o.firm_id: o for o in plan.orders}
    assert [e.firm_id for e in behind(orders["B1"], plan.exceptions)] == ["D1", "C1"]
    assert [e.firm_id for e in behind(orders["C1"], plan.exceptions)] == ["D1"]
    assert behind(orders["D1"], plan.exceptions) == []


def test_plan_json_lists_the_pairs() -> None:
    entry = plan_as_dict(small())["fairness_exceptions"][0]
    assert entry["firm_id"] == "D1"
    assert entry["share_exact"] == "1/10"
    assert entry["better"][0] == {
        "firm_id": "B1", "firm_name": "企业B1", "grade": "B", "share": 1.0, "share_exact": "1",
    }  # fmt: skip


def test_without_fairness_there_is_no_exception_to_tell() -> None:
    assert small(fairness=False).exceptions == ()


@pytest.mark.parametrize(
    "bent",
    [
        lambda all_: all_[1:],
        lambda all_: (replace(all_[0], better=all_[0].better[1:]), *all_[1:]),
        lambda all_: (replace(all_[0], why="technical"), *all_[1:]),
        lambda all_: (replace(all_[0], share=Fraction(1, 3)), *all_[1:]),
        lambda all_: (*all_, all_[0]),
        lambda all_: (replace(all_[0], firm_id="C2"), *all_[1:]),
    ],
)
def test_the_checker_sees_an_exception_untold_or_untrue(bent) -> None:
    plan = small()
    assert check_plan(plan, small_city(), BOOK, DAY) == ()
    broken = replace(plan, exceptions=bent(plan.exceptions))
    assert "C18" in {v.code for v in check_plan(broken, small_city(), BOOK, DAY)}
