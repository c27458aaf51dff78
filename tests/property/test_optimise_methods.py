"""City method, scale method and plain solver agree; dual prices; what a change may do to the cost.

Covers: certified gap (issue 2, section 5), marginal cost per kg, shortfall and binding
constraints, silence on standard output. Cities here are random and larger than brute force allows.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from lantian.adapters.solver import HighsSolver
from lantian.domain.response.model import CutProblem, CutSolution, Ladders, Shortfall, share_places
from lantian.domain.response.optimise import optimise
from lantian.domain.response.optimise.city import solve_city
from lantian.domain.response.optimise.exact import valid
from lantian.domain.response.optimise.frame import prepare
from lantian.domain.response.optimise.plain import solve_plain
from lantian.domain.response.optimise.scale import solve_scale
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import Pollutant

SOLVER = HighsSolver()
LOADS = [Fraction(0), Fraction(1, 10), Fraction(1, 5), Fraction(3, 10), Fraction(1, 2), Fraction(1)]


def city(seed: int, groups: int, *, beyond: float = 0.2, fairness: bool = True) -> CutProblem:
    """A city of load-share groups whose targets ask for `beyond` of what the floors leave open."""
    rng = np.random.default_rng(seed)
    n = len(LOADS)
    share = np.array([float(s) for s in LOADS])
    rank = rng.choice([0, 1, 2, 3, 4], p=[0.05, 0.05, 0.05, 0.6, 0.25], size=groups)
    size = rng.lognormal(2.0, 1.0, size=groups)
    base = size[:, None] * rng.lognormal(0.0, 0.5, size=(groups, 4))
    mass = np.floor(base[:, None, :] * share[None, :, None] * 1e6)
    price = rng.lognormal(3.0, 0.7, size=groups) * size
    cost = np.cumsum(
        np.floor(
            price[:, None]
            * np.diff(share, prepend=0.0)
            * rng.uniform(0.6, 1.6, size=(groups, n))
            * 100
        ),
        axis=1,
    )
    floor = np.zeros((3, groups), dtype=np.int8)
    floor[1:, rank == 4] = 2
    floor[2, rank == 3] = 1
    cap = np.full((3, groups), n - 1, dtype=np.int8)
    cap[:, rank == 0] = 0
    cap[:, (rng.random(groups) < 0.1) & (rank > 0)] = 3
    start = np.arange(0, groups * n + 1, n)
    low = np.take_along_axis(mass, floor.T[:, :, None].astype(int), axis=1).sum(axis=0)
    high = np.take_along_axis(mass, cap.T[:, :, None].astype(int), axis=1).sum(axis=0)
    return CutProblem(
        ladders=Ladders(
            industry=rng.integers(0, max(2, groups // 40), size=groups).astype(np.int32),
            rank=rank.astype(np.int8),
            district=rng.integers(0, 4, size=groups).astype(np.int32),
            start=start.astype(np.int64),
            share=share_places([(s.numerator, s.denominator) for s in LOADS] * groups),
            cost_fen=cost.reshape(-1).astype(np.int64),
            reduction_mg=mass.reshape(-1, 4).astype(np.int64),
            floor=floor,
            cap=cap,
            fair=rng.random(groups) < 0.95,
        ),
        levels=LEVELS,
        required_mg=(low + beyond * (high - low) * rng.uniform(0.7, 1.3, 4)).astype(np.int64),
        city_mg=(base.sum(axis=0) * 1.4e6).astype(np.int64),
        other_mg=np.zeros((3, 4), dtype=np.int64),
        weight=(3, 2, 1),
        fairness=fairness,
    )


def solved(problem: CutProblem, gap: float = 0.0) -> CutSolution:
    answer = optimise(problem, SOLVER, gap=gap)
    assert isinstance(answer, CutSolution)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("fairness", [True, False])
@pytest.mark.parametrize("seed", [1, 2])
def test_methods_bracket_the_same_optimum(seed, fairness):
    frame = prepare(city(seed, 80, fairness=fairness))
    plain = solve_plain(frame, SOLVER, gap=0.01, time_limit_s=3)
    for found in (
        solve_city(frame, SOLVER, gap=0.02, time_limit_s=2)[0],
        solve_scale(frame, SOLVER, gap=0.05, time_limit_s=2)[0],
    ):
        assert found.step is not None
        assert plain.step is not None
        assert valid(frame, found.step)
        assert found.value_fen == frame.value_fen(frame.spread(found.step))
        assert found.bound_fen <= plain.value_fen
        assert plain.bound_fen <= found.value_fen
        assert found.bound_fen >= 0.75 * plain.bound_fen


def test_city_reaches_its_gap_and_repeats_itself():
    problem = city(5, 600)
    one, two = solved(problem, 0.002), solved(problem, 0.002)
    assert one.method == "city"
    assert one.gap <= 0.002
    assert one.bound_fen <= one.value_fen
    assert np.array_equal(one.step, two.step)
    assert one.bound_fen == two.bound_fen


def test_time_limit_still_gives_a_plan_with_an_honest_gap():
    answer = optimise(city(6, 600), SOLVER, gap=0.0, time_limit_s=0.5)
    assert isinstance(answer, CutSolution)
    assert 0 <= answer.gap < 1
    assert answer.gap == pytest.approx((answer.value_fen - answer.bound_fen) / answer.value_fen)


def test_progress_reports_a_falling_gap():
    seen: list[tuple[int, float, float]] = []
    optimise(city(5, 600), SOLVER, gap=0.002, progress=lambda *state: seen.append(state))
    values = [value for value, _, _ in seen]
    bounds = [bound for _, bound, _ in seen]
    assert len(seen) >= 2
    assert values == sorted(values, reverse=True)
    assert bounds == sorted(bounds)
    assert seen[-1][2] <= 0.002


def test_marginal_cost_is_the_derivative_of_the_relaxation():
    problem = city(7, 60)
    duals = solved(problem, 0.01).duals_cny_per_kg
    h_mg = 50_000
    assert any(price > 0 for price in duals.values())
    for (level, pollutant), price in duals.items():
        lv, p = problem.levels.index(level), list(Pollutant).index(pollutant)
        values = []
        for sign in (-1, 1):
            required = problem.required_mg.copy()
            required[lv, p] += sign * h_mg
            values.append(relaxed_fen(replace(problem, required_mg=required)))
        weight = problem.weight[lv]
        slope = (values[1] - values[0]) / (2 * h_mg) * 1e6 / 100 / weight
        assert price == pytest.approx(slope, rel=0.02, abs=1e-3), (level, pollutant)


def relaxed_fen(problem: CutProblem) -> float:
    from lantian.domain.response.optimise.formulation import formulate

    form = formulate(prepare(problem))
    return form.base_fen + form.unit_fen * SOLVER.relax(form.model).objective


def test_costs_scale_and_steps_stay():
    problem = city(8, 9)
    dearer = replace(
        problem, ladders=replace(problem.ladders, cost_fen=problem.ladders.cost_fen * 7)
    )
    assert solved(dearer).value_fen == 7 * solved(problem).value_fen


def test_a_lower_target_never_costs_more():
    problem = city(9, 9)
    easier = replace(problem, required_mg=problem.required_mg * 9 // 10)
    assert solved(easier).value_fen <= solved(problem).value_fen


def test_fairness_never_makes_a_plan_cheaper():
    problem = city(10, 9)
    assert solved(replace(problem, fairness=False)).value_fen <= solved(problem).value_fen


def test_one_more_group_never_costs_more_without_fairness():
    problem = replace(city(11, 15, fairness=False))
    ladders = problem.ladders
    cut = replace(
        ladders,
        cap=np.where(np.arange(15) == 14, ladders.floor, ladders.cap).astype(np.int8),
    )
    without = optimise(replace(problem, ladders=cut), SOLVER, gap=0.0)
    assert isinstance(without, CutSolution)
    assert solved(problem).value_fen <= without.value_fen


def test_targets_met_by_floors_are_never_weakened():
    problem = city(12, 40)
    answer = solved(replace(problem, required_mg=np.zeros((3, 4), dtype=np.int64)))
    assert (answer.step >= problem.ladders.floor).all()
    assert answer.gap == 0.0
    assert answer.method == "floors"


def test_unknown_pollutant_sets_no_target_and_has_no_price():
    problem = city(13, 40)
    required = problem.required_mg.copy()
    required[:, [0, 3]] = -1
    answer = solved(replace(problem, required_mg=required), 0.01)
    assert {p for _, p in answer.duals_cny_per_kg} == {Pollutant.SO2, Pollutant.NOX}


def test_shortfall_says_how_much_and_that_caps_bind():
    problem = city(14, 40)
    ladders = problem.ladders
    reach = ladders.reduction_mg[ladders.start[:-1] + ladders.cap[2]].sum(axis=0)
    required = problem.required_mg.copy()
    required[2, 3] = reach[3] + 5_000
    answer = optimise(replace(problem, required_mg=required), SOLVER)
    assert isinstance(answer, Shortfall)
    assert answer.short_mg == {(Level.RED, Pollutant.VOC): 5_000}
    assert answer.binding == ("cap",)
    step = answer.step.astype(int)
    cut = ladders.reduction_mg[ladders.start[:-1] + step[2]].sum(axis=0)
    assert cut[3] == reach[3]
    assert (cut[:3] >= required[2, :3]).all()


def test_shortfall_beyond_every_line_says_reach():
    problem = city(15, 40)
    required = problem.required_mg.copy()
    required[0, 0] = problem.ladders.reduction_mg[:, 0].sum() * 2
    answer = optimise(replace(problem, required_mg=required), SOLVER)
    assert isinstance(answer, Shortfall)
    assert answer.binding == ("reach",)


def test_shortfall_names_the_district_that_binds():
    problem = city(16, 40, beyond=0.6)
    spend = problem.ladders.cost_fen[problem.ladders.start[:-1] + problem.ladders.floor]
    caps = np.full((3, 4), -1, dtype=np.int64)
    for district in (0, 1, 2, 3):
        caps[2, district] = spend[2, problem.ladders.district == district].sum() + (
            10**12 if district else 0
        )
    required = problem.required_mg.copy()
    here = problem.ladders.district == 0
    cap_mass = problem.ladders.reduction_mg[problem.ladders.start[:-1] + problem.ladders.cap[2]]
    required[2] = cap_mass[~here].sum(axis=0) + cap_mass[here].sum(axis=0) // 2
    answer = optimise(replace(problem, required_mg=required, district_cap_fen=caps), SOLVER)
    assert isinstance(answer, Shortfall)
    assert "district:0:red" in answer.binding
    assert any(level is Level.RED for level, _ in answer.short_mg)
    assert all(mg > 0 for mg in answer.short_mg.values())


def test_solver_prints_nothing():
    code = (
        "from lantian.adapters.solver import HighsSolver; import numpy as np;"
        "from lantian.domain.response.optimise.protocol import LinearModel as M;"
        "o=np.ones(1);"
        "m=M(o,0*o,o,o>0,o,o*np.inf,np.array([0,1]),np.array([0]),o);"
        "s=HighsSolver();s.mip(m);s.relax(m)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == b""
