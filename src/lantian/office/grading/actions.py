"""What changes one application: opened, saved, handed in, reviewed, checked, judged, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from lantian.kernel.problem import LantianError
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.grading.assess import assess, refuted
from lantian.office.grading.models import Application, Document, Opinion
from lantian.office.grading.words import refuse
from lantian.office.people.access import own_firms
from lantian.office.people.models import User
from lantian.office.process.cases import hold, open_case, process_of, take_step
from lantian.office.process.models import Step
from lantian.office.registry.figures import current
from lantian.office.registry.models import Firm
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.model import IndicatorTable

PROCESS = "grading-application"
EDITABLE = ("draft", "returned")
Papers = Mapping[str, Sequence[StoredFile]]


def visible(user: User) -> Any:
    """Return the applications a user may see: all, of his district, or of his firm. A draft is the firm's own."""
    found = own_firms(user, Application.objects.select_related("case", "batch"), "grading.view")
    return found if user.role == "enterprise" else found.exclude(case__state="draft")


def held(actor: User, application: Application) -> Application:
    """Return an application in the actor's reach, with its case held.

    Raises
    ------
    LantianError
        C032 where it is not in his reach.
    """
    found = own_firms(actor, Application.objects.filter(pk=application.pk), "grading.view")
    found = found.select_for_update().first()
    if found is None:
        raise refuse("C032")
    found.case = hold(found.case)
    return found


def about(application: Application) -> list[str]:
    """Return what an event is about."""
    return [f"firm:{application.firm_id}", f"application:{application.pk}"]


# --- the firm ------------------------------------------------------------------------------


def table_for(industry: str, subtype: str, day: date) -> tuple[IndicatorTable, str, str]:
    """Return table, slug and Chinese name of an industry.

    Raises
    ------
    LantianError
        C021 without a table on the day, or for a subtype that is not in it.
    """
    found = load_rulebook().find_industry(industry)
    try:
        table = load_grading().table(found.slug if found else industry, day)
    except LantianError:
        table = None
    if found is None or table is None or subtype not in table.schemes:
        raise refuse("C021", industry=industry, day=day, subtype=subtype or "（空）")
    return table, found.slug, found.name_zh


@action("grading.own", "grading.opened")
def begin(
    actor: User, industry: str, subtype: str, wants: str, at: datetime | None = None
) -> Done[Application]:
    """Open the draft of an application.

    Raises
    ------
    LantianError
        C020 to C024: no such grade or table, no firm, or one is under way already.
    """
    moment = at or timezone.now()
    firm = _own_firm(actor)
    day = timezone.localdate(moment)
    table, slug, name = table_for(industry, subtype, day)
    open_to = table.schemes[subtype][:-1]  # the lowest grade needs no application
    if wants not in open_to:
        raise refuse("C020", industry=name, grade=wants, known="、".join(open_to))
    running = (
        Application.objects.filter(firm_id=firm.firm_id, industry=slug, case__closed_at=None)
        .select_related("case")
        .first()
    )
    if running is not None:
        state = process_of(running.case).states[running.case.state].name_zh
        raise refuse("C024", industry=name, number=running.pk, state=state)
    case = open_case(
        PROCESS, actor, subject_type="grading", subject="", firm_id=firm.firm_id,
        district=firm.district, title=f"{firm.name} 绩效分级申报（{name}）", at=moment,
    )  # fmt: skip
    made = Application.objects.create(
        firm_id=firm.firm_id, firm_name=firm.name, district=firm.district,
        credit_code=firm.credit_code, industry=slug, industry_zh=name, subtype=subtype,
        wants=wants, day=day, case=case, made_by=actor.username, made_at=moment,
    )  # fmt: skip
    case.subject = str(made.pk)
    case.save()
    event = {"application": made.pk, "firm": made.firm_id, "industry": slug, "subtype": subtype,
             "wants": wants, "process": f"{case.process} {case.edition}"}  # fmt: skip
    return Done(made, event, about=about(made))


def _own_firm(actor: User) -> Firm:
    edition = current()
    firm = Firm.objects.filter(edition=edition, firm_id=actor.firm_id or "-").first()
    if edition is None or firm is None:
        raise refuse("C022")
    return firm


def _editable(actor: User, application: Application, draft: int | None) -> Application:
    found = held(actor, application)
    if found.case.state not in EDITABLE:
        state = process_of(found.case).states[found.case.state].name_zh
        raise refuse("C025", state=state)
    if draft is not None and found.draft != draft:
        raise refuse("C023", now=found.draft, then=draft)
    return found


