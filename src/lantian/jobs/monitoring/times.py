"""Times as platforms and loggers write them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from lantian.kernel.calendar import BEIJING, parse_moment
from lantian.kernel.problem import LantianError

_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?")
_SECONDS = re.compile(r"(.*\d:\d{1,2}):(\d{2})(?:\.0+)?(Z|[+-]\d{2}:?\d{2})?", re.S)


def read_time(text: str) -> datetime | None:
    """Return a moment in Beijing time, None where it cannot be read.

    Examples
    --------
    >>> read_time("20260105130000") == read_time("2026-01-05 13:00:00") == read_time("2026/1/5 13:00")
    True
    """
    plain = text.strip()
    digits = _DIGITS.fullmatch(plain)
    if digits:
        try:
            return datetime(*(int(g or 0) for g in digits.groups()), tzinfo=BEIJING)  # type: ignore[arg-type,misc]
        except ValueError:
            return None
    seconds = 0
    found = _SECONDS.fullmatch(plain)
    if found:
        plain, seconds = found[1] + (found[3] or ""), int(found[2])
    try:
        moment = parse_moment(plain)
    except (LantianError, OverflowError, ValueError):
        return None
    return moment + timedelta(seconds=seconds) if seconds < 60 else None
