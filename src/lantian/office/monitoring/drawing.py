"""Curves as SVG: where each thing stands in the picture. No value is changed, the widest stays visible."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from lantian.jobs.gateway.spool import moment
from lantian.jobs.monitoring.thin import Readings, Thinned, gaps, thin

WIDTH, HEIGHT = 1060, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 10, 14, 26
ACROSS = WIDTH - LEFT - RIGHT
DOWN = HEIGHT - TOP - BOTTOM
ZONES = 24
"""Parts of the picture that can be opened: each leads to its own, closer picture."""
_STEPS = (
    (timedelta(minutes=10), "%H:%M"), (timedelta(minutes=30), "%H:%M"), (timedelta(hours=1), "%H:%M"),
    (timedelta(hours=3), "%H:%M"), (timedelta(hours=6), "%m-%d %H:%M"), (timedelta(hours=12), "%m-%d %H:%M"),
    (timedelta(days=1), "%m-%d"), (timedelta(days=2), "%m-%d"), (timedelta(days=7), "%m-%d"),
    (timedelta(days=14), "%m-%d"), (timedelta(days=31), "%Y-%m"), (timedelta(days=92), "%Y-%m"),
)  # fmt: skip
_MOST_TICKS = 9


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit line with its words."""

    value: float
    words: str


@dataclass
class Picture:
    """Everything the template of a curve needs, in the units of the drawing."""

    line: str = ""
    flagged: str = ""
    above: str = ""
    gaps: list[dict[str, Any]] = field(default_factory=list)
    marks: list[dict[str, Any]] = field(default_factory=list)
    limits: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)
    zones: list[dict[str, Any]] = field(default_factory=list)
    points: int = 0
    flagged_points: int = 0
    over_points: int = 0
    thinned: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    right: int = WIDTH - RIGHT
    bottom: int = TOP + DOWN
    down: int = DOWN


@dataclass(frozen=True, slots=True)
class Frame:
    """The span of time and of values a picture shows."""

    start_ms: int
    end_ms: int
    low: float
    high: float

    def x(self, ms: float) -> float:
        """Return where a moment stands."""
        return LEFT + (ms - self.start_ms) / (self.end_ms - self.start_ms) * ACROSS

    def y(self, value: float) -> float:
        """Return where a value stands."""
        return TOP + (self.high - value) / (self.high - self.low) * DOWN


def draw(
    readings: Readings,
    start: datetime,
    end: datetime,
    step: timedelta,
    *,
    limits: Sequence[Limit] = (),
    marks: Sequence[tuple[datetime, datetime, str]] = (),
) -> Picture:
    """Return the picture of a run of readings.

    Parameters
    ----------
    step
        Time a reading stands for.
    marks
        Times under marks of the firm with their names, drawn as bands.

    Notes
    -----
    With more readings than columns each column shows the smallest and the greatest of its time.
    """
    begin, stop = _ms(start), _ms(end)
    step_ms = int(step / timedelta(milliseconds=1))
    highest = min((x.value for x in limits), default=None)
    found = thin(readings, begin, stop, ACROSS, highest)
    few = int(found.count.sum()) <= ACROSS * 2
    frame = Frame(begin, stop, *_range(found, limits))
    picture = Picture(points=int(found.count.sum()), flagged_points=int(found.flagged.sum()),
                      over_points=int(found.over.sum()), thinned=not few)  # fmt: skip
    if few:
        _plain(picture, readings, frame, step_ms, highest)
    else:
        _columns(picture, found, frame, step_ms, highest)
    column_ms = (stop - begin) / ACROSS
    shortest = max(int(2 * column_ms), step_ms)
    picture.gaps = [
        {"x": round(frame.x(a), 1), "w": round(max(1.0, frame.x(b) - frame.x(a)), 1),
         "from": moment(a), "to": moment(b)}
        for a, b in gaps(readings, begin, min(stop, _last(readings, stop, step_ms)), step_ms, shortest)
    ]  # fmt: skip
    picture.marks = [_band(frame, a, b, name) for a, b, name in marks if a < end and b > start]
    picture.limits = [
        {"y": round(frame.y(x.value), 1), "words": x.words, "value": x.value} for x in limits
    ]
    picture.rows = [
        {"y": round(frame.y(v), 1), "text": f"{v:g}"} for v in _nice(frame.low, frame.high)
    ]
    picture.columns = _time_marks(frame, start, end)
    picture.zones = _zones(readings, frame, highest)
    return picture


