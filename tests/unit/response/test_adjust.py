"""A plan changed by hand is worded, priced and checked like any other (issue 4, section 2.5; decision 0130)."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_book import FakeBook
from plan_cities import DAY, city, firm, line, masses
from plan_help import order_of, planned

from lantian.domain.grading.grade import Grade
from lantian.domain.response.adjust import (
    Base,
    HandCut,
    StrangeCutError,
    adjusted,
    recovered,
    rungs,
)
from lantian.domain.response.checker.check import check_plan
from lantian.domain.response.make_plan import PlanInputs, draft_plan
from lantian.domain.response.model import Plan
from lantian.domain.response.settings import Switches
from lantian.domain.response.severity import ASK_FOR_A_REASON, Broken, judged
from lantian.kernel.level import LEVELS, Level

BOOK = FakeBook()
RED = Level.RED


def the_city(kg: int = 1000):  # type: ignore[no-untyped-def]
    firms = [
        firm("A1", Grade.A),
        firm("B1", Grade.B),
        firm("C1", Grade.C),
        firm("D1", Grade.D),
        firm("G1", Grade.C, guaranteed=True),
    ]
    lines = [
        line("A1"),
        *(line("B1", str(k)) for k in range(1, 4)),
        *(line("C1", str(k)) for k in range(1, 5)),
        line("D1"),
        line("G1", task_share=Decimal("0.5")),
    ]
    return city(firms, lines, masses(*[kg] * 4))


def based(inventory, plan: Plan) -> Base:  # type: ignore[no-untyped-def]
    draft = draft_plan(PlanInputs(inventory, BOOK, DAY, LEVELS, Switches()))
    told = {(o.firm_id, o.level): [(a.line_id, a.share) for a in o.actions] for o in plan.orders}
    return recovered(draft, told, plan.bound_fen if plan.feasible else None)


@pytest.fixture(scope="module")
def inventory():  # type: ignore[no-untyped-def]
    return the_city()


@pytest.fixture(scope="module")
def plan(inventory) -> Plan:  # type: ignore[no-untyped-def]
    found = planned(inventory, BOOK)
    assert found.feasible
    assert not found.violations
    return found


@pytest.fixture(scope="module")
def base(inventory, plan: Plan) -> Base:  # type: ignore[no-untyped-def]
    return based(inventory, plan)


def checked(base: Base, *cuts: HandCut) -> tuple[Plan, tuple[Broken, ...]]:
    plan = adjusted(base, cuts)
    inputs = base.draft.inputs
    found = check_plan(plan, inputs.inventory, BOOK, DAY, inputs.switches)  # type: ignore[arg-type]
    return plan, judged(base, plan, found)


def cut(firm_id: str, why: str = "核实", level: Level = RED, **shares: str) -> HandCut:
    return HandCut(firm_id, level, {k[1:]: Fraction(v) for k, v in shares.items()}, why)


def test_a_written_plan_is_recovered_order_for_order(base: Base, plan: Plan) -> None:
    assert base.plan.orders == plan.orders
    assert base.plan.cost_fen == plan.cost_fen
    assert base.plan.achieved_mg == plan.achieved_mg
    assert base.plan.exceptions == plan.exceptions
    assert base.plan.gap == pytest.approx(plan.gap)


def test_no_change_is_the_plan_itself_and_breaks_nothing(base: Base) -> None:
    same, broken = checked(base)
    assert same.orders == base.plan.orders
    assert broken == ()


def test_a_list_that_changed_is_not_taken_for_the_one_of_the_plan(inventory, plan: Plan) -> None:  # type: ignore[no-untyped-def]
    fewer = replace(inventory, lines=tuple(x for x in inventory.lines if x.line_id != "4"))
    with pytest.raises(StrangeCutError, match="C1"):
        based(fewer, plan)


def test_more_than_asked_is_priced_worded_and_told_with_who_and_why(base: Base, plan: Plan) -> None:
    before = order_of(plan, "C1")
    stopped = {f"_{k}": "1" for k in range(1, 5)}
    changed, broken = checked(base, cut("C1", "设备检修", **stopped))
    after = order_of(changed, "C1")
    assert (after.share, after.reason) == (1, "adjusted")
    assert "设备检修" in after.reason_zh
    assert "4条，共4条" in after.text_zh
    assert changed.cost_fen[RED] - plan.cost_fen[RED] == after.cost_fen - before.cost_fen
    assert after.trace.steps[-1].inputs["computed_share"] == before.share
    assert [b for b in broken if b.error] == []
    others = [o for o in changed.orders if (o.firm_id, o.level) != ("C1", RED)]
    assert others == [o for o in plan.orders if (o.firm_id, o.level) != ("C1", RED)]


@pytest.mark.parametrize(
    ("change", "code", "clause"),
    [
        (cut("A1", _1="1"), "C02", True),
        (cut("D1", _1="0"), "C03", True),
        (cut("G1", _1="1"), "C04", True),
        (cut("B1", _1="1/3", _2="1/3"), "C06", True),
        (cut("C1", _1="0", _2="0", _3="0", _4="0"), "C05", True),
    ],
)
def test_each_broken_rule_is_named_with_its_clause(
    base: Base, change: HandCut, code: str, clause: bool
) -> None:
    _, broken = checked(base, change)
    mine = next(b for b in broken if b.code == code)
    assert mine.error
    assert (mine.rule is not None) is clause


def test_unfairness_alone_asks_for_a_reason_and_is_told_once(base: Base) -> None:
    _, broken = checked(base, cut("B1", _1="1", _2="1", _3="1"))
    assert {b.code for b in broken if b.subject == "C1" and b.level == "red"} == {"C07"}
    unfair = next(b for b in broken if b.code == "C07")
    assert not unfair.error
    assert unfair.rule is not None
    assert unfair.rule.status == "design"
    assert "C07" in ASK_FOR_A_REASON


def test_a_missed_target_is_an_error_where_the_plan_reached_it(base: Base) -> None:
    spared = [cut(f, **{f"_{k}": "0" for k in range(1, n + 1)}) for f, n in (("D1", 1), ("C1", 4))]
    _, broken = checked(base, *spared)
    assert any(b.code == "C08" and b.error for b in broken)


def test_a_missed_target_is_told_where_the_plan_missed_it_too() -> None:
    large = the_city(20_000)
    nearest = planned(large, BOOK)
    assert not nearest.feasible
    base = based(large, nearest)
    _, broken = checked(base)
    assert {b.code for b in broken} == {"C08"}
    assert not any(b.error for b in broken)
    assert all(b.rule is not None for b in broken)


@pytest.mark.parametrize("bad", [cut("X9", _1="1"), cut("C1", _9="1"), cut("C1", _1="3/2")])
def test_a_strange_cut_is_refused_by_name(base: Base, bad: HandCut) -> None:
    with pytest.raises(StrangeCutError) as refused:
        adjusted(base, [bad])
    assert bad.firm_id in refused.value.what


def test_the_ladder_as_choices(base: Base) -> None:
    choices = rungs(base, "C1", RED)
    assert choices[0].share == 0
    assert [c.is_floor for c in choices].count(True) == 1
    assert choices[-1].share == 1
    assert all(a.cost_fen <= b.cost_fen for a, b in itertools.pairwise(choices))
    assert rungs(base, "A1", RED)[0].text_zh
    with pytest.raises(StrangeCutError):
        rungs(base, "X9", RED)


SHARES = st.fractions(min_value=0, max_value=1, max_denominator=20)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["B1/1", "B1/3", "C1/2", "D1/1", "G1/1"]), SHARES))
def test_whatever_is_asked_the_arithmetic_holds(base: Base, asked: dict[str, Fraction]) -> None:
    by_firm: dict[str, dict[str, Fraction]] = {}
    for key, share in asked.items():
        firm_id, line_id = key.split("/")
        by_firm.setdefault(firm_id, {})[line_id] = share
    plan, broken = checked(base, *(HandCut(f, RED, s, "试") for f, s in by_firm.items()))
    codes = {b.code for b in broken}
    # Words, masses, costs and shares are made, not typed: the checker never finds them wrong.
    assert not codes & {"C01", "C11", "C12", "C13", "C15", "C16"}
    assert 0 <= plan.gap <= 1
