"""What is wrong with air data, in words: codes A001 to A026."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT

COMPLAINTS: Mapping[str, Words] = {
    "A001": (
        E,
        "文件无法读取：{detail}",
        "The file cannot be read: {detail}.",
        "保存为 UTF-8 或 GB18030 编码的 CSV 再试",
        "Save it as CSV in UTF-8 or GB18030.",
    ),
    "A002": (
        E,
        "缺少必需的列：{detail}",
        "A column that is needed is missing: {detail}.",
        "列名用 date（或 time）、city（或 station）、so2、no2、co、o3（或 o3_8h）、pm10、pm25，大小写不限",
        "Name the columns date (or time), city (or station), so2, no2, co, o3 (or o3_8h), pm10, "
        "pm25, in any case.",
    ),
    "A003": (
        E,
        "{column} 的值“{detail}”不是数，该值未使用",
        "{column} = “{detail}” is not a number; the value was not used.",
        "填一个数；缺测留空",
        "Give one number; leave it empty where nothing was measured.",
    ),
    "A004": (
        E,
        "{column} 为负值 {detail}，该值未使用",
        "{column} = {detail} is negative; the value was not used.",
        "核对仪器零点或标记，缺测留空",
        "Check the zero of the instrument or its flag; leave it empty where invalid.",
    ),
    "A005": (
        E,
        "{column} = {detail} 超出可能的范围（上限 {known}），疑为单位错误，该值未使用",
        "{column} = {detail} is beyond what is possible ({known}), a likely slip of the unit; not "
        "used.",
        "CO 用 mg/m³，其余用 µg/m³；1000 µg/m³ = 1 mg/m³",
        "CO is in mg/m³, all others in µg/m³; 1000 µg/m³ are 1 mg/m³.",
    ),
    "A006": (
        E,
        "同一{what}同一时间出现两次：{detail}，后一行未使用",
        "The same {what} and time twice: {detail}; the later row was not used.",
        "删去重复行，或改正时间",
        "Remove the repeated row or correct its time.",
    ),
    "A007": (
        E,
        "日期或时间无法读取：“{detail}”，该行未使用",
        "The date or time cannot be read: “{detail}”; the row was not used.",
        "写成 2022-03-05，小时值写成 2022-03-05 13:00；24:00 可用，指当日最后一小时",
        "Write 2022-03-05, for hours 2022-03-05 13:00; 24:00 is the last hour of that day.",
    ),
    "A008": (
        W,
        "PM2.5（{detail}）大于 PM10（{known}）",
        "PM2.5 ({detail}) is above PM10 ({known}).",
        "核对两台仪器；数值照用",
        "Check both instruments; the values were used as they are.",
    ),
    "A009": (
        W,
        "{what} 在该期间缺 {detail} 天",
        "{what} lacks {detail} days of the period.",
        "补齐数据；缺测天数不计入比例",
        "Complete the data; missing days are not in the ratio.",
    ),
    "A010": (
        W,
        "{detail} 早于 {known}（HJ 633-2012 全国施行日），按 2012 年版计算",
        "{detail} is before {known}, when HJ 633-2012 took effect nationwide; computed by it.",
        "重点城市更早施行；其他城市当时使用 API，不可直接比较",
        "Key cities applied it earlier; others then used the API, which does not compare.",
    ),
    "A011": (
        E,
        "{column} 的值“{detail}”超过六位小数或过大，该值未使用",
        "{column} = “{detail}” has more than six decimals or is too large; not used.",
        "按仪器实际位数填写",
        "Write the decimals the instrument has.",
    ),
    "A012": (
        H,
        "原有的列 {detail} 与结果列同名，已改名为 {known}",
        "The column {detail} has the name of a result; it is kept as {known}.",
        "无需处理",
        "Nothing to do.",
    ),
    "A013": (
        H,
        "时间带有其他时区，已换算为北京时间：{detail}",
        "The time names another zone and was converted to Beijing time: {detail}.",
        "核对来源的时区",
        "Check the zone of the source.",
    ),
    "A014": (
        W,
        "期间跨越两版标准（{detail}），汇总按 {known} 计算",
        "The period crosses two editions ({detail}); the summary goes by {known}.",
        "用 --edition 指定一版，或用 lantian air compare 两版对照",
        "Name one with --edition, or compare both with lantian air compare.",
    ),
    "A015": (
        W,
        "该行六项全部缺测，没有可计算的值",
        "All six pollutants are missing in this row.",
        "补齐数据或删去该行",
        "Complete the data or remove the row.",
    ),
    "A016": (
        E,
        "期间写法无效：“{detail}”",
        "Not a period: “{detail}”.",
        "写成 2022、2022-H1、2022-Q1、2022-03 或 2022-01-05..2022-02-10",
        "Write 2022, 2022-H1, 2022-Q1, 2022-03 or 2022-01-05..2022-02-10.",
    ),
    "A017": (
        W,
        "{what} 缺少 {detail}，综合指数未计算",
        "{what} lacks {detail}; the composite index was not computed.",
        "补齐六项浓度",
        "Give all six concentrations.",
    ),
    "A018": (
        E,
        "文件中没有该期间的数据：{detail}",
        "The file holds nothing of the period: {detail}.",
        "核对期间和文件",
        "Check period and file.",
    ),
    "A019": (
        W,
        "{column} 的日均值为 0，按缺测处理（沙尘剔除日常以 0 表示）",
        "{column} has a daily mean of 0, taken as missing (deducted days are often shown as 0).",
        "确为剔除的，在剔除名单中登记",
        "Enter deducted days in the list of deductions.",
    ),
    "A020": (
        H,
        "{detail} 天缺项，优良天数采用文件中给出的 AQI",
        "{detail} days lack a pollutant; for good days the AQI given in the file was used.",
        "核对这些天的 AQI 来源",
        "Check where the AQI of these days comes from.",
    ),
    "A021": (
        W,
        "{column} 带有无效标记“{detail}”，该值未使用",
        "{column} is flagged as invalid (“{detail}”); the value was not used.",
        "核对标记；有效数据的标记留空或写 N",
        "Check the flag; valid values have none, or N.",
    ),
    "A022": (
        W,
        "该小时采样 {detail} 分钟，少于 {known} 分钟，该行的值未使用",
        "{detail} minutes of sampling in the hour, fewer than {known}; its values were not used.",
        "核对采样时间；数据有效的改正 minutes 列",
        "Check the sampling time; correct the column minutes where the data are valid.",
    ),
    "A023": (
        H,
        "对照点 {detail} 不参加城市评价，{known} 行未计入城市值",
        "The reference site {detail} takes no part in city values; {known} rows were left out.",
        "无需处理",
        "Nothing to do.",
    ),
    "A024": (
        H,
        "本期按 {known}，上年同期按 {detail}：优良天数和综合指数的变化含标准变化",
        "Judged by {known} now and by {detail} a year before: changes of good days and of the "
        "composite index hold the change of the standard.",
        "用 --edition 指定一版再比较",
        "Name one edition with --edition to compare like with like.",
    ),
    "A025": (
        H,
        "气态污染物由 {known} K 换算到 {detail} K（该日的参比状态），保留六位小数",
        "Gases were converted from {known} K to {detail} K, the reference state of the day, to six decimals.",
        "核对参比温度列",
        "Check the column of the reference temperature.",
    ),
    "A026": (
        E,
        "参比温度“{detail}”无法识别，该行的气态污染物未使用",
        "The reference temperature “{detail}” is none that is known; the gases of the row were not used.",
        "填 273.15 或 298.15（K）",
        "Write 273.15 or 298.15 (K).",
    ),
}


def complain(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    return worded(code, COMPLAINTS[code], place, **values)


def unreadable(place: Place, cause: str) -> Problem:
    """Return A001: a file that cannot be read or written, and why."""
    return complain("A001", place, detail=cause)
