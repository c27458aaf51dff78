"""CSV files as tables of text: encoding, delimiter and ragged rows are found, not assumed."""

from __future__ import annotations

import codecs
import csv
import itertools
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from lantian.adapters.lake.source import BLOCK_ROWS, PREVIEW_ROWS, Block, Oddity

_PIECE = 1 << 20
_DELIMITERS = ",\t;|"
_FIELD_LIMIT = 1 << 20


class EncodingUnknownError(ValueError):
    """The bytes are neither UTF-8 nor GB18030; `offset` is the first byte that is wrong."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"unknown encoding at byte {offset}")
        self.offset = offset


def find_encoding(path: Path) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8, else GB18030.

    Raises
    ------
    EncodingUnknownError
        If the whole file decodes in neither.
    """
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    wrong = _first_wrong_byte(path, "utf-8")
    if wrong is None:
        return "utf-8-sig"
    if _first_wrong_byte(path, "gb18030") is None:
        return "gb18030"
    raise EncodingUnknownError(wrong)


def _first_wrong_byte(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as file:
        while True:
            piece = file.read(_PIECE)
            try:
                decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                return done + error.start
            if not piece:
                return None
            done += len(piece)


class CsvSheet:
    """One CSV file; cells are texts, blank cells None."""

    typed = False

    def __init__(self, path: Path, name: str | None = None) -> None:
        self.file = path.name
        self.name = name or path.stem
        self._path = path
        self._encoding = find_encoding(path)
        self._delimiter = self._find_delimiter()
        self._ragged: list[Oddity] = []

    def _find_delimiter(self) -> str:
        with self._path.open(encoding=self._encoding, newline="") as file:
            head = "".join(itertools.islice(file, PREVIEW_ROWS))[:_PIECE]
        return max(_DELIMITERS, key=head.count)

    def _rows(self) -> Iterator[list[str]]:
        csv.field_size_limit(_FIELD_LIMIT)
        with self._path.open(encoding=self._encoding, newline="") as file:
            yield from csv.reader(file, delimiter=self._delimiter)

    def preview(self) -> Sequence[Sequence[Any]]:
        """Return the first rows as texts."""
        return [[c or None for c in r] for r in itertools.islice(self._rows(), PREVIEW_ROWS)]

    def row_estimate(self) -> int:
        """Return the file's size over the mean length of its first rows."""
        with self._path.open("rb") as file:
            head = file.readlines(1 << 16)
        length = max(1, sum(map(len, head)) // max(1, len(head)))
        return self._path.stat().st_size // length

    def blocks(self, after_row: int, numeric: Collection[int]) -> Iterator[Block]:
        """Yield the rows below `after_row`; longer rows are cut to the header and noted."""
        rows = enumerate(self._rows(), 1)
        width = 0
        self._ragged.clear()
        for _number, row in itertools.islice(rows, after_row):
            width = len(row)
        while chunk := list(itertools.islice(rows, BLOCK_ROWS)):
            for number, row in chunk:
                if len(row) != width and row:
                    if len(row) > width and any(row[width:]):
                        self._ragged.append(Oddity("ragged", f"A{number}", number, len(row)))
                    row[width:] = [""] * max(0, width - len(row))
            kept = [(n, r) for n, r in chunk if r]
            columns = [[c or None for c in col] for col in zip(*(r for _, r in kept), strict=True)]
            if kept:
                yield Block([n for n, _ in kept], columns)

    def oddities(self) -> Sequence[Oddity]:
        """Return the rows that are longer than the header."""
        return tuple(self._ragged)


def write_csv(path: Path, header: Sequence[str], rows: Iterator[Sequence[Any]]) -> None:
    """Write rows of texts and decimals as UTF-8 CSV with a byte-order mark, which Excel needs."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(header)
        out.writerows(rows)
