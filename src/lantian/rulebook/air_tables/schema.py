"""What the files of ambient air may contain, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.method import ValueRow
from lantian.rulebook.model import Status
from lantian.rulebook.schema import Dated, Day, SourceIds, Strict, Text

Pollutant = Literal["so2", "no2", "pm10", "co", "o3", "pm25"]
Unit = Literal["ug/m3", "mg/m3"]


class BreakpointRow(Strict):
    """One column of an index table."""

    points: list[int] = Field(min_length=2)
    limits: list[Number] = Field(min_length=2)
    unit: Unit
    mean: Literal["day", "hour", "max8h"]
    above: Literal["cap", "hold", "none"]
    source: SourceIds | None = None
    status: Status | None = None
    note: str = ""


class CategoryRow(Strict):
    """One class of the index."""

    level: int
    level_zh: Text
    name_zh: Text
    name_en: Text
    up_to: int | None = None
    colour: Annotated[list[int], Field(min_length=3, max_length=3)]


class IndexFile(Dated):
    """`kind: air-index`: one edition of the air quality index."""

    kind: Literal["air-index"]
    lowest: int
    rounds_first: bool
    digits: dict[Pollutant, int]
    names_exceeding: bool
    incomplete: Literal["others", "above-100"]
    daily: dict[Pollutant, BreakpointRow]
    hourly: dict[Pollutant, BreakpointRow]
    categories: list[CategoryRow] = Field(min_length=2)


class LimitRow(Strict):
    """One limit of the standard."""

    pollutant: Text
    mean: Literal["year", "quarter", "day", "hour", "max8h"]
    grade1: Number
    grade2: Number
    unit: Unit


class InformativeRow(Strict):
    """A reference value of an informative annex: shown, never applied."""

    pollutant: Text
    mean: Literal["year", "day", "hour"]
    value: Number
    unit: Unit


class StateRow(Strict):
    """The reference temperature of gases from a day on."""

    valid_from: Day = Field(alias="from")
    temperature_k: Number
    status: Status
    note: str = ""


class LimitsFile(Dated):
    """`kind: air-limits`: one edition or stage of the limits."""

    kind: Literal["air-limits"]
    reference_states: list[StateRow] = Field(min_length=1)
    rows: list[LimitRow] = Field(min_length=1)
    informative: list[InformativeRow] = Field(default_factory=list)


class MethodFile(Dated):
    """`kind: air-method`: one edition of the assessment method."""

    kind: Literal["air-method"]
    values: list[ValueRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)
