"""Problems of notices and their tables: letter U."""

from __future__ import annotations

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

_WORDS: dict[str, Words] = {
    "U001": (
        Severity.ERROR,
        "文件读不了：{why}",
        "the file cannot be read: {why}",
        "请上传 .xlsx 工作簿或 UTF-8、GB18030 编码的 .csv",
        "upload an .xlsx workbook, or a .csv in UTF-8 or GB18030",
    ),
    "U002": (
        Severity.ERROR,
        "缺少列：{names}",
        "columns are missing: {names}",
        "第一行写列名，可先下载模板",
        "write the names of the columns in the first row; a template can be downloaded",
    ),
    "U003": (
        Severity.ERROR,
        "“{column}”没有填",
        "“{column}” is empty",
        "填写后重新上传",
        "fill it in and upload it again",
    ),
    "U004": (
        Severity.ERROR,
        "“{value}”不是日期",
        "“{value}” is not a date",
        "写成 2026-11-01 的样子",
        "write it as 2026-11-01",
    ),
    "U005": (
        Severity.ERROR,
        "“{value}”不在可选值内：{known}",
        "“{value}” is none of: {known}",
        "改为所列的一种",
        "write one of them",
    ),
    "U006": (
        Severity.WARNING,
        "统一社会信用代码“{value}”可能有误：{why}",
        "the credit code “{value}” looks wrong: {why}",
        "对照营业执照核对（校验规则凭一般知识，待核实）",
        "compare it with the licence (the check is unverified)",
    ),
    "U007": (
        Severity.ERROR,
        "文号“{value}”在文件里重复，第一次在第 {first} 行",
        "the number “{value}” is used twice, first in row {first}",
        "一份决定写一行",
        "write one row a decision",
    ),
    "U008": (
        Severity.WARNING,
        "文号“{value}”已经登记，这一行没有再登记",
        "the number “{value}” is known already; the row was not taken in again",
        "要修改时在页面上修改",
        "change it on its page",
    ),
    "U009": (
        Severity.ERROR,
        "决定日期 {value} 在将来",
        "the day of the decision, {value}, lies ahead",
        "核对决定书",
        "look at the decision",
    ),
    "U010": (
        Severity.ERROR,
        "“{column}”有 {n} 字，最多 {most} 字",
        "“{column}” has {n} characters, at most {most}",
        "写简要内容，原文作为附件",
        "be brief, and attach the decision",
    ),
    "U011": (
        Severity.WARNING,
        "现行清单没有企业“{value}”，公示不与企业关联",
        "no firm “{value}” is on the list in force; the notice belongs to none",
        "核对企业编号或信用代码",
        "look at the id or the credit code",
    ),
    "U012": (
        Severity.ERROR,
        "文件有 {n} 行，一次最多 {most} 行",
        "the file has {n} rows, at most {most} at once",
        "分成几个文件上传",
        "upload it in parts",
    ),
    "U013": (
        Severity.ERROR,
        "附件“{name}”不是 PDF 或 Word（.docx）文件",
        "the attachment “{name}” is neither PDF nor Word (.docx)",
        "另存为 PDF 或 .docx 后再上传",
        "save it as PDF or .docx",
    ),
    "U014": (
        Severity.WARNING,
        "行比表头长，多出的单元格没有读",
        "the row is longer than the header; the cells beyond it were not read",
        "核对分隔符和列数",
        "look at the delimiter and the number of columns",
    ),
    "U015": (
        Severity.ERROR,
        "自然人不填统一社会信用代码",
        "a natural person has no credit code",
        "清空这一格",
        "empty the field",
    ),
}
CODES = tuple(_WORDS)


def problem(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return the problem of a code with its wording filled in."""
    return worded(code, _WORDS[code], place or Place(), **values)
