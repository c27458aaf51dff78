"""Opens cases and takes their steps, for the actions of other rooms; called inside an action only.

A room's action calls `open_case` or `take_step`: its permission is checked by `@action`, the role of the
step by the process itself, and the event is the action's. The order of checks is: the case is held
(`select_for_update`), the form must have been made from its present version, the engine must agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from lantian.domain.process import Attempt, Offer, Running, Standing, Taken
from lantian.domain.process import offers as domain_offers
from lantian.domain.process import running as domain_running
from lantian.domain.process import take as domain_take
from lantian.domain.process.complaint import complain
from lantian.kernel.problem import LantianError
from lantian.office.audit.models import StoredFile
from lantian.office.people.models import User
from lantian.office.process.models import Case, Step
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.process_tables import load_processes
from lantian.rulebook.process_tables.model import SYSTEM, Process

Facts = Mapping[str, bool | None]


class MovedOnError(LantianError):
    """C012: somebody took a step after the form was made; says who, what and when."""


class AlreadyTakenError(LantianError):
    """C013: the same person sent the same step again; it had its effect the first time."""


def process_of(case: Case) -> Process:
    """Return the edition of the process under which a case began."""
    return load_processes().of(case.process, case.edition)


def open_case(
    process: str, actor: User | None, *, subject_type: str, subject: str, title: str,
    firm_id: str = "", district: str = "", at: datetime | None = None,
) -> Case:  # fmt: skip
    """Open a case at the first state of the edition in force at `at` (now where left out).

    Raises
    ------
    LantianError
        R033 for no such process, R030 before its first edition.
    """
    _inside_a_transaction()
    moment = at or timezone.now()
    rules = load_processes().on(process, timezone.localdate(moment))
    if rules.recorded:  # its steps may be recorded late; a case takes them in order, once
        raise ValueError(f"{process} is replayed from what was recorded, it has no cases")
    case = Case(
        process=process, edition=rules.head.edition, subject_type=subject_type, subject=subject,
        title=title[:300], firm_id=firm_id, district=district, state=rules.start, since=moment,
        started_by=actor.username if actor else SYSTEM, started_at=moment,
    )  # fmt: skip
    _set_dues(case, rules, Standing(rules.start, moment, moment), moment)
    case.save()
    return case


def take_step(
    case: Case, actor: User | None, transition: str, *, expect: int | None, reason: str = "",
    evidence: Mapping[str, Sequence[str]] | None = None, facts: Facts | None = None,
    at: datetime | None = None,
) -> Step:  # fmt: skip
    """Take a step of a case, held from the check to the end of the caller's transaction.

    Parameters
    ----------
    actor
        Who takes it; None for a step of the system.
    expect
        The `version` the form was made from; None only for steps of the system, which follow from data.
    evidence
        Hashes of stored files by key of the evidence.
    facts
        Whether each condition of the step holds, as far as known. Rooms work them out after `hold`.

    Returns
    -------
    Step
        As written; `case` itself is brought up to date.

    Raises
    ------
    AlreadyTakenError
        C013: this very step was taken by the same person from that version.
    MovedOnError
        C012: somebody else moved the case on meanwhile.
    LantianError
        Every C-problem of the engine; nothing is changed then.
    """
    _inside_a_transaction()
    found = hold(case)
    rules = process_of(found)
    if expect is not None and found.version != expect:
        raise _meanwhile(found, rules, actor, transition, expect)
    papers = {key: tuple(own) for key, own in (evidence or {}).items() if own}
    _stored(papers)
    moment = at or timezone.now()
    attempt = Attempt(
        transition, actor.username if actor else SYSTEM, actor.role if actor else SYSTEM, moment,
        reason, papers, facts or {},
    )  # fmt: skip
    after = domain_take(rules, standing(found), attempt, load_holidays())
    taken = after.steps[-1]
    found.state, found.since, found.version = after.state, after.since, found.version + 1
    found.closed_at = moment if rules.states[after.state].final else None
    _set_dues(found, rules, after, moment)
    found.save()
    _copy(found, case)
    return Step.objects.create(
        case=found, number=found.version, transition=taken.transition, origin=taken.origin,
        to=taken.to, by=taken.by, role=taken.role, at=taken.at, reason=taken.reason,
        evidence={key: list(own) for key, own in taken.evidence.items()},
    )  # fmt: skip


def hold(case: Case) -> Case:
    """Return a case as it stands now, held until the transaction ends."""
    return Case.objects.select_for_update().get(pk=case.pk)


def standing(case: Case) -> Standing:
    """Return a case as the engine reads it."""
    steps = tuple(
        Taken(s.transition, s.origin, s.to, s.by, s.role, s.at, s.reason,
              {key: tuple(own) for key, own in s.evidence.items()})
        for s in case.steps.all()
    )  # fmt: skip
    return Standing(case.state, case.since, case.started_at, steps)


def offers(case: Case, user: User, facts: Facts | None = None) -> tuple[Offer, ...]:
    """Return the steps a user may take now by his role, each with what still hinders it."""
    return domain_offers(
        process_of(case), standing(case), user.role, user.username, timezone.now(),
        load_holidays(), facts,
    )  # fmt: skip


def clocks(case: Case, at: datetime | None = None) -> tuple[Running, ...]:
    """Return the clocks that run in the present state, those due first."""
    moment = at or timezone.now()
    return domain_running(process_of(case), standing(case), moment, load_holidays())


# --- inside --------------------------------------------------------------------------------


def _inside_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("cases change inside an action only")


def _meanwhile(
    case: Case, rules: Process, actor: User | None, transition: str, expect: int
) -> LantianError:
    """Return what to say to a form that was made from an earlier version."""
    since = list(case.steps.filter(number__gt=expect))
    if not since:  # a version that was never there: a form made by hand
        return LantianError(complain("C001", step=f"{transition} @{expect}", known=case.version))
    first, last = since[0], since[-1]
    if actor is not None and first.by == actor.username and first.transition == transition:
        return AlreadyTakenError(complain("C013", when=_when(first.at)))
    step, state = rules.transitions[last.transition], rules.states[case.state]
    return MovedOnError(
        complain(
            "C012", who=last.by, when=_when(last.at), step_zh=step.name_zh, step_en=step.name_en,
            state_zh=state.name_zh, state_en=state.name_en,
        )
    )  # fmt: skip


def _when(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}"


def _stored(papers: Mapping[str, Sequence[str]]) -> None:
    asked = {own for hashes in papers.values() for own in hashes}
    there = set(StoredFile.objects.filter(hash__in=asked).values_list("hash", flat=True))
    if asked - there:
        raise ValueError(f"evidence that is not stored: {sorted(asked - there)}")


def _set_dues(case: Case, rules: Process, now: Standing, at: datetime) -> None:
    """Note when the present state is due and when it is escalated to whom."""
    found = [r for r in domain_running(rules, now, at, load_holidays()) if not r.clock.window]
    case.due = min((r.due for r in found if r.due is not None), default=None)
    told = [(r.escalates, r.clock.escalation.to) for r in found
            if r.escalates is not None and r.clock.escalation is not None]  # fmt: skip
    case.escalates, case.escalates_to = None, []
    if told:
        moment, roles = min(told)
        case.escalates, case.escalates_to = moment, list(roles)


def _copy(found: Case, case: Case) -> None:
    for field in Case._meta.concrete_fields:
        setattr(case, field.attname, getattr(found, field.attname))
