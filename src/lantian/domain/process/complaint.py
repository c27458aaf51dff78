"""Complaints about steps, codes C001…, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, worded

WORDS: Mapping[str, tuple[str, str, str, str]] = {
    "C001": (
        "本流程没有“{step}”这一步",
        "the process has no step “{step}”",
        "可用：{known}",
        "one of: {known}",
    ),
    "C002": (
        "现为“{state_zh}”，不能“{step_zh}”",
        "the case stands at “{state_en}”; “{step_en}” cannot be taken there",
        "刷新页面，按现在的状态办理；这一步用于：{origin_zh}",
        "reload the page and go on from where the case stands; this step belongs to: {origin_en}",
    ),
    "C003": (
        "“{step_zh}”由{roles_zh}办理，您的角色（{role_zh}）不能办理",
        "“{step_en}” is taken by {roles}; your role ({role}) may not",
        "请转给有权的人员",
        "hand it to somebody who may",
    ),
    "C004": (
        "“{step_zh}”缺少材料：{what_zh}",
        "“{step_en}” lacks evidence: {what_en}",
        "上传该材料后再办理",
        "upload it, then take the step",
    ),
    "C005": (
        "“{step_zh}”须写明理由",
        "“{step_en}” needs a reason",
        "写明理由后再提交",
        "write the reason and send again",
    ),
    "C006": (
        "“{step_zh}”的条件尚未满足：{what_zh}",
        "a condition of “{step_en}” does not hold: {what_en}",
        "先满足该条件",
        "see to the condition first",
    ),
    "C007": (
        "“{step_zh}”的条件还不知道是否满足：{what_zh}",
        "it is not known whether a condition of “{step_en}” holds: {what_en}",
        "查明后再办理；不知道不等于不满足，也不等于满足",
        "find out first; unknown is neither met nor failed",
    ),
    "C008": (
        "“{what_zh}”到 {until} 才满，此前不能“{step_zh}”",
        "“{what_en}” runs until {until}; “{step_en}” cannot be taken before",
        "期满后再办理",
        "take the step once it has passed",
    ),
    "C009": (
        "{by} 已办理“{other_zh}”，“{step_zh}”须由另一人办理",
        "{by} took “{other_en}”; “{step_en}” has to be taken by somebody else",
        "请另一位有权人员办理",
        "let another officer take it",
    ),
    "C010": (
        "案件的状态“{state}”不在流程 {process}（{edition}）中",
        "the state “{state}” of the case is not in the process {process} ({edition})",
        "核对案件所用的流程版本",
        "check the edition the case runs under",
    ),
    "C011": (
        "办理时间 {at} 早于上一步 {before}",
        "the time {at} is before that of the last step, {before}",
        "核对时间",
        "check the time",
    ),
    "C012": (
        "页面打开之后，{who} 已于 {when} 办理“{step_zh}”，现为“{state_zh}”",
        "since this page was opened {who} took “{step_en}” at {when}; the case now stands at “{state_en}”",
        "您的操作没有生效；请看过现状后再决定",
        "nothing of yours was changed; look at the case as it stands, then decide",
    ),
    "C013": (
        "这一步已由您于 {when} 办理，重复提交没有再次生效",
        "you took this step at {when}; sending it again had no further effect",
        "无需再办理",
        "nothing more is to be done",
    ),
    "C014": (
        "“{step_zh}”不收这种材料：{what}",
        "“{step_en}” takes no such evidence: {what}",
        "可用：{known}",
        "one of: {known}",
    ),
    "C015": (
        "“{what_zh}”的期限没有依据可算（{why_zh}），不能判断是否期满",
        "the end of “{what_en}” cannot be worked out ({why_en}), so whether it has passed is unknown",
        "补录期限或节假日安排后再办理",
        "enter the period or the holiday notice, then take the step",
    ),
    "C016": (
        "文件“{name}”的类型不收（看内容，不看后缀）",
        "the file “{name}” is of a kind that is not taken (judged by its content)",
        "可用：{known}",
        "one of: {known}",
    ),
    "C017": (
        "文件“{name}”有 {mb} MB，超过 {limit} MB",
        "the file “{name}” has {mb} MB, more than {limit} MB",
        "压缩或分成几个文件",
        "make it smaller or split it",
    ),
    "C018": (
        "文件“{name}”是空的",
        "the file “{name}” is empty",
        "重新选择文件",
        "choose the file again",
    ),
}


def complain(code: str, **values: object) -> Problem:
    """Return the problem of a code with its words filled in."""
    return worded(code, (Severity.ERROR, *WORDS[code]), Place(), **values)


ROLES_ZH: Mapping[str, str] = {
    "leader": "市领导", "air": "大气科", "water": "水科", "soil": "土壤科", "monitoring": "监测",
    "enforcement": "执法", "district": "县区", "expert": "专家", "inspector": "现场检查",
    "enterprise": "企业", "auditor": "审计", "operator": "系统运维", "system": "系统",
    "public": "公众",
}  # fmt: skip
"""Names of the roles, as the site calls them."""


def roles_zh(roles: tuple[str, ...]) -> str:
    """Return roles in Chinese, joined."""
    return "、".join(ROLES_ZH.get(role, role) for role in roles)
