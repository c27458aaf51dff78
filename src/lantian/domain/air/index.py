"""The air quality index of whole columns, exact to the integer (HJ 633, 4.2 and 4.3).

Concentrations are scaled integers, so that the ceiling of the formula sees no binary fraction.
`exact` does the same for one set of values with fractions and explains it; a property test holds
both together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.air.scaled import Bools, Ints, Scaled
from lantian.rulebook.air_tables.model import (
    AIR_POLLUTANTS,
    Above,
    AirIndex,
    Breakpoints,
    Incomplete,
)

Small = NDArray[np.int16]
Bits = NDArray[np.uint8]
NONE = -1
"""No index: nothing valid to compute it from, or not to be published."""

ORDER = tuple(AIR_POLLUTANTS)
_PRIMARY_ABOVE = 50
_EXCEEDING_ABOVE = 100
_TABLE_SIZE = 4_000_000


@dataclass(frozen=True, slots=True)
class IndexColumns:
    """Index, class and pollutants of every row.

    `iaqi` and `aqi` are `NONE` where there is none; `level` is 0 there. `primary` and
    `exceeding` have one bit a pollutant in the order of `ORDER`. `complete` says whether all six
    were there; `beyond` has a bit where a concentration lies above a table that gives nothing.
    """

    iaqi: Mapping[str, Small]
    aqi: Small
    level: NDArray[np.int8]
    primary: Bits
    exceeding: Bits
    complete: Bools
    beyond: Bits

    def names(self, bits: int) -> tuple[str, ...]:
        """Return the written names of a set of pollutants."""
        return names_of(bits)


def names_of(bits: int) -> tuple[str, ...]:
    """Return the written names of the pollutants whose bits are set."""
    return tuple(AIR_POLLUTANTS[p] for i, p in enumerate(ORDER) if bits >> i & 1)


def index_columns(
    concentrations: Mapping[str, Scaled], index: AirIndex, *, hourly: bool = False
) -> IndexColumns:
    """Return the index of every row.

    Parameters
    ----------
    concentrations
        Columns of one length by pollutant (`so2`, `no2`, `pm10`, `co`, `o3`, `pm25`); a column
        that is left out is missing everywhere. µg/m³, CO mg/m³. In the daily form O3 is the
        daily maximum 8 h mean, in the hourly form the 1 h mean.
    index
        The edition.
    hourly
        The real-time form: 1 h values of all six, PM on the daily breakpoints.

    Notes
    -----
    HJ 633: the sub-index is linear between breakpoints and rounded up; the index is their
    maximum; the primary pollutants are those that reach it where it exceeds 50. HJ 633-2026
    rounds concentrations first (4.2.2), starts at 1, and publishes an index without all six only
    above 100.
    """
    size = len(next(iter(concentrations.values())).values)
    table = index.table(hourly=hourly)
    iaqi: dict[str, Small] = {}
    beyond = np.zeros(size, dtype=np.uint8)
    complete = np.ones(size, dtype=bool)
    for i, pollutant in enumerate(ORDER):
        column = concentrations.get(pollutant)
        if column is None:
            iaqi[pollutant] = np.full(size, NONE, dtype=np.int16)
            complete &= False
            continue
        if index.rounds_first:
            column = column.rounded(index.digits[pollutant])
        iaqi[pollutant] = sub_index(column, table[pollutant])
        complete &= column.present
        beyond |= ((column.present & (iaqi[pollutant] == NONE)).astype(np.uint8)) << np.uint8(i)
    aqi = np.max(np.stack(list(iaqi.values())), axis=0)
    aqi = np.where(aqi == NONE, NONE, np.maximum(aqi, index.lowest)).astype(np.int16)
    if index.incomplete is Incomplete.ABOVE_100:
        aqi = np.where(complete | (aqi > _EXCEEDING_ABOVE), aqi, NONE).astype(np.int16)
    tops = np.array([c.up_to for c in index.categories if c.up_to is not None])
    level = np.where(aqi == NONE, 0, np.searchsorted(tops, aqi) + 1).astype(np.int8)
    primary = np.zeros(size, dtype=np.uint8)
    exceeding = np.zeros(size, dtype=np.uint8)
    for i, pollutant in enumerate(ORDER):
        bit = np.uint8(1 << i)
        primary |= np.where((iaqi[pollutant] == aqi) & (aqi > _PRIMARY_ABOVE), bit, np.uint8(0))
        exceeding |= np.where(iaqi[pollutant] > _EXCEEDING_ABOVE, bit, np.uint8(0))
    return IndexColumns(iaqi, aqi, level, primary, exceeding, complete, beyond)


def sub_index(column: Scaled, table: Breakpoints) -> Small:
    """Return the sub-index of one pollutant, `NONE` where there is none.

    Notes
    -----
    ``ceil((I_hi - I_lo) (C - B_lo) / (B_hi - B_lo)) + I_lo`` in integers.
    """
    scale = column.scale
    while any((limit * scale).denominator != 1 for limit in table.limits):
        scale *= 10
    limits = np.array([int(limit * scale) for limit in table.limits], dtype=np.int64)
    points = np.array(table.points, dtype=np.int64)
    values = column.values * (scale // column.scale)
    last = int(limits[-1])
    if last < _TABLE_SIZE and last < 4 * values.size + 10_000:
        # Few different values: work each out once and look the rows up.
        known = _between(np.arange(last + 1, dtype=np.int64), limits, points)
        found = known[np.clip(values, 0, last)]
    else:
        found = _between(np.clip(values, 0, last), limits, points)
    top = NONE if table.above is Above.NONE else table.points[-1]
    found = np.where(values > last, top, found)
    return np.where(column.present & (values >= 0), found, NONE).astype(np.int16)


def _between(values: Ints, limits: Ints, points: Ints) -> Ints:
    at = np.maximum(np.searchsorted(limits, values, side="left"), 1)
    low, rise = limits[at - 1], points[at] - points[at - 1]
    found: Ints = points[at - 1] - (-(rise * (values - low)) // (limits[at] - low))
    return found
