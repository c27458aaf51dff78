"""Packets that were put aside, decided of: released to be read as of then, or rejected, once and for good.

A release changes no byte of the spool. It is a row of the catalogue; the next run of the ingest reads the frame
where it lies, and what comes of it goes into files of its own, which the next seal takes (decision 0176).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from lantian.adapters.lake.readings import milliseconds
from lantian.domain.hj212.cipher import BlockCipher
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded
from lantian.domain.hj212.stamp import read_epoch, read_stamp
from lantian.jobs.gateway import lake
from lantian.jobs.gateway.admission import FUTURE_MS, why_not
from lantian.jobs.gateway.catalogue import Catalogue
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import Home, home_of
from lantian.jobs.gateway.loggers import read_loggers
from lantian.jobs.gateway.quarantine import (
    REASON_WORDS,
    REJECT,
    RELEASE,
    Aside,
    Selection,
    selected,
)
from lantian.jobs.gateway.registry import Registry
from lantian.jobs.gateway.spool import Record, address_text, moment, record
from lantian.jobs.hj212.keys import read_keys
from lantian.kernel.calendar import to_beijing
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.rulebook.hj212_tables import load_hj212

MOST: Final = 2_000
"""Packets of one decision: what somebody answers for by name is not without end."""
FINAL: Final[Mapping[str, str]] = {
    "unparsable": "J501", "checksum": "J501", "oversize": "J501", "replayed": "J502", "no-time": "J503",
}  # fmt: skip
"""Reasons that no release helps, and the problem that says why."""
ACTS: Final[Mapping[str, str]] = {RELEASE: "放行 released", REJECT: "驳回 rejected"}
OFFICE: Final = "office-"
"""How references of decisions made in the office begin."""


class Judged(NamedTuple):
    """Which packets can be released, and why the others cannot."""

    good: tuple[Aside, ...]
    against: Mapping[int, Problem]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What stands against the others, in the order of their records."""
        return tuple(self.against[n] for n in sorted(self.against))


def waiting(home: Path | Home, selection: Selection) -> list[Aside]:
    """Return the packets of a selection that nobody has decided of, in the order they came.

    Raises
    ------
    LantianError
        J507 where there is none, J509 where there are too many for one decision.
    """
    found = selected(home, replace(selection, waiting=True), most=MOST + 1)
    if not found:
        raise LantianError(complain("J507"))
    if len(found) > MOST:
        raise LantianError(complain("J509", n=MOST))
    return found[::-1]


def judge(home: Path | Home, asides: Sequence[Aside], registry: Registry, now: datetime) -> Judged:
    """Return which packets can be released today.

    One can be where nothing was wrong with the frame itself, the register of today would take it, and its
    DataTime has come.

    Parameters
    ----------
    registry
        The register as it is now, with passwords.
    now
        The moment, aware.
    """
    reader = _FrameReader(home_of(home))
    good: list[Aside] = []
    against: dict[int, Problem] = {}
    frames = {r.number: r for r in frames_of(home, [a for a in asides if a.reason not in FINAL])}
    for aside in asides:
        kept = frames.get(aside.record)
        if aside.reason in FINAL or kept is None:
            code = FINAL.get(aside.reason, "J206")
            against[aside.record] = complain(code, n=aside.record, detail=aside.reason)
            continue
        problem = reader.problem(aside, kept, registry, now)
        if problem is None:
            good.append(aside)
        else:
            against[aside.record] = problem
    return Judged(tuple(good), against)


class _FrameReader:
    """Reads kept frames with the keys of today."""

    def __init__(self, home: Home) -> None:
        self._loggers = read_loggers(home)
        path = self._loggers.keys
        self._keys = read_keys(path if path is not None and path.is_file() else None)
        self._decoder = Decoder(Lexicon(load_hj212()), self._key_of)

    def _key_of(self, mn: str) -> BlockCipher | None:
        known = self._loggers.loggers.get(mn)
        cipher = self._keys.of((known.sm4_key if known else "") or mn)
        return cipher.decrypt if cipher else None

    def _decoded(self, kept: Record) -> Decoded | None:
        events = [*self._decoder.feed(kept.frame), *self._decoder.close()]
        return next((e for e in events if isinstance(e, Decoded)), None)

    def problem(
        self, aside: Aside, kept: Record, registry: Registry, now: datetime
    ) -> Problem | None:
        """Return why a packet cannot be released, None where it can."""
        decoded = self._decoded(kept)
        if decoded is None or not decoded.ok:
            if aside.reason == "no-key":
                return _refused_today(aside, "no-key")
            return complain("J501", n=aside.record, detail=aside.reason)
        fields = decoded.packet.fields
        logger = registry.of(fields.get("MN", ""))
        address = address_text(kept.address)
        why = why_not(logger, fields.get("PW", ""), fields.get("ST", ""), address)
        # A habit of a vendor may allow a further system; only the gateway knows habits, and it let it pass.
        habit = logger is not None and bool(logger.vendor) and aside.reason != "system"
        if why and not (why == "system" and habit):
            return _refused_today(aside, why)
        latest = max(_times(decoded), default=None)
        if latest is not None and milliseconds(latest) > milliseconds(now) + FUTURE_MS:
            return complain("J505", n=aside.record, detail=f"{to_beijing(latest):%Y-%m-%d %H:%M}")
        return None


def _refused_today(aside: Aside, why: str) -> Problem:
    return complain("J504", n=aside.record, detail=why, given=REASON_WORDS[why][0])


