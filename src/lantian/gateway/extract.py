"""Rows of the lake out of packets: one a factor and time, every item somewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Group, Packet
from lantian.domain.hj212.stamp import read_epoch, read_stamp

_TIMES: Final = frozenset({"DataTime", "BeginTime", "EndTime"})
_ABOUT: Final = frozenset({"Info", "SN"})
_CONTEXT: Final = frozenset({"PolId", "InfoId"})


class Draft:
    """One row before its column form."""

    __slots__ = ("about", "factor", "flag", "record", "time", "written")

    def __init__(self, time: int | None, factor: str, about: str, record: int) -> None:
        self.time, self.factor, self.about, self.record = time, factor, about, record
        self.flag: str | None = None
        self.written: dict[str, str | None] = {}


class Extracted(NamedTuple):
    """Rows of a message, and the first DataTime in it (milliseconds), None where there is none."""

    rows: list[Draft]
    time: int | None


def milliseconds(text: str) -> int | None:
    """Return a time as packets write it in milliseconds since 1970, None where it is none."""
    found = read_stamp(text) or read_epoch(text)
    return round(found.timestamp() * 1000) if found else None


class Extractor:
    """Extracts rows; remembers how the last times were read.

    Parameters
    ----------
    lexicon
        Names of the editions.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._times: dict[str, int | None] = {}

    def rows(self, parts: Iterable[tuple[int, Packet]]) -> Extracted:
        """Return the rows of a message: packets in order, each with the record it came with.

        DataTime and PolId hold for what follows them, also in the next packet of a split message. A
        flag that stands apart belongs to the factor before it. What stands twice begins a new
        row, which the lake then tells as a duplicate or a conflict.
        """
        rows: list[Draft] = []
        time: int | None = None
        first: int | None = None
        about = ""
        for record, packet in parts:
            name_of = self._lexicon.table(packet.version, packet.cn).name
            for group in packet.groups:
                own: dict[str, Draft] = {}
                alone = _flag_alone(group)
                for written, value in group:
                    if written == "DataTime":
                        time = self._time(value or "")
                        first = time if first is None else first
                    if written in _TIMES:
                        continue
                    name = name_of(written)
                    if not name.code and name.suffix == "Flag":
                        if rows and rows[-1].flag is None:
                            rows[-1].flag = value
                        continue
                    if written in _CONTEXT:
                        about = (value or "") if written == "PolId" else about
                        continue
                    code, suffix = name.code or written[:40], name.suffix or "Value"
                    where = about if suffix in _ABOUT else ""
                    draft = own.get(code)
                    if draft is None and alone and rows and rows[-1].factor == code:
                        draft = rows[-1]
                    if draft is None or suffix in draft.written or draft.time != time:
                        draft = own[code] = Draft(time, code, where, record)
                        rows.append(draft)
                    if suffix != "Flag":
                        draft.written[suffix] = value
                    elif draft.flag is None:
                        draft.flag = value
        return Extracted(rows, first)

    def _time(self, text: str) -> int | None:
        try:
            return self._times[text]
        except KeyError:
            if len(self._times) > 50_000:
                self._times.clear()
            found = self._times[text] = milliseconds(text)
            return found


def _flag_alone(group: Group) -> bool:
    return len(group) == 1 and group[0][0].endswith("-Flag")
