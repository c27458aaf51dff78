"""Which alert a forecast calls for, from when to when, on which clause, and why not higher.

Covers: reference 1.1 (rule sets; red first, first match wins; episodes too close count as
one), 1.3 (only PM2.5 episodes start a response), 1.4 (lead time, swings keep the higher level,
lifting needs 36 h below), and issue 2 section 3. Numbers come from the rule set alone.

Choices that no rule gives (marked ``design`` in the trace, told in docs/alert.md):

- one level is proposed for a whole episode, from the first hour above the lowest trigger of
  the rule set that runs into it without a break; it ends where the air falls below the trigger
  that was met for good, and what is left is judged anew (a downgrade or nothing);
- a day of another primary pollutant does not count and does not end an episode by itself;
- a day without a primary pollutant counts, and the proposal says that it must be confirmed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from lantian.domain.response.alert.model import (
    DAY_HOURS,
    HOUR,
    AlertProposal,
    Episode,
    ForecastDay,
    ForecastHour,
    HistoryStep,
    LevelFinding,
    WhyNot,
    Window,
)
from lantian.domain.response.alert.trace import proposal_trace
from lantian.domain.response.alert.windows import (
    Evaluation,
    Timeline,
    above,
    evaluate,
    from_days,
    from_hours,
    leaves,
    midnight_only,
    stretches,
)
from lantian.domain.response.alert.wording import why_not_text
from lantian.kernel.level import LEVELS, Level
from lantian.rulebook.model import AlertRuleSet, Threshold

RUNNING_MEAN = "running_24h_mean_aqi"


def propose_alert(
    forecast: Sequence[ForecastDay] | Sequence[ForecastHour],
    rules: AlertRuleSet,
    issued_at: datetime | None = None,
) -> AlertProposal:
    """Return the alert that a forecast calls for under a rule set.

    Parameters
    ----------
    forecast
        Days or hours in order of time. Absent times and None values are unknown, never clean.
    rules
        Rule set in force on the first forecast day.
    issued_at
        Naive Beijing time of issue; episodes that are over by then are not proposed, and the
        lead time is judged from it. None leaves the lead time open.

    Returns
    -------
    AlertProposal
        Level None with the reason in `why_not_next` when no alert is called for.

    Raises
    ------
    ValueError
        If the forecast is empty, unsorted or names a time twice.
    """
    timeline = timeline_of(forecast, rules)
    episodes = find_episodes(timeline, rules)
    open_now = [e for e in episodes if issued_at is None or e.end > issued_at]
    episode = next((e for e in open_now if e.level is not None), None)
    sure = find_episodes(timeline.without_unknown(), rules)
    sure_level = _level_between(sure, episode)
    parted = find_episodes(timeline, replace(rules, lift_below_hours=1))
    unknown = tuple(w.label() for w in episode.windows if w.unknown) if episode else ()
    floor = trigger_floor(rules)
    excluded = tuple(
        w for w in timeline.windows if not w.counts and above(replace(w, counts=True), floor)
    )
    start = episode.start if episode else None
    lead = int((start - issued_at) / HOUR) if start and issued_at else None
    proposal = AlertProposal(
        level=episode.level if episode else None,
        start=start,
        end=episode.end if episode else None,
        end_open=bool(episode and episode.end_open),
        lift_confirmed=bool(episode and episode.lift_confirmed),
        level_if_unknown_excluded=sure_level,
        level_if_parted=_level_between(parted, episode),
        needs_confirmation=bool(episode and sure_level != episode.level),
        unknown_primary=unknown,
        excluded=_thin(excluded),
        missing=timeline.missing_labels,
        issued_at=issued_at,
        lead_hours=lead,
        lead_needed_hours=rules.lead_hours,
        latest_issue=start - rules.lead_hours * HOUR if start else None,
        why_not_next=_why_not_next(timeline, rules, open_now, episode),
        episodes=episodes,
        episode=episode,
        rule_set=rules.head.edition,
        trigger_ref=rules.trigger_refs[episode.level] if episode and episode.level else None,
        trace=proposal_trace(timeline, rules, episode),
    )
    return replace(proposal, trace=proposal_trace(timeline, rules, episode, proposal))


def find_episodes(timeline: Timeline, rules: AlertRuleSet) -> tuple[Episode, ...]:
    """Return every episode above the lowest trigger of the rule set, in order of time."""
    floor = trigger_floor(rules)
    clear = rules.lift_below_hours
    high = [w for w in timeline.windows if above(w, floor)]
    groups = stretches(timeline, high, clear)
    found: list[Episode] = []
    for i, group in enumerate(groups):
        after = groups[i - 1][-1].end if i else timeline.start
        before = groups[i + 1][0].start if i + 1 < len(groups) else timeline.end
        near = [w for w in timeline.windows if w.start >= after and w.end <= before]
        found += _episodes(timeline, rules, group, near)
    return tuple(found)


def trigger_floor(rules: AlertRuleSet) -> Threshold:
    """Return the threshold with the lowest AQI in the whole rule set."""
    every = [t for condition in rules.triggers.values() for t in leaves(condition)]
    return min(every, key=lambda t: (t.aqi, not t.inclusive))


def timeline_of(
    forecast: Sequence[ForecastDay] | Sequence[ForecastHour], rules: AlertRuleSet
) -> Timeline:
    """Return a forecast as the windows that a rule set looks at."""
    if not forecast:
        raise ValueError("the forecast is empty")
    if isinstance(forecast[0], ForecastDay):
        return from_days(cast(Sequence[ForecastDay], forecast), rules.pollutant)
    hourly = from_hours(cast(Sequence[ForecastHour], forecast), rules.pollutant)
    return hourly if rules.index == RUNNING_MEAN else midnight_only(hourly)


def _judge(
    timeline: Timeline, rules: AlertRuleSet, windows: Sequence[Window]
) -> tuple[Level | None, Evaluation | None, tuple[LevelFinding, ...]]:
    """Evaluate red, orange, yellow; the first that holds wins. Findings of all levels."""
    findings: list[LevelFinding] = []
    level: Level | None = None
    winner: Evaluation | None = None
    for candidate in reversed(LEVELS):
        outcome = evaluate(rules.triggers[candidate], timeline, windows, rules.lift_below_hours)
        findings.append(
            LevelFinding(candidate, outcome.met, outcome.findings, rules.trigger_refs[candidate])
        )
        if outcome.met and level is None:
            level, winner = candidate, outcome
    return level, winner, tuple(findings)


def _episodes(
    timeline: Timeline, rules: AlertRuleSet, group: Sequence[Window], near: Sequence[Window]
) -> list[Episode]:
    """Return the alerts of one group of polluted windows, in order of time.

    The level that is met covers its stretch and the polluted windows that run into it without
    a break. What came before a break is judged by itself: to hold it to the later, higher
    level would extend an alert that no forecast supports (reference 1.3). As the air cannot
    clear in between, its alert runs on until the higher one takes over.
    """
    level, winner, findings = _judge(timeline, rules, near)
    if winner is None or level is None:
        return [_episode(timeline, rules, group, near, (level, winner, findings))]
    begin = min(span[0] for span in winner.spans)
    for window in reversed([w for w in group if w.start < begin]):
        if timeline.known_hours(window.end, begin) > 0:
            break
        begin = window.start
    head = [w for w in group if w.start < begin]
    tail = [w for w in group if w.start >= begin]
    main = _episode(
        timeline, rules, tail, [w for w in near if w.start >= begin], (level, winner, findings)
    )
    if not head:
        return [main]
    before = _episodes(timeline, rules, head, [w for w in near if w.start < begin])
    return [*before[:-1], _hold(before[-1], main.start, rules), main]


def _hold(episode: Episode, until: datetime, rules: AlertRuleSet) -> Episode:
    """Let an alert run on to the next one when the air does not clear in between."""
    if episode.level is None or episode.below_hours >= rules.lift_below_hours:
        return episode
    last = episode.history[-1]
    history = (*episode.history[:-1], replace(last, end=until))
    end = until if len(history) == 1 else episode.end
    return replace(episode, end=end, history=history)


def _episode(
    timeline: Timeline,
    rules: AlertRuleSet,
    group: Sequence[Window],
    near: Sequence[Window],
    judged: tuple[Level | None, Evaluation | None, tuple[LevelFinding, ...]],
) -> Episode:
    level, winner, findings = judged
    start = _first_hour(group[0], trigger_floor(rules))
    last = max(w.end for w in group)
    end = last
    trigger = trigger_floor(rules)
    if winner is not None:
        end = max(span[1] for span in winner.spans)
        trigger = min(
            (span[2] for span in winner.spans if span[1] == end),
            key=lambda t: (t.aqi, not t.inclusive),
        )
    below = _below_hours(timeline, end, trigger)
    history: list[HistoryStep] = []
    if level is not None:
        history.append(HistoryStep(start, end, level))
        history += _rest(timeline, rules, [w for w in near if w.start >= end], end)
    known_gaps = [
        timeline.known_hours(a.end, b.start)
        for a, b in itertools.pairwise(group)
        if b.start > a.end
    ]
    return Episode(
        start=start,
        end=end,
        level=level,
        end_open=end >= timeline.end,
        below_hours=below,
        lift_confirmed=below >= rules.lift_below_hours,
        windows=_thin(group),
        findings=findings,
        bridged=bool(known_gaps),
        history=tuple(history),
    )


def _rest(
    timeline: Timeline, rules: AlertRuleSet, windows: Sequence[Window], end: datetime
) -> list[HistoryStep]:
    """Judge what is left of an episode after the proposed level has ended."""
    if not windows:
        return []
    level, winner, _ = _judge(timeline, rules, windows)
    if level is None or winner is None:
        return []
    until = max(span[1] for span in winner.spans)
    rest = [w for w in windows if w.start >= until]
    return [HistoryStep(end, until, level), *_rest(timeline, rules, rest, until)]


def _first_hour(window: Window, floor: Threshold) -> datetime:
    """Return the first hour of a window that itself lies above the lowest trigger."""
    for i, aqi in enumerate(window.hourly_aqi):
        if aqi > floor.aqi or (floor.inclusive and aqi == floor.aqi):
            return window.start + i * HOUR
    return window.start


def _below_hours(timeline: Timeline, end: datetime, trigger: Threshold) -> int:
    """Return the known hours after `end` until the trigger is exceeded again."""
    again = next(
        (w.start for w in timeline.windows if w.start >= end and above(w, trigger)), timeline.end
    )
    return timeline.known_hours(end, again)


def _level_between(episodes: Sequence[Episode], like: Episode | None) -> Level | None:
    """Return the highest level of the episodes that overlap `like`."""
    if like is None:
        return None
    levels = [
        e.level
        for e in episodes
        if e.level is not None and e.start < like.end and e.end > like.start
    ]
    return max(levels, key=lambda level: level.order, default=None)


def _why_not_next(
    timeline: Timeline,
    rules: AlertRuleSet,
    episodes: Sequence[Episode],
    episode: Episode | None,
) -> WhyNot | None:
    """Say which thresholds keep the next level up from being met."""
    if episode is not None and episode.level is Level.RED:
        return None
    if episode is not None and episode.level is not None:
        target = LEVELS[episode.level.order + 1]
        findings = next(f for f in episode.findings if f.level is target)
    else:
        target = Level.YELLOW
        candidates = [f for e in episodes for f in e.findings if f.level is target]
        if not candidates:
            _, _, judged = _judge(timeline, rules, timeline.windows)
            candidates = [f for f in judged if f.level is target]
        findings = min(candidates, key=lambda f: min(t.hours_short for t in f.thresholds))
    text_zh, text_en = why_not_text(rules.triggers[target], findings)
    return WhyNot(target, text_zh, text_en, findings.thresholds)


def _thin(windows: Sequence[Window]) -> tuple[Window, ...]:
    """Return windows that do not overlap, for display; days stay as they are."""
    shown: list[Window] = []
    for window in windows:
        if not shown or window.start >= shown[-1].end:
            shown.append(window)
    return tuple(shown)


__all__ = ["DAY_HOURS", "find_episodes", "propose_alert", "trigger_floor"]
