"""Sampling times as files write them, to the day, the minute or the month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_MOMENT = re.compile(
    r"(?P<y>\d{4})[-/.年](?P<m>\d{1,2})(?:[-/.月](?P<d>\d{1,2})日?)?月?"
    r"(?:[T\s]+(?P<h>\d{1,2})(?::(?P<min>\d{2})(?::\d{2}(?:\.\d+)?)?)?[时点]?)?(?:\+08:?00)?"
)
_COMPACT = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?P<h>)(?P<min>)")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day with the minute of the day, None where only the day or the month is said."""

    day: date
    minute: int | None = None


def read_moment(text: str) -> Moment | None:
    """Return the moment of a text, None where it cannot be read; a month stands at its first day.

    Examples
    --------
    >>> read_moment("2022-03"), read_moment("2020-05-08T08:00").minute
    (Moment(day=datetime.date(2022, 3, 1), minute=None), 480)
    """
    plain = text.strip()
    found = _MOMENT.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None:
        return None
    hour, minute = found["h"], int(found["min"] or 0)
    if (hour and int(hour) > 24) or minute > 59:
        return None
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"] or 1))
    except ValueError:
        return None
    return Moment(day, int(hour) * 60 + minute if hour else None)
