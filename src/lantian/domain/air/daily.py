"""From hourly station values to daily station values and city values, exact and with validity.

GB 3095 table 4 (20 hours a day, 6 of 8 hours), HJ 663 6.1.2 (14 eight-hour means, or fewer where
the maximum exceeds the limit). A city value is the mean over its valid assessment sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import lcm

import numpy as np
from numpy.typing import NDArray

from lantian.domain.air.scaled import Bools, Ints, Scaled, round_ratio
from lantian.rulebook.air_tables.model import AirLimits, AirMethod

HOURS = 24
_EIGHT = 8


@dataclass(frozen=True, slots=True)
class Means:
    """Exact means ``numerator / denominator`` (in the unit of the values) where `valid`.

    `count` is how many hours (or eight-hour means) went in: the reason where not valid.
    """

    numerator: Ints
    denominator: Ints | int
    valid: Bools
    count: NDArray[np.int64]

    def rounded(self, places: int) -> Scaled:
        """Return the means rounded half to even, once."""
        scale = 10**places
        values = round_ratio(self.numerator * scale, self.denominator)
        return Scaled(np.where(self.valid, values, 0), self.valid, scale)


def day_means(hours: Scaled, method: AirMethod) -> Means:
    """Return the mean of every day.

    Parameters
    ----------
    hours
        Hourly means, shape ``(..., 24)``: the hours ending 1:00 to 24:00.
    method
        Says how many hours a valid day has.
    """
    count = hours.present.sum(axis=-1)
    least = method.whole("day_hours")
    total = hours.values.sum(axis=-1)
    common = lcm(*range(least, HOURS + 1))
    share = np.where(count >= least, common // np.maximum(count, 1), 0)
    return Means(total * share, common * hours.scale, count >= least, count)


def max_eight_hours(hours: Scaled, limit: int, method: AirMethod) -> Means:
    """Return the daily maximum of the eight-hour running means (O3).

    Parameters
    ----------
    hours
        Hourly means, shape ``(..., 24)``: the hours ending 1:00 to 24:00.
    limit
        The daily limit in the unit of the values: above it a day with too few eight-hour means
        is valid all the same.
    method
        Says how many hours a valid eight-hour mean has, how many of them a valid day, and
        which stamps the day takes (8:00 to 24:00, unverified).

    Notes
    -----
    HJ 663, 6.1.2. The eight-hour mean stamped at an hour covers the eight hours that end there.
    """
    least = method.whole("eight_hour_hours")
    first, last = method.whole("o3_first_stamp"), method.whole("o3_last_stamp")
    common = lcm(*range(least, _EIGHT + 1))
    shape = hours.values.shape[:-1]
    sums = np.concatenate(
        [np.zeros((*shape, 1), dtype=np.int64), hours.values.cumsum(axis=-1)], axis=-1
    )
    counts = np.concatenate(
        [np.zeros((*shape, 1), dtype=np.int64), hours.present.cumsum(axis=-1)], axis=-1
    )
    ends = np.arange(first, last + 1)
    begins = np.maximum(ends - _EIGHT, 0)
    total = sums[..., ends] - sums[..., begins]
    count = counts[..., ends] - counts[..., begins]
    good = count >= least
    means = np.where(good, total * (common // np.maximum(count, 1)), -1)
    best = means.max(axis=-1)
    windows = good.sum(axis=-1)
    enough = windows >= method.whole("o3_windows")
    valid = enough | (best > limit * hours.scale * common)
    return Means(np.where(valid, best, 0), common * hours.scale, valid, windows)


def city_means(stations: Means, method: AirMethod) -> Means:
    """Return the city value: the mean over the valid sites, first axis.

    Valid where at least the share of the sites that the method asks for is valid (unverified).
    `count` is the number of valid sites.
    """
    sites = stations.valid.shape[0]
    count = stations.valid.sum(axis=0)
    share = method.number("sites_share")
    enough = (count * share.denominator >= sites * share.numerator) & (count > 0)
    total = np.where(stations.valid, stations.numerator, 0).sum(axis=0)
    return Means(total, stations.denominator * np.maximum(count, 1), enough, count)


def city_day(hours: Mapping[str, Scaled], limits: AirLimits, method: AirMethod) -> dict[str, Means]:
    """Return the city value of every pollutant.

    Parameters
    ----------
    hours
        Hourly means by pollutant, shape ``(station, day, 24)``; stations are assessment sites.
    limits, method
        Of the day: the O3 limit, and what makes a value valid.
    """
    found = {}
    for pollutant, column in hours.items():
        if pollutant == "o3":
            limit = int(limits.grade2("o3", "max8h"))
            stations = max_eight_hours(column, limit, method)
        else:
            stations = day_means(column, method)
        found[pollutant] = city_means(stations, method)
    return found
