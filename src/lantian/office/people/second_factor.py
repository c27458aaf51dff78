"""The second factor: a code counts once, and roles that need a factor get nowhere without one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lantian.office.people.access import PUBLIC

LAST = "last_counter"


class _Once:
    """A code of the app counts once, whichever process of the site it comes to.

    allauth remembers used codes in the cache, which each process has for itself; here the counter of
    the newest code is kept beside the secret, and none at or before it is taken (RFC 6238, 5.2).
    """

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        with transaction.atomic():
            held = {
                a.pk: a for a in Authenticator.objects.select_for_update().filter(user=self.user)
            }
            code: str = super().clean_code()  # type: ignore[misc]
            row = held[self.authenticator.pk]
            if row.type == Authenticator.Type.TOTP:
                counter = counter_of(row, code)
                if counter is None or counter <= row.data.get(LAST, -1):
                    raise get_adapter().validation_error("incorrect_code")
                self.authenticator.data = row.data | {LAST: counter}
                self.authenticator.save(update_fields=["data"])
        return code


def counter_of(row: Authenticator, code: str) -> int | None:
    """Return the time step that a code belongs to, None where it fits none of those allowed."""
    secret = get_adapter().decrypt(row.data["secret"])
    typed = code.replace(" ", "")
    for counter in auth.yield_hotp_counters_from_time():
        if auth.format_hotp_value(auth.hotp_value(secret, counter)) == typed:
            return counter
    return None


class CodeForm(_Once, AuthenticateForm):
    """The code when signing in."""


class CodeAgainForm(_Once, ReauthenticateForm):
    """The code before something that needs it anew."""


def has_factor(user: Any) -> bool:
    """Whether somebody has a second factor."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def must_enrol(user: Any) -> bool:
    """Whether somebody's role requires a second factor that he has not yet."""
    return (
        user.is_authenticated
        and user.role in settings.SIGN_ON.second_factor
        and not has_factor(user)
    )


class SecondFactorMiddleware:
    """Leads who must enrol to the page where he does; his own account and public pages stay open."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Redirect from every other page."""
        if getattr(view, "access", "") in (PUBLIC, "account.own") or not must_enrol(request.user):
            return None
        return redirect("mfa_activate_totp")
