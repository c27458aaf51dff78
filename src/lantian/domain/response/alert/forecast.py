"""Reading a forecast CSV: columns in Chinese or English, days or hours, every fault named.

Pure: bytes in, values and problems out. The codes F001..F199 are listed in docs/alert.md.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lantian.domain.response.alert.model import HOUR, ForecastDay, ForecastHour
from lantian.domain.response.alert.problems import forecast_problem as _problem
from lantian.kernel.problem import LantianError, Place, Problem

AQI_CAP = 500
"""The index ends at 500 (reference 1.1: "AQI 500"); higher figures are read as 500."""

_COLUMNS = {
    "date": ("date", "day", "日期", "预报日期"),
    "time": ("time", "datetime", "时间", "预报时间"),
    "hour": ("hour", "小时", "时", "时次"),
    "aqi": ("aqi", "aqi预报", "预报aqi", "空气质量指数"),
    "primary": ("primary_pollutant", "primary", "首要污染物"),
}
_POLLUTANTS = {
    "PM2.5": ("PM2.5", "PM25", "PM2_5", "细颗粒物"),
    "PM10": ("PM10", "可吸入颗粒物"),
    "O3": ("O3", "O3_8H", "O3-8H", "O38H", "臭氧", "臭氧8小时"),
    "SO2": ("SO2", "二氧化硫"),
    "NO2": ("NO2", "二氧化氮"),
    "CO": ("CO", "一氧化碳"),
    "DUST": ("DUST", "沙尘", "扬尘", "浮尘"),
}
_POLLUTANT_BY_TEXT = {alias: name for name, texts in _POLLUTANTS.items() for alias in texts}
_NONE_TEXTS = {"-", "--", "—", "无", "NONE", "NA", "N/A"}
_SUBSCRIPT = str.maketrans("₀₁₂₃₄₅₆₇₈₉．", "0123456789.")


@dataclass(frozen=True, slots=True)
class Forecast:
    """A forecast as read: days or hours (the other is empty) and what was wrong with it."""

    days: tuple[ForecastDay, ...]
    hours: tuple[ForecastHour, ...]
    problems: tuple[Problem, ...]
    rows_read: int
    rows_used: int

    @property
    def series(self) -> tuple[ForecastDay, ...] | tuple[ForecastHour, ...]:
        """The part that is filled."""
        return self.hours or self.days

    @property
    def first_day(self) -> date | None:
        """First calendar day of the forecast, None when no row could be used."""
        if self.hours:
            return (self.hours[0].end - HOUR).date()
        return self.days[0].day if self.days else None


def parse_forecast(data: bytes, file: str) -> Forecast:
    """Return the forecast in a CSV file's bytes (UTF-8 with or without BOM, or GB18030).

    Raises
    ------
    LantianError
        F002..F004, when there is no table to speak of.
    """
    text = _decode(data, file)
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise LantianError(_problem("F002", Place(file=file))) from error
    filled = [(i, r) for i, r in enumerate(rows, start=1) if any(c.strip() for c in r)]
    if len(filled) < 2:
        raise LantianError(_problem("F003", Place(file=file)))
    header_row, header = filled[0]
    columns = _columns(header)
    absent = [
        name
        for name, ok in (
            ("date/日期", "date" in columns or "time" in columns),
            ("aqi/AQI", "aqi" in columns),
        )
        if not ok
    ]
    if absent:
        place = Place(file=file, row=header_row)
        raise LantianError(*(_problem("F004", place, name, "、".join(header)) for name in absent))
    reader = _Rows(file, columns, len(header))
    for number, row in filled[1:]:
        reader.read(number, row)
    return reader.finish(len(filled) - 1)


def parse_primary(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the canonical primary pollutants in a cell, and the parts that are not known.

    Examples
    --------
    >>> parse_primary("PM₂.₅，臭氧")
    (('PM2.5', 'O3'), ())
    >>> parse_primary("—")
    ((), ())
    """
    known: list[str] = []
    strange: list[str] = []
    for part in re.split(r"[,，、;；/|+\s]+", text.translate(_SUBSCRIPT).upper().strip()):
        if not part or part in _NONE_TEXTS:
            continue
        bare = re.sub(r"[（(].*?[)）]", "", part)
        name = _POLLUTANT_BY_TEXT.get(bare)
        if name is None:
            strange.append(part)
        elif name not in known:
            known.append(name)
    return tuple(known), tuple(strange)


