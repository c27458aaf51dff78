"""Where a request comes from, by what cannot be forged."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


def client_address(request: HttpRequest) -> Address | None:
    """Return the address of the connection, None where it has none.

    Only where it is a proxy of `LANTIAN_PROXIES` is ``X-Forwarded-For`` read, from its end, past
    further such proxies: what a visitor writes in front of it is never reached.
    """
    found = _parsed(request.META.get("REMOTE_ADDR", ""))
    for hop in reversed(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        if found is None or not _trusted(found):
            break
        before = _parsed(hop)
        if before is None:
            break
        found = before
    return found


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
def _networks(texts: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(text, strict=False) for text in texts)
