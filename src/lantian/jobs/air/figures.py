"""Tables of published figures: read from CSV, judged, compared with the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from lantian.domain.air.complaint import complain, unreadable
from lantian.domain.air.plausible import MOST
from lantian.domain.air.published import COLUMNS, PublishedFigures
from lantian.jobs.air.columns import plain
from lantian.jobs.air.read import MISSING
from lantian.jobs.csv_files import open_csv, read_rows
from lantian.jobs.told import Told
from lantian.kernel.period import parse_period
from lantian.kernel.problem import LantianError, Place
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS

_COUNTS = ("good_days", "heavy_days", "days")
_NAMES: Mapping[str, tuple[str, ...]] = {
    "city": ("city", "城市"),
    "period": ("period", "期间", "year"),
    "so2": ("so2",),
    "no2": ("no2",),
    "pm10": ("pm10",),
    "pm25": ("pm25", "pm2.5", "pm2_5"),
    "co_p95": ("co_p95", "co"),
    "o3_p90": ("o3_p90", "o3_8h_p90", "o3", "o3_8h"),
    **{name: (name,) for name in _COUNTS},
}


def is_published(path: Path) -> bool:
    """Whether a CSV is a table of published figures: it has a column of periods."""
    try:
        _, header = open_csv(path, unreadable)
    except LantianError:
        return False
    names = {plain(name) for name in header}
    return bool(names & set(_NAMES["period"])) and "date" not in names


def read_figures(path: Path, told: Told) -> list[PublishedFigures]:
    """Return the rows of a table of published figures.

    Raises
    ------
    LantianError
        A001 where the file cannot be read, A002 where city, period or all figures are missing.
    """
    header, rows = read_rows(path, unreadable)
    names = [plain(name) for name in header]
    at: dict[str, int] = {}
    for role, known in _NAMES.items():
        spelling = next((one for one in known if one in names), None)
        if spelling is not None:
            at[role] = names.index(spelling)
    missing = [role for role in ("city", "period") if role not in at]
    if not any(column in at for column in COLUMNS.values()):
        missing.append(", ".join(COLUMNS.values()))
    if missing:
        raise LantianError(
            complain("A002", Place(file=path.name, row=1), detail="；".join(missing))
        )
    found: list[PublishedFigures] = []
    seen: set[tuple[str, str]] = set()
    for row, cells in rows:
        texts = {role: cells[i] for role, i in at.items()}
        one = _figures(texts, row, path.name, told)
        if one is None:
            continue
        key = (one.city, one.period.label)
        if key in seen:
            where = Place(file=path.name, row=row)
            told.add(complain("A006", where, what="城市", detail=" ".join(key)))
            continue
        seen.add(key)
        found.append(one)
    return found


def _figures(texts: Mapping[str, str], row: int, file: str, told: Told) -> PublishedFigures | None:
    place = Place(file=file, row=row)
    try:
        period = parse_period(texts["period"])
    except ValueError:
        told.add(complain("A016", place, detail=texts["period"] or "（空）"))
        return None
    concentrations: dict[str, Decimal | None] = {}
    for pollutant in AIR_POLLUTANTS:
        text = texts.get(COLUMNS[pollutant], "")
        value = _number(text, AIR_POLLUTANTS[pollutant], place, told)
        if value is not None and value > MOST[pollutant]:
            name = AIR_POLLUTANTS[pollutant]
            told.add(complain("A005", place, column=name, detail=text, known=MOST[pollutant]))
            value = None
        concentrations[pollutant] = value
    counts: dict[str, int | None] = {}
    for name in _COUNTS:
        value = _number(texts.get(name, ""), name, place, told)
        whole = value is not None and value == int(value)
        counts[name] = int(value) if value is not None and whole else None
        if value is not None and not whole:
            told.add(complain("A003", place, column=name, detail=texts[name]))
    days = counts["days"] if counts["days"] is not None else period.days
    return PublishedFigures(
        texts["city"], period, concentrations, counts["good_days"], counts["heavy_days"], days
    )


def _number(text: str, name: str, place: Place, told: Told) -> Decimal | None:
    if text.casefold() in MISSING:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or "_" in text or abs(value.adjusted()) > 20:
        told.add(complain("A003", place, column=name, detail=text[:60]))
        return None
    if value < 0:
        told.add(complain("A004", place, column=name, detail=text[:60]))
        return None
    return value


def by_city_and_period(
    figures: Sequence[PublishedFigures],
) -> dict[tuple[str, str], PublishedFigures]:
    """Return figures by city and label of the period."""
    return {(one.city, one.period.label): one for one in figures}
