"""Who asks: the bearer token, its scope, its address, its rate; then the account acts."""

from __future__ import annotations

import hmac
import ipaddress
import time

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from lantian.kernel.problem import LantianError, Place
from lantian.office.api.actions import hash_of
from lantian.office.api.models import System
from lantian.office.api.problems import problem
from lantian.office.api.scopes import SCOPES
from lantian.office.people.access import can
from lantian.office.people.client import client_address


class RateError(LantianError):
    """Too many requests; `wait_s` until the next minute."""

    def __init__(self, limit: int, wait_s: int) -> None:
        super().__init__(problem("I007", limit=limit, wait=wait_s))
        self.wait_s = wait_s


class SystemToken(HttpBearer):
    """Let in a token that has a scope.

    Parameters
    ----------
    scope
        A key of `SCOPES`.
    known
        Names of the operation's parameters in the address; any other is refused, because a
        misspelt filter would otherwise answer with everything.
    """

    def __init__(self, scope: str, known: frozenset[str]) -> None:
        super().__init__()
        self.scope, self.known = scope, known

    def authenticate(self, request: HttpRequest, token: str) -> System:
        """Return the system, and let its account act in this request.

        Raises
        ------
        LantianError
            I002 to I007; I010 for a parameter that the operation does not know.
        """
        system = _system_of(token)
        address = address_of(request)
        request.system_name = system.name  # type: ignore[attr-defined]
        _check_address(system, address)
        _count(system, address)
        if self.scope not in system.scopes:
            raise LantianError(problem("I005", scope=self.scope))
        if not any(can(system.account, p) for p in SCOPES[self.scope].permissions):
            raise LantianError(problem("I006", role=system.account.get_role_display()))
        for name in request.GET:
            if name not in self.known:
                raise LantianError(
                    problem("I010", Place(column=f"query.{name[:60]}"), why="unknown parameter")
                )
        request.user = system.account
        return system


def _system_of(token: str) -> System:
    own = hash_of(token)
    system = System.objects.select_related("account").filter(token_hash=own).first()
    # The hash is looked up, not the token: how long that takes says nothing of the token.
    if system is None or not hmac.compare_digest(system.token_hash, own):
        raise LantianError(problem("I002"))
    if system.revoked_at is not None:
        raise LantianError(problem("I003", why_zh="已撤销", why_en="revoked"))
    if timezone.now() >= system.expires_at:
        raise LantianError(problem("I003", why_zh="已到期", why_en="expired"))
    return system


def address_of(request: HttpRequest) -> str:
    """Return where a request comes from; "" where that is not known."""
    return str(client_address(request) or "")


def _check_address(system: System, address: str) -> None:
    if not system.addresses:
        return
    try:
        own = ipaddress.ip_address(address)
    except ValueError:
        own = None
    if own is None or not any(own in ipaddress.ip_network(n) for n in system.addresses):
        raise LantianError(problem("I004", address=address[:45] or "—"))


def _count(system: System, address: str) -> None:
    """Count the request in its minute, in one statement, for all processes of the site together."""
    seconds = time.time()
    minute = int(seconds // 60)
    own = System.objects.filter(pk=system.pk)
    now = {"last_used_at": timezone.now(), "last_address": address[:45]}
    counted = own.filter(minute=minute, minute_count__lt=system.per_minute)
    if counted.update(minute_count=F("minute_count") + 1, **now):
        return
    if own.exclude(minute=minute).update(minute=minute, minute_count=1, **now):
        return
    raise RateError(system.per_minute, 60 - int(seconds % 60))
