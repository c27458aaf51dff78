"""Every code G001 to G028: one bad input, its place and remedy; never a silent grade.

Issue 3, section 4: bad input is a coded problem with its cell, never a traceback, never a silent C.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from grading_tools import GOOD, PLACE, application, fact, grade, rules_of

from lantian.domain.grading.application import (
    GivenCorrection,
    GivenDecision,
    GivenEnergy,
    GivenFact,
    GivenPublished,
)
from lantian.domain.grading.complaint import COMPLAINTS
from lantian.domain.grading.result import FirmResult
from lantian.jobs.grading.evidence import check_evidence
from lantian.jobs.grading.read_yaml import read_application
from lantian.kernel.problem import LantianError, Problem, Severity
from lantian.rulebook.grading_tables import GradingRules


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> GradingRules:
    return rules_of(tmp_path_factory.mktemp("rules"))


def with_fact(fact_id: str, text: str, **more: Any) -> list[GivenFact]:
    facts = [fact(k, v) for k, v in GOOD.items() if k != fact_id]
    return [*facts, fact(fact_id, text, **more)]


def only(result: FirmResult, code: str) -> Problem:
    assert [p.code for p in result.problems] == [code]
    problem = result.problems[0]
    assert problem.place == PLACE
    assert problem.remedy_zh
    assert problem.remedy_en
    return problem


@pytest.mark.parametrize(
    ("code", "facts", "says"),
    [
        ("G003", [*with_fact("pm", "8 mg/m3"), fact("soot", "8 mg/m3")], "soot"),
        ("G004", with_fact("nmhc", "15~20 mg/m3"), "15~20"),
        ("G004", with_fact("nmhc", "<20 mg/m3"), "<20"),
        ("G004", with_fact("nmhc", "合格"), "合格"),
        ("G004", with_fact("nmhc", "1e9 mg/m3"), "1e9"),
        ("G005", with_fact("nmhc", "15"), "15"),
        ("G006", with_fact("nmhc", "15 kg"), "mg/m³"),
        ("G006", with_fact("nmhc", "15 ppm"), "mg/m³"),
        ("G007", with_fact("nmhc", "15000 mg/m3"), "15000"),
        ("G007", with_fact("share", "9000%"), "90"),
        ("G007", with_fact("nmhc", "-1 mg/m3"), "-1"),
        ("G008", with_fact("process", "半干法"), "半干法"),
        ("G009", with_fact("closed", "也许"), "也许"),
        ("G010", with_fact("nmhc", "15 mg/m3", date_text="2030-02-30"), "2030-02-30"),
        ("G011", with_fact("nmhc", "15 mg/m3", date_text="2030-06-02"), "2030-06-02"),
        ("G012", with_fact("pm", "8 mg/m3", converted=False), "颗粒物"),
        ("G013", with_fact("pm", "8 mg/m3", converted=False, o2_text="20.9"), "20.9"),
        ("G013", with_fact("pm", "8 mg/m3", converted=False, o2_text="-1"), "-1"),
        ("G014", [*with_fact("nmhc", "15 mg/m3"), fact("非甲烷总烃", "9 mg/m3")], "非甲烷总烃"),
        ("G015", with_fact("nmhc", "15 mg/m3", evidence=("E", "E9")), "E9"),
        ("G024", with_fact("nmhc", "15 mg/m3", date_text="2029-05-01"), "2029-05-01"),
        ("G028", with_fact("nmhc", "15 mg/m3", evidence=()), "非甲烷总烃"),
    ],
)
def test_a_fact_that_is_told(
    rules: GradingRules, code: str, facts: list[GivenFact], says: str
) -> None:
    problem = only(grade(rules, application(facts)), code)
    assert says in problem.message_zh + problem.remedy_zh


UNUSED = ("G003", "G004", "G005", "G006", "G007", "G008", "G009", "G012", "G013")


@pytest.mark.parametrize(
    "facts",
    [
        with_fact("nmhc", "15~20 mg/m3"),
        with_fact("nmhc", "15"),
        with_fact("nmhc", "15 kg"),
        with_fact("nmhc", "15000 mg/m3"),
        with_fact("process", "半干法"),
        with_fact("pm", "8 mg/m3", converted=False, o2_text="21"),
    ],
)
def test_what_cannot_be_used_is_unknown_and_counted_never_a_failure(
    rules: GradingRules, facts: list[GivenFact]
) -> None:
    result = grade(rules, application(facts))
    part = result.parts[0]
    assert result.unused == 1
    assert part.possible == "A"  # nothing is refuted by what could not be read
    assert len(part.missing) == 1


def test_micrograms_are_converted_and_a_slip_of_a_thousand_is_refused(rules: GradingRules) -> None:
    small = grade(rules, application(with_fact("nmhc", "15000 µg/m³"))).parts[0]
    plain = grade(rules, application(with_fact("nmhc", "15 mg/m³"))).parts[0]
    assert (small.proven, small.possible) == (plain.proven, plain.possible)
    only(grade(rules, application(with_fact("nmhc", "15000 mg/m³"))), "G007")


def test_an_unknown_industry_gives_no_grade(rules: GradingRules) -> None:
    result = grade(rules, application(GOOD, industry="造纸"))
    only(result, "G001")
    assert (result.grade, result.unused) == ("", len(GOOD))


def test_a_subtype_that_is_needed_or_not_known(rules: GradingRules) -> None:
    for subtype in ("", "玻璃幕墙"):
        result = grade(rules, application(GOOD, industry="cement", subtype=subtype))
        problem = only(result, "G002")
        assert "水泥熟料" in problem.remedy_zh
        assert result.grade == ""


def decision(**more: Any) -> GivenDecision:
    values: dict[str, Any] = {
        "row_id": "site",
        "grade": "A",
        "holds": True,
        "by": "王处",
        "on_text": "2030-05-01",
        "place": PLACE,
        "evidence": ("E",),
    }
    return GivenDecision(**(values | more))


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("G017", decision(row_id="pm")),
        ("G017", decision(grade="B")),
        ("G018", decision(by=" ")),
        ("G018", decision(evidence=())),
        ("G018", decision(on_text="")),
        ("G019", decision(row_id="", grade="E")),
        ("G019", decision(row_id="", grade="leading")),
        ("G015", decision(evidence=("E9",))),
    ],
)
def test_a_decision_that_cannot_be_used(rules: GradingRules, code: str, bad: GivenDecision) -> None:
    result = grade(rules, application(GOOD, decisions=(bad,)))
    only(result, code)
    assert result.grade == "B"  # as without the decision


@pytest.mark.parametrize(
    ("code", "bad"),
    [
        ("G020", GivenPublished("A", "", "2030-03-01", PLACE)),
        ("G020", GivenPublished("A", "晋环函1号", "", PLACE)),
        ("G019", GivenPublished("leading", "晋环函1号", "2030-03-01", PLACE)),
    ],
)
def test_a_published_grade_that_cannot_be_used(
    rules: GradingRules, code: str, bad: GivenPublished
) -> None:
    result = grade(rules, application(GOOD, published=bad))
    only(result, code)
    assert result.grade == "B"


@pytest.mark.parametrize(
    ("code", "energy"),
    [
        ("G021", GivenEnergy("steam", "100", "kgce/t", PLACE)),
        ("G004", GivenEnergy("coke-top-charged", "一百", "kgce/t", PLACE)),
        ("G005", GivenEnergy("coke-top-charged", "100", "", PLACE)),
        ("G006", GivenEnergy("coke-top-charged", "100", "MJ/t", PLACE)),
        ("G022", GivenEnergy("coke-top-charged", "100", "kgce/t", PLACE,
                             (GivenCorrection("水分", "2", (), PLACE),))),
        ("G023", GivenEnergy("coke-top-charged", "100", "kgce/t", PLACE,
                             (GivenCorrection("海拔", "2", ("E",), PLACE),))),
    ],
)  # fmt: skip
def test_an_energy_figure_that_is_told(code: str, energy: GivenEnergy) -> None:
    from datetime import date

    from lantian.domain.grading.assess import Assessor
    from lantian.domain.grading.evaluate import Settings
    from lantian.rulebook import load_rulebook
    from lantian.rulebook.grading_tables import load_grading

    assessor = Assessor(
        load_rulebook(), load_grading(), date(2022, 12, 1), "shanxi", Settings(use_unverified=True)
    )
    result = assessor.firm(application([], industry="coking", energy=(energy,)))
    assert [p.code for p in result.problems] == [code]


def test_a_firm_without_industry(rules: GradingRules) -> None:
    bare = replace(application(GOOD), parts=())
    only(grade(rules, bare), "G025")


def test_evidence_changed_or_missing(tmp_path: Path) -> None:
    one = application(GOOD)
    _, missing = check_evidence([one], tmp_path)
    (tmp_path / "e.txt").write_text("原件", "utf-8")
    checks, none = check_evidence([one], tmp_path)
    registered = replace(one.evidence[0], sha256=checks[0].sha256)
    assert (checks[0].state, none) == ("registered", [])
    kept = replace(one, evidence=(registered,))
    assert check_evidence([kept], tmp_path)[0][0].state == "same"
    (tmp_path / "e.txt").write_text("原伴", "utf-8")
    _, changed = check_evidence([kept], tmp_path)
    assert [p.code for p in (*missing, *changed)] == ["G016", "G016"]
    outside = replace(one, evidence=(replace(registered, file="../e.txt"),))
    assert check_evidence([outside], tmp_path / "sub")[0][0].state == "missing"


def test_a_file_that_is_no_application(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for content in (b"\xff\xfe\x00", b"a: [", b"- 1\n", b"name: x\n", b"", b"\x00"):
        path.write_bytes(content)
        with pytest.raises(LantianError) as raised:
            read_application(path)
        assert [p.code for p in raised.value.problems] == ["G026"]


def test_an_unknown_field_is_told_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    text = "name: 甲\nindustries:\n  - industry: 铸造\n    sub_type: 铸件\n    facts: {}\n"
    path.write_text(text, "utf-8")
    _, problems = read_application(path)
    assert [(p.code, p.place.line) for p in problems] == [("G027", 4)]
    assert "subtype" in problems[0].remedy_zh


def test_every_code_is_provoked_and_worded_in_both_languages() -> None:
    text = Path(__file__).read_text("utf-8")
    assert [code for code in COMPLAINTS if f'"{code}"' not in text] == []
    for severity, *words in COMPLAINTS.values():
        assert severity in {Severity.ERROR, Severity.WARNING, Severity.HINT}
        assert all(words)
