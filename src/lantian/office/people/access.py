"""Who may see or do what: decided here and nowhere else, default deny.

A permission is a name; it belongs to the roles listed. `needs` puts it on a page; a page without it
or `public` is refused by a test that walks every address.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from lantian.office.people.roles import BUREAU, STAFF, Role

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    "site.today": frozenset(Role),
    "air.view": STAFF,
    "air.import": frozenset({Role.AIR, Role.MONITORING}),
    "water.view": STAFF,
    "water.import": frozenset({Role.WATER, Role.MONITORING}),
    "soil.view": BUREAU | {Role.DISTRICT, Role.EXPERT, Role.AUDITOR},
    "soil.import": frozenset({Role.SOIL}),
    "alert.view": BUREAU | {Role.DISTRICT, Role.INSPECTOR, Role.AUDITOR},
    "alert.propose": frozenset({Role.AIR}),
    "alert.plan": frozenset({Role.AIR, Role.LEADER}),
    "alert.sign": frozenset({Role.LEADER}),
    "order.view": BUREAU | {Role.DISTRICT, Role.INSPECTOR, Role.AUDITOR, Role.ENTERPRISE},
    "order.own": frozenset({Role.ENTERPRISE}),
    "order.receipt": frozenset({Role.ENTERPRISE}),
    "monitoring.view": STAFF,
    "monitoring.outlet": STAFF | {Role.ENTERPRISE},
    "monitoring.own": frozenset({Role.ENTERPRISE}),
    "monitoring.mark": frozenset({Role.ENTERPRISE}),
    "monitoring.decide": frozenset({Role.MONITORING, Role.ENFORCEMENT}),
    "monitoring.register": frozenset({Role.MONITORING}),
    "monitoring.aside": frozenset({Role.MONITORING, Role.ENFORCEMENT, Role.LEADER, Role.AUDITOR}),
    "monitoring.release": frozenset({Role.MONITORING}),
    "rules.view": frozenset(Role),
    "firms.view": STAFF | {Role.ENTERPRISE},
    "firms.export": BUREAU | {Role.DISTRICT, Role.AUDITOR},
    "list.view": BUREAU | {Role.EXPERT, Role.AUDITOR},
    "list.upload": frozenset({Role.AIR}),
    "list.accept": frozenset({Role.AIR, Role.LEADER}),
    "grading.way-up": STAFF | {Role.ENTERPRISE},
    "dynamic.view": BUREAU | {Role.DISTRICT, Role.INSPECTOR, Role.EXPERT, Role.AUDITOR},
    "dynamic.draw": frozenset({Role.AIR}),
    "dynamic.check": frozenset({Role.INSPECTOR, Role.DISTRICT}),
    "dynamic.cases": STAFF | {Role.ENTERPRISE},
    "dynamic.open": frozenset({Role.AIR, Role.ENFORCEMENT}),
    "dynamic.decide": frozenset({Role.LEADER}),
    "dynamic.own": frozenset({Role.ENTERPRISE}),
    "dynamic.step": frozenset({Role.AIR, Role.ENFORCEMENT, Role.LEADER, Role.ENTERPRISE}),
    "grading.view": STAFF | {Role.ENTERPRISE},
    "grading.own": frozenset({Role.ENTERPRISE}),
    "grading.county": frozenset({Role.DISTRICT}),
    "grading.city": frozenset({Role.AIR}),
    "grading.site": frozenset({Role.INSPECTOR}),
    "grading.expert": frozenset({Role.EXPERT}),
    "grading.batches": BUREAU | {Role.EXPERT, Role.AUDITOR},
    "grading.effect": frozenset({Role.AIR, Role.LEADER}),
    "grading.step": frozenset(
        {
            Role.ENTERPRISE,
            Role.DISTRICT,
            Role.AIR,
            Role.LEADER,
            Role.INSPECTOR,
            Role.EXPERT,
        }
    ),
    "bulletin.make": BUREAU,
    "help.view": frozenset(Role),
    "account.own": frozenset(Role),
    "people.view": frozenset({Role.OPERATOR, Role.AUDITOR}),
    "people.manage": frozenset({Role.OPERATOR}),
    "bulletin.publish": frozenset({Role.LEADER, Role.AIR, Role.MONITORING}),
    "notice.view": BUREAU | {Role.DISTRICT, Role.AUDITOR},
    "notice.prepare": frozenset({Role.ENFORCEMENT}),
    "notice.publish": frozenset({Role.ENFORCEMENT, Role.LEADER}),
    "audit.view": frozenset({Role.LEADER, Role.AUDITOR, Role.OPERATOR}),
    "site.set": frozenset({Role.OPERATOR}),
    "api.view": frozenset({Role.OPERATOR, Role.AUDITOR}),
    "api.manage": frozenset({Role.OPERATOR}),
    "exchange.view": frozenset({Role.OPERATOR, Role.AUDITOR, Role.LEADER, Role.AIR}),
    "exchange.manage": frozenset({Role.OPERATOR}),
}

View = Callable[..., HttpResponseBase]
PUBLIC = "public"
TOKEN = "token"
"""Marks the operations for other systems: a session opens none of them, a token of a system does."""


def can(user: Any, permission: str) -> bool:
    """Whether a user has a permission; nobody has one that is not listed."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return False
    return user.role in PERMISSIONS.get(permission, frozenset())


def require(user: Any, permission: str) -> None:
    """Refuse a user without a permission.

    Raises
    ------
    PermissionDenied
        Where `can` says no.
    """
    if not can(user, permission):
        raise PermissionDenied(permission)


def own_firms(user: Any, firms: Any, permission: str = "firms.view") -> Any:
    """Return those of `firms` (a query) that a user may see: region and subject, default deny.

    A district officer sees the firms of his district, an enterprise user his own firm; one whose
    district or firm is not set sees none.
    """
    if not can(user, permission):
        return firms.none()
    if user.role == Role.DISTRICT:
        return firms.filter(district=user.district) if user.district else firms.none()
    if user.role == Role.ENTERPRISE:
        return firms.filter(firm_id=user.firm_id) if user.firm_id else firms.none()
    return firms


def own_outlets(user: Any, outlets: Any, firms: Any, permission: str = "monitoring.outlet") -> Any:
    """Return those of `outlets` (a query with `firm_id`) that a user may see: those of his firms.

    `firms` are the firms of the list in force: they say which district a firm lies in.
    """
    if not can(user, permission):
        return outlets.none()
    if user.role == Role.ENTERPRISE:
        return outlets.filter(firm_id=user.firm_id) if user.firm_id else outlets.none()
    if user.role == Role.DISTRICT:
        own = firms.filter(district=user.district) if user.district else firms.none()
        return outlets.filter(firm_id__in=own.values("firm_id"))
    return outlets


def needs(permission: str) -> Callable[[View], View]:
    """Let only users with a permission see a page; others are asked to sign in or refused."""
    assert permission in PERMISSIONS, permission

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require(request.user, permission)
            return view(request, *args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]
        return guarded

    return wrap


def public(view: View) -> View:
    """Mark a page that everybody may see."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view
