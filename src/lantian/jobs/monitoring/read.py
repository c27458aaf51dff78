"""Monitoring data from CSV, wide or long, as one series a factor; nothing is dropped unsaid."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path

from lantian.adapters.lake.textfile import CsvSheet, EncodingUnknownError
from lantian.domain.monitoring.complaint import complain
from lantian.domain.monitoring.model import DAY, HOUR, MINUTE, FactorSeries, Outlet, Reading
from lantian.jobs.monitoring.times import read_time
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.monitoring_tables.model import Factor, Factors, Flags

TIME_NAMES = ("time", "datatime", "datetime", "date", "时间", "数据时间", "监测时间")
_FACTOR_NAMES = ("factor", "因子", "因子编码", "监测因子")
_VALUE_NAMES = ("value", "avg", "值", "监测值", "均值")
_FLAG_NAMES = ("flag", "标记", "数据标记")
_CONVERTED_NAMES = ("converted", "zsavg", "折算值")
_PARTS = {
    "avg": "value", "rtd": "value", "value": "value", "flag": "flag", "zsavg": "converted",
    "zsrtd": "converted",
}  # fmt: skip
_PASSED = frozenset({"min", "max", "cou", "zsmin", "zsmax", "eflag", "sampletime"})
_MOST = Decimal(10) ** 9
_MOST_DECIMALS = 6
MOST_DAYS = 3660
"""Longest span of a file: beyond it a wrong time is likelier than data."""


@dataclass
class DataFile:
    """What a file holds."""

    series: list[FactorSeries]
    rows_read: int = 0
    rows_unused: int = 0
    values_unused: int = 0
    columns_unused: list[str] = field(default_factory=list)


@dataclass
class _Raw:
    """Readings of one factor as they came: time, value, flag, converted, row."""

    factor: Factor
    has_flag: bool
    rows: list[tuple[datetime, Decimal | None, str, Decimal | None, int]] = field(
        default_factory=list
    )


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How times are meant: `step` None finds the interval, `ends` says times are period ends."""

    step: timedelta | None = None
    ends: bool = False


