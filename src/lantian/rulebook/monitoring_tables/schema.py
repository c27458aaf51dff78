"""What the files of automatic monitoring may contain, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lantian.rulebook.grading_tables.schema import Number
from lantian.rulebook.method import ValueRow
from lantian.rulebook.schema import Cited, Dated, Strict, Text

Positive = Annotated[int, Field(gt=0, le=100_000)]


class MonitoringValueRow(ValueRow):
    """One number, with the document it stands in where that is not the file's own."""

    document: str = ""


class ValuesFile(Dated):
    """A file of named numbers."""

    kind: Literal[
        "monitoring-gas", "monitoring-water", "monitoring-alarm",
    ]  # fmt: skip
    values: list[MonitoringValueRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)


class FactorRow(Strict):
    """One factor code."""

    code: Text
    name_zh: Text
    name_en: Text
    also: list[Text] = Field(default_factory=list)
    unit: str
    medium: Literal["water", "air"]
    role: Literal[
        "concentration", "flow", "oxygen", "velocity", "temperature", "pressure", "moisture", "ph",
        "furnace_temperature",
    ]  # fmt: skip


class FactorsFile(Dated):
    """`kind: monitoring-factors`: codes of the factors."""

    kind: Literal["monitoring-factors"]
    rows: list[FactorRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)


class FlagRow(Strict):
    """One data flag."""

    flag: Annotated[str, Field(min_length=1, max_length=1)]
    name_zh: Text
    name_en: Text
    valid: bool


class FlagsFile(Dated):
    """`kind: monitoring-flags`: data flags of the protocol."""

    kind: Literal["monitoring-flags"]
    rows: list[FlagRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)


class ListRow(Cited):
    """A list of codes with its citation."""

    value: list[Text] = Field(min_length=1)


class DueRow(Cited):
    """When marks are due."""

    hour: Annotated[int, Field(ge=0, le=24)] | None = None
    days_after: Annotated[int, Field(ge=0, le=31)] | None = None
    late_counts: bool
    check_hours: Positive | None = None
    notice_hours: Positive | None = None


class MarkKindRow(Cited):
    """One kind of mark."""

    key: Text
    name_zh: Text
    name_en: Text
    also: list[Text] = Field(default_factory=list)
    layer: Literal["device", "condition", "stopped", "note"]
    covers: list[Literal["emission", "temperature"]]


class LimitRow(Cited):
    """How long one mark of a kind may last."""

    trade: Text
    kind: Text
    variant: str = ""
    each_hours: Positive
    factors: list[Text] = Field(default_factory=list)


class BudgetRow(Cited):
    """How long the marks of some kinds may last in sum."""

    key: Text
    name_zh: Text
    name_en: Text
    kinds: list[Text] = Field(min_length=1)
    hours: Positive
    period: Literal["quarter", "year"]
    dust_hour_mg_m3: Number | None = None


class MarksFile(Dated):
    """`kind: monitoring-marks`: marks by the discharger."""

    kind: Literal["monitoring-marks", "monitoring-marks-waste"]
    formal_trades: ListRow
    due: DueRow
    kinds: list[MarkKindRow] = Field(min_length=1)
    limits: list[LimitRow]
    budgets: list[BudgetRow]
    open_zh: list[Text] = Field(default_factory=list)


class ExceedanceFile(Dated):
    """`kind: monitoring-exceedance`: what counts as an exceedance."""

    kind: Literal["monitoring-exceedance"]
    values: list[MonitoringValueRow] = Field(min_length=1)
    water_not_by_day: ListRow
    waste_day_factors: ListRow
    open_zh: list[Text] = Field(default_factory=list)


class SubstituteRow(Cited):
    """What replaces missing hours at one rate of capture."""

    alpha_from_pct: Number
    up_to_hours: Positive | None = None
    last_valid_hours: Positive


class ParameterRow(Cited):
    """What is replaced."""

    value: Literal["mass"]


class WaterSubstituteRow(Cited):
    """What replaces missing concentrations of wastewater."""

    mean: Literal["preceding_equal_period"]
    ph: Literal["median"]


class SubstitutionFile(Dated):
    """`kind: monitoring-substitution`: missing data for emission mass."""

    kind: Literal["monitoring-substitution"]
    parameter: ParameterRow
    gas: list[SubstituteRow] = Field(min_length=1)
    water: WaterSubstituteRow
    open_zh: list[Text] = Field(default_factory=list)


class OxygenRow(Cited):
    """Reference oxygen of one kind of plant."""

    plant: Text
    name_zh: Text
    o2_pct: Number


class OxygenFile(Dated):
    """`kind: monitoring-oxygen`: reference oxygen."""

    kind: Literal["monitoring-oxygen"]
    rows: list[OxygenRow] = Field(min_length=1)
    open_zh: list[Text] = Field(default_factory=list)
