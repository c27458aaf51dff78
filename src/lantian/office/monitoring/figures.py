"""What the city page and the firm's page say of every outlet: silent, above, marked, complete, alarms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, Max, Min, Q, Sum

from lantian.domain.monitoring.model import Average
from lantian.office.monitoring import lake
from lantian.office.monitoring.description import described
from lantian.office.monitoring.models import Alarm, FactorDay, Outlet
from lantian.office.people.access import own_outlets
from lantian.office.people.models import User
from lantian.office.registry.figures import current
from lantian.office.registry.models import Firm
from lantian.rulebook.monitoring_tables import load_monitoring
from lantian.rulebook.monitoring_tables.model import Role

SPARK_DAYS = 7
STATES: Mapping[str, tuple[str, str]] = {
    "ok": ("在线", "on line"),
    "late": ("迟到", "late"),
    "silent": ("断线", "silent"),
    "never": ("从未上传", "never heard"),
    "inactive": ("已停用", "switched off"),
    "unknown": ("网关未报告", "gateway says nothing"),
    "none": ("未登记数采仪", "no logger"),
}
"""What the gateway says of a logger; of several the worst counts."""
_WORST = ("ok", "inactive", "late", "silent", "never", "unknown", "none")
SHOW = {
    "silent": ("断线、未上传", "silent"),
    "over": ("本月有超标", "above a limit this month"),
    "marked": ("标记多于同行业中位", "marked more than its peers"),
    "alarms": ("有待处理报警", "alarms that wait"),
}  # fmt: skip
"""What the list can be narrowed to."""


def firms_now() -> Any:
    """Return the firms of the list in force."""
    edition = current()
    return Firm.objects.filter(edition=edition) if edition else Firm.objects.none()


def visible(user: User, permission: str = "monitoring.outlet") -> Any:
    """Return the outlets a user may see: all, those of his district, or those of his firm."""
    return own_outlets(user, Outlet.objects.all(), firms_now(), permission)


@dataclass
class OutletRow:
    """One outlet in the list; shares are between 0 and 1, None where nothing is due or known."""

    outlet: Outlet
    firm: Firm | None
    state: str
    last: datetime | None
    today: float | None = None
    month: float | None = None
    over_today: int = 0
    over_month: int = 0
    marked: float | None = None
    peers: float | None = None
    alarms: int = 0
    spark: Sequence[Mapping[str, Any]] = field(default_factory=list)
    spark_name: tuple[str, str] = ("", "")

    @property
    def state_names(self) -> tuple[str, str]:
        """The state in both languages."""
        return STATES[self.state]

    @property
    def marked_more(self) -> bool:
        """Whether a greater share of its hours is marked than the median of its trade."""
        return self.marked is not None and self.peers is not None and self.marked > self.peers


def city_rows(user: User, now: datetime, permission: str = "monitoring.view") -> list[OutletRow]:
    """Return every outlet a user may see with what is to be looked at."""
    outlets = list(visible(user, permission).prefetch_related("loggers"))
    firms = {f.firm_id: f for f in firms_now().filter(firm_id__in={o.firm_id for o in outlets})}
    states = lake.logger_states(now)
    newest: dict[str, datetime] = {}
    for x in lake.latest([x.mn for o in outlets for x in o.loggers.all()]):
        newest[x.mn] = max(newest.get(x.mn, x.time), x.time)
    rows = [
        OutletRow(o, firms.get(o.firm_id), _state(o, states),
                  max((newest[x.mn] for x in o.loggers.all() if x.mn in newest), default=None))
        for o in outlets
    ]  # fmt: skip
    by_id = {row.outlet.pk: row for row in rows}
    _counts(by_id, now)
    _peers(rows, now)
    for pk, n in (
        Alarm.objects.filter(outlet__in=by_id).exclude(state=Alarm.State.CLOSED)
        .values_list("outlet").annotate(n=Count("pk"))
    ):  # fmt: skip
        by_id[pk].alarms = n
    _sparks(by_id, now.date())
    return rows


def _state(outlet: Outlet, states: Mapping[str, Mapping[str, Any]]) -> str:
    own = [states.get(x.mn, {}).get("state", "unknown") for x in outlet.loggers.all() if x.active]
    return max(own, key=_WORST.index, default="none")


def _share(part: int | None, whole: int | None) -> float | None:
    return part / whole if whole and part is not None else None


def _counts(by_id: Mapping[int, OutletRow], now: datetime) -> None:
    """Fill in completeness and hours above a limit, of today and of the month.

    A day without any reading is a day on which everything is missing, from the first day an outlet
    ever sent data.
    """
    today, passed = now.date(), now.hour
    begin = today.replace(day=1)
    days = FactorDay.objects.filter(outlet__in=by_id)
    first = dict(days.values_list("outlet").annotate(Min("day")))
    today_due: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    month_due: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    now_rows = days.filter(day=today)
    for pk, due, received, over in now_rows.values_list("outlet").annotate(
        Sum("due"), Sum("received"), Sum("over_hours")
    ):
        today_due[pk] = [due, received]
        by_id[pk].over_today = over
    for found in days.values("outlet", "factor").annotate(
        full=Max("due"), sum_due=Sum("due", filter=_from(begin), default=0),
        sum_received=Sum("received", filter=_from(begin), default=0),
        over=Sum("over_hours", filter=_from(begin), default=0),
        over_days=Count("pk", filter=_from(begin) & Q(day_over=True)),
        seen=Count("pk", filter=_from(begin)), now=Count("pk", filter=Q(day=today)),
    ).filter(day__gte=today - timedelta(days=60)):  # fmt: skip
        pk = found["outlet"]
        expected = (today - max(begin, first[pk])).days + 1
        part = found["full"] * passed // 24
        missing = found["full"] * (expected - found["seen"] - (not found["now"]))
        missing += 0 if found["now"] else part
        month_due[pk][0] += found["sum_due"] + max(0, missing)
        month_due[pk][1] += found["sum_received"]
        if not found["now"]:
            today_due[pk][0] += part
        by_id[pk].over_month += found["over"] + found["over_days"]
    for pk, row in by_id.items():
        row.today = _share(today_due[pk][1], today_due[pk][0])
        row.month = _share(month_due[pk][1], month_due[pk][0])


def _from(begin: date) -> Q:
    return Q(day__gte=begin)


def marked_shares(now: datetime) -> dict[int, float]:
    """Return by outlet which share of the month's hours lies under marks; the most marked factor counts."""
    today = now.date()
    days = FactorDay.objects.filter(day__range=(today.replace(day=1), today))
    marked, hours = defaultdict(int), defaultdict(int)
    for pk, day, most in days.values_list("outlet", "day").annotate(Max("marked_hours")):
        marked[pk] += most
        hours[pk] += now.hour if day == today else 24
    return {pk: marked[pk] / hours[pk] for pk in hours if hours[pk]}


