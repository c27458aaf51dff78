"""What changes air data: a file of station hours, a forecast."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from lantian.domain.air.daily import HOURS, city_day
from lantian.domain.air.scaled import Scaled
from lantian.jobs.air.days import why_invalid
from lantian.jobs.air.read import WHOLE_ROW, AirBlock, AirFile
from lantian.jobs.told import SHOWN, Told
from lantian.kernel.problem import Problem
from lantian.office.air.models import POLLUTANTS, CityDay, Forecast, Hour, Station
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User
from lantian.rulebook.air_tables import load_air
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of hours came to."""

    rows: int
    rows_unused: int
    hours: int
    days: int
    problems: tuple[Problem, ...]
    left_out: dict[str, int]


@action("air.import")
def import_hours(
    actor: User, file: StoredFile, raw: StoredFile | None = None, shown: int = SHOWN
) -> Done[Imported]:
    """Take in a stored file of station hours and work out its days anew.

    A later file replaces the hours it names. Stations that are not known are made, without a
    place; their district and coordinates are set by the operator.

    Parameters
    ----------
    raw
        What came in, where `file` was made from it.
    shown
        Problems of one code that are told in full.

    Raises
    ------
    LantianError
        A001, A002 where the file cannot be read.
    """
    told = Told(shown=shown)
    source = AirFile(path_of(file.hash), hourly=True, told=told, air=load_air())
    hours: list[Hour] = []
    days: set[date] = set()
    known = set(Station.objects.values_list("code", flat=True))
    for block in source.blocks():
        at_station = source.columns.at.get("station", source.columns.at.get("city"))
        for i in np.flatnonzero(block.usable).tolist():
            stamp = block.stamps[i]
            assert stamp is not None
            code = (block.texts[at_station][i] or "") if at_station is not None else ""
            if code not in known:
                Station.objects.create(code=code, name=code)
                known.add(code)
            values = {
                p: _decimal(block.concentrations[p], i)
                for p in POLLUTANTS
                if p in block.concentrations
            }
            hours.append(
                Hour(station_id=code, day=stamp.day, hour=stamp.hour, source=file.hash,
                     why=_why(block, i), **values)
            )  # fmt: skip
            days.add(stamp.day)
    Hour.objects.bulk_create(
        hours, batch_size=_BATCH, update_conflicts=True, unique_fields=("station", "day", "hour"),
        update_fields=(*POLLUTANTS, "why", "source"),
    )  # fmt: skip
    recompute_days(days)
    found = Imported(
        source.rows_read,
        source.rows_unused,
        len(hours),
        len(days),
        tuple(told.problems),
        told.left_out,
    )
    event = {"rows": found.rows, "unused": found.rows_unused, "hours": found.hours, "days": found.days,
             "problems": dict(told.counts)}  # fmt: skip
    return Done(found, event, files_of(file, raw))


def files_of(file: StoredFile, raw: StoredFile | None) -> dict[str, str]:
    """Return the files of an event: what was read, and what came in where that is another."""
    return {one.name: one.hash for one in (file, raw) if one is not None}


def _decimal(column: Scaled, i: int) -> Decimal | None:
    if not column.present[i]:
        return None
    return Decimal(int(column.values[i])) / column.scale


def _why(block: AirBlock, i: int) -> dict[str, str]:
    """Return what took the values of a row out, by pollutant."""
    whole = block.reasons.get(WHOLE_ROW, {}).get(i)
    found = {}
    for pollutant in POLLUTANTS:
        code = block.reasons.get(AIR_POLLUTANTS[pollutant], {}).get(i) or whole
        if code and (
            pollutant not in block.concentrations or not block.concentrations[pollutant].present[i]
        ):
            found[pollutant] = code
    return found


def recompute_days(days: Iterable[date]) -> None:
    """Work out the city values of some days from the hours of the assessment sites."""
    air = load_air()
    stations = list(Station.objects.filter(reference=False).values_list("code", flat=True))
    rows = []
    for day in sorted(days):
        values = hours_of(day, stations)
        method = air.method(day)
        means = city_day(values, air.limits(day), method)
        shown = {p: means[p].rounded(method.digits(p)) for p in POLLUTANTS}
        rows.append(
            CityDay(
                day=day, stations=len(stations), invalid=why_invalid(means, len(stations)),
                **{p: _decimal(c.pick(slice(0, 1)), 0) for p, c in shown.items()},
            )
        )  # fmt: skip
    CityDay.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("day",),
        update_fields=(*POLLUTANTS, "stations", "invalid"),
    )  # fmt: skip


