"""Concentrations converted to a reference oxygen."""

from __future__ import annotations

from fractions import Fraction

AIR_PCT = Fraction(21)
"""Oxygen of air as the emission standards write the formula."""

NO_FLUE_GAS_PCT = Fraction(209, 10)
"""From here on the stack carries air: the factor has no meaning."""


def convertible(o2_pct: Fraction) -> bool:
    """Whether a measured oxygen content allows a conversion at all."""
    return 0 <= o2_pct < NO_FLUE_GAS_PCT


def to_reference(value: Fraction, o2_pct: Fraction, o2_ref_pct: Fraction) -> Fraction:
    """Return a concentration at the reference oxygen.

    Parameters
    ----------
    value
        Measured concentration, dry, in any unit.
    o2_pct
        Oxygen measured beside it, percent by volume, ``0 <= o2_pct < 20.9``.
    o2_ref_pct
        Reference oxygen of the limit.

    Returns
    -------
    Fraction
        ``value * (21 - o2_ref) / (21 - o2)``, exact.

    Raises
    ------
    ValueError
        If `convertible` is false for `o2_pct`.

    Notes
    -----
    The formula of the emission standards with a reference oxygen (e.g. GB 28662-2012, 4.x;
    GB 9078-1996, 4.6). It diverges at 21 %, which is why 20.9 % and more is refused.

    Examples
    --------
    >>> to_reference(Fraction(30), Fraction(18), Fraction(16))
    Fraction(50, 1)
    """
    if not convertible(o2_pct):
        raise ValueError(f"oxygen {o2_pct} % cannot be converted")
    above, below = AIR_PCT - o2_ref_pct, AIR_PCT - o2_pct
    # one fraction instead of two in a row: this runs for every minute of every outlet
    return Fraction(
        value.numerator * above.numerator * below.denominator,
        value.denominator * above.denominator * below.numerator,
    )
