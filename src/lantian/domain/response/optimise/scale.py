"""Scale method: sift for prices, bound by dynamic programmes, core problem for the lines.

1. A sample of groups, with targets scaled to it, gives first prices and a first policy.
2. At that policy the prices are sifted: with them every group picks its best nested steps by
   itself; the nearly indifferent ones form a small linear program whose duals go round again.
3. The bound holds for the whole problem: `FairBound` at those prices, nesting priced in.
4. The policy moves where the bound's own policy differs and is cheaper; 2 to 4 repeat.
5. The core problem gives the plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.core import (
    ROUNDS,
    choice_model,
    nearly_indifferent,
    solve_core,
)
from lantian.domain.response.optimise.exact import valid
from lantian.domain.response.optimise.fairbound import FairBound, nesting_multipliers
from lantian.domain.response.optimise.formulation import formulate
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.plain import Found, relative_gap
from lantian.domain.response.optimise.pricing import (
    Prices,
    best_nested,
    boxes,
    regrets,
    settle,
    state_values,
)
from lantian.domain.response.optimise.protocol import LinearSolver

Int = NDArray[np.int64]
Float = NDArray[np.float64]

SAMPLE = 4000
SIFT_SIZE = 4000
SIFT_ROUNDS = 8
POLICY_ROUNDS = 6
MEET = 2e-6
"""Sifting stops when bound and linear program are this close."""


@dataclass(frozen=True, slots=True)
class Priced:
    """Prices sifted at a policy, with the Lagrangian value of that policy."""

    policy: Int
    prices: Prices
    fen: float


def sample_frame(frame: Frame, size: int, seed: int) -> Frame:
    """Return a smaller frame: the largest groups and a draw of the rest, targets in proportion.

    Boundaries keep their numbers, so prices and policies carry over.
    """
    n = frame.active.size
    if n <= size:
        return frame
    every = np.arange(n)
    lift = np.take_along_axis(frame.mass, frame.high[-1][:, None, None], axis=1)[:, 0]
    lift = lift - np.take_along_axis(frame.mass, frame.low[-1][:, None, None], axis=1)[:, 0]
    chosen = np.sort(np.random.default_rng(seed).choice(every, size=size, replace=False))
    rows = []
    for row in frame.rows:
        factor = np.array([float(f) for f in row.factor])
        gain = _room(frame, row.level) @ factor
        part = float(gain[chosen].sum() / max(1.0, gain.sum()))
        left = max(1, int(row.left * part))
        rows.append(replace(row, left=left))
    return replace(
        frame,
        active=frame.active[chosen],
        cost=frame.cost[chosen],
        mass=frame.mass[chosen],
        height=frame.height[chosen],
        low=frame.low[:, chosen],
        high=frame.high[:, chosen],
        below=frame.below[chosen],
        above=frame.above[chosen],
        rows=tuple(rows),
        caps=(),
    )


def _room(frame: Frame, level: int) -> Float:
    top = np.take_along_axis(frame.mass, frame.high[level][:, None, None], axis=1)[:, 0]
    low = np.take_along_axis(frame.mass, frame.low[level][:, None, None], axis=1)[:, 0]
    return (top - low).astype(np.float64)


def first_guess(frame: Frame, solver: LinearSolver, seed: int) -> tuple[Int, Prices]:
    """Return a policy and prices from the relaxation of a sample."""
    small = sample_frame(frame, SAMPLE, seed)
    form = formulate(small)
    result = solver.relax(form.model, seed=seed)
    if result.x is None or result.row_dual is None:
        policy = np.zeros((frame.top.size, frame.n_levels), dtype=np.int64)
        return settle(frame, policy), Prices(np.zeros(len(frame.rows)), np.zeros(0))
    columns = form.policy
    on = np.where(columns >= 0, result.x[np.maximum(columns, 0)] >= 0.5, False)
    policy = settle(frame, on.sum(axis=2).astype(np.int64))
    small_price = np.maximum(0.0, result.row_dual[: form.n_targets]) * form.unit_fen
    # A whole row of the sample is a part of the whole row.
    grow = np.array([r.left / s.left for r, s in zip(frame.rows, small.rows, strict=True)])
    return policy, Prices(small_price * grow, np.zeros(0))


def sift(
    frame: Frame, policy: Int, prices: Prices, solver: LinearSolver, seed: int
) -> Priced | None:
    """Return prices that are best for a policy, or None when the policy misses a target."""
    low, high = boxes(frame, policy)
    best = Priced(policy, prices, -np.inf)
    for _ in range(SIFT_ROUNDS):
        values = state_values(frame, prices)
        pick, least = best_nested(values, low, high)
        fen = float(least.sum()) + prices.constant(frame)
        if fen > best.fen:
            best = Priced(policy, prices, fen)
        choices = nearly_indifferent(values, regrets(values, low, high), SIFT_SIZE)
        model, constant, unit = choice_model(frame, pick, choices)
        result = solver.relax(model, seed=seed)
        if result.row_dual is None:
            prices = Prices(prices.target * 1.5 + 1e-3 * abs(best.fen), prices.cap)
            continue
        if result.objective * unit + constant - best.fen <= MEET * abs(best.fen):
            return best
        dual = np.maximum(0.0, result.row_dual[: len(frame.rows)]) * unit
        prices = Prices(dual, prices.cap)
    return best


class _Run:
    """State of one run at scale."""

    def __init__(
        self,
        frame: Frame,
        solver: LinearSolver,
        gap: float,
        seed: int,
        left_s: Callable[[], float],
        progress: Callable[[int, float, float], None] | None,
    ) -> None:
        self.frame, self.solver, self.gap, self.seed = frame, solver, gap, seed
        self.left_s, self.progress = left_s, progress
        self.step: Int = frame.high
        self.value = float(frame.value_fen(frame.spread(frame.high)))
        self.bound = float(frame.value_fen(frame.base))
        self.fair = FairBound(frame)
        self.log: list[str] = []
        self.tell()

    def tell(self) -> None:
        """Report value, bound and gap."""
        if self.progress:
            self.progress(int(self.value), self.bound, relative_gap(self.value, self.bound))

    @property
    def done(self) -> bool:
        """Whether the certified gap is reached."""
        return relative_gap(self.value, self.bound) <= self.gap

    def lift(self, priced: Priced) -> Int:
        """Raise the bound at these prices; return the policy that the bound would choose."""
        values = state_values(self.frame, priced.prices)
        constant = priced.prices.constant(self.frame)
        low, high = boxes(self.frame, priced.policy)
        if self.frame.top.size == 0:
            self.keep_bound(priced.fen)
            return priced.policy
        chosen, best = priced.policy, -np.inf
        for lean in (0.5, 0.0, 1.0):
            moved = nesting_multipliers(values, low, high, lean=lean)
            total, policy = self.fair.evaluate(moved)
            if total > best:
                best, chosen = total, policy
        self.keep_bound(best + constant)
        return chosen

    def keep_bound(self, bound: float) -> None:
        """Keep a better bound, less a margin for summing in floats."""
        bound -= 1e-12 * abs(bound) * 100
        if bound > self.bound:
            self.bound = min(bound, self.value)
            self.tell()

    def plan(self, priced: Priced) -> None:
        """Look for a plan at a policy."""
        aim = max(self.bound / (1 - self.gap), priced.fen / (1 - 0.2 * self.gap))
        # A policy that is itself too dear is not worth the deepest search.
        rounds = ROUNDS[:4] if relative_gap(priced.fen, self.bound) <= self.gap else ROUNDS[:2]
        step = solve_core(
            self.frame,
            priced.policy,
            priced.prices,
            self.solver,
            target_fen=aim,
            seed=self.seed,
            left_s=self.left_s,
            best_fen=self.value,
            rounds=rounds,
        )
        if step is not None and valid(self.frame, step):
            self.step, self.value = step, float(self.frame.value_fen(self.frame.spread(step)))
            self.tell()


def solve_scale(
    frame: Frame,
    solver: LinearSolver,
    *,
    gap: float,
    seed: int = 0,
    time_limit_s: float | None = None,
    progress: Callable[[int, float, float], None] | None = None,
) -> tuple[Found, list[float]]:
    """Return the plan and the price of each target row; no district caps."""
    ends = time.monotonic() + (np.inf if time_limit_s is None else time_limit_s)
    run = _Run(frame, solver, gap, seed, lambda: ends - time.monotonic(), progress)
    policy, prices = first_guess(frame, solver, seed)
    best: Priced | None = None
    for _ in range(POLICY_ROUNDS):
        priced = sift(frame, policy, prices, solver, seed)
        if priced is None or run.left_s() <= 0:
            break
        if best is None or priced.fen < best.fen:
            best = priced
        chosen = run.lift(priced)
        run.log.append(f"policy {priced.fen / 100:.0f} bound {run.bound / 100:.0f} CNY")
        if relative_gap(best.fen, run.bound) <= 0.5 * gap:
            break
        policy = better_policy(frame, best, chosen)
        prices = best.prices
        if (policy == best.policy).all():
            break
    if best is not None:
        run.plan(best)
        prices = best.prices
    found = Found(
        run.step, int(run.value), min(run.bound, run.value), method="scale", log=tuple(run.log)
    )
    return found, [float(p) for p in prices.target]


def better_policy(frame: Frame, priced: Priced, wish: Int) -> Int:
    """Return the policy with every industry moved towards `wish` where that is cheaper.

    Each industry is judged at fixed prices, by the nested picks of its own groups; single
    boundaries are then moved up or down by one height while that helps.
    """
    values = state_values(frame, priced.prices)
    chains = _chains(frame)
    owner = np.where(frame.below >= 0, frame.below, frame.above)
    policy = priced.policy.copy()
    for chain in chains:
        members = np.flatnonzero(np.isin(owner, chain))
        local = _Local(frame, values, members, chain)
        now = policy[chain]
        best = local.cost(now)
        wished = local.settled(wish[chain])
        cost = local.cost(wished)
        if cost < best - 1e-6 * abs(best):
            now, best = wished, cost
        policy[chain] = local.descend(now, best)
    return settle(frame, policy)


def _chains(frame: Frame) -> list[Int]:
    follows = np.zeros(frame.top.size, dtype=np.bool_)
    follows[frame.after[frame.after >= 0]] = True
    chains = []
    for head in np.flatnonzero(~follows):
        chain = [int(head)]
        while frame.after[chain[-1]] >= 0:
            chain.append(int(frame.after[chain[-1]]))
        chains.append(np.array(chain))
    return chains


class _Local:
    """One industry cut out of the frame, to try policies on."""

    def __init__(self, frame: Frame, values: Float, members: Int, chain: Int) -> None:
        place = np.full(frame.top.size + 1, -1, dtype=np.int64)
        place[chain] = np.arange(chain.size)
        self.frame = replace(
            frame,
            active=frame.active[members],
            cost=frame.cost[members],
            mass=frame.mass[members],
            height=frame.height[members],
            low=frame.low[:, members],
            high=frame.high[:, members],
            below=place[frame.below[members]],
            above=place[frame.above[members]],
            top=frame.top[chain],
            after=place[frame.after[chain]],
        )
        self.values = values[:, members]

    def settled(self, policy: Int) -> Int:
        """Return the least lawful policy not below `policy`."""
        return settle(self.frame, policy)

    def cost(self, policy: Int) -> float:
        """Return the least priced value of the industry at a policy."""
        low, high = boxes(self.frame, policy)
        return float(best_nested(self.values, low, high)[1].sum())

    def descend(self, policy: Int, best: float) -> Int:
        """Move single boundaries while that lowers the value."""
        improved = True
        while improved:
            improved = False
            for b in range(policy.shape[0]):
                for level in range(policy.shape[1]):
                    for move in (1, -1, 2, -2, 4, -4):
                        trial = policy.copy()
                        trial[b, level] = max(0, trial[b, level] + move)
                        if move < 0:  # lower what nesting and rank order would push back up
                            trial[: b + 1, : level + 1] = np.minimum(
                                trial[: b + 1, : level + 1], trial[b, level]
                            )
                        trial = self.settled(trial)
                        if (trial == policy).all():
                            continue
                        cost = self.cost(trial)
                        if cost < best - 1e-7 * abs(best):
                            policy, best, improved = trial, cost, True
        return policy
