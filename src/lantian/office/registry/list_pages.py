"""Pages of the list: uploads with their problems, editions with their sums, two editions compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

import lantian
from lantian.domain.inventory.checks import RULES
from lantian.jobs.registry.differences import differences
from lantian.jobs.registry.entries import STRUCTURE
from lantian.jobs.registry.labels import CHANGES
from lantian.jobs.registry.problems import MOST_FIRMS, MOST_LIST_MB, problem
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.problem import LantianError
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import TooLargeError, store_upload
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import tell
from lantian.office.grading.standing import differing
from lantian.office.people.access import can, needs
from lantian.office.registry.actions import (
    accept,
    candidate_of,
    check_file,
    errors_of,
    keep_check,
    marked_copy,
)
from lantian.office.registry.documents import documents
from lantian.office.registry.figures import city_sums, current, sector_rows, sums_by
from lantian.office.registry.models import Edition, Firm, FirmChange, Upload, UploadProblem
from lantian.office.registry.pages import change_row, edition_or_404
from lantian.office.site.templatetags.parts import in_language

PROBLEMS_A_PAGE = 100
COMPARED_A_PAGE = 50
SEVERITIES = {"error": ("错误", "error"), "warning": ("警告", "warning"), "hint": ("提示", "hint")}
TITLES = {rule.code: rule.title for rule in RULES}
"""Titles of the checks by code, Chinese and English."""


def _title(code: str) -> tuple[str, str]:
    if code in STRUCTURE:
        return "接受后会丢行", "rows would be lost"
    return TITLES.get(code, ("清单读取", "reading the list"))


@needs("list.view")
def overview(request: HttpRequest) -> HttpResponse:
    """Show the editions, the uploads, and the form for a new workbook."""
    user, newest = request.user, current()
    values = {
        "editions": Edition.objects.select_related("upload")[:50], "newest": newest, "today": date.today(),
        "uploads": Paginator(Upload.objects.select_related("edition"), 20).get_page(request.GET.get("page")),
        "may_upload": can(user, "list.upload"), "most": MOST_FIRMS, "differing": len(differing(newest)),
    }  # fmt: skip
    return render(request, "registry/list.html", values)


@needs("list.upload")
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Keep and check an uploaded workbook; the same file for the same day is checked once."""
    upload = request.FILES.get("file")
    if upload is None:
        tell(request, problem("E001"))
        return redirect("list")
    if (upload.size or 0) > MOST_LIST_MB << 20:
        tell(request, problem("E002", name=upload.name, mb=MOST_LIST_MB))
        return redirect("list")
    try:
        day = day_of(request)
        kept, new = kept_once(request, store_upload(upload), day)
    except TooLargeError:
        tell(request, problem("E002", name=upload.name, mb=settings.MOST_UPLOAD_BYTES // 2**20))
        return redirect("list")
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("list")
    if not new:
        tell(request, problem("E014"))
    return redirect("list-upload", upload=kept.pk)


def day_of(request: HttpRequest) -> date:
    """Return the day that a list is to hold for.

    Raises
    ------
    LantianError
        E004 for what is no date.
    """
    text = request.POST.get("day", "")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LantianError(problem("E004", day=text[:40])) from None


def kept_once(
    request: HttpRequest, file: StoredFile, day: date, carried: Mapping[str, Any] | None = None
) -> tuple[Upload, bool]:
    """Check a stored list for a day and keep what was found; return it, and whether it is new.

    Raises
    ------
    LantianError
        Where the list cannot be read.
    """
    seen = checked_before(file, day)
    if seen is not None:
        return seen, False
    try:
        return keep_check(request.user, file, check_file(file, day), carried), True  # type: ignore[arg-type]
    except IntegrityError:  # a double click: the other request was first
        seen = checked_before(file, day)
        assert seen is not None
        return seen, False


def checked_before(file: StoredFile, day: date) -> Upload | None:
    """Return the check of a file for a day by this version of Lantian."""
    return Upload.objects.filter(file=file, day=day, checked_with=lantian.__version__).first()


@needs("list.view")
def upload_page(request: HttpRequest, upload: int) -> HttpResponse:
    """Show what checking a workbook found, cell by cell, and the way to accept it."""
    found = get_object_or_404(Upload.objects.select_related("file"), pk=upload)
    rows = found.problems.all()
    severity, code = request.GET.get("severity", ""), request.GET.get("code", "")
    if severity in SEVERITIES:
        rows = rows.filter(severity=severity)
    if code:
        rows = rows.filter(code=code)
    edition = Edition.objects.filter(upload=found).first()
    newest = current()
    errors = errors_of(found)
    values = {
        "upload": found, "page": Paginator(rows, PROBLEMS_A_PAGE).get_page(request.GET.get("page")),
        "severity": severity if severity in SEVERITIES else "", "code": code, "severities": SEVERITIES,
        "by_code": _by_code(found), "edition": edition, "newest": newest,
        "errors": [{"code": c, "n": n, "title": _title(c)} for c, n in errors.items()],
        "lost": found.problems.filter(code__in=STRUCTURE),
        "may_accept": can(request.user, "list.accept") and edition is None and not STRUCTURE & errors.keys(),
        "unused": [(k.removeprefix("unused_"), n) for k, n in found.unused.items()],
    }  # fmt: skip
    return render(request, "registry/upload.html", values)


def _by_code(upload: Upload) -> list[dict[str, Any]]:
    counts = Counter(
        UploadProblem.objects.filter(upload=upload).order_by().values_list("severity", "code")
    )
    order = list(SEVERITIES)
    return [
        {"severity": s, "names": SEVERITIES[s], "code": c, "n": n, "title": _title(c)}
        for (s, c), n in sorted(counts.items(), key=lambda x: (order.index(x[0][0]), x[0][1]))
    ]  # fmt: skip


@needs("list.view")
def marked(request: HttpRequest, upload: int) -> HttpResponseBase:
    """Send the workbook with its problems marked in their cells."""
    found = get_object_or_404(Upload.objects.select_related("file"), pk=upload)
    try:
        path = marked_copy(found)
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("list-upload", upload=upload)
    name = found.name.rsplit(".", 1)[0]
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=f"{name}-{in_language('问题', 'marked')}.xlsx"
    )


@needs("list.accept")
@require_POST
def accept_page(request: HttpRequest, upload: int) -> HttpResponse:
    """Make a checked workbook the edition in force."""
    found = get_object_or_404(Upload.objects.select_related("file"), pk=upload)
    try:
        edition = accept(
            request.user, candidate_of(found), seen=whole(request.POST.get("seen", "")),
            acknowledged=request.POST.getlist("ack"), reason=request.POST.get("reason", ""),
        )  # type: ignore[arg-type]  # fmt: skip
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("list-upload", upload=upload)
    return redirect("list-edition", edition=edition.number)


@needs("list.view")
def edition_page(request: HttpRequest, edition: int) -> HttpResponse:
    """Show one edition: sums against the city totals, by district, industry and grade."""
    found = edition_or_404(str(edition))
    sums = city_sums(found)
    values = {
        "edition": found, "upload": found.upload, "sums": sums, "bars": _bars(sums),
        "sectors": sector_rows(found), "pollutants": [p.value for p in POLLUTANTS],
        "groups": [
            {"zh": zh, "en": en, "rows": sums_by(found, field)}
            for field, zh, en in (("district", "区县", "district"), ("industry", "行业", "industry"),
                                  ("grade", "绩效等级", "grade"))
        ],
        "before": Edition.objects.filter(number__lt=found.number).first(),
        "unknown": found.unknown,
    }  # fmt: skip
    return render(request, "registry/edition.html", values)


def _bars(sums: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the share of the firms in the city's industry as bars; the line is the whole of it."""
    return [
        {
            "label": s["name"], "now": s["firms"] / s["industry"], "before": None,
            "text": f"{s['pct']:.1f}%", "before_text": "", "limit_text": "100%",
        }
        for s in sums
        if s["pct"] is not None
    ]  # fmt: skip


@needs("list.view")
def compare(request: HttpRequest) -> HttpResponse:
    """Show which firms two editions have more, fewer, or otherwise; the last two if none is named."""
    numbers = list(Edition.objects.values_list("number", flat=True)[:200])
    values: dict[str, Any] = {"numbers": numbers, "kinds": CHANGES}
    if not numbers:
        return render(request, "registry/compare.html", values)
    after = edition_or_404(request.GET.get("b") or str(numbers[0]))
    earlier = [n for n in numbers if n < after.number]
    before = edition_or_404(request.GET.get("a") or str(earlier[0] if earlier else after.number))
    kind = request.GET.get("kind", "")
    changes = compared(before, after)
    counts = Counter(k for _, k in changes)
    if kind in CHANGES:
        changes = [c for c in changes if c[1] == kind]
    page = Paginator(changes, COMPARED_A_PAGE).get_page(request.GET.get("page"))
    values |= {
        "a": before, "b": after, "kind": kind if kind in CHANGES else "", "page": page,
        "rows": _compared_rows(before, after, list(page)),
        "counts": [(k, CHANGES[k], counts[k]) for k in CHANGES],
        "same": after.firms - counts["added"] - counts["changed"],
    }  # fmt: skip
    return render(request, "registry/compare.html", values)


def compared(before: Edition, after: Edition) -> list[tuple[str, str]]:
    """Return firm and kind of every firm that differs between two editions, by id."""
    if after.number == before.number:
        return []
    if after.number == before.number + 1:  # kept when the edition was accepted
        kept = FirmChange.objects.filter(edition=after).values_list("firm_id", "kind")
        return sorted(kept)
    old = dict(Firm.objects.filter(edition=before).order_by().values_list("firm_id", "digest"))
    new = dict(Firm.objects.filter(edition=after).order_by().values_list("firm_id", "digest"))
    found = [(f, "added") for f in new if f not in old]
    found += [(f, "removed") for f in old if f not in new]
    found += [(f, "changed") for f, digest in new.items() if f in old and old[f] != digest]
    return sorted(found)


def _compared_rows(
    before: Edition, after: Edition, shown: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    ids = [f for f, _ in shown]
    changed = [f for f, kind in shown if kind == "changed"]
    was, now = documents(before, changed), documents(after, changed)
    rows = Firm.objects.filter(edition__in=(before, after), firm_id__in=ids).order_by("edition_id")
    firms = {r.firm_id: r for r in rows}  # the later edition wins
    return [
        {
            "firm": firms[f], "kind": kind, "names": CHANGES[kind],
            "edition": before.number if kind == "removed" else after.number,
            "changes": [change_row(d.as_list()) for d in differences(was[f], now[f])] if kind == "changed" else [],
        }
        for f, kind in shown
    ]  # fmt: skip