def _times(decoded: Decoded) -> Iterator[datetime]:
    for group in decoded.packet.groups:
        for name, value in group:
            found = (
                read_stamp(value or "") or read_epoch(value or "") if name == "DataTime" else None
            )
            if found is not None:
                yield found


def frames_of(home: Path | Home, asides: Sequence[Aside]) -> Iterator[Record]:
    """Yield the kept frames of packets, each found where ``packets/`` says it lies."""
    if not asides:
        return
    times = [a.received for a in asides]
    found = lake.packets(
        home, records=[a.record for a in asides], start=min(times),
        end=max(times) + timedelta(milliseconds=1),
    )  # fmt: skip
    for number, offset in sorted({row["record"]: row["offset"] for row in found}.items()):
        yield record(home_of(home), number, offset)


class Done(NamedTuple):
    """Which records a decision holds for, and which somebody else had decided of."""

    records: tuple[int, ...]
    problems: tuple[Problem, ...]


def decide(
    home: Path | Home,
    numbers: Iterable[int],
    act: str,
    *,
    why: str,
    by: str,
    at: datetime,
    reference: str,
) -> Done:
    """Note a decision of packets that were put aside; the same one again changes nothing.

    Who decides first decides: of a packet somebody else has decided of nothing is noted. All in one commit.

    Raises
    ------
    LantianError
        J508 without a reason, J003 where there is no lake, J001 where it cannot be written.
    """
    if not why.strip():
        raise LantianError(complain("J508"))
    at_home = home_of(home)
    values = (act, why.strip(), by, milliseconds(at), reference)
    try:
        with Catalogue(at_home, write=True) as catalogue, catalogue.transaction():
            return _decide(catalogue, sorted(set(numbers)), values)
    except (
        sqlite3.Error
    ) as error:  # another process holds the store all the while, or the disk is full
        place = Place(file=str(at_home.catalogue))
        raise LantianError(complain("J001", place, detail=str(error))) from error


def _decide(catalogue: Catalogue, numbers: Sequence[int], values: tuple[object, ...]) -> Done:
    taken: list[int] = []
    problems: list[Problem] = []
    for number in numbers:
        catalogue.db.execute(
            "INSERT OR IGNORE INTO decisions (record, act, why, by, at, reference, mn)"
            " SELECT record, ?, ?, ?, ?, ?, mn FROM quarantine WHERE record = ?",
            (*values, number),
        )
        row = catalogue.db.execute(
            "SELECT reference, by, act FROM decisions WHERE record = ?", (number,)
        ).fetchone()
        if row is None:
            problems.append(complain("J206", n=number))
        elif row[0] != values[-1]:
            problems.append(complain("J506", n=number, detail=row[1], given=ACTS[row[2]]))
        else:
            taken.append(number)
    return Done(tuple(taken), tuple(problems))


class Released(NamedTuple):
    """A packet that is to be read now."""

    aside: Aside
    at_ms: int
    reference: str


def due(catalogue: Catalogue, most: int) -> list[Released]:
    """Return released packets that the ingest has not read yet, in the order they came."""
    rows = catalogue.db.execute(
        "SELECT q.record, q.received, q.mn, q.peer, q.reason, q.detail, d.at, d.reference"
        " FROM decisions d JOIN quarantine q ON q.record = d.record"
        " WHERE d.taken IS NULL AND d.act = ? ORDER BY q.record LIMIT ?",
        (RELEASE, most),
    )
    return [Released(Aside(r[0], moment(r[1]), *r[2:6]), r[6], r[7]) for r in rows]


class Taken(NamedTuple):
    """Data that came into the lake by a release: count of the release, first and last DataTime."""

    serial: int
    first: datetime
    last: datetime


def taken_since(home: Path | Home, mns: Sequence[str], serial: int) -> list[Taken]:
    """Return what the ingest has read of released packets of some loggers since a count."""
    marks = ",".join("?" * len(mns))
    with Catalogue(home_of(home)) as catalogue:
        rows = catalogue.db.execute(
            "SELECT taken, first_ms, last_ms FROM decisions WHERE taken > ? AND first_ms IS NOT NULL"
            f" AND mn IN ({marks}) ORDER BY taken",
            (serial, *mns),
        ).fetchall()
    return [Taken(n, moment(a), moment(b)) for n, a, b in rows]


class Outside(NamedTuple):
    """A decision that was not made in the office."""

    reference: str
    act: str
    why: str
    by: str
    at: datetime
    records: tuple[int, ...]


def outside(home: Path | Home) -> list[Outside]:
    """Return the decisions made with the command, in the order they were made."""
    found: dict[str, Outside] = {}
    with Catalogue(home_of(home)) as catalogue:
        rows = catalogue.db.execute(
            "SELECT reference, act, why, by, at, record FROM decisions"
            " WHERE reference NOT LIKE ? ORDER BY at, record",
            (f"{OFFICE}%",),
        ).fetchall()
    for reference, act, why, by, at, number in rows:
        before = found.get(reference)
        records = (*before.records, number) if before else (number,)
        found[reference] = Outside(reference, act, why, by, moment(at), records)
    return list(found.values())


def came_to(home: Path | Home, references: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return what came of decisions: by reference how many packets of each outcome, ``""`` for none yet."""
    marks = ",".join("?" * len(references))
    found: dict[str, dict[str, int]] = {}
    with Catalogue(home_of(home)) as catalogue:
        rows = catalogue.db.execute(
            f"SELECT reference, outcome, count(*) FROM decisions WHERE reference IN ({marks})"
            " GROUP BY reference, outcome ORDER BY reference, outcome",
            list(references),
        )
        for reference, outcome, n in rows:
            found.setdefault(reference, {})[outcome] = n
    return found
