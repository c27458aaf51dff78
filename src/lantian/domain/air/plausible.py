"""Above what a value is taken for a slip of the unit (design, decision 0062)."""

from __future__ import annotations

from collections.abc import Mapping

MOST: Mapping[str, int] = {
    "so2": 5_000,
    "no2": 4_000,
    "pm10": 20_000,  # sand storms reach some 10,000
    "co": 150,  # mg/m³: the end of the hourly table; µg/m³ begin at some hundreds
    "o3": 1_500,
    "pm25": 5_000,
}
