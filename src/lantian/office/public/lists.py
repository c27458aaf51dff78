"""Public lists: notices of enforcement, bulletins, firms; each thing at an address that stays."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from lantian.domain.publicity.deadline import KINDS
from lantian.jobs.publicity.fields import FIELDS, PARTIES
from lantian.jobs.registry.labels import LEVELS, grade_names
from lantian.office.alert.figures import in_force
from lantian.office.audit.vault import path_of
from lantian.office.public.figures import (
    PER_PAGE,
    PUBLIC_FILTERS,
    PUBLIC_SORTS,
    asked_publicly,
    firm_page,
    order_of,
    public_measures,
    public_notices,
)
from lantian.office.public.serve import open_page
from lantian.office.publicity.bulletins import FORMS
from lantian.office.publicity.figures import notices_of_firm
from lantian.office.publicity.models import Notice, PublishedBulletin
from lantian.office.publicity.pages import REASON_NAMES
from lantian.office.registry.figures import choices_in, current
from lantian.office.registry.models import Firm
from lantian.office.site.templatetags.parts import in_language

_SHOWN = ("number", "kind", "party_kind", "party", "credit_code", "district", "facts", "basis", "result", "body",
          "decided_on")  # fmt: skip


@open_page("q", "district", "kind", "from", "to", "page")
def notices(request: HttpRequest) -> HttpResponse:
    """Show the published notices, newest decision first."""
    get = request.GET
    published = Notice.objects.filter(state=Notice.State.PUBLISHED)
    page = Paginator(public_notices(get), PER_PAGE).get_page(get.get("page"))
    query = get.copy()
    query.pop("page", None)
    values = {
        "page": page, "get": get, "kinds": KINDS, "query": query.urlencode(), "asked": bool(query),
        "districts": sorted(published.exclude(district="").order_by().values_list("district", flat=True).distinct()),
    }  # fmt: skip
    return render(request, "public/notices.html", values)


@open_page()
def notice(request: HttpRequest, notice: int) -> HttpResponse:
    """Show a published notice; the address of a withdrawn one says since when and why (410)."""
    found = Notice.objects.select_related("file").filter(pk=notice).first()
    if found is None or found.state not in (Notice.State.PUBLISHED, Notice.State.WITHDRAWN):
        raise Http404(str(notice))
    if found.state == Notice.State.WITHDRAWN:
        return _gone(
            request, in_language("执法公示", "Notice of enforcement"), found, "public-notices"
        )
    names: dict[str, Any] = {"kind": KINDS, "party_kind": PARTIES}
    rows = [
        (FIELDS[name].names, in_language(*names[name][found.shown[name]]) if name in names else found.shown[name])
        for name in _SHOWN
    ]  # fmt: skip
    firm = current_firm(found.firm_id)
    return render(request, "public/notice.html", {"notice": found, "rows": rows, "firm": firm})


def _gone(request: HttpRequest, what: str, found: Any, back: str) -> HttpResponse:
    """Say that something was withdrawn, when and why; nothing of what it said."""
    reason = REASON_NAMES.get(getattr(found, "withdrawn_reason", ""))
    values = {
        "what": what,
        "at": found.withdrawn_at,
        "reason": reason,
        "why": found.withdrawn_why,
        "back": back,
    }
    return render(request, "public/gone.html", values, status=410)


@open_page(data=True)
def notice_file(request: HttpRequest, notice: int) -> HttpResponseBase:
    """Send the attachment of a published notice; that of a withdrawn one is gone."""
    found = Notice.objects.select_related("file").filter(pk=notice).first()
    if (
        found is None
        or found.file is None
        or found.state not in (Notice.State.PUBLISHED, Notice.State.WITHDRAWN)
    ):
        raise Http404(str(notice))
    if found.state == Notice.State.WITHDRAWN:
        return _gone(
            request, in_language("执法公示", "Notice of enforcement"), found, "public-notices"
        )
    ending = "pdf" if path_of(found.file.hash).open("rb").read(4) == b"%PDF" else "docx"
    return _sent(found.file.hash, f"{found.number}.{ending}", ending)


def _sent(own: str, name: str, ending: str) -> HttpResponseBase:
    response = FileResponse(
        path_of(own).open("rb"), as_attachment=True, filename=name, content_type=FORMS[ending]
    )
    response["X-Content-SM3"] = own
    return response


# --- bulletins -------------------------------------------------------------------------------


@open_page()
def bulletins(request: HttpRequest) -> HttpResponse:
    """Show the published bulletins with their files."""
    rows = PublishedBulletin.objects.filter(state=PublishedBulletin.State.PUBLISHED)[:500]
    return render(request, "public/bulletins.html", {"rows": rows})


@open_page()
def bulletin(request: HttpRequest, bulletin: int) -> HttpResponse:
    """Show one bulletin and its files; the address of a withdrawn one says why (410)."""
    found = get_object_or_404(PublishedBulletin, pk=bulletin)
    if found.state == PublishedBulletin.State.WITHDRAWN:
        return _gone(
            request, in_language(found.title_zh, found.title_en), found, "public-bulletins"
        )
    return render(request, "public/bulletin.html", {"b": found})


@open_page(data=True)
def bulletin_file(request: HttpRequest, bulletin: int, file: str) -> HttpResponseBase:
    """Send a file of a published bulletin: zh.pdf, zh.docx, en.pdf, en.docx."""
    found = get_object_or_404(PublishedBulletin, pk=bulletin)
    if file not in found.files:
        raise Http404(file)
    if found.state == PublishedBulletin.State.WITHDRAWN:
        return _gone(
            request, in_language(found.title_zh, found.title_en), found, "public-bulletins"
        )
    return _sent(
        found.files[file]["hash"], f"{found.kind}-{found.period}.{file}", file.split(".")[1]
    )


# --- firms -----------------------------------------------------------------------------------


def current_firm(firm_id: str) -> Firm | None:
    """Return a firm of the list in force."""
    edition = current()
    if edition is None or not firm_id or "\0" in firm_id:
        return None
    return Firm.objects.filter(edition=edition, firm_id=firm_id).select_related("edition").first()


@open_page("q", *PUBLIC_FILTERS, "now", "sort", "page")
def firms(request: HttpRequest) -> HttpResponse:
    """Show the firms of the list in force with their measures at each level."""
    edition, asked, alert = current(), asked_publicly(request.GET), in_force()
    cutting = alert is not None and request.GET.get("now") == "cuts"
    values: dict[str, Any] = {"edition": edition, "asked": asked, "alert": alert, "levels": LEVELS, "cutting": cutting,
                              "sorts": PUBLIC_SORTS}  # fmt: skip
    if edition is not None:
        page, rows = firm_page(edition, asked, request.GET.get("page"), cutting=cutting)
        query = "&".join(filter(None, (asked.query(), "now=cuts" if cutting else "")))
        values |= {"page": page, "rows": rows, "count": page.paginator.count, "query": query,
                   "choices": choices_in(edition, PUBLIC_FILTERS, counted=True)}  # fmt: skip
    return render(request, "public/firms.html", values)


@open_page()
def firm(request: HttpRequest, firm: str) -> HttpResponse:
    """Show what is public of one firm: grade, measures, its order of the alert in force, its notices."""
    found = current_firm(firm)
    if found is None:
        raise Http404(firm)
    alert = in_force()
    values = {
        "firm": found, "grade": grade_names(found.grade), "levels": LEVELS, "measures": public_measures(found),
        "alert": alert, "order": order_of(firm, alert), "notices": notices_of_firm(firm),
        "edition": found.edition, "address": quote(firm),
    }  # fmt: skip
    return render(request, "public/firm.html", values)
