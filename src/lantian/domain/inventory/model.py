"""The emergency emission-reduction list 应急减排清单 as plain rows.

One dataclass a sheet; fields after section 2.2 of the response reference. Every number is the
exact decimal of its cell, every absent cell is None (unknown, never zero). `row` is the row
in the source sheet, so that any later complaint can name the cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lantian.domain.grading.grade import Grade
from lantian.kernel.level import Level
from lantian.kernel.pollutant import Pollutant


class CutUnit(StrEnum):
    """The industry's own unit in which a line is cut (减排计量单位)."""

    LINE = "line"  # 整线停产: whole lines
    LOAD = "load"  # 负荷: share of load
    COKING_HOURS = "coking_hours"  # 结焦时间: hours
    CELLS = "cells"  # 电解槽: number of cells
    FLAME_SYSTEMS = "flame_systems"  # 火焰系统: flame systems of a baking furnace
    FEED = "feed"  # 投料量: t/d
    HOT_HOLD = "hot_hold"  # 保温(保窑): production stopped, kiln kept hot
    BOILERS = "boilers"  # 锅炉负荷: t/h of steam

    @property
    def label_zh(self) -> str:
        """Label used in workbooks."""
        return _CUT_UNIT_ZH[self.value]


_CUT_UNIT_ZH = {
    "line": "整线停产",
    "load": "生产负荷",
    "coking_hours": "结焦时间",
    "cells": "电解槽",
    "flame_systems": "火焰系统",
    "feed": "投料量",
    "hot_hold": "保温停产",
    "boilers": "锅炉负荷",
}


class MeasureKind(StrEnum):
    """Kind of measure filed for a line at a level (措施类型)."""

    STOP = "stop"
    LIMIT = "limit"
    REDUCE_LOAD = "reduce_load"
    EXTEND_COKING = "extend_coking"
    STAGGER_TRANSPORT = "stagger_transport"
    AUTONOMOUS = "autonomous"
    NONE = "none"

    @property
    def label_zh(self) -> str:
        """Label used in workbooks."""
        return _MEASURE_ZH[self.value]


_MEASURE_ZH = {
    "stop": "停产",
    "limit": "限产",
    "reduce_load": "降负荷",
    "extend_coking": "延长结焦",
    "stagger_transport": "错峰运输",
    "autonomous": "自主减排",
    "none": "无",
}


@dataclass(frozen=True, slots=True)
class Season:
    """A yearly production season by month and day, both ends included; may wrap the new year."""

    start_month: int
    start_day: int
    end_month: int
    end_day: int

    def covers(self, day: date) -> bool:
        """Whether `day` lies in the season."""
        start, end = (self.start_month, self.start_day), (self.end_month, self.end_day)
        key = (day.month, day.day)
        return start <= key <= end if start <= end else key >= start or key <= end

    def text(self) -> str:
        """Return the form written in workbooks, ``MM-DD~MM-DD``."""
        return (
            f"{self.start_month:02d}-{self.start_day:02d}~{self.end_month:02d}-{self.end_day:02d}"
        )


@dataclass(frozen=True, slots=True)
class Firm:
    """One enterprise of sheet 企业. `firm_id` is the list's own key; lines refer to it."""

    row: int
    firm_id: str
    name: str = ""
    credit_code: str = ""
    permit_no: str = ""
    permit_class: str = ""
    address: str = ""
    longitude_deg: Decimal | None = None
    latitude_deg: Decimal | None = None
    district: str = ""
    park: str = ""
    legal_representative: str = ""
    contact: str = ""
    phone: str = ""
    industry_code: str = ""  # GB/T 4754 class
    industry: str = ""  # name or slug as written; see the rulebook's industry catalogue
    subtype: str = ""
    grade: Grade | None = None
    grade_text: str = ""
    grade_notice: str = ""  # batch and document number of the rating
    guaranteed: bool | None = None  # 保障类
    guaranteed_task: str = ""
    small_micro: bool | None = None
    long_stopped: bool | None = None
    season: Season | None = None
    continuous_24h: bool | None = None
    monitoring: str = ""  # CEMS/DCS/用电/门禁/视频 connected, separated by 、


