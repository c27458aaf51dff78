"""What a mark does: lateness, limits of one mark, time in sum; each part of it with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from lantian.domain.monitoring.complaint import complain
from lantian.domain.monitoring.marks import MarkEntry, by_day
from lantian.domain.monitoring.model import DAY, HOUR, Outlet, overlap
from lantian.domain.monitoring.reasons import Reason
from lantian.kernel.calendar import beijing
from lantian.kernel.problem import Place, Problem
from lantian.kernel.trace import RuleRef
from lantian.rulebook.monitoring_tables.model import (
    MarkBudget,
    MarkKind,
    MarkLayer,
    MarkScheme,
)

SchemeOn = Callable[[date], MarkScheme | None]

_BY_LAYER = {
    MarkLayer.DEVICE: Reason.DEVICE_MARK,
    MarkLayer.CONDITION: Reason.CONDITION_MARK,
    MarkLayer.STOPPED: Reason.STOPPED_MARK,
    MarkLayer.NOTE: Reason.MARK_NOTE,
}
_UNCOUNTED = frozenset({Reason.MARK_LATE, Reason.MARK_NOT_FORMAL, Reason.MARK_NO_RULES})
EXEMPTING = frozenset({Reason.DEVICE_MARK, Reason.CONDITION_MARK, Reason.STOPPED_MARK})


@dataclass(frozen=True, slots=True)
class MarkSpan:
    """A part of a mark with one effect; `reason` says which, `ref` by which rule.

    `limit_known` is false where no source gives a limit for the mark: it then exempts, and is told.
    """

    entry_id: str
    start: datetime
    end: datetime
    kind: MarkKind | None
    name_zh: str
    factors: frozenset[str]
    reason: Reason
    ref: RuleRef | None
    budget: MarkBudget | None = None
    limit_known: bool = True

    @property
    def exempts(self) -> bool:
        """Whether the time is left out when an exceedance is judged."""
        return self.reason in EXEMPTING

    def touches(self, factor: str, covers: str = "emission") -> bool:
        """Whether the mark speaks of a factor."""
        own = not self.factors or factor in self.factors
        return own and (self.kind is None or covers in self.kind.covers)


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """How much of a time in sum was used in one quarter or year."""

    budget: MarkBudget
    period: str
    used: timedelta

    @property
    def left(self) -> timedelta:
        """What is left, never below nothing."""
        return max(timedelta(hours=self.budget.hours) - self.used, timedelta(0))


@dataclass(frozen=True, slots=True)
class Effects:
    """Every part of every standing mark, the times in sum, and what had to be told."""

    spans: tuple[MarkSpan, ...] = ()
    uses: tuple[BudgetUse, ...] = ()
    problems: tuple[Problem, ...] = ()


def effects_of(entries: Sequence[MarkEntry], outlet: Outlet, scheme_on: SchemeOn) -> Effects:
    """Return what the standing marks of an outlet do.

    Parameters
    ----------
    entries
        Marks that stand (`MarkHistory.standing`), in any order.
    outlet
        For its trade, and the local decision that makes marks count there.
    scheme_on
        Marking rules of a day.
    """
    problems: list[Problem] = []
    spans: list[MarkSpan] = []
    for entry in sorted(entries, key=lambda e: (e.start or e.made_at, e.entry_id)):
        spans += _of_entry(entry, outlet, scheme_on, problems)
    spans, uses = _within_budgets(spans, problems)
    _fault_while_stopped(spans, problems)
    return Effects(tuple(spans), uses, tuple(problems))


def _of_entry(
    entry: MarkEntry, outlet: Outlet, scheme_on: SchemeOn, problems: list[Problem]
) -> list[MarkSpan]:
    assert entry.start is not None
    assert entry.end is not None
    days = [(*part, scheme_on(part[0])) for part in by_day(entry.start, entry.end)]
    first = next((scheme for *_, scheme in days if scheme is not None), None)
    kind = first.find(entry.kind) if first else None
    if first is not None and kind is None:
        known = "、".join(k.name_zh for k in first.kinds.values())
        problems.append(complain("M032", entry.place, detail=entry.kind, known=known))
        return []
    if any(scheme is None for *_, scheme in days):
        problems.append(complain("M041", entry.place, detail=entry.entry_id))
    spans = [
        _of_day(entry, day, start, end, outlet, scheme, problems)
        for day, start, end, scheme in days
    ]
    if first is None or kind is None:
        return spans
    return _within_limit(entry, kind, spans, outlet, first, problems)


def _of_day(
    entry: MarkEntry,
    day: date,
    start: datetime,
    end: datetime,
    outlet: Outlet,
    scheme: MarkScheme | None,
    problems: list[Problem],
) -> MarkSpan:
    kind = scheme.find(entry.kind) if scheme else None
    base = MarkSpan(
        entry.entry_id, start, end, kind, kind.name_zh if kind else entry.kind, entry.factors,
        Reason.MARK_NO_RULES, None,
    )  # fmt: skip
    if scheme is None or kind is None:
        return base
    budget = next((b for b in scheme.budgets if kind.key in b.kinds), None)
    base = replace(base, reason=_BY_LAYER[kind.layer], ref=kind.ref, budget=budget)
    if outlet.trade not in scheme.formal_trades and not outlet.marking_document:
        if base.exempts:
            problems.append(
                complain("M039", entry.place, detail=entry.entry_id, known=outlet.trade)
            )
        return replace(base, reason=Reason.MARK_NOT_FORMAL, ref=scheme.formal_ref)
    due = due_at(day, scheme)
    in_time = entry.by_device or bool(entry.approved_by)
    if due is not None and not in_time and entry.made_at > due:
        problems.append(
            complain(
                "M033", entry.place, detail=entry.entry_id, day=day.isoformat(),
                known=due.strftime("%Y-%m-%d %H:%M"),
            )
        )  # fmt: skip
        if not scheme.due.late_counts:
            return replace(base, reason=Reason.MARK_LATE, ref=scheme.due.ref)
    return base


def due_at(day: date, scheme: MarkScheme) -> datetime | None:
    """Return when the marks of a day are due; None where there is no such hour."""
    if scheme.due.hour is None:
        return None
    later = day + DAY * scheme.due.days_after
    return beijing(later.year, later.month, later.day, scheme.due.hour)


def _within_limit(
    entry: MarkEntry,
    kind: MarkKind,
    spans: list[MarkSpan],
    outlet: Outlet,
    scheme: MarkScheme,
    problems: list[Problem],
) -> list[MarkSpan]:
    """Cut what goes beyond the limit of one mark, counted from the start of the mark."""
    assert entry.start is not None
    limit = scheme.limit(outlet.trade, kind.key, entry.variant)
    budgeted = any(kind.key in b.kinds for b in scheme.budgets)
    if limit is None:
        condition = kind.layer is MarkLayer.CONDITION and any(s.exempts for s in spans)
        if condition and not budgeted:
            problems.append(
                complain("M040", entry.place, detail=entry.entry_id, known=kind.name_zh)
            )
            return [replace(s, limit_known=False) for s in spans]
        return spans
    variants = [v for v in scheme.variants(outlet.trade, kind.key) if v]
    if (
        variants
        and entry.variant not in variants
        and "" not in scheme.variants(outlet.trade, kind.key)
    ):
        problems.append(
            complain("M043", entry.place, detail=entry.entry_id, known=", ".join(variants))
        )
    stop = entry.start + HOUR * limit.each_hours
    found = []
    for span in spans:
        own = replace(span, factors=span.factors or limit.factors)
        if limit.factors and span.factors:
            own = replace(span, factors=span.factors & limit.factors or frozenset({"-"}))
        if span.end <= stop or not span.exempts:
            found.append(own)
            continue
        if span.start < stop:
            found.append(replace(own, end=stop))
        over = replace(
            own, start=max(span.start, stop), reason=Reason.MARK_OVER_LIMIT, ref=limit.ref
        )
        found.append(over)
    if entry.end is not None and entry.end > stop:
        problems.append(
            complain("M037", entry.place, detail=entry.entry_id, known=limit.each_hours,
                     what=kind.name_zh)
        )  # fmt: skip
    return found


def period_of(day: date, period: str) -> str:
    """Return the name of the quarter or year a day lies in.

    Examples
    --------
    >>> period_of(date(2026, 5, 1), "quarter"), period_of(date(2026, 5, 1), "year")
    ('2026-Q2', '2026')
    """
    return f"{day.year}-Q{(day.month + 2) // 3}" if period == "quarter" else str(day.year)


def _within_budgets(
    spans: list[MarkSpan], problems: list[Problem]
) -> tuple[list[MarkSpan], tuple[BudgetUse, ...]]:
    """Cut what goes beyond the time in sum, in the order of time; overlapping time counts once."""
    used: dict[tuple[str, str], timedelta] = defaultdict(timedelta)
    budgets: dict[str, MarkBudget] = {}
    counted_to: dict[str, datetime] = {}
    spent: dict[tuple[str, str], datetime] = {}
    found: list[MarkSpan] = []
    told: set[tuple[str, str]] = set()
    for span in sorted(spans, key=lambda s: s.start):
        budget = span.budget
        if budget is None or span.reason in _UNCOUNTED:
            found.append(span)
            continue
        budgets[budget.key] = budget
        key = (budget.key, period_of(span.start.date(), budget.period))
        begin = max(span.start, counted_to.get(budget.key, span.start))
        fresh = max(span.end - begin, timedelta(0))
        left = max(timedelta(hours=budget.hours) - used[key], timedelta(0))
        used[key] += fresh
        counted_to[budget.key] = max(span.end, begin)
        if fresh > left:
            spent.setdefault(key, begin + left)
        stop = spent.get(key)
        if not span.exempts or stop is None or span.end <= stop:
            found.append(span)
            continue
        stop = max(stop, span.start)
        if stop > span.start:
            found.append(replace(span, end=stop))
        found.append(replace(span, start=stop, reason=Reason.MARK_OVER_BUDGET, ref=budget.ref))
        if key not in told:
            told.add(key)
            problems.append(
                complain("M038", Place(), detail=budget.name_zh, known=budget.hours,
                         what=key[1])
            )  # fmt: skip
    uses = tuple(BudgetUse(budgets[k], period, t) for (k, period), t in sorted(used.items()))
    return sorted(found, key=lambda s: (s.start, s.entry_id)), uses


def _fault_while_stopped(spans: Sequence[MarkSpan], problems: list[Problem]) -> None:
    """Tell faults marked while the plant was out of service (桂环函〔2021〕420号)."""
    stopped = [s for s in spans if s.kind is not None and s.kind.layer is MarkLayer.STOPPED]
    told: set[str] = set()
    for span in spans:
        if span.kind is None or span.kind.layer is not MarkLayer.CONDITION:
            continue
        for other in stopped:
            own = overlap(span.start, span.end, other.start, other.end)
            if own and span.entry_id not in told:
                told.add(span.entry_id)
                problems.append(
                    complain("M044", Place(), detail=span.entry_id, known=other.entry_id)
                )


def without_dusty_hours(
    spans: Sequence[MarkSpan], dust_mg_m3: Mapping[datetime, Fraction]
) -> tuple[MarkSpan, ...]:
    """Return the parts with those hours cut out of a mark in which dust was above its bound.

    The bound (150 mg/m³ for start-up, shut-down, fault, accident of an incinerator) is part of the
    condition under which the mark exempts. An hour without a valid dust value stays exempt: nothing
    says it was broken.
    """
    found: list[MarkSpan] = []
    for span in spans:
        bound = span.budget.dust_hour_mg_m3 if span.budget else None
        if bound is None or not span.exempts:
            found.append(span)
            continue
        at = span.start
        while at < span.end:
            hour = at.replace(minute=0, second=0, microsecond=0)
            stop = min(span.end, hour + HOUR)
            part = replace(span, start=at, end=stop)
            if dust_mg_m3.get(hour, bound) > bound:
                part = replace(
                    part, reason=Reason.MARK_DUST, ref=span.budget.ref if span.budget else None
                )
            last = found[-1] if found else None
            joins = last is not None and replace(last, start=at, end=stop) == part
            if last is not None and joins and last.end == at:
                found[-1] = replace(last, end=stop)
            else:
                found.append(part)
            at = stop
    return tuple(found)
