"""A kept stream sent again: one connection a logger, in the order it came, answers counted."""

from __future__ import annotations

import asyncio
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from lantian.domain.hj212.packet import flag_bits
from lantian.domain.hj212.stamp import read_stamp
from lantian.gateway.loggers.answers import Answers
from lantian.gateway.loggers.complaint import complain
from lantian.gateway.loggers.kept import Kept
from lantian.gateway.loggers.rewrite import Change, rewritten
from lantian.gateway.loggers.rewrite import field as field_of
from lantian.gateway.loggers.tally import Tally
from lantian.kernel.problem import LantianError

_WINDOW: Final = 200
"""Packets that may wait for their answers before a connection holds back."""
_BREATH: Final = 64


@dataclass(slots=True)
class Replayed:
    """What came of a replay."""

    sent: int = 0
    asking: int = 0
    acknowledged: int = 0
    surplus: int = 0
    connections: int = 0
    broken: int = 0
    seconds: float = 0.0
    by_cn: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[str] = field(default_factory=Counter)
    answer_s: array[float] = field(default_factory=lambda: array("f"))

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        return {
            "sent": self.sent,
            "asking": self.asking,
            "acknowledged": self.acknowledged,
            "never_acknowledged": self.asking - self.acknowledged,
            "never_acknowledged_by_mn": dict(self.unanswered.most_common(20)),
            "surplus_answers": self.surplus,
            "connections": self.connections,
            "connections_broken": self.broken,
            "seconds": round(self.seconds, 2),
            "by_cn": dict(sorted(self.by_cn.items())),
            "answer_ms": Tally(answer_s=self.answer_s).answer_ms(),
        }


class _Line(asyncio.Protocol):
    """The connection of one logger."""

    def __init__(self, done: Replayed, mn: str) -> None:
        self.done, self.mn = done, mn
        self.answers = Answers()
        self.waiting: dict[str, list[float]] = {}
        self.transport: asyncio.Transport | None = None
        self.news = asyncio.Event()
        self.broke = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.transport is not None:
            self.done.broken += 1
        self.transport = None
        self.broke = str(exc) if exc else "对方关闭 closed by the other side"
        self.news.set()

    def data_received(self, data: bytes) -> None:
        now_s = time.perf_counter()
        for qn in self.answers.feed(data)[0]:
            sent = self.waiting.get(qn)
            if sent is None:
                self.done.surplus += 1
                continue
            self.done.acknowledged += 1
            self.done.answer_s.append(now_s - sent.pop(0))
            if not sent:
                del self.waiting[qn]
        self.news.set()

    @property
    def n_waiting(self) -> int:
        """How many packets wait."""
        return sum(map(len, self.waiting.values()))


@dataclass(slots=True)
class Replay:
    """Sends frames to an address.

    Attributes
    ----------
    speed
        Times the pace at which they came (spool) or were made (QN); 0: as fast as they are answered.
    over_time_s
        How long to wait for answers.
    """

    host: str
    port: int
    change: Change = field(default_factory=Change)
    speed: float = 0.0
    over_time_s: float = 10.0
    tell: Callable[[Replayed], None] | None = None
    _lines: dict[str, _Line] = field(default_factory=dict)

    async def run(self, frames: Iterable[Kept]) -> Replayed:
        """Send every frame and return the counts.

        Raises
        ------
        LantianError
            Q003 where nobody listens, Q008 where a connection breaks before everything is sent, and
            whatever reading the frames raises; what was sent until then stays sent.
        """
        done = Replayed()
        began = time.perf_counter()
        first: float | None = None
        try:
            for one in frames:
                wire = rewritten(one, self.change)
                moment = _moment(one)
                if self.speed and moment is not None:
                    first = moment if first is None else first
                    ahead = (moment - first) / self.speed - (time.perf_counter() - began)
                    if ahead > 0:
                        await asyncio.sleep(ahead)
                await self._send(wire, done)
                if done.sent % _BREATH == 0:
                    await asyncio.sleep(0)
                    if self.tell is not None:
                        self.tell(done)
            await self._last_answers()
        finally:
            done.seconds = time.perf_counter() - began
            for mn, line in self._lines.items():
                if line.waiting:
                    done.unanswered[mn] += line.n_waiting
                open_, line.transport = line.transport, None
                if open_ is not None:
                    open_.close()
        return done

    async def _send(self, wire: bytes, done: Replayed) -> None:
        mn = field_of(wire, "MN")
        line = self._lines.get(mn) or await self._connected(mn, done)
        await self._room(line)
        if line.transport is None or line.transport.is_closing():
            where = f"{self.host}:{self.port}"
            raise LantianError(complain("Q008", detail=where, known=line.broke))
        qn, bits = field_of(wire, "QN"), flag_bits(field_of(wire, "Flag"))
        if qn and bits is not None and bits.answer:
            done.asking += 1
            line.waiting.setdefault(qn, []).append(time.perf_counter())
        done.sent += 1
        done.by_cn[field_of(wire, "CN") or "?"] += 1
        line.transport.write(wire)

    async def _connected(self, mn: str, done: Replayed) -> _Line:
        line = self._lines[mn] = _Line(done, mn)
        done.connections += 1
        try:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: line, self.host, self.port)
        except OSError as error:
            where = f"{self.host}:{self.port}"
            known = error.strerror or str(error)
            raise LantianError(complain("Q003", detail=where, known=known)) from error
        return line

    async def _room(self, line: _Line) -> None:
        """Wait until few enough answers are missing, at most the time-out."""
        stop = time.perf_counter() + self.over_time_s
        while line.transport is not None and line.n_waiting >= _WINDOW:
            line.news.clear()
            left = stop - time.perf_counter()
            if left <= 0:
                gone = line.waiting.pop(next(iter(line.waiting)))
                line.done.unanswered[line.mn] += len(gone)
                return
            try:
                await asyncio.wait_for(line.news.wait(), left)
            except TimeoutError:
                continue

    async def _last_answers(self) -> None:
        stop = time.perf_counter() + self.over_time_s
        while time.perf_counter() < stop:
            await asyncio.sleep(0.01)
            if not any(x.waiting and x.transport is not None for x in self._lines.values()):
                return


def _moment(one: Kept) -> float | None:
    """Return when a frame came, else when its QN says it was made, in seconds."""
    if one.received_ms is not None:
        return one.received_ms / 1000
    stamp = read_stamp(field_of(one.wire, "QN"))
    return stamp.timestamp() if stamp else None
