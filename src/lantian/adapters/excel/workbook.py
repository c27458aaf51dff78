"""Open a workbook safely and give its sheets as tables of raw cells.

Values come from fastexcel wherever it is exact; a sheet with formulas, errors, hidden or merged
parts, or with text among its numbers is read again from its XML (see `sheetxml`).
"""

from __future__ import annotations

import logging
import posixpath
import re
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from lantian.adapters.excel import codes, sheetxml
from lantian.adapters.lake.source import BLOCK_ROWS, PREVIEW_ROWS, Block, Oddity
from lantian.kernel.problem import LantianError, Place

MAX_UNPACKED = 3 << 30
MAX_PARTS = 20_000
MAX_ROWS = 1_048_576
_ODD_MARKS = (
    b"<f>",
    b"<f ",
    b"<f/",
    b":f>",
    b":f ",
    b't="e"',
    b't="b"',  # the fast reader turns it into 1 or 0 among numbers
    b'hidden="1"',
    b'hidden="true"',
    b"mergeCell ",
)
_VALUE_MARKS = (b"<v>", b":v>", b"<is>", b":is>")
_FAR_COLUMN = re.compile(rb'r="(?:[D-Z][A-Z]|[A-Z]{3})\d')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d+)"')
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_KNOWN_HEADS = (
    (b"%PDF", "PDF 文件 PDF"),
    (b"\x89PNG", "PNG 图片 picture"),
    (b"\xff\xd8\xff", "JPEG 图片 picture"),
    (b"GIF8", "GIF 图片 picture"),
    (b"Rar!", "RAR 压缩包 archive"),
    (b"7z\xbc\xaf", "7z 压缩包 archive"),
    (b"\x1f\x8b", "gzip 压缩包 archive"),
    (b"{\\rtf", "RTF 文档 document"),
    (b"<!DO", "网页 HTML"),
    (b"<htm", "网页 HTML"),
    (b"<?xm", "XML 文件 XML"),
    (b"MZ", "程序 executable"),
)


def sniff(path: Path) -> str:
    """Return ``xlsx``, ``csv`` or ``parquet`` after the file's first bytes.

    Raises
    ------
    LantianError
        X001, X002, X003 or X006 if it is none of them.
    """
    place = Place(file=path.name)
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            size = path.stat().st_size
    except OSError as error:
        raise LantianError(codes.problem("X001", place, why=error.strerror or str(error))) from None
    if size == 0:
        raise LantianError(codes.problem("X006", place))
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return "xlsx"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_OLE):
        # An encrypted xlsx is an OLE container with a stream of this name (UTF-16).
        with path.open("rb") as file:
            locked = "EncryptedPackage".encode("utf-16-le") in file.read(1 << 22)
        if locked:
            raise LantianError(codes.problem("X003", place))
        raise LantianError(codes.problem("X002", place, found="旧版 xls 工作簿 old Excel format"))
    for mark, found in _KNOWN_HEADS:
        if head.lower().startswith(mark.lower()):
            raise LantianError(codes.problem("X002", place, found=found))
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise LantianError(codes.problem("X002", place, found="二进制数据 binary data"))
    return "csv"


