"""Pages of alerts: all of them, one with its steps, orders, a firm's own order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.domain.grading.grade import label_of
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.problem import LantianError
from lantian.office.alert import actions
from lantian.office.alert.figures import in_force
from lantian.office.alert.models import Alert, Order, PlanWork
from lantian.office.alert.worker import STAGES
from lantian.office.audit.vault import TooLargeError, store_upload
from lantian.office.people.access import can, needs
from lantian.office.people.roles import Role
from lantian.office.registry.figures import current
from lantian.office.site.templatetags.parts import in_language

PER_PAGE = 50


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
    """Propose the alert that an uploaded forecast calls for."""
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, in_language("请选择预报文件", "Choose a forecast, please"))
        return redirect("alerts")
    try:
        before = in_force()
        found = actions.propose(
            request.user, store_upload(upload), request.POST.get("issued", ""), before
        )
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
    except LantianError as error:
        for problem in error.problems:
            messages.error(
                request,
                f"{problem.code} {problem.place.text()} {problem.message_zh} {problem.remedy_zh}",
            )
    except actions.StepRefusedError as error:
        messages.warning(request, str(error))
    else:
        messages.success(
            request, in_language("已提出建议，等待签发", "Proposed; waits for the signature")
        )
        return redirect("alert", pk=found.pk)
    return redirect("alerts")


@needs("alert.view")
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one alert: reasons, clocks, signature, plan against the baselines, orders."""
    found = get_object_or_404(Alert, pk=pk)
    plan = found.plans.first()
    orders = found.orders.all()
    if request.user.role == Role.DISTRICT:  # type: ignore[union-attr]
        orders = orders.filter(district=request.user.district)  # type: ignore[union-attr]
    asked = request.GET.get("orders", "cuts")
    shown = orders.filter(cuts=True) if asked == "cuts" else orders
    if asked == "open":
        shown = orders.filter(cuts=True, receipt_at__isnull=True)
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    for order in page:
        order.grade_zh = label_of(order.grade)
    values = {
        "alert": found, "plan": plan, "levels": _level(plan, found),
        "stage": STAGES.get(plan.stage, "") if plan else "",
        "working": plan is not None and plan.state in (PlanWork.State.QUEUED, PlanWork.State.RUNNING),
        "page": page, "asked": asked,
        "counts": {"all": orders.count(), "cuts": orders.filter(cuts=True).count(),
                   "received": orders.filter(cuts=True, receipt_at__isnull=False).count()},
        "now": timezone.now(), "may_sign": can(request.user, "alert.sign"), "may_plan": can(request.user, "alert.plan"),
        "edition": current(),
        "findings": _findings(found), "level_names": {lv.value: lv.label_zh for lv in Level},
    }  # fmt: skip
    return render(request, "alert/alert.html", values)


def _findings(alert: Alert) -> list[dict[str, Any]]:
    """Return what each level needs and what the forecast has of it, from the episode that starts first."""
    episodes = alert.proposal.get("episodes") or [{}]
    found: list[dict[str, Any]] = episodes[0].get("findings", [])
    return found


def _level(plan: PlanWork | None, alert: Alert) -> dict[str, Any] | None:
    """Return the plan's figures of the level, with those of the baselines."""
    if plan is None or plan.state != PlanWork.State.READY:
        return None
    own = plan.summary["levels"][alert.level]
    rows = [
        {"name": p.label_zh, "required": own["required"][p.value] * 100, "achieved": own["achieved"][p.value] * 100,
         "kg": own["achieved_kg_day"][p.value], "met": own["met"][p.value]}
        for p in POLLUTANTS
        if p.value in own["required"]
    ]  # fmt: skip
    ways = [{"name": "本方案", "cost": own["cost_cny_day"] / 1e4, "firms": own["firms_touched"],
             "spared": own["good_performers_spared"] * 100, "met": all(own["met"].values())}]  # fmt: skip
    for way in plan.summary["baselines"].values():
        other = way["levels"][alert.level]
        ways.append({"name": way["label_zh"], "cost": other["cost_cny_day"] / 1e4, "firms": other["firms_touched"],
                     "spared": other["good_performers_spared"] * 100, "met": other["meets"]})  # fmt: skip
    return {"own": own, "cost": own["cost_cny_day"] / 1e4, "spared": own["good_performers_spared"] * 100,
            "rows": rows, "ways": ways, "gap": plan.summary["gap"] * 100,
            "violations": len(plan.summary["checker"].get("violations", []))}  # fmt: skip


def _step(
    request: HttpRequest, pk: int, step: Callable[[Alert], object], done: tuple[str, str]
) -> HttpResponse:
    found = get_object_or_404(Alert, pk=pk)
    try:
        step(found)
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
    except actions.StepRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, in_language(*done))
    return redirect("alert", pk=pk)


@needs("alert.sign")
@require_POST
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign an alert."""
    opinion = request.POST.get("opinion", "")
    return _step(
        request, pk, lambda a: actions.sign(request.user, a, opinion), ("已签发", "Signed")
    )


@needs("alert.sign")
@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop a proposal, or lift an alert in force."""
    why = request.POST.get("why", "")

    def step(found: Alert) -> object:
        act = actions.drop if found.state == Alert.State.PROPOSED else actions.lift
        return act(request.user, found, why)

    return _step(request, pk, step, ("已登记", "Noted"))


@needs("alert.plan")
@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a plan on the edition of the list in force, or on an uploaded one."""
    edition = current() if "edition" in request.POST else None
    upload = request.FILES.get("file")
    if upload is None and edition is None:
        messages.error(request, in_language("请选择清单", "Choose the list, please"))
        return redirect("alert", pk=pk)

    def step(found: Alert) -> object:
        if edition is not None:
            if str(edition.number) != request.POST["edition"]:
                raise actions.StepRefusedError(f"清单已有第{edition.number}版，请核对后再计算")
            return actions.ask_plan(request.user, found, edition.upload.file, edition.number)
        return actions.ask_plan(request.user, found, store_upload(upload))

    return _step(request, pk, step, ("方案开始计算", "The plan is being worked out"))


@needs("alert.sign")
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Send out the orders of the newest plan."""

    def step(found: Alert) -> object:
        newest = found.plans.first()
        if newest is None:
            raise actions.StepRefusedError("还没有方案")
        return actions.issue(request.user, newest)

    return _step(request, pk, step, ("管控令已下达", "The orders went out"))


# --- a firm's own side -------------------------------------------------------------------------


@needs("order.own")
def own_orders(request: HttpRequest) -> HttpResponse:
    """Show a firm what it must do now until when, and its earlier orders."""
    found = (
        Order.objects.filter(firm_id=request.user.firm_id or "-")
        .select_related("alert")
        .order_by("-pk")
    )  # type: ignore[union-attr]
    current = next((o for o in found if o.alert.state == Alert.State.SIGNED), None)
    return render(
        request, "alert/own.html", {"current": current, "orders": found, "now": timezone.now()}
    )


@needs("order.receipt")
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the receipt of an order, or hand in how it was carried out."""
    found = Order.objects.filter(pk=pk, firm_id=request.user.firm_id or "-").first()  # type: ignore[union-attr]
    if found is None:
        raise Http404(str(pk))
    try:
        if "report" in request.POST:
            actions.report(request.user, found, request.POST["report"])
        else:
            actions.receive(request.user, found)
    except actions.StepRefusedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, in_language("已登记", "Noted"))
    return redirect("own-orders")
