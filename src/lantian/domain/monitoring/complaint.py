"""What is wrong with monitoring data, marks and outlets, in words: the M codes."""
# ruff: noqa: E501  one text a line, so that both languages can be read side by side

from __future__ import annotations

from collections.abc import Mapping

from lantian.domain.monitoring.complaint_marks import MARK_WORDS, E, H, W
from lantian.kernel.problem import Place, Problem, Words, worded

COMPLAINTS: Mapping[str, Words] = {
    # --- files
    "M001": (
        E,
        "文件无法读取：{detail}",
        "The file cannot be read: {detail}.",
        "数据保存为 UTF-8 或 GB18030 编码的 CSV 再试",
        "Save the data as CSV in UTF-8 or GB18030.",
    ),
    "M002": (
        E,
        "缺少必需的列：{detail}",
        "A column that is needed is missing: {detail}.",
        "宽表：time 加因子列（如 a21026-Avg、a21026-Flag）；长表：time、factor、value，可加 flag、converted",
        "Wide: time and factor columns (a21026-Avg, a21026-Flag); long: time, factor, value, and flag, converted.",
    ),
    "M003": (
        E,
        "{column} 的值“{detail}”不是数，该值按缺数处理",
        "{column} = “{detail}” is not a number; the value counts as missing.",
        "填一个数；缺数留空",
        "Give one number; leave it empty where nothing was measured.",
    ),
    "M004": (
        W,
        "{column} 为负值 {detail}，未参加平均",
        "{column} = {detail} is negative; it is in no mean.",
        "核对仪器零点；负值不参加平均是系统设定，条文未见",
        "Check the zero of the instrument; leaving negatives out is a choice of Lantian's, no clause was seen.",
    ),
    "M005": (
        E,
        "{column} 的值“{detail}”超过六位小数或过大，该值按缺数处理",
        "{column} = “{detail}” has more than six decimals or is too large; it counts as missing.",
        "按仪器实际位数填写",
        "Write the decimals the instrument has.",
    ),
    "M006": (
        E,
        "时间无法读取：“{detail}”，该行未使用",
        "The time cannot be read: “{detail}”; the row was not used.",
        "写成 2026-01-05 13:00 或 20260105130000",
        "Write it as 2026-01-05 13:00 or 20260105130000.",
    ),
    "M007": (
        E,
        "{column} 同一时间出现两次：{detail}，后一行未使用",
        "{column}: the same time twice, {detail}; the later row was not used.",
        "删去重复行；两值不同的，先查明哪一个是原始数据",
        "Remove the repeated row; where the values differ, find out which is the original.",
    ),
    "M008": (
        E,
        "该行比表头长，多出的单元格未使用",
        "The row is longer than the header; the cells beyond it were not used.",
        "核对分隔符和数据中的逗号",
        "Check the delimiter and commas inside cells.",
    ),
    "M009": (
        W,
        "不认识的列或因子“{detail}”，未使用",
        "Unknown column or factor “{detail}”; it was not used.",
        "用 HJ 212 因子编码（如 a21026）；其他因子可加入地方规则目录",
        "Use factor codes of HJ 212 (a21026); further factors go to a rule folder.",
    ),
    "M010": (
        E,
        "排口文件无法读取：{detail}",
        "The outlet file cannot be read: {detail}.",
        "用 UTF-8 编码的 YAML 保存，并改正该行",
        "Save it as YAML in UTF-8 and correct that line.",
    ),
    "M011": (
        E,
        "排口文件有误：{detail}",
        "The outlet file is wrong: {detail}.",
        "对照 docs/monitoring.md 的样例改正",
        "Compare with the example in docs/monitoring.md.",
    ),
    "M012": (
        E,
        "排口的介质是{known}，因子“{detail}”不属于它，未使用",
        "The outlet is {known}; factor “{detail}” does not belong to it and was not used.",
        "核对排口和数据文件是否对应",
        "Check that the file belongs to the outlet.",
    ),
    "M013": (
        E,
        "{column} 的时间间隔无法确定：{detail}",
        "{column}: the interval of the values cannot be told: {detail}.",
        "用 --step 指明间隔（分钟），它应能整除一小时或一天",
        "Name it with --step in minutes; it has to divide an hour or a day.",
    ),
    "M014": (
        E,
        "{column} 的时间 {detail} 不在 {known} 的整点上，该值未使用",
        "{column}: {detail} is not on the grid of {known}; the value was not used.",
        "核对时间；HJ 212 的数据时间是时段的开始",
        "Check the time; in HJ 212 it is the start of the period.",
    ),
    "M015": (
        E,
        "{column} 的数据标记“{detail}”不在标准的表内，该值按无效处理",
        "{column}: the flag “{detail}” is not in the table of the standard; the value counts as not valid.",
        "标记用 {known}",
        "Flags are {known}.",
    ),
    "M016": (
        H,
        "{column} 没有数据标记，按正常（N）处理",
        "{column} has no data flags; taken as normal (N).",
        "导出时带上 Flag 列",
        "Export the Flag column too.",
    ),
    "M017": (
        W,
        "排口未登记基准含氧量，{detail} 不折算",
        "No reference oxygen is registered: {detail} is not converted.",
        "在排口文件登记 reference_o2_pct 和所依据的标准",
        "Register reference_o2_pct in the outlet file with its document.",
    ),
    "M018": (
        W,
        "{column} 有 {detail} 个值因含氧量达到20.9%或无效而不能折算",
        "{column}: {detail} values cannot be converted, oxygen being 20.9 % or more, or not valid.",
        "核对含氧量；停运时段由企业标记",
        "Check the oxygen; the firm marks times out of service.",
    ),
    "M019": (
        W,
        "{column} {detail}：逐值折算后平均与按小时平均含氧量折算分居限值两侧（{known}），条文未见",
        "{column} {detail}: converting each value and converting the hourly mean lie on two sides of the limit ({known}); no clause was seen.",
        "人工核定；当前按规则 convert_each_value",
        "Decide by hand; Lantian goes by the rule convert_each_value.",
    ),
    "M020": (
        W,
        "限值涉及的 {detail} 在数据中没有",
        "There are no data of {detail}, which has a limit.",
        "核对文件是否完整",
        "Check that the file is complete.",
    ),
    "M021": (
        H,
        "{detail} 没有登记限值，不判定超标",
        "{detail} has no registered limit and is not judged.",
        "需要判定的，在排口文件登记限值",
        "Register a limit where it is to be judged.",
    ),
    "M022": (
        W,
        "{detail} 在 {known} 没有有效的限值，当日不判定",
        "No limit of {detail} holds on {known}; the day is not judged.",
        "核对限值的起止日期",
        "Check from when to when the limit holds.",
    ),
    "M023": (
        W,
        "废水按日均值判定，{detail} 的小时限值未使用",
        "Wastewater is judged by daily means; the hourly limit of {detail} was not used.",
        "改为日限值",
        "Give a daily limit.",
    ),
    "M024": (
        W,
        "{column} {detail}：有效数据不足（{known}），日均值不判定",
        "{column} {detail}: too few valid values ({known}); the daily mean is not judged.",
        "核对缺数、仪器标记和企业标记",
        "Look at gaps, flags and marks of the day.",
    ),
    "M025": (
        H,
        "不计算排放量：{detail}",
        "No emission mass: {detail}.",
        "数据带上流量列，并在排口文件登记 flow_unit",
        "Give the flow, and flow_unit in the outlet file.",
    ),
    "M026": (
        W,
        "{column} {detail}：数采仪折算值 {known}，重算为 {what}",
        "{column} {detail}: the logger converts to {known}, recomputed {what}.",
        "核对数采仪的基准含氧量和折算公式",
        "Check reference oxygen and formula in the logger.",
    ),
    "M027": (
        W,
        "{column} {detail}：数采仪小时值 {known}，重算为 {what}",
        "{column} {detail}: the logger's hourly value is {known}, recomputed {what}.",
        "核对数采仪的平均方法和参数",
        "Check how the logger averages, and its parameters.",
    ),
    "M028": (
        W,
        "{column}：数采仪缺 {detail} 个小时值，多出 {known} 个",
        "{column}: the logger lacks {detail} hourly values and has {known} that cannot be recomputed.",
        "核对数据是否补传",
        "Check whether data were backfilled.",
    ),
    "M029": (
        E,
        "文件中没有可用的数据",
        "There is nothing in the file that can be used.",
        "核对列名和时间列",
        "Check the names of the columns and the times.",
    ),
    "M045": (
        W,
        "{column} 有 {detail} 个值标记为超测定上限（T），未参加平均：真实浓度可能更高",
        "{column}: {detail} values are flagged above range (T) and in no mean: the true values may be higher.",
        "核对量程；必要时现场监测",
        "Check the range; measure on site where needed.",
    ),
    "M046": (
        H,
        "登记的基准含氧量 {detail}% 与参考表 {known}% 不同（{what}，{status}）",
        "The registered reference oxygen is {detail} %, the table says {known} % ({what}, {status}).",
        "以排口所依据的标准为准，核对登记",
        "The standard of the outlet decides; check the register.",
    ),
    "M047": (
        H,
        "{detail} 不按日均值判定（某市规则的例外），其判定方法未见",
        "{detail} is not judged by its daily mean (an exception of one city's list); how it is judged was not seen.",
        "人工核定",
        "Decide by hand.",
    ),
    "M048": (
        H,
        "{detail} 的数据只覆盖季度 {known} 的 {what} 小时，捕集率只按这些小时计算",
        "{detail}: the data cover {what} hours of {known}; the rate of capture is of these only.",
        "给出整个季度的数据",
        "Give the data of the whole quarter.",
    ),
    "M049": (
        W,
        "{column} 有 {detail} 小时缺失排放量，按规则由人工核定",
        "{column}: {detail} hours of missing mass are left to be decided by hand.",
        "有效捕集率低于75%，或之前的有效小时不足",
        "The rate of capture is below 75 %, or there are too few valid hours before.",
    ),
    "M050": (
        E,
        "没有可判定的数据：{detail}",
        "There is nothing to judge: {detail}.",
        "登记限值，并核对数据中的因子",
        "Register limits and check the factors of the file.",
    ),
    "M051": (
        W,
        "{column} 流量不全，{detail} 的日均值按算术平均",
        "{column}: the flow is not complete; the daily mean of {detail} is arithmetic.",
        "补齐流量",
        "Complete the flow.",
    ),
    "M052": (
        W,
        "{column} {detail}：负的流量、流速或含氧量不可能出现",
        "{column} {detail}: a flow, velocity or oxygen below nothing cannot be.",
        "核对仪器",
        "Check the instrument.",
    ),
    **MARK_WORDS,
}


def complain(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    return worded(code, COMPLAINTS[code], place, **values)
