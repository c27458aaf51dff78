"""A small sound list that no check complains of, and a small rulebook to check it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.credit_code import make
from lantian.domain.inventory.model import (
    CityTotal,
    CutUnit,
    DustSource,
    Firm,
    Inventory,
    Line,
    Measure,
    MeasureKind,
    MobileSource,
    Season,
)
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.kernel.problem import Place
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import FloorKind, Industry, MeasureRule, RuleHead, Status

D = Decimal
DAY = date(2026, 1, 10)
FIRST_ROW = 2
TABLES = {
    "firm": "firms",
    "line": "lines",
    "measure": "measures",
    "dust": "dust",
    "mobile": "mobile",
    "total": "totals",
}


def locate(table: str, row: int, field: str) -> Place:
    """Name sheet, row and field without a workbook."""
    return Place(sheet=table, cell=f"{field}@{row}", row=row, column=field)


# --- rulebook ------------------------------------------------------------------------------

_HEAD = RuleHead(
    rule_id="test",
    edition="test",
    document="测试规则",
    clause="",
    valid_from=date(2020, 1, 1),
    valid_to=None,
    source="test",
    status=Status.UNVERIFIED,
)


def _industry(no: int, slug: str, zh: str, unit: CutUnit, **changes: Any) -> Industry:
    values: dict[str, Any] = {
        "no": no,
        "slug": slug,
        "name_zh": zh,
        "name_en": slug,
        "aliases": (),
        "scheme": ("A", "B", "C", "D"),
        "scheme_complete": True,
        "subtypes": (),
        "subtype_scheme": {},
        "cut_unit": unit.value,
        "continuous": False,
        "confidence": "test",
        "head": _HEAD,
    }
    return Industry(**(values | changes))


INDUSTRIES = (
    _industry(0, "other", "其他", CutUnit.LINE, scheme=(), scheme_complete=False),
    _industry(4, "coking", "焦化", CutUnit.COKING_HOURS, scheme=("A", "B"), scheme_complete=False),
    _industry(6, "foundry", "铸造", CutUnit.LINE, subtypes=("电炉熔化",)),
    _industry(8, "primary-aluminium", "电解铝", CutUnit.CELLS),
    _industry(
        15,
        "cement",
        "水泥",
        CutUnit.LINE,
        scheme_complete=False,
        subtypes=("水泥熟料",),
        subtype_aliases={"熟料": "水泥熟料", "水泥熟料": "水泥熟料"},
    ),
)
_HOURS = {Level.YELLOW: 28, Level.ORANGE: 32, Level.RED: 36}
_STOP = {Level.YELLOW: "1/2", Level.ORANGE: "1/2", Level.RED: "1"}


class SmallRulebook:
    """Five industries; C stops half its lines, red stops all; coking by hours.

    The cement table holds for its sub-type only.
    """

    def industries(self) -> tuple[Industry, ...]:
        return INDUSTRIES

    def find_industry(self, text: str) -> Industry | None:
        return next((i for i in INDUSTRIES if text in (i.slug, i.name_zh)), None)

    def measure(
        self, industry: str, subtype: str, grade: str, level: Level, day: date
    ) -> MeasureRule:
        kind, share, hours = FloorKind.STOP_SHARE, Fraction(_STOP[level]), None
        if industry == "coking":
            kind, share, hours = FloorKind.COKING_HOURS, None, _HOURS[level]
        elif industry == "other":
            kind, share = FloorKind.STOP_SOME, None
        elif industry == "primary-aluminium":
            kind, share = FloorKind.CUT_SHARE, Fraction(1, 4)
        ref = RuleRef("test", "test", "", "测试规则", "unverified")
        return MeasureRule(
            industry,
            subtype,
            grade,
            level,
            kind,
            share,
            hours,
            hot_hold=False,
            what_zh="",
            basis_zh="",
            transport_zh="",
            general=industry == "cement" and not subtype,
            ref=ref,
        )


RULEBOOK = SmallRulebook()

# --- the list ------------------------------------------------------------------------------


def firm(number: int, **changes: Any) -> Firm:
    """Return a sound foundry of grade C."""
    code = make("149900", f"MA0{number:05d}")
    values: dict[str, Any] = {
        "row": FIRST_ROW + number - 1,
        "firm_id": f"F{number:02d}",
        "name": f"示例铸造{number}厂",
        "credit_code": code,
        "permit_no": f"{code}001P",
        "permit_class": "简化管理",
        "address": "虚构路1号",
        "longitude_deg": D("112.5") + D(number) / 100,
        "latitude_deg": D("37.8") + D(number) / 200,
        "district": "东区",
        "contact": "某人",
        "phone": "13800000000",
        "industry_code": "3391",
        "industry": "铸造",
        "subtype": "电炉熔化",
        "grade": Grade.C,
        "grade_text": "C",
        "guaranteed": False,
        "small_micro": False,
        "long_stopped": False,
    }
    return Firm(**(values | changes))


def masses(kg: str) -> dict[Any, Decimal]:
    """Return the same mass of all four pollutants."""
    return dict.fromkeys(POLLUTANTS, D(kg))


def line(row: int, firm_id: str, number: int, **changes: Any) -> Line:
    """Return a sound line that emits 10 kg/d of everything on 300 days a year."""
    values: dict[str, Any] = {
        "row": row,
        "firm_id": firm_id,
        "line_id": f"L{number}",
        "name": f"{number}号中频电炉线",
        "equipment": "中频电炉",
        "product": "铸件",
        "capacity": D(10000),
        "capacity_unit": "t/a",
        "output": D(9000),
        "operating_days": D(300),
        "daily_electricity_kwh": D(2000),
        "annual_t": masses("3"),
        "daily_kg": masses("10"),
        "accounting": "系数",
        "stoppable": True,
        "stopped": False,
        "cut_unit": CutUnit.LINE,
        "daily_value_cny": D(50000),
    }
    return Line(**(values | changes))


def measures_of(
    of: Line, shares: tuple[str, str, str], kind: MeasureKind | None = None
) -> list[Any]:
    """Return the three measures of a line with consistent kind, text and reductions."""
    out = []
    for level, text in zip(LEVELS, shares, strict=True):
        share = D(text)
        own = kind
        if own is None:
            own = MeasureKind.STOP if share == 1 else MeasureKind.REDUCE_LOAD
            own = MeasureKind.NONE if share == 0 else own
        out.append(
            {
                "firm_id": of.firm_id,
                "line_id": of.line_id,
                "level": level,
                "kind": own,
                "share": share,
                "text": f"{of.name}负荷降低{share:%}",
                "deadline_h": D(8),
                "indicator": "用电量",
                "threshold": "≤100kWh/d",
                "reduction_kg": {
                    p: (v * share).quantize(D("0.001")) for p, v in of.daily_kg.items()
                },
            }
        )
    return out


def sound_list() -> Inventory:
    """Return a list of twelve foundries, a coke works, a heat plant, and a smelter."""
    firms = [firm(n) for n in range(1, 13)]
    firms[11] = firm(12, grade=Grade.A, grade_text="A", grade_notice="公告1号")
    firms.append(
        firm(
            13,
            name="示例焦化厂",
            industry="焦化",
            industry_code="2521",
            subtype="",
            grade=Grade.B,
            grade_text="B",
            grade_notice="公告1号",
        )
    )
    firms.append(
        firm(
            14,
            name="示例热力厂",
            industry="其他",
            industry_code="4430",
            subtype="",
            grade=Grade.UNGRADED,
            grade_text="未评级",
            guaranteed=True,
            guaranteed_task="供热面积100万平方米",
            season=Season(11, 1, 3, 31),
        )
    )
    firms.append(firm(15, name="示例电解铝厂", industry="电解铝", industry_code="3216", subtype=""))
    lines: list[Line] = []
    raw: list[dict[str, Any]] = []

    def put(firm_id: str, number: int, shares: tuple[str, str, str], **changes: Any) -> None:
        kind = changes.pop("kind", None)
        lines.append(line(FIRST_ROW + len(lines), firm_id, number, **changes))
        raw.extend(measures_of(lines[-1], shares, kind))

    for n in range(1, 12):
        put(f"F{n:02d}", 1, ("1", "1", "1"))
        put(f"F{n:02d}", 2, ("0", "0", "1"))
    put("F12", 1, ("0", "0", "0.1"), kind=MeasureKind.AUTONOMOUS)
    put(
        "F13",
        1,
        ("0.1429", "0.25", "0.3334"),
        name="1号焦炉",
        kind=MeasureKind.EXTEND_COKING,
        cut_unit=CutUnit.COKING_HOURS,
        normal_coking_hours=D(24),
        longest_coking_hours=D(48),
        stoppable=False,
    )
    put(
        "F14",
        1,
        ("0.2", "0.3", "0.4"),
        name="1号锅炉",
        task_share=D("0.6"),
        cut_unit=CutUnit.BOILERS,
        cut_units_total=D(70),
    )
    put(
        "F15",
        1,
        ("0.25", "0.3", "0.4"),
        name="1号电解系列",
        cut_unit=CutUnit.CELLS,
        cut_units_total=D(208),
    )
    measures = tuple(Measure(row=FIRST_ROW + i, **values) for i, values in enumerate(raw))
    cuts = {level: D(40) + 10 * level.order for level in LEVELS}
    dust = tuple(
        DustSource(
            row=FIRST_ROW + i,
            source_id=f"Y{i + 1}",
            name=f"工地{i + 1}",
            district="东区",
            longitude_deg=D("112.6"),
            latitude_deg=D("37.85"),
            area_m2=D(5000),
            responsible="某人",
            phone="0351-5550000",
            daily_pm_kg=D(100),
            measures=dict.fromkeys(LEVELS, "停止土石方，洒水4次"),
            reduction_pm_kg=cuts,
        )
        for i in range(2)
    )
    mobile = (
        MobileSource(
            row=FIRST_ROW,
            source_id="M1",
            name="车队1",
            vehicles=D(100),
            vehicles_china4_or_older=D(40),
            reduction_kg={(level, p): D(10) for level in LEVELS for p in POLLUTANTS},
        ),
    )
    sectors = {"industry": "500", "dust": "400", "mobile": "300", "residential": "200"}
    totals = tuple(
        CityTotal(row=FIRST_ROW + i, sector=sector, daily_kg=masses(kg))
        for i, (sector, kg) in enumerate(sectors.items())
    )
    return Inventory(
        firms=tuple(firms),
        lines=tuple(lines),
        measures=measures,
        dust=dust,
        mobile=mobile,
        totals=totals,
        city="示例市（虚构）",
        layout="lantian-1",
    )


# --- planting faults -----------------------------------------------------------------------

Change = Callable[[Inventory], Inventory]


def set_(table: str, index: int, **changes: Any) -> Change:
    """Return a change of one row's fields."""

    def apply(inventory: Inventory) -> Inventory:
        rows = list(getattr(inventory, TABLES[table]))
        rows[index] = replace(rows[index], **changes)
        return replace(inventory, **{TABLES[table]: tuple(rows)})

    return apply


