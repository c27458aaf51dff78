"""What the rulebook refuses, in words: codes R001…, each with cause and remedy in two languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lantian.kernel.problem import Place, Problem, Severity


@dataclass(frozen=True, slots=True)
class Refusal:
    """Wording of one code; ``{…}`` is filled in where it is raised."""

    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str


REFUSALS: Mapping[str, Refusal] = {
    "R001": Refusal(
        "规则文件无法读取：{detail}",
        "The rule file cannot be read: {detail}.",
        "用 UTF-8 编码的 YAML 保存，并修正该行的缩进、引号或冒号",
        "Save it as YAML in UTF-8 and correct indent, quotes or colon on that line.",
    ),
    "R002": Refusal(
        "同一层重复写了“{detail}”",
        "The key “{detail}” is given twice.",
        "只保留一处；后写的不会悄悄覆盖先写的",
        "Keep one of them; the later one does not silently win.",
    ),
    "R003": Refusal(
        "不认识的字段“{detail}”",
        "Unknown field “{detail}”.",
        "改成 docs/rulebook.md 里列出的字段名，或删去",
        "Use a field name listed in docs/rulebook.md, or remove it.",
    ),
    "R004": Refusal(
        "缺少字段“{detail}”",
        "The field “{detail}” is missing.",
        "补上该字段；没有依据的数值不要填，改在 missing 中写明",
        "Add it; do not fill in a figure without a source, declare it under missing instead.",
    ),
    "R005": Refusal(
        "该条规则没有写来源（{detail}）",
        "The rule names no source ({detail}).",
        "写上 sources 中的来源编号，例如 source: [s1]",
        "Give the id of an entry of sources, e.g. source: [s1].",
    ),
    "R006": Refusal(
        "状态缺失或无效：{detail}",
        "Status missing or not valid: {detail}.",
        "写 official、secondary、unverified 或 design；拿不准就写 unverified",
        "Write official, secondary, unverified or design; when in doubt, unverified.",
    ),
    "R007": Refusal(
        "没有写条款（{detail}）",
        "No clause is given ({detail}).",
        "写明条、款、表或章节，管控令要引用它",
        "Name article, paragraph, table or section: orders cite it.",
    ),
    "R008": Refusal(
        "日期无效：{detail}",
        "Not a valid date: {detail}.",
        "写成 2026-08-15 的形式；valid_to 不得早于 valid_from；只知年月时写当期第一天并写 dates_known_to",
        "Write 2026-08-15; valid_to not before valid_from; where only year or month is known write "
        "its first day and dates_known_to.",
    ),
    "R009": Refusal(
        "不认识的绩效等级：{detail}",
        "Unknown grade: {detail}.",
        "可用：A+、A、leading、B、B-、C、non_leading、ungraded、D",
        "One of A+, A, leading, B, B-, C, non_leading, ungraded, D.",
    ),
    "R010": Refusal(
        "不认识的预警级别：{detail}",
        "Unknown alert level: {detail}.",
        "可用：yellow、orange、red",
        "One of yellow, orange, red.",
    ),
    "R011": Refusal(
        "比例不是 0 到 1 之间的数：{detail}",
        "A share must be a number from 0 to 1: {detail}.",
        "写成小数，例如一半写 0.5，不写 50 或 50%",
        "Write a decimal: a half is 0.5, not 50 or 50%.",
    ),
    "R012": Refusal(
        "编号重复：{detail}",
        "The id is used twice: {detail}.",
        "改用不同编号，或删去重复的一条",
        "Give one of them another id or remove it.",
    ),
    "R013": Refusal(
        "不认识的文件种类：{detail}",
        "Unknown kind of file: {detail}.",
        "kind 可用：{known}",
        "kind is one of {known}.",
    ),
    "R014": Refusal(
        "字段的值不合要求：{detail}",
        "The value does not fit: {detail}.",
        "对照 docs/rulebook.md 改正该行",
        "Correct the line after docs/rulebook.md.",
    ),
    "R015": Refusal(
        "来源编号“{detail}”在本文件的 sources 中找不到",
        "The source “{detail}” is not among the sources of this file.",
        "在本文件 sources 中补上它的文件名和地址",
        "Add it to sources of the same file with document and address.",
    ),
    "R016": Refusal(
        "较高级别的要求反而放宽：{detail}",
        "A higher level demands less than a lower one: {detail}.",
        "核对该行各级别的数值；高级别不得弱于低级别",
        "Check the figures of the row; a higher level may not be weaker.",
    ),
    "R017": Refusal(
        "既列为缺失、又有规则：{detail}",
        "Declared missing, yet a row exists: {detail}.",
        "有了来源就从 missing 中删去",
        "Take it out of missing now that there is a source.",
    ),
    "R018": Refusal(
        "等级不在该行业的等级体系中：{detail}",
        "The grade is not in the scheme of the industry: {detail}.",
        "核对等级；若体系确有该等级，先在 scheme 中补上并写来源",
        "Check the grade; if the scheme has it, add it to scheme with its source first.",
    ),
    "R019": Refusal(
        "既没有规则、也没有列为缺失：{detail}",
        "Neither a row nor declared missing: {detail}.",
        "补上规则；没有来源时在 missing 中写明",
        "Add the row, or declare it under missing where no source exists.",
    ),
    "R020": Refusal(
        "同一系列的规则有空档：{detail}",
        "There is a gap in the series: {detail}.",
        "补上空档期间的版本，或改正生效、失效日期",
        "Add the edition of those days or correct the dates.",
    ),
    "R021": Refusal(
        "同一系列的规则有重叠：{detail}",
        "Two editions of the series overlap: {detail}.",
        "给前一版写上 valid_to（后一版生效的前一天）",
        "Give the earlier edition a valid_to, the day before the later one begins.",
    ),
    "R022": Refusal(
        "该措施必须写数值：{detail}",
        "This kind of measure needs its figure: {detail}.",
        "cut_share、stop_share 写 share，coking_hours 写 hours；没有数值用 limit 或 stop_some",
        "cut_share and stop_share take share, coking_hours takes hours; without a figure use limit "
        "or stop_some.",
    ),
    "R023": Refusal(
        "行业名称、序号与行业名录不一致：{detail}",
        "Industry and list of industries disagree: {detail}.",
        "以 industries.yaml 为准改正",
        "Correct it after industries.yaml.",
    ),
    "R024": Refusal(
        "条件写法无效：{detail}",
        "The condition is not valid: {detail}.",
        "每层只写 all 或 any 之一；每个阈值只写 gt 或 gte 之一，并写 hours",
        "Give exactly one of all and any, and in a threshold exactly one of gt and gte, with hours.",
    ),
    "R030": Refusal(
        "{day} 当天没有可用的规则：{detail}",
        "No rule is in force on {day}: {detail}.",
        "规则库最早从 {first} 起；换一个日期，或补录当时的版本",
        "The rulebook begins on {first}; take another day or add the edition of that time.",
    ),
    "R031": Refusal(
        "没有这一版本：{detail}",
        "No such edition: {detail}.",
        "可用：{known}",
        "One of {known}.",
    ),
    "R032": Refusal(
        "没有这个行业：{detail}",
        "No such industry: {detail}.",
        "用 lantian rules status 查看行业名录；不属于 39 个行业的用 other",
        "See lantian rules status; use other for firms outside the 39 industries.",
    ),
    "R033": Refusal(
        "没有这一事项：{detail}",
        "No such entry: {detail}.",
        "可用：{known}",
        "One of {known}.",
    ),
    "R034": Refusal(
        "规则目录不存在或里面没有规则文件：{detail}",
        "The rule folder does not exist or holds no rule file: {detail}.",
        "检查路径；规则文件以 .yaml 结尾",
        "Check the path; rule files end in .yaml.",
    ),
    "R058": Refusal(
        "缺少必需的一项：{detail}",
        "A part that is needed is missing: {detail}.",
        "补上该项；没有依据的写明状态 unverified 和来源",
        "Add it; where the ground is weak mark it unverified and say where it comes from.",
    ),
    "R059": Refusal(
        "数列必须逐个增大、长度一致：{detail}",
        "The figures must rise and match in number: {detail}.",
        "对照标准的表逐个核对",
        "Compare them one by one with the table of the standard.",
    ),
}


def refuse(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return the problem of `code` with its wording filled in.

    Parameters
    ----------
    code
        One of `REFUSALS`.
    place
        File and line, or nothing where the fault lies in a question.
    values
        The names between braces in the wording.
    """
    return worded(REFUSALS[code], code, place, values)


def worded(words: Refusal, code: str, place: Place | None, values: Mapping[str, object]) -> Problem:
    """Return the problem of `code` from its words, for rooms with codes of their own."""
    return Problem(
        code=code,
        severity=Severity.ERROR,
        place=place or Place(),
        message_zh=words.message_zh.format(**values),
        message_en=words.message_en.format(**values),
        remedy_zh=words.remedy_zh.format(**values),
        remedy_en=words.remedy_en.format(**values),
    )
