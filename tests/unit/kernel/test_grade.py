"""Reference response.md 2: grades as workbooks write them; domain.grading.grade."""

from __future__ import annotations

import pytest

from lantian.domain.grading.grade import Grade


@pytest.mark.parametrize("grade", list(Grade))
def test_codes_and_labels_parse_to_themselves(grade: Grade) -> None:
    for text in (grade.value, grade.label_zh, f" {grade.label_zh}企业 ", grade.value.lower()):
        assert Grade.parse(text) is grade


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("A级", Grade.A), ("A级企业", Grade.A), ("Ａ级", Grade.A), ("ｂ级", Grade.B), ("Ｂ－级", Grade.B_MINUS),
        ("B−", Grade.B_MINUS), ("B–级", Grade.B_MINUS), ("A＋", Grade.A_PLUS), ("c 级", Grade.C),
        ("引领性企业", Grade.LEADING), ("引领", Grade.LEADING), ("非引领性企业", Grade.NON_LEADING),
        ("未评级", Grade.UNGRADED), ("未分级", Grade.UNGRADED), ("未定级", Grade.UNGRADED),
    ],
)  # fmt: skip
def test_what_workbooks_write(text: str, grade: Grade) -> None:
    assert Grade.parse(text) is grade


@pytest.mark.parametrize("text", ["", "E", "AB", "级", "企业", "B+", "优秀", "A/B", "1"])
def test_what_is_no_grade_is_unknown_not_guessed(text: str) -> None:
    assert Grade.parse(text) is None


def test_ranks_order_fairness_and_only_the_best_are_autonomous() -> None:
    assert [g.rank for g in Grade] == [0, 0, 0, 1, 2, 3, 3, 3, 4]
    assert {g for g in Grade if g.autonomous} == {Grade.A_PLUS, Grade.A, Grade.LEADING}
