"""Rows of a table written as wholes: the same bytes as the library writes cell by cell."""

from __future__ import annotations

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from lantian.adapters.excel.quicksheet import Numbers, QuickSheet

ROWS: list[list[str | Decimal | None]] = [
    ["甲厂", Decimal("0.125"), None, "=A1&<b>\"'"],
    [None, None, None, None],
    [None, Decimal("123456789.123456789123"), Decimal("1.50"), None],
    [" 空格 ", Decimal("-7"), Decimal("1E-7"), "甲厂"],
    *[[None, Decimal(i) / 8, None, None] for i in range(20)],
    *[
        [f"F{i}", None, Decimal(i), "长" * (20_000 if i == 3 else 40_000 if i == 5 else 2)]
        for i in range(20)
    ],
    ["", Decimal("99999999999999999999"), Decimal("1.5"), "x"],
]


def written(path: Path, *, whole_rows: bool, stream: bool = False) -> dict[str, bytes]:
    with xlsxwriter.Workbook(str(path), {"constant_memory": stream}) as book:
        number, text = book.add_format({"align": "right"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("表", worksheet_class=QuickSheet)
        sheet.set_column(0, 0, 12, text)
        sheet.set_column(1, 3, 12, number)
        for i in range(4):
            sheet.write_string(1, i, f"列{i}", text)
        sheet.write_comment(1, 0, "注")
        put = sheet.put_row if whole_rows else sheet._cell_by_cell
        numbers = Numbers()
        for row, cells in enumerate(ROWS, 2):
            put(row, cells, (number, text), numbers)
        sheet.autofilter(1, 0, len(ROWS) + 1, 3)
    with zipfile.ZipFile(path) as archive:
        return {n: archive.read(n) for n in archive.namelist() if n != "docProps/core.xml"}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.filterwarnings("ignore")
def test_whole_rows_are_the_librarys_own_bytes(tmp_path, stream):
    quick = written(tmp_path / "quick.xlsx", whole_rows=True, stream=stream)
    slow = written(tmp_path / "slow.xlsx", whole_rows=False, stream=stream)
    assert quick.keys() == slow.keys()
    assert {name for name in quick if quick[name] != slow[name]} == set()
    assert "甲厂".encode() in b"".join(quick.values())


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0.1", "0.1"), ("1.50", "1.5"), ("1E-7", "1E-07"), ("123456789012345", "123456789012345"),
        ("1000000000000000", ""), ("0.12345678901234567", ""), ("123456789.123456789123", ""),
    ],
)  # fmt: skip
def test_a_number_is_one_only_where_every_digit_comes_back(value, shown):
    numbers = Numbers()
    assert numbers.text(Decimal(value)) == shown
    assert numbers.text(Decimal(value)) == shown  # from memory
