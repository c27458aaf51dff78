"""The firm's own page, and the way up from the grade it holds."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from lantian.domain.grading.way_up import WHY_ZH, WayStep, ways_up
from lantian.jobs.registry.labels import grade_names
from lantian.kernel.problem import LantianError
from lantian.office.alert.models import Alert, Order
from lantian.office.dynamic.downgrade_pages import measures_by_level
from lantian.office.dynamic.downgrades import Holding, holding, visible_downgrades
from lantian.office.grading.actions import visible
from lantian.office.grading.assess import WHY_EN, Assessment, assess
from lantian.office.grading.models import Application, Award
from lantian.office.grading.pages import row_of
from lantian.office.people.access import needs, own_firms
from lantian.office.process.cases import clocks, offers, process_of
from lantian.office.process.models import Case
from lantian.office.registry.models import Firm
from lantian.office.site.tasks import tasks_of


@needs("order.own")
def home(request: HttpRequest) -> HttpResponse:
    """Show a firm what it must do now, its grade and why, the way up, what is under way."""
    user: Any = request.user
    today = timezone.localdate()
    held = holding(user.firm_id, today)
    order = (
        Order.objects.filter(firm_id=user.firm_id or "-", alert__state=Alert.State.SIGNED)
        .select_related("alert")
        .first()
    )
    values = {
        "held": held, "grade": grade_names(held.grade) if held else None, "order": order,
        "tasks": tasks_of(user), "grades": _record(user.firm_id),
        "applications": [row_of(one) for one in visible(user)[:5]],
        "downgrades": [case_row(one.case, user, one) for one in visible_downgrades(user)[:10]],
        "measures": measures_by_level(held.industry, held.firm.subtype, (held.grade,), today) if held else (),
        "why": _why(held),
    }  # fmt: skip
    return render(request, "dynamic/own.html", values)


def case_row(case: Case, user: Any, subject: Any) -> dict[str, Any]:
    """Return one case as a firm reads it: where it stands, until when it may do what."""
    return {
        "one": subject, "state": process_of(case).states[case.state], "clocks": clocks(case),
        "steps": [o.transition for o in offers(case, user)],
    }  # fmt: skip


def _record(firm_id: str) -> list[dict[str, Any]]:
    rows = Award.objects.filter(firm_id=firm_id or "-")[:20]
    return [{"award": one, "names": grade_names(one.grade)} for one in rows]


def _why(held: Holding | None) -> Assessment | None:
    """Return what the grade in force rests on: the application it came from, as the domain reads it."""
    if held is None or held.award is None or held.award.application is None:
        return None
    try:
        return assess(held.award.application)
    except LantianError:
        return None


@needs("grading.way-up")
def way_up(request: HttpRequest, firm: str) -> HttpResponse:
    """Show what separates a firm from each better grade, nearest first."""
    user: Any = request.user
    if not own_firms(user, Firm.objects.filter(firm_id=firm), "grading.way-up").exists():
        raise Http404(firm)
    today = timezone.localdate()
    held = holding(firm, today)
    newest = Application.objects.filter(firm_id=firm).exclude(facts={}).first() if held else None
    problem, ways, part = None, (), None
    if held is not None:
        try:
            part = _part(held, newest)
            better = held.scheme[: held.scheme.index(held.grade)]
            ways = tuple(way_row(way) for way in ways_up(part) if way.target in better)
        except LantianError as error:
            problem = error.problems[0]
    values = {
        "firm": firm, "held": held, "grade": grade_names(held.grade) if held else None, "newest": newest,
        "ways": ways, "part": part, "problem": problem, "own": user.role == "enterprise",
        "measures": _gains(held, ways, today), "name": held.firm.name if held else firm,
    }  # fmt: skip
    return render(request, "dynamic/way_up.html", values)


def _part(held: Holding, newest: Application | None) -> Any:
    """Return the firm's industry as the domain grades it, with the facts of its newest application or none."""
    if newest is not None:
        return assess(newest).part
    blank = Application(
        firm_id=held.firm.firm_id, firm_name=held.firm.name, industry=held.industry,
        industry_zh=held.industry_zh, subtype=held.firm.subtype, wants=held.scheme[0], day=timezone.localdate(),
    )  # fmt: skip
    return assess(blank, ()).part


def way_row(way: Any) -> dict[str, Any]:
    """Return a way with its steps grouped by what they are: to be mended, to be shown, to be judged."""
    groups: dict[str, list[WayStep]] = {}
    for step in way.steps:
        groups.setdefault(step.why, []).append(step)
    return {
        "way": way, "names": grade_names(way.target),
        "groups": [((WHY_ZH[why], WHY_EN[why]), steps) for why, steps in groups.items()],
    }  # fmt: skip


def _gains(held: Holding | None, ways: Any, today: Any) -> list[dict[str, Any]]:
    """Return what each level demands at the grade held and at the nearest better one."""
    if held is None or not ways:
        return []
    return measures_by_level(
        held.industry, held.firm.subtype, (held.grade, ways[0]["way"].target), today
    )
