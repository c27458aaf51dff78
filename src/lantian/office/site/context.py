"""What every page knows: the menu of this user, the city, whether its data are invented."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lantian.office.help.topics import help_address
from lantian.office.people.access import can
from lantian.office.site.menu import MENU, MenuEntry
from lantian.office.site.models import Setting


def office(request: HttpRequest) -> dict[str, Any]:
    """Return menu, city and mark of invented data."""
    user = getattr(request, "user", None)
    settings = Setting.read()
    menu = [entry for entry in MENU if user is not None and can(user, entry.permission)]
    return {
        "menu": menu,
        "city": settings.get("city", ""),
        "invented": settings.get("invented") == "1",
        "here": _room(menu, request.path),
        "help": help_address(
            request.resolver_match.url_name if request.resolver_match else None,
            signed_in=getattr(user, "is_authenticated", False),
        ),
    }


def _room(menu: list[MenuEntry], path: str) -> str:
    """Return the address of the entry whose room a page lies in: the longest that its own begins with."""
    return max(
        (a for a in map(reverse, (e.url for e in menu)) if path.startswith(a)), key=len, default=""
    )