class _Rows:
    """Collects the rows of one file with their problems."""

    def __init__(self, file: str, columns: dict[str, int], width: int) -> None:
        self.file = file
        self.columns = columns
        self.width = width
        self.problems: list[Problem] = []
        self.days: dict[date, tuple[ForecastDay, int]] = {}
        self.hours: dict[datetime, tuple[ForecastHour, int]] = {}

    def read(self, number: int, row: Sequence[str]) -> None:
        """Read one row; whatever cannot be used is a problem with its cell."""
        if len(row) > self.width and any(c.strip() for c in row[self.width :]):
            self._add("F110", number, None, str(len(row)), str(self.width))
            return
        when = self._when(number, row)
        aqi_known, aqi = self._aqi(number, row)
        if when is None or not aqi_known:
            return
        primary = self._primary(number, row, aqi)
        if isinstance(when, datetime):
            self._keep_hour(ForecastHour(when, aqi, primary), number)
        else:
            self._keep_day(ForecastDay(when, aqi, primary), number)

    def finish(self, rows_read: int) -> Forecast:
        """Sort, look for gaps and mixtures, and hand over."""
        if self.days and self.hours:
            self._add("F109", min(n for _, n in self.days.values()), "hour")
        order = [n for _, n in [*self.days.values(), *self.hours.values()]]
        keys: list[date] = [*sorted(self.days), *sorted(self.hours)]
        sorted_rows = [
            self.hours[k][1] if isinstance(k, datetime) else self.days[k][1] for k in keys
        ]
        if sorted_rows != sorted(order):
            late = next(b for a, b in itertools.pairwise(sorted_rows) if b < a)
            self._add("F106", late, "time" if "time" in self.columns else "date")
        days = tuple(self.days[k][0] for k in sorted(self.days))
        hours = tuple(self.hours[k][0] for k in sorted(self.hours))
        self._gaps(days, hours)
        return Forecast(days, hours, tuple(self.problems), rows_read, len(order))

    def _when(self, number: int, row: Sequence[str]) -> date | datetime | None:
        column = "time" if self._cell(row, "time") else "date"
        text = self._cell(row, column)
        moment = parse_moment(text)
        if moment is None:
            self._add("F101", number, column, text)
            return None
        hour_text = self._cell(row, "hour")
        if hour_text:
            match = re.fullmatch(r"(\d{1,2})(?:时|:00)?", hour_text)
            hour = int(match.group(1)) if match else -1
            if not 0 <= hour <= 24:
                self._add("F108", number, "hour", hour_text)
                return None
            return datetime.combine(moment.date(), time()) + hour * HOUR
        if column == "time" or "hour" in self.columns or _has_hour(text):
            return moment.replace(minute=0, second=0)
        return moment.date()

    def _aqi(self, number: int, row: Sequence[str]) -> tuple[bool, int | None]:
        text = self._cell(row, "aqi")
        if not text or text.upper() in _NONE_TEXTS:
            self._add("F107", number, "aqi")
            return True, None
        match = re.fullmatch(r"(-?\d+)(\.\d+)?(\+)?", text)
        if match is None:
            self._add("F102", number, "aqi", text)
            return False, None
        value = int(match.group(1))
        fraction = (match.group(2) or "").strip(".0")
        if text.startswith("-") or fraction:
            self._add("F103", number, "aqi", text)
            return False, None
        if value == 0:
            self._add("F114", number, "aqi")
            return True, None
        if value > AQI_CAP or match.group(3):
            if value > 10 * AQI_CAP:
                self._add("F103", number, "aqi", text)
                return False, None
            self._add("F111", number, "aqi", text)
            value = min(value, AQI_CAP)
        return True, value

    def _primary(self, number: int, row: Sequence[str], aqi: int | None) -> tuple[str, ...]:
        text = self._cell(row, "primary")
        known, strange = parse_primary(text)
        if strange:
            self._add("F112", number, "primary", "、".join(strange))
        elif not known and aqi is not None and aqi > 100:
            self._add("F113", number, "primary" if "primary" in self.columns else "aqi", str(aqi))
        return known

    def _keep_day(self, found: ForecastDay, number: int) -> None:
        before = self.days.get(found.day)
        if before is None:
            self.days[found.day] = (found, number)
        else:
            self._duplicate(before[0] == found, number, before[1], found.day.isoformat())

    def _keep_hour(self, found: ForecastHour, number: int) -> None:
        before = self.hours.get(found.end)
        if before is None:
            self.hours[found.end] = (found, number)
        else:
            self._duplicate(before[0] == found, number, before[1], f"{found.end:%Y-%m-%d %H}时")

    def _duplicate(self, same: bool, number: int, first: int, what: str) -> None:
        self._add("F105" if same else "F104", number, None, what, str(first))

    def _gaps(self, days: Sequence[ForecastDay], hours: Sequence[ForecastHour]) -> None:
        for a, b in itertools.pairwise(days):
            if (b.day - a.day).days > 1:
                first = a.day + timedelta(days=1)
                last = b.day - timedelta(days=1)
                text = first.isoformat() if first == last else f"{first}~{last}"
                self._add("F115", self.days[b.day][1], None, text)
        for c, d in itertools.pairwise(hours):
            if d.end - c.end > HOUR:
                count = int((d.end - c.end) / HOUR) - 1
                text = f"{c.end:%Y-%m-%d %H}时后{count}小时"
                self._add("F115", self.hours[d.end][1], None, text)

    def _cell(self, row: Sequence[str], name: str) -> str:
        index = self.columns.get(name)
        return row[index].strip() if index is not None and index < len(row) else ""

    def _add(self, code: str, number: int, column: str | None, *values: str) -> None:
        index = self.columns.get(column) if column else None
        place = Place(
            file=self.file,
            row=number,
            cell=f"{chr(65 + index)}{number}" if index is not None and index < 26 else "",
            column=column or "",
        )
        self.problems.append(_problem(code, place, *values))


