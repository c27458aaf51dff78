"""The workbook of firms read back: texts stay texts, unknown stays empty."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import openpyxl

from lantian.adapters.excel.firms_book import write_firms_book


def test_what_is_written_is_read_back() -> None:
    out = BytesIO()
    columns = [
        ("编号", 10, ""),
        ("名称", 20, ""),
        ("NOx kg/d", 12, "#,##0.000"),
        ("生产线", 6, "0"),
    ]
    rows = [["0012", "=1+1", Decimal("0.123456"), 3], ["91140100MA0000000X", "", None, 0]]
    assert write_firms_book(out, "标题", "说明", columns, rows) == 2
    sheet = openpyxl.load_workbook(BytesIO(out.getvalue()))["企业"]
    found = list(sheet.iter_rows(values_only=True))
    assert found[0][0] == "标题"
    assert found[1][0] == "说明"
    assert found[2] == ("编号", "名称", "NOx kg/d", "生产线")
    assert found[3] == ("0012", "=1+1", 0.123456, 3)
    assert sheet["B4"].data_type == "s"
    assert found[4] == ("91140100MA0000000X", None, None, 0)
    assert sheet.auto_filter.ref == "A3:D5"


def test_no_firms() -> None:
    out = BytesIO()
    assert write_firms_book(out, "t", "n", [("a", 5, "")], []) == 0
    assert openpyxl.load_workbook(BytesIO(out.getvalue()))["企业"].max_row == 3
