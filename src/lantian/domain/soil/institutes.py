"""How often the reports of an institute pass their first review."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lantian.domain.soil.parcel import ParcelState


@dataclass(frozen=True, slots=True)
class InstituteRecord:
    """Reports of one institute that were reviewed, and those that passed the first time."""

    name: str
    parcels: int
    reviewed: int
    passed_first: int

    @property
    def first_pass_share(self) -> Fraction | None:
        """Exact share of first passes; None where nothing was reviewed."""
        return Fraction(self.passed_first, self.reviewed) if self.reviewed else None


def institute_records(parcels: Sequence[ParcelState]) -> tuple[InstituteRecord, ...]:
    """Return one record an institute, by name.

    A report is one kind of report of one parcel; only its first review counts. The institute is
    that of the register, else whoever handed the report in.
    """
    seen: dict[str, set[str]] = {}
    first: dict[tuple[str, str], tuple[str, bool]] = {}
    for parcel in parcels:
        key = parcel.record.parcel_id
        submitter = ""
        before = ""
        for step in parcel.steps:
            event = step.given.event
            if event.submits:
                submitter = step.given.who
            if event.review:
                name = parcel.record.institute or submitter
                if name:
                    first.setdefault((key, before), (name, event.review == "pass"))
            before = step.state.key
        if parcel.record.institute:
            seen.setdefault(parcel.record.institute, set()).add(key)
    for (key, _), (name, _passed) in first.items():
        seen.setdefault(name, set()).add(key)
    return tuple(
        InstituteRecord(
            name,
            len(keys),
            sum(1 for who, _ in first.values() if who == name),
            sum(1 for who, passed in first.values() if who == name and passed),
        )
        for name, keys in sorted(seen.items())
    )
