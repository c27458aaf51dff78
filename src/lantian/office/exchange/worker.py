"""Sends what waits: at least once, in the order of each key, with growing waits, then parked.

A message is claimed for `LEASE`, sent outside any transaction, and its answer written with the event
in the ledger. A worker that dies in between leaves a claim that runs out: the message is sent again
under the same delivery id, by which the receiver drops doubles.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from lantian.adapters.outward import AddressError, Answer, SendError, post, receiver_of, signature
from lantian.domain.ledger.chain import digest
from lantian.office.audit.ledger import record
from lantian.office.audit.vault import store
from lantian.office.exchange.models import Delivery
from lantian.office.exchange.outbox import secret_of

TIMEOUT_S = 10.0
LEASE = timedelta(seconds=30)
WAITS = tuple(timedelta(seconds=s) for s in (10, 30, 120, 300, 900, 1800, 3600, 7200))
"""Waits after the first, second, … failed attempt; one more failure parks the message."""
LONGEST_ASKED = timedelta(hours=1)
"""The longest Retry-After of a receiver that is followed."""


def deliver(now: datetime) -> bool:
    """Send the oldest message that may go at `now`; return whether there was one."""
    found = _claimed(now)
    if found is None:
        return False
    answer, problem = _sent(found, now)
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(pk=found.pk)
        if row.state == Delivery.State.WAITING:  # otherwise another worker or a person was faster
            _note(row, answer, problem, now)
    return True


def _claimed(now: datetime) -> Delivery | None:
    """Return a message that only this worker sends until its claim runs out."""
    before = Delivery.objects.filter(
        subscription=OuterRef("subscription"), key=OuterRef("key"), pk__lt=OuterRef("pk"),
        state__in=(Delivery.State.WAITING, Delivery.State.PARKED),
    )  # fmt: skip
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    waiting = Delivery.objects.filter(free, state=Delivery.State.WAITING, next_at__lte=now)
    for found in (
        waiting.exclude(Exists(before))
        .select_related("subscription")
        .order_by("next_at", "pk")[:20]
    ):
        mine = Delivery.objects.filter(free, pk=found.pk, state=Delivery.State.WAITING)
        if mine.update(claimed_until=now + LEASE):
            return found
    return None


def _sent(found: Delivery, now: datetime) -> tuple[Answer | None, tuple[str, str]]:
    """Send a message; return the answer, or why there is none in Chinese and English."""
    body, stamp = found.body.encode(), int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8", "User-Agent": "lantian",
        "X-Lantian-Delivery": found.uid, "X-Lantian-Event": found.event, "X-Lantian-Timestamp": str(stamp),
        "X-Lantian-Signature": f"v1={signature(secret_of(found.subscription), stamp, body)}",
    }  # fmt: skip
    try:
        to = receiver_of(found.subscription.address, settings.RECEIVERS)
        return post(to, body, headers, TIMEOUT_S), ("", "")
    except (AddressError, SendError) as error:
        return None, (error.zh, error.en)


def _note(row: Delivery, answer: Answer | None, why: tuple[str, str], now: datetime) -> None:
    """Keep the outcome of an attempt: the receiver's answer as proof, or when to try again."""
    row.attempts, row.claimed_until = row.attempts + 1, None
    row.status = answer.status if answer else None
    if answer is not None:
        row.answer_hash = digest(settings.LEDGER_ALGORITHM, answer.body)
        row.answer_signature = answer.signature
    event = {"delivery": row.uid, "event": row.event, "to": row.subscription.name, "body": row.body_hash,
             "attempts": row.attempts, "status": row.status or 0, "answer": row.answer_hash,
             "signature": row.answer_signature}  # fmt: skip
    about = [row.key] if row.key.startswith("firm:") else []
    if answer is not None and 200 <= answer.status < 300:
        row.state, row.ended_at, row.problem_zh, row.problem_en = Delivery.State.DONE, now, "", ""
        row.save()
        files = {f"answer-{row.uid}": store(f"answer-{row.uid}", answer.body).hash}
        record("worker", "delivery.done", event, files, about)
        return
    row.problem_zh, row.problem_en = (text or f"HTTP {row.status}" for text in why)
    if row.attempts > len(WAITS):
        row.state, row.ended_at = Delivery.State.PARKED, now
        row.save()
        record("worker", "delivery.parked", event | {"problem": row.problem_en}, {}, about)
        return
    wait = WAITS[row.attempts - 1]
    if answer is not None and answer.retry_after_s is not None:
        wait = max(wait, min(timedelta(seconds=answer.retry_after_s), LONGEST_ASKED))
    row.next_at = now + wait
    row.save()
