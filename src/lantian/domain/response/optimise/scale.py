"""Scale method: price the targets, bound by dynamic programmes, core problem for the lines.

1. A sample of groups, with targets scaled to it, gives first prices and a first policy.
2. At given prices `FairBound` gives a bound for the whole problem and the policy it would
   choose; the best nested picks at that policy are one *column* of each industry.
3. A master program mixes the columns to meet the targets; its duals, kept in a box around the
   best prices so far, are the next prices. Bound and master meet after some rounds.
4. Each industry takes its heaviest column's policy; at that policy prices are sifted and the
   core problem gives the plan.

The bound is valid whatever the prices are, so the certified gap is honest wherever it stops.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.arrange import carried, priced_order
from lantian.domain.response.optimise.core import ROUNDS, solve_core
from lantian.domain.response.optimise.exact import valid
from lantian.domain.response.optimise.fairbound import FairBound, nesting_multipliers
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.plain import Found, relative_gap
from lantian.domain.response.optimise.policies import Industries
from lantian.domain.response.optimise.pricing import (
    Prices,
    best_nested,
    boxes,
    state_values,
)
from lantian.domain.response.optimise.protocol import LinearModel, LinearSolver
from lantian.domain.response.optimise.sift import Priced, breadth, first_guess, sift

Int = NDArray[np.int64]
Float = NDArray[np.float64]

MASTER_ROUNDS = 40
LEANS = (0.5, 0.0, 1.0)
POLISH_ROUNDS = 8
FAR_DEARER = (1.05, 1.15, 1.4, 2.0, 4.0, 16.0)
DEARER = (1.0, 1.002, 1.01, 1.05)
FLIPS = 8
"""How many industries that the master leaves mixed are tried the other way."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Picks of every industry at one policy: cost and covered part of each row, by block."""

    policy: Int
    cost: Float
    cover: Float


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
        self.base = float(frame.value_fen(frame.base))
        self.bound = self.base
        self.fair = FairBound(frame)
        self.industries = Industries(frame)
        self.columns: list[_Column] = []
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

    def keep_bound(self, bound: float) -> None:
        """Keep a better bound, less a margin for summing in floats."""
        bound -= 1e-10 * abs(bound)
        if bound > self.bound:
            self.bound = min(bound, self.value)
            self.tell()

    def lift(self, prices: Prices, policy: Int) -> tuple[float, Int]:
        """Return the bound at these prices and a good policy for them."""
        values = state_values(self.frame, prices)
        low, high = boxes(self.frame, policy)
        constant = prices.constant(self.frame)
        if self.frame.top.size == 0:
            bound = float(best_nested(values, low, high)[1].sum()) + constant
            self.keep_bound(bound)
            self.add_column(values, policy)
            return bound, policy
        best, wish = -np.inf, policy
        for lean in LEANS:
            moved = nesting_multipliers(values, low, high, lean=lean)
            total, chosen = self.fair.evaluate(moved)
            if total > best:
                best, wish = total, chosen
        self.keep_bound(best + constant)
        better = self.industries.improve(values, policy, wish, thorough=True)
        self.add_column(values, better)
        return best + constant, better

    def add_column(self, values: Float, policy: Int) -> None:
        """Store the nested picks of every block at a policy."""
        frame = self.frame
        low, high = boxes(frame, policy)
        pick, _ = best_nested(values, low, high)
        everyone = np.arange(frame.active.size)
        block, n = self.industries.block, len(self.industries.chains) + 1
        cost = np.zeros(frame.active.size)
        for level, weight in enumerate(frame.problem.weight):
            rise = frame.cost[everyone, pick[level]] - frame.cost[everyone, frame.low[level]]
            cost += float(weight) * rise
        cover = np.zeros((n, len(frame.rows)))
        for r, row in enumerate(frame.rows):
            gain = frame.mass[everyone, pick[row.level]]
            gain = gain - frame.mass[everyone, frame.low[row.level]]
            cover[:, r] = np.bincount(block, weights=gain @ row.coefficients(), minlength=n)
        by_block = np.bincount(block, weights=cost, minlength=n).astype(np.float64)
        self.columns.append(_Column(policy, by_block, cover))

    def master(self, centre: Float, radius: float) -> tuple[Float, float, Float]:
        """Return prices, value and ``(columns, blocks)`` weights of the master program."""
        n_blocks, n_rows = self.columns[0].cover.shape
        n = len(self.columns) * n_blocks
        reach = radius * (centre + 0.1 * float(centre.max(initial=0.0)))
        unit = max(1.0, float(centre.max(initial=1.0)))
        cover = np.concatenate([c.cover for c in self.columns])  # (columns * blocks, rows)
        cost = np.concatenate([c.cost for c in self.columns])
        one = np.eye(n_rows)
        # Shortfall costs the box's upper price, surplus earns its lower one.
        matrix = np.concatenate([cover.T, one, -one], axis=1)
        simplex = np.tile(np.eye(n_blocks), len(self.columns))
        simplex = np.concatenate([simplex, np.zeros((n_blocks, 2 * n_rows))], axis=1)
        dense = np.concatenate([matrix, simplex])
        row, column = np.nonzero(dense)
        total = n + 2 * n_rows
        model = LinearModel(
            cost=np.concatenate([cost, centre + reach, -np.maximum(0.0, centre - reach)]) / unit,
            lower=np.zeros(total),
            upper=np.full(total, np.inf),
            integer=np.zeros(total, dtype=np.bool_),
            row_lower=np.ones(n_rows + n_blocks),
            row_upper=np.concatenate([np.full(n_rows, np.inf), np.ones(n_blocks)]),
            start=np.searchsorted(row, np.arange(n_rows + n_blocks + 1)),
            index=column,
            value=dense[row, column],
        )
        result = self.solver.relax(model, seed=self.seed)
        if result.x is None or result.row_dual is None:
            return centre, np.inf, np.zeros((len(self.columns), n_blocks))
        prices = np.maximum(0.0, result.row_dual[:n_rows]) * unit
        weights = result.x[:n].reshape(len(self.columns), n_blocks)
        return prices, result.objective * unit + self.base, weights

    def plan(self, priced: Priced) -> None:
        """Look for a plan at a policy."""
        aim = max(self.bound / (1 - self.gap), priced.fen / (1 - 0.2 * self.gap))
        # A policy that is itself too dear is not worth the deepest search.
        rounds = ROUNDS[:4] if relative_gap(priced.fen, self.bound) <= self.gap else ROUNDS[:3]
        low, high = boxes(self.frame, priced.policy)
        for dearer in FAR_DEARER:  # plans that any price high enough gives, until one is valid
            prices = Prices(priced.prices.target * dearer, priced.prices.cap)
            before = self.value
            self.accept(best_nested(state_values(self.frame, prices), low, high)[0])
            if self.value < before:
                break
        wide = breadth(self.frame)
        wider = tuple((round(size * wide), nodes) for size, nodes in rounds)
        for dearer in DEARER:
            # Prices a hair too low leave every core short; higher ones buy a little too much.
            prices = Prices(priced.prices.target * dearer, priced.prices.cap)
            self.accept(best_nested(state_values(self.frame, prices), low, high)[0])
            step = solve_core(
                self.frame,
                (low, high),
                prices,
                self.solver,
                target_fen=aim,
                seed=self.seed,
                left_s=self.left_s,
                best_fen=self.value,
                rounds=wider,
            )
            if step is not None:
                self.accept(step)
            if self.value <= aim or self.left_s() <= 0:
                break

    def accept(self, step: Int) -> None:
        """Keep a plan if it is valid and better."""
        value = float(self.frame.value_fen(self.frame.spread(step)))
        if value < self.value and valid(self.frame, step):
            self.step, self.value = step, value
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
    """Return the plan and the price of each target row (weighted fen per whole row).

    Frames with district caps are not for this method.
    """
    if frame.lines is not None:
        return _free_scale(frame, solver, gap, seed, time_limit_s)
    if not frame.rows:  # floors alone reach every target
        floors = frame.value_fen(frame.spread(frame.low))
        return Found(frame.low, floors, float(floors), method="scale"), []
    ends = solver.now() + (np.inf if time_limit_s is None else time_limit_s)
    run = _Run(frame, solver, gap, seed, lambda: ends - solver.now(), progress)
    policy, prices = first_guess(frame, solver, seed)
    prices, weights = _raise_prices(run, policy, prices)
    best = _choose_policy(run, prices, weights)
    if best is not None:
        if frame.top.size == 0:  # one policy only: its Lagrangian is a bound for everything
            run.keep_bound(best.fen)
        run.plan(best)
    bound = min(run.bound, run.value)
    found = Found(run.step, int(run.value), bound, method="scale", log=tuple(run.log))
    return found, [float(p) for p in prices.target]


