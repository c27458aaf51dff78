"""What the files of schemes, provincial processes and energy levels may contain."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.schema import Cited, Dated, GradeCode, Text

MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


class SchemeRuleRow(Cited):
    """One rule of the scheme."""

    key: Text
    clause: Text
    document: str = ""
    value: int | None = None
    text_zh: Text
    text_en: Text


class SchemeFile(Dated):
    """`kind: grading-scheme`: the grades of one time and how they are combined."""

    kind: Literal["grading-scheme"]
    grades: dict[Text, list[GradeCode]] = Field(min_length=1)
    rows: list[SchemeRuleRow] = Field(min_length=1)


class BatchRow(Cited):
    """One round of a year."""

    clause: str = ""
    name_zh: Text
    report_by: MonthDay
    publish_by: MonthDay | None = None


class FigureRow(Cited):
    """A number with its own mark; empty where no source gives it."""

    clause: str = ""
    value: int | None = None


class ToRow(Cited):
    """To which grade a firm falls."""

    clause: str = ""
    grade: Literal["lowest", "proven", ""]


class GroundRow(Cited):
    """A ground for a downgrade."""

    key: Text
    clause: Text
    document: str = ""
    name_zh: Text
    name_en: Text
    to: ToRow
    wait_months: FigureRow | None = None


class GateRow(Cited):
    """The energy gate."""

    clause: Text
    needs: dict[GradeCode, Literal["benchmark", "baseline"]] = Field(min_length=1)
    capped_at: GradeCode
    # industry: products of the table, any of them; or several such lists, one of each
    products: dict[Text, list[Text] | list[list[Text]]] = Field(min_length=1)


class ProcessFile(Dated):
    """`kind: grading-process`: one province."""

    kind: Literal["grading-process"]
    province: Text
    province_zh: Text
    batches: list[BatchRow] = Field(default_factory=list)
    decides: dict[GradeCode, Text] = Field(default_factory=dict)
    steps_zh: list[Text] = Field(default_factory=list)
    grounds: list[GroundRow] = Field(default_factory=list)
    energy_gate: GateRow | None = None
    sectors: int | None = None
    publicity_days: FigureRow | None = None
    open_zh: list[Text] = Field(default_factory=list)


class EnergyRow(Cited):
    """Benchmark and baseline of one product."""

    id: Text
    area_zh: Text
    product_zh: Text
    unit: str = ""
    benchmark: Number | None = None
    baseline: Number | None = None
    attested: Text
    corrections: list[Text] = Field(default_factory=list)


class EnergyFile(Dated):
    """`kind: energy-levels`: one edition of the table, as far as it is known."""

    kind: Literal["energy-levels"]
    rows: list[EnergyRow] = Field(min_length=1)
