"""Split messages joined (PNUM and PNO): every packet of one message has its own QN."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.packet import Decoded, Group, Packet
from lantian.domain.hj212.stamp import read_stamp
from lantian.kernel.problem import Place, Problem

_Key = tuple[str, str, str, str, str]


@dataclass(frozen=True, slots=True)
class Message:
    """A message of one packet or several.

    Attributes
    ----------
    packet
        Fields of the first packet, groups of all; DataTime once.
    parts
        The packets as they came, by number.
    complete
        Whether every number from 1 to PNUM is there.
    problems
        Why not.
    """

    packet: Packet
    parts: tuple[Decoded, ...]
    complete: bool
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Open:
    count: int
    parts: dict[int, Decoded] = field(default_factory=dict)
    newest: str = ""


class Assembler:
    """Joins the packets of split messages, however they are mixed with others.

    Packets belong together by MN, ST, CN, Flag and PNUM. A number that comes again with other
    content begins a new message. At most `most_open` messages and `most_parts` packets wait; the
    oldest message is then given out incomplete.
    """

    def __init__(self, most_open: int = 1_000, most_parts: int = 20_000) -> None:
        self._most, self._most_parts, self._n_parts = most_open, most_parts, 0
        self._open: OrderedDict[_Key, _Open] = OrderedDict()

    def add(self, decoded: Decoded) -> list[Message]:
        """Return the messages that are finished with a packet: none, its own, or one given up."""
        fields = decoded.packet.fields
        pnum, pno = _number(fields.get("PNUM")), _number(fields.get("PNO"))
        if pnum is None and pno is None:
            return [Message(decoded.packet, (decoded,), True)]
        if pnum is None or pno is None or not 1 <= pno <= pnum:
            place = Place(offset=decoded.offset)
            problem = complain(
                "H403", place, detail=fields.get("PNO", ""), given=fields.get("PNUM", "")
            )
            return [Message(decoded.packet, (decoded,), False, (problem,))]
        out: list[Message] = []
        key = _key(fields, pnum)
        waiting = self._open.get(key)
        if waiting is not None and pno in waiting.parts:
            if waiting.parts[pno].packet.groups == decoded.packet.groups:
                return []  # sent again; the first is kept
            place = Place(offset=decoded.offset)
            again = complain("H402", place, detail=pno)
            out.append(self._give_up(key, again))
            waiting = None
        if waiting is None:
            waiting = self._open[key] = _Open(pnum)
        waiting.parts[pno] = decoded
        self._n_parts += 1
        waiting.newest = max(waiting.newest, fields.get("QN", ""))
        if len(waiting.parts) == pnum:
            del self._open[key]
            self._n_parts -= pnum
            out.append(Message(_joined(waiting), _in_order(waiting), True))
        elif len(self._open) > self._most or self._n_parts > self._most_parts:
            out.append(self._give_up(next(iter(self._open))))
        return out

    def holds(self, decoded: Decoded) -> bool:
        """Whether just this packet waits for the others of its message."""
        fields = decoded.packet.fields
        pno = _number(fields.get("PNO"))
        waiting = self._open.get(_key(fields, _number(fields.get("PNUM"))))
        return waiting is not None and pno is not None and waiting.parts.get(pno) is decoded

    def expire(self, before: str) -> list[Message]:
        """Give up every message whose newest QN is earlier than `before`, 17 digits."""
        if read_stamp(before) is None:
            return []
        late = [key for key, waiting in self._open.items() if waiting.newest < before]
        return [self._give_up(key) for key in late]

    def close(self) -> list[Message]:
        """Give up everything that waits."""
        return [self._give_up(key) for key in list(self._open)]

    def _give_up(self, key: _Key, *more: Problem) -> Message:
        waiting = self._open.pop(key)
        self._n_parts -= len(waiting.parts)
        missing = [i for i in range(1, min(waiting.count, _LISTED) + 1) if i not in waiting.parts]
        parts = _in_order(waiting)
        detail = "、".join(map(str, missing))
        place = Place(offset=parts[0].offset)
        problem = complain("H401", place, given=waiting.count, detail=detail)
        return Message(_joined(waiting), parts, False, (problem, *more))


_LISTED: Final = 50  # missing numbers that are named


def _key(fields: Mapping[str, str], pnum: int | None) -> _Key:
    mn, st, cn = (fields.get(name, "") for name in ("MN", "ST", "CN"))
    return (mn, st, cn, fields.get("Flag", ""), str(pnum))


def _number(text: str | None) -> int | None:
    if text is None or not (0 < len(text) <= 4 and text.isascii() and text.isdigit()):
        return None
    return int(text)


def _in_order(waiting: _Open) -> tuple[Decoded, ...]:
    return tuple(waiting.parts[i] for i in sorted(waiting.parts))


def _joined(waiting: _Open) -> Packet:
    parts = _in_order(waiting)
    groups: list[Group] = []
    times: set[Group] = set()
    for part in parts:
        for group in part.packet.groups:
            if group[0][0] == "DataTime" and len(group) == 1:
                if group in times:
                    continue  # said again in every packet of a message
                times.add(group)
            groups.append(group)
    first = parts[0].packet
    return first._replace(groups=tuple(groups))
