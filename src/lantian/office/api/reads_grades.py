"""Operations that read grades: by the list, by award, and the batches they came with."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router

from lantian.office.api import shapes_grades as shapes
from lantian.office.api.operation import (
    USUAL_ITEMS,
    Day,
    Number,
    Word,
    cursor_of,
    parts_of,
    reads,
    whole,
)
from lantian.office.api.reads_firms import Cursor, Limit, edition_of, part_of, user_of
from lantian.office.api.reads_records import FILE, FORMS
from lantian.office.audit.vault import path_of
from lantian.office.dynamic.outward import (
    award_rows,
    awards_seen,
    batch_details,
    batch_row,
    standings,
    time_text,
)
from lantian.office.grading.models import Batch
from lantian.office.people.access import can, own_firms
from lantian.office.registry.figures import current
from lantian.office.registry.models import Firm
from lantian.office.registry.pages import grade_history

router = Router()
Is = Annotated[Word | None, Query(description="等于该值 exactly this value")]
Yes = Annotated[Literal["yes"] | None, Query(description="只要现行的 only those in force")]
Since = Annotated[
    Day | None,
    Query(description="自该日起生效或终止的 that took effect or ended on this day or later"),
]


@reads(router, "/grades", "grades:read", shapes.Grades, "绩效等级 Grades of all firms")
def list_grades(
    request: HttpRequest, limit: Limit = USUAL_ITEMS, cursor: Cursor = None
) -> dict[str, Any]:
    """Return what the list says of every firm, and the grade in force beside it."""
    edition, after = edition_of(cursor)
    seen = own_firms(user_of(request), Firm.objects.filter(edition=edition))
    rows = seen.filter(firm_id__gt=after).order_by("firm_id").select_related("edition")
    found, following = part_of(rows, edition, limit)
    held = standings(found, current())
    items = [{"firm_id": f.firm_id, "grade": f.grade, "in_force": held[f.firm_id]} for f in found]
    return {"edition": edition.number, "items": items, "next": following}


@reads(
    router, "/grades/{path:firm_id}", "grades:read", shapes.GradeHistory, "等级沿革 Grade history"
)
def get_grade(request: HttpRequest, firm_id: Word) -> dict[str, Any]:
    """Return the grade of a firm by the newest edition that has it and by award, and how each changed."""
    user = user_of(request)
    seen = own_firms(user, Firm.objects.filter(firm_id=firm_id)).select_related("edition")
    newest = seen.order_by("-edition_id").first()
    if newest is None:
        raise Http404(firm_id)
    listed, in_list = current(), newest.edition
    history = [
        {"edition": h["edition"], "day": h["day"].isoformat(), "grade": h["code"]}
        for h in grade_history(user, firm_id)
    ]
    return {
        "firm_id": firm_id, "grade": newest.grade, "history": history,
        "list_says": {
            "edition": in_list.number, "day": in_list.day.isoformat(), "accepted_at": time_text(in_list.at),
            "grade": newest.grade, "current": listed is not None and listed.number == in_list.number,
        },
        "in_force": standings([newest], listed)[firm_id],
        "awards": award_rows(user, list(awards_seen(user).filter(firm_id=firm_id))),
    }  # fmt: skip


@reads(router, "/awards", "grades:read", shapes.Awards, "评级结果 Grades that were awarded")
def list_awards(
    request: HttpRequest, firm: Is = None, industry: Is = None, grade: Is = None, in_force: Yes = None,
    changed_since: Since = None, limit: Limit = USUAL_ITEMS, cursor: Cursor = None,
) -> dict[str, Any]:  # fmt: skip
    """Return awards in the order in which they were made, ended ones too."""
    user = user_of(request)
    rows = awards_seen(user).order_by("pk")
    for field, value in (("firm_id", firm), ("industry", industry), ("grade", grade)):
        rows = rows.filter(**{field: value}) if value is not None else rows
    if in_force:
        rows = rows.filter(ended_at=None)
    if changed_since is not None:
        rows = rows.filter(Q(at__date__gte=changed_since) | Q(ended_at__date__gte=changed_since))
    if cursor is not None:
        rows = rows.filter(pk__gt=parts_of(cursor, (int,))[0])
    found = list(rows[: limit + 1])
    following = cursor_of(found[limit - 1].pk) if len(found) > limit else None
    return {"items": award_rows(user, found[:limit]), "next": following}


@reads(router, "/awards/{number}", "grades:read", shapes.AwardOne, "一项评级结果 One award")
def get_award(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Return one award with the batch or the downgrade it came with."""
    user = user_of(request)
    found = awards_seen(user).filter(pk=whole(number)).first()
    if found is None:
        raise Http404(str(number))
    return award_rows(user, [found])[0]


@reads(router, "/batches", "grades:read", shapes.Batches, "评级批次 Batches of applications")
def list_batches(
    request: HttpRequest, limit: Limit = USUAL_ITEMS, cursor: Cursor = None
) -> dict[str, Any]:
    """Return the batches that were reported, newest first."""
    rows = _batches(request).order_by("-pk")
    if cursor is not None:
        rows = rows.filter(pk__lt=parts_of(cursor, (int,))[0])
    found = list(rows[: limit + 1])
    following = cursor_of(found[limit - 1].pk) if len(found) > limit else None
    return {"items": [batch_row(one) for one in found[:limit]], "next": following}


@reads(router, "/batches/{number}", "grades:read", shapes.BatchOne, "一个批次 One batch")
def get_batch(request: HttpRequest, number: Number) -> dict[str, Any]:
    """Return one batch with its firms as they were reported."""
    found = _batch(request, number)
    return batch_row(found) | batch_details(found)


@reads(
    router, "/batches/{number}/document", "grades:read", None, "批次文件 Document of a batch", extra=FILE
)  # fmt: skip
def get_batch_document(
    request: HttpRequest, number: Number, form: Literal["pdf", "docx"] = "pdf"
) -> HttpResponse:
    """Return the document that a batch was reported with, as PDF or Word."""
    found = _batch(request, number)
    file = found.document if form == "pdf" else found.document_word
    if file is None:
        raise Http404(form)
    response = HttpResponse(path_of(file.hash).read_bytes(), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="batch-{found.pk}.{form}"'
    return response


def _batches(request: HttpRequest) -> Any:
    """Return the batches; refused to roles that have no part in them."""
    if not can(request.user, "grading.batches"):
        raise PermissionDenied("grading.batches")
    return Batch.objects.all()


def _batch(request: HttpRequest, number: int) -> Batch:
    found: Batch | None = _batches(request).filter(pk=whole(number)).first()
    if found is None:
        raise Http404(str(number))
    return found
