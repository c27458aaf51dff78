"""One planted fault for every check, where it must be found, and a near miss that must pass.

Also the examples of ``docs/checks.md``: what the check says of its fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from list_fixture import (
    DAY,
    Change,
    D,
    again,
    both,
    drop,
    firm,
    line,
    masses,
    masses_with,
    set_,
    set_all,
    sound_list,
)

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, MeasureKind, Season
from lantian.kernel.level import Level
from lantian.kernel.pollutant import Pollutant

_LIST = sound_list()
_CODE = _LIST.firms[0].credit_code
_CODE2 = _LIST.firms[1].credit_code
_PM = Pollutant.PM
_NO_VOC = {p: D(1) for p in Pollutant if p is not Pollutant.VOC}


@dataclass(frozen=True)
class Case:
    """A fault, the place it must be told at, and something close to it that is sound."""

    plant: Change
    at: tuple[str, int, str]
    near: Change | None = None
    day: date = DAY


def _wrong_last(code: str) -> str:
    return code[:-1] + ("0" if code[-1] != "0" else "1")


FAULTS: dict[str, Case] = {
    # --- identity
    "L101": Case(set_("firm", 0, credit_code="", permit_no=""), ("firm", 2, "credit_code")),
    "L102": Case(set_("firm", 0, credit_code=_CODE[:-1], permit_no=""), ("firm", 2, "credit_code")),
    "L103": Case(
        set_("firm", 0, credit_code=_wrong_last(_CODE), permit_no=""), ("firm", 2, "credit_code")
    ),
    "L104": Case(
        set_("firm", 0, credit_code=_CODE[:16] + "W" + _CODE[17], permit_no=""),
        ("firm", 2, "credit_code"),
    ),
    "L105": Case(set_("firm", 0, name=""), ("firm", 2, "name")),
    "L106": Case(
        set_("line", 0, name="1号\u200b中频炉"),
        ("line", 2, "name"),
        set_("line", 0, name="No 1 furnace"),
    ),
    "L110": Case(set_("firm", 0, permit_no=""), ("firm", 2, "permit_no")),
    "L111": Case(set_("firm", 0, permit_no=f"{_CODE}1P"), ("firm", 2, "permit_no")),
    "L112": Case(
        set_("firm", 0, permit_no=f"{_CODE2}009P"),
        ("firm", 2, "permit_no"),
        set_("firm", 0, permit_no=f"{_CODE}009Q"),
    ),
    "L113": Case(set_("firm", 0, permit_class="重点"), ("firm", 2, "permit_class")),
    # --- duplicates
    "L120": Case(set_("firm", 0, firm_id=""), ("firm", 2, "firm_id")),
    "L121": Case(set_("firm", 1, firm_id="F01"), ("firm", 3, "firm_id")),
    "L122": Case(
        set_("firm", 1, credit_code=_CODE, permit_no=f"{_CODE}001P"),
        ("firm", 3, "credit_code"),
        # two sites of one firm, each with its own permit
        set_("firm", 1, credit_code=_CODE, permit_no=f"{_CODE}002P"),
    ),
    "L123": Case(set_("firm", 1, name=_LIST.firms[0].name), ("firm", 3, "name")),
    "L124": Case(
        set_("firm", 1, credit_code="", permit_no=f"{_CODE}001P"), ("firm", 3, "permit_no")
    ),
    "L201": Case(again("line", 0), ("line", 28, "line_id"), again("line", 0, line_id="L9")),
    "L202": Case(again("line", 0, firm_id="F99"), ("line", 28, "firm_id")),
    "L203": Case(
        again("firm", 0, firm_id="F99", credit_code="", permit_no="", name="示例甲厂"),
        ("firm", 17, "firm_id"),
        again("firm", 0, firm_id="F99", name="示例甲厂", long_stopped=True),
    ),
    "L204": Case(again("line", 0, line_id=" "), ("line", 28, "line_id")),
    # --- contact
    "L130": Case(
        set_("firm", 0, phone="1380000000"),
        ("firm", 2, "phone"),
        set_("firm", 0, phone="0351-2220000、13900000000"),
    ),
    "L131": Case(set_("firm", 0, phone=""), ("firm", 2, "phone")),
    "L132": Case(set_("firm", 0, district=" "), ("firm", 2, "district")),
    "L133": Case(set_("firm", 0, small_micro=None), ("firm", 2, "small_micro")),
    "L134": Case(set_("firm", 0, long_stopped=None), ("firm", 2, "long_stopped")),
    "L135": Case(
        set_("firm", 0, season=Season(2, 30, 13, 1)),
        ("firm", 2, "season"),
        set_("firm", 0, season=Season(11, 1, 2, 29)),
    ),
    # --- industry
    "L140": Case(set_("firm", 0, industry=""), ("firm", 2, "industry")),
    "L141": Case(set_("firm", 0, industry="炼丹"), ("firm", 2, "industry")),
    "L142": Case(
        set_("firm", 12, industry_code="3120"),
        ("firm", 14, "industry_code"),
        set_("firm", 12, industry_code="C2529"),
    ),
    "L143": Case(set_("firm", 0, industry_code="铸造33"), ("firm", 2, "industry_code")),
    "L144": Case(
        set_("firm", 0, subtype="冲天炉"), ("firm", 2, "subtype"), set_("firm", 0, subtype="")
    ),
    "L145": Case(set_("firm", 0, industry_code=""), ("firm", 2, "industry_code")),
    "L146": Case(
        set_("firm", 0, industry="水泥", subtype="冲天炉"),
        ("firm", 2, "subtype"),
        set_("firm", 0, industry="水泥", subtype=" 熟 料"),
    ),
    # --- grades
    "L150": Case(set_("firm", 0, grade=None, grade_text="E级"), ("firm", 2, "grade")),
    "L151": Case(set_("firm", 0, grade=None, grade_text=""), ("firm", 2, "grade")),
    "L152": Case(
        set_("firm", 0, grade=Grade.NON_LEADING),
        ("firm", 2, "grade"),
        set_("firm", 0, grade=Grade.D),
    ),
    "L153": Case(
        set_("firm", 12, grade=Grade.LEADING),
        ("firm", 14, "grade"),
        # C was not seen for coking, but letters were: not told
        set_("firm", 12, grade=Grade.C),
    ),
    "L154": Case(set_("firm", 12, grade_notice=""), ("firm", 14, "grade_notice")),
    # --- lines
    "L210": Case(
        set_("line", 0, capacity=D(-1)), ("line", 2, "capacity"), set_("line", 0, output=D(0))
    ),
    "L211": Case(
        set_("line", 0, operating_days=D(367)),
        ("line", 2, "operating_days"),
        set_("line", 0, operating_days=D(366), annual_t={}),
    ),
    "L212": Case(
        set_("line", 0, operating_days=None, daily_kg={}),
        ("line", 2, "operating_days"),
        set_("line", 0, operating_days=None),
    ),
    "L213": Case(set_("line", 0, capacity=D(0)), ("line", 2, "capacity")),
    "L214": Case(
        set_("line", 0, output=D(90000)), ("line", 2, "output"), set_("line", 0, output=D(14000))
    ),
    "L215": Case(set_("line", 0, daily_electricity_kwh=None), ("line", 2, "daily_electricity_kwh")),
    "L216": Case(set_("line", 0, daily_value_cny=None), ("line", 2, "daily_value_cny")),
    "L217": Case(
        set_("line", 0, accounting="估计"),
        ("line", 2, "accounting"),
        set_("line", 0, accounting="产污系数法"),
    ),
    "L218": Case(
        set_("line", 0, daily_kg={}, annual_t={}),
        ("line", 2, "daily_kg.PM"),
        set_("line", 0, daily_kg=masses("0"), annual_t={}),
    ),
    # --- emissions
    "L220": Case(
        set_("line", 0, daily_kg=masses_with("10", PM="14")),
        ("line", 2, "daily_kg.PM"),
        set_("line", 0, daily_kg=masses_with("10", PM="10.9")),
    ),
    "L221": Case(
        set_("line", 0, annual_t=masses_with("3", SO2="3000")), ("line", 2, "daily_kg.SO2")
    ),
    "L222": Case(
        set_("line", 0, daily_kg=masses_with("10", NOX="10000"), annual_t={}),
        ("line", 2, "daily_kg.NOx"),
        set_("line", 0, daily_kg=masses_with("10", NOX="1000"), annual_t={}),
    ),
    # --- units
    "L230": Case(
        set_("line", 0, cut_unit=CutUnit.CELLS, cut_units_total=D(8)),
        ("line", 2, "cut_unit"),
        set_("line", 0, cut_unit=CutUnit.LOAD),
    ),
    "L231": Case(set_("line", 25, cut_units_total=None), ("line", 27, "cut_units_total")),
    "L232": Case(set_("line", 23, normal_coking_hours=None), ("line", 25, "normal_coking_hours")),
    "L233": Case(
        set_("line", 23, longest_coking_hours=D(24)),
        ("line", 25, "longest_coking_hours"),
        set_("line", 23, longest_coking_hours=D(37)),
    ),
    "L234": Case(set_("line", 23, normal_coking_hours=D(1)), ("line", 25, "normal_coking_hours")),
    "L235": Case(set_("line", 0, stoppable=None), ("line", 2, "stoppable")),
    # --- guaranteed supply
    "L240": Case(set_("firm", 13, guaranteed_task=""), ("firm", 15, "guaranteed_task")),
    "L241": Case(set_("firm", 0, guaranteed_task="供热"), ("firm", 2, "guaranteed")),
    "L242": Case(set_("line", 24, task_share=None), ("line", 26, "task_share")),
    "L243": Case(
        set_("line", 24, task_share=D(60)),
        ("line", 26, "task_share"),
        set_("line", 24, task_share=D(0)),
    ),
    "L244": Case(
        set_("line", 0, task_share=D("0.5")),
        ("line", 2, "task_share"),
        set_("line", 0, task_share=D(0)),
    ),
    "L245": Case(
        set_("line", 24, task_share=D("0.7")),
        ("measure", 76, "share"),
        set_("line", 24, task_share=D("0.6")),
    ),
    # --- rows of measures
    "L301": Case(again("measure", 0, firm_id="F99"), ("measure", 80, "firm_id")),
    "L302": Case(again("measure", 0, line_id=""), ("measure", 80, "line_id")),
    "L303": Case(again("measure", 0, line_id="L7"), ("measure", 80, "line_id")),
    "L304": Case(again("measure", 0), ("measure", 80, "level")),
    "L307": Case(set_("measure", 0, level=None), ("measure", 2, "level")),
    "L308": Case(set_("measure", 0, kind=None), ("measure", 2, "kind")),
    "L312": Case(drop("measure", 2), ("measure", 2, "level")),
    "L313": Case(drop("measure", 0, 1, 2), ("line", 2, "line_id"), drop("measure", 66, 67, 68)),
    # --- shares
    "L305": Case(
        set_("measure", 0, share=D("1.2")), ("measure", 2, "share"), set_("measure", 0, share=D(1))
    ),
    "L306": Case(
        set_("measure", 72, share=D(20)),
        ("measure", 74, "share"),
        set_("measure", 72, share=D("0.2")),
    ),
    "L309": Case(
        set_("measure", 0, share=D("0.5")),
        ("measure", 2, "share"),
        set_("measure", 0, share=D("0.9999")),
    ),
    "L310": Case(
        set_("measure", 0, share=None),
        ("measure", 2, "share"),
        set_("measure", 69, share=None),
    ),
    "L311": Case(
        set_("measure", 73, share=D("0.1")),
        ("measure", 75, "share"),
        set_("measure", 73, share=D("0.2")),
    ),
    "L314": Case(set_("measure", 72, kind=MeasureKind.EXTEND_COKING), ("measure", 74, "kind")),
    "L315": Case(
        set_("line", 0, stoppable=False),
        ("measure", 2, "kind"),
        set_("line", 0, stoppable=False, cut_unit=CutUnit.HOT_HOLD),
    ),
    "L316": Case(
        set_("measure", 0, kind=MeasureKind.AUTONOMOUS),
        ("measure", 2, "kind"),
        set_("measure", 66, kind=MeasureKind.AUTONOMOUS),
    ),
    # --- texts
    "L320": Case(
        set_("measure", 0, text="1号中频电炉线停产", threshold=""),
        ("measure", 2, "text"),
        set_("measure", 0, text="1号中频电炉线停三台炉", threshold=""),
    ),
    "L321": Case(
        set_("measure", 0, text="全厂减排20%"),
        ("measure", 2, "text"),
        set_("measure", 0, text="1号中频电炉线停产，占全厂产能20%"),
    ),
    "L322": Case(set_("measure", 0, indicator=""), ("measure", 2, "indicator")),
    "L323": Case(set_("measure", 0, deadline_h=None), ("measure", 2, "deadline_h")),
    # --- sizes
    "L330": Case(
        set_("measure", 0, reduction_kg=masses_with("10", PM="12.34")),
        ("measure", 2, "reduction_kg.PM"),
        set_("measure", 0, reduction_kg=masses_with("10", PM="10.01")),
    ),
    "L331": Case(
        set_("measure", 0, reduction_kg=masses_with("10", PM="7.51")),
        ("measure", 2, "reduction_kg.PM"),
        set_("measure", 0, reduction_kg=masses_with("10", PM="9.81")),
    ),
    "L332": Case(
        set_("measure", 1, reduction_kg=masses_with("10", PM="9.9")),
        ("measure", 3, "reduction_kg.PM"),
    ),
    "L333": Case(
        set_("line", 0, stopped=True), ("measure", 2, "share"), set_("line", 0, stopped=False)
    ),
    "L334": Case(
        lambda inventory: inventory,
        ("firm", 15, "season"),
        set_("firm", 13, season=None),
        day=date(2026, 7, 1),
    ),
    "L335": Case(
        set_("measure", 68, reduction_kg={}),
        ("measure", 70, "reduction_kg.PM"),
        set_("measure", 68, reduction_kg={}, share=D(0)),
    ),
    "L336": Case(
        set_("line", 0, daily_kg={_PM: D(10)}, annual_t={}), ("measure", 2, "reduction_kg.SO2")
    ),
    "L340": Case(
        set_("measure", 5, share=D(0), kind=MeasureKind.NONE, reduction_kg=masses("0")),
        ("measure", 7, "share"),
        # the line that stops carries more than half of the mass, so half is reached
        both(
            set_("measure", 3, share=D("0.1"), kind=MeasureKind.LIMIT, reduction_kg=masses("1")),
            set_("measure", 4, share=D("0.1"), kind=MeasureKind.LIMIT, reduction_kg=masses("1")),
        ),
    ),
    # --- dust and mobile
    "L401": Case(again("dust", 0), ("dust", 4, "source_id")),
    "L402": Case(
        set_("dust", 0, reduction_pm_kg=dict.fromkeys(Level, D(101))),
        ("dust", 2, "reduction_pm_kg.yellow"),
        set_("dust", 0, reduction_pm_kg=dict.fromkeys(Level, D(100))),
    ),
    "L403": Case(
        set_("dust", 0, reduction_pm_kg={Level.YELLOW: D(9), Level.RED: D(8)}),
        ("dust", 2, "reduction_pm_kg.red"),
    ),
    "L404": Case(set_("dust", 0, daily_pm_kg=None), ("dust", 2, "daily_pm_kg")),
    "L405": Case(
        set_("mobile", 0, vehicles=D(39)),
        ("mobile", 2, "vehicles_china4_or_older"),
        set_("mobile", 0, vehicles=D(40)),
    ),
    "L406": Case(set_("dust", 0, responsible=""), ("dust", 2, "responsible")),
    "L407": Case(set_("dust", 0, measures={}), ("dust", 2, "measures.yellow")),
    # --- totals
    "L501": Case(
        set_("total", 0, daily_kg=masses_with("500", SO2="259")),
        ("total", 2, "daily_kg.SO2"),
        set_("total", 0, daily_kg=masses("260")),
    ),
    "L502": Case(drop("total", 3), ("total", 2, "sector")),
    "L503": Case(set_("total", 3, daily_kg={_PM: D(1)}), ("total", 5, "daily_kg.SO2")),
    "L504": Case(again("total", 1), ("total", 6, "sector"), again("total", 1, sector="other")),
    "L505": Case(again("total", 1, sector="农业"), ("total", 6, "sector")),
    "L506": Case(
        set_("total", 2, daily_kg=masses("9.9")),
        ("total", 4, "daily_kg.PM"),
        set_("total", 2, daily_kg=masses("10")),
    ),
    "L507": Case(
        set_("total", 1, daily_kg=masses("199")),
        ("total", 3, "daily_kg.PM"),
        set_("total", 1, daily_kg=masses("200")),
    ),
    "L508": Case(
        set_all("line", daily_kg=_NO_VOC, annual_t=_NO_VOC),
        ("total", 2, "daily_kg.VOC"),
        both(
            set_all("line", daily_kg=_NO_VOC, annual_t=_NO_VOC), set_all("total", daily_kg=_NO_VOC)
        ),
    ),
    # --- places
    "L601": Case(
        set_("firm", 0, longitude_deg=None, latitude_deg=None), ("firm", 2, "longitude_deg")
    ),
    "L602": Case(set_("firm", 0, latitude_deg=None), ("firm", 2, "latitude_deg")),
    "L603": Case(
        set_("firm", 0, longitude_deg=D("37.8"), latitude_deg=D("112.5")),
        ("firm", 2, "longitude_deg"),
    ),
    "L604": Case(
        set_("firm", 0, longitude_deg=D("11.25"), latitude_deg=D("37.8")),
        ("firm", 2, "longitude_deg"),
    ),
    "L605": Case(
        set_("firm", 0, longitude_deg=D("115.5")),
        ("firm", 2, "longitude_deg"),
        set_("firm", 0, longitude_deg=D("113.5")),
    ),
    "L606": Case(
        set_all("firm", longitude_deg=D("112.5"), latitude_deg=D("37.8")),
        ("firm", 2, "longitude_deg"),
    ),
}

__all__ = ["FAULTS", "Case", "firm", "line"]
