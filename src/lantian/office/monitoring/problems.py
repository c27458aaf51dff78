"""What the pages and actions of monitoring refuse, in both languages (letter Z)."""

from __future__ import annotations

from lantian.kernel.problem import LantianError, Place, Problem, Severity, Words, worded

_E = Severity.ERROR
_WORDS: dict[str, Words] = {
    "Z001": (
        _E,
        "逾期：{day} 的数据应于 {due} 前标记（{rule}）；逾期视为对数据无异议",
        "Too late: data of {day} had to be marked by {due} ({rule}); later counts as no objection to the data.",
        "可提交补记申请，由生态环境部门审批",
        "Ask for a late mark; an officer decides.",
    ),
    "Z002": (
        _E,
        "标记的结束须晚于开始",
        "The mark must end after it starts.",
        "核对开始和结束时间",
        "Check both times.",
    ),
    "Z003": (
        _E,
        "没有“{kind}”这种标记；{day} 适用：{known}",
        "There is no mark called {kind}; on {day} there are: {known}.",
        "从列表中选择",
        "Choose one of the list.",
    ),
    "Z004": (
        _E,
        "标记不能写到将来：结束 {end}，现在 {now}",
        "A mark cannot speak of the future: it ends {end}, now it is {now}.",
        "时段结束后再标记，或先标记到当前时间",
        "Mark when the time is over, or up to now.",
    ),
    "Z005": (
        _E,
        "没有写明原因",
        "No cause is given.",
        "写明发生了什么、采取了什么措施",
        "Say what happened and what was done.",
    ),
    "Z006": (
        _E,
        "标记 {number} 已撤回或不存在",
        "Mark {number} was withdrawn or is none.",
        "刷新页面后再看",
        "Reload the page.",
    ),
    "Z007": (
        _E,
        "因子 {factor} 不在该排放口的监测数据或限值中",
        "{factor} is no factor of this outlet.",
        "从列表中选择因子，不选为全部因子",
        "Choose factors of the list; none means all.",
    ),
    "Z008": (
        _E,
        "“{text}”不是可用的时间",
        "{text} is no time that can be read.",
        "按 2026-12-10 08:00 填写",
        "Write it as 2026-12-10 08:00.",
    ),
    "Z009": (
        _E,
        "申请 {number} 已经处理过",
        "Request {number} was decided before.",
        "刷新页面后再看",
        "Reload the page.",
    ),
    "Z010": (
        _E,
        "该时段仍在标记期限内，不需要补记申请",
        "The time can still be marked; no request is needed.",
        "直接标记",
        "Place the mark.",
    ),
    "Z011": (
        _E,
        "数采仪 {mn} 不能登记：{detail}",
        "Logger {mn} cannot be registered: {detail}.",
        "更正该项后再提交",
        "Correct it and try again.",
    ),
    "Z012": (
        _E,
        "数采仪 {mn} 已登记在 {outlet}",
        "Logger {mn} is registered at {outlet}.",
        "核对MN号；改挂排放口须先停用原登记",
        "Check the MN; to move it, switch the old one off first.",
    ),
    "Z013": (
        _E,
        "数采仪 {mn} 的密码无法解开（站点密钥已更换或记录被改动）",
        "The password of logger {mn} cannot be opened: the site's key was changed or the row altered.",
        "重新填写该数采仪的密码",
        "Enter the password of the logger again.",
    ),
    "Z014": (
        _E,
        "清单中没有企业 {firm}",
        "The list has no firm {firm}.",
        "核对企业编号",
        "Check the firm's id.",
    ),
    "Z015": (
        _E,
        "排放口编号“{given}”不可用：1至60个汉字、字母、数字、点、_、-",
        "{given} cannot be the number of an outlet: 1 to 60 letters, digits, dot, _ and -.",
        "按排污许可证的编号填写，如 DA001",
        "Write it as in the permit, e.g. DA001.",
    ),
    "Z016": (
        _E,
        "{day} 没有适用的标记规则",
        "No marking rules are in force on {day}.",
        "该日数据不能标记",
        "Data of that day cannot be marked.",
    ),
    "Z017": (
        _E,
        "标记不能长于 {days} 天",
        "A mark cannot be longer than {days} days.",
        "分段标记",
        "Mark it in parts.",
    ),
    "Z018": (
        _E,
        "这些报文已由 {by} 于 {at} 处理（{act}）",
        "These packets were decided by {by} on {at} ({act}).",
        "刷新页面后再看；处理决定不能更改",
        "Reload the page; a decision is not changed.",
    ),
    "Z019": (
        _E,
        "列表已变：页面上 {seen} 条，现在 {now} 条待处理",
        "The list has changed: the page showed {seen} packets, {now} wait now.",
        "刷新页面，核对后再处理",
        "Reload the page, look again, and decide then.",
    ),
    "Z020": (
        _E,
        "请选择一台数采仪的一种隔离原因，并选择放行或驳回",
        "Choose one logger, one reason, and whether to release or reject.",
        "从隔离列表进入该组后再处理",
        "Open the group from the list of the quarantine.",
    ),
}  # fmt: skip


def problem(code: str, place: Place | None = None, **values: object) -> Problem:
    """Return a problem of this room."""
    return worded(code, _WORDS[code], place or Place(), **values)


def refused(code: str, **values: object) -> LantianError:
    """Return the refusal to be raised."""
    return LantianError(problem(code, **values))
