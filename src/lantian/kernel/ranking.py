"""Rankings with ties: equal figures share a rank, the next one skips (1, 2, 2, 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Ranked:
    """One place of a ranking; `tied` where others share it."""

    rank: int
    name: str
    value: Decimal
    tied: bool


def rank(values: Mapping[str, Decimal | None], *, descending: bool = False) -> tuple[Ranked, ...]:
    """Return the ranking, best first; names without a figure are left out.

    Parameters
    ----------
    values
        Figure by name: the composite index, or its rate of change.
    descending
        Whether more is better (share of good days).

    Notes
    -----
    环办〔2014〕64号 as practised: cities with the same published index share a rank.
    """
    known = {name: value for name, value in values.items() if value is not None}
    sign = -1 if descending else 1
    ordered = sorted(known.items(), key=lambda item: (sign * item[1], item[0]))
    counts: dict[Decimal, int] = {}
    for value in known.values():
        counts[value] = counts.get(value, 0) + 1
    found: list[Ranked] = []
    for place, (name, value) in enumerate(ordered, start=1):
        same = found[-1].rank if found and found[-1].value == value else place
        found.append(Ranked(same, name, value, counts[value] > 1))
    return tuple(found)
