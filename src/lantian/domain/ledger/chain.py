"""Events chained by hash: each one holds the hash of the one before it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lantian.domain.ledger.canonical import Json, canonical

ALGORITHMS = ("sm3", "sha256")
START = "0" * 64
"""What the first event holds in the place of a hash before it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in its place: number from 1, hash of the entry before, its own hash."""

    number: int
    before: str
    event: Json
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold: the number, and which of its parts is wrong."""

    number: int
    kind: str  # number, before, hash
    expected: str
    found: str


def digest(algorithm: str, content: bytes) -> str:
    """Return a hash in hexadecimal.

    Raises
    ------
    ValueError
        For an algorithm other than `ALGORITHMS`.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"unknown algorithm {algorithm}")
    return hashlib.new(algorithm, content).hexdigest()


def entry_hash(algorithm: str, number: int, before: str, event: Json) -> str:
    """Return the hash of an entry: over its number, the hash before, and the event."""
    return digest(algorithm, canonical({"before": before, "event": event, "number": number}))


def following(algorithm: str, last: Entry | None, event: Json) -> Entry:
    """Return the entry of an event after the last one."""
    number, before = (1, START) if last is None else (last.number + 1, last.hash)
    return Entry(number, before, event, entry_hash(algorithm, number, before, event))


def breaks(algorithm: str, entries: Iterable[Entry], last: Entry | None = None) -> Iterator[Break]:
    """Yield every place at which a chain does not hold; nothing where it does.

    A flipped bit breaks the hash of its entry, a removed or moved entry the number and the hash
    before of the one that follows. After a break the chain is followed from what is there, so
    that one break is told once.
    """
    for entry in entries:
        number, before = (1, START) if last is None else (last.number + 1, last.hash)
        if entry.number != number:
            yield Break(entry.number, "number", str(number), str(entry.number))
        if entry.before != before:
            yield Break(entry.number, "before", before, entry.before)
        own = entry_hash(algorithm, entry.number, entry.before, entry.event)
        if entry.hash != own:
            yield Break(entry.number, "hash", own, entry.hash)
        last = entry
