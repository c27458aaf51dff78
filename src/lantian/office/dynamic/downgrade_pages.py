"""Pages of downgrades: opening one, one with the firm's side and what can be done now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.jobs.registry.labels import grade_names
from lantian.kernel.level import LEVELS
from lantian.kernel.problem import LantianError
from lantian.office.dynamic import downgrades
from lantian.office.dynamic.case_parts import (
    case_values,
    papers_of,
    tell,
    version_of,
)
from lantian.office.dynamic.downgrades import Holding, Opening, holding, rules_of
from lantian.office.dynamic.draws import visible_checks
from lantian.office.dynamic.models import Downgrade
from lantian.office.forms.numbers import whole
from lantian.office.people.access import needs
from lantian.office.process.evidence import ACCEPT, keep_evidence
from lantian.office.process.files import send_of_step
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook import load_rulebook
from lantian.rulebook.status import floor_text


@needs("dynamic.open")
def new(request: HttpRequest) -> HttpResponse:
    """Show what a downgrade of a firm would be, and open it on POST."""
    given = request.POST if request.method == "POST" else request.GET
    firm, user = given.get("firm", "").strip(), request.user
    check = visible_checks(user).filter(pk=whole(given.get("check", ""))).first()
    if check is not None:
        firm = check.firm_id
    try:
        day = (
            downgrades.date_of(given["found_on"]) if given.get("found_on") else timezone.localdate()
        )
        held = holding(firm, day)
        if request.method == "POST":
            opening = Opening(
                firm, given.get("ground", ""), day, given.get("facts", ""), given.get("proven", ""),
                given.get("named", ""), given.get("named_why", ""), check,
            )  # fmt: skip
            made = downgrades.open_downgrade(
                user, opening, keep_evidence(request.FILES.getlist("papers"))
            )
            messages.success(request, in_language("已立案", "opened"))
            return redirect("downgrade", number=made.pk)
    except LantianError as error:
        tell(request, error)
        day, held = timezone.localdate(), holding(firm, timezone.localdate())
    values = {
        "firm": firm, "held": held, "check": check, "day": day, "grounds": rules_of(day).grounds.values(),
        "grade": grade_names(held.grade) if held else None, "given": given, "accept": ACCEPT,
        "lower": [(g, grade_names(g)) for g in _lower(held)], "open_zh": rules_of(day).open_zh,
    }  # fmt: skip
    return render(request, "dynamic/open.html", values)


def _lower(held: Holding | None) -> tuple[str, ...]:
    return held.scheme[held.scheme.index(held.grade) + 1 :] if held else ()


def _one_or_404(user: Any, number: int) -> Downgrade:
    return get_object_or_404(downgrades.visible_downgrades(user), pk=number)


@needs("dynamic.cases")
def one(request: HttpRequest, number: int) -> HttpResponse:
    """Show a downgrade: ground, rule, what changes, the firm's statements, the course."""
    user: Any = request.user
    found = _one_or_404(user, number)
    statements = list(found.statements.all())
    waiting = any(not s.appeal and s.answered_at is None for s in statements)
    facts = {
        "grade-named": bool(found.to_grade),
        "statement-open": waiting,
        "statements-answered": not waiting,
    }
    values = case_values(found.case, user, facts, "downgrade-file", found.pk)
    grades = (found.from_grade, found.to_grade)
    measures = (
        measures_by_level(found.industry, found.subtype, grades, timezone.localdate())
        if found.to_grade
        else ()
    )
    values |= {
        "one": found, "ground": rules_of(found.found_on).grounds.get(found.ground), "statements": statements,
        "from": grade_names(found.from_grade), "to": grade_names(found.to_grade) if found.to_grade else None,
        "measures": measures, "own": user.role == "enterprise",
    }  # fmt: skip
    return render(request, "dynamic/downgrade.html", values)


def measures_by_level(
    industry: str, subtype: str, grades: tuple[str, ...], day: date
) -> list[dict[str, Any]]:
    """Return what each alert level demands of a firm at some grades; the problem where no rule says."""
    book, found = load_rulebook(), []
    for level in LEVELS:
        try:
            rules = [book.measure(industry, subtype, grade, level, day) for grade in grades]
        except LantianError as error:
            found.append({"level": level, "problem": error.problems[0]})
            continue
        found.append(
            {"level": level, "words": [floor_text(rule) for rule in rules], "rule": rules[-1].ref}
        )
    return found


@needs("dynamic.step")
@require_POST
def step(request: HttpRequest, number: int) -> HttpResponse:
    """Take a step: of an officer, of the leader, or of the firm."""
    user: Any = request.user
    found, transition = _one_or_404(user, number), request.POST.get("step", "")
    reason, expect = request.POST.get("reason", ""), version_of(request)
    try:
        papers = papers_of(request, found.case, transition)
        if user.role == "enterprise":
            downgrades.state_own(
                user, found, transition, expect=expect, text=reason, papers=papers.get("papers", [])
            )
        elif user.role == "leader":
            downgrades.decide(user, found, transition, expect=expect, reason=reason)
        else:
            downgrades.officer_step(user, found, transition, expect=expect, reason=reason)
        messages.success(request, in_language("已登记", "on record"))
    except LantianError as error:
        tell(request, error)
    return redirect("downgrade", number=number)


@needs("dynamic.cases")
def file(request: HttpRequest, number: int, taken: int, hash: str) -> HttpResponseBase:
    """Send a file of a step of a downgrade."""
    return send_of_step(_one_or_404(request.user, number).case, taken, hash)
