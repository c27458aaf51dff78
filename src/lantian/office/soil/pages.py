"""Pages of parcels: the register with clocks, one parcel with its process, taking in, noting an event."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lantian.office.people.access import can, needs
from lantian.office.people.models import User
from lantian.office.people.roles import Role
from lantian.office.process.picture import picture
from lantian.office.site import uploads
from lantian.office.site.templatetags.parts import in_language
from lantian.office.soil.actions import EventRefusedError, import_register, note_event
from lantian.office.soil.figures import parcel_rows, possible_events, state_of
from lantian.office.soil.models import Parcel
from lantian.rulebook.soil_tables import load_soil


def today() -> date:
    """Return the day in Beijing."""
    return timezone.localdate()


def visible(user: User) -> QuerySet[Parcel]:
    """Return the parcels a user may see: a district officer those of his district."""
    found = Parcel.objects.prefetch_related("events")
    return found.filter(district=user.district) if user.role == Role.DISTRICT else found


@needs("soil.view")
def parcels(request: HttpRequest) -> HttpResponse:
    """Show every parcel with state, next duty and clocks, overdue ones first."""
    day = _day(request.GET.get("on", "")) or today()
    values = parcels_values(visible(request.user), day, request.GET.get("state", ""))  # type: ignore[arg-type]
    values["may_import"] = can(request.user, "soil.import")
    return render(request, "soil/parcels.html", values)


def parcels_values(found: QuerySet[Parcel], day: date, state: str = "") -> dict[str, Any]:
    """Return parcels with their clocks, filtered by state."""
    rows = parcel_rows(found, day)
    process = load_soil().process(day)
    counts = Counter(r.state.state.key for r in rows)
    shown = [r for r in rows if not state or r.state.state.key == state]
    return {
        "rows": shown, "count": len(rows), "day": day, "state": state,
        "states": [(s, counts[s.key]) for s in process.states.values() if counts[s.key]],
        "late": sum(r.clock_kind == "late" for r in rows), "soon": sum(r.clock_kind == "soon" for r in rows),
        "restricted": sum(r.state.state.restricted for r in rows), "open_zh": process.open_zh,
        "process": process.process.key,
    }  # fmt: skip


@needs("soil.view")
def parcel(request: HttpRequest, parcel_id: str) -> HttpResponse:
    """Show one parcel: state, duty with its article, clocks, everything handed in, what may follow."""
    found = visible(request.user).filter(parcel_id=parcel_id).first()  # type: ignore[arg-type]
    if found is None:
        raise Http404(parcel_id)
    day = _day(request.GET.get("on", "")) or today()
    state, process = state_of(found, day), load_soil().process(day)
    values = {
        "parcel": found, "state": state, "day": day,
        "possible": possible_events(state, request.user),  # type: ignore[arg-type]
        "may_note": can(request.user, "soil.import"), "process": process.process.key,
        "picture": picture(
            process.process, here=state.state.key, been={s.origin for s in state.standing.steps}
        ),
    }  # fmt: skip
    return render(request, "soil/parcel.html", values)


@needs("soil.import")
@require_POST
def note(request: HttpRequest, parcel_id: str) -> HttpResponse:
    """Note an event of a parcel."""
    found = get_object_or_404(Parcel, parcel_id=parcel_id)
    documents = [
        d.strip()
        for d in request.POST.get("documents", "").replace("；", "、").split("、")
        if d.strip()
    ]
    day = _day(request.POST.get("day", ""))
    try:
        if day is None or day > today():
            raise EventRefusedError("日期无效，或在将来", "The date is none, or lies ahead.")
        due = _day(request.POST.get("due", ""))
        note_event(
            request.user,
            found,
            request.POST.get("event", ""),
            day,
            request.POST.get("who", ""),
            documents,
            due,
        )
    except EventRefusedError as error:
        messages.error(request, in_language(str(error), error.en))
    else:
        messages.success(request, in_language("已登记，写入台账", "Noted, and in the record"))
    return redirect("soil-parcel", parcel_id=parcel_id)


@needs("soil.import")
@require_POST
def take_in(request: HttpRequest) -> HttpResponse:
    """Take in an uploaded register."""
    return uploads.take_in(
        request, lambda file: import_register(request.user, file, today()),
        lambda f: f"{f.parcels} 个地块，新增 {f.events} 个事件，未使用 {f.events_unused} 行", "soil-parcels",
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
