"""Pages of applications: the list, one application with what can be done now, each step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.domain.process import trace
from lantian.jobs.registry.labels import grade_names
from lantian.kernel.problem import LantianError
from lantian.office.audit.models import StoredFile
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import tell
from lantian.office.grading import actions
from lantian.office.grading.assess import assess
from lantian.office.grading.models import Application, Batch, Document
from lantian.office.people.access import can, needs
from lantian.office.people.models import User
from lantian.office.process.cases import (
    AlreadyTakenError,
    clocks,
    offers,
    process_of,
    standing,
)
from lantian.office.process.evidence import ACCEPT, keep_evidence
from lantian.office.process.files import send, send_of_step
from lantian.office.process.models import Step
from lantian.office.process.picture import picture
from lantian.office.registry.figures import current
from lantian.office.registry.models import Firm
from lantian.office.site.templatetags.parts import in_language
from lantian.rulebook import load_rulebook
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.process_tables import load_processes

PER_PAGE = 50
EXPERT_STEP = "opinion"
BATCH_STEPS = ("report", "publish", "take-effect")


@needs("grading.view")
def applications(request: HttpRequest) -> HttpResponse:
    """List the applications a user may see, by state; a firm sees its own and can begin one."""
    user: Any = request.user
    found = actions.visible(user)
    counts: dict[str, int] = {}
    for state in found.order_by().values_list("case__state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    states = load_processes().on(actions.PROCESS, timezone.localdate()).states
    asked = request.GET.get("state", "")
    if asked:
        found = found.filter(case__state=asked)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    values = {
        "page": page, "rows": [row_of(one) for one in page], "asked": asked, "own": can(user, "grading.own"),
        "states": [(state, counts[key]) for key, state in states.items() if key in counts],
        "all": sum(counts.values()), "industries": _industries() if can(user, "grading.own") else (),
        "may_batches": can(user, "grading.batches"), "batches": Batch.objects.count(),
        "facts": _own_industry(user),
    }  # fmt: skip
    return render(request, "grading/applications.html", values)


def row_of(one: Application) -> dict[str, Any]:
    """Return one line of a list of applications."""
    now = timezone.now()
    state = process_of(one.case).states[one.case.state]
    return {
        "one": one, "state": state, "wants": grade_names(one.wants), "granted": grade_names(one.granted),
        "late": one.case.due is not None and one.case.due <= now and one.case.closed_at is None,
    }  # fmt: skip


def _industries() -> list[dict[str, Any]]:
    """Return the industries with a table today: subtypes and the grades that can be applied for."""
    rules, book, today = load_grading(), load_rulebook(), timezone.localdate()
    found = []
    for slug in rules.industries():
        try:
            table = rules.table(slug, today)
        except LantianError:
            continue
        industry = book.find_industry(slug)
        for subtype, scheme in table.schemes.items():
            names = [(g, grade_names(g)) for g in scheme[:-1]]
            if industry is not None and names:
                found.append(
                    {"slug": slug, "industry": industry, "subtype": subtype, "grades": names}
                )
    return found


def _own_industry(user: User) -> str:
    """Return industry and subtype of the firm of an enterprise user, as the choices name them."""
    edition = current()
    firm = (
        Firm.objects.filter(edition=edition, firm_id=user.firm_id or "-").first()
        if edition
        else None
    )
    industry = load_rulebook().find_industry(firm.industry) if firm else None
    return f"{industry.slug}|{firm.subtype}" if firm and industry else ""


@needs("grading.own")
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Open the draft of an application."""
    industry, _, rest = request.POST.get("what", "").partition("|")
    subtype, _, wants = rest.rpartition("|")
    try:
        made = actions.begin(request.user, industry, subtype, wants)  # type: ignore[arg-type]
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("grading")
    return redirect("grading-draft", application=made.pk)


def application_or_404(user: Any, number: int) -> Application:
    """Return an application in a user's reach."""
    found: Application | None = actions.visible(user).filter(pk=number).first()
    if found is None:
        raise Http404(str(number))
    return found


