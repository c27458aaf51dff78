"""Mark a workbook: problems coloured and commented in their cells, and listed on a sheet 问题.

The original's values, formulas and formats stay. Colour never stands alone: the comment begins
with the word 错误, 警告 or 提示 and the code.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lantian.adapters.excel import codes
from lantian.adapters.excel.workbook import sniff
from lantian.adapters.excel.write import refuse_source
from lantian.adapters.inplace import atomic
from lantian.kernel.problem import LantianError, Place, Problem, Severity

PROBLEM_SHEET = "问题"
MAX_LISTED = 1_000_000
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}
_FILL = {Severity.ERROR: "FFF4B6B6", Severity.WARNING: "FFFFE699", Severity.HINT: "FFCFE2F3"}
_HEAD = (
    "序号",
    "级别",
    "代码",
    "表",
    "单元格",
    "列",
    "问题",
    "处理办法",
    "Problem",
    "Remedy",
    "文件",
)
_WIDTHS = (7, 8, 8, 22, 10, 22, 60, 48, 60, 48, 20)
_CELL = re.compile(r"^[A-Z]{1,3}[1-9]\d{0,6}$")
_AUTHOR = "蓝天 Lantian"
_MAX_COMMENT = 8_000


def mark_list(source: Path, out: Path, problems: Sequence[Problem]) -> bool:
    """Write `source` to `out` with its problems marked.

    Returns
    -------
    bool
        True when the cells themselves are marked; False when the source is a folder or a CSV or
        Parquet file, and `out` holds only the sheet 问题.

    Raises
    ------
    LantianError
        X065 if `out` is the source; X001 to X004 if it cannot be opened; X063 if it cannot be
        written.
    """
    source, out = Path(source), Path(out)
    refuse_source(source, out)
    ordered = sorted(problems, key=_sort_key)
    marked = source.is_file() and sniff(source) == "xlsx"
    try:
        with atomic(out) as target:
            if marked:
                _mark_workbook(source, target, ordered)
            else:
                _list_only(source, target, ordered)
    except OSError as error:
        why = error.strerror or str(error)
        raise LantianError(codes.problem("X063", Place(file=out.name), why=why)) from None
    return marked


def _sort_key(problem: Problem) -> tuple[int, str, int, str]:
    return _ORDER[problem.severity], problem.place.sheet, problem.place.row or 0, problem.code


def _mark_workbook(source: Path, target: Path, problems: Sequence[Problem]) -> None:
    import openpyxl

    try:
        book = openpyxl.load_workbook(source)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        zipfile.BadZipFile,
        SyntaxError,
    ) as error:
        # openpyxl has no exception of its own for a workbook it cannot follow.
        raise LantianError(codes.problem("X004", Place(file=source.name), why=str(error))) from None
    if PROBLEM_SHEET in book.sheetnames:
        # A marked workbook that was corrected and checked again: its old findings are stale.
        del book[PROBLEM_SHEET]
        _unmark(book)
    by_cell: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        place = problem.place
        if place.sheet in book.sheetnames and _CELL.match(place.cell):
            by_cell.setdefault((place.sheet, place.cell), []).append(problem)
    for (sheet, address), found in by_cell.items():
        if hasattr(book[sheet], "cell"):
            _mark_cell(book[sheet], address, found)
    _problem_sheet(book.create_sheet(PROBLEM_SHEET, 0), problems, set(book.sheetnames), "")
    book.active = 0
    for view in (v for s in book.worksheets[1:] for v in s.views.sheetView):
        view.tabSelected = False
    book.save(target)


def _unmark(book: Any) -> None:
    """Take away the comments and colours of an earlier marking."""
    from openpyxl.styles import PatternFill

    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR:
                    cell.comment = None
                    cell.fill = PatternFill()


def _mark_cell(sheet: Any, address: str, problems: Sequence[Problem]) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet[address]
    if isinstance(cell, MergedCell):
        area = next(a for a in sheet.merged_cells.ranges if address in a)
        cell = sheet.cell(area.min_row, area.min_col)
    worst = min(problems, key=lambda p: _ORDER[p.severity]).severity
    cell.fill = PatternFill("solid", start_color=_FILL[worst], end_color=_FILL[worst])
    text = "\n\n".join(
        f"【{p.severity.label_zh} {p.code}】{p.message_zh}\n处理：{p.remedy_zh}\n{p.message_en} {p.remedy_en}"
        for p in problems
    )
    if cell.comment is not None and cell.comment.author != _AUTHOR:
        text = f"{cell.comment.text}\n\n{text}"
    comment = Comment(text[:_MAX_COMMENT], _AUTHOR)
    comment.width, comment.height = 380, min(420, 60 + 75 * len(problems))
    cell.comment = comment


def _list_only(source: Path, target: Path, problems: Sequence[Problem]) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = PROBLEM_SHEET
    note = (
        f"原清单“{source.name}”不是工作簿，无法在单元格上标注；这里列出全部问题。"
        "The list is not a workbook, so its cells cannot be marked; all problems are listed here."
    )
    _problem_sheet(sheet, problems, set(), note)
    book.save(target)


def _problem_sheet(sheet: Any, problems: Sequence[Problem], sheets: set[str], note: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.hyperlink import Hyperlink

    counts = {s: sum(1 for p in problems if p.severity is s) for s in Severity}
    summary = "，".join(f"{s.label_zh} {n} 条" for s, n in counts.items())
    sheet.append([f"共 {len(problems)} 条问题：{summary}。{note}"])
    sheet["A1"].font = Font(bold=True, size=12)
    sheet.append(list(_HEAD))
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="FFDCE6F1", end_color="FFDCE6F1")
    for i, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(i)].width = width
    wrap = Alignment(wrap_text=True, vertical="top")
    link = Font(color="FF0563C1", underline="single")
    fills = {s: PatternFill("solid", start_color=c, end_color=c) for s, c in _FILL.items()}
    for i, p in enumerate(problems[:MAX_LISTED], 1):
        place = p.place
        row = i + 2
        values = (
            i, p.severity.label_zh, p.code, place.sheet, place.cell or (place.row or ""),
            place.column, p.message_zh, p.remedy_zh, p.message_en, p.remedy_en, place.file,
        )  # fmt: skip
        for c, value in enumerate(values, 1):
            cell = sheet.cell(row, c, _safe(value))
            if isinstance(value, str) and value.startswith("="):
                cell.data_type = "s"
            cell.alignment = wrap
        sheet.cell(row, 2).fill = fills[p.severity]
        if place.sheet in sheets:
            address = place.cell if _CELL.match(place.cell) else f"A{place.row or 1}"
            quoted = place.sheet.replace("'", "''")
            target = sheet.cell(row, 5)
            target.hyperlink = Hyperlink(ref=target.coordinate, location=f"'{quoted}'!{address}")
            target.font = link
    sheet.freeze_panes = "D3"
    if problems:
        sheet.auto_filter.ref = f"A2:{get_column_letter(len(_HEAD))}{len(problems) + 2}"


def _safe(value: object) -> object:
    """Return a text without the characters XML cannot hold."""
    if not isinstance(value, str):
        return value
    return "".join(c for c in value if c in "\n\t" or c.isprintable())
