"""Means over samples, months and sections; that of pH goes through hydrogen ions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

_PRECISION = 40
_PH_PLACES = 20
PH = "ph"


def mean_of(item: str, values: Sequence[Fraction]) -> Fraction:
    """Return the mean of one item.

    Raises
    ------
    ValueError
        Without values.

    Notes
    -----
    pH is averaged as ``-log10(mean(10^-pH))`` (as coded in Silence.SurfaceWater; the official
    text was not read): kept to twenty decimals, equal values stay exact.
    """
    if not values:
        raise ValueError("no values")
    if item == PH and len(set(values)) > 1:
        return _ph_mean(values)
    return sum(values, Fraction(0)) / len(values)


def _ph_mean(values: Sequence[Fraction]) -> Fraction:
    with localcontext() as context:
        context.prec = _PRECISION
        ions = [Decimal(10) ** (-Decimal(v.numerator) / Decimal(v.denominator)) for v in values]
        mean = -(sum(ions, Decimal(0)) / len(ions)).log10()
        return Fraction(mean.quantize(Decimal(1).scaleb(-_PH_PLACES)))


def mean_of_items(rows: Sequence[Mapping[str, Fraction]]) -> dict[str, Fraction]:
    """Return the mean of every item over the rows that have it."""
    items = dict.fromkeys(key for row in rows for key in row)
    return {key: mean_of(key, [row[key] for row in rows if key in row]) for key in items}
