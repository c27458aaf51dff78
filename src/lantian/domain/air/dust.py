"""Sand-dust deduction: an approved list is applied, nothing is decided here.

环办监测〔2016〕120号: for assessment and ranking PM10 and PM2.5 of the approved days are left out of
concentrations and the composite index; the share of good days keeps the dust.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from lantian.domain.air.statistics import CityDays


@dataclass(frozen=True, slots=True)
class Deduction:
    """One approved deduction: city, day and pollutants."""

    city: str
    day: date
    pollutants: frozenset[str]


def deduct(city: CityDays, approved: Iterable[Deduction]) -> tuple[CityDays, int]:
    """Return the city without the approved values, and how many values were left out.

    The index keeps the dust; `index.index_columns` of the result gives it without.
    """
    by_day: dict[date, frozenset[str]] = {}
    for one in approved:
        if one.city == city.city:
            by_day[one.day] = by_day.get(one.day, frozenset()) | one.pollutants
    left_out = 0
    columns = dict(city.concentrations)
    for pollutant, column in city.concentrations.items():
        mask = np.array(
            [pollutant in by_day.get(day, frozenset()) for day in city.days], dtype=bool
        )
        left_out += int((mask & column.present).sum())
        columns[pollutant] = column.without(mask)
    return replace(city, concentrations=columns), left_out
