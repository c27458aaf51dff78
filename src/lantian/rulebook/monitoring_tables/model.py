"""What the rules of automatic monitoring answer with: frozen values that carry their citation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lantian.kernel.trace import RuleRef
from lantian.rulebook.method import Method
from lantian.rulebook.model import RuleHead

WASTE_INCINERATION = "waste_incineration"
"""The one trade with marking rules of its own (announcement 2019 No. 50)."""


class Medium(StrEnum):
    """What an outlet discharges."""

    AIR = "air"
    WATER = "water"

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return "废气" if self is Medium.AIR else "废水"


class Role(StrEnum):
    """What part a factor plays in the computation."""

    CONCENTRATION = "concentration"
    FLOW = "flow"
    OXYGEN = "oxygen"
    VELOCITY = "velocity"
    TEMPERATURE = "temperature"
    PRESSURE = "pressure"
    MOISTURE = "moisture"
    PH = "ph"
    FURNACE_TEMPERATURE = "furnace_temperature"


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor code with its names; the unit is the printed one."""

    code: str
    name_zh: str
    name_en: str
    also: tuple[str, ...]
    unit: str
    medium: Medium
    role: Role


@dataclass(frozen=True, slots=True)
class Factors:
    """The factors by code, and by every name in lower case."""

    head: RuleHead
    by_code: Mapping[str, Factor]
    by_name: Mapping[str, Factor]

    def find(self, name: str) -> Factor | None:
        """Return the factor of a code or name in any case."""
        return self.by_name.get(name.strip().casefold())


@dataclass(frozen=True, slots=True)
class Flag:
    """One data flag of the protocol."""

    flag: str
    name_zh: str
    name_en: str
    valid: bool


@dataclass(frozen=True, slots=True)
class Flags:
    """The data flags by letter."""

    head: RuleHead
    by_letter: Mapping[str, Flag]
    ref: RuleRef


class MarkLayer(StrEnum):
    """What a mark says: the monitor was out of order, the plant was, or it stood still."""

    DEVICE = "device"
    CONDITION = "condition"
    STOPPED = "stopped"
    NOTE = "note"  # says something, changes nothing


@dataclass(frozen=True, slots=True)
class MarkKind:
    """One kind of mark; `covers` says whether it speaks of emissions, of temperature, or both."""

    key: str
    name_zh: str
    name_en: str
    also: tuple[str, ...]
    layer: MarkLayer
    covers: frozenset[str]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class MarkLimit:
    """How long one mark may last, and for which factors (none named: all)."""

    trade: str
    kind: str
    variant: str
    each_hours: int
    factors: frozenset[str]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class MarkBudget:
    """How long marks of some kinds may last in sum, a quarter or a year."""

    key: str
    name_zh: str
    name_en: str
    kinds: tuple[str, ...]
    hours: int
    period: str
    dust_hour_mg_m3: Fraction | None
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class MarkDue:
    """When marks are due; `hour` is None where there is no hour of the day."""

    hour: int | None
    days_after: int
    late_counts: bool
    check_hours: int | None
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class MarkScheme:
    """One edition of the marking rules."""

    head: RuleHead
    formal_trades: frozenset[str]
    formal_ref: RuleRef
    due: MarkDue
    kinds: Mapping[str, MarkKind]
    by_name: Mapping[str, MarkKind]
    limits: tuple[MarkLimit, ...]
    budgets: tuple[MarkBudget, ...]
    open_zh: tuple[str, ...]

    def find(self, name: str) -> MarkKind | None:
        """Return the kind of a key or name."""
        return self.by_name.get(name.strip().casefold())

    def limit(self, trade: str, kind: str, variant: str) -> MarkLimit | None:
        """Return the limit of one mark; without a variant the shortest one, which is the strict."""
        own = [x for x in self.limits if x.trade == trade and x.kind == kind]
        named = [x for x in own if x.variant == variant]
        return min(named or own, key=lambda x: x.each_hours, default=None)

    def variants(self, trade: str, kind: str) -> tuple[str, ...]:
        """Return the variants a limit knows for a kind of mark."""
        return tuple(x.variant for x in self.limits if x.trade == trade and x.kind == kind)


@dataclass(frozen=True, slots=True)
class ExceedanceRules(Method):
    """What counts as an exceedance."""

    water_not_by_day: frozenset[str]
    water_not_by_day_ref: RuleRef
    waste_day_factors: frozenset[str]
    waste_day_ref: RuleRef


@dataclass(frozen=True, slots=True)
class SubstituteStep:
    """What replaces a run of missing hours: the maximum of so many valid hours before."""

    alpha_from_pct: Fraction
    up_to_hours: int | None
    last_valid_hours: int
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Substitution:
    """How missing data are replaced in emission mass."""

    head: RuleHead
    gas: tuple[SubstituteStep, ...]
    parameter_ref: RuleRef
    water_ref: RuleRef
    open_zh: tuple[str, ...]

    def step(self, alpha_pct: Fraction, run_hours: int) -> SubstituteStep | None:
        """Return the row for a rate of capture and the length of a run; None: by hand."""
        for row in self.gas:
            long_enough = row.up_to_hours is None or run_hours <= row.up_to_hours
            if alpha_pct >= row.alpha_from_pct and long_enough:
                return row
        return None


@dataclass(frozen=True, slots=True)
class ReferenceOxygen:
    """Reference oxygen of one kind of plant."""

    plant: str
    name_zh: str
    o2_pct: Fraction
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class OxygenTable:
    """Reference oxygen by kind of plant."""

    head: RuleHead
    by_plant: Mapping[str, ReferenceOxygen]
