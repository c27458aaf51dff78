"""``lantian grade``, ``downgrade`` and ``rules template|import|diff`` at their promised interface.

Issue 3, section 3 (using it) and 1 (import changes an industry's status without a line of code).
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from lantian.cli.main import main
from lantian.demo.write import write_city
from lantian.jobs.lists import read_list
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.coverage import compare_tables

DATA = Path(__file__).parents[2] / "data" / "grading"
FIRM = DATA / "foundry.yaml"
DAY = ("--on", "2022-12-01", "--province", "shanxi")


def lantian(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def told(*words: str | Path) -> dict[str, Any]:
    result = lantian(*words, "--json")
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def firm() -> dict[str, Any]:
    return told("grade", FIRM, *DAY, "--unverified", "--explain")


def test_one_firm_with_grade_reasons_and_trace(firm: dict[str, Any]) -> None:
    (one,) = firm["firms"]
    assert (one["grade"], one["basis"], one["provisional"]) == ("B", "computed", True)
    (part,) = one["industries"]
    assert part["weakest"] == ["limit-pm", "fugitive", "monitoring", "transport-road"]
    assert {row["id"] for row in part["rows"]} >= set(part["weakest"])
    assert [way["target"] for way in part["way_up"]] == ["A"]
    text = json.dumps(one["trace"], ensure_ascii=False)
    for piece in ("15.2 mg/m³", "2020", "环办大气函〔2020〕340号", "unverified", "secondary"):
        assert piece in text


def test_without_the_unverified_rows_it_is_not_decidable_and_says_so() -> None:
    (one,) = told("grade", FIRM, *DAY)["firms"]
    assert (one["grade"], one["basis"]) == (None, "undecidable")
    page = lantian("grade", FIRM, *DAY).stdout
    assert "不能判定" in page
    assert "本指标表不能判定等级" in page


def test_evidence_is_read_again_and_a_changed_file_is_an_error(tmp_path: Path) -> None:
    shutil.copytree(DATA / "evidence", tmp_path / "e")
    good = told("grade", FIRM, *DAY, "--evidence", tmp_path / "e")
    assert {e["id"]: e["state"] for e in good["evidence"]} == {"E1": "same", "E2": "registered"}
    (tmp_path / "e" / "report.txt").write_text("改过", "utf-8")
    result = lantian("grade", FIRM, *DAY, "--evidence", tmp_path / "e")
    assert result.exit_code == 1
    assert "G016" in result.stderr + result.stdout


@pytest.mark.slow
def test_every_paper_says_what_the_json_says(tmp_path: Path) -> None:
    write_city(tmp_path / "city", firms=150, seed=2)
    source = tmp_path / "city" / "applications.xlsx"
    words = ("grade", source, "--on", "2022-12-31", "--province", "shanxi", "--unverified")
    assert lantian(*words, "--out", tmp_path / "out", "--sheets", "3").exit_code == 0
    summary = told(*words)["summary"]
    stored = json.loads((tmp_path / "out" / "grades.json").read_text("utf-8"))
    assert stored["summary"] == summary

    book = openpyxl.load_workbook(tmp_path / "out" / "summary.xlsx")
    rows = list(book["汇总"].iter_rows(values_only=True))
    by_name = {row[0]: row[1:5] for row in rows if row[0]}
    for one in summary["rounds"]:
        counts = one["counts"]
        assert by_name[one["name_zh"]] == (
            counts["A"],
            counts["B"],
            counts["leading"],
            one["total"],
        )
    assert by_name["全部企业"][0] == summary["firms"] == 150
    assert by_name["C级"][0] == summary["by_grade"]["C"]
    listed = [row for row in book["全部企业"].iter_rows(min_row=4, values_only=True) if row[1]]
    assert len(listed) == 150

    with zipfile.ZipFile(tmp_path / "out" / "notice.docx") as archive:
        notice = re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
    for one in summary["rounds"]:
        assert f"共{one['total']}家" in notice.replace(" ", "")
    assert "虚构" in notice
    assert f"其中{summary['provisional']}家" in notice.replace(" ", "")

    sheets = sorted((tmp_path / "out" / "sheets").glob("*.pdf"))
    assert len(sheets) == 3
    best = sorted(stored["firms"], key=lambda f: f["grade"] != "A")[0]
    for path in sheets:
        assert len(PdfReader(path).pages) == 1
    first = PdfReader(sheets[0]).pages[0].extract_text()
    assert best["name"] in first.replace("\n", "")
    assert "A级" in first
    assert "暂定" in first


@pytest.mark.slow
@pytest.mark.parametrize("slug", load_grading().industries())
def test_a_table_written_as_a_workbook_comes_back_the_same(slug: str, tmp_path: Path) -> None:
    rules = load_grading()
    before = rules.table(slug, date(2022, 12, 1))
    book, folder = tmp_path / "t.xlsx", tmp_path / "rules"
    assert lantian("rules", "template", slug, book, "--on", "2022-12-01").exit_code == 0
    result = lantian("rules", "import", book, "--to", folder)
    assert result.exit_code == 0, result.output
    own = load_grading(folder)
    after = own.table(slug, date(2022, 12, 1))
    assert compare_tables(before, after) == ()
    assert after.facts == before.facts
    assert after.schemes == before.schemes
    assert after.complete == before.complete
    assert [a.note_zh for a in after.absent] == [a.note_zh for a in before.absent]
    cases = [c for t, found in own.cases(slug) if t is after for c in found]
    assert cases == [c for t, found in rules.cases(slug) if t is before for c in found]


def test_a_corrected_table_changes_status_and_grade_without_code(tmp_path: Path) -> None:
    book, folder = tmp_path / "furniture.xlsx", tmp_path / "rules"
    assert lantian("rules", "template", "家具制造", book).exit_code == 0
    edit_status(book, "official")
    result = lantian("rules", "import", book, "--to", folder)
    assert result.exit_code == 0, result.output
    row = industry(told("rules", "status", "--rulebook", folder), "furniture")
    assert row["indicators"]["cells"]["official"] > 0
    assert row["indicators"]["cells"]["unverified"] == 0
    packaged = industry(told("rules", "status"), "furniture")
    assert packaged["indicators"]["cells"]["official"] == 0
    changes = told("rules", "diff", "furniture", "--rulebook", folder)["changes"]
    assert {c["after_status"] for c in changes} == {"official"}


def industry(status: dict[str, Any], slug: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in status["industries"] if row["slug"] == slug)
    return found


def edit_status(book: Path, status: str) -> None:
    """Set every status cell of the sheets of rows and demands, and the edition and dates."""
    work = openpyxl.load_workbook(book)
    for sheet in work:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value in {"unverified", "待核实", "secondary", "二手"}:
                    cell.value = status
                if cell.value in {"high", "medium", "low", "高", "中", "低"}:
                    cell.value = None
                if cell.value == "2020" and sheet.title == work.sheetnames[0]:
                    cell.value = "2026-official"
                if str(cell.value).startswith("2020-01-01"):
                    cell.value = "2024-01-01"
    work.save(book)


def test_status_has_what_the_issue_asks_for() -> None:
    rows = told("rules", "status")["industries"]
    assert len([r for r in rows if r["no"]]) == 39
    for row in rows:
        assert {"no", "slug", "name_zh", "scheme", "rows", "missing"} <= set(row)


def test_a_downgrade_changes_the_list_of_the_same_day(tmp_path: Path) -> None:
    write_city(tmp_path, firms=60, seed=3)
    listed = read_list(tmp_path / "list.xlsx").inventory
    firm = next(f for f in listed.firms if f.grade == "B")
    words = ("downgrade", tmp_path / "list.xlsx", "--firm", firm.firm_id, "--ground",
             "order-not-carried-out", "--on", "2026-12-18", "--out", tmp_path / "new.xlsx")  # fmt: skip
    found = told(*words)
    assert (found["from"], found["to"]) == ("B", "D")
    assert found["rules"][0]["status"] == "secondary"
    after = read_list(tmp_path / "new.xlsx").inventory
    changed = {f.firm_id for f, g in zip(listed.firms, after.firms, strict=True) if f != g}
    assert changed == {firm.firm_id}
    new = next(f for f in after.firms if f.firm_id == firm.firm_id)
    assert new.grade == "D"
    assert "2026-12-18" in new.grade_notice


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--firm", "nobody", "--ground", "penalty"), "G025"),
        (("--firm", "虚构-00001", "--ground", "bad-mood"), "R054"),
        (("--firm", "虚构-00001", "--ground", "penalty"), "G019"),
    ],
)
def test_a_downgrade_that_cannot_be_proposed(
    words: tuple[str, ...], code: str, tmp_path: Path
) -> None:
    write_city(tmp_path, firms=5, seed=3)
    result = lantian("downgrade", tmp_path / "list.xlsx", "--on", "2026-12-18", *words)
    assert result.exit_code == 2
    assert code in result.stderr


def test_the_empty_form_of_every_industry_names_each_fact_once(tmp_path: Path) -> None:
    for slug in ("cement", "foundry", "package-printing"):
        path = tmp_path / f"{slug}.xlsx"
        assert lantian("grade", "--template", slug, path).exit_code == 0
        sheet = openpyxl.load_workbook(path)["指标事实"]
        names = [row[2] for row in sheet.iter_rows(min_row=4, values_only=True)]
        names = [n for n in names if n]
        assert len(names) == len(set(names)) > 5


@pytest.mark.parametrize("words", [("x.yaml",), ("x.xlsx",), ("README.md",)])
def test_what_is_no_application_is_refused_in_a_sentence(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    for content in (b"", b"PK\x03\x04broken", b"\xff\xfe", b"a: 1\n"):
        (tmp_path / words[0]).write_bytes(content)
        result = lantian("grade", tmp_path / words[0])
        assert result.exit_code == 2
        assert "Traceback" not in result.output
        assert result.stderr.strip()
