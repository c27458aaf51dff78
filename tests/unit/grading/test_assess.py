"""Issue 3 section 2: from facts to grades by three-valued logic."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from grading_tools import DAY, GOOD, PLACE, TABLE, application, fact, grade, rules_of

from lantian.domain.grading.application import GivenDecision, GivenPublished
from lantian.domain.grading.result import Basis
from lantian.domain.grading.truth import Truth
from lantian.rulebook.grading_tables import GradingRules


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> GradingRules:
    return rules_of(tmp_path_factory.mktemp("rules"))


def judged(holds: bool = True, **more: object) -> GivenDecision:
    values = {"by": "王处", "on_text": "2030-05-01", "evidence": ("E",)} | more
    return GivenDecision("site", "A", holds, place=PLACE, **values)  # type: ignore[arg-type]


def test_everything_proven_gives_the_best_grade(rules: GradingRules) -> None:
    result = grade(rules, application(GOOD, decisions=(judged(),)))
    assert (result.grade, result.basis, result.provisional) == ("A", Basis.COMPUTED, False)
    assert result.problems == ()


def test_the_weakest_indicator_decides(rules: GradingRules) -> None:
    result = grade(rules, application(GOOD | {"pm": "25 mg/m3"}, decisions=(judged(),)))
    assert result.grade == "C"
    assert result.parts[0].weakest == ("pm",)


def test_a_missing_fact_is_unknown_and_named(rules: GradingRules) -> None:
    facts = {k: v for k, v in GOOD.items() if k != "share"}
    part = grade(rules, application(facts, decisions=(judged(),))).parts[0]
    assert (part.proven, part.possible) == ("C", "A")
    assert part.missing == ("share",)
    assert part.grade == "C"  # proven; A and B stay possible and the sheet says what is missing


def test_what_a_person_must_judge_keeps_a_grade_open(rules: GradingRules) -> None:
    part = grade(rules, application(GOOD)).parts[0]
    assert (part.proven, part.possible) == ("B", "A")
    assert part.to_judge == (("site", "A"),)
    no = grade(rules, application(GOOD, decisions=(judged(holds=False),))).parts[0]
    assert (no.proven, no.possible) == ("B", "B")


def test_the_lowest_grade_needs_every_better_one_refuted(rules: GradingRules) -> None:
    nothing = grade(rules, application({}))
    assert (nothing.grade, nothing.basis) == ("", Basis.UNDECIDABLE)
    refuted = grade(rules, application({"pm": "31 mg/m3"}))
    assert (refuted.grade, refuted.basis) == ("D", Basis.COMPUTED)


def test_either_way_of_a_choice_is_enough(rules: GradingRules) -> None:
    wet = GOOD | {"process": "wet"}
    assert grade(rules, application(wet, decisions=(judged(),))).grade == "A"
    open_wet = wet | {"closed": "no"}
    assert grade(rules, application(open_wet, decisions=(judged(),))).grade == "B"
    other = GOOD | {"process": "其他"}
    assert grade(rules, application(other)).grade == "C"


def test_a_row_that_does_not_concern_the_firm_holds(rules: GradingRules) -> None:
    boiler = GOOD | {"has_boiler": "yes", "boiler_nox": "80 mg/m3"}
    assert grade(rules, application(boiler)).grade == "C"
    unknown = {k: v for k, v in boiler.items() if k != "has_boiler"}
    part = grade(rules, application(unknown)).parts[0]
    assert (part.proven, part.possible) == ("C", "A")
    assert "has_boiler" in part.missing


def test_a_share_of_hours_needs_hourly_values(rules: GradingRules) -> None:
    single = grade(rules, application(GOOD | {"nmhc": "30 mg/m3"}, decisions=(judged(),))).parts[0]
    row = next(r for r in single.rows if r.row.row_id == "nmhc")
    assert (row.reaches["A"], row.reaches["B"]) == (Truth.UNKNOWN, Truth.TRUE)
    for over, expected in ((5, "A"), (6, "B")):
        hours = tuple((f"{v} mg/m3", "") for v in [15] * (100 - over) + [39] * over)
        facts = [fact(k, v) for k, v in GOOD.items() if k != "nmhc"]
        facts.append(fact("nmhc", "", hours=hours))
        assert grade(rules, application(facts, decisions=(judged(),))).grade == expected


def test_oxygen_decides_a_converted_limit(rules: GradingRules) -> None:
    facts = [fact(k, v) for k, v in GOOD.items() if k != "pm"]
    at = fact("pm", "5 mg/m3", o2_text="15", converted=False)  # 5 * (21-9)/(21-15) = 10
    assert grade(rules, application([*facts, at], decisions=(judged(),))).grade == "A"
    above = fact("pm", "5.01 mg/m3", o2_text="15", converted=False)
    assert grade(rules, application([*facts, above], decisions=(judged(),))).grade == "B"


def test_unverified_rows_count_only_when_switched_on(tmp_path: Path) -> None:
    text = TABLE.replace("status: official", "status: unverified").replace(
        "    dimension:", "    certainty: medium\n    dimension:"
    )
    rules = rules_of(tmp_path, text)
    plain = grade(rules, application(GOOD, decisions=(judged(),)))
    assert (plain.grade, plain.basis) == ("", Basis.UNDECIDABLE)
    on = grade(rules, application(GOOD, decisions=(judged(),)), use_unverified=True)
    assert (on.grade, on.provisional) == ("A", True)
    assert len(on.parts[0].unverified) >= 6


def test_a_published_grade_overrides_and_the_difference_is_told(rules: GradingRules) -> None:
    published = GivenPublished("B", "晋环函〔2030〕1号", "2030-03-01", PLACE)
    result = grade(rules, application(GOOD, decisions=(judged(),), published=published))
    assert (result.grade, result.basis) == ("B", Basis.PUBLISHED)
    assert result.parts[0].computed == "A"
    assert "与按指标表计算的结果不同" in "".join(result.parts[0].notes_zh)


def test_an_officers_decision_fills_what_the_table_cannot_decide(rules: GradingRules) -> None:
    whole = GivenDecision("", "C", False, "王处", "2030-05-01", PLACE, ("E",))
    result = grade(rules, application({}, decisions=(whole,)))
    assert (result.grade, result.basis) == ("C", Basis.DECIDED)
    computed = grade(rules, application(GOOD, decisions=(judged(), whole)))
    assert (computed.grade, computed.basis) == ("A", Basis.COMPUTED)


def test_an_absent_grade_is_never_automatic(tmp_path: Path) -> None:
    text = TABLE.replace("A: {tests: {share: '>= 80%'}}, ", "") + (
        "absent: [{dimensions: [transport], grades: [A], note_zh: A级运输要求未见}]\n"
    )
    rules = rules_of(tmp_path, text)
    part = grade(rules, application(GOOD, decisions=(judged(),))).parts[0]
    assert (part.proven, part.possible, part.grade) == ("B", "A", "B")
    better = grade(rules, application(GOOD | {"share": "40%"}, decisions=(judged(),))).parts[0]
    assert better.grade == "C"


def test_several_industries_take_the_lowest(rules: GradingRules) -> None:
    one = application(GOOD, decisions=(judged(),))
    two = application(GOOD | {"pm": "25 mg/m3"})
    both = replace(one, parts=(*one.parts, *two.parts))
    result = grade(rules, both)
    assert [p.grade for p in result.parts] == ["A", "C"]
    assert (result.grade, result.decided_by_part) == ("C", 1)
    half = replace(one, parts=(*one.parts, *application({}).parts))
    assert grade(rules, half).grade == ""  # one industry open: no grade for the firm


def test_the_trace_shows_input_limit_edition_clause_and_status(rules: GradingRules) -> None:
    result = grade(rules, application(GOOD | {"pm": "25 mg/m3"}))
    text = str(result.trace.as_dict())
    for piece in ("25 mg/m3", "颗粒物≤10 mg/m³", "试验 颗粒物 A", "official", "不满足", "test"):
        assert piece in text


def test_another_subject_needs_no_new_code(tmp_path: Path) -> None:
    """Law, Art. 294: waste water will be graded too."""
    from lantian.domain.grading.assess import Assessor
    from lantian.rulebook import load_rulebook

    rules = rules_of(tmp_path, TABLE.replace("edition: test", "edition: test\nsubject: water"))
    assessor = Assessor(load_rulebook(), rules, DAY, subject="water")
    assert assessor.firm(application(GOOD, decisions=(judged(),))).grade == "A"
