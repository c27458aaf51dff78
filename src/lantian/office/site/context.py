"""What every page knows: the menu of this user, the city, whether its data are invented."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from lantian.office.help.topics import help_address
from lantian.office.people.access import can
from lantian.office.site.menu import MENU
from lantian.office.site.models import Setting


def office(request: HttpRequest) -> dict[str, Any]:
    """Return menu, city and mark of invented data."""
    user = getattr(request, "user", None)
    settings = Setting.read()
    return {
        "menu": [entry for entry in MENU if user is not None and can(user, entry.permission)],
        "city": settings.get("city", ""),
        "invented": settings.get("invented") == "1",
        "here": request.path,
        "help": help_address(
            request.resolver_match.url_name if request.resolver_match else None,
            signed_in=getattr(user, "is_authenticated", False),
        ),
    }
