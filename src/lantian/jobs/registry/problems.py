"""What the pages of firms and lists complain about, in both languages (letter E)."""

from __future__ import annotations

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

MOST_FIRMS = 5000
"""Firms of a list that is checked while the browser waits."""
MOST_LIST_MB = 20
"""Size of a list that a page takes; 5,000 firms need about 5 MB."""
MOST_UNPACKED_MB = 200
"""The same once unpacked; 5,000 firms need about 40 MB."""
MOST_EXPORTED = 50_000
"""Firms of one workbook of the export."""

_WORDS: dict[str, Words] = {
    "E001": (
        Severity.ERROR,
        "没有选择文件",
        "no file was chosen",
        "选择一个清单工作簿（.xlsx）再上传",
        "choose a workbook of the list (.xlsx)",
    ),
    "E002": (
        Severity.ERROR,
        "文件“{name}”超过 {mb} MB",
        "the file “{name}” is larger than {mb} MB",
        "去掉图片和无关工作表后再上传",
        "remove pictures and sheets that are not needed",
    ),
    "E003": (
        Severity.ERROR,
        "清单有 {n} 家企业，网页一次最多检查 {limit} 家",
        "the list has {n} firms; a page checks up to {limit} at once",
        "用命令检查：lantian check 清单文件；或按区县分开上传",
        "check it with the command: lantian check LIST; or upload it by district",
    ),
    "E004": (
        Severity.ERROR,
        "“{day}”不是日期",
        "“{day}” is not a date",
        "写成 2026-11-01 的样子",
        "write it as 2026-11-01",
    ),
    "E005": (
        Severity.ERROR,
        "清单没有企业",
        "the list has no firms",
        "核对工作表名称和表头后再上传",
        "look at sheet names and headings and upload it again",
    ),
    "E006": (
        Severity.ERROR,
        "{n} 家企业没有编号、编号重复或超过 120 字：{ids}",
        "{n} firms without an id, with one used twice or longer than 120 characters: {ids}",
        "每家企业给一个唯一编号；这一类问题不能确认后放行，否则会丢行",
        "give each firm an id of its own; this cannot be acknowledged, rows would be lost",
    ),
    "E007": (
        Severity.ERROR,
        "{n} 条生产线没有对应企业，或编号为空、重复、超过 120 字：{ids}",
        "{n} lines without their firm, or with an id empty, used twice or longer than 120 characters: {ids}",
        "改正企业编号或生产线编号；这一类问题不能确认后放行，否则会丢行",
        "correct the ids; this cannot be acknowledged, rows would be lost",
    ),
    "E008": (
        Severity.ERROR,
        "{n} 条减排措施没有对应的生产线：{ids}",
        "{n} measures without their line: {ids}",
        "改正企业编号或生产线编号；这一类问题不能确认后放行，否则会丢行",
        "correct the ids; this cannot be acknowledged, rows would be lost",
    ),
    "E009": (
        Severity.ERROR,
        "错误 {codes} 没有逐项确认",
        "errors {codes} were not acknowledged",
        "改正清单后重新上传，或逐项勾选并写明理由",
        "correct the list and upload it again, or tick each and give the reason",
    ),
    "E010": (
        Severity.ERROR,
        "确认带错误的清单需要写明理由",
        "a list with errors needs a reason",
        "在“理由”一栏写明为什么可以接受",
        "say in “reason” why it can be accepted",
    ),
    "E011": (
        Severity.WARNING,
        "这份清单已经接受为第 {edition} 版",
        "this list is already edition {edition}",
        "不需要再做什么",
        "nothing more to do",
    ),
    "E012": (
        Severity.ERROR,
        "打开页面后已有新的版次（第 {edition} 版），这份清单没有接受",
        "another edition ({edition}) was accepted since the page was opened; this list was not",
        "先与新版次比较，再决定是否接受",
        "compare with the new edition first, then decide",
    ),
    "E013": (
        Severity.ERROR,
        "筛选出 {n} 家企业，一个工作簿最多导出 {limit} 家",
        "{n} firms are selected; one workbook takes up to {limit}",
        "加上区县、行业或等级条件后再导出",
        "narrow it by district, industry or grade",
    ),
    "E014": (
        Severity.WARNING,
        "这份文件在该日期下已经检查过，直接给出结果",
        "this file was already checked for that day; here is the result",
        "不需要再做什么",
        "nothing more to do",
    ),
    "E015": (
        Severity.ERROR,
        "文件解压后有 {size} MB，网页最多处理 {mb} MB",
        "unpacked, the file has {size} MB; a page takes {mb} MB",
        "删除空白行和无关工作表；更大的清单用命令检查：lantian check 清单文件",
        "delete empty rows and sheets that are not needed; larger lists: lantian check LIST",
    ),
    "E016": (
        Severity.ERROR,
        "没有选择要写入等级的企业",
        "no firm was chosen whose grade is to be carried",
        "勾选至少一家企业",
        "tick at least one firm",
    ),
    "E017": (
        Severity.ERROR,
        "打开页面后情况有变，这些企业没有待写入的等级：{ids}",
        "things changed since the page was opened: no grade waits to be carried for {ids}",
        "看过现在的表再勾选；没有写出清单",
        "look at the table as it is now; no list was written",
    ),
    "E018": (
        Severity.ERROR,
        "写出的清单超过网站保存文件的上限",
        "the list that was written is larger than the site keeps files",
        "用命令写出清单后按区县分开上传",
        "write it with the command and upload it by district",
    ),
}
CODES = tuple(_WORDS)
MOST_NAMED = 5
"""Ids named in one message."""


def problem(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return the problem of a code with its wording filled in."""
    return worded(code, _WORDS[code], place or Place(), **values)


def named(ids: list[str]) -> str:
    """Return the first ids of a list, and that there are more."""
    shown = "、".join(i or "（空）" for i in ids[:MOST_NAMED])
    return f"{shown}…" if len(ids) > MOST_NAMED else shown
