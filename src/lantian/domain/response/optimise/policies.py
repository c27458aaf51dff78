"""Better policies at fixed prices, industry by industry."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.lines import lines_of
from lantian.domain.response.optimise.pricing import best_nested, boxes, settle

Int = NDArray[np.int64]
Float = NDArray[np.float64]


class Industries:
    """The frame cut into its industries with boundaries, to try policies on each alone."""

    def __init__(self, frame: Frame) -> None:
        self.chains = chains(frame)
        owner = np.where(frame.below >= 0, frame.below, frame.above)
        self._parts: list[tuple[Int, Frame]] = []
        for chain in self.chains:
            members = np.flatnonzero(np.isin(owner, chain))
            self._parts.append((members, cut_out(frame, members, chain)))

    def improve(self, values: Float, policy: Int, wish: Int, *, thorough: bool) -> Int:
        """Return the policy with each industry moved to `wish` where that is cheaper.

        With `thorough`, single boundaries are then moved while that lowers the value.
        """
        better = policy.copy()
        for (members, part), chain in zip(self._parts, self.chains, strict=True):
            local = _Local(part, values[:, members])
            now, wished = policy[chain], settle(part, wish[chain])
            best, cost = local.cost(now), local.cost(wished)
            if cost < best:
                now, best = wished, cost
            better[chain] = local.descend(now, best) if thorough else now
        return better


def chains(frame: Frame) -> list[Int]:
    """Return the boundaries of each industry from better to worse ranks."""
    follows = np.zeros(frame.top.size, dtype=np.bool_)
    follows[frame.after[frame.after >= 0]] = True
    found = []
    for head in np.flatnonzero(~follows):
        chain = [int(head)]
        while frame.after[chain[-1]] >= 0:
            chain.append(int(frame.after[chain[-1]]))
        found.append(np.array(chain))
    return found


class _Local:
    """One industry at fixed prices."""

    def __init__(self, part: Frame, values: Float) -> None:
        self.part, self.values = part, values

    def cost(self, policy: Int) -> float:
        """Return the least priced value of the industry at a policy."""
        low, high = boxes(self.part, policy)
        return float(best_nested(self.values, low, high)[1].sum())

    def descend(self, policy: Int, best: float) -> Int:
        """Move single boundaries while that lowers the value."""
        improved = True
        while improved:
            improved = False
            for b in range(policy.shape[0]):
                for level in range(policy.shape[1]):
                    for move in (1, -1, 3, -3):
                        trial = self._moved(policy, b, level, move)
                        if (trial == policy).all():
                            continue
                        cost = self.cost(trial)
                        if cost < best - 1e-7 * abs(best) - 1e-3:
                            policy, best, improved = trial, cost, True
        return policy

    def _moved(self, policy: Int, b: int, level: int, move: int) -> Int:
        trial = policy.copy()
        trial[b, level] = max(0, trial[b, level] + move)
        if move < 0:  # lower what nesting and rank order would push back up
            corner = trial[: b + 1, : level + 1]
            np.minimum(corner, trial[b, level], out=corner)
        return settle(self.part, trial)


def cut_out(frame: Frame, members: Int, chain: Int) -> Frame:
    """Return the frame of some active groups and the boundaries among them."""
    place = np.full(frame.top.size + 1, -1, dtype=np.int64)
    place[chain] = np.arange(chain.size)
    return replace(
        frame,
        active=frame.active[members],
        cost=frame.cost[members],
        mass=frame.mass[members],
        height=frame.height[members],
        low=frame.low[:, members],
        high=frame.high[:, members],
        below=place[frame.below[members]],
        above=place[frame.above[members]],
        top=frame.top[chain],
        after=place[frame.after[chain]],
        lines=lines_of(frame.lines, members, frame.active.size),
    )
