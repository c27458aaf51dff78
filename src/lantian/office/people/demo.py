"""Demonstration accounts, one a role; their passwords are said once."""

from __future__ import annotations

import secrets

from lantian.office.people.models import User
from lantian.office.people.roles import Role


def make_accounts() -> list[tuple[str, str, str]]:
    """Make one account a role where it is missing; return name, label and password of the new."""
    made = []
    for role in Role:
        name = f"demo-{role.value}"
        if User.objects.filter(username=name).exists():
            continue
        password = secrets.token_urlsafe(9)
        User.objects.create_user(
            name, password=password, role=role, first_name=f"{role.label}（演示）",
            district="示例区" if role is Role.DISTRICT else "",
            firm_id="虚构-00001" if role is Role.ENTERPRISE else "",
        )  # fmt: skip
        made.append((name, str(role.label), password))
    return made
