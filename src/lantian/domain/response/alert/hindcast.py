"""Which alerts would have been on, had the forecast been perfect: a check on real air.

Covers issue 2 section 3 (hindcast of a measured daily series under a rule set). The index is
worked out anew from the concentrations (HJ 633-2012, linear between breakpoints, rounded up),
because sites have published averaged indices in some years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from lantian.domain.response.alert.model import ForecastDay, HistoryStep
from lantian.domain.response.alert.propose import find_episodes
from lantian.domain.response.alert.windows import from_days
from lantian.kernel.level import LEVELS, Level
from lantian.rulebook.model import AlertRuleSet

Breakpoints = Mapping[str, Sequence[tuple[Decimal, int]]]
"""For each pollutant the (concentration, sub-index) points, rising."""

DUST = "DUST"
CLASS_EDGES = (150, 200, 300)
"""Edges of the index that the alert rule sets use."""


@dataclass(frozen=True, slots=True)
class MeasuredDay:
    """One measured day: published index, concentrations, and the mark of dust deduction."""

    day: date
    published_aqi: int | None
    concentration: Mapping[str, Decimal]
    dust_deducted: bool = False


@dataclass(frozen=True, slots=True)
class YearRow:
    """Alerts of one winter year (1 July to 30 June)."""

    label: str
    alerts: Mapping[Level, int]
    days: Mapping[Level, int]
    steps: tuple[HistoryStep, ...]
    missing_days: int
    days_in_series: int


@dataclass(frozen=True, slots=True)
class Hindcast:
    """The table of one rule set, with what the series leaves open."""

    rule_set: str
    rows: tuple[YearRow, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the table for JSON."""
        return {"rule_set": self.rule_set, "years": [_row_dict(r) for r in self.rows]}


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What had to be decided about the series; printed with every hindcast."""

    first: date
    last: date
    days: int
    missing: tuple[date, ...]
    dust_days: tuple[date, ...]
    index_differs: Mapping[int, int]  # by calendar year
    class_differs: Mapping[int, int]

    def as_dict(self) -> dict[str, Any]:
        """Return the facts for JSON."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "days": self.days,
            "missing": [d.isoformat() for d in self.missing],
            "dust_days": [d.isoformat() for d in self.dust_days],
            "index_differs": {str(k): v for k, v in self.index_differs.items()},
            "class_differs": {str(k): v for k, v in self.class_differs.items()},
        }


