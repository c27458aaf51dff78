"""Exceedances of an outlet's limits, marks considered; what could not be judged is said (not passed)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from lantian.domain.monitoring.days import DayMean
from lantian.domain.monitoring.model import DAY, HOUR, Average, Outlet, OutletLimit, day_of
from lantian.domain.monitoring.outlet_run import FactorRun, OutletRun
from lantian.domain.monitoring.reasons import Reason
from lantian.domain.monitoring.rollup import Cycle, Mean
from lantian.kernel.calendar import beijing
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.monitoring_tables.model import (
    WASTE_INCINERATION,
    ExceedanceRules,
    Medium,
    Role,
)

RulesOn = Callable[[date], ExceedanceRules]


class EventKind(StrEnum):
    """What was broken."""

    HOUR = "hour"
    DAY = "day"
    MANY_HOURS = "many_hours"
    MONTH_DAYS = "month_days"
    FURNACE = "furnace"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return {
            "hour": "小时均值超标", "day": "日均值超标", "many_hours": "一日内多个小时均值超标",
            "month_days": "一月内多日超标", "furnace": "炉温低于规定",
        }[self.value]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Exceedance:
    """One event; `value` and `bound` in the factor's unit, or in hours, days or times."""

    kind: EventKind
    factor: str
    name_zh: str
    start: datetime
    end: datetime
    value: Fraction
    bound: Fraction
    converted: bool
    limit: OutletLimit | None
    rule: RuleRef

    @property
    def multiple(self) -> Fraction | None:
        """By how many times the bound is exceeded; None for a lower bound or one of nothing."""
        if self.bound <= 0 or self.value <= self.bound:
            return None
        return self.value / self.bound - 1

    @property
    def trace(self) -> Trace:
        """Why it is one."""
        word = "折算" if self.converted else "实测"
        what = f"{self.name_zh} {self.start:%Y-%m-%d %H:%M} {self.kind.label_zh}"
        steps: tuple[Trace, ...] = ()
        if self.limit is not None:
            steps = (
                Trace(
                    f"限值 {float(self.bound):g}（{word}），{self.limit.document} {self.limit.clause}",
                    f"limit {float(self.bound):g}, {self.limit.document}",
                    self.bound,
                ),
            )
        return Trace(
            f"{what}：{float(self.value):.4g} 对 {float(self.bound):g}",
            f"{self.factor} {self.kind.value} {float(self.value):.4g} against {float(self.bound):g}",
            self.value,
            rule=self.rule,
            steps=steps,
        )


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A mean with a limit that could not be judged, and why."""

    factor: str
    average: Average
    start: datetime
    reason: Reason
    have: int
    needed: int
    marked: bool  # the marks alone are the reason


@dataclass(frozen=True, slots=True)
class Close:
    """An hour in which the two ways of converting lie on two sides of the limit."""

    factor: str
    start: datetime
    used: Fraction
    other: Fraction
    bound: Fraction


@dataclass(frozen=True, slots=True)
class Outcome:
    """One mean that was judged, at the end of its period; over is over any of its limits."""

    end: datetime
    value: Fraction
    over: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an outlet came to; `outcomes` by factor and average in the order of time."""

    events: tuple[Exceedance, ...]
    judged: dict[tuple[str, str], int]  # by factor and average
    unjudged: tuple[Unjudged, ...]
    close: tuple[Close, ...]
    without_limit: tuple[str, ...]  # concentrations no limit speaks of
    days_without_limit: tuple[tuple[str, date], ...]
    not_by_day: tuple[str, ...]
    water_hour_limits: tuple[str, ...]
    outcomes: dict[tuple[str, Average], tuple[Outcome, ...]]


