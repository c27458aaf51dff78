"""Shapes of the alert proposal: forecast in, level with its reasons out.

Times are naive Beijing times to the hour; a day is 00:00 to 24:00. An hourly value belongs to
the hour that ends at its time (data hour = hour ending).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from lantian.kernel.level import Level
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.model import Threshold

HOUR = timedelta(hours=1)
DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class ForecastDay:
    """Forecast of one calendar day.

    `aqi` is None where the forecast has no value; `primary` holds the primary pollutants as
    canonical names (``"PM2.5"``, ``"O3"``, ``"DUST"`` …), empty where none is named.
    """

    day: date
    aqi: int | None
    primary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForecastHour:
    """Forecast of the hour ending at `end`."""

    end: datetime
    aqi: int | None
    primary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Window:
    """24 h of forecast: a calendar day, or any 24 h in a row where hours are given.

    `counts` tells whether the window may trigger (right primary pollutant); `unknown` that it
    counts only because its primary pollutant is not given.
    """

    start: datetime
    end: datetime
    aqi: Fraction
    counts: bool
    unknown: bool = False
    primary: tuple[str, ...] = ()
    hourly_aqi: tuple[int, ...] = ()  # hourly values, empty for a day

    def label(self) -> str:
        """Return the window as an officer writes it."""
        if self.start.hour == 0 and self.end.hour == 0:
            return self.start.date().isoformat()
        return f"{stamp(self.start)}~{stamp(self.end)}"


@dataclass(frozen=True, slots=True)
class ThresholdFinding:
    """How far one threshold was met: hours found of hours needed, and on which windows.

    `points_short` is the least rise of the AQI, on the worst day of the best stretch of the
    needed length, that would meet it; None when the forecast is too short for such a stretch.
    `bridged_hours` are known hours inside the stretch that lie below the threshold: breaks under
    `clear_hours` each, so one episode, but not counted in `hours_found` (decision 0006).
    """

    threshold: Threshold
    hours_found: int
    windows: tuple[str, ...]
    met: bool
    points_short: int | None
    bridged_hours: int = 0
    clear_hours: int = 0

    @property
    def hours_short(self) -> int:
        """Hours still missing, 0 when met."""
        return max(0, self.threshold.hours - self.hours_found)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON."""
        return {
            "aqi": self.threshold.aqi,
            "inclusive": self.threshold.inclusive,
            "hours_needed": self.threshold.hours,
            "hours_found": self.hours_found,
            "hours_short": self.hours_short,
            "points_short": self.points_short,
            "windows": list(self.windows),
            "bridged_hours": self.bridged_hours,
            "met": self.met,
        }


@dataclass(frozen=True, slots=True)
class LevelFinding:
    """Whether the condition of one level holds in an episode, threshold by threshold."""

    level: Level
    met: bool
    thresholds: tuple[ThresholdFinding, ...]
    ref: RuleRef

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON."""
        return {
            "level": self.level.value,
            "met": self.met,
            "thresholds": [t.as_dict() for t in self.thresholds],
            "rule": self.ref.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One stretch of the alert's life: this level from start to end (None: lifted)."""

    start: datetime
    end: datetime
    level: Level | None


