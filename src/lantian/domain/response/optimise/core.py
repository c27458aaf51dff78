"""The core problem: at a fixed policy, choose among the nearly indifferent groups only.

With good prices most groups have one nested choice that is clearly best. The few others form a
multiple-choice knapsack with a row per target; it grows until the value is good enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.exact import valid
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.pricing import (
    Prices,
    best_nested,
    regrets,
    state_values,
)
from lantian.domain.response.optimise.protocol import LinearModel, LinearSolver

Int = NDArray[np.int64]
Float = NDArray[np.float64]

ROUNDS = ((300, 30), (900, 150), (2500, 400), (7000, 1500), (16000, 5000))
"""Choices beyond each group's best that enter the core, and branches allowed, by round."""

ROUND_S_PER_CHOICE = 0.004
"""Safety net in seconds: a round that branches little but slowly ends here."""

HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Choices:
    """Nested choices of the core groups: owner and ``(N, L)`` steps, sorted by owner."""

    owner: Int
    step: Int


def solve_core(
    frame: Frame,
    box: tuple[Int, Int],
    prices: Prices,
    solver: LinearSolver,
    *,
    target_fen: float,
    seed: int,
    left_s: Callable[[], float],
    rounds: tuple[tuple[int, int], ...] = ROUNDS,
    best_fen: float = np.inf,
) -> Int | None:
    """Return the best ``(L, A)`` steps found inside the least and greatest steps of `box`, or None.

    Stops at the first plan that costs at most `target_fen`.
    """
    low, high = box
    values = state_values(frame, prices)
    pick, _ = best_nested(values, low, high)
    regret = regrets(values, low, high)
    found: Int | None = None
    for size, nodes in rounds:
        if left_s() <= 0:
            break
        choices = nearly_indifferent(values, regret, size)
        step = _solve_choices(
            frame,
            pick,
            choices,
            solver,
            target_fen,
            seed,
            nodes,
            min(left_s(), 1.0 + ROUND_S_PER_CHOICE * size),
        )
        if step is not None and valid(frame, step):
            value = frame.value_fen(frame.spread(step))
            if value < best_fen:
                found, best_fen = step, value
            if value <= target_fen:
                break
        if choices.owner.size < size:
            break
    return found


def nearly_indifferent(values: Float, regret: Float, size: int) -> Choices:
    """Return the choices of least regret, about `size` of them beyond each group's best.

    A group whose second-best choice is far behind does not appear.
    """
    flat = regret[np.isfinite(regret) & (regret > 0)]
    if flat.size == 0:
        cutoff = 0.0
    elif flat.size <= size:
        cutoff = float(flat.max())
    else:
        cutoff = float(np.partition(flat, size)[size])
    near = regret <= cutoff
    near[:, ~(near.sum(axis=2) > 1).any(axis=0), :] = False
    owner, step = np.nonzero(near[0])
    steps = step[:, None]
    total = values[0, owner, step]
    for level in range(1, values.shape[0]):
        other, ahead = np.nonzero(near[level])
        first = np.searchsorted(other, owner, side="left")
        count = np.searchsorted(other, owner, side="right") - first
        left = np.repeat(np.arange(owner.size), count)
        right = np.arange(left.size) - np.repeat(np.cumsum(count) - count, count) + first[left]
        keep = ahead[right] >= steps[left, -1]
        left, right = left[keep], right[keep]
        owner = owner[left]
        steps = np.concatenate([steps[left], ahead[right][:, None]], axis=1)
        total = total[left] + values[level, owner, ahead[right]]
    least = np.full(values.shape[1], np.inf)
    np.minimum.at(least, owner, total)
    margin = cutoff + 1e-9 * (abs(cutoff) + 1.0)
    keep = total - least[owner] <= margin
    return Choices(owner[keep], steps[keep])


def _solve_choices(
    frame: Frame,
    pick: Int,
    choices: Choices,
    solver: LinearSolver,
    target_fen: float,
    seed: int,
    nodes: int,
    time_limit_s: float,
) -> Int | None:
    """Solve the multiple-choice knapsack; groups outside the core keep `pick`."""
    if choices.owner.size == 0:
        return pick
    model, constant, unit = choice_model(frame, pick, choices)
    result = solver.mip(
        model,
        gap=1e-7,
        target=(target_fen - constant) / unit,
        seed=seed,
        max_nodes=nodes,
        time_limit_s=time_limit_s,
    )
    if result.x is None:
        return None
    step = pick.copy()
    chosen = result.x > 0.5
    step[:, choices.owner[chosen]] = choices.step[chosen].T
    return step


def choice_model(frame: Frame, pick: Int, choices: Choices) -> tuple[LinearModel, float, float]:
    """Return the knapsack over core choices, its constant in fen and its cost unit in fen.

    The first rows are the frame's targets and caps, then one "exactly one" row per group.
    """
    n = choices.owner.size
    ladders = frame.problem.ladders
    mass = np.stack([frame.mass[choices.owner, choices.step[:, v]] for v in range(frame.n_levels)])
    spend = np.stack([frame.cost[choices.owner, choices.step[:, v]] for v in range(frame.n_levels)])
    cost = np.array(frame.problem.weight, dtype=np.float64) @ spend
    core, place = np.unique(choices.owner, return_inverse=True)
    outside = np.ones(frame.active.size, dtype=np.bool_)
    outside[core] = False
    index, value, lower, upper = [], [], [], []
    everyone = np.arange(frame.active.size)
    for row in frame.rows:
        factor = row.coefficients()
        gained = frame.mass[everyone, pick[row.level]] - frame.mass[everyone, frame.low[row.level]]
        have = float((gained[outside] @ factor).sum())
        # Choices count from their group's base, as the row does.
        rest = frame.mass[core, frame.low[row.level, core]] @ factor
        coefficient = mass[row.level] @ factor
        index.append(np.arange(n))
        value.append(coefficient)
        lower.append(1.0 + HAIR - have + float(rest.sum()))
        upper.append(np.inf)
    for cap in frame.caps:
        inside = ladders.district[frame.active] == cap.district
        risen = frame.cost[everyone, pick[cap.level]] - frame.cost[everyone, frame.low[cap.level]]
        room = float(cap.left) - float(risen[outside & inside].sum())
        room += float(frame.cost[core, frame.low[cap.level, core]][inside[core]].sum())
        use = inside[choices.owner]
        unit = max(1.0, abs(room))
        index.append(np.flatnonzero(use))
        value.append(spend[cap.level][use] / unit)
        lower.append(-np.inf)
        upper.append(room / unit)
    ends = np.cumsum([i.size for i in index])
    start = np.concatenate([[0], ends, ends[-1] + np.cumsum(np.bincount(place))])
    base = float(frame.value_fen(frame.spread(pick)))
    picked = sum(
        w * float(frame.cost[core, pick[v, core]].sum()) for v, w in enumerate(frame.problem.weight)
    )
    unit = max(1.0, float(np.ptp(cost)) / 10) if n else 1.0
    model = LinearModel(
        cost=cost / unit,
        lower=np.zeros(n),
        upper=np.ones(n),
        integer=np.ones(n, dtype=np.bool_),
        row_lower=np.concatenate([lower, np.ones(core.size)]),
        row_upper=np.concatenate([upper, np.ones(core.size)]),
        start=start.astype(np.int64),
        index=np.concatenate([*index, np.arange(n)]),
        value=np.concatenate([*value, np.ones(n)]),
    )
    return model, base - picked, unit
