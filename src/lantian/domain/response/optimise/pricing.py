"""What each step is worth at given prices, and the best nested steps inside a policy.

A *policy* fixes the height of every boundary at every level. It gives each group a box of
lawful steps; inside the boxes groups are independent but for targets and caps. Prices on those
rows make every group pick its best nested steps by itself, in one vectorised pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prices:
    """Weighted fen per whole target row (>= 0) and per fen spent under a district cap (>= 0)."""

    target: Float
    cap: Float

    def constant(self, frame: Frame) -> float:
        """Return the part of the Lagrangian that no choice changes, base cost included."""
        rooms = np.array([float(row.left) for row in frame.caps])
        base = float(frame.fixed_fen)
        return base + float(self.target.sum()) - float(self.cap @ rooms)


def rates(frame: Frame, prices: Prices) -> tuple[Float, Float]:
    """Return ``(L, 4)`` worth of a mg and ``(L, A)`` weighted price of a fen, by level."""
    worth = np.zeros((frame.n_levels, 4))
    for mass_row, price in zip(frame.rows, prices.target, strict=True):
        worth[mass_row.level] += price * mass_row.coefficients()
    weight = np.array(frame.problem.weight, dtype=np.float64)
    spend = np.repeat(weight[:, None], frame.active.size, axis=1)
    for row, price in zip(frame.caps, prices.cap, strict=True):
        if price:
            inside = frame.problem.ladders.district[frame.active] == row.district
            spend[row.level] += price * inside
    return worth, spend


def state_values(frame: Frame, prices: Prices) -> Float:
    """Return ``(L, A, S)`` weighted cost less priced reductions of each step, above base.

    Steps cost what they do in the order of the ladders: free orders are to be settled first.
    """
    n_active, width = frame.cost.shape
    values = np.empty((frame.n_levels, n_active, width))
    worth, spend = rates(frame, prices)
    for level in range(frame.n_levels):
        value = spend[level][:, None] * frame.cost
        for p in range(4):
            if worth[level, p]:
                value -= worth[level, p] * frame.mass[:, :, p]
        at_base = np.take_along_axis(value, frame.low[level][:, None], axis=1)
        values[level] = value - at_base
    return values


def boxes(frame: Frame, policy: Int) -> tuple[Int, Int]:
    """Return ``(L, A)`` least and greatest steps that `policy` ``(B, L)`` of heights leaves."""
    low, high = frame.low.copy(), frame.high.copy()
    if frame.top.size == 0:
        return low, high
    for level in range(frame.n_levels):
        lift = np.where(frame.above >= 0, policy[frame.above, level], 0)
        need = (frame.height < lift[:, None]).sum(axis=1)
        low[level] = np.maximum(low[level], np.minimum(need, frame.high[level]))
        limit = np.where(frame.below >= 0, policy[frame.below, level], frame.height[:, -1])
        last = (frame.height <= limit[:, None]).sum(axis=1) - 1
        high[level] = np.minimum(high[level], np.maximum(last, frame.low[level]))
    return low, high


def settle(frame: Frame, policy: Int) -> Int:
    """Return the least lawful policy not below `policy`: rising over ranks and levels.

    A worse group that has no step of just the asked height overshoots; the boundary on its
    other side has to allow for that.
    """
    settled = np.maximum.accumulate(np.minimum(policy, frame.top[:, None]), axis=1)
    for level in range(frame.n_levels):
        if level:
            settled[:, level] = np.maximum(settled[:, level], settled[:, level - 1])
        for b in range(frame.top.size):
            member = frame.below == b
            low = frame.low[level, member]
            before = frame.above[member]
            if before.size and before[0] >= 0:
                lift = settled[before[0], level]
                need = (frame.height[member] < lift).sum(axis=1)
                low = np.maximum(low, np.minimum(need, frame.high[level, member]))
                settled[b, level] = max(settled[b, level], lift)
            if low.size:
                own = np.take_along_axis(frame.height[member], low[:, None], axis=1)
                settled[b, level] = max(settled[b, level], int(own.max()))
    return settled


def best_nested(values: Float, low: Int, high: Int) -> tuple[Int, Float]:
    """Return ``(L, A)`` cheapest nested steps inside the boxes and ``(A,)`` their value.

    Boxes must rise over levels. Ties go to the smaller step.
    """
    n_levels, n_active, width = values.shape
    step = np.arange(width)
    pick = np.empty((n_levels, n_active), dtype=np.int64)
    tails = []
    best = np.zeros((n_active, width))
    for level in range(n_levels - 1, -1, -1):
        outside = (step < low[level][:, None]) | (step > high[level][:, None])
        best = np.where(outside, np.inf, values[level] + best)
        tails.append(best)
        best = np.minimum.accumulate(best[:, ::-1], axis=1)[:, ::-1]
    tails.reverse()
    floor = np.zeros(n_active, dtype=np.int64)
    for level in range(n_levels):
        allowed = np.where(step < floor[:, None], np.inf, tails[level])
        pick[level] = allowed.argmin(axis=1)
        floor = pick[level]
    return pick, best[:, 0]


def regrets(values: Float, low: Int, high: Int) -> Float:
    """Return ``(L, A, S)``: how much worse the best nested choice through a step is."""
    n_levels, n_active, width = values.shape
    step = np.arange(width)
    inside = np.stack(
        [(step >= low[v][:, None]) & (step <= high[v][:, None]) for v in range(n_levels)]
    )
    held = np.where(inside, values, np.inf)
    ahead = np.empty_like(held)
    behind = np.empty_like(held)
    carry = np.zeros((n_active, width))
    for level in range(n_levels):
        behind[level] = carry
        carry = np.minimum.accumulate(held[level] + carry, axis=1)
    carry = np.zeros((n_active, width))
    for level in range(n_levels - 1, -1, -1):
        ahead[level] = carry
        carry = np.minimum.accumulate((held[level] + carry)[:, ::-1], axis=1)[:, ::-1]
    total: Float = held + ahead + behind
    return total - carry[None, :, :1]
