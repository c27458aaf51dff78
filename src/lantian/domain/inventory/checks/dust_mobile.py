"""Dust and mobile sources.

Covers: reductions above a source's own base, weaker at a higher level, duplicate ids, vehicle
counts, exemptions of key projects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import FIELDS, GUARD, REVIEW_2024
from lantian.domain.inventory.checks.lines import mass_field
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.problem import Severity


@check(
    "L401",
    Severity.ERROR,
    "dust mobile",
    "source_id",
    title=("扬尘源或移动源编号重复", "source id used twice"),
    message=(
        "编号“{source_id}”在第{first}行已有",
        "source id “{source_id}” is already in row {first}",
    ),
    remedy=("删去重复行，或另编一个编号", "delete the repetition, or give another id"),
    why=("重复会使减排量重复计算", "a repeated source is counted twice"),
    ground=GUARD,
)
def source_twice(context: Context, found: Found) -> Iterator[Finding]:
    """Second and later sources with the same id on one sheet."""
    for table, rows in (("dust", context.inventory.dust), ("mobile", context.inventory.mobile)):
        first_of: dict[str, int] = {}
        for row in rows:
            key = row.source_id.strip()
            if not key:
                continue
            first = first_of.setdefault(key, row.row)
            if first != row.row:
                yield found(table, row.row, "source_id", source_id=key, first=first)


@check(
    "L402",
    Severity.ERROR,
    "dust",
    "reduction_pm_kg",
    title=("扬尘源减排量大于自身排放", "dust reduction above its base"),
    message=(
        "扬尘源“{name}”{level}减排{value}千克/日，大于其日排放{base}千克",
        "dust source “{name}”: {value} kg/d cut at {level_en}, more than the {base} kg it emits",
    ),
    remedy=("核对两个数的单位和数值", "check units and figures of both"),
    why=("减排量不会大于基数", "no more can be cut than is emitted"),
    ground=GUARD,
)
def dust_above_base(context: Context, found: Found) -> Iterator[Finding]:
    """Dust reductions above the source's daily PM."""
    for source in context.inventory.dust:
        base = source.daily_pm_kg
        if base is None or base < 0:
            continue
        for level, value in source.reduction_pm_kg.items():
            if value > base:
                yield found(
                    "dust",
                    source.row,
                    mass_field("reduction_pm_kg", level),
                    name=source.name or source.source_id,
                    level=level.label_zh,
                    level_en=level.value,
                    value=value,
                    base=base,
                )


def _falls(values: Mapping[Level, Decimal]) -> Iterator[tuple[Level, Decimal, Level, Decimal]]:
    """Yield level, value, lower level, its value wherever a value falls as the level rises."""
    last: Level | None = None
    for level in LEVELS:
        if level in values:
            if last is not None and values[level] < values[last]:
                yield level, values[level], last, values[last]
            last = level


@check(
    "L403",
    Severity.ERROR,
    "dust mobile",
    "reduction_pm_kg reduction_kg",
    title=("扬尘源或移动源高级别减排量反而小", "dust or mobile reduction falls at a higher level"),
    message=(
        "“{name}”{level}{pollutant}减排{value}千克/日，小于{lower}的{lower_value}",
        "“{name}”: {value} kg/d of {pollutant} at {level_en} is below {lower_value} at {lower_en}",
    ),
    remedy=(
        "级别越高减排量应越大，核对是否填反",
        "reductions grow with the level; they may be swapped",
    ),
    why=("高级别的减排量不得小于低级别", "a higher level never cuts less than a lower"),
    ground=GUARD,
)
def source_weaker(context: Context, found: Found) -> Iterator[Finding]:
    """Reductions of dust and mobile sources that fall as the level rises."""
    series: list[tuple[str, int, str, str, str, Mapping[Level, Decimal]]] = [
        ("dust", s.row, s.name or s.source_id, "reduction_pm_kg", "PM", s.reduction_pm_kg)
        for s in context.inventory.dust
    ]
    for source in context.inventory.mobile:
        for pollutant in POLLUTANTS:
            own = {
                level: source.reduction_kg[level, pollutant]
                for level in LEVELS
                if (level, pollutant) in source.reduction_kg
            }
            name = source.name or source.source_id
            series.append(("mobile", source.row, name, "reduction_kg", pollutant.value, own))
    for table, row, name, field, pollutant_text, values in series:
        for level, value, lower, lower_value in _falls(values):
            key = level if table == "dust" else (level, pollutant_text)
            yield found(
                table,
                row,
                mass_field(field, key),
                name=name,
                pollutant=pollutant_text,
                level=level.label_zh,
                level_en=level.value,
                value=value,
                lower=lower.label_zh,
                lower_en=lower.value,
                lower_value=lower_value,
            )


