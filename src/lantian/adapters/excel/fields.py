"""What a layout may map: every field of the list's model, with its type and its own unit.

A field key is the attribute's name, followed by the pollutant or level for mappings:
``annual_t.SO2``, ``measures.red``, ``reduction_kg.orange.NOx`` (sheet 移动源 only).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lantian.kernel.level import LEVELS
from lantian.kernel.pollutant import POLLUTANTS


class Kind(StrEnum):
    """How the cells of a field are read."""

    TEXT = "text"
    DECIMAL = "decimal"
    BOOL = "bool"
    SEASON = "season"
    GRADE = "grade"
    LEVEL = "level"
    MEASURE_KIND = "measure_kind"
    CUT_UNIT = "cut_unit"
    SECTOR = "sector"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of the model: its type, the unit it is kept in, its labels."""

    key: str
    kind: Kind
    unit: str
    label_zh: str
    label_en: str


TABLES: tuple[str, ...] = ("firm", "line", "measure", "dust", "mobile", "total")
TABLE_LABEL_ZH: Mapping[str, str] = {
    "firm": "企业",
    "line": "生产线",
    "measure": "减排措施",
    "dust": "扬尘源",
    "mobile": "移动源",
    "total": "全社会排放",
}
SECTORS: Mapping[str, str] = {
    "industry": "工业源",
    "dust": "扬尘源",
    "mobile": "移动源",
    "residential": "生活源",
    "other": "其他",
}

_T, _D, _B = Kind.TEXT, Kind.DECIMAL, Kind.BOOL
_Rows = list[tuple[str, Kind, str, str, str]]

