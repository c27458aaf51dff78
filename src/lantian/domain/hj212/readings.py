"""What a packet reports, typed: measured values by factor, with unit, flag and citation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.names import Name
from lantian.domain.hj212.number import read_number
from lantian.domain.hj212.packet import Group, Packet
from lantian.domain.hj212.stamp import day_of, read_epoch, read_stamp
from lantian.kernel.trace import RuleRef
from lantian.rulebook.hj212_tables.model import Factor, Meaning


@dataclass(frozen=True, slots=True)
class Reading:
    """What one group says of one factor.

    Attributes
    ----------
    code
        Factor code as written.
    factor
        The row of the tables; None where none or several have the code (see `meanings`).
    meanings
        Every row of the tables that has the code.
    values
        Numbers by suffix: Rtd, Min, Avg, Max, Cou, ZsRtd and so on, in `unit` (Cou in the
        emission unit).
    texts
        Everything that is not a number, by suffix, as written.
    flag, flag_meaning
        Data flag as written, and the row of the edition.
    sampled
        Time the sample was taken, Beijing time.
    refs
        The rows it was read by.
    """

    code: str
    factor: Factor | None
    meanings: tuple[Factor, ...]
    values: Mapping[str, Decimal]
    texts: Mapping[str, str | None]
    flag: str | None
    flag_meaning: Meaning | None
    sampled: datetime | None
    refs: tuple[RuleRef, ...]

    @property
    def unit(self) -> str:
        """Unit of the values as the table prints it, empty where not known."""
        return self.factor.unit if self.factor else ""

    @property
    def normal(self) -> bool | None:
        """Whether the flag says normal (N); None without a flag."""
        return None if self.flag is None else self.flag == "N"


@dataclass(slots=True)
class _Draft:
    code: str
    values: dict[str, Decimal] = field(default_factory=dict)
    texts: dict[str, str | None] = field(default_factory=dict)
    flag: str | None = None
    sampled: datetime | None = None


def day_of_packet(packet: Packet) -> date | None:
    """Return the day of the data: of DataTime, else of BeginTime or SystemTime, else of QN."""
    for name in ("DataTime", "BeginTime", "SystemTime"):
        day = day_of((packet.first(name) or "")[:8])
        if day is not None:
            return day
    qn = packet.fields.get("QN", "")
    moment = read_epoch(qn) or read_stamp(qn)
    return moment.date() if moment else None


def data_time(packet: Packet) -> datetime | None:
    """Return DataTime: the start of the period for 2031, 2041, 2051 and 2061, else the instant."""
    text = packet.first("DataTime") or ""
    return read_stamp(text) or read_epoch(text)


def read_values(packet: Packet, lexicon: Lexicon, province: str = "") -> tuple[Reading, ...]:
    """Return the readings of a packet, one a factor and group; a flag apart joins its factor.

    Parameters
    ----------
    packet
        As decoded.
    lexicon
        Rules; codes are looked up on the day of the data.
    province
        Whose own numbering may be read, e.g. ``hebei``.
    """
    table = lexicon.table(packet.version, packet.cn)
    drafts: list[_Draft] = []
    for group in packet.groups:
        _read_group(group, [table.name(name) for name, _ in group], drafts)
    day = day_of_packet(packet) or _LATEST
    return tuple(_finished(draft, packet.version, day, lexicon, province) for draft in drafts)


_LATEST = date(2099, 12, 31)


def _read_group(group: Group, names: list[Name], drafts: list[_Draft]) -> None:
    own: dict[str, _Draft] = {}
    alone = len(group) == 1 and names[0].suffix == "Flag"
    for name, (_, value) in zip(names, group, strict=True):
        if name.suffix in {"Info", "SN"} or (not name.code and name.suffix != "Flag"):
            continue
        draft = own.get(name.code)
        if draft is None and drafts and (not name.code or (alone and drafts[-1].code == name.code)):
            draft = next(iter(own.values()), drafts[-1])  # a flag that stands apart
        if draft is None:
            if not name.code:
                continue
            draft = own[name.code] = _Draft(name.code)
            drafts.append(draft)
        if name.suffix == "Flag" and draft.flag is None:
            draft.flag = value
        elif name.suffix == "SampleTime" and draft.sampled is None:
            draft.sampled = read_stamp(value or "")
            if draft.sampled is None:
                draft.texts[name.suffix] = value
        elif name.suffix not in draft.values and _numeric(name):
            number = read_number(value)
            if number is None:
                draft.texts[name.suffix] = value
            else:
                draft.values[name.suffix] = number
        else:
            draft.texts.setdefault(name.suffix, value)


def _numeric(name: Name) -> bool:
    return name.parameter is not None and name.parameter.data_type.kind == "number"


def _finished(draft: _Draft, version: str, day: date, lexicon: Lexicon, province: str) -> Reading:
    meanings = lexicon.meanings(draft.code, day, province)
    factor = meanings[0] if len(meanings) == 1 else None
    protocol = lexicon.rules.protocols[version]
    flag_meaning = protocol.flags.get(draft.flag or "")
    refs = [m.ref for m in meanings]
    if flag_meaning is not None:
        refs.append(flag_meaning.ref)
    return Reading(
        draft.code,
        factor,
        meanings,
        draft.values,
        draft.texts,
        draft.flag,
        flag_meaning,
        draft.sampled,
        tuple(refs),
    )