@dataclass(frozen=True, slots=True)
class Line:
    """One production line of sheet 生产线: the unit in which cuts are counted.

    `annual_t` and `daily_kg` map pollutants to the filed masses; a pollutant that is absent
    there is unknown. `task_share` is the share of load a guaranteed-supply task needs.
    """

    row: int
    firm_id: str
    line_id: str
    name: str = ""
    equipment: str = ""
    product: str = ""
    capacity: Decimal | None = None
    capacity_unit: str = ""
    output: Decimal | None = None  # actual yearly output in capacity_unit
    fuel: str = ""
    operating_days: Decimal | None = None
    daily_electricity_kwh: Decimal | None = None
    treatment: str = ""
    outlet_ids: str = ""
    annual_t: Mapping[Pollutant, Decimal] = field(default_factory=dict)
    daily_kg: Mapping[Pollutant, Decimal] = field(default_factory=dict)
    accounting: str = ""  # 在线/监测/系数/许可
    stoppable: bool | None = None  # 能否快速启停: a full stop at short notice is possible
    stopped: bool | None = None  # the line itself stands still already
    cut_unit: CutUnit | None = None
    cut_units_total: Decimal | None = None  # cells, flame systems, t/d of feed, t/h of steam
    normal_coking_hours: Decimal | None = None
    longest_coking_hours: Decimal | None = None
    task_share: Decimal | None = None
    daily_value_cny: Decimal | None = None  # value lost by a day's full stop
    restart_cost_cny: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What a firm has filed for one line at one level (sheet 减排措施)."""

    row: int
    firm_id: str
    line_id: str
    level: Level | None = None
    kind: MeasureKind | None = None
    share: Decimal | None = None  # 0..1 of the line's load; 1 is a full stop
    text: str = ""
    deadline_h: Decimal | None = None
    indicator: str = ""
    threshold: str = ""
    reduction_kg: Mapping[Pollutant, Decimal] = field(default_factory=dict)
    transport: str = ""


@dataclass(frozen=True, slots=True)
class DustSource:
    """A building site, pile or quarry (sheet 扬尘源) with its filed cuts per level in kg/d."""

    row: int
    source_id: str
    name: str = ""
    kind: str = ""
    district: str = ""
    longitude_deg: Decimal | None = None
    latitude_deg: Decimal | None = None
    area_m2: Decimal | None = None
    responsible: str = ""
    phone: str = ""
    guaranteed_notice: str = ""  # document number of a key-project exemption
    daily_pm_kg: Decimal | None = None
    measures: Mapping[Level, str] = field(default_factory=dict)
    reduction_pm_kg: Mapping[Level, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MobileSource:
    """A group of vehicles or machines (sheet 移动源) with its filed cuts per level in kg/d."""

    row: int
    source_id: str
    name: str = ""
    kind: str = ""
    district: str = ""
    vehicles: Decimal | None = None
    vehicles_china4_or_older: Decimal | None = None
    machines: Decimal | None = None
    daily_trips: Decimal | None = None
    measures: Mapping[Level, str] = field(default_factory=dict)
    reduction_kg: Mapping[tuple[Level, Pollutant], Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CityTotal:
    """Whole-society emission of one sector in kg/d (sheet 全社会排放)."""

    row: int
    sector: str  # industry, dust, mobile, residential, other
    daily_kg: Mapping[Pollutant, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inventory:
    """A whole list, as read.

    Attributes
    ----------
    city
        City name, from the layout's cover or the file.
    layout
        Id of the workbook layout it was read with; checks use it to name columns.
    sha256
        Hash of the source bytes, printed in every plan made from it.
    not_collected
        Pollutants that the layout has no columns for: unknown for the whole list.
    notes
        Remarks of the source, e.g. the label of an invented city.
    """

    firms: tuple[Firm, ...]
    lines: tuple[Line, ...]
    measures: tuple[Measure, ...]
    dust: tuple[DustSource, ...] = ()
    mobile: tuple[MobileSource, ...] = ()
    totals: tuple[CityTotal, ...] = ()
    city: str = ""
    layout: str = ""
    source: str = ""
    sha256: str = ""
    not_collected: frozenset[Pollutant] = frozenset()
    notes: tuple[str, ...] = ()

    def lines_by_firm(self) -> dict[str, list[Line]]:
        """Return the lines of each firm id, in list order."""
        out: dict[str, list[Line]] = {}
        for line in self.lines:
            out.setdefault(line.firm_id, []).append(line)
        return out

    def rows(self) -> Iterator[object]:
        """Yield every row of every sheet."""
        for rows in (self.firms, self.lines, self.measures, self.dust, self.mobile, self.totals):
            yield from rows
