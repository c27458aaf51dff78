"""The workbook of applications: its sheets and columns, in the words officers use."""

from __future__ import annotations

from lantian.adapters.excel.form import FormColumn, FormSheet

YES_NO = ("是", "否")


def _c(key: str, header: str, width: float = 14, note: str = "", **more: object) -> FormColumn:
    return FormColumn(key, header, width=width, note=note, **more)  # type: ignore[arg-type]


FIRM_ID = _c("firm_id", "企业编号", 12, "同一企业在各表中用同一编号", required=True)
INDUSTRY = _c("industry", "行业", 16, "企业只有一个行业时可不填")
EVIDENCE = _c("evidence", "证据编号", 16, "证据表中的编号，多个用逗号分开")

SHEETS: tuple[FormSheet, ...] = (
    FormSheet(
        "firm",
        "企业",
        (
            FIRM_ID,
            _c("name", "企业名称", 30, required=True),
            _c("industry", "行业", 16, "39个重点行业之一", required=True),
            _c("subtype", "子类", 26, "行业分子类时必填"),
            _c("district", "区县", 16),
            _c("credit_code", "统一社会信用代码", 22),
            _c("applied_on", "申请日期", 12, "写成 2022-09-01"),
            _c("wants", "申请等级", 10),
            _c("published_grade", "公布等级", 10, "已由公告公布的等级；优先于计算结果"),
            _c("published_notice", "公告文号", 28),
            _c("published_on", "公布日期", 12),
        ),
        required=True,
        note="每个企业的每个行业一行；涉及多个行业的企业写多行，等级取最低",
    ),
    FormSheet(
        "fact",
        "指标事实",
        (
            FIRM_ID,
            INDUSTRY,
            _c("fact", "事实", 34, "指标表中的编号或中文名称", required=True),
            _c("value", "值", 22, required=True),
            _c("unit", "单位", 10, "如 mg/m³；可与值写在一起"),
            _c("o2", "实测氧含量%", 12, "有基准氧的浓度必填，除非已折算"),
            _c("converted", "已折算", 8, "填“是”表示值已折算到基准氧", choices=YES_NO),
            _c("date", "日期", 12, "监测或核查的日期"),
            EVIDENCE,
        ),
        required=True,
        note="每个事实一行；不清楚的不要填，系统按未知处理，不会当作不达标",
    ),
    FormSheet(
        "hour",
        "小时值",
        (
            FIRM_ID,
            INDUSTRY,
            _c("fact", "事实", 34, required=True),
            _c("time", "时间", 18),
            _c("value", "值", 12, required=True),
            _c("o2", "实测氧含量%", 12),
        ),
        note="指标要求小时均值达标比例时填写；单位与“指标事实”表中同一事实相同",
    ),
    FormSheet(
        "decision",
        "人工判定",
        (
            FIRM_ID,
            INDUSTRY,
            _c("row", "指标行", 26, "指标行编号；判定整体等级时留空"),
            _c("grade", "等级", 8, required=True),
            _c("holds", "满足", 8, "该等级的要求是否满足；整体判定不填", choices=YES_NO),
            _c("by", "判定人", 14, required=True),
            _c("on", "判定日期", 12, required=True),
            EVIDENCE,
            _c("note", "说明", 40),
        ),
        note="只能对文字要求的格，或对指标表不能判定的整体等级",
    ),
    FormSheet(
        "energy",
        "能效",
        (
            FIRM_ID,
            INDUSTRY,
            _c("product", "产品", 22, "能效表中的产品编号", required=True),
            _c("value", "单位产品能耗", 16, required=True),
            _c("unit", "单位", 12),
            _c("correction", "修正项", 16, "写修正项名称的行只写修正值，从能耗中扣除"),
            EVIDENCE,
        ),
        note="能效关口：A级须达到标杆水平，B级须达到基准水平（以省级规定为准）",
    ),
    FormSheet(
        "evidence",
        "证据",
        (
            FIRM_ID,
            _c("id", "证据编号", 12, required=True),
            _c("file", "文件", 34, "相对证据目录的路径", required=True),
            _c("sha256", "SHA-256", 40, "留空则由系统计算登记"),
            _c("who", "提交人", 14),
            _c("when", "提交时间", 18),
            _c("proves", "证明什么", 40),
        ),
        note="文件按哈希登记：以后逐字节核对，换过的文件会被发现",
    ),
)
