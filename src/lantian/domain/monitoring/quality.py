"""Quality control of monitors: drift, standards, comparison with a reference, and what is overdue.

Three answers and a fourth: a check passes, fails, puts the monitor out of control, or is open, where the rules or
the figures at hand do not decide it. Open is never a pass (decision 0158).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.monitoring_tables.quality import Interval, Of, QualityRules, Tolerance


class CheckKind(StrEnum):
    """What was checked with what."""

    ZERO = "zero"
    SPAN = "span"
    WHOLE_PATH = "whole_path"
    STANDARD = "standard"
    COMPARISON = "comparison"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return _LABELS[self]

    @property
    def rule(self) -> str:
        """Name of the check in the rules."""
        return "drift" if self in {CheckKind.ZERO, CheckKind.SPAN} else self.value


_LABELS = {
    CheckKind.ZERO: "零点漂移", CheckKind.SPAN: "量程漂移", CheckKind.WHOLE_PATH: "全系统校准",
    CheckKind.STANDARD: "标样核查", CheckKind.COMPARISON: "比对",
}  # fmt: skip


class Outcome(StrEnum):
    """What came of a check."""

    PASS = "pass"
    FAIL = "fail"
    OUT_OF_CONTROL = "out_of_control"
    OPEN = "open"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return {"pass": "合格", "fail": "不合格", "out_of_control": "失控", "open": "未判定"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Check:
    """One reading of a monitor against a known value.

    Attributes
    ----------
    value, reference
        What the monitor read, and the standard's or reference method's value, in one unit.
    full_scale
        Range of the monitor in the same unit, None where not told.
    unit
        Unit of the values.
    accuracy_pct
        Relative accuracy as the report states it, None where it does not.
    """

    day: date
    factor: str
    kind: CheckKind
    value: Fraction
    reference: Fraction
    full_scale: Fraction | None = None
    unit: str = ""
    accuracy_pct: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A check, or the pairs of one comparison, with the outcome.

    Attributes
    ----------
    off
        How far off, signed, in `off_unit`; None where it cannot be told.
    reason_zh, reason_en
        Why it is open; empty otherwise.
    """

    day: date
    factor: str
    kind: CheckKind
    pairs: int
    outcome: Outcome
    off: Fraction | None
    off_unit: str
    tolerance: Tolerance | None
    reason_zh: str
    reason_en: str
    rule: RuleRef | None

    @property
    def trace(self) -> Trace:
        """How it was judged."""
        limit = (
            ""
            if self.tolerance is None
            else f"，允许 ±{float(self.tolerance.limit):g}{self.off_unit}"
        )
        off = "—" if self.off is None else f"{float(self.off):.4g}{self.off_unit}"
        why = f"（{self.reason_zh}）" if self.reason_zh else ""
        return Trace(
            f"{self.factor} {self.day} {self.kind.label_zh}：{off}{limit}，{self.outcome.label_zh}{why}",
            f"{self.factor} {self.day} {self.kind.value}: {off}, {self.outcome.value}",
            self.off,
            {"pairs": self.pairs},
            self.rule,
        )


@dataclass(frozen=True, slots=True)
class Due:
    """When a check was last made and is next due; `last` None: no record was given."""

    interval: Interval
    factor: str
    last: date | None
    next: date | None
    overdue: bool | None

    @property
    def rule(self) -> RuleRef:
        """The rule that sets the interval."""
        return self.interval.ref


def judge(checks: Iterable[Check], rules: QualityRules) -> tuple[Judged, ...]:
    """Return every check judged, the pairs of a comparison together, in the order of their days."""
    single: list[Judged] = []
    pairs: dict[tuple[date, str], list[Check]] = {}
    for check in checks:
        if check.kind is CheckKind.COMPARISON:
            pairs.setdefault((check.day, check.factor), []).append(check)
        else:
            single.append(judge_one(check, rules))
    single += [judge_pairs(own, rules) for own in pairs.values()]
    return tuple(sorted(single, key=lambda j: (j.day, j.factor, j.kind.value)))


def judge_one(check: Check, rules: QualityRules) -> Judged:
    """Return one check judged.

    A drift beyond the limit fails; beyond the multiple of it that the rule names, the monitor is
    out of control, and so are its data since the last good check.
    """
    return _judged(check, 1, rules)


def judge_pairs(pairs: Sequence[Check], rules: QualityRules) -> Judged:
    """Return the pairs of one comparison judged.

    By the mean of the pairs; where the rules leave open whether each pair counts, the outcome is
    open unless mean and pairs agree.
    """
    n = len(pairs)
    first = pairs[0]
    if len({p.unit for p in pairs}) > 1:
        return _open(first, n, "各对的单位不同", "the pairs have different units", None)
    mean = Check(
        first.day,
        first.factor,
        first.kind,
        sum((p.value for p in pairs), Fraction(0)) / n,
        sum((p.reference for p in pairs), Fraction(0)) / n,
        first.full_scale,
        first.unit,
        next((p.accuracy_pct for p in pairs if p.accuracy_pct is not None), None),
    )
    if rules.least_pairs is not None and n < rules.least_pairs:
        zh = f"只有 {n} 对，至少要 {rules.least_pairs} 对"
        return _open(mean, n, zh, f"{n} pairs, {rules.least_pairs} needed", rules.pairs_ref)
    by_mean = _judged(mean, n, rules)
    if not rules.each_pair or by_mean.outcome is Outcome.OPEN:
        return by_mean
    each = {_judged(p, 1, rules).outcome for p in pairs}
    if each == {by_mean.outcome}:
        return by_mean
    if by_mean.outcome is Outcome.FAIL and Outcome.FAIL in each:
        return by_mean
    zh = "均值与逐对的结论不一致，以哪一种为准条文未见"
    return _open(mean, n, zh, "the mean says one thing, single pairs another", rules.pairs_ref)


