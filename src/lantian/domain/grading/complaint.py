"""What is wrong with an application, in words: codes G001 to G028."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT

COMPLAINTS: Mapping[str, Words] = {
    "G001": (
        E,
        "不认识的行业“{detail}”",
        "Unknown industry “{detail}”.",
        "用 lantian rules status 查看行业名录",
        "See lantian rules status for the list of industries.",
    ),
    "G002": (
        E,
        "该行业须指明子类，或没有这个子类：“{detail}”",
        "The industry needs a subtype, or has none of this name: “{detail}”.",
        "可用：{known}",
        "One of {known}.",
    ),
    "G003": (
        E,
        "指标表中没有这个事实：“{detail}”",
        "The table has no such fact: “{detail}”.",
        "{known}",
        "{known}",
    ),
    "G004": (
        E,
        "“{fact}”的值“{detail}”不是一个数",
        "The value “{detail}” of {fact} is not a number.",
        "填一个数，不要填范围、“<”或文字；低于检出限时填检出限并在证据中说明",
        "Give one number, no range, '<' or words; below detection give the limit of detection.",
    ),
    "G005": (
        E,
        "“{fact}”没有写单位：“{detail}”",
        "{fact} has no unit: “{detail}”.",
        "写上单位，例如 {known}",
        "Add the unit, e.g. {known}.",
    ),
    "G006": (
        E,
        "“{fact}”的单位不能换算为 {known}：{detail}",
        "The unit of {fact} cannot become {known}: {detail}.",
        "按指标表的单位填报",
        "Report it in the unit of the table.",
    ),
    "G007": (
        E,
        "“{fact}”的值 {detail} 超出合理范围 {known}，很可能是单位错误",
        "{fact} = {detail} lies outside {known}, most likely a slip of the unit.",
        "核对单位（µg/m³ 与 mg/m³、% 与比例）；确属实情的，由主管部门在指标表中放宽范围",
        "Check the unit (µg/m³ and mg/m³, % and share); a true value needs a wider range in the "
        "table.",
    ),
    "G008": (
        E,
        "“{fact}”的选项“{detail}”不在表中",
        "{fact} has no choice “{detail}”.",
        "可用：{known}",
        "One of {known}.",
    ),
    "G009": (
        E,
        "“{fact}”应填是或否，现为“{detail}”",
        "{fact} takes yes or no, got “{detail}”.",
        "填 是/否 或 yes/no；不清楚就留空，系统按未知处理",
        "Write yes or no; leave it out where it is not known.",
    ),
    "G010": (
        E,
        "日期无效：“{detail}”",
        "Not a valid date: “{detail}”.",
        "写成 2022-09-01 的形式",
        "Write 2022-09-01.",
    ),
    "G011": (
        E,
        "日期晚于评级日：“{detail}”",
        "The date is later than the day of grading: “{detail}”.",
        "核对日期，或用 --on 指定评级日",
        "Check the date, or give the day of grading with --on.",
    ),
    "G012": (
        W,
        "“{fact}”有基准氧含量要求，但没有实测氧含量，按未知处理",
        "{fact} has a reference oxygen but no measured oxygen; counted as unknown.",
        "补填实测氧含量；已是折算值的注明 converted",
        "Add the measured oxygen, or say converted where it is at reference already.",
    ),
    "G013": (
        E,
        "“{fact}”的实测氧含量 {detail}% 不能用于折算",
        "The oxygen of {fact}, {detail} %, cannot be used for conversion.",
        "氧含量应在 0 到 20.9% 之间；达到 20.9% 说明烟道内是空气（停炉、漏风或探头故障），折算公式失去意义",
        "Oxygen must lie between 0 and 20.9 %; at 20.9 % the stack carries air (standstill, leak "
        "or faulty probe) and the formula has no meaning.",
    ),
    "G014": (
        E,
        "同一事实填了两次：“{detail}”",
        "The fact is given twice: “{detail}”.",
        "只保留一个；有多条生产线的填最差的一条",
        "Keep one; with several lines give the worst.",
    ),
    "G015": (
        E,
        "证据编号“{detail}”不在证据清单中",
        "The evidence “{detail}” is not in the list of evidence.",
        "在证据清单中补上该文件",
        "Add the file to the list of evidence.",
    ),
    "G016": (
        E,
        "证据文件与登记的哈希不符或不存在：{detail}",
        "The evidence file is missing or differs from its hash: {detail}.",
        "提交原文件；文件确已更换的，重新登记并说明原因",
        "Hand in the original file, or register the new one and say why.",
    ),
    "G017": (
        E,
        "人工判定指向的指标行或等级不需要人工判断：“{detail}”",
        "The decision names a row or grade that is not for a person to judge: “{detail}”.",
        "只对指标表中写文字要求的格作人工判定；整体等级的判定不写指标行",
        "Decide only cells given in words; a decision on the whole grade names no row.",
    ),
    "G018": (
        E,
        "人工判定没有判定人、日期或证据：“{detail}”",
        "The decision lacks person, date or evidence: “{detail}”.",
        "补上判定人、日期和证据编号",
        "Add person, date and evidence.",
    ),
    "G019": (
        E,
        "不认识的等级或不在该行业等级体系中：“{detail}”",
        "Unknown grade, or not in the scheme of the industry: “{detail}”.",
        "可用：{known}",
        "One of {known}.",
    ),
    "G020": (
        E,
        "已公布等级没有公告文号或日期：“{detail}”",
        "The published grade has no notice number or date: “{detail}”.",
        "补上公告文号和公布日期",
        "Add number and date of the notice.",
    ),
    "G021": (
        E,
        "能效表中没有这个产品：“{detail}”",
        "The energy table has no such product: “{detail}”.",
        "可用：{known}",
        "One of {known}.",
    ),
    "G022": (
        E,
        "能效修正项没有证据：“{detail}”",
        "The correction of the energy figure has no evidence: “{detail}”.",
        "补上证据编号；没有证据的修正不能采用",
        "Add the evidence; a correction without it is not used.",
    ),
    "G023": (
        E,
        "修正项不在该产品的修正范围内：“{detail}”",
        "The product has no such correction term: “{detail}”.",
        "可用：{known}",
        "One of {known}.",
    ),
    "G024": (
        W,
        "“{fact}”的日期 {detail} 距评级日已超过一年",
        "{fact} is dated {detail}, more than a year before the day of grading.",
        "补充一年内的监测报告或核查记录",
        "Hand in a monitoring report or site check of the last year.",
    ),
    "G025": (
        E,
        "企业没有申报任何行业：“{detail}”",
        "The firm names no industry: “{detail}”.",
        "至少申报一个行业",
        "Name at least one industry.",
    ),
    "G026": (
        E,
        "申报文件无法读取：{detail}",
        "The application cannot be read: {detail}.",
        "用 lantian grade --template 生成样表，照样填写",
        "Write a form with lantian grade --template and fill it in.",
    ),
    "G027": (
        E,
        "不认识的字段“{detail}”",
        "Unknown field “{detail}”.",
        "可用：{known}",
        "One of {known}.",
    ),
    "G028": (
        W,
        "“{fact}”没有证据",
        "{fact} has no evidence.",
        "补上证据编号；没有证据的事实不能作为公布等级的依据",
        "Add the evidence; a published grade cannot lean on a fact without it.",
    ),
}


def complain(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    return worded(code, COMPLAINTS[code], place, **values)
