"""Pages of spot checks: all draws and what is under way, one draw anybody can repeat, one check."""

from __future__ import annotations

import csv
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lantian.domain.grading.draw import draw as draw_again
from lantian.domain.grading.grade import Grade
from lantian.jobs.registry.labels import grade_names
from lantian.kernel.problem import LantianError
from lantian.office.dynamic import draws
from lantian.office.dynamic.case_parts import (
    case_values,
    papers_of,
    tell,
    version_of,
)
from lantian.office.dynamic.downgrades import rules_of, visible_downgrades
from lantian.office.dynamic.models import Check, Draw
from lantian.office.people.access import can, needs
from lantian.office.process.cases import process_of
from lantian.office.process.files import send_of_step
from lantian.office.registry.figures import current
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook.process_tables import load_processes

PER_PAGE = 50
_GRADES = tuple(grade.value for grade in Grade)
FINDINGS = 5
"""Rows for findings on the form; more go into the protocol."""


@needs("dynamic.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Show draws, the downgrades under way, and the form of a new draw."""
    user: Any = request.user
    downgrades = visible_downgrades(user).prefetch_related("statements")
    values = {
        "draws": Draw.objects.select_related("edition")[:50], "may_draw": can(user, "dynamic.draw"),
        "downgrades": [downgrade_row(one) for one in downgrades[:100]], "may_open": can(user, "dynamic.open"),
        "choices": _choices() if can(user, "dynamic.draw") else None, "strata": draws.STRATA,
    }  # fmt: skip
    return render(request, "dynamic/overview.html", values)


def downgrade_row(one: Any) -> dict[str, Any]:
    """Return one line of a list of downgrades."""
    ground = rules_of(one.found_on).grounds.get(one.ground)
    return {
        "one": one, "state": process_of(one.case).states[one.case.state], "ground": ground,
        "from": grade_names(one.from_grade), "to": grade_names(one.to_grade) if one.to_grade else None,
        "open": any(s.answered_at is None for s in one.statements.all()),
    }  # fmt: skip


def _choices() -> dict[str, list[tuple[str, tuple[str, str], int]]]:
    """Return grades, industries and districts of the list in force with their firms."""
    edition = current()
    if edition is None:
        return {}
    found = {}
    for field, key in (("grade", "grades"), ("industry", "industries"), ("district", "districts")):
        rows = [(v, grade_names(v) if field == "grade" else (v, v), n[0]) for v, n in edition.facets[field].items()
                if v and v != "ungraded"]  # fmt: skip
        found[key] = sorted(
            rows, key=lambda r: (_GRADES.index(r[0]) if field == "grade" else 0, -r[2])
        )
    return found


@needs("dynamic.draw")
@require_POST
def announce(request: HttpRequest) -> HttpResponse:
    """Announce a draw."""
    post = request.POST
    must = dict.fromkeys(
        post.get("must", "").replace("，", " ").replace(",", " ").split(), post.get("must_why", "")
    )
    asked = draws.Asked(
        post.get("name", ""), post.get("share", ""), post.get("seed_rule", ""), tuple(post.getlist("grades")),
        tuple(post.getlist("industries")), tuple(post.getlist("districts")), post.get("strata", ""), must,
        post.get("again_why", ""),
    )  # fmt: skip
    try:
        made = draws.announce(request.user, asked)
    except LantianError as error:
        tell(request, error)
        return redirect("dynamic")
    return redirect("draw", number=made.pk)


@needs("dynamic.view")
def one_draw(request: HttpRequest, number: int) -> HttpResponse:
    """Show a draw: its conditions, how it is repeated, the chosen firms with their results."""
    found = get_object_or_404(Draw.objects.select_related("edition"), pk=number)
    user: Any = request.user
    checks = draws.visible_checks(user).filter(draw=found)
    page = Paginator(checks, PER_PAGE).get_page(request.GET.get("page"))
    counts: dict[str, int] = {}
    for state in checks.order_by().values_list("case__state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    states = load_processes().of(draws.PROCESS, _edition(found)).states
    values = {
        "draw": found, "page": page, "share": Fraction(found.share), "may_draw": can(user, "dynamic.draw"),
        "grades": [grade_names(g) for g in found.wants["grades"]],
        "rows": [{"check": c, "state": states[c.case.state], "grade": grade_names(c.grade), "stratum": _stratum(c)}
                 for c in page],
        "counts": [(s, counts[k]) for k, s in states.items() if k in counts], "must": found.must.items(),
        "others": Draw.objects.filter(digest=found.digest).exclude(pk=found.pk), "count": sum(counts.values()),
    }  # fmt: skip
    return render(request, "dynamic/draw.html", values)


def _stratum(check: Check) -> tuple[str, str]:
    """Return what a firm was drawn among, in Chinese and English."""
    if check.must_why:
        return "指定", "named"
    return (
        grade_names(check.stratum)
        if check.draw.strata == "grade"
        else (check.stratum, check.stratum)
    )


def _edition(one: Draw) -> str:
    """Return the edition of the process that the checks of a draw began under."""
    first = one.checks.select_related("case").first()
    day = one.announced_at.date()
    return first.case.edition if first else load_processes().on(draws.PROCESS, day).head.edition


@needs("dynamic.draw")
@require_POST
def draw_now(request: HttpRequest, number: int) -> HttpResponse:
    """Draw with the seed that has become known."""
    found = get_object_or_404(Draw, pk=number)
    try:
        made = draws.draw_now(request.user, found, request.POST.get("seed", ""))
        n = made.checks.count()
        messages.success(request, in_language(f"已抽取 {n} 家", f"{n} firms drawn"))
    except LantianError as error:
        tell(request, error)
    return redirect("draw", number=number)


@needs("dynamic.view")
def whole_order(request: HttpRequest, number: int) -> HttpResponse:
    """Send the order of the whole population, worked out again from seed and list."""
    found = get_object_or_404(Draw.objects.select_related("edition"), pk=number)
    user: Any = request.user
    if found.drawn_at is None or user.role == "district":
        raise Http404(str(number))
    firms = {f.firm_id: f for f in draws.population(found.edition, found.wants)}
    method = load_processes().of(draws.PROCESS, _edition(found)).head.ref()
    again = draw_again(draws.candidates_of(found, firms), found.seed, Fraction(found.share), method)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="draw-{found.pk}.csv"'
    rows = csv.writer(response)
    rows.writerow(["企业编号", "企业名称", "分层", "次序", "SHA-256(种子|编号)", "抽中", "说明"])
    for row in again.rows:
        name = firms[row.firm_id].name
        safe = f"'{name}" if name[:1] in "=+-@" else name
        rows.writerow(
            [
                row.firm_id,
                safe,
                row.stratum,
                row.rank,
                row.digest,
                "是" if row.chosen else "否",
                row.trace.what_zh,
            ]
        )
    return response


def _check_or_404(user: Any, number: int) -> Check:
    return get_object_or_404(draws.visible_checks(user), pk=number)


@needs("dynamic.view")
def one_check(request: HttpRequest, number: int) -> HttpResponse:
    """Show a check with what can be done now."""
    user: Any = request.user
    found = _check_or_404(user, number)
    values = case_values(found.case, user, {"indicators-named": True}, "grade-check-file", found.pk)
    values |= {
        "check": found, "grade": grade_names(found.grade), "stratum": _stratum(found),
        "may_assign": can(user, "dynamic.draw"),
        "takers": draws.takers(found) if can(user, "dynamic.draw") else (), "rows": range(1, FINDINGS + 1),
        "may_open": can(user, "dynamic.open") and found.case.state == "findings",
        "mine": found.assigned_to in ("", user.username), "downgrades": found.downgrades.all(),
    }  # fmt: skip
    return render(request, "dynamic/check.html", values)


@needs("dynamic.check")
@require_POST
def step(request: HttpRequest, number: int) -> HttpResponse:
    """Hand in the result of a check."""
    user: Any = request.user
    found, post = _check_or_404(user, number), request.POST
    transition = post.get("step", "")
    try:
        rows = [{"indicator": post.get(f"indicator-{n}", ""), "found": post.get(f"found-{n}", "")}
                for n in range(1, FINDINGS + 1)]  # fmt: skip
        draws.take_check(
            user, found, transition, expect=version_of(request), reason=post.get("reason", ""),
            findings=rows, papers=papers_of(request, found.case, transition),
        )  # fmt: skip
        messages.success(request, in_language("检查结果已登记", "the result is on record"))
    except LantianError as error:
        tell(request, error)
    return redirect("grade-check", number=number)


@needs("dynamic.draw")
@require_POST
def assign(request: HttpRequest, number: int) -> HttpResponse:
    """Assign a check."""
    user: Any = request.user
    try:
        draws.assign(user, _check_or_404(user, number), request.POST.get("to", ""))
    except LantianError as error:
        tell(request, error)
    return redirect("grade-check", number=number)


@needs("dynamic.view")
def file(request: HttpRequest, number: int, taken: int, hash: str) -> HttpResponseBase:
    """Send a file of a check."""
    user: Any = request.user
    return send_of_step(_check_or_404(user, number).case, taken, hash)
