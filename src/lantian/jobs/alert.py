"""Use cases of the alert: from a forecast file to a proposal, from a series to a hindcast."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from importlib import resources
from pathlib import Path

from lantian.domain.response.alert.forecast import Forecast, parse_forecast, parse_moment
from lantian.domain.response.alert.hindcast import (
    Breakpoints,
    Hindcast,
    MeasuredDay,
    SeriesFacts,
    as_forecast,
    hindcast,
)
from lantian.domain.response.alert.model import AlertProposal
from lantian.domain.response.alert.problems import forecast_problem
from lantian.domain.response.alert.procedure import Signature, signature
from lantian.domain.response.alert.propose import RUNNING_MEAN, propose_alert
from lantian.kernel.problem import LantianError, Place, Problem, Severity
from lantian.rulebook import load_rulebook
from lantian.rulebook.model import AlertRuleSet

HINDCAST_EDITIONS = ("national-2018", "national-2024")
_CONCENTRATIONS = {
    "pm25": "PM2.5",
    "pm10": "PM10",
    "so2": "SO2",
    "no2": "NO2",
    "co": "CO",
    "o3_8h": "O3",
}


@dataclass(frozen=True, slots=True)
class AlertRun:
    """A forecast read and judged; `proposal` is None when errors stand in the way."""

    forecast: Forecast
    rules: AlertRuleSet | None
    proposal: AlertProposal | None
    problems: tuple[Problem, ...]
    procedure: Signature | None = None


@dataclass(frozen=True, slots=True)
class HindcastRun:
    """A measured series under each rule set."""

    facts: SeriesFacts
    tables: tuple[Hindcast, ...]


def run_alert(
    path: Path,
    *,
    on: str | None = None,
    edition: str | None = None,
    rulebook: Sequence[Path] = (),
) -> AlertRun:
    """Read a forecast file and propose an alert.

    Parameters
    ----------
    path
        CSV with columns date/日期 and aqi/AQI, ideally primary_pollutant/首要污染物.
    on
        Date (then taken as its 24:00) or date and hour of issue, Beijing time.
    edition
        Rule set by name; by default the one in force on the first forecast day.
    rulebook
        Folders of further rule files.

    Raises
    ------
    LantianError
        When the file cannot be read as a forecast (F0xx) or the rule set is not known.
    """
    issued_at = parse_issue(on) if on else None
    forecast = parse_forecast(_read(path), path.name)
    problems = list(forecast.problems)
    first = forecast.first_day
    if any(p.severity is Severity.ERROR for p in problems) or first is None:
        return AlertRun(forecast, None, None, tuple(problems))
    book = load_rulebook(*rulebook)
    rules = book.alert_rules_named(edition) if edition else book.alert_rules(first)
    if forecast.hours and rules.index != RUNNING_MEAN:
        problems.append(forecast_problem("F116", Place(file=path.name)))
    proposal = propose_alert(forecast.series, rules, issued_at)
    act = signature(book, proposal.level, first) if proposal.level is not None else None
    return AlertRun(forecast, rules, proposal, tuple(problems), act)


def parse_issue(text: str) -> datetime:
    """Return the time of issue; a bare date means its end, the latest it can be.

    Raises
    ------
    LantianError
        F101 when the text is no date.
    """
    moment = parse_moment(text)
    if moment is None:
        raise LantianError(forecast_problem("F101", Place(column="--on"), text))
    bare = len(text.strip()) <= 11 and "时" not in text and "T" not in text
    return moment + timedelta(days=1) if bare and moment.hour == 0 else moment


def run_hindcast(path: Path, rule_set: Callable[[str], AlertRuleSet] | None = None) -> HindcastRun:
    """Read a measured daily series and judge it under both national rule sets.

    Raises
    ------
    LantianError
        When the file is no such series, with the row at fault.
    """
    named = rule_set or load_rulebook().alert_rules_named
    days, facts = as_forecast(read_measured(path), daily_breakpoints())
    return HindcastRun(facts, tuple(hindcast(days, named(e)) for e in HINDCAST_EDITIONS))


def read_measured(path: Path) -> list[MeasuredDay]:
    """Return the measured days of a CSV (date, aqi, pm25, pm10, so2, no2, co, o3_8h, pm_masked).

    A concentration of 0 is not a measurement and is left out; an index of 0 is "not published".
    """
    rows = list(csv.DictReader(io.StringIO(_text(path), newline="")))
    needed = {"date", "aqi", "pm25", "pm_masked"}
    header = set(rows[0]) if rows else set()
    if not needed <= header:
        place = Place(file=path.name, row=1)
        absent = "、".join(sorted(needed - header))
        raise LantianError(forecast_problem("F004", place, absent, "、".join(map(str, header))))
    found = [_measured(path.name, number, row) for number, row in enumerate(rows, start=2)]
    return sorted(found, key=lambda m: m.day)


def daily_breakpoints() -> Breakpoints:
    """Return the daily sub-index table of HJ 633-2012."""
    table = resources.files("lantian.rulebook") / "tables" / "hj-633-2012-daily.csv"
    points: dict[str, list[tuple[Decimal, int]]] = {}
    for row in csv.DictReader(io.StringIO(table.read_text("utf-8"), newline="")):
        points.setdefault(row["pollutant"], []).append(
            (Decimal(row["concentration"]), int(row["iaqi"]))
        )
    return points


def _measured(file: str, number: int, row: dict[str, str]) -> MeasuredDay:
    try:
        day = date.fromisoformat(row["date"])
        aqi = int(row["aqi"] or 0)
        values = {
            name: Decimal(row[column])
            for column, name in _CONCENTRATIONS.items()
            if row.get(column) and Decimal(row[column]) > 0
        }
    except (ValueError, InvalidOperation, TypeError) as error:
        place = Place(file=file, row=number)
        raise LantianError(forecast_problem("F102", place, str(dict(row)))) from error
    return MeasuredDay(day, aqi or None, values, row["pm_masked"].strip() == "1")


def _text(path: Path) -> str:
    try:
        return _read(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LantianError(forecast_problem("F002", Place(file=path.name))) from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise LantianError(forecast_problem("F001", Place(file=str(path)), reason)) from error
