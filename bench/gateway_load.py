"""Loggers in closed loop against one address: ``python -m bench.gateway_load PORT CONNECTIONS PACKETS WINDOW``.

Every connection keeps WINDOW packets under way and sends the next as soon as one is answered. Frames are made before
the clock starts. Prints JSON: packets acknowledged, seconds, answer times, CPU seconds of this process.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lantian.gateway.loggers.course import Course, scatter
from lantian.gateway.loggers.draw import draw_city
from lantian.gateway.loggers.plan import LoggerPlan
from lantian.gateway.loggers.writer import Writer, moment_text

SEED = 212
STALLED_S = 30.0


def plans(n: int) -> list[LoggerPlan]:
    """Return loggers of 2017 that send whole packets and ask for answers."""
    drawn = draw_city(n, SEED, 0, 1440, {})
    return [
        replace(p, version="2017", mn=f"{p.number:024X}", habits=(), answers=True, sm4_key="",
                packet_factors=len(p.factors), vendor="", minute_min=1)
        for p in drawn
    ]  # fmt: skip


def frames(plan: LoggerPlan, n: int, begin: int, noise: tuple[float, ...]) -> Iterator[bytes]:
    """Yield a logger's minute data, one a minute from `begin`."""
    course, writer = Course(plan, noise, begin), Writer(plan)
    for minute in range(begin, begin + n):
        qn = moment_text(minute * 60_000 + plan.number % 60_000)
        for _, frame in writer.means(
            "2051", lambda qn=qn: qn, minute, course.slot(minute), "N", False
        ):  # type: ignore[misc]
            yield frame


class _Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, own: Sequence[bytes], window: int, load: Load) -> None:
        self.own, self.window, self.load = own, window, load
        self.at = 0
        self.sent: deque[float] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.load.lost += 1

    def start(self) -> None:
        self._more(self.window)

    def data_received(self, data: bytes) -> None:
        n = data.count(b"CN=9014")
        now = time.perf_counter()
        for _ in range(min(n, len(self.sent))):
            self.load.times.append(now - self.sent.popleft())
        self.load.noted(n)
        self._more(n)

    def _more(self, n: int) -> None:
        part = self.own[self.at : self.at + n]
        if part:
            self.at += len(part)
            now = time.perf_counter()
            self.sent.extend([now] * len(part))
            self.transport.write(b"".join(part))


class Load:
    """All connections and what they counted."""

    def __init__(self, port: int, connections: int, packets: int, window: int) -> None:
        self.port, self.window = port, window
        each = packets // connections
        noise = scatter(SEED)
        begin = int(time.time() + 8 * 3600) // 60 - each - 2
        self.own = [list(frames(p, each, begin, noise)) for p in plans(connections)]
        self.total = sum(map(len, self.own))
        self.bytes = sum(len(f) for own in self.own for f in own)
        self.times: array[float] = array("f")
        self.answered = 0
        self.lost = 0
        self.last = 0.0
        self.done = asyncio.Event()

    def noted(self, n: int) -> None:
        """Count answers."""
        self.answered += n
        self.last = time.perf_counter()
        if self.answered >= self.total:
            self.done.set()

    async def run(self) -> dict[str, Any]:
        """Connect, send everything, and return what was measured."""
        loop = asyncio.get_running_loop()
        lines = []
        for own in self.own:
            _, line = await loop.create_connection(
                lambda own=own: _Line(own, self.window, self),
                "127.0.0.1",
                self.port,  # type: ignore[misc]
            )
            lines.append(line)
        began, cpu = time.perf_counter(), time.process_time()
        self.last = began
        for line in lines:
            line.start()
        while not self.done.is_set() and time.perf_counter() - self.last < STALLED_S:
            await asyncio.sleep(0.01)
        seconds, cpu = self.last - began, time.process_time() - cpu
        for line in lines:
            line.transport.close()
        ordered = sorted(self.times)
        at = len(ordered) - 1
        return {
            "packets": self.total,
            "bytes": self.bytes,
            "answered": self.answered,
            "lost_connections": self.lost,
            "seconds": seconds,
            "cpu_seconds": cpu,
            "p50_ms": 1000 * ordered[at // 2] if ordered else None,
            "p99_ms": 1000 * ordered[int(at * 0.99)] if ordered else None,
        }


if __name__ == "__main__":

    async def main() -> None:
        """Run the load named on the command line."""
        load = Load(*map(int, sys.argv[1:5]))
        print(json.dumps(await load.run()))

    asyncio.run(main())
