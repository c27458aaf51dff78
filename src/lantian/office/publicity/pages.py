"""The bureau's pages of publicity: notices with their clocks, one notice, its form; bulletins."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.domain.publicity.deadline import KINDS
from lantian.domain.publicity.masking import KINDS as MASKED
from lantian.jobs.publicity.fields import FIELDS, PARTIES, Draft, checked
from lantian.jobs.publicity.problems import problem
from lantian.jobs.publicity.read import MOST_ROWS, read_notices
from lantian.kernel.period import parse_period
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.office.air.models import CityDay
from lantian.office.air.pages import EDITIONS
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import TooLargeError, path_of, store_upload
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import tell
from lantian.office.people.access import can, needs
from lantian.office.publicity import actions
from lantian.office.publicity import bulletins as published
from lantian.office.publicity.actions import PublicityRefusedError, TakenIn
from lantian.office.publicity.figures import clock_of, shown_of, visible_notices, withdrawal_of
from lantian.office.publicity.models import REASONS, Notice, PublishedBulletin
from lantian.office.registry.actions import named_copy
from lantian.office.site.templatetags.parts import in_language

PER_PAGE = 50
REASON_NAMES = {
    "changed": ("决定被变更", "the decision was changed"),
    "revoked": ("决定被撤销", "the decision was revoked"),
    "unlawful": ("决定被确认违法", "the decision was found unlawful"),
    "void": ("决定被确认无效", "the decision was found void"),
    "period": ("公示期满", "the period of publicity is over"),
    "mistake": ("公示内容有误", "the notice was mistaken"),
}


@needs("notice.view")
def notices(request: HttpRequest) -> HttpResponse:
    """Show the notices with their state and clock, and the form for a table of them."""
    seen = visible_notices(request.user)
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:100]
    found = seen.filter(state=state) if state in Notice.State.values else seen
    for word in text.split()[:8]:
        found = found.filter(Q(party__icontains=word) | Q(number__icontains=word))
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    values = {
        "page": page, "rows": [{"notice": n, "clock": clock_of(n)} for n in page], "state": state, "q": text,
        "states": Notice.State.choices, "may_prepare": can(request.user, "notice.prepare"),
        "query": urlencode({"state": state, "q": text}), "most": MOST_ROWS,
    }  # fmt: skip
    return render(request, "publicity/notices.html", values)


@needs("notice.view")
def notice(request: HttpRequest, notice: int) -> HttpResponse:
    """Show one notice: inside, and as people see or will see it; what may be done."""
    found = _of(request, notice)
    shown, masked = shown_of(found)
    if found.shown:
        shown, masked = found.shown, {}
    own = request.user.username in (found.prepared_by, found.touched_by)  # type: ignore[union-attr]
    values = {
        "notice": found, "shown": shown, "masked": [(MASKED[k], n) for k, n in masked.items()],
        "clock": clock_of(found), "withdrawal": withdrawal_of(found), "own": own,
        "may_prepare": can(request.user, "notice.prepare"), "may_publish": can(request.user, "notice.publish"),
        "reasons": [(key, REASON_NAMES[key]) for key, _ in REASONS], "today": timezone.localdate(),
        "rows": _rows(found, shown), "reason": REASON_NAMES.get(found.withdrawn_reason),
    }  # fmt: skip
    return render(request, "publicity/notice.html", values)


def _rows(found: Notice, shown: dict[str, str]) -> list[dict[str, Any]]:
    """Return each field as it is inside and as people see it; "" there is not published."""
    names = {"kind": KINDS, "party_kind": PARTIES}
    rows = []
    for field, one in FIELDS.items():
        inside, outside = str(getattr(found, field)), shown.get(field, "")
        if field in names:
            inside, outside = (
                in_language(*names[field][inside]),
                in_language(*names[field][outside]),
            )  # type: ignore[index]
        rows.append({"names": one.names, "inside": inside, "outside": outside, "hidden": field not in shown,
                     "changed": field in shown and inside != outside})  # fmt: skip
    return rows


@needs("notice.prepare")
def new(request: HttpRequest) -> HttpResponse:
    """Prepare a notice: the form, or what is wrong with it, field by field."""
    return _form(request, None)


@needs("notice.prepare")
def edit(request: HttpRequest, notice: int) -> HttpResponse:
    """Change a notice that is not public yet."""
    return _form(request, _of(request, notice))


def _form(request: HttpRequest, found: Notice | None) -> HttpResponse:
    raw = dict.fromkeys(FIELDS, "") | {"kind": "penalty", "party_kind": "firm"}
    if found is not None:
        raw |= {name: str(getattr(found, name)) for name in FIELDS}
    problems: list[Problem] = []
    version = found.version if found else 0
    if request.method == "POST":
        raw = {name: request.POST.get(name, "") for name in FIELDS}
        version = whole(request.POST.get("version", ""))
        draft, problems = checked(raw, timezone.localdate(), _place)
        if draft is not None:
            made = _kept(request, found, version, draft)
            if made is not None:
                tell(request, *problems)
                return redirect("notice", notice=made.pk)
    values = {
        "notice": found, "raw": raw, "problems": problems, "version": version, "fields": FIELDS, "kinds": KINDS,
        "parties": PARTIES, "today": timezone.localdate(), "wrong": {p.place.column for p in problems},
    }  # fmt: skip
    return render(request, "publicity/form.html", values)


def _place(field: str) -> Place:
    return Place(column=FIELDS[field].names[0])


def _kept(request: HttpRequest, found: Notice | None, version: int, draft: Draft) -> Notice | None:
    """Return the notice as it was kept; None where it was refused, which is told."""
    user: Any = request.user
    try:
        file = _attached(request)
        if found is None:
            return actions.prepare(user, draft, file)
        return actions.change(user, found, version, draft, file)
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
    except PublicityRefusedError as error:
        messages.error(request, in_language(error.zh, error.en))
    except LantianError as error:
        tell(request, *error.problems)
    return None


def _attached(request: HttpRequest) -> StoredFile | None:
    upload = request.FILES.get("file")
    return store_upload(upload) if upload is not None else None


def _of(request: HttpRequest, pk: int) -> Notice:
    return get_object_or_404(visible_notices(request.user).select_related("file"), pk=pk)


def _publish(request: HttpRequest, found: Notice, seen: int) -> object:
    return actions.publish(request.user, found, seen, masked_seen="masked" in request.POST)  # type: ignore[arg-type]


def _return(request: HttpRequest, found: Notice, seen: int) -> object:
    return actions.send_back(request.user, found, seen, request.POST.get("why", ""))  # type: ignore[arg-type]


def _drop(request: HttpRequest, found: Notice, seen: int) -> object:
    return actions.drop(request.user, found, seen, request.POST.get("why", ""))  # type: ignore[arg-type]


def _withdraw(request: HttpRequest, found: Notice, seen: int) -> object:
    post = request.POST
    text = post.get("fell_on", "").strip()
    try:
        fell = date.fromisoformat(text) if text else None
    except ValueError:
        raise LantianError(problem("U004", value=text[:40])) from None
    return actions.withdraw(
        request.user, found, seen, post.get("reason", ""), post.get("why", ""), fell
    )  # type: ignore[arg-type]


STEPS: dict[str, tuple[str, Callable[[HttpRequest, Notice, int], object], tuple[str, str]]] = {
    "publish": ("notice.publish", _publish, ("已公示，公众页面立即可见", "Public from now on")),
    "return": ("notice.publish", _return, ("已退回", "Returned")),
    "drop": ("notice.prepare", _drop, ("已登记为不公示", "Noted as not to be published")),
    "withdraw": (
        "notice.publish",
        _withdraw,
        ("已撤回，公开地址说明原因", "Withdrawn; its address says why"),
    ),
}


@needs("notice.view")
@require_POST
def step(request: HttpRequest, notice: int, step: str) -> HttpResponse:
    """Take a step of a notice: publish, return, drop, withdraw; the action asks for the permission."""
    if step not in STEPS:
        raise Http404(step)
    found = _of(request, notice)
    _, act, done = STEPS[step]
    try:
        act(request, found, whole(request.POST.get("version", "")))
    except PublicityRefusedError as error:
        messages.error(request, in_language(error.zh, error.en))
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language(*done))
    return redirect("notice", notice=notice)


@needs("notice.view")
def attachment(request: HttpRequest, notice: int) -> HttpResponseBase:
    """Send the attachment of a notice."""
    found = _of(request, notice)
    if found.file is None:
        raise Http404(str(notice))
    return FileResponse(
        path_of(found.file.hash).open("rb"), as_attachment=True, filename=found.file.name
    )


@needs("notice.prepare")
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Prepare the notices of a table; wrong cells are told one by one, their rows are not taken in."""
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, in_language("请选择文件", "Choose a file, please"))
        return redirect("notices")
    try:
        file = store_upload(upload)
        with named_copy(file) as path:
            read = read_notices(path, timezone.localdate())
        found: TakenIn = actions.import_notices(request.user, file, read)  # type: ignore[arg-type]
    except TooLargeError:
        messages.error(request, in_language("文件过大", "The file is too large"))
        return redirect("notices")
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("notices")
    values = {"found": found, "name": file.name, "problems": found.problems[:500],
              "more": max(0, len(found.problems) - 500)}  # fmt: skip
    return render(request, "publicity/imported.html", values)


