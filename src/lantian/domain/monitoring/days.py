"""From hours to days and months, with what is needed for each to count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from lantian.domain.monitoring.model import HOUR, day_of
from lantian.domain.monitoring.reasons import Reason
from lantian.domain.monitoring.rollup import Cycle, Mean, mean_trace
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.method import Method
from lantian.rulebook.monitoring_tables.model import Factor, Medium, Role

UNWEIGHTED = frozenset({Role.PH, Role.TEMPERATURE, Role.FLOW})
"""What is never weighted by flow."""


@dataclass(frozen=True, slots=True)
class DayMean:
    """One day of one factor; `weighted` says whether the flow was the weight."""

    factor: Factor
    day: date
    recorded: Mean
    judged: Mean
    normal: bool
    weighted: bool
    flow_incomplete: bool
    rule: RuleRef

    @property
    def trace(self) -> Trace:
        """Why the day is valid or not."""
        how = "按流量加权" if self.weighted else "算术平均"
        steps = [mean_trace(f"日均值（{how}）", "daily mean", self.recorded, self.rule)]
        if self.judged != self.recorded:
            steps.append(
                mean_trace(
                    "扣除标记时段的日均值", "daily mean without marks", self.judged, self.rule
                )
            )
        return Trace(
            f"{self.factor.name_zh} {self.day.isoformat()} {self.recorded.reason.zh}",
            f"{self.factor.name_en} {self.day.isoformat()}: {self.recorded.reason.en}",
            steps=tuple(steps),
        )


@dataclass(frozen=True, slots=True)
class MonthMean:
    """One month of one factor, from its valid days."""

    factor: Factor
    month: str
    recorded: Mean
    rule: RuleRef

    @property
    def trace(self) -> Trace:
        """Why the month is valid or not."""
        return mean_trace(f"{self.factor.name_zh} {self.month} 月均值", "monthly mean", self.recorded,
                          self.rule)  # fmt: skip


def roll_days(
    cycles: Sequence[Cycle],
    medium: Medium,
    method_on: Mapping[date, Method],
    volumes: Mapping[datetime, Fraction] | None = None,
) -> list[DayMean]:
    """Return the days of one factor.

    Parameters
    ----------
    cycles
        All periods of the factor, ascending.
    method_on
        Numbers of validity of every day.
    volumes
        Valid volume of each hour by its start, for wastewater.
    """
    by_day: dict[date, list[Cycle]] = defaultdict(list)
    for one in cycles:
        by_day[day_of(one.start)].append(one)
    return [_day(day, own, medium, method_on[day], volumes or {}) for day, own in by_day.items()]


def _day(
    day: date,
    cycles: Sequence[Cycle],
    medium: Medium,
    method: Method,
    volumes: Mapping[datetime, Fraction],
) -> DayMean:
    factor = cycles[0].factor
    if medium is Medium.AIR:
        key, needed = "day_hours", method.whole("day_hours")
    else:
        key = "day_share_pct"
        share = method.number(key) * 24 / 100
        needed = -(-share.numerator // share.denominator)
    weigh = medium is Medium.WATER and factor.role not in UNWEIGHTED and bool(volumes)
    recorded, weighted, lacking = _mean([(c, c.recorded) for c in cycles], needed, weigh, volumes)
    judged = _mean([(c, c.judged) for c in cycles], needed, weigh, volumes)[0]
    if recorded.valid and not judged.valid:
        reasons = [c.judged.reason for c in cycles if not c.judged.valid and c.recorded.valid]
        why = max(sorted(set(reasons)), key=reasons.count) if reasons else judged.reason
        judged = Mean(judged.value, judged.at_reference, judged.have, judged.have_at_reference,
                      judged.needed, "hour", why, judged.conversion)  # fmt: skip
    normal = sum(c.hours for c in cycles if c.normal)
    whole = normal * 100 >= method.number("flag_normal_pct") * 24 if medium is Medium.AIR else all(
        c.normal for c in cycles
    )  # fmt: skip
    return DayMean(factor, day, recorded, judged, whole, weighted, lacking, method.ref(key))


def _mean(
    cycles: Sequence[tuple[Cycle, Mean]],
    needed: int,
    weigh: bool,
    volumes: Mapping[datetime, Fraction],
) -> tuple[Mean, bool, bool]:
    """Return the mean of valid hours, whether it was weighted, whether flow was lacking for it."""
    own = [(c, m) for c, m in cycles if m.valid and m.value is not None]
    have = sum(c.hours for c, _ in own)
    figures = [(c, m.at_reference) for c, m in own if m.converted_valid]
    have_at_reference = sum(c.hours for c, _ in figures)
    conversion = None
    if any(m.conversion is not None for _, m in cycles):
        conversion = Reason.OK if have_at_reference >= needed else Reason.NOT_CONVERTED
    weights = [_volume(c, volumes) for c, _ in own] if weigh else []
    known = [w for w in weights if w is not None]
    weighted = weigh and bool(own) and len(known) == len(own) and sum(known) > 0
    if weighted:
        total = sum(known, Fraction(0))
        load = sum((m.value * w for (_, m), w in zip(own, known, strict=True) if m.value is not None),
                   Fraction(0))  # fmt: skip
        value: Fraction | None = load / total
    else:
        value = _plain([m.value for _, m in own])
    reason = Reason.OK if have >= needed else Reason.TOO_FEW
    if all(m.reason is Reason.MISSING for _, m in cycles):
        reason = Reason.MISSING
    mean = Mean(
        value, _plain([v for _, v in figures]), have, have_at_reference, needed, "hour", reason,
        conversion,
    )  # fmt: skip
    return mean, weighted, weigh and bool(own) and not weighted


def _plain(values: Sequence[Fraction | None]) -> Fraction | None:
    own = [v for v in values if v is not None]
    return sum(own, Fraction(0)) / len(own) if own else None


def _volume(cycle: Cycle, volumes: Mapping[datetime, Fraction]) -> Fraction | None:
    """Return the volume of a cycle, None where an hour of it lacks."""
    own = [volumes.get(cycle.start + HOUR * n) for n in range(cycle.hours)]
    known = [v for v in own if v is not None]
    return sum(known, Fraction(0)) if len(known) == len(own) else None


def roll_months(days: Sequence[DayMean], method_on: Mapping[date, Method]) -> list[MonthMean]:
    """Return the months of one factor from its days."""
    by_month: dict[tuple[int, int], list[DayMean]] = defaultdict(list)
    for one in days:
        by_month[one.day.year, one.day.month].append(one)
    found = []
    for (year, month), own in by_month.items():
        method = method_on[own[-1].day]
        key = "february_days" if month == 2 else "month_days"
        valid = [d.recorded for d in own if d.recorded.valid]
        figures = [m.at_reference for m in valid if m.converted_valid]
        needed = method.whole(key)
        reason = Reason.OK if len(valid) >= needed else Reason.TOO_FEW
        conversion = None
        if any(d.recorded.conversion is not None for d in own):
            conversion = Reason.OK if len(figures) >= needed else Reason.NOT_CONVERTED
        mean = Mean(
            _plain([m.value for m in valid]), _plain(figures), len(valid), len(figures), needed,
            "day", reason if valid else Reason.MISSING, conversion,
        )  # fmt: skip
        found.append(MonthMean(own[0].factor, f"{year:04d}-{month:02d}", mean, method.ref(key)))
    return found
