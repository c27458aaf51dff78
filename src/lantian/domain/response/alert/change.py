"""May a running alert be extended, raised, lowered or lifted: what the rules of its day say (reference 1.3, 1.4).

Nothing is changed here. Each question is answered with the refusals that stand in the way, each with its
clause; no refusal means that the rules allow the step, not that anybody has decided it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lantian.domain.response.alert.forecast import Forecast
from lantian.domain.response.alert.model import (
    HOUR,
    AlertProposal,
    ForecastDay,
    ForecastHour,
    HistoryStep,
    end_zh,
    stamp,
)
from lantian.domain.response.alert.propose import timeline_of
from lantian.domain.response.alert.windows import above, lowest
from lantian.kernel.level import Level
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import AlertRuleSet

RAISE, LOWER = "raise", "lower"


@dataclass(frozen=True, slots=True)
class Running:
    """An alert that is in force: level and period, naive Beijing times."""

    level: Level
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a step is not allowed; `rule` is None for what follows from the words alone."""

    code: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    rule: RuleRef | None = None

    @property
    def cited_zh(self) -> str:
        """The reason with document, clause and mark."""
        if self.rule is None:
            return self.zh
        return f"{self.zh}（{self.rule.document}：{self.rule.clause}）"


def steps_of(proposal: AlertProposal) -> tuple[HistoryStep, ...]:
    """Return the levels that a forecast calls for over time, over all its episodes."""
    return tuple(step for e in proposal.episodes for step in e.history if step.level is not None)


def supported_until(
    running: Running, proposal: AlertProposal, rules: AlertRuleSet
) -> datetime | None:
    """Return until when a forecast calls for the level of a running alert, or a higher one, without a break.

    Stretches are one while fewer hours than lifting needs lie between them (rule set). None where the
    forecast does not call for the level beyond the end of the alert.
    """
    reach, gap = running.end, rules.lift_below_hours * HOUR
    for step in sorted(steps_of(proposal), key=lambda s: s.start):
        assert step.level is not None
        if step.level.order >= running.level.order and step.start < reach + gap:
            reach = max(reach, step.end)
    return reach if reach > running.end else None


def may_extend(
    running: Running,
    until: datetime,
    proposal: AlertProposal | None,
    rules: AlertRuleSet,
    needs_forecast: RuleRef | None,
) -> list[Refused]:
    """Return what forbids an alert to be extended until a time.

    Parameters
    ----------
    proposal
        What the new forecast calls for; None for a decision without a forecast.
    needs_forecast
        The rule that an extension needs a forecast, where it is in force on the day.
    """
    if until <= running.end:
        return [_not_later(running)]
    if proposal is None:
        return [_no_forecast(needs_forecast)] if needs_forecast is not None else []
    higher = [
        s for s in steps_of(proposal) if s.level is not None and s.level.order > running.level.order
        and s.end > running.start
    ]  # fmt: skip
    if higher:
        level = max((s.level for s in higher if s.level is not None), key=lambda x: x.order)
        return [Refused(
            "O004", f"新预报达到{level.label_zh}预警条件，应当升级而不是延长",
            f"the forecast calls for {level.value}: raise the alert, do not extend it",
            "改用“升级”", "use “raise”", rules.trigger_refs[level],
        )]  # fmt: skip
    reach = supported_until(running, proposal, rules)
    if reach is None:
        return [Refused(
            "O005", f"新预报在{end_zh(running.end)}以后不再达到{running.level.label_zh}预警条件，不能延长",
            f"beyond {stamp(running.end)} the forecast does not call for {running.level.value}",
            "按期解除，或按新预报降级", "lift it in time, or lower it by the forecast",
            needs_forecast or rules.trigger_refs[running.level],
        )]  # fmt: skip
    if until > reach:
        return [Refused(
            "O003", f"新预报只支持到{end_zh(reach)}，不能延长到{end_zh(until)}",
            f"the forecast supports it until {stamp(reach)} only",
            f"结束时间不晚于{end_zh(reach)}", f"an end no later than {stamp(reach)}",
            needs_forecast or rules.trigger_refs[running.level],
        )]  # fmt: skip
    return []


