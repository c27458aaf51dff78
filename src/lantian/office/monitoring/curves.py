"""What an address asks a curve for, and the readings, limits and marks of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import numpy as np

from lantian.domain.monitoring.model import DAY, HOUR, MINUTE, Average
from lantian.jobs.gateway.spool import moment
from lantian.jobs.monitoring.thin import Readings, thin
from lantian.jobs.monitoring.times import read_time
from lantian.kernel.calendar import BEIJING
from lantian.office.monitoring import lake
from lantian.office.monitoring.drawing import Limit
from lantian.office.monitoring.figures import limit_of
from lantian.office.monitoring.models import Outlet
from lantian.office.monitoring.months import month_rows
from lantian.office.site.templatetags.parts import in_language

UNITS: Mapping[str, tuple[str, str]] = {
    "minute": ("分钟", "minutes"),
    "hour": ("小时", "hours"),
    "day": ("日", "days"),
    "month": ("月", "months"),
}
SPANS: Mapping[str, tuple[tuple[str, str], timedelta]] = {
    "2h": (("2小时", "2 h"), timedelta(hours=2)),
    "1d": (("1天", "1 day"), timedelta(days=1)),
    "7d": (("7天", "7 days"), timedelta(days=7)),
    "31d": (("31天", "31 days"), timedelta(days=31)),
    "366d": (("1年", "1 year"), timedelta(days=366)),
}
_MOST = {"minute": timedelta(days=366), "hour": timedelta(days=1100), "day": timedelta(days=3660),
         "month": timedelta(days=3660)}  # fmt: skip
_LEAST = {"minute": timedelta(minutes=10), "hour": timedelta(hours=6), "day": timedelta(days=4),
          "month": timedelta(days=62)}  # fmt: skip
_USUAL = {"minute": timedelta(days=1), "hour": timedelta(days=7), "day": timedelta(days=31),
          "month": timedelta(days=366)}  # fmt: skip
_TWIN_ROWS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One curve: factor, unit, span, measured or converted. What is wrong in an address is left out."""

    factor: str
    unit: str
    start: datetime
    end: datetime
    converted: bool

    @property
    def span(self) -> timedelta:
        """Length of the span."""
        return self.end - self.start

    def query(self, **changes: Any) -> str:
        """Return the address of the same curve with changes."""
        values = {"factor": self.factor, "unit": self.unit, "from": self.start, "to": self.end,
                  "as": "converted" if self.converted else "measured"} | changes  # fmt: skip
        plain = {
            k: f"{v:%Y-%m-%dT%H:%M}" if isinstance(v, datetime) else v for k, v in values.items()
        }
        return urlencode(plain)

    def moved(self, start: datetime, end: datetime) -> str:
        """Return the address of another span, kept within what is drawn."""
        return self.query(**{"from": start, "to": end})

    def links(self, now: datetime) -> list[dict[str, str]]:
        """Return where one can go from here: earlier, later, closer, wider."""
        half, span = self.span / 2, self.span
        middle = self.start + half
        closer = max(half, _LEAST[self.unit])
        wider = min(span * 2, _MOST[self.unit])
        ways = [
            ("earlier", "← 前一段", "← earlier", self.start - span, self.start),
            ("later", "后一段 →", "later →", self.end, self.end + span),
            ("closer", "放大", "closer", middle - closer / 2, middle + closer / 2),
            ("wider", "缩小", "wider", middle - wider / 2, middle + wider / 2),
        ]
        return [
            {"key": k, "zh": zh, "en": en, "query": self.moved(a, b)}
            for k, zh, en, a, b in ways
            if not (k == "later" and a >= now)
        ]


def asked_of(
    get: Any, outlet: Outlet, factors: Sequence[str], newest: datetime | None, now: datetime
) -> Asked:
    """Read an address; without a span the last one that has data."""
    factor = get.get("factor", "")
    factor = factor if factor in factors else (factors[0] if factors else "")
    unit = get.get("unit", "minute")
    unit = unit if unit in UNITS else "minute"
    start, end = _time(get.get("from", "")), _time(get.get("to", ""))
    last = min(newest, now) if newest else now
    if end is None:
        end = _after(last, unit)
    named = SPANS.get(get.get("span", ""))
    length = named[1] if named else _USUAL[unit]
    if start is None or start >= end:
        start = end - length
    start = max(start, end - _MOST[unit])
    if end - start < _LEAST[unit]:
        start = end - _LEAST[unit]
    limit = limit_of(outlet, factor, start.date()) or limit_of(outlet, factor, last.date())
    usual = "converted" if limit is not None and limit.converted else "measured"
    return Asked(factor, unit, start, end, get.get("as", usual) == "converted")


def _time(text: str) -> datetime | None:
    found = read_time(text.replace("T", " ")) if text else None
    return found if found is not None and 1990 < found.year < 2200 else None


def _after(last: datetime, unit: str) -> datetime:
    whole = last.replace(second=0, microsecond=0)
    if unit == "minute":
        return whole + MINUTE * (10 - whole.minute % 10)
    return (
        whole.replace(minute=0) + HOUR if unit == "hour" else whole.replace(hour=0, minute=0) + DAY
    )


