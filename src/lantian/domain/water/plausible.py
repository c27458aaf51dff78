"""Above what a value is taken for a slip of the unit, and which items contradict (decision 0065)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lantian.rulebook.water_tables.model import Body, WaterItem

_MOST: Mapping[str, int] = {
    "wt": 50, "ph": 14, "do": 30, "codmn": 300, "cod": 2000, "bod5": 1000, "nh3n": 200, "tp": 50,
    "tn": 300, "fc": 10**9, "chla": 1000, "sd": 60,
}  # fmt: skip
_TIMES_CLASS_V = 20
NEGATIVE_ALLOWED = frozenset({"wt"})

PARTS: tuple[tuple[str, str], ...] = (("nh3n", "tn"), ("codmn", "cod"), ("bod5", "cod"))
"""Pairs of which the first is a part of the second and cannot exceed it."""


def most(key: str, item: WaterItem | None) -> Fraction | None:
    """Return the largest value believed, None where nothing is known."""
    if key in _MOST:
        return Fraction(_MOST[key])
    if item is None or Body.RIVER not in item.limits:
        return None
    last = item.limits[Body.RIVER][-1]
    return last * _TIMES_CLASS_V if isinstance(last, Fraction) else None
