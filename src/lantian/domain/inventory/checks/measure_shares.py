"""Whether the share of a measure is a share, fits its kind, and fits the line and its firm.

Covers: share outside 0..1, percent typed as share, kind against share, weaker share at a
higher level, kinds that the line or the grade does not allow.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import CHECKABLE, GUARD, GUIDE_2020
from lantian.domain.inventory.checks.measure_rows import level_texts
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import CutUnit, Measure, MeasureKind
from lantian.kernel.level import LEVELS
from lantian.kernel.problem import Severity

_PERCENT_FROM, _PERCENT_TO = Decimal("1.5"), Decimal(100)
_HAIR = Decimal("0.0005")
_WITH_SHARE = frozenset({MeasureKind.STOP, MeasureKind.LIMIT, MeasureKind.REDUCE_LOAD})
_LIMITS = frozenset({MeasureKind.LIMIT, MeasureKind.REDUCE_LOAD})
_WITHOUT_CUT = frozenset({MeasureKind.NONE, MeasureKind.STAGGER_TRANSPORT})


@check(
    "L305",
    Severity.ERROR,
    "measure",
    "share",
    title=("减排比例不在0至1之间", "share outside 0..1"),
    message=("减排比例为{value}，应在0至1之间", "the share is {value}, outside 0..1"),
    remedy=("停产写1，限产写小数，如三成写0.3", "write 1 for a stop and a fraction for a limit"),
    why=("比例是减掉的生产负荷份额", "it is the share of load that is cut"),
    ground=GUARD,
)
def share_range(context: Context, found: Found) -> Iterator[Finding]:
    """Shares that are no share and no percentage either."""
    for measure in context.inventory.measures:
        share = measure.share
        if share is not None and not 0 <= share <= 1 and not _percent(share):
            yield found("measure", measure.row, "share", value=share)


def _percent(share: Decimal) -> bool:
    return _PERCENT_FROM <= share <= _PERCENT_TO


@check(
    "L306",
    Severity.ERROR,
    "measure",
    "share",
    title=("减排比例写成了百分数", "percent typed as share"),
    message=(
        "减排比例为{value}，像是把百分之{value}写成了{value}",
        "the share is {value}; it looks like {value} per cent",
    ),
    remedy=(
        "改写为{share}，或把单元格设为百分比格式",
        "write {share}, or format the cell as a percentage",
    ),
    why=("比例应为0至1的小数", "a share lies between 0 and 1"),
    ground=GUARD,
)
def share_percent(context: Context, found: Found) -> Iterator[Finding]:
    """Shares such as 20 or 100."""
    for measure in context.inventory.measures:
        share = measure.share
        if share is not None and _percent(share):
            yield found("measure", measure.row, "share", value=share, share=share / 100)


def _contradiction(kind: MeasureKind | None, share: Decimal) -> tuple[str, str] | None:
    """Say how a kind and a share contradict each other, None if they agree."""
    if kind is MeasureKind.STOP and share < 1 - _HAIR:
        return "停产的比例应为1", "a stop has share 1"
    if kind in _LIMITS and share >= 1:
        return "减到1就是停产", "a limit of 1 is a stop"
    if kind in _LIMITS and share == 0:
        return "限产、降负荷的比例应大于0", "a limit has a share above 0"
    if kind in _WITHOUT_CUT and share > 0:
        return "这一类型不减生产负荷，比例应为0", "this kind cuts no production; its share is 0"
    return None


@check(
    "L309",
    Severity.ERROR,
    "measure",
    "share",
    title=("措施类型与比例矛盾", "kind and share contradict"),
    message=(
        "措施类型为“{kind}”，比例为{share}：{why_zh}",
        "kind “{kind_en}” with share {share}: {why_en}",
    ),
    remedy=("按实际改正类型或比例", "correct the kind or the share"),
    why=("矛盾的措施无法执行和核查", "what contradicts itself cannot be carried out"),
    ground=GUARD,
)
def kind_against_share(context: Context, found: Found) -> Iterator[Finding]:
    """Yield stops below 1, limits of 1 or 0, transport measures that cut production."""
    for measure in context.inventory.measures:
        share, kind = measure.share, measure.kind
        if share is None or kind is None or not 0 <= share <= 1:
            continue
        why = _contradiction(kind, share)
        if why is not None:
            yield found(
                "measure",
                measure.row,
                "share",
                kind=kind.label_zh,
                kind_en=kind.value,
                share=share,
                why_zh=why[0],
                why_en=why[1],
            )


@check(
    "L310",
    Severity.WARNING,
    "measure",
    "share",
    title=("停限产措施缺比例", "stop or limit without a share"),
    message=(
        "类型为“{kind}”的{level}措施没有写比例",
        "the {level_en} measure of kind “{kind_en}” states no share",
    ),
    remedy=("停产写1，限产、降负荷写小数", "write 1 for a stop and a fraction for a limit"),
    why=("没有比例就算不出减排量", "no reduction can be counted without it"),
    ground=GUARD,
)
def share_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Yield stops and limits without a share."""
    for measure in context.inventory.measures:
        if measure.share is None and measure.kind in _WITH_SHARE:
            assert measure.kind is not None
            yield found(
                "measure",
                measure.row,
                "share",
                kind=measure.kind.label_zh,
                kind_en=measure.kind.value,
                **level_texts(measure),
            )


