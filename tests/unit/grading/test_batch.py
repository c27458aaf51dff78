"""Rounds of a year and the counts of the notice, at the days where they change.

Issue 3, section 1: Shanxi reports by 15 September and 15 December.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from grading_tools import application, grade, rules_of

from lantian.domain.grading.batch import batch_of, sentence_zh, summarise
from lantian.domain.grading.result import FirmResult
from lantian.rulebook.grading_tables import load_grading

SHANXI = load_grading().process("shanxi", date(2022, 12, 1))


@pytest.mark.parametrize(
    ("applied", "name", "year"),
    [
        (date(2022, 1, 1), "第一批", 2022),
        (date(2022, 9, 15), "第一批", 2022),
        (date(2022, 9, 16), "第二批", 2022),
        (date(2022, 12, 15), "第二批", 2022),
        (date(2022, 12, 16), "第一批", 2023),
    ],
)
def test_the_round_of_an_application(applied: date, name: str, year: int) -> None:
    found = batch_of(SHANXI, applied)
    assert found is not None
    assert (found[0].name_zh, found[1]) == (name, year)


def test_a_province_without_rounds_has_none() -> None:
    assert batch_of(replace(SHANXI, batches=()), date(2022, 9, 1)) is None


@pytest.fixture(scope="module")
def firms(tmp_path_factory: pytest.TempPathFactory) -> list[FirmResult]:
    one = grade(rules_of(tmp_path_factory.mktemp("rules")), application({}))
    found = []
    for i, (code, applied) in enumerate(
        [
            ("A", date(2022, 9, 15)),
            ("B", date(2022, 9, 1)),
            ("B-", date(2022, 8, 1)),
            ("leading", date(2022, 12, 1)),
            ("C", date(2022, 9, 1)),
            ("", None),
        ]
    ):
        found.append(replace(one, firm_id=f"f{i}", grade=code, applied_on=applied))
    return found


def test_counts_by_round_and_kind(firms: list[FirmResult]) -> None:
    found = summarise(firms, SHANXI)
    assert [(r.name_zh, dict(r.counts)) for r in found.rounds] == [
        ("2022年第一批", {"A": 1, "B": 2, "leading": 0}),
        ("2022年第二批", {"A": 0, "B": 0, "leading": 1}),
    ]
    assert (found.firms, found.noticed, found.kind("B")) == (6, 4, 2)
    assert sum(found.by_grade.values()) == 6


def test_the_sentences_carry_the_counts_and_leave_out_nothing(firms: list[FirmResult]) -> None:
    first, second, last = sentence_zh(summarise(firms, SHANXI))
    assert first.startswith("2022年第一批：A级企业1家、B级（含B-级）企业2家，共3家")
    assert second.startswith("2022年第二批：引领性企业1家，共1家")
    assert "评级企业6家" in last
    assert "合计4家，占66.7%" in last


def test_order_within_a_round_is_best_first_whatever_the_input(firms: list[FirmResult]) -> None:
    forward = summarise(firms, SHANXI).rounds[0].firms
    backward = summarise(firms[::-1], SHANXI).rounds[0].firms
    assert [r.grade for r in forward] == ["A", "B", "B-"]
    assert [r.firm_id for r in forward] == [r.firm_id for r in backward]


def test_without_a_province_everything_is_one_round(firms: list[FirmResult]) -> None:
    (only,) = summarise(firms, None).rounds
    assert only.total == 4


def test_no_firm_no_division_by_zero() -> None:
    assert "0家" in sentence_zh(summarise([], SHANXI))[-1]