@action("grading.own", "grading.saved")
def save_draft(
    actor: User, application: Application, *, draft: int | None, facts: Mapping[str, Any],
    energy: Mapping[str, Any], files: Sequence[tuple[str, StoredFile]] = (),
    workbook: StoredFile | None = None, at: datetime | None = None,
) -> Done[Application]:  # fmt: skip
    """Save facts, energy figures and files of evidence, each with the indicator it proves.

    Raises
    ------
    LantianError
        C023 where the draft was saved elsewhere, C025 where it can no longer be changed, C032.
    """
    found = _editable(actor, application, draft)
    moment = at or timezone.now()
    changed = sorted(k for k in {*facts, *found.facts} if facts.get(k) != found.facts.get(k))
    found.facts, found.energy, found.draft = dict(facts), dict(energy), found.draft + 1
    found.save()
    Document.objects.bulk_create(
        Document(
            application=found, row=row[:80], file=file, name=file.name, by=actor.username, at=moment
        )
        for row, file in files
    )
    event = {"application": found.pk, "draft": found.draft, "facts": len(found.facts), "changed": changed,
             "evidence": {row: file.hash for row, file in files}}  # fmt: skip
    named = {f"{n}-{file.name}": file.hash for n, (_, file) in enumerate(files, 1)}
    if workbook is not None:
        named[workbook.name] = workbook.hash
    return Done(found, event, named, about(found))


@action("grading.own", "grading.evidence-taken-back")
def take_back(actor: User, document: Document) -> Done[Document]:
    """Take back a file of evidence; it stays in the vault and in the record.

    Raises
    ------
    LantianError
        C025, C032 as `save_draft`.
    """
    found = _editable(actor, document.application, None)
    one = found.documents.select_for_update().get(pk=document.pk)
    one.taken_back_at = one.taken_back_at or timezone.now()
    one.save()
    event = {"application": found.pk, "row": one.row, "file": one.file_id}
    return Done(one, event, about=about(found))


@action("grading.own", "grading.submitted")
def submit(
    actor: User, application: Application, *, expect: int, at: datetime | None = None
) -> Done[Application]:
    """Hand in an application; what the domain finds missing keeps it back (C006).

    Raises
    ------
    LantianError
        C codes of the process; C012, C013 where the case has moved on.
    """
    found = held(actor, application)
    seen = assess(found)
    facts = {"facts-complete": seen.facts_complete, "evidence-complete": seen.evidence_complete}
    step = take_step(found.case, actor, "submit", expect=expect, facts=facts, at=at)
    event = _event(found, step) | {
        "wants": found.wants, "proven": seen.part.proven, "possible": seen.part.possible,
        "computed": seen.part.computed,
    }  # fmt: skip
    files = {f"{n}-{d.name}": d.file_id for n, d in enumerate(_documents(found), 1)}
    return Done(found, event, files, about(found))


@action("grading.own", "grading.withdrawn")
def withdraw(
    actor: User, application: Application, *, expect: int, reason: str, at: datetime | None = None
) -> Done[Application]:
    """Withdraw an application, with the reason."""
    found = held(actor, application)
    step = take_step(found.case, actor, "withdraw", expect=expect, reason=reason, at=at)
    return Done(found, _event(found, step), about=about(found))


# --- officers, inspectors, experts ---------------------------------------------------------


@action("grading.county", "grading.reviewed")
def county(
    actor: User, application: Application, transition: str, *, expect: int, reason: str = "",
    at: datetime | None = None,
) -> Done[Application]:  # fmt: skip
    """Take a step of the county's first review; the officer of that district only."""
    return _review(actor, application, transition, "county-", expect, reason, {}, {}, at)


@action("grading.city", "grading.reviewed")
def city(
    actor: User, application: Application, transition: str, *, expect: int, reason: str = "",
    at: datetime | None = None,
) -> Done[Application]:  # fmt: skip
    """Take a step of the city's review."""
    return _review(actor, application, transition, "city-", expect, reason, {}, {}, at)


@action("grading.site", "grading.site-checked")
def site_check(
    actor: User, application: Application, transition: str, *, expect: int, papers: Papers,
    reason: str = "", at: datetime | None = None,
) -> Done[Application]:  # fmt: skip
    """Hand in a site check with protocol and photographs."""
    return _review(actor, application, transition, "site-", expect, reason, papers, {}, at)


