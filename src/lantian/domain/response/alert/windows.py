"""24 h windows of a forecast, and how long they stay above a threshold.

Covers reference 1.1 (national-2018: mean over a running 24 h that may cross midnight; two
episodes too close for the air to clear count as one) and 1.4 (a stretch is over only when the
air stays below the trigger for the lifting hours). A daily forecast is the special case in
which windows start at midnight only.

A duration of *n* times 24 h is *n* windows that do not overlap, each above the threshold.
Windows are joined into one stretch while fewer known clear hours than the lifting hours lie
between them; the hours between are not counted as polluted. Hours without a forecast are not
known to be clear, so they never end a stretch.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from fractions import Fraction

from lantian.domain.response.alert.model import (
    DAY_HOURS,
    HOUR,
    ForecastDay,
    ForecastHour,
    ThresholdFinding,
    Window,
)
from lantian.rulebook.model import Condition, Threshold

_DAY = timedelta(hours=DAY_HOURS)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A forecast as windows, with what it leaves unknown.

    `windows` is sorted by start; `missing` holds the starts of the hours without a value
    between `start` and `end`, sorted. `hourly` tells that windows may start at any hour.
    """

    windows: tuple[Window, ...]
    missing: tuple[datetime, ...]
    missing_labels: tuple[str, ...]
    start: datetime
    end: datetime
    hourly: bool

    def known_hours(self, start: datetime, end: datetime) -> int:
        """Return the hours between two times that have a forecast value."""
        if end <= start:
            return 0
        absent = bisect_left(self.missing, end) - bisect_left(self.missing, start)
        return int((end - start) / HOUR) - absent

    def without_unknown(self) -> Timeline:
        """Return the same forecast with windows of unknown primary pollutant not counting."""
        return replace(
            self,
            windows=tuple(replace(w, counts=w.counts and not w.unknown) for w in self.windows),
        )


def from_days(days: Sequence[ForecastDay], pollutant: str) -> Timeline:
    """Return daily forecasts as midnight windows; days between that are absent are missing.

    Raises
    ------
    ValueError
        If the forecast is empty, unsorted or names a day twice.
    """
    _require_order([d.day.toordinal() for d in days])
    windows: list[Window] = []
    missing: list[datetime] = []
    labels: list[str] = []
    by_day = {d.day: d for d in days}
    day, last = days[0].day, days[-1].day
    while day <= last:
        start = datetime.combine(day, time())
        found = by_day.get(day)
        if found is None or found.aqi is None:
            missing += [start + i * HOUR for i in range(DAY_HOURS)]
            labels.append(day.isoformat())
        else:
            unknown = not found.primary
            windows.append(
                Window(
                    start=start,
                    end=start + _DAY,
                    aqi=Fraction(found.aqi),
                    counts=unknown or pollutant in found.primary,
                    unknown=unknown,
                    primary=found.primary,
                )
            )
        day += timedelta(days=1)
    begin = datetime.combine(days[0].day, time())
    end = datetime.combine(last, time()) + _DAY
    return Timeline(tuple(windows), tuple(missing), tuple(labels), begin, end, hourly=False)


def from_hours(hours: Sequence[ForecastHour], pollutant: str) -> Timeline:
    """Return hourly forecasts as every full 24 h window (running 24-h mean).

    A window with an absent hour is not formed. It counts when at least half of its hours
    that name a primary pollutant name the one that triggers; it is unknown when none does.

    Raises
    ------
    ValueError
        If the forecast is empty, unsorted or names an hour twice.
    """
    _require_order([int((h.end - datetime(1970, 1, 1)) / HOUR) for h in hours])
    by_end = {h.end: h for h in hours}
    begin, end = hours[0].end - HOUR, hours[-1].end
    total = int((end - begin) / HOUR)
    series = [by_end.get(begin + (i + 1) * HOUR) for i in range(total)]
    missing = [begin + i * HOUR for i, h in enumerate(series) if h is None or h.aqi is None]
    windows: list[Window] = []
    for i in range(total - DAY_HOURS + 1):
        part = series[i : i + DAY_HOURS]
        values = [h.aqi for h in part if h is not None and h.aqi is not None]
        if len(values) < DAY_HOURS:
            continue
        named = [h.primary for h in part if h is not None and h.primary]
        hits = sum(pollutant in p for p in named)
        common = Counter(name for p in named for name in p).most_common(1)
        windows.append(
            Window(
                start=begin + i * HOUR,
                end=begin + (i + DAY_HOURS) * HOUR,
                aqi=Fraction(sum(values), DAY_HOURS),
                counts=not named or 2 * hits >= len(named),
                unknown=not named,
                primary=(common[0][0],) if common else (),
                hourly_aqi=tuple(values),
            )
        )
    labels = tuple(m.strftime("%Y-%m-%d %H:00") for m in missing)
    return Timeline(tuple(windows), tuple(missing), labels, begin, end, hourly=True)


def midnight_only(timeline: Timeline) -> Timeline:
    """Keep the calendar days of an hourly timeline, for rule sets on the daily AQI."""
    return replace(
        timeline,
        windows=tuple(w for w in timeline.windows if w.start.hour == 0),
        hourly=False,
    )


def above(window: Window, threshold: Threshold) -> bool:
    """Whether a window may trigger and lies above (or, if inclusive, at) the threshold."""
    if not window.counts:
        return False
    if threshold.inclusive:
        return window.aqi >= threshold.aqi
    return window.aqi > threshold.aqi


