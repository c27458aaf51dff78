"""Whether the register lets a whole frame in: asked at the door, and again when one is released."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from typing import Final

from lantian.jobs.gateway.registry import Logger

FUTURE_MS: Final = 60 * 60_000
"""So far a DataTime may lie ahead of the clock that judges it."""


def why_not(
    logger: Logger | None,
    password: str,
    system: str,
    address: str,
    further: Collection[str] = (),
) -> str:
    """Return why the register refuses a frame, as a reason of the quarantine; empty where it does not.

    Parameters
    ----------
    logger
        The logger of its MN, None where none is registered.
    password, system, address
        PW and ST as written, and where it came from.
    further
        Systems that a habit of the vendor allows beside the registered ones.
    """
    if logger is None:
        return "unregistered"
    if logger.password != password:
        return "password"
    if logger.addresses and not _comes_from(logger, address):
        return "address"
    if not logger.active:
        return "inactive"
    # Answers carry ST=91 whatever the device measures.
    if logger.st and system not in logger.st and system != "91" and system not in further:
        return "system"
    return ""


def _comes_from(logger: Logger, address: str) -> bool:
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return logger.may_come_from(found)
