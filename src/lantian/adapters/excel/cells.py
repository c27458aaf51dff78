"""From raw cells to typed values: what was written, exactly, or None and a problem.

Nothing is guessed: a blank mark is unknown and not zero, "约 5" is no figure, and a number that
carries a unit is converted only when the unit is known.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lantian.adapters.excel import units
from lantian.adapters.excel.choices import PARSERS, choices, sector
from lantian.adapters.excel.fields import Kind
from lantian.adapters.excel.layout import Column
from lantian.adapters.excel.sink import Sink
from lantian.adapters.lake.source import ErrorCell, FormulaCell

BLANK_MARKS = frozenset(
    (
        "-",
        "--",
        "—",
        "——",
        "–",
        "/",
        "\\",
        "无",
        "空",
        "不详",
        "未知",
        "n/a",
        "na",
        "null",
        "none",
        "不涉及",
    )
)
_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?)(.*)", re.DOTALL)
_SIMPLE = re.compile(r"^-?\d{1,15}(?:\.\d{1,15})?$", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?!\d)")
_VAGUE = re.compile(r"^(约|大约|近|超|不足|[<>≤≥~≈±])|\d\s*(~|至|到|-)\s*\d|左右|以上|以下")
_DATE = re.compile(r"^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$")
_MIDNIGHT = re.compile(r"^\d{4}-\d\d-\d\d 00:00:00$")
_LIMIT = Decimal(10) ** 15
_MAX_TEXT_DIGITS = 60


@dataclass(slots=True)
class Cells:
    """One column of a block on its way to typed values."""

    column: Column
    index: int  # column in the sheet
    header: str  # as written there
    unit: str  # unit in force: the layout's or the header's own
    factor: Decimal
    sink: Sink
    typed: bool

    def problem(self, code: str, row: int, **values: object) -> None:
        """Report a cell of this column."""
        self.sink.add(code, row, self.index, self.header, **values)

    def count(self, code: str, row: int, value: str, n: int = 1) -> None:
        """Count a harmless oddity of this column."""
        self.sink.count(code, row, self.index, self.header, value, n)


def convert(cells: Cells, rows: Sequence[int], raw: Sequence[Any]) -> list[Any]:
    """Return the typed values of a column; texts are never None, all else may be."""
    kind = cells.column.spec.kind
    if kind is Kind.DECIMAL:
        return _decimals(cells, rows, raw)
    if kind in (Kind.TEXT, Kind.GRADE, Kind.SECTOR):
        texts = _texts(cells, rows, raw)
        return [sector(cells.column, t) for t in texts] if kind is Kind.SECTOR else texts
    return _parsed(cells, rows, raw, PARSERS[kind])


def _broken(cells: Cells, row: int, value: Any) -> bool:
    """Report error values and formulas without a result."""
    if isinstance(value, ErrorCell):
        cells.problem("X040", row, value=value.text)
        return True
    if isinstance(value, FormulaCell):
        cells.problem("X039", row, value=value.text)
        return True
    return False


# --- text


def _texts(cells: Cells, rows: Sequence[int], raw: Sequence[Any]) -> list[str]:
    out: list[str] = []
    seen: dict[Any, str] = {}
    for i, value in enumerate(raw):
        if value is None:
            out.append("")
            continue
        if type(value) is str:
            text = seen.get(value)
            if text is None:
                text = seen[value] = _plain_text(cells, rows[i], value)
            out.append(text)
        else:
            out.append("" if _broken(cells, rows[i], value) else _as_text(cells, rows[i], value))
    return out


def _plain_text(cells: Cells, row: int, value: str) -> str:
    text = value.strip()
    if text.isprintable():
        if cells.typed and _MIDNIGHT.match(text):
            cells.problem("X043", row, value=text[:10])
            return text[:10]
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_\n", "\n")
    clean = "".join(
        c
        for c in text
        if c == "\n" or c == "\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn")
    ).strip()
    if clean != text:
        cells.count("X042", row, clean)
    return clean


def _as_text(cells: Cells, row: int, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        text = value.isoformat()[:10]
        cells.problem("X043", row, value=text)
        return text
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        if abs(value) >= 1e15:
            cells.problem("X044", row, value=f"{value:.15g}")
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def text_of(value: Any) -> str:
    """Return a raw cell as the text of a key, without reporting anything."""
    if value is None or isinstance(value, ErrorCell | FormulaCell):
        return ""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return str(value).strip()


# --- numbers


def _decimals(cells: Cells, rows: Sequence[int], raw: Sequence[Any]) -> list[Decimal | None]:
    scale = cells.factor
    plain = scale == 1
    cache: dict[Any, Decimal | None] = {}
    out: list[Decimal | None] = []
    for i, value in enumerate(raw):
        if value is None:
            out.append(None)
            continue
        if type(value) is float:
            found = cache.get(value)
            if found is None:
                found = _from_float(cells, rows[i], value)
                if found is None:
                    out.append(None)
                    continue
                if not plain:
                    found = units.EXACT.multiply(found, scale)
                cache[value] = found
            out.append(found)
        elif type(value) is str and not cells.typed and value in cache:
            out.append(cache[value])
        elif type(value) is str and not cells.typed and _SIMPLE.match(value):
            found = cache[value] = (
                Decimal(value) if plain else units.EXACT.multiply(Decimal(value), scale)
            )
            out.append(found)
        else:
            read, scaled = _number(cells, rows[i], value)
            if read is not None and not plain and not scaled:
                read = units.EXACT.multiply(read, scale)
            if type(value) is str and read is not None and not cells.typed:
                cache[value] = read
            out.append(read)
    return out


def _from_float(cells: Cells, row: int, value: float) -> Decimal | None:
    if value == value and -1e15 < value < 1e15:
        whole = int(value)
        if whole == value:
            return Decimal(whole)
        if abs(value) > 1e-30:
            return Decimal(repr(value))
    cells.problem("X034", row, value=repr(value))
    return None


def _number(cells: Cells, row: int, value: Any) -> tuple[Decimal | None, bool]:
    """Return the number in a cell and whether its unit has been dealt with already."""
    if isinstance(value, str):
        return _number_in_text(cells, row, value)
    if isinstance(value, bool):
        cells.problem("X047", row, value="TRUE" if value else "FALSE")
    elif isinstance(value, int | Decimal):
        return _bounded(cells, row, Decimal(value)), False
    elif isinstance(value, datetime | date):
        cells.problem("X035", row, value=value.isoformat()[:10])
    elif not _broken(cells, row, value):
        cells.problem("X031", row, value=str(value))
    return None, False


def _bounded(cells: Cells, row: int, value: Decimal) -> Decimal | None:
    if value.is_finite() and abs(value) < _LIMIT and (not value or value.adjusted() >= -30):
        return value
    cells.problem("X034", row, value=str(value)[:40])
    return None


def _why_no_number(text: str) -> str:
    """Return the code for text that stands where a number belongs."""
    if _DATE.match(text):
        return "X035"
    return "X049" if _VAGUE.search(text) else "X031"


def _number_in_text(cells: Cells, row: int, value: str) -> tuple[Decimal | None, bool]:
    text = (
        unicodedata.normalize("NFKC", value).strip().lstrip("'").replace("−", "-").replace(" ", "")
    )
    if not text or text.lower() in BLANK_MARKS:
        if text:
            cells.count("X041", row, value.strip())
        return None, False
    grouped = _GROUPED.match(text)
    if grouped:
        text = grouped.group().replace(",", "") + text[grouped.end() :]
    match = _NUMBER.fullmatch(text)
    if match is None or len(match.group(1)) > _MAX_TEXT_DIGITS:
        cells.problem(_why_no_number(text), row, value=value)
        return None, False
    read = _bounded(cells, row, Decimal(match.group(1)))
    suffix = match.group(2)
    if read is None or not suffix:
        if read is not None and cells.typed:
            cells.count("X032", row, value.strip())
        return read, False
    canonical = cells.column.spec.unit
    scale = units.suffix_factor(suffix, cells.unit, canonical)
    if scale is None:
        cells.problem(_why_no_number(text), row, value=value)
        return None, False
    exact = units.EXACT.multiply(read, scale)
    cells.problem("X033", row, value=value, read=f"{exact.normalize():f}", unit=canonical)
    return exact, True


# --- choices


def _parsed(
    cells: Cells, rows: Sequence[int], raw: Sequence[Any], parse: Callable[[Column, str], Any]
) -> list[Any]:
    out: list[Any] = []
    seen: dict[Any, Any] = {}
    for i, value in enumerate(raw):
        if value is None:
            out.append(None)
            continue
        if isinstance(value, str) and value in seen:
            out.append(seen[value])
            continue
        found = None
        if not _broken(cells, rows[i], value):
            text = _as_choice(value)
            found = parse(cells.column, text) if text else None
            if found is None and text and text.lower() in BLANK_MARKS:
                cells.count("X041", rows[i], text)
            elif found is None and text:
                _report_choice(cells, rows[i], text)
            elif isinstance(value, str):
                seen[value] = found
        out.append(found)
    return out


def _as_choice(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    text = text_of(value)
    return unicodedata.normalize("NFKC", text).strip()


def _report_choice(cells: Cells, row: int, text: str) -> None:
    kind = cells.column.spec.kind
    if kind is Kind.BOOL:
        cells.problem("X036", row, value=text)
    elif kind is Kind.SEASON:
        cells.problem("X038", row, value=text)
    else:
        cells.problem("X037", row, value=text, choices="、".join(choices(cells.column)))