@dataclass(frozen=True, slots=True)
class Episode:
    """One pollution episode of the forecast and the level it calls for.

    Attributes
    ----------
    start, end
        Of the proposed alert when `level` is set, otherwise of the polluted windows.
    end_open
        The air is still above the trigger at the end of the forecast.
    below_hours
        Forecast hours after `end` that are known and below the trigger.
    lift_confirmed
        Whether these reach the hours that lifting needs.
    windows
        Windows above the lowest trigger of the rule set.
    bridged
        Whether stretches closer than the lifting hours were counted as one.
    history
        The proposed level over time, and what the rest calls for afterwards.
    """

    start: datetime
    end: datetime
    level: Level | None
    end_open: bool
    below_hours: int
    lift_confirmed: bool
    windows: tuple[Window, ...]
    findings: tuple[LevelFinding, ...]
    bridged: bool
    history: tuple[HistoryStep, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the episode for JSON."""
        return {
            "start": stamp(self.start),
            "end": stamp(self.end),
            "level": self.level.value if self.level else None,
            "end_open": self.end_open,
            "below_hours_after_end": self.below_hours,
            "lift_confirmed": self.lift_confirmed,
            "bridged": self.bridged,
            "windows": [
                {"window": w.label(), "aqi": _number(w.aqi), "primary": list(w.primary)}
                for w in self.windows
            ],
            "findings": [f.as_dict() for f in self.findings],
            "history": [
                {
                    "start": stamp(h.start),
                    "end": stamp(h.end),
                    "level": h.level.value if h.level else None,
                }
                for h in self.history
            ],
        }


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a level is not called for: the thresholds that fall short, in words."""

    level: Level
    text_zh: str
    text_en: str
    thresholds: tuple[ThresholdFinding, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the reason for JSON."""
        return {
            "level": self.level.value,
            "text_zh": self.text_zh,
            "text_en": self.text_en,
            "thresholds": [t.as_dict() for t in self.thresholds],
        }


@dataclass(frozen=True, slots=True)
class AlertProposal:
    """What the forecast calls for; advice that a leader still has to sign.

    Attributes
    ----------
    level, start, end
        Of the first episode that calls for an alert; None when none does.
    level_if_unknown_excluded
        The level when days without a primary pollutant are not of the pollutant that
        triggers; differs from `level` only when `needs_confirmation`.
    level_if_parted
        The level when any clear hour parts two stretches; differs from `level` only where the
        level leans on counting close stretches as one.
    needs_confirmation
        The level leans on days whose primary pollutant is not given (需确认首要污染物).
    lead_hours
        Hours from issue to start, None when the time of issue is not given.
    latest_issue
        Latest issue that keeps the lead time.
    excluded
        Windows above the lowest trigger that do not count, with their primary pollutants.
    missing
        Days (or hours) the forecast has no value for, as text.
    """

    level: Level | None
    start: datetime | None
    end: datetime | None
    end_open: bool
    lift_confirmed: bool
    level_if_unknown_excluded: Level | None
    level_if_parted: Level | None
    needs_confirmation: bool
    unknown_primary: tuple[str, ...]
    excluded: tuple[Window, ...]
    missing: tuple[str, ...]
    issued_at: datetime | None
    lead_hours: int | None
    lead_needed_hours: int
    latest_issue: datetime | None
    why_not_next: WhyNot | None
    episodes: tuple[Episode, ...]
    episode: Episode | None
    rule_set: str
    trigger_ref: RuleRef | None
    trace: Trace

    @property
    def lead_met(self) -> bool | None:
        """Whether the lead time is kept; None when the time of issue is not given."""
        return None if self.lead_hours is None else self.lead_hours >= self.lead_needed_hours

    @property
    def leans_on_bridging(self) -> bool:
        """Whether the level would be lower if a clear hour parted what counts as one."""
        return self.level is not self.level_if_parted

    @property
    def history(self) -> tuple[HistoryStep, ...]:
        """The proposed level over time."""
        return self.episode.history if self.episode else ()

    def as_dict(self) -> dict[str, Any]:
        """Return the proposal for JSON."""
        return {
            "level": self.level.value if self.level else None,
            "start": stamp(self.start) if self.start else None,
            "end": stamp(self.end) if self.end else None,
            "end_open": self.end_open,
            "lift_confirmed": self.lift_confirmed,
            "needs_confirmation": self.needs_confirmation,
            "unknown_primary": list(self.unknown_primary),
            "level_if_unknown_excluded": (
                self.level_if_unknown_excluded.value if self.level_if_unknown_excluded else None
            ),
            "level_if_parted": self.level_if_parted.value if self.level_if_parted else None,
            "excluded": [
                {"window": w.label(), "aqi": _number(w.aqi), "primary": list(w.primary)}
                for w in self.excluded
            ],
            "missing": list(self.missing),
            "issued_at": stamp(self.issued_at) if self.issued_at else None,
            "lead_hours": self.lead_hours,
            "lead_needed_hours": self.lead_needed_hours,
            "lead_met": self.lead_met,
            "latest_issue": stamp(self.latest_issue) if self.latest_issue else None,
            "rule_set": self.rule_set,
            "rule": self.trigger_ref.as_dict() if self.trigger_ref else None,
            "why_not_next": self.why_not_next.as_dict() if self.why_not_next else None,
            "episodes": [e.as_dict() for e in self.episodes],
            "trace": self.trace.as_dict(),
        }


def stamp(when: datetime) -> str:
    """Return a Beijing time to the hour, machine-readable.

    Examples
    --------
    >>> stamp(datetime(2026, 1, 2)), stamp(datetime(2026, 1, 1, 18))
    ('2026-01-02 00:00', '2026-01-01 18:00')
    """
    return when.strftime("%Y-%m-%d %H:00")


def end_zh(when: datetime) -> str:
    """Return an end time in words; midnight is 24 o'clock of the day before.

    Examples
    --------
    >>> end_zh(datetime(2026, 1, 2)), end_zh(datetime(2026, 1, 1, 18))
    ('2026年1月1日24时', '2026年1月1日18时')
    """
    if when.hour == 0:
        before = when - HOUR
        return f"{before.year}年{before.month}月{before.day}日24时"
    return start_zh(when)


def start_zh(when: datetime) -> str:
    """Return a start time in words, ``2026年1月2日0时``."""
    return f"{when.year}年{when.month}月{when.day}日{when.hour}时"


def _number(value: Fraction) -> int | float:
    return value.numerator if value.denominator == 1 else round(float(value), 2)
