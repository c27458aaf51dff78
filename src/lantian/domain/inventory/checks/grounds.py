"""The documents that the checks stand on, each with its mark; no mark is ever upgraded."""

from __future__ import annotations

from lantian.domain.inventory.checks.rule import Ground
from lantian.rulebook.model import Status

CREDIT_CODE = Ground(
    (
        "GB 32100-2015 法人和其他组织统一社会信用代码编码规则；GB 11714 组织机构代码",
        "GB 32100-2015 unified social credit code; GB 11714 organisation code",
    ),
    Status.UNVERIFIED,
    "general knowledge, text not seen",
)
PERMIT_NUMBER = Ground(
    (
        "排污许可证编号：18位统一社会信用代码＋3位顺序号＋1位校验字母",
        "permit number: 18-character credit code, three digits, one letter",
    ),
    Status.UNVERIFIED,
    "general knowledge, text not seen",
)
GUARD = Ground(
    ("应急减排清单核算防错规则", "guard rules for computing the emergency list"),
    Status.UNVERIFIED,
    "sensible, but not seen as an official check",
)
REVIEW_2024 = Ground(
    (
        "应急减排清单审核要点（赤峰2024）：应纳尽纳、基础数据与排污许可一致、行业正确、减排基数写明",
        "reviewers' points (Chifeng 2024): everyone listed, data agree with the permit, sector "
        "correct, reduction base stated",
    ),
    Status.OFFICIAL,
    "http://nm.people.com.cn/BIG5/n2/2024/1101/c347190-41027827.html",
)
CHECKABLE = Ground(
    (
        "山东省重污染天气应急预案（2020）：措施可操作、可监测、可核查，明确到生产设施、工序和关键指标",
        "Shandong plan 2020: measures operable, monitorable, verifiable; named units, steps and "
        "key indicators",
    ),
    Status.SECONDARY,
    "http://www.sxyaojie.cn/24/774330.html",
)
COVERAGE = Ground(
    (
        "国发〔2023〕24号第27条：清单覆盖所有涉气企业，与排污许可衔接",
        "State Council 2023 No. 24, item 27: the list covers all gas emitters, tied to permits",
    ),
    Status.SECONDARY,
    "https://tfsb.net/news/show-16315-4.html",
)
GUIDE_2020 = Ground(
    (
        "环办大气函〔2020〕340号 重污染天气重点行业应急减排措施制定技术指南（2020年修订版）",
        "technical guide for 39 key industries, 2020 revision",
    ),
    Status.SECONDARY,
    "http://yecyd.com/detail/id/52393.html",
)
LOWEST_GRADE = Ground(
    (
        "未申报绩效分级的企业按本行业最低等级管控（天津2023）",
        "a firm that has not applied is treated at the lowest grade (Tianjin 2023)",
    ),
    Status.SECONDARY,
    "http://hjy.jiujiangweiye.com/zmhd/zwft/ftsp/202312/t20231208_6476210.html",
)
GRADE_NOTICE = Ground(
    (
        "晋环发〔2022〕20号：A、B（含B-）、引领性企业由省级分批公布",
        "Shanxi 2022 No. 20: the province publishes A, B (incl. B-) and leading firms in batches",
    ),
    Status.SECONDARY,
    "http://chndaqi.com/news/335868.html",
)
AUTONOMOUS = Ground(
    (
        "A级、引领性企业自主减排（河南2020）；未填承诺量的自主减排按0计（后者待核实）",
        "A and leading firms decide themselves (Henan 2020); a voluntary cut without a committed "
        "figure counts 0 (the latter unverified)",
    ),
    Status.UNVERIFIED,
    "https://hn.cri.cn/20201030/b126becc-ef1d-76f3-6c1b-abe6b0c55e62.html",
)
WHOLE_LINES = Ground(
    (
        "多条生产线的以停产整条线方式减排，按生产线计（太原预案修订报道）",
        "with several lines, whole lines are stopped, counted by line (report on the Taiyuan plan)",
    ),
    Status.SECONDARY,
    "http://playtv3.com/cms/info/634",
)
TASK = Ground(
    (
        "保障类企业以热定产、以量定产（河南2019报道）",
        "guaranteed supply: output fixed by the task (report on Henan 2019)",
    ),
    Status.SECONDARY,
    "https://ttnews.xyz/a/5dd6eb41dc9b5e51a0452b21?lang=zh-hans",
)
FLOOR = Ground(
    (
        "地方可以加严，不得低于技术指南的减排要求",
        "localities may ask for more than the guide, never less",
    ),
    Status.SECONDARY,
    "https://www.lv178.cn/lvye/56652.html",
)
TARGETS = Ground(
    (
        "减排比例以全社会排放总量为基数（天津市重污染天气应急预案摘要）",
        "reductions are shares of whole-society emission (abstract of the Tianjin plan)",
    ),
    Status.SECONDARY,
    "http://www.sf850.com/policy/view?id=6387",
)
SPECIAL_CLASSES = Ground(
    (
        "小微、季节性、长期停产等特殊类别的列单规则",
        "listing of small, seasonal and long-stopped firms",
    ),
    Status.UNVERIFIED,
    "general knowledge, text not seen",
)
INDUSTRY_CODES = Ground(
    ("GB/T 4754-2017 国民经济行业分类", "GB/T 4754-2017 industrial classification"),
    Status.UNVERIFIED,
    "general knowledge, text not seen",
)
FIELDS = Ground(
    (
        "清单字段（系统设定，官方表样未见）",
        "fields of the list (Lantian's choice; the official template was not seen)",
    ),
    Status.DESIGN,
)
PLAUSIBLE = Ground(
    ("数据合理性检查（系统设定）", "plausibility check (Lantian's choice)"), Status.DESIGN
)
