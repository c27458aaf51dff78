"""The first page, and what belongs to no subject."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from lantian.office.air.pages import now_values
from lantian.office.alert.figures import in_force
from lantian.office.audit.kinds import kind_names
from lantian.office.audit.models import Event
from lantian.office.people.access import can, needs, public
from lantian.office.site.tasks import tasks_of
from lantian.office.soil.figures import parcel_rows
from lantian.office.soil.pages import visible
from lantian.office.water.figures import at_risk

choose_language = public(csrf_exempt(set_language))
"""Only a cookie of the reader's own; without a token no page that everybody sees needs a cookie for it."""


@needs("site.today")
def today(request: HttpRequest) -> HttpResponse:
    """Show what the air is now, which waters are at risk, what happened last."""
    values: dict[str, object] = {"alert": in_force(), "tasks": tasks_of(request.user)}  # type: ignore[arg-type]
    if can(request.user, "air.view"):
        values |= now_values()
    if can(request.user, "water.view"):
        values["risks"] = at_risk()
    if can(request.user, "soil.view"):
        rows = parcel_rows(visible(request.user), timezone.localdate())
        values["clocks"] = [r for r in rows if r.clock_kind in ("late", "soon")]
    if can(request.user, "audit.view"):
        values["events"] = [(e, kind_names(e.what)) for e in Event.objects.order_by("-number")[:8]]
    return render(request, "site/today.html", values)


@public
@csrf_exempt
@require_POST
def type_size(request: HttpRequest) -> HttpResponse:
    """Set the large type on (1) or off (0): sent twice, it stays what was asked for."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = redirect(target)
    large = "0" if request.POST.get("large") == "0" else "1"
    response.set_cookie("large", large, max_age=31_536_000, samesite="Lax", httponly=True)
    return response
