"""Spool to lake: every kept frame read in full, its values kept once, everything else put aside.

One commit of the catalogue takes the files, the place in the spool and the hot values together; a run
that breaks off at any point leaves files no commit names, and the next run does the same work again.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lantian.gateway.batch import Batch
from lantian.gateway.released import Released
from lantian.gateway.replays import save
from lantian.jobs.gateway import lake, release
from lantian.jobs.gateway.catalogue import Catalogue, locked
from lantian.jobs.gateway.home import Home, home_of
from lantian.jobs.gateway.loggers import read_loggers
from lantian.jobs.gateway.spool import Record, record, records, segments
from lantian.kernel.problem import LantianError

BATCH_RECORDS: Final = 50_000


@dataclass
class Ingested:
    """What a run did; counts by outcome of packets and by reason of the quarantine.

    `released` counts packets that somebody released from the quarantine, by what came of them.
    """

    records: int = 0
    next_record: int = 1
    outcomes: Counter[str] = field(default_factory=Counter)
    quarantined: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    duplicates: int = 0
    conflicts: int = 0
    waiting_parts: int = 0
    strays_removed: int = 0
    released: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """Return it as a plain object."""
        return {
            "records": self.records, "next_record": self.next_record,
            "outcomes": dict(sorted(self.outcomes.items())),
            "quarantined": dict(sorted(self.quarantined.items())),
            "rows": self.rows, "duplicates": self.duplicates, "conflicts": self.conflicts,
            "waiting_parts": self.waiting_parts, "strays_removed": self.strays_removed,
            "released": dict(sorted(self.released.items())),
        }  # fmt: skip


def ingest(
    home: Path | Home,
    *,
    now: datetime | None = None,
    most: int | None = None,
    batch_records: int = BATCH_RECORDS,
) -> Ingested:
    """Bring what is new in the spool into the lake.

    Parameters
    ----------
    home
        Folder of the gateway.
    now
        Moment to which parts of split messages are waited for; the arrival of the newest record
        where None, so that a run over old records ends as it would have ended then.
    most
        At most so many records.
    batch_records
        Records of one commit.

    Raises
    ------
    LantianError
        J002 while another run works, J202 to J204 where the spool is damaged, J001 where the disk
        does not take the files; nothing of the batch counts then.
    """
    at = home_of(home)
    done = Ingested()
    with locked(at, lake.LAKE_LOCK, lake.LAKE_WAIT_S), Catalogue(at, create=True) as catalogue:
        done.strays_removed = lake.begin_writing(catalogue)
        loggers = read_loggers(at)
        stream = records(at, catalogue.next_record)
        if most is not None:
            stream = itertools.islice(stream, most)
        keys = _keys(loggers.keys)
        batch = None
        while chunk := list(itertools.islice(stream, batch_records)):
            batch = Batch(catalogue, loggers, keys, previous=batch)
            _one(catalogue, batch, chunk, now, done)
        while waiting := release.due(catalogue, batch_records):
            _release(catalogue, Released(catalogue, loggers, keys, batch, waiting), done)
        lake.compact(catalogue)
        lake.end_writing(catalogue)
        done.next_record = catalogue.next_record
        done.waiting_parts = catalogue.db.execute("SELECT count(*) FROM pending").fetchone()[0]
    return done


def _keys(path: Path | None) -> Any:
    from lantian.jobs.hj212.keys import read_keys

    return read_keys(path if path is not None and path.is_file() else None)


def _one(
    catalogue: Catalogue, batch: Batch, chunk: list[Record], now: datetime | None, done: Ingested
) -> None:
    """Read and commit one batch."""
    home = catalogue.home
    pending = catalogue.db.execute("SELECT record, offset FROM pending ORDER BY record").fetchall()
    batch.read([record(home, n, offset) for n, offset in pending], chunk)
    last_ms = round(now.timestamp() * 1000) if now else chunk[-1].received_ms
    batch.expire(last_ms)
    tag = f"r{chunk[0].number:012d}-{chunk[-1].number:012d}"
    settled = lake.settle(catalogue, batch.columns, tag)
    files = batch.packet_files(settled, tag)
    _sync_spool(home, chunk)
    with catalogue.transaction():
        lake.commit(catalogue, settled)
        catalogue.add_files(files)
        save(catalogue, batch.replays.changed)
        batch.commit(catalogue)
        catalogue.set_meta("next_record", str(chunk[-1].number + 1))
    done.records += len(chunk)
    _count(done, settled.written)
    done.outcomes.update(batch.outcomes)
    done.quarantined.update(batch.quarantined)


def _release(catalogue: Catalogue, batch: Released, done: Ingested) -> None:
    """Read and commit what was released; until the commit it waits, after it it is never read again."""
    batch.read_released()
    numbers = batch.numbers
    tag = f"q{numbers[0]:012d}-{numbers[-1]:012d}"
    settled = lake.settle(catalogue, batch.columns, tag)
    files = batch.packet_files(settled, tag)
    with catalogue.transaction():
        lake.commit(catalogue, settled)
        catalogue.add_files(files)
        batch.commit(catalogue)
    _count(done, settled.written)
    done.released.update(batch.came_to.values())


def _count(done: Ingested, written: lake.Written) -> None:
    done.rows += written.kept
    done.duplicates += written.duplicates
    done.conflicts += written.conflicts


def _sync_spool(home: Home, chunk: Iterable[Record]) -> None:
    """Let what was read be on the disk before its place is: the server may not have synced yet."""
    firsts = {r.segment for r in chunk}
    for segment in segments(home):
        if segment.first in firsts:
            handle = os.open(segment.path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


__all__ = ["BATCH_RECORDS", "Ingested", "LantianError", "ingest"]
