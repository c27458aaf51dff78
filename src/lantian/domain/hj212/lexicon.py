"""What was found out about names, headers and layouts, kept for the next packet.

Loggers send the same header and the same names every time. Everything kept is bounded: hostile
senders cannot grow the memory. One lexicon can serve all connections of a gateway.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from lantian.domain.hj212.header_rules import HeaderRules, unique
from lantian.domain.hj212.items import Layout, Outline, layout_of
from lantian.domain.hj212.names import NameTable
from lantian.domain.hj212.packet import Packet
from lantian.domain.hj212.stamp import day_of
from lantian.kernel.problem import Place, Problem
from lantian.rulebook.hj212_tables.load import Hj212Rules
from lantian.rulebook.hj212_tables.model import VERSIONS, Factor, Protocol

_ANY_QN: Final = "20250101000000000"
_DAYS_KEPT: Final = 4_096
_HEADERS_KEPT: Final = 16_384
_LAYOUTS_KEPT: Final = 4_096
_MEANINGS_KEPT: Final = 16_384
_NAMES: Final = ("ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF")

HeaderKey = tuple[str | None, ...]
"""Values of ST, CN, PW, MN, Flag, PNUM, PNO and RF."""


@dataclass(slots=True)
class KnownHeader:
    """What a header comes to, whatever its QN; `recent` is the layout it last came with."""

    protocol: Protocol
    tolerances: tuple[str, ...]
    table: NameTable
    recent: Layout | None = None


class Lexicon:
    """Rules, and what was worked out from them so far."""

    def __init__(self, rules: Hj212Rules) -> None:
        self.rules = rules
        self._rules_of = {v: HeaderRules(p) for v, p in rules.protocols.items()}
        self._tables: dict[tuple[str, str], NameTable] = {}
        self._headers: dict[HeaderKey, KnownHeader | None] = {}
        self._layouts: dict[tuple[NameTable, Outline], Layout | None] = {}
        self._meanings: dict[tuple[str, date, str], tuple[Factor, ...]] = {}
        self._in_force: dict[str, str] = {}

    def header_rules(self, version: str) -> HeaderRules:
        """Return the rules of the fields of an edition."""
        return self._rules_of[version]

    def header(self, key: HeaderKey) -> KnownHeader | None:
        """Return what a header comes to, None where something is wrong with it."""
        if key in self._headers:
            return self._headers[key]
        fields = {name: value for name, value in zip(_NAMES, key, strict=True) if value is not None}
        version, by = version_of(fields)
        tolerances: list[str] = []
        problems: list[Problem] = []
        rules = self._rules_of[version]
        rules.judge({"QN": _ANY_QN, **fields}, None, 0, tolerances, problems, Place())
        known = None
        if not problems and by == "flag":
            known = KnownHeader(
                rules.protocol, unique(tolerances), self.table(version, fields["CN"])
            )
        if len(self._headers) >= _HEADERS_KEPT:
            self._headers.clear()
        self._headers[key] = known
        return known

    def table(self, version: str, cn: str) -> NameTable:
        """Return the names of an edition and command; all unknown commands share one table."""
        protocol = self.rules.protocols[version]
        key = (version, cn if cn in protocol.commands else "")
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = NameTable(self.rules, protocol, key[1])
        return table

    def layout(self, table: NameTable, seen: Outline) -> Layout | None:
        """Return the layout of an outline, None where it needs the patient reading."""
        key = (table, seen)
        try:
            return self._layouts[key]
        except KeyError:
            pass
        if len(self._layouts) >= _LAYOUTS_KEPT:
            self._layouts.clear()
        found = self._layouts[key] = layout_of(seen, table)
        return found

    def meanings(self, code: str, day: date, province: str) -> tuple[Factor, ...]:
        """Return what a code may mean on a day, as `Hj212Rules.factors` does."""
        key = (code, day, province)
        found = self._meanings.get(key)
        if found is None:
            found = self.rules.factors(code, day, province)
            if len(self._meanings) >= _MEANINGS_KEPT:
                self._meanings.clear()
            self._meanings[key] = found
        return found

    def edition_on(self, digits: str) -> str:
        """Return the edition in force on a day of eight digits, empty where it is no day."""
        found = self._in_force.get(digits)
        if found is None:
            day = day_of(digits)
            found = self.rules.in_force(day).version if day is not None else ""
            if len(self._in_force) >= _DAYS_KEPT:
                self._in_force.clear()
            self._in_force[digits] = found
        return found


def version_of(fields: dict[str, str]) -> tuple[str, str]:
    """Return the edition of a packet and what told it (decision 0071).

    ``flag``: the version bits; ``no-flag``: without Flag it is of 2005; ``unreadable-flag`` and
    ``unknown-version-bits``: read under an edition that Flag does not name.
    """
    if "Flag" not in fields:
        return "2005", "no-flag"
    bits = Packet("", fields, ()).flag
    if bits is None:
        return "2017", "unreadable-flag"
    if bits.version_bits < len(VERSIONS):
        return VERSIONS[bits.version_bits], "flag"
    return VERSIONS[-1], "unknown-version-bits"
