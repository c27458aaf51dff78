"""The edge of the rulebook: what a rule file may contain, checked by pydantic.

Every model forbids unknown fields. Nothing of pydantic goes further than `build`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic import Strict as StrictType
from pydantic_core import PydanticCustomError

from lantian.rulebook.model import FloorKind, Status

GRADES = ("A+", "A", "leading", "B", "B-", "C", "non_leading", "ungraded", "D")
"""Grade codes a rule may name, best first; the same codes as `domain.grading.grade.Grade`."""

AUTONOMOUS_GRADES = frozenset({"A+", "A", "leading"})


class Strict(BaseModel):
    """Base of every model: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


def _share(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("share_number", "a share is a plain number, e.g. 0.5")
    share = Fraction(value)
    if not 0 <= share <= 1:
        raise PydanticCustomError("share_range", "a share lies between 0 and 1")
    return share


def _ids(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _grade(value: Any) -> Any:
    if value not in GRADES and value != "any":
        raise PydanticCustomError("grade_unknown", "no such grade")
    return value


Day = Annotated[date, StrictType()]
Share = Annotated[Fraction, BeforeValidator(_share)]
Text = Annotated[str, Field(min_length=1)]
SourceIds = Annotated[list[Text], BeforeValidator(_ids), Field(min_length=1)]
GradeCode = Annotated[str, BeforeValidator(_grade)]
Hours = Annotated[int, StrictType(), Field(gt=0, le=1000)]


class SourceRow(Strict):
    """One entry of `sources`."""

    id: Text
    document: Text
    address: str = ""
    note: str = ""
    covers: str = ""


class Dated(Strict):
    """Head of a dated file; rows fall back on it."""

    edition: Text
    document: Text
    clause: Text
    valid_from: Day
    valid_to: Day | None = None
    dates_known_to: Literal["day", "month", "year"] = "day"
    source: SourceIds
    status: Status
    note: str = ""
    sources: list[SourceRow] = Field(min_length=1)


class Cited(Strict):
    """What every row must carry: where it comes from and how well it is attested."""

    source: SourceIds
    status: Status
    note: str = ""


# --- law ---------------------------------------------------------------------------------


class LawRow(Cited):
    """One article behind one duty."""

    duty: Text
    law_zh: str = ""
    law_en: str = ""
    article: Text
    summary_zh: Text
    summary_en: Text
    valid_from: Day | None = None
    valid_to: Day | None = None


class LawFile(Strict):
    """`kind: law`: the articles of one time."""

    kind: Literal["law"]
    edition: Text
    law_zh: Text
    law_en: Text
    valid_from: Day
    valid_to: Day | None = None
    sources: list[SourceRow] = Field(min_length=1)
    rows: list[LawRow] = Field(min_length=1)


# --- response ----------------------------------------------------------------------------


class ConditionRow(Strict):
    """Either one comparison (`gt` or `gte`, with `hours`) or `all` or `any` of conditions."""

    gt: int | None = None
    gte: int | None = None
    hours: Hours | None = None
    all: list[ConditionRow] | None = None
    any: list[ConditionRow] | None = None


class TriggerRow(Cited):
    """The condition of one level."""

    clause: Text
    when: ConditionRow


class Triggers(Strict):
    """All three levels are given; the blue level of older sets is not kept."""

    yellow: TriggerRow
    orange: TriggerRow
    red: TriggerRow


class HoursRow(Cited):
    """A number of hours with its clause."""

    clause: Text
    document: str = ""
    hours: Hours


class TextRow(Cited):
    """A rule without a figure."""

    clause: Text
    document: str = ""
    text_zh: Text
    text_en: Text


class PollutantRow(Cited):
    """Which primary pollutant an episode must have."""

    clause: Text
    document: str = ""
    pollutant: Literal["PM2.5"]


class Carried(Strict):
    """Until when a set is kept in use although its own text has run out."""

    until: Day
    note: Text


class AlertFile(Dated):
    """`kind: alert-rules`."""

    kind: Literal["alert-rules"]
    series: Text
    index: Literal["daily_aqi", "running_24h_mean_aqi"]
    triggers: Triggers
    lift: HoursRow
    keep_higher: TextRow
    pollutant: PollutantRow
    lead: HoursRow
    remarks_zh: list[Text] = Field(default_factory=list)
    carried: Carried | None = None


class TargetRow(Strict):
    """Required ratios of one level."""

    PM: Share
    SO2: Share
    NOx: Share
    VOC: Share


class TargetLevels(Strict):
    """Targets of all levels."""

    yellow: TargetRow
    orange: TargetRow
    red: TargetRow


class TargetsFile(Dated):
    """`kind: targets`."""

    kind: Literal["targets"]
    ratio: TargetLevels


class FloorShareRow(Cited):
    """Least share of its own target that each of SO2 and NOx must reach under exchange."""

    clause: Text
    document: str = ""
    share: Share


class ExchangeFile(Dated):
    """`kind: exchange`."""

    kind: Literal["exchange"]
    enabled_by_default: bool
    floor_share: FloorShareRow


class SwitchRow(Cited):
    """One rule that a bureau may switch."""

    key: Text
    clause: Text
    document: str = ""
    default: bool
    text_zh: Text
    text_en: Text


class SwitchesFile(Dated):
    """`kind: switches`."""

    kind: Literal["switches"]
    rows: list[SwitchRow] = Field(min_length=1)


class ProvisionRow(Cited):
    """A rule with a key, a text and perhaps a figure."""

    key: Text
    clause: Text
    document: str = ""
    value: int | None = None
    unit: str = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    text_zh: Text
    text_en: Text


class ProvisionsFile(Dated):
    """`kind: provisions`."""

    kind: Literal["provisions"]
    subject: Text
    rows: list[ProvisionRow] = Field(min_length=1)


# --- measures ----------------------------------------------------------------------------


class FloorRow(Strict):
    """What is demanded at one level."""

    kind: FloorKind
    share: Share | None = None
    hours: Hours | None = None
    hot_hold: bool = False
    what_zh: str = ""
    basis_zh: str = ""
    text_zh: str = ""
    transport_zh: str = ""


class FloorLevels(Strict):
    """The levels a row speaks of; a level left out is not in the source."""

    yellow: FloorRow | None = None
    orange: FloorRow | None = None
    red: FloorRow | None = None


class GeneralRow(Cited):
    """The rule by grade that holds where an industry's table is silent."""

    grade: GradeCode
    clause: Text
    levels: FloorLevels


class GeneralFile(Dated):
    """`kind: general-measures`."""

    kind: Literal["general-measures"]
    rows: list[GeneralRow] = Field(min_length=1)
    ungraded: TextRow  # ungraded firms take the lowest grade of their industry
    ungraded_scheme_unknown: TextRow  # which grade is lowest where the scheme is not known
    ungraded_other: TextRow  # firms outside the key industries


class MeasureRow(Cited):
    """One row of an industry's measure table."""

    grade: GradeCode
    subtype: str = ""
    clause: str = ""
    transport_zh: str = ""
    basis: Literal["table", "general"] = "table"
    levels: FloorLevels


class CityMeasureRow(MeasureRow):
    """A row of a bureau's own file names its industry."""

    industry: Text


class CityMeasuresFile(Dated):
    """`kind: measures`: a bureau's own rows, laid over the tables."""

    kind: Literal["measures"]
    place_zh: Text
    rows: list[CityMeasureRow] = Field(min_length=1)