def _not_later(running: Running) -> Refused:
    return Refused(
        "O001", f"新的结束时间不晚于现在的结束时间（{end_zh(running.end)}）",
        f"the new end is not later than the present one ({stamp(running.end)})",
        "填写更晚的时间；提前结束请用“解除”", "give a later time; to end it earlier, lift it",
    )  # fmt: skip


def _no_forecast(rule: RuleRef) -> Refused:
    return Refused(
        "O002", "没有符合条件的预报，不能延长", "no extension without a forecast that meets the rule set",
        "上传新的预报", "hand in a new forecast", rule,
    )  # fmt: skip


def may_change(
    running: Running, step: str, proposal: AlertProposal, rules: AlertRuleSet
) -> list[Refused]:
    """Return what forbids an alert to be raised or lowered on a forecast."""
    level = proposal.level
    if step == RAISE:
        if level is not None and level.order > running.level.order:
            return []
        said = level.label_zh if level is not None else "不需要预警"
        return [Refused(
            "O006", f"新预报为{said}，没有达到高于{running.level.label_zh}的预警条件，不能升级",
            "the forecast calls for no higher level", "同级请用“延长”", "at the same level, extend it",
            proposal.trigger_ref or rules.trigger_refs[running.level],
        )]  # fmt: skip
    if level is None:
        return [Refused(
            "O007", "新预报不再需要预警，应当解除而不是降级", "the forecast calls for no alert: lift it",
            "改用“解除”", "use “lift”", rules.lift_ref,
        )]  # fmt: skip
    if level.order >= running.level.order:
        return [Refused(
            "O007", f"新预报仍为{level.label_zh}，不能降级", f"the forecast still calls for {level.value}",
            "同级请用“延长”", "at the same level, extend it", rules.trigger_refs[running.level],
        )]  # fmt: skip
    back = [
        s for s in steps_of(proposal) if s.level is not None and s.level.order >= running.level.order
    ]  # fmt: skip
    if back:
        return [Refused(
            "O008", f"新预报在{end_zh(back[0].start)}又达到{running.level.label_zh}，级别波动时按高级别执行",
            f"the forecast is back at {running.level.value} from {stamp(back[0].start)}: keep the higher level",
            "保持现级别", "keep the present level", rules.keep_higher_ref,
        )]  # fmt: skip
    return []


def hours_below(forecast: Forecast, level: Level, at: datetime, rules: AlertRuleSet) -> int:
    """Return the hours from a time on that a forecast knows and shows below the trigger of a level."""
    series: Sequence[ForecastDay] | Sequence[ForecastHour] = forecast.series
    line = timeline_of(series, rules)
    trigger = lowest(rules.triggers[level])
    again = next((w.start for w in line.windows if w.end > at and above(w, trigger)), line.end)
    if at < line.start:
        return 0
    return line.known_hours(at, max(at, again))


def may_lift(
    running: Running, at: datetime, forecast: Forecast | None, rules: AlertRuleSet, *, confirmed: bool
) -> list[Refused]:  # fmt: skip
    """Return what forbids an alert to be lifted at a time.

    Parameters
    ----------
    at
        When it is lifted; before its start, that start is what counts: the air of its days.
    confirmed
        Whether the forecast it was signed on already showed the hours that lifting needs after its end.
    """
    if confirmed and at >= running.end:
        return []
    moment = max(at, running.start)
    hours = 0 if forecast is None else hours_below(forecast, running.level, moment, rules)
    if hours >= rules.lift_below_hours:
        return []
    said = "没有新的预报" if forecast is None else f"新预报自{end_zh(moment)}起只有{hours}小时"
    return [Refused(
        "O009", f"{said}低于{running.level.label_zh}条件，解除需要至少{rules.lift_below_hours}小时",
        f"{hours} forecast hours below the trigger; lifting needs {rules.lift_below_hours}",
        "上传显示已转好的新预报，或继续执行", "hand in a forecast that shows it, or keep the alert",
        rules.lift_ref,
    )]  # fmt: skip


__all__ = ["LOWER", "RAISE", "Refused", "Running", "hours_below", "may_change", "may_extend",
           "may_lift", "steps_of", "supported_until"]  # fmt: skip
