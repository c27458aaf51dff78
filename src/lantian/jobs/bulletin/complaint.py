"""What keeps a bulletin from being made, in words: codes T001 to T005."""

from __future__ import annotations

from collections.abc import Mapping

from lantian.kernel.problem import Place, Problem, Severity, Words, worded

E = Severity.ERROR

COMPLAINTS: Mapping[str, Words] = {
    "T001": (
        E,
        "不是减排方案文件：{detail}",
        "Not the file of a plan: {detail}.",
        "给出 lantian plan --out 写出的 plan.json",
        "Give the plan.json that lantian plan --out writes.",
    ),
    "T002": (
        E,
        "方案中没有{detail}预警，只有：{known}",
        "The plan has no level {detail}, only: {known}.",
        "用 --all-levels 重新编制方案，或改选级别",
        "Make the plan with --all-levels, or choose another level.",
    ),
    "T003": (
        E,
        "文件中有多个城市：{detail}，请指明一个",
        "The file holds several cities: {detail}; name one.",
        "加 --city 城市名",
        "Add --city NAME.",
    ),
    "T004": (
        E,
        "文件中没有{detail}的数据",
        "The file holds nothing of {detail}.",
        "核对城市名和期间",
        "Check the name of the city and the period.",
    ),
    "T005": (
        E,
        "输出文件夹无法写入：{detail}",
        "The folder cannot be written: {detail}.",
        "核对权限和空间，或换一个文件夹",
        "Check permission and space, or choose another folder.",
    ),
}


def complain(code: str, place: Place, **values: object) -> Problem:
    """Return the problem of one code with its wording filled in."""
    return worded(code, COMPLAINTS[code], place, **values)
