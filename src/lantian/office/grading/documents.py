"""The document of a batch: the bulletin of grading of its firms, as PDF and Word, made before the action."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.utils import timezone

from lantian.jobs.bulletin.make import make_grading, write_bulletin
from lantian.jobs.grading.run import GradeRun
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import store
from lantian.office.grading.assess import as_granted, assess, given_of, province
from lantian.office.grading.assess import settings as reading
from lantian.office.grading.models import Application
from lantian.office.site.models import Setting
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading


def batch_run(applications: Sequence[Application]) -> GradeRun:
    """Return the firms of a batch as a run of grading, each with the grade the meeting came to."""
    seen = [assess(application) for application in applications]
    return GradeRun(
        source="applications",
        day=timezone.localdate(),
        province=province(),
        use_unverified=reading().use_unverified,
        applications=tuple(
            given_of(a, a.documents.filter(taken_back_at=None)) for a in applications
        ),
        results=tuple(as_granted(one.application, one.result) for one in seen),
        problems=tuple(p for one in seen for p in one.result.problems),
        evidence=(),
        rulebook=load_rulebook(),
        rules=load_grading(),
    )


def batch_documents(
    name: str, applications: Sequence[Application]
) -> tuple[StoredFile, StoredFile]:
    """Return the PDF and the Word document of a batch, stored."""
    settings = Setting.read()
    made = make_grading(
        "batch",
        batch_run(applications),
        city=settings.get("city", ""),
        invented=settings.get("invented") == "1",
    )
    with tempfile.TemporaryDirectory(prefix="lantian-batch-") as folder:
        write_bulletin(made, Path(folder), ("zh",))
        pdf = (Path(folder) / "batch.zh.pdf").read_bytes()
        word = (Path(folder) / "batch.zh.docx").read_bytes()
    return store(f"{name}.pdf", pdf), store(f"{name}.docx", word)
