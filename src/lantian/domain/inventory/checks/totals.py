"""The whole-society totals against what the list adds up to.

Covers: sum of firms above the city's industry total, dust and mobile reductions above their
sectors, a sector or pollutant missing, sectors written twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import GUARD, TARGETS
from lantian.domain.inventory.checks.lines import mass_field
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import CityTotal
from lantian.kernel.level import LEVELS
from lantian.kernel.mass import MG_PER_KG, kg_to_mg
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.kernel.problem import Severity

_SECTORS: Mapping[str, str] = {
    "industry": "工业源",
    "dust": "扬尘源",
    "mobile": "移动源",
    "residential": "生活源",
    "other": "其他",
}
_NEEDED = ("industry", "dust", "mobile", "residential")
_SLACK_PER_MILLE = 1


def _sectors(context: Context) -> dict[str, CityTotal]:
    """Return the first total of each sector."""
    out: dict[str, CityTotal] = {}
    for total in context.inventory.totals:
        out.setdefault(total.sector, total)
    return out


def _limit_mg(total_kg: Decimal) -> int:
    """Return the total in mg with one per mille of slack for its rounding."""
    total = kg_to_mg(total_kg)
    return total + total * _SLACK_PER_MILLE // 1000


def _kg(mg: int) -> str:
    return f"{mg / MG_PER_KG:,.1f}"


@check(
    "L501",
    Severity.ERROR,
    "total",
    "daily_kg",
    title=("企业排放之和大于全市工业源排放", "sum of firms above the city's industry total"),
    message=(
        "清单内企业{pollutant}日排放合计{total}千克，大于工业源的{city}千克",
        "the firms listed emit {total} kg/d of {pollutant}, more than the {city} kg of all industry",
    ),
    remedy=(
        "核对有无单位写错、重复的企业或生产线，或更新全社会排放量",
        "look for slips of units and repeated rows, or update the city total",
    ),
    why=("企业之和不得大于全市总量", "the parts cannot exceed the whole"),
    ground=GUARD,
)
def firms_above_city(context: Context, found: Found) -> Iterator[Finding]:
    """Sum of running lines' daily bases on the day against the industry total."""
    industry = _sectors(context).get("industry")
    if industry is None:
        return
    sums = [0, 0, 0, 0]
    firms = context.firms
    for line, running in zip(context.inventory.lines, context.running, strict=True):
        firm = firms.get(line.firm_id)
        if firm is not None and context.counts(line, firm):
            for p, base in enumerate(running):
                if base is not None:
                    sums[p] += base
    for p, pollutant in enumerate(POLLUTANTS):
        city = industry.daily_kg.get(pollutant)
        if city is not None and city >= 0 and sums[p] > _limit_mg(city):
            yield found(
                "total",
                industry.row,
                mass_field("daily_kg", pollutant),
                pollutant=pollutant.value,
                total=_kg(sums[p]),
                city=f"{city:,}",
            )


@check(
    "L502",
    Severity.WARNING,
    "total",
    "sector",
    title=("全社会排放缺一个部门", "a sector missing from the city total"),
    message=(
        "全社会排放没有{missing}，减排比例的分母不完整",
        "the city total lacks {missing_en}; the base of the ratios is incomplete",
    ),
    remedy=(
        "补填该部门的日排放量；确无排放的填0",
        "fill in its daily emission; 0 if there is none",
    ),
    why=("减排比例以全社会排放总量为基数", "ratios are of whole-society emission"),
    ground=TARGETS,
)
def sector_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Sectors without a row, told once."""
    totals = context.inventory.totals
    have = {total.sector for total in totals}
    absent = [sector for sector in _NEEDED if sector not in have]
    if absent:
        yield found(
            "total",
            totals[0].row if totals else 1,
            "sector",
            missing="、".join(_SECTORS[s] for s in absent),
            missing_en=", ".join(absent),
        )


@check(
    "L503",
    Severity.WARNING,
    "total",
    "daily_kg",
    title=("部门排放缺一种污染物", "a pollutant missing from a sector"),
    message=("{sector}没有{pollutant}的日排放量", "sector {sector_en} states no daily {pollutant}"),
    remedy=("补填；确无排放的填0", "fill it in; 0 if there is none"),
    why=(
        "未知不会当作0，缺它就算不出比例",
        "unknown is not taken as 0, so no ratio can be worked out",
    ),
    ground=TARGETS,
)
def pollutant_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Totals without a collected pollutant."""
    for total in context.inventory.totals:
        for pollutant in context.collected:
            if pollutant not in total.daily_kg:
                yield found(
                    "total",
                    total.row,
                    mass_field("daily_kg", pollutant),
                    sector=_SECTORS.get(total.sector, total.sector),
                    sector_en=total.sector,
                    pollutant=pollutant.value,
                )


@check(
    "L504",
    Severity.ERROR,
    "total",
    "sector",
    title=("全社会排放部门重复", "sector written twice"),
    message=("{sector}在第{first}行已有", "sector {sector_en} is already in row {first}"),
    remedy=("每个部门只留一行", "keep one row a sector"),
    why=("重复会把分母算大", "a repetition inflates the base"),
    ground=GUARD,
)
def sector_twice(context: Context, found: Found) -> Iterator[Finding]:
    """Second and later rows of a sector; `other` may have several."""
    first_of = _sectors(context)
    for total in context.inventory.totals:
        first = first_of[total.sector]
        if first is not total and total.sector not in ("", "other"):
            yield found(
                "total",
                total.row,
                "sector",
                sector=_SECTORS.get(total.sector, total.sector),
                sector_en=total.sector,
                first=first.row,
            )


