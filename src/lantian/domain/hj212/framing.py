"""Frames out of a byte stream that arrives in any pieces (HJ 212, communication packet).

Sans-I/O: bytes are fed, frames and noise come out. What comes out depends on the bytes alone, not on
how they were cut into pieces; nothing is held beyond the longest frame that may still come.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from lantian.domain.hj212.crc import crc16

HEAD: Final = b"##"
HEAD_BYTES: Final = 6  # head and length
TAIL_BYTES: Final = 6  # checksum and CR LF
_HEAD: Final = re.compile(rb"##\d{4}")
_END: Final = re.compile(rb"&&([0-9A-Fa-f]{4})\r?\n")
_HEX4: Final = re.compile(rb"[0-9A-Fa-f]{4}")
_HEX: Final = re.compile(rb"[0-9A-Fa-f]*")
_USUAL_SEGMENT: Final = 1024
_FIELDS_BYTES: Final = 256  # CP= is looked for in so many bytes after the length
_BLOCK: Final = 16
_ENDS_TRIED: Final = 8


class Frame(NamedTuple):
    """One frame as it came, whole or not.

    Attributes
    ----------
    offset
        Where it begins in the stream, in bytes.
    wire
        Everything that belongs to it, from ``##`` on.
    length_given
        The length it states; None where that is not four digits.
    segment
        The data segment as it came; where the end was not found, all that may belong to it.
    crc_given, crc_text
        The checksum as a number and as written; None and empty where there is none.
    ending
        How its end was found: ``length``, ``pattern`` (by ``&&``, checksum and line end, the length
        being wrong), ``cipher`` (encrypted, so longer than it states), ``cut`` (another frame
        begins first), ``end`` (the stream ends first), ``lost`` (no end where one had to come).
    tail
        ``crlf``, ``lf``, ``none``.
    crc_computed
        The checksum of `segment` as it came.
    """

    offset: int
    wire: bytes
    length_given: int | None
    segment: bytes
    crc_given: int | None
    crc_text: str
    ending: str
    tail: str
    crc_computed: int


class Noise(NamedTuple):
    """Bytes between frames that belong to none; `sample` are the first of them."""

    offset: int
    length: int
    sample: bytes
    blank: bool


Event = Frame | Noise


class FrameReader:
    """Cuts a stream into frames; begins anew at the next ``##`` after a bad one."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._base = 0  # offset of the buffer in the stream
        self._seen = 0  # how much of the buffer was searched in vain for an early end
        self._noise = Noise(0, 0, b"", True)

    def feed(self, data: bytes) -> list[Event]:
        """Return the frames and the noise that are complete with `data`."""
        self._buffer += data
        return self._take(final=False)

    def close(self) -> list[Event]:
        """Return what is left when nothing more will come; the reader can then be used anew."""
        events = self._take(final=True)
        self._end_noise(events)
        return events

    @property
    def held(self) -> int:
        """Number of bytes that wait for their frame to become complete."""
        return len(self._buffer)

    def _take(self, *, final: bool) -> list[Event]:
        events: list[Event] = []
        buffer = self._buffer
        at = 0
        while True:
            head = buffer.find(HEAD, at)
            if head < 0:
                # A last # may be half of a head.
                keep = 0 if final or not buffer.endswith(b"#", at) else 1
                stop = len(buffer) - keep
                self._note(at, stop)
                at = stop
                break
            if head > at:
                self._note(at, head)
                at = head
            frame = self._frame(at, final)
            if frame is None:
                break
            if len(frame.wire) < HEAD_BYTES + TAIL_BYTES and frame.ending in {"cut", "lost"}:
                self._note(at, at + len(frame.wire))  # too short for a frame
            else:
                self._end_noise(events)
                events.append(frame)
            at += len(frame.wire)
            self._seen = 0
        if at:
            del buffer[:at]
            self._base += at
            self._seen = max(0, self._seen - at)
        return events

    def _note(self, start: int, stop: int) -> None:
        if start == stop:
            return
        piece = bytes(self._buffer[start:stop])
        offset, length, sample, blank = self._noise
        if not length:
            offset = self._base + start
        if len(sample) < 64:
            sample = (sample + piece)[:64]
        self._noise = Noise(offset, length + len(piece), sample, blank and not piece.strip())

    def _end_noise(self, events: list[Event]) -> None:
        if self._noise.length:
            events.append(self._noise)
            self._noise = Noise(0, 0, b"", True)

    def _frame(self, at: int, final: bool) -> Frame | None:
        """Return the frame that begins at `at`; None while its end may still come."""
        buffer = self._buffer
        size = len(buffer)
        digits = bytes(buffer[at + 2 : at + HEAD_BYTES])
        if len(digits) < 4:
            return self._made(at, size, None, "end") if final else None
        if not digits.isdigit():
            return self._without_length(at, None, final)
        length = int(digits)
        begin = at + HEAD_BYTES
        crc_at = begin + length
        if size >= crc_at + TAIL_BYTES and buffer.find(b"\n", begin, crc_at) < 0:
            found = self._by_length(at, crc_at, length, final)
            if found is not None:
                return found
        return self._with_length(at, length, final)

    def _by_length(self, at: int, crc_at: int, length: int, final: bool) -> Frame | None:
        """Return the frame that ends where it says, if its checksum is right."""
        buffer = self._buffer
        after = bytes(buffer[crc_at + 4 : crc_at + 6])
        if after == b"\r\n":
            stop, tail = crc_at + 6, "crlf"
        elif after[:1] == b"\n":
            stop, tail = crc_at + 5, "lf"
        elif after == HEAD or (final and not after):
            stop, tail = crc_at + 4, "none"
        else:
            return None
        written = bytes(buffer[crc_at : crc_at + 4])
        if not _HEX4.fullmatch(written):
            return None
        segment = bytes(buffer[at + HEAD_BYTES : crc_at])
        given = int(written, 16)
        computed = crc16(segment)
        if computed != given:
            return None
        return Frame(
            self._base + at,
            bytes(buffer[at:stop]),
            length,
            segment,
            given,
            written.decode("ascii"),
            "length",
            tail,
            computed,
        )

    def _with_length(self, at: int, length: int, final: bool) -> Frame | None:
        buffer, size = self._buffer, len(self._buffer)
        crc_at = at + HEAD_BYTES + length
        # A checksum that is right before the stated end, and no other head on the way to it.
        # Only a new line end can bring one.
        if buffer.find(b"\n", max(self._seen, at)) >= 0:
            early = self._by_pattern(at, length, min(size, crc_at))
            if early is not None:
                return early
        decided = self._settled(crc_at, final)
        if not decided:
            self._seen = max(self._seen, size)
            return None
        found = self._by_length(at, crc_at, length, final)
        if found is not None:
            return found
        cipher = self._encrypted(at, length, final)
        if cipher is not None:
            return cipher if cipher.wire else None
        shaped = bytes(buffer[crc_at : crc_at + 6])
        if re.fullmatch(rb"[0-9A-Fa-f]{4}\r\n", shaped) and not _HEAD.search(
            buffer, at + 1, crc_at
        ):
            return self._made(at, crc_at + 6, length, "length", crc_at)
        return self._without_length(at, length, final)

    def _settled(self, crc_at: int, final: bool) -> bool:
        """Whether enough has come to say if a frame ends at `crc_at`."""
        size = len(self._buffer)
        if final or size >= crc_at + TAIL_BYTES:
            return True
        return size == crc_at + 5 and self._buffer[crc_at + 4] not in b"\r#"

    def _by_pattern(self, at: int, length: int | None, stop: int) -> Frame | None:
        """Return the frame up to the first ``&&``, right checksum and line end before `stop`."""
        buffer = self._buffer
        head = _HEAD.search(buffer, at + 1, stop)
        limit = head.start() if head else stop
        for tried, end in enumerate(_END.finditer(buffer, at + HEAD_BYTES, limit)):
            if tried == _ENDS_TRIED:
                break
            segment = bytes(buffer[at + HEAD_BYTES : end.start(1)])
            if crc16(segment) == int(end[1], 16):
                return self._made(at, end.end(), length, "pattern", end.start(1))
        return None

    def _without_length(self, at: int, length: int | None, final: bool) -> Frame | None:
        """Return a frame whose length is wrong or unreadable: to its line end or the next head."""
        buffer = self._buffer
        limit = at + HEAD_BYTES + TAIL_BYTES + 2 * max(length or 0, _USUAL_SEGMENT)
        stop = min(len(buffer), limit)
        head = _HEAD.search(buffer, at + 1, stop)
        end = _END.search(buffer, at + HEAD_BYTES, stop)
        if end is not None and (head is None or end.start() < head.start()):
            return self._made(at, end.end(), length, "pattern", end.start(1))
        if head is not None:
            return self._made(at, head.start(), length, "cut")
        if stop == limit:
            return self._made(at, stop, length, "lost")
        return self._made(at, stop, length, "end") if final else None

    def _encrypted(self, at: int, length: int, final: bool) -> Frame | None:
        """Return an encrypted frame: every 16 characters of CP became 32 (HJ 212-2025, A.2).

        None where it is none; a frame without bytes while more has to come.
        """
        buffer, size = self._buffer, len(self._buffer)
        begin = at + HEAD_BYTES
        cp = buffer.find(b"CP=&&", begin, begin + min(length, _FIELDS_BYTES))
        if cp < 0:
            return None
        body = cp + 5
        blocks = (length - (body - begin) - 2) // _BLOCK
        if blocks < 1:
            return None
        cipher_end = body + 2 * _BLOCK * blocks
        if _HEX.fullmatch(buffer, body, min(size, cipher_end)) is None:
            return None
        crc_at = begin + length + _BLOCK * blocks
        if not self._settled(crc_at, final):
            return Frame(0, b"", None, b"", None, "", "", "", 0)
        ending = bytes(buffer[crc_at - 2 : crc_at + 6])
        found = re.fullmatch(rb"&&[0-9A-Fa-f]{4}(\r\n|\n.?|##|)", ending, re.DOTALL)
        if found is None:
            return None
        stop = crc_at + 4 + {b"\r": 2, b"\n": 1}.get(found[1][:1], 0)
        return self._made(at, stop, length, "cipher", crc_at)

    def _made(
        self, at: int, stop: int, length: int | None, ending: str, crc_at: int | None = None
    ) -> Frame:
        wire = bytes(self._buffer[at:stop])
        if crc_at is None:
            segment, written, tail = wire[HEAD_BYTES:], b"", "none"
        else:
            segment = wire[HEAD_BYTES : crc_at - at]
            written = wire[crc_at - at : crc_at - at + 4]
            rest = wire[crc_at - at + 4 :]
            tail = "crlf" if rest == b"\r\n" else "lf" if rest == b"\n" else "none"
        return Frame(
            self._base + at,
            wire,
            length,
            segment,
            int(written, 16) if written else None,
            written.decode("ascii"),
            ending,
            tail,
            crc16(segment),
        )
