"""From drawn columns to the rows of the list."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from lantian.demo.draw import Draw, Floats
from lantian.demo.filed import KINDS, Filed, FiledRules, stoppable_lines
from lantian.demo.parameters import Equipment, Parameters, Profile
from lantian.demo.words import stopped_wording, wording
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.credit_code import make
from lantian.domain.inventory.model import CutUnit, Firm, Line, Measure
from lantian.kernel.level import LEVELS
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import Industry

FIRST_ROW = 2  # row 1 is the heading
_MONITORING = ("CEMS", "DCS", "用电", "门禁", "视频")
_GRADES = list(Grade)
_DEADLINE = {level: Decimal(hours) for level, hours in zip(LEVELS, (12, 8, 6), strict=True)}


def firm_id(index: int) -> str:
    """Return the list's own key of firm number `index` (from 0); it says 虚构 (invented)."""
    return f"虚构-{index + 1:05d}"


def firm_rows(draw: Draw, parameters: Parameters, industries: dict[str, Industry]) -> list[Firm]:
    """Return sheet 企业 of one chunk."""
    raw = parameters.raw
    column = draw.lists()
    out = []
    for f, p in enumerate(column["profile"]):
        profile = parameters.profiles[p]
        grade = _GRADES[column["grade"][f]]
        index = draw.first + f
        credit = make(raw["region_code"], f"{column['organisation'][f]:08d}")
        permit_class = _permit_class(grade, column["small_micro"][f], profile)
        district = parameters.districts[column["district"][f]].name
        guaranteed = column["guaranteed"][f]
        surname = raw["surnames"][column["person"][f][0]], raw["surnames"][column["person"][f][1]]
        out.append(
            Firm(
                row=FIRST_ROW + index,
                firm_id=firm_id(index),
                name=f"示例{raw['words'][column['word'][f]]}{profile.word}有限公司（虚构{index + 1:05d}）",
                credit_code=credit,
                permit_no=_permit_number(credit, permit_class),
                permit_class=permit_class,
                address=f"{raw['city']}{district}{raw['roads'][column['road'][f]]}{column['house'][f]}号",
                longitude_deg=Decimal(f"{column['longitude'][f]:.6f}"),
                latitude_deg=Decimal(f"{column['latitude'][f]:.6f}"),
                district=district,
                park=raw["parks"][column["park"][f]] if column["park"][f] >= 0 else "",
                legal_representative=f"虚构{surname[0]}",
                contact=f"虚构{surname[1]}",
                phone=f"{raw['phone_prefix']}{2_000_000 + index % 7_000_000}",
                industry_code=profile.code,
                industry=industries[profile.slug].name_zh,
                subtype=profile.subtype,
                grade=grade,
                grade_text=grade.label_zh,
                grade_notice=""
                if grade is Grade.UNGRADED
                else "示例市绩效分级公告（虚构）2026年第1号",
                guaranteed=guaranteed,
                guaranteed_task=profile.guarantee.task if guaranteed and profile.guarantee else "",
                small_micro=column["small_micro"][f],
                long_stopped=column["long_stopped"][f],
                season=profile.season if column["seasonal"][f] else None,
                continuous_24h=profile.continuous,
                monitoring="、".join(
                    name
                    for bit, name in enumerate(_MONITORING)
                    if column["monitoring"][f] >> bit & 1
                ),
            )
        )
    return out


def _permit_class(grade: Grade, small: bool, profile: Profile) -> str:
    if profile.continuous or grade.rank <= 2:
        return "重点管理"
    return "登记管理" if small else "简化管理"


def _permit_number(credit: str, permit_class: str) -> str:
    """Return the permit (``001P``) or registration number (``001X``) built on a credit code."""
    return credit + ("001X" if permit_class == "登记管理" else "001P")


