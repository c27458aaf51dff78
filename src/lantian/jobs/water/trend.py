"""``lantian water trend``: yearly means of every section and item, and whether they rise or fall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from lantian.domain.water.complaint import complain
from lantian.jobs.told import Told
from lantian.jobs.water.classes import first_rules
from lantian.jobs.water.periods import read_months
from lantian.jobs.water.read import WaterFile
from lantian.jobs.water.sections import SectionBook, read_sections
from lantian.kernel.period import Period, parse_period
from lantian.kernel.problem import LantianError, Place
from lantian.kernel.trend import SpearmanTrend, as_dict, spearman
from lantian.rulebook.critical_values import critical_values
from lantian.rulebook.water_tables import load_water


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One item of one section over the years; `trend` is None with too few of them."""

    section: str
    item: str
    name_zh: str
    years: tuple[str, ...]
    means: tuple[Fraction, ...]
    trend: SpearmanTrend | None


@dataclass
class TrendRun:
    """Trends of a file."""

    source: str
    told: Told = field(default_factory=Told)
    rows: list[TrendRow] = field(default_factory=list)
    rows_read: int = 0


def run_trend(
    path: Path, first: int, last: int, *, sections: Path | None = None, rules: Sequence[Path] = ()
) -> TrendRun:
    """Return the trend of yearly means by Spearman's rank correlation.

    Raises
    ------
    LantianError
        B001, B002; B015 for years in the wrong order; B016 where nothing lies in them.
    """
    if last < first:
        raise LantianError(complain("B015", Place(), detail=f"{first}..{last}"))
    limits, method = first_rules(load_water(*rules))
    run = TrendRun(path.name)
    book = read_sections(sections, run.told) if sections is not None else SectionBook()
    file = WaterFile(path, limits, method, run.told, book)
    data = read_months(file, lambda day: first <= day.year <= last)
    run.rows_read = file.rows_read
    critical = critical_values(date(last, 12, 31), *rules).values
    least = method.whole("trend_periods")
    years = [parse_period(f"{y:04d}") for y in range(first, last + 1)]
    for (_, name), own in data.items():
        by_year = {period: own.over(period)[0] for period in years}
        for key, item in limits.items.items():
            if item.assessed or key == "tn":
                means = [(p, by_year[p][key]) for p in years if key in by_year[p]]
                if means:
                    run.rows.append(_row(name, key, item.name_zh, means, least, critical))
    if not run.rows:
        raise LantianError(complain("B016", Place(file=path.name), detail=f"{first}..{last}"))
    return run


def _row(
    section: str,
    key: str,
    name_zh: str,
    means: Sequence[tuple[Period, Fraction]],
    least: int,
    critical: Mapping[int, tuple[Fraction, Fraction]],
) -> TrendRow:
    values = tuple(v for _, v in means)
    trend = None
    if len(values) >= least:
        trend = spearman([Decimal(v.numerator) / Decimal(v.denominator) for v in values], critical)
    return TrendRow(section, key, name_zh, tuple(p.label for p, _ in means), values, trend)


def row_as_dict(row: TrendRow) -> dict[str, object]:
    """Return one row as plain values."""
    return {
        "section": row.section,
        "item": row.item,
        "name_zh": row.name_zh,
        "years": list(row.years),
        "means": [float(v) for v in row.means],
        **as_dict(row.trend),
    }
