"""From an answer of the free model to an order of lines."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.lines import line_values, sorted_order
from lantian.domain.response.optimise.pricing import Prices, rates

Int = NDArray[np.int64]
Float = NDArray[np.float64]

SAME = 1e-6
"""Lines whose columns differ by less are ordered by price."""


def answer_order(frame: Frame, entered: Float, prices: Prices | None) -> Int:
    """Return the order in which lines enter an answer; where they tie, the priced one.

    `entered` is ``(N,)``: over how many levels a line is stopped or limited, in parts where the
    answer is a relaxation's. The priced order is that of the least priced value of a full stop.
    """
    keys: tuple[Float, ...] = (-np.round(entered / SAME),)
    if prices is not None:
        worth, spend = rates(frame, prices)
        keys = (*keys, line_values(frame, worth, spend).sum(axis=0))
    return sorted_order(frame, keys)


def carried(frame: Frame, prices: Prices, other: Frame) -> Prices:
    """Return the prices of `frame` for the rows of `other`, the same frame in another order.

    Rows differ in what the floors leave open; a price is per whole row.
    """
    per = {
        (row.level, row.kind): price / row.left
        for row, price in zip(frame.rows, prices.target, strict=True)
    }
    target = [per.get((row.level, row.kind), 0.0) * row.left for row in other.rows]
    return Prices(np.array(target, dtype=np.float64), prices.cap)


def least_floors(frame: Frame) -> tuple[Int, int]:
    """Return an order by cost, and a bound on the cost of the floors under any order, in fen."""
    free = frame.lines
    assert free is not None
    total = frame.fixed_fen
    order = sorted_order(frame, (free.cost.astype(np.float64),))
    for f, group in enumerate(free.group):
        own = slice(int(free.first[f]), int(free.first[f + 1]))
        quick = free.block[own] == 0
        cost = free.cost[own]
        sums = np.concatenate([[0], np.cumsum([*np.sort(cost[quick]), *np.sort(cost[~quick])])])
        for level, weight in enumerate(frame.problem.weight):
            q = int(frame.low[level, group])
            least = int(sums[int(free.stopped[f, q])])
            if free.part[f, q]:
                least += int(free.part_cost[own][quick].min())
            total += weight * least
    return order, total
