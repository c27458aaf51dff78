"""One logger without its socket: bytes to send at a minute, bytes to send for bytes that came.

Times are the simulated minute (Beijing, since 1970) and, for answers, seconds of a running clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd
from typing import Final

from lantian.domain.hj212.crc import crc16
from lantian.gateway.loggers.answers import Answers
from lantian.gateway.loggers.course import DAY, Course
from lantian.gateway.loggers.faults import KINDS, Fault
from lantian.gateway.loggers.plan import LoggerPlan
from lantian.gateway.loggers.tally import Tally
from lantian.gateway.loggers.writer import Writer, moment_text

STRANGE_MN: Final = "F"
"""Every character of an MN that no logger of a city has."""
_FINE: Final = KINDS["late"]
_POINTS_A_STEP: Final = 24
_BACKLOG_A_STEP: Final = 12
_HISTORY_POINTS: Final = 5_000


@dataclass(slots=True)
class Waiting:
    """A packet that waits for its answer; `times` counts packets that share one QN."""

    frame: bytes
    sent_s: float
    tries: int
    fault: str
    times: int = 1


class Device:
    """One logger.

    Parameters
    ----------
    plan, course, writer
        What it is, measures and writes.
    begin
        First minute it knows of.
    window
        Packets that may wait for an answer before it holds back.
    """

    def __init__(
        self, plan: LoggerPlan, course: Course, writer: Writer, begin: int, tally: Tally,
        *, over_time_s: float = 10.0, resends: int = 3, window: int = 32,
    ) -> None:  # fmt: skip
        self.plan, self.course, self.writer, self.tally = plan, course, writer, tally
        self.over_time_s, self.resends, self.window = over_time_s, resends, window
        self.realtime_min, self.minute_min = plan.realtime_min, plan.minute_min
        self.realtime_on = True
        self.clock_off_ms = 0
        self.waiting: dict[str, Waiting] = {}
        self.backlog: deque[int] = deque()
        self.begin = begin
        self.at = begin  # next point of its timetable
        self.minute = begin
        self._answers = Answers()
        self._qn_ms = 0
        self._fixed_qn = ""
        self._half = False
        self._fault: Fault | None = plan.faults[0] if plan.faults else None

    @property
    def step_min(self) -> int:
        """Minutes between the points of its timetable."""
        return gcd(self.realtime_min, self.minute_min)

    def fault(self, minute: int) -> str:
        """Return the kind of fault it has at a minute, empty where none."""
        fault = self._fault
        return fault.kind if fault is not None and fault.begin <= minute < fault.end else ""

    def wants_link(self, minute: int) -> bool:
        """Whether it would be connected."""
        return self.fault(minute) not in {"silence", "late"}

    def stuck_until_now(self, minute: int) -> bool:
        """Whether it stopped within a frame, and the fault that made it so is over."""
        return self._half and self.fault(minute) != "half-open"

    def hello(self, minute: int, now_s: float) -> bytes:
        """Return what it says when a connection is made: a time check, from 2025 a heartbeat too."""
        self.minute = minute
        self._answers.forget()
        self._half = False
        if not self.plan.writes_qn:
            return b""
        out = [self._noticed("1013", now_s)]
        if self.plan.version == "2025":
            out.append(self._noticed("9015", now_s))
        return b"".join(out)

    def step(self, minute: int, now_s: float, *, linked: bool = True) -> bytes:
        """Return what it sends at a minute: what is overdue, what is due, some of what was kept back."""
        self.minute = minute
        kind = self.fault(minute)
        if kind in {"silence", "late"} or not linked:
            self._pass_over(minute, kept=kind != "silence")
            return b""
        if self._half:
            self._pass_over(minute, kept=True)
            return b""  # until the runner makes a new connection
        out = self.overdue(now_s)
        room = min(_POINTS_A_STEP, self.window - len(self.waiting))
        stop, step = minute - self.plan.phase_min, self.step_min
        self.at = -(-self.at // step) * step  # intervals may have been set anew
        while self.at <= stop and room > 0:
            late = self.at < stop - 2 * self.minute_min
            out += self._point(self.at, now_s, backfill=late)
            if self._half:
                break
            self.at += step
            room -= 1
        for _ in range(min(_BACKLOG_A_STEP, room, len(self.backlog))):
            out += self._point(self.backlog.popleft(), now_s, backfill=True)
        if self.plan.version == "2025" and minute % DAY == self.plan.phase_min:
            out.append(self._noticed("9015", now_s))
        frames = b"".join(out)
        self.tally.bytes_sent += len(frames)
        return frames

    def unsent(self, minute: int) -> int:
        """Return how many points of the timetable are due and not sent."""
        stop = minute - self.plan.phase_min
        due = (stop - self.at) // self.step_min + 1 if self.at <= stop else 0
        return due + len(self.backlog)

    def received(self, data: bytes) -> tuple[list[str], list[bytes]]:
        """Return the QNs that were answered and the frames that are no plain answers."""
        before = self._answers.broken
        found = self._answers.feed(data)
        self.tally.broken += self._answers.broken - before
        return found

    def answered(self, qns: Iterable[str], now_s: float) -> None:
        """Take note of answers."""
        tally, waiting = self.tally, self.waiting
        for qn in qns:
            found = waiting.get(qn)
            if found is None:
                tally.surplus += 1
                continue
            if found.fault == "resend" and found.tries == 0:
                continue  # planted: it never saw this answer
            tally.acknowledged += 1
            tally.answer_s.append(now_s - found.sent_s)
            found.times -= 1
            if not found.times:
                del waiting[qn]

    def overdue(self, now_s: float) -> list[bytes]:
        """Return what is sent again because no answer came in time."""
        out: list[bytes] = []
        while self.waiting:
            qn = next(iter(self.waiting))
            first = self.waiting[qn]
            if now_s - first.sent_s < self.over_time_s:
                break
            del self.waiting[qn]
            if first.tries >= self.resends:
                self.tally.given_up[first.fault] += first.times
                continue
            first.tries += 1
            first.sent_s = now_s
            self.waiting[qn] = first  # now the youngest
            self.tally.resent += 1
            out.append(first.frame)
        return out

    def give_up(self) -> None:
        """Count what still waits at the end."""
        for one in self.waiting.values():
            self.tally.given_up[one.fault] += one.times
        self.waiting.clear()

    def history(self, cn: str, begin: int, end: int, now_s: float) -> list[bytes] | None:
        """Return the packets of a period that were asked for, marked as sent again.

        None where the period holds more points than are sent at once; empty where it was not yet
        there.
        """
        step = {"2051": self.minute_min, "2061": 60, "2031": DAY}[cn]
        first = -(-max(begin, self.begin) // step) * step
        points = range(first, min(end, self.minute - step) + 1, step)
        if len(points) > _HISTORY_POINTS:
            return None
        return [frame for m in points for frame in self._means(cn, m, now_s, backfill=True)]

    def next_qn(self) -> str:
        """Return a QN that was not used before, of its own clock."""
        ms = self.minute * 60_000 + self._clock_ms()
        self._qn_ms = ms = max(self._qn_ms + 1, ms)
        return moment_text(ms)

    def set_clock(self, ms: int, true_ms: int) -> None:
        """Set its clock, as 1012 asks.

        Parameters
        ----------
        ms
            The time it is told, milliseconds since 1970 (Beijing).
        true_ms
            The true time: a simulation may run days before it, so only the difference counts.
        """
        self.clock_off_ms += ms - true_ms - self._clock_ms()

    def _clock_ms(self) -> int:
        fault = self._fault
        off = self.clock_off_ms
        if fault is not None and fault.kind == "clock-drift" and fault.begin <= self.minute:
            ran = min(self.minute, fault.end) - fault.begin
            off += int(fault.amount * 60_000 * ran / DAY)
        return off

    def _point(self, minute: int, now_s: float, *, backfill: bool) -> list[bytes]:
        """Return the packets of one point of the timetable."""
        out: list[bytes] = []
        letter = self._letter(minute)
        if self.fault(self.minute) == "half-open":
            self._half = True
            self.tally.planted["half-open"] += 1
            values = self.course.at(minute)
            _, frame = next(self.writer.realtime(self.next_qn, minute, values, letter, False))
            return [frame[: len(frame) // 2]]
        if minute % self.realtime_min == 0 and self.realtime_on:
            values = self.course.at(minute)
            shown = minute + round(self._clock_ms() / 60_000)
            for qn, frame in self.writer.realtime(self._qn, shown, values, letter, backfill):
                out += self._sent("2011", qn, frame, minute, now_s)
        if minute % self.minute_min == 0:
            for cn, period in (("2051", self.minute_min), ("2061", 60), ("2031", DAY)):
                if minute % period == 0:
                    out += self._means(cn, minute - period, now_s, backfill=backfill)
        return out

    def _means(self, cn: str, minute: int, now_s: float, *, backfill: bool) -> list[bytes]:
        course = self.course
        letter = self._letter(minute)
        take = {"2051": course.slot, "2061": course.hour, "2031": course.day}[cn]
        out: list[bytes] = []
        for qn, frame in self.writer.means(cn, self._qn, minute, take(minute), letter, backfill):
            out += self._sent(cn, qn, frame, minute, now_s)
        return out

    def _letter(self, minute: int) -> str:
        fault = self._fault
        if fault is not None and fault.kind == "mark" and fault.covers(minute):
            return fault.letter
        return "N"

    def _qn(self) -> str:
        if self.fault(self.minute) != "reused-qn":
            self._fixed_qn = ""
            return self.next_qn()
        if not self._fixed_qn:
            self._fixed_qn = self.next_qn()
        return self._fixed_qn

    def _sent(self, cn: str, qn: str, frame: bytes, minute: int, now_s: float) -> list[bytes]:
        """Count a packet and return the frames it goes out as."""
        tally, kind = self.tally, self.fault(self.minute)
        tally.sent += 1
        tally.by_cn[cn] += 1
        if not kind:
            value = self.fault(minute)
            kind = value if value and KINDS[value].layer in {"value", "mark"} else ""
        if kind:
            tally.planted[kind] += 1
            frame, twice = self._spoilt(kind, frame)
        else:
            twice = False
        if qn and self.plan.answers:
            tally.asking += 1
            known = self.waiting.get(qn)
            if known is None:
                self.waiting[qn] = Waiting(frame, now_s, 0, kind)
            else:
                known.times += 1
        return [frame, frame] if twice else [frame]

    def _spoilt(self, kind: str, frame: bytes) -> tuple[bytes, bool]:
        """Return a frame as a fault leaves it, and whether it goes out twice."""
        if kind == "bad-crc":
            at = frame.rfind(b"&&") + 2
            frame = frame[:at] + b"%04X" % (int(frame[at : at + 4], 16) ^ 0x0140) + frame[at + 4 :]
        elif kind == "wrong-length":
            frame = b"##%04d%b" % (int(frame[2:6]) + 7, frame[6:])
        elif kind == "wrong-mn":
            mn = self.plan.mn.encode("ascii")
            frame = _again(frame, mn, STRANGE_MN.encode("ascii") * len(mn))
        return frame, kind == "duplicate"

    def _noticed(self, cn: str, now_s: float) -> bytes:
        qn = self.next_qn()
        frame = self.writer.notice(cn, qn)
        self.tally.sent += 1
        self.tally.asking += 1
        self.tally.by_cn[cn] += 1
        kind = self.fault(self.minute)
        self.waiting[qn] = Waiting(frame, now_s, 0, "" if KINDS.get(kind, _FINE).answered else kind)
        return frame

    def _pass_over(self, minute: int, *, kept: bool) -> None:
        stop, step = minute - self.plan.phase_min, self.step_min
        while self.at <= stop:
            if kept:
                self.backlog.append(self.at)
            self.at += step


def _again(frame: bytes, old: bytes, new: bytes) -> bytes:
    """Return a frame with one text replaced by another as long, and a right checksum."""
    at = frame.rfind(b"&&") + 2
    segment = frame[6:at].replace(old, new, 1)
    return frame[:6] + segment + b"%04X" % crc16(segment) + frame[at + 4 :]
