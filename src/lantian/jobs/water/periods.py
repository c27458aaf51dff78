"""Sections of a file over a period: samples to months, months to the period, class and change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lantian.domain.water.classify import SectionClass, Settings, classify
from lantian.domain.water.mean import mean_of_items
from lantian.domain.water.target import TargetResult, against_target
from lantian.jobs.water.read import WaterFile
from lantian.jobs.water.sections import SectionInfo
from lantian.kernel.period import Period
from lantian.rulebook.water_tables.model import WaterLimits, WaterMethod

Key = tuple[str, str]  # province, section
Months = dict[tuple[int, int], list[Mapping[str, Fraction]]]


@dataclass
class SectionData:
    """Samples of one section by month."""

    info: SectionInfo
    months: Months = field(default_factory=dict)

    def over(self, period: Period) -> tuple[dict[str, Fraction], int, int]:
        """Return means over the months of a period, how many months, how many samples."""
        own = [rows for month in period.months() if (rows := self.months.get(month))]
        means = mean_of_items([mean_of_items(rows) for rows in own])
        return means, len(own), sum(map(len, own))


@dataclass(frozen=True, slots=True)
class SectionPeriod:
    """One section over a period.

    `enough` is None where no rule says how many months are needed.
    """

    name: str
    province: str
    info: SectionInfo
    means: Mapping[str, Fraction]
    months: int
    samples: int
    enough: bool | None
    found: SectionClass
    target: TargetResult | None


def read_months(file: WaterFile, wanted: Callable[[date], bool]) -> dict[Key, SectionData]:
    """Return the samples of every section on the wanted days; repeated rows are left out."""
    found: dict[Key, SectionData] = {}
    for row in file.rows():
        if row.moment is None or row.repeated or not wanted(row.moment.day) or not row.values:
            continue
        key = (row.info.words.get("province", ""), row.section)
        data = found.setdefault(key, SectionData(row.info))
        if data.info.body is None and row.info.body is not None:
            data.info = row.info
        month = (row.moment.day.year, row.moment.day.month)
        data.months.setdefault(month, []).append(row.values)
    return found


def section_period(
    key: Key,
    data: SectionData,
    period: Period,
    limits: WaterLimits,
    method: WaterMethod,
    settings: Settings,
) -> SectionPeriod | None:
    """Return a section over a period, None where it has no sample of it."""
    means, months, samples = data.over(period)
    if not samples:
        return None
    enough = None
    if period.kind == "year":
        enough = months >= method.whole("year_months")
    elif period.kind == "quarter":
        enough = samples >= method.whole("quarter_samples")
    found = classify(means, data.info.body, limits, method, settings)
    target = None
    if data.info.target is not None:
        target = against_target(found, data.info.target, method)
    return SectionPeriod(key[1], key[0], data.info, means, months, samples, enough, found, target)
