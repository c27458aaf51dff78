"""The independent checker: a sound plan passes, every planted violation is caught.

The checker is the last guard of section 4: floors, guarantee, nesting, whole lines, fairness,
targets, exchange, district caps, and words that say what the shares say.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from plan_book import FakeBook
from plan_cities import DAY, city, firm, line, masses
from plan_help import planned

import lantian.domain.response.checker.check as checker_module
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, Inventory
from lantian.domain.response.checker.check import CODES, check_plan
from lantian.domain.response.model import LineAction, Order, Plan
from lantian.domain.response.settings import Switches
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import FloorKind

RULES = {
    ("coking", "C", x): (FloorKind.COKING_HOURS, 36) for x in LEVELS
} | {("al", "C", x): (FloorKind.CUT_SHARE, Fraction(3, 10)) for x in LEVELS}  # fmt: skip
BOOK = FakeBook(RULES)


def whole_city() -> Inventory:
    """One firm of every kind of cut."""
    oven = {"cut_unit": CutUnit.COKING_HOURS, "stoppable": False}
    firms = [
        firm("A1", Grade.A),
        firm("B1", Grade.B),
        firm("C1", Grade.C),
        firm("C2", Grade.C, "coking"),
        firm("C3", Grade.C, "al"),
        firm("D1", Grade.D),
        firm("G1", Grade.C, guaranteed=True),
        firm("S1", Grade.C),
        firm("K1", Grade.C, "glass"),
    ]
    lines = [
        line("A1"),
        *(line("B1", str(k)) for k in range(1, 4)),
        *(line("C1", str(k)) for k in range(1, 5)),
        line("C2", "1", normal_coking_hours=Decimal(24), longest_coking_hours=Decimal(48), **oven),
        line("C3", cut_unit=CutUnit.CELLS, cut_units_total=Decimal(208)),
        line("D1"),
        line("G1", task_share=Decimal("0.5")),
        line("S1", "1", stopped=True),
        line("S1", "2"),
        line("K1", stoppable=False),
    ]
    return city(firms, lines, masses(*[2600] * 4))


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return whole_city()


@pytest.fixture(scope="module")
def plan(inventory: Inventory) -> Plan:
    return planned(inventory, BOOK)


Change = Callable[[Order], Order]


def bend(plan: Plan, firm_id: str, change: Change, levels: tuple[Level, ...] = LEVELS) -> Plan:
    """Return the plan with one firm's orders changed."""
    return replace(
        plan,
        orders=tuple(
            change(o) if o.firm_id == firm_id and o.level in levels else o for o in plan.orders
        ),
    )


def with_shares(*shares: Fraction) -> Change:
    """Set line shares in order; the rest of the order is left as it was."""

    def change(order: Order) -> Order:
        actions = tuple(
            replace(a, share=shares[i]) if i < len(shares) else a
            for i, a in enumerate(order.actions)
        )
        return replace(order, actions=actions)

    return change


def first_action(**fields: object) -> Change:
    def change(order: Order) -> Order:
        first: LineAction = replace(order.actions[0], **fields)
        return replace(order, actions=(first, *order.actions[1:]))

    return change


def codes(plan: Plan, inventory: Inventory, **switches: object) -> set[str]:
    return {v.code for v in check_plan(plan, inventory, BOOK, DAY, Switches(**switches))}


def test_a_sound_plan_passes(plan: Plan, inventory: Inventory) -> None:
    assert plan.feasible
    assert check_plan(plan, inventory, BOOK, DAY) == ()


ONE, ZERO, HALF = Fraction(1), Fraction(0), Fraction(1, 2)