@needs("grading.view")
def application(request: HttpRequest, application: int) -> HttpResponse:
    """Show one application: where it stands, what can be done now, indicators, opinions, course."""
    user: Any = request.user
    found = application_or_404(user, application)
    case = found.case
    process = process_of(case)
    seen = assess(found)
    own = actions.opinions_now(found)
    steps = list(case.steps.all())
    facts = {
        "facts-complete": seen.facts_complete, "evidence-complete": seen.evidence_complete,
        "first-opinion": not any(o.expert == user.username for o in own), "opinions-in": bool(own),
        "majority-agrees": 2 * sum(o.agrees for o in own) > len(own), "grade-possible": True,
    }  # fmt: skip
    offered = offers(case, user, facts)
    return render(request, "grading/application.html", {
        "application": found, "case": case, "process": process, "state": process.states[case.state],
        "wants": grade_names(found.wants), "granted": grade_names(found.granted), "seen": seen,
        "proven": grade_names(seen.part.proven), "possible": grade_names(seen.part.possible),
        "computed": grade_names(seen.part.computed), "clocks": clocks(case),
        "offers": _forms(offered), "own": can(user, "grading.own"),
        "in_batch": any(o.transition.key in BATCH_STEPS for o in offered),
        "editable": case.state in actions.EDITABLE and can(user, "grading.own"),
        "opinions": own, "grades": [(g, grade_names(g)) for g in _open_grades(seen.part.scheme, found.wants)],
        "steps": list(zip(steps, trace(process, standing(case)).steps, strict=True)),
        "files": _files_of(steps), "accept": ACCEPT,
        "picture": picture(process, case.state, {s.origin for s in steps}),
    })  # fmt: skip


def _open_grades(scheme: tuple[str, ...], wants: str) -> tuple[str, ...]:
    return scheme[scheme.index(wants) :] if wants in scheme else (wants,)


def _forms(found: Any) -> list[dict[str, Any]]:
    """Return what can be taken on the page of one application; batches have a page of their own."""
    kinds = ("submit", "withdraw", "county-", "city-", "site-", "meeting-", "opinion")
    return [
        {"offer": one, "step": one.transition, "expert": one.transition.key == EXPERT_STEP,
         "gives": one.transition.key == "meeting-pass",
         "main": not one.transition.reason}
        for one in found
        if one.transition.key.startswith(kinds)
    ]  # fmt: skip


def _files_of(steps: list[Step]) -> dict[str, str]:
    hashes = {own for step in steps for hashes in step.evidence.values() for own in hashes}
    return dict(StoredFile.objects.filter(hash__in=hashes).values_list("hash", "name"))


@needs("grading.step")
@require_POST
def step(request: HttpRequest, application: int) -> HttpResponse:
    """Take a step of an application, from the form the page showed."""
    user: Any = request.user
    found = application_or_404(user, application)
    key, reason = request.POST.get("step", ""), request.POST.get("reason", "")
    expect = whole(request.POST.get("version", ""))
    try:
        _take(request, user, found, key, expect, reason)
    except AlreadyTakenError as error:
        messages.info(
            request, in_language(error.problems[0].message_zh, error.problems[0].message_en)
        )
    except LantianError as error:
        tell(request, *error.problems)
    else:
        names = process_of(found.case).transitions[key]
        messages.success(request, in_language(f"已办理：{names.name_zh}", f"Done: {names.name_en}"))
    return redirect("grading-application", application=found.pk)


def _take(
    request: HttpRequest, user: User, found: Application, key: str, expect: int, reason: str
) -> object:
    """Call the action of a step."""
    if key == "submit":
        return actions.submit(user, found, expect=expect)
    if key == "withdraw":
        return actions.withdraw(user, found, expect=expect, reason=reason)
    if key.startswith("county-"):
        return actions.county(user, found, key, expect=expect, reason=reason)
    if key == EXPERT_STEP:
        agrees = request.POST.get("agrees") == "1"
        return actions.opine(user, found, expect=expect, agrees=agrees, text=reason)
    if key.startswith("site-"):
        papers = papers_of(request, ("protocol", "photos"))
        return actions.site_check(user, found, key, expect=expect, papers=papers, reason=reason)
    if key.startswith("meeting-"):
        papers = papers_of(request, ("minutes",))
        grade = request.POST.get("grade", "")
        return actions.meeting(
            user, found, key, expect=expect, grade=grade, papers=papers, reason=reason
        )
    return actions.city(user, found, key, expect=expect, reason=reason)


def papers_of(request: HttpRequest, keys: tuple[str, ...]) -> dict[str, list[StoredFile]]:
    """Return the files of a form by key of the evidence, kept; C016 to C018 where one is not taken."""
    given: dict[str, list[UploadedFile]] = {key: request.FILES.getlist(key) for key in keys}
    kept = keep_evidence([one for own in given.values() for one in own])
    found, start = {}, 0
    for key, own in given.items():
        if own:
            found[key] = kept[start : start + len(own)]
        start += len(own)
    return found


# --- files ---------------------------------------------------------------------------------


@needs("grading.view")
def document(request: HttpRequest, application: int, document: int) -> HttpResponseBase:
    """Send a file of evidence of an indicator."""
    found = application_or_404(request.user, application)
    one = Document.objects.filter(application=found, pk=document).select_related("file").first()
    if one is None:
        raise Http404(str(document))
    return send(one.file)


@needs("grading.view")
def step_file(request: HttpRequest, application: int, number: int, own: str) -> HttpResponseBase:
    """Send a file that belongs to a step: a protocol, a photograph, minutes."""
    found = application_or_404(request.user, application)
    return send_of_step(found.case, number, own)
