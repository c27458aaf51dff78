"""Loads the processes and answers with the edition of a day, or that a case began with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook.build import Shelf, build_law
from lantian.rulebook.model import LawArticle
from lantian.rulebook.process_tables.build import build_process
from lantian.rulebook.process_tables.model import Process
from lantian.rulebook.process_tables.schema import ProcessFile
from lantian.rulebook.refusal import refuse
from lantian.rulebook.rooms import Builder, refusals, room_entries, room_files
from lantian.rulebook.timeline import Entry, Series, pick

PROCESS_KINDS: dict[str, tuple[type[Any], Builder]] = {"process": (ProcessFile, build_process)}


def load_processes(*extra: Path) -> ProcessRules:
    """Return the processes, each folder of `extra` laid over the packaged ones.

    Raises
    ------
    LantianError
        With every R-problem of every file, each with file, line and remedy.
    """
    return _packaged() if not extra else _load(tuple(Path(p) for p in extra))


@cache
def _packaged() -> ProcessRules:
    return _load(())


def check_processes(*extra: Path) -> tuple[Problem, ...]:
    """Return what `load_processes` would refuse."""
    return refusals(load_processes, extra)


def _load(extra: tuple[Path, ...]) -> ProcessRules:
    schemas = {kind: schema for kind, (schema, _) in PROCESS_KINDS.items()}
    shelf = Shelf()
    files = room_files(("process", "law"), schemas, extra)
    entries = room_entries(files, PROCESS_KINDS, shelf)["process"]
    for file in files:
        if file.model.kind == "law":
            build_law(file, shelf)
    laws = {duty: Series(f"law.{duty}", own) for duty, own in shelf.laws.items()}
    _check_grounds(entries, laws, shelf)
    if shelf.problems:
        raise LantianError(*shelf.problems)
    by_key: dict[str, list[Entry[Process]]] = defaultdict(list)
    for entry in entries:
        by_key[entry.value.key].append(entry)
    series = {key: Series(f"process.{key}", own) for key, own in by_key.items()}
    wrong = [problem for one in series.values() for problem in one.problems()]
    if wrong:
        raise LantianError(*wrong)
    return ProcessRules(series, laws)


def _check_grounds(
    entries: Iterable[Entry[Process]], laws: Mapping[str, Series[LawArticle]], shelf: Shelf
) -> None:
    """Refuse a step whose ground is no duty of the catalogue of the law (R033)."""
    known = ", ".join(sorted(laws))
    for entry in entries:
        for i, step in enumerate(entry.value.transitions.values()):
            if step.ground and step.ground not in laws:
                loc = ("transitions", i)
                shelf.refuse("R033", entry.file, loc, detail=step.ground, known=known)


class ProcessRules:
    """Processes by name and day, and the law behind their steps."""

    def __init__(
        self, series: Mapping[str, Series[Process]], laws: Mapping[str, Series[LawArticle]]
    ) -> None:
        self._series, self._laws = series, laws

    def keys(self) -> tuple[str, ...]:
        """Return the names of the processes."""
        return tuple(sorted(self._series))

    def on(self, key: str, day: date) -> Process:
        """Return the edition of a day (R033 for no such process, R030 before its first edition)."""
        return pick(self._series, key).on(day)

    def of(self, key: str, edition: str) -> Process:
        """Return a named edition: a case ends under the rules it began with.

        Raises
        ------
        LantianError
            R033 for no such process, R031 for no such edition.
        """
        found = pick(self._series, key).entries
        for entry in reversed(found):
            if entry.head.edition == edition:
                return entry.value
        known = ", ".join(entry.head.edition for entry in found)
        raise LantianError(refuse("R031", detail=f"process.{key} {edition}", known=known))

    def article(self, ground: str, day: date) -> LawArticle | None:
        """Return the article behind a duty on a day; None where none was found for that day."""
        found = self._laws.get(ground)
        return found.at(day) if found is not None else None

    def editions(self, key: str) -> tuple[Process, ...]:
        """Return every edition of a process, in the order of their days."""
        return tuple(entry.value for entry in pick(self._series, key).entries)
