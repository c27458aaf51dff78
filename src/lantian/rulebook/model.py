"""What the rulebook answers with: frozen values that always carry their citation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from lantian.kernel.level import Level
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.trace import RuleRef


class Status(StrEnum):
    """How well a rule is attested; never upgraded without a better source."""

    OFFICIAL = "official"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    DESIGN = "design"  # a choice of Lantian's, no rule

    @property
    def label_zh(self) -> str:
        """Label shown beside the rule."""
        return {
            "official": "官方文本",
            "secondary": "二手来源",
            "unverified": "待核实",
            "design": "系统设定",
        }[self.value]


@dataclass(frozen=True, slots=True)
class RuleHead:
    """Head of every dated rule: what it is, from where, and from when to when."""

    rule_id: str
    edition: str
    document: str
    clause: str
    valid_from: date
    valid_to: date | None  # last day in force; None while open
    source: str
    status: Status
    note: str = ""

    def in_force(self, day: date) -> bool:
        """Whether the rule is in force on `day` (both ends included)."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def ref(self, clause: str = "", status: Status | None = None) -> RuleRef:
        """Return the citation, optionally of one clause or row with its own status."""
        return RuleRef(
            rule_id=self.rule_id,
            edition=self.edition,
            clause=clause or self.clause,
            document=self.document,
            status=(status or self.status).value,
        )


# --- law catalogue -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LawArticle:
    """The article that stands behind a duty on a day, ready to print in an order."""

    duty: str  # key, e.g. "emergency-measures", "performance-grading", "falsified-data"
    law_zh: str
    law_en: str
    article: str  # e.g. "第二百六十四条"
    summary_zh: str
    summary_en: str
    head: RuleHead

    def cite_zh(self) -> str:
        """Return the Chinese citation, ``《生态环境法典》第二百六十四条``."""
        return f"《{self.law_zh}》{self.article}"


# --- alerts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Threshold:
    """AQI above (or at) a value for a number of hours; 24 h is one forecast day."""

    aqi: int
    hours: int
    inclusive: bool = False  # True: at or above; False: strictly above


@dataclass(frozen=True, slots=True)
class Condition:
    """`all` or `any` of thresholds and nested conditions."""

    mode: str  # "all" or "any"
    parts: tuple[Threshold | Condition, ...]


@dataclass(frozen=True, slots=True)
class AlertRuleSet:
    """One dated set of alert triggers with its rules of start, change and lift."""

    head: RuleHead
    index: str  # "daily_aqi" or "running_24h_mean_aqi"
    triggers: Mapping[Level, Condition]
    trigger_refs: Mapping[Level, RuleRef]
    lift_below_hours: int
    lift_ref: RuleRef
    keep_higher_ref: RuleRef
    pollutant: str  # only episodes of this primary pollutant trigger: "PM2.5"
    pollutant_ref: RuleRef
    lead_hours: int
    lead_ref: RuleRef


# --- targets and measures ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReductionTargets:
    """Required city-level reduction as shares of whole-society emission."""

    head: RuleHead
    ratio: Mapping[tuple[Level, Pollutant], Fraction]


@dataclass(frozen=True, slots=True)
class ExchangeRule:
    """SO2 and NOx may stand in for each other while the sum of both ratios holds."""

    head: RuleHead
    enabled_by_default: bool
    floor_share: Fraction  # least share of its own target that each must still reach


class FloorKind(StrEnum):
    """What a measure rule demands."""

    AUTONOMOUS = "autonomous"  # the firm decides; 0 is required
    NONE = "none"  # nothing is required of production
    TRANSPORT_ONLY = "transport_only"  # only the haulage ban
    CUT_SHARE = "cut_share"  # cut at least `share` of load
    STOP_SHARE = "stop_share"  # stop at least `share` of the lines or units
    COKING_HOURS = "coking_hours"  # stretch coking to at least `hours`
    LIMIT = "limit"  # limit load, figure not given by the rule
    STOP_SOME = "stop_some"  # stop a share of lines, figure not given by the rule


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """The floor for one industry, sub-type, grade and level.

    `share` and `hours` are None where the rule gives no figure. `general` is True when the
    industry's own table is silent and the rule by grade was used instead.
    """

    industry: str
    subtype: str
    grade: str
    level: Level
    kind: FloorKind
    share: Fraction | None
    hours: int | None
    hot_hold: bool
    what_zh: str  # what is counted, e.g. "按生产线计", "火焰系统"
    basis_zh: str  # base of a share of output, where the rule names one
    transport_zh: str  # haulage rule that goes with it
    general: bool
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Industry:
    """One of the 39 key industries (or `other`, no 0)."""

    no: int
    slug: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    scheme: tuple[str, ...]  # grade codes seen
    scheme_complete: bool  # True only where the source shows the whole scheme
    subtypes: tuple[str, ...]
    subtype_scheme: Mapping[str, tuple[str, ...]]
    cut_unit: str  # CutUnit value natural to the industry
    continuous: bool  # cannot stop at short notice
    confidence: str
    head: RuleHead


@dataclass(frozen=True, slots=True)
class SwitchRule:
    """A rule that a bureau may switch on or off, with its default."""

    head: RuleHead
    key: str
    enabled_by_default: bool
    text_zh: str
    text_en: str
