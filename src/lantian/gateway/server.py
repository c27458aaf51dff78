"""`serve`: listens, keeps, answers, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lantian.gateway.config import Config
from lantian.gateway.connection import Connection
from lantian.gateway.control import Control
from lantian.gateway.desk import Desk
from lantian.gateway.http import Http
from lantian.jobs.gateway.catalogue import locked
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.home import home_of
from lantian.jobs.gateway.spool_write import Disk
from lantian.kernel.problem import LantianError, Problem

_BACKLOG = 4_096
_STOP_S = 10.0
_CLOSING_TRIES, _CLOSING_S = 40, 0.05


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a server listens, told once it does."""

    port: int
    tls_port: int | None
    http_port: int | None
    loggers: int
    records: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What a server did between start and stop; `not_kept` frames were never answered."""

    accepted: int
    acknowledged: int
    records: int
    not_kept: int


def serve(
    config: Config,
    *,
    ready: Callable[[Listening], None] | None = None,
    disk: Disk | None = None,
) -> Done:
    """Run a gateway until SIGINT or SIGTERM.

    Parameters
    ----------
    config
        Where and how.
    ready
        Told once it listens.
    disk
        For tests: a disk that fails.

    Raises
    ------
    LantianError
        J401, J402 where it cannot listen, J002 where another server has the home, J101 to J107 for the
        register, J001, J202 for the spool.
    """
    with locked(home_of(config.home), "serve"):
        return asyncio.run(_serve(config, ready, disk))


async def _serve(
    config: Config, ready: Callable[[Listening], None] | None, disk: Disk | None
) -> Done:
    stop = asyncio.Event()
    with _signals(stop):
        gateway = Gateway(config, disk=disk)
        listening = await gateway.start()
        if ready is not None:
            ready(listening)
        try:
            await stop.wait()
        finally:
            done = await gateway.stop()
    return done


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    for number in numbers:
        loop.add_signal_handler(number, stop.set)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


class Gateway:
    """A server inside a running loop.

    Raises
    ------
    LantianError
        Where register, keys, certificate or spool cannot be used.
    """

    def __init__(self, config: Config, *, disk: Disk | None = None) -> None:
        self.config = config
        self._tls = _context(config)
        self.desk = Desk(config, home_of(config.home), disk=disk)
        self._control = Control(self.desk)
        self._http = None if config.http_port is None else Http(self.desk, config.http_port)
        self._servers: list[asyncio.Server] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> Listening:
        """Listen and keep what comes.

        Raises
        ------
        LantianError
            J401 where an address cannot be used.
        """
        config, desk = self.config, self.desk
        desk.keeper.start()
        desk.port = await self._listen(config.port, None)
        tls_port = None
        if config.tls_port is not None and self._tls is not None:
            tls_port = await self._listen(config.tls_port, self._tls)
        try:
            await self._control.start()
            if self._http is not None:
                await self._http.start()
        except OSError as error:
            where = f"{desk.home.control} / HTTP {config.http_port}"
            raise LantianError(
                complain("J401", detail=where, given=error.strerror or "?")
            ) from error
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._every(config.sweep_s, desk.sweep)),
            loop.create_task(self._every(config.state_s, desk.write_state)),
        ]
        problems = (*desk.writer.problems, *desk.registry_problems)
        if not desk.registry:
            problems = (*problems, complain("J108"))
        return Listening(
            desk.port, tls_port, self._http.port if self._http else None, len(desk.registry),
            desk.writer.next - 1, problems,
        )  # fmt: skip

    async def _listen(self, port: int, tls: ssl.SSLContext | None) -> int:
        loop = asyncio.get_running_loop()
        for host in self.config.hosts:
            try:
                server = await loop.create_server(
                    lambda: Connection(self.desk), host, port, ssl=tls, backlog=_BACKLOG,
                    ssl_handshake_timeout=10.0 if tls else None,
                )  # fmt: skip
            except OSError as error:
                for other in self._servers:
                    other.close()
                given = error.strerror or str(error)
                raise LantianError(
                    complain("J401", detail=f"{host}:{port}", given=given)
                ) from error
            self._servers.append(server)
            port = port or server.sockets[0].getsockname()[1]
        return port

    async def _every(self, seconds: float, do: Callable[[], None]) -> None:
        while True:
            do()
            await asyncio.sleep(seconds)

    async def stop(self) -> Done:
        """Take nothing more, keep and answer what was taken, close everything."""
        desk = self.desk
        for server in self._servers:
            server.close()
        self._control.stop()
        if self._http is not None:
            self._http.stop()
        for task in self._tasks:
            task.cancel()
        for connection in list(desk.connections):
            connection.hold("stopping")
        left = await desk.keeper.stop(_STOP_S)
        for connection in list(desk.connections):
            connection.close()
        for _ in range(_CLOSING_TRIES):  # answers still go out
            if not desk.connections:
                break
            await asyncio.sleep(_CLOSING_S)
        for connection in list(desk.connections):
            connection.close(now=True)
        desk.write_state(running=False)
        return Done(desk.accepted, desk.acknowledged, desk.writer.next - 1, left)


def _context(config: Config) -> ssl.SSLContext | None:
    if config.certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(config.certificate, config.private_key)
        if config.client_ca is not None:
            context.load_verify_locations(config.client_ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except (OSError, ssl.SSLError) as error:
        detail = getattr(error, "reason", None) or error.strerror or "?"
        raise LantianError(complain("J402", detail=detail)) from error
    return context
