"""What changes accounts: made, changed, closed, never removed; factors of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as code_flows
from allauth.mfa.totp.internal import flows as totp_flows
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from lantian.office.audit.action import Done, action
from lantian.office.people.models import User

FIELDS = ("first_name", "role", "district", "firm_id")
"""What the operator may change of an account."""


def one_time_link(user: User) -> str:
    """Return the address under which somebody sets his password once, within the time of the settings."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("set-password", args=[uid, default_token_generator.make_token(user)])


def _about(user: User) -> list[str]:
    return [f"user:{user.username}"]


def _not_oneself(actor: User, user: User) -> None:
    if actor.pk == user.pk:
        raise ValidationError(
            "不能更改自己的账号，请另一位系统运维办理 nobody changes his own account"
        )


@action("people.manage", "people.created")
def create_person(actor: User, username: str, values: Mapping[str, str]) -> Done[User]:
    """Make an account without a password; a one-time link sets it.

    Raises
    ------
    ValidationError
        For a name that is taken or has other letters, or a role that is none.
    """
    user = User(username=username, **{k: values[k] for k in FIELDS if k in values})
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    user.save()
    return Done(user, {"user": username, **_told(user)}, about=_about(user))


@action("people.manage", "people.changed")
def change_person(actor: User, user: User, values: Mapping[str, str]) -> Done[User]:
    """Change name, role, district or firm; nobody changes his own account."""
    _not_oneself(actor, user)
    row = User.objects.select_for_update().get(pk=user.pk)
    before = _told(row)
    for key in FIELDS:
        if key in values:
            setattr(row, key, values[key])
    row.full_clean(exclude=["password"])
    row.save(update_fields=FIELDS)
    changed = {k: f"{before[k]} → {v}" for k, v in _told(row).items() if before[k] != v}
    return Done(row, {"user": row.username, **changed}, about=_about(row))


@action("people.manage", "people.closed")
def close_person(actor: User, user: User, reason: str) -> Done[None]:
    """Close an account: it stays with its history, nobody signs in with it, its sessions end.

    Raises
    ------
    ValidationError
        Without a reason, or for oneself.
    """
    _not_oneself(actor, user)
    if not reason.strip():
        raise ValidationError("请写明停用的理由 a reason is needed")
    User.objects.filter(pk=user.pk).update(is_active=False)
    _end_sessions(user)
    return Done(None, {"user": user.username, "reason": reason.strip()}, about=_about(user))


@action("people.manage", "people.reopened")
def reopen_person(actor: User, user: User) -> Done[None]:
    """Open a closed account again."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    return Done(None, {"user": user.username}, about=_about(user))


@action("people.manage", "people.link_made")
def make_link(actor: User, user: User) -> Done[str]:
    """Return a link that sets the password once: closed networks have no mail."""
    return Done(one_time_link(user), {"user": user.username}, about=_about(user))


@action("people.manage", "people.factor_reset")
def reset_factor(actor: User, user: User) -> Done[None]:
    """Remove the second factor of somebody who has lost it; his sessions end."""
    _not_oneself(actor, user)
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    return Done(None, {"user": user.username}, about=_about(user))


@action("people.manage", "people.unbound")
def unbind(actor: User, user: User) -> Done[None]:
    """Loosen an account from the person of the city's provider."""
    SocialAccount.objects.filter(user=user).delete()
    return Done(None, {"user": user.username}, about=_about(user))


@action("account.own", "people.factor_added")
def add_factor(actor: User, request: HttpRequest, form: Any) -> Done[bool]:
    """Enrol a second factor; return whether recovery codes were made too."""
    _, codes = totp_flows.activate_totp(request, form)
    return Done(bool(codes), {"user": actor.username}, about=_about(actor))


@action("account.own", "people.factor_removed")
def remove_factor(actor: User, request: HttpRequest, authenticator: Authenticator) -> Done[None]:
    """Remove one's own second factor."""
    totp_flows.deactivate_totp(request, authenticator)
    return Done(None, {"user": actor.username}, about=_about(actor))


@action("account.own", "people.codes_made")
def renew_codes(actor: User, request: HttpRequest) -> Done[None]:
    """Make new recovery codes; the old ones are void."""
    code_flows.generate_recovery_codes(request)
    return Done(None, {"user": actor.username}, about=_about(actor))


@action("account.own", "people.password_changed")
def change_own_password(actor: User, form: Any) -> Done[None]:
    """Set one's own password; other sessions end."""
    form.save()
    return Done(None, {"user": actor.username}, about=_about(actor))


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def _told(user: User) -> dict[str, str]:
    return {
        "name": user.first_name,
        "role": user.role,
        "district": user.district,
        "firm": user.firm_id,
    }
