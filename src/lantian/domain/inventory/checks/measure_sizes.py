"""Whether a filed reduction can be true, and whether it is enough.

Covers: reduction above the base, against base times share, weaker at a higher level, counted
for a line that stands still, voluntary cut without a committed figure, filed measures below
the rulebook's floor.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from lantian.domain.inventory.base import standing_still
from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import AUTONOMOUS, GUARD, SPECIAL_CLASSES
from lantian.domain.inventory.checks.lines import mass_field
from lantian.domain.inventory.checks.measure_rows import level_texts
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import Line, Measure, MeasureKind
from lantian.kernel.level import LEVELS
from lantian.kernel.mass import MG_PER_KG, kg_to_mg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.problem import Severity

_RELATIVE = Fraction(2, 100)
_OF_BASE = Fraction(1, 1000)
PLACE = {pollutant: i for i, pollutant in enumerate(POLLUTANTS)}
_STILL_ZH = {"long_stopped": "企业已长期停产", "stopped": "生产线已停"}
_STILL_EN = {"long_stopped": "the firm is long stopped", "stopped": "the line stands still already"}


def _plainly_right(base: int, share: Decimal, reduction: Decimal) -> bool:
    """Whether floats already show base times share within half the tolerance."""
    expected = base * float(share)
    return abs(float(reduction) * MG_PER_KG - expected) <= 0.01 * expected


def _unit_mg(value: Decimal) -> int:
    """Return one unit of the last decimal written, in mg: filed figures are rounded or cut."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return int(Decimal(MG_PER_KG).scaleb(min(exponent, 0)))


@check(
    "L330",
    Severity.ERROR,
    "measure",
    "reduction_kg",
    title=("减排量大于生产线的日排放量", "reduction above the line's base"),
    message=(
        "生产线“{name}”{level}{pollutant}减排{reduction}千克/日，大于其日排放量{base}千克",
        "line “{name}”: {reduction} kg/d of {pollutant} cut at {level_en}, more than the {base} kg it emits",
    ),
    remedy=("核对减排量与日排放量的单位和数值", "check units and figures of both"),
    why=("减排量不会大于基数", "no more can be cut than is emitted"),
    ground=GUARD,
)
def above_base(context: Context, found: Found) -> Iterator[Finding]:
    """Reductions greater than what the line emits on a running day."""
    for measure, line, _firm, bases in context.placed_measures():
        for pollutant, reduction in measure.reduction_kg.items():
            base = bases[PLACE[pollutant]]
            # Floats only pass over the plainly sound; the verdict below is exact.
            if base is None or float(reduction) * MG_PER_KG <= base:
                continue
            if kg_to_mg(reduction) > base + _unit_mg(reduction) + _OF_BASE * base:
                yield found(
                    "measure",
                    measure.row,
                    mass_field("reduction_kg", pollutant),
                    name=line.name or line.line_id,
                    pollutant=pollutant.value,
                    reduction=reduction,
                    base=f"{base / MG_PER_KG:.3f}",
                    **level_texts(measure),
                )


@check(
    "L331",
    Severity.WARNING,
    "measure",
    "reduction_kg share",
    title=("减排量与“日排放量×比例”不符", "reduction is not base times share"),
    message=(
        "生产线“{name}”{level}{pollutant}减排量{reduction}千克/日，按比例{share}应为{expected}千克",
        "line “{name}”: {reduction} kg/d of {pollutant} at {level_en}; share {share} gives {expected} kg",
    ),
    remedy=(
        "核对比例、日排放量和减排量，按公式重算",
        "check share, base and reduction and work it out anew",
    ),
    why=("减排量＝日排放量×减排比例", "reduction = daily base × share"),
    ground=GUARD,
)
def not_base_times_share(context: Context, found: Found) -> Iterator[Finding]:
    """Reductions off base times share by more than rounding and two per cent."""
    for measure, line, _firm, bases in context.placed_measures():
        share = measure.share
        if share is None or not 0 <= share <= 1 or not measure.reduction_kg or line.stopped:
            continue
        for pollutant, reduction in measure.reduction_kg.items():
            base = bases[PLACE[pollutant]]
            if base is None or reduction < 0 or _plainly_right(base, share, reduction):
                continue
            expected = base * Fraction(share)
            filed, unit = kg_to_mg(reduction), _unit_mg(reduction)
            # More than the whole base is L330 already.
            if filed > base + unit + _OF_BASE * base:
                continue
            if abs(filed - expected) > unit + _RELATIVE * expected + _OF_BASE * base:
                yield found(
                    "measure",
                    measure.row,
                    mass_field("reduction_kg", pollutant),
                    name=line.name or line.line_id,
                    pollutant=pollutant.value,
                    reduction=reduction,
                    share=share,
                    expected=f"{float(expected) / MG_PER_KG:.3f}",
                    **level_texts(measure),
                )


