"""Dated series: which of several editions is in force on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, TypeVar

from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.model import RuleHead
from lantian.rulebook.refusal import refuse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """One edition in a series, with the place it was written at."""

    head: RuleHead
    value: T
    file: RuleFile
    loc: Loc

    def refuse(self, code: str, **values: object) -> Problem:
        """Return a problem at the place of this entry."""
        return refuse(code, self.file.place(self.loc), **values)


class Series(Generic[T]):
    """All editions of one rule, packaged ones below and a bureau's own ones above."""

    def __init__(self, key: str, entries: Iterable[Entry[T]]) -> None:
        self.key = key
        self.entries = tuple(sorted(entries, key=lambda e: (e.file.layer, e.head.valid_from)))

    def on(self, day: date) -> T:
        """Return the rule in force on `day`, a bureau's own before the packaged one.

        Raises
        ------
        LantianError
            R030 on a day before the first edition or after the last.
        """
        found = self.at(day)
        if found is not None:
            return found
        first = min(entry.head.valid_from for entry in self.entries)
        raise LantianError(
            refuse("R030", day=day.isoformat(), detail=self.key, first=first.isoformat())
        )

    def at(self, day: date) -> T | None:
        """Return the rule in force on `day` as `on` does; None where there is none."""
        for entry in reversed(self.entries):
            if entry.head.in_force(day):
                return entry.value
        return None

    def problems(self) -> list[Problem]:
        """Return the gaps of the packaged layer and the overlaps of every layer."""
        found: list[Problem] = []
        for before, after in pairwise(self.entries):
            if before.file.layer != after.file.layer:
                continue
            end = before.head.valid_to
            begin = after.head.valid_from
            where = f"{self.key}: {before.head.edition} → {after.head.edition}"
            if end is None or begin <= end:
                found.append(after.refuse("R021", detail=f"{where}, {begin.isoformat()}"))
            elif begin > end + timedelta(days=1) and not before.file.layer:
                days = f"{end + timedelta(days=1)} … {begin - timedelta(days=1)}"
                found.append(after.refuse("R020", detail=f"{where}, {days}"))
        return found


def pick(series: Mapping[str, Series[T]], key: str) -> Series[T]:
    """Return the series of `key`.

    Raises
    ------
    LantianError
        R033 naming the keys that exist.
    """
    found = series.get(key)
    if found is None:
        raise LantianError(refuse("R033", detail=key, known=", ".join(sorted(series))))
    return found
