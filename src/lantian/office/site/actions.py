"""What changes the site itself."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.office.audit.action import Done, action
from lantian.office.people.models import User
from lantian.office.site.models import Setting

KEYS = ("city", "invented", "province", "grading_unverified")
"""Name of the city; whether its data are invented; whose grading rule applies; whether unverified rows count."""


@action("site.set")
def set_site(actor: User, values: Mapping[str, str]) -> Done[None]:
    """Set what holds for the whole site, by key of `KEYS`.

    Raises
    ------
    KeyError
        For a setting that does not exist.
    """
    for key, value in values.items():
        if key not in KEYS:
            raise KeyError(key)
        Setting.objects.update_or_create(key=key, defaults={"value": value})
    return Done(None, dict(values))
