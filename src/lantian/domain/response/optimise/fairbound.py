"""A lower bound with fairness, at given prices, for lists of any size.

Once targets are priced, the levels are tied together only by nesting and the groups of an
industry only by its boundaries. Nesting is priced too: for any function ``m`` of the step that
never falls, ``m(step_l) <= m(step_{l+1})``, so adding m to one level and taking it from the
next never raises the value of a nested choice. What is left falls apart by industry and level;
there a dynamic programme over the boundaries gives the exact least value *with* fairness. The
sum is valid whatever the prices and multipliers are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Types:
    """Groups of one level sorted into types: same boundaries, heights, floor and cap."""

    order: Int
    first: Int
    above: Int
    below: Int
    height: Int
    low: Int
    high: Int


class FairBound:
    """Evaluates the bound of one frame at many prices."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._types = [_sort_types(frame, level) for level in range(frame.n_levels)]

    def evaluate(self, values: Float) -> tuple[float, Int]:
        """Return the sum of least values and the ``(B, L)`` policy that attains it.

        `values` are ``(L, A, S)`` priced steps with nesting multipliers already in. The policy
        need not rise over levels.
        """
        frame = self._frame
        total = 0.0
        policy = np.zeros((frame.top.size, frame.n_levels), dtype=np.int64)
        for level, types in enumerate(self._types):
            ranges = _range_sums(values[level], types)
            free = (types.above < 0) & (types.below < 0)
            for t in np.flatnonzero(free):
                total += float(ranges[t, types.low[t], types.high[t]])
            total += self._chains(ranges, types, policy[:, level])
        return total, policy

    def _chains(self, ranges: Float, types: _Types, policy: Int) -> float:
        frame = self._frame
        follows = np.zeros(frame.top.size, dtype=np.bool_)
        follows[frame.after[frame.after >= 0]] = True
        total = 0.0
        for head in np.flatnonzero(~follows):
            size = int(frame.top[head]) + 1
            table = _class_table(ranges, types, -1, int(head), size)[0]
            back: list[tuple[int, Int]] = []
            at = int(head)
            while frame.after[at] >= 0:
                nxt = int(frame.after[at])
                both = table[:, None] + _class_table(ranges, types, at, nxt, size)
                both[np.tril_indices(size, -1)] = np.inf
                back.append((nxt, both.argmin(axis=0)))
                table = both.min(axis=0)
                at = nxt
            table = table + _class_table(ranges, types, at, -1, size)[:, -1]
            best = int(table.argmin())
            total += float(table[best])
            for boundary, came in reversed(back):
                policy[boundary] = best
                best = int(came[best])
            policy[head] = best
        return total


def _sort_types(frame: Frame, level: int) -> _Types:
    key = np.concatenate(
        [
            np.stack([frame.above, frame.below, frame.low[level], frame.high[level]], axis=1),
            frame.height,
        ],
        axis=1,
    )
    unique, which = np.unique(key, axis=0, return_inverse=True)
    which = which.reshape(-1)
    order = np.argsort(which, kind="stable")
    first = np.searchsorted(which[order], np.arange(unique.shape[0]))
    return _Types(
        order=order,
        first=first,
        above=unique[:, 0],
        below=unique[:, 1],
        low=unique[:, 2],
        high=unique[:, 3],
        height=unique[:, 4:],
    )


def _range_sums(values: Float, types: _Types) -> Float:
    """Return ``(T, S, S)``: sum over a type's groups of the least value in steps [i, j]."""
    ordered = values[types.order]
    width = values.shape[1]
    sums = np.full((types.first.size, width, width), np.inf)
    for least in range(width):
        running = np.minimum.accumulate(ordered[:, least:], axis=1)
        sums[:, least, least:] = np.add.reduceat(running, types.first, axis=0)
    return sums


def _class_table(ranges: Float, types: _Types, above: int, below: int, size: int) -> Float:
    """Return ``(size, size)`` least sums of one rank class by its lower and upper boundary.

    A class without a boundary on a side has the same row or column throughout.
    """
    table = np.zeros((size, size))
    height_of = np.arange(size)
    for t in np.flatnonzero((types.above == above) & (types.below == below)):
        height = types.height[t]
        least = np.full(size, types.low[t])
        if above >= 0:
            need = np.searchsorted(height, height_of, side="left")
            least = np.maximum(least, np.minimum(need, types.high[t]))
        most = np.full(size, types.high[t])
        if below >= 0:
            last = np.searchsorted(height, height_of, side="right") - 1
            most = np.minimum(most, last)
        part = ranges[t][least[:, None], np.maximum(most, 0)[None, :]]
        table += np.where(most[None, :] >= least[:, None], part, np.inf)
    return table


def nesting_multipliers(values: Float, low: Int, high: Int, *, lean: float) -> Float:
    """Return `values` with nesting priced so that nested boxes keep their nested optimum.

    For each group whose cheapest steps are not nested, ``m_l`` falls out of the forward
    recursion: the least value up to a step, turned round. `lean` in 0…1 mixes it with the
    backward recursion; both, and so any mix, price nesting exactly inside the boxes.
    """
    n_levels, _, width = values.shape
    if n_levels == 1:
        return values
    step = np.arange(width)
    held = np.stack(
        [
            np.where((step >= low[v][:, None]) & (step <= high[v][:, None]), values[v], np.inf)
            for v in range(n_levels)
        ]
    )
    loose = (np.diff(held.argmin(axis=2), axis=0) < 0).any(axis=0)
    if not loose.any():
        return values
    part = held[:, loose]
    moved = values.copy()
    ahead = np.zeros(part.shape[1:])
    behind = np.zeros(part.shape[1:])
    shift = np.zeros((n_levels - 1, *part.shape[1:]))
    for v in range(n_levels - 1):
        ahead = np.minimum.accumulate(part[v] + ahead, axis=1)
        shift[v] += lean * _rise(ahead)
    for v in range(n_levels - 1, 0, -1):
        behind = np.minimum.accumulate((part[v] + behind)[:, ::-1], axis=1)[:, ::-1]
        shift[v - 1] += (1 - lean) * _rise(-behind)
    for v in range(n_levels - 1):
        moved[v][loose] += shift[v]
        moved[v + 1][loose] -= shift[v]
    return moved


def _rise(falling_or_rising: Float) -> Float:
    """Turn a running minimum into a finite multiplier that never falls."""
    finite = np.isfinite(falling_or_rising)
    raw = np.where(finite, -falling_or_rising, np.nan)
    start = np.nanmin(raw, axis=1, keepdims=True)
    top = np.nanmax(raw, axis=1, keepdims=True)
    # Where the recursion has no value yet (before the box) m is least, beyond it greatest.
    seen = np.cumsum(finite, axis=1) > 0
    filled: Float = np.where(finite, raw, np.where(seen, top, start)) - start
    return np.maximum.accumulate(filled, axis=1, out=filled)
