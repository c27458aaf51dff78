"""Pages of alerts: all of them, and one with its reasons, clocks, signature, changes, plan and orders in brief."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.domain.response.alert.procedure import signature
from lantian.kernel.level import Level
from lantian.office.alert import actions, extend
from lantian.office.alert.figures import (
    in_force,
    orders_seen,
    plan_of,
    plan_values,
    progress,
    replaced_grades,
    values_of,
)
from lantian.office.alert.models import Alert, Extension, PlanWork
from lantian.office.alert.refusal import StepRefusedError
from lantian.office.alert.steps import carried_out, moment_of, step_to, upload_of
from lantian.office.alert.worker import STAGES
from lantian.office.people.access import can, needs
from lantian.office.process.cases import process_of
from lantian.office.registry.figures import current
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook import load_rulebook

PROVISIONS = (
    "consultation",
    "approval-form",
    "dispatch",
    "lead-time",
    "keep-higher",
    "extension",
    "lift",
)
"""Rules of the procedure that the page cites, each with its mark."""


@needs("alert.view")
def alerts(request: HttpRequest) -> HttpResponse:
    """Show every alert, and the form for a forecast."""
    values = {
        "alerts": Alert.objects.all()[:100], "in_force": in_force(), "may_propose": can(request.user, "alert.propose"),
    }  # fmt: skip
    return render(request, "alert/alerts.html", values)


@needs("alert.propose")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Propose the alert that an uploaded forecast calls for; it follows the one in force, where there is one."""
    if "file" not in request.FILES:
        messages.error(request, in_language("请选择预报文件", "Choose a forecast, please"))
        return redirect("alerts")
    made: list[Alert] = []

    def step() -> None:
        file = upload_of(request)
        assert file is not None
        made.append(
            actions.propose(
                request.user, file, request.POST.get("issued", ""), in_force(), request.POST.get("step", "")
            )
        )  # fmt: skip

    if carried_out(request, step, ("已提出建议，等待签发", "Proposed; waits for the signature")):
        return redirect("alert", pk=made[0].pk)
    back = in_force()
    if back is not None and request.POST.get("step"):
        return redirect("alert", pk=back.pk)
    return redirect("alerts")


@needs("alert.view")
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one alert: reasons, clocks, signature, changes, plan against the baselines, orders in brief."""
    found = get_object_or_404(Alert.objects.select_related("before", "forecast", "case"), pk=pk)
    plan, user = plan_of(found), request.user
    orders = orders_seen(user, found.orders.all())  # type: ignore[arg-type]
    draft = getattr(plan, "draft", None) if plan else None
    sent = draft if draft is not None and draft.result_id else None
    counts = progress(orders)
    may_sign, may_plan = can(user, "alert.sign"), can(user, "alert.plan")
    values = {
        "alert": found, "case": found.case, "steps": course_rows(found), "plan": plan,
        "levels": values_of(sent.summary) if sent else plan_values(plan),
        "stage": STAGES.get(plan.stage, "") if plan else "",
        "working": plan is not None and plan.state in (PlanWork.State.QUEUED, PlanWork.State.RUNNING),
        "draft": draft, "replaced": replaced_grades(plan) if (may_sign or may_plan) and not counts["all"] else [],
        "counts": counts, "now": timezone.now(), "edition": current(),
        "may_sign": may_sign, "may_plan": may_plan,
        "may_propose": can(user, "alert.propose"), "may_review": can(user, "bulletin.make"),
        "findings": _findings(found), "level_names": {lv.value: (lv.label_zh, lv.value) for lv in Level},
        "after": getattr(found, "after", None), "extensions": list(found.extensions.all()),
        "waiting": found.extensions.filter(state=Extension.State.PROPOSED).first(),
        "reviews": list(found.reviews.all()[:5]), **_procedure(found),
    }  # fmt: skip
    return render(request, "alert/alert.html", values)


def course_rows(alert: Alert) -> list[tuple[Any, tuple[str, str]]]:
    """Return the steps of an alert's case with what its process calls them."""
    if alert.case is None:
        return []
    rules = process_of(alert.case)
    names = {key: (step.name_zh, step.name_en) for key, step in rules.transitions.items()}
    return [(s, names.get(s.transition, (s.transition,) * 2)) for s in alert.case.steps.all()]


def _procedure(alert: Alert) -> dict[str, Any]:
    """Return the rules of the procedure on the day of the alert, and the offices that sign."""
    book, day = load_rulebook(), timezone.localdate(alert.start)
    in_day = {one.key: one for one in book.provisions(day)}
    shown = [in_day[key] for key in PROVISIONS if key in in_day]
    offices = list(dict.fromkeys(signature(book, level, day).signer_zh for level in Level))
    return {
        "rules": shown, "offices": offices,
        "needs_forecast": in_day.get(extend.NEEDS_FORECAST),
        "lead_zh": alert.proposal.get("lead_hours"), "lead_needed": alert.proposal.get("lead_needed_hours"),
    }  # fmt: skip


def _findings(alert: Alert) -> list[dict[str, Any]]:
    """Return what each level needs and what the forecast has of it, from the episode that starts first."""
    episodes = alert.proposal.get("episodes") or [{}]
    found: list[dict[str, Any]] = episodes[0].get("findings", [])
    return found


@needs("alert.sign")
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign an alert."""
    found = get_object_or_404(Alert, pk=pk)
    opinion, office = request.POST.get("opinion", ""), request.POST.get("office")
    return step_to(
        request, lambda: actions.sign(request.user, found, opinion, office), ("已签发", "Signed"), "alert", pk,
    )  # fmt: skip


@needs("alert.sign")
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a proposal, or lift an alert in force."""
    found, why = get_object_or_404(Alert, pk=pk), request.POST.get("why", "")

    def step() -> object:
        if found.state == Alert.State.PROPOSED:
            return actions.drop(request.user, found, why)
        above = request.POST.get("basis") == Extension.Basis.ABOVE
        return actions.lift(request.user, found, why, upload_of(request), above)

    return step_to(request, step, ("已登记", "Noted"), "alert", pk)


@needs("alert.propose")
@require_POST
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a later end of an alert in force."""
    found = get_object_or_404(Alert, pk=pk)

    def step() -> object:
        basis, why = request.POST.get("basis", ""), request.POST.get("why", "")
        until = moment_of(request, "until")
        return extend.propose_extension(request.user, found, until, basis, why, upload_of(request))

    done = ("已提出延长，等待签发", "The extension waits for the signature")
    return step_to(request, step, done, "alert", pk)


@needs("alert.sign")
@require_POST
def extension_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign an extension, or decide against it."""
    found = get_object_or_404(Extension, pk=pk)

    def step() -> object:
        if request.POST.get("decision") == "drop":
            return extend.drop_extension(request.user, found, request.POST.get("why", ""))
        if request.POST.get("decision") == "sign":
            return extend.sign_extension(request.user, found, request.POST.get("office"))
        raise StepRefusedError("请选择签发或不采用", "sign it or drop it")

    return step_to(request, step, ("已登记，已通知各企业", "Noted"), "alert", found.alert_id)
