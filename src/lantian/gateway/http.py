"""What can be read by HTTP on this machine: /health as JSON, /metrics for Prometheus. Nothing else."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from datetime import datetime
from typing import Any

from lantian.gateway.desk import Desk
from lantian.jobs.gateway.health import Health, health, metrics
from lantian.kernel.calendar import BEIJING

_REQUEST = 8_192
_WAIT_S = 5
_FRESH_S = 5.0
_AT_ONCE = 16


class Http:
    """A server of two read-only pages on 127.0.0.1."""

    def __init__(self, desk: Desk, port: int) -> None:
        self._desk, self._port = desk, port
        self._server: asyncio.Server | None = None
        self._made: tuple[float, Health] | None = None
        self._making = asyncio.Lock()
        self._open = 0
        self.port = 0

    async def start(self) -> None:
        """Begin to listen.

        Raises
        ------
        OSError
            Where the port cannot be used.
        """
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self._port, limit=_REQUEST
        )
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _WAIT_S)
            status, kind, body = await self._page(head)
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\n"
                f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n"
                "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n".encode()
                + body
            )
            await asyncio.wait_for(writer.drain(), _WAIT_S)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._open -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _page(self, head: bytes) -> tuple[str, str, bytes]:
        words = head.split(b"\r\n", 1)[0].decode("latin-1").split()
        if len(words) != 3 or words[0] not in {"GET", "HEAD"}:
            return "405 Method Not Allowed", "text/plain", b"GET only\n"
        if self._open > _AT_ONCE:
            return "503 Service Unavailable", "text/plain", b"busy\n"
        path = words[1].partition("?")[0]
        if path == "/health":
            found = await self._health()
            status = "200 OK" if found.sound else "503 Service Unavailable"
            return (
                status,
                "application/json",
                json.dumps(found.as_dict(), ensure_ascii=False).encode(),
            )
        if path == "/metrics":
            return "200 OK", "text/plain; version=0.0.4", metrics(await self._health()).encode()
        return "404 Not Found", "text/plain", b"/health /metrics\n"

    async def _health(self) -> Health:
        async with self._making:
            now = time.monotonic()
            if self._made is None or now - self._made[0] > _FRESH_S:
                state: dict[str, Any] = self._desk.state()
                found = await asyncio.get_running_loop().run_in_executor(
                    None, lambda: health(self._desk.home, now=datetime.now(BEIJING), state=state)
                )
                self._made = (now, found)
            return self._made[1]
