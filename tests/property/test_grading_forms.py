"""Damaged applications: a coded problem or a grade, never a traceback, never a row lost in silence.

Issue 3, section 4: bad input.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.jobs.grading.run import run_grade
from lantian.jobs.grading.template import write_template
from lantian.kernel.problem import LantianError

DAY = date(2022, 12, 1)
FIRM = Path(__file__).parents[1] / "data" / "grading" / "foundry.yaml"
LOOSE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = st.sampled_from(
    ["", "\t", "{", "]", ": ", "- ", "'", '"', "\x00", "&a ", "*a", "---\n", "50%", "1e9", "-5",
     "2026-13-01", "null", "true", "[]", "{}", "\n", "  ", "facts: 3\n", "名", "\u2028",
     "[" * 3000, "!!python/name:os.system ", "９９９", "1" * 5000, "1,234.5.6", "NaN", "∞"]
)  # fmt: skip


def check(path: Path) -> None:
    """Grade a file: a result whose problems are worded, or a refusal whose problems are."""
    try:
        run = run_grade(path, day=DAY, province="shanxi", use_unverified=True)
    except LantianError as error:
        problems = error.problems
        assert problems
    else:
        problems = run.problems
        for result in run.results:
            assert result.grade == "" or result.parts
    for problem in problems:
        assert problem.code[0] in "GXRK"
        assert problem.message_zh
        assert problem.message_en
        assert problem.remedy_zh
        assert problem.remedy_en


@LOOSE
@given(data=st.data())
def test_a_damaged_yaml(data: st.DataObject, tmp_path: Path) -> None:
    text = FIRM.read_text("utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 40))
        text = text[:start] + data.draw(PIECES) + text[start + length :]
    path = tmp_path / "firm.yaml"
    path.write_text(text, "utf-8")
    check(path)


@LOOSE
@given(raw=st.binary(max_size=300), kind=st.sampled_from(["yaml", "xlsx"]))
def test_any_bytes(raw: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"firm.{kind}"
    path.write_bytes(raw)
    check(path)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    write_template(path, "foundry", DAY)
    book = openpyxl.load_workbook(path)
    firms, facts = book["企业"], book["指标事实"]
    assert firms["A4"].value == "1"
    firms["B4"] = "试验厂（虚构）"
    for row in range(4, facts.max_row + 1):
        facts.cell(row, 4).value = "是" if row % 2 else "10"
    book.save(path)
    return path


CELLS = st.one_of(
    PIECES.filter(lambda t: "\x00" not in t and len(t) < 2000),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.sampled_from(["=1/0", "=A1", "#REF!", None]),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_workbook(data: st.DataObject, form: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form)
    for _ in range(data.draw(st.integers(1, 6))):
        sheet = book[data.draw(st.sampled_from(book.sheetnames))]
        row, column = data.draw(st.integers(1, 30)), data.draw(st.integers(1, 10))
        cell = sheet.cell(row, column)
        if type(cell).__name__ != "MergedCell":
            cell.value = data.draw(CELLS)
    path = tmp_path / "damaged.xlsx"
    book.save(path)
    check(path)


def rows_used(path: Path) -> tuple[int, int, int]:
    """Return facts read, facts told as unusable, and problems of a workbook."""
    run = run_grade(path, day=DAY, province="shanxi", use_unverified=True)
    given = sum(len(part.facts) for a in run.applications for part in a.parts)
    return given, run.unused, len(run.problems)


def test_every_filled_row_is_used_or_told(form: Path) -> None:
    book = openpyxl.load_workbook(form)
    filled = sum(1 for row in book["指标事实"].iter_rows(min_row=4, values_only=True) if row[3])
    given, unused, problems = rows_used(form)
    assert given == filled
    assert 0 < unused <= problems


def test_a_row_of_an_unknown_firm_is_told_not_dropped(form: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form)
    book["指标事实"]["A5"] = "谁"
    path = tmp_path / "orphan.xlsx"
    book.save(path)
    before = run_grade(form, day=DAY)
    after = run_grade(path, day=DAY)
    told = [p for p in after.problems if p.code == "G025"]
    assert [(p.place.sheet, p.place.cell) for p in told] == [("指标事实", "A5")]
    assert (
        len(after.applications[0].parts[0].facts) == len(before.applications[0].parts[0].facts) - 1
    )


def test_an_application_is_not_changed_by_reading_it_twice(form: Path) -> None:
    first, second = (run_grade(form, day=DAY) for _ in range(2))
    assert first.applications == second.applications
    assert replace(first.results[0], trace=second.results[0].trace) == second.results[0]
