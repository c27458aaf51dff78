"""Kept frames: segments of records in a hash chain (docs/gateway.md), read, verified, looked up."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import Home, home_of
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError, Place, Problem

MAGIC: Final = b"LTSPOOL1"
HEAD: Final = struct.Struct(">8sQQ32s")
HEAD_BYTES: Final = HEAD.size + 32
LENGTH: Final = struct.Struct(">I")
BODY: Final = struct.Struct(">QBH16s")
CHAIN_BYTES: Final = 32
MOST_BODY: Final = 1 << 20
ACCEPTED, SENT, REFUSED = 0, 1, 16
REASONS: Final = (
    "unparsable", "checksum", "oversize", "no-key", "unregistered", "password", "address",
    "inactive", "system",
)  # fmt: skip
"""Why the light check refused a frame; its status is `REFUSED` plus the place in this list."""
_NAME: Final = re.compile(r"seg-(\d{12})\.spool")
_EPOCH: Final = datetime(1970, 1, 1, 8, tzinfo=BEIJING)
_PIECE: Final = 1 << 20


class Record(NamedTuple):
    """One kept frame.

    Attributes
    ----------
    number
        Its number in the spool.
    received_ms
        Wall clock at arrival, milliseconds since 1970.
    status
        `ACCEPTED`, `SENT` (a command of the gateway itself), or from `REFUSED` on.
    port, address
        Where it came from; the address in 16 bytes.
    frame
        The bytes as they came.
    segment, offset
        First record of its segment, and where the record begins in that file.
    """

    number: int
    received_ms: int
    status: int
    port: int
    address: bytes
    frame: bytes
    segment: int
    offset: int

    @property
    def received(self) -> datetime:
        """Wall clock at arrival, Beijing time."""
        return moment(self.received_ms)

    @property
    def reason(self) -> str:
        """Why the light check refused it, empty where it did not."""
        at = self.status - REFUSED
        return REASONS[at] if 0 <= at < len(REASONS) else ""

    @property
    def peer(self) -> str:
        """Address and port as text."""
        return f"{address_text(self.address)}:{self.port}"


def refused_status(reason: str) -> int:
    """Return the status of a frame that the light check refused."""
    return REFUSED + REASONS.index(reason)


def moment(ms: int) -> datetime:
    """Return milliseconds since 1970 as Beijing time."""
    return _EPOCH + timedelta(milliseconds=ms)


@lru_cache(maxsize=4_096)
def address_text(raw: bytes) -> str:
    """Return 16 bytes as an address, IPv4 where it is a mapped one; brackets around IPv6."""
    address = ipaddress.IPv6Address(raw)
    mapped = address.ipv4_mapped
    return str(mapped) if mapped else f"[{address}]"


def address_bytes(text: str) -> bytes:
    """Return an address as 16 bytes; zeros where it is none (a local socket)."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return bytes(16)
    if isinstance(address, ipaddress.IPv4Address):
        return b"\0" * 10 + b"\xff\xff" + address.packed
    return address.packed


def head_of(first: int, created_ms: int, before: bytes) -> bytes:
    """Return the head of a segment with its hash."""
    head = HEAD.pack(MAGIC, first, created_ms, before)
    return head + hashlib.sha256(head).digest()


class Segment(NamedTuple):
    """A segment as its head tells it."""

    path: Path
    first: int
    created_ms: int
    before: bytes
    head_hash: bytes


def segments(home: Path | Home) -> list[Segment]:
    """Return the segments of a spool in order.

    Raises
    ------
    LantianError
        J204 where a file in the folder is no segment, J001 where one cannot be read.
    """
    folder = home_of(home).spool
    found = []
    problems: list[Problem] = []
    paths = sorted(folder.glob("seg-*.spool")) if folder.is_dir() else []
    for path in paths:
        try:
            with path.open("rb") as stream:
                head = stream.read(HEAD_BYTES)
        except OSError as error:
            detail = error.strerror or "?"
            raise LantianError(complain("J001", Place(file=path.name), detail=detail)) from error
        segment = read_head(path, head)
        if segment is None:
            problems.append(complain("J204", Place(file=path.name), detail=path.name))
        else:
            found.append(segment)
    if problems:
        raise LantianError(*problems)
    return found


def read_head(path: Path, head: bytes) -> Segment | None:
    """Return a segment from the bytes of its head, None where they are none."""
    name = _NAME.fullmatch(path.name)
    if name is None or len(head) < HEAD_BYTES:
        return None
    magic, first, created, before = HEAD.unpack_from(head)
    digest = head[HEAD.size : HEAD_BYTES]
    if magic != MAGIC or digest != hashlib.sha256(head[: HEAD.size]).digest():
        return None
    return Segment(path, first, created, before, digest) if first == int(name[1]) else None


