"""What the files of a grading table may contain, checked by pydantic."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from lantian.rulebook.grading_tables.model import DIMENSIONS
from lantian.rulebook.model import Status
from lantian.rulebook.schema import Dated, GradeCode, SourceIds, Strict, Text

Certainty = Literal["", "high", "medium", "low"]


def _number(value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("plain_number", "a plain decimal is needed, e.g. 12.5")
    return Fraction(value)


def _dimension(value: Any) -> Any:
    if value not in DIMENSIONS:
        raise PydanticCustomError("dimension", "no such dimension")
    return value


def _test(value: Any) -> Any:
    # YAML reads a bare `yes` as text and `true` as a truth value; both mean the same here.
    return "yes" if value is True else value


Number = Annotated[Fraction, BeforeValidator(_number)]
Dimension = Annotated[str, BeforeValidator(_dimension)]
Tests = dict[Text, Annotated[str, BeforeValidator(_test), Field(min_length=1)]]


class Marked(Strict):
    """A mark of its own, where it differs from that of the row or file around it."""

    source: SourceIds | None = None
    status: Status | None = None
    certainty: Certainty = ""
    clause: str = ""
    note: str = ""


class FactRow(Strict):
    """One fact a table asks for: a quantity, a choice, or a yes-or-no."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    zh: Text
    en: Text
    unit: str | None = None  # a unit of the kernel; "" for a share
    counted_in: str = ""  # a label for what the kernel does not measure
    choices: dict[Text, Text] | None = None
    yes_no: Literal[True] | None = None
    low: Number | None = None
    high: Number | None = None
    o2_ref_pct: Number | None = None


class LevelRow(Marked):
    """What a row demands for one grade: tests, ways to choose from, words, or nothing."""

    tests: Tests | None = None
    any: list[Tests] | None = None
    text_zh: str = ""
    nothing: Literal[True] | None = None


class IndicatorRowModel(Marked):
    """One row of the table; `levels` leaves out the lowest grade and what is absent."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    dimension: Dimension
    item_zh: Text
    subtypes: list[Text] = Field(default_factory=list)
    when: Tests = Field(default_factory=dict)
    levels: dict[GradeCode, LevelRow] = Field(min_length=1)


class AbsentRow(Strict):
    """Rows that no source gives."""

    dimensions: list[Dimension] = Field(min_length=1)
    grades: list[GradeCode] = Field(min_length=1)
    subtypes: list[str] = Field(default_factory=list)
    note_zh: Text


class IndicatorsFile(Dated):
    """`kind: indicators`: the grading table of one industry, or the general rows."""

    kind: Literal["indicators"]
    industry: Text  # slug; `general` for the rows every table inherits
    subject: Text = "air"
    facts: list[FactRow] = Field(default_factory=list)
    rows: list[IndicatorRowModel] = Field(default_factory=list)
    schemes: dict[str, list[GradeCode]] = Field(default_factory=dict)  # subtype ("" none): grades
    without_general: list[Text] = Field(default_factory=list)  # general rows not inherited
    absent: list[AbsentRow] = Field(default_factory=list)


# --- cases -------------------------------------------------------------------------------


def _case_value(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | Decimal) else value


Given = Annotated[str, BeforeValidator(_case_value), Field(min_length=1)]


class CaseRow(Strict):
    """One fact of one row taken through its limits."""

    row: Text
    subtype: str = ""
    fact: Text
    given: dict[Text, Given] = Field(default_factory=dict)
    steps: list[dict[Given, Text]] = Field(min_length=1)  # value: grade reached


class CasesFile(Strict):
    """`kind: grading-cases`: the golden cases of one table."""

    kind: Literal["grading-cases"]
    industry: Text
    edition: Text
    clause: Text
    cases: list[CaseRow] = Field(default_factory=list)