PLANTED: list[tuple[str, str, Callable[[Plan], Plan]]] = [
    ("C01", "order missing", lambda p: replace(p, orders=p.orders[1:])),
    ("C01", "order twice", lambda p: replace(p, orders=(*p.orders, p.orders[0]))),
    ("C01", "unknown firm", lambda p: bend(p, "D1", lambda o: replace(o, firm_id="X9"))),
    ("C01", "line missing", lambda p: bend(p, "C1", lambda o: replace(o, actions=o.actions[1:]))),
    ("C02", "A cut", lambda p: bend(p, "A1", with_shares(ONE))),
    ("C03", "D spared", lambda p: bend(p, "D1", with_shares(ZERO))),
    ("C03", "C without a stop", lambda p: bend(p, "C1", with_shares(ZERO, ZERO, ZERO, ZERO))),
    ("C03", "B untouched", lambda p: bend(p, "B1", with_shares(ZERO, ZERO, ZERO))),
    ("C03", "hours too short", lambda p: bend(p, "C2", with_shares(Fraction(1, 7)))),
    ("C03", "too few cells", lambda p: bend(p, "C3", with_shares(Fraction(62, 208)))),
    ("C04", "task broken", lambda p: bend(p, "G1", with_shares(Fraction(3, 5)))),
    ("C05", "weaker at red", lambda p: bend(bend(p, "C1", with_shares(ONE, ONE, ONE, ONE)), "C1",
                                            with_shares(ONE, ONE, ONE, ZERO), (Level.RED,))),
    ("C06", "part of a line", lambda p: bend(p, "C1", with_shares(HALF, HALF, HALF, HALF))),
    ("C06", "half a cell", lambda p: bend(p, "C3", with_shares(Fraction(127, 416)))),
    ("C06", "oven beyond its time", lambda p: bend(p, "C2", with_shares(Fraction(3, 5)))),
    ("C06", "share above one", lambda p: bend(p, "D1", with_shares(Fraction(3, 2)))),
    ("C07", "B above C", lambda p: bend(p, "B1", with_shares(ONE, ONE, ONE))),
    ("C08", "target missed", lambda p: bend(p, "D1", lambda o: replace(o, reduction_mg=(0,) * 4))),
    ("C11", "wrong share in words", lambda p: bend(p, "K1", first_action(text_zh="生产负荷降低33%"))),
    ("C11", "wrong cells", lambda p: bend(p, "C3", first_action(text_zh="停用电解槽9台（共208台）"))),
    ("C11", "wrong hours", lambda p: bend(
        p, "C2", first_action(text_zh="结焦时间由24小时延长至30小时，负荷降低33.33%"))),
    ("C11", "wrong count of lines", lambda p: bend(
        p, "C1", lambda o: replace(o, text_zh="停产1号线（9条，共4条）"))),
    ("C11", "stop not said", lambda p: bend(p, "D1", first_action(text_zh="请配合"))),
    ("C12", "mass of a line", lambda p: bend(p, "D1", first_action(reduction_mg=(1, 2, 3, 4)))),
    ("C12", "city achieved", lambda p: replace(p, achieved_mg=dict(p.achieved_mg) | {
        (Level.RED, Pollutant.PM): 10**12})),
    ("C12", "a target waved away", lambda p: replace(p, unknown=frozenset({Pollutant.VOC}))),
    ("C13", "standing line", lambda p: bend(p, "S1", with_shares(ZERO, ONE))),
    ("C14", "glass stopped", lambda p: bend(p, "K1", with_shares(ONE))),
    ("C15", "cost of an order", lambda p: bend(p, "D1", lambda o: replace(o, cost_fen=1))),
    ("C15", "cost of a level", lambda p: replace(p, cost_fen=dict(p.cost_fen) | {Level.RED: 1})),
    ("C15", "weighted value", lambda p: replace(p, value_fen=1)),
    ("C16", "firm share", lambda p: bend(p, "C1", lambda o: replace(o, share=ZERO))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "what", "plant"), PLANTED, ids=[f"{c}-{w}" for c, w, _ in PLANTED]
)
def test_planted_violation_is_caught(
    code: str, what: str, plant: Callable[[Plan], Plan], plan: Plan, inventory: Inventory
) -> None:
    assert code in codes(plant(plan), inventory), what


def test_district_cap_and_exchange_are_caught(plan: Plan, inventory: Inventory) -> None:
    assert "C10" in codes(plan, inventory, district_cap_cny={"东区": 1})
    none = tuple(
        replace(o, reduction_mg=(o.reduction_mg[0], 0, 0, o.reduction_mg[3])) for o in plan.orders
    )
    assert "C09" in codes(replace(plan, orders=none), inventory, exchange=True)


def test_every_code_has_a_planted_case() -> None:
    assert {c for c, _, _ in PLANTED} | {"C09", "C10", "C17", "C18"} == set(CODES)


def test_a_spared_firm_above_its_floor_is_caught(plan: Plan, inventory: Inventory) -> None:
    kept = planned(inventory, BOOK, spared=frozenset({"B1", "C1", "C2", "C3", "G1", "K1"}))
    assert kept.violations == ()
    assert all(
        o.share == o.floor_share for o in kept.orders if o.firm_id in ("B1", "C1", "C2", "C3")
    )
    hard = bend(plan, "C1", with_shares(ONE, ONE, ONE, ONE))
    assert "C17" in codes(hard, inventory, spared=frozenset({"C1"}))
    assert "C17" not in codes(hard, inventory)