class _Judge:
    def __init__(self, run: OutletRun, rules_on: RulesOn) -> None:
        self.run, self.outlet, self.rules_on = run, run.outlet, rules_on
        self.events: list[Exceedance] = []
        self.judged: Counter[tuple[str, str]] = Counter()
        self.unjudged: list[Unjudged] = []
        self.close: list[Close] = []
        self.outcomes: dict[tuple[str, Average], dict[datetime, Outcome]] = defaultdict(dict)

    @property
    def waste(self) -> bool:
        return self.outlet.trade == WASTE_INCINERATION

    def hours(self, code: str, factor: FactorRun) -> None:
        """Hold every hour against the hourly limits, and count the hours of a day."""
        over: dict[date, list[Cycle]] = defaultdict(list)
        for cycle in factor.cycles:
            day = day_of(cycle.start)
            for limit in self.outlet.limits_on(code, Average.HOUR, day):
                if cycle.length != HOUR:
                    continue
                value = self._figure(code, Average.HOUR, cycle.start, limit, cycle.judged,
                                     cycle.recorded)  # fmt: skip
                if value is None:
                    continue
                self._two_ways(code, cycle, limit, value)
                if limit.exceeded_by(value):
                    over[day].append(cycle)
                    rule = self.rules_on(day).ref("gas_hour")
                    self._event(EventKind.HOUR, factor, cycle.start, cycle.end, value, limit, rule)
        if not self.waste:
            for day, cycles in over.items():
                self._many(factor, day, len({c.start for c in cycles}))

    def _many(self, factor: FactorRun, day: date, count: int) -> None:
        rules = self.rules_on(day)
        most = rules.whole("gas_day_hours_over")
        if count > most:
            start = beijing(day.year, day.month, day.day)
            one = factor.series.factor
            self.events.append(
                Exceedance(EventKind.MANY_HOURS, one.code, one.name_zh, start, start + DAY,
                           Fraction(count), Fraction(most), False, None,
                           rules.ref("gas_day_hours_over"))
            )  # fmt: skip

    def days(self, code: str, factor: FactorRun) -> set[date]:
        """Hold every day against the daily limits; return the days of waste rules that exceed."""
        over = set()
        for one in factor.days:
            rules = self.rules_on(one.day)
            if self.outlet.medium is Medium.WATER:
                if code in rules.water_not_by_day:
                    continue
                ref = rules.ref("water_day")
            elif self.waste and code in rules.waste_day_factors:
                ref = rules.waste_day_ref
            else:
                ref = rules.ref("gas_day")
            for limit in self.outlet.limits_on(code, Average.DAY, one.day):
                if self._day(code, factor, one, limit, ref) and code in rules.waste_day_factors:
                    over.add(one.day)
        return over

    def _day(
        self, code: str, factor: FactorRun, one: DayMean, limit: OutletLimit, ref: RuleRef
    ) -> bool:
        start = beijing(one.day.year, one.day.month, one.day.day)
        value = self._figure(code, Average.DAY, start, limit, one.judged, one.recorded)
        if value is None or not limit.exceeded_by(value):
            return False
        self._event(EventKind.DAY, factor, start, start + DAY, value, limit, ref)
        return True

    def _figure(
        self,
        code: str,
        average: Average,
        start: datetime,
        limit: OutletLimit,
        judged: Mean,
        recorded: Mean,
    ) -> Fraction | None:
        value = judged.figure(at_reference=limit.converted)
        if value is not None:
            self.judged[code, average.value] += 1
            end = start + (HOUR if average is Average.HOUR else DAY)
            own = self.outcomes[code, average]
            before = own[end].over if end in own else False
            own[end] = Outcome(end, value, before or limit.exceeded_by(value))
            return value
        reason = judged.reason
        if judged.valid:
            reason = judged.conversion or Reason.NOT_CONVERTED
        have = judged.have_at_reference if judged.valid else judged.have
        marked = recorded.figure(at_reference=limit.converted) is not None
        self.unjudged.append(Unjudged(code, average, start, reason, have, judged.needed, marked))
        return None

    def _two_ways(self, code: str, cycle: Cycle, limit: OutletLimit, value: Fraction) -> None:
        whole = cycle.judged.other
        if not limit.converted or whole is None or limit.high is None:
            return
        if limit.exceeded_by(value) != limit.exceeded_by(whole):
            self.close.append(Close(code, cycle.start, value, whole, limit.high))

    def _event(
        self,
        kind: EventKind,
        factor: FactorRun,
        start: datetime,
        end: datetime,
        value: Fraction,
        limit: OutletLimit,
        rule: RuleRef,
    ) -> None:
        one = factor.series.factor
        bound = limit.high if limit.high is not None and value > limit.high else limit.low
        assert bound is not None
        self.events.append(
            Exceedance(kind, one.code, one.name_zh, start, end, value, bound, limit.converted,
                       limit, rule)
        )  # fmt: skip

    def months(self, days: Iterable[date]) -> None:
        """Count the days of a month on which a furnace exceeded (Order No. 10)."""
        by_month: dict[tuple[int, int], list[date]] = defaultdict(list)
        for day in sorted(days):
            by_month[day.year, day.month].append(day)
        for own in by_month.values():
            rules = self.rules_on(own[-1])
            most = rules.whole("waste_month_days")
            if len(own) > most:
                first, last = own[0], own[-1]
                self.events.append(
                    Exceedance(EventKind.MONTH_DAYS, "", "各项污染物",
                               beijing(first.year, first.month, first.day),
                               beijing(last.year, last.month, last.day) + DAY,
                               Fraction(len(own)), Fraction(most), False, None,
                               rules.ref("waste_month_days"))
                )  # fmt: skip

    def furnace(self, factor: FactorRun) -> None:
        """Count the five-minute means of a day below the furnace temperature (Order No. 10)."""
        spans = [s for c in factor.cycles for s in c.spans if s.exempts]
        low: dict[date, list[Fraction]] = defaultdict(list)
        for one in factor.judged:
            start = one.reading.start
            marked = any(s.start <= start < s.end for s in spans)
            bound = self.rules_on(day_of(start)).number("furnace_temperature_degc")
            if one.value is not None and not marked and one.value < bound:
                low[day_of(start)].append(one.value)
        for day, values in low.items():
            rules = self.rules_on(day)
            if len(values) > rules.whole("furnace_times"):
                start = beijing(day.year, day.month, day.day)
                own = factor.series.factor
                self.events.append(
                    Exceedance(EventKind.FURNACE, own.code, own.name_zh, start, start + DAY,
                               Fraction(len(values)), rules.number("furnace_times"), False, None,
                               rules.ref("furnace_times"))
                )  # fmt: skip


