"""Least-cost plan against brute force on small cities (issue 2, section 4; decision: fairness by share).

Covers: optimal value, infeasibility, bound, floor, cap, nesting, fairness with the cap rule,
exchange of SO2 and NOx, district caps. The checker below shares no code with the optimiser.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.adapters.solver import HighsSolver
from lantian.domain.response.model import CutProblem, CutSolution, Ladders, Shortfall, share_places
from lantian.domain.response.optimise import optimise
from lantian.domain.response.optimise.blocks import Blocks, bound_fen
from lantian.domain.response.optimise.city import solve_city
from lantian.domain.response.optimise.frame import prepare
from lantian.domain.response.optimise.pricing import Prices
from lantian.domain.response.optimise.scale import solve_scale
from lantian.domain.response.optimise.shortfall import beyond_reach
from lantian.kernel.level import LEVELS

SOLVER = HighsSolver()
SHARES = [
    Fraction(1, 10),
    Fraction(1, 5),
    Fraction(1, 3),
    Fraction(1, 2),
    Fraction(2, 3),
    Fraction(1),
]


def small_city(
    seed: int,
    *,
    groups: int,
    levels: int,
    exchange: bool = False,
    caps: bool = False,
    fairness: bool = True,
    slack: float = 0.85,
    steps: int = 3,
) -> CutProblem:
    """A random problem; `slack` is about the share of what is possible that is required."""
    rng = np.random.default_rng(seed)
    start, num, den, cost, mass = [0], [], [], [], []
    floor = np.zeros((levels, groups), dtype=np.int8)
    cap = np.zeros((levels, groups), dtype=np.int8)
    for g in range(groups):
        n = int(rng.integers(1, steps + 1))
        shares = sorted(rng.choice(len(SHARES), size=n, replace=False))
        rise = rng.integers(0, 40, size=(n, 5))
        rise[:, 0] += 1
        total = np.cumsum(rise, axis=0)
        num += [0, *(SHARES[s].numerator for s in shares)]
        den += [1, *(SHARES[s].denominator for s in shares)]
        cost += [0, *total[:, 0].tolist()]
        mass += [[0, 0, 0, 0], *total[:, 1:].tolist()]
        start.append(start[-1] + n + 1)
        floor[:, g] = np.sort(rng.choice([0, 0, 0, 1], size=levels))
        cap[:, g] = np.sort(
            np.maximum(rng.integers(max(0, n - 1), n + 1, size=levels), floor[:, g])
        )
    reduction = np.array(mass, dtype=np.int64)
    ladders = Ladders(
        industry=rng.integers(0, 2, size=groups).astype(np.int32),
        rank=rng.integers(1, 5, size=groups).astype(np.int8),
        district=rng.integers(0, 2, size=groups).astype(np.int32),
        start=np.array(start, dtype=np.int64),
        share=share_places(list(zip(num, den, strict=True))),
        cost_fen=np.array(cost, dtype=np.int64),
        reduction_mg=reduction,
        floor=floor,
        cap=cap,
        fair=rng.random(groups) < 0.85,
    )
    at_cap = reduction[ladders.start[:-1] + cap].sum(axis=1)
    required = (at_cap * rng.uniform(0.1, slack + 0.2, size=(levels, 4))).astype(np.int64)
    required[rng.random((levels, 4)) < 0.15] = -1
    cap_fen = None
    if caps:
        spend = np.array(cost)[ladders.start[:-1] + cap]
        cap_fen = np.array(
            [
                [
                    int(spend[lv, ladders.district == d].sum() * rng.uniform(0.3, 1.0))
                    for d in range(2)
                ]
                for lv in range(levels)
            ],
            dtype=np.int64,
        )
        cap_fen[rng.random(cap_fen.shape) < 0.3] = -1
    return CutProblem(
        ladders=ladders,
        levels=LEVELS[:levels],
        required_mg=required,
        city_mg=np.array([1000, 800, 500, 900], dtype=np.int64),
        other_mg=np.zeros((levels, 4), dtype=np.int64),
        weight=tuple(int(w) for w in rng.integers(1, 5, size=levels)),
        fairness=fairness,
        exchange_floor=Fraction(7, 10) if exchange else None,
        exchange_required_mg=(np.maximum(required[:, 1:3], 0) * 7 // 10) if exchange else None,
        district_cap_fen=cap_fen,
    )


def lawful(problem: CutProblem, step: np.ndarray) -> str:
    """Return the first broken rule in words, or an empty text. Targets are checked apart."""
    ladders = problem.ladders
    share = [[int(ladders.share[ladders.start[g] + s]) for g, s in enumerate(row)] for row in step]
    for lv, row in enumerate(step):
        for g, s in enumerate(row):
            if not ladders.floor[lv, g] <= s <= ladders.cap[lv, g]:
                return f"group {g} level {lv}: step {s}"
            if lv and s < step[lv - 1][g]:
                return f"group {g} level {lv}: nesting"
        for g, h in product(range(len(row)), repeat=2):
            if (
                problem.fairness
                and ladders.fair[g]
                and ladders.fair[h]
                and ladders.industry[g] == ladders.industry[h]
                and ladders.rank[g] < ladders.rank[h]
                and share[lv][g] > share[lv][h]
                and row[h] != ladders.cap[lv, h]
            ):
                return f"groups {g} and {h} level {lv}: fairness"
        if problem.district_cap_fen is not None:
            for d in range(2):
                limit = problem.district_cap_fen[lv, d]
                spent = sum(
                    int(ladders.cost_fen[ladders.start[g] + s])
                    for g, s in enumerate(row)
                    if ladders.district[g] == d
                )
                if limit >= 0 and spent > limit:
                    return f"district {d} level {lv}: cap"
    return ""


def meets(problem: CutProblem, step: np.ndarray) -> bool:
    ladders = problem.ladders
    for lv, row in enumerate(step):
        cut = [
            sum(int(ladders.reduction_mg[ladders.start[g] + s, p]) for g, s in enumerate(row))
            for p in range(4)
        ]
        need = [int(r) for r in problem.required_mg[lv]]
        trade = problem.exchange_floor is not None and need[1] != -1 and need[2] != -1
        for p in range(4):
            if trade and p in (1, 2):
                if cut[p] < problem.exchange_required_mg[lv, p - 1]:
                    return False
            elif need[p] != -1 and cut[p] < need[p]:
                return False
        if trade and sum(Fraction(cut[p] - need[p], int(problem.city_mg[p])) for p in (1, 2)) < 0:
            return False
    return True


def value(problem: CutProblem, step: np.ndarray) -> int:
    ladders = problem.ladders
    return sum(
        w * sum(int(ladders.cost_fen[ladders.start[g] + s]) for g, s in enumerate(row))
        for w, row in zip(problem.weight, step, strict=True)
    )


def brute_force(problem: CutProblem) -> int | None:
    """Least value over all lawful choices that meet the targets, None when there is none."""
    ladders = problem.ladders
    n_levels, n = ladders.floor.shape
    triples = [
        [
            t
            for t in product(
                *(range(ladders.floor[lv, g], ladders.cap[lv, g] + 1) for lv in range(n_levels))
            )
            if all(a <= b for a, b in pairwise(t))
        ]
        for g in range(n)
    ]
    best = None
    for chosen in product(*triples):
        step = np.array(chosen, dtype=np.int64).T.reshape(n_levels, n)
        cost = value(problem, step)
        if (best is None or cost < best) and meets(problem, step) and not lawful(problem, step):
            best = cost
    return best


SIZES = st.sampled_from([(2, 1), (3, 1), (5, 1), (2, 2), (3, 2), (4, 2), (2, 3), (3, 3)])


@settings(
    max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(
    seed=st.integers(0, 2**31),
    size=SIZES,
    exchange=st.booleans(),
    caps=st.booleans(),
    fairness=st.booleans(),
)
def test_equals_brute_force(seed, size, exchange, caps, fairness):
    problem = small_city(
        seed,
        groups=size[0],
        levels=size[1],
        exchange=exchange,
        caps=caps,
        fairness=fairness,
        steps=3 if size[1] < 3 else 2,
    )
    best = brute_force(problem)
    answer = optimise(problem, SOLVER, gap=0.0)
    if best is None:
        assert isinstance(answer, Shortfall)
        step = answer.step.astype(int)
        assert not meets(problem, step) or lawful(problem, step)
        assert answer.short_mg or answer.binding
        assert answer.value_fen == value(problem, step)
    else:
        assert isinstance(answer, CutSolution)
        assert lawful(problem, answer.step.astype(int)) == ""
        assert meets(problem, answer.step.astype(int))
        assert answer.value_fen == value(problem, answer.step.astype(int)) == best
        assert answer.bound_fen <= best + 1e-6
        assert answer.gap <= 1e-9


def one_problem(seed: int, size: tuple[int, int], *, caps: bool, exchange: bool) -> CutProblem:
    return small_city(
        seed,
        groups=size[0],
        levels=size[1],
        exchange=exchange,
        caps=caps,
        steps=3 if size[1] < 3 else 2,
    )


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**31), size=SIZES, exchange=st.booleans(), caps=st.booleans())
def test_city_method_equals_brute_force(seed, size, exchange, caps):
    problem = one_problem(seed, size, caps=caps, exchange=exchange)
    frame = prepare(problem)
    if beyond_reach(frame) or not frame.rows:
        return
    best = brute_force(problem)
    found, _ = solve_city(frame, SOLVER, gap=0.0)
    assert found.infeasible == (best is None)
    if best is not None:
        assert found.step is not None
        step = frame.spread(found.step)
        assert lawful(problem, step) == ""
        assert meets(problem, step)
        assert found.value_fen == best
        assert found.bound_fen <= best


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**31), size=SIZES, exchange=st.booleans())
def test_scale_method_brackets_brute_force(seed, size, exchange):
    problem = one_problem(seed, size, caps=False, exchange=exchange)
    frame = prepare(problem)
    if beyond_reach(frame) or not frame.rows:
        return
    best = brute_force(problem)
    assert best is not None
    found, _ = solve_scale(frame, SOLVER, gap=0.01)
    assert found.step is not None
    step = frame.spread(found.step)
    assert lawful(problem, step) == ""
    assert meets(problem, step)
    assert found.value_fen == value(problem, step)
    assert found.bound_fen <= best <= found.value_fen


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**31), size=SIZES, scale=st.floats(0.1, 300))
def test_bound_by_blocks_holds_at_any_prices(seed, size, scale):
    problem = one_problem(seed, size, caps=False, exchange=False)
    frame = prepare(problem)
    if beyond_reach(frame) or not frame.rows:
        return
    best = brute_force(problem)
    assert best is not None
    prices = Prices(np.random.default_rng(seed).random(len(frame.rows)) * scale, np.zeros(0))
    answers = Blocks(frame, SOLVER, 0).priced(prices.target, lambda: np.inf)
    assert answers is not None
    assert bound_fen(frame, prices, answers) <= best + 1e-6
