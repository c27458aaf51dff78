"""What a line is and how much it runs.

Covers: operating days, capacity, output, electricity, value, accounting method, negative
numbers anywhere on the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from lantian.domain.inventory.base import MAX_DAYS
from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import FIELDS, GUARD, PLAUSIBLE
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.problem import Severity

_OUTPUT_OVER_CAPACITY = Decimal("1.5")
_ACCOUNTING = ("在线", "监测", "系数", "许可", "物料", "CEMS")
# Shares have a range check of their own (L243, L305).
_NUMBERS: dict[str, tuple[str, ...]] = {
    "line": (
        "capacity",
        "output",
        "operating_days",
        "daily_electricity_kwh",
        "cut_units_total",
        "normal_coking_hours",
        "longest_coking_hours",
        "daily_value_cny",
        "restart_cost_cny",
    ),
    "measure": ("deadline_h",),
    "dust": ("area_m2", "daily_pm_kg"),
    "mobile": ("vehicles", "vehicles_china4_or_older", "machines", "daily_trips"),
    "total": (),
}
_MASSES: dict[str, tuple[str, ...]] = {
    "line": ("annual_t", "daily_kg"),
    "measure": ("reduction_kg",),
    "dust": ("reduction_pm_kg",),
    "mobile": ("reduction_kg",),
    "total": ("daily_kg",),
}


def mass_field(field: str, key: object) -> str:
    """Return the name of one cell of a mapping field, ``annual_t.SO2`` or ``reduction_kg.red``."""
    parts = key if isinstance(key, tuple) else (key,)
    return ".".join([field, *(str(p) for p in parts)])


@check(
    "L210",
    Severity.ERROR,
    "line measure dust mobile total",
    "daily_kg annual_t reduction_kg capacity operating_days daily_electricity_kwh",
    title=("数值为负", "negative number"),
    message=("数值“{value}”为负", "“{value}” is negative"),
    remedy=(
        "改为实际数值；没有的留空，不要填负数",
        "write the true figure, or leave the cell empty",
    ),
    why=("排放量、产能、天数等都不会为负", "none of these can be below zero"),
    ground=GUARD,
)
def negative(context: Context, found: Found) -> Iterator[Finding]:
    """Numbers below zero on any sheet."""
    inventory = context.inventory
    tables: tuple[tuple[str, tuple[object, ...]], ...] = (
        ("line", inventory.lines),
        ("measure", inventory.measures),
        ("dust", inventory.dust),
        ("mobile", inventory.mobile),
        ("total", inventory.totals),
    )
    for table, rows in tables:
        for row in rows:
            for name, value in _numbers(row, table):
                if value < 0:
                    yield found(table, row.row, name, value=value)  # type: ignore[attr-defined]


def _numbers(row: object, table: str) -> Iterator[tuple[str, Decimal]]:
    """Yield the field name and value of every number of a row."""
    for name in _NUMBERS[table]:
        value = getattr(row, name)
        if value is not None:
            yield name, value
    for name in _MASSES[table]:
        masses: Mapping[object, Decimal] = getattr(row, name)
        for key, value in masses.items():
            if value < 0:
                yield mass_field(name, key), value


@check(
    "L211",
    Severity.ERROR,
    "line",
    "operating_days",
    title=("年运行天数不在1至366之间", "operating days outside 1..366"),
    message=("年运行天数为{value}，应在1至366之间", "operating days are {value}, outside 1..366"),
    remedy=(
        "填全年实际运行天数；已停的线请标“已停”",
        "write the true days; mark a line that stands still as stopped",
    ),
    why=(
        "日均排放量由年排放量除以天数得出",
        "the daily base is the yearly emission over these days",
    ),
    ground=GUARD,
)
def operating_days_range(context: Context, found: Found) -> Iterator[Finding]:
    """Operating days no year has."""
    for line in context.inventory.lines:
        days = line.operating_days
        if days is not None and days >= 0 and not 1 <= days <= MAX_DAYS:
            # A line that stood still all year rightly has zero days.
            firm = context.firms.get(line.firm_id)
            if days == 0 and (line.stopped or (firm is not None and firm.long_stopped)):
                continue
            yield found("line", line.row, "operating_days", value=days)


@check(
    "L212",
    Severity.WARNING,
    "line",
    "operating_days",
    title=("缺年运行天数，算不出日排放量", "operating days missing, no daily base"),
    message=(
        "生产线“{name}”只有年排放量，没有年运行天数，{pollutants}的日排放量算不出",
        "line “{name}” has a yearly emission but no operating days; no daily {pollutants}",
    ),
    remedy=("补填年运行天数或日排放量", "fill in operating days or the daily emission"),
    why=("减排基数要写明；未知不会当作0", "the base must be stated; unknown is not taken as 0"),
    ground=GUARD,
)
def operating_days_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Lines whose daily base cannot be worked out for want of days."""
    for line in context.inventory.lines:
        if line.operating_days is None:
            lost = [str(p) for p in line.annual_t if p not in line.daily_kg]
            if lost:
                yield found(
                    "line",
                    line.row,
                    "operating_days",
                    name=line.name or line.line_id,
                    pollutants="、".join(lost),
                )


