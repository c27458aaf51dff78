"""What all connections of a server share, and what it says of itself."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections import Counter
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from lantian.adapters.inplace import atomic
from lantian.domain.hj212.cipher import BlockCipher
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.stamp import write_stamp
from lantian.gateway.config import Config
from lantian.gateway.connection import Connection
from lantian.gateway.envelope import Checker
from lantian.gateway.keeper import Keeper
from lantian.gateway.limits import Doorkeeper
from lantian.gateway.sessions import Line, Sessions
from lantian.gateway.vendors import HABITS
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.loggers import write_loggers
from lantian.jobs.gateway.registry import Registry, read_registry
from lantian.jobs.gateway.spool import SENT, address_bytes
from lantian.jobs.gateway.spool_write import Disk, Entry, SpoolWriter
from lantian.jobs.hj212.keys import Keys, read_keys
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.rulebook.hj212_tables import load_hj212

_STEP_S: Final = 1.0
_SLOW_S: Final = 3_600


class _Courier:
    """Sends a command once it is kept."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def settled(self, answers: list[bytes], kept: int, size: int) -> None:
        """Send it."""
        for frame in answers:
            self._line.send(frame)


class Desk:
    """Register, spool, sessions and counts of one server.

    Raises
    ------
    LantianError
        Where register, keys or spool cannot be used.
    """

    def __init__(self, config: Config, home: Home, *, disk: Disk | None = None) -> None:
        self.config, self.home, self.limits = config, home, config.limits
        self.registry = read_registry(config.registry, HABITS)
        self._keys = read_keys(config.keys)
        _check_keys(self.registry, self._keys)
        self._stamp = self._files()
        self._publish()
        self.registry_problems: tuple[Problem, ...] = _exposed(config)
        self.lexicon = Lexicon(load_hj212())
        self.checker = Checker(
            self.lexicon, self.key_of, lambda: self.registry, config.limits.frame_bytes
        )
        self.writer = SpoolWriter(home, disk=disk, segment_bytes=config.segment_bytes)
        self.keeper = Keeper(self.writer, config.limits.queue_bytes, self.press)
        self.door = Doorkeeper(config.limits)
        self.sessions = Sessions(self.lexicon, self._post, config.over_time_s, config.resends)
        self.connections: set[Connection] = set()
        self.counts: Counter[tuple[str, str]] = Counter()
        self.accepted = self.acknowledged = self.clock_steps = 0
        self.pressed = False
        self.port = 0
        self.since = datetime.now(BEIJING)
        self._clock = time.time() - time.monotonic()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._told: dict[str, float] = {}

    def key_of(self, mn: str) -> BlockCipher | None:
        """Return the block decryption of a device, None where its key is not known."""
        logger = self.registry.of(mn)
        cipher = self._keys.of((logger.sm4_key if logger else "") or mn)
        return cipher.decrypt if cipher else None

    def count(self, what: str, which: str, n: int = 1) -> None:
        """Count something worth telling."""
        self.counts[what, which] += n

    # --- connections ---

    def enter(self, connection: Connection, address: str, now: float) -> str:
        """Let a connection in, or return why not."""
        if not self.config.allows(address):
            return "not-allowed"
        refused = self.door.enter(address, now)
        if not refused:
            self.connections.add(connection)
        return refused

    def leave(self, connection: Connection, address: str, mns: list[str]) -> None:
        """Forget a connection."""
        self.connections.discard(connection)
        self.door.leave(address)
        self.sessions.left(connection, mns)

    def press(self, on: bool) -> None:
        """Stop or go on reading everywhere: too much waits for the disk, or not any more."""
        self.pressed = on
        for connection in list(self.connections):
            (connection.hold if on else connection.release)("pressure")

    def sweep(self) -> None:
        """Close who is overdue, look at the clock and at the register."""
        now = time.monotonic()
        for connection in list(self.connections):
            why = connection.overdue(now)
            if why:
                self.count("connections-closed", why)
                connection.close(now=why in {"unread", "partial"})
        clock = time.time() - now
        if abs(clock - self._clock) > _STEP_S:
            self.clock_steps += 1
        self._clock = clock
        self._reload()

    # --- commands ---

    def _post(self, line: Line, frame: bytes) -> None:
        """Keep a command, then send it: behind every answer that waits before it."""
        entry = Entry(int(time.time() * 1000), SENT, 0, address_bytes(""), frame)
        self.keeper.put(entry, _Courier(line), frame)

    def time_wanted(self, mn: str) -> None:
        """Tell a logger the time because it asked (1013), at most once an hour."""
        now = time.monotonic()
        if not self.config.set_time or now - self._told.get(mn, -_SLOW_S) < _SLOW_S:
            return
        self._told[mn] = now
        task = asyncio.get_running_loop().create_task(self._set_time(mn))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _set_time(self, mn: str) -> None:
        logger = self.registry.of(mn)
        if logger is None:
            return
        try:
            await self.sessions.ask(logger, "1012", {"SystemTime": system_time()})
        except LantianError:
            self.count("time-not-set", "loggers")

    # --- the register ---

    def _publish(self) -> None:
        """Write what others may know of the register into the home: no passwords, no keys."""
        write_loggers(self.home, self.registry, self.config.keys)

    def _files(self) -> tuple[float, ...]:
        paths = [p for p in (self.config.registry, self.config.keys) if p is not None]
        stamps = []
        for path in paths:
            with suppress(OSError):
                found = path.stat()
                stamps += [found.st_mtime, float(found.st_ino)]
        return tuple(stamps)

    def _reload(self) -> None:
        """Take a changed register; one with errors is told and the last good one stays."""
        stamp = self._files()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            registry, keys = (
                read_registry(self.config.registry, HABITS),
                read_keys(self.config.keys),
            )
            _check_keys(registry, keys)
        except LantianError as error:
            self.registry_problems = error.problems
            return
        self.registry, self._keys = registry, keys
        self._publish()
        self.registry_problems = _exposed(self.config)

    # --- what it says of itself ---

    def state(self) -> dict[str, Any]:
        """Return the part of health that only the running server knows."""
        refused = {k: n for (what, k), n in sorted(self.counts.items()) if what == "refused"}
        counts: dict[str, dict[str, int]] = {}
        for (what, which), n in sorted(self.counts.items()):
            if what != "refused":
                counts.setdefault(what, {})[which] = n
        keeper, writer = self.keeper, self.writer
        problems = list(writer.problems)
        if keeper.error:
            problems.append(complain("J205", detail=keeper.error))
        return {
            "running": True,
            "at": datetime.now(BEIJING).isoformat(timespec="milliseconds"),
            "pid": os.getpid(),
            "since": self.since.isoformat(timespec="seconds"),
            "port": self.port,
            "connections": self.door.connections,
            "accepted": self.accepted,
            "acknowledged": self.acknowledged,
            "refused": refused,
            "counts": counts,
            "clock_steps": self.clock_steps,
            "spool": {
                "state": "refusing" if keeper.error else "paused" if self.pressed else "writing",
                "error": keeper.error or None,
                "records": writer.next - 1,
                "segment": writer.segment,
                "torn_bytes": writer.torn_bytes,
                "batches": keeper.batches,
                "largest_batch": keeper.largest_batch,
                "waiting_bytes": keeper.waiting_bytes,
            },
            "registry": {
                "loggers": len(self.registry),
                "problems": [p.as_dict() for p in self.registry_problems],
            },
            "problems": [p.as_dict() for p in problems],
            "sessions": {
                mn: {
                    "connected": s.line is not None,
                    "peer": s.peer,
                    "last_seen": s.last_seen,
                    "accepted": s.accepted,
                    "two_senders": s.two_senders,
                    "refused": dict(s.refused),
                }
                for mn, s in self.sessions.items()
            },
        }

    def write_state(self, *, running: bool = True) -> None:
        """Write health.json; a full disk does not stop the server."""
        state = self.state() | {"running": running}
        with suppress(OSError), atomic(self.home.server_state) as new:
            new.write_text(json.dumps(state, ensure_ascii=False), "utf-8")


def system_time() -> str:
    """Return the time of this machine as SystemTime."""
    return write_stamp(datetime.now(BEIJING))


def _check_keys(registry: Registry, keys: Keys) -> None:
    problems = [
        complain("J106", Place(file=registry.source, row=n, column="sm4_key"), detail=x.sm4_key)
        for n, x in enumerate(registry.loggers.values(), 1)
        if x.sm4_key and keys.of(x.sm4_key) is None
    ]
    if problems:
        raise LantianError(*problems)


def _exposed(config: Config) -> tuple[Problem, ...]:
    """Return a warning for each file with secrets that others may read."""
    problems = []
    for path in (config.registry, config.keys):
        if path is None:
            continue
        mode = path.stat().st_mode & 0o777
        if mode & 0o077:
            place = Place(file=path.name)
            problems.append(complain("J111", place, detail=f"{mode:o}", given=path.name))
    return tuple(problems)
