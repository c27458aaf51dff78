"""Every check finds its planted fault, at its place, and nothing on a sound list.

Covers section 2 of the contract (guard rules of the list) and 2.3 of the response reference:
one failing and one passing case for each registered code.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from list_faults import FAULTS
from list_fixture import DAY, RULEBOOK, Change, locate, set_all, sound_list

from lantian.domain.inventory.checks import RULES, Context, check_list, find_all, rule_of
from lantian.domain.inventory.model import Inventory
from lantian.kernel.problem import Problem, Severity
from lantian.rulebook.model import Status

CODES = [rule.code for rule in RULES]


def test_every_registered_code_has_a_case_and_every_case_a_code() -> None:
    assert sorted(FAULTS) == CODES
    assert len(CODES) >= 45


def test_a_sound_list_has_no_problem_at_all() -> None:
    assert check_list(sound_list(), RULEBOOK, DAY, locate) == []


@pytest.mark.parametrize("code", CODES)
def test_fault_is_found_where_it_is(code: str) -> None:
    case = FAULTS[code]
    problems = check_list(case.plant(sound_list()), RULEBOOK, case.day, locate)
    table, row, field = case.at
    mine = [p for p in problems if p.code == code]
    assert (table, row, field) in [(p.place.sheet, p.place.row, p.place.column) for p in mine]
    rule = rule_of(code)
    assert rule is not None
    for problem in mine:
        assert problem.severity is rule.severity
        assert problem.place.sheet in rule.tables
        assert problem.place.column.split(".")[0] in {f.split(".")[0] for f in rule.fields}
        for text in (problem.message_zh, problem.message_en, problem.remedy_zh, problem.remedy_en):
            assert text
            assert "{" not in text
        assert re.search(r"[\u4e00-\u9fff]", problem.message_zh)


@pytest.mark.parametrize("code", [c for c in CODES if FAULTS.get(c) and FAULTS[c].near])
def test_near_miss_passes(code: str) -> None:
    case = FAULTS[code]
    assert case.near is not None
    problems = check_list(case.near(sound_list()), RULEBOOK, case.day, locate)
    assert code not in [p.code for p in problems]


@pytest.mark.parametrize("rule", RULES, ids=CODES)
def test_card_is_complete(rule) -> None:  # type: ignore[no-untyped-def]
    assert re.fullmatch(r"L[1-6]\d\d", rule.code)
    for text in (rule.title, rule.message, rule.remedy, rule.why, rule.ground.document):
        assert re.search(r"[\u4e00-\u9fff]", text[0]), text
        assert re.search(r"[A-Za-z]", text[1]), text
    assert set(rule.tables) <= {"firm", "line", "measure", "dust", "mobile", "total"}
    assert isinstance(rule.severity, Severity)


def test_marks_are_not_upgraded() -> None:
    """Only the one official page that was seen may carry the official mark."""
    official = {r.ground.source for r in RULES if r.ground.status is Status.OFFICIAL}
    assert official == {"http://nm.people.com.cn/BIG5/n2/2024/1101/c347190-41027827.html"}
    guards = [r for r in RULES if "防错规则" in r.ground.document[0]]
    assert guards
    assert {r.ground.status for r in guards} == {Status.UNVERIFIED}


def _all_of(code: str, change: Change) -> list[Problem]:
    return [p for p in check_list(change(sound_list()), RULEBOOK, DAY, locate) if p.code == code]


def test_a_column_empty_in_every_row_is_told_once_with_the_number() -> None:
    (problem,) = _all_of("L101", set_all("firm", credit_code="", permit_no=""))
    assert problem.severity is Severity.WARNING
    assert problem.place.row == 2
    assert "同类共15处" in problem.message_zh
    assert "15 of this kind" in problem.message_en


def test_many_hints_are_told_once_but_errors_one_by_one() -> None:
    lines = len(sound_list().lines)
    (hint,) = _all_of("L217", set_all("line", accounting="估计"))
    assert f"同类共{lines}处" in hint.message_zh
    errors = _all_of("L211", set_all("line", operating_days=Decimal(400)))
    assert len(errors) == lines
    assert "同类" not in errors[0].message_zh


def test_find_all_leaves_nothing_out() -> None:
    context = Context(set_all("line", accounting="估计")(sound_list()), RULEBOOK, DAY)
    found = find_all(context)
    assert list(found) == CODES
    assert len(found["L217"]) == len(sound_list().lines)
    assert {f.table for f in found["L217"]} == {"line"}


def test_progress_counts_rules() -> None:
    told: list[tuple[int, int]] = []
    check_list(
        sound_list(), RULEBOOK, DAY, locate, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(i, len(RULES)) for i in range(1, len(RULES) + 1)]


def test_an_empty_list_is_judged_without_a_fault_of_the_program() -> None:
    problems = check_list(Inventory((), (), ()), RULEBOOK, DAY, locate)
    assert [p.code for p in problems] == ["L502"]
