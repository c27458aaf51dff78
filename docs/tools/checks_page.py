"""Write docs/checks.md from the registered checks and the faults that test them.

    python docs/tools/checks_page.py            rewrite the page
    python docs/tools/checks_page.py --check    exit 1 if the page is not what it should be

Every example on the page is what the check says today of the fault its test plants.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "checks.md"
sys.path.insert(0, str(ROOT / "tests" / "unit" / "inventory"))

from list_faults import FAULTS  # noqa: E402
from list_fixture import RULEBOOK, locate, sound_list  # noqa: E402

from lantian.domain.inventory.checks import RULES, CheckRule, check_list  # noqa: E402
from lantian.domain.inventory.checks.run import HINTS_SHOWN  # noqa: E402
from lantian.kernel.problem import Problem, Severity  # noqa: E402

_TABLES = {
    "firm": "企业",
    "line": "生产线",
    "measure": "减排措施",
    "dust": "扬尘源",
    "mobile": "移动源",
    "total": "全社会排放",
}
_SUBJECTS = {
    "L10": "企业身份 Identity of the firm",
    "L11": "排污许可 Permit",
    "L12": "编号与重复：企业 Ids and repetitions: firms",
    "L13": "联系与标记 Contact and flags",
    "L14": "行业 Industry",
    "L15": "绩效等级 Grade",
    "L20": "编号与重复：生产线 Ids and repetitions: lines",
    "L21": "生产线数据 Figures of a line",
    "L22": "排放量 Emissions",
    "L23": "减排计量单位 Cut units",
    "L24": "保障类 Guaranteed supply",
    "L30": "措施：对应与比例 Measures: rows and shares",
    "L31": "措施：级别与类型 Measures: levels and kinds",
    "L32": "措施文字 Wording of measures",
    "L33": "减排量 Reductions",
    "L34": "最低要求 Floors",
    "L40": "扬尘源与移动源 Dust and mobile sources",
    "L50": "全社会排放 City totals",
    "L60": "位置 Places",
}
_HEAD = f"""# 清单检查 The checks of the list

`lantian check LIST.xlsx` 对应急减排清单逐行检查。每个问题有固定编号（L 加三位数字）、工作表、单元格、原因和处理办法。
读不出来的单元格另有 X 编号，见 [版式](layouts.md)。

- **错误 error**：照此编制的计划或管控令会出错，退出码为 1。
- **警告 warning**：多半有误，请核实。
- **提示 hint**：缺少有用的资料，或提请注意；同一编号超过 {HINTS_SHOWN} 处时合并为一条并写明总数。

“依据”后的标记：官方文本、二手来源、待核实、系统设定。待核实的依据未见原文，不得作为执法引用。

Every problem has a stable code, a place, a cause and a remedy. Errors give exit code 1. The mark
after each ground says how well it is attested: 官方文本 official text seen, 二手来源 secondary, 待核实
unverified (no text seen, never to be cited), 系统设定 a choice of Lantian's.
The examples are what the check prints for the fault its own test plants.

Errors and warnings are told one by one; hints beyond {HINTS_SHOWN} of one code, and a column that is empty in
every row, are told once with their number.

This page is written by `docs/tools/checks_page.py`; a test compares it with the checks.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *_summary(), *_rules()]).rstrip() + "\n"


def _summary() -> Iterator[str]:
    counts = {s: sum(rule.severity is s for rule in RULES) for s in Severity}
    told = "，".join(f"{s.label_zh} {n}" for s, n in counts.items())
    yield f"共 {len(RULES)} 条：{told}。\n"
    yield "| 编号 | 级别 | 内容 | Finds |\n|---|---|---|---|"
    for rule in RULES:
        yield f"| [{rule.code}](#{rule.code.lower()}) | {rule.severity.label_zh} | {rule.title[0]} | {rule.title[1]} |"
    yield ""


def _rules() -> Iterator[str]:
    last = ""
    for rule in RULES:
        if rule.code[:3] != last:
            last = rule.code[:3]
            yield f"## {_SUBJECTS[last]}\n"
        yield from _rule(rule)


def _rule(rule: CheckRule) -> Iterator[str]:
    example = _example(rule)
    ground = rule.ground
    source = f"（{ground.source}）" if ground.source.startswith("http") else ""
    yield f"### {rule.code}\n"
    yield f"**{rule.title[0]}** · {rule.title[1]} · {rule.severity.label_zh} {rule.severity.value}\n"
    yield f"- 位置 Where: {'、'.join(_TABLES[t] for t in rule.tables)}: `{'`, `'.join(rule.fields)}`"
    yield f"- 为什么 Why: {rule.why[0]}。{_sentence(rule.why[1])}"
    mark = f"**{ground.status.label_zh} {ground.status.value}**{source}"
    yield f"- 依据 Ground: {ground.document[0]} · {ground.document[1]} — {mark}"
    yield f"- 例 Example: {example.message_zh}。{_sentence(example.message_en)}"
    yield f"- 处理 Remedy: {example.remedy_zh}。{_sentence(example.remedy_en)}\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _example(rule: CheckRule) -> Problem:
    case = FAULTS[rule.code]
    problems = check_list(case.plant(sound_list()), RULEBOOK, case.day, locate)
    return next(p for p in problems if p.code == rule.code)


def main(arguments: list[str]) -> int:
    """Write the page, or with ``--check`` say whether it is up to date."""
    fresh = page()
    if "--check" not in arguments:
        PAGE.write_text(fresh, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == fresh:
        return 0
    sys.stderr.write("docs/checks.md is out of date; run docs/tools/checks_page.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
