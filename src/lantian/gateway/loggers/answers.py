"""Answers of a platform, read quickly: the QNs of whole 9013 and 9014, and every other frame."""

from __future__ import annotations

from typing import Final

from lantian.domain.hj212.crc import crc16

_MOST_HELD: Final = 8_192
_DIGITS: Final = frozenset(b"0123456789")


class Answers:
    """The incoming side of one connection."""

    __slots__ = ("_held", "broken")

    def __init__(self) -> None:
        self._held = b""
        self.broken = 0

    def feed(self, data: bytes) -> tuple[list[str], list[bytes]]:
        """Return the QNs that were answered and the frames that are no plain answers.

        An answer whose length or checksum is wrong is counted in `broken` and answers nothing.
        """
        answered: list[str] = []
        others: list[bytes] = []
        *frames, self._held = (self._held + data).split(b"\r\n")
        if len(self._held) > _MOST_HELD:
            self._held = b""
            self.broken += 1
        for frame in frames:
            if frame[6:9] == b"QN=" and (b";CN=9014;" in frame or b";CN=9013;" in frame):
                if whole(frame):
                    answered.append(frame[9:26].decode("ascii", "replace"))
                else:
                    self.broken += 1
            elif frame:
                others.append(frame + b"\r\n")
        return answered, others

    def forget(self) -> None:
        """Begin anew: a connection was made again."""
        self._held = b""


def whole(frame: bytes) -> bool:
    """Return whether length and checksum of a frame (without its line end) are right."""
    if len(frame) < 10 or not _DIGITS.issuperset(frame[2:6]) or int(frame[2:6]) != len(frame) - 10:
        return False
    try:
        return int(frame[-4:], 16) == crc16(frame[6:-4])
    except ValueError:
        return False
