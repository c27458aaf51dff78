"""The local socket: commands for loggers reach the running server, one JSON object a line."""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import suppress
from typing import Any

from lantian.gateway.desk import Desk
from lantian.jobs.gateway.complaint import complain
from lantian.kernel.problem import LantianError

_LINE = 65_536
_WAIT_S = 10


class Control:
    """Serves ``HOME/control.sock``, which only its owner may use."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen.

        Raises
        ------
        OSError
            Where the path cannot be used as a socket.
        """
        path = self._desk.home.control
        path.unlink(missing_ok=True)
        mask = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(self._serve, path, limit=_LINE)
        finally:
            os.umask(mask)

    def stop(self) -> None:
        """Stop listening and remove the socket."""
        if self._server is not None:
            self._server.close()
            self._desk.home.control.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await asyncio.wait_for(reader.readline(), _WAIT_S)
            answer = await self._answer(line)
            writer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
            await writer.drain()
        except (OSError, ValueError, TimeoutError):
            self._desk.count("control", "broken")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            message = json.loads(line)
            if message.get("do") == "state":
                return {"ok": True, "result": self._desk.state()}
            return {"ok": True, "result": await self._ask(message)}
        except LantianError as error:
            return {"ok": False, "problems": [p.as_dict() for p in error.problems]}
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            problem = complain("J408", detail=type(error).__name__)
            return {"ok": False, "problems": [problem.as_dict()]}

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        mn = str(message["mn"])
        logger = self._desk.registry.of(mn)
        if logger is None:
            raise LantianError(complain("J404", detail=mn))
        found = await self._desk.sessions.ask(
            logger,
            str(message["cn"]),
            message.get("parameters") or {},
            message.get("factors") or {},
        )
        if found["cn"] == "1072":
            found["data"] = []
        return found
