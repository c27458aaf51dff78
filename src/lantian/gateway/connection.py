"""One connection of a logger: bytes in, frames checked and handed to the disk, answers out."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from lantian.domain.hj212.decode import Decoder
from lantian.domain.hj212.framing import Frame, FrameReader, Noise
from lantian.gateway.envelope import KEEP_OUT, Envelope, answer_frame
from lantian.gateway.limits import Bucket
from lantian.jobs.gateway.spool import ACCEPTED, address_bytes, refused_status
from lantian.jobs.gateway.spool_write import Entry

if TYPE_CHECKING:
    from lantian.gateway.desk import Desk

_MNS: Final = 64  # loggers behind one connection
_FULL_FRAME: Final = 1_036  # bytes; a longer one counts as several
_PENDING: Final = 262_144  # bytes of one connection that may wait for the disk


class Connection(asyncio.Protocol):
    """A connection; the desk is what all of them share."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._transport: asyncio.Transport | None = None
        self._reader = FrameReader()
        self._buckets: dict[str, Bucket] = {}
        self._holds: set[str] = set()
        self._address, self._raw, self._port = "", bytes(16), 0
        self._since = self._last = self._partial = 0.0
        self._unread_since = 0.0
        self._pending = self._useless = self._refused_run = 0
        self._counted = self._ended = False
        self._late = 0.0
        self.peer = ""

    # --- the transport's side ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the peer in, or close at once where it may not."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        name = transport.get_extra_info("peername") or ("", 0)
        self._address, self._port = str(name[0]), int(name[1])
        self._raw = address_bytes(self._address)
        self.peer = f"{self._address}:{self._port}"
        self._since = self._last = now = time.monotonic()
        refused = self._desk.enter(self, self._address, now)
        if refused:
            self._desk.count("connections-refused", refused)
            transport.abort()
            return
        self._counted = True
        transport.set_write_buffer_limits(high=self._desk.limits.unread_bytes)
        _keep_alive(transport.get_extra_info("socket"))
        if self._desk.pressed:
            self.hold("pressure")

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection; frames already taken are kept all the same."""
        if self._counted:
            self._desk.leave(self, self._address, list(self._buckets))
            self._reader = FrameReader()

    def pause_writing(self) -> None:
        """Note that the peer does not read its answers."""
        self._unread_since = time.monotonic()
        self.hold("unread")

    def resume_writing(self) -> None:
        """Note that it reads again."""
        self._unread_since = 0.0
        self.release("unread")

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        now = time.monotonic()
        received_ms = int(time.time() * 1000)
        self._useless += len(data)
        for event in self._reader.feed(data):
            if isinstance(event, Noise):
                if not event.blank:
                    self._desk.count("noise", "bytes", event.length)
            else:
                self._frame(event, now, received_ms)
        if self._useless > self._desk.limits.noise_bytes:
            self._desk.count("connections-closed", "noise")
            self.close()
        if not self._reader.held:
            self._partial = 0.0
        elif not self._partial:
            self._partial = now
        if self._pending > _PENDING:
            self.hold("disk")
        if self._late > 0:
            self._desk.count("slowed", "connections")
            self.hold("rate")
            asyncio.get_running_loop().call_later(self._late, self.release, "rate")
            self._late = 0.0

    def eof_received(self) -> bool:
        """Stay open for the answers to what came before the peer ended its side."""
        self._ended = True
        return self._pending > 0

    # --- frames ---

    def _frame(self, frame: Frame, now: float, received_ms: int) -> None:
        self._partial = 0.0
        desk = self._desk
        envelope = desk.checker.check(frame, self._address)
        if envelope.reason:
            self._refused(frame, envelope, now, received_ms)
            return
        self._last = now
        self._refused_run = self._useless = 0
        mn = envelope.mn
        bucket = self._buckets.get(mn)
        known = bucket is not None
        if bucket is None:
            if len(self._buckets) >= _MNS:
                desk.count("connections-closed", "too-many-mns")
                self.close()
                return
            bucket = self._buckets[mn] = self._bucket(mn, now)
            desk.door.accepted(self._address, now)
        desk.sessions.heard(
            mn, self, envelope.st, envelope.version, received_ms / 1000, known=known
        )
        answer = b""
        if envelope.answer:
            answer = answer_frame(envelope.answer, envelope.qn, envelope.pw, mn, envelope.version)
        self._pending += len(frame.wire)
        entry = Entry(received_ms, ACCEPTED, self._port, self._raw, frame.wire)
        desk.keeper.put(entry, self, answer)
        desk.accepted += 1
        if envelope.cn == "1013" or desk.sessions.waits_for(mn):
            self._exchange(frame, envelope)
        cost = max(1.0, len(frame.wire) / _FULL_FRAME)
        self._late = max(self._late, bucket.take(cost, now))

    def _bucket(self, mn: str, now: float) -> Bucket:
        """Return the tokens of a logger; all its connections draw on the same."""
        session, limits = self._desk.sessions.of(mn), self._desk.limits
        if session.bucket is None:
            session.bucket = Bucket(limits.frames_per_s, limits.frames_burst, now)
        return session.bucket

    def _exchange(self, frame: Frame, envelope: Envelope) -> None:
        desk = self._desk
        decoded = envelope.decoded or Decoder(desk.lexicon, desk.key_of).decode(frame)
        desk.sessions.answered(envelope.mn, decoded)
        if envelope.cn == "1013":
            desk.time_wanted(envelope.mn)

    def _refused(self, frame: Frame, envelope: Envelope, now: float, received_ms: int) -> None:
        desk = self._desk
        desk.count("refused", envelope.reason)
        if desk.registry.of(envelope.mn) is not None:
            desk.sessions.of(envelope.mn).refused[envelope.reason] += 1
        if desk.door.may_keep(self._address, now):
            wire = frame.wire[: 2 * desk.limits.frame_bytes]
            status = refused_status(envelope.reason)
            desk.keeper.put(Entry(received_ms, status, self._port, self._raw, wire), None)
        else:
            desk.count("not-kept", envelope.reason)
        self._refused_run += 1
        if envelope.reason in KEEP_OUT and desk.door.failed(self._address, now):
            desk.count("blocked", envelope.reason)
            self.close()
        elif self._refused_run >= desk.limits.refused:
            desk.count("connections-closed", "refused")
            self.close()

    # --- what the desk does with it ---

    def settled(self, answers: list[bytes], kept: int, size: int) -> None:
        """Send the answers to frames that are on the disk."""
        self._pending -= size
        transport = self._transport
        if answers and transport is not None and not transport.is_closing():
            transport.write(b"".join(answers))
            self._desk.acknowledged += len(answers)
        if self._ended and self._pending <= 0:
            self.close()
        if "disk" in self._holds and self._pending <= _PENDING // 4:
            self.release("disk")

    def reachable(self) -> bool:
        """Whether the connection is open and its peer reads."""
        transport = self._transport
        return transport is not None and not transport.is_closing() and not self._unread_since

    def send(self, frame: bytes) -> None:
        """Send a command where it can be sent."""
        if self._transport is not None and self.reachable():
            self._transport.write(frame)

    def hold(self, why: str) -> None:
        """Stop reading for a reason; its peer then waits in TCP."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if not self._holds:
            transport.pause_reading()
        self._holds.add(why)

    def release(self, why: str) -> None:
        """Read on once no reason is left."""
        if why not in self._holds:
            return
        self._holds.discard(why)
        transport = self._transport
        if not self._holds and transport is not None and not transport.is_closing():
            transport.resume_reading()

    def overdue(self, now: float) -> str:
        """Return why the connection should be closed now, empty where it may stay."""
        limits = self._desk.limits
        if self._unread_since and now - self._unread_since > limits.unread_s:
            return "unread"
        if self._holds:  # what it sent waits for us
            return ""
        if self._partial and now - self._partial > limits.partial_s:
            return "partial"
        if not self._buckets and not self._desk.door.trusts(self._address):
            return "no-frame" if now - self._since > limits.first_frame_s else ""
        return "idle" if now - self._last > limits.idle_s else ""

    def close(self, *, now: bool = False) -> None:
        """Close the connection; what waits to be sent still is, unless `now`."""
        if self._transport is not None and not self._transport.is_closing():
            if now:
                self._transport.abort()
            else:
                self._transport.close()


def _keep_alive(sock: socket.socket | None) -> None:
    """Let the kernel find a peer that is gone without a word."""
    if sock is None or sock.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 20)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 120_000)