@check(
    "L311",
    Severity.ERROR,
    "measure",
    "share",
    title=("高级别的减排比例反而小", "smaller share at a higher level"),
    message=(
        "生产线“{line_id}”{level}比例{share}，小于{lower}的{lower_share}",
        "line “{line_id}”: share {share} at {level_en} is below {lower_share} at {lower_en}",
    ),
    remedy=(
        "级别越高措施应越严，核对是否填反",
        "measures tighten with the level; they may be swapped",
    ),
    why=("高级别的措施不得弱于低级别", "a higher level is never weaker than a lower"),
    ground=GUARD,
)
def weaker_share(context: Context, found: Found) -> Iterator[Finding]:
    """Shares that fall as the level rises; told once for each fall."""
    for (_firm, line_id), measures in context.measures_by_line.items():
        if len(measures) == 1:
            continue
        by_level = {m.level: m for m in reversed(measures) if m.share is not None}
        last: Measure | None = None
        for level in LEVELS:
            measure = by_level.get(level)
            if measure is None or measure.share is None or not 0 <= measure.share <= 1:
                continue
            if last is not None and last.share is not None and measure.share < last.share - _HAIR:
                lower = level_texts(last)
                yield found(
                    "measure",
                    measure.row,
                    "share",
                    line_id=line_id,
                    share=measure.share,
                    lower=lower["level"],
                    lower_en=lower["level_en"],
                    lower_share=last.share,
                    **level_texts(measure),
                )
            last = measure


@check(
    "L314",
    Severity.WARNING,
    "measure",
    "kind",
    title=("延长结焦用于非焦炉", "coking time stretched on something that is no coke oven"),
    message=(
        "生产线“{name}”不以结焦时间计，却填了延长结焦",
        "line “{name}” is not counted in coking hours but files a stretched coking time",
    ),
    remedy=("改措施类型，或改生产线的计量单位", "correct the kind, or the line's cut unit"),
    why=("只有焦炉能延长结焦", "only coke ovens can stretch the coking time"),
    ground=GUIDE_2020,
)
def coking_elsewhere(context: Context, found: Found) -> Iterator[Finding]:
    """Stretched coking on lines of another unit."""
    for measure, line, _firm, _base in context.placed_measures():
        if measure.kind is MeasureKind.EXTEND_COKING and line.cut_unit not in (
            CutUnit.COKING_HOURS,
            None,
        ):
            yield found("measure", measure.row, "kind", name=line.name or line.line_id)


@check(
    "L315",
    Severity.WARNING,
    "measure",
    "kind",
    title=("不能快速停的线填了停产", "stop filed for a line that cannot stop"),
    message=(
        "生产线“{name}”填的是不能快速启停，{level}措施却是停产",
        "line “{name}” is marked as unable to stop at short notice, yet its {level_en} measure stops it",
    ),
    remedy=(
        "改为降负荷、延长结焦或保温停产，或改正启停标记",
        "lower its load instead, or correct the mark",
    ),
    why=("短时间内不能停的工序以降负荷减排", "what cannot stop at short notice lowers its load"),
    ground=CHECKABLE,
)
def stop_of_unstoppable(context: Context, found: Found) -> Iterator[Finding]:
    """Full stops of lines marked as not stoppable, hot hold excepted."""
    for measure, line, _firm, _base in context.placed_measures():
        if (
            measure.kind is MeasureKind.STOP
            and line.stoppable is False
            and line.cut_unit is not CutUnit.HOT_HOLD
        ):
            yield found(
                "measure",
                measure.row,
                "kind",
                name=line.name or line.line_id,
                **level_texts(measure),
            )


@check(
    "L316",
    Severity.WARNING,
    "measure",
    "kind",
    title=("非A级、引领性企业填了自主减排", "voluntary measure of a firm that may not choose"),
    message=(
        "{grade}企业“{firm}”的{level}措施填了自主减排",
        "firm “{firm}” of grade {grade} files its {level_en} measure as voluntary",
    ),
    remedy=("按等级改填停产、限产等措施", "file the stop or limit of its grade"),
    why=("只有A级、引领性企业可以自主减排", "only A and leading firms decide themselves"),
    ground=GUIDE_2020,
)
def voluntary_below_a(context: Context, found: Found) -> Iterator[Finding]:
    """Voluntary measures of firms graded below A and leading."""
    for measure, _line, firm, _base in context.placed_measures():
        if (
            measure.kind is MeasureKind.AUTONOMOUS
            and firm.grade is not None
            and not firm.grade.autonomous
        ):
            yield found(
                "measure",
                measure.row,
                "kind",
                grade=firm.grade.label_zh,
                firm=firm.name,
                **level_texts(measure),
            )
