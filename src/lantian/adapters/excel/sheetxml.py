"""The exact view of a worksheet: every cell's own digits, type, formula, and what is hidden.

The fast reader rounds numbers that share a column with text and drops errors and formulas;
this one is slower and loses nothing. It also reads the first rows for header detection.
"""

from __future__ import annotations

import contextlib
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from xml.parsers import expat

from lantian.adapters.lake.source import ErrorCell, FormulaCell, Oddity

_PIECE = 1 << 20
_SKIPPED_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_BUILTIN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))


_UNREADABLE = (
    expat.ExpatError, zipfile.BadZipFile, zlib.error,
    KeyError, ValueError, RuntimeError, EOFError, NotImplementedError, OSError,
)  # fmt: skip


class BrokenSheetError(ValueError):
    """The XML inside the workbook cannot be followed."""


class _DoneError(Exception):
    """Enough rows have been read."""


@dataclass(slots=True)
class SheetCells:
    """Cells by column and row, both counted from 0 and 1; plus what is hidden or merged."""

    columns: dict[int, dict[int, Any]] = field(default_factory=dict)
    oddities: list[Oddity] = field(default_factory=list)

    def rows(self) -> list[int]:
        """Return the numbers of the rows that hold anything, in order."""
        return sorted({r for col in self.columns.values() for r in col})


def column_index(letters: str) -> int:
    """Return 0 for A, 25 for Z, 26 for AA."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def parse_xml(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    chars: Callable[[str], None] | None = None,
) -> None:
    """Stream one XML part through handlers; names come without their prefix.

    Raises
    ------
    BrokenSheetError
        If the part is missing, not XML, or declares a document type.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def refuse(*_args: object) -> None:
        raise BrokenSheetError("document type declaration")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, attrs: start(name.rpartition("}")[2], attrs)
    if end is not None:
        parser.EndElementHandler = lambda name: end(name.rpartition("}")[2])
    if chars is not None:
        parser.CharacterDataHandler = chars
    try:
        with archive.open(part) as file:
            while piece := file.read(_PIECE):
                parser.Parse(piece, False)
        parser.Parse(b"", True)
    except _UNREADABLE as error:
        raise BrokenSheetError(f"{part}: {error}") from None


def check_well_formed(data: bytes, part: str) -> None:
    """Raise `BrokenSheetError` unless `data` is one whole XML document without a document type."""
    parser = expat.ParserCreate()

    def refuse(*_args: object) -> None:
        raise BrokenSheetError(f"{part}: document type declaration")

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise BrokenSheetError(f"{part}: {error}") from None


def shared_strings(archive: zipfile.ZipFile, part: str) -> list[str]:
    """Return the workbook's shared strings; phonetic hints are left out."""
    out: list[str] = []
    buffer: list[str] = []
    state = {"text": False, "phonetic": False}

    def start(name: str, _attrs: dict[str, str]) -> None:
        if name == "si":
            buffer.clear()
        elif name == "rPh":
            state["phonetic"] = True
        elif name == "t":
            state["text"] = not state["phonetic"]

    def end(name: str) -> None:
        if name == "t":
            state["text"] = False
        elif name == "rPh":
            state["phonetic"] = False
        elif name == "si":
            out.append("".join(buffer))

    parse_xml(archive, part, start, end, lambda d: buffer.append(d) if state["text"] else None)
    return out


def date_styles(archive: zipfile.ZipFile, part: str) -> frozenset[int]:
    """Return the cell style numbers whose number format is a date or a time."""
    custom: dict[int, str] = {}
    styles: list[int] = []
    inside = {"cellXfs": False}

    def start(name: str, attrs: dict[str, str]) -> None:
        if name == "numFmt":
            custom[_int(attrs.get("numFmtId"))] = attrs.get("formatCode", "")
        elif name == "cellXfs":
            inside["cellXfs"] = True
        elif name == "xf" and inside["cellXfs"]:
            styles.append(_int(attrs.get("numFmtId")))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside["cellXfs"] = False

    parse_xml(archive, part, start, end)
    return frozenset(i for i, number in enumerate(styles) if _is_date(number, custom))


