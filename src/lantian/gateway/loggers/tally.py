"""What a simulation counted, and the percentiles of answer times."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_SHARES = (50, 90, 99, 99.9)


@dataclass(slots=True)
class Tally:
    """Counts of a whole run.

    Attributes
    ----------
    sent
        Packets of data and notices, each counted once however often it was sent again.
    asking
        Of those, packets that asked for an answer.
    acknowledged
        Packets answered.
    resent
        Sendings after the first.
    given_up
        Packets without an answer after the last resend, or at the end, by planted fault ('' for none).
    surplus
        Answers that belong to no waiting packet.
    broken
        Answers whose length or checksum is wrong.
    """

    sent: int = 0
    asking: int = 0
    acknowledged: int = 0
    resent: int = 0
    surplus: int = 0
    broken: int = 0
    bytes_sent: int = 0
    commands: Counter[str] = field(default_factory=Counter)
    by_cn: Counter[str] = field(default_factory=Counter)
    planted: Counter[str] = field(default_factory=Counter)
    given_up: Counter[str] = field(default_factory=Counter)
    connected: int = 0
    refused: int = 0
    lost: int = 0
    answer_s: array[float] = field(default_factory=lambda: array("f"))

    def answer_ms(self) -> dict[str, float] | None:
        """Return percentiles of the time from sending to its answer in ms; None without answers."""
        if not self.answer_s:
            return None
        ordered = sorted(self.answer_s)
        last = len(ordered) - 1
        found = {
            f"p{share:g}": ordered[min(last, int(share / 100 * len(ordered)))] for share in _SHARES
        }
        return {name: round(s * 1000, 2) for name, s in (found | {"max": ordered[last]}).items()}

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        never = sum(self.given_up.values())
        return {
            "sent": self.sent,
            "asking": self.asking,
            "acknowledged": self.acknowledged,
            "resent": self.resent,
            "never_acknowledged": never,
            "never_acknowledged_unplanted": self.given_up[""],
            "never_acknowledged_by_fault": {k: n for k, n in sorted(self.given_up.items()) if k},
            "surplus_answers": self.surplus,
            "broken_answers": self.broken,
            "bytes_sent": self.bytes_sent,
            "by_cn": dict(sorted(self.by_cn.items())),
            "commands_obeyed": dict(sorted(self.commands.items())),
            "connections": {
                "made": self.connected, "refused": self.refused, "lost": self.lost,
            },
            "answer_ms": self.answer_ms(),
        }  # fmt: skip
