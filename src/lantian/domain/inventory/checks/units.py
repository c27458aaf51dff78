"""The unit in which a line is cut, and the figures that unit needs.

Covers: cut unit not the industry's, units total missing for cells and flame systems, coking
hours missing or not greater than normal.
"""

from __future__ import annotations

from collections.abc import Iterator

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import FIELDS, GUARD, GUIDE_2020
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import CutUnit
from lantian.kernel.problem import Severity

_COUNTED = frozenset({CutUnit.CELLS, CutUnit.FLAME_SYSTEMS, CutUnit.FEED, CutUnit.BOILERS})
_OF_ONE_INDUSTRY = frozenset({CutUnit.COKING_HOURS, CutUnit.CELLS, CutUnit.FLAME_SYSTEMS})
_SANE_COKING_HOURS = (10, 120)


@check(
    "L230",
    Severity.WARNING,
    "line",
    "cut_unit",
    title=("减排计量单位不是本行业的", "cut unit not the industry's"),
    message=(
        "“{industry}”企业的生产线“{name}”以“{unit}”计，这不是本行业的计量方式",
        "line “{name}” of “{industry}” is counted in “{unit}”, which is not that industry's unit",
    ),
    remedy=(
        "改为整线停产、生产负荷或本行业的单位",
        "use whole lines, load or the industry's own unit",
    ),
    why=(
        "结焦时间、电解槽、火焰系统各只用于一个行业",
        "coking hours, cells and flame systems belong to one industry each",
    ),
    ground=GUIDE_2020,
)
def cut_unit_of_other_industry(context: Context, found: Found) -> Iterator[Finding]:
    """Coking hours outside coking, cells outside aluminium, flame systems outside carbon."""
    firms = context.firms
    for line in context.inventory.lines:
        if line.cut_unit not in _OF_ONE_INDUSTRY:
            continue
        firm = firms.get(line.firm_id)
        industry = context.industry(firm) if firm is not None else None
        if industry is None or industry.cut_unit == line.cut_unit.value:
            continue
        yield found(
            "line",
            line.row,
            "cut_unit",
            industry=industry.name_zh,
            name=line.name or line.line_id,
            unit=line.cut_unit.label_zh,
        )


@check(
    "L231",
    Severity.WARNING,
    "line",
    "cut_units_total",
    title=("缺计量单位总数", "total of cut units missing"),
    message=(
        "生产线“{name}”以“{unit}”计，但没有总数（{what}）",
        "line “{name}” is counted in “{unit}” but its total is missing",
    ),
    remedy=(
        "补填总数：槽数、火焰系统数、投料吨/日或锅炉吨/时",
        "fill in cells, flame systems, t/d of feed or t/h of steam",
    ),
    why=("没有总数就写不出停几台", "without it no order can say how many to stop"),
    ground=FIELDS,
    missing=True,
)
def units_total_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Yield counted units without a positive total."""
    what = {
        CutUnit.CELLS: "台",
        CutUnit.FLAME_SYSTEMS: "套",
        CutUnit.FEED: "吨/日",
        CutUnit.BOILERS: "吨/时",
    }
    for line in context.inventory.lines:
        unit = line.cut_unit
        if unit in _COUNTED and (line.cut_units_total is None or line.cut_units_total == 0):
            assert unit is not None
            yield found(
                "line",
                line.row,
                "cut_units_total",
                name=line.name or line.line_id,
                unit=unit.label_zh,
                what=what[unit],
            )


@check(
    "L232",
    Severity.WARNING,
    "line",
    "normal_coking_hours",
    title=("缺正常结焦时间", "normal coking hours missing"),
    message=("焦炉“{name}”没有正常结焦时间", "coke oven “{name}” has no normal coking hours"),
    remedy=("补填正常和最长结焦时间（小时）", "fill in normal and longest coking hours"),
    why=("焦化以延长结焦时间减排", "coke ovens are cut by stretching the coking time"),
    ground=GUIDE_2020,
)
def coking_hours_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Lines cut by coking hours that file none."""
    for line in context.inventory.lines:
        if line.cut_unit is CutUnit.COKING_HOURS and line.normal_coking_hours is None:
            yield found("line", line.row, "normal_coking_hours", name=line.name or line.line_id)


@check(
    "L233",
    Severity.ERROR,
    "line",
    "longest_coking_hours",
    title=("最长结焦时间不大于正常结焦时间", "longest coking hours not above normal"),
    message=(
        "焦炉“{name}”最长结焦时间{longest}小时，不大于正常的{normal}小时",
        "coke oven “{name}”: longest {longest} h is not above normal {normal} h",
    ),
    remedy=("核对两个时间，检查是否填反", "check both; they may be swapped"),
    why=("最长时间是能延长到的上限", "the longest time is how far it can be stretched"),
    ground=GUARD,
)
def coking_hours_order(context: Context, found: Found) -> Iterator[Finding]:
    """Longest hours that leave no room to stretch."""
    for line in context.inventory.lines:
        normal, longest = line.normal_coking_hours, line.longest_coking_hours
        if normal is not None and longest is not None and longest <= normal:
            yield found(
                "line",
                line.row,
                "longest_coking_hours",
                name=line.name or line.line_id,
                longest=longest,
                normal=normal,
            )


@check(
    "L234",
    Severity.WARNING,
    "line",
    "normal_coking_hours longest_coking_hours",
    title=("结焦时间不合常理", "coking hours implausible"),
    message=(
        "焦炉“{name}”结焦时间{hours}小时，不像小时数",
        "coke oven “{name}”: {hours} h is no plausible coking time",
    ),
    remedy=("以小时填写，一般在十几到几十小时", "write hours, usually between ten and some tens"),
    why=("多为写成了天或分钟", "most often days or minutes were written"),
    ground=GUARD,
)
def coking_hours_range(context: Context, found: Found) -> Iterator[Finding]:
    """Coking hours outside any oven's range."""
    low, high = _SANE_COKING_HOURS
    for line in context.inventory.lines:
        if line.normal_coking_hours is None and line.longest_coking_hours is None:
            continue
        for name in ("normal_coking_hours", "longest_coking_hours"):
            hours = getattr(line, name)
            if hours is not None and hours >= 0 and not low <= hours <= high:
                yield found("line", line.row, name, name=line.name or line.line_id, hours=hours)


@check(
    "L235",
    Severity.HINT,
    "line",
    "stoppable",
    title=("缺能否快速启停", "stoppable flag missing"),
    message=(
        "生产线“{name}”没有填能否快速启停",
        "line “{name}” does not say whether it can stop at short notice",
    ),
    remedy=(
        "填“是”或“否”；空着按行业特点处理",
        "write 是 or 否; left empty the industry's nature decides",
    ),
    why=("不能快速停的工序只降负荷", "what cannot stop at short notice only lowers its load"),
    ground=FIELDS,
    missing=True,
)
def stoppable_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Lines whose stoppable flag is empty."""
    for line in context.inventory.lines:
        if line.stoppable is None and not line.stopped:
            yield found("line", line.row, "stoppable", name=line.name or line.line_id)
