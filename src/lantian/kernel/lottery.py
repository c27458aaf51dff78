"""A draw that anybody can repeat: the order is that of SHA-256 over a public seed and each number.

The order depends neither on the order of the list nor on what else is on it (decision 0084), and the
digest of the list shows that nothing was added or taken away after the seed was known.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from fractions import Fraction


def place_key(seed: str, number: str) -> str:
    """Return what gives a number its place in the draw, as hexadecimal SHA-256.

    Examples
    --------
    >>> place_key("1", "P1") == hashlib.sha256(b"1|P1").hexdigest()
    True
    """
    return hashlib.sha256(f"{seed}|{number}".encode()).hexdigest()


def list_digest(numbers: Iterable[str]) -> str:
    """Return SHA-256 over the sorted numbers: published before the seed, it fixes the list.

    Examples
    --------
    >>> list_digest(["B", "A"]) == list_digest(["A", "B"])
    True
    """
    return hashlib.sha256("\n".join(sorted(numbers)).encode()).hexdigest()


def ranked(seed: str, numbers: Iterable[str]) -> list[tuple[str, str]]:
    """Return (key, number) in the order of the draw."""
    return sorted((place_key(seed, number), number) for number in numbers)


def wanted(share: Fraction, of: int) -> int:
    """Return how many of a stratum are taken: the share, rounded up.

    Raises
    ------
    ValueError
        For a share outside 0 to 1.

    Examples
    --------
    >>> wanted(Fraction(1, 10), 11)
    2
    """
    if not 0 <= share <= 1:
        raise ValueError("a share lies between 0 and 1")
    return math.ceil(share * of)
