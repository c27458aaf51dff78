"""``lantian air days``: hourly station values of a file to daily city values, with the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from lantian.domain.air.complaint import complain, unreadable
from lantian.domain.air.daily import HOURS, Means, city_day
from lantian.domain.air.index import NONE, ORDER, index_columns, names_of
from lantian.domain.air.scaled import Scaled
from lantian.jobs.air.aqi import AUTO
from lantian.jobs.air.cities import concatenate
from lantian.jobs.air.flags import reference_sites
from lantian.jobs.air.read import AirFile
from lantian.jobs.csv_files import csv_writer
from lantian.jobs.told import Told
from lantian.kernel.problem import Place
from lantian.rulebook.air_tables import load_air
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS, AirLimits, AirMethod

HEADER = ("date", "city", "stations", "so2", "no2", "co", "o3_8h", "pm10", "pm25", "aqi", "level",
          "category", "primary", "invalid")  # fmt: skip


@dataclass
class DaysRun:
    """City days of a file of station hours; each row says which items are invalid and why."""

    source: str
    told: Told = field(default_factory=Told)
    rows: list[dict[str, Any]] = field(default_factory=list)
    rows_read: int = 0
    rows_unused: int = 0
    written: Path | None = None


def run_days(
    path: Path,
    *,
    edition: str = AUTO,
    out: Path | None = None,
    rules: Sequence[Path] = (),
) -> DaysRun:
    """Return the daily city values of a file of station hours.

    Every station of a city takes part, except those that the column `reference` (对照点) marks.
    Where the file names no city, it is one city.

    Raises
    ------
    LantianError
        A001, A002.
    """
    air = load_air(*rules)
    run = DaysRun(path.name)
    file = AirFile(path, hourly=True, told=run.told, air=air)
    hours = _Hours.read(file)
    run.rows_read, run.rows_unused = file.rows_read, file.rows_unused
    for city, stations in hours.stations.items():
        for ordinal in sorted(hours.days[city]):
            day = date.fromordinal(ordinal)
            asked = day if edition == AUTO else air.day_of(edition)
            limits, method = air.limits(asked), air.method(asked)
            means = hours.city_day(city, ordinal, limits, method)
            values = {p: means[p].rounded(method.digits(p)) for p in ORDER}
            index = air.index(asked)
            found = index_columns(values, index)
            aqi = int(found.aqi[0])
            category = index.category(aqi) if aqi != NONE else None
            shown = {p: _text(values[p]) for p in ORDER}
            run.rows.append(
                {
                    "date": day.isoformat(),
                    "city": city,
                    "stations": len(stations),
                    "so2": shown["so2"],
                    "no2": shown["no2"],
                    "co": shown["co"],
                    "o3_8h": shown["o3"],
                    "pm10": shown["pm10"],
                    "pm25": shown["pm25"],
                    "aqi": aqi if aqi != NONE else "NA",
                    "level": category.level if category else "NA",
                    "category": category.name_zh if category else "NA",
                    "primary": "、".join(names_of(int(found.primary[0]))),
                    "invalid": why_invalid(means, len(stations)),
                }
            )  # fmt: skip
    if out is not None:
        _write(out, run.rows)
        run.written = out
    return run


@dataclass
class _Hours:
    """Hourly values by city and pollutant as ``(station, day, 24)``."""

    stations: dict[str, list[str]]
    days: dict[str, dict[int, int]]
    values: dict[str, dict[str, Scaled]]

    @classmethod
    def read(cls, file: AirFile) -> _Hours:
        cities: list[str] = []
        sites: list[str] = []
        ordinals: list[int] = []
        hours: list[int] = []
        columns: dict[str, list[Scaled]] = {p: [] for p in ORDER}
        at_city = file.columns.at.get("city")
        left_out: Counter[str] = Counter()
        for block in file.blocks():
            reference = reference_sites(block.texts, file.columns, len(block.rows))
            left_out.update(block.places[i] for i in np.flatnonzero(reference).tolist())
            at = np.flatnonzero(block.usable & ~reference)
            for i in at.tolist():
                stamp = block.stamps[i]
                assert stamp is not None
                cities.append((block.texts[at_city][i] or "") if at_city is not None else "")
                sites.append(block.places[i])
                ordinals.append(stamp.day.toordinal())
                hours.append(stamp.hour)
            nothing = Scaled(np.zeros(len(at), np.int64), np.zeros(len(at), bool), 1)
            for p in ORDER:
                own = block.concentrations.get(p)
                columns[p].append(own.pick(at) if own is not None else nothing)
        for site, rows_of_it in left_out.items():
            place = Place(file=file.path.name)
            file.told.add(complain("A023", place, detail=site, known=rows_of_it))
        joined = {p: concatenate(parts) for p, parts in columns.items()}
        made = cls({}, {}, {})
        of_city: dict[str, list[int]] = {}  # numpy would take "\0" for ""
        for i, city in enumerate(cities):
            of_city.setdefault(city, []).append(i)
        for city, rows in of_city.items():
            made._put(city, np.array(rows), sites, ordinals, hours, joined)
        return made

    def _put(
        self,
        city: str,
        rows: np.ndarray,
        sites: Sequence[str],
        ordinals: Sequence[int],
        hours: Sequence[int],
        columns: dict[str, Scaled],
    ) -> None:
        own_sites = {name: k for k, name in enumerate(dict.fromkeys(sites[i] for i in rows))}
        own_days = {day: k for k, day in enumerate(sorted({ordinals[i] for i in rows}))}
        self.stations[city], self.days[city] = list(own_sites), own_days
        shape = (len(own_sites), len(own_days), HOURS)
        place = (
            np.array([own_sites[sites[i]] for i in rows]),
            np.array([own_days[ordinals[i]] for i in rows]),
            np.array([hours[i] - 1 for i in rows]),
        )
        self.values[city] = {}
        for p, column in columns.items():
            values, present = np.zeros(shape, np.int64), np.zeros(shape, bool)
            values[place], present[place] = column.values[rows], column.present[rows]
            self.values[city][p] = Scaled(values, present, column.scale)

    def city_day(
        self, city: str, ordinal: int, limits: AirLimits, method: AirMethod
    ) -> dict[str, Means]:
        """Return the city value of every pollutant on one day, each as an array of one."""
        k = self.days[city][ordinal]
        own = {p: c.pick((slice(None), slice(k, k + 1))) for p, c in self.values[city].items()}
        return city_day(own, limits, method)


def _text(value: Scaled) -> str:
    if not value.present[0]:
        return ""
    number = int(value.values[0])
    places = len(str(value.scale)) - 1
    return f"{number / value.scale:.{places}f}"


def why_invalid(means: dict[str, Means], stations: int) -> str:
    """Return the items without a city value, those of one reason together."""
    by_reason: dict[str, list[str]] = {}
    for pollutant, mean in means.items():
        if not mean.valid[0]:
            reason = f"有效站点 {int(mean.count[0])}/{stations}"
            by_reason.setdefault(reason, []).append(AIR_POLLUTANTS[pollutant])
    return "；".join(f"{'、'.join(names)}：{reason}" for reason, names in by_reason.items())


def _write(out: Path, rows: Sequence[dict[str, Any]]) -> None:
    with csv_writer(out, None, unreadable) as writer:
        writer.writerow(HEADER)
        writer.writerows([row[name] for name in HEADER] for row in rows)
