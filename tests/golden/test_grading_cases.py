"""Issue 3 section 4: every golden case of every grading table, and what no case touches."""

from __future__ import annotations

from collections import Counter

import pytest

from lantian.domain.grading.cases import run_case, uncovered
from lantian.rulebook.grading_tables import check_grading, load_grading

RULES = load_grading()
INDUSTRIES = RULES.industries()

EXPLAINED: dict[tuple[str, str], str] = {}
"""(industry, row): why a limit of it has no case."""


def test_every_table_of_the_rulebook_loads() -> None:
    assert [f"{p.code} {p.place.text()} {p.message_en}" for p in check_grading()] == []


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_every_case_of_the_table_comes_out_as_it_says(industry: str) -> None:
    for table, cases in RULES.cases(industry):
        missed = [m for case in cases for m in run_case(table, case)]
        assert missed == []


@pytest.mark.parametrize("industry", INDUSTRIES)
def test_no_limit_of_the_table_is_untouched(industry: str) -> None:
    for table, cases in RULES.cases(industry):
        left = [u for u in uncovered(table, cases) if (industry, u.row_id) not in EXPLAINED]
        assert [f"{u.row_id}: {u.what_en}" for u in left] == []


def test_the_inherited_rows_are_touched_in_one_table_at_least() -> None:
    gaps: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for industry in INDUSTRIES:
        for table, cases in RULES.cases(industry):
            own = {f"{u.row_id}: {u.what_en}" for u in uncovered(table, cases, general=True)}
            rows = {row.row_id for row in table.rows if row.general}
            seen.update(rows)
            gaps.update(own)
    assert seen
    whole = max(seen.values())
    assert [gap for gap, count in gaps.items() if count == whole] == []


def test_an_explained_gap_is_really_one() -> None:
    left = {
        (industry, u.row_id)
        for industry in INDUSTRIES
        for table, cases in RULES.cases(industry)
        for u in uncovered(table, cases)
    }
    assert set(EXPLAINED) <= left
