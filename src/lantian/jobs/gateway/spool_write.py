"""The one writer of a spool: batches of records, on the disk before they count."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.spool import (
    BODY,
    HEAD_BYTES,
    LENGTH,
    Reader,
    head_of,
    moment,
    read_head,
)
from lantian.kernel.problem import LantianError, Place, Problem

SEGMENT_BYTES: Final = 64 << 20


class Entry(NamedTuple):
    """A frame to be kept."""

    received_ms: int
    status: int
    port: int
    address: bytes
    frame: bytes


class Disk(Protocol):
    """The calls of the disk that can fail; tests hand in one that does."""

    def write(self, handle: int, data: bytes) -> int:
        """Write and return how many bytes were taken."""
        ...

    def sync(self, handle: int) -> None:
        """Return when the data are on the disk."""
        ...


class RealDisk:
    """The operating system's own."""

    def write(self, handle: int, data: bytes) -> int:
        """Write and return how many bytes were taken."""
        return os.write(handle, data)

    def sync(self, handle: int) -> None:
        """Return when the data are on the disk."""
        os.fdatasync(handle)


class SpoolWriter:
    """Appends batches; a batch that failed is written again by the caller, in a new segment.

    After an error of the disk nothing of the failed batch stays: the segment is cut to its last
    durable byte and closed, because a failed sync says nothing about what a later one would do.

    Raises
    ------
    LantianError
        J001 where the folder cannot be used, J202 where the last segment is altered.
    """

    def __init__(
        self,
        home: Home,
        *,
        disk: Disk | None = None,
        segment_bytes: int = SEGMENT_BYTES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._home, self._disk, self._clock = home, disk or RealDisk(), clock
        self._most = segment_bytes
        self._handle = -1
        self._size = 0
        self._day = ""
        self._path = Path()
        self.problems: list[Problem] = []
        self.torn_bytes = 0
        try:
            home.spool.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.next, self._chain = self._recover()
        except OSError as error:
            place = Place(file=str(home.spool))
            raise LantianError(complain("J001", place, detail=error.strerror or "?")) from error

    @property
    def segment(self) -> str:
        """Name of the segment that is written, empty before the first record."""
        return self._path.name if self._handle >= 0 else ""

    def append(self, batch: Sequence[Entry]) -> int:
        """Keep a batch and return the number of its first record; on return it is durable.

        Raises
        ------
        OSError
            Where the disk does not take it; nothing of the batch is kept then.
        """
        now = moment(int(self._clock() * 1000)).strftime("%Y%m%d")
        if self._handle >= 0 and (self._size >= self._most or self._day != now):
            self.close()
        first = self.next
        try:
            if self._handle < 0:
                self._open(now)
            data, chain = self._packed(batch)
            self._write(data)
            self._disk.sync(self._handle)
        except OSError:
            self._abandon()
            raise
        self._size += len(data)
        self._chain = chain
        self.next = first + len(batch)
        return first

    def close(self) -> None:
        """Close the segment; the next batch begins another."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _packed(self, batch: Sequence[Entry]) -> tuple[bytes, bytes]:
        chain, parts = self._chain, []
        pack, sha256 = BODY.pack, hashlib.sha256
        for received, status, port, address, frame in batch:
            body = pack(received, status, port, address) + frame
            piece = LENGTH.pack(len(body)) + body
            chain = sha256(chain + piece).digest()
            parts.append(piece)
            parts.append(chain)
        return b"".join(parts), chain

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            taken = self._disk.write(self._handle, bytes(view) if len(view) < len(data) else data)
            if taken <= 0:
                raise OSError(28, "No space left on device")
            view = view[taken:]

    def _open(self, day: str) -> None:
        path = self._home.spool / f"seg-{self.next:012d}.spool"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        handle = os.open(path, flags, 0o600)
        self._handle, self._path, self._size = handle, path, 0
        before = self._chain
        head = head_of(self.next, int(self._clock() * 1000), before)
        self._write(head)
        self._disk.sync(handle)
        folder = os.open(self._home.spool, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)  # the name too has to survive
        finally:
            os.close(folder)
        self._size, self._day = len(head), day
        self._before, self._chain = before, head[-32:]

    def _abandon(self) -> None:
        """Cut the segment to what was durable and close it; an empty one goes."""
        if self._handle < 0:
            return
        with contextlib.suppress(OSError):
            if self._size <= HEAD_BYTES:
                self._path.unlink()
            else:
                os.ftruncate(self._handle, self._size)
                os.fsync(self._handle)
        if self._size == HEAD_BYTES:
            self._chain = self._before
        with contextlib.suppress(OSError):
            os.close(self._handle)
        self._handle = -1

    def _recover(self) -> tuple[int, bytes]:
        """Return next number and chain value after what is whole; a torn tail is moved away."""
        paths = sorted(self._home.spool.glob("seg-*.spool"))
        while paths:
            path = paths[-1]
            with path.open("rb") as stream:
                segment = read_head(path, stream.read(HEAD_BYTES))
            if segment is None or path.stat().st_size == HEAD_BYTES:
                # Begun and not finished: no record was in it. An altered head is another matter.
                if path.stat().st_size > HEAD_BYTES:
                    place = Place(file=path.name)
                    raise LantianError(complain("J202", place, detail=path.name, n=0))
                self._tear(path, 0)
                paths.pop()
                continue
            reader = Reader(segment)
            for _ in reader:
                pass
            if reader.broken:
                self._tear(path, reader.good)
            if reader.next == segment.first:
                path.unlink(missing_ok=True)
                paths.pop()
                continue
            return reader.next, reader.chain
        return 1, bytes(32)

    def _tear(self, path: Path, good: int) -> None:
        """Move everything behind `good` into the folder of torn tails."""
        torn = path.read_bytes()[good:]
        if torn:
            self._home.torn.mkdir(exist_ok=True)
            aside = self._home.torn / f"{path.stem}-{good}-{int(self._clock() * 1000)}.bin"
            aside.write_bytes(torn)
            self.torn_bytes += len(torn)
            detail = f"torn/{aside.name}"
            self.problems.append(
                complain("J201", Place(file=path.name), n=len(torn), detail=detail)
            )
        if good:
            with path.open("r+b") as stream:
                stream.truncate(good)
                os.fsync(stream.fileno())
        else:
            path.unlink()
