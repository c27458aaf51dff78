"""Whether each filed measure names its firm, its line, its level and its kind.

Covers: measure that names no firm or line, duplicate for line and level, level or kind
missing, a level missing among three, lines without any measure.
"""

from __future__ import annotations

from collections.abc import Iterator

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import CHECKABLE, FIELDS, GUARD
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import Measure
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.problem import Severity


def level_texts(measure: Measure) -> dict[str, str]:
    """Return the level of a measure in both languages, for messages."""
    level = measure.level
    return {
        "level": level.label_zh if level is not None else "未写明级别",
        "level_en": level.value if level is not None else "unstated",
    }


@check(
    "L301",
    Severity.ERROR,
    "measure",
    "firm_id",
    title=("措施对应不到企业", "measure without its firm"),
    message=(
        "措施的企业编号“{firm_id}”不在企业表中",
        "the measure refers to firm “{firm_id}”, which is not on the list",
    ),
    remedy=("改正企业编号，或在企业表补上该企业", "correct the firm id, or add the firm"),
    why=("措施要落实到企业和生产线", "a measure belongs to a firm and a line"),
    ground=CHECKABLE,
)
def measure_without_firm(context: Context, found: Found) -> Iterator[Finding]:
    """Measures whose firm id is not on the list."""
    firms = context.firms
    for measure in context.inventory.measures:
        if measure.firm_id not in firms:
            yield found("measure", measure.row, "firm_id", firm_id=measure.firm_id)


@check(
    "L302",
    Severity.ERROR,
    "measure",
    "line_id",
    title=("措施没有写明生产线", "measure names no line"),
    message=(
        "企业“{firm_id}”的一条措施没有写生产线编号",
        "a measure of firm “{firm_id}” names no line",
    ),
    remedy=(
        "写明停、限的是哪条生产线，一条线一行",
        "name the line that stops or is limited, one row a line",
    ),
    why=("措施须写明具体生产线，不能只写全厂", "a measure must name a line, not the plant"),
    ground=CHECKABLE,
)
def measure_without_line(context: Context, found: Found) -> Iterator[Finding]:
    """Measures with an empty line id."""
    for measure in context.inventory.measures:
        if not measure.line_id.strip():
            yield found("measure", measure.row, "line_id", firm_id=measure.firm_id)


@check(
    "L303",
    Severity.ERROR,
    "measure",
    "line_id",
    title=("措施的生产线不在生产线表中", "measure names a line that is not listed"),
    message=(
        "企业“{firm_id}”没有编号为“{line_id}”的生产线",
        "firm “{firm_id}” has no line “{line_id}”",
    ),
    remedy=("改正生产线编号，或在生产线表补上", "correct the line id, or add the line"),
    why=("减排量按生产线基数计算", "the reduction is counted on the line's base"),
    ground=CHECKABLE,
)
def measure_of_unknown_line(context: Context, found: Found) -> Iterator[Finding]:
    """Measures of known firms whose line id is not on the list."""
    firms, line_at = context.firms, context.line_at
    for measure in context.inventory.measures:
        if (
            (measure.firm_id, measure.line_id) not in line_at
            and measure.line_id.strip()
            and measure.firm_id in firms
        ):
            yield found(
                "measure",
                measure.row,
                "line_id",
                firm_id=measure.firm_id,
                line_id=measure.line_id,
            )


@check(
    "L304",
    Severity.ERROR,
    "measure",
    "level",
    title=("同一生产线同一级别有两条措施", "two measures for one line at one level"),
    message=(
        "企业“{firm_id}”生产线“{line_id}”的{level}措施在第{first}行已有",
        "the {level_en} measure of line “{line_id}” of firm “{firm_id}” is already in row {first}",
    ),
    remedy=("合并为一行，写较严的一个", "merge them into one row, the stricter one"),
    why=("一条线一个级别只能计一次", "a line may appear once per level"),
    ground=GUARD,
)
def measure_twice(context: Context, found: Found) -> Iterator[Finding]:
    """Second and later measures of one line at one level."""
    for (firm_id, line_id), measures in context.measures_by_line.items():
        if len(measures) == 1 or not line_id.strip():
            continue
        first_of: dict[Level, int] = {}
        for measure in measures:
            assert measure.level is not None
            first = first_of.setdefault(measure.level, measure.row)
            if first != measure.row:
                yield found(
                    "measure",
                    measure.row,
                    "level",
                    firm_id=firm_id,
                    line_id=line_id,
                    first=first,
                    **level_texts(measure),
                )