def readings_of(outlet: Outlet, asked: Asked) -> tuple[Readings, timedelta]:
    """Return what is drawn and the time one value stands for.

    Minutes are those of the lake; hours and days those the domain worked out, a value that does not
    count is there as one that is not normal.
    """
    if asked.unit == "minute":
        step = min((MINUTE * x.minute_interval for x in outlet.loggers.all()), default=MINUTE)
        found = lake.minutes(
            outlet, asked.factor, asked.start, asked.end, converted=asked.converted
        )
        return found, step
    makers: dict[str, Callable[[Outlet, Asked], Any]] = {
        "hour": _hours,
        "day": _days,
        "month": _months,
    }
    rows = sorted(makers[asked.unit](outlet, asked))
    at = np.array([r[0] for r in rows], np.int64)
    value = np.array([np.nan if r[1] is None else float(r[1]) for r in rows], np.float64)
    step = {"hour": HOUR, "day": DAY, "month": timedelta(days=31)}[asked.unit]
    return Readings(at, value, np.array([r[2] for r in rows], bool)), step


def _ms(time: datetime) -> int:
    return round(time.timestamp() * 1000)


def _rows(outlet: Outlet, asked: Asked) -> Any:
    days = outlet.days.filter(
        factor=asked.factor, day__range=(asked.start.date(), asked.end.date())
    )
    return days.order_by("day")


def _figure(cell: Mapping[str, Any], converted: bool) -> tuple[str | None, bool]:
    return (cell["c"], bool(cell["cok"])) if converted else (cell["v"], cell["ok"])


def _hours(outlet: Outlet, asked: Asked) -> Any:
    for day, cells in _rows(outlet, asked).values_list("day", "hours"):
        start, _ = lake.day_bounds(day)
        for cell in cells:
            text, ok = _figure(cell, asked.converted)
            yield _ms(start) + cell["h"] * 3_600_000, text, ok


def _days(outlet: Outlet, asked: Asked) -> Any:
    for day, cell in _rows(outlet, asked).values_list("day", "mean"):
        if cell:
            text, ok = _figure(cell, asked.converted)
            yield _ms(lake.day_bounds(day)[0]), text, ok


def _months(outlet: Outlet, asked: Asked) -> Any:
    for row in month_rows(outlet, asked.factor, asked.start.date(), asked.end.date()):
        text = row.converted if asked.converted else row.value
        yield _ms(datetime(row.first.year, row.first.month, 1, tzinfo=BEIJING)), text, row.valid


def limits_of(outlet: Outlet, asked: Asked) -> tuple[list[Limit], str]:
    """Return the limit lines that speak of what is drawn, and what is said where they do not."""
    average = Average.DAY if asked.unit in ("day", "month") else Average.HOUR
    found = limit_of(outlet, asked.factor, asked.end.date(), average)
    if found is None:
        return [], in_language("没有登记限值", "no limit is registered")
    if found.converted != asked.converted:
        return [], in_language(
            "限值为折算浓度，与实测值不可比：请看折算"
            if found.converted
            else "限值为实测浓度，与折算值不可比",
            "the limit speaks of converted values"
            if found.converted
            else "the limit speaks of measured values",
        )
    lines = []
    word = in_language(found.average.label_zh, f"{found.average.value} mean")
    for bound, name in (
        (found.high, in_language("限值", "limit")),
        (found.low, in_language("下限", "lower limit")),
    ):
        if bound is not None:
            lines.append(
                Limit(
                    float(bound),
                    f"{name} {float(bound):g}（{word}，{found.document} {found.clause}）",
                )
            )
    return lines, ""


def twin(readings: Readings, asked: Asked, step: timedelta, limit: float | None) -> dict[str, Any]:
    """Return the table that says the same as the picture: every value, or hours, or days."""
    size = next(
        (
            s
            for s in (step, HOUR, DAY, DAY * 7, DAY * 31)
            if s >= step and asked.span / s <= _TWIN_ROWS
        ),
        DAY * 31,
    )
    start = asked.start if size <= step else asked.start.replace(minute=0, second=0, microsecond=0)
    if size >= DAY:
        start = start.replace(hour=0)
    buckets = int(np.ceil((asked.end - start) / size))
    found = thin(readings, _ms(start), _ms(start + buckets * size), buckets, limit)
    rows = [
        {"at": moment(int(_ms(start) + int(b) * size / timedelta(milliseconds=1))), "count": int(n), "flagged": int(f),
         "over": int(o), "low": _shown(low, bad_low), "high": _shown(high, bad_high)}
        for b, n, f, o, low, high, bad_low, bad_high in zip(
            found.bucket, found.count, found.flagged, found.over, found.low, found.high, found.flagged_low,
            found.flagged_high, strict=True)
    ]  # fmt: skip
    return {
        "rows": rows,
        "single": size <= step,
    }


def _shown(value: float, flagged: float) -> str:
    """Return a value of the table; where only flagged ones are there, that of those."""
    own = flagged if np.isnan(value) else value
    return format(Decimal(f"{own:.4f}").normalize(), "f")
