"""Pages of plans: ask for one, compare it, suppose another, change a copy by hand, send the orders out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lantian.jobs.plan_adjust import HandCut
from lantian.jobs.registry.labels import grade_names
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.office.alert import plan_actions
from lantian.office.alert.figures import (
    compared,
    plan_of,
    plan_values,
    replaced_grades,
    supposed_words,
    values_of,
)
from lantian.office.alert.models import Alert, PlanDraft, PlanWork
from lantian.office.alert.refusal import StepRefusedError
from lantian.office.alert.steps import carried_out, step_to, upload_of
from lantian.office.alert.taken_up import cuts_of, taken_up, written_plan
from lantian.office.alert.worker import STAGES
from lantian.office.forms.numbers import whole
from lantian.office.forms.once import refuse_repeated
from lantian.office.people.access import can, needs
from lantian.office.registry.figures import current
from lantian.office.site.templatetags.parts import in_language

MOST_FOUND, PER_PAGE = 30, 50
PERCENT = 100


@needs("alert.plan")
@require_POST
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a plan on the edition of the list in force, or on an uploaded one."""
    found = get_object_or_404(Alert, pk=pk)
    edition = current() if "edition" in request.POST else None
    if edition is None and "file" not in request.FILES:
        messages.error(request, in_language("请选择清单", "Choose the list, please"))
        return redirect("alert", pk=pk)

    def step() -> object:
        if edition is not None:
            if str(edition.number) != request.POST["edition"]:
                raise StepRefusedError(
                    f"清单已有第{edition.number}版，请核对后再计算",
                    f"the list has edition {edition.number} now: look at it first",
                )
            return plan_actions.ask_plan(request.user, found, edition.upload.file, edition.number)
        file = upload_of(request)
        assert file is not None
        return plan_actions.ask_plan(request.user, found, file)

    return step_to(request, step, ("方案开始计算", "The plan is being worked out"), "alert", pk)


@needs("alert.sign")
@require_POST
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Send out the orders of the newest plan, or of its copy changed by hand."""
    found = get_object_or_404(Alert, pk=pk)

    def step() -> object:
        newest = plan_of(found)
        if newest is None:
            raise StepRefusedError("还没有方案", "there is no plan yet")
        asked = request.POST.get("plan")
        if asked and asked != str(newest.pk):
            raise StepRefusedError(
                "方案已有新的，请核对后再下达", "there is a newer plan: look first"
            )
        by_hand = "adjusted" in request.POST
        return plan_actions.issue(request.user, newest, by_hand, request.POST.get("accept_why", ""))

    return step_to(request, step, ("管控令已下达", "The orders went out"), "alert", pk)


@needs("alert.view")
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a plan against the across-the-board ways and the what-ifs, with the form of a what-if."""
    found = get_object_or_404(Alert, pk=pk)
    newest = plan_of(found)
    what_ifs = [_what_if(one) for one in found.plans.filter(kind=PlanWork.Kind.WHAT_IF)]
    levels = plan_values(newest)
    for one in what_ifs:
        both = levels is not None and one["levels"] is not None and levels["cost"]
        one["change"] = (one["levels"]["cost"] / levels["cost"] - 1) * 100 if both else None
    values = {
        "alert": found, "plan": newest, "levels": levels, "what_ifs": what_ifs,
        "may_plan": can(request.user, "alert.plan"), "pollutants": POLLUTANTS, "all_levels": Level,
        "working": any(w["working"] for w in what_ifs), "choices": _choices(newest),
    }  # fmt: skip
    return render(request, "alert/compare.html", values)


def _what_if(work: PlanWork) -> dict[str, Any]:
    return {
        "work": work, "supposed": supposed_words(work.options), "levels": plan_values(work),
        "working": work.state in (PlanWork.State.QUEUED, PlanWork.State.RUNNING),
        "stage": STAGES.get(work.stage, ""),
    }  # fmt: skip


def _choices(plan: PlanWork | None) -> dict[str, list[Any]]:
    """Return the districts and industries of a plan's firms, to choose from."""
    if plan is None or plan.result is None:
        return {"districts": [], "industries": []}
    orders = written_plan(plan)["orders"]
    return {
        "districts": sorted({o["district"] for o in orders if o["district"]}),
        "industries": sorted({(o["industry"], o["industry_zh"]) for o in orders}),
    }


