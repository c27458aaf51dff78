"""Every check finds its planted fault, at its place, and nothing on a sound list.

Covers section 2 of the contract (guard rules of the list) and 2.3 of the response reference:
one failing and one passing case for each registered code.
"""

from __future__ import annotations

import re

import pytest
from list_faults import FAULTS
from list_fixture import DAY, RULEBOOK, locate, sound_list

from lantian.domain.inventory.checks import RULES, check_list, rule_of
from lantian.kernel.problem import Severity
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
