"""Demonstration accounts, one a role; their passwords are said once."""

from __future__ import annotations

import secrets

from django.contrib.auth.hashers import PBKDF2PasswordHasher, get_hasher, make_password

from lantian.office.people.models import User
from lantian.office.people.roles import Role

DEMO_FIRM = "虚构-00001"
"""The firm of the demonstration's enterprise user: the first of the invented list."""

ROUNDS = 20_000
"""Rounds of the first hash. Rounds protect words that people choose; these passwords are 72 random
bits, and the first sign-in hashes them anew with all the rounds of the site."""


def make_accounts() -> list[tuple[str, str, str]]:
    """Make one account a role where it is missing; return name, label and password of the new."""
    made = []
    for role in Role:
        name = f"demo-{role.value}"
        if User.objects.filter(username=name).exists():
            continue
        password = secrets.token_urlsafe(9)
        User.objects.create(
            username=name, password=_hashed(password), role=role, first_name=f"{role.label}（演示）",
            district="示例区" if role is Role.DISTRICT else "",
            firm_id=DEMO_FIRM if role is Role.ENTERPRISE else "",
        )  # fmt: skip
        made.append((name, str(role.label), password))
    return made


def _hashed(password: str) -> str:
    hasher = get_hasher()
    if not isinstance(hasher, PBKDF2PasswordHasher):
        return str(make_password(password))
    rounds = min(ROUNDS, hasher.iterations)
    return str(hasher.encode(password, hasher.salt(), rounds))
