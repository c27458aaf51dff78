"""What a grading table is refused for, in words: codes R040 to R056."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem
from lantian.rulebook.refusal import Refusal, worded

GRADING_REFUSALS: Mapping[str, Refusal] = {
    "R040": Refusal(
        "事实的写法无效：{detail}",
        "The fact is not written as it should be: {detail}.",
        "每个事实只写 unit、counted_in、choices、yes_no 中的一种；折算氧只用于浓度",
        "Give exactly one of unit, counted_in, choices and yes_no; reference oxygen only for a "
        "concentration.",
    ),
    "R041": Refusal(
        "指标行引用了表中没有的事实：{detail}",
        "A row names a fact that the table does not have: {detail}.",
        "在 facts 中补上该事实，或改正编号",
        "Add it to facts or correct the id.",
    ),
    "R042": Refusal(
        "判定条件写法无效：{detail}",
        "The test cannot be read: {detail}.",
        "数值写 “<= 10”“>= 0.8”“< 5”“> 3”，选项写 “in a, b”，是否写 yes；小时达标率加 “@ 95%”",
        "Write '<= 10', '>= 0.8', '< 5' or '> 3' for quantities, 'in a, b' for choices, yes for "
        "yes-or-no; add '@ 95%' for the share of hours.",
    ),
    "R043": Refusal(
        "每个等级只能写 tests、any、text_zh、nothing 之一为要求：{detail}",
        "A level says either tests, any, words or nothing: {detail}.",
        "有判定条件就写 tests 或 any（text_zh 作说明），只能人工判断的只写 text_zh，不要求的写 nothing: true",
        "Tests or any (with words beside them), words alone for what a person judges, nothing: "
        "true where nothing is demanded.",
    ),
    "R044": Refusal(
        "等级不在该表的等级体系中，或写了最低等级：{detail}",
        "The grade is not in the scheme of the table, or is its lowest: {detail}.",
        "最低等级不设要求，不写入 levels；其他等级先在 schemes 中列出",
        "The lowest grade demands nothing and is left out; list other grades in schemes first.",
    ),
    "R045": Refusal(
        "某等级既没有要求，也没有列为缺失：{detail}",
        "A grade has neither a demand nor an entry under absent: {detail}.",
        "补上该等级的要求；没有来源时在 absent 中写明维度和等级",
        "Add the demand, or declare dimension and grade under absent where no source exists.",
    ),
    "R047": Refusal(
        "较好等级的限值反而更宽：{detail}",
        "A better grade has the wider limit: {detail}.",
        "核对该行各等级的数值；较好等级不得宽于较差等级",
        "Check the figures of the row; a better grade may not be wider than a worse one.",
    ),
    "R048": Refusal(
        "子类不在该行业中：{detail}",
        "The subtype is not one of the industry: {detail}.",
        "改成行业文件 subtypes 中的名称",
        "Use a name of subtypes in the industry's file.",
    ),
    "R049": Refusal(
        "该表没有等级体系：{detail}",
        "The table has no scheme of grades: {detail}.",
        "在 schemes 中按子类列出等级，最好的在前、最低的在后",
        "List the grades of each subtype under schemes, best first, lowest last.",
    ),
    "R050": Refusal(
        "该表没有判例文件：{detail}",
        "The table has no cases: {detail}.",
        "在 cases 目录中建同名文件；有数值的指标行都要有限值两侧的判例",
        "Add a file of the same name under cases; every row with a figure needs a case on both "
        "sides of its limit.",
    ),
    "R051": Refusal(
        "判例引用了表中没有的行、事实、子类或等级：{detail}",
        "A case names a row, fact, subtype or grade that the table does not have: {detail}.",
        "对照指标表改正判例",
        "Correct the case after the table.",
    ),
    "R052": Refusal(
        "待核实的要求没有写把握程度：{detail}",
        "An unverified demand states no certainty: {detail}.",
        "写 certainty: high、medium 或 low",
        "Write certainty: high, medium or low.",
    ),
    "R053": Refusal(
        "{day} 当天没有该行业的分级指标表：{detail}",
        "No grading table of this industry is in force on {day}: {detail}.",
        "换一个日期，或用 lantian rules import 录入当时的指标表",
        "Take another day, or load the table of that time with lantian rules import.",
    ),
    "R054": Refusal(
        "没有该省的评级程序：{detail}",
        "There is no grading process of this province: {detail}.",
        "可用：{known}；也可在地方规则目录中增加一个 grading-process 文件",
        "One of {known}; or add a grading-process file to your own rule folder.",
    ),
    "R055": Refusal(
        "能效关口引用了能效表中没有的产品：{detail}",
        "The energy gate names a product that no energy table has: {detail}.",
        "改成 energy 文件中的产品编号",
        "Use a product id of an energy file.",
    ),
    "R056": Refusal(
        "标杆水平比基准水平更宽：{detail}",
        "The benchmark is wider than the baseline: {detail}.",
        "核对两个数值；能耗越低越好",
        "Check both figures; less energy is better.",
    ),
}


def refuse_table(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return the problem of one code of the grading tables."""
    return worded(GRADING_REFUSALS[code], code, place, values)
