"""What is handed in of a parcel in the process: its record and its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lantian.kernel.problem import Place
from lantian.rulebook.soil_tables.parcel_model import Event, Trigger
from lantian.rulebook.soil_tables.spot_model import Named


@dataclass(frozen=True, slots=True)
class ParcelRecord:
    """One parcel of the register."""

    parcel_id: str
    place: Place
    name: str = ""
    district: str = ""
    current_use: str = ""
    planned_uses: tuple[str, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    user: str = ""
    institute: str = ""
    attention: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenEvent:
    """One event: who handed in or decided what on which day, and the next due date it names."""

    parcel_id: str
    day: date
    event: Event
    place: Place
    who: str = ""
    documents: tuple[str, ...] = ()
    due: date | None = None