def due(
    checks: Iterable[Check], rules: QualityRules, factors: Iterable[str], on: date
) -> tuple[Due, ...]:
    """Return when the checks of each factor are due, as of a day.

    Checks after the day do not count. Without any record nothing is overdue and nothing kept: `overdue`
    is None.
    """
    own = set(factors)
    last: dict[tuple[str, str], date] = {}
    for check in checks:
        key = (check.factor, check.kind.value)
        if check.day <= on:
            last[key] = max(last.get(key, check.day), check.day)
    found = []
    for interval in rules.intervals:
        for factor in interval.factors:
            if factor not in own:
                continue
            days = [last.get((factor, kind)) for kind in sorted(interval.checks)]
            known = [d for d in days if d is not None]
            oldest = min(known) if len(known) == len(days) else None
            by = None if oldest is None else next_due(oldest, interval)
            found.append(Due(interval, factor, oldest, by, None if by is None else on > by))
    return tuple(found)


def next_due(last: date, interval: Interval) -> date:
    """Return the last day on which the next check is in time.

    Examples
    --------
    >>> from lantian.kernel.trace import RuleRef
    >>> ref = RuleRef("", "", "", "", "design")
    >>> next_due(date(2026, 1, 5), Interval("", frozenset(), (), 7, None, ref)).isoformat()
    '2026-01-12'
    >>> next_due(date(2026, 1, 5), Interval("", frozenset(), (), None, 3, ref)).isoformat()
    '2026-06-30'
    """
    if interval.days is not None:
        return last + timedelta(days=interval.days)
    # Once a calendar month or quarter: the next one ends the term.
    months = interval.months or 1
    block = (last.year * 12 + last.month - 1) // months + 2
    year, month = divmod(block * months, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


def _judged(check: Check, pairs: int, rules: QualityRules) -> Judged:
    bands = rules.tolerances_of(check.kind.rule, check.factor)
    if not bands:
        return _open(
            check, pairs, "规则中没有该因子的要求", "the rules at hand have nothing for it", None
        )
    fitting = [t for t in bands if t.unit is None or t.unit == check.unit]
    if not fitting:
        unit = bands[0].unit or ""
        zh = f"规则以 {unit} 规定，数据为 {check.unit or '（未写单位）'}"
        return _open(
            check,
            pairs,
            zh,
            f"the rule is in {unit}, the data in {check.unit or '?'}",
            bands[0].ref,
        )
    tolerance = next((t for t in fitting if t.covers(check.reference)), None)
    if tolerance is None:
        return _open(
            check,
            pairs,
            "参比值不在任何一档内",
            "the reference value lies in no band",
            bands[0].ref,
        )
    off, unit, zh, en = _off(check, tolerance)
    if off is None:
        return _open(check, pairs, zh, en, tolerance.ref)
    size = abs(off)
    outcome = Outcome.PASS if size <= tolerance.limit else Outcome.FAIL
    if tolerance.out_times is not None and size > tolerance.limit * tolerance.out_times:
        outcome = Outcome.OUT_OF_CONTROL
    return Judged(
        check.day, check.factor, check.kind, pairs, outcome, off, unit, tolerance, "", "",
        tolerance.ref,
    )  # fmt: skip


def _off(check: Check, tolerance: Tolerance) -> tuple[Fraction | None, str, str, str]:
    """Return how far off a check is, its unit, and why that cannot be told."""
    error = check.value - check.reference
    if tolerance.of is Of.ABSOLUTE:
        return error, check.unit, "", ""
    if tolerance.of is Of.FULL_SCALE:
        if check.full_scale is None or check.full_scale <= 0:
            return None, "", "没有量程", "no range was given"
        return error * 100 / check.full_scale, "% F.S.", "", ""
    if tolerance.of is Of.RELATIVE:
        if check.reference == 0:
            return None, "", "参比值为零", "the reference value is zero"
        return error * 100 / check.reference, "%", "", ""
    if check.accuracy_pct is None:
        return None, "", "检测报告没有给出相对准确度", "the report states no relative accuracy"
    return check.accuracy_pct, "%", "", ""


def _open(check: Check, pairs: int, zh: str, en: str, rule: RuleRef | None) -> Judged:
    return Judged(
        check.day, check.factor, check.kind, pairs, Outcome.OPEN, None, "", None, zh, en, rule
    )