class Reader:
    """Reads the records of one segment, chain checked, up to where they are whole.

    After the last record `good` is where it ends, `chain` its chain value, and `broken` says
    whether bytes follow that are no whole record.
    """

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.chain = segment.head_hash
        self.good = HEAD_BYTES
        self.next = segment.first
        self.broken = False

    def __iter__(self) -> Iterator[Record]:
        with self.segment.path.open("rb") as stream:
            stream.seek(HEAD_BYTES)
            yield from self._records(stream)

    def _records(self, stream: BinaryIO) -> Iterator[Record]:
        buffer = b""
        at = 0
        while True:
            body_at = at + LENGTH.size
            size = LENGTH.unpack_from(buffer, at)[0] if len(buffer) >= body_at else 0
            stop = body_at + size + CHAIN_BYTES
            known = len(buffer) >= body_at
            if known and not BODY.size < size <= MOST_BODY:
                self.broken = True
                return
            if not known or len(buffer) < stop:
                piece = stream.read(_PIECE)
                if not piece:
                    self.broken = len(buffer) > at
                    return
                buffer = buffer[at:] + piece
                at = 0
                continue
            chain = hashlib.sha256(self.chain + buffer[at : stop - CHAIN_BYTES]).digest()
            if chain != buffer[stop - CHAIN_BYTES : stop]:
                self.broken = True
                return
            received, status, port, address = BODY.unpack_from(buffer, body_at)
            frame = buffer[body_at + BODY.size : stop - CHAIN_BYTES]
            record = Record(
                self.next, received, status, port, address, frame, self.segment.first, self.good
            )
            self.chain, self.good, self.next = chain, self.good + stop - at, self.next + 1
            at = stop
            yield record


def records(home: Path | Home, first: int = 1) -> Iterator[Record]:
    """Return the kept records from number `first` on, in order, the chain checked on the way.

    It ends at the last whole record: behind it the server may be writing.

    Raises
    ------
    LantianError
        J202 where the chain breaks before the last segment, J203 where a segment is missing.
    """
    found = segments(home)
    begin = max(bisect_right([s.first for s in found], first) - 1, 0)
    expected: int | None = None
    for i, segment in enumerate(found[begin:], begin):
        place = Place(file=segment.path.name)
        if expected is not None and segment.first != expected:
            raise LantianError(complain("J203", place, detail=segment.path.name, n=expected))
        reader = Reader(segment)
        for record in reader:
            if record.number >= first:
                yield record
        if reader.broken and i + 1 < len(found) and not _goes_on(reader, found[i + 1]):
            detail = segment.path.name
            raise LantianError(complain("J202", place, detail=detail, n=reader.next))
        expected = reader.next


def _goes_on(reader: Reader, after: Segment) -> bool:
    """Whether the next segment follows: then what stands behind the last record never counted.

    A disk that failed may have refused to cut what it took of a batch (`spool_write`).
    """
    return after.first == reader.next and after.before == reader.chain


def record(home: Path | Home, number: int, offset: int | None = None) -> Record:
    """Return one record.

    Parameters
    ----------
    number
        Of the record.
    offset
        Where it begins in its segment, as `packets/` of the lake tells it; without it the segment
        is searched.

    Raises
    ------
    LantianError
        J206 where there is none of that number.
    """
    found = segments(home)
    at = bisect_right([s.first for s in found], number) - 1
    if at >= 0 and offset is not None:
        return _at(found[at], number, offset)
    if at >= 0:
        for one in Reader(found[at]):
            if one.number == number:
                return one
    raise LantianError(complain("J206", n=number))


def _at(segment: Segment, number: int, offset: int) -> Record:
    with segment.path.open("rb") as stream:
        stream.seek(offset)
        head = stream.read(LENGTH.size)
        size = LENGTH.unpack(head)[0] if len(head) == LENGTH.size else 0
        body = stream.read(size) if BODY.size < size <= MOST_BODY else b""
    if offset < HEAD_BYTES or not body or len(body) < size:
        raise LantianError(complain("J206", n=number))
    received, status, port, address = BODY.unpack_from(body)
    frame = body[BODY.size :]
    return Record(number, received, status, port, address, frame, segment.first, offset)


@dataclass(frozen=True, slots=True)
class SpoolState:
    """What a check of the spool found."""

    segments: int
    records: int
    chain: str
    problems: tuple[Problem, ...]


def verify_spool(home: Path | Home) -> SpoolState:
    """Re-hash every record; a cut tail in the last segment is no problem while a server writes."""
    try:
        found = segments(home)
    except LantianError as error:
        return SpoolState(0, 0, "", error.problems)
    problems: list[Problem] = []
    count = 0
    expected, chain = (found[0].first if found else 1), bytes(32)
    if found and (found[0].first != 1 or found[0].before != chain):
        name = found[0].path.name
        problems.append(complain("J203", Place(file=name), detail=name, n=1))
    for i, segment in enumerate(found):
        name = segment.path.name
        if i and (segment.first != expected or segment.before != chain):
            problems.append(complain("J203", Place(file=name), detail=name, n=expected))
        reader = Reader(segment)
        count += sum(1 for _ in reader)
        if reader.broken and i + 1 < len(found) and not _goes_on(reader, found[i + 1]):
            problems.append(complain("J202", Place(file=name), detail=name, n=reader.next))
        expected, chain = reader.next, reader.chain
    return SpoolState(len(found), count, chain.hex(), tuple(problems))