def _last(readings: Readings, stop: int, step_ms: int) -> int:
    """Return where the readings end: what lies ahead is no gap."""
    return min(stop, int(readings.at_ms[-1]) + step_ms) if len(readings) else stop


def _ms(time: datetime) -> int:
    return round(time.timestamp() * 1000)


def _range(found: Thinned, limits: Sequence[Limit]) -> tuple[float, float]:
    """Return the values the picture spans: every reading, flagged ones too, and the limits."""
    values = np.concatenate(
        (
            found.low,
            found.high,
            found.flagged_low,
            found.flagged_high,
            [x.value for x in limits],
            [0.0],
        )
    )
    values = values[~np.isnan(values)]
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9:
        high = low + 1
    edge = (high - low) * 0.06
    return (low if low == 0 else low - edge), high + edge


def _plain(
    picture: Picture, readings: Readings, frame: Frame, step_ms: int, limit: float | None
) -> None:
    """Draw every reading: the pen is lifted where one is missing or flagged."""
    line: list[str] = []
    flagged: list[str] = []
    above: list[str] = []
    before: int | None = None
    inside = (readings.at_ms >= frame.start_ms) & (readings.at_ms < frame.end_ms)
    rows = zip(readings.at_ms[inside].tolist(), readings.value[inside].tolist(),
               readings.normal[inside].tolist(), strict=True)  # fmt: skip
    for at, value, normal in rows:
        if math.isnan(value):
            continue
        x, y = f"{frame.x(at + step_ms / 2):.1f}", f"{frame.y(value):.1f}"
        if not normal:
            flagged.append(_cross(x, y))
            continue
        joined = before is not None and at - before <= step_ms
        line.append(f"{'L' if joined else 'M'}{x} {y}" + ("" if joined else "h.1"))
        before = at
        if limit is not None and value > limit:
            above.append(f"M{x} {y}h.1")
    picture.line, picture.flagged, picture.above = "".join(line), "".join(flagged), "".join(above)


def _cross(x: str, y: str) -> str:
    return f"M{x} {y}m-2.5 -2.5l5 5m0 -5l-5 5"


def _columns(
    picture: Picture, found: Thinned, frame: Frame, step_ms: int, limit: float | None
) -> None:
    """Draw columns from the smallest to the greatest value; neighbours are joined, gaps are not."""
    line: list[str] = []
    flagged: list[str] = []
    above: list[str] = []
    before: tuple[int, int] | None = None
    rows = zip(*(a.tolist() for a in (found.bucket, found.low, found.high, found.over, found.flagged,
                                      found.flagged_low, found.flagged_high, found.first_ms, found.last_ms)),
               strict=True)  # fmt: skip
    for bucket, low, high, over, bad, bad_low, bad_high, first, last in rows:
        x = f"{LEFT + bucket + 0.5:g}"
        if bad:
            flagged.append(_cross(x, f"{frame.y(bad_high):.1f}"))
            if bad_low < bad_high:
                flagged.append(_cross(x, f"{frame.y(bad_low):.1f}"))
        if math.isnan(low):
            continue
        top, bottom = f"{frame.y(high):.1f}", f"{frame.y(low):.1f}"
        joined = before is not None and first - before[1] <= step_ms and bucket - before[0] == 1
        line.append(
            f"{'L' if joined else 'M'}{x} {bottom}V{top}" + ("" if top != bottom else "h.1")
        )
        before = (bucket, last)
        if over and limit is not None:
            above.append(f"M{x} {top}h.1")
    picture.line, picture.flagged, picture.above = "".join(line), "".join(flagged), "".join(above)


