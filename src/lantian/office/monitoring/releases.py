"""Packets the gateway put aside, decided of in the office: our row and event first, then the gateway is told.

Two stores cannot commit together. What is decided stands in the ledger before the gateway hears of it, and it is
told until it knows: after a crash in between the worker does it. Decisions made with the gateway's own command are
found by the worker and put into the ledger as what they are (decision 0176).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from lantian.jobs.gateway import release
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.quarantine import Aside, Selection
from lantian.jobs.gateway.registry import Registry
from lantian.kernel.calendar import to_beijing
from lantian.kernel.problem import LantianError, Problem
from lantian.office.audit.action import Done, action
from lantian.office.audit.ledger import record
from lantian.office.monitoring import lake
from lantian.office.monitoring.alarms import about
from lantian.office.monitoring.models import Logger, Release, ReleasedPacket
from lantian.office.monitoring.problems import refused
from lantian.office.monitoring.register import as_the_gateway
from lantian.office.people.models import User

log = logging.getLogger("lantian.monitoring")
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided: the row, how many packets it holds for, and why others could not be released."""

    row: Release
    count: int
    problems: tuple[Problem, ...] = ()


def register_of(mn: str) -> Registry:
    """Return the register as it is now, as far as it speaks of one logger.

    Raises
    ------
    LantianError
        Z013 where its password cannot be opened.
    """
    row = Logger.objects.select_related("outlet").filter(mn=mn).first()
    return Registry({mn: as_the_gateway(row)} if row is not None else {})


@action("monitoring.release", "monitoring.quarantine")
def decide_packets(
    actor: User, chosen: Selection, act: str, why: str, seen: int, now: datetime
) -> Done[Decision]:
    """Release or reject packets of one logger that were put aside for one reason; each of them once.

    Parameters
    ----------
    chosen
        Which; `upto` bounds it to what the page showed.
    seen
        How many the page showed as waiting.

    Raises
    ------
    LantianError
        J508 without a reason, J507 and J509 for none or too many, Z018 where somebody else decided, Z019 where
        the list is another one than was seen, Z020 for no group or act; J501 to J505 where none can be released.
    """
    if act not in Release.Act.values or chosen.mn is None or not chosen.reason:
        raise refused("Z020")
    if not why.strip():
        raise LantianError(complain("J508"))
    asides = _not_decided(release.waiting(lake.home(), chosen))
    if len(asides) != seen:
        raise refused("Z019", seen=seen, now=len(asides))
    problems: tuple[Problem, ...] = ()
    if act == Release.Act.RELEASE:
        judged = release.judge(lake.home(), asides, register_of(chosen.mn), now)
        asides, problems = list(judged.good), judged.problems
        if not asides:
            raise LantianError(*problems[:_MOST_TOLD])
    row = Release.objects.create(
        act=act, mn=chosen.mn, reason=chosen.reason, why=why.strip(), by=actor.username, at=now
    )
    _keep(row, [a.record for a in asides])
    transaction.on_commit(lambda: settle_quietly(now))
    event = {
        "release": row.reference, "act": act, "mn": row.mn, "reason": row.reason, "packets": len(asides),
        "records": ranges(a.record for a in asides), "from": asides[0].received.isoformat(),
        "to": asides[-1].received.isoformat(), "why": row.why, "not_released": len(problems),
    }  # fmt: skip
    return Done(Decision(row, len(asides), problems), event, about=_about(row.mn))


def _not_decided(asides: Sequence[Aside]) -> list[Aside]:
    """Return the packets of which nobody has decided here either: the gateway may not have been told yet."""
    before = ReleasedPacket.objects.filter(record__in=[a.record for a in asides])
    taken = set(before.values_list("record", flat=True))
    left = [a for a in asides if a.record not in taken]
    if not left:
        raise _by_somebody(before.select_related("release")[0].release)
    return left