@check(
    "L505",
    Severity.ERROR,
    "total",
    "sector",
    title=("全社会排放部门不认识", "sector unknown"),
    message=("部门“{sector}”不认识", "sector “{sector}” is unknown"),
    remedy=(
        "写工业源、扬尘源、移动源、生活源或其他",
        "write 工业源, 扬尘源, 移动源, 生活源 or 其他",
    ),
    why=("部门不明就不知道计入哪里", "an unknown sector cannot be placed"),
    ground=TARGETS,
)
def sector_unknown(context: Context, found: Found) -> Iterator[Finding]:
    """Sectors that are none of the five."""
    for total in context.inventory.totals:
        if total.sector not in _SECTORS:
            yield found("total", total.row, "sector", sector=total.sector)


def _dust_cuts(context: Context) -> dict[tuple[str, Pollutant], int]:
    cuts: dict[tuple[str, Pollutant], int] = {}
    for source in context.inventory.dust:
        for level, value in source.reduction_pm_kg.items():
            key = (level.value, Pollutant.PM)
            cuts[key] = cuts.get(key, 0) + kg_to_mg(value)
    return cuts


def _mobile_cuts(context: Context) -> dict[tuple[str, Pollutant], int]:
    cuts: dict[tuple[str, Pollutant], int] = {}
    for source in context.inventory.mobile:
        for (level, pollutant), value in source.reduction_kg.items():
            key = (level.value, pollutant)
            cuts[key] = cuts.get(key, 0) + kg_to_mg(value)
    return cuts


@check(
    "L506",
    Severity.ERROR,
    "total",
    "daily_kg",
    title=("扬尘源或移动源减排量大于本部门排放", "reductions above their sector's total"),
    message=(
        "{sector}{level}{pollutant}减排合计{cut}千克/日，大于该部门排放{city}千克",
        "{sector_en}: {cut} kg/d of {pollutant} cut at {level_en}, more than the sector's {city} kg",
    ),
    remedy=(
        "核对各源减排量的单位，或更新部门排放",
        "check units of the sources, or update the sector",
    ),
    why=("部分不会大于全部", "a part cannot exceed the whole"),
    ground=GUARD,
)
def cuts_above_sector(context: Context, found: Found) -> Iterator[Finding]:
    """Sum of dust and mobile reductions at each level against their sector's total."""
    sectors = _sectors(context)
    for sector, cuts in (("dust", _dust_cuts(context)), ("mobile", _mobile_cuts(context))):
        total = sectors.get(sector)
        if total is None:
            continue
        for level in LEVELS:
            for pollutant in POLLUTANTS:
                cut = cuts.get((level.value, pollutant), 0)
                city = total.daily_kg.get(pollutant)
                if city is not None and city >= 0 and cut > _limit_mg(city):
                    yield found(
                        "total",
                        total.row,
                        mass_field("daily_kg", pollutant),
                        sector=_SECTORS[sector],
                        sector_en=sector,
                        level=level.label_zh,
                        level_en=level.value,
                        pollutant=pollutant.value,
                        cut=_kg(cut),
                        city=f"{city:,}",
                    )


@check(
    "L507",
    Severity.ERROR,
    "total",
    "daily_kg",
    title=("扬尘源排放之和大于本部门排放", "dust sources above their sector's total"),
    message=(
        "清单内扬尘源日排放颗粒物合计{total}千克，大于扬尘源部门的{city}千克",
        "the dust sources listed emit {total} kg/d of PM, more than the sector's {city} kg",
    ),
    remedy=(
        "核对各源日排放的单位，或更新部门排放",
        "check units of the sources, or update the sector",
    ),
    why=("部分不会大于全部", "a part cannot exceed the whole"),
    ground=GUARD,
)
def dust_above_sector(context: Context, found: Found) -> Iterator[Finding]:
    """Sum of dust sources' PM against the dust sector."""
    total = _sectors(context).get("dust")
    city = total.daily_kg.get(Pollutant.PM) if total is not None else None
    if total is None or city is None or city < 0:
        return
    listed = sum(
        kg_to_mg(source.daily_pm_kg)
        for source in context.inventory.dust
        if source.daily_pm_kg is not None and source.daily_pm_kg >= 0
    )
    if listed > _limit_mg(city):
        yield found(
            "total",
            total.row,
            mass_field("daily_kg", Pollutant.PM),
            total=_kg(listed),
            city=f"{city:,}",
        )


@check(
    "L508",
    Severity.ERROR,
    "total",
    "daily_kg",
    title=("全市有排放量而清单无一条线填报", "a pollutant of the city that no line reports"),
    message=(
        "全社会排放有{pollutant} {city}千克/日，清单中没有一条生产线填报这项排放",
        "the city total has {city} kg/d of {pollutant}, but no line of the list reports any",
    ),
    remedy=(
        "检查生产线表这项排放的列名和数值；确未统计的，在说明表“未收集污染物”中写明",
        "check the column's name and values in the lines sheet; if it was never collected, "
        "say so on the cover",
    ),
    why=(
        "列名写错一个字，这项污染物就会从方案中消失",
        "one wrong letter in a header would make the pollutant vanish from the plan",
    ),
    ground=GUARD,
)
def pollutant_not_reported(context: Context, found: Found) -> Iterator[Finding]:
    """Look for a pollutant with an industry total and no mass on any line, unless said absent."""
    industry = _sectors(context).get("industry")
    if industry is None or not context.inventory.lines:
        return
    for pollutant in POLLUTANTS:
        city = industry.daily_kg.get(pollutant)
        if city is None or city <= 0 or pollutant in context.inventory.not_collected:
            continue
        if not any(
            pollutant in line.daily_kg or pollutant in line.annual_t
            for line in context.inventory.lines
        ):
            yield found(
                "total",
                industry.row,
                mass_field("daily_kg", pollutant),
                pollutant=pollutant.value,
                city=f"{city:,}",
            )
