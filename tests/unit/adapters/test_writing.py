"""Writing, exporting and marking: whole or not at all, readable, nothing of the original lost."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from lantian.adapters.excel import write
from lantian.adapters.inplace import atomic
from lantian.cli.export import command
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Firm, Inventory, Line, Measure, MeasureKind
from lantian.jobs.lists import mark_list, read_list, write_list
from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError, Place, Problem, Severity


def small(capacity: Decimal = Decimal(60)) -> Inventory:
    firm = Firm(0, "F1", name="=甲厂", grade=Grade.B, grade_text="B")
    line = Line(0, "F1", "L1", capacity=capacity, task_share=Decimal("0.125"))
    measure = Measure(0, "F1", "L1", Level.RED, MeasureKind.STOP, Decimal(1), "停产")
    return Inventory((firm,), (line,), (measure,), city="某市")


def found(code: str, cell: str, severity: Severity = Severity.ERROR) -> Problem:
    place = Place(file="list.xlsx", sheet="生产线", cell=cell, row=2)
    return Problem(code, severity, place, f"{code} 原因", f"{code} cause.", "改正", "Correct it.")


@pytest.fixture
def listed(tmp_path) -> Path:
    path = tmp_path / "list.xlsx"
    write_list(small(), path, layout="lantian-1")
    return path


def test_a_written_workbook_helps_its_reader(listed):
    sheet = openpyxl.load_workbook(listed)["生产线"]
    assert sheet.freeze_panes == "C2"
    assert sheet["N1"].value == "年排放PM(t/a)"
    assert sheet["A1"].font.bold
    assert any("是" in (v.formula1 or "") for v in sheet.data_validations.dataValidation)
    assert "例" in sheet["B1"].comment.text
    firm = openpyxl.load_workbook(listed)["企业"]["B2"]
    assert (firm.value, firm.data_type) == ("=甲厂", "s")


def test_digits_that_a_float_cannot_hold_are_written_as_text(tmp_path):
    exact = Decimal("123456789.123456789123")
    for form in ("xlsx", "csv", "parquet"):
        path = tmp_path / ("a.xlsx" if form == "xlsx" else form)
        write_list(small(exact), path, layout="lantian-1", form=form)
        assert read_list(path).inventory.lines[0].capacity == exact


def test_a_wide_layout_converts_units(tmp_path):
    write_list(small(), tmp_path / "w.xlsx", layout="city-2024")
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["附表2 生产工序"]
    heads = {c.value: c.column for c in sheet[3]}
    assert sheet.cell(4, heads["保障负荷(%)"]).value == 12.5


def test_too_many_rows_for_a_workbook(tmp_path, monkeypatch):
    monkeypatch.setattr(write, "MAX_EXCEL_ROWS", 1)
    with pytest.raises(LantianError) as caught:
        write_list(small(), tmp_path / "x.xlsx", layout="lantian-1")
    assert caught.value.problems[0].code == "X062"
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_layout_and_an_impossible_place(tmp_path):
    with pytest.raises(LantianError) as caught:
        write_list(small(), tmp_path / "x.xlsx", layout="ampd-1995")
    assert caught.value.problems[0].code == "X064"
    (tmp_path / "file").write_text("x")
    with pytest.raises(LantianError) as caught:
        write_list(small(), tmp_path / "file" / "x.xlsx", layout="lantian-1")
    assert caught.value.problems[0].code == "X063"


@pytest.mark.parametrize("folder", [False, True])
def test_an_interrupt_leaves_nothing_and_keeps_the_old(tmp_path, folder):
    path = tmp_path / "out"
    if folder:
        path.mkdir()
        (path / "old.csv").write_text("old")
    else:
        path.write_text("old")

    def interrupted():
        with atomic(path, folder=folder) as target:
            (target / "new.csv" if folder else target).write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert (path / "old.csv" if folder else path).read_text() == "old"


def test_a_folder_is_replaced_whole_but_foreign_files_stay(tmp_path):
    path = tmp_path / "list"
    write_list(small(), path, layout="lantian-1", form="csv")
    write_list(small(), path, layout="city-2024", form="csv")
    assert not (path / "企业.csv").exists()
    (path / "letter.pdf").write_text("x")
    write_list(small(), path, layout="city-2024", form="csv")
    assert (path / "letter.pdf").read_text() == "x"


def test_marking_colours_comments_and_lists(listed, tmp_path):
    book = openpyxl.load_workbook(listed)
    book["生产线"]["G2"] = "=1+1"
    book["生产线"].merge_cells("C2:D2")
    book.save(listed)
    problems = [
        found("L101", "F2"),
        found("X032", "F2", Severity.HINT),
        found("L102", "D2", Severity.WARNING),
        Problem(
            "X011", Severity.ERROR, Place(file="list.xlsx", sheet="没有"), "缺", "m.", "补", "r."
        ),
    ]
    out = tmp_path / "marked.xlsx"
    assert mark_list(listed, out, problems) is True
    marked = openpyxl.load_workbook(out)
    sheet = marked["生产线"]
    assert sheet["G2"].value == "=1+1"
    comment = sheet["F2"].comment.text
    assert all(word in comment for word in ("错误 L101", "提示 X032", "改正", "Correct it."))
    assert sheet["F2"].fill.start_color.rgb == "FFF4B6B6"
    assert "警告 L102" in sheet["C2"].comment.text
    table = marked["问题"]
    assert table.max_row == 2 + len(problems)
    row = next(r for r in table.iter_rows(min_row=3) if r[2].value == "L101")
    assert row[4].hyperlink.location == "'生产线'!F2"
    assert [r[2].value for r in table.iter_rows(min_row=3)][-1] == "X032"
    # Marked again after correction: old findings are gone, the list reads as before.
    again = tmp_path / "again.xlsx"
    mark_list(out, again, [])
    clean = openpyxl.load_workbook(again)
    assert clean["问题"].max_row == 2
    assert clean["生产线"]["F2"].comment is None
    assert clean["生产线"]["F2"].fill.fill_type is None
    assert read_list(again).inventory.lines[0].capacity == Decimal(60)


def test_a_folder_gets_a_list_of_problems_only(tmp_path):
    write_list(small(), tmp_path / "list", layout="lantian-1", form="csv")
    out = tmp_path / "marked.xlsx"
    assert mark_list(tmp_path / "list", out, [found("L101", "F2")]) is False
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["问题"]
    assert "不是工作簿" in book["问题"]["A1"].value
    assert book["问题"]["C3"].value == "L101"


def test_the_list_is_never_overwritten_by_its_marks(listed):
    with pytest.raises(LantianError) as caught:
        mark_list(listed, listed, [])
    assert caught.value.problems[0].code == "X065"


@pytest.mark.parametrize("name", ["list.xlsx", "list"])
def test_the_list_is_never_overwritten_by_its_export(tmp_path, name):
    path = tmp_path / name
    write_list(small(), path, layout="lantian-1", form="xlsx" if path.suffix else "csv")
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    run = CliRunner().invoke(command, [str(path), "--out", str(path)])
    assert run.exit_code == 2
    assert "X065" in run.output
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_export_command(listed, tmp_path):
    out = tmp_path / "other.xlsx"
    result = CliRunner().invoke(
        command, [str(listed), "--layout", "city-2024", "--out", str(out), "--json"]
    )
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["identical"] is True
    assert answer["source_layout"] == "lantian-1"
    assert answer["rows"]["firm"] == 1
    assert len(answer["source_sha256"]) == 64
    plain = CliRunner().invoke(command, [str(out), "--form", "csv", "--out", str(tmp_path / "c")])
    assert "identical" in plain.output
    assert (tmp_path / "c" / "企业.csv").exists()


def test_export_says_what_it_could_not_read(listed, tmp_path):
    book = openpyxl.load_workbook(listed)
    book["生产线"]["F2"] = "约60"
    book["生产线"]["H2"] = "abc"
    book.save(listed)
    result = CliRunner().invoke(command, [str(listed), "--out", str(tmp_path / "o.xlsx")])
    assert result.exit_code == 1
    assert "其中 1 处读不出" in result.output


def test_export_of_what_is_no_list(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"%PDF-1.4")
    result = CliRunner().invoke(command, [str(path), "--out", str(tmp_path / "o.xlsx")])
    assert result.exit_code == 2
    assert "X002" in result.output
    assert "Traceback" not in result.output