def _band(frame: Frame, start: datetime, end: datetime, name: str) -> dict[str, Any]:
    left = max(frame.x(_ms(start)), LEFT)
    right = min(frame.x(_ms(end)), WIDTH - RIGHT)
    return {
        "x": round(left, 1),
        "w": round(max(1.5, right - left), 1),
        "name": name,
        "from": start,
        "to": end,
    }


def _nice(low: float, high: float) -> list[float]:
    """Return round values between two, four to six of them."""
    rough = (high - low) / 5
    power = 10 ** math.floor(math.log10(rough))
    step = next((m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough), 10 * power)
    first = math.ceil(low / step)
    return [round(n * step, 10) for n in range(first, math.floor(high / step) + 1)]


def _time_marks(frame: Frame, start: datetime, end: datetime) -> list[dict[str, Any]]:
    step, form = next(
        (s for s in _STEPS if (end - start) / s[0] <= _MOST_TICKS), (timedelta(days=366), "%Y")
    )
    at = start.replace(minute=0, second=0, microsecond=0)
    if step >= timedelta(hours=1):
        at = at.replace(hour=0)
    if step >= timedelta(days=31):
        at = at.replace(day=1)
    found = []
    while at < end:
        if at >= start:
            found.append({"x": round(frame.x(_ms(at)), 1), "text": at.strftime(form)})
        at = (at + step).replace(day=1) if step >= timedelta(days=31) else at + step
    return found


def _zones(readings: Readings, frame: Frame, limit: float | None) -> list[dict[str, Any]]:
    """Return the parts of the picture that lead closer, with what each holds."""
    found = thin(readings, frame.start_ms, frame.end_ms, ZONES, limit)
    own = {int(b): i for i, b in enumerate(found.bucket)}
    span = (frame.end_ms - frame.start_ms) / ZONES
    zones = []
    for n in range(ZONES):
        a, b = int(frame.start_ms + n * span), int(frame.start_ms + (n + 1) * span)
        i = own.get(n)
        zones.append({
            "x": round(frame.x(a), 1), "w": round(ACROSS / ZONES, 2), "from": moment(a), "to": moment(b),
            "count": int(found.count[i]) if i is not None else 0,
            "low": _number(found.low, i), "high": _number(found.high, i),
            "over": int(found.over[i]) if i is not None else 0,
            "flagged": int(found.flagged[i]) if i is not None else 0,
        })  # fmt: skip
    return zones


def _number(values: Any, i: int | None) -> float | None:
    return None if i is None or math.isnan(values[i]) else round(float(values[i]), 4)


SPARK_WIDTH, SPARK_HEIGHT = 168, 28


def spark(points: Sequence[Any], hours: int) -> dict[str, Any]:
    """Return a small picture of hours as shares of the limit, the limit as a line."""
    most = max([1.2, *(p["share"] for p in points)])
    line: list[str] = []
    above: list[str] = []
    before = None
    for p in points:
        x = f"{p['at'] / hours * SPARK_WIDTH:.1f}"
        y = f"{(1 - max(0.0, p['share']) / most) * (SPARK_HEIGHT - 3) + 1.5:.1f}"
        joined = before is not None and p["at"] - before <= 1
        line.append(f"{'L' if joined else 'M'}{x} {y}" + ("" if joined else "h.1"))
        before = p["at"]
        if p["over"]:
            above.append(f"M{x} {y}h.1")
    limit = round((1 - 1 / most) * (SPARK_HEIGHT - 3) + 1.5, 1)
    return {"line": "".join(line), "above": "".join(above), "limit": limit, "width": SPARK_WIDTH,
            "height": SPARK_HEIGHT, "count": len(points)}  # fmt: skip
