"""What the files of soil may contain, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.schema import Cited, Dated, Share, Strict, Text

Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
Part = Literal["name_en", "number", "cas"]


class ItemRow(Cited):
    """One item of the standard; pairs are class 1, class 2."""

    table: Literal[1, 2]
    number: int
    name_zh: Text
    name_en: Text
    cas: list[Text] = Field(default_factory=list)
    aliases: list[Text] = Field(default_factory=list)
    group: Text
    screening: Pair
    intervention: Pair
    background_note: bool = False
    unverified: list[Part] = Field(default_factory=list)


class ReadingRow(Cited):
    """What an outcome means."""

    clause: Text
    text_zh: Text
    text_en: Text


class Readings(Strict):
    """The four outcomes the standard knows."""

    at_or_below_screening: ReadingRow
    above_screening: ReadingRow
    above_intervention: ReadingRow
    background: ReadingRow


class SoilLimitsFile(Dated):
    """`kind: soil-limits`: one edition of screening and intervention values."""

    kind: Literal["soil-limits"]
    unit: Literal["mg/kg"]
    reading: Readings
    rows: list[ItemRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)


class LandUseRow(Cited):
    """One land-use code."""

    code: Text
    scheme: Text
    name_zh: Text
    land_class: Literal[1, 2] | None = Field(default=None, alias="class")
    sensitive: Literal["housing", "public"] | None = None
    ask_zh: str = ""


class MixedRow(Cited):
    """Which class a plan of several uses has."""

    rule: Literal["stricter"]
    text_zh: Text


class LandUseFile(Dated):
    """`kind: soil-land-use`: land-use codes by land class."""

    kind: Literal["soil-land-use"]
    mixed: MixedRow
    rows: list[LandUseRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)


class SurveyValueRow(Cited):
    """One number of the method of surveys."""

    key: Text
    value: Number
    unit: Text
    clause: Text
    text_zh: str = ""


class SurveyFile(Dated):
    """`kind: soil-survey`: how a survey is judged."""

    kind: Literal["soil-survey"]
    values: list[SurveyValueRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)


class DutyRow(Cited):
    """What has to be done next in a state."""

    state: Text
    what_zh: Text
    what_en: Text
    who_zh: Text
    needs_zh: list[Text] = Field(default_factory=list)
    ground: Text


class TriggerRow(Cited):
    """A kind of land that needs a survey."""

    key: Text
    name_zh: Text
    survey: bool
    ground: Text
    place_zh: str = ""


class ReviewsRow(Strict):
    """The steps that are a review, by what it came to."""

    passed: list[Text] = Field(min_length=1)
    failed: list[Text] = Field(min_length=1)


class ParcelProcessFile(Dated):
    """`kind: soil-process`: what soil adds to the process of that name."""

    kind: Literal["soil-process"]
    process: Text
    restricted: list[Text] = Field(min_length=1)
    submits: list[Text] = Field(min_length=1)
    reviews: ReviewsRow
    duties: list[DutyRow]
    triggers: list[TriggerRow] = Field(min_length=1)


class MustRow(Cited):
    """Parcels that are always checked."""

    key: Text
    name_zh: Text
    triggers: list[Text] = Field(min_length=1)


class NamedRow(Cited):
    """A ground, link or verdict of checks."""

    key: Text
    name_zh: Text
    looks_zh: list[Text] = Field(default_factory=list)


class ShareRow(Cited):
    """A share of parcels that is checked."""

    value: Share


class DrawRow(Cited):
    """How the draw is made."""

    text_zh: Text


class SpotCheckFile(Dated):
    """`kind: soil-spot-check`: which surveys are checked."""

    kind: Literal["soil-spot-check"]
    must_check: list[MustRow] = Field(min_length=1)
    must_check_share: ShareRow
    share: ShareRow | None = None
    attention: list[NamedRow] = Field(default_factory=list)
    links: list[NamedRow] = Field(min_length=1)
    verdicts: list[NamedRow] = Field(min_length=1)
    draw: DrawRow
    open_zh: list[Text] = Field(default_factory=list)
