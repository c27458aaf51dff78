"""Marks of an outlet as the domain reads them, their effects, and until when a time can be marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from lantian.domain.monitoring.effect import Effects, due_at, effects_of
from lantian.domain.monitoring.marks import Act, MarkEntry, MarkHistory, by_day, history_of
from lantian.kernel.calendar import BEIJING, to_beijing
from lantian.office.monitoring.description import described
from lantian.office.monitoring.models import Mark, Outlet
from lantian.rulebook.monitoring_tables import load_monitoring
from lantian.rulebook.monitoring_tables.model import MarkKind, MarkScheme


def entry_of(mark: Mark) -> MarkEntry:
    """Return one entry of the history."""
    return MarkEntry(
        entry_id=str(mark.pk), act=Act(mark.act), made_at=to_beijing(mark.made_at),
        made_by=mark.made_by, kind=mark.kind, variant=mark.variant,
        start=to_beijing(mark.start) if mark.start else None,
        end=to_beijing(mark.end) if mark.end else None,
        factors=frozenset(mark.factors), cause=mark.cause, target=str(mark.target_id or ""),
        approved_by=mark.approved_by,
    )  # fmt: skip


def history(outlet: Outlet) -> MarkHistory:
    """Return every entry of an outlet in the order it was made."""
    found, refused = history_of([entry_of(m) for m in outlet.marks.all()])
    assert not refused, refused  # actions append only what the history takes
    return found


def effects(outlet: Outlet) -> Effects:
    """Return what the standing marks of an outlet do, and how much of its times in sum is used."""
    rules, own = load_monitoring(), described(outlet)
    standing = history(outlet).standing()
    return effects_of(standing, own, lambda day: rules.marks(own.trade, day))


def scheme_on(outlet: Outlet, day: date) -> MarkScheme | None:
    """Return the marking rules of an outlet on a day."""
    return load_monitoring().marks(outlet.trade, day)


def kinds_for(outlet: Outlet, day: date) -> Sequence[MarkKind]:
    """Return the marks a firm may choose from."""
    scheme = scheme_on(outlet, day)
    return tuple(scheme.kinds.values()) if scheme else ()


@dataclass(frozen=True, slots=True)
class Due:
    """Until when the data of a day can be marked; `at` is None where the rules name no hour."""

    day: date
    at: datetime | None
    scheme: MarkScheme

    def late(self, now: datetime) -> bool:
        """Whether that time is over, and late marks do not count by the rule."""
        return self.at is not None and now > self.at and not self.scheme.due.late_counts

    @property
    def rule(self) -> str:
        """The clause, in words."""
        ref = self.scheme.due.ref
        return f"{ref.document} {ref.clause}"


def due_of(outlet: Outlet, day: date) -> Due | None:
    """Return until when a day can be marked; None where no rules are in force."""
    scheme = scheme_on(outlet, day)
    return None if scheme is None else Due(day, due_at(day, scheme), scheme)


def dues(outlet: Outlet, start: datetime, end: datetime) -> list[Due | None]:
    """Return the same for every day a time touches."""
    return [due_of(outlet, day) for day, _, _ in by_day(to_beijing(start), to_beijing(end))]


def left_words(due: datetime | None, now: datetime) -> tuple[str, str]:
    """Return how much time is left, in plain Chinese and English.

    Examples
    --------
    >>> a = datetime(2026, 12, 11, 12, tzinfo=BEIJING)
    >>> left_words(a, a - timedelta(hours=2, minutes=5))
    ('还剩2小时5分', '2 h 5 min left')
    >>> left_words(a, a + timedelta(minutes=1))[0]
    '已截止'
    """
    if due is None:
        return "没有规定时刻", "no hour is set"
    left = due - now
    if left < timedelta(0):
        return "已截止", "over"
    minutes = int(left.total_seconds() // 60)
    days, rest = divmod(minutes, 24 * 60)
    hours, rest = divmod(rest, 60)
    zh = (f"{days}天" if days else "") + (f"{hours}小时" if hours else "") + f"{rest}分"
    en = " ".join(
        [*([f"{days} d"] if days else []), *([f"{hours} h"] if hours else []), f"{rest} min"]
    )
    return f"还剩{zh}", f"{en} left"


def now_beijing() -> datetime:
    """Return the present in Beijing time."""
    return timezone.now().astimezone(BEIJING)
