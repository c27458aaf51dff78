"""What tests of the interface share: a system with a token, and its requests."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

ENOUGH = {
    "firms:read": "air", "grades:read": "air", "lists:read": "air", "alerts:read": "air", "orders:read": "air",
    "receipts:write": "enterprise", "readings:write": "monitoring", "forecasts:write": "air",
    "bulletins:read": "air", "ledger:read": "auditor", "rules:read": "air",
}  # fmt: skip
"""A role for each scope whose permissions it has."""


def make(scopes: list[str], role: str = "air", **more: Any):  # type: ignore[no-untyped-def]
    """Return a new system with its token, given out by the operator."""
    from django.utils import timezone

    from lantian.office.api.actions import Wanted, make_system
    from lantian.office.people.models import User

    more.setdefault("expires_on", timezone.localdate() + timedelta(days=30))
    more.setdefault("per_minute", 6000)
    if role == "enterprise":
        more.setdefault("firm_id", "虚构-00001")
    if role == "district":
        more.setdefault("district", "示例区")
    wanted = Wanted(name=more.pop("name", "示例平台"), role=role, scopes=scopes, **more)
    return make_system(User.objects.get(username="demo-operator"), wanted)


def asker(token: str):  # type: ignore[no-untyped-def]
    """Return a function that asks with a token: method, address, content."""
    from django.test import Client

    client = Client()

    def ask(method: str, address: str, content: Any = None, **headers: str):  # type: ignore[no-untyped-def]
        kind = headers.pop("kind", "application/json")
        if content is not None and not isinstance(content, bytes):
            content = json.dumps(content).encode()
        return client.generic(method, f"/api/v1{address}", content or b"", kind,
                              headers={"Authorization": f"Bearer {token}"} | headers)  # fmt: skip

    return ask


def with_scopes(*scopes: str, role: str = "air", **more: Any):  # type: ignore[no-untyped-def]
    """Return `asker` of a new system."""
    return asker(make(list(scopes), role, **more).token)
