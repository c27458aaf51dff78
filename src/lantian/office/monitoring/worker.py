"""The room's regular work: days rolled up as data come, alarms in time, seals into the ledger."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from lantian.domain.monitoring.effect import MarkSpan
from lantian.jobs.gateway import seal as gateway
from lantian.kernel.calendar import to_beijing
from lantian.kernel.problem import LantianError
from lantian.office.audit.ledger import record
from lantian.office.monitoring import lake, marking, releases, rolled
from lantian.office.monitoring.alarms import pass_time
from lantian.office.monitoring.models import Outlet, Progress, Seal

log = logging.getLogger("lantian.monitoring")
BUDGET_S = 20.0
"""One call works no longer than this; what is left waits for the next."""
SEAL_AT = timedelta(minutes=30)
"""A day is sealed so long after midnight."""
_LAG = timedelta(days=1)
"""The ingest may be so long behind the arrival of a packet."""
_FIRST_DAYS = 400


def refresh_if_due() -> int:
    """Roll up what came since the last call; for the timetable of the site."""
    return refresh(marking.now_beijing())


def refresh(now: datetime, *, budget_s: float = BUDGET_S, only: int | None = None) -> int:
    """Work out the days of every outlet that changed; return how many.

    Bears being called twice, and by two workers: a day worked out again is the same day.

    Parameters
    ----------
    budget_s
        No day is begun after so many seconds.
    only
        At most so many days of each outlet, the newest.
    """
    if not lake.present():
        return 0
    releases.settle_quietly(now)
    stop, count = time.monotonic() + budget_s, 0
    for outlet in Outlet.objects.filter(loggers__isnull=False).distinct().order_by("pk"):
        progress, _ = Progress.objects.get_or_create(outlet=outlet)
        days = sorted({*_changed(outlet, progress, now), *_known(progress)}, reverse=True)
        spans = marking.effects(outlet).spans if days else ()
        now_due, days = (days, []) if only is None else (days[:only], days[only:])
        now_due.reverse()  # alarms live forward: of what is done now the oldest comes first
        while now_due and time.monotonic() < stop:
            count += _roll(outlet, now_due.pop(0), now, spans)
        days = sorted([*now_due, *days], reverse=True)
        progress.looked_at, progress.backlog = now, [d.isoformat() for d in days]
        progress.save()
    pass_time(now)
    return count


def _roll(outlet: Outlet, day: date, now: datetime, spans: Sequence[MarkSpan]) -> int:
    """Roll up a day; one that no rules speak of is told once and left, it would stop all others."""
    try:
        rolled.roll_day(outlet, day, now, spans)
    except LantianError as error:
        for problem in error.problems:
            log.error("%s %s: %s %s", outlet, day, problem.code, problem.message_zh)
        return 0
    return 1


def _known(progress: Progress) -> Iterable[date]:
    return (date.fromisoformat(text) for text in progress.backlog)


def _changed(outlet: Outlet, progress: Progress, now: datetime) -> set[date]:
    """Return the days to be worked out: those with an hour that ended since the last look, and late data.

    Data of an hour that still runs change nothing that is judged; they wait for its end.
    """
    mns = lake.mns_of(outlet)
    released = _released(mns, progress)
    newest = max((x.time for x in lake.latest(mns, (lake.MINUTES, lake.HOURS))), default=None)
    if newest is None:
        return set()
    if progress.looked_at is None:
        _late(mns, progress, now - _LAG, now, now)  # what came so far is in the days below
        progress.newest = newest
        return lake.days_with_rows(mns, newest - timedelta(days=_FIRST_DAYS))
    looked_at = to_beijing(progress.looked_at)
    before = _hour(looked_at - rolled.GRACE)
    found = released | _late(mns, progress, looked_at - _LAG, now, before)
    if _hour(now - rolled.GRACE) > before:
        seen = min(to_beijing(progress.newest) if progress.newest else newest, newest)
        span = (newest.date() - seen.date()).days
        found |= {seen.date() + timedelta(days=n) for n in range(span + 1)}
        progress.newest = newest
    return found


def _released(mns: Sequence[str], progress: Progress) -> set[date]:
    """Return the days that data released from the quarantine speak of, each release looked at once."""
    found = set()
    for one in lake.released_since(mns, progress.released):
        span = (one.last.date() - one.first.date()).days
        found |= {one.first.date() + timedelta(days=n) for n in range(span + 1)}
        progress.released = one.serial
    return found


def _late(
    mns: Sequence[str], progress: Progress, since: datetime, now: datetime, before: datetime
) -> set[date]:
    """Return the days of packets not looked at yet whose data are of hours that were judged before.

    Records of the spool are numbered in order and never twice: the number says what is new, however
    long the ingest took.
    """
    found, last = set(), progress.record
    for mn in mns:
        for packet in lake.arrived(mn, since, now + timedelta(minutes=5)):
            if packet["record"] <= progress.record:
                continue
            last = max(last, packet["record"])
            at = packet["time"]
            if at is not None and packet["cn"] in (lake.MINUTES, lake.HOURS) and at < before:
                found.add(to_beijing(at).date())
    progress.record = last
    return found


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def seal_if_due() -> int:
    """Seal the day before in the gateway and put what was sealed into the ledger."""
    return seal(marking.now_beijing())


def seal(now: datetime) -> int:
    """Seal the days that are over, and record every manifest the ledger does not have yet.

    Raises
    ------
    LantianError
        As the gateway's seal, e.g. J002 while its ingest writes; the next call tries again.
    """
    home = lake.home()
    if not lake.present():
        return 0
    for day in gateway.due_days(home, now - SEAL_AT):
        gateway.seal(home, day, now=now)
    done = 0
    for day in gateway.sealed_days(home):
        done += _record(day, now)
    return done


def _record(day: date, now: datetime) -> int:
    """Put one manifest into the ledger; a manifest that changed since is an event of its own."""
    if Seal.objects.filter(day=day).exists():
        return 0
    found = gateway.manifest(lake.home(), day)
    assert found is not None
    with transaction.atomic():
        if Seal.objects.select_for_update().filter(day=day).exists():
            return 0
        values = {"day": day.isoformat(), "sha256": found.sha256, "sm3": found.sm3,
                  "rows": found.data["rows"], "records": found.data["records"]}  # fmt: skip
        event = record("worker", "monitoring.sealed", values, about=(f"monitoring-day:{day}",))
        Seal.objects.create(day=day, sha256=found.sha256, sm3=found.sm3, rows=found.data["rows"],
                            records=found.data["records"], event=event.number, at=now)  # fmt: skip
    return 1


def broken_seals() -> list[str]:
    """Return the days whose manifest is no longer the one in the ledger, or is gone."""
    found = []
    for row in Seal.objects.all():
        try:
            manifest = gateway.manifest(lake.home(), row.day)
        except LantianError:
            manifest = None
        same = manifest is not None and manifest.sha256 == row.sha256
        if not same:
            found.append(row.day.isoformat())
    return found
