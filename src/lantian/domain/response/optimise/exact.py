"""Exact checks of chosen steps, in whole milligrams and fen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame, step_cost, step_mass

Int = NDArray[np.int64]


def shorts(frame: Frame, step: Int) -> list[int]:
    """Return what each target row still misses under ``(L, A)`` steps, 0 when met."""
    mass = step_mass(frame.problem.ladders, frame.spread(step))
    return [max(0, row.open_mg(mass)) for row in frame.rows]


def overruns(frame: Frame, step: Int) -> list[int]:
    """Return by how much each district cap is exceeded, 0 when kept."""
    if not frame.caps:
        return []
    cost = step_cost(frame.problem.ladders, frame.spread(step))
    district = frame.problem.ladders.district
    return [
        max(0, int(cost[row.level, district == row.district].sum()) - row.cap_fen)
        for row in frame.caps
    ]


def lawful(frame: Frame, step: Int) -> bool:
    """Return whether steps keep floors, caps, nesting and fairness (targets apart)."""
    if (step < frame.low).any() or (step > frame.high).any():
        return False
    if (np.diff(step, axis=0) < 0).any():
        return False
    rows = np.arange(frame.active.size)
    height = frame.height[rows[None, :], step]
    for level in range(step.shape[0]):
        boundary = boundary_heights(frame, height[level])
        worse = frame.above >= 0
        limit = boundary[frame.above[worse]]
        kept = height[level, worse] >= limit
        if not (kept | (step[level, worse] == frame.high[level, worse])).all():
            return False
    return True


def boundary_heights(frame: Frame, height: Int) -> Int:
    """Return the least lawful height of each boundary: the highest step on its better side."""
    boundary = np.zeros(frame.top.size, dtype=np.int64)
    better = frame.below >= 0
    np.maximum.at(boundary, frame.below[better], height[better])
    for b in range(boundary.size):
        if frame.after[b] >= 0:
            boundary[frame.after[b]] = max(boundary[frame.after[b]], boundary[b])
    return boundary


def valid(frame: Frame, step: Int) -> bool:
    """Return whether steps are a plan: lawful, targets met, district caps kept."""
    return lawful(frame, step) and not any(shorts(frame, step)) and not any(overruns(frame, step))