def hours_of(day: date, stations: Sequence[str]) -> dict[str, Scaled]:
    """Return the hours of a day by pollutant, shape ``(station, 1, 24)``, thousandths."""
    shape = (len(stations), 1, HOURS)
    place = {code: k for k, code in enumerate(stations)}
    values = {p: np.zeros(shape, np.int64) for p in POLLUTANTS}
    present = {p: np.zeros(shape, bool) for p in POLLUTANTS}
    for row in Hour.objects.filter(day=day, station__in=stations).values(
        "station_id", "hour", *POLLUTANTS
    ):
        at = (place[row["station_id"]], 0, row["hour"] - 1)
        for p in POLLUTANTS:
            if row[p] is not None:
                values[p][at], present[p][at] = int(row[p] * 1000), True
    return {p: Scaled(values[p], present[p], 1000) for p in POLLUTANTS}


@action("air.import")
def set_forecast(
    actor: User, issued_on: date, days: Sequence[tuple[date, int, int, str]]
) -> Done[int]:
    """Set the forecast of some days: day, lowest and highest index, primary pollutant.

    Raises
    ------
    ValueError
        Where a range is no range of the index.
    """
    rows = []
    for day, low, high, primary in days:
        if not 0 <= low <= high <= 500:
            raise ValueError(f"{day}: {low}..{high}")
        rows.append(Forecast(day=day, issued_on=issued_on, low=low, high=high, primary=primary))
    Forecast.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("day",),
        update_fields=("issued_on", "low", "high", "primary"),
    )  # fmt: skip
    event = {
        "issued_on": issued_on.isoformat(),
        "days": [f"{r.day} {r.low}-{r.high} {r.primary}" for r in rows],
    }
    return Done(len(rows), event)


@action("air.import")
def import_days(
    actor: User, file: StoredFile, raw: StoredFile | None = None, shown: int = SHOWN
) -> Done[Imported]:
    """Take in a stored file of daily city values (the history before the site had hours).

    Days that the site worked out from hours keep their values.

    Raises
    ------
    LantianError
        A001, A002 where the file cannot be read.
    """
    told = Told(shown=shown)
    source = AirFile(path_of(file.hash), hourly=False, told=told, air=load_air())
    own = set(CityDay.objects.filter(stations__gt=0).values_list("day", flat=True))
    rows: dict[date, CityDay] = {}
    for block in source.blocks():
        for i in np.flatnonzero(block.usable).tolist():
            stamp = block.stamps[i]
            assert stamp is not None
            if stamp.day not in own:
                values = {
                    p: _decimal(block.concentrations[p], i)
                    for p in POLLUTANTS
                    if p in block.concentrations
                }
                rows[stamp.day] = CityDay(day=stamp.day, stations=0, **values)
    CityDay.objects.bulk_create(
        list(rows.values()), batch_size=_BATCH, update_conflicts=True, unique_fields=("day",),
        update_fields=(*POLLUTANTS, "stations", "invalid"),
    )  # fmt: skip
    found = Imported(
        source.rows_read, source.rows_unused, 0, len(rows), tuple(told.problems), told.left_out
    )
    event = {"rows": found.rows, "unused": found.rows_unused, "days": found.days,
             "problems": dict(told.counts)}  # fmt: skip
    return Done(found, event, files_of(file, raw))


@dataclass(frozen=True, slots=True)
class StationPlace:
    """Where a station stands and whether it counts for the city."""

    code: str
    name: str
    district: str
    lon: float | None
    lat: float | None
    reference: bool


@action("air.import")
def set_stations(actor: User, places: Sequence[StationPlace]) -> Done[int]:
    """Set name, district, place and kind of stations; new ones are made."""
    rows = [Station(code=p.code, name=p.name, district=p.district, lon=p.lon, lat=p.lat, reference=p.reference)
            for p in places]  # fmt: skip
    Station.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=("code",),
        update_fields=("name", "district", "lon", "lat", "reference"),
    )  # fmt: skip
    return Done(len(rows), {"stations": [f"{p.code} {p.name} {p.district}" for p in places]})
