"""A form that is sent again: how one is written down, and the cases that the rooms add (issue 4, section 4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@dataclass
class Sent:
    """One form: who sends it (None: nobody signed in), the page it stands on, where to, and what."""

    role: str | None
    page: str
    address: str
    values: dict[str, str | list[str]] = field(default_factory=dict)
    file: tuple[str, bytes] | None = None
    """The one file of a form that has one, as `file`."""
    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Any others: name of the field, name of the file, content."""

    prepare: Callable[[Client], object] | None = None
    """What is done in the browser before the page is opened: a link followed, a password given once more."""
    effects: int = 1
    """How many events the first sending makes."""
    told: str = "没有重复执行"
    """What the second sending is told: the general words, or those of the room that come before them."""

    def body(self, token: str) -> dict[str, object]:
        """Return what a browser sends: a file is opened anew each time."""
        sent: dict[str, object] = {"csrfmiddlewaretoken": token, **self.values}
        own = [("file", *self.file)] if self.file is not None else []
        by_field: dict[str, list[SimpleUploadedFile]] = {}
        for name, title, content in own + self.files:
            by_field.setdefault(name, []).append(SimpleUploadedFile(title, content))
        return sent | by_field


CASES: dict[str, Callable[..., Sent]] = {}
"""By name of the address, or that and a word: what makes the form ready. Its parameters are fixtures."""
HARMLESS = {
    "set_language": "a cookie of the reader's own: sent twice it says the same",
    "type-size": "a cookie of the reader's own: sent twice it says the same",
    "sign-in": "signs in; the second finds nothing to change",
    "sign-out": "signs out; the second finds nobody",
    "mfa_authenticate": "signs in; the second finds nothing to change, and a code counts once",
    "account_reauthenticate": "says who one is once more; nothing is changed by it",
    "mfa_reauthenticate": "says who one is once more; nothing is changed by it, and a code counts once",
    "usersessions_list": "ends one's other sessions; the second finds none",
}
"""Forms that may be sent twice, and why."""
TO_ITSELF = {
    "publicity/form.html": {"notice-new", "notice-edit"},
    "dynamic/_offers.html": {"grade-check-step", "downgrade-step"},
    "dynamic/open.html": {"downgrade-new"},
    "people/new_person.html": {"new-person"},
    "people/own_account.html": {"own-account"},
    "people/set_password.html": {"set-password"},
    "people/factor_on.html": {"mfa_activate_totp"},
    "people/factor_off.html": {"mfa_deactivate_totp"},
    "people/codes_new.html": {"mfa_generate_recovery_codes"},
    "people/sessions.html": {"usersessions_list"},
    "people/sign_in.html": {"sign-in"},
    "people/code.html": {"mfa_authenticate", "mfa_reauthenticate"},
    "people/again.html": {"account_reauthenticate"},
}
"""Templates with a form that names no address, or is told it: the addresses that they are shown at."""


def case(name: str) -> Callable[[Callable[..., Sent]], Callable[..., Sent]]:
    """Add a case; no name is given twice."""

    def keep(make: Callable[..., Sent]) -> Callable[..., Sent]:
        assert name not in CASES, name
        CASES[name] = make
        return make

    return keep


def demo_file(pattern: str) -> tuple[str, bytes]:
    """Return a file of the demonstration."""
    from django.conf import settings

    path = next((Path(settings.HOME) / "demo").rglob(pattern))
    return path.name, path.read_bytes()


def token_of(client: Client, page: str) -> str:
    """Return the token of the first form of a page."""
    answer = client.get(page)
    assert answer.status_code == 200, page
    return re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.content.decode())[0]
