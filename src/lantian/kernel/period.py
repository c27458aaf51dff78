"""Periods of assessment: a year, half, quarter, month, or any span of days."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_YEAR = re.compile(r"(\d{4})")
_PART = re.compile(r"(\d{4})-(Q[1-4]|H[12])", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """Days `first` to `last`, both included; `label` is how it was asked for."""

    label: str
    first: date
    last: date
    kind: str  # year, half, quarter, month, span

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last

    def year_before(self) -> Period:
        """Return the same period of the year before (29 February becomes the 28th)."""
        if self.kind == "span":
            first, last = _earlier(self.first), _earlier(self.last)
            return Period(f"{first}..{last}", first, last, "span")
        year = self.first.year - 1
        return parse_period(f"{year:04d}{self.label[4:]}")

    def months(self) -> tuple[tuple[int, int], ...]:
        """Return the (year, month) pairs it touches."""
        found = []
        year, month = self.first.year, self.first.month
        while (year, month) <= (self.last.year, self.last.month):
            found.append((year, month))
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        return tuple(found)


def parse_period(text: str) -> Period:
    """Return the period of ``2022``, ``2022-H1``, ``2022-Q1``, ``2022-03`` or ``A..B``.

    Raises
    ------
    ValueError
        For anything else, and for a span that ends before it begins.

    Examples
    --------
    >>> parse_period("2022-Q1").last
    datetime.date(2022, 3, 31)
    >>> parse_period("2024-02").year_before().days
    28
    """
    plain = text.strip()
    if found := _YEAR.fullmatch(plain):
        year = _year(found[1])
        return Period(plain, date(year, 1, 1), date(year, 12, 31), "year")
    if found := _PART.fullmatch(plain):
        year, part = _year(found[1]), found[2].upper()
        length = 3 if part[0] == "Q" else 6
        start = (int(part[1]) - 1) * length + 1
        kind = "quarter" if part[0] == "Q" else "half"
        return Period(
            f"{found[1]}-{part}", date(year, start, 1), _end(year, start + length - 1), kind
        )
    if found := _MONTH.fullmatch(plain):
        year, month = _year(found[1]), int(found[2])
        return Period(plain, date(year, month, 1), _end(year, month), "month")
    if ".." in plain:
        left, _, right = plain.partition("..")
        first, last = date.fromisoformat(left.strip()), date.fromisoformat(right.strip())
        if last < first:
            raise ValueError(f"{plain}: ends before it begins")
        return Period(f"{first}..{last}", first, last, "span")
    raise ValueError(f"{plain}: not a period")


def _year(text: str) -> int:
    year = int(text)
    if year < 2:
        raise ValueError(f"{text}: not a year")
    return year


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
