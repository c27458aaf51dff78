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

    def entered(self, x: Float) -> Float:
        """Return ``(N,)`` over how many levels each line is stopped or limited in an answer."""
        total: Float = self.chosen(x).sum(axis=0)
        return total


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
    for level in range(frame.n_levels):
        chains = _Chains(frame, column[free.group, level], free, level)
        for block in (0, 1):
            _count_rows(rows, chains, free, lines.stop[level], block)
        _limit_rows(rows, chains, free, lines.limit[level])
    for level in range(frame.n_levels - 1):
        rows.implies(lines.stop[level], lines.stop[level + 1])
        now, then = lines.limit[level], lines.limit[level + 1]
        some = now >= 0
        stops = lines.stop[level : level + 2, some]
        columns = np.stack([now[some], stops[0], stops[1], then[some]], axis=1)
        sign = np.tile(np.array([1.0, 1.0, -1.0, -1.0]), (columns.shape[0], 1))
        sign[columns < 0] = 0.0
        n = columns.shape[0]
        rows.table(columns, sign, np.full(n, -np.inf), np.zeros(n))


class _Chains:
    """The y of the free groups at one level: 1 up to the floor, a column above, 0 past the cap."""

    def __init__(self, frame: Frame, column: Int, free: FreeLines, level: int) -> None:
        self.column = column
        self.low = frame.low[level, free.group]
        self.high = frame.high[level, free.group]
        step = np.arange(column.shape[1])
        self.inside = (step > self.low[:, None]) & (step <= self.high[:, None])
        self.owner = np.repeat(np.arange(free.group.size), np.diff(free.first))

    def add(self, rows: Rows, lines: Int, owner: Int, count: Int) -> None:
        """Add "the columns `lines` of each group add up to `count` of its step" for their owners.

        `count` is ``(F, S)``; groups without such a line get no row.
        """
        which, place = np.unique(owner, return_inverse=True)
        rise = np.diff(count, axis=1, prepend=0)[which]
        group, step = np.nonzero(self.inside[which] & (rise != 0))
        fixed = count[which, self.low[which]].astype(np.float64)
        rows.scattered(
            np.concatenate([place, group]),
            np.concatenate([lines, self.column[which][group, step]]),
            np.concatenate([np.ones(lines.size), -rise[group, step].astype(np.float64)]),
            fixed,
            fixed,
        )

    def at(self, step: Int) -> Int:
        """Return the column of a step of each group, -1 where it is no choice."""
        each = np.arange(step.size)
        return np.where(self.inside[each, step], self.column[each, step], -1)


def _count_rows(rows: Rows, chains: _Chains, free: FreeLines, stop: Int, block: int) -> None:
    here = free.block == block
    lines, owner, count = stop[here], chains.owner[here], free.in_block(block)
    chains.add(rows, lines, owner, count)
    size = _block_sizes(free)[block]
    several = size > 1
    first = np.where(several, chains.at((count > 0).argmax(axis=1)), -1)[owner]
    rows.implies(lines[first >= 0], first[first >= 0])
    whole = count == size[:, None]
    last = np.where(several & whole.any(axis=1), chains.at(whole.argmax(axis=1)), -1)[owner]
    rows.implies(last[last >= 0], lines[last >= 0])


def _limit_rows(rows: Rows, chains: _Chains, free: FreeLines, limit: Int) -> None:
    """Say that one line is limited just when the group stands at its limiting step."""
    some = limit >= 0
    step = np.arange(free.part.shape[1])
    flag = (free.part & (step <= chains.high[:, None])).astype(np.int64)
    chains.add(rows, limit[some], chains.owner[some], flag)
