"""New grades carried into a list: the firm's cells, its measures, and nothing else (decision 0183)."""

from __future__ import annotations

from datetime import date

import pytest

from lantian.demo import make_city
from lantian.domain.grading.grade import Grade
from lantian.jobs.grading.carry import NewGrade, carry
from lantian.rulebook import load_rulebook

DAY = date(2026, 12, 15)


@pytest.fixture(scope="module")
def city():  # type: ignore[no-untyped-def]
    return make_city(firms=60, seed=3)


def rated(city, grade: Grade):  # type: ignore[no-untyped-def]
    return next(f for f in city.firms if f.grade is grade and not f.guaranteed)


def test_only_the_firm_changes_and_its_notice_is_added_once(city) -> None:  # type: ignore[no-untyped-def]
    firm = rated(city, Grade.C)
    new = NewGrade(Grade.B, "第五批（2026-11-20生效）")
    once, risen = carry(city, {firm.firm_id: new}, load_rulebook(), DAY)
    assert risen == 0  # a better grade lets a firm file less; that is its own step
    assert once.measures == city.measures
    changed = [(a, b) for a, b in zip(city.firms, once.firms, strict=True) if a != b]
    ((before, after),) = changed
    assert (before.firm_id, after.grade, after.grade_text) == (firm.firm_id, Grade.B, "B")
    assert after.grade_notice.startswith(before.grade_notice)
    assert after.grade_notice.endswith(new.notice)
    twice, _ = carry(once, {firm.firm_id: new}, load_rulebook(), DAY)
    assert twice == once


def test_a_lower_grade_raises_only_the_firms_own_measures(city) -> None:  # type: ignore[no-untyped-def]
    firm = next(
        f
        for g in (Grade.A, Grade.B, Grade.C)
        for f in city.firms
        if f.grade is g and not f.guaranteed
    )
    lower, risen = carry(
        city, {firm.firm_id: NewGrade(Grade.D, "第2号降级决定")}, load_rulebook(), DAY
    )
    assert risen > 0
    others = [m for m in city.measures if m.firm_id != firm.firm_id]
    assert [m for m in lower.measures if m.firm_id != firm.firm_id] == others


def test_no_grades_no_change(city) -> None:  # type: ignore[no-untyped-def]
    assert carry(city, {}, load_rulebook(), DAY) == (city, 0)
