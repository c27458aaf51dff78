"""Forms: workbooks of plain tables whose cells are read as the text that stands in them.

A form says which sheets and columns it has. Everything else in the workbook (further sheets,
columns, rows without a key) is told, nothing is guessed: what a text means is decided by the
room that asked for it, with the place of the cell at hand.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lantian.adapters.excel import codes
from lantian.adapters.excel.sheetxml import BrokenSheetError, column_letters
from lantian.adapters.excel.stamp import NO_TIME
from lantian.adapters.excel.workbook import Workbook, XlsxSheet, sniff
from lantian.adapters.inplace import atomic
from lantian.adapters.lake.source import ErrorCell, FormulaCell
from lantian.adapters.lake.textfile import CsvSheet, EncodingUnknownError
from lantian.kernel.problem import LantianError, Place, Problem

_HEADER_ROWS = 10
"""How far down the row of headers is looked for: forms begin with a title and a note."""


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column: key, header, how wide, a note, the choices offered."""

    key: str
    header: str
    required: bool = False
    width: float = 14
    note: str = ""
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One sheet of a form; nothing is said where a `silent` one is not there."""

    key: str
    name: str
    columns: tuple[FormColumn, ...]
    required: bool = False
    note: str = ""
    aliases: tuple[str, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row: texts by column key, and the place of each."""

    texts: Mapping[str, str]
    file: str
    sheet: str
    row: int
    letters: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts.get(key, "")

    def place(self, key: str = "") -> Place:
        """Return the cell of a column, or the row."""
        letter = self.letters.get(key)
        cell = f"{letter}{self.row}" if letter else ""
        return Place(file=self.file, sheet=self.sheet, cell=cell, row=self.row)