def _free_scale(
    frame: Frame, solver: LinearSolver, gap: float, seed: int, time_limit_s: float | None
) -> tuple[Found, list[float]]:
    """Plan in the order of the list and in the priced order; bound both by the free model."""
    half = None if time_limit_s is None else time_limit_s / 2
    listed = frame.as_listed()
    found, price = solve_scale(listed, solver, gap=gap, seed=seed, time_limit_s=half)
    prices = carried(listed, Prices(np.array(price), np.zeros(0)), frame)
    order = priced_order(frame, prices)
    again, again_price = solve_scale(
        frame.in_order(order), solver, gap=gap, seed=seed, time_limit_s=half
    )
    other = carried(frame.in_order(order), Prices(np.array(again_price), np.zeros(0)), frame)
    bound = max(free_bound(frame, prices), free_bound(frame, other))
    best = replace(again, order=order) if again.value_fen < found.value_fen else found
    best = replace(best, bound_fen=min(bound, float(best.value_fen)))
    return best, [float(p) for p in prices.target]


def free_bound(frame: Frame, prices: Prices) -> float:
    """Return the bound at these prices for every stopping order, steps and lines not nested."""
    values = state_values(frame, prices)
    constant = prices.constant(frame)
    if frame.top.size == 0:
        total = float(best_nested(values, frame.low, frame.high)[1].sum())
    else:
        fair = FairBound(frame)
        total = max(
            fair.evaluate(nesting_multipliers(values, frame.low, frame.high, lean=lean))[0]
            for lean in LEANS
        )
    bound = total + constant
    return bound - 1e-10 * abs(bound)


