"""From a checked file to what soil adds to the process of a parcel, and whether it fits that process."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from lantian.kernel.problem import LantianError
from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.process_tables import ProcessRules
from lantian.rulebook.process_tables.model import Process
from lantian.rulebook.soil_tables.build import cited
from lantian.rulebook.soil_tables.build_spot import once
from lantian.rulebook.soil_tables.parcel_model import Duty, ParcelRules, Trigger
from lantian.rulebook.soil_tables.schema import ParcelProcessFile
from lantian.rulebook.timeline import Entry


def build_parcel(file: RuleFile, shelf: Shelf) -> ParcelRules:
    """Return duties and triggers; refuses a state or trigger that is there twice (R012)."""
    model: ParcelProcessFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "soil.process", sources, shelf=shelf)
    duties: dict[str, Duty] = {}
    for i, row in enumerate(model.duties):
        loc: Loc = ("duties", i)
        if row.state in duties:
            shelf.refuse("R012", file, loc, detail=row.state)
        ref = cited(head, sources, loc, row.source, row.status, row.what_zh, row.state)
        duties[row.state] = Duty(
            row.what_zh, row.what_en, row.who_zh, tuple(row.needs_zh), row.ground, row.note, ref
        )
    once(file, shelf, "triggers", model.triggers)
    triggers = {}
    for i, one in enumerate(model.triggers):
        ref = cited(head, sources, ("triggers", i), one.source, one.status, one.name_zh, one.key)
        triggers[one.key] = Trigger(one.key, one.name_zh, one.survey, one.ground, one.place_zh, ref)
    both = sorted(set(model.reviews.passed) & set(model.reviews.failed))
    if both:
        shelf.refuse("R012", file, ("reviews", "failed"), detail=", ".join(both))
    return ParcelRules(
        head, model.process, frozenset(model.restricted), frozenset(model.submits),
        frozenset(model.reviews.passed), frozenset(model.reviews.failed), duties, triggers,
    )  # fmt: skip


def check_fit(entries: Sequence[Entry[ParcelRules]], processes: ProcessRules, shelf: Shelf) -> None:
    """Refuse names that are not in the process, and open states without a duty, in every edition that meets.

    R033 for an unknown process, state or step (or a day without a process); R058 for a state without a duty.
    """
    for entry in entries:
        own = entry.value
        try:
            begins = {p.head.valid_from for p in processes.editions(own.process)}
        except LantianError:
            known = ", ".join(processes.keys())
            shelf.refuse("R033", entry.file, ("process",), detail=own.process, known=known)
            continue
        days = {own.head.valid_from} | {day for day in begins if own.head.in_force(day)}
        for process in _editions(own, processes, sorted(days), entry, shelf):
            _fits(entry, process, shelf)


def _editions(
    own: ParcelRules, processes: ProcessRules, days: Iterable[date], entry: Entry[ParcelRules],
    shelf: Shelf,
) -> list[Process]:  # fmt: skip
    """Return the editions of the process in force on some days, each once."""
    found: list[Process] = []
    for day in days:
        try:
            process = processes.on(own.process, day)
        except LantianError:
            detail = f"{own.process} {day}"
            shelf.refuse("R033", entry.file, ("process",), detail=detail, known="—")
            continue
        if not any(process is one for one in found):
            found.append(process)
    return found


def _fits(entry: Entry[ParcelRules], process: Process, shelf: Shelf) -> None:
    own, file = entry.value, entry.file
    model: ParcelProcessFile = file.model

    def known(loc: Loc, keys: Iterable[str], there: Iterable[str]) -> None:
        names = tuple(there)
        for key in keys:
            if key not in names:
                shelf.refuse("R033", file, loc, detail=key, known=", ".join(names))

    for i, row in enumerate(model.duties):
        known(("duties", i), [row.state], process.states)
    known(("restricted",), model.restricted, process.states)
    known(("submits",), model.submits, process.transitions)
    known(("reviews", "passed"), model.reviews.passed, process.transitions)
    known(("reviews", "failed"), model.reviews.failed, process.transitions)
    for key, state in process.states.items():
        if not state.final and key not in own.duties:
            shelf.refuse("R058", file, ("duties",), detail=key)
