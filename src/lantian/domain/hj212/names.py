"""What a name in CP stands for under one edition and command: parameter, factor, or neither."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from lantian.rulebook.hj212_tables.load import Hj212Rules
from lantian.rulebook.hj212_tables.model import Parameter, Protocol

_FACTOR_ITEM: Final = re.compile(r"([A-Za-z0-9]{1,12})-([A-Za-z]{1,20})")
_FACILITY: Final = re.compile(r"SB[0-9]{1,4}-(RS|RT)")
_NATIONAL_FORM: Final = re.compile(r"[adegipw]\d{5}|i\d{4}[0-9A-Z]")
_OLD_FORM: Final = re.compile(r"[0-9A-Z][0-9]{1,2}")
# Names remembered for a command; hostile senders must not grow the memory.
_KEPT: Final = 5_000
_LONGEST: Final = 40  # characters


@dataclass(frozen=True, slots=True)
class Name:
    """A name of CP and what it stands for.

    Attributes
    ----------
    written
        The name as it stands in the packet.
    code, suffix
        Factor or information code and what follows the hyphen; empty for plain parameters.
    parameter
        The parameter of the tables, None where the name is unknown.
    tolerances
        What has to be tolerated to read it.
    listed
        Whether the code is in a national table (True where there is no code).
    belongs
        Whether the command may carry it.
    """

    written: str
    code: str
    suffix: str
    parameter: Parameter | None
    tolerances: tuple[str, ...]
    listed: bool = True
    belongs: bool = True


class NameTable:
    """The names of one edition and command, each looked up once."""

    def __init__(self, rules: Hj212Rules, protocol: Protocol, cn: str) -> None:
        self._rules, self._protocol = rules, protocol
        rows = protocol.commands.get(cn, ())
        self._open = not rows or any(row.open for row in rows)
        self._allowed = {name for row in rows for name in (*row.needs, *row.may)}
        self._lower = {name.lower(): name for name in protocol.parameters}
        self._names: dict[str, Name] = {}

    def name(self, written: str) -> Name:
        """Return what a name stands for."""
        found = self._names.get(written)
        if found is None:
            found = self._read(written)
            if len(self._names) < _KEPT and len(written) <= _LONGEST:
                self._names[written] = found
        return found

    def _read(self, written: str) -> Name:
        parameters = self._protocol.parameters
        if written in parameters and not written.startswith(("x-", "SBx-")):
            return self._named(written, "", "", written, ())
        if (found := _FACILITY.fullmatch(written)) is not None:
            key = f"SBx-{found[1]}"
            if key in parameters:
                return self._named(written, written.partition("-")[0], found[1], key, ())
        found = _FACTOR_ITEM.fullmatch(written)
        if found is not None:
            code, suffix = found[1], found[2]
            tolerances, listed = self._code(code)
            key = f"x-{suffix}"
            if key not in parameters and (same := self._lower.get(key.lower())):
                key, tolerances = same, (*tolerances, "name-case")
            if key in parameters:
                return self._named(written, code, key[2:], key, tolerances, listed)
            return Name(written, code, suffix, None, (*tolerances, "name-unknown"), listed)
        if written == "Flag":
            return Name(written, "", "Flag", parameters.get("x-Flag"), ("flag-apart",))
        same = self._lower.get(written.lower())
        if same is not None and not same.startswith(("x-", "SBx-")):
            return self._named(written, "", "", same, ("name-case",))
        return Name(written, "", "", None, ("name-unknown",))

    def _named(
        self,
        written: str,
        code: str,
        suffix: str,
        key: str,
        tolerances: tuple[str, ...],
        listed: bool = True,
    ) -> Name:
        parameter = self._protocol.parameters[key]
        belongs = self._open or parameter.name in self._allowed
        return Name(written, code, suffix, parameter, tolerances, listed, belongs)

    def _code(self, code: str) -> tuple[tuple[str, ...], bool]:
        """Return the tolerances of a factor code, and whether a national table has it."""
        listed = self._rules.listed(code)
        old = self._protocol.version == "2005"
        if _NATIONAL_FORM.fullmatch(code):
            return (("code-later",) if old else ()), listed
        if _OLD_FORM.fullmatch(code):
            if old or (listed and code.startswith("L")):  # L5 and the like are noise levels
                return (), listed
            return (("code-of-2005" if listed else "code-malformed"),), listed
        return (() if listed else ("code-malformed",)), listed
