"""From readings to periods of an hour (or a longer cycle), each with why it is valid or not.

Two means are kept side by side: `recorded` over everything that counts by instrument and logger,
and `judged` over what is left when the time under marks in force is taken out (decision 0091).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from lantian.domain.monitoring.classify import Judged
from lantian.domain.monitoring.convert import converted
from lantian.domain.monitoring.effect import MarkSpan
from lantian.domain.monitoring.model import HOUR, MINUTE, overlap
from lantian.domain.monitoring.reasons import Reason
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.method import Method
from lantian.rulebook.monitoring_tables.model import Factor, Flags


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean over what counts, with how much of it there was and how much is needed.

    `value` is given even where it is not `valid`; `have` and `needed` count in `unit`. `other` is
    the mean converted the other way (decision 0092), for comparison; hours only.
    """

    value: Fraction | None
    at_reference: Fraction | None
    have: int
    have_at_reference: int
    needed: int
    unit: str
    reason: Reason
    conversion: Reason | None
    other: Fraction | None = None

    @property
    def valid(self) -> bool:
        """Whether the mean counts."""
        return self.reason is Reason.OK

    @property
    def converted_valid(self) -> bool:
        """Whether the mean at reference oxygen counts."""
        return self.valid and self.conversion is Reason.OK

    def figure(self, *, at_reference: bool) -> Fraction | None:
        """Return the valid figure asked for, None where there is none."""
        if at_reference:
            return self.at_reference if self.converted_valid else None
        return self.value if self.valid else None


EMPTY_UNIT = {"minute": "分钟", "hour": "小时", "day": "天"}


@dataclass(frozen=True, slots=True)
class Cycle:
    """One hour, or one longer cycle of an analyser, of one factor.

    `counts` says how many readings there were of each reason; `flags` how often each letter that
    is not normal came; `normal` is the flag of the whole by the rule of the medium. `spans` are
    the marks that touch it, with or without effect.
    """

    factor: Factor
    start: datetime
    length: timedelta
    recorded: Mean
    judged: Mean
    minimum: Fraction | None
    maximum: Fraction | None
    normal: bool
    due: int
    counts: Mapping[Reason, int]
    flags: Mapping[str, int]
    spans: tuple[MarkSpan, ...]
    rule: RuleRef
    flag_rule: RuleRef

    @property
    def end(self) -> datetime:
        """End of the period."""
        return self.start + self.length

    @property
    def hours(self) -> int:
        """Length in hours."""
        return int(self.length / HOUR)

    @property
    def trace(self) -> Trace:
        """Why the period is valid or not, and what the marks change."""
        words = "、".join(f"{r.zh} {n}" for r, n in self.counts.items() if n)
        steps = [
            mean_trace("记录均值", "recorded mean", self.recorded, self.rule),
            Trace(
                f"下一级数据 {self.due} 个：{words}",
                "values below",
                sum(self.counts.values()),
                {f"flag_{k}": n for k, n in self.flags.items()},
                self.flag_rule,
            ),
        ]
        steps += [
            Trace(
                f"标记 {s.entry_id} {s.name_zh} {s.start:%m-%d %H:%M}—{s.end:%m-%d %H:%M}：{s.reason.zh}",
                f"mark {s.entry_id}: {s.reason.en}",
                rule=s.ref,
            )
            for s in self.spans
        ]
        if self.judged is not self.recorded:
            steps.append(
                mean_trace("扣除标记时段的均值", "mean without marked time", self.judged, self.rule)
            )
        name = self.factor
        return Trace(
            f"{name.name_zh} {self.start:%Y-%m-%d %H:%M}—{self.end:%H:%M} {self.recorded.reason.zh}",
            f"{name.name_en} {self.start:%Y-%m-%d %H:%M}: {self.recorded.reason.en}",
            steps=tuple(steps),
        )


def mean_trace(what_zh: str, what_en: str, mean: Mean, rule: RuleRef) -> Trace:
    """Return how a mean came about."""
    unit = EMPTY_UNIT[mean.unit]
    shown = "" if mean.value is None else f" {float(mean.value):.4g}"
    more = "" if mean.at_reference is None else f"，折算 {float(mean.at_reference):.4g}"
    return Trace(
        f"{what_zh}{shown}{more}：有效 {mean.have} {unit}，需要 {mean.needed} {unit}，{mean.reason.zh}",
        f"{what_en}: {mean.have} of {mean.needed} {mean.unit}s needed, {mean.reason.en}",
        mean.value,
        rule=rule,
    )


@dataclass(frozen=True, slots=True)
class CycleRules:
    """What decides about a cycle on one day."""

    method: Method
    flags: Flags
    any_abnormal: bool  # wastewater: one abnormal value makes the whole abnormal
    o2_ref_pct: Fraction | None = None  # for factors that are converted

    @property
    def each_value(self) -> bool:
        """Whether values are converted before they are averaged (gas only)."""
        key = "convert_each_value"
        return key not in self.method.values or bool(self.method.number(key))

    @property
    def needed_minutes(self) -> int:
        """Valid minutes an hour needs."""
        return self.method.whole("hour_minutes")


def cycle_length(step: timedelta) -> timedelta:
    """Return the length of the periods readings are rolled up to: an hour, or a longer step."""
    return max(step, HOUR)


