"""Dates and hours as files write them, in Beijing time; 24:00 is the last hour of its day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from lantian.kernel.calendar import to_beijing

_STAMP = re.compile(
    r"(?P<y>\d{4})[-/.年]?(?P<m>\d{1,2})[-/.月]?(?P<d>\d{1,2})日?"
    r"(?:[T\s]+(?P<h>\d{1,2})(?::?(?P<min>\d{2})(?::?(?P<s>\d{2})(?:\.\d+)?)?)?[时点]?)?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?"
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day and, for hourly data, the hour that ends at `hour` (1 to 24).

    `converted` says that another time zone was named.
    """

    day: date
    hour: int = 0
    converted: bool = False


def read_stamp(text: str, hour_text: str | None = None, *, hourly: bool) -> Stamp | None:
    """Return the stamp of a text, None where it cannot be read.

    Parameters
    ----------
    text
        Date or date and time; a zone other than +08:00 is converted.
    hour_text
        The hour where it stands in a column of its own.
    hourly
        Whether an hour is needed. The hour 0 of a day is the last one of the day before; minutes
        other than 00 are no hourly value.
    """
    found = _STAMP.fullmatch(text.strip())
    if found is None:
        return None
    hour = found["h"] if hour_text is None else hour_text.strip().removesuffix(":00")
    if not hourly:
        hour = "0" if found["h"] is None else found["h"]
    if hour is None or not hour.isdigit() or len(hour) > 2 or int(hour) > 24:
        return None
    if hourly and ((found["min"] or "00") != "00" or (found["s"] or "00") != "00"):
        return None
    try:
        day = date(int(found["y"]), int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    zone = found["zone"]
    if zone and zone not in {"+08:00", "+0800"}:
        return _converted(day, int(hour), zone, hourly=hourly)
    return _stamp(day, int(hour), hourly=hourly)


def _stamp(day: date, hour: int, *, hourly: bool, converted: bool = False) -> Stamp | None:
    if not hourly:
        return Stamp(day, 0, converted)
    if hour == 0:  # the hour that ends at midnight belongs to the day before
        if day == date.min:
            return None
        return Stamp(day - timedelta(days=1), 24, converted)
    return Stamp(day, hour, converted)


def _converted(day: date, hour: int, zone: str, *, hourly: bool) -> Stamp | None:
    if not hourly:
        return Stamp(day, 0, converted=True)
    if zone in {"Z", "UTC"}:
        offset = UTC
    else:
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        if minutes > 14 * 60:
            return None
        offset = timezone(timedelta(minutes=minutes if zone[0] == "+" else -minutes))
    try:
        start = datetime(day.year, day.month, day.day, tzinfo=offset)
        moment = to_beijing(start + timedelta(hours=hour))
    except OverflowError:
        return None
    if moment.minute:
        return None
    return _stamp(moment.date(), moment.hour, hourly=True, converted=True)