def parse_moment(text: str) -> datetime | None:
    """Return a date, or a date with an hour, in the forms officers write; None if it is none.

    Examples
    --------
    >>> parse_moment("2026年1月5日"), parse_moment("2026/1/5 18:00"), parse_moment("5.1.26")
    (datetime.datetime(2026, 1, 5, 0, 0), datetime.datetime(2026, 1, 5, 18, 0), None)
    """
    match = re.fullmatch(
        r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
        r"(?:[T\s]*(\d{1,2})\s*(?:[:时]\s*(?:00)?(?::00)?)?)?",
        text.strip(),
    ) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})()", text.strip())
    if match is None:
        return None
    year, month, day, hour = (int(g) if g else 0 for g in match.groups())
    try:
        moment = datetime(year, month, day)
    except ValueError:
        return None
    return moment + hour * HOUR if hour <= 24 else None


def _has_hour(text: str) -> bool:
    return bool(re.search(r"(T|\s)\d{1,2}|时", text.strip()))


def _columns(header: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, text in enumerate(header):
        bare = re.sub(r"[（(].*?[)）]", "", text).strip().lower()
        for name, aliases in _COLUMNS.items():
            if bare in aliases and name not in found:
                found[name] = index
    return found


def _decode(data: bytes, file: str) -> str:
    if data.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")) or b"\x00" in data[:4096]:
        raise LantianError(_problem("F002", Place(file=file, offset=0)))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            offset = error.start
    raise LantianError(_problem("F002", Place(file=file, offset=offset)))
