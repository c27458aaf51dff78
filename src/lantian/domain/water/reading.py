"""One measured value as laboratories write it: a number, or less than a detection limit."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.rounding import round_fraction

NOTHING = frozenset(
    {"", "-", "--", "—", "/", "*", "na", "n/a", "nan", "null", "none", "无", "缺测", "未监测"}
)
NOT_DETECTED = frozenset({"nd", "n.d.", "未检出"})
_NUMBER = re.compile(r"[+-]?(\d{1,12}(\.\d{0,12})?|\.\d{1,12})(e[+-]?\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with what is known of its detection.

    Parameters
    ----------
    value
        What enters means: the number, or a share of the detection limit.
    below
        Whether it lies below the detection limit.
    detection_limit
        The limit, where it is below.
    """

    value: Fraction
    below: bool = False
    detection_limit: Fraction | None = None


class NotANumberError(ValueError):
    """The text is no value."""


class LimitUnknownError(ValueError):
    """Not detected, without the limit of detection."""


def read_value(text: str, below_share: Fraction) -> Reading | None:
    """Return the value of a text, None where nothing was measured.

    Parameters
    ----------
    text
        ``0.05``, ``0.05L``, ``<0.05`` …
    below_share
        What a value below the detection limit counts for: half of the limit (环办监测函〔2020〕82号,
        7).

    Raises
    ------
    LimitUnknownError
        For ``ND`` and 未检出, which do not say the limit.
    NotANumberError
        For anything else that is no number.

    Examples
    --------
    >>> read_value("0.05L", Fraction(1, 2))
    Reading(value=Fraction(1, 40), below=True, detection_limit=Fraction(1, 20))
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold().replace(" ", "")
    if plain in NOTHING:
        return None
    if plain in NOT_DETECTED:
        raise LimitUnknownError(text)
    below = plain.startswith("<") or plain.endswith("l")
    number = plain.removeprefix("<").removesuffix("l") if below else plain
    if _NUMBER.fullmatch(number) is None or not number.isascii():
        raise NotANumberError(text)
    value = Fraction(number)
    if not below:
        return Reading(value)
    return Reading(value * below_share, True, value)


def displayed(value: Fraction, digits: int) -> str:
    """Return a value as it is shown: half to even, and never a zero that is not one.

    Where rounding would leave 0, one significant digit is kept (as the national platform does).

    Examples
    --------
    >>> displayed(Fraction(1, 8), 2), displayed(Fraction("0.00042"), 3)
    ('0.12', '0.0004')
    """
    rounded = round_fraction(value, digits)
    places = digits
    while rounded == 0 and value != 0 and places < 12:
        places += 1
        rounded = round_fraction(value, places)
    return f"{rounded:f}"
