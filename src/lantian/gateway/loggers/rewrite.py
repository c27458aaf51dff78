"""Frames under another MN or at another time, with length and checksum put right."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lantian.domain.hj212.cipher import encrypted_body
from lantian.domain.hj212.encode import MARKS
from lantian.domain.hj212.stamp import read_stamp, write_stamp
from lantian.gateway.loggers.complaint import complain
from lantian.gateway.loggers.kept import Kept
from lantian.gateway.loggers.writer import framed
from lantian.kernel.problem import LantianError

_TIMES: Final = re.compile(
    rb"(?<![A-Za-z])(QN|(?:[A-Za-z0-9]+-)?(?:DataTime|BeginTime|EndTime|SystemTime|SampleTime|"
    rb"CompleteTime|RestartTime|SKCreateTime))=( *)(\d{17}|\d{14})(?![0-9])"
)
_FIELD: Final = {
    name: re.compile(rb"(?<![A-Za-z])" + name + rb"=([^;,&]*)")
    for name in (b"MN", b"PW", b"QN", b"Flag", b"CN")
}
_WORD: Final = re.compile(r"[!-~]{1,40}")


@dataclass(frozen=True, slots=True)
class Change:
    """What is written anew; empty and zero: nothing."""

    mn: str = ""
    password: str = ""
    shift: timedelta = timedelta(0)

    @property
    def nothing(self) -> bool:
        """Whether frames go out as they are."""
        return not (self.mn or self.password or self.shift)


def checked(word: str) -> str:
    """Return an MN or password that may stand in a frame.

    Raises
    ------
    LantianError
        Q015.
    """
    if word and (not _WORD.fullmatch(word) or not MARKS.isdisjoint(word)):
        raise LantianError(complain("Q015", detail=word[:60]))
    return word


def field(wire: bytes, name: str) -> str:
    """Return a field before CP as written, empty where there is none."""
    head = wire[: wire.find(b"CP=")] if b"CP=" in wire else wire
    found = _FIELD[name.encode("ascii")].search(head)
    return found[1].decode("ascii", "replace").strip() if found else ""


def newest(frames: Iterable[Kept]) -> datetime | None:
    """Return the latest time any frame speaks of, None where none does."""
    latest = None
    for one in frames:
        for found in _TIMES.finditer(one.wire):
            moment = read_stamp(found[3].decode("ascii"))
            if moment is not None and (latest is None or moment > latest):
                latest = moment
    return latest


def whole_days(latest: datetime, now: datetime) -> timedelta:
    """Return the shift by whole days after which nothing lies ahead of `now`.

    Whole days keep hours and days on their grid; the newest time then lies within the last day.
    """
    return timedelta(days=(now - latest) // timedelta(days=1))


def rewritten(one: Kept, change: Change) -> bytes:
    """Return a frame with what is to be changed.

    Raises
    ------
    LantianError
        Q016 for an encrypted frame, Q017 for one without a time.
    """
    if change.nothing:
        return one.wire
    stop = one.wire.rfind(b"&&") + 2
    segment = one.wire[6:stop]
    if encrypted_body(segment):
        raise LantianError(complain("Q016", one.place, detail=field(one.wire, "MN")))
    if change.shift:
        segment, n = _TIMES.subn(lambda found: _shifted(found, change.shift), segment)
        if not n:
            raise LantianError(complain("Q017", one.place, detail=field(one.wire, "CN")))
    head, cp, rest = segment.partition(b"CP=")
    for name, value in ((b"MN", change.mn), (b"PW", change.password)):
        if value:
            head = _FIELD[name].sub(name + b"=" + value.encode("ascii"), head, count=1)
    return framed(head + cp + rest)


def _shifted(found: re.Match[bytes], shift: timedelta) -> bytes:
    digits = found[3].decode("ascii")
    moment = read_stamp(digits)
    if moment is None:
        return found[0]  # no real time: left as it is
    text = write_stamp(moment + shift, milliseconds=len(digits) == 17)
    return found[1] + b"=" + found[2] + text.encode("ascii")
