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
from lantian.domain.ledger.seal import as_dict
from lantian.office.audit.models import Event, EventAbout, SealRow


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
        one_writer()
        last = Event.objects.order_by("-number").first()
        now = timezone.now()
        event = {"actor": actor, "at": now.isoformat(), "files": dict(files or {}), "values": dict(values),
                 "what": what}  # fmt: skip
        before = entry_of(last) if last is not None else None
        entry = following(settings.LEDGER_ALGORITHM, before, event)
        event_row = Event.objects.create(
            number=entry.number, at=now, actor=actor, what=what, event=canonical(event).decode(),
            before=entry.before, hash=entry.hash,
        )  # fmt: skip
        EventAbout.objects.bulk_create(
            (EventAbout(event=event_row, subject=one) for one in about), batch_size=2000
        )
        return event_row


def one_writer() -> None:
    """Wait until nobody else writes to the ledger, until the end of the transaction; SQLite has only one."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(20260815)")


def entries() -> Iterator[Entry]:
    """Yield the whole ledger."""
    for row in Event.objects.order_by("number").iterator(chunk_size=2000):
        yield entry_of(row)


def find_breaks() -> list[Break]:
    """Return where the ledger in the database does not hold."""
    return list(breaks(settings.LEDGER_ALGORITHM, entries()))


def proof_of(row: Event) -> dict[str, Any]:
    """Return an event with the way from its hash to the signed root of its day, which anybody can follow.

    Returns
    -------
    dict
        ``number``, ``before``, ``event``, ``hash``, ``day`` (in Beijing), ``place`` and ``size`` among the
        events of the day, ``path``, ``root``, ``algorithm``; ``holds`` says whether its own hash is right
        and the path leads to the root; ``seal`` is the day's seal over that root, None before it is made.
    """
    number = row.number
    seal = SealRow.objects.filter(first__lte=number, last__gte=number).first()
    day = timezone.localtime(row.at).date()
    under = Event.objects.filter(at__date=day)
    if seal is not None:
        day, under = seal.day, Event.objects.filter(number__gte=seal.first, number__lte=seal.last)
    of_day = list(under.order_by("number").values_list("number", "hash"))
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
    holds = holds and (seal is None or seal.root == top)
    return {"number": number, "before": row.before, "event": event, "hash": row.hash, "day": day.isoformat(),
            "place": place, "size": len(hashes), "path": list(path), "root": top, "algorithm": algorithm,
            "seal": None if seal is None else as_dict(seal.as_seal()), "holds": holds}  # fmt: skip


def export() -> Iterator[str]:
    """Yield the lines of the file that ``lantian ledger verify`` reads."""
    today = timezone.localdate().isoformat()
    yield json.dumps(
        {"ledger": "lantian-1", "algorithm": settings.LEDGER_ALGORITHM, "exported_on": today}
    )
    seals = {row.last: row.as_seal() for row in SealRow.objects.order_by("day")}
    for one in entries():
        line = {"number": one.number, "before": one.before, "event": one.event, "hash": one.hash}
        yield json.dumps(line, ensure_ascii=False)
        if one.number in seals:
            yield json.dumps({"seal": as_dict(seals.pop(one.number))})
    for seal in seals.values():  # its last entry is gone, which verifying names
        yield json.dumps({"seal": as_dict(seal)})


def entry_of(row: Event) -> Entry:
    """Return a row as an entry of the chain; a text that is no event fits no hash."""
    try:
        event = json.loads(row.event)
    except ValueError:
        event = {}
    return Entry(row.number, row.before, event if isinstance(event, dict) else {}, row.hash)
