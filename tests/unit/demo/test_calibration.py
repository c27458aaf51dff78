"""The invented city gives the optimiser a job: filed measures fall short, a plan exists and pays.

Nothing here is set by hand in a result: the plan is computed from the generated list.
"""

from __future__ import annotations

import pytest

from lantian.adapters.solver import HighsSolver
from lantian.demo.city import demo_day, make_city
from lantian.domain.response.model import Plan
from lantian.jobs.plan import PlanOptions, make_plan
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook import load_rulebook


@pytest.fixture(scope="module")
def plan() -> Plan:
    city = make_city()
    return make_plan(city, load_rulebook(), demo_day(), PlanOptions(), solver=HighsSolver())


def test_a_verified_plan_reaches_every_target_at_every_level(plan: Plan) -> None:
    assert plan.feasible
    assert plan.violations == ()
    assert plan.unknown == frozenset()
    for level in LEVELS:
        for p in POLLUTANTS:
            needed = plan.required_ratio[level, p] * plan.city_mg[p]
            assert plan.achieved_mg[level, p] >= needed


def test_filed_measures_come_near_yellow_and_miss_orange_and_red(plan: Plan) -> None:
    filed = next(b for b in plan.baselines if b.key == "filed")
    for p in POLLUTANTS:
        reached = filed.achieved_mg[Level.YELLOW, p] / plan.city_mg[p]
        assert reached > 0.08
    assert not filed.meets[Level.ORANGE]
    assert not filed.meets[Level.RED]


def test_cutting_everybody_alike_costs_clearly_more(plan: Plan) -> None:
    uniform = next(b for b in plan.baselines if b.key == "uniform")
    assert sum(uniform.cost_fen.values()) > 1.3 * sum(plan.cost_fen.values())
    for level in (Level.ORANGE, Level.RED):
        assert uniform.cost_fen[level] > 1.3 * plan.cost_fen[level]
        assert uniform.good_performers_spared[level] < plan_spared(plan, level)


def plan_spared(plan: Plan, level: Level) -> float:
    """Share of A, leading, B and B- firms whose order at `level` asks for no cut."""
    good = [o for o in plan.orders if o.level is level and o.grade.rank <= 2]
    return sum(o.share == 0 for o in good) / len(good)