@needs("notice.prepare")
def template(request: HttpRequest) -> HttpResponse:
    """Send an empty table with its headings."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(f.names[0] for f in FIELDS.values())
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="notices-template.csv"'
    return response


# --- bulletins -------------------------------------------------------------------------------


@needs("notice.view")
def bulletins(request: HttpRequest) -> HttpResponse:
    """Show the published bulletins, and the form for another one."""
    days = CityDay.objects.dates("day", "month", order="DESC")[:36]
    periods = list(dict.fromkeys([f"{d:%Y-%m}" for d in days] + [f"{d:%Y}" for d in days]))
    values = {
        "rows": PublishedBulletin.objects.all()[:200], "periods": periods, "editions": EDITIONS,
        "may_publish": can(request.user, "bulletin.publish"),
    }  # fmt: skip
    return render(request, "publicity/bulletins.html", values)


@needs("bulletin.publish")
@require_POST
def publish_bulletin(request: HttpRequest) -> HttpResponse:
    """Make and publish the air bulletin of a period."""
    edition = request.POST.get("edition", "")
    try:
        period = parse_period(request.POST.get("period", ""))
        made = published.make_air_bulletin(period, edition if edition in EDITIONS else EDITIONS[0])
        published.publish_bulletin(request.user, made)  # type: ignore[arg-type]
    except PublicityRefusedError as error:
        messages.error(request, in_language(error.zh, error.en))
    except LantianError as error:
        tell(request, *error.problems)
    except ValueError:
        messages.error(request, in_language("请选择时段", "Choose a period"))
    else:
        messages.success(request, in_language("公报已发布", "The bulletin is public"))
    return redirect("bulletins")


@needs("bulletin.publish")
@require_POST
def withdraw_bulletin(request: HttpRequest, bulletin: int) -> HttpResponse:
    """Withdraw a bulletin, with the reason."""
    found = get_object_or_404(PublishedBulletin, pk=bulletin)
    try:
        published.withdraw_bulletin(request.user, found, request.POST.get("why", ""))  # type: ignore[arg-type]
    except PublicityRefusedError as error:
        messages.error(request, in_language(error.zh, error.en))
    else:
        messages.success(request, in_language("公报已撤回", "The bulletin is withdrawn"))
    return redirect("bulletins")
