"""Guaranteed-supply firms 保障类: the task fixes the load.

Covers: task text, task share, tasks without the flag, cuts that eat into the task (以热定产,
以量定产).
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import GUARD, TASK
from lantian.domain.inventory.checks.measure_rows import level_texts
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.kernel.problem import Severity

_SLACK = Decimal("0.005")


@check(
    "L240",
    Severity.WARNING,
    "firm",
    "guaranteed_task",
    title=("保障类企业没有写任务", "guaranteed supply without a task"),
    message=(
        "“{name}”标为保障类，但没有保障任务",
        "“{name}” is marked guaranteed-supply but states no task",
    ),
    remedy=(
        "写明任务（供热面积、处置量等）和批准文号",
        "state the task (heat area, amount treated) and its approval",
    ),
    why=(
        "保障类以任务定产，没有任务不能保留负荷",
        "the task fixes the output; without one no load is kept",
    ),
    ground=TASK,
)
def task_text_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Guaranteed firms that name no task."""
    for firm in context.inventory.firms:
        if firm.guaranteed and not firm.guaranteed_task.strip():
            yield found("firm", firm.row, "guaranteed_task", name=firm.name)


@check(
    "L241",
    Severity.WARNING,
    "firm",
    "guaranteed",
    title=("写了保障任务但未标保障类", "a task without the guaranteed flag"),
    message=(
        "“{name}”写有保障任务“{task}”，但保障类不是“是”",
        "“{name}” states task “{task}” but is not marked guaranteed",
    ),
    remedy=("确属保障类的标“是”，否则删去任务", "mark it, or remove the task"),
    why=("未标的企业按等级管控，任务不保留", "without the flag the task is not kept"),
    ground=TASK,
)
def task_without_flag(context: Context, found: Found) -> Iterator[Finding]:
    """Tasks of firms that are not marked as guaranteed."""
    for firm in context.inventory.firms:
        if firm.guaranteed_task.strip() and not firm.guaranteed:
            yield found("firm", firm.row, "guaranteed", name=firm.name, task=firm.guaranteed_task)


@check(
    "L242",
    Severity.WARNING,
    "line",
    "task_share",
    title=("保障类企业缺任务负荷比例", "task share missing"),
    message=(
        "保障类企业“{firm}”没有一条生产线填了任务负荷比例，不知道要保留多少",
        "no line of guaranteed firm “{firm}” has a task share; how much to keep is unknown",
    ),
    remedy=(
        "在承担任务的生产线填任务所需负荷比例（0至1）",
        "fill in the share of load the task needs (0..1)",
    ),
    why=("任务所需负荷不得压减", "the load of the task must not be cut"),
    ground=TASK,
)
def task_share_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Guaranteed firms none of whose lines states a share."""
    lines = context.inventory.lines
    for firm in context.inventory.firms:
        if not firm.guaranteed:
            continue
        own = [lines[i] for i in context.lines_by_firm.get(firm.firm_id, ())]
        if own and all(line.task_share is None for line in own):
            yield found("line", own[0].row, "task_share", firm=firm.name)


@check(
    "L243",
    Severity.ERROR,
    "line",
    "task_share",
    title=("任务负荷比例不在0至1之间", "task share outside 0..1"),
    message=("任务负荷比例为{value}，应在0至1之间", "task share is {value}, outside 0..1"),
    remedy=("写成小数，如百分之八十写0.8", "write a fraction, 0.8 for eighty per cent"),
    why=("比例是任务占线满负荷的份额", "it is the task's share of the line's full load"),
    ground=GUARD,
)
def task_share_range(context: Context, found: Found) -> Iterator[Finding]:
    """Task shares that are no share."""
    for line in context.inventory.lines:
        if line.task_share is not None and not 0 <= line.task_share <= 1:
            yield found("line", line.row, "task_share", value=line.task_share)


@check(
    "L244",
    Severity.WARNING,
    "line",
    "task_share",
    title=("非保障类企业填了任务负荷", "task share of a firm that is not guaranteed"),
    message=(
        "企业“{firm}”不是保障类，但生产线“{name}”填有任务负荷比例{value}，不会保留",
        "“{firm}” is not guaranteed-supply, but line “{name}” has task share {value}; it is not kept",
    ),
    remedy=("确属保障类的在企业表标“是”，否则清空", "mark the firm, or clear the share"),
    why=("只有保障类任务的负荷可以保留", "only guaranteed-supply load is kept"),
    ground=TASK,
)
def task_share_not_guaranteed(context: Context, found: Found) -> Iterator[Finding]:
    """Positive task shares under firms without the flag."""
    firms = context.firms
    for line in context.inventory.lines:
        if line.task_share is not None and line.task_share > 0:
            firm = firms.get(line.firm_id)
            if firm is not None and not firm.guaranteed:
                yield found(
                    "line",
                    line.row,
                    "task_share",
                    firm=firm.name,
                    name=line.name or line.line_id,
                    value=line.task_share,
                )


@check(
    "L245",
    Severity.ERROR,
    "measure",
    "share",
    title=("措施压减了保障任务", "measure cuts into the task"),
    message=(
        "生产线“{line}”任务需负荷{task}，而{level}措施减{share}，只剩{left}",
        "line “{line}” needs {task} of its load for the task, but the {level_en} measure cuts {share} "
        "and leaves {left}",
    ),
    remedy=("把减排比例降到不大于1减任务负荷", "cut no more than one minus the task share"),
    why=("保障类任务以内的负荷不得压减", "guaranteed-supply load is kept"),
    ground=TASK,
)
def measure_cuts_task(context: Context, found: Found) -> Iterator[Finding]:
    """Measures that leave less load than the task needs."""
    for measure, line, firm, _base in context.placed_measures():
        task, share = line.task_share, measure.share
        if not firm.guaranteed or task is None or share is None or not 0 <= share <= 1:
            continue
        left = 1 - share
        if 0 < task <= 1 and left < task - _SLACK:
            yield found(
                "measure",
                measure.row,
                "share",
                line=line.name or line.line_id,
                task=task,
                share=share,
                left=left,
                **level_texts(measure),
            )
