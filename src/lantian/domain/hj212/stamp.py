"""Times as HJ 212 writes them: 14 digits to the second, 17 to the millisecond, Beijing time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from lantian.kernel.calendar import BEIJING

_TIME: Final = re.compile(r"(\d{8})([01]\d|2[0-3])([0-5]\d)([0-5]\d)(\d{3})?", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, 8, tzinfo=BEIJING)


@lru_cache(maxsize=512)
def day_of(digits: str) -> date | None:
    """Return the day written as eight digits, None where there is no such day."""
    if len(digits) != 8 or not digits.isascii() or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def read_stamp(text: str) -> datetime | None:
    """Return the moment written with 14 or 17 digits, None where it is no real time.

    Examples
    --------
    >>> read_stamp("20240520210600").isoformat()
    '2024-05-20T21:06:00+08:00'
    """
    found = _TIME.fullmatch(text)
    if found is None or (day := day_of(found[1])) is None:
        return None
    return datetime(
        day.year,
        day.month,
        day.day,
        int(found[2]),
        int(found[3]),
        int(found[4]),
        int(found[5] or 0) * 1000,
        tzinfo=BEIJING,
    )


def read_epoch(text: str) -> datetime | None:
    """Return the moment written as 13 digits, milliseconds since 1970; None where it is none."""
    if len(text) != 13 or not text.isascii() or not text.isdigit():
        return None
    return _EPOCH + timedelta(milliseconds=int(text))


def is_time(text: str) -> bool:
    """Whether `text` is a real time of 14 digits."""
    return len(text) == 14 and _TIME.fullmatch(text) is not None and day_of(text[:8]) is not None


def is_moment(text: str) -> bool:
    """Whether `text` is a real time of 17 digits."""
    return len(text) == 17 and _TIME.fullmatch(text) is not None and day_of(text[:8]) is not None


def write_stamp(moment: datetime, *, milliseconds: bool = False) -> str:
    """Return a moment as 14 digits, or 17 with `milliseconds`, in Beijing time."""
    local = moment.astimezone(BEIJING)
    text = local.strftime("%Y%m%d%H%M%S").rjust(14, "0")
    return f"{text}{local.microsecond // 1000:03d}" if milliseconds else text
