"""Writes events into the ledger and reads them back as a chain."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from lantian.domain.ledger.canonical import canonical
from lantian.domain.ledger.chain import Break, Entry, breaks, entry_hash, following
from lantian.domain.ledger.merkle import proof, proves, root
from lantian.office.audit.models import Event, EventAbout


def record(
    actor: str,
    what: str,
    values: Mapping[str, Any],
    files: Mapping[str, str] | None = None,
    about: Sequence[str] = (),
) -> Event:
    """Append one event; the caller's transaction decides whether it stands.

    Parameters
    ----------
    actor
        User name, or the name of a job.
    what
        Kind, as ``air.import``.
    values
        What happened: whole numbers and texts.
    files
        Hash by name of the files that belong to it.
    about
        Things it is about, as ``firm:F0001``: an index beside the chain, so that the entries about
        one firm are found at once.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":  # one writer at a time; SQLite has only one
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(20260815)")
        last = Event.objects.order_by("-number").first()
        now = timezone.now()
        event = {"actor": actor, "at": now.isoformat(), "files": dict(files or {}), "values": dict(values),
                 "what": what}  # fmt: skip
        before = _entry(last) if last is not None else None
        entry = following(settings.LEDGER_ALGORITHM, before, event)
        event_row = Event.objects.create(
            number=entry.number, at=now, actor=actor, what=what, event=canonical(event).decode(),
            before=entry.before, hash=entry.hash,
        )  # fmt: skip
        EventAbout.objects.bulk_create(
            (EventAbout(event=event_row, subject=one) for one in about), batch_size=2000
        )
        return event_row


def entries() -> Iterator[Entry]:
    """Yield the whole ledger."""
    for row in Event.objects.order_by("number").iterator(chunk_size=2000):
        yield _entry(row)


def find_breaks() -> list[Break]:
    """Return where the ledger in the database does not hold."""
    return list(breaks(settings.LEDGER_ALGORITHM, entries()))


def proof_of(row: Event) -> dict[str, Any]:
    """Return an event with the way from its hash to the root of its day, which anybody can follow.

    Returns
    -------
    dict
        ``number``, ``before``, ``event``, ``hash``, ``day`` (in Beijing), ``place`` and ``size`` among the
        events of the day, ``path``, ``root``, ``algorithm``; ``holds`` says whether its own hash is right
        and the path leads to the root.
    """
    number = row.number
    day = timezone.localtime(row.at).date()
    of_day = list(
        Event.objects.filter(at__date=day).order_by("number").values_list("number", "hash")
    )
    place = [n for n, _ in of_day].index(number)
    hashes = [own for _, own in of_day]
    algorithm = settings.LEDGER_ALGORITHM
    try:
        event = json.loads(row.event)
    except ValueError:  # altered in the database: it fits no hash
        event = {}
    path, top = proof(algorithm, hashes, place), root(algorithm, hashes)
    holds = entry_hash(algorithm, number, row.before, event) == row.hash
    holds = holds and proves(algorithm, row.hash, place, len(hashes), path, top)
    return {"number": number, "before": row.before, "event": event, "hash": row.hash, "day": day.isoformat(),
            "place": place, "size": len(hashes), "path": list(path), "root": top, "algorithm": algorithm,
            "holds": holds}  # fmt: skip


def export() -> Iterator[str]:
    """Yield the lines of the file that ``lantian ledger verify`` reads."""
    yield json.dumps({"ledger": "lantian-1", "algorithm": settings.LEDGER_ALGORITHM})
    for one in entries():
        line = {"number": one.number, "before": one.before, "event": one.event, "hash": one.hash}
        yield json.dumps(line, ensure_ascii=False)


def _entry(row: Event) -> Entry:
    return Entry(row.number, row.before, json.loads(row.event), row.hash)
