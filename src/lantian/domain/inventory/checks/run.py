"""Run every check over one list and turn what they find into problems with places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from lantian.domain.inventory.checks.catalogue import RULES
from lantian.domain.inventory.checks.context import Context, ListRules
from lantian.domain.inventory.checks.rule import CheckRule, Finding
from lantian.domain.inventory.model import Inventory
from lantian.kernel.problem import Place, Problem, Severity

Locate = Callable[[str, int, str], Place]
"""(table, source row, field) to the place an officer can open."""

HINTS_SHOWN = 20
"""More hints of one code than this are told once, with their number."""

_LEAST_ROWS = 2


def find_all(context: Context, rules: Iterable[CheckRule] = RULES) -> dict[str, list[Finding]]:
    """Return the findings of every rule by code, in catalogue order; none left out."""
    return {rule.code: list(rule.findings(context)) for rule in rules}


def check_list(
    inventory: Inventory,
    rulebook: ListRules,
    day: date,
    locate: Locate,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[Problem]:
    """Return every problem of the list.

    Parameters
    ----------
    inventory
        The list as read.
    rulebook
        Industries and measure floors.
    day
        Day for which the list is to hold: decides season and the rules in force.
    locate
        Turns table, row and field into a place.
    progress
        Called with (rules done, rules in all).

    Returns
    -------
    list of Problem
        In catalogue order, then list order. More than `HINTS_SHOWN` hints of one code, and a
        field that no row of its table has filled in, are told once with their number.
    """
    context = Context(inventory, rulebook, day)
    problems: list[Problem] = []
    for done, rule in enumerate(RULES, start=1):
        problems.extend(_problems(rule, list(rule.findings(context)), inventory, locate))
        if progress is not None:
            progress(done, len(RULES))
    return problems


def _problems(
    rule: CheckRule, findings: list[Finding], inventory: Inventory, locate: Locate
) -> list[Problem]:
    """Turn the findings of one rule into problems, folding repeated hints into one."""
    if not findings:
        return []
    if rule.missing and len(findings) >= max(_LEAST_ROWS, _rows(rule, inventory)):
        return [_told_once(rule, findings, "全表均如此", "true of every row", locate)]
    if rule.severity is Severity.HINT and len(findings) > HINTS_SHOWN:
        return [_told_once(rule, findings, "仅列出第一处", "only the first is shown", locate)]
    return [_problem(rule, finding, locate) for finding in findings]


def _rows(rule: CheckRule, inventory: Inventory) -> int:
    tables = {
        "firm": inventory.firms,
        "line": inventory.lines,
        "measure": inventory.measures,
        "dust": inventory.dust,
        "mobile": inventory.mobile,
        "total": inventory.totals,
    }
    return sum(len(tables[table]) for table in rule.tables)


def _problem(rule: CheckRule, finding: Finding, locate: Locate) -> Problem:
    return Problem(
        code=rule.code,
        severity=rule.severity,
        place=locate(finding.table, finding.row, finding.field),
        message_zh=rule.message[0].format_map(finding.values),
        message_en=rule.message[1].format_map(finding.values),
        remedy_zh=rule.remedy[0].format_map(finding.values),
        remedy_en=rule.remedy[1].format_map(finding.values),
    )


def _told_once(
    rule: CheckRule, findings: list[Finding], note_zh: str, note_en: str, locate: Locate
) -> Problem:
    """Return one problem at the first place that speaks for all of them."""
    first = _problem(rule, findings[0], locate)
    count = len(findings)
    return Problem(
        code=first.code,
        severity=first.severity,
        place=first.place,
        message_zh=f"{first.message_zh}（同类共{count}处，{note_zh}）",
        message_en=f"{first.message_en} ({count} of this kind, {note_en})",
        remedy_zh=first.remedy_zh,
        remedy_en=first.remedy_en,
    )
