"""What a file of a process may contain."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from lantian.rulebook.model import Status
from lantian.rulebook.process_tables.model import ENTERED
from lantian.rulebook.schema import Cited, Dated, SourceIds, Strict, Text

Amount = Annotated[int, Field(gt=0, le=3660)]


class MarkedRow(Strict):
    """Marks that fall back on those of the file."""

    source: SourceIds | None = None
    status: Status | None = None
    clause: str = ""
    note: str = ""


class StateRow(MarkedRow):
    """One state."""

    key: Text
    name_zh: Text
    name_en: Text
    final: bool = False


class ProofRow(Strict):
    """A piece of evidence."""

    key: Text
    name_zh: Text
    name_en: Text
    optional: bool = False


class ConditionRow(Strict):
    """Something that must hold."""

    key: Text
    name_zh: Text
    name_en: Text


class TransitionRow(MarkedRow):
    """One step; either `to` or `stays`."""

    key: Text
    name_zh: Text
    name_en: Text
    origin: list[Text] = Field(alias="from", min_length=1)
    to: str = ""
    stays: bool = False
    reopens: bool = False
    roles: list[Text] = Field(min_length=1)
    task: bool = True
    reason: bool = False
    evidence: list[ProofRow] = Field(default_factory=list)
    conditions: list[ConditionRow] = Field(default_factory=list)
    not_by: list[Text] = Field(default_factory=list)
    ground: str = ""


class PeriodRow(Cited):
    """A figure with its own mark, in one of three counts; `figure_unknown` where no source gives it."""

    clause: str = ""
    working_days: Amount | None = None
    days: Amount | None = None
    hours: Amount | None = None
    figure_unknown: Literal["working_days", "days", "hours"] | None = None

    @model_validator(mode="after")
    def _one_count(self) -> Self:
        given = [self.working_days, self.days, self.hours, self.figure_unknown]
        if sum(one is not None for one in given) != 1:
            raise ValueError("exactly one of working_days, days, hours, figure_unknown")
        return self


class EscalationRow(PeriodRow):
    """Who is told how long after a clock ran out."""

    to: list[Text] = Field(min_length=1)


class ClockRow(PeriodRow):
    """A period in a state, or one from some steps until others."""

    key: Text
    name_zh: Text
    name_en: Text
    state: str = ""
    origin: list[Text] = Field(default_factory=lambda: [ENTERED], alias="from", min_length=1)
    until: list[Text] = Field(default_factory=list)
    written: bool = False
    window: bool = False
    ends: list[Text] = Field(default_factory=list)
    escalation: EscalationRow | None = None

    @field_validator("origin", mode="before")
    @classmethod
    def _one_or_several(cls, given: object) -> object:
        return [given] if isinstance(given, str) else given


class ProcessFile(Dated):
    """`kind: process`: one edition of one process."""

    kind: Literal["process"]
    process: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    name_zh: Text
    name_en: Text
    place_zh: str = ""
    subject: Annotated[str, Field(pattern=r"^[a-z][a-z-]*$")]
    recorded: bool = False
    states: list[StateRow] = Field(min_length=2)
    start: Text
    transitions: list[TransitionRow] = Field(min_length=1)
    clocks: list[ClockRow] = Field(default_factory=list)
    open_zh: list[Text] = Field(default_factory=list)
