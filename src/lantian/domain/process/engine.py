"""What may be taken now and by whom, why not, and a step taken: the same answer for the same input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from lantian.domain.process.clocks import Running, end_text, running
from lantian.domain.process.complaint import ROLES_ZH, complain, roles_zh
from lantian.domain.process.model import Attempt, Offer, Recorded, Standing, Taken
from lantian.kernel.calendar import Holidays, to_beijing
from lantian.kernel.problem import LantianError, Problem
from lantian.kernel.trace import Trace
from lantian.rulebook.process_tables.model import Process, Transition


def begin(process: Process, at: datetime) -> Standing:
    """Return a case at the first state of a process."""
    return Standing(process.start, at, at)


def take(process: Process, standing: Standing, attempt: Attempt, holidays: Holidays) -> Standing:
    """Return the case after a step.

    Raises
    ------
    LantianError
        With every C-problem that stands in its way; nothing is changed then.
    """
    problems = explain(process, standing, attempt, holidays)
    if problems:
        raise LantianError(*problems)
    return _after(process, standing, attempt)


def record(process: Process, standing: Standing, attempt: Attempt, holidays: Holidays) -> Recorded:
    """Return what comes of a step that happened outside and is recorded, be it long after.

    What cannot have happened in that state, or before the step recorded last, does not count. A paper that is
    lacking, or a period that had not passed, does not undo what happened: the step counts and the lack is told.

    Parameters
    ----------
    process
        One whose steps are `recorded`.
    attempt
        With the moment at which the step happened.

    Raises
    ------
    ValueError
        For a process whose steps are taken here: those have to be `take`n.
    """
    if not process.recorded:
        raise ValueError(f"the steps of {process.key} are taken, not recorded")
    barring = (*_place(process, standing, attempt), *_time(standing, attempt.at))
    if barring:
        return Recorded(standing, False, barring)
    lacking = explain(process, standing, attempt, holidays)
    return Recorded(_after(process, standing, attempt), True, lacking)


def _after(process: Process, standing: Standing, attempt: Attempt) -> Standing:
    step = process.transitions[attempt.transition]
    to = step.to or standing.state
    taken = Taken(
        step.key, standing.state, to, attempt.by, attempt.role, attempt.at, attempt.reason.strip(),
        {k: tuple(v) for k, v in attempt.evidence.items() if v}, attempt.due,
    )  # fmt: skip
    since = attempt.at if step.to else standing.since
    return replace(standing, state=to, since=since, steps=(*standing.steps, taken))


def explain(
    process: Process, standing: Standing, attempt: Attempt, holidays: Holidays
) -> tuple[Problem, ...]:
    """Return everything that stands in the way of a step; nothing where it can be taken."""
    misplaced = tuple(_place(process, standing, attempt))
    if misplaced:
        return misplaced
    step = process.transitions[attempt.transition]
    return (
        *_person(process, standing, step, attempt.role, attempt.by),
        *_time(standing, attempt.at),
        *_windows(process, standing, step, attempt.at, holidays),
        *_conditions(step, attempt.facts),
        *_papers(step, attempt),
    )


def offers(
    process: Process,
    standing: Standing,
    role: str,
    by: str,
    at: datetime,
    holidays: Holidays,
    facts: Mapping[str, bool | None] | None = None,
) -> tuple[Offer, ...]:
    """Return the steps of the present state that a role may take, each with what still hinders it."""
    return tuple(
        Offer(
            step,
            (
                *_person(process, standing, step, role, by),
                *_windows(process, standing, step, at, holidays),
                *_conditions(step, facts or {}),
            ),
        )
        for step in process.leaving(standing.state)
        if role in step.roles
    )


def trace(process: Process, standing: Standing) -> Trace:
    """Return how a case came to its state: every step with its rule, edition and clause."""
    steps = []
    for taken in standing.steps:
        step = process.transitions.get(taken.transition)
        inputs = {"by": taken.by, "role": taken.role, "at": to_beijing(taken.at).isoformat()}
        if taken.reason:
            inputs["reason"] = taken.reason
        inputs |= {f"evidence.{k}": " ".join(v) for k, v in taken.evidence.items()}
        zh, en = (step.name_zh, step.name_en) if step else (taken.transition, taken.transition)
        steps.append(Trace(zh, en, taken.to, inputs, step.ref if step else None))
    return Trace(
        f"{process.name_zh}的办理经过", f"course of {process.name_en}", standing.state, {},
        process.head.ref(), tuple(steps),
    )  # fmt: skip


# --- what stands in the way ----------------------------------------------------------------


def _place(process: Process, standing: Standing, attempt: Attempt) -> Iterator[Problem]:
    """Yield why there is no such step where the case stands."""
    step = process.transitions.get(attempt.transition)
    if standing.state not in process.states:
        head = process.head
        yield complain("C010", state=standing.state, process=process.key, edition=head.edition)
    elif step is None:
        known = "、".join(t.name_zh for t in process.leaving(standing.state)) or "—"
        yield complain("C001", step=attempt.transition, known=known)
    elif standing.state not in step.origin:
        yield _wrong_state(process, standing, step)


def _wrong_state(process: Process, standing: Standing, step: Transition) -> Problem:
    state = process.states[standing.state]
    origin = [process.states[key] for key in process.states if key in step.origin]
    return complain(
        "C002", state_zh=state.name_zh, state_en=state.name_en, step_zh=step.name_zh,
        step_en=step.name_en, origin_zh="、".join(s.name_zh for s in origin),
        origin_en=", ".join(s.name_en for s in origin),
    )  # fmt: skip


def _person(
    process: Process, standing: Standing, step: Transition, role: str, by: str
) -> Iterator[Problem]:
    if role not in step.roles:
        yield complain(
            "C003", step_zh=step.name_zh, step_en=step.name_en, roles_zh=roles_zh(step.roles),
            roles=", ".join(step.roles), role=role, role_zh=ROLES_ZH.get(role, role),
        )  # fmt: skip
    for key in step.not_by:
        before = standing.last(key)
        if before is not None and before.by == by:
            other = process.transitions[key]
            yield complain(
                "C009", by=by, other_zh=other.name_zh, other_en=other.name_en,
                step_zh=step.name_zh, step_en=step.name_en,
            )  # fmt: skip


def _time(standing: Standing, at: datetime) -> Iterator[Problem]:
    before = standing.steps[-1].at if standing.steps else standing.started
    if at < before:
        yield complain("C011", at=at.isoformat(), before=before.isoformat())


def _windows(
    process: Process, standing: Standing, step: Transition, at: datetime, holidays: Holidays
) -> Iterator[Problem]:
    if not any(c.window and step.key in c.ends for c in process.clocks_in(standing.state)):
        return  # no period can hold it back: none need be worked out
    for one in running(process, standing, at, holidays):
        if one.clock.window and step.key in one.clock.ends and not one.passed:
            yield _held(one, step)


def _held(one: Running, step: Transition) -> Problem:
    names = {"what_zh": one.clock.name_zh, "what_en": one.clock.name_en}
    if one.due is None:
        return complain("C015", **names, why_zh=one.why_zh, why_en=one.why_en)
    until = end_text(one.due)
    return complain("C008", **names, until=until, step_zh=step.name_zh, step_en=step.name_en)


def _conditions(step: Transition, facts: Mapping[str, bool | None]) -> Iterator[Problem]:
    for one in step.conditions:
        holds = facts.get(one.key)
        if holds is not True:
            yield complain(
                "C007" if holds is None else "C006", step_zh=step.name_zh, step_en=step.name_en,
                what_zh=one.name_zh, what_en=one.name_en,
            )  # fmt: skip


def _papers(step: Transition, attempt: Attempt) -> Iterator[Problem]:
    names = {"step_zh": step.name_zh, "step_en": step.name_en}
    if step.reason and not attempt.reason.strip():
        yield complain("C005", **names)
    known = {proof.key for proof in step.evidence}
    for proof in step.evidence:
        if not proof.optional and not attempt.evidence.get(proof.key):
            yield complain("C004", **names, what_zh=proof.name_zh, what_en=proof.name_en)
    for key in attempt.evidence:
        if key not in known:
            allowed = ", ".join(sorted(known)) or "—"
            yield complain("C014", **names, what=key, known=allowed)
