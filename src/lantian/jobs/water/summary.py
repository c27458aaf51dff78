"""``lantian water summary``: sections, rivers, cities and basins over a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from lantian.domain.water.city_index import CityIndex, city_index
from lantian.domain.water.classify import DEFAULTS, Settings
from lantian.domain.water.complaint import complain
from lantian.domain.water.mean import mean_of_items
from lantian.domain.water.region import Region, assess_region
from lantian.jobs.told import Told
from lantian.jobs.water.classes import first_rules, told
from lantian.jobs.water.periods import Key, SectionData, SectionPeriod, read_months, section_period
from lantian.jobs.water.read import WaterFile
from lantian.jobs.water.sections import SectionBook, read_sections
from lantian.kernel.period import Period, parse_period
from lantian.kernel.problem import LantianError, Place
from lantian.kernel.ranking import rank
from lantian.rulebook.water_tables import load_water
from lantian.rulebook.water_tables.model import WaterLimits, WaterMethod

GROUPS = ("river", "city", "basin", "province")
ALL = "all"


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A river, city, basin, province, or everything, with the period before."""

    by: str
    region: Region
    sections: tuple[SectionPeriod, ...]
    before: Region | None
    sections_before: tuple[SectionPeriod, ...]
    index: CityIndex | None
    index_before: CityIndex | None
    rank: int | None = None
    tied: bool = False


@dataclass
class WaterSummary:
    """What a period comes to."""

    source: str
    period: Period
    method: WaterMethod
    limits: WaterLimits
    told: Told = field(default_factory=Told)
    sections: list[tuple[SectionPeriod, SectionPeriod | None]] = field(default_factory=list)
    groups: list[GroupRow] = field(default_factory=list)
    rows_read: int = 0
    rows_unused: int = 0


def run_summary(
    path: Path,
    period_text: str,
    *,
    against: Path | None = None,
    sections: Path | None = None,
    by: Sequence[str] = (),
    settings: Settings = DEFAULTS,
    rules: Sequence[Path] = (),
) -> WaterSummary:
    """Return what a period comes to.

    Parameters
    ----------
    path, period_text
        Samples, and the period (`kernel.period`).
    against
        File with the same period of the year before; the same file where left out.
    sections
        List of sections: type, target, river, city, basin, province.
    by
        Groups beside the whole: ``river``, ``city``, ``basin``, ``province``; where left out,
        those the file or the list speaks of.

    Raises
    ------
    LantianError
        B001, B002; B015 for the period; B016 where nothing of it can be judged.
    """
    water = load_water(*rules)
    try:
        period = parse_period(period_text)
    except ValueError:
        raise LantianError(complain("B015", Place(), detail=period_text[:40])) from None
    limits, method = water.limits(period.last), water.method(period.last)
    run = WaterSummary(path.name, period, method, limits)
    book = read_sections(sections, run.told) if sections is not None else SectionBook()
    now, before = _both(path, against, period, book, run, first_rules(water))
    judged = _judged(now, period, run, settings)
    judged_before = _judged(before, period.year_before(), run, settings, quiet=True)
    if not judged:
        raise LantianError(complain("B016", Place(file=path.name), detail=period.label))
    run.sections = [(one, judged_before.get(key)) for key, one in judged.items()]
    names = by or [g for g in GROUPS if any(s.info.words.get(g) for s in judged.values())]
    for group in (ALL, *names):
        run.groups += _groups(group, judged, judged_before, run, settings)
    return run


def _both(
    path: Path,
    against: Path | None,
    period: Period,
    book: SectionBook,
    run: WaterSummary,
    rules: tuple[WaterLimits, WaterMethod],
) -> tuple[dict[Key, SectionData], dict[Key, SectionData]]:
    earlier = period.year_before()
    here = (period, earlier) if against is None else (period,)
    file = WaterFile(path, *rules, run.told, book)
    now = read_months(file, lambda day: any(p.holds(day) for p in here))
    run.rows_read = file.rows_read
    run.rows_unused = file.rows_without_date + file.rows_repeated
    if against is None:
        return now, now
    other = WaterFile(against, *rules, run.told, book)
    return now, read_months(other, earlier.holds)


def _judged(
    data: Mapping[Key, SectionData],
    period: Period,
    run: WaterSummary,
    settings: Settings,
    *,
    quiet: bool = False,
) -> dict[Key, SectionPeriod]:
    found: dict[Key, SectionPeriod] = {}
    place = Place(file=run.source)
    for key, own in data.items():
        one = section_period(key, own, period, run.limits, run.method, settings)
        if one is None:
            continue
        found[key] = one
        if quiet:
            continue
        if one.found.undecided:
            told(run.told, "B008", place, detail=one.name)
        whole = len(period.months())
        if one.months < whole:
            what = f"{one.name} {period.label}"
            told(run.told, "B011", place, what=what, detail=one.months, known=whole)
    return found


def _groups(
    by: str,
    now: Mapping[Key, SectionPeriod],
    before: Mapping[Key, SectionPeriod],
    run: WaterSummary,
    settings: Settings,
) -> list[GroupRow]:
    members: dict[str, list[Key]] = {}
    for key, one in now.items():
        name = "" if by == ALL else one.info.words.get(by, "")
        if name or by == ALL:
            members.setdefault(name, []).append(key)
    found = []
    for name, keys in members.items():
        own = tuple(now[k] for k in keys)
        old = tuple(before[k] for k in keys if k in before)
        found.append(
            GroupRow(
                by,
                _region(name or "全部断面", own, run, settings),
                own,
                _region(name, old, run, settings) if old else None,
                old,
                _index(own, run) if by in ("city", ALL) else None,
                _index(old, run) if by in ("city", ALL) else None,
            )
        )
    return _ranked(found) if by == "city" else found


def _region(
    name: str, sections: Sequence[SectionPeriod], run: WaterSummary, settings: Settings
) -> Region:
    pairs = [(s.found, s.means) for s in sections]
    return assess_region(name, pairs, run.limits, run.method, settings)


def _index(sections: Sequence[SectionPeriod], run: WaterSummary) -> CityIndex | None:
    pairs = [(s.info.body, s.means) for s in sections if s.info.body is not None]
    return city_index(pairs, run.limits, run.method)


def _ranked(groups: list[GroupRow]) -> list[GroupRow]:
    """Rank cities by their index, where several have one of the same items."""
    values = {g.region.name: g.index.index for g in groups if g.index is not None}
    items = {g.index.items for g in groups if g.index is not None}
    if len(values) < 2 or len(items) > 1:
        return groups
    places = {
        one.name: one
        for one in rank(
            {n: Decimal(v.numerator) / Decimal(v.denominator) for n, v in values.items()}
        )
    }
    return [
        GroupRow(
            g.by, g.region, g.sections, g.before, g.sections_before, g.index, g.index_before,
            places[g.region.name].rank, places[g.region.name].tied,
        )
        if g.region.name in places
        else g
        for g in groups
    ]  # fmt: skip


def group_means(sections: Sequence[SectionPeriod]) -> dict[str, object]:
    """Return the mean of every item over sections."""
    return dict(mean_of_items([s.means for s in sections]))
