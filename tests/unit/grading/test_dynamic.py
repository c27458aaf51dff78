"""Downgrades: ground, clause, grade, waiting period; what no source says is left to a person.

Issue 3, section 2: dynamic management. Decision 0053.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from lantian.domain.grading.dynamic import Downgrade, propose_downgrade
from lantian.rulebook.grading_tables import load_grading

FOUND = date(2022, 12, 18)
PROCESS = load_grading().process("shanxi", FOUND)
SCHEME = ("A", "B", "C", "D")


def proposed(ground: str, grade: str = "B", **more: object) -> Downgrade:
    values = {"grade": grade, "scheme": SCHEME, "found_on": FOUND} | more
    return propose_downgrade(PROCESS, ground, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("ground", ["false-application", "order-not-carried-out"])
def test_these_grounds_lead_to_the_lowest_grade(ground: str) -> None:
    found = proposed(ground)
    assert found.to_grade == "D"
    assert found.rules[0].document == "山西省2020年第二批名单公告"
    assert found.rules[0].status == "secondary"
    assert found.rules[1].status == "unverified"  # to which grade: no text seen


def test_a_failed_check_leads_to_what_is_still_proven() -> None:
    assert proposed("failed-check", proven="C").to_grade == "C"
    open_ = proposed("failed-check")
    assert open_.to_grade == ""
    assert any("检查事实" in need for need in open_.needs_person_zh)
    none = proposed("failed-check", proven="A")
    assert none.to_grade == "B"
    assert any("不构成降级" in need for need in none.needs_person_zh)


def test_a_penalty_needs_a_person_to_say_the_grade() -> None:
    found = proposed("penalty")
    assert found.to_grade == ""
    assert any("主管部门" in need for need in found.needs_person_zh)


def test_the_waiting_period_is_the_provinces_or_the_bureaus_own_marked() -> None:
    open_ = proposed("false-application")
    assert open_.apply_again_on is None
    own = proposed("false-application", wait_months=6)
    assert own.apply_again_on == date(2023, 6, 18)
    assert "主管部门自定" in str(own.trace.inputs)
    ground = replace(PROCESS.grounds["false-application"], wait_months=12)
    process = replace(PROCESS, grounds={ground.key: ground})
    law = propose_downgrade(
        process, ground.key, grade="B", scheme=SCHEME, found_on=date(2024, 2, 29), wait_months=6
    )
    assert law.apply_again_on == date(2025, 2, 28)
    assert "主管部门自定" not in str(law.trace.inputs)


def test_an_unknown_ground_is_no_ground() -> None:
    with pytest.raises(KeyError):
        proposed("bad-mood")


def test_every_province_names_every_ground_of_the_issue() -> None:
    wanted = {
        "false-application", "falsified-monitoring", "failed-check", "order-not-carried-out",
        "penalty",
    }  # fmt: skip
    assert wanted <= set(PROCESS.grounds)
    for ground in PROCESS.grounds.values():
        assert ground.ref.clause
        assert ground.ref.status in {"official", "secondary", "unverified"}
