"""Alert findings in words, Chinese and English."""

from __future__ import annotations

from lantian.domain.response.alert.model import AlertProposal, LevelFinding, ThresholdFinding
from lantian.rulebook.model import Condition, Threshold


def threshold_text(threshold: Threshold) -> tuple[str, str]:
    """Return a threshold in words, Chinese and English.

    Examples
    --------
    >>> threshold_text(Threshold(200, 48))
    ('AQI>200持续48小时', 'AQI > 200 for 48 h')
    """
    sign_zh, sign_en = ("≥", ">=") if threshold.inclusive else (">", ">")
    return (
        f"AQI{sign_zh}{threshold.aqi}持续{threshold.hours}小时",
        f"AQI {sign_en} {threshold.aqi} for {threshold.hours} h",
    )


def condition_text(condition: Condition | Threshold) -> tuple[str, str]:
    """Return a whole condition in words, Chinese and English."""
    if isinstance(condition, Threshold):
        return threshold_text(condition)
    parts = [condition_text(p) for p in condition.parts]
    nested = [isinstance(p, Condition) and len(p.parts) > 1 for p in condition.parts]
    zh = [f"（{p[0]}）" if n else p[0] for p, n in zip(parts, nested, strict=True)]
    en = [f"({p[1]})" if n else p[1] for p, n in zip(parts, nested, strict=True)]
    joint_zh, joint_en = ("且", " and ") if condition.mode == "all" else ("，或", ", or ")
    return joint_zh.join(zh), joint_en.join(en)


def finding_text(finding: ThresholdFinding) -> tuple[str, str]:
    """Return one threshold with what was found and what is missing."""
    zh, en = threshold_text(finding.threshold)
    if finding.met:
        bridge = bridge_text(finding)
        return (
            f"{zh}：已满足（{finding.hours_found}小时{bridge[0]}）",
            f"{en}: met ({finding.hours_found} h{bridge[1]})",
        )
    zh += f"：仅{finding.hours_found}小时，差{finding.hours_short}小时"
    en += f": only {finding.hours_found} h, {finding.hours_short} h short"
    if finding.points_short is None:
        zh += "（预报期内没有连续这么长的有效时段）"
        en += " (the forecast holds no unbroken stretch of that length)"
    else:
        zh += f"；最接近的时段再高{finding.points_short}个AQI点即满足"
        en += f"; {finding.points_short} AQI points more on the worst day would meet it"
    return zh, en


def bridge_text(finding: ThresholdFinding) -> tuple[str, str]:
    """Return what is said of clear hours inside a stretch that counts as one; empty if none."""
    hours, clear = finding.bridged_hours, finding.clear_hours
    if not hours:
        return "", ""
    days, rest = divmod(hours, 24)
    span_zh = f"{days}天" if not rest else f"{hours}小时"
    span_en = f"{days} d" if not rest else f"{hours} h"
    return (
        f"；其间{span_zh}低于触发条件，每段不足{clear}小时，按同一过程计（系统设定），不计入时长",
        f"; {span_en} between lie below the trigger, each break under {clear} h: one episode "
        "(Lantian's design), not counted",
    )


def bridging_text(proposal: AlertProposal, clear_hours: int) -> tuple[str, str]:
    """Return which level would hold if close stretches did not count as one."""
    other = proposal.level_if_parted
    zh = f"为{other.label_zh}预警" if other else "不启动预警"
    en = f"it would be {other.value}" if other else "there would be no alert"
    return (
        f"间隔不足{clear_hours}小时的过程按一次计（系统设定）；若按各自过程计，则{zh}。",
        f"Breaks under {clear_hours} h count as one episode (Lantian's design); apart, {en}.",
    )


def why_not_text(condition: Condition, finding: LevelFinding) -> tuple[str, str]:
    """Return why a level is not called for, with its whole condition first."""
    zh, en = condition_text(condition)
    parts = [finding_text(t) for t in finding.thresholds]
    return (
        f"{finding.level.label_zh}条件为{zh}。" + "；".join(p[0] for p in parts) + "。",
        f"{finding.level.value} needs {en}. " + "; ".join(p[1] for p in parts) + ".",
    )