@needs("alert.plan")
@require_POST
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a what-if."""
    found = get_object_or_404(Alert, pk=pk)

    def step() -> object:
        newest = plan_of(found)
        if newest is None or newest.state != PlanWork.State.READY:
            raise StepRefusedError("先要有算出的方案", "a plan must be there first")
        return plan_actions.ask_what_if(request.user, newest, _options(request.POST, found, newest))

    return step_to(request, step, ("推演开始计算", "The what-if is being worked out"), "alert-compare", pk)  # fmt: skip


def _options(post: Any, alert: Alert, plan: PlanWork) -> dict[str, Any]:
    """Return what a form supposes.

    Raises
    ------
    StepRefusedError
        For a target that is no percentage, a level or firm there is none of.
    """
    targets = {}
    for p in POLLUTANTS:
        text = post.get(f"target_{p.value}", "").strip()
        if text:
            targets[p.value] = str(share_of(text))
    level = post.get("level", "")
    if level and level not in {x.value for x in Level}:
        raise StepRefusedError("没有这个级别", "there is no such level")
    firms = [
        f
        for f in post.get("spare", "").replace("，", ",").replace("、", ",").split(",")
        if f.strip()
    ]
    known = {o["firm_id"] for o in written_plan(plan)["orders"]}
    strange = [f.strip() for f in firms if f.strip() not in known]
    if strange:
        raise StepRefusedError(
            f"清单中没有企业“{strange[0]}”，请填企业编号",
            f"there is no firm “{strange[0]}”; give its id",
        )
    return {
        "level": level if level != alert.level else "", "targets": targets,
        "spare": sorted(f.strip() for f in firms), "district": post.get("district", ""),
        "industry": post.get("industry", ""),
    }  # fmt: skip


def share_of(text: str) -> Fraction:
    """Return a percentage as an exact share.

    Raises
    ------
    StepRefusedError
        Where it is no number between 0 and 100.
    """
    try:
        share = Fraction(text.strip().rstrip("%％")) / PERCENT
    except (ValueError, ZeroDivisionError):
        share = Fraction(-1)
    if not 0 <= share <= 1:
        raise StepRefusedError(
            f"“{text}”不是0到100之间的百分数", f"“{text}” is no percentage between 0 and 100"
        )
    return share


@needs("alert.view")
def what_if_firms(request: HttpRequest, pk: int) -> HttpResponse:
    """Show which firms a what-if would treat otherwise than the plan."""
    work = get_object_or_404(PlanWork, pk=pk, kind=PlanWork.Kind.WHAT_IF)
    newest = plan_of(work.alert)
    if work.result is None or newest is None or newest.result is None:
        raise Http404(str(pk))
    found = compared(newest, work)
    page = Paginator(found["rows"], PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row["grade"] = grade_names(row["grade"])
    values = {
        "alert": work.alert, "what_if": _what_if(work), "levels": plan_values(newest), "found": found, "page": page,
    }  # fmt: skip
    return render(request, "alert/what_if.html", values)


# --- a copy changed by hand --------------------------------------------------------------------


@needs("alert.plan")
@require_POST
def open_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the copy of a plan that is changed by hand, or go to the one that is there."""
    found = get_object_or_404(PlanWork, pk=pk)
    refuse_repeated()
    there = PlanDraft.objects.filter(plan=found).first()
    if there is not None:
        return redirect("alert-draft", pk=there.pk)
    made: list[PlanDraft] = []

    def step() -> None:
        made.append(plan_actions.open_draft(request.user, found))

    if carried_out(
        request, step, ("已建修改稿，算出的方案不变", "A copy was made; the plan stays")
    ):
        return redirect("alert-draft", pk=made[0].pk)
    return redirect("alert", pk=found.alert_id)


