"""Whether one reading counts, and its value at reference oxygen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from lantian.domain.monitoring.convert import converted
from lantian.domain.monitoring.model import FactorSeries, Reading
from lantian.domain.monitoring.reasons import Reason
from lantian.rulebook.monitoring_tables.model import Flags, Role

SIGNED = frozenset({Role.TEMPERATURE, Role.PRESSURE})
"""Roles whose values may lie below nothing."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One reading with why it counts or not.

    `value` is None where it does not count. `at_reference` is the converted value, None with its
    reason in `conversion`; factors that are not converted have no reason there.
    """

    reading: Reading
    reason: Reason
    value: Fraction | None
    at_reference: Fraction | None = None
    conversion: Reason | None = None
    o2_pct: Fraction | None = None


def reason_of(reading: Reading, role: Role, flags: Flags, *, negative_is_valid: bool) -> Reason:
    """Return why a reading counts or not; a reading without a flag counts as normal, which is told.

    A letter that is not in the table is never taken as normal.
    """
    if reading.value is None:
        return Reason.MISSING
    if reading.flag:
        flag = flags.by_letter.get(reading.flag)
        if flag is None or not flag.valid:
            return Reason.FLAG
    if reading.value < 0 and role not in SIGNED:
        concentration = role is Role.CONCENTRATION
        if not (concentration and negative_is_valid):
            return Reason.NEGATIVE
    return Reason.OK


@dataclass(frozen=True, slots=True)
class ReadingRules:
    """What decides about a reading on one day."""

    flags: Flags
    negative_is_valid: bool


def classify(
    series: FactorSeries,
    rules: Mapping[date, ReadingRules],
    *,
    oxygen: Mapping[datetime, Fraction] | None = None,
    o2_ref_pct: Fraction | None = None,
    trust_logger: bool = False,
) -> Iterator[Judged]:
    """Yield every reading with its reason.

    Parameters
    ----------
    rules
        Those of every day of the readings.
    oxygen
        Valid oxygen by start of its period; None for factors that are not converted.
    trust_logger
        Take the converted values of the logger, for a file without any oxygen.
    """
    role = series.factor.role
    for reading in series.readings:
        own_rules = rules[reading.start.date()]
        reason = reason_of(
            reading, role, own_rules.flags, negative_is_valid=own_rules.negative_is_valid
        )
        if reason is not Reason.OK or reading.value is None:
            yield Judged(reading, reason, None)
            continue
        value = Fraction(reading.value)
        if oxygen is None:
            yield Judged(reading, reason, value)
        elif trust_logger:
            own = None if reading.converted is None else Fraction(reading.converted)
            why = Reason.NO_OXYGEN if own is None else Reason.OK
            yield Judged(reading, reason, value, own, why)
        else:
            o2_pct = oxygen.get(reading.start)
            at_reference, why = converted(value, o2_pct, o2_ref_pct)
            yield Judged(reading, reason, value, at_reference, why, o2_pct)


def valid_values(
    series: FactorSeries, rules: Mapping[date, ReadingRules]
) -> dict[datetime, Fraction]:
    """Return the values that count by the start of their period."""
    return {j.reading.start: j.value for j in classify(series, rules) if j.value is not None}
