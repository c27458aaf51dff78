"""Rows of results as a workbook or CSV; a half-written file is never left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lantian.adapters.excel.form import FormColumn, FormSheet, write_form
from lantian.adapters.inplace import atomic
from lantian.adapters.lake.textfile import write_csv
from lantian.kernel.problem import LantianError, Place, Problem, Severity


def write_rows(
    path: Path, title: str, columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write rows under Chinese headers: CSV by its suffix, a workbook otherwise.

    Raises
    ------
    LantianError
        S090 where the file cannot be written.
    """
    try:
        if path.suffix.casefold() == ".csv":
            with atomic(path) as sibling:
                lines = iter([[_text(row[key]) for key in columns] for row in rows])
                write_csv(sibling, list(columns.values()), lines)
            return
        head = tuple(FormColumn(key, header, width=16) for key, header in columns.items())
        texts = [{key: _text(row[key]) for key in columns} for row in rows]
        write_form(path, title, [FormSheet("rows", "评价结果", head)], {"rows": texts})
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> LantianError:
    """Return the problem of a file that cannot be written."""
    why = error.strerror or str(error)
    return LantianError(
        Problem(
            "S090", Severity.ERROR, Place(file=str(path)),
            f"文件写不出：{why}", f"The file cannot be written: {why}.",
            "检查路径和权限，关闭正在占用它的程序", "Check path and permissions; close programs using it.",
        )
    )  # fmt: skip


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