def set_all(table: str, **changes: Any) -> Change:
    """Return a change of every row of a table."""

    def apply(inventory: Inventory) -> Inventory:
        rows = tuple(replace(r, **changes) for r in getattr(inventory, TABLES[table]))
        return replace(inventory, **{TABLES[table]: rows})

    return apply


def again(table: str, index: int, **changes: Any) -> Change:
    """Return a change that appends a copy of one row in the next free row."""

    def apply(inventory: Inventory) -> Inventory:
        rows = list(getattr(inventory, TABLES[table]))
        rows.append(replace(rows[index], row=FIRST_ROW + len(rows), **changes))
        return replace(inventory, **{TABLES[table]: tuple(rows)})

    return apply


def drop(table: str, *indexes: int) -> Change:
    """Return a change that removes rows."""

    def apply(inventory: Inventory) -> Inventory:
        rows = getattr(inventory, TABLES[table])
        kept = tuple(r for i, r in enumerate(rows) if i not in indexes)
        return replace(inventory, **{TABLES[table]: kept})

    return apply


def both(*changes: Change) -> Change:
    """Return several changes one after another."""

    def apply(inventory: Inventory) -> Inventory:
        for change in changes:
            inventory = change(inventory)
        return inventory

    return apply


def masses_with(kg: str, **other: str) -> dict[Any, Decimal]:
    """Return the same mass of all pollutants but those given."""
    return masses(kg) | {p: D(other[p.name]) for p in POLLUTANTS if p.name in other}
