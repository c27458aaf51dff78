"""An outlet, series and files of invented data, in as few words as a test can bear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from lantian.domain.monitoring.effect import MarkSpan
from lantian.domain.monitoring.marks import Act, MarkEntry
from lantian.domain.monitoring.model import (
    Average,
    FactorSeries,
    FlowUnit,
    Outlet,
    OutletLimit,
    Reading,
)
from lantian.domain.monitoring.outlet_run import OutletRun, roll_outlet
from lantian.kernel.calendar import beijing
from lantian.kernel.problem import Problem
from lantian.rulebook.monitoring_tables import load_monitoring
from lantian.rulebook.monitoring_tables.model import Medium

RULES = load_monitoring()
DAY = date(2026, 1, 5)
T0 = beijing(2026, 1, 5)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def limit(factor: str, average: str, high: str, *, converted: bool = False) -> OutletLimit:
    return OutletLimit(
        factor, Average(average), Fraction(high), None, converted, "排污许可证", "表3",
        date(2020, 1, 1), None,
    )  # fmt: skip


OUTLET = Outlet(
    "DA001", "1号排口", Medium.AIR, "thermal_power", Fraction(6), "GB 13223-2011", FlowUnit.M3_H, "",
    (limit("a21026", "hour", "35", converted=True), limit("a21026", "day", "35", converted=True)),
)  # fmt: skip
WASTE = replace(
    OUTLET, trade="waste_incineration", o2_ref_pct=Fraction(11),
    limits=(limit("a21026", "day", "80"), limit("a21026", "hour", "100")),
)  # fmt: skip
WATER = Outlet(
    "DW001", "总排口", Medium.WATER, "paper", None, "", FlowUnit.L_S, "",
    (limit("w01018", "day", "50"),),
)  # fmt: skip

Value = Callable[[datetime], "str | Decimal | None"]


def series(
    code: str,
    value: str | Value | None,
    *,
    start: datetime = T0,
    step: timedelta = MINUTE,
    count: int = 60,
    flag: str | Callable[[datetime], str] = "N",
    skip: Sequence[int] = (),
) -> FactorSeries:
    readings = []
    for i in range(count):
        if i in skip:
            continue
        at = start + step * i
        own = value(at) if callable(value) else value
        letter = flag(at) if callable(flag) else flag
        readings.append(Reading(at, None if own is None else Decimal(own), letter))
    return FactorSeries(RULES.factors(DAY).by_code[code], step, tuple(readings))


def rolled(
    *own: FactorSeries, outlet: Outlet = OUTLET, spans: Sequence[MarkSpan] = ()
) -> OutletRun:
    return roll_outlet(outlet, own, spans, lambda d: RULES.rollup(outlet.medium, d), RULES.flags)


def mark(
    number: str,
    kind: str,
    start: datetime,
    hours: float,
    *,
    made_at: datetime | None = None,
    variant: str = "",
    factors: frozenset[str] = frozenset(),
    by_device: bool = False,
) -> MarkEntry:
    end = start + timedelta(hours=hours)
    return MarkEntry(
        number, Act.PLACE, made_at or start, "王某", kind, variant, start, end, factors, "原因",
        by_device=by_device,
    )  # fmt: skip


def codes(problems: Sequence[Problem]) -> list[str]:
    return [p.code for p in problems]


OUTLET_TEXT = """\
outlet: DA001
name_zh: 1号锅炉排口
medium: air
trade: thermal_power
plant: coal_power
reference_o2_pct: 6
reference_o2_document: GB 13223-2011
flow_unit: m3/h
limits:
- {factor: a21026, average: hour, high: 35, converted: true, document: 排污许可证, clause: 表3, valid_from: 2024-01-01}
- {factor: a21026, average: day, high: 35, converted: true, document: 排污许可证, clause: 表3, valid_from: 2024-01-01}
"""
MARKS_HEAD = "id,action,made_at,made_by,mark,from,to,variant,factors,cause,target,by_device\n"
DATA_HEAD = "time,a21026-Avg,a21026-Flag,a19001-Avg,a19001-Flag,a00000-Avg,a00000-Flag\n"


def minutes(count: int = 1440, so2: Callable[[int], str] = lambda i: "30") -> str:
    """Return minutes of one day: SO2 as given, oxygen 6 %, flow 100,000 m³/h."""
    rows = [DATA_HEAD]
    for i in range(count):
        at = T0 + MINUTE * i
        rows.append(f"{at:%Y-%m-%d %H:%M},{so2(i)},N,6,N,100000,N\n")
    return "".join(rows)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path
