"""Changes of sections and regions between two periods, in the words of the method."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from lantian.domain.water.region import Region
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.water_tables.model import WaterMethod

BETTER, WORSE = ("有所好转", "明显好转"), ("有所变差", "明显变差")
SAME = "无明显变化"


def mean_change_pct(now: Fraction, before: Fraction, method: WaterMethod) -> Decimal | None:
    """Return the change of a mean in per cent, from unrounded means; None where it was 0.

    Notes
    -----
    Unlike those of air, changes of water are printed from unrounded means: ammonia nitrogen of
    Taiyuan 2022 fell by 48.08 %, while the printed 1.17 and 0.608 would give 48.03 %.
    """
    if before == 0:
        return None
    return round_fraction((now - before) * 100 / before, method.whole("digits_change_pct"))


def section_word(now: int, before: int) -> str:
    """Return the word of a change of class (unverified): one level 有所, two and more 明显."""
    levels = before - now
    if levels == 0:
        return SAME
    words = BETTER if levels > 0 else WORSE
    return words[0] if abs(levels) == 1 else words[1]


def region_word(now: Region, before: Region, method: WaterMethod) -> str | None:
    """Return the word of a change of shares (unverified), None where one of them has none.

    ΔG is the change of the share of I to III, ΔD that of 劣Ⅴ, in points; their difference decides.
    """
    if not now.sections or not before.sections:
        return None

    def balance(region: Region) -> Fraction:
        good = sum(region.by_class[n] for n in (1, 2, 3))
        return Fraction((good - region.by_class[6]) * 100, region.sections)

    points = balance(now) - balance(before)
    words = BETTER if points > 0 else WORSE
    if abs(points) <= method.number("change_some_points"):
        return SAME
    return words[0] if abs(points) <= method.number("change_clear_points") else words[1]