@check(
    "L332",
    Severity.ERROR,
    "measure",
    "reduction_kg",
    title=("高级别的减排量反而小", "smaller reduction at a higher level"),
    message=(
        "生产线“{line_id}”{level}{pollutant}减排{value}千克/日，小于{lower}的{lower_value}",
        "line “{line_id}”: {value} kg/d of {pollutant} at {level_en} is below {lower_value} at {lower_en}",
    ),
    remedy=(
        "级别越高减排量应越大，核对是否填反",
        "reductions grow with the level; they may be swapped",
    ),
    why=("高级别的减排量不得小于低级别", "a higher level never cuts less than a lower"),
    ground=GUARD,
)
def weaker_reduction(context: Context, found: Found) -> Iterator[Finding]:
    """Reductions of a pollutant that fall as the level rises."""
    for (_firm, line_id), measures in context.measures_by_line.items():
        if len(measures) == 1:
            continue
        by_level = {m.level: m for m in reversed(measures)}
        ordered = [by_level[level] for level in LEVELS if level in by_level]
        for pollutant in POLLUTANTS:
            last: Measure | None = None
            for measure in ordered:
                value = measure.reduction_kg.get(pollutant)
                if value is None:
                    continue
                if last is not None and value < last.reduction_kg[pollutant]:
                    lower = level_texts(last)
                    yield found(
                        "measure",
                        measure.row,
                        mass_field("reduction_kg", pollutant),
                        line_id=line_id,
                        pollutant=pollutant.value,
                        value=value,
                        lower=lower["level"],
                        lower_en=lower["level_en"],
                        lower_value=last.reduction_kg[pollutant],
                        **level_texts(measure),
                    )
                last = measure


def _counted(measure: Measure) -> bool:
    """Whether a measure claims to cut anything."""
    return (measure.share is not None and measure.share > 0) or any(
        value > 0 for value in measure.reduction_kg.values()
    )


@check(
    "L333",
    Severity.ERROR,
    "measure",
    "share reduction_kg",
    title=("已停的线仍计减排", "line that stands still is counted"),
    message=(
        "生产线“{name}”{still_zh}，{level}措施仍计有减排",
        "line “{name}”: {still_en}, yet its {level_en} measure counts a cut",
    ),
    remedy=(
        "比例和减排量改为0；已恢复生产的改正停产标记",
        "write 0, or correct the mark if it runs again",
    ),
    why=("已停产的线基数为0，不能再计减排量", "a line that stands still contributes nothing"),
    ground=GUARD,
)
def counted_while_stopped(context: Context, found: Found) -> Iterator[Finding]:
    """Cuts claimed for stopped lines and long-stopped firms."""
    for measure, line, firm, _base in context.placed_measures():
        if (firm.long_stopped or line.stopped) and _counted(measure):
            still = "long_stopped" if firm.long_stopped else "stopped"
            yield found(
                "measure",
                measure.row,
                "share",
                name=line.name or line.line_id,
                still_zh=_STILL_ZH[still],
                still_en=_STILL_EN[still],
                **level_texts(measure),
            )


