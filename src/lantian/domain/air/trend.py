"""Trend over years: Spearman's rank correlation, and the three-year mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.kernel.rounding import round_fraction

CRITICAL: Mapping[int, tuple[Fraction, Fraction]] = {
    n: (Fraction(a), Fraction(b))
    for n, a, b in [
        (5, "0.900", "1.000"), (6, "0.829", "0.943"), (7, "0.714", "0.893"), (8, "0.643", "0.833"),
        (9, "0.600", "0.783"), (10, "0.564", "0.746"), (12, "0.506", "0.712"),
        (14, "0.456", "0.645"), (16, "0.425", "0.601"), (18, "0.399", "0.564"),
        (20, "0.377", "0.534"), (22, "0.359", "0.508"), (24, "0.343", "0.485"),
        (26, "0.329", "0.465"), (28, "0.317", "0.448"), (30, "0.306", "0.432"),
    ]
}  # fmt: skip
"""Critical values of |r|, one-sided 0.05 and 0.01, by number of periods (unverified)."""


@dataclass(frozen=True, slots=True)
class SpearmanTrend:
    """Correlation of rank and time over `periods`.

    `critical` is None where no critical value is at hand for that number; then nothing is said
    about significance.
    """

    periods: int
    r: Fraction
    critical: Fraction | None

    @property
    def significant(self) -> bool | None:
        """Whether |r| exceeds the critical value of 0.05; None where it is not known."""
        return None if self.critical is None else abs(self.r) > self.critical

    @property
    def word_zh(self) -> str:
        """上升, 下降 or 无显著变化."""
        if self.significant is None:
            return "无临界值，不判定"
        if not self.significant:
            return "变化不显著"
        return "显著上升" if self.r > 0 else "显著下降"


def spearman(values: Sequence[Decimal]) -> SpearmanTrend:
    """Return the trend of figures in order of time.

    Raises
    ------
    ValueError
        With fewer than 5 periods.

    Notes
    -----
    ``r = 1 - 6 Σd² / (N³ - N)``, `d` the rank of the value less that of its time; equal values
    share the mean of their ranks.

    Examples
    --------
    >>> spearman([Decimal(v) for v in (60, 55, 50, 48, 44)]).r
    Fraction(-1, 1)
    """
    n = len(values)
    if n < 5:
        raise ValueError(f"at least 5 periods needed, got {n}")
    ordered = sorted(values)
    mean_rank = {v: Fraction(2 * ordered.index(v) + ordered.count(v) + 1, 2) for v in set(values)}
    squares = sum(
        ((mean_rank[v] - time) ** 2 for time, v in enumerate(values, start=1)), Fraction(0)
    )
    r = 1 - 6 * squares / (n**3 - n)
    critical = CRITICAL.get(n)
    return SpearmanTrend(n, r, critical[0] if critical else None)


def three_year_mean(published: Sequence[Decimal], digits: int) -> Decimal:
    """Return the mean of three yearly figures (HJ 663-2026; how exactly is an open point).

    Raises
    ------
    ValueError
        With another number of years.
    """
    if len(published) != 3:
        raise ValueError(f"three years needed, got {len(published)}")
    return round_fraction(sum((Fraction(v) for v in published), Fraction(0)) / 3, digits)
