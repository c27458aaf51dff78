"""Alarms in the store: the domain's machine decides, rows remember, the ledger is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from django.db import transaction

from lantian.domain.monitoring import alarm as machine
from lantian.domain.monitoring.alarm import (
    AlarmKey,
    AlarmState,
    Event,
    Normal,
    Notice,
    Over,
    Said,
    Tick,
)
from lantian.domain.monitoring.exceed import Outcome
from lantian.domain.monitoring.model import Average
from lantian.jobs.monitoring.run import shown
from lantian.kernel.calendar import to_beijing
from lantian.office.audit.ledger import record
from lantian.office.monitoring.models import Alarm, AlarmNote, Outlet
from lantian.rulebook.monitoring_tables import load_monitoring

_MOMENT = timedelta(microseconds=1)


def about(outlet: Outlet) -> tuple[str, ...]:
    """Return what an event about an outlet is filed under."""
    return (f"firm:{outlet.firm_id}", f"outlet:{outlet.pk}")


def state_of(row: Alarm) -> machine.Alarm:
    """Return the domain's alarm of a row; what was said stays in `AlarmNote`."""
    return machine.Alarm(
        key=key_of(row), opened_at=to_beijing(row.opened_at), last_event_at=to_beijing(row.last_event_at),
        waits_since=to_beijing(row.waits_since), state=AlarmState(row.state), level=row.level,
        periods=row.periods, run=row.run, normal_run=row.normal_run, late_levels=row.late_levels,
        worst=Fraction(row.worst), ended=row.ended, said=(),
    )  # fmt: skip


def key_of(row: Alarm) -> AlarmKey:
    """Return what an alarm is about."""
    return AlarmKey(str(row.outlet_id), row.factor, Average(row.average))


def step(
    row: Alarm | None,
    outlet: Outlet,
    key: AlarmKey,
    event: Event,
    files: Mapping[str, str] | None = None,
) -> tuple[Alarm | None, Sequence[Said]]:
    """Take one event to an alarm and keep what comes of it; inside the caller's transaction.

    Returns
    -------
    The row of the alarm after it (a new one where another episode begins), and what is to be told.

    Raises
    ------
    LantianError
        M054 for an explanation or decision without an open alarm or with an empty text.
    """
    method = load_monitoring().alarm(event.at.date())
    after, told = machine.step(state_of(row) if row else None, key, event, method)
    if after is None:
        return None, ()
    again = row is not None and row.ended and isinstance(event, Over)
    new = row is None or again or to_beijing(row.opened_at) != after.opened_at
    kept = Alarm(outlet=outlet, factor=key.factor, average=key.average.value) if new else row
    assert kept is not None
    for name in ("opened_at", "last_event_at", "waits_since", "level", "periods", "run", "normal_run",
                 "late_levels", "ended"):  # fmt: skip
        setattr(kept, name, getattr(after, name))
    kept.state, kept.worst = after.state.value, str(after.worst)
    kept.save()
    for said in told:
        AlarmNote.objects.create(
            alarm=kept, at=said.at, notice=said.notice.value, by=said.by, text=said.text,
            rule=said.rule.as_dict() if said.rule else None, files=dict(files or {}),
        )  # fmt: skip
    return kept, told


def newest(outlet: Outlet, key: AlarmKey) -> Alarm | None:
    """Return the last alarm of a key, locked."""
    rows = Alarm.objects.select_for_update().filter(
        outlet=outlet, factor=key.factor, average=key.average.value
    )
    return rows.order_by("-opened_at", "-pk").first()


def feed(outlet: Outlet, factor: str, average: Average, outcomes: Sequence[Outcome]) -> int:
    """Show judged periods to the alarms of a factor; return how many notices came of it.

    A period that arrives late is taken at the time of the newest event: alarms go forward only.
    """
    key = AlarmKey(str(outlet.pk), factor, average)
    row, count = newest(outlet, key), 0
    for one in outcomes:
        # an episode that ended and the next one never bear the same time
        least = to_beijing(row.last_event_at) + _MOMENT * row.ended if row else one.end
        at = max(one.end, least)
        if row is None and not one.over:
            continue
        event = Over(at, one.value) if one.over else Normal(at)
        row, told = step(row, outlet, key, event)
        count += len(told)
        if row is not None:
            _tell(row, told)
    return count


def feed_late(outlet: Outlet, factor: str, average: Average, outcomes: Sequence[Outcome]) -> int:
    """Show periods that became known after later ones: each episode in them is an alarm of its own.

    What followed was judged before, so an episode that reaches the end of these periods is over.
    """
    key = AlarmKey(str(outlet.pk), factor, average)
    row, count = None, 0
    for one in outcomes:
        if row is None and not one.over:
            continue
        event = Over(one.end, one.value) if one.over else Normal(one.end)
        row, told = step(row, outlet, key, event)
        count += len(told)
        if row is not None:
            _tell(row, told)
    if row is not None and not row.ended:
        row.ended = True
        row.save()
        said = Said(to_beijing(row.last_event_at), Notice.ENDED, "", "以后的时段已先行判定")
        AlarmNote.objects.create(alarm=row, at=said.at, notice=said.notice.value, text=said.text)
        _tell(row, (said,))
    return count


def _tell(row: Alarm, told: Sequence[Said]) -> None:
    for said in told:
        values = {
            "alarm": row.pk, "notice": said.notice.value, "outlet": row.outlet.code, "factor": row.factor,
            "average": row.average, "at": said.at.isoformat(), "level": row.level, "periods": row.periods,
            "worst": shown(Fraction(row.worst)) or "",
        }  # fmt: skip
        record("worker", "monitoring.alarm", values, about=about(row.outlet))


def pass_time(now: datetime) -> int:
    """Let time pass for every alarm that waits for the firm; return how many were raised."""
    raised = 0
    for pk in Alarm.objects.filter(state=Alarm.State.OPEN).values_list("pk", flat=True):
        with transaction.atomic():
            row = Alarm.objects.select_for_update().select_related("outlet").get(pk=pk)
            at = to_beijing(now)
            if row.state != Alarm.State.OPEN or at < to_beijing(row.last_event_at):
                continue
            after, told = step(row, row.outlet, key_of(row), Tick(at))
            if after is not None:
                _tell(after, told)
            raised += len(told)
    return raised
