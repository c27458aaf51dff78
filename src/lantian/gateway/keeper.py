"""Durable before acknowledged: frames wait here for the disk, then their answers go out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

from lantian.jobs.gateway.spool_write import Entry, SpoolWriter

_MOST_ENTRIES: Final = 4_000
_MOST_BYTES: Final = 4 << 20
_RETRY_S: Final = 0.5


class Sender(Protocol):
    """Who gets an answer once a frame is durable."""

    def settled(self, answers: list[bytes], kept: int, size: int) -> None:
        """Take the answers of `kept` frames of `size` bytes that are on the disk."""
        ...


class Keeper:
    """Groups what waits into batches, one disk write and sync a batch.

    While the disk is busy the next batch grows, so that the sync costs less a frame the more frames
    come. A batch that the disk refuses is tried again until it is taken; nothing of it is answered.

    Parameters
    ----------
    writer
        The spool.
    queue_bytes
        Above so many waiting bytes nothing more should be read.
    pressure
        Told True when reading should pause and False when it may go on.
    """

    def __init__(
        self, writer: SpoolWriter, queue_bytes: int, pressure: Callable[[bool], None]
    ) -> None:
        self._writer, self._most, self._tell = writer, queue_bytes, pressure
        self._entries: list[Entry] = []
        self._senders: list[tuple[Sender | None, bytes]] = []
        self._wake = asyncio.Event()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="spool")
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.waiting_bytes = 0
        self.paused = False
        self.error = ""
        self.batches = 0
        self.largest_batch = 0
        self.kept = 0

    def start(self) -> None:
        """Begin to write what comes."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def put(self, entry: Entry, sender: Sender | None, answer: bytes = b"") -> None:
        """Take a frame; `sender` is told once it is durable, and sends `answer` then."""
        self._entries.append(entry)
        self._senders.append((sender, answer))
        self.waiting_bytes += len(entry.frame)
        if not self._wake.is_set():
            self._wake.set()
        if self.waiting_bytes > self._most and not self.paused:
            self._pause(True)

    async def stop(self, seconds: float = 10.0) -> int:
        """Write what waits, for at most so long; return how many frames were not kept."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            done, _ = await asyncio.wait([self._task], timeout=seconds)
            if not done:
                self._task.cancel()
        self._executor.shutdown(wait=True)
        self._writer.close()
        return len(self._entries)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            if self._entries:
                await self._keep()
            if not self._entries:
                if self._stopping:
                    return
                self._wake.clear()

    async def _keep(self) -> None:
        n, size = self._batch()
        entries = self._entries[:n]
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._executor, self._writer.append, entries)
        except OSError as error:
            self.error = error.strerror or str(error)
            if not self.paused:
                self._pause(True)
            await asyncio.sleep(_RETRY_S)
            return
        self.error = ""
        senders = self._senders[:n]
        del self._entries[:n], self._senders[:n]
        self.waiting_bytes -= size
        self.batches += 1
        self.kept += n
        self.largest_batch = max(self.largest_batch, n)
        _settle(entries, senders)
        if self.paused and self.waiting_bytes <= self._most // 4:
            self._pause(False)

    def _batch(self) -> tuple[int, int]:
        n = size = 0
        for entry in self._entries:
            if n >= _MOST_ENTRIES or size >= _MOST_BYTES:
                break
            n += 1
            size += len(entry.frame)
        return n, size

    def _pause(self, on: bool) -> None:
        self.paused = on
        self._tell(on)


def _settle(entries: list[Entry], senders: list[tuple[Sender | None, bytes]]) -> None:
    """Give every sender its answers in one piece."""
    answers: dict[Sender, tuple[list[bytes], int, int]] = {}
    for entry, (sender, answer) in zip(entries, senders, strict=True):
        if sender is None:
            continue
        mine, kept, size = answers.get(sender) or ([], 0, 0)
        if answer:
            mine.append(answer)
        answers[sender] = (mine, kept + 1, size + len(entry.frame))
    for sender, (mine, kept, size) in answers.items():
        sender.settled(mine, kept, size)
