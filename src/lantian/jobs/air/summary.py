"""``lantian air summary``: what a period comes to, from daily values or from published figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lantian.domain.air.complaint import complain
from lantian.domain.air.dust import Deduction, deduct
from lantian.domain.air.published import COLUMNS, JudgedFigures, PublishedFigures, changes, judge
from lantian.domain.air.statistics import CityDays, PeriodSummary, summarise
from lantian.jobs.air.aqi import AUTO
from lantian.jobs.air.cities import read_cities
from lantian.jobs.air.deductions import read_deductions
from lantian.jobs.air.figures import by_city_and_period, is_published, read_figures
from lantian.jobs.told import Told
from lantian.kernel.period import Period, parse_period
from lantian.kernel.problem import LantianError, Place
from lantian.kernel.ranking import rank
from lantian.rulebook.air_tables import AirRules, load_air
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One city and period: its figures, what they are compared with, its rank where several are."""

    judged: JudgedFigures
    before: JudgedFigures | None
    summary: PeriodSummary | None  # None for published figures
    rank: int | None
    tied: bool
    deducted: int = 0
    days: CityDays | None = None  # of the period, None for published figures


@dataclass
class SummaryRun:
    """Rows of a summary and what was wrong on the way."""

    source: str
    told: Told = field(default_factory=Told)
    rows: list[SummaryRow] = field(default_factory=list)
    rows_read: int = 0
    rows_unused: int = 0
    open_zh: tuple[str, ...] = ()


def run_published(path: Path, *, edition: str = AUTO, rules: Sequence[Path] = ()) -> SummaryRun:
    """Return indices and changes of published figures, each against the year before in the file.

    Raises
    ------
    LantianError
        A001 and A002.
    """
    air = load_air(*rules)
    run = SummaryRun(path.name)
    figures = read_figures(path, run.told)
    known = by_city_and_period(figures)
    judged: dict[tuple[str, str], JudgedFigures] = {}
    for key, one in known.items():
        judged[key] = _judged(one, air, edition)
        missing = judged[key].missing
        if missing:
            place = Place(file=path.name)
            what = f"{one.city} {one.period.label}"
            run.told.add(complain("A017", place, what=what, detail="、".join(missing)))
    for (city, _), row in judged.items():
        before = judged.get((city, row.figures.period.year_before().label))
        run.rows.append(SummaryRow(row, before, None, None, tied=False))
    run.rows_read = len(figures)
    _told_of_other_limits(run, Place(file=path.name))
    _rank(run)
    return run


def run_summary(
    path: Path,
    period_text: str,
    *,
    against: Path | None = None,
    edition: str = AUTO,
    dust: Path | None = None,
    rules: Sequence[Path] = (),
) -> SummaryRun:
    """Return what a period comes to for every city of a daily file.

    Parameters
    ----------
    path, period_text
        Daily values, and the period (`kernel.period`).
    against
        Daily values or a table of published figures that hold the year before; where left out,
        the same file is asked.
    edition
        ``auto`` or an edition for every day and limit.
    dust
        List of approved deductions.

    Raises
    ------
    LantianError
        A001, A002; A016 for the period; A018 where no city has a day of it.
    """
    air = load_air(*rules)
    run = SummaryRun(path.name)
    place = Place(file=path.name)
    try:
        period = parse_period(period_text)
    except ValueError:
        raise LantianError(complain("A016", Place(), detail=period_text)) from None
    earlier = period.year_before()
    published = _published_before(against, run.told)
    here = (period, earlier) if against is None else (period,)
    cities = read_cities(path, air, edition, run.told, lambda day: any(p.holds(day) for p in here))
    run.rows_read, run.rows_unused = cities.rows, cities.rows_unused
    approved = read_deductions(dust, run.told) if dust is not None else []
    _told_of_editions(run, period, air, edition, place)
    others = cities
    if against is not None and published is None:
        others = read_cities(against, air, edition, run.told, earlier.holds)
    for name, city in cities.by_name.items():
        found = _summary(city, period, air, edition, approved)
        if found is None:
            continue
        summary, left_out = found
        _told_of_missing_days(run, summary, city, place)
        before = None
        if published is not None:
            figures = published.get((name, earlier.label))
            before = _judged(figures, air, edition) if figures else None
        elif name in others.by_name:
            old = _summary(others.by_name[name], earlier, air, edition, approved)
            before = _judged(figures_of(old[0]), air, edition) if old else None
        judged = _judged(figures_of(summary), air, edition)
        run.rows.append(
            SummaryRow(judged, before, summary, None, False, left_out, city.within(period))
        )
    if not run.rows:
        raise LantianError(complain("A018", place, detail=period.label))
    _told_of_other_limits(run, place)
    run.open_zh = air.open_points(_rule_day(period, air, edition))
    _rank(run)
    return run


def _summary(
    city: CityDays, period: Period, air: AirRules, edition: str, approved: Sequence[Deduction]
) -> tuple[PeriodSummary, int] | None:
    own = city.within(period)
    if not own.days:
        return None
    own, left_out = deduct(own, approved)
    day = _rule_day(period, air, edition)
    return summarise(own, period, air.limits(day), air.method(day)), left_out


