"""A sheet of the Excel writer that takes whole rows of a table, several times as fast as cell by cell.

The bytes are those the writer would make itself (a test compares them); what it saves is a call, a check
and an object for each of some 300,000 cells of a city's list.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter.worksheet import Worksheet

from lantian.adapters.excel.sheetxml import column_letters

_KEPT = 100_000
_SPAN_ROWS = 16
"""Rows that share one ``spans`` attribute."""
_NUMBER, _TEXT = 's="N"', 's="T"'
"""Styles until the writer has numbered them; no other part of a cell holds a letter between quotes."""


class Numbers:
    """Texts of numbers as a workbook holds them, each worked out once."""

    def __init__(self) -> None:
        self._texts: dict[Decimal, str] = {}

    def text(self, value: Decimal) -> str:
        """Return the writer's 16 significant digits where they bring back this very number, else ""."""
        found = self._texts.get(value)
        if found is None:
            found = _exact_text(value)
            if len(self._texts) < _KEPT:
                self._texts[value] = found
        return found


def _exact_text(value: Decimal) -> str:
    text = f"{float(value):.16G}"
    return text if abs(value) < 10**15 and Decimal(repr(float(text))) == value else ""


class QuickSheet(Worksheet):  # type: ignore[misc]
    """A worksheet of a table: its rows are put in order, below everything else that is written."""

    def __init__(self) -> None:
        super().__init__()
        self._put: list[tuple[int, int, int, str]] = []
        self._letters: list[str] = []
        self._formats: tuple[Any, Any] = (None, None)

    def put_row(
        self,
        row: int,
        cells: Sequence[str | Decimal | None],
        formats: tuple[Any, Any],
        numbers: Numbers,
    ) -> None:
        """Write the cells of one row; None leaves a cell empty, what no float holds becomes text.

        Parameters
        ----------
        row
            Row counted from 0, below every row put or written before.
        formats
            Of numbers and of texts, the same in every row.
        """
        if self.constant_memory:
            self._cell_by_cell(row, cells, formats, numbers)
            return
        self._formats = formats
        while len(self._letters) < len(cells):
            self._letters.append(column_letters(len(self._letters)))
        line, letters, parts, columns = row + 1, self._letters, [], []
        for i, value in enumerate(cells):
            if value is None:
                continue
            columns.append(i)
            if isinstance(value, str):
                at = self._shared(row, i, value)
            elif shown := numbers.text(value):
                parts.append(f'<c r="{letters[i]}{line}" {_NUMBER}><v>{shown}</v></c>')
                continue
            else:
                at = self._shared(row, i, format(value, "f"))
            parts.append(f'<c r="{letters[i]}{line}" {_TEXT} t="s"><v>{at}</v></c>')
        if columns:
            self._check_dimensions(row, columns[0])
            self._check_dimensions(row, columns[-1])
            self._put.append((row, columns[0], columns[-1], "".join(parts)))

    def _shared(self, row: int, column: int, text: str) -> int:
        """Return the number of a text among the shared ones; the writer itself cuts one that is too long."""
        if len(text) <= self.xls_strmax // 2:
            return int(self.str_table._get_shared_string_index(text))
        self.write_string(row, column, text)
        return int(self.table[row].pop(column).string)

    def _cell_by_cell(
        self,
        row: int,
        cells: Sequence[str | Decimal | None],
        formats: tuple[Any, Any],
        numbers: Numbers,
    ) -> None:
        """Write a row as the writer does where it keeps one row at a time, for the largest lists."""
        number, text = formats
        for i, value in enumerate(cells):
            if isinstance(value, str):
                self.write_string(row, i, value, text)
            elif value is not None and numbers.text(value):
                self.write_number(row, i, float(value), number)
            elif value is not None:
                self.write_string(row, i, format(value, "f"), text)

    def _write_rows(self) -> None:
        """Write the head of the sheet as the writer does, then the rows that were put."""
        if not self._put:
            super()._write_rows()
            return
        bottom: int = self.dim_rowmax  # type: ignore[has-type]
        first = self._put[0][0]
        self.dim_rowmax = first - 1
        super()._write_rows()
        self.dim_rowmax = bottom
        spans = self.row_spans | self._spans(first)
        number, text = (f's="{one._get_xf_index()}"' for one in self._formats)
        for row, _, _, body in self._put:
            cells = body.replace(_NUMBER, number).replace(_TEXT, text)
            self.fh.write(f'<row r="{row + 1}" spans="{spans[row // _SPAN_ROWS]}">{cells}</row>')

    def _spans(self, first: int) -> dict[int, str]:
        """Return first and last column of each block of rows; the block of the head spans the head."""
        ends: dict[int, tuple[int, int]] = {}
        for row, left, right, _ in self._put:
            block = row // _SPAN_ROWS
            own = ends.get(block, (left, right))
            ends[block] = (min(own[0], left), max(own[1], right))
        return {
            block: f"{left + 1}:{right + 1}"
            for block, (left, right) in ends.items()
            if block > (first - 1) // _SPAN_ROWS
        }
