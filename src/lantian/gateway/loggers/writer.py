"""Frames from templates: everything that does not change is joined once a logger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from lantian.domain.hj212.cipher import BlockCipher, encrypt_cp
from lantian.domain.hj212.crc import crc16
from lantian.gateway.loggers.course import Means
from lantian.gateway.loggers.habits import FRAMES, TEMPLATES
from lantian.gateway.loggers.plan import FactorPlan, LoggerPlan

_VERSION_BITS: Final = {"2005": 0, "2017": 1, "2025": 2}
Template = tuple[str, tuple[int, ...], tuple[float, ...]]
"""Text with its gaps, the numbers of its factors, and what their counts are divided by."""


@lru_cache(maxsize=8_192)
def minute_text(minute: int) -> str:
    """Return a minute (Beijing, since 1970) as twelve digits.

    Examples
    --------
    >>> minute_text(480)
    '197001010800'
    """
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y%m%d%H%M")


def moment_text(ms: int) -> str:
    """Return milliseconds since 1970 (Beijing) as 17 digits."""
    minute, rest = divmod(ms, 60_000)
    return f"{minute_text(minute)}{rest:05d}"


def framed(segment: bytes) -> bytes:
    """Return a segment between head, length, checksum and tail."""
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc16(segment))


class Writer:
    """Writes the packets of one logger.

    Parameters
    ----------
    plan
        The logger.
    encrypt
        SM4 under its key, None where CP goes in clear.
    """

    __slots__ = ("_encrypt", "_finish", "_plan", "_templates")

    def __init__(self, plan: LoggerPlan, encrypt: BlockCipher | None = None) -> None:
        self._plan, self._encrypt = plan, encrypt
        self._finish = [FRAMES[h][1] for h in plan.habits if h in FRAMES]
        self._templates: dict[tuple[str, bool], list[Template]] = {}

    def realtime(self, qn: Callable[[], str], minute: int, values: Sequence[int],
                 letter: str, backfill: bool) -> Iterator[tuple[str, bytes]]:  # fmt: skip
        """Yield the packets of an instant, each with its QN (empty where it has none)."""
        for text, numbers, per in self._of("2011", backfill):
            gaps: list[object] = [minute_text(minute) + "00"]
            for i, unit in zip(numbers, per, strict=True):
                gaps += (values[i] / unit, letter)
            yield self._filled(text, gaps, qn)

    def means(self, cn: str, qn: Callable[[], str], minute: int, means: Means, letter: str,
              backfill: bool) -> Iterator[tuple[str, bytes]]:  # fmt: skip
        """Yield the packets of a period that begins at `minute`: 2051, 2061 or 2031."""
        low, mean, high = means
        for text, numbers, per in self._of(cn, backfill):
            gaps: list[object] = [minute_text(minute) + "00"]
            for i, unit in zip(numbers, per, strict=True):
                gaps += (low[i] / unit, mean[i] / unit, high[i] / unit, letter)
            yield self._filled(text, gaps, qn)

    def notice(self, cn: str, qn: str) -> bytes:
        """Return a packet without content: 1013, or 9015 of 2025."""
        plan = self._plan
        flag = _VERSION_BITS[plan.version] * 4 + 1
        text = f"QN={qn};ST=91;CN={cn};PW={plan.password};MN={plan.mn};Flag={flag};CP=&&&&"
        return framed(text.encode("ascii"))

    def _filled(self, text: str, gaps: list[object], qn: Callable[[], str]) -> tuple[str, bytes]:
        own = ""
        if self._plan.writes_qn:
            own = qn()
            gaps.insert(0, own)
        segment = (text % tuple(gaps)).encode("ascii")
        frame = b"##%04d%b%04X\r\n" % (len(segment), segment, crc16(segment))
        if self._encrypt is not None:
            frame = frame[:6] + encrypt_cp(segment, self._encrypt) + frame[-6:]
        for change in self._finish:
            frame = change(frame)
        return own, frame

    def _of(self, cn: str, backfill: bool) -> list[Template]:
        backfill = backfill and self._plan.version == "2025"
        key = (cn, backfill)
        found = self._templates.get(key)
        if found is None:
            found = self._templates[key] = list(self._made(cn, backfill))
        return found

    def _made(self, cn: str, backfill: bool) -> Iterator[Template]:
        plan = self._plan
        rows = list(enumerate(plan.factors))
        size = plan.packet_factors
        parts = [rows[i : i + size] for i in range(0, len(rows), size)]
        for number, part in enumerate(parts, 1):
            head = self._head(cn, len(parts), number, backfill)
            groups = ";".join(_group(f, plan.version, cn) for _, f in part)
            text = f"{head}CP=&&DataTime=%s;{groups}&&"
            for habit in plan.habits:
                if habit in TEMPLATES:
                    text = TEMPLATES[habit][1](text)
            yield text, tuple(i for i, _ in part), tuple(10.0**f.decimals for _, f in part)

    def _head(self, cn: str, parts: int, number: int, backfill: bool) -> str:
        plan = self._plan
        fields = f"ST={plan.st};CN={cn};PW={plan.password};MN={plan.mn};"
        if not self._plan.writes_qn:
            return fields
        flag = _VERSION_BITS[plan.version] * 4 + 2 * (parts > 1) + plan.answers
        fields = f"QN=%s;{fields}Flag={flag};"
        if parts > 1:
            fields += f"PNUM={parts};PNO={number};"
        return fields + ("RF=1;" if backfill else "")


def _group(factor: FactorPlan, version: str, cn: str) -> str:
    code = factor.code_2005 if version == "2005" else factor.code
    gap = f"%.{factor.decimals}f"
    if cn == "2011":
        return f"{code}-Rtd={gap},{code}-Flag=%s"
    return f"{code}-Min={gap},{code}-Avg={gap},{code}-Max={gap},{code}-Flag=%s"
