"""``lantian air trend``: published yearly figures of a city over the years, and whether they rise or fall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from lantian.domain.air.complaint import complain
from lantian.domain.air.published import COLUMNS, JudgedFigures, judge
from lantian.domain.air.statistics import three_year_mean
from lantian.jobs.air.figures import read_figures
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Place
from lantian.kernel.trend import SpearmanTrend, as_dict, spearman
from lantian.rulebook.air_tables import load_air
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS, AirMethod
from lantian.rulebook.critical_values import critical_values

LEAST = 5
"""Periods that the rank correlation needs (HJ 663)."""


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One figure of one city over the years; `three_years` is the mean of the last three."""

    city: str
    column: str
    years: tuple[str, ...]
    values: tuple[Decimal, ...]
    trend: SpearmanTrend | None
    three_years: Decimal | None


@dataclass
class TrendRun:
    """Trends of a table of published figures."""

    source: str
    told: Told = field(default_factory=Told)
    rows: list[TrendRow] = field(default_factory=list)


def run_trend(path: Path, *, rules: Sequence[Path] = ()) -> TrendRun:
    """Return the trend of each published figure by Spearman's rank correlation.

    Parameters
    ----------
    path
        Published figures; rows of whole years count, others are passed over.

    Raises
    ------
    LantianError
        A001, A002; A018 where there is no whole year.
    """
    air, run = load_air(*rules), TrendRun(path.name)
    by_city: dict[str, list[JudgedFigures]] = {}
    for one in read_figures(path, run.told):
        if one.period.kind == "year":
            day = one.period.last
            judged = judge(one, air.limits(day), air.method(day))
            by_city.setdefault(one.city, []).append(judged)
    if not by_city:
        raise LantianError(complain("A018", Place(file=path.name), detail="整年 whole years"))
    for city, years in by_city.items():
        years.sort(key=lambda j: j.figures.period.first)
        last = years[-1].figures.period.last
        critical = critical_values(last, *rules).values
        for column, values in _columns(years).items():
            run.rows.append(_row(city, column, values, critical, air.method(last), last))
    return run


def _columns(years: Sequence[JudgedFigures]) -> dict[str, list[tuple[str, Decimal]]]:
    """Return the figures of each column by year, those that are there."""
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for one in years:
        label = one.figures.period.label
        for pollutant, column in COLUMNS.items():
            value = one.figures.concentrations.get(pollutant)
            if value is not None:
                found.setdefault(column, []).append((label, value))
        if one.composite is not None:
            found.setdefault("composite_index", []).append((label, one.composite.published))
        if one.good_ratio_pct is not None:
            found.setdefault("good_ratio_pct", []).append((label, one.good_ratio_pct))
    return found


def _row(
    city: str,
    column: str,
    values: Sequence[tuple[str, Decimal]],
    critical: Mapping[int, tuple[Fraction, Fraction]],
    method: AirMethod,
    last: date,
) -> TrendRow:
    numbers = tuple(v for _, v in values)
    trend = spearman(numbers, critical) if len(numbers) >= LEAST else None
    recent = [v for label, v in values if int(label) > last.year - 3]
    mean = three_year_mean(recent, _digits(column, method)) if len(recent) == 3 else None
    return TrendRow(city, column, tuple(label for label, _ in values), numbers, trend, mean)


def _digits(column: str, method: AirMethod) -> int:
    pollutant = next((p for p, c in COLUMNS.items() if c == column), None)
    if pollutant is not None:
        return method.digits(pollutant)
    return method.whole("digits_index" if column == "composite_index" else "digits_ratio_pct")


def row_as_dict(row: TrendRow) -> dict[str, Any]:
    """Return one row as plain values."""
    name = next((AIR_POLLUTANTS[p] for p, c in COLUMNS.items() if c == row.column), "")
    return {
        "city": row.city,
        "column": row.column,
        "name": name or {"composite_index": "综合指数", "good_ratio_pct": "优良%"}[row.column],
        "years": list(row.years),
        "values": [float(v) for v in row.values],
        "three_year_mean": float(row.three_years) if row.three_years is not None else None,
        **as_dict(row.trend),
    }
