"""The record: what happened, by whom, and whether the chain holds."""

from __future__ import annotations

import json

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render

from lantian.adapters.crypto.keyfile import public_text
from lantian.domain.ledger.seal import from_dict
from lantian.office.audit.kinds import kind_names
from lantian.office.audit.ledger import export, find_breaks, proof_of
from lantian.office.audit.models import Event, SealRow
from lantian.office.audit.seals import find_faults, own_public, signed_by_known, state
from lantian.office.people.access import needs

PER_PAGE = 50
FAULTS = {
    "order": ("与前一次封存不衔接", "does not follow the seal before"),
    "range": ("所含事件不符", "covers other entries"),
    "root": ("日根不符", "the root does not fit"),
    "key": ("由另一把密钥封存", "sealed by another key"),
    "signature": ("签名不符", "the signature does not fit"),
}


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
    verify = "verify" in request.GET
    broken = find_breaks() if verify else None
    values = {
        "page": page, "kinds": [(kind, kind_names(kind)) for kind in kinds], "what": what, "actor": actor,
        "broken": broken, "faults": [(f, FAULTS[f.kind]) for f in find_faults()] if verify else [],
        "seals": state(), "sealed": SealRow.objects.order_by("-day")[:14],
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
        "signed": signed_by_known(from_dict(found["seal"])) if found["seal"] else None,
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


@needs("audit.view")
def key_page(request: HttpRequest) -> HttpResponse:
    """Send the public key that ``lantian ledger verify --key`` takes."""
    key = own_public()
    if key is None:
        raise Http404
    response = HttpResponse(public_text(key), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="ledger-public-key.json"'
    return response
