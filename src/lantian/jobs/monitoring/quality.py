"""A file of checks of an outlet's monitors, judged by the rules of the day, with what is due."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from lantian.adapters.lake.textfile import CsvSheet, EncodingUnknownError
from lantian.domain.monitoring.complaint import complain
from lantian.domain.monitoring.model import Outlet
from lantian.domain.monitoring.quality import Check, CheckKind, Due, Judged, due, judge
from lantian.jobs.monitoring.outlet import read_outlet
from lantian.jobs.monitoring.times import read_time
from lantian.jobs.told import Told
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.monitoring_tables import load_monitoring
from lantian.rulebook.monitoring_tables.model import Factor, Factors
from lantian.rulebook.monitoring_tables.quality import QualityRules

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "时间", "日期"),
    "factor": ("factor", "因子"),
    "check": ("check", "检查", "项目"),
    "value": ("value", "测得值", "仪器值"),
    "reference": ("reference", "标准值", "参比值"),
    "range": ("range", "量程"),
    "unit": ("unit", "单位"),
    "accuracy": ("accuracy", "相对准确度"),
}
_NEEDED = ("time", "factor", "check", "value", "reference")
_KINDS = {
    **{kind.value: kind for kind in CheckKind},
    "零点": CheckKind.ZERO, "量程校准": CheckKind.SPAN, "跨度": CheckKind.SPAN, "全系统校准": CheckKind.WHOLE_PATH,
    "标样": CheckKind.STANDARD, "标样核查": CheckKind.STANDARD, "比对": CheckKind.COMPARISON,
}  # fmt: skip
_FIRST_YEAR = 2000
_MOST = Decimal(10) ** 9


@dataclass(frozen=True, slots=True)
class QualityRun:
    """What a file of checks came to."""

    outlet: Outlet
    on: date
    checks: tuple[Judged, ...]
    dues: tuple[Due, ...]
    rules: tuple[QualityRules, ...]
    factors: Factors
    rows_read: int
    rows_unused: int
    told: Told

    def name_of(self, code: str) -> str:
        """Return the Chinese name of a factor."""
        factor = self.factors.by_code.get(code)
        return factor.name_zh if factor else ""

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "outlet": self.outlet.outlet_id,
            "outlet_name_zh": self.outlet.name_zh,
            "medium": self.outlet.medium.value,
            "on": self.on.isoformat(),
            "rows_read": self.rows_read,
            "rows_unused": self.rows_unused,
            "checks": [self._judged(one) for one in self.checks],
            "due": [self._due(one) for one in self.dues],
            "open_zh": list(dict.fromkeys(text for r in self.rules for text in r.open_zh)),
        }

    def _judged(self, one: Judged) -> dict[str, Any]:
        return {
            "day": one.day.isoformat(),
            "factor": one.factor,
            "name_zh": self.name_of(one.factor),
            "check": one.kind.value,
            "check_zh": one.kind.label_zh,
            "pairs": one.pairs,
            "outcome": one.outcome.value,
            "outcome_zh": one.outcome.label_zh,
            "off": None if one.off is None else f"{float(one.off):.6g}",
            "off_unit": one.off_unit,
            "limit": None if one.tolerance is None else f"{float(one.tolerance.limit):g}",
            "reason_zh": one.reason_zh,
            "reason_en": one.reason_en,
            "rule": None if one.rule is None else one.rule.as_dict(),
            "trace": one.trace.as_dict(),
        }

    def _due(self, one: Due) -> dict[str, Any]:
        return {
            "key": one.interval.key,
            "factor": one.factor,
            "name_zh": self.name_of(one.factor),
            "last": None if one.last is None else one.last.isoformat(),
            "next": None if one.next is None else one.next.isoformat(),
            "overdue": one.overdue,
            "rule": one.rule.as_dict(),
        }


def run_quality(
    source: Path, outlet_file: Path, on: date | None = None, rules: tuple[Path, ...] = ()
) -> QualityRun:
    """Return the checks of a file judged, each by the rules of its own day.

    Parameters
    ----------
    on
        As of which day checks are due; the last day of the file when None.

    Raises
    ------
    LantianError
        M001 or M056 where the file cannot be used, M010 and M011 for the outlet, R030 where no rules
        are in force on a day.
    """
    book = load_monitoring(*rules)
    rows = _rows(source)
    days = [moment.date() for _, row in rows if (moment := read_time(row["time"]))]
    latest = on or max((d for d in days if d.year >= _FIRST_YEAR), default=None)
    if latest is None:
        place = Place(file=source.name, row=rows[0][0])
        raise LantianError(complain("M056", place, detail="可读的时间 times that can be read"))
    outlet = read_outlet(outlet_file, book, latest)
    factors = book.factors(latest)
    told = Told()
    checks = [
        found
        for n, row in rows
        if (found := _check(source, n, row, factors, outlet, told)) is not None
    ]
    editions: dict[date, QualityRules] = {
        day: book.quality(outlet.medium, day) for day in sorted({c.day for c in checks} | {latest})
    }
    judged = [
        one
        for day, edition in editions.items()
        for one in judge((c for c in checks if c.day == day), edition)
    ]
    # Factors with a limit are looked after even where the file says nothing of them.
    own = {c.factor for c in checks} | {limit.factor for limit in outlet.limits}
    dues = due(checks, editions[latest], sorted(own), latest)
    unused = len(rows) - len(checks)
    kept = tuple(dict.fromkeys(editions.values()))
    return QualityRun(outlet, latest, tuple(judged), dues, kept, factors, len(rows), unused, told)


def _rows(source: Path) -> list[tuple[int, dict[str, str]]]:
    place = Place(file=source.name)
    try:
        sheet = CsvSheet(source)
        header = [_plain(name) for name in (sheet.preview() or [[]])[0]]
        blocks = list(sheet.blocks(1, ()))
    except (OSError, EncodingUnknownError, csv.Error, UnicodeError) as error:
        raise LantianError(complain("M001", place, detail=str(error))) from None
    at = {
        key: next(header.index(name) for name in names if name in header)
        for key, names in _COLUMNS.items()
        if any(name in header for name in names)
    }
    lacking = [key for key in _NEEDED if key not in at]
    rows = [
        (n, {key: (block.columns[i][k] or "").strip() for key, i in at.items()})
        for block in (blocks if not lacking else ())
        for k, n in enumerate(block.rows)
    ]
    if lacking or not rows:
        detail = ", ".join(lacking) or "没有数据行 no rows"
        raise LantianError(complain("M056", Place(file=source.name, row=1), detail=detail))
    return rows


def _check(
    source: Path, n: int, row: Mapping[str, str], factors: Factors, outlet: Outlet, told: Told
) -> Check | None:
    """Return the check of a row, None where it cannot be used, which is then told."""

    def refuse(code: str, column: str, detail: str) -> None:
        place = Place(file=source.name, row=n, column=column)
        told.add(
            complain(code, place, column=column, detail=detail[:40], known=outlet.medium.label_zh)
        )

    factor: Factor | None = factors.find(_plain(row["factor"]))
    if factor is None or factor.medium is not outlet.medium:
        refuse("M009" if factor is None else "M012", "factor", row["factor"])
        return None
    moment, kind = read_time(row["time"]), _KINDS.get(_plain(row["check"]))
    numbers = {
        name: _number(row.get(name, "")) for name in ("value", "reference", "range", "accuracy")
    }
    wrong = (
        "time" if moment is None or moment.year < _FIRST_YEAR else "check" if kind is None else ""
    )
    for name, number in numbers.items():
        written = row.get(name, "")
        missing = not written and name in _NEEDED
        unusable = number is None or (name == "range" and number <= 0)
        if not wrong and (missing or (written and unusable)):
            wrong = name
    if wrong or moment is None or kind is None:
        refuse("M057", wrong, row.get(wrong, ""))
        return None
    value, reference = numbers["value"], numbers["reference"]
    assert value is not None
    assert reference is not None
    unit = row.get("unit") or factor.unit
    return Check(
        moment.date(),
        factor.code,
        kind,
        value,
        reference,
        numbers["range"],
        unit,
        numbers["accuracy"],
    )


def _number(text: str) -> Fraction | None:
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    if not value.is_finite() or "_" in plain or abs(value) > _MOST or value.adjusted() < -12:
        return Fraction(0) if value.is_finite() and value == 0 else None
    return Fraction(value)


def _plain(text: str | None) -> str:
    return unicodedata.normalize("NFKC", text or "").strip().casefold()