@dataclass
class FormData:
    """What a workbook held: rows by sheet key, and what is wrong with it."""

    rows: dict[str, list[FormRow]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_form(path: Path, sheets: Sequence[FormSheet]) -> FormData:
    """Return the rows of a workbook that follows a form.

    Raises
    ------
    LantianError
        X codes where the file is no readable workbook or lacks a required sheet or column.
    """
    kind = sniff(path)
    if kind != "xlsx":
        place = Place(file=path.name)
        raise LantianError(codes.problem("X002", place, found=f"{kind} 文件"))
    data = FormData()
    fatal: list[Problem] = []
    with Workbook(path) as book:
        by_name = {_plain(s.name): s for s in book.sheets}
        for form in sheets:
            known = [n for n in map(_plain, (form.name, *form.aliases)) if n in by_name]
            sheet = by_name.pop(known[0]) if known else None
            data.rows[form.key] = []
            if sheet is None and form.silent and not form.required:
                continue
            if sheet is None:
                code = "X011" if form.required else "X012"
                problem = codes.problem(code, Place(file=path.name), sheet=form.name)
                (fatal if form.required else data.problems).append(problem)
                continue
            try:
                _read_sheet(sheet, form, data, fatal)
            except BrokenSheetError as error:
                place = Place(file=path.name, sheet=sheet.name)
                fatal.append(codes.problem("X025", place, sheet=sheet.name, why=str(error)))
        for sheet in by_name.values():
            n = max(0, len(sheet.preview()) - 1)
            place = Place(file=path.name, sheet=sheet.name)
            if n:
                data.problems.append(codes.problem("X017", place, sheet=sheet.name, n=n))
    if fatal:
        raise LantianError(*fatal, *data.problems)
    return data


def read_csv_form(path: Path, form: FormSheet) -> FormData:
    """Return the rows of a CSV file that holds one sheet of a form.

    Raises
    ------
    LantianError
        X codes where the file cannot be read or lacks a required column.
    """
    data = FormData({form.key: []})
    fatal: list[Problem] = []
    place = Place(file=path.name)
    try:
        sheet = CsvSheet(path, form.name)
        _read_sheet(sheet, form, data, fatal)
        for oddity in sheet.oddities():
            at = Place(file=path.name, row=oddity.row)
            width = len(sheet.preview()[0])
            data.problems.append(codes.problem("X022", at, n=oddity.count, expected=width))
    except EncodingUnknownError as error:
        fatal.append(codes.problem("X009", place, offset=error.offset))
    except (csv.Error, UnicodeError, ValueError) as error:
        fatal.append(codes.problem("X004", place, why=str(error)))
    if fatal:
        raise LantianError(*fatal, *data.problems)
    return data


def _read_sheet(
    sheet: XlsxSheet | CsvSheet, form: FormSheet, data: FormData, fatal: list[Problem]
) -> None:
    place = Place(file=sheet.file, sheet=sheet.name)
    header_row, found = _header(sheet, form)
    missing = [c for c in form.columns if c.required and c.key not in found]
    for column in missing:
        fatal.append(codes.problem("X013", place, header=column.header, row=max(1, header_row)))
    if missing:
        return
    absent = [c.header for c in form.columns if c.key not in found and not c.required]
    if absent:
        data.problems.append(codes.problem("X014", place, headers="、".join(absent)))
    for oddity in sheet.oddities():
        if oddity.kind == "merged":
            data.problems.append(codes.problem("X019", place, area=oddity.area))
    letters = {key: column_letters(index) for key, index in found.items()}
    for row, cells in _rows(sheet, header_row):
        texts: dict[str, str] = {}
        for key, index in found.items():
            value = cells[index] if index < len(cells) else None
            text = cell_text(value)
            if text is None:
                at = Place(file=sheet.file, sheet=sheet.name, cell=f"{letters[key]}{row}")
                data.problems.append(_unread(value, at))
                continue
            if text:
                texts[key] = text
        if texts:
            one = FormRow(texts, sheet.file, sheet.name, row, letters)
            data.rows[form.key].append(one)


def _unread(value: Any, place: Place) -> Problem:
    code = "X039" if isinstance(value, FormulaCell) else "X040"
    return codes.problem(code, place, value=value.text)


def _header(sheet: XlsxSheet | CsvSheet, form: FormSheet) -> tuple[int, dict[str, int]]:
    """Return the row of headers (from 1) and the index of each known column."""
    wanted = {_plain(name): c.key for c in form.columns for name in (c.header, *c.aliases)}
    best: tuple[int, dict[str, int]] = (1, {})
    for number, cells in enumerate(sheet.preview()[:_HEADER_ROWS], start=1):
        found: dict[str, int] = {}
        for index, cell in enumerate(cells):
            key = wanted.get(_plain(str(cell))) if cell is not None else None
            if key is not None:
                found.setdefault(key, index)
        if len(found) > len(best[1]):
            best = (number, found)
    return best


def _rows(sheet: XlsxSheet | CsvSheet, after: int) -> Iterator[tuple[int, list[Any]]]:
    for block in sheet.blocks(after, ()):
        for i, row in enumerate(block.rows):
            yield row, [column[i] for column in block.columns]


def cell_text(value: Any) -> str | None:
    """Return a cell as text; "" for an empty one, None where it holds no value at all."""
    if value is None:
        return ""
    if isinstance(value, ErrorCell | FormulaCell):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return (
            value.isoformat(sep=" ")
            if value.time() != value.time().min
            else value.date().isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value).strip()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


# --- writing ---------------------------------------------------------------------------------


def write_form(
    path: Path,
    title: str,
    sheets: Sequence[FormSheet],
    rows: Mapping[str, Sequence[Mapping[str, str]]],
) -> None:
    """Write a form with rows, styled, with choices and notes; a half-written file is never left.

    Parameters
    ----------
    path
        The workbook.
    title
        First line of every sheet.
    sheets
        The form.
    rows
        Texts by sheet key and column key.
    """
    import xlsxwriter

    with atomic(path) as target:
        options = {
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        with xlsxwriter.Workbook(str(target), options) as book:
            styles = _styles(book)
            for form in sheets:
                _write_sheet(book, styles, title, form, rows.get(form.key, ()))
            book.set_properties({"title": title, "created": NO_TIME})


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    head = base | {"bold": True, "border": 1, "border_color": "#9AA9BC", "text_wrap": True}
    return {
        "title": book.add_format(base | {"bold": True, "font_size": 14}),
        "note": book.add_format(base | {"font_color": "#5B6673", "text_wrap": True}),
        "header": book.add_format(head | {"bg_color": "#DCE6F1"}),
        "required": book.add_format(head | {"bg_color": "#BBD3EE"}),
        "text": book.add_format(base | {"num_format": "@", "text_wrap": True}),
    }


def _write_sheet(
    book: Any,
    styles: dict[str, Any],
    title: str,
    form: FormSheet,
    rows: Sequence[Mapping[str, str]],
) -> None:
    sheet = book.add_worksheet(form.name)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, f"{title}　{form.name}", styles["title"])
    sheet.write_string(1, 0, form.note, styles["note"])
    sheet.set_row(0, 24)
    for i, column in enumerate(form.columns):
        sheet.set_column(i, i, column.width, styles["text"])
        style = styles["required" if column.required else "header"]
        sheet.write_string(2, i, column.header, style)
        if column.note:
            sheet.write_comment(2, i, column.note, {"x_scale": 1.8})
        if column.choices and sum(map(len, column.choices)) < 250:
            last = 3 + len(rows) + 200
            options = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(3, i, last, i, options)
    sheet.set_row(2, 30)
    sheet.freeze_panes(3, 1)
    for r, row in enumerate(rows, start=3):
        for i, column in enumerate(form.columns):
            text = row.get(column.key, "")
            if text:
                sheet.write_string(r, i, text, styles["text"])
    if rows:
        sheet.autofilter(2, 0, 2 + len(rows), len(form.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
