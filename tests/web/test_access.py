"""Every address as every role: default deny, decided in `people.access` (issue 4, section 1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import URLPattern, URLResolver, get_resolver

from lantian.office.people.access import PERMISSIONS, PUBLIC, TOKEN, can, needs, require
from lantian.office.people.roles import Role

EXAMPLES = {
    "parcel_id": "DK-001",
    "period": "2026",
    "form": "pdf",
    "day": "2026-12-10",
    "name": "出境断面",
    "pk": "999999",
    "slug": "coking",
    "key": "grading-application",
    "rule_id": "response.alert",
    "firm": "虚构-00002",
    "upload": "1",
    "number": "1",
    "topic": "help/air",
    "guide": "firm",
    "uidb64": "x",
    "token": "x",
    "step": "link",
    "edition": "1",
    "application": "1",
    "document": "1",
    "batch": "1",
    "objection": "1",
    "own": "0" * 64,
    "taken": "1",
    "hash": "0" * 64,
    "notice": "1",
    "bulletin": "1",
    "file": "zh.pdf",
    "firm_id": "虚构-00002",
    "alert_id": "999999",
    "order_id": "999999",
    "extension_id": "999999",
    "picture_id": "999999",
    "rest": "nothing",
    "outlet": "1",
    "book": "csv",
    "digest": "0" * 64,
    "note": "1",
}


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, route)
        elif isinstance(one, URLPattern):
            yield route, one.callback


def address(route: str) -> str:
    """Return a real address of a route."""
    import re

    plain = re.sub(r"\(\?P(<\w+>).*?\)", r"\1", route).replace("^", "").replace("$", "")
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda m: EXAMPLES[m[1]], plain)


ALERT_PAGES = frozenset({
    "alert/<int:pk>/", "alert/<int:pk>/compare/", "alert/what-if/<int:pk>/", "alert/draft/<int:pk>/",
    "alert/<int:pk>/orders/", "alert/order/<int:pk>/", "alert/order/<int:pk>/order.pdf", "alert/photo/<int:pk>/",
    "alert/review/<int:pk>/<str:form>/",
})  # fmt: skip
"""Pages of one alert, plan or order: the number of the example belongs to none."""


OF_NO_ALARM = (
    "monitoring/alarm/<int:pk>/",
    "monitoring/alarm/<int:pk>/evidence/<int:note>/<int:number>/",
    "monitoring/outlet/<int:outlet>/file/<str:digest>/",
)


def hidden(role: Role, route: str) -> bool:
    """Whether the example belongs to another district or firm, or there is none (no alert in the demo)."""
    if (
        route in ALERT_PAGES
        or route in OF_NO_ALARM
        or route
        in (
            "people/<int:pk>/",
            "exchange/delivery/<int:pk>/",
            "account/factor/off/",
            "account/codes/",
            "grading/application/<int:application>/step/<int:number>/<str:own>/",
        )
    ):
        return True
    if "/files/" in route:  # no such file
        return True
    of_others = {Role.DISTRICT: ("section/", "parcel/", "firm/", "way-up/", "order.csv", "checks/<int:number>/",
                                   "downgrades/<int:number>/"),
                 Role.ENTERPRISE: ("firm/", "way-up/", "downgrades/<int:number>/")}  # fmt: skip
    if route.endswith(("/step/", "/assign/")):  # POST only
        return False
    return any(part in route for part in of_others.get(role, ()))


def alone(role: Role, route: str) -> bool:
    """Whether a page may lead elsewhere: a list of one to its firm, one's account to the password once more."""
    return (role is Role.ENTERPRISE and route == "firms/") or route.startswith("account/")


WALKED = [(route, view) for route, view in patterns(get_resolver())]


def test_every_address_says_who_may_see_it() -> None:
    without = [route for route, view in WALKED if not hasattr(view, "access")]
    assert without == []
    assert len(WALKED) >= 28


@pytest.mark.parametrize("route", [route for route, _ in WALKED])
def test_every_role_sees_what_access_says_and_nothing_else(route: str, site) -> None:  # type: ignore[no-untyped-def]
    view = dict(WALKED)[route]
    target = address(route)
    for role in [None, *Role]:
        response = site(role).get(target)
        if (
            view.access == TOKEN
        ):  # a session opens nothing there; the tests of the interface ask with tokens
            assert response.status_code in (401, 404, 405), (role, response.status_code)
            assert response["Content-Type"].startswith("application/json")
        elif view.access == PUBLIC:
            assert response.status_code in (200, 302, 405), (role, response.status_code)
        elif role is None:
            assert response.status_code == 302
            assert response["Location"].startswith("/sign-in/?next=")
        elif role in PERMISSIONS[view.access]:
            expected = (
                (404,)
                if hidden(role, route)
                else (200, 302, 405)
                if alone(role, route)
                else (200, 405)
            )
            assert response.status_code in expected, (role, response.status_code)
        else:
            assert response.status_code == 403, (role, response.status_code)
            assert "无权查看" in response.content.decode()


def test_nobody_has_what_is_not_listed(person) -> None:  # type: ignore[no-untyped-def]
    assert not can(person("leader"), "everything")
    assert not can(None, "air.view")
    inactive = person("air")
    inactive.is_active = False
    assert not can(inactive, "air.view")
    with pytest.raises(PermissionDenied):
        require(person("enterprise"), "air.import")
    with pytest.raises(AssertionError):
        needs("everything")


@pytest.mark.parametrize("role", ["enterprise", "expert", "leader", "district"])
def test_an_action_refused_changes_nothing(role: str, person) -> None:  # type: ignore[no-untyped-def]
    from datetime import date

    from lantian.office.air.actions import set_forecast
    from lantian.office.air.models import Forecast
    from lantian.office.audit.models import Event

    before = (Event.objects.count(), list(Forecast.objects.values()))
    with pytest.raises(PermissionDenied):
        set_forecast(person(role), date(2026, 12, 16), [(date(2026, 12, 17), 1, 2, "")])
    assert (Event.objects.count(), list(Forecast.objects.values())) == before


def test_a_district_officer_sees_his_own_district_only(site) -> None:  # type: ignore[no-untyped-def]
    client = site("district")  # 示例区
    page = client.get("/water/").content.decode()
    assert "城北桥" in page
    assert "钢城桥" not in page
    assert client.get("/water/section/城北桥/").status_code == 200
    assert client.get("/water/section/钢城桥/").status_code == 404
    air = client.get("/air/").content.decode()
    assert "示例公园" in air
    assert "高新" not in air
