"""What the files of HJ 212 may contain, checked by pydantic."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lantian.rulebook.model import Status
from lantian.rulebook.schema import Dated, SourceIds, Strict, Text

Side = Literal["platform", "field", "both"]
Version = Literal["2005", "2017", "2025"]
Command = Annotated[str, Field(pattern=r"^\d{4}$")]
DataTypeText = Annotated[
    str,
    Field(
        pattern=r"^(N[1-9]\d?(\.\d)?|C[1-9]\d*|time|clock|number|text|code|flag|info|YYYYMMDDHHMMSS)$"
    ),
]


class Row(Strict):
    """A row that inherits source and status from its file unless it says its own."""

    source: SourceIds | None = None
    status: Status | None = None
    note: str = ""


class FactorRow(Row):
    """One factor or information code; `xx` and a last `x` stand for the number of a unit."""

    code: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9]{1,5}$")]
    zh: Text
    en: Text
    unit: str = ""
    type: DataTypeText | None = None
    emission_unit: str = ""
    code_2005: str = ""
    table: str = ""
    states: dict[str, Text] = Field(default_factory=dict)


class FactorsFile(Dated):
    """`kind: hj212-factors`: codes of one table, of the nation or of a province."""

    kind: Literal["hj212-factors"]
    scope: Annotated[str, Field(pattern=r"^[a-z]+$")]
    rows: list[FactorRow] = Field(min_length=1)


class FieldRow(Strict):
    """One field of the data segment; lengths are those of the value."""

    name: Text
    form: Literal["moment", "system", "command", "text", "hex", "flag", "number", "one"]
    shortest: int = Field(ge=1)
    longest: int = Field(ge=1)
    required: Literal["always", "split", "never"]
    zh: Text


class SystemRow(Row):
    """One system code."""

    st: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$")]
    zh: Text
    en: Text


class ParameterRow(Row):
    """One name that may stand in CP."""

    name: Text
    type: DataTypeText
    low: int | None = None
    high: int | None = None
    one_of: list[str] = Field(default_factory=list)
    also: list[str] = Field(default_factory=list)
    zh: Text
    en: Text


class CommandRow(Row):
    """One command in one direction; `open` where its parameters are not known."""

    cn: Command
    side: Side
    role: Literal["request", "upload", "notice", "answer"]
    zh: Text
    en: Text
    needs: list[str] = Field(default_factory=list)
    may: list[str] = Field(default_factory=list)
    open: bool = False


class FlagRow(Row):
    """One data flag."""

    flag: Annotated[str, Field(pattern=r"^[A-Z0-9]$")]
    zh: Text
    en: Text


class ReturnRow(Row):
    """One return code."""

    name: Literal["ExeRtn", "QnRtn"]
    code: int
    zh: Text
    en: Text


class StateRow(Row):
    """One state of a treatment device."""

    state: Text
    zh: Text
    en: Text


class LetterRow(Row):
    """What codes that begin with a letter are about."""

    letter: Annotated[str, Field(pattern=r"^[a-z]$")]
    zh: Text
    en: Text


class LinkRow(Row):
    """Time-out and resends by default on one kind of link."""

    link: Text
    over_time_s: int = Field(ge=1, le=99)
    resends: int = Field(ge=1, le=99)


class Carried(Strict):
    """Which edition the rows that are not given here come from, and how well that is known."""

    version: Version = Field(alias="from")
    status: Status
    note: Text
    without: list[Command] = Field(default_factory=list)


class EncryptedRow(Strict):
    """What the field must encrypt."""

    commands: list[Command]
    data_from: int
    data_to: int


class ProtocolFile(Dated):
    """`kind: hj212-protocol`: one edition of the protocol."""

    kind: Literal["hj212-protocol"]
    edition: Version
    flag_bits: int = Field(ge=0, le=63)
    segment_bytes: int = Field(ge=1)
    cp_bytes: int = Field(ge=1)
    carried: Carried | None = None
    fields: list[FieldRow] = Field(min_length=1)
    systems: list[SystemRow] = Field(default_factory=list)
    parameters: list[ParameterRow] = Field(default_factory=list)
    commands: list[CommandRow] = Field(default_factory=list)
    flags: list[FlagRow] = Field(default_factory=list)
    returns: list[ReturnRow] = Field(default_factory=list)
    facility_states: list[StateRow] = Field(default_factory=list)
    letters: list[LetterRow] = Field(default_factory=list)
    links: list[LinkRow] = Field(default_factory=list)
    encrypted: EncryptedRow | None = None
    open_zh: list[Text] = Field(default_factory=list)
