"""The office's door to the gateway: everything it asks of lake, spool, health and seals passes here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from lantian.domain.monitoring.model import HOUR, MINUTE, FactorSeries, Reading
from lantian.jobs.gateway import hot, lake, release
from lantian.jobs.gateway.health import health
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.spool import moment
from lantian.jobs.monitoring.thin import Readings
from lantian.office.monitoring.models import Outlet
from lantian.rulebook.monitoring_tables.model import Factors

MINUTES, HOURS, DAYS, LIVE = "2051", "2061", "2031", "2011"
NORMAL = "N"
_TENS = 10.0 ** np.arange(19)
_COLUMNS = ("mn", "cn", "time", "factor", "flag", "avg", "avg_d", "zs_avg", "zs_avg_d")


def home() -> Path:
    """Return the gateway's folder."""
    return Path(settings.GATEWAY_HOME)


def present() -> bool:
    """Whether there is a lake at all."""
    return Home(home()).catalogue.is_file()


def mns_of(outlet: Outlet) -> tuple[str, ...]:
    """Return the loggers of an outlet; one switched off keeps what it sent."""
    return tuple(logger.mn for logger in outlet.loggers.all())


@dataclass(frozen=True, slots=True)
class Series:
    """Readings of an outlet for the domain, and the codes that the factor table does not have."""

    series: tuple[FactorSeries, ...]
    unknown: tuple[str, ...] = ()


def series(
    outlet: Outlet,
    factors: Factors,
    start: datetime,
    end: datetime,
    cns: Sequence[str] = (MINUTES, HOURS),
) -> Series:
    """Return exact readings of [start, end), minutes where there are any, else the logger's hours.

    Parameters
    ----------
    cns
        ``(HOURS,)`` gives the logger's own hours alone.
    """
    loggers = list(outlet.loggers.all())
    if not loggers or not present():
        return Series(())
    table = lake.frame(
        home(), mns=[x.mn for x in loggers], start=start, end=end, cns=cns, columns=_COLUMNS
    )
    steps = {x.mn: MINUTE * x.minute_interval for x in loggers}
    found: dict[str, tuple[timedelta, dict[datetime, Reading]]] = {}
    moments: dict[int, datetime] = {}
    unknown: set[str] = set()
    # minutes come first by the order of commands: a factor that has them does not take the hours
    for mn, cn, ms, code, flag, digits, places, own, own_places in _rows(table):
        if code not in factors.by_code:
            unknown.add(code)
            continue
        step = steps[mn] if cn == MINUTES else HOUR
        kept, readings = found.setdefault(code, (step, {}))
        if kept != step:
            continue
        at = moments.get(ms) or moments.setdefault(ms, moment(ms))
        readings.setdefault(
            at, Reading(at, _exact(digits, places), flag or "", _exact(own, own_places))
        )
    return Series(
        tuple(
            FactorSeries(factors.by_code[code], step, tuple(rows[t] for t in sorted(rows)))
            for code, (step, rows) in sorted(found.items())
        ),
        tuple(sorted(unknown)),
    )


def _rows(table: Any) -> Iterable[tuple[Any, ...]]:
    import polars as pl

    plain = table.with_columns(pl.col("time").cast(pl.Int64)).sort("cn", "factor", "time")
    return plain.iter_rows()


def _exact(digits: int | None, places: int | None) -> Decimal | None:
    return None if digits is None else Decimal(digits).scaleb(-(places or 0))


def minutes(
    outlet: Outlet,
    factor: str,
    start: datetime,
    end: datetime,
    *,
    converted: bool = False,
    cn: str = MINUTES,
) -> Readings:
    """Return one factor for drawing, a year of minutes in one step; floats, nothing is judged by them."""
    import polars as pl

    value = "zs_avg" if converted else "avg"
    if cn == LIVE:
        value = "zs_rtd" if converted else "rtd"
    mns = mns_of(outlet)
    if not mns or not present():
        return Readings(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool))
    table = lake.frame(
        home(), mns=mns, start=start, end=end, cns=(cn,), factors=(factor,),
        columns=("time", "flag", value, f"{value}_d"), ordered=False,
    )  # fmt: skip
    at = table["time"].to_physical().to_numpy()
    places = table[f"{value}_d"].fill_null(0).to_numpy()
    exact = table[value].cast(pl.Float64).fill_null(float("nan")).to_numpy() / _TENS[places]
    normal = (table["flag"].is_null() | (table["flag"] == NORMAL)).to_numpy()
    if (
        at[1:] < at[:-1]
    ).any():  # several files of a day, several loggers; else the files are in order
        order = np.argsort(at, kind="stable")
        at, exact, normal = at[order], exact[order], normal[order]
    return Readings(at, exact, normal)


def latest(mns: Collection[str], cns: Collection[str] = ()) -> list[hot.Latest]:
    """Return the newest row of every factor of some loggers; nothing where there is no lake."""
    return hot.latest(home(), mns, cns) if mns and present() else []


def arrived(mn: str, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Return the packets of a logger that arrived in [start, end)."""
    return lake.packets(home(), mn=mn, start=start, end=end) if present() else []


def rows_at(
    mns: Sequence[str], start: datetime, end: datetime, cns: Sequence[str] = (), **more: Any
) -> list[Any]:
    """Return rows of the lake as they were written."""
    return (
        lake.read(home(), mns=mns, start=start, end=end, cns=cns, **more)
        if mns and present()
        else []
    )


def logger_states(now: datetime) -> Mapping[str, Mapping[str, Any]]:
    """Return the gateway's word on every logger by MN; nothing where it has none."""
    if not present():
        return {}
    return {row["mn"]: row for row in health(home(), now=now).loggers}


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of a day and of the next."""
    return lake.day_bounds(day)


def days_with_rows(mns: Sequence[str], since: datetime) -> set[date]:
    """Return the days for which some loggers sent minutes or hours."""
    import polars as pl

    table = lake.frame(home(), mns=mns, start=since, cns=(MINUTES, HOURS), columns=("time",))
    days = table.select((pl.col("time") + pl.duration(hours=8)).dt.date().unique())
    return set(days["time"].to_list())


def packets_of(numbers: Sequence[int], near: datetime) -> list[dict[str, Any]]:
    """Return packets by their record numbers; data of `near` mostly arrive within two days."""
    if not numbers or not present():
        return []
    bounds = {"start": near - timedelta(days=1), "end": near + timedelta(days=2)}
    found = lake.packets(home(), records=numbers, **bounds)
    if len({row["record"] for row in found}) < len(set(numbers)):
        found = lake.packets(home(), records=numbers)
    return list(
        {row["record"]: row for row in found}.values()
    )  # a released one has two rows: the later


def released_since(mns: Sequence[str], serial: int) -> list[release.Taken]:
    """Return what came into the lake by releases from the quarantine since a count."""
    return release.taken_since(home(), mns, serial) if mns and present() else []