@needs("alert.view")
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a copy with what is broken, the gap to the targets, its changes; on POST, change a firm."""
    found = _drafts().filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    typed: Mapping[str, str] = {}
    if request.method == "POST":
        if not can(request.user, "alert.plan"):
            return HttpResponse(status=403)
        if carried_out(
            request, lambda: _change(request, found), ("已记入修改稿并核验", "Noted and checked")
        ):
            return redirect(f"{request.path}?firm={request.POST.get('firm', '')}")
        typed = request.POST
        found = _drafts().get(pk=pk)
    firm_id = typed.get("firm") or request.GET.get("firm", "")
    may_sign = can(request.user, "alert.sign")
    values = {
        "draft": found, "alert": found.plan.alert, "levels": plan_values(found.plan),
        "mine": plan_values_of(found), "changes": list(found.changes.all())[::-1],
        "may_plan": can(request.user, "alert.plan") and found.state == PlanDraft.State.OPEN,
        "may_sign": may_sign, "typed": typed, "q": request.GET.get("q", ""),
        "found": _search(found.plan, request.GET.get("q", "")), "firm": _firm(found, firm_id, typed),
        "replaced": replaced_grades(found.plan) if may_sign and found.state == PlanDraft.State.OPEN else [],
    }  # fmt: skip
    status = 409 if typed else 200
    return render(request, "alert/draft.html", values, status=status)


def _drafts() -> QuerySet[PlanDraft]:
    return PlanDraft.objects.select_related("plan__alert", "plan__list_file", "plan__result")


def plan_values_of(draft: PlanDraft) -> dict[str, Any]:
    """Return the figures of a copy, with errors and warnings of the checker."""
    found = values_of(draft.summary)
    found["errors"] = [b for b in found["broken"] if b["error"]]
    found["warnings"] = [b for b in found["broken"] if not b["error"]]
    return found


def _search(plan: PlanWork, text: str) -> list[dict[str, Any]]:
    words = text.strip().lower().split()
    if not words:
        return []
    hits = [
        o for o in written_plan(plan)["orders"]
        if all(w in f"{o['firm_id']} {o['firm_name']} {o['credit_code']}".lower() for w in words)
    ]  # fmt: skip
    return [{**o, "grade": grade_names(o["grade"])} for o in hits[:MOST_FOUND]]


def _firm(draft: PlanDraft, firm_id: str, typed: Mapping[str, str]) -> dict[str, Any] | None:
    """Return a firm as it stands in the copy, with its ladder as choices and its lines."""
    if not firm_id or draft.state != PlanDraft.State.OPEN:
        return None
    order = next((o for o in written_plan(draft.plan)["orders"] if o["firm_id"] == firm_id), None)
    if order is None:
        return None
    level = Level(draft.plan.alert.level)
    mine, now = _standing(draft, order)
    rungs = taken_up(draft.plan).rungs(firm_id, level)
    running = rungs[0].shares.keys() if rungs else ()
    lines = [
        {"id": a["line_id"], "name": a["line_name"] or a["line_id"],
         "shown": typed.get(f"line_{a['line_id']}") or _percent(now[a["line_id"]])}
        for a in order["actions"] if a["line_id"] in running
    ]  # fmt: skip
    choices = [
        {"place": i, "rung": r, "shown": float(r.share * PERCENT), "now": all(now[k] == v for k, v in r.shares.items()),
         "kg": [m / 1e6 for m in r.reduction_mg], "cost": r.cost_fen / 1e6}
        for i, r in enumerate(rungs)
    ]  # fmt: skip
    return {"order": order, "grade": grade_names(order["grade"]), "mine": mine, "choices": choices, "lines": lines,
            "chosen": typed.get("rung", "")}  # fmt: skip


def _standing(
    draft: PlanDraft, order: Mapping[str, Any]
) -> tuple[HandCut | None, dict[str, Fraction]]:
    """Return the change that stands for a firm, if any, and the share of each of its lines now."""
    mine = next((c for c in cuts_of(draft) if c.firm_id == order["firm_id"]), None)
    now = {a["line_id"]: Fraction(a["share_exact"]) for a in order["actions"]}
    return mine, now | (dict(mine.shares) if mine is not None else {})


def _percent(share: Fraction) -> str:
    return f"{float(share * PERCENT):.6f}".rstrip("0").rstrip(".")


def _change(request: HttpRequest, draft: PlanDraft) -> None:
    post = request.POST
    firm_id, rung = post.get("firm", ""), post.get("rung", "")
    level = Level(draft.plan.alert.level)
    shares: dict[str, Fraction] = {}
    if rung == "lines":
        order = next(
            (o for o in written_plan(draft.plan)["orders"] if o["firm_id"] == firm_id), None
        )
        now = _standing(draft, order)[1] if order is not None else {}
        lines = {k.removeprefix("line_"): v for k, v in post.items() if k.startswith("line_")}
        for line, text in lines.items():  # a share that was only shown rounded stays exact
            kept = line in now and text.strip() == _percent(now[line])
            shares[line] = now[line] if kept else share_of(text)
    elif rung != "plan":
        rungs = taken_up(draft.plan).rungs(firm_id, level)
        if not 0 <= whole(rung) < len(rungs):
            raise StepRefusedError("请选择一档，或逐线填写", "choose a step, or fill in the lines")
        shares = dict(rungs[whole(rung)].shares)
    version = whole(post.get("version", ""))
    if version < 0:
        raise StepRefusedError("页面不完整，请刷新", "the page is incomplete: reload it")
    plan_actions.change_draft(request.user, draft, version, firm_id, shares, post.get("why", ""))
