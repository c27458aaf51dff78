"""What waits for a user among the cases of all rooms: what is due, late, or has come to him by escalation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from lantian.office.people.access import own_firms
from lantian.office.people.models import User
from lantian.office.process.models import Case
from lantian.rulebook.process_tables import load_processes
from lantian.rulebook.process_tables.model import Transition

SUBJECT_PAGES: Mapping[str, str] = {"grading": "grading-application"}
"""By `subject_type`: the name of the page of one subject, which takes `subject` as its number."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case that waits for a user.

    Attributes
    ----------
    steps
        The steps his role can take; empty where the case only came to him by escalation.
    state_zh, state_en
        Where it stands.
    late, escalated
        Whether its time is over; whether it is overdue so long that it came to him.
    """

    case: Case
    steps: tuple[Transition, ...]
    state_zh: str
    state_en: str
    due: datetime | None
    late: bool
    escalated: bool

    @property
    def address(self) -> str:
        """The page where the step is taken."""
        return address_of(self.case)


def address_of(case: Case) -> str:
    """Return the page of the subject of a case; that of its process where it has none."""
    name = SUBJECT_PAGES.get(case.subject_type)
    return reverse(name, args=[case.subject]) if name else reverse("process", args=[case.process])


def waiting_for(user: User, at: datetime | None = None) -> list[Waiting]:
    """Return the open cases that wait for a user: escalated and late ones first, then by what is due."""
    moment = at or timezone.now()
    found = {one.case.pk: one for one in _escalated(user, moment)}
    found |= {one.case.pk: one for one in _own(user, moment)}
    return sorted(found.values(), key=lambda w: (not w.escalated, not w.late, w.due is None,
                                                 w.due or moment, w.case.pk))  # fmt: skip


def _open(user: User) -> QuerySet[Case]:
    found: QuerySet[Case] = own_firms(user, Case.objects.filter(closed_at=None), "site.today")
    return found


def _own(user: User, at: datetime) -> Iterator[Waiting]:
    """Yield the cases in a state whose step is a task of the user's role."""
    rules = load_processes()
    kinds = _open(user).order_by().values_list("process", "edition", "state").distinct()
    for process, edition, state in kinds:
        of = rules.of(process, edition)
        steps = tuple(t for t in of.leaving(state) if t.task and user.role in t.roles)
        if not steps:
            continue
        names = of.states[state]
        for case in _open(user).filter(process=process, edition=edition, state=state):
            late = case.due is not None and case.due <= at
            told = _told(case, user, at)
            yield Waiting(case, steps, names.name_zh, names.name_en, case.due, late, told)


def _escalated(user: User, at: datetime) -> Iterator[Waiting]:
    for case in _open(user).filter(escalates__lte=at):
        if _told(case, user, at):
            names = load_processes().of(case.process, case.edition).states[case.state]
            yield Waiting(case, (), names.name_zh, names.name_en, case.due, True, True)


def _told(case: Case, user: User, at: datetime) -> bool:
    return case.escalates is not None and case.escalates <= at and user.role in case.escalates_to
