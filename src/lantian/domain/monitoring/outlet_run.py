"""All factors of one outlet rolled up together: oxygen beside concentration, flow beside both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

from lantian.domain.monitoring.classify import Judged, ReadingRules, classify, valid_values
from lantian.domain.monitoring.days import DayMean, MonthMean, roll_days, roll_months
from lantian.domain.monitoring.effect import MarkSpan
from lantian.domain.monitoring.model import (
    DAY,
    HOUR,
    FactorSeries,
    FlowUnit,
    Outlet,
    day_of,
    hour_of,
)
from lantian.domain.monitoring.rollup import Cycle, CycleRules, cycle_length, group, roll_cycle
from lantian.rulebook.method import Method
from lantian.rulebook.monitoring_tables.model import Flags, Medium, Role

MethodOn = Callable[[date], Method]
FlagsOn = Callable[[date], Flags]


@dataclass(frozen=True, slots=True)
class FactorRun:
    """One factor: its readings with reasons, its hours, days and months."""

    series: FactorSeries
    judged: tuple[Judged, ...]
    cycles: tuple[Cycle, ...]
    days: tuple[DayMean, ...] = ()
    months: tuple[MonthMean, ...] = ()


@dataclass(frozen=True, slots=True)
class OutletRun:
    """All factors of an outlet by code, in the order of the file."""

    outlet: Outlet
    factors: Mapping[str, FactorRun]
    volumes: Mapping[datetime, Fraction] = field(default_factory=dict)

    def role(self, role: Role) -> FactorRun | None:
        """Return the first factor that plays a part."""
        return next((f for f in self.factors.values() if f.series.factor.role is role), None)


def roll_outlet(
    outlet: Outlet,
    series: Sequence[FactorSeries],
    spans: Sequence[MarkSpan],
    method_on: MethodOn,
    flags_on: FlagsOn,
) -> OutletRun:
    """Return hours, days and months of every factor of an outlet.

    Every factor gets every period between the first and the last reading of the whole file: where
    it has none, the period is there and says it is missing. A day in which the file begins or ends
    is a whole day, whose other hours are missing.
    """
    starts = [r.start for s in series for r in s.readings]
    if not starts:
        return OutletRun(outlet, {})
    first, last = hour_of(min(starts)), max(starts)
    days = [day_of(first) + DAY * n for n in range((day_of(last) - day_of(first)).days + 1)]
    methods = {day: method_on(day) for day in days}
    flags = {day: flags_on(day) for day in days}
    oxygen = next((s for s in series if s.factor.role is Role.OXYGEN), None)
    reading_rules = {
        day: ReadingRules(flags[day], bool(methods[day].number("negative_is_valid")))
        for day in days
    }
    o2 = valid_values(oxygen, reading_rules) if oxygen is not None else {}
    rules = (methods, flags, reading_rules)
    runs = {
        s.factor.code: _factor(outlet, s, (first, last), spans, rules, oxygen, o2) for s in series
    }
    volumes = _volumes(outlet, runs)
    for code, run in runs.items():
        rolled = roll_days(run.cycles, outlet.medium, methods, volumes)
        months = roll_months(rolled, methods)
        runs[code] = FactorRun(run.series, run.judged, run.cycles, tuple(rolled), tuple(months))
    return OutletRun(outlet, runs, volumes)


def _factor(
    outlet: Outlet,
    series: FactorSeries,
    span: tuple[datetime, datetime],
    marks: Sequence[MarkSpan],
    rules: tuple[Mapping[date, Method], Mapping[date, Flags], Mapping[date, ReadingRules]],
    oxygen: FactorSeries | None,
    o2: Mapping[datetime, Fraction],
) -> FactorRun:
    methods, flags, reading_rules = rules
    first, last = span
    factor = series.factor
    convert = outlet.medium is Medium.AIR and factor.role is Role.CONCENTRATION
    judged = tuple(
        classify(
            series,
            reading_rules,
            oxygen=o2 if convert else None,
            o2_ref_pct=outlet.o2_ref_pct,
            trust_logger=oxygen is None,
        )
    )
    length = cycle_length(series.step)
    begin = first if length == HOUR else first.replace(hour=0)
    by_cycle = group(iter(judged), begin, length)
    own = [
        s
        for s in marks
        if s.touches(
            factor.code,
            "temperature" if factor.role is Role.FURNACE_TEMPERATURE else "emission",
        )
    ]
    cycles, at = [], begin
    while at <= last:
        day = day_of(at)
        method = methods[day]
        near = [s for s in own if s.start < at + length and s.end > at]
        inside = by_cycle.get(at, [])
        cycles.append(
            roll_cycle(
                factor, at, series.step, inside, near,
                CycleRules(
                    method, flags[day], outlet.medium is Medium.WATER,
                    outlet.o2_ref_pct if convert else None,
                ),
            )
        )  # fmt: skip
        at += length
    return FactorRun(series, judged, tuple(cycles))


def _volumes(outlet: Outlet, runs: Mapping[str, FactorRun]) -> dict[datetime, Fraction]:
    """Return the volume in m³ of every hour with a valid flow; empty where the unit is not known."""
    flow = next((r for r in runs.values() if r.series.factor.role is Role.FLOW), None)
    unit: FlowUnit | None = outlet.flow_unit
    if flow is None or unit is None:
        return {}
    found: dict[datetime, Fraction] = {}
    for cycle in flow.cycles:
        mean = cycle.recorded
        if mean.valid and mean.value is not None and mean.value >= 0:
            for n in range(cycle.hours):
                found[cycle.start + timedelta(hours=n)] = mean.value * unit.to_m3_h
    return found
