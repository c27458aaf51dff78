"""What if: a plan under supposed targets or with firms spared, marked as a supposition in every rule it cites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from lantian.domain.inventory.model import Inventory
from lantian.kernel.level import LEVELS
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook import Rulebook
from lantian.rulebook.model import Status
from lantian.rulebook.timeline import Series

SUPPOSED = "推演设定（不是规则）"
"""Stands where a document would be named, so that no page can take a supposition for a rule."""


def with_targets(book: Rulebook, day: date, ratio: Mapping[Pollutant, Fraction]) -> Rulebook:
    """Return the rulebook with supposed targets for some pollutants, the same at every level.

    Raises
    ------
    ValueError
        For a share outside 0 to 1.
    """
    if not ratio:
        return book
    if any(not 0 <= share <= 1 for share in ratio.values()):
        raise ValueError("a target is a share between 0 and 1")
    real = book.targets(day)
    said = "、".join(f"{p.label_zh}{float(ratio[p] * 100):g}%" for p in POLLUTANTS if p in ratio)
    head = replace(
        real.head, rule_id="what-if.targets", edition="what-if", document=SUPPOSED, clause=said,
        source="design", sources=(), status=Status.DESIGN, note=SUPPOSED, valid_from=date.min, valid_to=None,
    )  # fmt: skip
    wanted = {(level, p): share for level in LEVELS for p, share in ratio.items()}
    value = replace(real, head=head, ratio={**real.ratio, **wanted})
    entry = replace(book.targets_series.entries[-1], head=head, value=value)
    return replace(book, targets_series=Series(book.targets_series.key, [entry]))


def firms_of(
    inventory: Inventory, firms: Iterable[str], district: str, industry: str
) -> frozenset[str]:
    """Return the firms that are to be spared: those named, and all of a district or an industry."""
    named = set(firms)
    for firm in inventory.firms:
        if (district and firm.district == district) or (industry and firm.industry == industry):
            named.add(firm.firm_id)
    return frozenset(named)
