"""The firm fills in its application: facts and evidence indicator by indicator, or by a workbook."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from lantian.jobs.grading.template import write_template
from lantian.jobs.registry.labels import grade_names
from lantian.kernel.problem import LantianError
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import store_upload
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import tell
from lantian.office.grading import actions
from lantian.office.grading.assess import GATE, assess, table_of
from lantian.office.grading.drafts import energy_of_form, facts_of_form, keep_hours, read_draft
from lantian.office.grading.models import Application, Document
from lantian.office.grading.pages import application_or_404
from lantian.office.people.access import needs
from lantian.office.process.cases import process_of
from lantian.office.process.evidence import ACCEPT, keep_evidence
from lantian.office.registry.actions import named_copy
from lantian.office.registry.pages import EXCEL
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook.grading_tables.model import DIMENSIONS


@needs("grading.own")
def draft(request: HttpRequest, application: int) -> HttpResponse:
    """Show the form of the industry's table with what is still missing; save it and work it out again."""
    found = application_or_404(request.user, application)
    if request.method == "POST":
        return _save(request, found)
    seen = assess(found)
    case = found.case
    groups: dict[str, list[Any]] = {}
    for row in seen.rows:
        groups.setdefault(row.result.row.dimension, []).append(row)
    return render(request, "grading/draft.html", {
        "application": found, "case": case, "state": process_of(case).states[case.state], "seen": seen,
        "wants": grade_names(found.wants), "proven": grade_names(seen.part.proven),
        "possible": grade_names(seen.part.possible), "editable": case.state in actions.EDITABLE,
        "groups": [(DIMENSIONS[key], rows) for key, rows in groups.items()], "accept": ACCEPT, "gate": GATE,
        "back": _returned(found),
    })  # fmt: skip


def _returned(found: Application) -> object:
    """Return the step that returned the application, where that is how it stands."""
    return found.case.steps.order_by("-number").first() if found.case.state == "returned" else None


def _save(request: HttpRequest, found: Application) -> HttpResponse:
    try:
        table = table_of(found)
        facts = keep_hours(facts_of_form(table, found.subtype, request.POST), found.facts)
        units = {key: unit for key, _, unit, _ in assess(found).products}
        energy = energy_of_form(units, request.POST)
        files = _files(request)
        seen = whole(request.POST.get("draft", ""))
        actions.save_draft(request.user, found, draft=seen, facts=facts, energy=energy, files=files)  # type: ignore[arg-type]
    except LantianError as error:
        tell(request, *error.problems)
    else:
        found.refresh_from_db()
        left = assess(found).blocking
        messages.success(request, in_language(
            f"已保存，并已按指标表重新计算；还缺 {left} 项" if left else "已保存，材料齐全，可以提交",
            f"Saved and worked out again; {left} still missing" if left else "Saved; complete, ready to hand in",
        ))  # fmt: skip
    return redirect("grading-draft", application=found.pk)


def _files(request: HttpRequest) -> list[tuple[str, StoredFile]]:
    """Return the evidence of a form with the indicator each proves; all are kept or none."""
    given: list[tuple[str, UploadedFile]] = [
        (name.removeprefix("evidence-"), one)
        for name in request.FILES
        if name.startswith("evidence-")
        for one in request.FILES.getlist(name)
    ]
    kept = keep_evidence([one for _, one in given])
    return [(row, file) for (row, _), file in zip(given, kept, strict=True)]


@needs("grading.own")
@require_POST
def workbook(request: HttpRequest, application: int) -> HttpResponse:
    """Take in the filled workbook of the application: its facts replace those of the draft."""
    found = application_or_404(request.user, application)
    upload = request.FILES.get("file")
    if upload is None:
        messages.error(request, in_language("请选择文件", "Choose a file, please"))
        return redirect("grading-draft", application=found.pk)
    try:
        keep_evidence([upload])
        upload.seek(0)
        file = store_upload(upload)
        with named_copy(file) as path:
            facts, energy, problems = read_draft(path, found, table_of(found))
        merged = {**found.facts, **facts}
        actions.save_draft(request.user, found, draft=None, facts=merged,  # type: ignore[arg-type]
                           energy={**found.energy, **energy}, workbook=file)  # fmt: skip
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("grading-draft", application=found.pk)
    tell(request, *problems)
    messages.success(request, in_language(
        f"工作簿读入 {len(facts)} 项事实、{len(energy)} 项能耗；佐证材料请在下面逐项上传",
        f"{len(facts)} facts and {len(energy)} energy figures were read; upload the evidence below",
    ))  # fmt: skip
    return redirect("grading-draft", application=found.pk)


@needs("grading.own")
def template(request: HttpRequest, application: int) -> HttpResponse:
    """Send the empty workbook of the industry."""
    found = application_or_404(request.user, application)
    with tempfile.TemporaryDirectory(prefix="lantian-form-") as folder:
        path = Path(folder) / "form.xlsx"
        write_template(path, found.industry, found.day)
        content = path.read_bytes()
    response = HttpResponse(content, content_type=EXCEL)
    response["Content-Disposition"] = f'attachment; filename="application-{found.pk}.xlsx"'
    return response


@needs("grading.own")
@require_POST
def take_back(request: HttpRequest, application: int, document: int) -> HttpResponse:
    """Take back a file of evidence."""
    found = application_or_404(request.user, application)
    one = Document.objects.filter(application=found, pk=document).first()
    if one is None:
        raise Http404(str(document))
    try:
        actions.take_back(request.user, one)  # type: ignore[arg-type]
    except LantianError as error:
        tell(request, *error.problems)
    else:
        messages.success(request, in_language(f"已撤下 {one.name}", f"{one.name} taken back"))
    return redirect("grading-draft", application=found.pk)
