"""Firms of a list as a workbook: one row a firm, ready to filter and to add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from lantian.adapters.excel.stamp import NO_TIME

Cell = str | int | float | Decimal | None
Column = tuple[str, float, str]
"""Heading, width, and the format of its numbers; "" for texts."""
_TOP = 2


def write_firms_book(
    out: BinaryIO,
    title: str,
    note: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    sheet: str = "企业",
) -> int:
    """Write firms to an open binary file; return how many.

    Texts stay texts: a credit code keeps its digits, a name that begins with ``=`` is no formula.
    Unknown is an empty cell. `note` stands below the title: edition, filter, label of invented data.
    """
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    count = 0
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title, "author": "Lantian", "created": NO_TIME})
        base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
        head = book.add_format(base | {"bold": True, "bg_color": "#DCE6F1", "border": 1})
        text = book.add_format(base | {"num_format": "@"})
        styles = [
            book.add_format(base | {"num_format": form, "align": "right"}) if form else text
            for _, _, form in columns
        ]
        page: Any = book.add_worksheet(sheet)
        for i, (_, width, _) in enumerate(columns):
            page.set_column(i, i, width, styles[i])
        page.write_string(0, 0, title, book.add_format(base | {"bold": True, "font_size": 14}))
        page.write_string(1, 0, note, book.add_format(base | {"font_color": "#55606D"}))
        for i, (heading, _, _) in enumerate(columns):
            page.write_string(_TOP, i, heading, head)
        for count, row in enumerate(rows, 1):
            for i, value in enumerate(row):
                if value is None or value == "":
                    continue
                if isinstance(value, str):
                    page.write_string(_TOP + count, i, value, text)
                else:
                    page.write_number(_TOP + count, i, float(value), styles[i])
        page.freeze_panes(_TOP + 1, 2)
        page.autofilter(_TOP, 0, _TOP + max(count, 1), len(columns) - 1)
        page.fit_to_pages(1, 0)
        page.set_landscape()
        page.repeat_rows(_TOP)
    return count
