"""CSV files as every room opens and writes them: what cannot be read or written is told in words."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from lantian.adapters.inplace import atomic
from lantian.adapters.lake.textfile import CsvSheet, EncodingUnknownError
from lantian.kernel.problem import LantianError, Place, Problem

Refuse = Callable[[Place, str], Problem]
"""Makes the problem of a room (A001, B001) from a place and a cause."""


def open_csv(path: Path, refuse: Refuse) -> tuple[CsvSheet, list[str]]:
    """Return a sheet and its header.

    Raises
    ------
    LantianError
        With the problem of `refuse` where the file cannot be read or is empty.
    """
    place = Place(file=path.name)
    try:
        sheet = CsvSheet(path)
        preview = sheet.preview()
    except EncodingUnknownError as error:
        raise LantianError(refuse(place, f"编码 encoding @{error.offset}")) from None
    except (OSError, csv.Error, UnicodeError) as error:
        raise LantianError(refuse(place, getattr(error, "strerror", None) or str(error))) from None
    if not preview:
        raise LantianError(refuse(place, "空文件 empty"))
    return sheet, [name or "" for name in preview[0]]


def read_rows(path: Path, refuse: Refuse) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return header and rows of a small file: row number and its cells as texts.

    Raises
    ------
    LantianError
        As `open_csv`.
    """
    sheet, header = open_csv(path, refuse)
    try:
        rows = [
            (number, [(column[k] or "").strip() for column in block.columns])
            for block in sheet.blocks(1, ())
            for k, number in enumerate(block.rows)
        ]
    except (csv.Error, UnicodeError) as error:
        raise LantianError(refuse(Place(file=path.name), str(error))) from None
    return header, rows


@contextmanager
def csv_writer(out: Path | None, stream: IO[str] | None, refuse: Refuse) -> Iterator[Any]:
    """Yield a CSV writer to a file put in place at the end, to a stream, or None for neither.

    Raises
    ------
    LantianError
        With the problem of `refuse` where the file cannot be written.
    """
    if out is None:
        yield csv.writer(stream, lineterminator="\n") if stream is not None else None
        return
    try:
        with atomic(out) as sibling, sibling.open("w", encoding="utf-8-sig", newline="") as file:
            yield csv.writer(file, lineterminator="\n")
    except OSError as error:
        raise LantianError(refuse(Place(file=str(out)), error.strerror or str(error))) from error
