"""What pages show of the water: sections by month, exceedances, targets at risk."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
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


Sample = tuple[tuple[str, Decimal], ...]
"""Item and value of one sampling, by item."""


def months_of(
    sections: Iterable[WaterSection], first: Month | None = None, last: Month | None = None
) -> dict[str, dict[Month, tuple[Sample, ...]]]:
    """Return the samples of sections by month, from a month to a month, both included."""
    found: dict[str, dict[Month, dict[Any, dict[str, Decimal]]]] = {}
    rows = WaterSample.objects.filter(section__in=list(sections))
    if first is not None:
        rows = rows.filter(day__gte=date(*first, 1))
    if last is not None:
        rows = rows.filter(day__lte=date(*last, monthrange(*last)[1]))
    rows = rows.order_by("section_id", "day", "minute", "item")
    for name, day, minute, item, value in rows.values_list(
        "section_id", "day", "minute", "item", "value"
    ).iterator(chunk_size=5000):
        month = found.setdefault(name, {}).setdefault((day.year, day.month), {})
        month.setdefault((day, minute), {})[item] = value
    return {
        n: {m: tuple(tuple(one.items()) for one in s.values()) for m, s in months.items()}
        for n, months in found.items()
    }


def month_class(section: WaterSection, month: Month, samples: tuple[Sample, ...]) -> MonthClass:
    """Return the class of a section in a month from the mean of its samples."""
    return _judged(section.body, section.target, month, samples)


@lru_cache(maxsize=4096)
def _judged(
    body_name: str, own_target: int | None, month: Month, samples: tuple[Sample, ...]
) -> MonthClass:
    """Judge a month once: the answer follows from the values alone, and pages ask for it all day."""
    rules = load_water()
    day = date(month[0], month[1], 28)
    limits, method = rules.limits(day), rules.method(day)
    body = Body(body_name) if body_name else None
    exact = [{item: Fraction(value) for item, value in one} for one in samples]
    found = classify(mean_of_items(exact), body, limits, method)
    own = method.water_class(found.number) if found.number else None
    target = against_target(found, own_target, method) if own_target else None
    main = pollutants.words_zh(pollutants.of_section(found, method))
    return MonthClass(month, len(samples), found, own, target, main)


def months_with_samples(sections: Iterable[WaterSection]) -> list[Month]:
    """Return every month in which one of some sections has a sample, oldest first."""
    rows = WaterSample.objects.filter(section__in=list(sections))
    days = rows.order_by("day").values_list("day", flat=True).distinct()
    return list(dict.fromkeys((d.year, d.month) for d in days))


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
    data = months_of(sections, month, month)
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
