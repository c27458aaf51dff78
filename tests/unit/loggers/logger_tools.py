"""A city small enough to look at, a device without a socket, and a platform that answers."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lantian.adapters.crypto.sm4 import Sm4
from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.framing import Noise
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded
from lantian.gateway.loggers.course import Course, scatter
from lantian.gateway.loggers.device import Device
from lantian.gateway.loggers.draw import draw_city
from lantian.gateway.loggers.faults import Fault
from lantian.gateway.loggers.plan import LoggerPlan
from lantian.gateway.loggers.tally import Tally
from lantian.gateway.loggers.writer import Writer, framed
from lantian.rulebook.hj212_tables import load_hj212

NEW_YEAR = 29_453_760  # minutes of Beijing since 1970: 2026-01-01 00:00
DAY = 1440
LEXICON = Lexicon(load_hj212())
NOISE = scatter(1)


def plan_of(version: str = "2017", **changes: Any) -> LoggerPlan:
    """Return a plain logger of an edition that works day and night."""
    drawn = next(
        p
        for p in draw_city(300, 3, NEW_YEAR, DAY, {})
        if p.version == version and p.medium == "air"
    )
    plain = {"habits": (), "answers": True, "sm4_key": "", "packet_factors": 20, "phase_min": 1,
             "on_from": 0, "on_to": 24, "rests_sunday": False}  # fmt: skip
    return replace(drawn, **(plain | changes))


def with_fault(kind: str, begin: int = 60, end: int = 240, **more: Any) -> LoggerPlan:
    """Return the same with a fault planted from minute to minute of the first day."""
    return plan_of(faults=(Fault(kind, NEW_YEAR + begin, NEW_YEAR + end, **more),))


def device_of(plan: LoggerPlan, **more: Any) -> Device:
    """Return a device at the beginning of its day."""
    encrypt = Sm4(plan.sm4_key.encode()).encrypt if plan.sm4_key else None
    course = Course(plan, NOISE, NEW_YEAR)
    return Device(
        plan, course, Writer(plan, encrypt), NEW_YEAR, Tally(), **({"window": 10**6} | more)
    )


def sent(device: Device, begin: int, end: int, **more: Any) -> bytes:
    """Return what a device sends from minute to minute, nobody answering."""
    return b"".join(device.step(NEW_YEAR + m, 0.0, **more) for m in range(begin, end))


def read(data: bytes, plan: LoggerPlan | None = None) -> list[Decoded]:
    """Return frames decoded; bytes that are in none are an error."""
    key = plan.sm4_key if plan else ""
    decoder = Decoder(LEXICON, lambda _mn: Sm4(key.encode()).decrypt if key else None)
    events = decoder.feed(data) + decoder.close()
    assert not any(isinstance(e, Noise) for e in events)
    return [e for e in events if isinstance(e, Decoded)]


def answer(qn: str, cn: str = "9014", mn: str = "A" * 24) -> bytes:
    """Return a platform's answer."""
    return framed(f"QN={qn};ST=91;CN={cn};PW=123456;MN={mn};Flag=4;CP=&&&&".encode())


@dataclass
class Platform:
    """A platform in a thread of its own that answers what asks, and keeps what came."""

    most: int = 10_000
    deaf: Callable[[bytes], bool] = lambda _frame: False
    asks: Sequence[bytes] = ()
    port: int = 0
    frames: list[bytes] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Platform:
        ready = threading.Event()
        self._loop = asyncio.new_event_loop()

        def work() -> None:
            asyncio.set_event_loop(self._loop)
            self._server = self._loop.run_until_complete(
                self._loop.create_server(lambda: _Line(self), "127.0.0.1", 0, backlog=512)
            )
            self.port = self._server.sockets[0].getsockname()[1]
            ready.set()
            self._loop.run_forever()

        self._thread = threading.Thread(target=work, daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)


class _Line(asyncio.Protocol):
    def __init__(self, platform: Platform) -> None:
        self.platform, self.decoder = platform, Decoder(LEXICON)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.platform.connections += 1
        if self.platform.connections > self.platform.most:
            transport.close()

    def say(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    def data_received(self, data: bytes) -> None:
        for event in self.decoder.feed(data):
            if isinstance(event, Noise):
                continue
            self.platform.frames.append(event.wire)
            if self.platform.deaf(event.wire) or event.crc_ok is False:
                continue
            if event.length_ok is False or event.packet.cn in {"9011", "9012", "9013", "9014"}:
                continue
            flag = event.packet.flag
            qn = event.packet.fields.get("QN", "")
            if qn and flag and flag.answer:
                cn = "9013" if event.packet.cn in {"1013", "9015"} else "9014"
                self.say(answer(qn, cn, event.packet.fields.get("MN", "")))
            if event.packet.cn == "1013":
                for ask in self.platform.asks:
                    mn = event.packet.fields["MN"].encode()
                    pw = event.packet.fields["PW"].encode()
                    self.say(framed(re.sub(rb"\{PW\}", pw, re.sub(rb"\{MN\}", mn, ask))))
