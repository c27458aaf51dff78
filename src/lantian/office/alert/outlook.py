"""Whether the forecast on the air pages calls for an alert: a hint on the first page, not a proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from lantian.domain.response.alert.forecast import parse_primary
from lantian.domain.response.alert.model import ForecastDay
from lantian.domain.response.alert.propose import propose_alert
from lantian.kernel.level import Level
from lantian.kernel.problem import LantianError
from lantian.office.air.models import Forecast
from lantian.rulebook import load_rulebook
from lantian.rulebook.model import RuleHead


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a forecast of ranges calls for.

    Attributes
    ----------
    level, start
        Level and first moment of the alert that the upper values of the ranges call for.
    sure
        The level that the lower values call for too; None where they call for none.
    rules
        Head of the conditions it was judged by.
    """

    level: Level
    start: datetime
    sure: Level | None
    rules: RuleHead


def outlook(forecasts: Sequence[Forecast]) -> Outlook | None:
    """Return what the forecast of the coming days calls for, None where nothing or where no rules speak of it."""
    return _of(tuple((one.day, one.low, one.high, one.primary) for one in forecasts))


@lru_cache(maxsize=16)
def _of(days: tuple[tuple[date, int, int, str], ...]) -> Outlook | None:
    """Judge a forecast once: the first page of everybody asks for the same one all day."""
    if not days:
        return None
    try:
        rules = load_rulebook().alert_rules(days[0][0])
    except LantianError:  # no conditions in force on that day: nothing can be said
        return None
    upper = propose_alert([_day(day, high, primary) for day, _, high, primary in days], rules)
    if upper.level is None or upper.start is None:
        return None
    lower = propose_alert([_day(day, low, primary) for day, low, _, primary in days], rules)
    return Outlook(upper.level, upper.start, lower.level, rules.head)


def _day(day: date, aqi: int, primary: str) -> ForecastDay:
    names, _ = parse_primary(primary)
    return ForecastDay(day, aqi, names)
