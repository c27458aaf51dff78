"""A gateway in the test's own loop, loggers that speak to it, and frames to send."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lantian.domain.hj212.encode import write_frame
from lantian.gateway.config import Config, Limits
from lantian.gateway.server import Gateway
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.loggers import write_loggers
from lantian.jobs.gateway.registry import Logger, Registry, write_registry
from lantian.jobs.gateway.spool import ACCEPTED, address_bytes
from lantian.jobs.gateway.spool_write import Entry, SpoolWriter
from lantian.kernel.calendar import BEIJING

MN = "010000A8900016F000169DC0"
OTHER = "LANTIAN0000002"
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=BEIJING)


def stamp(time: datetime, ms: int | None = None) -> str:
    text = time.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")
    return text if ms is None else f"{text}{ms:03d}"


def upload(
    time: datetime = NOON,
    *,
    mn: str = MN,
    pw: str = "123456",
    cn: str = "2051",
    flag: int = 5,
    values: str = "a21026-Avg=1.50,a21026-Flag=N",
    qn: str | None = None,
    st: str = "31",
    middle: str = "",
    data_time: str | None = None,
) -> bytes:
    """Return the frame of an upload; its QN follows the data time by a minute and a bit."""
    number = stamp(time + timedelta(minutes=1), 7) if qn is None else qn
    when = f"DataTime={stamp(time)};" if data_time is None else data_time
    head = f"QN={number};ST={st};CN={cn};PW={pw};MN={mn};Flag={flag};{middle}"
    return write_frame(f"{head}CP=&&{when}{values}&&".encode())


class Client:
    """A logger's side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *frames: bytes) -> None:
        self.writer.write(b"".join(frames))
        await self.writer.drain()

    async def line(self, seconds: float = 3.0) -> str:
        """Return the next frame that came, empty where the connection was closed."""
        found = await asyncio.wait_for(self.reader.readline(), seconds)
        return found.decode().rstrip("\r\n")

    async def nothing(self, seconds: float = 0.3) -> bool:
        """Whether nothing comes for a while."""
        try:
            return await asyncio.wait_for(self.reader.read(1), seconds) is None
        except TimeoutError:
            return True

    async def closed(self, seconds: float = 3.0) -> bool:
        """Whether the gateway closes the connection."""
        try:
            while await asyncio.wait_for(self.reader.read(65_536), seconds):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):
            await self.writer.wait_closed()


class Running:
    """A gateway that runs."""

    def __init__(self, gateway: Gateway, port: int, home: Home) -> None:
        self.gateway, self.port, self.home = gateway, port, home
        self.desk = gateway.desk

    async def client(self, host: str = "127.0.0.1", **extra: Any) -> Client:
        return Client(*await asyncio.open_connection(host, extra.pop("port", self.port), **extra))

    async def until(self, true: Callable[[], bool], seconds: float = 5.0) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while not true():
            assert asyncio.get_running_loop().time() < end, "it did not come to that"
            await asyncio.sleep(0.01)


class Kit:
    """What a test needs, in one fixture."""

    MN, OTHER, NOON = MN, OTHER, NOON
    upload = staticmethod(upload)
    stamp = staticmethod(stamp)

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "home")
        self.registry = folder / "loggers.yaml"
        self.register(
            Logger(MN, "123456", "DA001", "F1", st=("31", "32")),
            Logger(OTHER, "654321", "DA002", "F2"),
        )

    def register(self, *loggers: Logger) -> None:
        write_registry(self.registry, loggers)
        table = Registry({x.mn: x for x in loggers})
        write_loggers(self.home, table, None)

    def keep(
        self, *frames: bytes, at: datetime = NOON + timedelta(minutes=1), status: int = ACCEPTED
    ) -> int:
        """Put frames into the spool as the server would; return the number of the first."""
        ms = round(at.timestamp() * 1000)
        writer = SpoolWriter(self.home, clock=lambda: ms / 1000)
        peer = address_bytes("10.1.2.3")
        first = writer.append([Entry(ms, status, 40_000, peer, f) for f in frames])
        writer.close()
        return first

    @contextlib.asynccontextmanager
    async def running(
        self, *, disk: Any = None, limits: dict[str, Any] | None = None, **settings: Any
    ) -> AsyncIterator[Running]:
        """Run a gateway in this loop."""
        config = Config(
            self.home.root, self.registry, port=0, sweep_s=0.05, state_s=0.2,
            limits=dataclasses.replace(Limits(), **(limits or {})), **settings,
        )  # fmt: skip
        gateway = Gateway(config, disk=disk)
        listening = await gateway.start()
        try:
            yield Running(gateway, listening.port, self.home)
        finally:
            await gateway.stop()


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)
