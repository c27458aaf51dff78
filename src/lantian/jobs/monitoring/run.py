"""``lantian monitor rollup`` and ``exceed``: files in, hours, days, marks, mass and events out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from lantian.domain.monitoring.alarm import Alarm, AlarmKey, Normal, Over, replay
from lantian.domain.monitoring.compare import Comparison, beyond, compare_hours
from lantian.domain.monitoring.complaint import complain
from lantian.domain.monitoring.effect import Effects, MarkSpan, effects_of, without_dusty_hours
from lantian.domain.monitoring.exceed import Judgement, judge_outlet
from lantian.domain.monitoring.marks import MarkHistory
from lantian.domain.monitoring.mass import MassKind, QuarterMass, hourly_mass, quarters
from lantian.domain.monitoring.model import FactorSeries, Outlet, day_of
from lantian.domain.monitoring.outlet_run import FactorRun, OutletRun, roll_outlet
from lantian.domain.monitoring.reasons import Reason
from lantian.jobs.monitoring.marks import read_marks
from lantian.jobs.monitoring.outlet import read_outlet
from lantian.jobs.monitoring.read import DataFile, ReadSettings, read_data
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Place
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.monitoring_tables import MonitoringRules, load_monitoring
from lantian.rulebook.monitoring_tables.model import ExceedanceRules, Medium, Role

DUST = "a34013"
SHOWN_DECIMALS = 4
"""Decimals a figure is shown with; everything is computed and compared unrounded."""
QUARTER_HOURS = 24 * 90

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class MonitorInput:
    """What a command was given."""

    source: Path
    outlet: Path
    marks: Path | None = None
    logger: Path | None = None
    on: date | None = None
    settings: ReadSettings = field(default_factory=ReadSettings)
    rules: Sequence[Path] = ()


@dataclass
class MonitorRun:
    """What a file came to."""

    source: str
    outlet: Outlet
    rules: MonitoringRules
    on: date | None
    data: DataFile
    history: MarkHistory
    effects: Effects
    spans: tuple[MarkSpan, ...]
    run: OutletRun
    told: Told
    masses: list[QuarterMass] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    judgement: Judgement | None = None
    alarms: list[Alarm] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)

    def rules_day(self, day: date) -> date:
        """Return the day whose rules apply to the data of a day."""
        return self.on or day


def shown(value: Fraction | None) -> str | None:
    """Return a figure as it is shown: four decimals at most, no trailing zeros."""
    if value is None:
        return None
    text = format(round_fraction(value, SHOWN_DECIMALS), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def run_monitor(given: MonitorInput, *, judge: bool = False) -> MonitorRun:
    """Return hours, days, months, mass and (with `judge`) exceedances of an outlet.

    Parameters
    ----------
    given
        Files and settings. The rules are those of each day of the data, or of `on`.
    judge
        Hold the means against the limits of the outlet.

    Raises
    ------
    LantianError
        M001, M002, M010, M011, M029, M030, M055; M050 where there is nothing to judge; R030 where
        no rules are in force on a day of the data.
    """
    rules = load_monitoring(*given.rules)
    told = Told()
    day = given.on or date.max
    factors = rules.factors(day)
    outlet = read_outlet(given.outlet, rules, day)
    flags = rules.flags(day)
    data = read_data(given.source, factors, outlet, flags, told, given.settings)
    history = read_marks(given.marks, factors, told) if given.marks else MarkHistory()

    def at(function: Callable[[date], T]) -> Callable[[date], T]:
        return lambda own: function(given.on or own)

    effects = effects_of(history.standing(), outlet, at(lambda d: rules.marks(outlet.trade, d)))
    for problem in effects.problems:
        told.add(problem)
    method_on = at(lambda d: rules.rollup(outlet.medium, d))
    flags_on = at(rules.flags)
    run = roll_outlet(outlet, data.series, effects.spans, method_on, flags_on)
    spans = without_dusty_hours(effects.spans, hourly_dust(run))
    if spans != effects.spans:
        run = roll_outlet(outlet, data.series, spans, method_on, flags_on)
    found = MonitorRun(
        given.source.name, outlet, rules, given.on, data, history, effects, spans, run, told
    )
    _tell_values(found)
    _oxygen_table(found)
    _masses(found)
    if given.logger is not None:
        _compare(found, given)
    if judge:
        _judge(found, at(rules.exceedance))
    return found


def hourly_dust(run: OutletRun) -> dict[datetime, Fraction]:
    """Return the hourly dust, converted where it is, by the start of the hour."""
    factor = run.factors.get(DUST)
    found = {}
    for cycle in factor.cycles if factor else ():
        value = cycle.recorded.figure(at_reference=True)
        if value is None:
            value = cycle.recorded.figure(at_reference=False)
        if value is not None:
            found[cycle.start] = value
    return found


def _tell_values(found: MonitorRun) -> None:
    """Tell negative values, what was not converted, and converted values of the logger that differ."""
    told, place = found.told, Place(file=found.source)
    reference_missing = []
    for code, factor in found.run.factors.items():
        role = factor.series.factor.role
        for one in factor.judged:
            if one.reason is Reason.NEGATIVE:
                shown_value = one.reading.value
                if role is Role.CONCENTRATION:
                    told.add(complain("M004", place, column=code, detail=shown_value))
                else:
                    at = f"{one.reading.start:%Y-%m-%d %H:%M}"
                    told.add(complain("M052", place, column=code, detail=at))
        reasons = Counter(j.conversion for j in factor.judged)
        bad = reasons[Reason.OXYGEN_OF_AIR] + reasons[Reason.NO_OXYGEN]
        if bad:
            told.add(complain("M018", place, column=code, detail=f"{bad:,}"))
        if reasons[Reason.NO_REFERENCE]:
            reference_missing.append(code)
        _tell_converted(found, code, factor)
    if reference_missing:
        told.add(complain("M017", place, detail=", ".join(reference_missing)))


def _tell_converted(found: MonitorRun, code: str, factor: FactorRun) -> None:
    if found.run.role(Role.OXYGEN) is None or not factor.judged:
        return
    day = found.rules_day(day_of(factor.judged[0].reading.start))
    tolerance = found.rules.rollup(found.outlet.medium, day).number("consistency_pct")
    for one in factor.judged:
        given = one.reading.converted
        if given is None or one.at_reference is None:
            continue
        if beyond(Fraction(given), one.at_reference, tolerance):
            found.told.add(
                complain(
                    "M026", Place(file=found.source), column=code,
                    detail=f"{one.reading.start:%Y-%m-%d %H:%M}", known=given,
                    what=shown(one.at_reference),
                )
            )  # fmt: skip


def _oxygen_table(found: MonitorRun) -> None:
    outlet = found.outlet
    table = found.rules.oxygen(found.on or date.max)
    row = table.by_plant.get(outlet.plant)
    if row is not None and outlet.o2_ref_pct is not None and row.o2_pct != outlet.o2_ref_pct:
        found.told.add(
            complain(
                "M046", Place(file=outlet.outlet_id), detail=shown(outlet.o2_ref_pct),
                known=shown(row.o2_pct), what=row.name_zh, status=row.ref.status,
            )
        )  # fmt: skip


def _masses(found: MonitorRun) -> None:
    place = Place(file=found.source)
    outlet, run = found.outlet, found.run
    if run.role(Role.FLOW) is None or outlet.flow_unit is None:
        what = "flow_unit" if run.role(Role.FLOW) else "无流量 no flow"
        found.told.add(complain("M025", place, detail=what))
        return
    for code, factor in run.factors.items():
        if factor.series.factor.role is not Role.CONCENTRATION:
            continue
        hours = hourly_mass(run, factor)
        own = quarters(
            code, hours, outlet.medium, found.spans,
            lambda d: found.rules.substitution(found.rules_day(d)),
        )  # fmt: skip
        found.masses += own
        for one in own:
            by_hand = one.count(MassKind.BY_HAND)
            if by_hand:
                found.told.add(
                    complain("M049", place, column=f"{code} {one.quarter}", detail=by_hand)
                )
            if by_hand + one.count(MassKind.SUBSTITUTED) and len(one.hours) < QUARTER_HOURS:
                found.told.add(
                    complain("M048", place, detail=code, known=one.quarter, what=len(one.hours))
                )
    if outlet.medium is Medium.WATER:
        for code, factor in run.factors.items():
            lacking = [d for d in factor.days if d.flow_incomplete]
            for day in lacking:
                found.told.add(complain("M051", place, column=day.day.isoformat(), detail=code))


def _compare(found: MonitorRun, given: MonitorInput) -> None:
    assert given.logger is not None
    first = min(s.readings[0].start for s in found.data.series)
    day = found.rules_day(day_of(first))
    hours = ReadSettings(step=timedelta(hours=1), ends=given.settings.ends)
    rules = found.rules
    own = read_data(
        given.logger, rules.factors(day), found.outlet, rules.flags(day), found.told, hours
    )
    series: dict[str, FactorSeries] = {s.factor.code: s for s in own.series}
    place = Place(file=given.logger.name)
    found.comparisons = compare_hours(found.run, series, rules.rollup(found.outlet.medium, day))
    for one in found.comparisons:
        for diff in one.differing:
            found.told.add(
                complain(
                    "M027", place, column=one.factor, detail=f"{diff.start:%Y-%m-%d %H:%M}",
                    known=shown(diff.logger), what=shown(diff.own),
                )
            )  # fmt: skip
        if one.lacking or one.surplus:
            found.told.add(
                complain("M028", place, column=one.factor, detail=len(one.lacking),
                         known=len(one.surplus))
            )  # fmt: skip


def _alarms(found: MonitorRun, judgement: Judgement) -> list[Alarm]:
    """Return the alarms of the file, without anything people have said to them."""
    alarms: list[Alarm] = []
    for (code, average), outcomes in judgement.outcomes.items():
        if not any(o.over for o in outcomes):
            continue
        method = found.rules.alarm(found.rules_day(outcomes[-1].end.date()))
        key = AlarmKey(found.outlet.outlet_id, code, average)
        events = (Over(o.end, o.value) if o.over else Normal(o.end) for o in outcomes)
        alarms += replay(key, events, method)
    return alarms


def _judge(found: MonitorRun, rules_on: Callable[[date], ExceedanceRules]) -> None:
    place = Place(file=found.source)
    judgement = judge_outlet(found.run, rules_on)
    found.judgement = judgement
    found.alarms = _alarms(found, judgement)
    told = found.told
    if not judgement.judged and not judgement.unjudged:
        what = "limits" if not found.outlet.limits else ", ".join(found.run.factors)
        raise LantianError(complain("M050", place, detail=what))
    for code in sorted({x.factor for x in found.outlet.limits} - set(found.run.factors)):
        told.add(complain("M020", place, detail=code))
    for code in judgement.without_limit:
        told.add(complain("M021", place, detail=code))
    for code, day in judgement.days_without_limit:
        told.add(complain("M022", place, detail=code, known=day.isoformat()))
    for code in judgement.water_hour_limits:
        told.add(complain("M023", place, detail=code))
    for code in judgement.not_by_day:
        told.add(complain("M047", place, detail=code))
    for one in judgement.unjudged:
        if one.average.value == "day":
            known = f"{one.have}/{one.needed} h, {one.reason.zh}"
            detail = one.start.date().isoformat()
            told.add(complain("M024", place, column=one.factor, detail=detail, known=known))
    for close in judgement.close:
        known = f"{shown(close.used)} / {shown(close.other)} / {shown(close.bound)}"
        detail = f"{close.start:%Y-%m-%d %H:%M}"
        told.add(complain("M019", place, column=close.factor, detail=detail, known=known))
