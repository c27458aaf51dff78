"""The faults a city is planted with: what goes wrong, where, from when to when.

Kinds of falsification are those of the case collections the detectors are built on (stages sampling S,
parameter P, logger L, mark M); kinds of failure are those of links and clocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lantian.gateway.loggers.complaint import complain
from lantian.kernel.problem import LantianError


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault.

    Attributes
    ----------
    layer
        ``link``, ``frame``, ``clock``, ``value`` or ``mark``: where it is made.
    like
        Kind of falsification it imitates, empty for an honest failure.
    answered
        Whether a receiver can be expected to acknowledge the packets.
    """

    key: str
    layer: str
    like: str
    answered: bool
    zh: str
    en: str


KINDS: Final[Mapping[str, FaultKind]] = {
    kind.key: kind
    for kind in (
        FaultKind("silence", "link", "L1", True, "断线，数据丢失", "silent; the data are lost"),
        FaultKind("late", "link", "", True, "断网后补传", "an outage, sent afterwards"),
        FaultKind("half-open", "link", "", True, "半开连接，停在半个包上",
                  "half open: stops within a frame, the connection stays"),
        FaultKind("clock-drift", "clock", "", True, "时钟漂移", "the clock runs away"),
        FaultKind("duplicate", "frame", "", True, "每包发送两次", "every packet twice"),
        FaultKind("resend", "frame", "", True, "收不到应答而重发", "answers missed, so packets come again"),
        FaultKind("bad-crc", "frame", "", False, "CRC错误", "wrong checksum"),
        FaultKind("wrong-length", "frame", "", False, "长度错误", "wrong length"),
        FaultKind("reused-qn", "frame", "L3", True, "重复使用同一QN", "one QN used again and again"),
        FaultKind("wrong-mn", "frame", "L3", False, "冒用其他MN", "the MN of no logger of the city"),
        FaultKind("constant", "value", "S2", True, "数值恒定不变", "values that never change"),
        FaultKind("cap", "value", "P4", True, "数值封顶", "values capped below the usual"),
        FaultKind("copied-day", "value", "L3", True, "复制前一日数据", "values of the day before"),
        FaultKind("mark", "mark", "M1", True, "生产时打停运、故障等标记", "marked F, D, C or M while running"),
    )
}  # fmt: skip
"""Every kind that can be planted, by its key."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One planted fault: kind, minutes (Beijing, since 1970) and what the kind needs.

    Attributes
    ----------
    factors
        Codes it touches; empty: the whole logger.
    amount
        The cap as a share of the running level, minutes of drift a day, or 0.
    letter
        The flag of a false mark.
    """

    kind: str
    begin: int
    end: int
    factors: tuple[str, ...] = ()
    amount: float = 0.0
    letter: str = ""

    def covers(self, minute: int) -> bool:
        """Whether a minute lies within."""
        return self.begin <= minute < self.end


def read_shares(text: str) -> dict[str, float]:
    """Return which share of the loggers gets which kind of fault.

    ``all``: one logger in ten has one, all kinds alike; ``none``; or a list of kinds, each with or
    without its share: ``silence:0.02,cap``.

    Raises
    ------
    LantianError
        Q001 for a kind nobody knows, Q002 for a share that is none or shares above 1 in sum.

    Examples
    --------
    >>> read_shares("silence:0.5,cap")
    {'silence': 0.5, 'cap': 0.01}
    """
    word = text.strip()
    if word in {"", "none"}:
        return {}
    if word == "all":
        return dict.fromkeys(KINDS, 0.1 / len(KINDS))
    shares: dict[str, float] = {}
    for part in word.split(","):
        key, _, share = part.strip().partition(":")
        if key not in KINDS:
            raise LantianError(complain("Q001", detail=key, known="、".join(KINDS)))
        try:
            shares[key] = float(share) if share else 0.01
        except ValueError:
            shares[key] = -1.0
        if not 0 <= shares[key] <= 1:
            raise LantianError(complain("Q002", detail=part.strip()))
    if sum(shares.values()) > 1 + 1e-9:
        raise LantianError(complain("Q002", detail=word))
    return shares
