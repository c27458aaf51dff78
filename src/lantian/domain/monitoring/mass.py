"""Hourly emission mass of an outlet, and what replaces missing hours (HJ 75, HJ 356; never for exceedance)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from lantian.domain.monitoring.convert import gas_mass_kg_h, water_mass_kg
from lantian.domain.monitoring.effect import MarkSpan, period_of
from lantian.domain.monitoring.model import HOUR, overlap
from lantian.domain.monitoring.outlet_run import FactorRun, OutletRun
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.monitoring_tables.model import MarkLayer, Medium, Substitution

SubstitutionOn = Callable[[date], Substitution]


class MassKind(StrEnum):
    """Where the mass of an hour comes from."""

    MEASURED = "measured"
    STOPPED = "stopped"  # marked out of service: no emission is counted
    SUBSTITUTED = "substituted"
    BY_HAND = "by_hand"  # no rule gives a figure

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return {
            "measured": "实测", "stopped": "停运", "substituted": "替代", "by_hand": "人工核定",
        }[self.value]  # fmt: skip


@dataclass(frozen=True, slots=True)
class HourMass:
    """Mass of one hour in kg; None where it is to be decided by hand."""

    start: datetime
    mass_kg: Fraction | None
    kind: MassKind
    why_zh: str
    why_en: str
    rule: RuleRef | None


@dataclass(frozen=True, slots=True)
class QuarterMass:
    """One factor over one quarter: hours by kind, rate of capture, mass in sum."""

    factor: str
    quarter: str
    hours: tuple[HourMass, ...]
    capture_pct: Fraction | None
    parameter_rule: RuleRef

    def sum_kg(self, kind: MassKind) -> Fraction:
        """Return the mass of the hours of a kind."""
        return sum(
            (h.mass_kg for h in self.hours if h.kind is kind and h.mass_kg is not None), Fraction(0)
        )

    def count(self, kind: MassKind) -> int:
        """Return how many hours are of a kind."""
        return sum(h.kind is kind for h in self.hours)

    @property
    def trace(self) -> Trace:
        """How the sum came about."""
        steps = [
            Trace(
                f"{kind.label_zh} {self.count(kind)} 小时，{float(self.sum_kg(kind)):.4g} kg",
                f"{kind.value}: {self.count(kind)} h",
                self.sum_kg(kind),
                rule=next((h.rule for h in self.hours if h.kind is kind), None),
            )
            for kind in MassKind
            if self.count(kind)
        ]
        shown = "无" if self.capture_pct is None else f"{float(self.capture_pct):.2f}%"
        return Trace(
            f"{self.factor} {self.quarter}：有效捕集率 {shown}",
            f"{self.factor} {self.quarter}: rate of capture",
            self.capture_pct,
            rule=self.parameter_rule if self.count(MassKind.SUBSTITUTED) else None,
            steps=tuple(steps),
        )


def hourly_mass(run: OutletRun, factor: FactorRun) -> list[tuple[datetime, Fraction | None]]:
    """Return the measured mass of every hour in kg, None where flow or concentration lacks.

    Measured, not converted concentration; a negative one never got this far.
    """
    found: list[tuple[datetime, Fraction | None]] = []
    for cycle in factor.cycles:
        concentration = cycle.recorded.figure(at_reference=False)
        for n in range(cycle.hours):
            start = cycle.start + HOUR * n
            volume = run.volumes.get(start)
            if concentration is None or volume is None:
                found.append((start, None))
            elif run.outlet.medium is Medium.AIR:
                found.append((start, gas_mass_kg_h(concentration, volume)))
            else:
                found.append((start, water_mass_kg(concentration, volume)))
    return found


def quarters(
    code: str,
    hours: Sequence[tuple[datetime, Fraction | None]],
    medium: Medium,
    spans: Sequence[MarkSpan],
    rules_on: SubstitutionOn,
) -> list[QuarterMass]:
    """Return the mass of a factor by quarter, missing hours replaced where a rule does so.

    Parameters
    ----------
    hours
        Every hour, ascending, with its measured mass or None.
    spans
        Marks; hours wholly under one that says out of service are not counted as missing.
    """
    stopped = [s for s in spans if s.exempts and s.kind and s.kind.layer is MarkLayer.STOPPED]
    still = {t for t, m in hours if m is None and _under(t, stopped)}
    by_quarter: dict[str, list[int]] = defaultdict(list)
    for i, (start, _) in enumerate(hours):
        by_quarter[period_of(start.date(), "quarter")].append(i)
    found = []
    for quarter, own in by_quarter.items():
        due = [i for i in own if hours[i][0] not in still]
        have = sum(hours[i][1] is not None for i in due)
        capture = Fraction(have * 100, len(due)) if due else None
        rows = [_hour(hours, i, still, capture, medium, rules_on(hours[i][0].date())) for i in own]
        parameter = rules_on(hours[own[-1]][0].date()).parameter_ref
        found.append(QuarterMass(code, quarter, tuple(rows), capture, parameter))
    return found


def _under(start: datetime, spans: Sequence[MarkSpan]) -> bool:
    return any(overlap(start, start + HOUR, s.start, s.end) == HOUR for s in spans)


def _hour(
    hours: Sequence[tuple[datetime, Fraction | None]],
    i: int,
    still: set[datetime],
    capture: Fraction | None,
    medium: Medium,
    rules: Substitution,
) -> HourMass:
    start, mass = hours[i]
    if mass is not None:
        return HourMass(start, mass, MassKind.MEASURED, "实测浓度×流量", "measured", None)
    if start in still:
        return HourMass(start, Fraction(0), MassKind.STOPPED, "停运", "out of service", None)
    first, last = i, i
    while first > 0 and _lacks(hours[first - 1], still):
        first -= 1
    while last + 1 < len(hours) and _lacks(hours[last + 1], still):
        last += 1
    run = last - first + 1
    if medium is Medium.WATER:
        return _water(hours, start, first, run, rules)
    step = rules.step(capture, run) if capture is not None else None
    if step is None:
        return HourMass(
            start, None, MassKind.BY_HAND, "有效捕集率低于规则的下限，由人工核定",
            "rate of capture below the lowest row: by hand", rules.gas[-1].ref,
        )  # fmt: skip
    before = [m for _, m in hours[:first] if m is not None][-step.last_valid_hours :]
    if len(before) < step.last_valid_hours:
        return HourMass(
            start, None, MassKind.BY_HAND,
            f"之前只有 {len(before)} 个有效小时，不足 {step.last_valid_hours} 个，由人工核定",
            f"{len(before)} valid hours before, {step.last_valid_hours} needed: by hand", step.ref,
        )  # fmt: skip
    return HourMass(
        start, max(before), MassKind.SUBSTITUTED,
        f"连续缺失 {run} 小时，取之前 {step.last_valid_hours} 个有效小时的最大值",
        f"run of {run} h: maximum of the {step.last_valid_hours} valid hours before", step.ref,
    )  # fmt: skip


def _lacks(hour: tuple[datetime, Fraction | None], still: set[datetime]) -> bool:
    return hour[1] is None and hour[0] not in still


def _water(
    hours: Sequence[tuple[datetime, Fraction | None]],
    start: datetime,
    first: int,
    run: int,
    rules: Substitution,
) -> HourMass:
    """Return the mean of the equally long period just before; by hand where any of it lacks."""
    before = [m for _, m in hours[max(0, first - run) : first]]
    known = [m for m in before if m is not None]
    if len(known) < run:
        return HourMass(
            start, None, MassKind.BY_HAND, "之前等长时段的数据不全，由人工核定",
            "the equally long period before is not complete: by hand", rules.water_ref,
        )  # fmt: skip
    return HourMass(
        start, sum(known, Fraction(0)) / run, MassKind.SUBSTITUTED,
        f"连续缺失 {run} 小时，取之前等长时段的均值",
        f"run of {run} h: mean of the equally long period before", rules.water_ref,
    )  # fmt: skip
