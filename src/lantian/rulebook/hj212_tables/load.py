"""Loads the rules of HJ 212: editions by date and by version, factor codes by code."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook.build import Shelf
from lantian.rulebook.files import RuleFile
from lantian.rulebook.hj212_tables.build import build_factors, build_protocol
from lantian.rulebook.hj212_tables.model import NATIONAL, Factor, Protocol
from lantian.rulebook.hj212_tables.schema import FactorsFile, ProtocolFile
from lantian.rulebook.model import RuleHead
from lantian.rulebook.rooms import refusals, room_files, room_series
from lantian.rulebook.timeline import Entry, Series

_NUMBERED = re.compile(r"([a-z]\d{3,4})x{1,2}")  # e701xx, i3331x: the number of a unit
HJ212_KINDS: dict[str, type[Any]] = {"hj212-factors": FactorsFile, "hj212-protocol": ProtocolFile}


def load_hj212(*extra: Path) -> Hj212Rules:
    """Return the rules of HJ 212, each folder of `extra` laid over the packaged ones.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    return _packaged() if not extra else _load(tuple(Path(p) for p in extra))


@cache
def _packaged() -> Hj212Rules:
    return _load(())


def check_hj212(*extra: Path) -> tuple[Problem, ...]:
    """Return what `load_hj212` would refuse."""
    return refusals(load_hj212, extra)


def _load(extra: tuple[Path, ...]) -> Hj212Rules:
    files = room_files(("hj212",), HJ212_KINDS, extra)
    shelf = Shelf()
    factors = [build_factors(f, shelf) for f in files if f.model.kind == "hj212-factors"]
    protocols, entries = _protocols(files, shelf)
    if shelf.problems:
        raise LantianError(*shelf.problems)
    series = room_series({"hj212-protocol": entries})["hj212-protocol"]
    return Hj212Rules(protocols, series, factors)


def _protocols(
    files: Iterable[RuleFile], shelf: Shelf
) -> tuple[dict[str, Protocol], list[Entry[Protocol]]]:
    own = [f for f in files if f.model.kind == "hj212-protocol"]
    own.sort(key=lambda f: (f.model.carried is not None, f.layer))  # what is carried comes first
    protocols: dict[str, Protocol] = {}
    entries = []
    for file in own:
        built = build_protocol(file, shelf, protocols)
        protocols[built.version] = built
        entries.append(Entry(built.head, built, file, ()))
    return protocols, entries


class Hj212Rules:
    """Editions of the protocol and the codes of factors.

    The edition in force goes by the day; the edition a packet is read under goes by the packet,
    because loggers of every generation are in the field (decision 0071).
    """

    def __init__(
        self,
        protocols: Mapping[str, Protocol],
        series: Series[Protocol],
        factors: Iterable[tuple[RuleHead, tuple[Factor, ...]]],
    ) -> None:
        self.protocols = protocols
        self._series = series
        self._exact: dict[str, list[tuple[RuleHead, Factor]]] = defaultdict(list)
        self._pattern: dict[str, list[tuple[RuleHead, Factor]]] = defaultdict(list)
        self._old: dict[str, list[tuple[RuleHead, Factor]]] = defaultdict(list)
        for head, rows in factors:
            for row in rows:
                numbered = _NUMBERED.fullmatch(row.code)
                if numbered is None:
                    self._exact[row.code].append((head, row))
                else:
                    self._pattern[numbered[1]].append((head, row))
                if row.code_2005:
                    self._old[row.code_2005].append((head, row))

    def in_force(self, day: date) -> Protocol:
        """Return the edition in force on a day; before the first edition, the first."""
        first = min(e.head.valid_from for e in self._series.entries)
        return self._series.on(max(day, first))

    def protocol(self, version: str) -> Protocol:
        """Return an edition by its year.

        Raises
        ------
        KeyError
            If there is no such edition.
        """
        return self.protocols[version]

    def factors(self, code: str, day: date, province: str = "") -> tuple[Factor, ...]:
        """Return what a code may mean on a day: none, one, or several where tables clash.

        Before the first table that has the code, the first. A province's own numbering is read only
        where it is asked for, and then goes first.
        """
        found = self._exact.get(code) or self._by_pattern(code) or self._old.get(code, [])
        usable = [(head, f) for head, f in found if f.scope in {NATIONAL, province}]
        if not usable:
            return ()
        first = min(head.valid_from for head, _ in usable)
        known = [f for head, f in usable if head.in_force(max(day, first))]
        own = [f for f in known if f.scope == province]
        return tuple(own or known)

    def listed(self, code: str) -> bool:
        """Whether a national table of any edition lists the code, in its present or 2005 form."""
        found = self._exact.get(code) or self._by_pattern(code) or self._old.get(code, [])
        return any(f.scope == NATIONAL for _, f in found)

    def codes(self) -> tuple[str, ...]:
        """Return every code of every table, as printed, each once."""
        stems = (self._exact, self._pattern)
        return tuple(
            dict.fromkeys(f.code for part in stems for rows in part.values() for _, f in rows)
        )

    def _by_pattern(self, code: str) -> list[tuple[RuleHead, Factor]]:
        if re.fullmatch(r"[a-z]\d{5}", code):
            if code[-2:] != "00" and (found := self._pattern.get(code[:-2])):
                return found
            return self._pattern.get(code[:-1], [])
        return []
