"""One reading of the lake: texts as written, exact numbers, and the columns they are kept in."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, NamedTuple

from lantian.adapters.lake.readings import SUFFIXES, schema
from lantian.domain.hj212.number import read_number
from lantian.jobs.gateway.spool import moment

_PLAIN: Final = re.compile(r"(-?)([0-9]{1,18})(?:\.([0-9]{1,17}))?")
_MOST_DIGITS: Final = 18


class Row(NamedTuple):
    """What one packet said of one factor.

    Attributes
    ----------
    mn, cn, time, factor, about
        The key: device, command, DataTime (aware), factor or information code, PolId.
    flag
        Data flag as written, None where there was none.
    written
        Texts by suffix (``Avg``, ``Rtd``, ``Info`` …) as they stood in the packet.
    rf
        Whether the packet was marked as sent again.
    version
        Edition the packet was read under.
    record
        Record of the spool it came with; 0 where it came from no spool.
    """

    mn: str
    cn: str
    time: datetime
    factor: str
    about: str
    flag: str | None
    written: Mapping[str, str | None]
    rf: bool = False
    version: str = "2017"
    record: int = 0

    @property
    def values(self) -> dict[str, Decimal]:
        """Exact numbers by suffix; what is no number is only in `written`."""
        found = {suffix: read_number(text) for suffix, text in self.written.items()}
        return {suffix: number for suffix, number in found.items() if number is not None}


@lru_cache(maxsize=1 << 16)
def scaled(text: str) -> tuple[int, int, bool] | None:
    """Return a number as digits and decimals, and whether its text follows from them.

    None where it is no number, or one with more digits than fit.

    Examples
    --------
    >>> scaled("36.60"), scaled("007"), scaled("-0.05"), scaled("--")
    ((3660, 2, True), (7, 0, False), (-5, 2, True), None)
    """
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    sign, whole, decimals = found[1], found[2], found[3] or ""
    if len(whole) + len(decimals) > _MOST_DIGITS:
        return None
    digits = int(f"{sign}{whole}{decimals}")
    return digits, len(decimals), text == unscaled(digits, len(decimals))


def unscaled(digits: int, decimals: int) -> str:
    """Return the text of digits with so many decimals.

    Examples
    --------
    >>> unscaled(-5, 2)
    '-0.05'
    """
    text = str(abs(digits)).rjust(decimals + 1, "0")
    if decimals:
        text = f"{text[:-decimals]}.{text[-decimals:]}"
    return f"-{text}" if digits < 0 else text


class Columns:
    """Rows as columns, ready for a table. Numbers are appended only where there are some."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in schema("lake")}
        c = self._columns
        names = ("mn", "cn", "time", "factor", "about", "flag", "rf", "version", "record", "texts")
        self._mn = c["mn"]
        self._heads = tuple(c[n].append for n in names)
        self._numbers = {suffix: (c[name], c[f"{name}_d"]) for suffix, name in SUFFIXES.items()}

    def __len__(self) -> int:
        return len(self._mn)

    @property
    def columns(self) -> dict[str, list[Any]]:
        """The columns, all of one length."""
        n = len(self._mn)
        for column in self._columns.values():
            column.extend([None] * (n - len(column)))
        return self._columns

    def add(
        self,
        key: tuple[str, str, int, str, str],
        flag: str | None,
        written: Mapping[str, str | None],
        rf: bool,
        version: str,
        record: int,
    ) -> None:
        """Add one row; the time of the key in milliseconds since 1970."""
        n = len(self._mn)
        odd: dict[str, str | None] | None = None
        numbers = self._numbers
        for suffix, text in written.items():
            if suffix in numbers and text is not None:
                number = scaled(text)
                if number is not None:
                    digits, decimals = numbers[suffix]
                    if len(digits) < n:
                        digits.extend([None] * (n - len(digits)))
                        decimals.extend([None] * (n - len(decimals)))
                    digits.append(number[0])
                    decimals.append(number[1])
                    if number[2]:
                        continue
            if odd is None:
                odd = {}
            odd[suffix] = text
        texts = json.dumps(odd, ensure_ascii=False, sort_keys=True) if odd else None
        row = (*key, flag, rf, version, record, texts)
        for append, value in zip(self._heads, row, strict=True):
            append(value)


def row_of(values: Mapping[str, Any]) -> Row:
    """Return a row of a table as `Row`; its time in milliseconds since 1970."""
    written: dict[str, str | None] = {}
    for suffix, name in SUFFIXES.items():
        digits = values[name]
        if digits is not None:
            written[suffix] = unscaled(digits, values[f"{name}_d"])
    if values["texts"]:
        written |= json.loads(values["texts"])
    return Row(
        values["mn"], values["cn"], moment(values["time"]), values["factor"], values["about"],
        values["flag"], written, values["rf"], values["version"], values["record"],
    )  # fmt: skip
