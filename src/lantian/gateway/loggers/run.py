"""A city of loggers against one address: sockets, the simulated clock, the end of it all."""

from __future__ import annotations

import asyncio
import resource
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lantian.adapters.crypto.sm4 import Sm4
from lantian.domain.hj212.lexicon import Lexicon
from lantian.gateway.loggers.complaint import complain
from lantian.gateway.loggers.course import Course, scatter
from lantian.gateway.loggers.device import Device
from lantian.gateway.loggers.faults import KINDS
from lantian.gateway.loggers.orders import Orders
from lantian.gateway.loggers.plan import LoggerPlan
from lantian.gateway.loggers.tally import Tally
from lantian.gateway.loggers.tls import why_refused
from lantian.gateway.loggers.writer import Writer
from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook.hj212_tables import load_hj212

_AT_ONCE: Final = 200
"""Connections being made at a time."""
_SPARE_FILES: Final = 64
_AGAIN_S: Final = 2.0
_INTERRUPTED_S: Final = 2.0
"""How long the last answers are waited for after Ctrl-C."""
_BREATH: Final = 50
"""Loggers stepped before the event loop may read answers."""

KINDS_OF_LINK: Final = frozenset(k.key for k in KINDS.values() if k.layer == "link")
"""Faults during which it is right that data wait."""

