"""Every refusal of the loader, each with a planted bad file: code, file and line.

Requirements: issue "the skeleton and the main job", section 1 (loader refuses gaps, overlaps,
unknown fields and missing sources with file, line and remedy).
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook import check_rules, load_rulebook, loader
from lantian.rulebook.refusal import REFUSALS, refuse

DAY = date(2026, 12, 1)

HEAD = """\
edition: city-1
document: 某市应急减排措施
clause: 第三条
valid_from: 2026-09-01
source: [s1]
status: secondary
sources:
- {id: s1, document: 某市文件, address: "http://example.invalid/1"}
"""

MEASURES = f"kind: measures\nplace_zh: 某市\n{HEAD}rows:\n"
ROW = """\
- industry: coking
  grade: C
  levels:
    red: {kind: coking_hours, hours: 48}
  source: [s1]
  status: secondary
"""

LAW = """\
kind: law
edition: city
law_zh: 某市条例
law_en: City regulation
valid_from: 2026-09-01
sources:
- {id: s1, document: 某市文件, address: ""}
rows:
- duty: emergency-measures
  article: 第九条
  summary_zh: 应急
  summary_en: emergency
  source: [s1]
  status: secondary
"""

TARGETS = f"""\
kind: targets
{HEAD}ratio:
  yellow: {{PM: 0.1, SO2: 0.1, NOx: 0.1, VOC: 0.1}}
  orange: {{PM: 0.2, SO2: 0.2, NOx: 0.2, VOC: 0.2}}
  red: {{PM: 0.3, SO2: 0.3, NOx: 0.3, VOC: 0.3}}
"""

SWITCHES = f"""\
kind: switches
{HEAD}rows:
- key: small-micro-spared
  clause: 第五条
  default: true
  text_zh: 小微企业低级别不停限产
  text_en: small firms are spared
  source: [s1]
  status: secondary
"""

ALERT = (
    """\
kind: alert-rules
series: city
index: daily_aqi
triggers:
  yellow: {clause: a, source: [s1], status: secondary, when: {all: [{gt: 150, hours: 24}]}}
  orange: {clause: b, source: [s1], status: secondary, when: {all: [{gt: 200, hours: 24}]}}
  red: {clause: c, source: [s1], status: secondary, when: {all: [{gt: 300, hours: 24}]}}
lift: {hours: 36, clause: d, source: [s1], status: secondary}
keep_higher: {clause: e, text_zh: 就高, text_en: higher, source: [s1], status: secondary}
pollutant: {clause: f, pollutant: PM2.5, source: [s1], status: secondary}
lead: {hours: 24, clause: g, source: [s1], status: secondary}
"""
    + HEAD
)

INDUSTRY = f"""\
kind: industry
no: 4
slug: coking
name_zh: 焦化
name_en: Coking
{HEAD}applies_to_zh: 独立焦化
confidence: full
scheme: [A, C]
scheme_complete: true
cut: {{unit: coking_hours, reason_zh: 焦炉不能停, source: [s1], status: secondary}}
measures:
- grade: C
  levels: {{red: {{kind: coking_hours, hours: 48}}}}
  source: [s1]
  status: secondary
