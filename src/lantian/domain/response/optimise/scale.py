"""Scale method: price the targets, bound industry by industry, core problem for the lines.

1. A sample of groups, with targets scaled to it, gives first prices.
2. At given prices the list falls apart into blocks (`blocks`), each a linear program kept warm;
   their safe bounds add up to a bound for the whole problem.
3. A master program (`master`) mixes what the blocks did; its duals, kept in a box around the
   best prices so far, are the next prices. Bound and master meet after some rounds.
4. Lines stop in the order in which they enter the mix; each industry takes its heaviest
   answer's policy; at that policy prices are sifted and the core problem gives the plan.

The bound is valid whatever the prices are, so the certified gap is honest wherever it stops.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.arrange import answer_order, carried
from lantian.domain.response.optimise.blocks import Answer, Blocks, bound_fen
from lantian.domain.response.optimise.core import ROUNDS, solve_core
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.incumbent import Incumbent
from lantian.domain.response.optimise.master import mix
from lantian.domain.response.optimise.plain import Found, relative_gap
from lantian.domain.response.optimise.policies import Industries
from lantian.domain.response.optimise.pricing import (
    Prices,
    best_nested,
    boxes,
    settle,
    state_values,
)
from lantian.domain.response.optimise.protocol import LinearSolver
from lantian.domain.response.optimise.sift import Priced, breadth, first_prices, sift

Int = NDArray[np.int64]
Float = NDArray[np.float64]

MASTER_ROUNDS = 40
POLISH_ROUNDS = 8
PRICING_SHARE = 0.7
"""Part of a time limit after which prices rise no more; the rest is for the plan."""

FAR_DEARER = (1.05, 1.15, 1.4, 2.0, 4.0, 16.0)
DEARER = (1.0, 1.002, 1.01, 1.05)
FLIPS = 8
"""How many industries that the master leaves mixed are tried the other way."""


@dataclass(frozen=True, slots=True)
class _Mixed:
    """Where raising prices ended: the best prices and what each block did, by weight."""

    prices: Prices
    rounds: list[list[Answer]]
    weights: Float


class _Run(Incumbent):
    """State of one run at scale."""

    method = "scale"


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
    ends = solver.now() + (np.inf if time_limit_s is None else time_limit_s)
    run = _Run(frame, solver, gap, seed, lambda: ends - solver.now(), progress)
    blocks = Blocks(frame, solver, seed)
    pricing_ends = solver.now() + PRICING_SHARE * run.left_s()
    guess = first_prices(frame, solver, seed)
    mixed = _raise_prices(run, blocks, guess, lambda: pricing_ends - solver.now())
    if run.bound > _dearest_fen(frame):
        return Found(None, 0, np.inf, infeasible=True, method="scale"), []
    if relative_gap(run.value, run.bound) > gap:
        _Settled(run, blocks, mixed).plan()
    target = [float(p) for p in mixed.prices.target]
    return run.found(), target


def _dearest_fen(frame: Frame) -> float:
    """Return more than any plan can cost: beyond it a bound proves that there is none."""
    weight = np.array(frame.problem.weight, dtype=np.float64)
    total = float(frame.fixed_fen) + float(weight.sum()) * float(frame.cost.max(axis=1).sum())
    if frame.lines is not None:
        free = frame.lines
        dearer = np.maximum(free.cost, free.part_cost)
        total += float(weight.sum()) * float(dearer.sum())
    return 1.001 * total


def _raise_prices(run: _Run, blocks: Blocks, prices: Prices, left_s: Callable[[], float]) -> _Mixed:
    """Box-step method on the target prices; return where it ended."""
    frame = run.frame
    # What prices are about, for rows that have none yet.
    usual = _dearest_fen(frame) / max(1, len(frame.rows))
    best, mixed = -np.inf, _Mixed(prices, [], np.zeros((0, 0)))
    rounds: list[list[Answer]] = []
    radius = 0.4
    for number in range(MASTER_ROUNDS):
        answers = blocks.priced(prices.target, left_s)
        if answers is None:
            break
        rounds.append(answers)
        bound = bound_fen(frame, prices, answers)
        run.raise_bound(bound)
        if bound > best:
            best, mixed = bound, _Mixed(prices, rounds, mixed.weights)
            radius = min(0.6, radius * 1.5) if number else radius
        else:
            radius *= 0.5
        centre = mixed.prices.target
        reach = radius * (centre + 0.1 * max(float(centre.max(initial=0.0)), 1e-3 * usual))
        box = np.maximum(0.0, centre - reach), centre + reach
        found = mix(rounds, box, run.solver, run.seed)
        if found is None:
            break
        mixed = _Mixed(mixed.prices, rounds, found.weights)
        master = found.fen + float(frame.fixed_fen)
        room = relative_gap(master, best)
        run.log.append(f"round {number}: bound {bound / 100:.0f}, master {master / 100:.0f} CNY")
        if room <= 0.1 * run.gap or radius < 1e-4 or best > _dearest_fen(frame):
            break
        prices = Prices(found.target, prices.cap)
    return mixed


class _Settled:
    """The frame with its stopping orders settled by the mix, and the search for a plan there."""

    def __init__(self, run: _Run, blocks: Blocks, mixed: _Mixed) -> None:
        self.run, self.blocks, self.mixed = run, blocks, mixed
        frame = run.frame
        self.order: Int | None = None
        self.frame = frame
        self.prices = mixed.prices
        if frame.lines is not None:
            self.order = answer_order(frame, self._entered(), mixed.prices)
            self.frame = frame.in_order(self.order)
            self.prices = carried(frame, mixed.prices, self.frame)
        self.industries = Industries(self.frame)

    def _entered(self) -> Float:
        """Return ``(N,)`` over how many levels each free line is stopped or limited in the mix."""
        assert self.run.frame.lines is not None
        entered = np.zeros(self.run.frame.lines.count)
        weights = self.mixed.weights
        for answers, share in zip(self.mixed.rounds[: len(weights)], weights, strict=True):
            for part, answer, weight in zip(self.blocks.parts, answers, share, strict=True):
                if weight > 0 and part.form.lines is not None:
                    entered[part.lines] += weight * part.form.lines.entered(answer.x)
        return entered

    def plan(self) -> None:
        """Look for plans at the policy that the mix favours."""
        if not self.frame.rows:  # in this order floors alone reach every target
            self.run.accept(self.frame.low, (self.frame, self.order))
            return
        best = self._choose_policy()
        if best is not None:
            self._plan_at(best)

    def _choose_policy(self) -> Priced | None:
        """Return the best sifted policy made of the mix's answers."""
        run, frame = self.run, self.frame
        policy = np.zeros((frame.top.size, frame.n_levels), dtype=np.int64)
        mixed: list[tuple[float, int, Int, Int]] = []
        for number, part in enumerate(self.blocks.parts):
            ranked = self._by_weight(number)
            if not part.chain.size or not ranked:
                continue
            policy[part.chain] = ranked[0][1]
            mixed += [(-w, number, part.chain, p) for w, p in ranked[1:] if w > 1e-3]
        best = self._sifted(policy, self.prices)
        for _, _, chain, other in sorted(mixed, key=lambda item: item[:2])[:FLIPS]:
            if relative_gap(best.worth, run.bound) <= 0.5 * run.gap or run.left_s() <= 0:
                break
            trial = best.policy.copy()
            trial[chain] = other
            tried = self._sifted(trial, best.prices)
            if tried.worth < best.worth:
                best = tried
        best = self._polish(best)
        run.log.append(f"policy {best.worth / 100:.0f} CNY, {len(mixed)} mixed")
        return best if np.isfinite(best.worth) else None

    def _by_weight(self, number: int) -> list[tuple[float, Int]]:
        """Return the policies of one block in the mix, heaviest first."""
        part, weights = self.blocks.parts[number], self.mixed.weights
        found: dict[bytes, tuple[float, Int]] = {}
        for answers, weight in zip(
            self.mixed.rounds[: len(weights)], weights[:, number], strict=True
        ):
            policy = part.policy(answers[number].x)
            before, _ = found.get(policy.tobytes(), (0.0, policy))
            found[policy.tobytes()] = (before + float(weight), policy)
        return [found[key] for key in sorted(found, key=lambda k: (-found[k][0], k))]

    def _sifted(self, policy: Int, prices: Prices) -> Priced:
        frame = self.frame
        return sift(frame, settle(frame, policy), prices, self.run.solver, self.run.seed)

    def _polish(self, best: Priced) -> Priced:
        """Move single industries at the policy's own prices while the sifted worth falls."""
        run = self.run
        for _ in range(POLISH_ROUNDS):
            if relative_gap(best.worth, run.bound) <= 0.4 * run.gap or run.left_s() <= 0:
                break
            values = state_values(self.frame, best.prices)
            moved = self.industries.improve(values, best.policy, best.policy, thorough=True)
            changed = [c for c in self.industries.chains if (moved[c] != best.policy[c]).any()]
            before = best
            for part in [changed, *([c] for c in changed)] if len(changed) > 1 else [changed]:
                trial = best.policy.copy()
                for chain in part:
                    trial[chain] = moved[chain]
                if part:
                    tried = self._sifted(trial, best.prices)
                    best = tried if tried.worth < best.worth else best
                if best is not before:
                    break
            if best is before:
                break
        return best

    def _plan_at(self, priced: Priced) -> None:
        """Look for a plan at a policy."""
        run, frame = self.run, self.frame
        aim = max(run.bound / (1 - run.gap), priced.fen / (1 - 0.2 * run.gap))
        # A policy that is itself too dear is not worth the deepest search.
        rounds = ROUNDS[:4] if relative_gap(priced.fen, run.bound) <= run.gap else ROUNDS[:3]
        low, high = boxes(frame, priced.policy)
        for dearer in FAR_DEARER:  # plans that any price high enough gives, until one is valid
            before = run.value
            self._accept_priced(priced, dearer, (low, high))
            if run.value < before:
                break
        wide = breadth(frame)
        wider = tuple((round(size * wide), nodes) for size, nodes in rounds)
        for dearer in DEARER:
            # Prices a hair too low leave every core short; higher ones buy a little too much.
            prices = self._accept_priced(priced, dearer, (low, high))
            step = solve_core(
                frame,
                (low, high),
                prices,
                run.solver,
                target_fen=aim,
                seed=run.seed,
                left_s=run.left_s,
                best_fen=run.value,
                rounds=wider,
            )
            if step is not None:
                run.accept(step, (frame, self.order))
            if run.value <= aim or run.left_s() <= 0:
                break

    def _accept_priced(self, priced: Priced, dearer: float, box: tuple[Int, Int]) -> Prices:
        """Try the plan that prices alone give; return these prices."""
        prices = Prices(priced.prices.target * dearer, priced.prices.cap)
        step = best_nested(state_values(self.frame, prices), *box)[0]
        self.run.accept(step, (self.frame, self.order))
        return prices
