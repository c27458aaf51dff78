"""What is wrong with soil data, in words: the S codes (those of the process beside it)."""
# ruff: noqa: E501  one text a line, so that both languages can be read side by side

from __future__ import annotations

from collections.abc import Mapping

from lantian.domain.soil.complaint_parcel import PROCESS_WORDS, E, H, W
from lantian.kernel.problem import Place, Problem, Words, worded

COMPLAINTS: Mapping[str, Words] = {
    # --- results
    "S001": (
        E,
        "检测结果“{detail}”不是数，也不是未检出的写法，该结果未使用",
        "The result “{detail}” is neither a number nor a mark of non-detection; not used.",
        "写成 12.5、<0.05、0.05L 或 ND；范围和“约”不能识别",
        "Write 12.5, <0.05, 0.05L or ND; ranges and “about” are not read.",
    ),
    "S002": (
        E,
        "检测结果 {detail} 为负值，该结果未使用",
        "The result {detail} is negative; not used.",
        "核对报告原值；未检出写成 <检出限",
        "Check the laboratory's report; write <limit where nothing was detected.",
    ),
    "S003": (
        E,
        "单位“{detail}”不是土壤含量单位，该结果未使用",
        "“{detail}” is no unit of content in soil; the result was not used.",
        "用 mg/kg、µg/kg 或 ng/kg；mg/L 是地下水或浸出液的单位",
        "Use mg/kg, µg/kg or ng/kg; mg/L belongs to groundwater or leachate.",
    ),
    "S004": (
        E,
        "{item} 为 {detail}，超过每千克土壤可能的最大量，疑为单位错误，该结果未使用",
        "{item} = {detail} is more than a kilogram of soil can hold, a likely slip of the unit; not used.",
        "核对单位",
        "Check the unit.",
    ),
    "S005": (
        W,
        "标准中没有检测项目“{detail}”，该项目共 {n} 个结果未评价",
        "The standard has no item “{detail}”; its {n} results were not judged.",
        "核对名称（总铬不是六价铬）；地方标准的项目可放入地方规则目录",
        "Check the name (total chromium is not Cr VI); items of a local standard go to a rule folder.",
    ),
    "S006": (
        E,
        "项目“{item}”与CAS号 {detail} 不是同一物质，该结果未使用",
        "Item “{item}” and CAS {detail} are not the same substance; the result was not used.",
        "核对名称和CAS号",
        "Check name and CAS number.",
    ),
    "S007": (
        W,
        "{item} 未检出但未给出检出限（{n} 个结果），不能判定",
        "{item} was not detected and no detection limit is given ({n} results): not decidable.",
        "补填检出限；不能当作零",
        "Give the detection limit; it is not taken as zero.",
    ),
    "S008": (
        W,
        "{item} 检出限 {detail} mg/kg 高于筛选值 {known} mg/kg（{n} 个结果），不能判定",
        "{item}: detection limit {detail} mg/kg above the screening value {known} mg/kg ({n} results): not decidable.",
        "换用检出限更低的方法重新检测",
        "Analyse again with a method of lower detection limit.",
    ),
    "S009": (
        E,
        "检测结果为 0：检测不会得出零，该结果未使用",
        "The result is 0: no analysis finds zero; not used.",
        "未检出写成 <检出限 或 ND，并填检出限",
        "Write <limit, or ND with the limit, where nothing was detected.",
    ),
    "S010": (
        E,
        "同一样品同一项目有两个结果：{detail}，后一个未使用",
        "Two results of one sample and item: {detail}; the later one was not used.",
        "删去重复行；复测结果另立样品编号",
        "Remove the repeated row; give a re-analysis a sample number of its own.",
    ),
    "S011": (
        E,
        "检出限“{detail}”不是正数，未使用",
        "The detection limit “{detail}” is no positive number; not used.",
        "写成一个数，单位与结果相同",
        "Write one number in the unit of the result.",
    ),
    "S012": (
        W,
        "结果 {detail} 低于所填检出限 {known}；按数值评价",
        "The result {detail} is below the detection limit {known} given; judged as a number.",
        "低于检出限的写成 <检出限",
        "Write <limit for what is below it.",
    ),
    "S013": (
        W,
        "结果中的检出限 {detail} 与检出限栏 {known} 不一致，按结果中的",
        "The limit in the result ({detail}) and in its column ({known}) differ; that of the result was used.",
        "核对报告",
        "Check the report.",
    ),
    "S014": (
        E,
        "缺少{detail}，该行未使用",
        "The row lacks {detail}; not used.",
        "补填",
        "Fill it in.",
    ),
    "S015": (
        E,
        "单元格中的单位 {detail} 与单位栏 {known} 不一致，该结果未使用",
        "The unit in the cell ({detail}) and in its column ({known}) differ; the result was not used.",
        "只保留正确的一个",
        "Keep the right one.",
    ),
    "S016": (
        H,
        "{item} 需将间-二甲苯与对-二甲苯合并报出，单独的“{detail}”未评价",
        "{item} is limited as a sum; a single “{detail}” was not judged.",
        "合并两项结果后填写",
        "Report the sum.",
    ),
    # --- land
    "S020": (
        W,
        "地块 {parcel} 的用地类别未知（{detail}），两类用地都作了评价",
        "The land class of parcel {parcel} is not known ({detail}); judged by both.",
        "填写用地类别，或用 --land-class 指定",
        "Give the land class in the sheet or with --land-class.",
    ),
    "S021": (
        W,
        "地块 {parcel} 填写为{detail}，但规划用途为{known}，按第一类用地从严",
        "Parcel {parcel} says {detail}, its planned use {known}; the stricter class 1 was used.",
        "核对规划用途",
        "Check the planned use.",
    ),
    "S022": (
        W,
        "规划用途“{detail}”不能确定用地类别：{known}",
        "Planned use “{detail}” does not decide the land class: {known}.",
        "写更细的代码，或填写用地类别",
        "Write a finer code or give the land class.",
    ),
    "S023": (
        H,
        "规划用途“{detail}”的归类依据待核实：{known}",
        "The class of planned use “{detail}” rests on an unverified row: {known}.",
        "由主管部门确认用地类别",
        "Have the authority confirm the class.",
    ),
    "S024": (
        E,
        "“{detail}”不是用地类别",
        "“{detail}” is no land class.",
        "写成 第一类 或 第二类",
        "Write 第一类 or 第二类 (1 or 2).",
    ),
    "S025": (
        H,
        "{item} 高于筛选值（{n} 个结果）；若不高于区域土壤背景值，不纳入污染地块管理，本地块未填背景值",
        "{item} is above screening ({n} results); at or below the regional background it would not count as contaminated, but no background is given.",
        "有背景值依据的填写背景值及来源",
        "Give the background value with its source where there is one.",
    ),
    "S026": (
        E,
        "{column}“{detail}”不是正数，按未填处理",
        "{column} “{detail}” is no positive number; read as not given.",
        "写成一个正数",
        "Write one positive number.",
    ),
    "S027": (
        E,
        "调查阶段“{detail}”不能识别，按未填处理",
        "Stage “{detail}” is not known; read as not given.",
        "写成 初步调查 或 详细调查",
        "Write 初步调查 or 详细调查.",
    ),
    # --- survey
    "S030": (
        W,
        "地块 {parcel} 缺45项基本项目中的 {n} 项：{detail}",
        "Parcel {parcel} lacks {n} of the 45 basic items: {detail}.",
        "补测，或说明不测的理由",
        "Analyse them or say why not.",
    ),
    "S031": (
        W,
        "地块 {parcel} 有土壤点位 {detail} 个，少于{stage}要求的 {known} 个（{why}；{mark}）",
        "Parcel {parcel} has {detail} soil points, fewer than the {known} of a {stage} survey ({why}; {mark}).",
        "补充布点，或说明理由",
        "Add points or give the reason.",
    ),
    "S032": (
        H,
        "地块 {parcel} 未填{detail}，布点密度未判断",
        "Parcel {parcel} gives no {detail}; the density of points was not judged.",
        "补填",
        "Fill it in.",
    ),
    "S033": (
        W,
        "平行样 {detail} 找不到原样 {known}，未比较",
        "The original {known} of duplicate {detail} was not found; not compared.",
        "在“平行样对应样品”中填写原样编号",
        "Name the original sample.",
    ),
    "S034": (
        W,
        "空白样 {detail} 检出 {item}：{known}",
        "Blank {detail} holds {item}: {known}.",
        "查明沾污原因，评估对样品的影响",
        "Find the contamination and its effect on the samples.",
    ),
    "S035": (
        W,
        "平行样 {detail} 的 {item} 相对偏差 {known}% 超过规定的 {limit}%",
        "Duplicate {detail}, {item}: relative deviation {known} % above the {limit} % set.",
        "查明原因，必要时重测",
        "Find the reason; analyse again if needed.",
    ),
    "S036": (
        E,
        "样品 {detail} 不在点位表中，其结果按地块 {known} 评价",
        "Sample {detail} is not in the sheet of points; judged with parcel {known}.",
        "在点位表补上该样品",
        "Add the sample to the sheet of points.",
    ),
    "S037": (
        E,
        "样品类型“{detail}”不能识别，该样品的结果未评价",
        "Sample type “{detail}” is not known; its results were not judged.",
        "写成 普通、平行、对照 或 空白",
        "Write 普通, 平行, 对照 or 空白.",
    ),
    "S038": (
        E,
        "{what}“{detail}”出现两次，后一行未使用",
        "{what} “{detail}” is given twice; the later row was not used.",
        "编号必须唯一",
        "Numbers must be unique.",
    ),
    "S039": (
        E,
        "{what}“{detail}”在地块表中没有，该行未使用",
        "{what} “{detail}” is not in the sheet of parcels; the row was not used.",
        "在地块表补上，或改正编号",
        "Add it to the parcels or correct the number.",
    ),
    "S040": (
        E,
        "没有可评价的检测结果",
        "There is no result that could be judged.",
        "核对文件内容和列名",
        "Check the file and its headers.",
    ),
    **PROCESS_WORDS,
}


def complain(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    return worded(code, COMPLAINTS[code], place, **values)
