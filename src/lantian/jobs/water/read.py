"""Water data from a CSV file row by row: exact values, every bad one told with its row."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from lantian.adapters.lake.textfile import CsvSheet
from lantian.domain.water.complaint import complain, unreadable
from lantian.domain.water.plausible import NEGATIVE_ALLOWED, PARTS, most
from lantian.domain.water.reading import (
    LimitUnknownError,
    NotANumberError,
    Reading,
    displayed,
    read_value,
)
from lantian.jobs.csv_files import open_csv
from lantian.jobs.told import Told
from lantian.jobs.water.columns import WaterColumns, find_columns
from lantian.jobs.water.moments import Moment, read_moment
from lantian.jobs.water.sections import SectionBook, SectionInfo, read_body, read_target
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.water_tables.model import Direction, WaterLimits, WaterMethod

_CACHED = 200_000


@dataclass(frozen=True, slots=True)
class WaterRow:
    """One row of a file.

    `moment` is None where the date cannot be read; `repeated` says that section and time were
    there before. `values` are in the units of the tables, chlorophyll a in mg/m³.
    """

    number: int
    texts: Sequence[str]
    section: str
    info: SectionInfo
    moment: Moment | None
    repeated: bool
    values: Mapping[str, Fraction]
    given_class: str
    is_source: bool


@dataclass
class WaterFile:
    """A CSV file of water data that is read row by row.

    Raises
    ------
    LantianError
        B001 where the file cannot be read, B002 where columns are missing.
    """

    path: Path
    limits: WaterLimits
    method: WaterMethod
    told: Told
    book: SectionBook = field(default_factory=SectionBook)
    needed: Sequence[str] = ("section", "date")
    rows_read: int = 0
    rows_without_date: int = 0
    rows_repeated: int = 0
    columns: WaterColumns = field(init=False)
    _sheet: CsvSheet = field(init=False)
    _values: dict[tuple[str, str], Reading | str | None] = field(init=False, default_factory=dict)
    _seen: set[tuple[str, str, Moment]] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._sheet, header = open_csv(self.path, unreadable)
        self.columns = find_columns(header, self.path.name, self.limits, self.needed)

    def rows(self) -> Iterator[WaterRow]:
        """Yield the rows in order."""
        try:
            for block in self._sheet.blocks(1, ()):
                for number, texts in zip(block.rows, zip(*block.columns, strict=True), strict=True):
                    self.rows_read += 1
                    yield self._row(number, [text or "" for text in texts])
        except (csv.Error, UnicodeError) as error:
            raise LantianError(unreadable(Place(file=self.path.name), str(error))) from None
        for oddity in self._sheet.oddities():
            detail = f"该行 {oddity.count} 列，多于表头"
            self._tell("B003", oddity.row, column="行", detail=detail)

    def _row(self, number: int, texts: list[str]) -> WaterRow:
        roles = self.columns.roles

        def cell(role: str) -> str:
            return texts[roles[role]].strip() if role in roles else ""

        values = self._row_values(number, texts)
        section = cell("section")
        moment, repeated = self._moment(number, cell, bool(values))
        return WaterRow(
            number, texts, section, self._info(number, cell), moment, repeated, values,
            cell("class"), cell("source").casefold() in {"1", "y", "yes", "true", "是"},
        )  # fmt: skip

    def _moment(self, number: int, cell, measured: bool) -> tuple[Moment | None, bool]:  # type: ignore[no-untyped-def]
        text = cell("date")
        moment = read_moment(text)
        if moment is None:
            self.rows_without_date += 1
            if measured or text:
                self._tell("B007", number, detail=text[:40] or "（空）")
            return None, False
        key = (cell("province"), cell("section"), moment)
        repeated = key in self._seen
        self._seen.add(key)
        if repeated:
            self.rows_repeated += 1
            self._tell("B006", number, detail=f"{cell('section')} {cell('date')}")
        return moment, repeated

    def _info(self, number: int, cell) -> SectionInfo:  # type: ignore[no-untyped-def]
        listed = self.book.get(cell("province"), cell("section"))
        place = Place(file=self.path.name, row=number)
        body = read_body(cell("type"))
        if cell("type") and body is None:
            self._tell("B009", number, detail=cell("type")[:30])
        target = read_target(cell("target"), cell("section"), place, self.told)
        words = {k: cell(k) for k in ("river", "city", "province", "basin") if cell(k)}
        return SectionInfo(body or listed.body, target or listed.target, {**listed.words, **words})

    # --- values ----------------------------------------------------------------------------

    def _row_values(self, number: int, texts: Sequence[str]) -> dict[str, Fraction]:
        found: dict[str, Fraction] = {}
        for key in dict.fromkeys((*self.columns.items, *self.columns.raw)):
            text = ""
            if key in self.columns.raw:
                text = texts[self.columns.raw[key]]
            if not text.strip() and key in self.columns.items:
                text = texts[self.columns.items[key]]
            value = self._value(key, text, number) if text else None
            if value is not None:
                found[key] = value
        if "chla_mg_m3" in found:
            found["chla"] = found.pop("chla_mg_m3")
        elif "chla" in found:
            found["chla"] *= 1000  # the column is in mg/L, the index asks for mg/m³
        for part, whole in PARTS:
            if part in found and whole in found and found[part] > found[whole]:
                self._tell("B017", number, column=self._name(part), known=self._name(whole),
                           detail=f"{float(found[part]):g} > {float(found[whole]):g}")  # fmt: skip
        return found

    def _value(self, key: str, text: str, number: int) -> Fraction | None:
        """Return a value, telling what is wrong with it; texts repeat, so they are remembered."""
        known = (key, text)
        if known not in self._values:
            if len(self._values) > _CACHED:
                self._values.clear()
            self._values[known] = self._judge(key, text)
        reading = self._values[known]
        if isinstance(reading, str):
            limit = self._most(key)
            known_text = "" if limit is None else f"{float(limit):g}"
            self._tell(reading, number, column=self._name(key), detail=text[:40], known=known_text)
            return None
        if reading is None:
            return None
        if reading.below:
            self._told_of_detection(key, reading, number)
        return reading.value

    def _judge(self, key: str, text: str) -> Reading | str | None:
        """Return a reading, or the code of what is wrong with it."""
        try:
            reading = read_value(text, self.method.number("below_detection_share"))
        except LimitUnknownError:
            return "B010"
        except NotANumberError:
            return "B003"
        if reading is None:
            return None
        if reading.value < 0 and key not in NEGATIVE_ALLOWED:
            return "B004"
        limit = self._most(key)
        return "B005" if limit is not None and reading.value > limit else reading

    def _most(self, key: str) -> Fraction | None:
        """Return the largest value believed of a column, in the unit of the column."""
        if key == "chla":  # mg/L, the bound is in mg/m³
            bound = most("chla", None)
            return None if bound is None else bound / 1000
        return most(key.removesuffix("_mg_m3"), self.limits.items.get(key))

    def _told_of_detection(self, key: str, reading: Reading, number: int) -> None:
        item = self.limits.items.get(key)
        if item is None or item.rule is not Direction.LE or reading.detection_limit is None:
            return
        third = max(
            (own[2] for own in item.limits.values() if isinstance(own[2], Fraction)),
            default=None,
        )
        if third is not None and reading.detection_limit > third:
            self._tell("B013", number, column=item.name_zh, known=f"{float(third):g}",
                       detail=displayed(reading.detection_limit, 3))  # fmt: skip

    def _name(self, key: str) -> str:
        item = self.limits.items.get(key) or self.limits.source_items.get(key)
        if item is not None:
            return item.name_zh
        return {"chla": "叶绿素a", "chla_mg_m3": "叶绿素a", "sd": "透明度"}.get(key, key)

    def _tell(self, code: str, row: int, **values: object) -> None:
        if self.told.wants(code):
            self.told.add(complain(code, Place(file=self.path.name, row=row), **values))
        else:
            self.told.count(code, 1)
