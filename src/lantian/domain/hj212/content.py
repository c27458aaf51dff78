"""Values against the tables: numbers, widths, ranges, flags, order, and what a command carries.

These are problems of what is said, not of how it is framed: they never change the class a packet
is accepted in (decision 0072).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lantian.domain.hj212.commands import rule_of
from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.items import is_log
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.names import Name
from lantian.domain.hj212.number import fits, read_number
from lantian.domain.hj212.packet import Decoded, Packet
from lantian.domain.hj212.readings import day_of_packet, read_values
from lantian.domain.hj212.stamp import is_time, read_epoch, read_stamp
from lantian.kernel.problem import Place, Problem
from lantian.rulebook.hj212_tables.model import DataType, Factor, Parameter

_CLOCK: Final = re.compile(r"([01]\d|2[0-3])[0-5]\d[0-5]\d", re.ASCII)
_ORDERED: Final = (("Min", "Avg", "Max"), ("ZsMin", "ZsAvg", "ZsMax"))
_MEASURED: Final = frozenset(
    {"Rtd", "Min", "Avg", "Max", "ZsRtd", "ZsMin", "ZsAvg", "ZsMax", "Data", "DayData", "NightData"}
)
_LOG_BYTES: Final = 890


def review(decoded: Decoded, lexicon: Lexicon, source: str = "", province: str = "") -> tuple[
    Problem, ...
]:  # fmt: skip
    """Return what is wrong with the content of a packet, each at its byte in the stream.

    The place is that of the item where the packet came in clear, else that of the frame.
    """
    finder = _Finder(decoded, source)
    return tuple(_Review(decoded.packet, lexicon, finder, province).problems())


class _Finder:
    """Finds the bytes of an item in a frame, from the last one found on."""

    def __init__(self, decoded: Decoded, source: str) -> None:
        self._wire, self._base, self._source = decoded.wire, decoded.offset, source
        start = self._wire.find(b"&&")
        self._at = max(start, 0)

    def place(self, name: str) -> Place:
        found = self._wire.find(name.encode("utf-8", "replace"), self._at)
        if found < 0:
            return Place(file=self._source, offset=self._base)
        self._at = found + len(name)
        return Place(file=self._source, offset=self._base + found)

    def begin(self) -> Place:
        return Place(file=self._source, offset=self._base)


class _Review:
    def __init__(self, packet: Packet, lexicon: Lexicon, finder: _Finder, province: str) -> None:
        self._packet, self._lexicon, self._finder = packet, lexicon, finder
        self._province = province
        self._protocol = lexicon.rules.protocols[packet.version]
        self._table = lexicon.table(packet.version, packet.cn)
        self._day = day_of_packet(packet) or self._protocol.head.valid_from

    def problems(self) -> Iterator[Problem]:
        unlisted: set[str] = set()
        for group in self._packet.groups:
            for written, value in group:
                name = self._table.name(written)
                place = self._finder.place(written)
                if (
                    name.code
                    and name.code not in unlisted
                    and "name-unknown" not in name.tolerances
                ):
                    found = self._about_code(name, place)
                    if found is not None:
                        unlisted.add(name.code)
                        yield found
                if not name.belongs:
                    yield complain("H208", place, detail=written, given=self._packet.cn)
                if name.parameter is not None and value is not None:
                    yield from self._about_value(name, name.parameter, value, place)
        yield from self._about_readings()
        yield from self._about_needs()

    def _meanings(self, code: str) -> tuple[Factor, ...]:
        return self._lexicon.rules.factors(code, self._day, self._province)

    def _about_code(self, name: Name, place: Place) -> Problem | None:
        if name.suffix in {"RS", "RT"} and name.code.startswith("SB"):
            return None
        meanings = self._meanings(name.code)
        if not meanings:
            return complain("H206", place, detail=name.code)
        if len(meanings) > 1:
            given = " / ".join(m.name_zh for m in meanings)
            return complain("H211", place, detail=name.code, given=given)
        return None

    def _about_value(
        self, name: Name, parameter: Parameter, value: str, place: Place
    ) -> Iterator[Problem]:
        kind = parameter.data_type.kind
        if kind == "number":
            yield from self._about_number(name, parameter, value, place)
        elif kind == "time":
            if not is_time(value) and read_stamp(value) is None and read_epoch(value) is None:
                yield _not_time(name.written, value, "YYYYMMDDhhmmss", place)
        elif kind == "clock":
            if not _CLOCK.fullmatch(value):
                yield _not_time(name.written, value, "hhmmss", place)
        elif kind == "flag":
            if value not in self._protocol.flags:
                given = "、".join(self._protocol.flags)
                yield complain("H204", place, field=name.written, detail=_cut(value), given=given)
        elif kind == "text":
            if len(value) > (parameter.data_type.digits or 10**6):
                given = parameter.data_type.written
                yield complain("H202", place, field=name.written, detail=_cut(value), given=given)
        elif kind == "info":
            yield from self._about_information(name, value, place)

    def _about_number(
        self, name: Name, parameter: Parameter, value: str, place: Place
    ) -> Iterator[Problem]:
        number = read_number(value)
        if number is None:
            yield complain("H201", place, field=name.written, detail=_cut(value))
            return
        low, high = parameter.low, parameter.high
        outside = (low is not None and number < low) or (high is not None and number > high)
        if outside or (parameter.one_of and value not in parameter.one_of):
            given = "、".join(parameter.one_of) or f"{low}—{high}"
            yield complain("H209", place, field=name.written, detail=_cut(value), given=given)
        known = self._protocol.returns.get(name.written)
        if known is not None and value not in known:
            given = "、".join(known)
            yield complain("H209", place, field=name.written, detail=_cut(value), given=given)
        data_type: DataType | None = parameter.data_type
        if name.suffix in _MEASURED:
            meanings = self._meanings(name.code)
            data_type = meanings[0].data_type if len(meanings) == 1 else None
        if data_type is not None and not fits(value, data_type):
            given = data_type.written
            yield complain("H202", place, field=name.written, detail=_cut(value), given=given)

    def _about_information(self, name: Name, value: str, place: Place) -> Iterator[Problem]:
        meanings = self._meanings(name.code)
        factor = meanings[0] if len(meanings) == 1 else None
        if factor is None or factor.data_type is None:
            return
        kind = factor.data_type.kind
        if kind == "text":
            if not is_log(value) or len(value.encode("utf-8", "replace")) > _LOG_BYTES:
                yield complain("H212", place, field=name.written, given=_LOG_BYTES)
        elif kind == "time":
            if not is_time(value):
                yield _not_time(name.written, value, "YYYYMMDDhhmmss", place)
        elif read_number(value) is None:
            yield complain("H201", place, field=name.written, detail=_cut(value))
        elif factor.states and value not in factor.states:
            given = "、".join(f"{k} {v}" for k, v in factor.states.items())
            yield complain("H209", place, field=name.written, detail=_cut(value), given=given)
        elif not fits(value, factor.data_type):
            given = factor.data_type.written
            yield complain("H202", place, field=name.written, detail=_cut(value), given=given)

    def _about_readings(self) -> Iterator[Problem]:
        seen: set[str] = set()
        for reading in read_values(self._packet, self._lexicon, self._province):
            if reading.code in seen:
                yield complain("H205", self._finder.begin(), detail=reading.code)
            seen.add(reading.code)
            for suffixes in _ORDERED:
                values = [reading.values[s] for s in suffixes if s in reading.values]
                if values != sorted(values):
                    detail = " ".join(
                        f"{s} {reading.values[s]}" for s in suffixes if s in reading.values
                    )
                    yield complain("H203", self._finder.begin(), field=reading.code, detail=detail)

    def _about_needs(self) -> Iterator[Problem]:
        rule = rule_of(self._packet, self._protocol)
        if rule is None:
            return
        has = set()
        for group in self._packet.groups:
            for written, _ in group:
                parameter = self._table.name(written).parameter
                if parameter is not None:
                    has.add(parameter.name)
        for need in rule.needs:
            if need not in has:
                yield complain("H207", self._finder.begin(), given=rule.cn, detail=need)


def _not_time(name: str, value: str, form: str, place: Place) -> Problem:
    return complain("H210", place, field=name, detail=_cut(value), given=form)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