FURNACE_MINUTES = 5
"""Length of the furnace temperature means that are counted (Order No. 10)."""


def judge_outlet(run: OutletRun, rules_on: RulesOn) -> Judgement:
    """Return every exceedance of an outlet, and everything that could not be judged.

    Parameters
    ----------
    run
        The outlet rolled up, marks considered.
    rules_on
        What counts as an exceedance on a day.
    """
    judge = _Judge(run, rules_on)
    outlet = run.outlet
    over: set[date] = set()
    water = outlet.medium is Medium.WATER
    for code, factor in run.factors.items():
        if not water:
            judge.hours(code, factor)
        over |= judge.days(code, factor)
        minutes = factor.series.step.total_seconds() / 60
        furnace = factor.series.factor.role is Role.FURNACE_TEMPERATURE
        if judge.waste and furnace and minutes == FURNACE_MINUTES:
            judge.furnace(factor)
    if judge.waste:
        judge.months(over)
    codes = {x.factor for x in outlet.limits}
    concentration = [
        c for c, f in run.factors.items() if f.series.factor.role is Role.CONCENTRATION
    ]
    return Judgement(
        events=tuple(sorted(judge.events, key=lambda e: (e.start, e.factor, e.kind))),
        judged=dict(sorted(judge.judged.items())),
        unjudged=tuple(judge.unjudged),
        close=tuple(judge.close),
        without_limit=tuple(c for c in concentration if c not in codes),
        days_without_limit=_days_without(run, outlet),
        not_by_day=_not_by_day(run, rules_on) if water else (),
        water_hour_limits=tuple(
            sorted({x.factor for x in outlet.limits if water and x.average is Average.HOUR})
        ),
        outcomes={
            key: tuple(own[end] for end in sorted(own))
            for key, own in sorted(judge.outcomes.items())
        },
    )


def _days_without(run: OutletRun, outlet: Outlet) -> tuple[tuple[str, date], ...]:
    """Return the days of factors that have limits, none of which holds on the day."""
    codes = {x.factor for x in outlet.limits}
    return tuple(
        (code, one.day)
        for code, factor in run.factors.items()
        if code in codes
        for one in factor.days
        if not any(x.in_force(one.day) for x in outlet.limits if x.factor == code)
    )


def _not_by_day(run: OutletRun, rules_on: RulesOn) -> tuple[str, ...]:
    limited = {x.factor for x in run.outlet.limits if x.average is Average.DAY}
    return tuple(
        code
        for code, factor in run.factors.items()
        if code in limited
        and any(code in rules_on(one.day).water_not_by_day for one in factor.days)
    )
