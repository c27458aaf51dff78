"""Months of a factor from its kept days, valid or not by the number of valid days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from lantian.jobs.monitoring.run import shown
from lantian.kernel.trace import RuleRef
from lantian.office.monitoring.description import described
from lantian.office.monitoring.models import Outlet
from lantian.rulebook.monitoring_tables import load_monitoring


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month: mean of the valid days (kept with nine decimals), how many there are and are needed."""

    first: date
    value: str | None
    converted: str | None
    have: int
    needed: int
    rule: RuleRef

    @property
    def valid(self) -> bool:
        """Whether the month counts."""
        return self.have >= self.needed


def month_rows(outlet: Outlet, factor: str, start: date, end: date) -> list[MonthRow]:
    """Return the months that touch a span, whole months always."""
    days = outlet.days.filter(factor=factor, day__gte=start.replace(day=1), day__lte=end)
    by_month: dict[date, list[dict[str, object]]] = defaultdict(list)
    last: dict[date, date] = {}
    for day, mean in days.order_by("day").values_list("day", "mean"):
        first = day.replace(day=1)
        by_month[first].append(mean)
        last[first] = day
    rules, medium = load_monitoring(), described(outlet).medium
    found = []
    for first, means in by_month.items():
        method = rules.rollup(medium, last[first])
        key = "february_days" if first.month == 2 else "month_days"
        valid = [m for m in means if m and m["ok"]]
        found.append(
            MonthRow(first, _mean([m["v"] for m in valid]), _mean([m["c"] for m in valid if m["cok"]]),
                     len(valid), method.whole(key), method.ref(key))
        )  # fmt: skip
    return found


def _mean(texts: list[object]) -> str | None:
    values = [Fraction(str(t)) for t in texts if t is not None]
    return shown(sum(values, Fraction(0)) / len(values)) if values else None
