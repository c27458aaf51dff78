"""Reading a list: files that are none, cells that are none, and where each problem is.

Covers section 2 of the list issue: stable code, sheet, cell, cause and remedy; no traceback, no
lost row, no silent default.
"""

from __future__ import annotations

import datetime as dt
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from lantian.adapters.excel import workbook
from lantian.adapters.excel.codes import CODES
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import (
    CutUnit,
    Firm,
    Inventory,
    Line,
    Measure,
    MeasureKind,
    Season,
)
from lantian.jobs.lists import read_list, write_list
from lantian.kernel.level import Level
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.problem import LantianError


def small() -> Inventory:
    firms = tuple(
        Firm(0, f"F{i}", name=f"甲{i}厂", grade=Grade.B, grade_text="B", industry="焦化")
        for i in range(4)
    )
    lines = tuple(
        Line(
            0, f"F{i}", "L1", product="焦炭", capacity=Decimal(60), output=Decimal(55),
            operating_days=Decimal(330), annual_t={Pollutant.SO2: Decimal("1.5")}, stoppable=True,
            cut_unit=CutUnit.LINE,
        )
        for i in range(4)
    )  # fmt: skip
    measures = (Measure(0, "F0", "L1", Level.RED, MeasureKind.STOP, Decimal(1), text="停产"),)
    return Inventory(firms, lines, measures)


@pytest.fixture
def book(tmp_path):
    """A written workbook: `cell(sheet, header, row)` sets a cell; `read()` saves and reads it."""
    path = tmp_path / "list.xlsx"
    write_list(small(), path, layout="lantian-1")

    class Book:
        def __init__(self):
            self.path = path
            self.open = openpyxl.load_workbook(path)

        def column(self, sheet, header):
            return next(
                c.column for c in self.open[sheet][1] if str(c.value).split("(")[0] == header
            )

        def put(self, sheet, header, row, value):
            cell = self.open[sheet].cell(row, self.column(sheet, header))
            cell.value = value
            return cell

        def read(self):
            self.open.save(path)
            return read_list(path)

    return Book()


def codes(read, cell=None):
    return [p.code for p in read.problems if cell is None or p.place.cell == cell]


@pytest.mark.parametrize(
    ("written", "value", "code"),
    [
        ("abc", None, "X031"),
        ("约60", None, "X049"),
        ("10~20", None, "X049"),
        ("2024-01-01", None, "X035"),
        ("2024年1月1日", None, "X035"),
        ("1,234.5", Decimal("1234.5"), "X032"),
        ("３３０", Decimal(330), "X032"),
        ("12.5天", Decimal("12.5"), "X033"),
        ("12.5吨", None, "X031"),
        ("-", None, "X041"),
        ("无", None, "X041"),
        (dt.date(2024, 1, 2), None, "X035"),
        (True, None, "X047"),
        ("=1+2", None, "X039"),
        (1e200, None, "X034"),
        ("1e999999999", None, "X034"),
        (1 / 3, Decimal("0.3333333333333333"), None),
        (7, Decimal(7), None),
    ],
)
def test_a_number_cell(book, written, value, code):
    cell = book.put("生产线", "年运行天数", 3, written)
    read = book.read()
    assert read.inventory.lines[1].operating_days == value
    assert codes(read, cell.coordinate) == ([code] if code else [])
    assert len(read.inventory.lines) == 4


def test_units_in_cells_and_headers(book):
    book.put("生产线", "年排放SO2", 2, "1.5kg")
    book.put("生产线", "年排放NOx", 2, 250)
    book.put("生产线", "年排放NOx", 1, "年排放NOx（kg/a）")
    read = book.read()
    annual = read.inventory.lines[0].annual_t
    assert annual == {Pollutant.SO2: Decimal("0.0015"), Pollutant.NOX: Decimal("0.25")}
    assert {"X033", "X023"} <= set(codes(read))


@pytest.mark.parametrize(
    ("sheet", "header", "field", "written", "value", "code"),
    [
        ("生产线", "能否快速启停", "stoppable", "√", True, None),
        ("生产线", "能否快速启停", "stoppable", "N", False, None),
        ("生产线", "能否快速启停", "stoppable", "也许", None, "X036"),
        ("生产线", "减排计量单位", "cut_unit", "什么", None, "X037"),
        ("企业", "季节性生产期", "season", "11月15日至次年3月15日", Season(11, 15, 3, 15), None),
        ("企业", "季节性生产期", "season", "13-40~01-01", None, "X038"),
        ("企业", "手机", "phone", 13800000000, "13800000000", None),
        ("企业", "统一社会信用代码", "credit_code", 911401001234567890, "911401001234567936", "X044"),
        ("生产线", "产品", "product", dt.date(2024, 3, 5), "2024-03-05", "X043"),
    ],
)  # fmt: skip
def test_other_cells(book, sheet, header, field, written, value, code):
    cell = book.put(sheet, header, 3, written)
    read = book.read()
    row = (read.inventory.firms if sheet == "企业" else read.inventory.lines)[1]
    found = getattr(row, field)
    if code == "X044":
        assert found.startswith("91140100123456")
    else:
        assert found == value
    assert codes(read, cell.coordinate) == ([code] if code else [])


