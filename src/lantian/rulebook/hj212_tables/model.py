"""What the rules of HJ 212 answer with: frozen values that carry their citation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import RuleHead

VERSIONS: Final = ("2005", "2017", "2025")
"""The editions by year, oldest first; the version bits of Flag count them from 0."""

NATIONAL: Final = "national"


@dataclass(frozen=True, slots=True)
class DataType:
    """A data type of the tables: ``N5.2``, ``C24``, a time, or another form by name.

    Attributes
    ----------
    kind
        ``number``, ``text``, ``time`` (14 digits), ``clock`` (6 digits), ``code``, ``flag``,
        ``info``.
    digits, decimals
        Digits before and after the point, or characters of a text; None where not limited.
    """

    kind: str
    digits: int | None = None
    decimals: int | None = None
    written: str = ""

    @classmethod
    def of(cls, text: str) -> DataType:
        """Return the type written as `text` in the tables."""
        if text == "YYYYMMDDHHMMSS":
            return cls("time", written=text)
        found = re.fullmatch(r"([NC])(\d+)(?:\.(\d+))?", text)
        if found is None:
            return cls(text, written=text)
        if found[1] == "C":
            return cls("text", int(found[2]), written=text)
        return cls("number", int(found[2]), int(found[3] or 0), written=text)


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor or information code: what is measured, in which unit, how it is written."""

    code: str
    name_zh: str
    name_en: str
    unit: str
    data_type: DataType | None
    emission_unit: str
    code_2005: str
    scope: str  # "national" or a province
    edition: str
    ref: RuleRef
    note: str = ""
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldRule:
    """One field of the data segment; lengths are those of its value."""

    name: str
    form: str
    shortest: int
    longest: int
    required: str  # "always", "split" (with the D bit of Flag), "never"
    name_zh: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for: a system, a flag, a return code, a state."""

    code: str
    name_zh: str
    name_en: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Parameter:
    """One name that may stand in CP; ``x-Rtd`` is `suffix` Rtd of a factor."""

    name: str
    data_type: DataType
    low: int | None
    high: int | None
    one_of: tuple[str, ...]
    name_zh: str
    name_en: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class CommandRule:
    """One command in one direction.

    Attributes
    ----------
    side
        Who sends it: ``platform``, ``field`` or ``both``.
    role
        ``request`` (wants 9011, then 9012), ``upload`` (9014 if Flag asks), ``notice`` (9013),
        ``answer``.
    needs, may
        Parameters it must and may carry; `open` where they are not known.
    """

    cn: str
    side: str
    role: str
    name_zh: str
    name_en: str
    needs: tuple[str, ...]
    may: tuple[str, ...]
    open: bool
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class LinkRule:
    """How long to wait for an answer on one kind of link, and how often to send again, by default."""

    link: str
    over_time_s: int
    resends: int
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Encrypted:
    """Which commands the field must encrypt when it crosses the internet."""

    commands: tuple[str, ...]
    data_from: int
    data_to: int


@dataclass(frozen=True, slots=True)
class Protocol:
    """One edition of the protocol.

    `letters` says what codes that begin with a letter are about, `links` holds the default time-out and
    resends of each kind of link (1000 sets others).
    """

    head: RuleHead
    version: str
    flag_bits: int
    segment_bytes: int
    cp_bytes: int
    fields: tuple[FieldRule, ...]
    systems: Mapping[str, Meaning]
    parameters: Mapping[str, Parameter]
    commands: Mapping[str, tuple[CommandRule, ...]]
    flags: Mapping[str, Meaning]
    returns: Mapping[str, Mapping[str, Meaning]]
    facility_states: Mapping[str, Meaning]
    encrypted: Encrypted | None
    open_zh: tuple[str, ...]
    letters: Mapping[str, Meaning] = field(default_factory=dict)
    links: Mapping[str, LinkRule] = field(default_factory=dict)

    def must_encrypt(self, cn: str) -> bool:
        """Whether the field must encrypt this command over the internet."""
        if self.encrypted is None:
            return False
        low, high = self.encrypted.data_from, self.encrypted.data_to
        return cn in self.encrypted.commands or (cn.isdigit() and low <= int(cn) <= high)
