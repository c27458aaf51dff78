"""What a period comes to: means, percentiles, days by class, composite index, main pollutant."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lantian.domain.air.composite import Composite, composite_index
from lantian.domain.air.index import NONE, ORDER, names_of
from lantian.domain.air.scaled import Ints, Scaled
from lantian.kernel.period import Period
from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS, AirLimits, AirMethod

PERCENTILE_ONLY = frozenset({"co", "o3"})
"""Pollutants without an annual mean limit: their percentile is what is published."""


@dataclass(frozen=True, slots=True)
class CityDays:
    """The published daily values of one city, day by day, `days` ascending.

    `aqi` is `NONE` where there is no index. `primary` has one bit a pollutant.
    """

    city: str
    days: tuple[date, ...]
    concentrations: Mapping[str, Scaled]
    aqi: np.ndarray
    level: np.ndarray
    primary: np.ndarray

    def within(self, period: Period) -> CityDays:
        """Return the days of a period."""
        own = slice(bisect_left(self.days, period.first), bisect_right(self.days, period.last))
        return CityDays(
            self.city,
            self.days[own],
            {p: c.pick(own) for p, c in self.concentrations.items()},
            self.aqi[own],
            self.level[own],
            self.primary[own],
        )


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """One pollutant over a period.

    `published` is the rounded figure that bulletins print: the mean, for CO the 95th and for O3
    the 90th percentile. None where there is no valid day.
    """

    pollutant: str
    valid_days: int
    mean: Fraction | None
    percentile: Fraction | None
    percentile_rank: int
    published: Decimal | None
    exceed_multiple: Decimal | None  # None where the limit is kept
    enough_days: bool
    short_months: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeriodSummary:
    """A city over a period, every figure with its unrounded twin in the trace."""

    city: str
    period: Period
    days_with_aqi: int
    good_days: int
    heavy_days: int
    days_by_level: Mapping[int, int]
    good_ratio_pct: Decimal | None
    items: Mapping[str, ItemStatistics]
    composite: Composite | None
    primary_days: Mapping[str, int]
    trace: Trace = field(repr=False)


def percentile(ordered: Sequence[int] | Ints, rank: int) -> Fraction:
    """Return the official percentile of ascending values.

    ``k = 1 + (n - 1) p / 100``; between ``X(s)`` and ``X(s + 1)`` in proportion (HJ 663).

    Examples
    --------
    >>> percentile([2, 3, 4, 4, 5, 8], 90)
    Fraction(13, 2)
    """
    k = 1 + Fraction((len(ordered) - 1) * rank, 100)
    s = int(k)
    low, high = int(ordered[s - 1]), int(ordered[min(s, len(ordered) - 1)])
    return low + (high - low) * (k - s)


def item_statistics(
    pollutant: str,
    column: Scaled,
    days: Sequence[date],
    period: Period,
    limits: AirLimits,
    method: AirMethod,
) -> ItemStatistics:
    """Return mean, percentile and validity of one pollutant over the days of a period."""
    rank = method.whole(f"percentile_{pollutant}")
    values = np.sort(column.values[column.present])
    count = len(values)
    enough, short = _enough(column, days, period, method)
    if not count:
        return ItemStatistics(pollutant, 0, None, None, rank, None, None, False, short)
    mean = Fraction(int(values.sum()), count * column.scale)
    high = percentile(values, rank) / column.scale
    figure = high if pollutant in PERCENTILE_ONLY else mean
    published = round_fraction(figure, method.digits(pollutant))
    return ItemStatistics(
        pollutant=pollutant,
        valid_days=count,
        mean=mean,
        percentile=high,
        percentile_rank=rank,
        published=published,
        exceed_multiple=exceed_multiple(published, limits.composite_limit(pollutant), method),
        enough_days=enough,
        short_months=short,
    )


def exceed_multiple(published: Decimal, limit: Fraction, method: AirMethod) -> Decimal | None:
    """Return (C - S) / S at its published decimals, None where the limit is kept."""
    if Fraction(published) <= limit:
        return None
    return round_fraction((Fraction(published) - limit) / limit, method.whole("digits_multiple"))


def _enough(
    column: Scaled, days: Sequence[date], period: Period, method: AirMethod
) -> tuple[bool, tuple[str, ...]]:
    """Return whether a year has days enough (324, and 27 or 25 a month), and the short months."""
    if period.kind != "year":
        return bool(column.present.any()), ()
    by_month = Counter(
        (day.year, day.month) for day in itertools.compress(days, column.present.tolist())
    )
    short = tuple(
        f"{year:04d}-{month:02d}"
        for year, month in period.months()
        if by_month[year, month] < method.whole("february_days" if month == 2 else "month_days")
    )
    return int(column.present.sum()) >= method.whole("year_days") and not short, short


def summarise(
    city: CityDays, period: Period, limits: AirLimits, method: AirMethod
) -> PeriodSummary:
    """Return what a period comes to for one city.

    Days without an index are not in the ratio (HJ 663; decision 0060); concentrations of those
    days stay in the means.
    """
    own = city.within(period)
    items = {
        p: item_statistics(p, own.concentrations[p], own.days, period, limits, method)
        for p in ORDER
    }
    known = own.aqi != NONE
    counted = int(known.sum())
    good = int((known & (own.aqi <= method.whole("good_aqi"))).sum())
    heavy = int((own.aqi > method.whole("heavy_aqi")).sum())
    ratio = (
        round_fraction(Fraction(good * 100, counted), method.whole("digits_ratio_pct"))
        if counted
        else None
    )
    figures = {p: i.published for p, i in items.items()}
    composite = composite_index(figures, limits, method)
    primary: dict[str, int] = {}
    for bits in own.primary.tolist():
        for name in names_of(bits):
            primary[name] = primary.get(name, 0) + 1
    levels = {level: int((own.level == level).sum()) for level in range(1, 7)}
    return PeriodSummary(
        city=city.city,
        period=period,
        days_with_aqi=counted,
        good_days=good,
        heavy_days=heavy,
        days_by_level=levels,
        good_ratio_pct=ratio,
        items=items,
        composite=composite,
        primary_days=dict(sorted(primary.items(), key=lambda item: -item[1])),
        trace=_trace(city.city, period, items, composite, counted, good, method),
    )


def _trace(
    city: str,
    period: Period,
    items: Mapping[str, ItemStatistics],
    composite: Composite | None,
    counted: int,
    good: int,
    method: AirMethod,
) -> Trace:
    steps = [
        Trace(
            f"优良天数比例 {good}/{counted}",
            "good days",
            good,
            rule=method.values["good_aqi"].ref,
        )
    ]
    for item in items.values():
        if item.published is None or item.mean is None or item.percentile is None:
            continue
        name = AIR_POLLUTANTS[item.pollutant]
        exact = item.percentile if item.pollutant in PERCENTILE_ONLY else item.mean
        what = f"第{item.percentile_rank}百分位数" if item.pollutant in PERCENTILE_ONLY else "均值"
        steps.append(
            Trace(
                f"{name} {what}：{item.valid_days} 天，{float(exact):.4f} 修约为 {item.published}",
                f"{name} {item.published}",
                item.published,
                rule=method.values[f"percentile_{item.pollutant}"].ref,
            )
        )
    if composite is not None:
        steps.append(composite.trace)
    return Trace(f"{city} {period.label}", f"{city} {period.label}", steps=tuple(steps))


def three_year_mean(published: Sequence[Decimal], digits: int) -> Decimal:
    """Return the mean of three yearly figures (HJ 663-2026; how exactly is an open point).

    Raises
    ------
    ValueError
        With another number of years.
    """
    if len(published) != 3:
        raise ValueError(f"three years needed, got {len(published)}")
    return round_fraction(sum((Fraction(v) for v in published), Fraction(0)) / 3, digits)