def _by_somebody(row: Release) -> LantianError:
    at = f"{to_beijing(row.at):%Y-%m-%d %H:%M}"
    return refused("Z018", by=row.by, at=at, act=row.get_act_display())


def _keep(row: Release, records: Sequence[int]) -> None:
    """Keep which packets a decision holds for; the store lets each in once, whoever comes at the same time."""
    try:
        with transaction.atomic():
            ReleasedPacket.objects.bulk_create(
                ReleasedPacket(release=row, record=n) for n in records
            )
    except IntegrityError:
        found = ReleasedPacket.objects.filter(record__in=records).select_related("release").first()
        raise (_by_somebody(found.release) if found else refused("Z020")) from None


def _about(mn: str) -> tuple[str, ...]:
    row = Logger.objects.select_related("outlet").filter(mn=mn).first()
    return about(row.outlet) if row is not None else ()


def ranges(numbers: Iterable[int]) -> str:
    """Return record numbers as people write them.

    Examples
    --------
    >>> ranges([5, 1, 2, 3, 9])
    '1-3, 5, 9'
    """
    spans: list[list[int]] = []
    for n in sorted(numbers):
        if spans and n == spans[-1][1] + 1:
            spans[-1][1] = n
        else:
            spans.append([n, n])
    return ", ".join(f"{a}-{b}" if a != b else f"{a}" for a, b in spans)


def settle_quietly(now: datetime) -> int:
    """As `settle`; where the gateway's folder cannot be used now, the next call tries again."""
    try:
        return settle(now)
    except LantianError as error:
        for problem in error.problems:
            log.error("%s %s", problem.code, problem.message_zh)
        return 0


def settle(now: datetime) -> int:
    """Tell the gateway what it has not heard of, and record what was decided outside; return how much.

    Bears being called twice, and by two workers.
    """
    if not lake.present():
        return 0
    count = 0
    for pk in Release.objects.filter(told_at=None, outside="").values_list("pk", flat=True):
        count += _tell(pk, now)
    known = set(Release.objects.exclude(outside="").values_list("outside", flat=True))
    for one in release.outside(lake.home()):
        if one.reference not in known:
            count += _take(one)
    return count


def _tell(pk: int, now: datetime) -> int:
    with transaction.atomic():
        row = Release.objects.select_for_update().filter(pk=pk, told_at=None).first()
        if row is None:
            return 0
        records = list(row.packets.values_list("record", flat=True))
        done = release.decide(
            lake.home(), records, row.act, why=row.why, by=row.by, at=to_beijing(row.at),
            reference=row.reference,
        )  # fmt: skip
        if done.problems:
            met = sorted(set(records) - set(done.records))
            event = {"release": row.reference, "act": row.act, "mn": row.mn, "packets": len(met),
                     "records": ranges(met), "said": done.problems[0].message_zh}  # fmt: skip
            record("worker", "monitoring.quarantine_met", event, about=_about(row.mn))
        Release.objects.filter(pk=pk).update(told_at=now)
    return 1


def _take(one: release.Outside) -> int:
    """Put a decision made with the command into the ledger, once; its packets that are ours stay ours."""
    try:
        with transaction.atomic():
            row = Release.objects.create(
                act=one.act,
                why=one.why,
                by=one.by[:150],
                at=one.at,
                outside=one.reference,
                told_at=one.at,
            )
            ours = ReleasedPacket.objects.filter(record__in=one.records)
            left = set(one.records) - set(ours.values_list("record", flat=True))
            ReleasedPacket.objects.bulk_create(
                ReleasedPacket(release=row, record=n) for n in sorted(left)
            )
            event = {"release": one.reference, "act": one.act, "by": one.by, "at": one.at.isoformat(),
                     "packets": len(one.records), "records": ranges(one.records), "why": one.why}  # fmt: skip
            record("worker", "monitoring.quarantine_outside", event)
    except IntegrityError:  # another worker was here first
        return 0
    return 1