def _rule_day(period: Period, air: AirRules, edition: str) -> date:
    """Return the day whose limits and method hold: the period's last, or the edition's first."""
    return period.last if edition == AUTO else air.day_of(edition)


def _judged(figures: PublishedFigures, air: AirRules, edition: str) -> JudgedFigures:
    day = _rule_day(figures.period, air, edition)
    return judge(figures, air.limits(day), air.method(day))


def figures_of(summary: PeriodSummary) -> PublishedFigures:
    """Return what a bulletin would print of a summary."""
    return PublishedFigures(
        city=summary.city,
        period=summary.period,
        concentrations={p: item.published for p, item in summary.items.items()},
        good_days=summary.good_days,
        heavy_days=summary.heavy_days,
        days=summary.days_with_aqi,
    )


def _published_before(
    against: Path | None, told: Told
) -> dict[tuple[str, str], PublishedFigures] | None:
    if against is None or not is_published(against):
        return None
    return by_city_and_period(read_figures(against, told))


def _told_of_editions(
    run: SummaryRun, period: Period, air: AirRules, edition: str, place: Place
) -> None:
    first, last = air.index(period.first).head.edition, air.index(period.last).head.edition
    if edition == AUTO and first != last:
        run.told.add(complain("A014", place, detail=f"{first}、{last}", known=last))


def _told_of_other_limits(run: SummaryRun, place: Place) -> None:
    """Tell where a period and the year before were judged by different limits."""
    pairs = {(r.judged.edition, r.before.edition) for r in run.rows if r.before is not None}
    for now, before in sorted(pair for pair in pairs if pair[0] != pair[1]):
        run.told.add(complain("A024", place, known=now, detail=before))


def _told_of_missing_days(
    run: SummaryRun, summary: PeriodSummary, city: CityDays, place: Place
) -> None:
    there = {day for day in city.days if summary.period.holds(day)}
    missing = summary.period.days - len(there)
    if missing:
        what = f"{summary.city or '该文件'} {summary.period.label}"
        gaps = _first_gaps(summary.period, there)
        run.told.add(complain("A009", place, what=what, detail=f"{missing}（{gaps}）"))


def _first_gaps(period: Period, there: set[date]) -> str:
    found: list[str] = []
    day = period.first
    while day <= period.last and len(found) < 3:
        if day not in there:
            found.append(day.isoformat())
        day += timedelta(days=1)
    return "、".join(found) + ("…" if period.days - len(there) > len(found) else "")


def _rank(run: SummaryRun) -> None:
    """Rank the cities of each period by the composite index, where there are several."""
    by_period: dict[str, list[int]] = {}
    for i, row in enumerate(run.rows):
        by_period.setdefault(row.judged.figures.period.label, []).append(i)
    for indices in by_period.values():
        if len(indices) < 2:
            continue
        values = {
            str(i): c.published if (c := run.rows[i].judged.composite) else None for i in indices
        }
        for one in rank(values):
            row = run.rows[int(one.name)]
            run.rows[int(one.name)] = replace(row, rank=one.rank, tied=one.tied)


def row_as_dict(row: SummaryRow) -> dict[str, Any]:
    """Return one row as plain values; figures are exact decimals written as numbers."""
    figures, composite = row.judged.figures, row.judged.composite
    concentrations = figures.concentrations
    found: dict[str, Any] = {
        "city": figures.city,
        "period": figures.period.label,
        "edition": row.judged.edition,
        **{column: _plain(concentrations.get(p)) for p, column in COLUMNS.items()},
        "days": figures.days,
        "good_days": figures.good_days,
        "heavy_days": figures.heavy_days,
        "good_ratio_pct": _plain(row.judged.good_ratio_pct),
        "indices": {p: _plain(composite.singles[p]) for p in AIR_POLLUTANTS} if composite else None,
        "composite_index": str(composite.published) if composite else None,
        "composite_index_unrounded": float(composite.unrounded) if composite else None,
        "main_pollutant": "、".join(composite.main) if composite else None,
        "rank": row.rank,
        "tied": row.tied,
        "change": None,
        "before": row.before.figures.period.label if row.before else None,
    }
    if row.before is not None:
        found["change"] = {k: _plain(v) for k, v in changes(row.judged, row.before).items()}
    if row.summary is not None:
        found |= _statistics(row.summary, row.deducted)
    return found


def _statistics(summary: PeriodSummary, deducted: int) -> dict[str, Any]:
    return {
        "days_by_level": {str(k): n for k, n in summary.days_by_level.items()},
        "primary_days": dict(summary.primary_days),
        "deducted_values": deducted,
        "items": {
            p: {
                "valid_days": item.valid_days,
                "enough_days": item.enough_days,
                "short_months": list(item.short_months),
                "mean": float(item.mean) if item.mean is not None else None,
                "percentile": float(item.percentile) if item.percentile is not None else None,
                "percentile_rank": item.percentile_rank,
                "exceed_multiple": _plain(item.exceed_multiple),
            }
            for p, item in summary.items.items()
        },
        "trace": summary.trace.as_dict(),
    }


def _plain(value: Any) -> Any:
    """Return a decimal as the number JSON writes without loss of its digits."""
    if value is None or isinstance(value, int):
        return value
    return (
        int(value)
        if value == value.to_integral_value() and value.as_tuple().exponent == 0
        else float(value)
    )
