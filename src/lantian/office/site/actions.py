"""What changes the site itself."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.office.audit.action import Done, action
from lantian.office.people.models import User
from lantian.office.site.models import Setting

KEYS = ("city", "invented")


@action("site.set")
def set_site(actor: User, values: Mapping[str, str]) -> Done[None]:
    """Set the name of the city and whether its data are invented.

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
