"""Year-on-year from published figures: per cent for concentrations, points for shares, days."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from lantian.kernel.rounding import round_fraction


def change_pct(now: Decimal, before: Decimal, digits: int = 1) -> Decimal | None:
    """Return (now - before) / before in per cent, None where `before` is 0.

    From the rounded published figures, as bulletins do (checked on Tianjin 2020 and Taiyuan
    2022).

    Examples
    --------
    >>> change_pct(Decimal("5.09"), Decimal("5.24"))
    Decimal('-2.9')
    """
    if before == 0:
        return None
    return round_fraction((Fraction(now) - Fraction(before)) * 100 / Fraction(before), digits)


def change_points(now: Decimal, before: Decimal) -> Decimal:
    """Return the difference of two percentages in percentage points."""
    return now - before


def word_zh(change: Decimal | int | None) -> str:
    """Return 上升, 下降 or 持平."""
    if change is None:
        return "无可比值"
    return "持平" if change == 0 else "上升" if change > 0 else "下降"