def _peers(rows: Sequence[OutletRow], now: datetime) -> None:
    """Fill in the share of marked hours and the median of all other outlets of the trade in the city."""
    shares = marked_shares(now)
    trades = dict(Outlet.objects.values_list("pk", "trade"))
    for row in rows:
        row.marked = shares.get(row.outlet.pk)
        others = [
            s for pk, s in shares.items() if pk != row.outlet.pk and trades[pk] == row.outlet.trade
        ]
        row.peers = median(others) if others else None


def main_factor(outlet: Outlet) -> str:
    """Return the first factor that a limit speaks of."""
    limits = described(outlet).limits
    return limits[0].factor if limits else ""


def _sparks(by_id: Mapping[int, OutletRow], today: date) -> None:
    """Fill in the hours of the last days of each outlet's first limited factor, as shares of the limit."""
    first = today - timedelta(days=SPARK_DAYS - 1)
    table = load_monitoring().factors(today)
    wanted = {pk: main_factor(row.outlet) for pk, row in by_id.items()}
    days = FactorDay.objects.filter(
        outlet__in=by_id, day__range=(first, today), factor__in=set(wanted.values())
    )
    found: dict[int, list[FactorDay]] = defaultdict(list)
    for one in days.order_by("day"):
        if one.factor == wanted[one.outlet_id]:
            found[one.outlet_id].append(one)
    for pk, row in by_id.items():
        factor = table.by_code.get(wanted[pk])
        row.spark_name = (factor.name_zh, factor.name_en) if factor else ("", "")
        row.spark = [point for one in found[pk] for point in _points(row.outlet, one, first)]


def _points(outlet: Outlet, one: FactorDay, first: date) -> Iterable[dict[str, Any]]:
    limit = limit_of(outlet, one.factor, one.day)
    converted = limit is not None and limit.converted
    for cell in one.hours:
        text = cell["c" if converted else "v"]
        valid = cell["cok"] if converted else cell["ok"]
        if text is not None and valid and limit is not None and limit.high:
            share = Decimal(text) / Decimal(limit.high.numerator) * limit.high.denominator
            yield {"at": (one.day - first).days * 24 + cell["h"], "share": float(share),
                   "over": bool(cell["over"])}  # fmt: skip


def limit_of(outlet: Outlet, factor: str, day: date, average: Average = Average.HOUR) -> Any:
    """Return the limit of a factor on a day: of that mean, else of the other one; None where there is none."""
    own = described(outlet)
    other = Average.DAY if average is Average.HOUR else Average.HOUR
    found = own.limits_on(factor, average, day) or own.limits_on(factor, other, day)
    return found[0] if found else None


def factors_of(outlet: Outlet, today: date) -> list[str]:
    """Return the factors of an outlet: those with limits first, then what was measured."""
    limited = list(dict.fromkeys(x.factor for x in described(outlet).limits))
    seen = set(
        outlet.days.filter(day__gte=today - timedelta(days=60)).values_list("factor", flat=True)
    )
    table = load_monitoring().factors(today).by_code
    rest = sorted(seen - set(limited), key=lambda c: (table[c].role is not Role.CONCENTRATION, c))
    return [c for c in (*limited, *rest) if c in table]


def narrowed(rows: Sequence[OutletRow], get: Mapping[str, str]) -> list[OutletRow]:
    """Return the rows an address asks for; what is wrong in it is left out."""
    found = list(rows)
    for name in ("district", "industry"):
        wanted = get.get(name, "")
        if wanted:
            found = [r for r in found if r.firm is not None and getattr(r.firm, name) == wanted]
    tests = {
        "silent": lambda r: r.state in ("silent", "never", "none", "unknown"),
        "over": lambda r: bool(r.over_month),
        "marked": lambda r: r.marked_more,
        "alarms": lambda r: r.alarms > 0,
    }
    test = tests.get(get.get("show", ""))
    if test is not None:
        found = [r for r in found if test(r)]
    return sorted(found, key=_urgency)


def _urgency(row: OutletRow) -> tuple[Any, ...]:
    """Sort what needs somebody first: alarms, then silence, then excess."""
    return (
        -row.alarms,
        -_WORST.index(row.state),
        -row.over_month,
        row.outlet.firm_id,
        row.outlet.code,
    )
