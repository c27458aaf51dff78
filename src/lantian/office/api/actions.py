"""What changes systems: a token given out, a token revoked."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from lantian.kernel.problem import LantianError, Problem
from lantian.office.api.models import System
from lantian.office.api.problems import problem
from lantian.office.api.scopes import SCOPES, SYSTEM_ROLES
from lantian.office.audit.action import Done, action
from lantian.office.people.access import PERMISSIONS
from lantian.office.people.models import User
from lantian.office.people.roles import Role

MOST_DAYS = 400
MOST_PER_MINUTE = 6000
PREFIX = "lt_"
"""Begins every token, so that one that lies about is recognised."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator wants a system to have."""

    name: str
    role: str
    scopes: Sequence[str]
    expires_on: date | None
    addresses: Sequence[str] = ()
    per_minute: int = 600
    district: str = ""
    firm_id: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A system with its token, which is nowhere else and never shown again."""

    system: System
    token: str


def hash_of(token: str) -> str:
    """Return what is kept of a token; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@action("api.manage", "system.made")
def make_system(actor: User, wanted: Wanted) -> Done[Given]:
    """Make a system with a token.

    Raises
    ------
    LantianError
        I020 to I025, I028 for what is wrong with the wish, all at once.
    """
    networks, found = _networks(wanted.addresses)
    found = [*_wrong(wanted), *found]
    if found:
        raise LantianError(*found)
    token = PREFIX + secrets.token_urlsafe(32)
    own = hash_of(token)
    account = User(
        username=f"system-{own[:12]}", first_name=wanted.name.strip()[:150], role=wanted.role,
        district=wanted.district if wanted.role == Role.DISTRICT else "",
        firm_id=wanted.firm_id if wanted.role == Role.ENTERPRISE else "",
    )  # fmt: skip
    account.set_unusable_password()
    account.save()
    assert wanted.expires_on is not None
    end = timezone.make_aware(datetime.combine(wanted.expires_on, time(23, 59, 59)))
    system = System.objects.create(
        name=wanted.name.strip(), account=account, scopes=sorted(set(wanted.scopes)), addresses=networks,
        per_minute=wanted.per_minute, token_hash=own, hint=token[:9], made_by=actor.username,
        made_at=timezone.now(), expires_at=end,
    )  # fmt: skip
    event = {"system": system.pk, "name": system.name, "role": wanted.role, "scopes": system.scopes,
             "addresses": networks, "expires": end.isoformat(), "account": account.username}  # fmt: skip
    return Done(Given(system, token), event, about=[f"system:{system.pk}"])


def _wrong(wanted: Wanted) -> list[Problem]:
    found = []
    if not 0 < len(wanted.name.strip()) <= 80:
        found.append(problem("I020"))
    if not wanted.scopes or any(s not in SCOPES for s in wanted.scopes):
        found.append(problem("I021"))
    needs = {Role.DISTRICT: wanted.district, Role.ENTERPRISE: wanted.firm_id}
    if wanted.role not in SYSTEM_ROLES or not needs.get(Role(wanted.role), "-"):
        found.append(problem("I022", role=wanted.role or "—"))
    elif useless := [s for s in wanted.scopes if s in SCOPES and not _allows(wanted.role, s)]:
        found.append(problem("I028", role=Role(wanted.role).label, scopes="、".join(useless)))
    today = timezone.localdate()
    last = today + timedelta(days=MOST_DAYS)
    if wanted.expires_on is None or not today < wanted.expires_on <= last:
        found.append(problem("I024", most=MOST_DAYS))
    if not 1 <= wanted.per_minute <= MOST_PER_MINUTE:
        found.append(problem("I025", most=MOST_PER_MINUTE))
    return found


def _allows(role: str, scope: str) -> bool:
    return any(role in PERMISSIONS[p] for p in SCOPES[scope].permissions)


def _networks(addresses: Sequence[str]) -> tuple[list[str], list[Problem]]:
    networks, found = [], []
    for text in filter(None, (a.strip() for a in addresses)):
        try:
            networks.append(str(ipaddress.ip_network(text, strict=False)))
        except ValueError:
            found.append(problem("I023", text=text[:60]))
    return networks, found


@action("api.manage", "system.revoked")
def revoke_system(actor: User, system: System, why: str) -> Done[System]:
    """Revoke a token for good; the system stays in the list.

    Raises
    ------
    LantianError
        I026 without a reason, I027 where it is revoked already.
    """
    found = System.objects.select_for_update().get(pk=system.pk)
    if not why.strip():
        raise LantianError(problem("I026"))
    if found.revoked_at is not None:
        raise LantianError(problem("I027"))
    found.revoked_by, found.revoked_at = actor.username, timezone.now()
    found.revoked_why = why.strip()[:200]
    found.save(update_fields=("revoked_by", "revoked_at", "revoked_why"))
    User.objects.filter(pk=found.account_id).update(is_active=False)
    event = {"system": found.pk, "name": found.name, "why": found.revoked_why}
    return Done(found, event, about=[f"system:{found.pk}"])
