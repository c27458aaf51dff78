"""What pages of a case share: where it stands, what can be done, its course, its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lantian.domain.process import trace
from lantian.kernel.problem import LantianError
from lantian.office.audit.models import StoredFile
from lantian.office.forms import told
from lantian.office.forms.numbers import whole
from lantian.office.people.models import User
from lantian.office.process.cases import (
    AlreadyTakenError,
    Facts,
    clocks,
    offers,
    process_of,
    standing,
)
from lantian.office.process.evidence import ACCEPT, keep_evidence
from lantian.office.process.models import Case
from lantian.office.process.picture import picture


def case_values(
    case: Case, user: User, facts: Facts | None, file_page: str, subject: int
) -> dict[str, Any]:
    """Return what every page of a case shows."""
    rules, now = process_of(case), standing(case)
    steps = list(case.steps.all())
    names = dict(
        StoredFile.objects.filter(
            hash__in=[h for s in steps for own in s.evidence.values() for h in own]
        ).values_list("hash", "name")
    )
    course = [
        {
            "step": one, "trace": taken,
            "files": [(names.get(h, h[:12]), reverse(file_page, args=[subject, one.number, h]))
                      for own in one.evidence.values() for h in own],
        }
        for one, taken in zip(steps, trace(rules, now).steps, strict=True)
    ]  # fmt: skip
    return {
        "case": case, "state": rules.states[case.state], "process": rules, "clocks": clocks(case),
        "offers": offers(case, user, facts), "course": course, "accept": ACCEPT,
        "picture": picture(rules, here=case.state, been={s.origin for s in steps}),
    }  # fmt: skip


def papers_of(request: HttpRequest, case: Case, transition: str) -> Mapping[str, list[StoredFile]]:
    """Keep the uploaded files of a step, by key of the evidence.

    Raises
    ------
    LantianError
        C016 to C018 for files that are not taken.
    """
    step = process_of(case).transitions.get(transition)
    found = {}
    for proof in step.evidence if step else ():
        uploads = request.FILES.getlist(proof.key)
        if uploads:
            found[proof.key] = keep_evidence(uploads)
    return found


def version_of(request: HttpRequest) -> int:
    """Return the version a form was made from; one that was never there for a form made by hand."""
    return whole(request.POST.get("version", ""), 999_999_999)


def tell(request: HttpRequest, error: LantianError) -> None:
    """Tell every problem of a refused step; a step sent twice is no error."""
    told.tell(request, *error.problems, mild=isinstance(error, AlreadyTakenError))
