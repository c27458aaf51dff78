"""The same packet again: sent again in time, played back later, or one QN with two contents."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from lantian.adapters.lake.readings import packets_of
from lantian.domain.hj212.stamp import read_epoch, read_stamp
from lantian.gateway.config import RESEND_WINDOW_S
from lantian.jobs.gateway.catalogue import Catalogue
from lantian.jobs.gateway.home import bucket_of
from lantian.jobs.gateway.spool import moment

_WINDOW_MS: Final = RESEND_WINDOW_S * 1000
_ANSWERS: Final = frozenset({"9011", "9012", "9013", "9014"})

Key = tuple[str, str, str, str]
"""MN, CN, QN and PNO."""


class Sight(NamedTuple):
    """One packet to be looked up."""

    key: Key
    digest: int
    record: int
    received_ms: int


def digest_of(frame: bytes) -> int:
    """Return 64 bits of the hash of what a frame says from CP on."""
    at = max(frame.find(b"CP="), 0)
    end = frame.rfind(b"&&")
    said = frame[at : end if end > at else len(frame)]
    return int.from_bytes(hashlib.sha256(said).digest()[:8], "big")


class Replays:
    """Judges the packets of one run against all that came before.

    Most packets have a greater QN than any before of their MN and CN: nothing need be looked up
    for them. The others are looked for among the packets of the days around their QN and their arrival.
    What was put aside is not looked at: nobody else may use up a QN of a logger.
    """

    def __init__(self, catalogue: Catalogue, previous: Replays | None = None) -> None:
        self._catalogue = catalogue
        self._last: dict[tuple[str, str], str]
        if previous is not None:
            self._last = previous._last
        else:
            rows = catalogue.db.execute("SELECT mn, cn, qn FROM last_qn")
            self._last = {(mn, cn): qn for mn, cn, qn in rows}
        self._first: dict[Key, tuple[int, int, int]] = {}
        self.changed: dict[tuple[str, str], str] = {}

    def learn(self, sights: Iterable[Sight]) -> None:
        """Look up what cannot be known to be new, in one go."""
        wanted = [s for s in sights if s.key[2] <= self._last.get(s.key[:2], "")]
        if not wanted:
            return
        days: set[str] = set()
        for sight in wanted:
            at = read_stamp(sight.key[2]) or read_epoch(sight.key[2])
            around = [moment(sight.received_ms)] + ([at] if at else [])
            days |= {
                (t + timedelta(days=d)).date().isoformat()
                for t in around
                for d in (-1, 0, 1)
                if 2000 < t.year < 9000
            }
        mns, qns = {s.key[0] for s in wanted}, {s.key[2] for s in wanted}
        files = self._catalogue.files("packets", days, {bucket_of(m) for m in mns})
        paths = [self._catalogue.home.root / f.path for f in files]
        for mn, cn, qn, pno, digest, record, received in packets_of(paths, mns, qns):
            self._first.setdefault((mn, cn, qn, pno), (digest, received, record))

    def judge(self, sight: Sight, *, qn_repeats: bool) -> str:
        """Return ``""`` for a new packet, else ``resent``, ``replayed`` or ``qn-reused``."""
        mn, cn, qn, _ = sight.key
        if not qn or cn in _ANSWERS:
            return ""
        if qn > self._last.get((mn, cn), ""):
            self._last[mn, cn] = self.changed[mn, cn] = qn
        mine = (sight.digest, sight.received_ms, sight.record)
        digest, received, record = self._first.setdefault(sight.key, mine)
        if record == sight.record or qn_repeats:
            return ""
        if digest != sight.digest:
            return "qn-reused"
        return "resent" if sight.received_ms - received <= _WINDOW_MS else "replayed"


def save(catalogue: Catalogue, changed: Mapping[tuple[str, str], str]) -> None:
    """Keep the greatest QN of each MN and CN; inside a transaction."""
    catalogue.db.executemany(
        "INSERT OR REPLACE INTO last_qn VALUES (?, ?, ?)",
        [(mn, cn, qn) for (mn, cn), qn in changed.items()],
    )
