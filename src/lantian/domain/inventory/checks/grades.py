"""The performance grade of the firm.

Covers: unknown or missing grade, grade not in the industry's scheme, a grade that needs a
published notice without its number.
"""

from __future__ import annotations

from collections.abc import Iterator

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import GRADE_NOTICE, GUIDE_2020, LOWEST_GRADE
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import Firm
from lantian.kernel.problem import Severity
from lantian.rulebook.model import Industry

_PUBLISHED = frozenset({Grade.A_PLUS, Grade.A, Grade.B, Grade.B_MINUS, Grade.LEADING})
_PROVINCIAL = {Grade.B_MINUS: "B", Grade.A_PLUS: "A"}
"""Grades that provinces set beside those of the guide: they stand wherever the guide's do."""
_TRACK = frozenset({Grade.LEADING, Grade.NON_LEADING})


@check(
    "L150",
    Severity.ERROR,
    "firm",
    "grade",
    title=("绩效等级不认识", "grade unknown"),
    message=(
        "绩效等级“{text}”不是A、B、B-、C、D、引领性、非引领性或未评级",
        "grade “{text}” is none that exists",
    ),
    remedy=("按公布的评级结果改正", "correct it from the published result"),
    why=("等级决定减排措施", "the grade decides the measures"),
    ground=GUIDE_2020,
)
def grade_unknown(context: Context, found: Found) -> Iterator[Finding]:
    """Grade cells with text that is no grade."""
    for firm in context.inventory.firms:
        if firm.grade is None and firm.grade_text.strip():
            yield found("firm", firm.row, "grade", text=firm.grade_text)


@check(
    "L151",
    Severity.WARNING,
    "firm",
    "grade",
    title=("缺绩效等级", "grade missing"),
    message=(
        "企业“{name}”没有绩效等级，将按本行业最低等级管控",
        "firm “{name}” has no grade and is treated at the lowest of its industry",
    ),
    remedy=("填公布的等级；确未参评的填“未评级”", "write the published grade, or 未评级"),
    why=("未申报的按最低等级管控", "who has not applied is treated at the lowest grade"),
    ground=LOWEST_GRADE,
    missing=True,
)
def grade_missing(context: Context, found: Found) -> Iterator[Finding]:
    """Firms whose grade cell is empty."""
    for firm in context.inventory.firms:
        if firm.grade is None and not firm.grade_text.strip():
            yield found("firm", firm.row, "grade", name=firm.name)


def _outside(
    context: Context, *, complete: bool
) -> Iterator[tuple[Firm, Industry, tuple[str, ...]]]:
    """Yield firms whose grade is not in the scheme seen for their industry or sub-type, with it.

    One grade seen alone says nothing of the rest, so such industries are passed over.
    """
    for firm in context.inventory.firms:
        grade = firm.grade
        if grade is None or grade is Grade.UNGRADED:
            continue
        industry = context.industry(firm)
        if industry is None:
            continue
        seen, whole = context.scheme(firm)
        accepted = {grade.value, _PROVINCIAL.get(grade, grade.value)}
        if whole is complete and len(seen) > 1 and accepted.isdisjoint(seen):
            yield firm, industry, seen


@check(
    "L152",
    Severity.ERROR,
    "firm",
    "grade",
    title=("本行业没有这一等级", "grade not in the industry's scheme"),
    message=(
        "“{industry}”没有“{grade}”这一等级，本行业为：{scheme}",
        "“{industry}” has no grade “{grade}”; it has {scheme}",
    ),
    remedy=(
        "核对评级公告：改正等级、行业或分支",
        "check the notice; correct grade, industry or sub-type",
    ),
    why=("各行业的等级不同", "schemes differ by industry"),
    ground=GUIDE_2020,
)
def grade_not_in_scheme(context: Context, found: Found) -> Iterator[Finding]:
    """Grades outside a scheme that is known completely."""
    for firm, industry, seen in _outside(context, complete=True):
        assert firm.grade is not None
        yield found(
            "firm",
            firm.row,
            "grade",
            industry=industry.name_zh,
            grade=firm.grade.label_zh,
            scheme="、".join(seen),
        )


@check(
    "L153",
    Severity.HINT,
    "firm",
    "grade",
    title=("等级类型与本行业已知的不同", "grade of another kind than seen for the industry"),
    message=(
        "“{industry}”已知的等级为{scheme}（可能不全），填的是“{grade}”",
        "grades seen for “{industry}” are {scheme} (maybe not all); “{grade}” is filed",
    ),
    remedy=("核对评级公告；无误则不必改", "check the notice; leave it if it is right"),
    why=(
        "规则库对本行业的等级只看到一部分，不能断定有误",
        "the rulebook has seen part of the scheme only",
    ),
    ground=GUIDE_2020,
)
def grade_of_other_track(context: Context, found: Found) -> Iterator[Finding]:
    """Leading where only letters were seen, or the reverse; unseen letters are not told."""
    for firm, industry, seen in _outside(context, complete=False):
        assert firm.grade is not None
        letters = {code for code in seen if code[0] in "ABCD"}
        leading = {code for code in seen if code in ("leading", "non_leading")}
        wrong_track = (firm.grade in _TRACK and not leading) or (
            firm.grade not in _TRACK and not letters
        )
        if wrong_track:
            yield found(
                "firm",
                firm.row,
                "grade",
                industry=industry.name_zh,
                grade=firm.grade.label_zh,
                scheme="、".join(seen),
            )


@check(
    "L154",
    Severity.WARNING,
    "firm",
    "grade_notice",
    title=("A、B、引领性缺评级批次或文号", "A, B or leading without a notice number"),
    message=(
        "企业“{name}”填{grade}，但没有评级批次或文号",
        "firm “{name}” is filed as {grade} without the number of the notice",
    ),
    remedy=(
        "补填公布该等级的文件号；查无公告的，等级不能采用",
        "fill in the number of the notice; a grade without one cannot be used",
    ),
    why=("A、B（含B-）、引领性由省级公布", "these grades are published by the province"),
    ground=GRADE_NOTICE,
)
def grade_without_notice(context: Context, found: Found) -> Iterator[Finding]:
    """Good grades that nothing published stands behind."""
    for firm in context.inventory.firms:
        if firm.grade in _PUBLISHED and not firm.grade_notice.strip():
            assert firm.grade is not None
            yield found("firm", firm.row, "grade_notice", name=firm.name, grade=firm.grade.label_zh)
