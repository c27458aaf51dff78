"""Packets that somebody released from the quarantine, on their way into the lake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lantian.gateway.batch import Arrived, Batch
from lantian.gateway.envelope import refusal
from lantian.gateway.extract import Draft
from lantian.jobs.gateway import release
from lantian.jobs.gateway.catalogue import Catalogue
from lantian.jobs.gateway.loggers import Loggers
from lantian.jobs.hj212.keys import Keys

_ANSWERS: Final = {"9011", "9012", "9013", "9014"}


class Released(Batch):
    """Reads released packets as of their arrival; what is new of them is what the lake does not hold.

    They say nothing of whether a logger is heard now, and no QN is used up by them: the key of the lake
    alone tells what was there already. A packet that cannot be read after all stays put aside, and the decision
    says why.

    Parameters
    ----------
    waiting
        The packets, in the order they came.
    """

    def __init__(
        self, catalogue: Catalogue, loggers: Loggers, keys: Keys, previous: Batch | None,
        waiting: Sequence[release.Released],
    ) -> None:  # fmt: skip
        super().__init__(catalogue, loggers, keys, previous)
        self._due = {one.aside.record: one for one in waiting}
        self._spans: dict[int, tuple[int, int]] = {}
        self._refused: dict[int, str] = {}
        self.came_to: dict[int, str] = {}

    @property
    def numbers(self) -> list[int]:
        """The records, ascending."""
        return sorted(self._due)

    def read_released(self) -> None:
        """Read the frames where they lie in the spool."""
        asides = [one.aside for one in self._due.values()]
        for record in release.frames_of(self._catalogue.home, asides):
            packet = Arrived(record, self._decoded(record))
            packet.release = self._due[record.number].reference
            if not packet.decoded.ok:
                self._put_aside(packet, refusal(packet.decoded))
            elif packet.decoded.packet.cn in _ANSWERS:
                self._finish(packet, "answer")
            else:
                self._assemble(packet)
        self._messages(self._assembler.close())  # no further part of theirs is to come
        found = {p.record.number for p in self._packets} | set(self._refused)
        self._refused |= dict.fromkeys(set(self._due) - found, "lost")

    def _now_of(self, packet: Arrived) -> int:
        """Return when it was released: a clock that was wrong at the arrival has been set since."""
        return self._due[packet.record.number].at_ms

    def _put_aside(self, packet: Arrived, reason: str) -> None:
        """Leave it where it is: its row of ``packets/`` and of the quarantine are there already."""
        self._refused[packet.record.number] = reason

    def _add(self, parts: list[Arrived], rows: list[Draft]) -> None:
        super()._add(parts, rows)
        times = [d.time for d in rows if d.time is not None]
        if times:
            span = (min(times), max(times))
            self._spans |= {p.record.number: span for p in parts}

    def commit(self, catalogue: Catalogue) -> None:
        """Note what came of each release; inside a transaction."""
        self.came_to = {p.record.number: p.outcome for p in self._packets}
        self.came_to |= {n: f"refused:{why}" for n, why in self._refused.items()}
        serial = int(catalogue.meta("released") or 0)
        for number in self.numbers:
            serial += 1
            span = self._spans.get(number, (None, None))
            catalogue.db.execute(
                "UPDATE decisions SET taken = ?, outcome = ?, first_ms = ?, last_ms = ? WHERE record = ?",
                (serial, self.came_to[number], *span, number),
            )
        catalogue.set_meta("released", str(serial))
        catalogue.count(self._counts())
