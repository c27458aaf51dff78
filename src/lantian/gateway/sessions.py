"""Which connection speaks for which logger, and commands that wait for its answers."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from lantian.domain.hj212.commands import build_command, rule_of
from lantian.domain.hj212.encode import encode
from lantian.domain.hj212.lexicon import Lexicon
from lantian.domain.hj212.packet import Decoded
from lantian.domain.hj212.stamp import write_stamp
from lantian.gateway.limits import Bucket
from lantian.jobs.gateway.complaint import complain
from lantian.jobs.gateway.registry import Logger
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError

_DATA_KEPT: Final = 200
_MNS_KEPT: Final = 100_000


class Line(Protocol):
    """A connection by which a logger can be reached."""

    peer: str

    def reachable(self) -> bool:
        """Whether the connection is open and its peer reads."""
        ...

    def send(self, frame: bytes) -> None:
        """Send a frame where it can be sent."""
        ...


@dataclass
class Session:
    """What is known of a logger since the server started."""

    line: Line | None = None
    peer: str = ""
    st: str = ""
    version: str = "2017"
    last_seen: float = 0.0
    two_senders: int = 0
    accepted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    bucket: Bucket | None = None


@dataclass
class _Ask:
    qn: str
    cn: str
    role: str
    turn: asyncio.Event = field(default_factory=asyncio.Event)
    taken: str = ""
    done: str = ""
    data: list[str] = field(default_factory=list)
    packets: int = 0


class Sessions:
    """Loggers by MN.

    Parameters
    ----------
    lexicon
        To build commands.
    post
        Keeps a command as evidence and then sends it by a line.
    over_time_s, resends
        Time-out and number of resends of commands.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        post: Callable[[Line, bytes], None],
        over_time_s: float = 10.0,
        resends: int = 3,
    ) -> None:
        self._lexicon, self._post = lexicon, post
        self.over_time_s, self.resends = over_time_s, resends
        self._by_mn: OrderedDict[str, Session] = OrderedDict()
        self._asks: dict[str, list[_Ask]] = {}
        self._last_qn = ""

    def of(self, mn: str) -> Session:
        """Return the session of a logger, a new one where there is none."""
        session = self._by_mn.get(mn)
        if session is None:
            session = self._by_mn[mn] = Session()
            if len(self._by_mn) > _MNS_KEPT:
                self._by_mn.popitem(last=False)
        return session

    def items(self) -> list[tuple[str, Session]]:
        """Return all sessions by MN."""
        return list(self._by_mn.items())

    def heard(self, mn: str, line: Line, st: str, version: str, now: float, *, known: bool) -> None:
        """Note an accepted frame of a logger.

        The newest connection speaks for a logger. Where an older one that was replaced goes on
        sending, both are kept, and it is counted as a second sender.

        Parameters
        ----------
        known
            Whether this connection has sent accepted frames of the logger before.
        """
        session = self.of(mn)
        if session.line is not line:
            if known and session.line is not None:
                session.two_senders += 1
            else:
                session.line = line
                session.peer = line.peer
        session.last_seen, session.version = now, version
        session.accepted += 1
        if st != "91":
            session.st = st

    def left(self, line: Line, mns: list[str]) -> None:
        """Note that a connection ended."""
        for mn in mns:
            session = self._by_mn.get(mn)
            if session is not None and session.line is line:
                session.line = None

    def waits_for(self, mn: str) -> bool:
        """Whether a command to a logger is under way."""
        return mn in self._asks

    def answered(self, mn: str, decoded: Decoded) -> None:
        """Match a packet of a logger with the commands that wait for it."""
        packet = decoded.packet
        for ask in self._asks.get(mn, ()):
            if packet.cn in {"9011", "9012", "9013"}:
                if packet.fields.get("QN") != ask.qn:
                    continue
                if packet.cn == "9011":
                    ask.taken = packet.first("QnRtn") or "?"
                elif packet.cn == "9012":
                    ask.done = packet.first("ExeRtn") or "?"
                else:
                    ask.done = "1"
            elif packet.cn == ask.cn:
                ask.packets += 1
                if len(ask.data) < _DATA_KEPT:
                    ask.data.append(decoded.wire.decode("utf-8", "replace").strip())
            else:
                continue
            ask.turn.set()

    async def ask(
        self,
        logger: Logger,
        cn: str,
        parameters: dict[str, str] | None = None,
        factors: dict[str, dict[str, str]] | None = None,
    ) -> dict[str, Any]:
        """Send a command and wait for what the standard asks of the logger.

        Request: 9011, data if any, 9012. Notice: 9013. Without an answer in time it is sent again, as
        often as set; after 9011 silence longer than the time-out ends it (HJ 212-2017, 6.4).

        Raises
        ------
        LantianError
            J405 where it is not connected, J406 without an answer, J407 where it refused, H-codes
            where the command cannot be built.
        """
        session = self.of(logger.mn)
        if session.line is None:
            raise LantianError(complain("J405", detail=logger.mn))
        version = logger.version or session.version
        header = {
            "QN": self._qn(),
            "ST": session.st or (logger.st[0] if logger.st else "32"),
            "PW": logger.password,
            "MN": logger.mn,
        }
        packet = build_command(
            self._lexicon, version, cn, "platform", header, parameters, factors, answer=True
        )
        rule = rule_of(packet, self._lexicon.rules.protocols[version], "platform")
        ask = _Ask(header["QN"], cn, rule.role if rule else "request")
        self._asks.setdefault(logger.mn, []).append(ask)
        try:
            return await self._exchange(logger.mn, ask, encode(packet, self._lexicon))
        finally:
            waiting = self._asks[logger.mn]
            waiting.remove(ask)
            if not waiting:
                del self._asks[logger.mn]

    async def _exchange(self, mn: str, ask: _Ask, frame: bytes) -> dict[str, Any]:
        tries, n = self.resends + 1, 0
        while n < tries:
            n += 1
            line = self.of(mn).line
            if line is None or not line.reachable():
                raise LantianError(complain("J405", detail=mn))
            self._post(line, frame)
            if await self._until(ask, lambda: bool(ask.taken or ask.done)):
                break
        else:
            raise LantianError(complain("J406", detail=f"{mn} CN={ask.cn}", n=tries))
        if ask.taken not in {"", "1"}:
            raise LantianError(complain("J407", detail=f"{mn} QnRtn={ask.taken}"))
        if ask.role == "request":
            while not ask.done:  # every data packet begins the time-out anew
                before = ask.packets
                if not await self._until(ask, lambda b=before: bool(ask.done or ask.packets > b)):  # type: ignore[misc]
                    raise LantianError(complain("J406", detail=f"{mn} CN={ask.cn} 9012", n=n))
        if ask.done not in {"1", "100"}:
            raise LantianError(complain("J407", detail=f"{mn} ExeRtn={ask.done}"))
        return {
            "mn": mn, "cn": ask.cn, "qn": ask.qn, "sent": n, "qn_rtn": ask.taken,
            "exe_rtn": ask.done, "packets": ask.packets, "data": ask.data,
        }  # fmt: skip

    async def _until(self, ask: _Ask, ready: Callable[[], bool]) -> bool:
        """Wait for a packet that makes `ready` true, at most the time-out."""
        end = time.monotonic() + self.over_time_s
        while not ready():
            ask.turn.clear()
            try:
                await asyncio.wait_for(ask.turn.wait(), max(end - time.monotonic(), 0.001))
            except TimeoutError:
                return ready()
        return True

    def _qn(self) -> str:
        """Return a QN that was not used before, even where the clock was set back."""
        stamp = write_stamp(datetime.now(BEIJING), milliseconds=True)
        if stamp <= self._last_qn:
            stamp = f"{int(self._last_qn) + 1:017d}"
        self._last_qn = stamp
        return stamp
