"""What a city of invented loggers is made of: plain values, drawn once from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field

from lantian.gateway.loggers.faults import Fault


@dataclass(frozen=True, slots=True)
class FactorPlan:
    """How one factor of an outlet behaves.

    Attributes
    ----------
    code, code_2005
        Codes of HJ 212-2017 and of 2005.
    decimals
        Decimals the logger writes; every value is a whole number of its last decimal.
    running, stopped
        Level while the plant runs and while it stands, in the printed unit.
    by_load
        How much of the level follows the load of the day, 0 to 1; negative where it falls.
    noise
        Relative scatter.
    drift_per_day
        Relative creep of the instrument a day.
    """

    code: str
    code_2005: str
    decimals: int
    running: float
    stopped: float
    by_load: float
    noise: float
    drift_per_day: float


@dataclass(frozen=True, slots=True)
class Known:
    """A logger that is registered already; empty fields are drawn."""

    mn: str
    password: str
    firm_id: str
    firm_zh: str
    outlet_id: str
    st: str
    version: str
    realtime_min: int
    minute_min: int


@dataclass(frozen=True, slots=True)
class LoggerPlan:
    """One logger at one outlet.

    Attributes
    ----------
    number
        Place in the city, from 0.
    version
        ``2005``, ``2017`` or ``2025``.
    realtime_min, minute_min
        Minutes between real-time packets, and length of the minute data's period.
    phase_min
        How long after the full period it sends.
    on_from, on_to
        Hours of the day between which the plant runs; 0 and 24: always.
    rests_sunday
        Whether it stands on Sundays.
    habits
        How its vendor departs from the standard (`habits.HABITS`).
    answers
        Whether it asks for answers (Flag's A bit); loggers of 2005 without Flag cannot.
    sm4_key
        Key of 16 characters, empty where CP goes in clear.
    packet_factors
        Most factors in one packet; more go into sub-packets.
    """

    number: int
    mn: str
    password: str
    firm_id: str
    firm_zh: str
    outlet_id: str
    industry: str
    medium: str
    st: str
    version: str
    vendor: str
    factors: tuple[FactorPlan, ...]
    realtime_min: int
    minute_min: int
    phase_min: int
    on_from: int
    on_to: int
    rests_sunday: bool
    habits: tuple[str, ...]
    answers: bool
    sm4_key: str
    packet_factors: int
    faults: tuple[Fault, ...] = field(default=())

    @property
    def writes_qn(self) -> bool:
        """Whether its packets carry QN and Flag; the older loggers of 2005 have neither."""
        return self.version != "2005" or self.answers
