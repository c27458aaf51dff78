"""How often one address may ask, counted by the address that cannot be forged."""

from __future__ import annotations

from ipaddress import IPv6Address, IPv6Network

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

from lantian.office.people.client import client_address

PER_MINUTE = 120
"""Pages of one address a minute in each process; beyond it the page says so and does no work."""
DATA_PER_MINUTE = 30
"""Whole lists and files of one address a minute in each process."""
_V6_NETWORK = 64
"""An IPv6 subscriber has at least this network: its addresses count as one."""


def address_of(request: HttpRequest) -> str:
    """Return what is counted as one visitor: an IPv4 address, or a network of IPv6."""
    found = client_address(request)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, _V6_NETWORK), strict=False))
    return str(found or "")


def too_many(
    request: HttpRequest, bucket: str = "page", most: int | None = None
) -> HttpResponse | None:
    """Count a request; return the refusal where its address asked too often."""
    cache, key = caches["rates"], f"{bucket}:{address_of(request)}"
    cache.add(key, 0, timeout=60)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two
        count = 1
    if count <= (PER_MINUTE if most is None else most):
        return None
    return HttpResponse("请求过于频繁，请稍后再试。Too many requests, please wait a minute.", status=429,
                        content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})  # fmt: skip