class _Reader:
    def __init__(
        self, path: Path, factors: Factors, outlet: Outlet, flags: Flags, told: Told
    ) -> None:
        self.path, self.factors, self.outlet, self.told = path, factors, outlet, told
        self.flags = flags
        self.file = DataFile([])
        self.raw: dict[str, _Raw] = {}
        self.moments: dict[str, datetime | None] = {}
        try:
            self.sheet = CsvSheet(path)
            self.header = [_plain(name) for name in (self.sheet.preview() or [[]])[0]]
        except (OSError, EncodingUnknownError, csv.Error, UnicodeError) as error:
            raise self._refuse("M001", detail=str(error)) from None

    def _refuse(self, code: str, **values: object) -> LantianError:
        return LantianError(complain(code, Place(file=self.path.name), **values))

    def _say(self, code: str, row: int, column: str = "", **values: object) -> None:
        place = Place(file=self.path.name, row=row, column=column)
        self.told.add(complain(code, place, column=column, **values))

    def read(self) -> None:
        """Fill `raw`."""
        at = _find(self.header, TIME_NAMES)
        if at is None:
            raise self._refuse("M002", detail="time")
        factor_at = _find(self.header, _FACTOR_NAMES)
        try:
            if factor_at is None:
                self._wide(at)
            else:
                self._long(at, factor_at)
        except (csv.Error, UnicodeError) as error:
            raise self._refuse("M001", detail=str(error)) from None
        for odd in self.sheet.oddities():
            self.told.add(complain("M008", Place(file=self.path.name, row=odd.row)))

    def _factor(self, name: str, row: int) -> Factor | None:
        factor = self.factors.find(name)
        if factor is None:
            self._say("M009", row, detail=name[:40])
            return None
        if factor.medium is not self.outlet.medium:
            self._say("M012", row, detail=name[:40], known=self.outlet.medium.label_zh)
            return None
        return factor

    def _wide(self, at: int) -> None:
        columns: dict[str, dict[str, int]] = {}
        for i, name in enumerate(self.header):
            if i == at or not name:
                continue
            base, part = _split(name)
            if part == "passed":
                self.file.columns_unused.append(name)
                continue
            factor = self._factor(base, 1)
            if factor is None:
                self.file.columns_unused.append(name)
                continue
            own = columns.setdefault(factor.code, {})
            if part in own:
                self.file.columns_unused.append(name)
                self._say("M007", 1, name, detail=name)
                continue
            own[part] = i
        for code, parts in list(columns.items()):
            if "value" not in parts:
                # A flag without its value says nothing; the other factors stand.
                self._say("M002", 1, detail=f"{code}-Avg")
                self.file.columns_unused += [self.header[i] for i in parts.values()]
                del columns[code]
                continue
            self.raw[code] = _Raw(self.factors.by_code[code], "flag" in parts)
        if not columns:
            raise self._refuse("M002", detail="factor / a21026-Avg, w01018-Avg …")
        for block in self.sheet.blocks(1, ()):
            for k, row in enumerate(block.rows):
                moment = self._moment(block.columns[at][k], row)
                if moment is None:
                    continue
                for code, parts in columns.items():
                    cells = {p: block.columns[i][k] for p, i in parts.items()}
                    self._add(self.raw[code], moment, cells, row)

    def _long(self, at: int, factor_at: int) -> None:
        value_at = _find(self.header, _VALUE_NAMES)
        if value_at is None:
            raise self._refuse("M002", detail="value")
        flag_at = _find(self.header, _FLAG_NAMES)
        converted_at = _find(self.header, _CONVERTED_NAMES)
        known: dict[str, Factor | None] = {}
        for block in self.sheet.blocks(1, ()):
            for k, row in enumerate(block.rows):
                name = _plain(block.columns[factor_at][k])
                if name not in known:
                    known[name] = self._factor(name, row)
                factor = known[name]
                moment = self._moment(block.columns[at][k], row, count=factor is not None)
                if factor is None or moment is None:
                    self.file.rows_unused += factor is None
                    continue
                cells = {"value": block.columns[value_at][k]}
                if flag_at is not None:
                    cells["flag"] = block.columns[flag_at][k]
                if converted_at is not None:
                    cells["converted"] = block.columns[converted_at][k]
                raw = self.raw.setdefault(factor.code, _Raw(factor, flag_at is not None))
                self._add(raw, moment, cells, row)

    def _moment(self, text: str | None, row: int, *, count: bool = True) -> datetime | None:
        self.file.rows_read += 1
        plain = (text or "").strip()
        if plain not in self.moments:
            self.moments[plain] = read_time(plain)
        moment = self.moments[plain]
        if moment is None and count:
            self.file.rows_unused += 1
            self._say("M006", row, detail=plain[:40])
        return moment

    def _add(self, raw: _Raw, moment: datetime, cells: Mapping[str, str | None], row: int) -> None:
        code = raw.factor.code
        value = self._number(cells["value"], code, row)
        converted = self._number(cells.get("converted"), code, row)
        flag = _plain(cells.get("flag")).upper()[:8] if raw.has_flag else ""
        if flag and flag not in self.flags.by_letter:
            known = " ".join(self.flags.by_letter)
            self._say("M015", row, code, detail=flag, known=known)
        raw.rows.append((moment, value, flag, converted, row))

    def _number(self, text: str | None, column: str, row: int) -> Decimal | None:
        plain = unicodedata.normalize("NFKC", text or "").strip()
        if not plain:
            return None
        try:
            value = Decimal(plain)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or "_" in plain:
            self.file.values_unused += 1
            self._say("M003", row, column, detail=plain[:40])
            return None
        exponent = value.as_tuple().exponent
        if abs(value) > _MOST or not isinstance(exponent, int) or exponent < -_MOST_DECIMALS:
            self.file.values_unused += 1
            self._say("M005", row, column, detail=plain[:40])
            return None
        return value

    def build(self, settings: ReadSettings) -> None:
        """Turn raw rows into series on their grid."""
        for code, raw in self.raw.items():
            if not raw.rows:
                continue
            step = settings.step or _step([r[0] for r in raw.rows])
            if step is None:
                times = sorted({r[0] for r in raw.rows})
                detail = "、".join(f"{t:%m-%d %H:%M}" for t in times[:3])
                self._say("M013", raw.rows[0][4], code, detail=detail)
                self.file.values_unused += len(raw.rows)
                continue
            readings = self._on_grid(code, raw, step, settings)
            if readings:
                self.file.series.append(FactorSeries(raw.factor, step, tuple(readings)))
            self._tell_flags(code, raw, readings)

    def _on_grid(
        self, code: str, raw: _Raw, step: timedelta, settings: ReadSettings
    ) -> list[Reading]:
        found: dict[datetime, Reading] = {}
        for moment, value, flag, converted, row in raw.rows:
            start = moment - step if settings.ends else moment
            if (start - start.replace(hour=0, minute=0, second=0, microsecond=0)) % step:
                self.file.values_unused += 1
                shown = f"{step.total_seconds() / 60:g} min"
                self._say("M014", row, code, detail=f"{moment:%Y-%m-%d %H:%M:%S}", known=shown)
            elif start in found:
                self.file.values_unused += 1
                self._say("M007", row, code, detail=f"{moment:%Y-%m-%d %H:%M}")
            else:
                found[start] = Reading(start, value, flag, converted)
        return [found[t] for t in sorted(found)]

    def _tell_flags(self, code: str, raw: _Raw, readings: Sequence[Reading]) -> None:
        bare = sum(not r.flag and r.value is not None for r in readings)
        if bare:
            self._say("M016", 1, code)
        above = sum(r.flag == "T" for r in readings)
        if above:
            self._say("M045", 1, code, detail=above)


