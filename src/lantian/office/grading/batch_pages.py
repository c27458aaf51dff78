"""Pages of batches for officers: report, publish, answer objections, let the grades take effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from lantian.jobs.registry.labels import grade_names
from lantian.kernel.problem import LantianError
from lantian.office.forms.numbers import whole
from lantian.office.forms.once import refuse_repeated
from lantian.office.forms.told import tell
from lantian.office.grading import batch_actions as actions
from lantian.office.grading.documents import batch_documents
from lantian.office.grading.models import Application, Batch, Objection
from lantian.office.grading.pages import row_of
from lantian.office.grading.words import refuse
from lantian.office.people.access import can, needs
from lantian.office.process.cases import AlreadyTakenError, clocks
from lantian.office.process.files import send
from lantian.office.site.templatetags.parts import in_language


@needs("grading.batches")
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches, and the applications that wait for one."""
    ready = Application.objects.filter(case__state="ready", batch=None).select_related("case")
    values = {
        "batches": Batch.objects.all(), "may_city": can(request.user, "grading.city"),
        "ready": [row_of(one) for one in ready.order_by("pk")],
    }  # fmt: skip
    return render(request, "grading/batches.html", values)


@needs("grading.city")
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Report the chosen applications in a batch, with its document."""
    refuse_repeated()  # the first click took the applications out of those that are looked at here
    chosen: dict[int, int] = {}
    for text in request.POST.getlist("chosen"):
        number, _, version = text.partition(":")
        if number.isdecimal() and version.isdecimal() and len(text) < 20:
            chosen[int(number)] = int(version)
    found = list(
        Application.objects.filter(pk__in=chosen, case__state="ready").select_related("case")
    )
    try:
        if not found:
            raise refuse("C026", detail="—")
        name = request.POST.get("name", "").strip()
        document, word = batch_documents(name or "batch", found)
        made = actions.report(request.user, name, chosen, document, word)  # type: ignore[arg-type]
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("grading-batches")
    messages.success(request, in_language("已列入批次上报", "Reported in a batch"))
    return redirect("grading-batch", batch=made.pk)


@needs("grading.batches")
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """Show one batch: its firms, its notice, objections and their answers."""
    found = get_object_or_404(Batch, pk=batch)
    user: Any = request.user
    live = {a.pk: a for a in found.applications.select_related("case")}
    first = next((a for a in live.values() if a.case.state == "publicity"), None)
    values = {
        "batch": found, "rows": firms_of(found, live), "open": actions.open_objections(found),
        "objections": found.objections.select_related("case", "application"),
        "notice": clocks(first.case)[0] if first is not None else None,
        "may_city": can(user, "grading.city"), "may_effect": can(user, "grading.effect"),
    }  # fmt: skip
    return render(request, "grading/batch.html", values)


def firms_of(batch: Batch, live: dict[int, Application]) -> list[dict[str, Any]]:
    """Return the firms as they were reported, each with where its application stands now."""
    return [
        {**one, "names": grade_names(str(one["grade"])),
         "now": row_of(live[one["application"]]) if one["application"] in live else None}
        for one in batch.listed
    ]  # fmt: skip


@needs("grading.effect")
@require_POST
def step(request: HttpRequest, batch: int) -> HttpResponse:
    """Publish a batch, let it take effect, or withdraw it."""
    found = get_object_or_404(Batch, pk=batch)
    user: Any = request.user
    taken: dict[str, tuple[Callable[[], object], str, str]] = {
        "publish": (lambda: actions.publish(user, found), "公示已开始", "The public notice has begun"),
        "take-effect": (lambda: actions.take_effect(user, found), "等级已生效", "The grades are in force"),
        "withdraw": (lambda: actions.withdraw_batch(user, found, request.POST.get("reason", "")),
                     "批次已撤回", "The batch is withdrawn"),
    }  # fmt: skip
    key = request.POST.get("step", "")
    if key not in taken:
        raise Http404(key)
    run, zh, en = taken[key]
    try:
        run()
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language(zh, en))
    return redirect("grading-batch", batch=found.pk)


@needs("grading.city")
@require_POST
def answer(request: HttpRequest, objection: int) -> HttpResponse:
    """Answer an objection."""
    found = get_object_or_404(Objection, pk=objection)
    expect = whole(request.POST.get("version", ""))
    outcome, text = request.POST.get("outcome", ""), request.POST.get("text", "")
    try:
        actions.answer(request.user, found, expect=expect, outcome=outcome, text=text)  # type: ignore[arg-type]
    except AlreadyTakenError as error:
        messages.info(
            request, in_language(error.problems[0].message_zh, error.problems[0].message_en)
        )
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language("异议已答复", "The objection is answered"))
    return redirect("grading-batch", batch=found.batch_id)


@needs("grading.batches")
def document(request: HttpRequest, batch: int, form: str) -> HttpResponseBase:
    """Send the document of a batch as PDF or Word."""
    found = get_object_or_404(Batch, pk=batch)
    file = {"pdf": found.document, "docx": found.document_word}.get(form)
    if file is None:
        raise Http404(form)
    return send(file)
