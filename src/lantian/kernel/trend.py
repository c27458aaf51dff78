"""Trend over periods: Spearman's rank correlation against its critical values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction


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


def spearman(
    values: Sequence[Decimal], critical: Mapping[int, tuple[Fraction, Fraction]]
) -> SpearmanTrend:
    """Return the trend of figures in order of time.

    Parameters
    ----------
    values
        One figure a period, earliest first.
    critical
        Critical |r| at 0.05 and 0.01, one-sided, by number of periods
        (`rulebook.critical_values`).

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
    >>> spearman([Decimal(v) for v in (60, 55, 50, 48, 44)], {}).r
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
    least = critical.get(n)
    return SpearmanTrend(n, r, least[0] if least else None)


def as_dict(trend: SpearmanTrend | None) -> dict[str, object]:
    """Return a trend as plain values; all empty where there are too few periods."""
    if trend is None:
        return {"r": None, "critical": None, "significant": None, "word_zh": "期数不足，不判定"}
    return {
        "r": float(trend.r),
        "critical": float(trend.critical) if trend.critical is not None else None,
        "significant": trend.significant,
        "word_zh": trend.word_zh,
    }
