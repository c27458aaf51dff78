"""Centralised drinking-water sources: single limits of tables 2 and 3 (GB 3838)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.kernel.rounding import round_fraction
from lantian.rulebook.water_tables.model import SourceItem, WaterLimits, WaterMethod


@dataclass(frozen=True, slots=True)
class SourceExceed:
    """One item above its single limit, with the multiple."""

    item: SourceItem
    value: Fraction
    multiple: Decimal


def source_exceedings(
    values: Mapping[str, Fraction], limits: WaterLimits, method: WaterMethod
) -> tuple[SourceExceed, ...]:
    """Return the items of tables 2 and 3 that are above their limit, in the order of the tables."""
    digits = method.whole("digits_multiple")
    return tuple(
        SourceExceed(item, value, round_fraction((value - item.limit) / item.limit, digits))
        for key, item in limits.source_items.items()
        if (value := values.get(key)) is not None and value > item.limit
    )
