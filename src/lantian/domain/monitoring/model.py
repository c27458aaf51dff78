"""What monitoring works on: readings, limits, outlets; times are the start of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lantian.rulebook.monitoring_tables.model import Factor, Medium

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """One value as it came; `start` is the start of its period, Beijing time.

    `flag` is the letter of instrument or logger, empty where none was sent; `converted` is what
    the logger itself gave as converted value.
    """

    start: datetime
    value: Decimal | None
    flag: str = "N"
    converted: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FactorSeries:
    """The readings of one factor, ascending, each of `step` length."""

    factor: Factor
    step: timedelta
    readings: tuple[Reading, ...]


class Average(StrEnum):
    """Which mean a limit speaks of."""

    HOUR = "hour"
    DAY = "day"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return "小时均值" if self is Average.HOUR else "日均值"


@dataclass(frozen=True, slots=True)
class OutletLimit:
    """One limit of an outlet with the document it stands in; unit of the factor's values.

    `converted` says whether the limit speaks of values at reference oxygen. Of `high` and `low`
    at least one is given.
    """

    factor: str
    average: Average
    high: Fraction | None
    low: Fraction | None
    converted: bool
    document: str
    clause: str
    valid_from: date
    valid_to: date | None

    def in_force(self, day: date) -> bool:
        """Whether the limit holds on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def exceeded_by(self, value: Fraction) -> bool:
        """Whether a value breaks the limit; a value at the limit keeps it."""
        over = self.high is not None and value > self.high
        return over or (self.low is not None and value < self.low)


class FlowUnit(StrEnum):
    """In which unit a flow is given."""

    M3_S = "m3/s"
    M3_H = "m3/h"
    L_S = "L/s"

    @property
    def to_m3_h(self) -> Fraction:
        """Cubic metres an hour of one unit."""
        return {"m3/s": Fraction(3600), "m3/h": Fraction(1), "L/s": Fraction(36, 10)}[self.value]


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet as it is registered.

    `flow_unit` is None where the register does not say it: then no mass is computed. For waste
    gas the flow is that of dry gas at normal conditions. `marking_document` is the local decision
    by which marks count in a trade where they are not yet formal.
    """

    outlet_id: str
    name_zh: str
    medium: Medium
    trade: str
    o2_ref_pct: Fraction | None
    o2_document: str
    flow_unit: FlowUnit | None
    marking_document: str
    limits: tuple[OutletLimit, ...]
    plant: str = ""

    def limits_on(self, factor: str, average: Average, day: date) -> tuple[OutletLimit, ...]:
        """Return the limits of a factor and mean that hold on a day."""
        return tuple(
            x
            for x in self.limits
            if x.factor == factor and x.average is average and x.in_force(day)
        )


def day_of(start: datetime) -> date:
    """Return the day a period belongs to: that of its start."""
    return start.date()


def hour_of(start: datetime) -> datetime:
    """Return the start of the hour that holds a moment."""
    return start.replace(minute=0, second=0, microsecond=0)


def overlap(a: datetime, b: datetime, c: datetime, d: datetime) -> timedelta:
    """Return how much of [a, b) lies in [c, d).

    Examples
    --------
    >>> t = datetime(2026, 1, 5, 10)
    >>> overlap(t, t + HOUR, t + 45 * MINUTE, t + 2 * HOUR)
    datetime.timedelta(seconds=900)
    """
    return max(min(b, d) - max(a, c), timedelta(0))
