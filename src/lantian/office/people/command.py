"""What the command line does to accounts, noted in the record as done by the machine's operator."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.mfa.models import Authenticator
from django.db import transaction

from lantian.office.audit.ledger import record
from lantian.office.people.models import User


def create_by_command(username: str, values: Mapping[str, str]) -> User:
    """Make an account without a password.

    Raises
    ------
    ValidationError
        For a name that is taken, or a role that is none.
    """
    user = User(username=username, **values)
    user.set_unusable_password()
    user.full_clean(exclude=["password"])
    with transaction.atomic():
        user.save()
        record(
            "command",
            "people.created",
            {"user": username, "role": user.role},
            about=[f"user:{username}"],
        )
    return user


def find_open(username: str) -> User | None:
    """Return an account that may sign in."""
    return User.objects.filter(username=username, is_active=True).first()


def note_link(user: User, *, reset_factor: bool = False) -> None:
    """Note that a one-time link is given out; where asked for, remove the second factor too."""
    about = [f"user:{user.username}"]
    with transaction.atomic():
        if reset_factor:
            Authenticator.objects.filter(user=user).delete()
            record("command", "people.factor_reset", {"user": user.username}, about=about)
        record("command", "people.link_made", {"user": user.username}, about=about)
