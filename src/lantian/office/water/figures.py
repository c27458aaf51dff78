"""What pages show of the water: sections by month, exceedances, targets at risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from lantian.domain.water import pollutants
from lantian.domain.water.classify import SectionClass, classify
from lantian.domain.water.mean import mean_of_items
from lantian.domain.water.target import TargetResult, against_target
from lantian.office.water.models import WaterSample, WaterSection
from lantian.rulebook.water_tables import load_water
from lantian.rulebook.water_tables.model import Body, WaterClass

Month = tuple[int, int]
AT_RISK_PCT = 90
"""Share of a limit from which a target that is still met is shown as at risk."""


@dataclass(frozen=True, slots=True)
class MonthClass:
    """One section in one month."""

    month: Month
    samples: int
    found: SectionClass
    own: WaterClass | None
    target: TargetResult | None
    main: str

    @property
    def label(self) -> str:
        """The month as 2022-03."""
        return f"{self.month[0]}-{self.month[1]:02d}"


def months_of(
    sections: Iterable[WaterSection],
) -> dict[str, dict[Month, list[dict[str, Fraction]]]]:
    """Return the samples of sections by month: item values of each sampling."""
    found: dict[str, dict[Month, dict[Any, dict[str, Fraction]]]] = {}
    rows = WaterSample.objects.filter(section__in=list(sections)).values_list(
        "section_id", "day", "minute", "item", "value"
    )
    for name, day, minute, item, value in rows.iterator(chunk_size=5000):
        month = found.setdefault(name, {}).setdefault((day.year, day.month), {})
        month.setdefault((day, minute), {})[item] = Fraction(value)
    return {n: {m: list(s.values()) for m, s in months.items()} for n, months in found.items()}


def month_class(
    section: WaterSection, month: Month, samples: Sequence[Mapping[str, Fraction]]
) -> MonthClass:
    """Return the class of a section in a month from the mean of its samples."""
    rules = load_water()
    day = date(month[0], month[1], 28)
    limits, method = rules.limits(day), rules.method(day)
    body = Body(section.body) if section.body else None
    found = classify(mean_of_items(samples), body, limits, method)
    own = method.water_class(found.number) if found.number else None
    target = against_target(found, section.target, method) if section.target else None
    main = pollutants.words_zh(pollutants.of_section(found, method))
    return MonthClass(month, len(samples), found, own, target, main)


def latest_month() -> Month | None:
    """Return the last month with samples."""
    day = WaterSample.objects.order_by("-day").values_list("day", flat=True).first()
    return (day.year, day.month) if day else None


def at_risk() -> list[dict[str, Any]]:
    """Return the sections that miss their target in the last month, or nearly do, worst first."""
    month = latest_month()
    if month is None:
        return []
    sections = WaterSection.objects.filter(target__isnull=False)
    data = months_of(sections)
    found = []
    for section in sections:
        samples = data.get(section.name, {}).get(month)
        if not samples:
            continue
        one = month_class(section, month, samples)
        near = one.target.nearest if one.target else None
        if one.target is None or near is None:
            continue
        if one.target.reached is False or near.used_pct >= AT_RISK_PCT:
            found.append({"section": section, "one": one, "near": near})
    found.sort(key=lambda r: (r["one"].target.reached is not False, -r["near"].used_pct))
    return found
