"""Beijing time, hour-ending data hours, and working days by the State Council's notices.

Nothing here reads a clock or a file: moments and the holiday notices arrive as arguments
(`lantian.rulebook.calendar` holds the notices). A year without a notice is refused, not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

from lantian.kernel.problem import LantianError, Place, Problem, Severity

BEIJING: Final = timezone(timedelta(hours=8), "北京时间")
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


def beijing(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return an aware moment of Beijing time; hour 24 is 0:00 of the next day.

    Examples
    --------
    >>> beijing(2025, 1, 5, 24).isoformat()
    '2025-01-06T00:00:00+08:00'
    """
    moment = datetime(year, month, day, 0 if hour == 24 else hour, minute, tzinfo=BEIJING)
    if hour == 24 and minute:
        raise ValueError("24:00 is the last moment of a day")
    return moment + _DAY if hour == 24 else moment


def to_beijing(moment: datetime) -> datetime:
    """Return `moment` in Beijing time.

    Raises
    ------
    LantianError
        K102 if `moment` does not say its time zone.
    """
    if moment.utcoffset() is None:
        raise _error(
            "K102",
            Place(),
            f"时间 {moment.isoformat(sep=' ')} 没有注明时区",
            f"the time {moment.isoformat(sep=' ')} does not say its time zone",
            "请注明时区，例如 +08:00",
            "Say the zone, e.g. +08:00.",
        )
    return moment.astimezone(BEIJING)


_MOMENT: Final = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]*(\d{1,2})(?:[:时](\d{1,2})?分?)?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)


def parse_moment(text: str, place: Place | None = None) -> datetime:
    """Return the moment written as `text`, Beijing time where no zone is written.

    Raises
    ------
    LantianError
        K103 if it is not a date with or without an hour.

    Examples
    --------
    >>> parse_moment("2025年1月5日13时").isoformat(), parse_moment("2025-01-05T13:30Z").isoformat()
    ('2025-01-05T13:00:00+08:00', '2025-01-05T21:30:00+08:00')
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _MOMENT.fullmatch(plain)
    if found:
        numbers = [int(g) for g in found.groups()[:5] if g]
        try:
            moment = beijing(*numbers)
        except ValueError:
            found = None
    if not found:
        raise _error(
            "K103",
            place or Place(),
            f"“{text}”不是可识别的时间",
            f"{text!r} is not a time that can be read",
            "请写成 2025-01-05 13:00 或 2025年1月5日13时",
            "Write it as 2025-01-05 13:00.",
        )
    zone = found["zone"]
    if zone is None:
        return moment
    offset = timedelta(0)
    if zone != "Z":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        offset = -offset if zone[0] == "-" else offset
    return moment.replace(tzinfo=timezone(offset)).astimezone(BEIJING)


def data_hour(moment: datetime) -> datetime:
    """Return the end of the data hour that holds `moment`: hour h is the interval (h-1, h].

    Examples
    --------
    >>> data_hour(beijing(2025, 1, 5, 13)).hour, data_hour(beijing(2025, 1, 5, 13, 1)).hour
    (13, 14)
    """
    local = to_beijing(moment)
    whole = local.replace(minute=0, second=0, microsecond=0)
    return whole if whole == local else whole + _HOUR


def data_day(hour_end: datetime) -> date:
    """Return the day a data hour counts for: the hour that ends at 0:00 is hour 24 of the day before.

    Examples
    --------
    >>> data_day(beijing(2025, 1, 6, 0)).isoformat(), data_day(beijing(2025, 1, 6, 1)).isoformat()
    ('2025-01-05', '2025-01-06')
    """
    return (data_hour(hour_end) - _HOUR).date()


def hours_of(day: date) -> tuple[datetime, ...]:
    """Return the ends of the 24 data hours of `day`, 1:00 to 24:00."""
    start = beijing(day.year, day.month, day.day)
    return tuple(start + _HOUR * n for n in range(1, 25))


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later; where that month is shorter, its last day.

    Examples
    --------
    >>> add_months(date(2023, 1, 31), 1)
    datetime.date(2023, 2, 28)
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """One year's notice of the State Council's General Office.

    Attributes
    ----------
    year
        Year the notice arranges.
    off
        Days without work, weekend days inside a holiday included.
    working
        Saturdays and Sundays that are worked instead.
    document, source, status
        Name and number, where it was read, and the mark of how surely (design, rule 1).

    Notes
    -----
    A notice may reach into the last days of the year before (2022-12-31 is in that of 2023).
    """

    year: int
    off: frozenset[date]
    working: frozenset[date]
    document: str
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Holidays:
    """The notices at hand, one a year, and the working days that follow from them."""

    notices: tuple[HolidayNotice, ...]

    def is_working_day(self, day: date) -> bool:
        """Tell whether `day` is worked.

        Raises
        ------
        LantianError
            K101 if the notice of its year is missing, or, from 28 December on, that of the next
            year, because a New Year's holiday may begin before 1 January.
        """
        self._notice(day.year, day)
        if (day.month, day.day) >= (12, 28):
            self._notice(day.year + 1, day)
        if any(day in n.off for n in self.notices):
            return False
        return day.weekday() < _SATURDAY or any(day in n.working for n in self.notices)

    def working_days(self, first: date) -> Iterator[date]:
        """Yield the working days from `first` on, `first` included, up to the last year known."""
        day = first
        while True:
            if self.is_working_day(day):
                yield day
            day += _DAY

    def add(self, start: date, days: int) -> date:
        """Return the day on which a period of `days` working days ends.

        The day the period is counted from is not part of it, as in the civil and administrative
        rules on periods; `days` must be positive.
        """
        if days <= 0:
            raise ValueError("days must be positive")
        for count, day in enumerate(self.working_days(start + _DAY), start=1):
            if count == days:
                return day
        raise AssertionError("working_days does not end")

    def count(self, after: date, until: date) -> int:
        """Return the number of working days in (after, until]."""
        span = (until - after).days
        return sum(self.is_working_day(after + _DAY * n) for n in range(1, span + 1))

    def _notice(self, year: int, asked: date) -> HolidayNotice:
        for notice in self.notices:
            if notice.year == year:
                return notice
        known = "、".join(str(n.year) for n in self.notices) or "无"
        raise _error(
            "K101",
            Place(),
            f"判断 {asked} 是否工作日需要 {year} 年的节假日安排，现有：{known}",
            f"whether {asked} is a working day needs the holiday notice of {year}; at hand: {known}",
            f"请按国务院办公厅通知添加 {year}.yaml（见 CONTRIBUTING.md）",
            f"Add {year}.yaml after the State Council's notice (see CONTRIBUTING.md).",
        )


def _error(
    code: str, place: Place, zh: str, en: str, remedy_zh: str, remedy_en: str
) -> LantianError:
    return LantianError(Problem(code, Severity.ERROR, place, zh, en, remedy_zh, remedy_en))
