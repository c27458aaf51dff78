"""What everybody sees without signing in: batches under public notice and in force, a form for objections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lantian.kernel.problem import LantianError
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import tell
from lantian.office.grading.batch_actions import object_publicly
from lantian.office.grading.batch_pages import firms_of
from lantian.office.grading.models import Batch
from lantian.office.grading.words import refuse
from lantian.office.people.access import public
from lantian.office.process.cases import clocks
from lantian.office.public.limits import too_many
from lantian.office.public.serve import open_page
from lantian.office.site.templatetags.parts import in_language

MOST_A_MINUTE = 10
"""Objections of one address a minute in each process."""


@open_page()
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches that were published."""
    found = Batch.objects.exclude(published_at=None)
    return render(request, "grading/public_batches.html", {"batches": found})


@open_page()
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """Show the firms and grades of a batch, and the objections that were answered."""
    values = _values(_published(batch))
    return render(request, "grading/public_batch.html", values)


def _published(number: int) -> Batch:
    found = Batch.objects.exclude(published_at=None).filter(pk=number).first()
    if found is None:
        raise Http404(str(number))
    return found


def _values(found: Batch) -> dict[str, Any]:
    live = {a.pk: a for a in found.applications.select_related("case")}
    first = next((a for a in live.values() if a.case.state == "publicity"), None)
    return {
        "batch": found, "rows": firms_of(found, live), "open": found.state[0] == "公示中",
        "notice": clocks(first.case)[0] if first is not None else None,
        "answers": found.objections.exclude(answered_at=None).select_related("application"),
    }  # fmt: skip


@public
def object_page(request: HttpRequest, batch: int) -> HttpResponse:
    """Show the form for an objection, and take one in while the batch is under public notice."""
    found = _published(batch)
    if request.method != "POST":
        return too_many(request) or render(request, "grading/public_object.html", _values(found))
    given = request.POST
    try:
        if too_many(request, "objections", MOST_A_MINUTE):
            raise refuse("C030", limit=MOST_A_MINUTE)
        made = object_publicly(
            found, whole(given.get("application", ""), 0),
            name=given.get("name", ""), contact=given.get("contact", ""), text=given.get("text", ""),
        )  # fmt: skip
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language(
            f"异议已收到，编号 {made.pk}；答复将在本页公布，不公布您的姓名和联系方式",
            f"Your objection was received, no. {made.pk}; the answer will stand here, without your name",
        ))  # fmt: skip
    return redirect("public-grading-batch", batch=found.pk)