def line_rows(draw: Draw, parameters: Parameters, first_line: int) -> list[Line]:
    """Return sheet 生产线 of one chunk; `first_line` lines stand before it."""
    accounting = list(parameters.raw["reliability"])
    stoppable = stoppable_lines(draw, parameters).tolist()
    column = draw.lists()
    firm, number, equipment = column["firm"], column["number"], column["equipment"]
    out = []
    for t, f in enumerate(firm):
        profile = parameters.profiles[column["profile"][f]]
        item = profile.equipment[equipment[t]]
        total = column["units_total"][t]
        coking = profile.unit is CutUnit.COKING_HOURS
        out.append(
            Line(
                row=FIRST_ROW + first_line + t,
                firm_id=firm_id(draw.first + f),
                line_id=line_id(number[t]),
                name=line_name(number[t], item),
                equipment=item.name,
                product=item.product,
                capacity=Decimal(column["capacity"][t]),
                capacity_unit=item.unit,
                output=Decimal(column["output"][t]),
                fuel=profile.fuel,
                operating_days=Decimal(column["days"][t]),
                daily_electricity_kwh=Decimal(column["kwh"][t]),
                treatment=profile.treatment,
                outlet_ids=f"DA{number[t] + 1:03d}",
                annual_t=_masses(column["annual_t"][t], 5),
                daily_kg=_masses(column["daily_kg"][t], 3),
                accounting=accounting[column["accounting"][t]],
                stoppable=stoppable[t],
                stopped=column["stopped"][t],
                cut_unit=profile.unit,
                cut_units_total=Decimal(total) if total else None,
                normal_coking_hours=Decimal(column["normal_hours"][t]) if coking else None,
                longest_coking_hours=Decimal(column["longest_hours"][t]) if coking else None,
                task_share=(
                    Decimal(f"{column['task_share'][t]:.2f}") if column["guaranteed"][f] else None
                ),
                daily_value_cny=Decimal(column["value"][t]),
                restart_cost_cny=Decimal(column["restart"][t]),
            )
        )
    return out


def line_id(number: int) -> str:
    """Return the id of a firm's line `number` (from 0)."""
    return f"L{number + 1:02d}"


def line_name(number: int, equipment: Equipment) -> str:
    """Return the name a measure uses for a line, e.g. ``2号中频电炉``."""
    return f"{number + 1}号{equipment.name}"


def _masses(values: list[float], places: int) -> dict[Pollutant, Decimal]:
    return {p: Decimal(f"{v:.{places}f}") for p, v in zip(POLLUTANTS, values, strict=True)}


def measure_rows(
    draw: Draw, parameters: Parameters, filed: Filed, rules: FiledRules, first_line: int
) -> list[Measure]:
    """Return sheet 减排措施 of one chunk: one row for every line and level."""
    column = draw.lists()
    kinds, shares, hours = filed.kind.tolist(), filed.share.tolist(), filed.hours.tolist()
    running, reductions = filed.running.tolist(), _reductions(draw, filed).tolist()
    exact = {s: Decimal(f"{s:.4f}").normalize() for row in shares for s in row}
    out = []
    row = FIRST_ROW + first_line * len(LEVELS)
    for t, f in enumerate(column["firm"]):
        p, g = column["profile"][f], column["grade"][f]
        profile = parameters.profiles[p]
        number = column["number"][t]
        name = line_name(number, profile.equipment[column["equipment"][t]])
        key, line = firm_id(draw.first + f), line_id(number)
        for i, level in enumerate(LEVELS):
            kind, share = KINDS[kinds[t][i]], shares[t][i]
            words = (
                wording(
                    name,
                    kind,
                    share,
                    unit=profile.unit,
                    units_total=column["units_total"][t],
                    normal_hours=column["normal_hours"][t],
                    hours=hours[t][i],
                    kwh=column["kwh"][t],
                    guaranteed=column["guaranteed"][f],
                )
                if running[t]
                else stopped_wording(name)
            )
            out.append(
                Measure(
                    row=row,
                    firm_id=key,
                    line_id=line,
                    level=level,
                    kind=kind,
                    share=exact[share],
                    text=words.text,
                    deadline_h=_DEADLINE[level],
                    indicator=words.indicator,
                    threshold=words.threshold,
                    reduction_kg=_masses(reductions[t][i], 3) if share else _NOTHING,
                    transport=rules.transport[p, g, i],
                )
            )
            row += 1
    return out


_NOTHING = dict.fromkeys(POLLUTANTS, Decimal(0))


def _reductions(draw: Draw, filed: Filed) -> Floats:
    """Return ``(T, L, 4)`` daily mass times share in kg, rounded down to the gram.

    Shares have four decimals and masses three, so the product is taken in whole numbers.
    """
    grams = np.rint(draw.daily_kg * 1000).astype(np.int64)
    parts = np.rint(filed.share * 10_000).astype(np.int64)
    return np.asarray(grams[:, None, :] * parts[:, :, None] // 10_000 / 1000, dtype=np.float64)
