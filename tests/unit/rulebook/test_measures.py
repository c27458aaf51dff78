"""What each grade must do: every row of the reference, and that levels never loosen.

Clauses: measure tables of the 39 industries (2020 guide, as far as published), the rule by
grade (response reference 3), ungraded = lowest grade (Tianjin 2023).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.domain.grading.grade import Grade
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.trace import RuleRef
from lantian.rulebook import load_rulebook
from lantian.rulebook.book import lowest_grade
from lantian.rulebook.build_measures import loosens
from lantian.rulebook.model import FloorKind, MeasureRule
from lantian.rulebook.schema import AUTONOMOUS_GRADES, GRADES

DAY = date(2026, 12, 1)
AUTO = "autonomous autonomous autonomous"
STOP = "stop:1 stop:1 stop:1"
LADDER_22 = "transport_only stop:0.5 stop:1"

# (industry, sub-type, grade): yellow orange red, sources, status  —  as in the reference
ROWS: dict[tuple[str, str, str], tuple[str, str, str]] = {
    ("steel-long-process", "", "A"): (AUTO, "s3 s8", "secondary"),
    ("steel-short-process", "", "A"): (AUTO, "s4", "secondary"),
    ("ferroalloy", "", "A"): (AUTO, "s1", "secondary"),
    ("ferroalloy", "", "B"): ("transport_only - -", "s1", "secondary"),
    ("coking", "", "A"): (AUTO, "s9", "secondary"),
    ("lime-kiln", "", "A"): (AUTO, "s4", "secondary"),
    ("foundry", "", "A"): (AUTO, "s2", "secondary"),
    ("alumina", "", "A"): (AUTO, "s3", "secondary"),
    ("secondary-nonferrous", "", "A"): (AUTO, "s1", "secondary"),
    ("secondary-nonferrous", "", "B"): ("cut:0.5 cut:0.5 cut:0.5", "s1", "secondary"),
    ("secondary-nonferrous", "", "C"): (STOP, "s1", "secondary"),
    ("cement", "水泥熟料", "A"): (AUTO, "s1", "secondary"),
    ("cement", "水泥熟料", "B"): ("transport_only cut:0.2 stop:1", "s1", "secondary"),
    ("cement", "水泥熟料", "C"): ("stop:0.5 stop:1 stop:1", "s1", "secondary"),
    ("cement", "水泥熟料", "D"): (STOP, "s1", "secondary"),
    ("glass", "", "A"): (AUTO, "s1", "secondary"),
    ("glass", "", "leading"): (AUTO, "s1", "secondary"),
    ("glass", "", "B"): ("none cut:0.1 cut:0.1", "s1", "secondary"),
    ("glass", "", "C"): ("none cut:0.2 cut:0.2", "s1", "secondary"),
    ("glass", "", "D"): ("cut:0.3 cut:0.3 cut:0.3", "s1", "secondary"),
    ("waterproofing", "", "A"): (AUTO, "s1", "secondary"),
    ("waterproofing", "", "B"): (LADDER_22, "s1", "secondary"),
    ("waterproofing", "", "C"): (STOP, "s1", "secondary"),
    ("waterproofing", "塑料类防水卷材", "any"): (LADDER_22, "s1", "secondary"),
}
# rows of the reference that only repeat the rule by grade ("basis: general rule")
GENERAL = {
    ("primary-aluminium", "", "A"), ("carbon", "", "A"), ("copper-smelting", "", "A"),
    ("lead-zinc-smelting", "", "A"), ("molybdenum-smelting", "", "A"),
    ("nonferrous-rolling", "", "A"), ("nonferrous-rolling", "", "leading"),
    ("cement", "独立粉磨站", "leading"), ("brick-tile-kiln", "", "A"), ("ceramics", "", "A"),
    ("refractory", "", "A"), ("refractory", "", "leading"),
    ("coatings-manufacture", "", "leading"), ("package-printing", "", "A"),
    ("industrial-coating", "", "A"),
}  # fmt: skip


def _short(rule: MeasureRule) -> str:
    names = {FloorKind.CUT_SHARE: "cut", FloorKind.STOP_SHARE: "stop"}
    if rule.share is None:
        return rule.kind.value
    share = rule.share
    return f"{names[rule.kind]}:{share.numerator if share.denominator == 1 else float(share)}"


def _table(general: bool) -> dict[tuple[str, str, str], dict[Level, MeasureRule]]:
    found: dict[tuple[str, str, str], dict[Level, MeasureRule]] = {}
    for (slug, subtype, grade, level), series in load_rulebook().table.items():
        value = series.entries[-1].value
        if value.general == general:
            found.setdefault((slug, subtype, grade), {})[level] = value
    return found


def test_the_tables_hold_the_rows_of_the_reference_and_no_others() -> None:
    table = _table(general=False)
    got = {
        key: " ".join(_short(cells[lv]) if lv in cells else "-" for lv in LEVELS)
        for key, cells in table.items()
    }
    assert got == {key: row[0] for key, row in ROWS.items()}


@pytest.mark.parametrize("key", ROWS)
def test_each_row_keeps_its_source_and_mark(key: tuple[str, str, str]) -> None:
    _, sources, status = ROWS[key]
    book = load_rulebook()
    for level in LEVELS:
        series = book.table.get((*key, level))
        if series is None:
            continue
        (entry,) = series.entries
        assert entry.head.source == sources
        assert entry.value.ref.status == status
        assert entry.value.ref.document.startswith("重污染天气重点行业应急减排措施制定技术指南")
        assert all(source.document for source in entry.head.sources)


def test_rows_that_repeat_the_rule_by_grade_cite_it() -> None:
    table = _table(general=True)
    assert set(table) == GENERAL
    for cells in table.values():
        assert set(cells) == set(LEVELS)
        for rule in cells.values():
            assert rule.kind is FloorKind.AUTONOMOUS
            assert rule.ref.rule_id == "response.measures.general"


def test_cement_clinker_says_basis_and_haulage() -> None:
    rule = load_rulebook().measure("cement", "熟料", "B", Level.ORANGE, DAY)
    assert rule.share == Fraction(1, 5)
    assert "三者日均值的最小值" in rule.basis_zh
    assert "国四及以下" in rule.transport_zh
    rule = load_rulebook().measure("cement", "熟料", "D", Level.YELLOW, DAY)
    assert "停止公路运输" in rule.transport_zh


def test_subtype_then_industry_then_rule_by_grade() -> None:
    book = load_rulebook()
    own = book.measure("waterproofing", "塑料防水卷材", "C", Level.ORANGE, DAY)
    assert (own.share, own.grade, own.general) == (Fraction(1, 2), "C", False)
    industry = book.measure("waterproofing", "沥青类防水", "C", Level.ORANGE, DAY)
    assert (industry.share, industry.general) == (Fraction(1), False)
    silent = book.measure("waterproofing", "沥青类防水", "D", Level.ORANGE, DAY)
    assert silent.general is True
    assert silent.industry == "waterproofing"
    # A firm with grade A is never forced, not even in a sub-type with a row for everybody.
    free = book.measure("waterproofing", "塑料防水卷材", "A", Level.RED, DAY)
    assert free.kind is FloorKind.AUTONOMOUS


def test_rubber_membranes_are_rated_as_rubber_products() -> None:
    rule = load_rulebook().measure("waterproofing", "橡胶防水卷材", "C", Level.RED, DAY)
    assert rule.industry == "rubber-products"
    assert rule.general is True


@pytest.mark.parametrize(
    ("grade", "kind", "share", "status"),
    [
        ("A+", FloorKind.AUTONOMOUS, None, "secondary"),
        ("A", FloorKind.AUTONOMOUS, None, "secondary"),
        ("leading", FloorKind.AUTONOMOUS, None, "secondary"),
        ("B", FloorKind.LIMIT, None, "secondary"),
        ("B-", FloorKind.LIMIT, None, "secondary"),
        ("C", FloorKind.STOP_SOME, None, "secondary"),
        ("non_leading", FloorKind.LIMIT, None, "secondary"),
        ("D", FloorKind.STOP_SHARE, Fraction(1), "secondary"),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_the_rule_by_grade(
    grade: str, kind: FloorKind, share: Fraction | None, status: str, level: Level
) -> None:
    rule = load_rulebook().measure("frp", "", grade, level, DAY)
    assert (rule.kind, rule.share, rule.general) == (kind, share, True)
    assert rule.ref.status == status
    assert "河南" in rule.ref.document
    assert rule.transport_zh == ""  # the haulage ban was read for industry 22 only


def test_ungraded_takes_the_lowest_grade_of_a_known_scheme() -> None:
    book = load_rulebook()
    rule = book.measure("secondary-nonferrous", "", "ungraded", Level.YELLOW, DAY)
    assert (rule.grade, rule.share, rule.general) == ("ungraded", Fraction(1), False)
    assert rule.ref.status == "secondary"
    assert "最低等级" in rule.ref.clause
    rule = book.measure("cement", "粉磨站", "ungraded", Level.RED, DAY)
    assert rule.kind is FloorKind.LIMIT  # non-leading is the lowest there


def test_ungraded_in_an_unknown_scheme_is_d_and_unverified() -> None:
    rule = load_rulebook().measure("furniture", "", "ungraded", Level.ORANGE, DAY)
    assert (rule.kind, rule.share) == (FloorKind.STOP_SHARE, Fraction(1))
    assert rule.ref.status == "unverified"


def test_ungraded_outside_the_key_industries_has_no_floor() -> None:
    rule = load_rulebook().measure("other", "", "ungraded", Level.RED, DAY)
    assert (rule.kind, rule.share, rule.what_zh) == (FloorKind.NONE, None, "")
    assert rule.ref.status == "unverified"


def test_lowest_grade_needs_a_whole_scheme() -> None:
    book = load_rulebook()
    lowest = {i.slug: lowest_grade(i) for i in book.industries()}
    assert {slug: g for slug, g in lowest.items() if g} == {
        "secondary-nonferrous": "C",
        "waterproofing": "C",
        "package-printing": "D",
    }
    cement = book.industry("cement", DAY)
    assert lowest_grade(cement, "水泥熟料") == "D"
    assert lowest_grade(cement, "独立粉磨站") == "non_leading"


def _cells() -> Iterator[tuple[str, str, str]]:
    for industry in load_rulebook().industries():
        for subtype in ("", *industry.subtypes, "未知分支"):
            for grade in GRADES:
                yield industry.slug, subtype, grade


def test_every_cell_answers_and_never_loosens() -> None:
    book = load_rulebook()
    for slug, subtype, grade in _cells():
        rules = [book.measure(slug, subtype, grade, level, DAY) for level in LEVELS]
        for low, high in pairwise(rules):
            assert not loosens(low, high), (slug, subtype, grade)
        for rule in rules:
            _whole(rule)
            if grade in AUTONOMOUS_GRADES:
                assert rule.kind is FloorKind.AUTONOMOUS


def _whole(rule: MeasureRule) -> None:
    assert rule.ref.status in {"official", "secondary", "unverified", "design"}
    assert rule.ref.document
    assert rule.ref.clause
    assert (rule.share is not None) == (rule.kind in {FloorKind.CUT_SHARE, FloorKind.STOP_SHARE})
    assert (rule.hours is not None) == (rule.kind is FloorKind.COKING_HOURS)
    assert isinstance(rule.ref, RuleRef)


_SLUGS = [i.slug for i in load_rulebook().industries()]


@settings(max_examples=300, deadline=None)
@given(
    slug=st.sampled_from(_SLUGS),
    grade=st.sampled_from(GRADES),
    day=st.dates(date(2020, 1, 1), date(2027, 12, 31)),
)
def test_every_day_from_2020_to_2027_has_an_answer(slug: str, grade: str, day: date) -> None:
    book = load_rulebook()
    rules = [book.measure(slug, "", grade, level, day) for level in LEVELS]
    assert not loosens(rules[0], rules[1])
    assert not loosens(rules[1], rules[2])
    for rule in rules:
        _whole(rule)


def test_grade_codes_are_those_of_the_domain() -> None:
    assert set(GRADES) == {grade.value for grade in Grade}
    assert {g.value for g in Grade if g.autonomous} == AUTONOMOUS_GRADES
