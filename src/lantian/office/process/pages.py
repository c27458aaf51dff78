"""The processes as pictures and tables, drawn from the rulebook."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lantian.domain.process.complaint import ROLES_ZH
from lantian.kernel.problem import LantianError
from lantian.office.people.access import needs
from lantian.office.process.picture import numbers, picture
from lantian.rulebook.process_tables import ProcessRules, load_processes
from lantian.rulebook.process_tables.model import STARTED, Clock, Count, Escalation, Process

UNITS = {
    Count.WORKING_DAYS: ("个工作日", "working days"),
    Count.DAYS: ("天", "days"),
    Count.HOURS: ("小时", "hours"),
}


@needs("rules.view")
def processes(request: HttpRequest) -> HttpResponse:
    """List the processes in the edition of today."""
    rules, today = load_processes(), timezone.localdate()
    found = [rules.on(key, today) for key in rules.keys()]  # noqa: SIM118
    return render(request, "process/processes.html", {"processes": found})


@needs("rules.view")
def process(request: HttpRequest, key: str) -> HttpResponse:
    """Show one process: picture, steps, periods, what is not known."""
    rules = load_processes()
    edition = request.GET.get("edition", "")
    try:
        found = rules.of(key, edition) if edition else rules.on(key, timezone.localdate())
    except LantianError as error:
        raise Http404(key) from error
    values = {
        "process": found, "picture": picture(found),
        "rows": step_rows(found, rules, timezone.localdate()),
        "clocks": [_clock_row(found, clock) for clock in found.clocks],
        "editions": rules.editions(key),
    }  # fmt: skip
    return render(request, "process/process.html", values)


def step_rows(process: Process, rules: ProcessRules, day: date) -> list[dict[str, Any]]:
    """Return the steps as the table twin of the picture shows them, with the article of a day."""
    number = numbers(process)
    return [
        {
            "number": number[step.key], "step": step,
            "origin": [s for key, s in process.states.items() if key in step.origin and not step.anywhere],
            "article": rules.article(step.ground, day),
            "to": process.states.get(step.to),
            "roles": [(ROLES_ZH.get(role, role), role) for role in step.roles],
            "not_by": [process.transitions[key] for key in step.not_by],
        }
        for step in process.transitions.values()
    ]  # fmt: skip


def period(amount: int | None, count: Count) -> tuple[str, str]:
    """Return a period in Chinese and English; that it is not known where it is not."""
    if amount is None:
        return "期限未见条文", "no figure found"
    zh, en = UNITS[count]
    return f"{amount}{zh}", f"{amount} {en}"


def _clock_row(process: Process, clock: Clock) -> dict[str, Any]:
    told: Escalation | None = clock.escalation
    number = numbers(process)
    return {
        "clock": clock, "state": process.states.get(clock.state), "period": period(clock.amount, clock.count),
        "begins": [process.transitions[key] for key in clock.origin if key in process.transitions],
        "started": STARTED in clock.origin, "until": sorted(number[key] for key in clock.until),
        "told": told and period(told.amount, told.count),
        "roles": [(ROLES_ZH.get(role, role), role) for role in told.to] if told else [],
    }  # fmt: skip