@check(
    "L404",
    Severity.WARNING,
    "dust",
    "daily_pm_kg",
    title=("扬尘源填了减排量却没有日排放", "dust reduction without a base"),
    message=(
        "扬尘源“{name}”没有日排放量，减排量无法核对",
        "dust source “{name}” states no daily emission to check its cuts by",
    ),
    remedy=("补填日排放颗粒物", "fill in its daily PM"),
    why=("减排基数要写明", "the base of a reduction must be stated"),
    ground=GUARD,
)
def dust_without_base(context: Context, found: Found) -> Iterator[Finding]:
    """Dust sources that claim cuts but state no emission."""
    for source in context.inventory.dust:
        if source.daily_pm_kg is None and any(v > 0 for v in source.reduction_pm_kg.values()):
            yield found("dust", source.row, "daily_pm_kg", name=source.name or source.source_id)


@check(
    "L405",
    Severity.ERROR,
    "mobile",
    "vehicles_china4_or_older",
    title=("国四及以下车数大于车辆总数", "more old vehicles than vehicles"),
    message=(
        "“{name}”国四及以下{old}辆，大于总数{total}辆",
        "“{name}”: {old} vehicles of China IV or older out of {total}",
    ),
    remedy=("核对两个数", "check both figures"),
    why=("部分不会大于全部", "a part cannot exceed the whole"),
    ground=GUARD,
)
def old_vehicles(context: Context, found: Found) -> Iterator[Finding]:
    """Fleets with more old vehicles than vehicles."""
    for source in context.inventory.mobile:
        old, total = source.vehicles_china4_or_older, source.vehicles
        if old is not None and total is not None and old > total:
            yield found(
                "mobile",
                source.row,
                "vehicles_china4_or_older",
                name=source.name or source.source_id,
                old=old,
                total=total,
            )


@check(
    "L406",
    Severity.HINT,
    "dust",
    "responsible",
    title=("扬尘源缺责任人", "dust source without a responsible person"),
    message=("扬尘源“{name}”没有责任人", "dust source “{name}” names nobody responsible"),
    remedy=("补填责任人和电话", "fill in the person and phone"),
    why=("预警发布后要立即通知到人", "people must be reached as soon as an alert is out"),
    ground=FIELDS,
    missing=True,
)
def dust_responsible(context: Context, found: Found) -> Iterator[Finding]:
    """Dust sources nobody answers for."""
    for source in context.inventory.dust:
        if not source.responsible.strip():
            yield found("dust", source.row, "responsible", name=source.name or source.source_id)


@check(
    "L407",
    Severity.WARNING,
    "dust",
    "measures",
    title=("扬尘源计了减排却没有措施", "dust reduction without a measure"),
    message=(
        "扬尘源“{name}”{level}计有减排，但没有写措施",
        "dust source “{name}” counts a cut at {level_en} but states no measure",
    ),
    remedy=("写明停哪些作业、洒水几次等", "state which work stops and how often it is sprayed"),
    why=("措施要可操作、可核查", "measures must be workable and checkable"),
    ground=REVIEW_2024,
)
def dust_measure_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Dust sources whose cut at a level has no wording."""
    for source in context.inventory.dust:
        for level, value in source.reduction_pm_kg.items():
            if value > 0 and not source.measures.get(level, "").strip():
                yield found(
                    "dust",
                    source.row,
                    mass_field("measures", level),
                    name=source.name or source.source_id,
                    level=level.label_zh,
                    level_en=level.value,
                )
