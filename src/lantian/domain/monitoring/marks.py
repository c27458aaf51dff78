"""Marks by the firm: an append-only history, and which of them are in force (2022 No. 21, 2019 No. 50).

A mark never changes a reading or its instrument flag; it is a second layer that says whether the
time under it is used to judge an exceedance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from lantian.domain.monitoring.complaint import complain
from lantian.domain.monitoring.model import DAY
from lantian.kernel.problem import LantianError, Place


class Act(StrEnum):
    """What an entry of the history does."""

    PLACE = "place"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class MarkEntry:
    """One line of the history.

    `kind` is the word as the firm wrote it. `factors` is empty where all are meant. A withdrawal
    names in `target` the entry it takes back, and nothing else of it is read. `by_device` says
    that the device set the mark of itself, which is then in time; `approved_by` names the officer
    who let in a late one (decision 0170).
    """

    entry_id: str
    act: Act
    made_at: datetime
    made_by: str
    kind: str = ""
    variant: str = ""
    start: datetime | None = None
    end: datetime | None = None
    factors: frozenset[str] = frozenset()
    cause: str = ""
    target: str = ""
    by_device: bool = False
    place: Place = field(default_factory=Place)
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class MarkHistory:
    """All entries in the order they were made; nothing is ever changed or removed."""

    entries: tuple[MarkEntry, ...] = ()

    def append(self, entry: MarkEntry) -> MarkHistory:
        """Return the history with one more entry.

        Raises
        ------
        LantianError
            M035 for a number used before, M036 for a time before the last entry's, M034 for a
            withdrawal of nothing, M031 for a period that does not end after its start.
        """
        known = {e.entry_id: e for e in self.entries}
        if entry.entry_id in known:
            raise LantianError(complain("M035", entry.place, detail=entry.entry_id))
        if self.entries and entry.made_at < self.entries[-1].made_at:
            raise LantianError(
                complain(
                    "M036",
                    entry.place,
                    detail=entry.entry_id,
                    known=self.entries[-1].made_at.strftime("%Y-%m-%d %H:%M"),
                )
            )
        if entry.act is Act.WITHDRAW:
            target = known.get(entry.target)
            gone = any(e.target == entry.target for e in self.entries if e.act is Act.WITHDRAW)
            if target is None or target.act is Act.WITHDRAW or gone:
                raise LantianError(
                    complain("M034", entry.place, detail=entry.entry_id, known=entry.target)
                )
        elif entry.start is None or entry.end is None or entry.end <= entry.start:
            raise LantianError(complain("M031", entry.place, detail=entry.entry_id))
        return MarkHistory((*self.entries, entry))

    def standing(self, at: datetime | None = None) -> tuple[MarkEntry, ...]:
        """Return the marks placed and not taken back, as known at a moment (None: now)."""
        seen = [e for e in self.entries if at is None or e.made_at <= at]
        gone = {e.target for e in seen if e.act is Act.WITHDRAW}
        return tuple(e for e in seen if e.act is Act.PLACE and e.entry_id not in gone)


def history_of(entries: Sequence[MarkEntry]) -> tuple[MarkHistory, tuple[LantianError, ...]]:
    """Return the history of entries in their order, and what could not be appended."""
    history, refused = MarkHistory(), []
    for entry in entries:
        try:
            history = history.append(entry)
        except LantianError as error:
            refused.append(error)
    return history, tuple(refused)


def by_day(start: datetime, end: datetime) -> Iterator[tuple[date, datetime, datetime]]:
    """Yield the parts of a period day by day."""
    at = start
    while at < end:
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        stop = min(end, midnight)
        yield at.date(), at, stop
        at = stop
