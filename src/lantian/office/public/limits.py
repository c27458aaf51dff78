"""How often one address may ask, counted by the address that cannot be forged."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse

PER_MINUTE = 120
"""Pages of one address a minute in each process; beyond it the page says so and does no work."""
DATA_PER_MINUTE = 30
"""Whole lists and files of one address a minute in each process."""
_V6_NETWORK = 64
"""An IPv6 subscriber has at least this network: its addresses count as one."""
Address = IPv4Address | IPv6Address


def address_of(request: HttpRequest) -> str:
    """Return the address that is counted.

    That of the connection. Only where it is a proxy of `LANTIAN_PROXIES` is ``X-Forwarded-For``
    read, from its end, past further such proxies: what a visitor writes in front of it is never reached.
    """
    found = _parsed(request.META.get("REMOTE_ADDR", ""))
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if found is None or not _trusted(found):
            break
        before = _parsed(hop)
        if before is None:
            break
        found = before
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, _V6_NETWORK), strict=False))
    return str(found or "")


def _parsed(text: str) -> Address | None:
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].split("]")[0]
    elif plain.count(":") == 1:  # an IPv4 address with its port
        plain = plain.split(":")[0]
    try:
        found = ip_address(plain)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _trusted(address: Address) -> bool:
    return any(address in network for network in _networks(tuple(settings.PROXIES)))


@lru_cache(maxsize=8)
def _networks(texts: tuple[str, ...]):  # type: ignore[no-untyped-def]
    return tuple(ip_network(text, strict=False) for text in texts)


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
