"""Targets of sections 断面目标: reached or not, and how far (考核断面水质目标)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.domain.water.classify import SectionClass
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.water_tables.model import Body, Direction, WaterItem, WaterMethod


@dataclass(frozen=True, slots=True)
class TargetGap:
    """One item held against the limit of the target class.

    `used_pct` is how much of the limit is used up (of dissolved oxygen, limit over value): above
    100 the target is missed. `cut_pct` is by how much the value must fall, or rise for oxygen;
    None where the limit is kept.
    """

    item: WaterItem
    value: Fraction
    limit: Fraction
    used_pct: Decimal
    cut_pct: Decimal | None


@dataclass(frozen=True, slots=True)
class TargetResult:
    """Whether a section reaches its target class; `gaps` worst first."""

    target: int
    reached: bool | None  # None without a class
    levels_short: int
    gaps: tuple[TargetGap, ...]

    @property
    def nearest(self) -> TargetGap | None:
        """Return the item that uses up most of its limit."""
        return self.gaps[0] if self.gaps else None


def against_target(section: SectionClass, target: int, method: WaterMethod) -> TargetResult:
    """Return how a section stands to its target class 1 to 5.

    Raises
    ------
    ValueError
        For a target outside 1 to 5.
    """
    if not 1 <= target <= 5:
        raise ValueError(f"no target class {target}")
    body = section.body or Body.RIVER
    gaps = []
    for one in section.items:
        limit = one.item.limits[body][target - 1]
        if isinstance(limit, tuple):  # pH lies inside or outside, there is no share of it
            continue
        gaps.append(_gap(one.item, one.value, limit, method.whole("digits_ratio_pct")))
    gaps.sort(key=lambda gap: -gap.used_pct)
    reached = None if section.number is None else section.number <= target
    short = 0 if section.number is None else max(0, section.number - target)
    return TargetResult(target, reached, short, tuple(gaps))


def _gap(item: WaterItem, value: Fraction, limit: Fraction, digits: int) -> TargetGap:
    oxygen = item.rule is Direction.GE
    if oxygen:
        used = Decimal("Infinity") if value <= 0 else round_fraction(limit * 100 / value, digits)
        missed = value < limit
        cut = (limit - value) / value if value > 0 else None
    else:
        used = round_fraction(value * 100 / limit, digits)
        missed = value > limit
        cut = (value - limit) / value if value > 0 else None
    needed = round_fraction(cut * 100, digits) if missed and cut is not None else None
    return TargetGap(item, value, limit, used, needed)


def share_reached_pct(results: Mapping[str, TargetResult], method: WaterMethod) -> Decimal | None:
    """Return the share of judged sections that reach their target, per cent."""
    judged = [r for r in results.values() if r.reached is not None]
    if not judged:
        return None
    reached = sum(r.reached is True for r in judged)
    return round_fraction(Fraction(reached * 100, len(judged)), method.whole("digits_ratio_pct"))
