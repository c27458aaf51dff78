"""What changes batches: reported, published, objected to, answered, in force, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from lantian.domain.ledger.chain import digest
from lantian.domain.process.complaint import complain
from lantian.kernel.problem import LantianError
from lantian.office.audit.action import Done, action
from lantian.office.audit.ledger import record
from lantian.office.audit.models import StoredFile
from lantian.office.forms.once import claim
from lantian.office.grading.actions import about
from lantian.office.grading.models import Application, Award, Batch, Objection
from lantian.office.grading.words import refuse
from lantian.office.people.models import User
from lantian.office.process.cases import open_case, take_step

OBJECTION = "grading-objection"


@action("grading.city", "grading.reported")
def report(
    actor: User, name: str, chosen: Mapping[int, int], document: StoredFile, word: StoredFile,
    at: datetime | None = None,
) -> Done[Batch]:  # fmt: skip
    """Report applications in one batch.

    Parameters
    ----------
    chosen
        Version of the case (as the page showed it) by number of the application.
    document, word
        The batch's document, made by `documents.batch_documents` of these very applications.

    Raises
    ------
    LantianError
        C026 where one is not ready; C012 where one has moved on.
    """
    found = list(
        Application.objects.filter(pk__in=chosen, batch=None).select_for_update().order_by("pk")
    )
    strange = sorted(set(chosen) - {one.pk for one in found})
    if not found or strange:
        raise refuse("C026", detail="、".join(map(str, strange)) or "—")
    moment = at or timezone.now()
    batch = Batch.objects.create(
        name=name.strip()[:120] or f"{timezone.localdate(moment)} 批次", document=document,
        document_word=word, reported_by=actor.username, reported_at=moment,
    )  # fmt: skip
    for one in found:
        take_step(one.case, actor, "report", expect=chosen[one.pk],
                  evidence={"document": [document.hash]}, at=at)  # fmt: skip
        one.batch = batch
        one.save()
    batch.listed = [_row(one) for one in found]
    batch.save()
    event = {"batch": batch.pk, "name": batch.name, "applications": [a.pk for a in found],
             "grades": {a.firm_id: a.granted for a in found}}  # fmt: skip
    files = {document.name: document.hash, word.name: word.hash}
    return Done(batch, event, files, [x for a in found for x in about(a)])


def _row(one: Application) -> dict[str, str | int]:
    return {"application": one.pk, "firm_id": one.firm_id, "firm": one.firm_name, "district": one.district,
            "industry": one.industry_zh, "subtype": one.subtype, "grade": one.granted}  # fmt: skip


def _held(batch: Batch, state: str) -> Batch:
    """Return a batch as it stands, held; C027 where it is not in a state (by its Chinese name)."""
    found = Batch.objects.select_for_update().get(pk=batch.pk)
    if found.state[0] != state:
        raise refuse("C027", state=found.told)
    return found


def _in(batch: Batch, *states: str) -> list[Application]:
    return list(
        batch.applications.filter(case__state__in=states).select_related("case").order_by("pk")
    )


@action("grading.city", "grading.published")
def publish(actor: User, batch: Batch, at: datetime | None = None) -> Done[Batch]:
    """Begin the public notice of a batch.

    Raises
    ------
    LantianError
        C027 where it is not reported any more.
    """
    found = _held(batch, "已上报，待公示")
    firms = _in(found, "reported")
    if not firms:
        raise refuse("C026", detail=found.name)
    for one in firms:
        take_step(one.case, actor, "publish", expect=one.case.version, at=at)
    found.published_by, found.published_at = actor.username, at or timezone.now()
    found.save()
    event = {"batch": found.pk, "applications": [a.pk for a in firms]}
    return Done(
        found, event, {found.document.name: found.document_id}, [x for a in firms for x in about(a)]
    )


def object_publicly(
    batch: Batch,
    application: int,
    *,
    name: str,
    contact: str,
    text: str,
    at: datetime | None = None,
) -> Objection:
    """Take in an objection of somebody who is not signed in; the record keeps its hash, not the person.

    Raises
    ------
    LantianError
        C028 outside the public notice, C029 where a part is missing.
    """
    with transaction.atomic():
        claim()
        found = Batch.objects.select_for_update().get(pk=batch.pk)
        firm = found.applications.filter(pk=application, case__state="publicity").first()
        if found.state[0] != "公示中":
            raise refuse("C028")
        given = {
            "对象企业": firm,
            "姓名": name.strip(),
            "联系方式": contact.strip(),
            "事实": text.strip(),
        }
        lacking = [what for what, value in given.items() if not value]
        if firm is None or lacking:
            raise refuse("C029", detail="、".join(lacking))
        moment = at or timezone.now()
        case = open_case(
            OBJECTION, None, subject_type="grading-objection", subject=str(found.pk),
            title=f"对{firm.firm_name}公示等级的异议", at=moment,
        )  # fmt: skip
        made = Objection.objects.create(
            batch=found, application=firm, case=case, name=name.strip()[:80],
            contact=contact.strip()[:120], text=text.strip()[:4000], at=moment,
        )  # fmt: skip
        content = "\n".join((made.name, made.contact, made.text)).encode()
        event = {
            "objection": made.pk,
            "batch": found.pk,
            "application": firm.pk,
            "sm3": digest("sm3", content),
        }
        record("public", "grading.objected", event, about=about(firm))
        return made


@action("grading.city", "grading.answered")
def answer(
    actor: User, objection: Objection, *, expect: int, outcome: str, text: str,
    at: datetime | None = None,
) -> Done[Objection]:  # fmt: skip
    """Answer an objection.

    Parameters
    ----------
    outcome
        ``reject``; or ``return`` or ``refuse``: it is upheld, and the application is returned or refused.

    Raises
    ------
    LantianError
        C005 without words; C012, C013 where it was answered meanwhile.
    """
    found = Objection.objects.select_for_update().get(pk=objection.pk)
    upheld = outcome in ("return", "refuse")
    key = "uphold" if upheld else "reject" if outcome == "reject" else outcome
    take_step(found.case, actor, key, expect=expect, reason=text, at=at)
    application = Application.objects.select_for_update().get(pk=found.application_id)
    if upheld and application.case.state == "publicity":
        further = "publicity-return" if outcome == "return" else "report-refuse"
        take_step(application.case, actor, further, expect=application.case.version,
                  reason=f"异议成立：{text.strip()}", at=at)  # fmt: skip
        if outcome == "return":
            application.granted, application.batch = "", None
            application.save()
    found.upheld, found.answer = upheld, text.strip()
    found.answered_by, found.answered_at = actor.username, at or timezone.now()
    found.save()
    event = {
        "objection": found.pk,
        "batch": found.batch_id,
        "outcome": outcome,
        "answer": found.answer,
    }
    return Done(found, event, about=about(application))


def open_objections(batch: Batch) -> int:
    """Return how many objections of a batch are unanswered."""
    return batch.objections.filter(answered_at=None).count()


@action("grading.effect", "grading.effective")
def take_effect(actor: User, batch: Batch, at: datetime | None = None) -> Done[Batch]:
    """End the public notice: the grades take effect, each ends the one the firm held before.

    Raises
    ------
    LantianError
        C008 before the notice has passed, C006 while an objection is unanswered, C027.
    """
    found = _held(batch, "公示中")
    firms = _in(found, "publicity")
    if not firms:  # every firm was taken out: such a batch is withdrawn
        raise refuse("C026", detail=found.name)
    moment = at or timezone.now()
    facts = {"no-open-objection": not open_objections(found)}
    for one in firms:
        take_step(one.case, actor, "take-effect", expect=one.case.version, facts=facts, at=moment)
        _award(actor, found, one, moment)
    found.effective_by, found.effective_at = actor.username, moment
    found.save()
    event = {"batch": found.pk, "grades": {a.firm_id: a.granted for a in firms}}
    return Done(
        found, event, {found.document.name: found.document_id}, [x for a in firms for x in about(a)]
    )


def _award(actor: User, batch: Batch, one: Application, at: datetime) -> Award:
    before = Award.objects.select_for_update().filter(
        firm_id=one.firm_id, industry=one.industry, ended_at=None
    )
    before.update(ended_at=at, ended_why=f"由第{one.pk}号申报的新等级接替")
    return Award.objects.create(
        firm_id=one.firm_id, firm_name=one.firm_name, district=one.district, industry=one.industry,
        industry_zh=one.industry_zh, subtype=one.subtype, grade=one.granted, application=one,
        batch=batch, document=batch.name, by=actor.username, at=at,
    )  # fmt: skip


@action("grading.city", "grading.batch_withdrawn")
def withdraw_batch(actor: User, batch: Batch, why: str, at: datetime | None = None) -> Done[Batch]:
    """Withdraw a batch that is not in force: its applications wait for another; the batch stays on record.

    Raises
    ------
    LantianError
        C005 without a reason, C027 where it is in force or withdrawn.
    """
    found = Batch.objects.select_for_update().get(pk=batch.pk)
    if found.effective_at or found.withdrawn_at:
        raise refuse("C027", state=found.told)
    if not why.strip():
        raise LantianError(complain("C005", step_zh="撤回批次", step_en="withdraw the batch"))
    firms = _in(found, "reported", "publicity")
    for one in firms:
        take_step(one.case, actor, "batch-withdrawn", expect=one.case.version, reason=why, at=at)
        one.batch = None
        one.save()
    found.withdrawn_by, found.withdrawn_at = actor.username, at or timezone.now()
    found.withdrawn_why = why.strip()
    found.save()
    event = {"batch": found.pk, "why": found.withdrawn_why, "applications": [a.pk for a in firms]}
    return Done(found, event, about=[x for a in firms for x in about(a)])
