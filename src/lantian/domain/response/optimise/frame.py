"""The cut problem prepared for solving: floors raised by fairness, groups without choice removed.

Fairness (design, from the reference formulation): inside an industry and at each level, every
group of a better rank is cut by a share not above that of every group of a worse rank, unless
the worse group already stands at its cap and can do no more. Compared are the *distinct
shares* of the industry's better groups, ``T_1 < T_2 < …``: a step has *height* k when exactly
k of them are not above its share. Then the rule reads: height of the better step not above
height of the worse step, or worse step at its cap. That is exact, no share is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.model import CutProblem, Int64, Ladders
from lantian.domain.response.optimise.lines import (
    FreeLines,
    free_lines,
    groups_with_choice,
    ladders_in_order,
)
from lantian.domain.response.optimise.targets import CapRow, MassRow, cap_rows, mass_rows

Int = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Frame:
    """Groups that still have a choice, as padded arrays.

    Attributes
    ----------
    problem
        The problem as given.
    base
        ``(L, G)`` least step of every group once fairness has pushed floors through.
    active
        ``(A,)`` groups with a choice at some level; all arrays below run over these.
    cost, mass, height
        ``(A, S)`` fen, ``(A, S, 4)`` mg, ``(A, S)`` height; padded by repeating the last step.
    low, high
        ``(L, A)`` least and greatest step.
    below, above
        ``(A,)`` boundary on which the group is the better side (its height stays below) and
        the worse side (its height stays above); -1 for none.
    top
        ``(B,)`` number of distinct shares of each boundary's industry.
    after
        ``(B,)`` next boundary of the same industry, -1 at the last.
    rows, caps
        Target rows still to be met above `base`, and district caps.
    lines
        Groups that may choose which lines stop, None when every order is settled. With them
        `rows`, `caps` and `fixed_fen` count nothing of these groups, not even their floors.
    """

    problem: CutProblem
    base: Int
    active: Int
    cost: Int
    mass: Int
    height: Int
    low: Int
    high: Int
    below: Int
    above: Int
    top: Int
    after: Int
    rows: tuple[MassRow, ...]
    caps: tuple[CapRow, ...]
    lines: FreeLines | None = None

    @property
    def n_levels(self) -> int:
        """Number of planned levels."""
        return len(self.problem.levels)

    def spread(self, step: Int) -> Int:
        """Return ``(L, G)`` steps of all groups from ``(L, A)`` steps of the active ones."""
        full = self.base.copy()
        full[:, self.active] = step
        return full

    def value_fen(self, full: Int) -> int:
        """Return the exact weighted cost of ``(L, G)`` steps."""
        return value_fen(self.problem, full)

    @property
    def fixed_fen(self) -> int:
        """Weighted cost of the base steps, those of groups with a free order left out."""
        ladders = self.problem.ladders
        cost = step_cost(ladders, self.base)
        if self.lines is not None:
            cost[:, self.active[self.lines.group]] = 0
        return sum(int(c) * w for c, w in zip(cost.sum(axis=1), self.problem.weight, strict=True))

    def in_order(self, order: Int) -> Frame:
        """Return the frame with every stopping order settled; see `lines.ladders_in_order`."""
        ladders = ladders_in_order(self.problem.ladders, order)
        problem = replace(self.problem, ladders=ladders)
        index = _padded_index(ladders, self.active)
        return replace(
            self,
            problem=problem,
            cost=ladders.cost_fen[index],
            mass=ladders.reduction_mg[index],
            rows=mass_rows(problem, step_mass(ladders, self.base)),
            caps=cap_rows(problem, step_cost(ladders, self.base)),
            lines=None,
        )

    def as_listed(self) -> Frame:
        """Return the frame with every group in the order of its ladder."""
        lines = self.problem.ladders.lines
        if self.lines is None or lines is None:
            return self
        return self.in_order(np.arange(lines.block.size))


def step_cost(ladders: Ladders, step: Int) -> Int64:
    """Return ``(L, G)`` cost in fen of chosen steps."""
    chosen: Int64 = ladders.cost_fen[ladders.start[:-1] + step]
    return chosen


def step_mass(ladders: Ladders, step: Int) -> Int64:
    """Return ``(L, 4)`` reduction in mg of chosen steps."""
    total: Int64 = ladders.reduction_mg[ladders.start[:-1] + step].sum(axis=1)
    return total


def value_fen(problem: CutProblem, step: Int) -> int:
    """Return the exact weighted cost over levels."""
    cost = step_cost(problem.ladders, step).sum(axis=1)
    return sum(int(c) * w for c, w in zip(cost, problem.weight, strict=True))


def prepare(problem: CutProblem) -> Frame:
    """Return the frame of `problem`."""
    ladders = problem.ladders
    height, industry_top = heights(ladders, fairness=problem.fairness)
    fair = ladders.fair & problem.fairness
    base = _pushed_floors(problem, height, fair)
    cap = problem.ladders.cap.astype(np.int64)
    choosing = groups_with_choice(problem, base, cap)
    moving: NDArray[np.bool_] = np.any(base < cap, axis=0)
    mass, cost = step_mass(ladders, base), step_cost(ladders, base)
    if choosing.size and ladders.lines is not None:
        group = ladders.lines.group[choosing]
        moving[group] = True
        cost[:, group] = 0
        mass = mass - ladders.reduction_mg[(ladders.start[:-1] + base)[:, group]].sum(axis=1)
    active = np.flatnonzero(moving)
    rows = mass_rows(problem, mass)
    caps = cap_rows(problem, cost)
    below, above, top, after = _boundaries(ladders, active, fair, industry_top)
    index = _padded_index(ladders, active)
    return Frame(
        problem=problem,
        base=base,
        active=active,
        cost=ladders.cost_fen[index],
        mass=ladders.reduction_mg[index],
        height=height[index],
        low=base[:, active],
        high=cap[:, active],
        below=below,
        above=above,
        top=top,
        after=after,
        rows=rows,
        caps=caps,
        lines=free_lines(ladders.lines, choosing, active, index)
        if choosing.size and ladders.lines is not None
        else None,
    )


def _padded_index(ladders: Ladders, active: Int) -> Int:
    count = np.diff(ladders.start)[active]
    width = int(count.max(initial=1))
    index: Int = ladders.start[active][:, None] + np.minimum(np.arange(width), count[:, None] - 1)
    return index


def heights(ladders: Ladders, *, fairness: bool) -> tuple[Int, dict[int, int]]:
    """Return the height of every step and the number of distinct shares per industry."""
    n_steps = ladders.share.size
    height = np.zeros(n_steps, dtype=np.int64)
    tops: dict[int, int] = {}
    if not fairness or n_steps == 0:
        return height, tops
    # Only shares a better group could be given separate anything.
    group = np.repeat(np.arange(ladders.industry.size), np.diff(ladders.start))
    within = np.arange(n_steps) - ladders.start[group]
    usable = ladders.fair[group] & (within <= ladders.cap.max(axis=0)[group])
    industry = ladders.industry[group]
    worst = np.full(int(ladders.industry.max(initial=0)) + 1, -1, dtype=np.int64)
    np.maximum.at(worst, ladders.industry[ladders.fair], ladders.rank[ladders.fair])
    separates = usable & (ladders.rank[group] < worst[industry]) & (ladders.share > 0)
    for code in np.unique(industry[separates]):
        shares = np.unique(ladders.share[separates & (industry == code)])
        here = industry == code
        height[here] = np.searchsorted(shares, ladders.share[here], side="right")
        tops[int(code)] = int(shares.size)
    return height, tops


def _pushed_floors(problem: CutProblem, height: Int, fair: NDArray[np.bool_]) -> Int:
    """Raise floors to what fairness and nesting force: better floors push worse groups up."""
    ladders = problem.ladders
    base = problem.ladders.floor.astype(np.int64)
    cap = problem.ladders.cap.astype(np.int64)
    base = np.maximum.accumulate(base, axis=0)
    codes = np.unique(ladders.industry[fair]) if fair.any() else np.zeros(0, dtype=np.int64)
    for code in codes:
        members = np.flatnonzero(fair & (ladders.industry == code))
        ranks = np.unique(ladders.rank[members])
        for level in range(base.shape[0]):
            forced = 0
            for rank in ranks:
                here = members[ladders.rank[members] == rank]
                if level:
                    base[level, here] = np.maximum(base[level, here], base[level - 1, here])
                if forced:
                    own = height[_padded_index(ladders, here)]
                    need = (own < forced).sum(axis=1)
                    base[level, here] = np.maximum(
                        base[level, here], np.minimum(cap[level, here], need)
                    )
                forced = max(forced, int(height[ladders.start[here] + base[level, here]].max()))
    return base


def _boundaries(
    ladders: Ladders, active: Int, fair: NDArray[np.bool_], tops: dict[int, int]
) -> tuple[Int, Int, Int, Int]:
    """Give a number to each boundary between neighbouring ranks of an industry."""
    below = np.full(active.size, -1, dtype=np.int64)
    above = np.full(active.size, -1, dtype=np.int64)
    top: list[int] = []
    after: list[int] = []
    for code in sorted(tops):
        members = np.flatnonzero((ladders.industry[active] == code) & fair[active])
        ranks = np.unique(ladders.rank[active[members]])
        for place, rank in enumerate(ranks):
            here = members[ladders.rank[active[members]] == rank]
            if place:
                above[here] = len(top) - 1
            if place < ranks.size - 1:
                below[here] = len(top)
                after.append(len(top) + 1 if place < ranks.size - 2 else -1)
                top.append(tops[code])
    return below, above, np.array(top, dtype=np.int64), np.array(after, dtype=np.int64)