def read_data(
    path: Path,
    factors: Factors,
    outlet: Outlet,
    flags: Flags,
    told: Told,
    settings: ReadSettings,
) -> DataFile:
    """Return the series of a file.

    Parameters
    ----------
    path
        Wide: ``time`` and for each factor ``a21026`` or ``a21026-Avg``, with ``-Flag`` and
        ``-ZsAvg``. Long: ``time, factor, value``, with ``flag`` and ``converted``.
    outlet
        For its medium: factors of the other one are refused.

    Raises
    ------
    LantianError
        M001, M002; M029 where nothing can be used; M055 where times lie ten years apart.
    """
    reader = _Reader(path, factors, outlet, flags, told)
    reader.read()
    reader.build(settings)
    place = Place(file=path.name)
    if not reader.file.series:
        raise LantianError(*told.problems[:20], complain("M029", place))
    starts = [t for s in reader.file.series for t in (s.readings[0].start, s.readings[-1].start)]
    if max(starts) - min(starts) > DAY * MOST_DAYS:
        span = f"{min(starts):%Y-%m-%d} … {max(starts):%Y-%m-%d}"
        raise LantianError(complain("M055", place, detail=span))
    return reader.file


def _plain(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").strip().casefold()


def _find(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(n) for n in names if n in header), None)


def _split(name: str) -> tuple[str, str]:
    """Return the factor of a column and which part of it the column holds."""
    for mark in "-_ ":
        base, found, part = name.rpartition(mark)
        if found and part in _PARTS:
            return base, _PARTS[part]
        if found and part in _PASSED:
            return base, "passed"
    return name, "value"


def _step(times: Sequence[datetime]) -> timedelta | None:
    """Return the commonest distance of neighbours, where it divides an hour or a day."""
    ordered = sorted(set(times))
    gaps = Counter(b - a for a, b in pairwise(ordered))
    if not gaps:
        return None
    most = max(gaps.values())
    step = min(g for g, n in gaps.items() if n == most)
    whole = HOUR if step < HOUR else DAY
    return None if whole % step or not MINUTE <= step <= DAY else step
