"""Concentrations at reference oxygen, flow at normal conditions, emission mass (HJ 212-2017 Annex D)."""

from __future__ import annotations

from fractions import Fraction

from lantian.domain.monitoring.reasons import Reason
from lantian.kernel.oxygen import convertible, to_reference

NORMAL_K = 273
NORMAL_PA = 101_325


def converted(
    value: Fraction, o2_pct: Fraction | None, o2_ref_pct: Fraction | None
) -> tuple[Fraction | None, Reason]:
    """Return a concentration at reference oxygen, or why there is none.

    Parameters
    ----------
    value
        Dry concentration, any unit.
    o2_pct
        Valid oxygen of the same time in per cent by volume; None where there is none.
    o2_ref_pct
        Reference oxygen of the outlet; None where none is registered: there is no default.

    Examples
    --------
    >>> converted(Fraction(30), Fraction(12), Fraction(6))
    (Fraction(50, 1), <Reason.OK: 'ok'>)
    """
    if o2_ref_pct is None:
        return None, Reason.NO_REFERENCE
    if o2_pct is None or o2_pct < 0:
        return None, Reason.NO_OXYGEN
    if not convertible(o2_pct):
        return None, Reason.OXYGEN_OF_AIR
    return to_reference(value, o2_pct, o2_ref_pct), Reason.OK


def normal_dry_flow(
    velocity_m_s: Fraction,
    area_m2: Fraction,
    temperature_degc: Fraction,
    static_pressure_pa: Fraction,
    moisture_share: Fraction,
    air_pressure_pa: Fraction,
    velocity_coefficient: Fraction = Fraction(1),
) -> Fraction:
    """Return the flow of dry gas at normal conditions in m³/h.

    ``3600 · F · Kv · V · 273/(273+t) · (Ba+Ps)/101325 · (1-Xsw)``. Pressures in Pa, `moisture_share`
    between 0 and 1, static pressure relative to the air's.

    Raises
    ------
    ValueError
        For a moisture outside 0 to 1, or a temperature at or below absolute zero.
    """
    if not 0 <= moisture_share <= 1 or temperature_degc <= -NORMAL_K:
        raise ValueError("moisture lies between 0 and 1, temperature above -273 °C")
    wet = 3600 * area_m2 * velocity_coefficient * velocity_m_s
    cold = wet * NORMAL_K / (NORMAL_K + temperature_degc)
    return cold * (air_pressure_pa + static_pressure_pa) / NORMAL_PA * (1 - moisture_share)


def gas_mass_kg_h(concentration_mg_m3: Fraction, flow_m3_h: Fraction) -> Fraction:
    """Return emission mass in kg/h: measured, not converted concentration times dry normal flow.

    Examples
    --------
    >>> gas_mass_kg_h(Fraction(50), Fraction(200_000))
    Fraction(10, 1)
    """
    return concentration_mg_m3 * flow_m3_h / 1_000_000


def water_volume_m3(flow_l_s: Fraction, seconds: int) -> Fraction:
    """Return the volume of a period in m³ from its mean flow in L/s."""
    return flow_l_s * seconds / 1000


def water_mass_kg(concentration_mg_l: Fraction, volume_m3: Fraction) -> Fraction:
    """Return the load of a period in kg."""
    return concentration_mg_l * volume_m3 / 1000
