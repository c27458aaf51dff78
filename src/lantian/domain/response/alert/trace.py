"""The trace of an alert proposal: each level tried, each threshold, each exclusion."""

from __future__ import annotations

from lantian.domain.response.alert.model import (
    AlertProposal,
    Episode,
    LevelFinding,
    Window,
    end_zh,
    start_zh,
)
from lantian.domain.response.alert.windows import Timeline
from lantian.domain.response.alert.wording import bridging_text, condition_text, finding_text
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.model import AlertRuleSet

UNKNOWN_PRIMARY_RULE = RuleRef(
    rule_id="alert.unknown-primary",
    edition="lantian-1",
    clause="首要污染物缺失",
    document="Lantian 设定（docs/alert.md）",
    status="design",
)
ONE_LEVEL_RULE = RuleRef(
    rule_id="alert.one-level",
    edition="lantian-1",
    clause="一次过程一个级别",
    document="Lantian 设定（docs/alert.md）",
    status="design",
)


def proposal_trace(
    timeline: Timeline,
    rules: AlertRuleSet,
    episode: Episode | None,
    proposal: AlertProposal | None = None,
) -> Trace:
    """Return the trace; `proposal` adds lead time, exclusions and confirmation."""
    steps: list[Trace] = []
    if episode is not None:
        steps += [_level_step(rules, f) for f in episode.findings]
        if episode.bridged:
            steps.append(
                Trace(
                    "相邻过程间隔未达到解除条件，按一次过程计算；级别波动时保持高级别",
                    "stretches too close to lift between count as one; swings keep the higher",
                    rule=rules.keep_higher_ref,
                )
            )
        steps.append(_lift_step(rules, episode))
        steps.append(
            Trace(
                "整个过程只提一个级别，自过程第一个超标时刻起",
                "one level for the whole episode, from its first hour above the lowest trigger",
                rule=ONE_LEVEL_RULE,
            )
        )
    if proposal is not None:
        if proposal.leans_on_bridging:
            steps.append(
                Trace(
                    *bridging_text(proposal, rules.lift_below_hours),
                    value=proposal.level_if_parted.value if proposal.level_if_parted else "none",
                    rule=rules.keep_higher_ref,
                )
            )
        steps += _proposal_steps(rules, proposal)
    return Trace(
        "预警级别建议",
        "proposed alert level",
        value=(episode.level.value if episode and episode.level else "none"),
        inputs={
            "rule_set": rules.head.edition,
            "index": rules.index,
            "forecast_start": start_zh(timeline.start),
            "forecast_end": end_zh(timeline.end),
            "hourly": timeline.hourly,
        },
        rule=(rules.trigger_refs[episode.level] if episode and episode.level else rules.head.ref()),
        steps=tuple(steps),
    )


def _level_step(rules: AlertRuleSet, finding: LevelFinding) -> Trace:
    zh, en = condition_text(rules.triggers[finding.level])
    return Trace(
        f"{finding.level.label_zh}：{zh}",
        f"{finding.level.value}: {en}",
        value=finding.met,
        rule=finding.ref,
        steps=tuple(
            Trace(
                *finding_text(t),
                value=t.hours_found,
                inputs={"hours_needed": t.threshold.hours, "windows": "、".join(t.windows)},
            )
            for t in finding.thresholds
        ),
    )


def _lift_step(rules: AlertRuleSet, episode: Episode) -> Trace:
    return Trace(
        f"解除：低于触发条件且预报持续{rules.lift_below_hours}小时以上",
        f"lift: below the trigger and forecast to stay so for {rules.lift_below_hours} h",
        value=episode.lift_confirmed,
        inputs={"end": end_zh(episode.end), "below_hours_after_end": episode.below_hours},
        rule=rules.lift_ref,
    )


def _proposal_steps(rules: AlertRuleSet, proposal: AlertProposal) -> list[Trace]:
    steps = [
        Trace(
            f"仅{rules.pollutant}为首要污染物的时段计入",
            f"only windows whose primary pollutant is {rules.pollutant} count",
            value=len(proposal.excluded),
            inputs={"excluded": "、".join(_excluded(w) for w in proposal.excluded)},
            rule=rules.pollutant_ref,
        )
    ]
    if proposal.unknown_primary:
        steps.append(
            Trace(
                "首要污染物未给出的时段先计入，须确认",
                "windows without a primary pollutant count until confirmed",
                value=len(proposal.unknown_primary),
                inputs={"windows": "、".join(proposal.unknown_primary)},
                rule=UNKNOWN_PRIMARY_RULE,
            )
        )
    if proposal.missing:
        steps.append(
            Trace(
                "预报缺测时段：既不算超标，也不算清洁",
                "hours without a forecast: neither polluted nor clear",
                value=len(proposal.missing),
                inputs={"missing": "、".join(proposal.missing)},
            )
        )
    if proposal.start is not None:
        steps.append(
            Trace(
                f"提前{rules.lead_hours}小时发布",
                f"published {rules.lead_hours} h ahead",
                value=proposal.lead_met,
                inputs={"lead_hours": proposal.lead_hours},
                rule=rules.lead_ref,
            )
        )
    return steps


def _excluded(window: Window) -> str:
    return f"{window.label()}（{'，'.join(window.primary)}）"
