"""The after-action report: make it, fetch it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from lantian.office.alert.models import Alert, Review
from lantian.office.alert.review import file_of, make_review
from lantian.office.alert.steps import step_to
from lantian.office.audit.vault import path_of
from lantian.office.people.access import needs

FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@needs("bulletin.make")
@require_POST
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the after-action report of an alert."""
    found = get_object_or_404(Alert, pk=pk)
    done = ("评估报告已生成", "The report was made")
    return step_to(request, lambda: make_review(request.user, found), done, "alert", pk)


@needs("bulletin.make")
def review_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send a report that was made, byte for byte as it is kept."""
    found = Review.objects.select_related("pdf", "docx").filter(pk=pk).first()
    if found is None or form not in FORMS:
        raise Http404(str(pk))
    file = file_of(found, form)
    response = HttpResponse(path_of(file.hash).read_bytes(), content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
