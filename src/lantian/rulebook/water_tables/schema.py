"""What the files of surface water may contain, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.method import ValueRow
from lantian.rulebook.model import Status
from lantian.rulebook.schema import Dated, Strict, Text

FiveNumbers = Annotated[list[Number], Field(min_length=5, max_length=5)]
Pair = Annotated[list[Number], Field(min_length=2, max_length=2)]
FivePairs = Annotated[list[Pair], Field(min_length=5, max_length=5)]


class ItemRow(Strict):
    """One item of table 1."""

    key: Text
    no: int
    name_zh: Text
    name_en: Text
    also: list[Text] = Field(default_factory=list)
    unit: Text
    rule: Literal["le", "ge", "range", "none"]
    limits: dict[Literal["all", "river", "lake"], FiveNumbers | FivePairs]
    digits_raw: int | None
    digits: int
    assessed: bool
    multiple: bool
    first: bool
    note: str = ""


class SourceItemRow(Strict):
    """One item of tables 2 and 3."""

    key: Text
    table: Literal[2, 3]
    no: int
    name_zh: Text
    name_en: Text
    also: list[Text] = Field(default_factory=list)
    unit: Text
    rule: Literal["le"]
    limit: Number
    note: str = ""


class WaterLimitsFile(Dated):
    """`kind: water-limits`: one edition of the standard."""

    kind: Literal["water-limits"]
    classes: Literal[5]
    items: list[ItemRow] = Field(min_length=1)
    source_items: list[SourceItemRow] = Field(default_factory=list)


class ClassRow(Strict):
    """One class."""

    number: int = Field(alias="class")
    name_zh: Text
    quality_zh: Text
    quality_en: Text
    colour: Annotated[list[int], Field(min_length=3, max_length=3)]
    colour_status: Status


class RiverWordRow(Strict):
    """One row of the class-ratio table."""

    good_at_least: Number
    inferior_below: Number | None = None
    word_zh: Text
    word_en: Text


class TrophicItemRow(Strict):
    """One term of the trophic index."""

    item: Text
    r: Number
    constant: Number
    slope: Number
    unit: Text


class TrophicWordRow(Strict):
    """One word of the trophic index."""

    below: Number | None = None
    up_to: Number | None = None
    word_zh: Text
    word_en: Text


class WaterMethodFile(Dated):
    """`kind: water-method`: one edition of the method."""

    kind: Literal["water-method"]
    classes: Annotated[list[ClassRow], Field(min_length=6, max_length=6)]
    river_words: list[RiverWordRow] = Field(min_length=1)
    trophic_items: list[TrophicItemRow] = Field(min_length=1)
    trophic_words: list[TrophicWordRow] = Field(min_length=1)
    values: list[ValueRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)
