"""Which lines stop is free: plans against brute force over line sets (decision 0013; issue 2, section 4).

Covers: the number of lines by step and which lines by cost, a limit on one line, lines that stop
only after the quick ones, nesting of lines over levels, floors, fairness, and that every bound
holds for the free problem. The brute force knows lines and sets, no orders.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise, product

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.adapters.solver import HighsSolver
from lantian.domain.response.model import (
    CutProblem,
    CutSolution,
    Ladders,
    LineChoice,
    Shortfall,
    share_places,
)
from lantian.domain.response.optimise import optimise
from lantian.domain.response.optimise.blocks import Blocks, bound_fen
from lantian.domain.response.optimise.city import solve_city
from lantian.domain.response.optimise.frame import prepare
from lantian.domain.response.optimise.lines import ladders_in_order, least_steps
from lantian.domain.response.optimise.pricing import Prices
from lantian.domain.response.optimise.scale import solve_scale
from lantian.kernel.level import LEVELS

SOLVER = HighsSolver()
TENTH = Fraction(1, 10)


def line_city(seed: int, groups: int, levels: int, *, fairness: bool) -> CutProblem:
    """A random problem whose groups have 1 to 3 lines, some with a limit as first step."""
    rng = np.random.default_rng(seed)
    start, line_start, stopped, part, num, den = [0], [0], [], [], [], []
    full, limit, mass, small, block = [], [], [], [], []
    floor = np.zeros((levels, groups), np.int8)
    cap = np.zeros((levels, groups), np.int8)
    for g in range(groups):
        n = int(rng.integers(1, 4))
        quick = int(rng.integers(1, n + 1)) if rng.random() < 0.2 else n
        with_limit = bool(rng.random() < 0.4)
        steps = [(0, False)] + [(0, True)] * with_limit + [(m, False) for m in range(1, n + 1)]
        for m, limits in steps:
            stopped.append(m)
            part.append(limits)
            share = TENTH / n if limits else Fraction(m, n)
            num.append(share.numerator)
            den.append(share.denominator)
        start.append(start[-1] + len(steps))
        worth = rng.integers(5, 40, n)
        full += (worth + rng.integers(0, 9, n)).tolist()
        limit += (-(-worth // 10)).tolist()
        masses = rng.choice([0, 2, 20, 60], (n, 4))
        mass += masses.tolist()
        small += (masses // 10).tolist()
        block += [0] * quick + [1] * (n - quick)
        line_start.append(len(block))
        floor[:, g] = np.sort(rng.integers(0, min(3, len(steps)), levels))
        least = 1 + with_limit if rng.random() < 0.15 else len(steps) - 1
        cap[:, g] = np.maximum(least, floor[:, g])
    size = len(stopped)
    lines = LineChoice(
        group=np.arange(groups),
        start=np.array(line_start),
        block=np.array(block, np.int8),
        cost_fen=np.array(full),
        part_cost_fen=np.array(limit),
        mass_mg=np.array(mass),
        part_mass_mg=np.array(small),
        stopped=np.array(stopped),
        part=np.array(part),
    )
    ladders = Ladders(
        industry=rng.integers(0, 2, groups).astype(np.int32),
        rank=rng.integers(1, 4, groups).astype(np.int8),
        district=np.zeros(groups, np.int32),
        start=np.array(start),
        share=share_places(list(zip(num, den, strict=True))),
        cost_fen=np.zeros(size, np.int64),
        reduction_mg=np.zeros((size, 4), np.int64),
        floor=floor,
        cap=cap,
        fair=rng.random(groups) < 0.9,
        lines=lines,
    )
    listed = ladders_in_order(ladders, np.arange(len(block)))
    at_cap = listed.reduction_mg[listed.start[:-1] + cap].sum(axis=1)
    required = (at_cap * rng.uniform(0.0, 1.0, (levels, 4))).astype(np.int64)
    required[rng.random((levels, 4)) < 0.2] = -1
    return CutProblem(
        ladders=Ladders(
            **{
                name: getattr(ladders, name)
                for name in Ladders.__slots__
                if name not in ("cost_fen", "reduction_mg")
            },
            cost_fen=listed.cost_fen,
            reduction_mg=listed.reduction_mg,
        ),
        levels=LEVELS[:levels],
        required_mg=required,
        city_mg=np.array([1000, 800, 500, 900]),
        other_mg=np.zeros((levels, 4), np.int64),
        weight=tuple(int(w) for w in rng.integers(1, 5, levels)),
        fairness=fairness,
    )


def states(problem: CutProblem, g: int):
    """Every (step, stopped lines, limited line) of a group."""
    ladders, lines = problem.ladders, problem.ladders.lines
    own = range(int(lines.start[g]), int(lines.start[g + 1]))
    quick = [i for i in own if lines.block[i] == 0]
    slow = [i for i in own if lines.block[i] == 1]
    for step in range(int(ladders.start[g + 1] - ladders.start[g])):
        at = int(ladders.start[g]) + step
        if lines.part[at]:
            yield from ((step, frozenset(), frozenset([i])) for i in quick)
            continue
        m = int(lines.stopped[at])
        first = min(m, len(quick))
        for some in combinations(quick, first):
            for rest in combinations(slow, m - first):
                yield step, frozenset(some + rest), frozenset()


def paths(problem: CutProblem, g: int):
    """Every nested choice of a group over levels, with its cost and masses."""
    ladders, lines = problem.ladders, problem.ladders.lines
    levels = len(problem.levels)
    every = list(states(problem, g))
    allowed = [
        [s for s in every if ladders.floor[lv, g] <= s[0] <= ladders.cap[lv, g]]
        for lv in range(levels)
    ]
    for path in product(*allowed):
        if all(a[0] <= b[0] and a[1] <= b[1] and a[2] <= (b[1] | b[2]) for a, b in pairwise(path)):
            cost = sum(
                w
                * sum([*(lines.cost_fen[i] for i in s[1]), *(lines.part_cost_fen[i] for i in s[2])])
                for w, s in zip(problem.weight, path, strict=True)
            )
            masses = np.array(
                [
                    sum(
                        [
                            *(lines.mass_mg[i] for i in s[1]),
                            *(lines.part_mass_mg[i] for i in s[2]),
                        ],
                        np.zeros(4, np.int64),
                    )
                    for s in path
                ]
            )
            yield tuple(s[0] for s in path), int(cost), masses


def brute_force(problem: CutProblem) -> int | None:
    """Least value over all sets of lines, None when nothing meets the targets."""
    ladders = problem.ladders
    groups = ladders.industry.size
    options = []
    for g in range(groups):
        best: dict[tuple, int] = {}
        for steps, cost, masses in paths(problem, g):
            key = steps, masses.tobytes()
            best[key] = min(best.get(key, cost), cost)
        options.append(
            [(k[0], c, np.frombuffer(k[1], np.int64).reshape(-1, 4)) for k, c in best.items()]
        )
    share = [
        [int(i) for i in ladders.share[ladders.start[g] : ladders.start[g + 1]]]
        for g in range(groups)
    ]
    need = np.where(problem.required_mg == -1, 0, problem.required_mg)
    most = [np.max([o[2] for o in own], axis=0) for own in options]
    least: int | None = None

    def unfair(g, a, h, b) -> bool:
        return (
            problem.fairness
            and ladders.fair[g]
            and ladders.fair[h]
            and ladders.industry[g] == ladders.industry[h]
            and ladders.rank[g] < ladders.rank[h]
            and any(
                share[g][x] > share[h][y] and y != ladders.cap[lv, h]
                for lv, (x, y) in enumerate(zip(a, b, strict=True))
            )
        )

    def search(g, chosen, cost, mass) -> None:
        nonlocal least
        if least is not None and cost >= least:
            return
        if (mass + sum(most[g:], np.zeros_like(need)) < need).any():
            return
        if g == groups:
            least = cost
            return
        for steps, more, masses in sorted(options[g], key=lambda o: o[1]):
            if not any(
                unfair(g, steps, h, b) or unfair(h, b, g, steps) for h, b in enumerate(chosen)
            ):
                search(g + 1, [*chosen, steps], cost + more, mass + masses)

    search(0, [], 0, np.zeros_like(need))
    return least


def settled_value(problem: CutProblem, answer: CutSolution) -> int:
    """Value of an answer by its own order, met targets and allowed orders checked on the way."""
    lines = problem.ladders.lines
    order = np.arange(lines.block.size)
    for g, places in answer.order.items():
        own = slice(int(lines.start[g]), int(lines.start[g + 1]))
        assert sorted(places) == list(range(own.stop - own.start))
        order[own] = own.start + np.array(places)
        assert (np.diff(lines.block[order[own]]) >= 0).all()
    ladders = ladders_in_order(problem.ladders, order)
    at = ladders.start[:-1] + answer.step.astype(int)
    assert (np.diff(answer.step.astype(int), axis=0) >= 0).all()
    got = ladders.reduction_mg[at].sum(axis=1)
    assert (got >= problem.required_mg).all()
    return int((ladders.cost_fen[at].sum(axis=1) * problem.weight).sum())


SIZES = st.sampled_from([(2, 1), (3, 1), (4, 1), (2, 2), (3, 2), (2, 3), (3, 3)])


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**31), size=SIZES, fairness=st.booleans())
def test_small_lists_equal_brute_force_over_lines(seed, size, fairness):
    problem = line_city(seed, *size, fairness=fairness)
    best = brute_force(problem)
    answer = optimise(problem, SOLVER, gap=0.0)
    if best is None:
        assert isinstance(answer, Shortfall)
        return
    assert isinstance(answer, CutSolution)
    assert settled_value(problem, answer) == answer.value_fen == best
    assert answer.bound_fen <= best + 1e-6
    assert answer.gap <= 1e-9


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**31), size=SIZES, scale=st.floats(0.1, 300))
def test_bounds_of_the_large_methods_hold_for_free_lines(seed, size, scale):
    problem = line_city(seed, *size, fairness=True)
    frame = prepare(problem)
    best = brute_force(problem)
    if best is None or frame.lines is None:
        return
    prices = Prices(np.random.default_rng(seed).random(len(frame.rows)) * scale, np.zeros(0))
    answers = Blocks(frame, SOLVER, 0).priced(prices.target, lambda: np.inf)
    assert answers is not None
    assert bound_fen(frame, prices, answers) <= best + 1e-6
    city, _ = solve_city(frame, SOLVER, gap=0.0)
    assert city.value_fen == best
    assert city.bound_fen <= best
    found, _ = solve_scale(frame, SOLVER, gap=0.01)
    assert found.bound_fen <= best + 1e-6
    if found.step is not None:
        assert found.value_fen >= best


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**31))
def test_least_of_a_step_is_the_least_over_its_lines(seed):
    problem = line_city(seed, 4, 1, fairness=True)
    lines, start = problem.ladders.lines, problem.ladders.start
    cost, mass = least_steps(problem.ladders)
    for g in range(4):
        for step in range(int(start[g + 1] - start[g])):
            sets = [(full, part) for q, full, part in states(problem, g) if q == step]
            costs = [
                sum(int(lines.cost_fen[i]) for i in full)
                + sum(int(lines.part_cost_fen[i]) for i in part)
                for full, part in sets
            ]
            assert cost[start[g] + step] == min(costs)
            for p in range(4):
                masses = [
                    sum(int(lines.mass_mg[i, p]) for i in full)
                    + sum(int(lines.part_mass_mg[i, p]) for i in part)
                    for full, part in sets
                ]
                assert mass[start[g] + step, p] == min(masses)
