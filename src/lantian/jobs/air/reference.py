"""Gases of a file brought to the reference temperature of their day (GB 3095, 4.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np

from lantian.domain.air.reference_state import GASES, at_temperature, temperature_k
from lantian.domain.air.scaled import MOST_PLACES, Scaled
from lantian.jobs.air.stamps import Stamp
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.air_tables import AirRules

KNOWN = {"273.15": Fraction("273.15"), "298.15": Fraction("298.15")}
Tell = Callable[[str, int, str, str], None]
"""Tells a code at a place of the block with a detail and what it was."""


def at_state_of_day(
    columns: dict[str, Scaled],
    texts: Sequence[str | None],
    stamps: Sequence[Stamp | None],
    air: AirRules,
    tell: Tell,
) -> None:
    """Convert the gases of rows that name another reference temperature than that of their day.

    Rows without one are taken as they are. Converted values are kept to six decimals.
    """
    scale = 10**MOST_PLACES
    for i, (text, stamp) in enumerate(zip(texts, stamps, strict=True)):
        plain = (text or "").strip()
        if not plain or stamp is None:
            continue
        given = KNOWN.get(plain)
        own = temperature_k(air.limits(stamp.day), stamp.day)
        if given == own:
            continue
        if given is None:
            tell("A026", i, plain[:20], "")
        else:
            tell("A025", i, f"{float(own):g}", f"{float(given):g}")
        for pollutant in GASES & set(columns):
            column = columns[pollutant]
            if not column.present[i]:
                continue
            if column.scale != scale:
                factor = scale // column.scale
                column = columns[pollutant] = Scaled(
                    column.values * factor, column.present.copy(), scale
                )
            value = column.fraction(i)
            if given is None or value is None:
                column.values[i], column.present[i] = 0, False
            else:
                moved = round_fraction(at_temperature(value, pollutant, given, own), MOST_PLACES)
                column.values[i] = np.int64(int(moved * scale))
