"""Which lines stop: line columns of the model, orders read from an answer, re-ordered frames.

Nested sets of stopped lines are always the first lines of some order. So a plan is an order for
each group together with steps, and a frame whose groups are re-ordered is an ordinary frame.
The *free* frame carries `FreeLines`: its rows leave the free groups' floors out, because what a
floor takes off depends on the lines that meet it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.model import CutProblem, Ladders, LineChoice

if TYPE_CHECKING:
    from lantian.domain.response.optimise.frame import Frame

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FreeLines:
    """Lines of the active groups that really have a choice of lines.

    Attributes
    ----------
    owner
        ``(N,)`` place of the line's group among the active ones.
    place
        ``(N,)`` number of the line in `LineChoice`.
    first
        ``(F+1,)`` lines of free group f are ``first[f]:first[f+1]``.
    group
        ``(F,)`` place of each free group among the active ones.
    block, cost, part_cost, mass, part_mass
        As in `LineChoice`, of these lines.
    stopped, part
        ``(F, S)`` for each step of the padded ladder.
    """

    owner: Int
    place: Int
    first: Int
    group: Int
    block: Int
    cost: Int
    part_cost: Int
    mass: Int
    part_mass: Int
    stopped: Int
    part: Bool

    @property
    def count(self) -> int:
        """Number of lines."""
        return int(self.owner.size)

    def in_block(self, block: int) -> Int:
        """Return ``(F, S)`` how many lines of a block stop at each step."""
        quick = np.add.reduceat(self.block == 0, self.first[:-1]).astype(np.int64)[:, None]
        stopped: Int = (
            np.minimum(self.stopped, quick) if block == 0 else np.maximum(self.stopped - quick, 0)
        )
        return stopped


def groups_with_choice(problem: CutProblem, base: Int, cap: Int) -> Int:
    """Return the entries of `LineChoice` for which some allowed step leaves lines to choose."""
    lines = problem.ladders.lines
    if lines is None:
        return np.zeros(0, dtype=np.int64)
    quick = np.add.reduceat(lines.block == 0, lines.start[:-1]).astype(np.int64)
    total = np.diff(lines.start)
    first = problem.ladders.start[lines.group]
    open_ = np.zeros(lines.group.size, dtype=np.bool_)
    least, most = base[:, lines.group], cap[:, lines.group]
    for q in range(int(most.max(initial=0)) + 1):
        step = np.minimum(first + q, problem.ladders.share.size - 1)
        m = lines.stopped[step]
        some = ((m > 0) & (m < quick)) | ((m > quick) & (m < total))
        some |= lines.part[step] & (quick > 1)
        open_ |= some & ((least <= q) & (q <= most)).any(axis=0)
    return np.flatnonzero(open_)


def free_lines(lines: LineChoice, chosen: Int, active: Int, index: Int) -> FreeLines:
    """Return the lines of the chosen entries; `index` is the padded ladder of active groups."""
    length = np.diff(lines.start)[chosen]
    first = np.concatenate([[0], np.cumsum(length)])
    inner = np.arange(first[-1]) - np.repeat(first[:-1], length)
    place = np.repeat(lines.start[chosen], length) + inner
    group = np.searchsorted(active, lines.group[chosen])
    return FreeLines(
        owner=np.repeat(group, length),
        place=place,
        first=first,
        group=group,
        block=lines.block[place].astype(np.int64),
        cost=lines.cost_fen[place],
        part_cost=lines.part_cost_fen[place],
        mass=lines.mass_mg[place],
        part_mass=lines.part_mass_mg[place],
        stopped=lines.stopped[index[group]],
        part=lines.part[index[group]],
    )


def lines_of(lines: FreeLines | None, members: Int, size: int) -> FreeLines | None:
    """Return the lines of some of `size` active groups, numbered by their place among these."""
    if lines is None:
        return None
    place = np.full(size, -1, dtype=np.int64)
    place[members] = np.arange(members.size)
    groups, own = place[lines.group] >= 0, place[lines.owner] >= 0
    if not groups.any():
        return None
    return FreeLines(
        owner=place[lines.owner[own]],
        place=lines.place[own],
        first=np.concatenate([[0], np.cumsum(np.diff(lines.first)[groups])]),
        group=place[lines.group[groups]],
        block=lines.block[own],
        cost=lines.cost[own],
        part_cost=lines.part_cost[own],
        mass=lines.mass[own],
        part_mass=lines.part_mass[own],
        stopped=lines.stopped[groups],
        part=lines.part[groups],
    )


def ladders_in_order(ladders: Ladders, order: Int) -> Ladders:
    """Return the ladders with lines re-ordered: ``order[n]`` is the line in place n."""
    lines = ladders.lines
    assert lines is not None
    cost, mass = ladders.cost_fen.copy(), ladders.reduction_mg.copy()
    sums = np.concatenate([[0], np.cumsum(lines.cost_fen[order])])
    heap = np.concatenate([np.zeros((1, 4), np.int64), np.cumsum(lines.mass_mg[order], axis=0)])
    size = np.diff(ladders.start)[lines.group]
    inner = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    step = np.repeat(ladders.start[lines.group], size) + inner
    head = np.repeat(lines.start[:-1], size)
    last = head + lines.stopped[step]
    part = lines.part[step]
    cost[step] = sums[last] - sums[head] + part * lines.part_cost_fen[order][head]
    mass[step] = heap[last] - heap[head] + part[:, None] * lines.part_mass_mg[order][head]
    return replace(ladders, cost_fen=cost, reduction_mg=mass, lines=None)


def least_steps(ladders: Ladders) -> tuple[Int, Int]:
    """Return ``(S,)`` least fen and ``(S, 4)`` least mg of each step over the lines it can mean.

    Each figure is the least by itself: one set of lines seldom has them all.
    """
    lines = ladders.lines
    if lines is None:
        return ladders.cost_fen, ladders.reduction_mg
    owner = np.repeat(np.arange(lines.group.size), np.diff(lines.start))

    def by(key: Int) -> Ladders:
        return ladders_in_order(ladders, np.lexsort((key, lines.block, owner)))

    # A restart belongs to a stop only: the cheapest line to limit may be dear to stop.
    cost = np.minimum(by(lines.cost_fen).cost_fen, by(lines.part_cost_fen).cost_fen)
    mass = [
        np.minimum(by(lines.mass_mg[:, p]).reduction_mg, by(lines.part_mass_mg[:, p]).reduction_mg)
        for p in range(4)
    ]
    return cost, np.stack([m[:, p] for p, m in enumerate(mass)], axis=1)


def cap_is_settled(frame: Frame) -> bool:
    """Whether every group at its caps stops the same lines in any order."""
    free = frame.lines
    if free is None:
        return True
    quick = np.add.reduceat(free.block == 0, free.first[:-1])
    rows = np.arange(free.group.size)
    high = frame.high[:, free.group]
    stopped = free.stopped[rows, high]
    whole = (stopped == quick) | (stopped == np.diff(free.first)) | (stopped == 0)
    return bool((whole & ~(free.part[rows, high] & (quick > 1))).all())


def sorted_order(frame: Frame, keys: tuple[Float, ...]) -> Int:
    """Return the order of all lines by group, block, then `keys` of the free ones, then place."""
    every = frame.problem.ladders.lines
    free = frame.lines
    assert every is not None
    assert free is not None
    order = np.arange(every.block.size)
    by = np.lexsort((free.place, *reversed(keys), free.block, free.owner))
    order[free.place] = free.place[by]
    return order


def order_map(lines: LineChoice, order: Int) -> dict[int, tuple[int, ...]]:
    """Return the places of the lines of each group that leaves the order of its ladder."""
    moved = order != np.arange(order.size)
    if not moved.any():
        return {}
    owner = np.repeat(np.arange(lines.group.size), np.diff(lines.start))
    return {
        int(lines.group[f]): tuple(
            int(i) for i in order[lines.start[f] : lines.start[f + 1]] - lines.start[f]
        )
        for f in np.unique(owner[moved])
    }


def line_values(frame: Frame, worth: Float, spend: Float) -> Float:
    """Return ``(L, N)`` priced value of stopping each free line.

    `worth` is ``(L, 4)`` fen per mg, `spend` ``(L, A)`` fen per fen, see `pricing.rates`.
    """
    free = frame.lines
    assert free is not None
    cost, mass = free.cost.astype(np.float64), free.mass.astype(np.float64)
    values: Float = spend[:, free.owner] * cost - worth @ mass.T
    return values
