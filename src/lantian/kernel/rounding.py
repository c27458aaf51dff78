"""Rounding of published figures on decimals: GB/T 8170-2008, never on binary floats."""

from __future__ import annotations

from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Decimal,
    localcontext,
)
from fractions import Fraction


def round_gbt8170(value: Decimal | int, places: int) -> Decimal:
    """Round half to even at `places` decimals, once, from the unrounded value.

    Parameters
    ----------
    value
        Exact value; a float is refused because its decimal digits are not what was written.
    places
        Decimal places kept; negative rounds to tens, hundreds and so on.

    Returns
    -------
    Decimal
        Value with exactly `places` decimals (exponent ``-places``).

    Raises
    ------
    TypeError
        If `value` is a float or another inexact type.
    ValueError
        If `value` is not finite.

    Notes
    -----
    GB/T 8170-2008, 3.2 (rounding rules, "four down, six up, five to even") and 3.3 (no
    repeated rounding).

    Examples
    --------
    >>> round_gbt8170(Decimal("2.345"), 2), round_gbt8170(Decimal("2.355"), 2)
    (Decimal('2.34'), Decimal('2.36'))
    """
    return _quantize(value, places, ROUND_HALF_EVEN)


def round_fraction(value: Fraction, places: int) -> Decimal:
    """Round an exact fraction half to even at `places` decimals, once (GB/T 8170-2008, 3.2).

    Examples
    --------
    >>> round_fraction(Fraction(1, 3), 2), round_fraction(Fraction(1, 8), 2)
    (Decimal('0.33'), Decimal('0.12'))
    """
    scaled = round(value * Fraction(10) ** places)  # round() of a Fraction is half to even
    with localcontext() as context:
        context.prec = len(str(abs(scaled))) + abs(places) + 5
        return Decimal(scaled).scaleb(-places)


def round_half_up(value: Decimal | int, places: int) -> Decimal:
    """Round half away from zero at `places` decimals; only where a rule says so."""
    return _quantize(value, places, ROUND_HALF_UP)


def ceil_to(value: Decimal | int, places: int = 0) -> Decimal:
    """Round towards positive infinity at `places` decimals."""
    return _quantize(value, places, ROUND_CEILING)


def floor_to(value: Decimal | int, places: int = 0) -> Decimal:
    """Round towards negative infinity at `places` decimals."""
    return _quantize(value, places, ROUND_FLOOR)


def _quantize(value: Decimal | int, places: int, mode: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"exact Decimal or int needed, got {type(value).__name__}")
    exact = Decimal(value)
    if not exact.is_finite():
        raise ValueError(f"finite value needed, got {exact}")
    with localcontext() as context:
        context.prec = max(
            28, len(exact.as_tuple().digits) + abs(exact.adjusted()) + abs(places) + 5
        )
        return exact.quantize(Decimal(1).scaleb(-places), rounding=mode)
