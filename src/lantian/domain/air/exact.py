"""The index of one set of values, with fractions and with its trace (HJ 633, 4.2 to 4.4)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.air_tables.model import (
    AIR_POLLUTANTS,
    Above,
    AirIndex,
    Breakpoints,
    Category,
    Incomplete,
)


@dataclass(frozen=True, slots=True)
class ExplainedIndex:
    """One index and how it came about; `aqi` is None where there is none."""

    iaqi: Mapping[str, int | None]
    aqi: int | None
    category: Category | None
    primary: tuple[str, ...]
    exceeding: tuple[str, ...]
    trace: Trace


def explained_index(
    concentrations: Mapping[str, Fraction | None], index: AirIndex, *, hourly: bool = False
) -> ExplainedIndex:
    """Return the index of one day or hour with its trace.

    Parameters
    ----------
    concentrations
        By pollutant, µg/m³ and CO mg/m³; None or left out where missing.
    index, hourly
        Edition and form, as in `index.index_columns`.
    """
    table = index.table(hourly=hourly)
    iaqi: dict[str, int | None] = {}
    steps = []
    for pollutant, name in AIR_POLLUTANTS.items():
        value = concentrations.get(pollutant)
        if value is not None and index.rounds_first:
            value = Fraction(round_fraction(value, index.digits[pollutant]))
        iaqi[pollutant], step = _sub_index(value, table[pollutant], name)
        steps.append(step)
    known = [v for v in iaqi.values() if v is not None]
    complete = all(concentrations.get(p) is not None for p in AIR_POLLUTANTS)
    aqi = max(max(known), index.lowest) if known else None
    if aqi is not None and not complete and index.incomplete is Incomplete.ABOVE_100 and aqi <= 100:
        aqi = None
    category = index.category(aqi) if aqi is not None else None
    primary = tuple(
        AIR_POLLUTANTS[p] for p, v in iaqi.items() if aqi is not None and aqi > 50 and v == aqi
    )
    exceeding = tuple(AIR_POLLUTANTS[p] for p, v in iaqi.items() if v is not None and v > 100)
    words = f"AQI {aqi}，{category.name_zh}" if category else "AQI 无（NA）"
    if primary:
        words += f"，首要污染物 {'、'.join(primary)}"
    trace = Trace(words, f"AQI {aqi}", aqi, rule=index.head.ref(), steps=tuple(steps))
    return ExplainedIndex(iaqi, aqi, category, primary, exceeding, trace)


def _sub_index(value: Fraction | None, table: Breakpoints, name: str) -> tuple[int | None, Trace]:
    if value is None:
        return None, Trace(f"{name}：缺测", f"{name}: missing", None, rule=table.ref)
    shown = f"{name} {float(value):g} {table.unit}"
    if value > table.limits[-1]:
        top = None if table.above is Above.NONE else table.points[-1]
        words = f"{shown}：超过表中最高浓度，{f'取 {top}' if top else '本项不计算'}"
        return top, Trace(words, f"{name}: above the table", top, rule=table.ref)
    at = next(i for i in range(1, len(table.limits)) if value <= table.limits[i])
    low, high = table.limits[at - 1], table.limits[at]
    rise = table.points[at] - table.points[at - 1]
    raw = table.points[at - 1] + rise * (value - low) / (high - low)
    found = math.ceil(raw)
    words = (
        f"{shown}：({table.points[at]}−{table.points[at - 1]})/({high}−{low})"
        f"×({float(value):g}−{low})+{table.points[at - 1]} 向上取整 = {found}"
    )
    return found, Trace(words, f"{name}: {found}", found, rule=table.ref)
