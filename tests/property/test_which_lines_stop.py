"""Which lines of a firm stop is a free choice: plans against brute force over sets of lines.

Covers decision 0013: lines are counted, the optimiser chooses which, a line that stops at a
level stops at the higher ones; floors, the limited line of a "limit" rule, and fairness hold.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.adapters.solver import HighsSolver
from lantian.domain.response.model import CutProblem, CutSolution, Ladders, LineChoice, share_places
from lantian.domain.response.optimise import optimise
from lantian.domain.response.optimise.blocks import Blocks, bound_fen
from lantian.domain.response.optimise.frame import prepare
from lantian.domain.response.optimise.plain import solve_plain
from lantian.domain.response.optimise.pricing import Prices
from lantian.kernel.level import LEVELS

LIMIT = 10  # the limited line loses a tenth of its load times the number of lines


def ladders_of(lines: list[list[tuple[int, tuple[int, ...]]]], ranks: list[int]) -> Ladders:
    """Return firms of one industry whose lines stop whole; rank 1 may also limit one line."""
    start, share, cost, mass, stopped, part = [0], [], [], [], [], []
    line_start, line_cost, line_mass = [0], [], []
    for own, rank in zip(lines, ranks, strict=True):
        n = len(own)
        steps = [(0, 1, 0, False)]
        if rank == 1:
            steps.append((1, LIMIT, 0, True))
        steps += [(m, n, m, False) for m in range(1, n + 1)]
        for num, den, count, limited in steps:
            share.append((num, den))
            stopped.append(count)
            part.append(limited)
            first = own[:count]
            cost.append(sum(c for c, _ in first) + (own[0][0] * n // LIMIT if limited else 0))
            mass.append(
                [
                    sum(m[p] for _, m in first) + (own[0][1][p] * n // LIMIT if limited else 0)
                    for p in range(4)
                ]
            )
        start.append(len(share))
        line_cost += [c for c, _ in own]
        line_mass += [m for _, m in own]
        line_start.append(len(line_cost))
    groups = len(lines)
    width = np.diff(start)
    lead = [len(own) for own in lines for _ in own]
    return Ladders(
        industry=np.zeros(groups, np.int32),
        rank=np.array(ranks, np.int8),
        district=np.zeros(groups, np.int32),
        start=np.array(start, np.int64),
        share=share_places(share),
        cost_fen=np.array(cost, np.int64),
        reduction_mg=np.array(mass, np.int64),
        floor=np.tile(np.array([1 if r < 4 else 0 for r in ranks], np.int8), (3, 1)),
        cap=np.tile((width - 1).astype(np.int8), (3, 1)),
        fair=np.ones(groups, np.bool_),
        lines=LineChoice(
            group=np.arange(groups, dtype=np.int64),
            start=np.array(line_start, np.int64),
            block=np.zeros(len(line_cost), np.int8),
            cost_fen=np.array(line_cost, np.int64),
            part_cost_fen=np.array(
                [c * n // LIMIT for c, n in zip(line_cost, lead, strict=True)], np.int64
            ),
            mass_mg=np.array(line_mass, np.int64),
            part_mass_mg=np.array(
                [[v * n // LIMIT for v in m] for m, n in zip(line_mass, lead, strict=True)],
                np.int64,
            ),
            stopped=np.array(stopped, np.int64),
            part=np.array(part, np.bool_),
        ),
    )


def least_cost(problem: CutProblem) -> int | None:
    """Return the least weighted cost over every set of lines of every firm and level."""
    ladders, n_levels = problem.ladders, len(problem.levels)
    lines = ladders.lines
    assert lines is not None
    options = []
    for g in range(ladders.rank.size):
        first, last = int(lines.start[g]), int(lines.start[g + 1])
        n, lo, hi = last - first, int(ladders.start[g]), int(ladders.start[g + 1])
        states = []  # (step, set of stopped, limited line, cost, mass)
        for q in range(hi - lo):
            for chosen in itertools.combinations(range(n), int(lines.stopped[lo + q])):
                for limited in range(n) if lines.part[lo + q] else (-1,):
                    own = [first + i for i in chosen]
                    cost = int(lines.cost_fen[own].sum()) if own else 0
                    mass = lines.mass_mg[own].sum(axis=0) if own else np.zeros(4, np.int64)
                    if limited >= 0:
                        cost += int(lines.part_cost_fen[first + limited])
                        mass = mass + lines.part_mass_mg[first + limited]
                    states.append((q, frozenset(chosen), limited, cost, mass))
        states = [s for s in states if s[0] >= ladders.floor[0, g]]

        def nested(a, b):
            kept = a[2] < 0 or a[2] == b[2] or a[2] in b[1]
            return a[0] <= b[0] and a[1] <= b[1] and kept

        options.append(
            [
                path
                for path in itertools.product(states, repeat=n_levels)
                if all(nested(a, b) for a, b in itertools.pairwise(path))
            ]
        )
    best = None
    for plan in itertools.product(*options):
        cost = sum(w * sum(path[x][3] for path in plan) for x, w in enumerate(problem.weight))
        if best is not None and cost >= best:
            continue
        if all(_lawful(problem, plan, x) for x in range(n_levels)):
            best = cost
    return best


def _lawful(problem: CutProblem, plan, x: int) -> bool:
    ladders = problem.ladders
    mass = sum(path[x][4] for path in plan)
    if (mass < problem.required_mg[x]).any():
        return False
    share = []
    for g, path in enumerate(plan):
        s = int(ladders.start[g]) + path[x][0]
        at_cap = path[x][0] == ladders.cap[x, g]
        share.append((ladders.share[s], at_cap))
    return all(
        share[a][0] <= share[b][0] or share[b][1]
        for a in range(len(plan))
        for b in range(len(plan))
        if ladders.rank[a] < ladders.rank[b]
    )


@st.composite
def problems(draw, *, levels: int, firms: int) -> CutProblem:
    mass = st.tuples(*[st.sampled_from([1, 7, 30, 90])] * 4)
    line = st.tuples(st.integers(10, 400).map(lambda c: c * 10), mass)
    ranks = sorted(draw(st.lists(st.sampled_from([1, 3, 3, 4]), min_size=firms, max_size=firms)))
    lines = [draw(st.lists(line, min_size=2, max_size=3)) for _ in ranks]
    ladders = ladders_of(lines, ranks)
    total = np.array([m for own in lines for _, m in own]).sum(axis=0)
    part = draw(st.integers(5, 90))
    required = np.array([total * part * (x + 1) // (100 * levels) for x in range(levels)])
    return CutProblem(
        ladders=replace(ladders, floor=ladders.floor[:levels], cap=ladders.cap[:levels]),
        levels=LEVELS[:levels],
        required_mg=required.astype(np.int64),
        city_mg=total.astype(np.int64),
        other_mg=np.zeros((levels, 4), np.int64),
        weight=(3, 2, 1)[:levels],
    )


def _settings(examples: int) -> settings:
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


def _agree(problem: CutProblem) -> None:
    least = least_cost(problem)
    answer = optimise(problem, HighsSolver(), gap=0.0)
    assert isinstance(answer, CutSolution) == (least is not None)
    if isinstance(answer, CutSolution):
        assert answer.value_fen == least
        assert answer.bound_fen <= answer.value_fen


@given(problems(levels=1, firms=3))
@_settings(25)
def test_one_level_is_the_least_over_all_sets_of_lines(problem: CutProblem) -> None:
    _agree(problem)


@given(problems(levels=2, firms=2))
@_settings(12)
def test_two_levels_are_the_least_over_all_nested_sets(problem: CutProblem) -> None:
    _agree(problem)


@given(problems(levels=2, firms=3), st.lists(st.integers(0, 4000), min_size=8, max_size=8))
@_settings(25)
def test_the_bound_at_scale_holds_for_every_order_at_any_prices(
    problem: CutProblem, prices: list[int]
) -> None:
    frame = prepare(problem)
    exact = solve_plain(frame, HighsSolver(), gap=0.0)
    if frame.lines is None or exact.step is None:
        return
    target = np.array(prices[: len(frame.rows)], dtype=np.float64)
    prices = Prices(target, np.zeros(0))
    answers = Blocks(frame, HighsSolver(), 0).priced(target, lambda: np.inf)
    assert answers is not None
    bound = bound_fen(frame, prices, answers)
    assert bound <= exact.value_fen + 1e-6
    if not target.any():
        assert bound > 0  # floors cost something: the bound is no empty promise


def test_the_fixed_order_of_the_ladder_may_be_dearer() -> None:
    cheap_but_clean, dear_and_dirty = (10, (1, 1, 1, 1)), (40, (50, 50, 50, 50))
    ladders = ladders_of([[cheap_but_clean, dear_and_dirty]], [3])
    need = np.full((1, 4), 50, np.int64)
    problem = CutProblem(
        ladders=replace(ladders, floor=ladders.floor[:1], cap=ladders.cap[:1]),
        levels=LEVELS[:1],
        required_mg=need,
        city_mg=np.full(4, 51, np.int64),
        other_mg=np.zeros((1, 4), np.int64),
        weight=(1,),
    )
    free = optimise(problem, HighsSolver(), gap=0.0)
    fixed = optimise(
        replace(problem, ladders=replace(problem.ladders, lines=None)), HighsSolver(), gap=0.0
    )
    assert isinstance(free, CutSolution)
    assert isinstance(fixed, CutSolution)
    assert (free.value_fen, fixed.value_fen) == (40, 50)
    assert free.order == {0: (1, 0)}
    assert free.gap == pytest.approx(0.0)
