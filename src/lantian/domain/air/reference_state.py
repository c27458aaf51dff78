"""Gas concentrations between the reference temperatures of two editions (GB 3095, 3.14 and 4.3)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from lantian.rulebook.air_tables.model import AirLimits

GASES = frozenset({"so2", "no2", "co", "o3", "nox"})


def temperature_k(limits: AirLimits, day: date) -> Fraction:
    """Return the reference temperature of a day, kelvin, at 1013.25 hPa."""
    states = [s for s in limits.reference_states if s.valid_from <= day]
    return (states[-1] if states else limits.reference_states[0]).temperature_k


def at_temperature(value: Fraction, pollutant: str, from_k: Fraction, to_k: Fraction) -> Fraction:
    """Return a concentration at another reference temperature; particles stay as they are.

    Examples
    --------
    >>> float(at_temperature(Fraction(1), "so2", Fraction("273.15"), Fraction("298.15")))
    0.91614...
    """
    if pollutant not in GASES:
        return value
    return value * from_k / to_k
