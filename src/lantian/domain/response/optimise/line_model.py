"""Columns and rows that say which lines stop.

Column ``x[l,i]`` = "line i stops at level l"; column ``p[l,i]`` = "line i is the one limited".
In each group and block the x add up to the number of lines that the group's step stops, so the
chain of y says how many and the x which. Nesting: ``x[l,i] <= x[l+1,i]``, and the limited line
is limited or stopped at the next level. For groups of up to three lines the rows ``x <= y of
the first step that stops a line`` and ``x >= y of the step that stops all`` close the
relaxation of one level (its sets of lines are then the hull); beyond they tighten it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.lines import FreeLines
from lantian.domain.response.optimise.rows import Rows

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LineColumns:
    """Line columns of a model; they are its last, from `first` on.

    Attributes
    ----------
    stop, limit
        ``(L, N)`` column of x and of p, -1 for no p.
    cost, lower, upper
        Of these columns, cost weighted and in fen.
    """

    free: FreeLines
    first: int
    stop: Int
    limit: Int
    cost: Float
    lower: Float
    upper: Float

    def at(self, level: int) -> Int:
        """Return the columns of one level, x before p."""
        return np.concatenate([self.stop[level], self.limit[level][self.limit[level] >= 0]])

    def owner(self, level: int) -> Int:
        """Return the active group of each column of `at`."""
        free = self.free
        return np.concatenate([free.owner, free.owner[self.limit[level] >= 0]])

    def mass(self, level: int) -> Float:
        """Return ``(columns, 4)`` mg of each column of `at`."""
        free = self.free
        both = np.concatenate([free.mass, free.part_mass[self.limit[level] >= 0]])
        return both.astype(np.float64)

    def spend(self, level: int) -> Float:
        """Return the fen of each column of `at`."""
        free = self.free
        both = np.concatenate([free.cost, free.part_cost[self.limit[level] >= 0]])
        return both.astype(np.float64)

    def chosen(self, x: Float) -> Float:
        """Return ``(L, N)`` how far each line is stopped or limited in an answer."""
        limited: Float = np.where(self.limit >= 0, x[np.maximum(self.limit, 0)], 0.0)
        return x[self.stop] + limited


def line_columns(frame: Frame, first: int) -> LineColumns | None:
    """Return the line columns of `frame`, numbered from `first`."""
    free = frame.lines
    if free is None:
        return None
    n_levels = frame.n_levels
    stop = first + np.arange(n_levels * free.count).reshape(n_levels, free.count)
    entry = np.repeat(np.arange(free.group.size), np.diff(free.first))
    step = np.arange(free.stopped.shape[1])
    inside = (step >= frame.low[:, free.group, None]) & (step <= frame.high[:, free.group, None])
    offered: NDArray[np.bool_] = np.any(inside & free.part, axis=2)
    limited = offered[:, entry] & (free.block == 0)
    limit = np.full(stop.shape, -1, dtype=np.int64)
    limit[limited] = first + stop.size + np.arange(int(limited.sum()))
    weight = np.array(frame.problem.weight, dtype=np.float64)[:, None]
    cost = np.concatenate(
        [(weight * free.cost).reshape(-1), (weight * free.part_cost)[limited]]
    ).astype(np.float64)
    lower, upper = np.zeros(cost.size), np.ones(cost.size)
    least, most = np.zeros(stop.shape), np.ones(stop.shape)
    size = _block_sizes(free)
    for block in (0, 1):
        here = free.block == block
        count = free.in_block(block)
        rows = np.arange(free.group.size)
        at_low = count[rows, frame.low[:, free.group]][:, entry]
        at_high = count[rows, frame.high[:, free.group]][:, entry]
        least[:, here] = (at_low >= size[block][entry])[:, here]
        most[:, here] = (at_high > 0)[:, here]
    lower[: stop.size], upper[: stop.size] = least.reshape(-1), most.reshape(-1)
    return LineColumns(free, first, stop, limit, cost, lower, upper)


def _block_sizes(free: FreeLines) -> tuple[Int, Int]:
    quick = np.add.reduceat(free.block == 0, free.first[:-1]).astype(np.int64)
    return quick, np.diff(free.first) - quick


def line_rows(rows: Rows, frame: Frame, column: Int, lines: LineColumns) -> None:
    """Add the rows that tie lines to steps and levels to each other."""
    free = lines.free
    sizes = _block_sizes(free)
    for level in range(frame.n_levels):
        for f in range(free.group.size):
            own = slice(int(free.first[f]), int(free.first[f + 1]))
            chain = _Chain(frame, column, free, f, level)
            here = lines.stop[level, own]
            for block in (0, 1):
                size = int(sizes[block][f])
                if size:
                    columns = here[free.block[own] == block]
                    _count_rows(rows, chain, columns, free.in_block(block)[f])
            limit = lines.limit[level, own]
            if (limit >= 0).any():
                _limit_rows(rows, chain, limit[limit >= 0], free.part[f])
    for level in range(frame.n_levels - 1):
        rows.implies(lines.stop[level], lines.stop[level + 1])
        now, then = lines.limit[level], lines.limit[level + 1]
        some = now >= 0
        columns = np.stack([now[some], lines.stop[level + 1][some], then[some]], axis=1)
        sign = np.tile(np.array([1.0, -1.0, -1.0]), (columns.shape[0], 1))
        sign[columns < 0] = 0.0
        n = columns.shape[0]
        rows.table(columns, sign, np.full(n, -np.inf), np.zeros(n))


class _Chain:
    """The y of one group and level: 1 up to its floor, a column above it, 0 beyond its cap."""

    def __init__(self, frame: Frame, column: Int, free: FreeLines, f: int, level: int) -> None:
        group = int(free.group[f])
        self.low, self.high = int(frame.low[level, group]), int(frame.high[level, group])
        self.column = column[group, level]

    def split(self, weight: Float) -> tuple[Int, Float, float]:
        """Return columns, values and constant of ``sum weight[q] * y[q]`` over all steps q."""
        q = np.arange(self.low + 1, self.high + 1)
        q = q[weight[q] != 0]
        return self.column[q], weight[q], float(weight[: self.low + 1].sum())


def _count_rows(rows: Rows, chain: _Chain, lines: Int, count: Int) -> None:
    rise = np.diff(count, prepend=0).astype(np.float64)
    columns, values, fixed = chain.split(rise)
    ones = np.ones(lines.size)
    rows.single(np.concatenate([lines, columns]), np.concatenate([ones, -values]), fixed, fixed)
    if lines.size == 1:
        return
    some, every = int(np.argmax(count > 0)), int(np.argmax(count == lines.size))
    if chain.low < some <= chain.high:
        rows.implies(lines, np.full(lines.size, chain.column[some]))
    if count[every] == lines.size and chain.low < every <= chain.high:
        rows.implies(np.full(lines.size, chain.column[every]), lines)


def _limit_rows(rows: Rows, chain: _Chain, lines: Int, part: NDArray[np.bool_]) -> None:
    """Say that one line is limited just when the group stands at its limiting step."""
    flag = part.astype(np.float64)
    flag[chain.high + 1 :] = 0.0
    columns, values, fixed = chain.split(np.diff(flag, prepend=0.0))
    rows.single(
        np.concatenate([lines, columns]),
        np.concatenate([np.ones(lines.size), -values]),
        fixed,
        fixed,
    )