@check(
    "L307",
    Severity.ERROR,
    "measure",
    "level",
    title=("措施没有级别", "measure without a level"),
    message=(
        "企业“{firm_id}”生产线“{line_id}”的措施没有写预警级别",
        "a measure of line “{line_id}” of firm “{firm_id}” states no level",
    ),
    remedy=("写黄色、橙色或红色，每个级别一行", "write 黄色, 橙色 or 红色, one row a level"),
    why=("没有级别的措施用不上", "a measure without a level is never used"),
    ground=FIELDS,
    missing=True,
)
def level_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Measures whose level is empty or unreadable."""
    for measure in context.inventory.measures:
        if measure.level is None:
            yield found(
                "measure", measure.row, "level", firm_id=measure.firm_id, line_id=measure.line_id
            )


@check(
    "L308",
    Severity.ERROR,
    "measure",
    "kind",
    title=("措施没有类型", "measure without a kind"),
    message=(
        "企业“{firm_id}”生产线“{line_id}”的{level}措施没有写类型",
        "the {level_en} measure of line “{line_id}” of firm “{firm_id}” states no kind",
    ),
    remedy=(
        "写停产、限产、降负荷、延长结焦、错峰运输、自主减排或无",
        "write one of 停产 限产 降负荷 延长结焦 错峰运输 自主减排 无",
    ),
    why=("类型决定怎样核查", "the kind decides how it is checked"),
    ground=FIELDS,
    missing=True,
)
def kind_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Measures whose kind is empty or unreadable."""
    for measure in context.inventory.measures:
        if measure.kind is None:
            yield found(
                "measure",
                measure.row,
                "kind",
                firm_id=measure.firm_id,
                line_id=measure.line_id,
                **level_texts(measure),
            )


@check(
    "L312",
    Severity.WARNING,
    "measure",
    "level",
    title=("三个级别缺一", "a level missing among three"),
    message=(
        "生产线“{line_id}”没有{missing}措施",
        "line “{line_id}” has no measure for {missing_en}",
    ),
    remedy=("补齐；不停限产的类型写“无”", "add it; write kind 无 where nothing is cut"),
    why=("每条线三个级别都要有说法", "every line needs an answer at each level"),
    ground=CHECKABLE,
)
def level_absent(context: Context, found: Found) -> Iterator[Finding]:
    """Lines with measures for some levels but not for all."""
    for (_firm, line_id), measures in context.measures_by_line.items():
        absent = set(LEVELS) - {m.level for m in measures}
        if absent and line_id.strip():
            ordered = [level for level in LEVELS if level in absent]
            yield found(
                "measure",
                measures[0].row,
                "level",
                line_id=line_id,
                missing="、".join(level.label_zh for level in ordered),
                missing_en=", ".join(level.value for level in ordered),
            )


@check(
    "L313",
    Severity.HINT,
    "line",
    "line_id",
    title=("生产线没有填报措施", "line without a filed measure"),
    message=(
        "生产线“{name}”没有填报任何措施，计划按规则库的最低要求安排",
        "line “{name}” has no filed measure; the plan goes by the rulebook's floor",
    ),
    remedy=("补填三个级别的措施", "file measures for the three levels"),
    why=("清单内的生产线都应有措施", "every listed line should have measures"),
    ground=CHECKABLE,
    missing=True,
)
def line_without_measure(context: Context, found: Found) -> Iterator[Finding]:
    """Yield running lines of firms that must act, without any measure."""
    firms, filed = context.firms, context.measures_by_line
    for line in context.inventory.lines:
        if (line.firm_id, line.line_id) in filed:
            continue
        firm = firms.get(line.firm_id)
        if firm is None or (firm.grade is not None and firm.grade.autonomous):
            continue
        if context.counts(line, firm):
            yield found("line", line.row, "line_id", name=line.name or line.line_id)
