"""What allauth asks this site: nobody signs up by himself, no mail is sent, secrets are kept shut."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from requests import RequestException

from lantian.adapters.crypto.box import opened, shut
from lantian.office.people.complaint import RefusedError
from lantian.office.site.models import Setting
from lantian.office.site.templatetags.parts import in_language

TOTP_PURPOSE = "totp"


def refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    """Return the page that says why somebody is not signed in."""
    return render(request, "people/refused.html", {"problem": error.problem}, status=403)


def is_without_secret(user: Any) -> bool:
    """Whether somebody has neither password nor factor here: he signs in through the city's provider only."""
    if not user.is_authenticated or user.has_usable_password():
        return False
    return not Authenticator.objects.filter(user=user).exists()


def came_freshly(request: HttpRequest) -> bool:
    """Whether the city's provider sent somebody here within the time of asking for a password once more."""
    came = [
        r["at"]
        for r in get_authentication_records(request, request.user)
        if r.get("method") == "socialaccount"
    ]
    return bool(came) and time.time() - max(came) < app_settings.REAUTHENTICATION_TIMEOUT


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the operator; a closed one is told so."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse: accounts are made by the operator."""
        return False

    def send_mail(self, *args: Any, **kwargs: Any) -> None:
        """Send nothing: closed networks have no mail."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing here: axes counts failures by name and address, and says what a lock-out is."""

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password once more; who has none must come freshly from the city's provider."""
        request = context.request
        if is_without_secret(request.user):
            return not came_freshly(request)
        return super().is_reauthentication_required(app=app, **kwargs)

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Say that the account is closed; only who gave the right password comes here."""
        return refused(request, RefusedError("V109", user.username))

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any,
                    **kwargs: Any) -> None:  # fmt: skip
        """Leave out what says nothing: that one has just signed in or out."""
        if message_template and message_template.startswith("account/messages/logged_"):
            return
        super().add_message(request, level, message_template, *args, **kwargs)


class SocialAdapter(DefaultSocialAccountAdapter):
    """The city's provider: known people only, every failure in words."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Refuse; `city_login` makes accounts where the deployment says so."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find the account that a person may sign in to, or refuse."""
        from lantian.office.people.city_login import find_account

        try:
            find_account(request, sociallogin)
        except RefusedError as error:
            raise ImmediateHttpResponse(refused(request, error)) from None

    def on_authentication_error(self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None,
                                extra_context: Any = None) -> None:  # fmt: skip
        """Say in words why the provider's answer is not taken."""
        cause = getattr(exception, "refused", None)
        if cause is None and error == AuthError.CANCELLED:
            cause = RefusedError("V111")
        if cause is None and isinstance(exception, RequestException):
            cause = RefusedError("V103")
        if cause is None:  # without exception: the state is not of this browser, or over
            cause = RefusedError("V113" if exception is None else "V104")
        raise ImmediateHttpResponse(refused(request, cause))


class FactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets shut, and not removed where the role requires one."""

    def encrypt(self, text: str) -> str:
        """Shut a secret with the key of the deployment, which lies outside the database."""
        return shut(settings.SECRET_KEY, TOTP_PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return opened(settings.SECRET_KEY, TOTP_PURPOSE, encrypted_text)

    def get_totp_issuer(self) -> str:
        """Name the site as its pages do."""
        return f"蓝天 {Setting.read().get('city', '')}".strip()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Keep the factor of somebody whose role requires one."""
        return authenticator.user.role not in settings.SIGN_ON.second_factor

    def validation_error(self, code: str, *args: Any) -> Any:
        """Word the errors in both languages."""
        words = {
            "incorrect_code": ("验证码不对或已用过", "The code is wrong or was used already"),
            "cannot_delete_authenticator": (
                "您的角色必须使用第二因素，不能停用",
                "Your role requires a second factor",
            ),
        }.get(code)
        if words is None:
            return super().validation_error(code, *args)
        from django.core.exceptions import ValidationError

        return ValidationError(in_language(*words), code=code)
