"""A packet of HJ 212: fields of the data segment and the groups of CP, as they were written.

Named tuples where the house uses frozen dataclasses: they are made for every frame, three times as fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from lantian.kernel.problem import Problem

Item = tuple[str, str | None]
Group = tuple[Item, ...]

FIELD_ORDER = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF")
"""Order of the fields before CP (2017 table 3; RF is of 2025)."""


class FlagBits(NamedTuple):
    """The eight bits of Flag: six of version, then D, then A."""

    version_bits: int
    split: bool
    answer: bool

    @classmethod
    def of(cls, value: int) -> FlagBits:
        """Return the bits of a value from 0 to 255."""
        return cls(value >> 2, bool(value & 2), bool(value & 1))

    @property
    def value(self) -> int:
        """The value that is written."""
        return self.version_bits << 2 | self.split << 1 | self.answer


def flag_bits(text: str) -> FlagBits | None:
    """Return the bits of a Flag as written, None where it is no number from 0 to 255."""
    if 0 < len(text) <= 3 and text.isascii() and text.isdigit() and int(text) < 256:
        return FlagBits.of(int(text))
    return None


class Packet(NamedTuple):
    """What a data segment says, every value the text that was written.

    Attributes
    ----------
    version
        ``2005``, ``2017`` or ``2025``.
    fields
        The fields before CP by name.
    groups
        The groups of CP, each a tuple of name and value; a value is None where there was no
        equals sign.
    """

    version: str
    fields: Mapping[str, str]
    groups: tuple[Group, ...]

    @property
    def cn(self) -> str:
        """The command."""
        return self.fields.get("CN", "")

    @property
    def flag(self) -> FlagBits | None:
        """The bits of Flag, None where it is missing or no number."""
        return flag_bits(self.fields.get("Flag", ""))

    @property
    def backfilled(self) -> bool:
        """Whether the packet is marked as sent again (RF=1, HJ 212-2025)."""
        return self.fields.get("RF") == "1"

    def first(self, name: str) -> str | None:
        """Return the first value of a name in CP."""
        for group in self.groups:
            for key, value in group:
                if key == name:
                    return value
        return None


class Decoded(NamedTuple):
    """One frame with all that was found out about it.

    Attributes
    ----------
    offset, wire
        Where it begins in the stream, and its bytes.
    acceptance
        ``strict``: in every part as the standard writes it; ``tolerant``: read with the
        tolerances named, to be stored with them; ``refused``: not to be stored as data.
    tolerances
        Codes of `tolerance.TOLERANCES`, each once, in the order of use.
    crc_ok, length_ok
        None where encryption without a key leaves it open, or there is nothing to compare.
    problems
        Everything worth telling; errors are why it was refused.
    encrypted
        Whether CP came encrypted.
    """

    offset: int
    wire: bytes
    packet: Packet
    version_by: str
    acceptance: str
    tolerances: tuple[str, ...]
    crc_ok: bool | None
    length_ok: bool | None
    problems: tuple[Problem, ...]
    encrypted: bool = False

    @property
    def ok(self) -> bool:
        """Whether it may be stored: strict or tolerant."""
        return self.acceptance != "refused"

    @property
    def version(self) -> str:
        """The edition it was read under."""
        return self.packet.version
