"""What a laboratory wrote: a content, or that it lies below a detection limit; in mg/kg, exactly.

A value below detection stays what it is. It never becomes zero, half the limit or any other number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Final

UNITS: Final[Mapping[str, Fraction]] = {
    "mg/kg": Fraction(1),
    "ug/g": Fraction(1),
    "g/t": Fraction(1),
    "g/kg": Fraction(1000),
    "mg/g": Fraction(1000),
    "ug/kg": Fraction(1, 1000),
    "ng/g": Fraction(1, 1000),
    "ng/kg": Fraction(1, 1_000_000),
    "pg/g": Fraction(1, 1_000_000),
}
"""How many mg/kg one unit of content in soil is."""

_ND: Final = frozenset(
    {
        "nd",
        "n.d.",
        "n.d",
        "未检出",
        "bdl",
        "<lod",
        "<mdl",
        "<dl",
        "<检出限",
        "低于检出限",
        "小于检出限",
    }
)
_NUMBER: Final = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[+-]?\d{1,2})?"
_VALUE: Final = re.compile(
    rf"(?P<less><)?(?P<number>{_NUMBER})(?P<l>l(?=$|[munpμ]?g))?(?P<unit>[a-zμ].*)?"
)
_ND_WITH: Final = re.compile(rf"(?:nd|n\.d\.|未检出)\(<?(?P<number>{_NUMBER})l?\)")


@dataclass(frozen=True, slots=True)
class Measured:
    """One result: `value` in mg/kg, or None where it lies below the detection `limit`.

    `limit` is None where none is known. `text` is what was written.
    """

    text: str
    value: Fraction | None
    limit: Fraction | None

    @property
    def below_detection(self) -> bool:
        """Whether nothing was detected."""
        return self.value is None

    def shown(self) -> str:
        """Return the content in mg/kg as text; "<limit" below detection, "ND" without a limit."""
        if self.value is not None:
            return plain_decimal(self.value)
        return f"<{plain_decimal(self.limit)}" if self.limit is not None else "ND"


@dataclass(frozen=True, slots=True)
class Written:
    """A result cell taken apart, still in its own unit; `unit` is "" where the cell has none."""

    below: bool
    number: Fraction | None
    unit: str


def read_value(text: str) -> Written | None:
    """Return what a result cell says, or None where it is not one of the usual ways to write it.

    Examples
    --------
    >>> read_value("<0.05"), read_value("0.05L") == read_value("＜０．０５")
    (Written(below=True, number=Fraction(1, 20), unit=''), True)
    >>> read_value("未检出")
    Written(below=True, number=None, unit='')
    """
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().replace("−", "-").split())
    if plain in _ND:
        return Written(True, None, "")
    within = _ND_WITH.fullmatch(plain)
    if within:
        return Written(True, _exact(within["number"]), "")
    found = _VALUE.fullmatch(plain)
    if not found:
        return None
    unit = found["unit"] or ""
    if unit and unit_factor(unit) is None:
        return None
    return Written(bool(found["less"] or found["l"]), _exact(found["number"]), unit)


def plain_unit(text: str) -> str:
    """Return a unit in the form `UNITS` has; toxic equivalents (ng TEQ/kg) are their mass unit."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    plain = (
        plain.replace("μ", "u").replace("µ", "u").replace("·kg-1", "/kg").replace("⋅kg-1", "/kg")
    )
    return plain.replace("-teq", "").replace("teq", "")


def unit_factor(text: str) -> Fraction | None:
    """Return how many mg/kg the unit is, or None where it is no unit of content in soil.

    Examples
    --------
    >>> unit_factor("µg/kg"), unit_factor("ngTEQ/kg"), unit_factor("mg/L")
    (Fraction(1, 1000), Fraction(1, 1000000), None)
    """
    return UNITS.get(plain_unit(text))


@lru_cache(maxsize=65536)
def plain_decimal(value: Fraction) -> str:
    """Return an exact decimal of a fraction that has one, never in exponent form.

    Examples
    --------
    >>> plain_decimal(Fraction(1, 100000)), plain_decimal(Fraction(20))
    ('0.00001', '20')
    """
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return str(value)
    places = max(twos, fives)
    scaled = value.numerator * 10**places // value.denominator
    digits = str(abs(scaled)).rjust(places + 1, "0")
    whole = digits if not places else f"{digits[:-places]}.{digits[-places:]}"
    return f"-{whole}" if value < 0 else whole


def _exact(number: str) -> Fraction:
    return Fraction(Decimal(number.replace(",", "")))
