"""Rules of soil: figures of GB 36600-2018 against their source table, marks, refusals at their line.

Issue 5, section 3.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.kernel.problem import LantianError
from lantian.rulebook.rooms import PACKAGED
from lantian.rulebook.soil_tables import check_soil, load_soil
from lantian.rulebook.soil_tables.model import LandClass

RULES = load_soil()
DAY = date(2026, 3, 5)
TABLE = Path(__file__).parents[2] / "data" / "soil" / "soil-limits.csv"
ROWS = list(csv.DictReader(TABLE.read_text("utf-8").splitlines()))


def test_every_figure_of_both_tables() -> None:
    limits = RULES.limits(DAY)
    assert [(i.table, i.number) for i in limits.items] == [
        (int(r["gb36600_table"]), int(r["item_no"])) for r in ROWS
    ]
    first, second = LandClass
    for item, row in zip(limits.items, ROWS, strict=True):
        found = [item.screening[first], item.screening[second]]
        found += [item.intervention[first], item.intervention[second]]
        names = ("screening_class1", "screening_class2", "intervention_class1")
        wanted = [Fraction(row[n]) for n in (*names, "intervention_class2")]
        assert (item.name_zh, found) == (row["name_cn"], wanted)
        assert item.cas == tuple(filter(None, row["cas"].split(";")))
    assert (len(limits.items), len(limits.basic)) == (85, 45)


def test_every_cas_number_passes_its_check_digit() -> None:
    numbers = [n for item in RULES.limits(DAY).items for n in item.cas]
    assert len(numbers) == 82
    for number in numbers:
        digits = number.replace("-", "")
        total = sum(int(d) * i for i, d in enumerate(reversed(digits[:-1]), start=1))
        assert total % 10 == int(digits[-1]), number


def test_marks_of_parts_that_no_source_was_seen_for() -> None:
    limits = RULES.limits(DAY)
    assert {i.ref.status for i in limits.items} == {"secondary"}
    for item in limits.items:
        parts = {"name_en"}
        parts |= {"number"} if item.table == 2 else set()
        parts |= {"cas"} if item.cas and (item.table == 2 or item.number >= 35) else set()
        assert set(item.unverified) == parts, item.name_zh
    assert [i.name_zh for i in limits.items if i.background_note] == ["砷"]
    assert any("背景值" in text for text in limits.open_zh)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("六价铬", "铬(六价)"), ("铬（六价）", "铬(六价)"), ("Arsenic", "砷"), ("苯并（a）芘", "苯并[a]芘"),
        ("1，2-二氯乙烷", "1,2-二氯乙烷"), ("1,2–二氯乙烷", "1,2-二氯乙烷"), ("间,对-二甲苯", "间-二甲苯+对-二甲苯"),
    ],
)  # fmt: skip
def test_usual_spellings(name: str, found: str) -> None:
    item = RULES.limits(DAY).find(name)
    assert item is not None
    assert item.name_zh == found


@pytest.mark.parametrize("name", ["总铬", "铬", "二甲苯", "间-二甲苯", ""])
def test_what_is_not_an_item(name: str) -> None:
    assert RULES.limits(DAY).find(name) is None


def test_no_limits_before_the_standard() -> None:
    with pytest.raises(LantianError) as caught:
        RULES.limits(date(2018, 7, 31))
    assert [p.code for p in caught.value.problems] == ["R030"]
    assert RULES.limits(date(2018, 8, 1)).head.edition == "2018"


def test_the_law_behind_a_duty_changes_on_its_day() -> None:
    old = RULES.article("soil-survey", date(2026, 8, 14))
    new = RULES.article("soil-survey", date(2026, 8, 15))
    assert old is not None
    assert new is not None
    assert (old.cite_zh(), new.cite_zh()) == (
        "《土壤污染防治法》第五十九条", "《生态环境法典》第四百五十四条",
    )  # fmt: skip
    assert RULES.article("soil-change-of-use", date(2026, 8, 14)) is not None
    assert RULES.article("soil-change-of-use", date(2026, 8, 15)) is None


def test_only_one_clock_has_a_figure_and_nothing_is_invented() -> None:
    clocks = RULES.process(DAY).clocks
    assert {c.key: c.amount for c in clocks if c.amount} == {"public_notice": 15}
    assert all("未见" in c.note or "写明" in c.note for c in clocks if c.amount is None)
    assert RULES.spot_check(DAY).share is None
    assert "deviation_limit_pct" not in RULES.survey(DAY).values
    assert RULES.survey(DAY).values["initial_points_small"].ref.status == "unverified"


def test_every_open_state_has_a_duty_and_a_way_on() -> None:
    process = RULES.process(DAY)
    for key, state in process.states.items():
        ways = [e for e in process.events.values() if key in e.origin]
        assert state.final or (ways and key in process.duties), key
    reached = {process.start}
    while more := {e.to for e in process.events.values() if e.to and e.origin & reached} - reached:
        reached |= more
    assert reached == set(process.states)


Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return edit


@pytest.mark.parametrize(
    ("name", "code", "edit"),
    [
        ("gb36600-2018", "R059", swap("screening: [20, 60]", "screening: [200, 60]")),
        ("gb36600-2018", "R059", swap("intervention: [120, 140]", "intervention: [10, 140]")),
        ("gb36600-2018", "R012", swap("name_zh: '镉'", "name_zh: '砷'")),
        ("gb36600-2018", "R012", swap("cas: ['7440-43-9']", "cas: ['7440-38-2']")),
        ("gb36600-2018", "R014", swap("screening: [20, 60]", "screening: [20, abc]")),
        ("gb36600-2018", "R006", swap("status: secondary}", "status: sure}")),
        ("land-use", "R058", swap("name_zh: 居住用地, class: 1", "name_zh: 居住用地")),
        ("land-use", "R012", swap("code: A33", "code: A")),
        ("survey-2019", "R058", swap("key: most_mg_kg", "key: most")),
        ("survey-2019", "R012", swap("key: most_mg_kg", "key: digits_multiple")),
        ("parcel", "R033", swap("start: suspected", "start: nowhere")),
        ("parcel", "R033", swap("to: survey_due", "to: nowhere")),
        ("parcel", "R033", swap("ground: soil-survey", "ground: soil-nothing")),
        ("parcel", "R033", swap("from: [notice_published]", "from: [nothing]")),
        ("parcel", "R012", swap("{key: no_survey,", "{key: survey_required,")),
        ("parcel", "R058", swap("from: [suspected], to: closed,", "from: [suspected],")),
        ("parcel", "R014", swap("days: 15", "days: 0")),
        ("process", "R033", swap("ground: soil-survey", "ground: soil-nothing")),
        ("process", "R033", swap("process: parcel", "process: nothing")),
        ("process", "R033", swap("valid_from: 2019-01-01", "valid_from: 2018-01-01")),
        ("process", "R033", swap("restricted: [listed", "restricted: [nowhere")),
        ("process", "R033", swap("submits: [stage1_submitted", "submits: [nothing")),
        ("process", "R033", swap("passed: [stage1_passed_clear", "passed: [nothing")),
        ("process", "R012", swap("failed: [stage1_returned", "failed: [stage1_passed_clear")),
        ("process", "R058", swap("- {state: suspected, what_zh", "- {state: closed, what_zh")),
        ("process", "R033", swap("{state: suspected", "{state: nowhere")),
        ("process", "R012", swap("{state: survey_due,", "{state: suspected,")),
        ("spot-check", "R014", swap("{value: 1, source", "{value: 0.5, source")),
        ("spot-check", "R011", swap("{value: 1, source", "{value: 2, source")),
        ("spot-check", "R012", swap("{key: field,", "{key: plan,")),
    ],
)
def test_a_fault_is_refused_at_its_line(tmp_path: Path, name: str, code: str, edit: Edit) -> None:
    folder = "process" if name == "parcel" else "soil"
    text = (PACKAGED / folder / f"{name}.yaml").read_text("utf-8")
    (tmp_path / "own.yaml").write_text(edit(text), "utf-8")
    found = check_soil(tmp_path)
    assert code in {p.code for p in found}
    assert all(p.place.file.endswith("own.yaml") and p.place.line for p in found)


def test_a_bureau_s_own_figures_lie_over_the_packaged_ones(tmp_path: Path) -> None:
    text = (PACKAGED / "process" / "parcel.yaml").read_text("utf-8")
    own = swap("figure_unknown: working_days", "working_days: 20")(text)
    (tmp_path / "own.yaml").write_text(own, "utf-8")
    clocks = {c.key: c.amount for c in load_soil(tmp_path).process(DAY).clocks}
    assert clocks["review"] == 20
    assert {c.key: c.amount for c in RULES.process(DAY).clocks}["review"] is None
