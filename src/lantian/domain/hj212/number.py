"""Numbers as packets write them: exact decimals, and whether they fit their data type."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from lantian.rulebook.hj212_tables.model import DataType

_NUMBER: Final = re.compile(r"-?([0-9]{1,60})(?:\.([0-9]{1,60}))?")


def read_number(text: str | None) -> Decimal | None:
    """Return a plain decimal number, None where the text is none (an exponent, NaN, a sign +).

    Examples
    --------
    >>> read_number("36.60"), read_number("1e5"), read_number("--")
    (Decimal('36.60'), None, None)
    """
    if text is None or _NUMBER.fullmatch(text) is None:
        return None
    return Decimal(text)


@lru_cache(maxsize=65_536)
def fits(text: str, data_type: DataType) -> bool:
    """Whether a number is no wider than its data type, ``N5.2``: 5 digits and 2 decimals."""
    found = _NUMBER.fullmatch(text)
    if found is None or data_type.kind != "number" or data_type.digits is None:
        return True
    whole = found[1].lstrip("0") or "0"
    decimals = found[2] or ""
    return len(whole) <= data_type.digits and len(decimals) <= (data_type.decimals or 0)