class Workbook:
    """An open xlsx file; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._place = Place(file=path.name)
        try:
            self.archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise LantianError(codes.problem("X004", self._place, why=str(error))) from None
        try:
            self._check_size()
            self.sheets = self._find_sheets()
        except BaseException:
            self.archive.close()
            raise

    def __enter__(self) -> Workbook:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.archive.close()

    def _check_size(self) -> None:
        infos = self.archive.infolist()
        unpacked = sum(i.file_size for i in infos)
        if len(infos) > MAX_PARTS or unpacked > MAX_UNPACKED:
            why = f"解压后 {unpacked / (1 << 30):.1f} GB (unpacked), {len(infos)} parts"
            raise LantianError(codes.problem("X005", self._place, why=why))
        if any(i.flag_bits & 1 for i in infos):
            raise LantianError(codes.problem("X003", self._place))

    def _find_sheets(self) -> list[XlsxSheet]:
        names = set(self.archive.namelist())
        if not any(n.endswith("workbook.xml") for n in names):
            if (
                "mimetype" in names
                or "word/document.xml" in names
                or "ppt/presentation.xml" in names
            ):
                found = "文字或演示文档 another office document"
            elif any(n.endswith("workbook.bin") for n in names):
                found = "xlsb 二进制工作簿 binary workbook"
            else:
                found = "压缩包 zip archive"
            raise LantianError(codes.problem("X002", self._place, found=found))
        try:
            return self._parse_workbook()
        except sheetxml.BrokenSheetError as error:
            raise LantianError(codes.problem("X004", self._place, why=str(error))) from None

    def _parse_workbook(self) -> list[XlsxSheet]:
        part = next(n for n in self.archive.namelist() if n.endswith("workbook.xml"))
        base = posixpath.dirname(part)
        targets: dict[str, str] = {}

        def relation(name: str, attrs: dict[str, str]) -> None:
            if name == "Relationship":
                target = attrs.get("Target", "")
                path = (
                    target.lstrip("/") if target.startswith("/") else posixpath.join(base, target)
                )
                targets[attrs.get("Id", "")] = posixpath.normpath(path)

        sheetxml.parse_xml(self.archive, f"{base}/_rels/workbook.xml.rels".lstrip("/"), relation)
        found: list[tuple[str, str, str]] = []
        self.date1904 = False

        def entry(name: str, attrs: dict[str, str]) -> None:
            if name == "sheet":
                rid = next((v for k, v in attrs.items() if k.endswith("}id")), "")
                found.append((attrs.get("name", ""), targets.get(rid, ""), attrs.get("state", "")))
            elif name == "workbookPr":
                self.date1904 = attrs.get("date1904") in ("1", "true")

        sheetxml.parse_xml(self.archive, part, entry)
        self._base = base
        names = set(self.archive.namelist())
        return [
            XlsxSheet(self, name, target, i, hidden=state in ("hidden", "veryHidden"))
            for i, (name, target, state) in enumerate(found)
            if target in names and "chartsheet" not in target
        ]

    @cached_property
    def strings(self) -> list[str]:
        """All shared strings of the workbook."""
        part = f"{self._base}/sharedStrings.xml"
        return (
            sheetxml.shared_strings(self.archive, part) if part in self.archive.namelist() else []
        )

    @cached_property
    def dates(self) -> frozenset[int]:
        """Style numbers that show a date."""
        part = f"{self._base}/styles.xml"
        try:
            return sheetxml.date_styles(self.archive, part)
        except sheetxml.BrokenSheetError:
            return frozenset()

    @cached_property
    def fast(self) -> Any:
        """The fastexcel reader, or None where it cannot open the file."""
        import fastexcel

        # It warns of every blank column; blank columns are told as problems where they matter.
        logging.getLogger("fastexcel").setLevel(logging.ERROR)
        return _guarded(lambda: fastexcel.read_excel(self.path))


def _guarded(call: Any) -> Any:
    """Return what `call` returns, or None if the Rust reader fails or panics.

    A panic arrives as a `BaseException` of its own; whatever fails here is read again from the
    XML, which reports the cause.
    """
    try:
        return call()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:
        return None


class XlsxSheet:
    """One worksheet."""

    typed = True

    def __init__(self, book: Workbook, name: str, part: str, index: int, *, hidden: bool) -> None:
        self.file = book.path.name
        self.name = name
        self._book, self._part, self._index = book, part, index
        self._hidden = hidden
        self._exact: sheetxml.SheetCells | None = None
        self._filled = 0

    def preview(self) -> Sequence[Sequence[Any]]:
        """Return the first rows exactly."""
        return self._preview

    @cached_property
    def _preview(self) -> list[list[Any]]:
        cells = self._cells(max_row=PREVIEW_ROWS)
        width = max(cells.columns, default=-1) + 1
        height = max(cells.rows(), default=0)
        return [
            [cells.columns.get(c, {}).get(r) for c in range(width)]
            for r in range(1, min(height, PREVIEW_ROWS) + 1)
        ]

    def row_estimate(self) -> int:
        """Return the part's size over what a row of this width takes."""
        width = max((len(r) for r in self._preview), default=1)
        return self._book.archive.getinfo(self._part).file_size // (max(1, width) * 30)

    def _cells(self, max_row: int | None = None) -> sheetxml.SheetCells:
        book = self._book
        return sheetxml.read_sheet(
            book.archive,
            self._part,
            strings=lambda: book.strings,
            dates=lambda: book.dates,
            date1904=book.date1904,
            max_row=max_row,
        )

    @property
    def exact(self) -> sheetxml.SheetCells:
        """Every cell from the XML."""
        if self._exact is None:
            self._exact = self._cells()
        return self._exact

    @cached_property
    def _odd(self) -> bool:
        """Whether the sheet holds anything the fast reader would lose or choke on."""
        try:
            data = self._book.archive.read(self._part)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise sheetxml.BrokenSheetError(f"{self._part}: {error}") from None
        # The fast reader takes half a sheet for a whole one; without handlers this costs little.
        sheetxml.check_well_formed(data, self._part)
        if any(mark in data for mark in _ODD_MARKS) or _FAR_COLUMN.search(data):
            return True
        self._filled = sum(data.count(mark) for mark in _VALUE_MARKS)
        last = _LAST_ROW.search(data, max(0, data.rfind(b"<row "), data.rfind(b":row ") - 20))
        rows = int(last.group(1)) if last else 0
        cells = data.count(b"<c ") + data.count(b":c ")
        return rows > MAX_ROWS or (rows > 10_000 and cells < 2 * rows)

    def blocks(self, after_row: int, numeric: Collection[int]) -> Iterator[Block]:
        """Yield the rows below `after_row`, exact in the columns of `numeric`."""
        columns = None if self._odd else self._fast_columns(after_row, numeric)
        if columns is None:
            yield from self._exact_blocks(after_row)
            return
        height = len(columns[0]) if columns else 0
        for start in range(0, height, BLOCK_ROWS):
            part = [c[start : start + BLOCK_ROWS] for c in columns]
            first = after_row + 1 + start
            yield Block(range(first, first + len(part[0])), part)

    def _fast_columns(self, after_row: int, numeric: Collection[int]) -> list[list[Any]] | None:
        preview = self._preview
        if (
            len(preview) < after_row
            or not preview[after_row - 1]
            or preview[after_row - 1][0] is None
        ):
            return None  # the fast reader drops leading blank columns, so A must be in use
        sheet = _guarded(
            lambda: self._book.fast.load_sheet(
                self.name, header_row=None, skip_rows=after_row, schema_sample_rows=None
            )
        )
        frame = _guarded(sheet.to_polars) if sheet is not None else None
        if frame is None:
            return None
        series = frame.get_columns()
        if any(
            i < len(series)
            and not series[i].dtype.is_numeric()
            and series[i].null_count() < frame.height
            for i in numeric
        ):
            return None
        # The fast reader takes words such as N/A for blanks: every filled cell must have arrived.
        above = sum(cell is not None for row in preview[:after_row] for cell in row)
        if above + sum(frame.height - s.null_count() for s in series) != self._filled:
            return None
        columns = [s.to_list() for s in series]
        return columns if self._agrees(columns, after_row) else None

    def _agrees(self, columns: list[list[Any]], after_row: int) -> bool:
        """Whether the fast reader starts in the row it was told to, by the first column."""
        for offset, row in enumerate(self._preview[after_row:]):
            seen = columns[0][offset] if columns and offset < len(columns[0]) else None
            exact = row[0] if row else None
            if (seen is None) != (exact is None):
                return False
            if isinstance(exact, str) and isinstance(seen, str) and seen.strip() != exact.strip():
                return False
        return True

    def _exact_blocks(self, after_row: int) -> Iterator[Block]:
        cells = self.exact
        width = max(cells.columns, default=-1) + 1
        if width > 16_384:
            raise sheetxml.BrokenSheetError("column beyond XFD")
        rows = [r for r in cells.rows() if r > after_row]
        for start in range(0, len(rows), BLOCK_ROWS):
            part = rows[start : start + BLOCK_ROWS]
            empty: dict[int, Any] = {}
            blank = [None] * len(part)
            columns = [
                [column.get(r) for r in part] if (column := cells.columns.get(c, empty)) else blank
                for c in range(width)
            ]
            yield Block(part, columns)

    def oddities(self) -> Sequence[Oddity]:
        """Return hidden and merged parts of the sheet."""
        found = [Oddity("hidden_sheet", "", 0)] if self._hidden else []
        return (*found, *(self.exact.oddities if self._odd else ()))
