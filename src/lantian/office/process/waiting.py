"""What waits for a user in the processes of all rooms: what is due, late, or has come to him by escalation.

Most of it are cases. A process that is `recorded` has none; its room says itself what waits (`RECORDED`), so that
everything comes through this one door.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from lantian.office.people.access import own_firms
from lantian.office.people.models import User
from lantian.office.process.cases import clocks
from lantian.office.process.models import Case
from lantian.rulebook.process_tables import load_processes
from lantian.rulebook.process_tables.model import State, Transition

SUBJECT_PAGES: Mapping[str, str] = {
    "grading": "grading-application", "grading-objection": "grading-batch",
    "grade-check": "grade-check", "downgrade": "downgrade", "alert": "alert",
}  # fmt: skip
"""By `subject_type`: the name of the page of one subject, which takes `subject` as its number."""

RECORDED: Mapping[str, str] = {"parcel": "lantian.office.soil.waiting.parcels_waiting"}
"""By process that is replayed from what was recorded: the function (user, moment) that yields what waits."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One matter that waits for a user.

    Attributes
    ----------
    title, address
        What it is, and the page where the step is taken.
    steps
        The steps his role can take; empty where the case only came to him by escalation.
    state_zh, state_en
        Where it stands, or what has run out.
    late, escalated
        Whether its time is over; whether it is overdue so long that it came to him.
    case
        None for what is replayed from what was recorded.
    """

    title: str
    address: str
    steps: tuple[Transition, ...]
    state_zh: str
    state_en: str
    due: datetime | None
    late: bool
    escalated: bool
    case: Case | None = None


def address_of(case: Case) -> str:
    """Return the page of the subject of a case; that of its process where it has none."""
    name = SUBJECT_PAGES.get(case.subject_type)
    return reverse(name, args=[case.subject]) if name else reverse("process", args=[case.process])


def waiting_for(user: User, at: datetime | None = None) -> list[Waiting]:
    """Return what waits for a user: escalated and late ones first, then by what is due; each once."""
    moment = at or timezone.now()
    cases = dict(_escalated(user, moment))
    cases |= _own(user, moment)
    found = [cases[pk] for pk in sorted(cases)]
    for name in RECORDED.values():
        found += import_string(name)(user, moment)
    return sorted(
        found, key=lambda w: (not w.escalated, not w.late, w.due is None, w.due or moment)
    )


def _open(user: User) -> QuerySet[Case]:
    found: QuerySet[Case] = own_firms(user, Case.objects.filter(closed_at=None), "site.today")
    return found


def _own(user: User, at: datetime) -> Iterator[tuple[int, Waiting]]:
    """Yield the cases in a state whose step is a task of the user's role."""
    rules = load_processes()
    kinds = _open(user).order_by().values_list("process", "edition", "state").distinct()
    for process, edition, state in kinds:
        of = rules.of(process, edition)
        steps = tuple(t for t in of.leaving(state) if t.task and user.role in t.roles)
        if not steps:
            continue
        names = of.states[state]
        windows = any(clock.window for clock in of.clocks_in(state))
        for case in _open(user).filter(process=process, edition=edition, state=state):
            if windows and _held(case, steps, at):
                continue  # a public notice has to pass first: nothing waits for anybody
            late = case.due is not None and case.due <= at
            told = _told(case, user, at)
            yield case.pk, _waiting(case, steps, names, late=late, escalated=told)


def _held(case: Case, steps: tuple[Transition, ...], at: datetime) -> bool:
    """Whether a period that has to pass holds every one of the steps back."""
    running = [r for r in clocks(case, at) if r.clock.window and not r.passed]
    return all(any(step.key in one.clock.ends for one in running) for step in steps)


def _escalated(user: User, at: datetime) -> Iterator[tuple[int, Waiting]]:
    for case in _open(user).filter(escalates__lte=at):
        if _told(case, user, at):
            names = load_processes().of(case.process, case.edition).states[case.state]
            yield case.pk, _waiting(case, (), names, late=True, escalated=True)


def _waiting(
    case: Case, steps: tuple[Transition, ...], names: State, *, late: bool, escalated: bool
) -> Waiting:
    return Waiting(
        case.title, address_of(case), steps, names.name_zh, names.name_en, case.due, late,
        escalated, case,
    )  # fmt: skip


def _told(case: Case, user: User, at: datetime) -> bool:
    return case.escalates is not None and case.escalates <= at and user.role in case.escalates_to
