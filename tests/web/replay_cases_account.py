"""Forms of one's own account, of making one, and of the one-time link, sent again (issue 4, section 4)."""

from __future__ import annotations

import re
import time

from django.test import Client
from replayed import Sent, case, token_of

SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD, OTHER = "einlangeswort-7", "nochlaenger-88"


@case("new-person")
def _new_person() -> Sent:
    where = "/people/new/"
    values: dict[str, str | list[str]] = {"username": "wang", "first_name": "王工", "role": "air"}
    return Sent("operator", where, where, values, effects=2)  # the account, and its one-time link


@case("set-password")
def _set_password(person) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.people.actions import make_link

    link = make_link(person("operator"), person("air"))
    where = re.sub(r"[^/]+/$", "set-password/", link)  # where the link leads, the token kept aside
    values: dict[str, str | list[str]] = {"new_password1": OTHER, "new_password2": OTHER}
    return Sent(None, where, where, values, prepare=lambda client: client.get(link))


def _with_password(person) -> None:  # type: ignore[no-untyped-def]
    found = person("air")
    found.set_password(PASSWORD)
    found.save()


@case("own-account")
def _change_password(person) -> Sent:  # type: ignore[no-untyped-def]
    _with_password(person)
    values: dict[str, str | list[str]] = {
        "old_password": PASSWORD, "new_password1": OTHER, "new_password2": OTHER
    }  # fmt: skip
    return Sent("air", "/account/", "/account/", values)


# --- the second factor -------------------------------------------------------------------------


def _again(client: Client) -> None:
    """Give the password once more, as changing how one signs in asks for."""
    page = "/account/again/?next=/account/"
    values = {"csrfmiddlewaretoken": token_of(client, page), "password": PASSWORD}
    assert client.post(page, values).status_code == 302


def _enrolled(person) -> None:  # type: ignore[no-untyped-def]
    from allauth.mfa.totp.internal.auth import TOTP

    _with_password(person)
    TOTP.activate(person("air"), SECRET)


@case("mfa_activate_totp")
def _factor_on(person, monkeypatch) -> Sent:  # type: ignore[no-untyped-def]
    from allauth.mfa.totp.internal import auth

    _with_password(person)
    monkeypatch.setattr(auth, "generate_totp_secret", lambda length=20: SECRET)
    moment = int(time.time()) // 30 * 30 + 15.0
    monkeypatch.setattr(time, "time", lambda: moment)  # no test stands across two steps
    code = auth.format_hotp_value(auth.hotp_value(SECRET, int(moment) // 30))
    where = "/account/factor/on/"
    return Sent("air", where, where, {"code": code}, prepare=_again)


@case("mfa_deactivate_totp")
def _factor_off(person) -> Sent:  # type: ignore[no-untyped-def]
    _enrolled(person)
    where = "/account/factor/off/"
    return Sent("air", where, where, prepare=_again)


@case("mfa_generate_recovery_codes")
def _codes(person) -> Sent:  # type: ignore[no-untyped-def]
    _enrolled(person)
    where = "/account/codes/new/"
    return Sent("air", where, where, prepare=_again)
