"""Page of the grades in force that the list does not carry yet, and the step that writes them into it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.jobs.registry.labels import grade_names
from lantian.jobs.registry.problems import problem
from lantian.kernel.problem import LantianError
from lantian.office.audit.vault import TooLargeError
from lantian.office.forms.numbers import whole
from lantian.office.grading.standing import differing
from lantian.office.people.access import can, needs
from lantian.office.registry.actions import keep_check
from lantian.office.registry.carry import carried
from lantian.office.registry.figures import current
from lantian.office.registry.list_pages import checked_before
from lantian.office.registry.pages import tell
from lantian.office.site.templatetags.parts import in_language


@needs("list.view")
def grades(request: HttpRequest) -> HttpResponse:
    """Show the firms whose grade in force is not what the list in force says."""
    newest = current()
    rows = [
        {"standing": one, "says": grade_names(one.firm.grade), "holds": grade_names(one.grade),
         "late": one.agreement == "list_older"}
        for one in differing(newest)
    ]  # fmt: skip
    today = timezone.localdate()
    values = {
        "rows": rows, "edition": newest, "may_upload": can(request.user, "list.upload"),
        "day": max(today, newest.day) if newest is not None else today,
        "contradictions": sum(not r["late"] for r in rows),
    }  # fmt: skip
    return render(request, "registry/grades.html", values)


@needs("list.upload")
@require_POST
def write_grades(request: HttpRequest) -> HttpResponse:
    """Write the list in force with the grades of the chosen firms, check it, and show it as an upload."""
    newest = current()
    text = request.POST.get("day", "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        tell(request, problem("E004", day=text[:40]))
        return redirect("list-grades")
    if newest is None or newest.number != whole(request.POST.get("edition", "")):
        tell(request, problem("E012", edition=newest.number if newest else 0))
        return redirect("list-grades")
    try:
        found = carried(newest, request.POST.getlist("firm"), day)
        kept = checked_before(found.file, day)
        if kept is not None:
            tell(request, problem("E014"))
            return redirect("list-upload", upload=kept.pk)
        kept = keep_check(request.user, found.file, found.report, found.noted())  # type: ignore[arg-type]
    except TooLargeError:
        tell(request, problem("E018"))
        return redirect("list-grades")
    except LantianError as error:
        for one in error.problems:
            tell(request, one)
        return redirect("list-grades")
    except IntegrityError:  # a double click: the other request was first
        kept = checked_before(found.file, day)
        tell(request, problem("E014"))
    for one in found.lost:
        tell(request, one)
    messages.success(request, in_language(
        f"已把{len(found.awards)}家企业的生效等级写入清单，并把{found.risen}条减排措施提高到新底线；核对问题后接受为新的版次",
        f"The grades of {len(found.awards)} firms were written into the list, {found.risen} measures raised to their "
        "new floor; look at the problems, then accept it as a new edition"))  # fmt: skip
    return redirect("list-upload", upload=kept.pk)