def roll_cycle(
    factor: Factor,
    start: datetime,
    step: timedelta,
    readings: Sequence[Judged],
    spans: Sequence[MarkSpan],
    rules: CycleRules,
) -> Cycle:
    """Return one period of one factor.

    Parameters
    ----------
    readings
        Those that lie in the period, each of `step` length.
    spans
        Marks that touch the period and speak of the factor.
    """
    length = cycle_length(step)
    exempt = [s for s in spans if s.exempts]
    needed = rules.needed_minutes * int(length / HOUR)
    recorded = _mean([(j, step) for j in readings], needed, rules)
    judged = recorded
    if exempt:
        judged = _judged(readings, step, exempt, (needed, length), rules)
    values = [j.value for j in readings if j.value is not None]
    counts = Counter(j.reason for j in readings)
    due = max(1, int(length / step))
    counts[Reason.MISSING] += max(0, due - len(readings))
    letters = Counter(j.reading.flag for j in readings if j.reason is Reason.FLAG)
    return Cycle(
        factor=factor,
        start=start,
        length=length,
        recorded=recorded,
        judged=judged,
        minimum=min(values, default=None),
        maximum=max(values, default=None),
        normal=_normal(counts, due, rules),
        due=due,
        counts=dict(sorted(counts.items())),
        flags=dict(sorted(letters.items())),
        spans=tuple(spans),
        rule=rules.method.ref("hour_minutes"),
        flag_rule=rules.flags.ref,
    )


def _mean(kept: Sequence[tuple[Judged, timedelta]], needed: int, rules: CycleRules) -> Mean:
    """Return the mean of readings, each with the time of it that counts."""
    own = [(j, t) for j, t in kept if j.value is not None]
    at_reference = [(j, t) for j, t in own if j.at_reference is not None]
    have = _minutes(own)
    have_at_reference = _minutes(at_reference)
    value = _average([j.value for j, _ in own])
    each = _average([j.at_reference for j, _ in at_reference])
    whole = _as_a_whole([j for j, _ in at_reference], rules.o2_ref_pct)
    if whole is None or rules.each_value:
        figure, other = each, whole
    else:
        figure, other = whole, each
    conversion = _conversion([j for j, _ in own], have_at_reference, needed)
    reason = Reason.OK if have >= needed and own else Reason.TOO_FEW
    if not own:
        bad = Counter(j.reason for j, _ in kept if j.reason is not Reason.MISSING)
        reason = max(sorted(bad), key=lambda r: bad[r], default=Reason.MISSING)
    return Mean(value, figure, have, have_at_reference, needed, "minute", reason, conversion, other)


def _minutes(kept: Sequence[tuple[Judged, timedelta]]) -> int:
    return int(sum((t for _, t in kept), timedelta(0)) / MINUTE)


def _average(values: Sequence[Fraction | None]) -> Fraction | None:
    own = [v for v in values if v is not None]
    sums: dict[int, int] = {}  # readings of one outlet mostly share their decimals
    for value in own:
        below = value.denominator
        sums[below] = sums.get(below, 0) + value.numerator
    total = sum((Fraction(above, below) for below, above in sums.items()), Fraction(0))
    return total / len(own) if own else None


def _conversion(own: Sequence[Judged], have: int, needed: int) -> Reason | None:
    """Return why the converted mean counts or not; None for factors that are not converted."""
    reasons = Counter(j.conversion for j in own if j.conversion is not None)
    if not reasons:
        return None
    if have >= needed:
        return Reason.OK
    bad = [r for r in reasons if r is not Reason.OK]
    return max(bad, key=lambda r: reasons[r]) if bad else Reason.TOO_FEW


def _judged(
    readings: Sequence[Judged],
    step: timedelta,
    exempt: Sequence[MarkSpan],
    bounds: tuple[int, timedelta],
    rules: CycleRules,
) -> Mean:
    """Return the mean over what marks leave; a reading of an hour stands if enough of it is left."""
    needed, length = bounds
    kept = []
    for one in readings:
        start = one.reading.start
        left = step - _covered(start, start + step, exempt)
        whole = left >= step or (step >= HOUR and left >= needed * MINUTE)
        if whole:
            kept.append((one, left))
    mean = _mean(kept, needed, rules)
    if mean.valid:
        return mean
    start = readings[0].reading.start if readings else exempt[0].start
    longest = max(exempt, key=lambda s: overlap(s.start, s.end, start, start + length))
    return Mean(
        mean.value, mean.at_reference, mean.have, mean.have_at_reference, needed, "minute",
        longest.reason, mean.conversion,
    )  # fmt: skip


def _covered(start: datetime, end: datetime, spans: Sequence[MarkSpan]) -> timedelta:
    """Return how much of a period lies under marks; time under two counts once."""
    total, at = timedelta(0), start
    for span in sorted(spans, key=lambda s: s.start):
        begin = max(span.start, at)
        stop = min(span.end, end)
        if stop > begin:
            total += stop - begin
            at = stop
    return total


def _normal(counts: Mapping[Reason, int], due: int, rules: CycleRules) -> bool:
    """Return the flag of the whole: gas by the share of normal ones, water by any abnormal one."""
    abnormal = counts.get(Reason.FLAG, 0)
    present = sum(n for r, n in counts.items() if r is not Reason.MISSING)
    if not present:
        return False
    if rules.any_abnormal:
        return abnormal == 0
    share = rules.method.number("flag_normal_pct")
    return (due - counts.get(Reason.MISSING, 0) - abnormal) * 100 >= share * due


def _as_a_whole(kept: Sequence[Judged], o2_ref_pct: Fraction | None) -> Fraction | None:
    """Return the mean converted with the mean oxygen of the same readings."""
    value = _average([j.value for j in kept])
    oxygen = _average([j.o2_pct for j in kept])
    if value is None or oxygen is None:
        return None
    return converted(value, oxygen, o2_ref_pct)[0]


def group(
    readings: Iterator[Judged], first: datetime, length: timedelta
) -> dict[datetime, list[Judged]]:
    """Return readings by the start of the period they lie in, counted from `first`."""
    found: dict[datetime, list[Judged]] = defaultdict(list)
    for one in readings:
        found[first + (one.reading.start - first) // length * length].append(one)
    return found