def sub_index(points: Sequence[tuple[Decimal, int]], concentration: Decimal) -> int:
    """Return the sub-index of a concentration, rounded up; 500 (or the last point) at most.

    HJ 633-2012, equation (1) and 4.4.
    """
    if concentration >= points[-1][0]:
        return points[-1][1]
    for (low_c, low_i), (high_c, high_i) in pairwise(points):
        if concentration <= high_c:
            exact = Fraction(high_i - low_i) * (Fraction(concentration) - Fraction(low_c)) / (
                Fraction(high_c) - Fraction(low_c)
            ) + Fraction(low_i)
            return -int(-exact // 1)
    raise AssertionError("breakpoints must rise")


def daily_index(
    concentration: Mapping[str, Decimal], breakpoints: Breakpoints
) -> tuple[int | None, tuple[str, ...]]:
    """Return the AQI and the primary pollutants (all with the highest sub-index, if over 50).

    Absent concentrations are left out; without any the index is None. HJ 633-2012, 4.5, 4.6.
    """
    parts = {
        name: sub_index(breakpoints[name], value)
        for name, value in concentration.items()
        if name in breakpoints
    }
    if not parts:
        return None, ()
    aqi = max(parts.values())
    if aqi <= 50:
        return aqi, ("NONE",)
    return aqi, tuple(name for name, value in parts.items() if value == aqi)


def as_forecast(
    series: Sequence[MeasuredDay], breakpoints: Breakpoints
) -> tuple[tuple[ForecastDay, ...], SeriesFacts]:
    """Turn measured days into a perfect forecast, and say what had to be decided.

    A day without a published index stays unknown, even if some concentrations are there. A
    dust-deducted day keeps its published index with dust as primary pollutant.
    """
    days: list[ForecastDay] = []
    missing: list[date] = []
    dust: list[date] = []
    differs: dict[int, int] = {}
    class_differs: dict[int, int] = {}
    for m in series:
        if m.published_aqi is None:
            missing.append(m.day)
            days.append(ForecastDay(m.day, None))
        elif m.dust_deducted:
            dust.append(m.day)
            days.append(ForecastDay(m.day, m.published_aqi, (DUST,)))
        else:
            aqi, primary = daily_index(m.concentration, breakpoints)
            days.append(ForecastDay(m.day, aqi, primary))
            if aqi != m.published_aqi:
                differs[m.day.year] = differs.get(m.day.year, 0) + 1
                if aqi is None or _class(aqi) != _class(m.published_aqi):
                    class_differs[m.day.year] = class_differs.get(m.day.year, 0) + 1
    facts = SeriesFacts(
        first=series[0].day,
        last=series[-1].day,
        days=len(series),
        missing=tuple(missing),
        dust_days=tuple(dust),
        index_differs=differs,
        class_differs=class_differs,
    )
    return tuple(days), facts


def hindcast(days: Sequence[ForecastDay], rules: AlertRuleSet) -> Hindcast:
    """Return the alerts that a perfect forecast would have called for, by winter year."""
    timeline = from_days(days, rules.pollutant)
    steps = [s for e in find_episodes(timeline, rules) for s in e.history]
    labels = sorted({winter_year(d.day) for d in days})
    return Hindcast(rules.head.edition, tuple(_year_row(y, days, steps) for y in labels))


def winter_year(day: date) -> str:
    """Return the label of the year that holds one whole winter, 1 July to 30 June.

    Examples
    --------
    >>> winter_year(date(2016, 12, 31)), winter_year(date(2017, 1, 1))
    ('2016–17', '2016–17')
    """
    start = day.year if day.month >= 7 else day.year - 1
    return f"{start}–{(start + 1) % 100:02d}"


def _year_row(label: str, days: Sequence[ForecastDay], steps: Sequence[HistoryStep]) -> YearRow:
    mine = [s for s in steps if s.level is not None and winter_year(s.start.date()) == label]
    # Steps that follow one another without a break are one alert, counted by its top level.
    runs: list[list[HistoryStep]] = []
    for step in mine:
        if runs and runs[-1][-1].end == step.start:
            runs[-1].append(step)
        else:
            runs.append([step])
    tops = [max(run, key=_rank).level for run in runs]
    in_year = [d for d in days if winter_year(d.day) == label]
    return YearRow(
        label=label,
        alerts={level: sum(top is level for top in tops) for level in LEVELS},
        days={
            level: sum((s.end - s.start).days for s in mine if s.level is level) for level in LEVELS
        },
        steps=tuple(mine),
        missing_days=sum(d.aqi is None for d in in_year),
        days_in_series=len(in_year),
    )


def _rank(step: HistoryStep) -> int:
    return step.level.order if step.level else -1


def _class(aqi: int) -> int:
    return sum(aqi > edge for edge in CLASS_EDGES)


def _row_dict(row: YearRow) -> dict[str, Any]:
    return {
        "year": row.label,
        "alerts": {k.value: v for k, v in row.alerts.items()},
        "days": {k.value: v for k, v in row.days.items()},
        "missing_days": row.missing_days,
        "days_in_series": row.days_in_series,
        "periods": [
            {
                "level": s.level.value if s.level else None,
                "first_day": s.start.date().isoformat(),
                "last_day": last_day(s.end).isoformat(),
            }
            for s in row.steps
        ],
    }


def last_day(end: datetime) -> date:
    """Return the last calendar day of a period that ends at `end`."""
    return (end - timedelta(seconds=1)).date()