def _raise_prices(run: _Run, policy: Int, prices: Prices) -> tuple[Prices, Float]:
    """Box-step method on the target prices; return the best and the last master's weights."""
    best_bound, centre = -np.inf, prices
    radius = 0.4
    weights = np.zeros((0, 0))
    for number in range(MASTER_ROUNDS):
        bound, policy = run.lift(prices, policy)
        if bound > best_bound:
            best_bound, centre = bound, prices
            radius = min(0.6, radius * 1.5) if number else radius
        else:
            radius *= 0.5
        target, master, weights = run.master(centre.target, radius)
        room = relative_gap(master, best_bound)
        run.log.append(f"round {number}: bound {bound / 100:.0f}, master {master / 100:.0f} CNY")
        if room <= 0.1 * run.gap or radius < 1e-4 or run.left_s() <= 0:
            break
        prices = Prices(target, prices.cap)
    return centre, weights


def _choose_policy(run: _Run, prices: Prices, weights: Float) -> Priced | None:
    """Return the best sifted policy made of the master's columns."""
    chains = run.industries.chains
    policy = run.columns[-1].policy.copy()
    mixed: list[tuple[float, int, Int]] = []
    for number, chain in enumerate(chains):
        share: dict[bytes, float] = {}
        for column, weight in zip(run.columns, weights[:, number], strict=True):
            key = column.policy[chain].tobytes()
            share[key] = share.get(key, 0.0) + float(weight)
        ranked = sorted(share.items(), key=lambda item: (-item[1], item[0]))
        policy[chain] = np.frombuffer(ranked[0][0], dtype=np.int64).reshape(chain.size, -1)
        for key, weight in ranked[1:]:
            if weight > 1e-3:
                other = np.frombuffer(key, dtype=np.int64).reshape(chain.size, -1)
                mixed.append((-weight, number, other))
    best = sift(run.frame, policy, prices, run.solver, run.seed)
    for _, number, other in sorted(mixed, key=lambda item: item[:2])[:FLIPS]:
        if relative_gap(best.worth, run.bound) <= 0.5 * run.gap or run.left_s() <= 0:
            break
        trial = best.policy.copy()
        trial[chains[number]] = other
        tried = sift(run.frame, trial, best.prices, run.solver, run.seed)
        if tried.worth < best.worth:
            best = tried
    best = _polish(run, best)
    run.log.append(f"policy {best.worth / 100:.0f} CNY, {len(mixed)} mixed")
    return best if np.isfinite(best.worth) else None


def _polish(run: _Run, best: Priced) -> Priced:
    """Move single industries at the policy's own prices while the sifted worth falls."""
    for _ in range(POLISH_ROUNDS):
        if relative_gap(best.worth, run.bound) <= 0.4 * run.gap or run.left_s() <= 0:
            break
        values = state_values(run.frame, best.prices)
        moved = run.industries.improve(values, best.policy, best.policy, thorough=True)
        changed = [c for c in run.industries.chains if (moved[c] != best.policy[c]).any()]
        before = best
        for part in [changed, *([c] for c in changed)] if len(changed) > 1 else [changed]:
            trial = best.policy.copy()
            for chain in part:
                trial[chain] = moved[chain]
            if part:
                tried = sift(run.frame, trial, best.prices, run.solver, run.seed)
                best = tried if tried.worth < best.worth else best
            if best is not before:
                break
        if best is before:
            break
    return best
