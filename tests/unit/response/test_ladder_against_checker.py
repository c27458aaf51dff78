"""Two independent readings of the same rules: ladder floors against the checker's floors.

For random firms of every kind, the floor step passes the checker, and the step below it is
caught as too little; every step in between keeps units, tasks, technique and words.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from plan_book import FakeBook
from plan_cities import DAY, city, firm, line, masses

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, Firm, Inventory, Line
from lantian.domain.response.checker.check import check_plan
from lantian.domain.response.make_plan import Draft, PlanInputs, draft_plan, finish_plan
from lantian.domain.response.model import CutSolution, Violation
from lantian.domain.response.settings import Switches
from lantian.kernel.level import LEVELS
from lantian.rulebook.model import FloorKind

OFF = Switches(fairness=False)
SHARES = st.sampled_from([Fraction(k, 20) for k in (1, 2, 3, 4, 7, 10, 14, 20)])
MEASURES = st.one_of(
    st.tuples(st.sampled_from([FloorKind.CUT_SHARE, FloorKind.STOP_SHARE]), SHARES),
    st.tuples(st.just(FloorKind.COKING_HOURS), st.sampled_from([28, 36, 48, 72])),
    st.tuples(
        st.sampled_from(
            [FloorKind.LIMIT, FloorKind.STOP_SOME, FloorKind.NONE, FloorKind.TRANSPORT_ONLY]
        ),
        st.none(),
    ),
)


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    count = draw(st.integers(1, 7))
    same = draw(st.sampled_from([*CutUnit, None]))
    out = []
    for k in range(count):
        unit = same or draw(st.sampled_from(list(CutUnit)))
        total = None
        if unit in (CutUnit.CELLS, CutUnit.FLAME_SYSTEMS):
            total = Decimal(draw(st.integers(1, 220)))
        elif unit in (CutUnit.FEED, CutUnit.BOILERS):
            total = draw(st.none() | st.decimals("0.5", "5000", places=2))
        normal = draw(
            st.sampled_from([None, Decimal(18), Decimal("22.5"), Decimal(24), Decimal(50)])
        )
        longest = draw(st.sampled_from([None, Decimal(30), Decimal(36), Decimal(60)]))
        oven = unit is CutUnit.COKING_HOURS
        out.append(
            line(
                "F1",
                str(k + 1),
                *(draw(st.integers(0, 500)) for _ in range(4)),
                cut_unit=unit,
                cut_units_total=total,
                normal_coking_hours=normal if oven else None,
                longest_coking_hours=longest if oven else None,
                stoppable=draw(st.sampled_from([True, True, False, None])),
                stopped=draw(st.sampled_from([None, None, None, True])),
                task_share=draw(
                    st.sampled_from([None, None, None, Decimal("0.35"), Decimal(1), Decimal(0)])
                ),
                restart_cost_cny=draw(st.sampled_from([None, Decimal(500)])),
            )
        )
    return out


@st.composite
def cities(draw: st.DrawFn) -> tuple[Firm, list[Line], FakeBook]:
    grade = draw(st.sampled_from([Grade.B, Grade.B_MINUS, Grade.C, Grade.D, Grade.NON_LEADING]))
    one = firm("F1", grade, "coking", guaranteed=draw(st.sampled_from([False, False, None, True])))
    own = draw(st.booleans())
    rules = {("coking", grade.value, x): draw(MEASURES) for x in LEVELS} if own else {}
    continuous = frozenset({"coking"}) if draw(st.booleans()) else frozenset()
    return one, draw(lines()), FakeBook(rules, continuous=continuous)


def verdict(
    draft: Draft,
    inventory: Inventory,
    book: FakeBook,
    step: np.ndarray,
    switches: Switches = OFF,
) -> list[Violation]:
    answer = CutSolution(step.astype(np.int8), 0, 0.0, 0.0, {}, "test", 0.0)
    plan = replace(finish_plan(draft, answer), feasible=False)  # targets are not asked here
    return list(check_plan(plan, inventory, book, DAY, switches))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities())
@example((firm("F1", Grade.C), [line("F1"), line("F1", "2")], FakeBook()))
def test_floor_is_enough_and_one_step_less_is_not(case: tuple[Firm, list[Line], FakeBook]) -> None:
    one, own, book = case
    inventory = city([one], own, masses(*[10_000] * 4))
    draft = draft_plan(PlanInputs(inventory, book, DAY, LEVELS, OFF))
    ladders = draft.problem.ladders
    assert verdict(draft, inventory, book, ladders.floor) == []
    assert verdict(draft, inventory, book, ladders.cap) == []
    for x, level in enumerate(LEVELS):
        floor = int(ladders.floor[x, 0])
        if floor == 0:
            continue
        less = np.minimum(ladders.floor, floor - 1)  # keep nesting: only this fault is planted
        found = verdict(draft, inventory, book, less)
        assert "C03" in {v.code for v in found if v.level is level}
    rising = ladders.floor.copy()
    for step in range(int(ladders.cap[2, 0]) + 1):
        here = np.clip(np.full_like(rising, step), ladders.floor, ladders.cap)
        assert verdict(draft, inventory, book, here) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities())
def test_spared_firm_ends_exactly_at_its_floor(case: tuple[Firm, list[Line], FakeBook]) -> None:
    one, own, book = case
    spared = replace(OFF, spared=frozenset({"F1"}))
    inventory = city([one], own, masses(*[10_000] * 4))
    ladders = draft_plan(PlanInputs(inventory, book, DAY, LEVELS, spared)).problem.ladders
    assert (ladders.floor == ladders.cap).all()
    draft = draft_plan(PlanInputs(inventory, book, DAY, LEVELS, OFF))
    assert verdict(draft, inventory, book, draft.problem.ladders.floor, spared) == []
    for x, level in enumerate(LEVELS):
        if int(draft.problem.ladders.cap[x, 0]) > int(ladders.floor[x, 0]):
            more = np.maximum(ladders.floor, ladders.floor[x, 0] + 1)  # keep nesting
            found = verdict(draft, inventory, book, np.minimum(more, 99), spared)
            assert "C17" in {v.code for v in found if v.level is level}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cities())
def test_ladders_rise_and_floors_fit(case: tuple[Firm, list[Line], FakeBook]) -> None:
    one, own, book = case
    ladders = draft_plan(PlanInputs(city([one], own), book, DAY, LEVELS, OFF)).problem.ladders
    share = ladders.share.tolist()
    assert share[0] == 0
    assert all(a < b for a, b in pairwise(share))
    assert (np.diff(ladders.cost_fen) >= 0).all()
    assert (np.diff(ladders.reduction_mg, axis=0) >= 0).all()
    assert (ladders.floor <= ladders.cap).all()
    assert (np.diff(ladders.floor, axis=0) >= 0).all()
    assert (np.diff(ladders.cap, axis=0) >= 0).all()
    assert int(ladders.cap.max()) < len(share)
