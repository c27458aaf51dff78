"""From published figures of a city and period to indices, shares and changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.domain.air.composite import Composite, composite_index
from lantian.kernel.change import change_pct, change_points
from lantian.kernel.period import Period
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS, AirLimits, AirMethod

COLUMNS: Mapping[str, str] = {
    "so2": "so2", "no2": "no2", "pm10": "pm10", "pm25": "pm25", "co": "co_p95", "o3": "o3_p90",
}  # fmt: skip
"""Column of each pollutant in a table of published figures."""


@dataclass(frozen=True, slots=True)
class PublishedFigures:
    """What a bulletin prints of a city and period; None where it does not."""

    city: str
    period: Period
    concentrations: Mapping[str, Decimal | None]
    good_days: int | None = None
    heavy_days: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class JudgedFigures:
    """Published figures with what follows from them."""

    figures: PublishedFigures
    edition: str
    composite: Composite | None
    good_ratio_pct: Decimal | None
    change_digits: int

    @property
    def missing(self) -> tuple[str, ...]:
        """Columns without a figure."""
        return tuple(
            COLUMNS[p] for p in AIR_POLLUTANTS if self.figures.concentrations.get(p) is None
        )


def judge(figures: PublishedFigures, limits: AirLimits, method: AirMethod) -> JudgedFigures:
    """Return composite index and share of good days of published figures."""
    ratio = None
    if figures.good_days is not None and figures.days:
        share = Fraction(figures.good_days * 100, figures.days)
        ratio = round_fraction(share, method.whole("digits_ratio_pct"))
    composite = composite_index(figures.concentrations, limits, method)
    digits = method.whole("digits_change_pct")
    return JudgedFigures(figures, limits.head.edition, composite, ratio, digits)


def changes(now: JudgedFigures, before: JudgedFigures) -> dict[str, Any]:
    """Return the change of every figure both have.

    Concentrations and the composite index in per cent of the figure before, the share of good
    days in percentage points, days in days.
    """
    digits = now.change_digits
    found: dict[str, Any] = {}
    for pollutant, column in COLUMNS.items():
        a, b = (
            now.figures.concentrations.get(pollutant),
            before.figures.concentrations.get(pollutant),
        )
        found[column] = change_pct(a, b, digits) if a is not None and b is not None else None
    found["composite_index"] = (
        change_pct(now.composite.published, before.composite.published, digits)
        if now.composite and before.composite
        else None
    )
    found["good_ratio_pct"] = (
        change_points(now.good_ratio_pct, before.good_ratio_pct)
        if now.good_ratio_pct is not None and before.good_ratio_pct is not None
        else None
    )
    for name in ("good_days", "heavy_days"):
        a_days, b_days = getattr(now.figures, name), getattr(before.figures, name)
        both = a_days is not None and b_days is not None
        found[name] = a_days - b_days if both else None
    return found
