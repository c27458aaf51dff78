"""Reads notices from a workbook or CSV: every wrong cell is named, no row is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lantian.adapters.excel.cells import text_of
from lantian.adapters.excel.workbook import Workbook, sniff
from lantian.jobs.csv_files import open_csv
from lantian.jobs.publicity.fields import FIELDS, Draft, checked
from lantian.jobs.publicity.problems import problem
from lantian.kernel.problem import LantianError, Place, Problem

MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class ReadNotices:
    """Notices that are right, with their rows, and what was wrong with the others."""

    drafts: tuple[tuple[int, Draft], ...]
    problems: tuple[Problem, ...]
    rows: int


def read_notices(path: Path, today: date) -> ReadNotices:
    """Return the notices of the first sheet of a workbook, or of a CSV.

    Raises
    ------
    LantianError
        U001, X codes where the file cannot be read, U002 where columns are missing, U012 beyond
        `MOST_ROWS` rows.
    """
    kind = sniff(path)
    if kind == "xlsx":
        with Workbook(path) as book:
            shown = [s for s in book.sheets if s.preview()]
            if not shown:
                raise LantianError(problem("U001", Place(file=path.name), why="空工作簿 empty"))
            return _read(shown[0], shown[0].name, path.name, today)
    if kind == "csv":
        sheet, _ = open_csv(path, lambda place, why: problem("U001", place, why=why))
        return _read(sheet, "", path.name, today)
    raise LantianError(problem("U001", Place(file=path.name), why=kind))


def _read(sheet: Any, sheet_name: str, file: str, today: date) -> ReadNotices:
    header = [_text(cell) for cell in sheet.preview()[0]]
    at = _columns(header)
    missing = [f.names[0] for name, f in FIELDS.items() if f.needed and name not in at]
    if missing:
        head = Place(file=file, sheet=sheet_name, row=1)
        raise LantianError(problem("U002", head, names="、".join(missing)))
    rows: list[tuple[int, list[Any]]] = []
    for block in sheet.blocks(1, ()):
        for k, number in enumerate(block.rows):
            cells = [c[k] if k < len(c) else None for c in block.columns]
            if any(_text(cell) for cell in cells):
                rows.append((number, cells))
        if len(rows) > MOST_ROWS:
            raise LantianError(problem("U012", Place(file=file), n=f"{len(rows)}+", most=MOST_ROWS))
    problems: list[Problem] = [
        problem("U014", Place(file=file, sheet=sheet_name, row=odd.row))
        for odd in sheet.oddities()
        if odd.kind == "ragged"
    ]
    drafts: list[tuple[int, Draft]] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in rows:
        raw = {name: _text(cells[i]) if i < len(cells) else "" for name, i in at.items()}

        def place(field: str, number: int = number) -> Place:
            i = at.get(field)
            cell = "" if i is None else f"{_letters(i)}{number}"
            return Place(file=file, sheet=sheet_name, cell=cell, row=number, column=FIELDS[field].names[0])  # fmt: skip

        draft, found = checked(raw, today, place)
        if draft is not None:
            key = (draft["kind"], draft["number"])
            if key in seen:
                found.append(problem("U007", place("number"), value=draft["number"], first=seen[key]))  # fmt: skip
            else:
                seen[key] = number
                drafts.append((number, draft))
        problems += found
    return ReadNotices(tuple(drafts), tuple(problems), len(rows))


def _columns(header: Sequence[str]) -> Mapping[str, int]:
    """Return the place of each field; a heading is known by any of its names, or by the field's own."""
    at: dict[str, int] = {}
    for i, text in enumerate(header):
        plain = "".join(text.split()).rstrip("*＊").lower()
        for name, field in FIELDS.items():
            known = (name, *field.names, *field.also)
            if name not in at and plain in {"".join(k.split()).lower() for k in known}:
                at[name] = i
    return at


def _text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    return text_of(cell)


def _letters(i: int) -> str:
    """Return the letters of a column, from 0."""
    found = ""
    i += 1
    while i:
        i, rest = divmod(i - 1, 26)
        found = chr(65 + rest) + found
    return found
