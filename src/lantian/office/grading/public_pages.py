"""What everybody sees without signing in: batches under public notice and in force, a form for objections."""

from __future__ import annotations

from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lantian.kernel.problem import LantianError
from lantian.office.grading.batch_actions import object_publicly
from lantian.office.grading.batch_pages import firms_of
from lantian.office.grading.models import Batch
from lantian.office.grading.pages import say
from lantian.office.grading.words import refuse
from lantian.office.people.access import public
from lantian.office.process.cases import clocks
from lantian.office.public.limits import limited
from lantian.office.site.templatetags.parts import in_language

MOST_AN_HOUR = 5
"""Objections of one address an hour."""


@public
@limited
def batches(request: HttpRequest) -> HttpResponse:
    """List the batches that were published."""
    found = Batch.objects.exclude(published_at=None)
    return render(request, "grading/public_batches.html", {"batches": found})


@public
@limited
def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """Show the firms and grades of a batch; take in an objection while it is under public notice."""
    found = Batch.objects.exclude(published_at=None).filter(pk=batch).first()
    if found is None:
        raise Http404(str(batch))
    if request.method == "POST":
        return _object(request, found)
    live = {a.pk: a for a in found.applications.select_related("case")}
    first = next((a for a in live.values() if a.case.state == "publicity"), None)
    values = {
        "batch": found, "rows": firms_of(found, live), "open": found.state[0] == "公示中",
        "notice": clocks(first.case)[0] if first is not None else None,
        "answers": found.objections.exclude(answered_at=None).select_related("application"),
    }  # fmt: skip
    return render(request, "grading/public_batch.html", values)


def _object(request: HttpRequest, found: Batch) -> HttpResponse:
    key = f"objections:{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, timeout=3600)
    given = request.POST
    number = given.get("application", "")
    try:
        if cache.get(key, 0) >= MOST_AN_HOUR:
            raise refuse("C030", limit=MOST_AN_HOUR)
        made = object_publicly(
            found, int(number) if number.isdecimal() and len(number) < 12 else 0,
            name=given.get("name", ""), contact=given.get("contact", ""), text=given.get("text", ""),
        )  # fmt: skip
    except LantianError as error:
        say(request, error)
    else:
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two
            cache.add(key, 1, timeout=3600)
        messages.success(request, in_language(
            f"异议已收到，编号 {made.pk}；答复将在本页公布，不公布您的姓名和联系方式",
            f"Your objection was received, no. {made.pk}; the answer will stand here, without your name",
        ))  # fmt: skip
    return redirect("public-grading-batch", batch=found.pk)