missing:
- {{what: measures, grades: [A], note_zh: 未见}}
- {{what: measures, grades: [C], levels: [yellow, orange], note_zh: 未见}}
"""

CASES: dict[str, tuple[str, str]] = {
    # name: (code, file with the offending line ending in "# <--")
    "broken yaml": ("R001", "kind: measures\nrows: [1, 2\nnext: {  # <--\n"),
    "alias": ("R001", MEASURES + ROW + "- &a {x: 1}\n- *a  # <--\n"),
    "two documents": ("R001", TARGETS + "---  # <--\nkind: law\n"),
    "no mapping": ("R001", "- just  # <--\n- a list\n"),
    "repeated key": (
        "R002",
        TARGETS.replace("status: secondary", "status: secondary\nstatus: official  # <--", 1),
    ),
    "unknown field": ("R003", MEASURES + ROW + "  shaer: 0.5  # <--\n"),
    "unknown field in a floor": (
        "R003",
        MEASURES + ROW.replace("hours: 48}", "hours: 48, hour: 3}  # <--"),
    ),
    "missing field": (
        "R004",
        MEASURES
        + ROW.replace("- industry: coking\n  grade", "- grade").replace("C\n", "C  # <--\n", 1),
    ),
    "missing source": (
        "R005",
        MEASURES + ROW.replace("  source: [s1]\n", "").replace("coking\n", "coking  # <--\n"),
    ),
    "empty source": ("R005", MEASURES + ROW.replace("source: [s1]", "source: []  # <--")),
    "missing status": (
        "R006",
        MEASURES + ROW.replace("  status: secondary\n", "").replace("coking\n", "coking  # <--\n"),
    ),
    "status of its own making": (
        "R006",
        MEASURES + ROW.replace("status: secondary", "status: sure  # <--"),
    ),
    "missing clause": (
        "R007",
        TARGETS.replace("clause: 第三条\n", "").replace("kind: targets", "kind: targets  # <--"),
    ),
    "bad day": ("R008", TARGETS.replace("2026-09-01", "2026-09-31  # <--")),
    "day as a year": ("R008", TARGETS.replace("2026-09-01", "2026  # <--")),
    "ends before it begins": (
        "R008",
        TARGETS.replace("2026-09-01", "2026-09-01\nvalid_to: 2026-08-01  # <--"),
    ),
    "unknown grade": ("R009", MEASURES + ROW.replace("grade: C", "grade: E  # <--")),
    "unknown level": (
        "R010",
        MEASURES + ROW.replace("red: {kind: coking_hours, hours: 48}", "blue: {kind: none}  # <--"),
    ),
    "unknown level declared missing": (
        "R010",
        INDUSTRY.replace(
            "levels: [yellow, orange], note_zh: 未见}", "levels: [blue], note_zh: 未见}  # <--"
        ),
    ),
    "share above 1": (
        "R011",
        MEASURES
        + ROW.replace("kind: coking_hours, hours: 48}", "kind: cut_share, share: 50}  # <--"),
    ),
    "share as text": (
        "R011",
        MEASURES
        + ROW.replace("kind: coking_hours, hours: 48}", "kind: cut_share, share: 50%}  # <--"),
    ),
    "negative share": (
        "R011",
        TARGETS.replace(
            "{PM: 0.2, SO2: 0.2, NOx: 0.2, VOC: 0.2}",
            "{PM: -0.2, SO2: 0.2, NOx: 0.2, VOC: 0.2}  # <--",
        ),
    ),
    "source id twice": (
        "R012",
        TARGETS.replace("ratio:", '- {id: s1, document: 又一份, address: ""}  # <--\nratio:'),
    ),
    "unknown kind": ("R013", TARGETS.replace("kind: targets", "kind: target  # <--")),
    "value of the wrong type": (
        "R014",
        SWITCHES.replace("default: true", "default: perhaps  # <--"),
    ),
    "source not in the file": (
        "R015",
        MEASURES + ROW.replace("source: [s1]", "source: [s9]  # <--"),
    ),
    "looser at a higher level": (
        "R016",
        MEASURES
        + ROW.replace(
            "    red: {kind: coking_hours, hours: 48}\n",
            "    orange: {kind: stop_share, share: 0.5}  # <--\n"
            "    red: {kind: cut_share, share: 0.3}\n",
        ),
    ),
    "targets that fall": ("R016", TARGETS.replace("VOC: 0.3}", "VOC: 0.1}  # <--")),
    "missing though given": (
        "R017",
        INDUSTRY.replace("levels: [yellow, orange], note_zh: 未见}", "note_zh: 未见}  # <--"),
    ),
    "grade outside the scheme": ("R018", INDUSTRY.replace("- grade: C", "- grade: D  # <--")),
    "cell neither given nor missing": ("R019", INDUSTRY.replace("[A, C]", "[A, C, D]  # <--")),
    "figure missing": (
        "R022",
        MEASURES + ROW.replace("kind: coking_hours, hours: 48}", "kind: cut_share}  # <--"),
    ),
    "figure where none belongs": (
        "R022",
        MEASURES + ROW.replace("coking_hours, hours: 48}", "limit, share: 0.5}  # <--"),
    ),
    "name and number disagree": (
        "R023",
        INDUSTRY.replace("kind: industry", "kind: industry  # <--").replace("no: 4", "no: 5"),
    ),
    "threshold without hours": (
        "R024",
        ALERT.replace("yellow: {", "yellow: {", 1).replace(
            "{gt: 150, hours: 24}]}}", "{gt: 150}]}}  # <--"
        ),
    ),
    "all and any at once": (
        "R024",
        ALERT.replace(
            "when: {all: [{gt: 300, hours: 24}]}}",
            "when: {all: [{gt: 300, hours: 24}], any: []}}  # <--",
        ),
    ),
    "unknown industry": (
        "R032",
        MEASURES
        + ROW.replace("industry: coking", "industry: cokingg").replace(
            "hours: 48}", "hours: 48}  # <--"
        ),
    ),
}


def _marked(text: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if line.endswith("# <--"))


def _plant(folder: Path, text: str, name: str = "bad.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", CASES)
def test_a_planted_fault_is_refused_with_code_file_and_line(name: str, tmp_path: Path) -> None:
    code, text = CASES[name]
    path = _plant(tmp_path, text)
    problems = check_rules(tmp_path)
    hits = [p for p in problems if p.code == code]
    assert hits, [(p.code, p.message_en) for p in problems]
    assert {(p.place.file, p.place.line) for p in hits} == {(str(path), _marked(text))}
    for problem in problems:
        assert problem.remedy_zh
        assert problem.remedy_en
        assert "{" not in problem.message_zh + problem.remedy_zh


@pytest.mark.parametrize("text", [MEASURES + ROW, LAW, TARGETS, SWITCHES, ALERT, INDUSTRY])
def test_the_files_the_faults_are_planted_in_are_sound(text: str, tmp_path: Path) -> None:
    _plant(tmp_path, text)
    assert check_rules(tmp_path) == ()


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    _plant(tmp_path, MEASURES + ROW.replace("grade: C", "grade: E") + "  odd: 1\n", "a.yaml")
    _plant(tmp_path, TARGETS.replace("status: secondary\n", ""), "b.yaml")
    _plant(tmp_path, "kind: [\n", "c.yaml")
    found = [(p.code, Path(p.place.file).name) for p in check_rules(tmp_path)]
    assert sorted(found) == [
        ("R001", "c.yaml"),
        ("R003", "a.yaml"),
        ("R006", "b.yaml"),
        ("R009", "a.yaml"),
    ]


def test_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("kind: 法律".encode("gbk"))
    (problem,) = check_rules(tmp_path)
    assert (problem.code, problem.place.line) == ("R001", 1)


def test_an_empty_or_absent_folder_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        (problem,) = check_rules(folder)
        assert problem.code == "R034"
        assert str(folder) in problem.message_zh


def test_two_own_editions_that_overlap_are_refused(tmp_path: Path) -> None:
    _plant(tmp_path, TARGETS, "1.yaml")
    later = TARGETS.replace("2026-09-01", "2027-01-01").replace("city-1", "city-2")
    path = _plant(tmp_path, later, "2.yaml")
    (problem,) = check_rules(tmp_path)
    assert (problem.code, problem.place.file, problem.place.line) == ("R021", str(path), 1)
    assert "city-1 → city-2" in problem.message_zh


def _packaged_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "rulebook"
    shutil.copytree(loader.PACKAGED, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setattr(loader, "PACKAGED", copy)
    return copy


def _load_problems() -> tuple[Problem, ...]:
    with pytest.raises(LantianError) as caught:
        loader._load(())
    return caught.value.problems


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "in_file"),
    [
        # a set that ends a month early leaves a gap; one that ends late overlaps
        ("national-2018", "2024-01-22", "2023-12-22", "R020", "national-2024"),
        ("national-2018", "2024-01-22", "2024-01-23", "R021", "national-2024"),
        (
            "national-2017",
            "valid_from: 2017-09-20",
            "valid_from: 2017-10-20",
            "R020",
            "national-2017",
        ),
    ],
)
def test_gaps_and_overlaps_of_the_alert_series(
    file: str,
    old: str,
    new: str,
    code: str,
    in_file: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = _packaged_copy(tmp_path, monkeypatch) / "response/alert" / f"{file}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    (problem,) = _load_problems()
    assert problem.code == code
    assert problem.place.file == f"rulebook/response/alert/{in_file}.yaml"
    assert problem.place.line is not None


def test_gap_and_overlap_in_the_law_of_one_duty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _packaged_copy(tmp_path, monkeypatch) / "law/code-2026.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("2026-08-15", "2026-08-14"), "utf-8")
    problems = _load_problems()
    assert {p.code for p in problems} == {"R021"}
    row = next(p for p in problems if "law.emergency-measures" in p.message_zh)
    assert "emergency-measures" in text.splitlines()[(row.place.line or 0) - 1]
    path.write_text(text.replace("2026-08-15", "2026-08-16"), "utf-8")
    assert {p.code for p in _load_problems()} == {"R020"}


def test_an_industry_without_a_file_and_a_repeated_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = _packaged_copy(tmp_path, monkeypatch)
    (copy / "grading/2020/36-furniture.yaml").unlink()
    assert [p.code for p in _load_problems()] == ["R023"]
    names = copy / "industries.yaml"
    text = names.read_text("utf-8")
    names.write_text(text.replace("'no': 36", "'no': 35").replace("no: 36", "no: 35"), "utf-8")
    assert "R012" in {p.code for p in _load_problems()}


def test_a_book_without_targets_is_no_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (_packaged_copy(tmp_path, monkeypatch) / "response/targets.yaml").unlink()
    (problem,) = _load_problems()
    assert problem.code == "R034"
    assert "targets" in problem.message_zh


def test_questions_without_an_answer_are_refused_not_guessed() -> None:
    book = load_rulebook()
    asked = {
        "R009": lambda: book.measure("coking", "", "E", Level.RED, DAY),
        "R030": lambda: book.alert_rules(date(2015, 12, 31)),
        "R031": lambda: book.alert_rules_named("national-2030"),
        "R032": lambda: book.measure("no-such", "", "A", Level.RED, DAY),
        "R033": lambda: book.law("no-such-duty", DAY),
    }
    for code, ask in asked.items():
        with pytest.raises(LantianError) as caught:
            ask()
        (problem,) = caught.value.problems
        assert problem.code == code
        assert problem.remedy_zh


def test_every_code_has_a_test() -> None:
    tested = {code for code, _ in CASES.values()}
    tested |= {"R012", "R020", "R021", "R023", "R030", "R031", "R033", "R034"}
    tested |= {"R058", "R059"}  # test_air_rules.py
    assert tested == set(REFUSALS)


def test_every_wording_can_be_filled_in() -> None:
    for code in REFUSALS:
        problem = refuse(code, detail="x", known="y", day="2026-01-01", first="2020-01-01")
        assert problem.message_zh != problem.message_en
