"""Small hand-made lists for the tests of the plan; every figure is invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import (
    CityTotal,
    CutUnit,
    Firm,
    Inventory,
    Line,
    Measure,
    MeasureKind,
)
from lantian.kernel.level import LEVELS
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

DAY = date(2026, 12, 1)


def masses(*kg: float | None) -> dict[Pollutant, Decimal]:
    """Return kilograms by pollutant; None is left out (unknown)."""
    return {p: Decimal(str(v)) for p, v in zip(POLLUTANTS, kg, strict=True) if v is not None}


def firm(firm_id: str, grade: Grade | None, industry: str = "cement", **more: Any) -> Firm:
    """Return a firm of a district called 东区."""
    more.setdefault("name", f"企业{firm_id}")
    more.setdefault("district", "东区")
    return Firm(row=2, firm_id=firm_id, industry=industry, grade=grade, **more)


def line(firm_id: str, line_id: str = "1", *kg: float | None, **more: Any) -> Line:
    """Return a line emitting `kg` a day (PM, SO2, NOx, VOC; 100 each when none is given)."""
    daily = masses(*(kg or (100, 100, 100, 100)))
    more.setdefault("daily_value_cny", Decimal(10000))
    more.setdefault("name", f"{line_id}号线")
    more.setdefault("cut_unit", CutUnit.LINE)
    more.setdefault("stoppable", True)
    return Line(row=2, firm_id=firm_id, line_id=line_id, daily_kg=daily, **more)


def city(
    firms: list[Firm],
    lines: list[Line],
    total_kg: Mapping[Pollutant, Decimal] | None = None,
    **more: Any,
) -> Inventory:
    """Return a list whose whole-society total is `total_kg` (default: twice the lines' sum)."""
    if total_kg is None:
        total_kg = {
            p: 2 * sum((x.daily_kg.get(p, Decimal(0)) for x in lines), Decimal(0))
            for p in POLLUTANTS
        }
    totals = (CityTotal(row=2, sector="industry", daily_kg=total_kg),) if total_kg else ()
    more.setdefault("measures", ())
    return Inventory(firms=tuple(firms), lines=tuple(lines), totals=totals, city="测试市", **more)


def filed(firm_id: str, line_id: str, share: str, kind: MeasureKind) -> list[Measure]:
    """Return the same filed measure at every level."""
    return [
        Measure(2, firm_id, line_id, level, kind, Decimal(share), text="停产1号线")
        for level in LEVELS
    ]
