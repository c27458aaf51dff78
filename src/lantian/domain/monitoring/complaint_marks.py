"""What is wrong with marks of the firm, in words: M030 to M044."""
# ruff: noqa: E501  one text a line, so that both languages can be read side by side

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Severity, Words

E, W, H = Severity.ERROR, Severity.WARNING, Severity.HINT

MARK_WORDS: Mapping[str, Words] = {
    "M030": (
        E,
        "标记文件缺少必需的列：{detail}",
        "The file of marks lacks columns: {detail}.",
        "列：id、action（place/withdraw）、made_at、made_by、mark、from、to；可加 variant、factors、cause、target、by_device",
        "Columns: id, action (place or withdraw), made_at, made_by, mark, from, to; and variant, factors, cause, target, by_device.",
    ),
    "M031": (
        E,
        "标记 {detail} 的起止时间有误，未使用",
        "Mark {detail}: its period is wrong; not used.",
        "结束应晚于开始",
        "The end has to be after the start.",
    ),
    "M032": (
        E,
        "不认识的标记“{detail}”，未使用",
        "Unknown kind of mark “{detail}”; not used.",
        "可用的标记：{known}",
        "Known marks: {known}.",
    ),
    "M033": (
        W,
        "标记 {detail} 对 {day} 的数据逾期（应于 {known} 前完成）",
        "Mark {detail} is late for the data of {day} (due {known}).",
        "逾期视为对数据无异议；有特殊情况的由人工核定",
        "A late mark counts as no objection to the data; special cases are decided by hand.",
    ),
    "M034": (
        E,
        "撤回 {detail} 指向不存在或已撤回的标记“{known}”，未使用",
        "Withdrawal {detail} names a mark that is not there or was taken back: “{known}”; not used.",
        "核对 target",
        "Check target.",
    ),
    "M035": (
        E,
        "标记编号 {detail} 已用过，该行未使用",
        "The number {detail} was used before; the row was not used.",
        "每条记录用新编号；更正用撤回加新标记",
        "Every entry has a number of its own; correct by withdrawing and marking anew.",
    ),
    "M036": (
        E,
        "标记 {detail} 的填写时间早于上一条（{known}），该行未使用",
        "Mark {detail} was made before the entry above it ({known}); the row was not used.",
        "标记记录只能按时间追加，不能插入",
        "Entries are only appended, in the order of time.",
    ),
    "M037": (
        W,
        "标记 {detail}（{what}）超过单次时限 {known} 小时，超出部分不影响判定",
        "Mark {detail} ({what}) is longer than {known} h; what is beyond has no effect.",
        "核对起止时间",
        "Check the period.",
    ),
    "M038": (
        W,
        "{what} {detail} 的累计时间超过 {known} 小时，超出部分不影响判定",
        "{what}: the time in sum of {detail} is beyond {known} h; what is beyond has no effect.",
        "超出部分按正常数据判定",
        "What is beyond is judged as normal data.",
    ),
    "M039": (
        W,
        "标记 {detail}：行业“{known}”的标记未正式施行，不影响判定",
        "Mark {detail}: marks are not formal in the trade “{known}”; without effect.",
        "当地已决定施行的，在排口文件登记 marking_document",
        "Where the place has decided so, register marking_document in the outlet file.",
    ),
    "M040": (
        W,
        "标记 {detail}（{known}）的时限未见条文，全部时间暂不判定",
        "Mark {detail} ({known}): no limit of time was found; all of it is left out of judging.",
        "由人工按许可证核定时限",
        "Decide the limit by the permit.",
    ),
    "M041": (
        W,
        "标记 {detail} 所在日期没有标记规则，不影响判定",
        "Mark {detail}: no marking rules were in force on its day; without effect.",
        "2023年前只有试行办法",
        "Before 2023 there were only trial rules.",
    ),
    "M042": (
        E,
        "标记行缺少或无法读取 {column}：“{detail}”，该行未使用",
        "A mark lacks {column}, or it cannot be read: “{detail}”; the row was not used.",
        "补填该列",
        "Fill in the column.",
    ),
    "M043": (
        W,
        "标记 {detail} 未说明类型（{known}），按最短时限",
        "Mark {detail} does not say which variant ({known}); the shortest limit applies.",
        "填写 variant",
        "Fill in variant.",
    ),
    "M044": (
        W,
        "标记 {detail} 在停运（{known}）期间标为故障或其他工况",
        "Mark {detail} names a condition while the plant was out of service ({known}).",
        "停运期间不标故障",
        "No fault is marked while the plant stands still.",
    ),
}
