"""The logger's own hourly values against those recomputed from its minutes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from lantian.domain.monitoring.model import HOUR, FactorSeries
from lantian.domain.monitoring.outlet_run import FactorRun, OutletRun
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.method import Method


@dataclass(frozen=True, slots=True)
class Difference:
    """One hour whose two values differ by more than the tolerance, in per cent of the recomputed."""

    factor: str
    start: datetime
    logger: Fraction
    own: Fraction
    converted: bool
    tolerance_pct: Fraction
    rule: RuleRef

    @property
    def pct(self) -> Fraction | None:
        """Difference in per cent; None where the recomputed value is nothing."""
        return abs(self.logger - self.own) * 100 / abs(self.own) if self.own else None

    @property
    def trace(self) -> Trace:
        """Why it is one."""
        shown = "—" if self.pct is None else f"{float(self.pct):.2f}%"
        return Trace(
            f"{self.factor} {self.start:%Y-%m-%d %H:%M} 数采仪 {float(self.logger):.4g}，"
            f"重算 {float(self.own):.4g}，相差 {shown}，允许 {float(self.tolerance_pct):g}%",
            f"{self.factor}: logger {float(self.logger):.4g}, recomputed {float(self.own):.4g}",
            self.pct,
            rule=self.rule,
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """One factor: how many hours agree, which differ, which are on one side only."""

    factor: str
    compared: int
    differing: tuple[Difference, ...]
    lacking: tuple[datetime, ...]  # recomputed, not in the logger's file
    surplus: tuple[datetime, ...]  # in the logger's file, cannot be recomputed


def beyond(logger: Fraction, own: Fraction, tolerance_pct: Fraction) -> bool:
    """Whether two values differ by more than a share of the recomputed one.

    Examples
    --------
    >>> beyond(Fraction(101), Fraction(100), Fraction(1)), beyond(Fraction(102), Fraction(100), Fraction(1))
    (False, True)
    """
    return abs(logger - own) * 100 > tolerance_pct * abs(own)


def compare_hours(
    run: OutletRun, logger: Mapping[str, FactorSeries], method: Method
) -> list[Comparison]:
    """Return the comparison of every factor that both sides have.

    Parameters
    ----------
    run
        The outlet rolled up from its minutes.
    logger
        Hourly series of the logger by factor code.
    method
        Holds the tolerance.
    """
    return [
        _factor(code, factor, logger[code], method)
        for code, factor in run.factors.items()
        if code in logger
    ]


def _factor(code: str, factor: FactorRun, logger: FactorSeries, method: Method) -> Comparison:
    tolerance, rule = method.number("consistency_pct"), method.ref("consistency_pct")
    own = {c.start: c for c in factor.cycles if c.length == HOUR and c.recorded.valid}
    differing: list[Difference] = []
    seen: set[datetime] = set()
    surplus = []
    for reading in logger.readings:
        if reading.value is None:
            continue
        cycle = own.get(reading.start)
        if cycle is None or cycle.recorded.value is None:
            surplus.append(reading.start)
            continue
        seen.add(reading.start)
        pairs = [(Fraction(reading.value), cycle.recorded.value, False)]
        figure = cycle.recorded.figure(at_reference=True)
        if reading.converted is not None and figure is not None:
            pairs.append((Fraction(reading.converted), figure, True))
        differing += [
            Difference(code, reading.start, given, found, conv, tolerance, rule)
            for given, found, conv in pairs
            if beyond(given, found, tolerance)
        ]
    lacking = tuple(sorted(set(own) - seen))
    return Comparison(code, len(seen), tuple(differing), lacking, tuple(surplus))
