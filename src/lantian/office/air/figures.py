"""What pages and bulletins show of the air: city days from the store judged under an edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from lantian.domain.air.index import NONE, index_columns, names_of
from lantian.domain.air.published import judge
from lantian.domain.air.scaled import Scaled
from lantian.domain.air.statistics import CityDays, summarise
from lantian.jobs.air.summary import SummaryRow, figures_of
from lantian.kernel.period import Period
from lantian.office.air.models import POLLUTANTS, CityDay, Hour, Station
from lantian.rulebook.air_tables import AirRules, load_air
from lantian.rulebook.air_tables.model import AirIndex

AUTO = "auto"


def judged_days(days: Sequence[CityDay], edition: str, city: str = "") -> CityDays:
    """Return city days with their index, each under the edition of its day or a named one."""
    air = load_air()
    columns = {p: scaled([getattr(d, p) for d in days]) for p in POLLUTANTS}
    stamps = tuple(d.day for d in days)
    aqi, level = np.full(len(days), NONE, np.int16), np.zeros(len(days), np.int8)
    primary = np.zeros(len(days), np.uint8)
    by_edition: dict[str, list[int]] = {}
    for i, day in enumerate(stamps):
        by_edition.setdefault(index_on(air, day, edition).head.edition, []).append(i)
    for name, rows in by_edition.items():
        at = np.array(rows)
        index = air.index(air.day_of(name))
        found = index_columns({p: c.pick(at) for p, c in columns.items()}, index)
        aqi[at], level[at], primary[at] = found.aqi, found.level, found.primary
    return CityDays(city, stamps, columns, aqi, level, primary)


def scaled(values: Sequence[Decimal | None]) -> Scaled:
    """Return decimals of at most three places as thousandths."""
    return Scaled(
        np.array([0 if v is None else int(v * 1000) for v in values], np.int64),
        np.array([v is not None for v in values], bool), 1000,
    )  # fmt: skip


def index_on(air: AirRules, day: date, edition: str) -> AirIndex:
    """Return the index of a day, or of a named edition."""
    return air.index(day if edition == AUTO else air.day_of(edition))


def period_row(period: Period, edition: str, city: str) -> SummaryRow | None:
    """Return the summary of a period with the year before, None where it has no day."""
    air = load_air()

    def one(span: Period) -> tuple[Any, Any, Any] | None:
        rows = list(CityDay.objects.filter(day__range=(span.first, span.last)))
        if not rows:
            return None
        rule_day = span.last if edition == AUTO else air.day_of(edition)
        limits, method = air.limits(rule_day), air.method(rule_day)
        days = judged_days(rows, edition, city)
        summary = summarise(days, span, limits, method)
        return days, summary, judge(figures_of(summary), limits, method)

    now, before = one(period), one(period.year_before())
    if now is None:
        return None
    return SummaryRow(now[2], before[2] if before else None, now[1], None, False, 0, now[0])


@dataclass(frozen=True, slots=True)
class StationNow:
    """The latest hour of a station with its real-time index."""

    station: Station
    hour: Hour | None
    aqi: int | None
    category: str
    level: int
    primary: str


def stations_now(district: str = "") -> tuple[list[StationNow], tuple[date, int] | None]:
    """Return every station at the latest hour that any of them has, and that hour."""
    latest = Hour.objects.order_by("-day", "-hour").values_list("day", "hour").first()
    stations = Station.objects.all()
    if district:
        stations = stations.filter(district=district)
    if latest is None:
        return [StationNow(s, None, None, "—", 0, "") for s in stations], None
    hours = {h.station_id: h for h in Hour.objects.filter(day=latest[0], hour=latest[1])}
    index = load_air().index(latest[0])
    # all stations in one step: the index of a row costs no more than that of one station
    rows = [hours.get(s.code) for s in stations]
    columns = {p: scaled([getattr(h, p) if h else None for h in rows]) for p in POLLUTANTS}
    found = index_columns(columns, index, hourly=True) if rows else None
    judged = zip(found.aqi.tolist(), found.primary.tolist(), strict=True) if found else ()
    return [
        _now(s, h, index, *one) for s, h, one in zip(stations, rows, judged, strict=True)
    ], latest


def _now(
    station: Station, hour: Hour | None, index: AirIndex, aqi: int, primary: int
) -> StationNow:
    if aqi == NONE:
        return StationNow(station, hour, None, "—", 0, "")
    own = index.category(aqi)
    return StationNow(station, hour, aqi, own.name_zh, own.level, "、".join(names_of(primary)))
