"""Main pollutants 主要污染指标 of a section and of a region (环办〔2011〕22号)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.domain.water.classify import ItemClass, SectionClass
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.water_tables.model import WaterItem, WaterMethod


def of_section(section: SectionClass, method: WaterMethod) -> tuple[ItemClass, ...]:
    """Return the main pollutants, at most three; none where the water is good.

    Cyanide and heavy metals go first, then the worse class, then the larger multiple.
    """
    worse = sorted(
        section.exceeding,
        key=lambda one: (not one.item.first, -one.number, -(one.multiple or Decimal(0))),
    )
    return tuple(worse[: method.whole("main_pollutants")])


def words_zh(pollutants: Sequence[ItemClass]) -> str:
    """Return e.g. ``高锰酸盐指数(1.2)、溶解氧``: the multiple after the name where there is one."""
    return "、".join(
        one.item.name_zh if one.multiple is None else f"{one.item.name_zh}({one.multiple})"
        for one in pollutants
    )


@dataclass(frozen=True, slots=True)
class RegionPollutant:
    """An item and the share of sections in which it is worse than class III, per cent."""

    item: WaterItem
    sections: int
    share_pct: Decimal


def of_region(sections: Sequence[SectionClass], method: WaterMethod) -> tuple[RegionPollutant, ...]:
    """Return the items worse than class III by the share of sections, at most three."""
    counts: dict[str, tuple[WaterItem, int]] = {}
    for section in sections:
        for one in section.exceeding:
            item, count = counts.get(one.item.key, (one.item, 0))
            counts[one.item.key] = (item, count + 1)
    ordered = sorted(counts.values(), key=lambda pair: (-pair[1], pair[0].no))
    digits = method.whole("digits_ratio_pct")
    return tuple(
        RegionPollutant(item, count, round_fraction(Fraction(count * 100, len(sections)), digits))
        for item, count in ordered[: method.whole("main_pollutants")]
    )
