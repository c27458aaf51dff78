"""Page of the grades in force that the list does not carry yet, and the step that writes them into it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.jobs.registry.labels import grade_names
from lantian.jobs.registry.problems import problem
from lantian.kernel.problem import LantianError
from lantian.office.audit.vault import TooLargeError
from lantian.office.forms.numbers import whole
from lantian.office.forms.told import tell
from lantian.office.grading.standing import differing
from lantian.office.people.access import can, needs
from lantian.office.registry.carry import carried
from lantian.office.registry.figures import current
from lantian.office.registry.list_pages import day_of, kept_once
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
    if newest is None or newest.number != whole(request.POST.get("edition", "")):
        tell(request, problem("E012", edition=newest.number if newest else 0))
        return redirect("list-grades")
    try:
        day = day_of(request)
        found = carried(newest, request.POST.getlist("firm"), day)
        kept, new = kept_once(request, found.file, day, found.noted())
    except TooLargeError:
        tell(request, problem("E018"))
        return redirect("list-grades")
    except LantianError as error:
        tell(request, *error.problems)
        return redirect("list-grades")
    if not new:
        tell(request, problem("E014"))
        return redirect("list-upload", upload=kept.pk)
    tell(request, *found.lost)
    n, risen = len(found.awards), found.risen
    done = (
        f"已把{n}家企业的生效等级写入清单，并把{risen}条减排措施提高到新底线；核对问题后接受为新的版次",
        f"The grades of {n} firms were written into the list and {risen} measures raised to their new floor; "
        "look at the problems, then accept it as a new edition",
    )
    messages.success(request, in_language(*done))
    return redirect("list-upload", upload=kept.pk)
