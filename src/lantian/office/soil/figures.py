"""Where parcels stand on a day: replayed from the events in the store by `domain.soil`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lantian.domain.process import offers
from lantian.domain.soil.clocks import Running, moment_of
from lantian.domain.soil.parcel import ParcelState, parcel_state
from lantian.domain.soil.parcel_model import GivenEvent, ParcelRecord
from lantian.kernel.problem import Place
from lantian.office.people.models import User
from lantian.office.soil.models import Parcel, ParcelEvent
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.soil_tables import load_soil
from lantian.rulebook.soil_tables.parcel_model import Event

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel with its state and its most urgent clock; `clock_kind` is late, soon, ok or ''."""

    parcel: Parcel
    state: ParcelState
    clock: Running | None
    clock_kind: str


def state_of(parcel: Parcel, day: date, events: Sequence[ParcelEvent] | None = None) -> ParcelState:
    """Return where a parcel stands on a day."""
    book = load_soil()
    process, spot = book.process(day), book.spot_check(day)
    record = ParcelRecord(
        parcel_id=parcel.parcel_id, place=Place(), name=parcel.name, district=parcel.district,
        current_use=parcel.current_use, planned_uses=tuple(parcel.planned_uses),
        triggers=tuple(process.triggers[k] for k in parcel.triggers if k in process.triggers),
        user=parcel.user, institute=parcel.institute,
        attention=tuple(spot.attention[k] for k in parcel.attention if k in spot.attention),
    )  # fmt: skip
    own = parcel.events.all() if events is None else events
    given = [
        GivenEvent(
            parcel.parcel_id,
            e.day,
            process.events[e.event],
            Place(),
            e.who,
            tuple(e.documents),
            e.due,
        )
        for e in own
        if e.event in process.events
    ]
    return parcel_state(record, given, book, load_holidays(), day)


def parcel_rows(parcels: Iterable[Parcel], day: date) -> list[ParcelRow]:
    """Return parcels with their clocks, overdue ones first."""
    found = []
    for parcel in parcels:
        state = state_of(parcel, day)
        clock = _urgent(state.clocks)
        found.append(ParcelRow(parcel, state, clock, _kind(clock)))
    order = {"late": 0, "soon": 1, "ok": 2, "": 3}
    found.sort(
        key=lambda r: (order[r.clock_kind], r.clock.due if r.clock and r.clock.due else date.max)
    )
    return found


def _urgent(clocks: Sequence[Running]) -> Running | None:
    open_ones = [c for c in clocks if not c.window and not c.over]
    dated = [c for c in open_ones if c.due is not None]
    if dated:
        return min(dated, key=lambda c: c.due or date.max)
    return open_ones[0] if open_ones else None


def _kind(clock: Running | None) -> str:
    if clock is None or clock.due is None:
        return ""
    if clock.overdue_days:
        return "late"
    return "soon" if clock.left_days is not None and clock.left_days <= SOON_DAYS else "ok"


def possible_events(state: ParcelState, user: User) -> list[Event]:
    """Return what can happen to a parcel in its state and may be recorded by a user, as the process says."""
    process = load_soil().process(state.on)
    offered = offers(
        process.process,
        state.standing,
        user.role,
        user.username,
        moment_of(state.on),
        load_holidays(),
    )
    return [process.events[one.transition.key] for one in offered if one.open]