def _is_date(number: int, custom: Mapping[int, str]) -> bool:
    if number in custom:
        code = _SKIPPED_FORMAT.sub("", custom[number]).lower()
        return any(c in code for c in "ymdhs年月日") and "general" not in code
    return number in _BUILTIN_DATES


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


class _Reader:
    """Handlers that turn one worksheet into `SheetCells`."""

    def __init__(
        self, strings: Callable[[], list[str]], dates: Callable[[], frozenset[int]], epoch: date
    ) -> None:
        self.out = SheetCells()
        self.max_row: int | None = None
        self._strings, self._dates, self._epoch = strings, dates, epoch
        self._row = self._column = 0
        self._type = self._style = ""
        self._value: list[str] = []
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._phonetic = False

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "c":
            self._open_cell(attrs)
        elif name == "v" or (name == "t" and not self._phonetic):
            self._into = self._value
        elif name == "f":
            self._formula = self._into = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "row":
            self._row = _int(attrs.get("r")) or self._row + 1
            self._column = -1
            if self.max_row is not None and self._row > self.max_row:
                raise _DoneError
            if attrs.get("hidden") in ("1", "true"):
                self.out.oddities.append(Oddity("hidden_row", f"A{self._row}", self._row))
        elif name == "col" and attrs.get("hidden") in ("1", "true"):
            first, last = _int(attrs.get("min")), _int(attrs.get("max"))
            if 0 < first <= 16384:
                letters = column_letters(first - 1)
                area = (
                    letters
                    if first == last
                    else f"{letters}:{column_letters(min(last, 16384) - 1)}"
                )
                self.out.oddities.append(Oddity("hidden_column", area, 1, last - first + 1))
        elif name == "mergeCell":
            self.out.oddities.append(Oddity("merged", attrs.get("ref", ""), 0))

    def _open_cell(self, attrs: dict[str, str]) -> None:
        address = attrs.get("r", "").rstrip("0123456789")
        self._column = (
            column_index(address)
            if address.isalpha() and address.isascii() and len(address) < 4
            else self._column + 1
        )
        self._type, self._style = attrs.get("t", "n"), attrs.get("s", "")
        self._value, self._formula, self._into, self._phonetic = [], None, None, False

    def chars(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def end(self, name: str) -> None:
        if name in ("v", "t", "f"):
            self._into = None
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            value = self._cell("".join(self._value))
            if value is not None:
                self.out.columns.setdefault(self._column, {})[self._row] = value

    def _cell(self, text: str) -> Any:
        kind = self._type
        if kind == "e":
            return ErrorCell(text or "#?")
        if text == "":
            if self._formula is not None and kind != "str":
                return FormulaCell("".join(self._formula))
            return None
        if kind == "s":
            strings = self._strings()
            index = _int(text.strip())
            return (strings[index] or None) if index < len(strings) else ErrorCell("#?")
        if kind in ("str", "inlineStr"):
            return text
        if kind == "b":
            return text.strip() in ("1", "true")
        if kind == "d":
            return text
        return self._number(text)

    def _number(self, text: str) -> Any:
        try:
            value = float(text)
        except ValueError:
            return text
        if self._style and _int(self._style) in self._dates():
            return _as_date(value, self._epoch)
        return value


def _as_date(serial: float, epoch: date) -> Any:
    if not 0 <= serial < 2_958_466:
        return serial
    moment = datetime(epoch.year, epoch.month, epoch.day) + timedelta(days=serial)
    return moment.date() if serial == int(serial) else moment


def read_sheet(
    archive: zipfile.ZipFile,
    part: str,
    *,
    strings: Callable[[], list[str]],
    dates: Callable[[], frozenset[int]],
    date1904: bool = False,
    max_row: int | None = None,
) -> SheetCells:
    """Return the cells of a worksheet, or of its rows up to `max_row`.

    Raises
    ------
    BrokenSheetError
        If the XML cannot be followed.
    """
    reader = _Reader(strings, dates, date(1904, 1, 1) if date1904 else date(1899, 12, 30))
    reader.max_row = max_row
    with contextlib.suppress(_DoneError):
        parse_xml(archive, part, reader.start, reader.end, reader.chars)
    return reader.out