def test_an_unknown_grade_keeps_its_text(book):
    book.put("企业", "绩效等级", 2, "甲级")
    firm = book.read().inventory.firms[0]
    assert (firm.grade, firm.grade_text) == (None, "甲级")


def test_hidden_merged_totals_and_blank_rows(book):
    lines = book.open["生产线"]
    lines.merge_cells("C3:D4")
    lines.row_dimensions[3].hidden = True
    lines.column_dimensions["E"].hidden = True
    lines.cell(8, 1).value = "合计"
    lines.cell(7, 3).value = "无主"
    book.open["扬尘源"].sheet_state = "hidden"
    read = book.read()
    found = {(p.code, p.place.sheet, p.place.cell or p.place.row) for p in read.problems}
    assert ("X019", "生产线", "C3") in found
    assert ("X018", "生产线", 3) in found
    assert ("X018", "生产线", 1) in found
    assert ("X051", "生产线", 8) in found
    assert ("X045", "生产线", "A7") in found
    assert any(c == "X018" and s == "扬尘源" for c, s, _ in found)
    assert len(read.inventory.lines) == 5


def test_sheets_and_headers(book):
    book.open["减排措施"].title = "措施表"
    del book.open["移动源"]
    book.open.create_sheet("杂项")["A1"] = "x"
    book.open["企业"].insert_rows(1, 2)
    lines = book.open["生产线"]
    lines.cell(1, 50).value = "备用列"
    lines.cell(1, 51).value = "产品"
    lines.cell(1, book.column("生产线", "年运行天数")).value = None
    read = book.read()
    assert {"X024", "X012", "X017", "X020", "X016", "X015", "X014"} <= set(codes(read))
    assert len(read.inventory.firms) == 4
    assert read.inventory.measures[0].text == "停产"
    assert read.inventory.lines[0].operating_days is None
    assert read.counts["unused_columns"] == 1


def test_a_missing_required_sheet_is_an_error(book):
    del book.open["生产线"]
    read = book.read()
    assert [(p.code, p.severity.value) for p in read.problems if p.place.sheet == "生产线"] == [
        ("X011", "error")
    ]


def test_shuffled_columns_are_found(book):
    sheet = book.open["企业"]
    sheet.move_range("B1:B5", cols=40)
    read = book.read()
    assert read.inventory.firms[2].name == "甲2厂"
    assert read.locate("firm", 4, "name").cell == "AP4"


def test_locate_names_the_cell_in_both_layouts(tmp_path):
    write_list(small(), tmp_path / "wide.xlsx", layout="city-2024")
    read = read_list(tmp_path / "wide.xlsx")
    measure = read.inventory.measures[0]
    place = read.locate("measure", measure.row, "share")
    assert place.column.startswith("红：减排比例")
    assert place.row == 4
    assert read.locate("line", 4, "annual_t.SO2").column.startswith("二氧化硫年量")
    assert read.locate("line", 4, "no_such_field").cell == ""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 ...", "X002"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "X002"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "X003"),
        (b"", "X006"),
        (b"PK\x03\x04 cut", "X004"),
        (b"<html></html>", "X002"),
        (b"a,b\n1,2\n", "X010"),
        (b"ORISPL_CODE,UNITID\n3,1\n", "X007"),
        (b"\xff\xff\xff,\x81\n", "X009"),
    ],
)
def test_files_that_are_no_list(tmp_path, content, code):
    path = tmp_path / "list.xlsx"
    path.write_bytes(content)
    with pytest.raises(LantianError) as caught:
        read_list(path)
    assert [p.code for p in caught.value.problems] == [code]
    assert caught.value.problems[0].place.file == "list.xlsx"


def test_no_file_and_no_such_layout(tmp_path):
    with pytest.raises(LantianError) as caught:
        read_list(tmp_path / "none.xlsx")
    assert caught.value.problems[0].code == "X001"
    with pytest.raises(LantianError) as caught:
        read_list(tmp_path / "none.xlsx", layout="no-such-layout")
    assert caught.value.problems[0].code == "X008"


def test_a_zip_bomb_is_refused_unread(tmp_path, monkeypatch):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(3_000_000))
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(LantianError) as caught:
        read_list(path)
    assert caught.value.problems[0].code == "X005"


def test_many_alike_are_counted_not_listed(tmp_path):
    firms = tuple(Firm(0, f"F{i}", name="x") for i in range(1500))
    lines = tuple(Line(0, f"F{i}", "L1") for i in range(1500))
    write_list(Inventory(firms, lines, ()), tmp_path / "list", layout="lantian-1", form="csv")
    path = tmp_path / "list" / "生产线.csv"
    text = path.read_text(encoding="utf-8-sig").splitlines()
    at = text[0].split(",").index("年运行天数(d/a)")
    rows = [r.split(",") for r in text]
    for row in rows[1:]:
        row[at] = "abc"
    path.write_text("\n".join(",".join(r) for r in rows), encoding="utf-8")
    read = read_list(tmp_path / "list")
    found = codes(read)
    assert found.count("X031") == 1000
    assert "500" in next(p.message_zh for p in read.problems if p.code == "X054")
    assert len(read.inventory.lines) == 1500


def test_every_code_has_both_languages():
    for code, entry in CODES.items():
        assert code[0] == "X"
        assert all((entry.zh, entry.en, entry.remedy_zh, entry.remedy_en)), code
