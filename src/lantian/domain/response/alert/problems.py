"""What can be wrong with a forecast: codes F001 to F199 with cause and remedy."""

from __future__ import annotations

from lantian.kernel.problem import Place, Problem, Severity

_E, _W, _H = Severity.ERROR, Severity.WARNING, Severity.HINT
_TEXTS: dict[str, tuple[Severity, str, str, str, str]] = {
    "F001": (
        _E, "打不开预报文件：{0}。", "The forecast file cannot be opened: {0}.",
        "请检查路径和读取权限。", "Check the path and the permission to read.",
    ),
    "F002": (
        _E, "文件不是CSV文本（UTF-8或GB18030）。", "The file is not CSV text (UTF-8 or GB18030).",
        "请在Excel中另存为CSV后再试。", "Save it as CSV and try again.",
    ),
    "F003": (
        _E, "文件中没有预报数据行。", "The file holds no forecast rows.",
        "至少需要一行表头和一行数据。", "A header and at least one row are needed.",
    ),
    "F004": (
        _E, "缺少列 {0}；现有列：{1}。", "Column {0} is missing; columns found: {1}.",
        "请补上该列，列名可用中文或英文。", "Add the column, named in Chinese or English.",
    ),
    "F101": (
        _E, "日期“{0}”无法识别。", "“{0}” is not a date.",
        "请写成 2026-01-05 或 2026年1月5日。", "Write it as 2026-01-05.",
    ),
    "F102": (
        _E, "AQI“{0}”不是数字。", "AQI “{0}” is not a number.",
        "请填写0–500的整数；没有预报请留空。", "Give a whole number 0-500, or leave it empty.",
    ),
    "F103": (
        _E, "AQI“{0}”超出范围或不是整数。", "AQI “{0}” is out of range or not whole.",
        "AQI为1–500的整数。", "The AQI is a whole number from 1 to 500.",
    ),
    "F104": (
        _E, "{0} 重复且数值不同（首次出现在第{1}行）。",
        "{0} appears again with other values (first in row {1}).",
        "请只保留一行。", "Keep one row only.",
    ),
    "F105": (
        _W, "{0} 重复，数值相同（首次出现在第{1}行），只用一次。",
        "{0} appears again with the same values (first in row {1}); used once.",
        "请删除重复行。", "Delete the repeated row.",
    ),
    "F106": (
        _W, "行未按时间排序，已按时间排好后使用。", "Rows are not in order of time; they were sorted.",
        "请核对日期是否写错。", "Check that no date is mistyped.",
    ),
    "F107": (
        _W, "AQI为空，该时段按缺测处理。", "AQI is empty; the time is treated as unknown.",
        "请补齐预报。", "Complete the forecast.",
    ),
    "F108": (
        _E, "小时“{0}”无法识别。", "“{0}” is not an hour.",
        "请填写0–24。", "Give a number from 0 to 24.",
    ),
    "F109": (
        _E, "同一文件中既有逐日又有逐时的行。", "Daily and hourly rows are mixed in one file.",
        "请分成两个文件。", "Put them into two files.",
    ),
    "F110": (
        _E, "本行有{0}格，表头只有{1}列，未使用。", "The row has {0} cells under {1} columns; not used.",
        "请检查多余的逗号。", "Look for a stray comma.",
    ),
    "F111": (
        _H, "AQI“{0}”高于上限，按500计。", "AQI “{0}” is above the scale and read as 500.",
        "无需处理。", "Nothing to do.",
    ),
    "F112": (
        _W, "首要污染物“{0}”无法识别，按未给出处理。",
        "Primary pollutant “{0}” is not known; treated as not given.",
        "请写 PM2.5、PM10、O3、SO2、NO2、CO 或 沙尘。",
        "Write PM2.5, PM10, O3, SO2, NO2, CO or DUST.",
    ),
    "F113": (
        _H, "AQI为{0}而未给出首要污染物。", "AQI is {0} but no primary pollutant is given.",
        "只有PM2.5过程触发预警，请补充。", "Only PM2.5 episodes trigger; please add it.",
    ),
    "F114": (
        _W, "AQI为0，表示没有数值，按缺测处理。", "AQI is 0, which means no value; treated as unknown.",
        "没有预报请留空。", "Leave the cell empty where there is no forecast.",
    ),
    "F115": (
        _W, "本行之前缺 {0}，按缺测处理：不算超标，也不算清洁。",
        "{0} is absent before this row: neither polluted nor clear.",
        "请补齐预报。", "Complete the forecast.",
    ),
    "F116": (
        _H, "规则按日AQI判断，逐时AQI按自然日平均近似。",
        "The rule set uses the daily AQI; hourly values were averaged by calendar day.",
        "有逐日AQI预报时请使用逐日预报。", "Use a daily AQI forecast where there is one.",
    ),
}  # fmt: skip


def forecast_problem(code: str, place: Place, *values: str) -> Problem:
    """Return the problem of a code with its values filled in."""
    severity, zh, en, remedy_zh, remedy_en = _TEXTS[code]
    return Problem(
        code, severity, place, zh.format(*values), en.format(*values), remedy_zh, remedy_en
    )


def forecast_codes() -> dict[str, tuple[Severity, str, str]]:
    """Return every code with its severity and Chinese and English text, for the docs."""
    return {code: (t[0], t[1], t[2]) for code, t in _TEXTS.items()}
