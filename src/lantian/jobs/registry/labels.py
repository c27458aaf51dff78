"""What fields, states and sectors are called on pages, Chinese and English."""

from __future__ import annotations

from lantian.domain.grading.grade import label_of
from lantian.domain.inventory.model import CutUnit, MeasureKind
from lantian.jobs.registry.differences import shown
from lantian.kernel.mass import MG_PER_KG
from lantian.kernel.pollutant import POLLUTANTS

Names = tuple[str, str]

STATES: dict[str, Names] = {
    "normal": ("正常生产", "running"),
    "seasonal": ("季节性生产", "seasonal"),
    "stopped": ("长期停产", "long stopped"),
    "unsaid": ("未说明", "not said"),
}
KINDS: dict[str, Names] = {
    "guaranteed": ("保障类", "guaranteed supply"),
    "small_micro": ("小微企业", "small or micro"),
}
STANDING: dict[str, Names] = {
    "long_stopped": ("企业长期停产", "firm long stopped"),
    "stopped": ("生产线停产", "line stopped"),
    "off_season": ("不在生产季", "off season"),
}
SECTORS: dict[str, Names] = {
    "industry": ("工业源", "industry"),
    "dust": ("扬尘源", "dust"),
    "mobile": ("移动源", "mobile"),
    "residential": ("生活源", "residential"),
    "other": ("其他", "other"),
}
LEVELS: dict[str, Names] = {
    "yellow": ("黄色", "yellow"),
    "orange": ("橙色", "orange"),
    "red": ("红色", "red"),
}
CHANGES: dict[str, Names] = {
    "added": ("新增", "added"),
    "removed": ("移出", "removed"),
    "changed": ("变更", "changed"),
}
FIRM_FIELDS: dict[str, Names] = {
    "name": ("企业名称", "name"),
    "credit_code": ("统一社会信用代码", "credit code"),
    "permit_no": ("排污许可证编号", "permit no."),
    "permit_class": ("管理类别", "permit class"),
    "address": ("地址", "address"),
    "longitude_deg": ("经度 °", "longitude, °"),
    "latitude_deg": ("纬度 °", "latitude, °"),
    "district": ("区县", "district"),
    "park": ("园区", "park"),
    "legal_representative": ("法人代表", "legal representative"),
    "contact": ("环保负责人", "contact"),
    "phone": ("手机", "phone"),
    "industry_code": ("国民经济行业代码", "GB/T 4754 class"),
    "industry": ("重点行业", "industry"),
    "subtype": ("行业分类", "sub-type"),
    "grade": ("绩效等级", "grade"),
    "grade_text": ("等级（清单原文）", "grade as written"),
    "grade_notice": ("评级批次文号", "notice of the grade"),
    "guaranteed": ("是否保障类", "guaranteed supply"),
    "guaranteed_task": ("保障任务", "task"),
    "small_micro": ("小微企业", "small or micro"),
    "long_stopped": ("长期停产", "long stopped"),
    "season": ("季节性生产期", "season"),
    "continuous_24h": ("24小时连续生产", "round the clock"),
    "monitoring": ("联网状态", "monitoring"),
}
LINE_FIELDS: dict[str, Names] = {
    "name": ("生产线名称", "name"),
    "equipment": ("主要设备规格", "equipment"),
    "product": ("产品", "product"),
    "capacity": ("设计产能", "capacity"),
    "capacity_unit": ("产能单位", "unit of capacity"),
    "output": ("实际产量", "output"),
    "fuel": ("燃料", "fuel"),
    "operating_days": ("年运行天数", "operating days a year"),
    "daily_electricity_kwh": ("正常日用电量 kWh/d", "electricity, kWh/d"),
    "treatment": ("治理设施", "treatment"),
    "outlet_ids": ("排放口编号", "outlets"),
    "accounting": ("核算方法", "accounting"),
    "stoppable": ("能否快速启停", "quick stop and start"),
    "stopped": ("生产线停产", "stopped"),
    "cut_unit": ("减排计量单位", "unit of cuts"),
    "cut_units_total": ("计量单位总数", "units in all"),
    "normal_coking_hours": ("正常结焦时间 h", "normal coking time, h"),
    "longest_coking_hours": ("最长结焦时间 h", "longest coking time, h"),
    "task_share": ("保障任务占负荷", "share of load of the task"),
    "daily_value_cny": ("日产值 元", "value of a day, CNY"),
    "restart_cost_cny": ("重启成本 元", "cost of a restart, CNY"),
    **{f"annual_t.{p.value}": (f"年排放{p.value} t/a", f"{p.value}, t/a") for p in POLLUTANTS},
    **{f"daily_kg.{p.value}": (f"日排放{p.value} kg/d", f"{p.value}, kg/d") for p in POLLUTANTS},
}
MEASURE_FIELDS: dict[str, Names] = {
    "level": ("预警级别", "level"),
    "kind": ("措施类型", "kind"),
    "share": ("减排比例", "share"),
    "text": ("措施内容", "measure"),
    "deadline_h": ("响应时限 h", "deadline, h"),
    "indicator": ("核查指标", "indicator"),
    "threshold": ("核查限值", "threshold"),
    "transport": ("运输管控", "transport"),
    **{
        f"reduction_kg.{p.value}": (f"减排{p.value} kg/d", f"reduction of {p.value}, kg/d")
        for p in POLLUTANTS
    },
}


def field_names(field: str, line_id: str = "", level: str = "") -> Names:
    """Return what a field is called; ``+`` and ``-`` are a whole line or measure."""
    if field in ("+", "-"):
        what = ("措施", "measure") if level else ("生产线", "line")
        sign = ("新增", "new ") if field == "+" else ("取消", "removed ")
        return sign[0] + what[0], sign[1] + what[1]
    table = MEASURE_FIELDS if level else LINE_FIELDS if line_id else FIRM_FIELDS
    return table.get(field, (field, field))


def grade_names(code: str) -> Names:
    """Return a grade's label in both languages, empty for none."""
    return label_of(code), code.replace("_", "-")


def value_names(field: str, value: object) -> Names:
    """Return a stored value as it is shown in both languages: codes as their labels."""
    text = shown(value)
    if not text:
        return text, text
    if field == "grade":
        return grade_names(text)
    if field == "cut_unit":
        return CutUnit(text).label_zh, text.replace("_", " ")
    if field == "kind":
        return MeasureKind(text).label_zh, text.replace("_", " ")
    if field == "level":
        return LEVELS[text]
    return text, {"是": "yes", "否": "no"}.get(text, text)


def kg_text(mg: int | None, digits: int = 1, unknown: str = "—") -> str:
    """Return milligrams as kilograms with thousands separated, half up."""
    if mg is None:
        return unknown
    step = MG_PER_KG // 10**digits
    whole, rest = divmod((mg + step // 2) // step, 10**digits)
    return f"{whole:,}.{rest:0{digits}d}"
