"""A long run of readings for a narrow picture: extremes and counts of every bucket, nothing lost.

A year of minutes has 525,600 points, a picture a thousand columns. Each column keeps the smallest
and the greatest value of its time and how many readings it stands for, so no exceedance disappears.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings in the order of time, for drawing (floats; nothing is judged by them).

    Attributes
    ----------
    at_ms
        Start of each, milliseconds since 1970, ascending.
    value
        The value; NaN where it is missing.
    normal
        Whether instrument and logger call it normal.
    """

    at_ms: Ints
    value: Floats
    normal: Bools

    def __len__(self) -> int:
        return len(self.at_ms)


@dataclass(frozen=True, slots=True)
class Thinned:
    """One row a bucket that holds a reading.

    Attributes
    ----------
    bucket
        Number of the bucket, ascending.
    count, flagged, over
        Readings with a value; those of them that are not normal; normal ones above the limit.
    low, high
        Extremes of the normal readings; NaN where there is none.
    flagged_low, flagged_high
        Extremes of the flagged readings; NaN where there is none.
    first_ms, last_ms
        Times of the first and last reading with a value.
    """

    bucket: Ints
    count: Ints
    flagged: Ints
    over: Ints
    low: Floats
    high: Floats
    flagged_low: Floats
    flagged_high: Floats
    first_ms: Ints
    last_ms: Ints

    def __len__(self) -> int:
        return len(self.bucket)


def thin(
    readings: Readings, start_ms: int, end_ms: int, buckets: int, limit: float | None = None
) -> Thinned:
    """Return the readings of [start, end) bucket by bucket.

    Parameters
    ----------
    buckets
        Number of buckets of equal length; at least 1.
    limit
        Readings above it are counted in `over`.

    Raises
    ------
    ValueError
        For an empty span or no bucket.

    Examples
    --------
    >>> r = Readings(np.arange(4) * 60_000, np.array([1.0, 9.0, 2.0, np.nan]), np.ones(4, bool))
    >>> t = thin(r, 0, 240_000, 2, limit=5)
    >>> t.low.tolist(), t.high.tolist(), t.count.tolist(), t.over.tolist()
    ([1.0, 2.0], [9.0, 2.0], [2, 1], [1, 0])
    """
    if end_ms <= start_ms or buckets < 1:
        raise ValueError(f"{start_ms}..{end_ms} in {buckets}")
    at, value, normal = _with_value(readings, start_ms, end_ms)
    if not len(at):
        none, empty = np.zeros(0, np.int64), np.zeros(0, np.float64)
        return Thinned(none, none, none, none, empty, empty, empty, empty, none, none)
    # Whole numbers: a reading at the edge of two buckets always falls into the later one. The edges
    # are looked up among the times, which ascend, instead of working out a bucket for every reading.
    edges = start_ms + (np.arange(buckets + 1) * (end_ms - start_ms) + buckets - 1) // buckets
    places = np.searchsorted(at, edges)
    held = np.flatnonzero(np.diff(places))
    begins, ends = places[held], places[held + 1] - 1
    above = value > limit if limit is not None else None
    if normal.all():  # the usual case by far: nothing to be told apart
        low, high = np.minimum.reduceat(value, begins), np.maximum.reduceat(value, begins)
        flagged, absent = np.zeros(len(held), np.int64), np.full(len(held), np.nan)
        flagged_low = flagged_high = absent
    else:
        low = _extreme(np.minimum, np.where(normal, value, np.inf), begins)
        high = _extreme(np.maximum, np.where(normal, value, -np.inf), begins)
        flagged = np.add.reduceat((~normal).astype(np.int64), begins)
        flagged_low = _extreme(np.minimum, np.where(normal, np.inf, value), begins)
        flagged_high = _extreme(np.maximum, np.where(normal, -np.inf, value), begins)
        above = normal & above if above is not None else None
    over = np.zeros(len(held), np.int64)
    if above is not None and above.any():
        over = np.add.reduceat(above.astype(np.int64), begins)
    return Thinned(
        bucket=held,
        count=ends - begins + 1,
        flagged=flagged,
        over=over,
        low=low,
        high=high,
        flagged_low=flagged_low,
        flagged_high=flagged_high,
        first_ms=at[begins],
        last_ms=at[ends],
    )


def _with_value(readings: Readings, start_ms: int, end_ms: int) -> tuple[Ints, Floats, Bools]:
    """Return times, values and flags of the readings in [start, end) that have a value."""
    first, last = np.searchsorted(readings.at_ms, (start_ms, end_ms))
    at, value = readings.at_ms[first:last], readings.value[first:last]
    normal = readings.normal[first:last]
    lacking = np.isnan(value)
    if lacking.any():
        at, value, normal = at[~lacking], value[~lacking], normal[~lacking]
    return at, value, normal


def _extreme(which: np.ufunc, values: Floats, begins: Ints) -> Floats:
    found: Floats = which.reduceat(values, begins)
    return np.where(np.isinf(found), np.nan, found)


def gaps(
    readings: Readings, start_ms: int, end_ms: int, step_ms: int, shortest_ms: int
) -> list[tuple[int, int]]:
    """Return where readings with a value are missing in [start, end), from and to in milliseconds.

    Parameters
    ----------
    step_ms
        Time a reading stands for.
    shortest_ms
        Shorter gaps are left out: they are counted, not drawn.
    """
    at, _, _ = _with_value(readings, start_ms, end_ms)
    shortest = max(shortest_ms, 1)
    if not len(at):
        return [(start_ms, end_ms)] if end_ms - start_ms >= shortest else []
    after = np.flatnonzero(np.diff(at) >= shortest + step_ms)
    found = [(int(at[i]) + step_ms, int(at[i + 1])) for i in after]
    if at[0] - start_ms >= shortest:
        found.insert(0, (start_ms, int(at[0])))
    if end_ms - (at[-1] + step_ms) >= shortest:
        found.append((int(at[-1]) + step_ms, end_ms))
    return found
