"""Daily masses as whole milligrams, so that sums and comparisons are exact.

A plan that is 1 mg short is short: decision 0003 tells why masses are integers.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

MG_PER_KG = 1_000_000


def kg_to_mg(kg: Decimal) -> int:
    """Return `kg` in whole milligrams, half to even."""
    return int((kg * MG_PER_KG).to_integral_value(ROUND_HALF_EVEN))


def mg_to_kg(mg: int) -> Decimal:
    """Return whole milligrams as kilograms, exactly (six decimals)."""
    return Decimal(mg).scaleb(-6)


def annual_t_to_daily_mg(annual_t: Decimal, operating_days: Decimal) -> int:
    """Return the daily mass in mg of an annual mass in tonnes over its operating days.

    Raises
    ------
    ValueError
        If `operating_days` is not positive.
    """
    if operating_days <= 0:
        raise ValueError("operating_days must be positive")
    exact = Fraction(annual_t) * 1000 * MG_PER_KG / Fraction(operating_days)
    return round(exact)


def share_of(mg: int, share: Fraction) -> int:
    """Return `share` of a mass, rounded down: a reduction is never counted too high."""
    return mg * share.numerator // share.denominator
