"""Values against the tables: numbers, widths, ranges, flags, order, and what a command carries.

These are problems of what is said, not of how it is framed: they never change the class a packet
is accepted in (decision 0072).
"""

from __future__ import annotations

import re
from typing import Final

from lantian.domain.hj212.commands import rule_of
from lantian.domain.hj212.complaint import complain
from lantian.domain.hj212.items import is_log
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.names import Name
from lantian.domain.hj212.number import fits, read_number
from lantian.domain.hj212.packet import Decoded
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
    review_of = _Review(decoded, lexicon, source, province)
    review_of.run()
    return tuple(review_of.problems)


class _Review:
    """One packet under review; where an item stands is looked up only when something is wrong."""

    def __init__(self, decoded: Decoded, lexicon: Lexicon, source: str, province: str) -> None:
        self._packet = packet = decoded.packet
        self._wire, self._base, self._source = decoded.wire, decoded.offset, source
        self._lexicon, self._province = lexicon, province
        self._protocol = lexicon.rules.protocols[packet.version]
        self._table = lexicon.table(packet.version, packet.cn)
        self._day = day_of_packet(packet) or self._protocol.head.valid_from
        self._items = [item for group in packet.groups for item in group]
        self._at = max(decoded.wire.find(b"CP"), 0)
        self._offsets: list[int] = []
        self.problems: list[Problem] = []

    def run(self) -> None:
        """Look at every item, then at what they come to together."""
        seen: set[str] = set()
        for i, (written, value) in enumerate(self._items):
            name = self._table.name(written)
            if name.code and name.code not in seen:
                seen.add(name.code)
                if "name-unknown" not in name.tolerances:
                    self._about_code(i, name)
            if not name.belongs:
                self._tell("H208", i, detail=written, given=self._packet.cn)
            if name.parameter is not None and value is not None:
                self._about_value(i, name, name.parameter, value)
        self._about_readings()
        self._about_needs()

    def _tell(self, code: str, item: int | None, **values: object) -> None:
        """Note a problem of an item, or of the packet where `item` is None."""
        at = 0 if item is None else self._offset(item)
        place = Place(file=self._source, offset=self._base + at)
        self.problems.append(complain(code, place, **values))

    def _offset(self, item: int) -> int:
        """Return where an item stands in the frame, 0 where it came encrypted."""
        while len(self._offsets) <= item:
            # The names stand in their order.
            name = self._items[len(self._offsets)][0].encode("utf-8", "replace")
            found = self._wire.find(name, self._at)
            if found < 0:
                self._at = len(self._wire)
            self._offsets.append(max(found, 0))
            self._at = max(self._at, found + len(name))
        return self._offsets[item]

    def _meanings(self, code: str) -> tuple[Factor, ...]:
        return self._lexicon.meanings(code, self._day, self._province)

    def _about_code(self, item: int, name: Name) -> None:
        if name.suffix in {"RS", "RT"} and name.code.startswith("SB"):
            return
        meanings = self._meanings(name.code)
        if not meanings:
            about = self._protocol.letters.get(name.code[:1])
            given = f"（首字母为{about.name_zh}）" if about else ""
            also = f" (its letter says: {about.name_en})" if about else ""
            self._tell("H206", item, detail=name.code, given=given, also=also)
        elif len(meanings) > 1:
            given = " / ".join(m.name_zh for m in meanings)
            self._tell("H211", item, detail=name.code, given=given)

    def _about_value(self, item: int, name: Name, parameter: Parameter, value: str) -> None:
        kind = parameter.data_type.kind
        if kind == "number":
            self._about_number(item, name, parameter, value)
        elif kind == "time":
            if not is_time(value) and read_stamp(value) is None and read_epoch(value) is None:
                self._not_time(item, name, value, "YYYYMMDDhhmmss")
        elif kind == "clock":
            if not _CLOCK.fullmatch(value):
                self._not_time(item, name, value, "hhmmss")
        elif kind == "flag":
            if value not in self._protocol.flags:
                self._value("H204", item, name, value, "、".join(self._protocol.flags))
        elif kind == "text":
            if len(value) > (parameter.data_type.digits or 10**6):
                self._value("H202", item, name, value, parameter.data_type.written)
        elif kind == "info":
            self._about_information(item, name, value)

    def _value(self, code: str, item: int, name: Name, value: str, given: str) -> None:
        self._tell(code, item, field=name.written, detail=_cut(value), given=given)

    def _not_time(self, item: int, name: Name, value: str, form: str) -> None:
        self._value("H210", item, name, value, form)

    def _about_number(self, item: int, name: Name, parameter: Parameter, value: str) -> None:
        number = read_number(value)
        if number is None:
            self._value("H201", item, name, value, "")
            return
        low, high = parameter.low, parameter.high
        outside = (low is not None and number < low) or (high is not None and number > high)
        if outside or (parameter.one_of and value not in parameter.one_of):
            self._value("H209", item, name, value, "、".join(parameter.one_of) or f"{low}—{high}")
        known = self._protocol.returns.get(name.written)
        if known is not None and value not in known:
            self._value("H209", item, name, value, "、".join(known))
        data_type: DataType | None = parameter.data_type
        if name.suffix in _MEASURED:
            meanings = self._meanings(name.code)
            data_type = meanings[0].data_type if len(meanings) == 1 else None
        if data_type is not None and not fits(value, data_type):
            self._value("H202", item, name, value, data_type.written)

    def _about_information(self, item: int, name: Name, value: str) -> None:
        meanings = self._meanings(name.code)
        factor = meanings[0] if len(meanings) == 1 else None
        if factor is None or factor.data_type is None:
            return
        kind = factor.data_type.kind
        if kind == "text":
            if not is_log(value) or len(value.encode("utf-8", "replace")) > _LOG_BYTES:
                self._tell("H212", item, field=name.written, given=_LOG_BYTES)
        elif kind == "time":
            if not is_time(value):
                self._not_time(item, name, value, "YYYYMMDDhhmmss")
        elif read_number(value) is None:
            self._value("H201", item, name, value, "")
        elif factor.states and value not in factor.states:
            given = "、".join(f"{k} {v}" for k, v in factor.states.items())
            self._value("H209", item, name, value, given)
        elif not fits(value, factor.data_type):
            self._value("H202", item, name, value, factor.data_type.written)

    def _about_readings(self) -> None:
        seen: set[str] = set()
        for reading in read_values(self._packet, self._lexicon, self._province):
            if reading.code in seen:
                self._tell("H205", None, detail=reading.code)
            seen.add(reading.code)
            for suffixes in _ORDERED:
                values = [reading.values[s] for s in suffixes if s in reading.values]
                if values != sorted(values):
                    has = [s for s in suffixes if s in reading.values]
                    detail = " ".join(f"{s} {reading.values[s]}" for s in has)
                    self._tell("H203", None, field=reading.code, detail=detail)

    def _about_needs(self) -> None:
        rule = rule_of(self._packet, self._protocol)
        if rule is None or not rule.needs:
            return
        names = (self._table.name(written).parameter for written, _ in self._items)
        has = {parameter.name for parameter in names if parameter is not None}
        for need in rule.needs:
            if need not in has:
                self._tell("H207", None, given=rule.cn, detail=need)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