_FIRM: _Rows = [
    ("firm_id", _T, "", "企业编号", "firm id"),
    ("name", _T, "", "企业名称", "name"),
    ("credit_code", _T, "", "统一社会信用代码", "unified social credit code"),
    ("permit_no", _T, "", "排污许可证编号", "permit number"),
    ("permit_class", _T, "", "管理类别", "permit class"),
    ("address", _T, "", "地址", "address"),
    ("longitude_deg", _D, "°", "经度", "longitude"),
    ("latitude_deg", _D, "°", "纬度", "latitude"),
    ("district", _T, "", "区县", "district"),
    ("park", _T, "", "园区", "industrial park"),
    ("legal_representative", _T, "", "法人代表", "legal representative"),
    ("contact", _T, "", "环保负责人", "environmental contact"),
    ("phone", _T, "", "手机", "phone"),
    ("industry_code", _T, "", "国民经济行业代码", "GB/T 4754 class"),
    ("industry", _T, "", "重点行业", "key industry"),
    ("subtype", _T, "", "行业分类", "industry subtype"),
    ("grade", Kind.GRADE, "", "绩效等级", "performance grade"),
    ("grade_notice", _T, "", "评级批次文号", "rating notice"),
    ("guaranteed", _B, "", "是否保障类", "guaranteed supply"),
    ("guaranteed_task", _T, "", "保障任务", "guaranteed task"),
    ("small_micro", _B, "", "小微企业", "small or micro"),
    ("long_stopped", _B, "", "长期停产", "long stopped"),
    ("season", Kind.SEASON, "", "季节性生产期", "production season"),
    ("continuous_24h", _B, "", "24小时连续生产", "continuous production"),
    ("monitoring", _T, "", "联网状态", "monitoring connected"),
]
_LINE: _Rows = [
    ("firm_id", _T, "", "企业编号", "firm id"),
    ("line_id", _T, "", "生产线编号", "line id"),
    ("name", _T, "", "生产线名称", "line name"),
    ("equipment", _T, "", "主要设备规格", "main equipment"),
    ("product", _T, "", "产品", "product"),
    ("capacity", _D, "", "设计产能", "design capacity"),
    ("capacity_unit", _T, "", "产能单位", "capacity unit"),
    ("output", _D, "", "实际产量", "actual yearly output"),
    ("fuel", _T, "", "燃料", "fuel"),
    ("operating_days", _D, "d/a", "年运行天数", "operating days a year"),
    ("daily_electricity_kwh", _D, "kWh/d", "正常日用电量", "normal daily electricity"),
    ("treatment", _T, "", "治理设施", "treatment"),
    ("outlet_ids", _T, "", "排放口编号", "outlet ids"),
    *((f"annual_t.{p}", _D, "t/a", f"年排放{p.label_zh}", f"annual {p}") for p in POLLUTANTS),
    *((f"daily_kg.{p}", _D, "kg/d", f"日排放{p.label_zh}", f"daily {p}") for p in POLLUTANTS),
    ("accounting", _T, "", "核算方法", "accounting method"),
    ("stoppable", _B, "", "能否快速启停", "can stop at short notice"),
    ("stopped", _B, "", "生产线已停", "line already stopped"),
    ("cut_unit", Kind.CUT_UNIT, "", "减排计量单位", "cut unit"),
    ("cut_units_total", _D, "", "计量单位总数", "cut units in all"),
    ("normal_coking_hours", _D, "h", "正常结焦时间", "normal coking time"),
    ("longest_coking_hours", _D, "h", "最长结焦时间", "longest coking time"),
    ("task_share", _D, "1", "保障负荷比例", "share of load the task needs"),
    ("daily_value_cny", _D, "CNY/d", "停产日损失", "value lost by a day's stop"),
    ("restart_cost_cny", _D, "CNY", "重启费用", "restart cost"),
]
_MEASURE: _Rows = [
    ("firm_id", _T, "", "企业编号", "firm id"),
    ("line_id", _T, "", "生产线编号", "line id"),
    ("level", Kind.LEVEL, "", "预警级别", "alert level"),
    ("kind", Kind.MEASURE_KIND, "", "措施类型", "kind of measure"),
    ("share", _D, "1", "停限产比例", "share of load cut"),
    ("text", _T, "", "措施内容", "wording"),
    ("deadline_h", _D, "h", "落实时限", "deadline"),
    ("indicator", _T, "", "核查指标", "indicator"),
    ("threshold", _T, "", "核查阈值", "threshold"),
    *((f"reduction_kg.{p}", _D, "kg/d", f"减排量{p.label_zh}", f"cut of {p}") for p in POLLUTANTS),
    ("transport", _T, "", "运输要求", "transport requirement"),
]
_DUST: _Rows = [
    ("source_id", _T, "", "扬尘源编号", "source id"),
    ("name", _T, "", "名称", "name"),
    ("kind", _T, "", "类型", "kind"),
    ("district", _T, "", "区县", "district"),
    ("longitude_deg", _D, "°", "经度", "longitude"),
    ("latitude_deg", _D, "°", "纬度", "latitude"),
    ("area_m2", _D, "m2", "面积", "area"),
    ("responsible", _T, "", "责任人", "responsible person"),
    ("phone", _T, "", "电话", "phone"),
    ("guaranteed_notice", _T, "", "保障类工程文号", "key-project notice"),
    ("daily_pm_kg", _D, "kg/d", "日排放颗粒物", "daily PM"),
    *((f"measures.{v}", _T, "", f"{v.label_zh}措施", f"{v} measure") for v in LEVELS),
    *((f"reduction_pm_kg.{v}", _D, "kg/d", f"{v.label_zh}减排量", f"{v} PM cut") for v in LEVELS),
]
_MOBILE: _Rows = [
    ("source_id", _T, "", "移动源编号", "source id"),
    ("name", _T, "", "名称", "name"),
    ("kind", _T, "", "类型", "kind"),
    ("district", _T, "", "区县", "district"),
    ("vehicles", _D, "", "车辆数", "vehicles"),
    ("vehicles_china4_or_older", _D, "", "国四及以下车辆数", "China IV or older"),
    ("machines", _D, "", "非道路机械数", "non-road machines"),
    ("daily_trips", _D, "", "日均车次", "daily trips"),
    *((f"measures.{v}", _T, "", f"{v.label_zh}措施", f"{v} measure") for v in LEVELS),
    *(
        (f"reduction_kg.{v}.{p}", _D, "kg/d", f"{v.label_zh}减排量{p.label_zh}", f"{v} cut of {p}")
        for v in LEVELS
        for p in POLLUTANTS
    ),
]
_TOTAL: _Rows = [
    ("sector", Kind.SECTOR, "", "部门", "sector"),
    *((f"daily_kg.{p}", _D, "kg/d", f"日排放{p.label_zh}", f"daily {p}") for p in POLLUTANTS),
]


def _index(rows: _Rows) -> dict[str, FieldSpec]:
    return {row[0]: FieldSpec(*row) for row in rows}


FIELDS: Mapping[str, Mapping[str, FieldSpec]] = {
    "firm": _index(_FIRM),
    "line": _index(_LINE),
    "measure": _index(_MEASURE),
    "dust": _index(_DUST),
    "mobile": _index(_MOBILE),
    "total": _index(_TOTAL),
}

KEYS: Mapping[str, tuple[str, ...]] = {
    "firm": ("firm_id",),
    "line": ("firm_id", "line_id"),
    "measure": ("firm_id", "line_id"),
    "dust": ("source_id",),
    "mobile": ("source_id",),
    "total": ("sector",),
}