@check(
    "L213",
    Severity.WARNING,
    "line",
    "capacity",
    title=("产能为0", "capacity is zero"),
    message=("生产线“{name}”的设计产能为0", "line “{name}” has a capacity of 0"),
    remedy=("填设计产能；没有产能概念的留空", "write the design capacity, or leave it empty"),
    why=("限产按产能、产量计", "limits are counted on capacity and output"),
    ground=GUARD,
)
def capacity_zero(context: Context, found: Found) -> Iterator[Finding]:
    """Lines with a capacity of exactly zero."""
    for line in context.inventory.lines:
        if line.capacity is not None and line.capacity == 0:
            yield found("line", line.row, "capacity", name=line.name or line.line_id)


@check(
    "L214",
    Severity.WARNING,
    "line",
    "output",
    title=("产量远超产能", "output far above capacity"),
    message=(
        "生产线“{name}”实际产量{output}，是设计产能{capacity}的{times}倍，且单位相同",
        "line “{name}” made {output}, {times} times its capacity of {capacity}",
    ),
    remedy=("核对单位（吨、万吨）和数值", "check units (t, 10,000 t) and figures"),
    why=("多为单位写错", "most often a slip of units"),
    ground=PLAUSIBLE,
)
def output_over_capacity(context: Context, found: Found) -> Iterator[Finding]:
    """Lines that made over one and a half times what they can."""
    for line in context.inventory.lines:
        if line.output is None or line.capacity is None or line.capacity <= 0:
            continue
        times = line.output / line.capacity
        if times > _OUTPUT_OVER_CAPACITY:
            yield found(
                "line",
                line.row,
                "output",
                name=line.name or line.line_id,
                output=line.output,
                capacity=line.capacity,
                times=f"{times:.1f}",
            )


@check(
    "L215",
    Severity.HINT,
    "line",
    "daily_electricity_kwh",
    title=("缺正常日用电量", "daily electricity missing"),
    message=("生产线“{name}”没有正常日用电量", "line “{name}” has no normal daily electricity"),
    remedy=("补填正常生产时的日用电量", "fill in the daily use in normal production"),
    why=("落实情况主要靠用电量核查", "measures are verified by electricity above all"),
    ground=FIELDS,
    missing=True,
)
def electricity_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Yield running lines without a normal daily use."""
    for line in context.inventory.lines:
        if line.daily_electricity_kwh is None and not line.stopped:
            yield found("line", line.row, "daily_electricity_kwh", name=line.name or line.line_id)


@check(
    "L216",
    Severity.HINT,
    "line",
    "daily_value_cny",
    title=("缺日产值损失", "value of a day missing"),
    message=(
        "生产线“{name}”没有停产一天的损失，计划只能估算成本",
        "line “{name}” has no value of a day's stop; the plan must estimate the cost",
    ),
    remedy=("补填停产一天少创造的价值（元）", "fill in what a day's full stop loses (yuan)"),
    why=("同样减排量下选代价最小的", "the plan picks the cheapest cuts"),
    ground=FIELDS,
    missing=True,
)
def value_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Yield running lines without a cost of stopping."""
    for line in context.inventory.lines:
        if line.daily_value_cny is None and not line.stopped:
            yield found("line", line.row, "daily_value_cny", name=line.name or line.line_id)


@check(
    "L217",
    Severity.HINT,
    "line",
    "accounting",
    title=("排放量核算方法不明", "accounting method unclear"),
    message=(
        "核算方法“{value}”不是在线、监测、系数、许可、物料之一",
        "accounting method “{value}” is none of 在线, 监测, 系数, 许可, 物料",
    ),
    remedy=("写明排放量的来源", "say where the emission figure comes from"),
    why=("减排基数要写明依据", "the base must state its ground"),
    ground=FIELDS,
)
def accounting_unknown(context: Context, found: Found) -> Iterator[Finding]:
    """Accounting methods that say nothing."""
    for line in context.inventory.lines:
        value = line.accounting.strip()
        if value and not any(word in value for word in _ACCOUNTING):
            yield found("line", line.row, "accounting", value=value)


@check(
    "L218",
    Severity.WARNING,
    "line",
    "daily_kg",
    title=("生产线没有排放量", "line without any emission"),
    message=(
        "生产线“{name}”没有任何污染物的年或日排放量，减排量按未知处理",
        "line “{name}” has no yearly or daily emission of any pollutant; it counts as unknown",
    ),
    remedy=("补填排放量；确不排放的填0", "fill in the emission; write 0 if there is none"),
    why=("清单应写明减排基数", "the list must state the base of reduction"),
    ground=GUARD,
)
def emission_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Lines that file no mass at all."""
    for line in context.inventory.lines:
        if not line.daily_kg and not line.annual_t and not line.stopped:
            firm = context.firms.get(line.firm_id)
            if firm is None or not firm.long_stopped:
                yield found(
                    "line",
                    line.row,
                    mass_field("daily_kg", Pollutant.PM),
                    name=line.name or line.line_id,
                )