def leaves(condition: Condition | Threshold) -> tuple[Threshold, ...]:
    """Return every threshold of a condition, in order."""
    if isinstance(condition, Threshold):
        return (condition,)
    return tuple(leaf for part in condition.parts for leaf in leaves(part))


def lowest(condition: Condition | Threshold) -> Threshold:
    """Return the threshold of a condition with the lowest AQI."""
    return min(leaves(condition), key=lambda t: (t.aqi, not t.inclusive))


def stretches(
    timeline: Timeline, windows: Sequence[Window], clear_hours: int
) -> tuple[tuple[Window, ...], ...]:
    """Join windows, sorted by start, while fewer than `clear_hours` known hours lie between."""
    groups: list[list[Window]] = []
    reach: datetime | None = None
    for window in windows:
        if reach is None or timeline.known_hours(reach, window.start) >= clear_hours:
            groups.append([])
            reach = window.end
        groups[-1].append(window)
        reach = max(reach, window.end)
    return tuple(tuple(g) for g in groups)


def disjoint(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Return the largest set of windows that do not overlap (earliest end first)."""
    chosen: list[Window] = []
    for window in windows:
        if not chosen or window.start >= chosen[-1].end:
            chosen.append(window)
    return tuple(chosen)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Outcome of a condition: the stretches that satisfy it and what each threshold found."""

    spans: tuple[tuple[datetime, datetime, Threshold], ...]
    findings: tuple[ThresholdFinding, ...]

    @property
    def met(self) -> bool:
        """Whether any stretch satisfies the condition."""
        return bool(self.spans)


def evaluate(
    condition: Condition | Threshold,
    timeline: Timeline,
    windows: Sequence[Window],
    clear_hours: int,
) -> Evaluation:
    """Evaluate a condition on some windows of a timeline.

    The thresholds of an ``all`` must be met within one stretch above the lowest of them, so
    that a peak of another stretch does not complete it.
    """
    if isinstance(condition, Threshold):
        return _evaluate_threshold(condition, timeline, windows, clear_hours)
    if condition.mode == "any":
        parts = [evaluate(p, timeline, windows, clear_hours) for p in condition.parts]
        return Evaluation(
            tuple(s for p in parts for s in p.spans), tuple(f for p in parts for f in p.findings)
        )
    base = lowest(condition)
    best: Evaluation | None = None
    spans: list[tuple[datetime, datetime, Threshold]] = []
    base_windows = [w for w in windows if above(w, base)]
    for group in stretches(timeline, base_windows, clear_hours) or ((),):
        parts = [evaluate(p, timeline, group, clear_hours) for p in condition.parts]
        found = tuple(f for p in parts for f in p.findings)
        if group and all(p.met for p in parts):
            spans.append((group[0].start, group[-1].end, base))
        candidate = Evaluation((), found)
        if best is None or _score(candidate) > _score(best):
            best = candidate
    assert best is not None
    return Evaluation(tuple(spans), _with_points(best.findings, windows))


def _score(evaluation: Evaluation) -> tuple[int, int]:
    found = evaluation.findings
    return sum(f.met for f in found), sum(min(f.hours_found, f.threshold.hours) for f in found)


def _evaluate_threshold(
    threshold: Threshold, timeline: Timeline, windows: Sequence[Window], clear_hours: int
) -> Evaluation:
    spans: list[tuple[datetime, datetime, Threshold]] = []
    best: tuple[Window, ...] = ()
    bridged = 0
    high = [w for w in windows if above(w, threshold)]
    for group in stretches(timeline, high, clear_hours):
        chosen = disjoint(group)
        if len(chosen) > len(best):
            best = chosen
            bridged = _hours_between(timeline, group)
        if DAY_HOURS * len(chosen) >= threshold.hours:
            spans.append((group[0].start, max(w.end for w in group), threshold))
    finding = ThresholdFinding(
        threshold=threshold,
        hours_found=DAY_HOURS * len(best),
        windows=tuple(w.label() for w in best),
        met=bool(spans),
        points_short=None,
        bridged_hours=bridged,
        clear_hours=clear_hours,
    )
    return Evaluation(tuple(spans), _with_points((finding,), windows))


def _hours_between(timeline: Timeline, windows: Sequence[Window]) -> int:
    """Return the known hours inside a stretch that lie in none of its windows."""
    hours, reach = 0, windows[0].end
    for window in windows:
        hours += timeline.known_hours(reach, window.start)
        reach = max(reach, window.end)
    return hours


def _with_points(
    findings: tuple[ThresholdFinding, ...], windows: Sequence[Window]
) -> tuple[ThresholdFinding, ...]:
    return tuple(
        replace(f, points_short=0 if f.met else _points_short(f.threshold, windows))
        for f in findings
    )


def _points_short(threshold: Threshold, windows: Sequence[Window]) -> int | None:
    """Return the least rise on the worst window of the best run of the needed length."""
    needed = -(-threshold.hours // DAY_HOURS)
    by_start = {w.start: w for w in windows if w.counts}
    goal = threshold.aqi if threshold.inclusive else threshold.aqi + 1
    best: int | None = None
    for window in by_start.values():
        run = [by_start.get(window.start + i * _DAY) for i in range(needed)]
        known = [w.aqi for w in run if w is not None]
        if len(known) == needed:
            short = max(0, -int((min(known) - goal) // 1))
            best = short if best is None else min(best, short)
    return best


def _require_order(keys: Sequence[int]) -> None:
    if not keys:
        raise ValueError("the forecast is empty")
    if any(b <= a for a, b in itertools.pairwise(keys)):
        raise ValueError("the forecast must be sorted, each time once")