def test_estimated_costs_are_worked_out_again() -> None:
    power = {"daily_electricity_kwh": Decimal(5000)}
    lines = [
        line("F1", **power),
        line("F2", "1", 300, 0, 1, 7, daily_value_cny=Decimal("777.77")),
        line("F3", daily_value_cny=None, **power),
        line("F4", "1", 50, 60, 70, 81, daily_value_cny=None, restart_cost_cny=Decimal(9)),
        line("F5", "1", 0, 0, 0, 0, daily_value_cny=None),
    ]
    small = city(
        [firm(f"F{k}", Grade.D, "glass" if k == 2 else "cement") for k in range(1, 6)], lines
    )
    made = planned(small)
    assert made.violations == ()
    guessed = {o.firm_id for o in made.orders if o.cost_estimated}
    assert guessed == {"F3", "F4", "F5"}
    for who in ("F1", "F3", "F4", "F5"):
        for change in (
            lambda o: replace(o, cost_fen=o.cost_fen + 3),
            lambda o: replace(o, cost_estimated=not o.cost_estimated),
        ):
            found = check_plan(bend(made, who, change), small, FakeBook(), DAY)
            assert {v.code for v in found if v.subject == who} == {"C15"}, who
    wrong = check_plan(replace(made, cost_basis="size"), small, FakeBook(), DAY)
    assert "C15" in {v.code for v in wrong}


def test_a_list_without_values_is_sized_by_its_best_measure() -> None:
    plain = {"daily_value_cny": None, "restart_cost_cny": Decimal(10_000)}
    outputs = (Decimal(100), Decimal(300), Decimal(0), None)
    lines = [
        line(f"F{k}", output=o, capacity_unit="MWh" if o else "", **plain)
        for k, o in enumerate(outputs)
    ]
    small = city([firm(f"F{k}", Grade.D) for k in range(4)], lines)
    made = planned(small)
    assert made.violations == ()
    assert made.cost_basis == "size"
    cost = {o.firm_id: o.cost_fen for o in made.orders if o.level is Level.RED}
    assert cost == {"F0": 10_000, "F1": 30_000, "F2": 20_000, "F3": 20_000}  # no yuan added
    assert "2条生产线的产量未填或为0" in "".join(made.remarks_zh)
    fewer = [replace(x, output=None, capacity_unit="") if x.firm_id != "F1" else x for x in lines]
    few = planned(replace(small, lines=tuple(fewer)))
    assert {o.cost_fen for o in few.orders if o.level is Level.RED} == {10_000}
    assert few.violations == ()


def test_only_a_firm_at_its_cap_may_be_cut_less_than_a_better_one() -> None:
    rule = {("cement", "B", x): (FloorKind.STOP_SHARE, Fraction(1)) for x in LEVELS}
    firms = [firm("B1", Grade.B), firm("C1", Grade.C), firm("G1", Grade.C, guaranteed=True)]
    lines = [line("B1"), line("C1", stoppable=False), line("G1", task_share=Decimal("0.9"))]
    small = city(firms, lines, masses(*[1000] * 4))
    book = FakeBook(rule)
    capped = planned(small, book, levels=(Level.YELLOW,))
    assert capped.violations == ()
    shares = {o.firm_id: o.share for o in capped.orders}
    assert shares == {"B1": 1, "C1": Fraction(1, 2), "G1": Fraction(1, 10)}
    eased = bend(capped, "C1", with_shares(Fraction(3, 10)))
    assert "C07" in {v.code for v in check_plan(eased, small, book, DAY)}


def test_checker_shares_no_code_with_ladder_and_optimiser() -> None:
    folder = Path(checker_module.__file__).parent
    forbidden = {"ladder", "targets", "assemble", "problem", "baselines", "optimise", "wording"}
    room = "lantian.domain.response."
    names = sorted(p.name for p in folder.glob("*.py"))
    assert names == [
        "__init__.py",
        "check.py",
        "costs.py",
        "exceptions.py",
        "facts.py",
        "spared.py",
        "words.py",
    ]
    for name in names:
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                assert not any(a.name.split(".")[0] in ("numpy", "highspy") for a in node.names)
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(room):
                assert node.module is not None
                assert node.module.removeprefix(room).split(".")[0] not in forbidden


def test_masses_in_the_plan_are_those_of_the_list(plan: Plan) -> None:
    for level in LEVELS:
        for k, p in enumerate(POLLUTANTS):
            total = sum(o.reduction_mg[k] for o in plan.orders if o.level is level)
            assert plan.achieved_mg[level, p] == total
