"""What the rules of ambient air answer with: frozen values that carry their citation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from lantian.kernel.trace import RuleRef
from lantian.rulebook.method import Method
from lantian.rulebook.model import RuleHead, Status

AIR_POLLUTANTS: Mapping[str, str] = {
    "so2": "SO2",
    "no2": "NO2",
    "pm10": "PM10",
    "co": "CO",
    "o3": "O3",
    "pm25": "PM2.5",
}
"""The six pollutants of the index in the order of the tables, with their written names."""


class Above(StrEnum):
    """What a concentration above the last breakpoint means."""

    CAP = "cap"  # the last point of the index
    HOLD = "hold"  # likewise, where the table ends below 500
    NONE = "none"  # no sub-index from this mean; another one would have to be taken


class Incomplete(StrEnum):
    """What an index is worth of which a pollutant is missing."""

    OTHERS = "others"  # that of the others
    ABOVE_100 = "above-100"  # that of the others where it exceeds 100, else none


@dataclass(frozen=True, slots=True)
class Breakpoints:
    """One column of the table: points of the index and the concentrations they stand at."""

    pollutant: str
    points: tuple[int, ...]
    limits: tuple[Fraction, ...]
    unit: str
    mean: str  # day, hour, max8h
    above: Above
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Category:
    """One class of the index; `up_to` is None for the last."""

    level: int
    level_zh: str
    name_zh: str
    name_en: str
    up_to: int | None
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class AirIndex:
    """One edition of the index: daily and hourly tables, categories, what is rounded first."""

    head: RuleHead
    daily: Mapping[str, Breakpoints]
    hourly: Mapping[str, Breakpoints]
    categories: tuple[Category, ...]
    digits: Mapping[str, int]
    rounds_first: bool
    lowest: int
    incomplete: Incomplete
    names_exceeding: bool

    def table(self, *, hourly: bool) -> Mapping[str, Breakpoints]:
        """Return the table of the real-time or of the daily form."""
        return self.hourly if hourly else self.daily

    def category(self, aqi: int) -> Category:
        """Return the class of an index."""
        return next(c for c in self.categories if c.up_to is None or aqi <= c.up_to)


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit; grade 2 is that of cities."""

    pollutant: str
    mean: str  # year, quarter, day, hour, max8h
    grade1: Fraction
    grade2: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class ReferenceState:
    """The temperature that gas concentrations refer to from a day on (1013.25 hPa)."""

    valid_from: date
    temperature_k: Fraction
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class AirLimits:
    """One edition (or stage) of the limits."""

    head: RuleHead
    limits: Mapping[tuple[str, str], Limit]  # (pollutant, mean)
    reference_states: tuple[ReferenceState, ...]

    def grade2(self, pollutant: str, mean: str) -> Fraction:
        """Return the grade 2 limit, that of cities.

        Raises
        ------
        KeyError
            Where the standard has no limit of this mean.
        """
        return self.limits[pollutant, mean].grade2

    def composite_limit(self, pollutant: str) -> Fraction:
        """Return what the composite index divides by: the annual limit, else the daily one."""
        mean = {"co": "day", "o3": "max8h"}.get(pollutant, "year")
        return self.grade2(pollutant, mean)


@dataclass(frozen=True, slots=True)
class AirMethod(Method):
    """One edition of the assessment method of ambient air."""

    def digits(self, pollutant: str) -> int:
        """Return the decimals of a published concentration."""
        return self.whole("digits_co" if pollutant == "co" else "digits_concentration")
