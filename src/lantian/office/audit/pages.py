"""The record: what happened, by whom, and whether the chain holds."""

from __future__ import annotations

import json

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from lantian.office.audit.kinds import kind_names
from lantian.office.audit.ledger import export, find_breaks, proof_of
from lantian.office.audit.models import Event
from lantian.office.people.access import needs

PER_PAGE = 50


@needs("audit.view")
def record_page(request: HttpRequest) -> HttpResponse:
    """Show the events, newest first, by kind and person."""
    events = Event.objects.order_by("-number")
    what, actor = request.GET.get("what", ""), request.GET.get("actor", "")
    if what:
        events = events.filter(what=what)
    if actor:
        events = events.filter(actor=actor)
    page = Paginator(events, PER_PAGE).get_page(request.GET.get("page"))
    for event in page:
        event.names = kind_names(event.what)
        event.short = _short(event.event)
    kinds = Event.objects.order_by("what").values_list("what", flat=True).distinct()
    broken = find_breaks() if "verify" in request.GET else None
    values = {
        "page": page, "kinds": [(kind, kind_names(kind)) for kind in kinds], "what": what, "actor": actor,
        "broken": broken,
        "algorithm": settings.LEDGER_ALGORITHM, "count": Event.objects.count(),
    }  # fmt: skip
    return render(request, "audit/record.html", values)


@needs("audit.view")
def event_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show one event with its proof, or send both as JSON."""
    row = get_object_or_404(Event, number=number)
    found = proof_of(row)
    if request.GET.get("form") == "json":
        response = JsonResponse(found, json_dumps_params={"ensure_ascii": False})
        response["Content-Disposition"] = f'attachment; filename="event-{number}.json"'
        return response
    files = list(found["event"].get("files", {}).items())
    values = {
        "found": found,
        "row": row,
        "names": kind_names(row.what),
        "files": files,
        "text": row.event,
    }
    return render(request, "audit/event.html", values)


def _short(event: str) -> str:
    """Return what happened in a line; an event that was altered in the database may hold anything."""
    try:
        return "　".join(f"{k} {v}" for k, v in json.loads(event)["values"].items())
    except (ValueError, KeyError, TypeError, AttributeError):
        return event


@needs("audit.view")
def export_page(request: HttpRequest) -> StreamingHttpResponse:
    """Send the ledger as the file that is verified without the site."""
    lines = (line + "\n" for line in export())
    response = StreamingHttpResponse(lines, content_type="application/jsonl; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="ledger.jsonl"'
    return response
