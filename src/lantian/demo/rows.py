"""From drawn columns to the rows of the list."""

from __future__ import annotations

from decimal import Decimal

from lantian.demo.draw import Draw
from lantian.demo.filed import KINDS, Filed, FiledRules, stoppable_lines
from lantian.demo.parameters import Parameters, Profile
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
_ZERO = Decimal(0)
_DEADLINE = {level: Decimal(hours) for level, hours in zip(LEVELS, (12, 8, 6), strict=True)}


def firm_id(index: int) -> str:
    """Return the list's own key of firm number `index` (from 0); it says 虚构 (invented)."""
    return f"虚构-{index + 1:05d}"


def firm_rows(draw: Draw, parameters: Parameters, industries: dict[str, Industry]) -> list[Firm]:
    """Return sheet 企业 of one chunk."""
    raw = parameters.raw
    out = []
    for f in range(len(draw.profile)):
        profile = parameters.profiles[draw.profile[f]]
        grade = _GRADES[draw.grade[f]]
        index = draw.first + f
        credit = make(raw["region_code"], f"{draw.organisation[f]:08d}")
        permit_class = _permit_class(grade, bool(draw.small_micro[f]), profile)
        district = parameters.districts[draw.district[f]].name
        guaranteed = bool(draw.guaranteed[f])
        surname = raw["surnames"][draw.person[f, 0]], raw["surnames"][draw.person[f, 1]]
        out.append(
            Firm(
                row=FIRST_ROW + index,
                firm_id=firm_id(index),
                name=f"示例{raw['words'][draw.word[f]]}{profile.word}有限公司（虚构{index + 1:05d}）",
                credit_code=credit,
                permit_no=_permit_number(credit, permit_class),
                permit_class=permit_class,
                address=f"{raw['city']}{district}{raw['roads'][draw.road[f]]}{draw.house[f]}号",
                longitude_deg=Decimal(f"{draw.longitude[f]:.6f}"),
                latitude_deg=Decimal(f"{draw.latitude[f]:.6f}"),
                district=district,
                park=raw["parks"][draw.park[f]] if draw.park[f] >= 0 else "",
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
                small_micro=bool(draw.small_micro[f]),
                long_stopped=bool(draw.long_stopped[f]),
                season=profile.season if draw.seasonal[f] else None,
                continuous_24h=profile.continuous,
                monitoring="、".join(
                    name for bit, name in enumerate(_MONITORING) if draw.monitoring[f] >> bit & 1
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
    stoppable = stoppable_lines(draw, parameters)
    out = []
    for t in range(len(draw.firm)):
        f = int(draw.firm[t])
        profile = parameters.profiles[draw.profile[f]]
        item = profile.equipment[draw.equipment[t]]
        total = int(draw.units_total[t])
        coking = profile.unit is CutUnit.COKING_HOURS
        out.append(
            Line(
                row=FIRST_ROW + first_line + t,
                firm_id=firm_id(draw.first + f),
                line_id=f"L{draw.number[t] + 1:02d}",
                name=line_name(draw, parameters, t),
                equipment=item.name,
                product=item.product,
                capacity=Decimal(int(draw.capacity[t])),
                capacity_unit=item.unit,
                output=Decimal(int(draw.output[t])),
                fuel=profile.fuel,
                operating_days=Decimal(int(draw.days[t])),
                daily_electricity_kwh=Decimal(int(draw.kwh[t])),
                treatment=profile.treatment,
                outlet_ids=f"DA{draw.number[t] + 1:03d}",
                annual_t=_masses(draw.annual_t[t].tolist(), 5),
                daily_kg=_masses(draw.daily_kg[t].tolist(), 3),
                accounting=accounting[draw.accounting[t]],
                stoppable=bool(stoppable[t]),
                stopped=bool(draw.stopped[t]),
                cut_unit=profile.unit,
                cut_units_total=Decimal(total) if total else None,
                normal_coking_hours=Decimal(int(draw.normal_hours[t])) if coking else None,
                longest_coking_hours=Decimal(int(draw.longest_hours[t])) if coking else None,
                task_share=(Decimal(f"{draw.task_share[t]:.2f}") if draw.guaranteed[f] else None),
                daily_value_cny=Decimal(int(draw.value[t])),
                restart_cost_cny=Decimal(int(draw.restart[t])),
            )
        )
    return out


def line_name(draw: Draw, parameters: Parameters, t: int) -> str:
    """Return the name a measure uses for line `t`, e.g. ``2号中频电炉线``."""
    profile = parameters.profiles[draw.profile[draw.firm[t]]]
    return f"{draw.number[t] + 1}号{profile.equipment[draw.equipment[t]].name}"


def _masses(values: list[float], places: int) -> dict[Pollutant, Decimal]:
    return {p: Decimal(f"{v:.{places}f}") for p, v in zip(POLLUTANTS, values, strict=True)}


def measure_rows(
    draw: Draw, parameters: Parameters, filed: Filed, rules: FiledRules, first_line: int
) -> list[Measure]:
    """Return sheet 减排措施 of one chunk: one row for every line and level."""
    out = []
    row = FIRST_ROW + first_line * len(LEVELS)
    for t in range(len(draw.firm)):
        f = int(draw.firm[t])
        profile = parameters.profiles[draw.profile[f]]
        key, line_id = firm_id(draw.first + f), f"L{draw.number[t] + 1:02d}"
        name, kwh = line_name(draw, parameters, t), int(draw.kwh[t])
        daily = draw.daily_kg[t].tolist()
        for i, level in enumerate(LEVELS):
            kind, share = KINDS[filed.kind[t, i]], float(filed.share[t, i])
            if filed.running[t]:
                words = wording(
                    name,
                    kind,
                    share,
                    unit=profile.unit,
                    units_total=int(draw.units_total[t]),
                    normal_hours=int(draw.normal_hours[t]),
                    hours=int(filed.hours[t, i]),
                    kwh=kwh,
                    guaranteed=bool(draw.guaranteed[f]),
                )
            else:
                words = stopped_wording(name)
            out.append(
                Measure(
                    row=row,
                    firm_id=key,
                    line_id=line_id,
                    level=level,
                    kind=kind,
                    share=Decimal(f"{share:.4f}").normalize() if share else _ZERO,
                    text=words.text,
                    deadline_h=_DEADLINE[level],
                    indicator=words.indicator,
                    threshold=words.threshold,
                    reduction_kg=_reductions(daily, share),
                    transport=rules.transport[int(draw.profile[f]), int(draw.grade[f]), i],
                )
            )
            row += 1
    return out


_NOTHING = dict.fromkeys(POLLUTANTS, _ZERO)


def _reductions(daily: list[float], share: float) -> dict[Pollutant, Decimal]:
    """Return the daily mass times the share, rounded down to the gram."""
    if share == 0:
        return _NOTHING
    return {
        p: Decimal(f"{int(v * share * 1000 + 1e-6) / 1000:.3f}")
        for p, v in zip(POLLUTANTS, daily, strict=True)
    }