@action("grading.expert", "grading.opinion")
def opine(
    actor: User, application: Application, *, expect: int, agrees: bool, text: str,
    at: datetime | None = None,
) -> Done[Opinion]:  # fmt: skip
    """Hand in one's own opinion; once a meeting.

    Experts work side by side: a form made before a colleague's opinion came in is still good, as long as the
    meeting is the same one.

    Raises
    ------
    LantianError
        C033 without words; C006 where this expert has spoken already; C012 where the meeting is over.
    """
    found = held(actor, application)
    if not text.strip():
        raise refuse("C033")
    own = opinions_now(found)
    since = list(found.case.steps.filter(number__gt=expect))
    if since and all(s.transition == "opinion" and s.by != actor.username for s in since):
        expect = found.case.version
    facts = {"first-opinion": not any(o.expert == actor.username for o in own)}
    step = take_step(found.case, actor, "opinion", expect=expect, reason=text, facts=facts, at=at)
    made = Opinion.objects.create(
        application=found,
        step=step,
        expert=actor.username,
        agrees=agrees,
        text=text.strip(),
        at=step.at,
    )
    event = _event(found, step) | {"agrees": agrees}
    return Done(made, event, about=about(found))


@action("grading.city", "grading.meeting")
def meeting(
    actor: User, application: Application, transition: str, *, expect: int, grade: str = "",
    papers: Papers | None = None, reason: str = "", at: datetime | None = None,
) -> Done[Application]:  # fmt: skip
    """Note what the experts' meeting came to; `grade` (the one applied for where left out) is given then.

    Raises
    ------
    LantianError
        C031 for a grade that is not in the scheme or better than applied for; C006 where the facts refute it.
    """
    found = held(actor, application)
    facts: dict[str, bool | None] = {}
    if transition == "meeting-pass":
        facts = _meeting_facts(found, grade or found.wants)
        found.granted = grade or found.wants
        found.save()
    done = _review(actor, found, transition, "meeting-", expect, reason, papers or {}, facts, at)
    if transition == "meeting-pass":
        done = Done(done.value, {**done.event, "granted": found.granted}, done.files, done.about)
    return done


def _meeting_facts(found: Application, grade: str) -> dict[str, bool | None]:
    part = assess(found).part
    open_to = part.scheme[part.scheme.index(found.wants) :] if found.wants in part.scheme else ()
    if grade not in open_to:
        raise refuse("C031", grade=grade, wants=found.wants, known="、".join(open_to))
    own = opinions_now(found)
    agree = sum(o.agrees for o in own)
    out = refuted(part, grade)
    return {
        "opinions-in": bool(own),
        "majority-agrees": 2 * agree > len(own),
        "grade-possible": None if out is None else not out,
    }


def opinions_now(application: Application) -> list[Opinion]:
    """Return the opinions of the present meeting: those since the last site check."""
    last = application.case.steps.filter(transition="site-pass").order_by("-number").first()
    after = last.number if last else 0
    return list(application.opinions.filter(step__number__gt=after))


def _review(
    actor: User, application: Application, transition: str, kind: str, expect: int, reason: str,
    papers: Papers, facts: Mapping[str, bool | None], at: datetime | None,
) -> Done[Application]:  # fmt: skip
    """Take a step whose key begins with `kind`, so that no permission opens another stage."""
    found = held(actor, application)
    if not transition.startswith(kind):
        transition = f"{kind}?{transition}"[:60]  # no such step: C001 in words
    evidence = {key: [file.hash for file in own] for key, own in papers.items()}
    step = take_step(
        found.case,
        actor,
        transition,
        expect=expect,
        reason=reason,
        evidence=evidence,
        facts=facts,
        at=at,
    )
    files = {
        f"{key}-{n}-{f.name}": f.hash for key, own in papers.items() for n, f in enumerate(own, 1)
    }
    return Done(found, _event(found, step), files, about(found))


def _event(application: Application, step: Step) -> dict[str, Any]:
    return {
        "application": application.pk, "firm": application.firm_id, "step": step.transition,
        "from": step.origin, "to": step.to, "reason": step.reason, "number": step.number,
        "rule": f"process.{application.case.process} {application.case.edition}",
    }  # fmt: skip


def _documents(application: Application) -> list[Document]:
    return list(application.documents.filter(taken_back_at=None))
