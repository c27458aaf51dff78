"""Air data from a CSV file in blocks: exact columns, every bad value told with its row."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from lantian.adapters.lake.source import Block
from lantian.adapters.lake.textfile import CsvSheet
from lantian.domain.air.complaint import complain, unreadable
from lantian.domain.air.plausible import MOST
from lantian.domain.air.scaled import Bools, Scaled, from_floats
from lantian.jobs.air.columns import AirColumns, find_columns
from lantian.jobs.air.flags import invalid_flags, short_hours
from lantian.jobs.air.reference import at_state_of_day
from lantian.jobs.air.stamps import Stamp, read_stamp
from lantian.jobs.csv_files import open_csv
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.air_tables import AirRules
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "--", "—", "/", "无", "nd"})
PARTICLES = ("pm10", "pm25")
WHOLE_ROW = "整行"


@dataclass(frozen=True, slots=True)
class AirBlock:
    """Some rows of a file.

    `usable` marks rows with a readable stamp that are no repetition. Concentrations of other rows
    are there too, but belong nowhere. `reasons` has the code of every value that was not used, by
    written name of the pollutant (`WHOLE_ROW` for all of a row) and place in the block.
    """

    rows: Sequence[int]
    texts: Sequence[Sequence[str | None]]  # by column, as written
    stamps: Sequence[Stamp | None]
    places: Sequence[str]  # city and station
    usable: Bools
    concentrations: dict[str, Scaled]
    given_aqi: Scaled | None
    reasons: Mapping[str, Mapping[int, str]]


@dataclass
class AirFile:
    """A CSV file of air data that is read block by block.

    Parameters
    ----------
    path, hourly
        The file, and whether its rows are hours.
    told
        Where problems go.
    air
        Says how many minutes of sampling an hour needs.
    wanted
        Days that matter; rows of other days are counted as read and passed over.

    Raises
    ------
    LantianError
        A001 where the file cannot be read, A002 where columns are missing.
    """

    path: Path
    hourly: bool
    told: Told
    air: AirRules
    wanted: Callable[[date], bool] | None = None
    rows_read: int = 0
    rows_unused: int = 0
    columns: AirColumns = field(init=False)
    _sheet: CsvSheet = field(init=False)
    _seen: dict[tuple[str, int], int] = field(init=False, default_factory=dict)
    _reasons: dict[str, dict[int, str]] = field(init=False, default_factory=dict)
    _stamps: dict[tuple[str, str | None], Stamp | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._sheet, header = open_csv(self.path, unreadable)
        self.columns = find_columns(header, self.path.name, hourly=self.hourly)

    def blocks(self) -> Iterator[AirBlock]:
        """Yield the rows in order; memory is that of one block."""
        source = self._sheet.blocks(1, ())
        while True:
            try:
                block = next(source, None)
            except (csv.Error, UnicodeError) as error:
                raise LantianError(unreadable(Place(file=self.path.name), str(error))) from None
            if block is None:
                break
            yield self._block(block)
        for oddity in self._sheet.oddities():
            place = Place(file=self.path.name, row=oddity.row)
            detail = f"该行 {oddity.count} 列，多于表头"
            self.told.add(complain("A003", place, column="行", detail=detail))

    def _block(self, block: Block) -> AirBlock:
        self.rows_read += len(block.rows)
        self._reasons = {}
        texts: Sequence[Sequence[str | None]] = list(block.columns)
        stamps = self._read_stamps(block.rows, texts)
        if self.wanted is not None:
            own = [i for i, s in enumerate(stamps) if s is None or self.wanted(s.day)]
            texts = [[column[i] for i in own] for column in texts]
            stamps = [stamps[i] for i in own]
            block = Block([block.rows[i] for i in own], texts)
        places = self._places(texts, len(block.rows))
        usable = np.array([s is not None for s in stamps], dtype=bool)
        self._drop_repeated(block.rows, stamps, places, usable)
        self.rows_unused += int((~usable).sum())
        columns: dict[str, Scaled] = {}
        invalid = self._invalid_rows(texts, stamps, block.rows)
        for pollutant in AIR_POLLUTANTS:
            if self.columns.has(pollutant):
                column = texts[self.columns.at[pollutant]]
                found = self._concentrations(pollutant, column, block.rows)
                columns[pollutant] = self._unflagged(pollutant, found, invalid, texts, block.rows)
        if self.columns.has("reference_k"):
            kelvin = texts[self.columns.at["reference_k"]]
            at_state_of_day(columns, kelvin, stamps, self.air, self._teller(block.rows))
        self._look_over(columns, block.rows, usable)
        given = None
        if self.columns.has("aqi"):
            given = self._numbers("aqi", texts[self.columns.at["aqi"]], block.rows, quiet=True)
        return AirBlock(block.rows, texts, stamps, places, usable, columns, given, self._reasons)

    # --- stamps and places -----------------------------------------------------------------

    def _read_stamps(
        self, rows: Sequence[int], texts: Sequence[Sequence[str | None]]
    ) -> list[Stamp | None]:
        at = self.columns.at
        own = texts[
            at["time"] if self.hourly and "time" in at else at.get("date", at.get("time", 0))
        ]
        hours: Sequence[str | None] = [None] * len(rows)
        if self.hourly and "hour" in at and "time" not in at:
            hours = [h or "" for h in texts[at["hour"]]]
        found: list[Stamp | None] = []
        for row, text, hour in zip(rows, own, hours, strict=True):
            key = (text or "", hour)
            if key not in self._stamps:
                self._stamps[key] = read_stamp(key[0], hour, hourly=self.hourly)
                if len(self._stamps) > 500_000:
                    self._stamps.clear()
            stamp = self._stamps.get(key) or read_stamp(key[0], hour, hourly=self.hourly)
            found.append(stamp)
            if stamp is None:
                detail = " ".join(part for part in key if part) or "（空）"
                self._tell("A007", row, detail=detail)
            elif stamp.converted:
                self._tell("A013", row, detail=f"{text} → {stamp.day} {stamp.hour}:00")
        return found

    def _places(self, texts: Sequence[Sequence[str | None]], count: int) -> list[str]:
        parts = [texts[self.columns.at[k]] for k in ("city", "station") if self.columns.has(k)]
        if not parts:
            return [""] * count
        if len(parts) == 1:
            return [text or "" for text in parts[0]]
        return [f"{a or ''} {b or ''}" for a, b in zip(*parts, strict=True)]

    def _drop_repeated(
        self,
        rows: Sequence[int],
        stamps: Sequence[Stamp | None],
        places: Sequence[str],
        usable: Bools,
    ) -> None:
        """Mark rows whose place and time were there before: one bit an hour, a number a year."""
        for i, (stamp, place) in enumerate(zip(stamps, places, strict=True)):
            if stamp is None:
                continue
            key = (place, stamp.day.year)
            bit = 1 << ((stamp.day.timetuple().tm_yday - 1) * 25 + stamp.hour)
            seen = self._seen.get(key, 0)
            if seen & bit:
                usable[i] = False
                at = f"{place} {stamp.day}" + (f" {stamp.hour}:00" if self.hourly else "")
                what = "站点" if self.columns.has("station") else "城市"
                self._tell("A006", rows[i], detail=at.strip(), what=what)
            else:
                self._seen[key] = seen | bit

    # --- values ----------------------------------------------------------------------------

    def _concentrations(
        self, pollutant: str, column: Sequence[str | None], rows: Sequence[int]
    ) -> Scaled:
        found = self._numbers(pollutant, column, rows)
        negative = found.present & (found.values < 0)
        high = found.present & (found.values > MOST[pollutant] * found.scale)
        name = AIR_POLLUTANTS[pollutant]
        for code, mask in (("A004", negative), ("A005", high)):
            self._tell_each(code, mask, rows, column, column_name=name, known=MOST[pollutant])
        wrong = negative | high
        if not self.hourly and pollutant in PARTICLES:
            zero = found.present & (found.values == 0)
            self._tell_each("A019", zero, rows, column, column_name=name)
            wrong |= zero
        return found.without(wrong) if wrong.any() else found

    def _invalid_rows(
        self, texts: Sequence[Sequence[str | None]], stamps: Sequence[Stamp | None],
        rows: Sequence[int],
    ) -> Bools:  # fmt: skip
        """Return the rows whose flag or minutes of sampling take all values out."""
        invalid = np.zeros(len(rows), dtype=bool)
        flagged = invalid_flags(texts, self.columns, "flag")
        if flagged is not None:
            column = texts[self.columns.at["flag"]]
            self._tell_each("A021", flagged, rows, column, column_name=WHOLE_ROW)
            invalid |= flagged
        for i, text, least in short_hours(texts, self.columns, stamps, self.air):
            self._tell("A022", rows[i], detail=text, known=least)
            self._reasons.setdefault(WHOLE_ROW, {})[i] = "A022"
            invalid[i] = True
        return invalid

    def _unflagged(
        self, pollutant: str, found: Scaled, invalid: Bools,
        texts: Sequence[Sequence[str | None]], rows: Sequence[int],
    ) -> Scaled:  # fmt: skip
        """Return a column without the values that the file itself calls invalid."""
        role = f"{pollutant}_flag"
        flagged = invalid_flags(texts, self.columns, role)
        if flagged is not None:
            flagged &= found.present
            name = AIR_POLLUTANTS[pollutant]
            self._tell_each("A021", flagged, rows, texts[self.columns.at[role]], column_name=name)
            invalid = invalid | flagged
        return found.without(invalid) if invalid.any() else found

    def _numbers(
        self, role: str, column: Sequence[str | None], rows: Sequence[int], *, quiet: bool = False
    ) -> Scaled:
        name = AIR_POLLUTANTS.get(role, role.upper())
        try:
            if any("_" in text for text in column if text):  # Python would read 1_0 as ten
                raise ValueError
            floats = np.array([text or "nan" for text in column], dtype=np.float64)
            bad = np.isinf(floats)
        except ValueError:
            floats, bad = _one_by_one(column)
        if not quiet:
            self._tell_each("A003", bad, rows, column, column_name=name)
        scaled, lost = from_floats(np.where(bad, np.nan, floats))
        if not quiet:
            self._tell_each("A011", lost, rows, column, column_name=name)
        return scaled

    def _look_over(self, columns: dict[str, Scaled], rows: Sequence[int], usable: Bools) -> None:
        """Tell rows in which nothing was measured, and PM2.5 above PM10; both are used."""
        nothing = usable.copy()
        for column in columns.values():
            nothing &= ~column.present
        self._tell_each("A015", nothing, rows, None)
        if not all(p in columns for p in PARTICLES):
            return
        coarse, fine = columns["pm10"], columns["pm25"]
        above = coarse.present & fine.present & usable
        above &= fine.values * coarse.scale > coarse.values * fine.scale
        for i in np.flatnonzero(above).tolist():
            if not self.told.wants("A008"):
                self.told.count("A008", 1)
                continue
            values = {
                "detail": f"{fine.values[i] / fine.scale:g}",
                "known": f"{coarse.values[i] / coarse.scale:g}",
            }
            self._tell("A008", rows[i], **values)

    # --- telling ---------------------------------------------------------------------------

    def _tell(self, code: str, row: int, **values: object) -> None:
        if self.told.wants(code):
            place = Place(file=self.path.name, row=row)
            self.told.add(complain(code, place, **values))
        else:
            self.told.count(code, 1)

    def _teller(self, rows: Sequence[int]) -> Callable[[str, int, str, str], None]:
        def tell(code: str, i: int, detail: str, known: str) -> None:
            self._tell(code, rows[i], detail=detail, known=known)

        return tell

    def _tell_each(
        self,
        code: str,
        mask: Bools,
        rows: Sequence[int],
        column: Sequence[str | None] | None,
        *,
        column_name: str = "",
        known: object = "",
    ) -> None:
        for i in np.flatnonzero(mask).tolist():
            detail = (column[i] or "") if column is not None else ""
            if column_name:
                self._reasons.setdefault(column_name, {})[i] = code
            self._tell(code, rows[i], column=column_name, detail=detail[:60], known=known)


def _one_by_one(column: Sequence[str | None]) -> tuple[np.ndarray, Bools]:
    """Return floats of texts of which some are no numbers, and which these are."""
    floats = np.full(len(column), np.nan)
    bad = np.zeros(len(column), dtype=bool)
    for i, text in enumerate(column):
        plain = (text or "").strip()
        if plain.casefold() in MISSING:
            continue
        try:
            floats[i] = float(plain) if "_" not in plain else np.inf
        except ValueError:
            bad[i] = True
        else:
            bad[i] = not np.isfinite(floats[i])
    return floats, bad