Tell = Callable[[float, Tally], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a city is run.

    Attributes
    ----------
    begin
        First simulated minute (Beijing, since 1970).
    speed
        Simulated minutes a second.
    seconds
        How long; None: until stopped, in real time once the simulated clock meets the true one.
    drain_s
        How long to wait for the last answers; None: until each was resent in vain.
    tls
        How to speak TLS; None: plain TCP.
    tls_name
        Name that stands in the gateway's certificate where it is not the host.
    """

    host: str
    port: int
    begin: int
    speed: float
    seconds: float | None
    seed: int = 1
    over_time_s: float = 10.0
    resends: int = 3
    drain_s: float | None = None
    window: int = 32
    tls: ssl.SSLContext | None = None
    tls_name: str = ""


@dataclass(slots=True)
class Outcome:
    """What came of a run."""

    tally: Tally
    seconds: float
    cpu_s: float
    minutes: int
    unsent: int
    problems: list[Problem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        per_s = self.tally.sent / self.seconds if self.seconds else 0.0
        return {
            **self.tally.as_dict(),
            "seconds": round(self.seconds, 2),
            "cpu_seconds": round(self.cpu_s, 2),
            "minutes_simulated": self.minutes,
            "minutes_a_second": round(self.minutes / self.seconds, 2) if self.seconds else 0.0,
            "packets_a_second": round(per_s, 1),
            "points_unsent": self.unsent,
        }


class _Link(asyncio.Protocol):
    """The socket of one logger."""

    def __init__(self, city: City, device: Device) -> None:
        self.city, self.device = city, device
        self.transport: asyncio.Transport | None = None
        self.paused = False
        self.asked = False
        self.not_before_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.paused = transport, False
        self.city.tally.connected += 1
        self.send(self.device.hello(self.city.minute, time.perf_counter()))

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if not self.city.stopping and self.device.wants_link(self.city.minute):
            self.city.tally.lost += 1
            self.not_before_s = time.perf_counter() + _AGAIN_S

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False

    def data_received(self, data: bytes) -> None:
        now_s = time.perf_counter()
        answered, others = self.device.received(data)
        if answered:
            self.device.answered(answered, now_s)
        for frame in others:
            for out in self.city.orders.obey(self.device, frame, now_s):
                self.send(out)

    def send(self, data: bytes) -> None:
        if data and self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()
            self.transport = None


class City:
    """The loggers of a plan, run against one address.

    Parameters
    ----------
    plans
        The loggers.
    settings
        How.
    tell
        Called about twice a second with the seconds gone by and the counts.
    """

    def __init__(
        self, plans: Sequence[LoggerPlan], settings: Settings, tell: Tell | None = None
    ) -> None:
        self.tally = Tally()
        self.settings, self._tell = settings, tell
        self.minute = settings.begin
        self.stopping = False
        self.orders = Orders(Lexicon(load_hj212()), _true_ms)
        noise = scatter(settings.seed)
        self.links = [_Link(self, self._device(plan, noise)) for plan in plans]
        self._wheel: dict[tuple[int, int], list[_Link]] = {}
        for link in self.links:
            step = link.device.step_min
            key = (step, link.device.plan.phase_min % step)
            self._wheel.setdefault(key, []).append(link)
        self._steps = sorted({step for step, _ in self._wheel})
        self._calls: set[asyncio.Task[None]] = set()
        self._gate = asyncio.Semaphore(_AT_ONCE)

    def _device(self, plan: LoggerPlan, noise: tuple[float, ...]) -> Device:
        set_ = self.settings
        encrypt = Sm4(plan.sm4_key.encode("ascii")).encrypt if plan.sm4_key else None
        return Device(
            plan, Course(plan, noise, set_.begin), Writer(plan, encrypt), set_.begin, self.tally,
            over_time_s=set_.over_time_s, resends=set_.resends, window=set_.window,
        )  # fmt: skip

    async def run(self) -> Outcome:
        """Run the city and return what came of it.

        Raises
        ------
        LantianError
            Q003 where nobody listens, Q019 where TLS fails, Q004 where the machine has too few files.
        """
        _enough_files(len(self.links))
        await self._connect_all()
        began, cpu = time.perf_counter(), time.process_time()
        set_ = self.settings
        last_told = began
        done, interrupted = set_.begin, False
        try:
            while True:
                now = time.perf_counter()
                if set_.seconds is not None and now - began >= set_.seconds:
                    break
                aim = set_.begin + self._minutes(now - began)
                if aim > done:
                    done += 1
                    self.minute = done
                    await self._minute(done)
                else:
                    await asyncio.sleep(min(0.02, 0.5 / set_.speed))
                if now - last_told > 0.5:
                    last_told = now
                    self._told(now - began)
        except asyncio.CancelledError:  # Ctrl-C: told what was done so far, a second one ends it
            interrupted = True
        seconds = time.perf_counter() - began
        await self._drain(done, _INTERRUPTED_S if interrupted else set_.drain_s)
        cpu_s = time.process_time() - cpu
        return self._outcome(done, seconds, cpu_s)

    def _minutes(self, seconds: float) -> int:
        """Return how many minutes have been simulated; past the true time, time itself."""
        fast = int(seconds * self.settings.speed)
        if self.settings.seconds is not None:
            return fast
        true = _true_ms() // 60_000 - self.settings.begin
        return min(fast, max(true, 0))

    async def _minute(self, minute: int) -> None:
        """Step every logger whose timetable has this minute."""
        n = 0
        for step in self._steps:
            for link in self._wheel.get((step, minute % step), ()):
                self._step(link, minute)
                n += 1
                if n % _BREATH == 0:
                    await asyncio.sleep(0)
        await asyncio.sleep(0)

    def _step(self, link: _Link, minute: int) -> None:
        device = link.device
        linked = link.transport is not None
        if linked and (not device.wants_link(minute) or device.stuck_until_now(minute)):
            link.close()
            linked = False
        due = not link.asked and time.perf_counter() >= link.not_before_s
        if not linked and due and device.wants_link(minute):
            self._call(link)
        if not link.paused:
            link.send(device.step(minute, time.perf_counter(), linked=linked))

    def _call(self, link: _Link) -> None:
        link.asked = True
        task = asyncio.get_running_loop().create_task(self._connect(link))
        self._calls.add(task)
        task.add_done_callback(self._calls.discard)

    async def _connect(self, link: _Link, *, first: bool = False) -> None:
        try:
            async with self._gate:
                loop, set_ = asyncio.get_running_loop(), self.settings
                name = (set_.tls_name or set_.host) if set_.tls is not None else None
                await loop.create_connection(
                    lambda: link, set_.host, set_.port, ssl=set_.tls, server_hostname=name
                )
        except OSError:
            self.tally.refused += 1
            if first:
                raise
            await asyncio.sleep(_AGAIN_S)
        finally:
            link.asked = False

    async def _connect_all(self) -> None:
        up = [x for x in self.links if x.device.wants_link(self.minute)]
        try:
            for i in range(0, len(up), _AT_ONCE):
                await asyncio.gather(*(self._connect(x, first=True) for x in up[i : i + _AT_ONCE]))
        except OSError as error:
            where = f"{self.settings.host}:{self.settings.port}"
            why = error.strerror or str(error)
            self.stopping = True
            for link in self.links:
                link.close()
            refused = why_refused(error)
            if refused:
                raise LantianError(complain("Q019", detail=where, known=refused)) from error
            raise LantianError(complain("Q003", detail=where, known=why)) from error

    async def _drain(self, minute: int, drain_s: float | None) -> None:
        """Send what was held back and wait for the last answers; then close."""
        set_ = self.settings
        longest = set_.over_time_s * (set_.resends + 1) + 1
        stop = time.perf_counter() + (longest if drain_s is None else drain_s)
        while time.perf_counter() < stop:
            busy = [x for x in self.links if x.device.waiting or x.device.unsent(minute)]
            if not any(x.transport is not None or x.asked for x in busy):
                break
            before = self.tally.acknowledged
            for link in busy:
                self._step(link, minute)
            await asyncio.sleep(0.02)
            if drain_s is None and self.tally.acknowledged > before:
                stop = time.perf_counter() + longest
        self.stopping = True
        for task in self._calls:
            task.cancel()
        for link in self.links:
            link.device.give_up()
            link.close()
        await asyncio.sleep(0)

    def _told(self, seconds: float) -> None:
        if self._tell is not None:
            self._tell(seconds, self.tally)

    def _outcome(self, done: int, seconds: float, cpu_s: float) -> Outcome:
        set_ = self.settings
        minutes = done - set_.begin
        unsent = sum(x.device.unsent(done) for x in self.links)
        outcome = Outcome(self.tally, seconds, cpu_s, minutes, unsent)
        reached = minutes / seconds if seconds else set_.speed
        if set_.seconds is not None and reached < 0.9 * set_.speed:
            outcome.problems.append(
                complain("Q005", known=f"{set_.speed:g}", detail=f"{reached:.1f}")
            )
        stuck = sum(
            x.device.unsent(done) for x in self.links if not KINDS_OF_LINK & {x.device.fault(done)}
        )
        if stuck:
            outcome.problems.append(complain("Q009", detail=stuck, known=self.tally.lost))
        never = sum(self.tally.given_up.values())
        if self.tally.given_up[""]:
            outcome.problems.append(
                complain("Q007", given=never, known=self.tally.given_up[""])
            )  # fmt: skip
        return outcome


def _true_ms() -> int:
    """Return the true time, milliseconds since 1970 (Beijing)."""
    return int(time.time() * 1000) + 8 * 3_600_000


def _enough_files(n: int) -> None:
    """Raise the soft limit of open files where it can be.

    Raises
    ------
    LantianError
        Q004 where the hard limit is too low.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need = n + _SPARE_FILES
    if soft >= need or soft == resource.RLIM_INFINITY:
        return
    if hard != resource.RLIM_INFINITY and hard < need:
        raise LantianError(complain("Q004", known=hard, detail=n))
    resource.setrlimit(resource.RLIMIT_NOFILE, (need, hard))


def run_city(plans: Sequence[LoggerPlan], settings: Settings, tell: Tell | None = None) -> Outcome:
    """Run a city until its time is over or Ctrl-C, and return what came of it."""

    async def main() -> Outcome:
        return await City(plans, settings, tell).run()

    return asyncio.run(main())


def affected(plans: Sequence[LoggerPlan]) -> Mapping[str, int]:
    """Return how many loggers have each kind of fault."""
    found: dict[str, int] = {}
    for plan in plans:
        for fault in plan.faults:
            found[fault.kind] = found.get(fault.kind, 0) + 1
    return dict(sorted(found.items()))
