"""What the rulebook answers with: frozen values that always carry their citation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
class Source:
    """Where a rule was read: its id in the file, the document and the address."""

    source_id: str
    document: str
    address: str
    note_zh: str = ""


@dataclass(frozen=True, slots=True)
class RuleHead:
    """Head of every dated rule: what it is, from where, and from when to when."""

    rule_id: str
    edition: str
    document: str
    clause: str
    valid_from: date
    valid_to: date | None  # last day in force; None while open
    source: str  # ids of the sources, separated by blanks
    status: Status
    note: str = ""
    sources: tuple[Source, ...] = ()  # the same sources with document and address

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
    remarks_zh: tuple[str, ...] = ()  # readings and reservations that belong to the set


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
    floor_ref: RuleRef | None = None  # the floor share has a mark of its own


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
    text_zh: str = ""  # wording of the demand where kind and figure do not say it all


@dataclass(frozen=True, slots=True)
class LocalMeasure:
    """What one place ordered at one time; an example until a bureau names the place."""

    industry: str
    place_zh: str
    dated: str  # as the source gives it: a day, a month or a year
    alert: str  # a level, or a phrase where the order was no alert
    levels: tuple[Level, ...]
    grades: tuple[str, ...]  # ("any",) where the order named no grades
    subtype: str
    kind: FloorKind | None
    share: Fraction | None
    hours: int | None
    hot_hold: bool
    text_zh: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Recalled:
    """A fact from memory: carried so that it is not lost, never applied by itself."""

    item_zh: str
    certainty: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Missing:
    """Something the industry's own table should say and no source was found for."""

    what: str  # scheme, measures, indicators
    grades: tuple[str, ...]
    levels: tuple[Level, ...]
    subtype: str
    note_zh: str

    @property
    def cells(self) -> int:
        """How many grade and level cells it stands for; 1 where it is not a measure."""
        return len(self.grades) * len(self.levels) if self.what == "measures" else 1


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
    # whole scheme of a firm: `subtype_scheme` where it names the subtype, else `scheme`
    applies_to_zh: str = ""
    scheme_note_zh: str = ""
    cut_reason_zh: str = ""
    cut_ref: RuleRef | None = None  # who says so: the unit has a mark of its own
    subtype_aliases: Mapping[str, str] = field(default_factory=dict)  # plain name or alias to name
    subtype_rated_under: Mapping[str, str] = field(default_factory=dict)  # name to slug
    subtypes_complete: frozenset[str] = frozenset()  # whole scheme shown by the source
    missing: tuple[Missing, ...] = ()
    recalled: tuple[Recalled, ...] = ()
    local_measures: tuple[LocalMeasure, ...] = ()


@dataclass(frozen=True, slots=True)
class SwitchRule:
    """A rule that a bureau may switch on or off, with its default."""

    head: RuleHead
    key: str
    enabled_by_default: bool
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Provision:
    """A rule that is neither trigger nor floor: who signs, by when, how cuts are counted."""

    head: RuleHead
    key: str
    value: int | None
    unit: str
    text_zh: str
    text_en: str
