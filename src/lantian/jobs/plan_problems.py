"""What a plan cannot be asked for, in words: codes P001 to P004 (docs/plan.md)."""

from __future__ import annotations

from collections.abc import Callable

from lantian.kernel.problem import Place, Problem, Severity


def _problem(code: str, *texts: str) -> Callable[[str], Problem]:
    def make(what: str) -> Problem:
        return Problem(code, Severity.ERROR, Place(), *(t.format(what=what) for t in texts))

    return make


PROBLEMS: dict[str, Callable[[str], Problem]] = {
    "P001": _problem(
        "P001",
        "清单里没有企业",
        "the list has no firm",
        "核对清单和版式（--layout）",
        "check the list and the layout (--layout)",
    ),
    "P002": _problem(
        "P002",
        "在{what}秒内没有找到方案",
        "no plan was found within {what} s",
        "放宽 --time-limit，或加大 --gap",
        "allow a longer --time-limit or a larger --gap",
    ),
    "P003": _problem(
        "P003",
        "清单里没有区县“{what}”",
        "the list has no district “{what}”",
        "按清单中的写法改正 --district-cap",
        "write --district-cap as the list does",
    ),
    "P004": _problem(
        "P004",
        "清单里没有企业编号“{what}”",
        "the list has no firm id “{what}”",
        "按清单中的企业编号改正 --spare",
        "write --spare with an id of the list",
    ),
}
