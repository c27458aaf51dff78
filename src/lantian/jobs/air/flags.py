"""What a file itself says of its values: flags, minutes of sampling, reference sites."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lantian.domain.air.scaled import Bools
from lantian.jobs.air.columns import AirColumns
from lantian.jobs.air.stamps import Stamp
from lantian.rulebook.air_tables import AirRules

VALID = frozenset({"", "n", "ok", "0", "valid", "正常", "有效"})
"""Flags of a valid value; any other one takes the value out."""

_YES = frozenset({"1", "y", "yes", "true", "是", "对照点"})

Texts = Sequence[Sequence[str | None]]


def invalid_flags(texts: Texts, columns: AirColumns, role: str) -> Bools | None:
    """Return which values of a pollutant (or of the row: `flag`) are flagged; None: no column."""
    if not columns.has(role):
        return None
    own = texts[columns.at[role]]
    return np.array([(text or "").strip().casefold() not in VALID for text in own], dtype=bool)


def short_hours(
    texts: Texts, columns: AirColumns, stamps: Sequence[Stamp | None], air: AirRules
) -> Iterator[tuple[int, str, int]]:
    """Yield the place of every hour with too little sampling, what it says, and the least.

    GB 3095 table 4: 45 minutes. A text that is no number of minutes is yielded too: such an hour
    is not shown to be valid.
    """
    if not columns.has("minutes"):
        return
    for i, (text, stamp) in enumerate(zip(texts[columns.at["minutes"]], stamps, strict=True)):
        plain = (text or "").strip()
        if not plain or stamp is None:
            continue
        least = air.method(stamp.day).whole("hour_minutes")
        if not plain.isdecimal() or not least <= int(plain) <= 60:
            yield i, plain, least


def reference_sites(texts: Texts, columns: AirColumns, count: int) -> Bools:
    """Return which rows are of a reference site (对照点)."""
    if not columns.has("reference"):
        return np.zeros(count, dtype=bool)
    own = texts[columns.at["reference"]]
    return np.array([(text or "").strip().casefold() in _YES for text in own], dtype=bool)
