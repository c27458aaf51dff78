"""Whole numbers as forms and addresses carry them: keys, versions, editions."""

from __future__ import annotations

_MOST_DIGITS = 8
"""More are no key and no version here, and a database need not hold them."""


def whole(text: str, otherwise: int = -1) -> int:
    """Return the number a text stands for, `otherwise` where it is none or too long.

    Examples
    --------
    >>> whole("17"), whole("²"), whole("1" * 9), whole("", 0)
    (17, -1, -1, 0)
    """
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else otherwise
