"""The workbook of a grading table: how a bureau writes, or corrects, an industry's annex."""

from __future__ import annotations

from lantian.adapters.excel.form import FormColumn, FormSheet
from lantian.rulebook.grading_tables.model import DIMENSIONS


def _c(key: str, header: str, width: float = 14, note: str = "", **more: object) -> FormColumn:
    return FormColumn(key, header, width=width, note=note, **more)  # type: ignore[arg-type]


STATUSES = ("official", "secondary", "unverified", "design")
KINDS = {"数值": "quantity", "选项": "choice", "是否": "yes_no"}
_CLAUSE = _c("clause", "条款", 24)
_SOURCE = _c("source", "来源编号", 12, "来源表中的编号，多个用逗号分开；留空随上一级")
_STATUS = _c("status", "状态", 12, "留空随上一级", choices=STATUSES)
_CERTAINTY = _c("certainty", "把握程度", 10, "待核实时填", choices=("high", "medium", "low"))

SHEETS: tuple[FormSheet, ...] = (
    FormSheet(
        "head",
        "表头",
        (_c("key", "项目", 18, required=True), _c("value", "内容", 90, required=True)),
        required=True,
        note="行业、版本、文件、条款、生效日期、失效日期、来源编号、状态、说明、不继承的通用行",
    ),
    FormSheet(
        "source",
        "来源",
        (
            _c("id", "来源编号", 12, required=True),
            _c("document", "文件", 60, required=True),
            _c("address", "地址", 60),
            _c("covers", "涉及内容", 40),
        ),
        required=True,
        note="每条规则都要能追到来源",
    ),
    FormSheet(
        "scheme",
        "等级体系",
        (
            _c("subtype", "子类", 30, "没有子类的行业留空"),
            _c("grades", "等级", 30, "最好的在前、最低的在后，用逗号分开", required=True),
        ),
        required=True,
        note="最低等级未知时最后写 ungraded",
    ),
    FormSheet(
        "fact",
        "事实",
        (
            _c("id", "编号", 24, "小写字母、数字、下划线", required=True),
            _c("zh", "名称", 34, required=True),
            _c("en", "英文名称", 30),
            _c("kind", "类型", 8, required=True, choices=tuple(KINDS)),
            _c("unit", "单位", 10, "数值的单位；比例留空"),
            _c("counted_in", "计数单位", 12, "系统不换算的单位，如 万块/a"),
            _c("choices", "选项", 50, "编号=名称，用分号分开"),
            _c("low", "最小值", 10),
            _c("high", "最大值", 10, "超出视为单位错误"),
            _c("o2_ref_pct", "基准氧%", 10),
        ),
        required=True,
        note="指标表要问企业的每一件事",
    ),
    FormSheet(
        "row",
        "指标行",
        (
            _c("id", "编号", 24, "小写字母、数字、连字符", required=True),
            _c("dimension", "维度", 16, required=True, choices=tuple(DIMENSIONS.values())),
            _c("item", "指标", 30, required=True),
            _c("subtypes", "子类", 30, "只适用于部分子类时填，用竖线 | 分开"),
            _c("when", "适用条件", 40, "事实 条件，用分号分开，如 has_boiler yes"),
            _CLAUSE,
            _SOURCE,
            _STATUS,
            _CERTAINTY,
            _c("note", "说明", 30),
        ),
        required=True,
        note="每个指标一行；各等级的要求写在“要求”表",
    ),
    FormSheet(
        "level",
        "要求",
        (
            _c("row", "指标行", 24, required=True),
            _c("grade", "等级", 10, required=True),
            _c("tests", "判定条件", 60,
               "如 pm <= 10; closed yes；多种途径之间写 或；小时达标率写 nox <= 50 @ 95%"),
            _c("nothing", "不作要求", 10, choices=("是",)),
            _c("text", "文字", 50, "只写文字、没有判定条件的，须人工判断"),
            _CLAUSE,
            _SOURCE,
            _STATUS,
            _CERTAINTY,
            _c("note", "说明", 30),
        ),
        required=True,
        note="每个指标行、每个等级（最低等级除外）一行",
    ),
    FormSheet(
        "absent",
        "缺失",
        (
            _c("dimensions", "维度", 40, required=True),
            _c("grades", "等级", 20, required=True),
            _c("subtypes", "子类", 30, "用竖线 | 分开；留空为全部"),
            _c("note", "说明", 60, required=True),
        ),
        note="没有来源的部分写在这里，不要猜",
    ),
    FormSheet(
        "case",
        "判例",
        (
            _c("row", "指标行", 24, required=True),
            _c("subtype", "子类", 28),
            _c("fact", "事实", 24, required=True),
            _c("given", "其他事实", 44, "事实=值，用分号分开"),
            _c("steps", "取值与等级", 60, "值:等级，用分号分开，如 10 mg/m3:A; 10.1 mg/m3:B",
               required=True),
        ),
        note="每个限值的两侧都要有判例",
    ),
)  # fmt: skip
