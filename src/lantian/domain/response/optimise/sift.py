"""Prices for lists too large for one linear program: a sample first, then sifting."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.core import Choices, choice_model, nearly_indifferent
from lantian.domain.response.optimise.formulation import formulate
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.lines import lines_of
from lantian.domain.response.optimise.pricing import (
    Prices,
    best_nested,
    boxes,
    regrets,
    state_values,
)
from lantian.domain.response.optimise.protocol import LinearModel, LinearSolver

Int = NDArray[np.int64]
Float = NDArray[np.float64]

SAMPLE = 4000
SIFT_SIZE = 5000
USUAL_GROUPS = 40_000
SIFT_ROUNDS = 25
SHORT_COSTS = 4.0
"""A policy whose program is still short is ranked as if the rest cost this many times more."""

MEET = 1e-5
"""Sifting stops when bound and linear program are this close."""


@dataclass(frozen=True, slots=True)
class Priced:
    """Prices sifted at a policy.

    `fen` is the Lagrangian value, a bound on what the policy can cost; `worth` the value of
    the last linear program; it ranks policies and proves nothing.
    """

    policy: Int
    prices: Prices
    fen: float
    worth: float


def sample_frame(frame: Frame, size: int, seed: int) -> Frame:
    """Return a smaller frame: a draw of the groups, targets in proportion.

    Boundaries keep their numbers, so prices and policies carry over.
    """
    n = frame.active.size
    if n <= size:
        return frame
    chosen = np.sort(np.random.default_rng(seed).choice(n, size=size, replace=False))
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
        lines=lines_of(frame.lines, chosen, n),
    )


def _room(frame: Frame, level: int) -> Float:
    top = np.take_along_axis(frame.mass, frame.high[level][:, None, None], axis=1)[:, 0]
    low = np.take_along_axis(frame.mass, frame.low[level][:, None, None], axis=1)[:, 0]
    if frame.lines is not None:  # rows leave their floors out
        low[frame.lines.group] = 0
    return (top - low).astype(np.float64)


def first_prices(frame: Frame, solver: LinearSolver, seed: int) -> Prices:
    """Return prices from the relaxation of a sample."""
    small = sample_frame(frame, SAMPLE, seed)
    form = formulate(small)
    result = solver.relax(form.model, seed=seed)
    if result.row_dual is None:
        return Prices(np.zeros(len(frame.rows)), np.zeros(0))
    price = np.maximum(0.0, result.row_dual[: form.n_targets]) * form.unit_fen
    # A whole row of the sample is a part of the whole row.
    grow = np.array([r.left / s.left for r, s in zip(frame.rows, small.rows, strict=True)])
    return Prices(price * grow, np.zeros(0))


def breadth(frame: Frame) -> float:
    """Return how much wider than usual a core has to be for a list of this size."""
    return max(1.0, frame.active.size / USUAL_GROUPS)


def sift(frame: Frame, policy: Int, prices: Prices, solver: LinearSolver, seed: int) -> Priced:
    """Return prices that are best for a policy.

    The core linear program knows only the nearly indifferent choices, so its prices are
    trusted within a box around the best so far; the box grows with success.
    """
    low, high = boxes(frame, policy)
    n = len(frame.rows)
    best = Priced(policy, prices, -np.inf, np.inf)
    radius = 0.2
    held: tuple[Choices, Int] | None = None
    for _ in range(SIFT_ROUNDS):
        values = state_values(frame, prices)
        pick, least = best_nested(values, low, high)
        fen = float(least.sum()) + prices.constant(frame)
        if fen > best.fen:
            best = replace(best, prices=prices, fen=fen)
            size = round(SIFT_SIZE * breadth(frame))
            choices = nearly_indifferent(values, regrets(values, low, high), size)
            held = choices, pick
            radius = min(1.0, radius * 1.5)
        else:
            radius *= 0.35
        if held is None:
            break
        model, constant, unit = choice_model(frame, held[1], held[0])
        target = best.prices.target
        reach = radius * (target + 0.1 * float(target.max(initial=1.0)))
        boxed = elastic(model, n, (target + reach) / unit, np.maximum(0.0, target - reach) / unit)
        result = solver.relax(boxed, seed=seed)
        if result.x is None or result.row_dual is None:
            break
        short = result.x[model.n_cols : model.n_cols + n]
        worth = result.objective * unit + constant + SHORT_COSTS * float(short @ (target + reach))
        best = replace(best, worth=worth)
        if worth - best.fen <= MEET * abs(best.fen):
            break
        prices = Prices(np.maximum(0.0, result.row_dual[:n]) * unit, prices.cap)
    return best


def elastic(model: LinearModel, rows: int, ceiling: Float, floor: Float) -> LinearModel:
    """Return the model with the prices of its first rows kept between `floor` and `ceiling`.

    A shortfall column costs the ceiling, a surplus column earns the floor.
    """
    n = model.n_cols
    at = np.repeat(model.start[1 : rows + 1], 2)
    extra = np.stack([n + np.arange(rows), n + rows + np.arange(rows)], axis=1).reshape(-1)
    return LinearModel(
        cost=np.concatenate([model.cost, ceiling, -floor]),
        lower=np.zeros(n + 2 * rows),
        upper=np.concatenate([model.upper, np.full(2 * rows, np.inf)]),
        integer=np.concatenate([model.integer, np.zeros(2 * rows, dtype=np.bool_)]),
        row_lower=model.row_lower,
        row_upper=model.row_upper,
        start=model.start + 2 * np.minimum(np.arange(model.n_rows + 1), rows),
        index=np.insert(model.index, at, extra),
        value=np.insert(model.value, at, np.tile([1.0, -1.0], rows)),
    )