@check(
    "L334",
    Severity.HINT,
    "firm",
    "season",
    title=("不在生产季，减排量按0计", "out of season, counts nothing"),
    message=(
        "企业“{name}”生产季为{season}，{day}不在季内，其减排量按0计",
        "firm “{name}” works {season}; on {day} its reductions count nothing",
    ),
    remedy=("无需改动；生产季有变的改正日期", "nothing to do unless the season has changed"),
    why=("季节性企业的减排量只在生产季计", "a seasonal firm counts only in season"),
    ground=SPECIAL_CLASSES,
)
def off_season(context: Context, found: Found) -> Iterator[Finding]:
    """Seasonal firms that claim cuts on a day out of their season."""
    claimed: set[str] = set()
    for measure, line, firm, _base in context.placed_measures():
        if firm.season is None or firm.firm_id in claimed or not _counted(measure):
            continue
        if standing_still(line, firm, context.day) == "off_season":
            claimed.add(firm.firm_id)
            yield found(
                "firm",
                firm.row,
                "season",
                name=firm.name,
                season=firm.season.text(),
                day=context.day.isoformat(),
            )


@check(
    "L335",
    Severity.WARNING,
    "measure",
    "reduction_kg",
    title=("自主减排没有承诺量却计了比例", "voluntary cut counted without a committed figure"),
    message=(
        "{grade}企业“{firm}”的{level}自主减排写有比例{share}，但没有承诺减排量，按0计",
        "firm “{firm}” ({grade}) files share {share} at {level_en} without a committed figure; it counts 0",
    ),
    remedy=("填承诺的减排量，或把比例改为0", "file the committed reduction, or write share 0"),
    why=("自主减排没有承诺量的不计入", "a voluntary cut counts only with a committed figure"),
    ground=AUTONOMOUS,
)
def voluntary_without_figure(context: Context, found: Found) -> Iterator[Finding]:
    """Voluntary shares of A and leading firms without any reduction in kg."""
    for measure, line, firm, _base in context.placed_measures():
        if (
            firm.grade is not None
            and firm.grade.autonomous
            and measure.share is not None
            and 0 < measure.share <= 1
            and not any(value > 0 for value in measure.reduction_kg.values())
            and _emits(line)
        ):
            yield found(
                "measure",
                measure.row,
                mass_field("reduction_kg", POLLUTANTS[0]),
                grade=firm.grade.label_zh,
                firm=firm.name,
                share=measure.share,
                **level_texts(measure),
            )


def _emits(line: Line) -> bool:
    """Whether a committed figure could be above zero: tiny lines round to nothing."""
    masses = list(line.daily_kg.values()) or list(line.annual_t.values())
    return not masses or any(value > Decimal("0.01") for value in masses)


@check(
    "L336",
    Severity.WARNING,
    "measure",
    "reduction_kg",
    title=("未知排放量却填了减排量", "reduction filed for an unknown base"),
    message=(
        "生产线“{name}”没有{pollutant}的排放量，{level}却填有减排{reduction}千克/日，无法核对",
        "line “{name}” files {reduction} kg/d of {pollutant} cut at {level_en} but no emission to check it by",
    ),
    remedy=("补填该污染物的年或日排放量", "fill in its yearly or daily emission"),
    why=("减排基数要写明", "the base of a reduction must be stated"),
    ground=GUARD,
)
def reduction_without_base(context: Context, found: Found) -> Iterator[Finding]:
    """Positive reductions of pollutants whose base is unknown."""
    for measure, line, _firm, bases in context.placed_measures():
        if measure.kind is MeasureKind.NONE:
            continue
        for pollutant, reduction in measure.reduction_kg.items():
            unknown = bases[PLACE[pollutant]] is None
            filed = line.daily_kg.get(pollutant, line.annual_t.get(pollutant))
            if unknown and reduction > 0 and (filed is None or filed >= 0):
                yield found(
                    "measure",
                    measure.row,
                    mass_field("reduction_kg", pollutant),
                    name=line.name or line.line_id,
                    pollutant=pollutant.value,
                    reduction=reduction,
                    **level_texts(measure),
                )
