"""Parcels whose time has run out, as what waits for those who record their next step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from lantian.domain.process.clocks import close_of
from lantian.office.people.models import User
from lantian.office.process.waiting import Waiting
from lantian.office.soil.figures import ParcelRow, parcel_rows, possible_events
from lantian.office.soil.pages import visible
from lantian.rulebook.process_tables.model import Transition
from lantian.rulebook.soil_tables import load_soil


def parcels_waiting(user: User, at: datetime) -> Iterator[Waiting]:
    """Yield the parcels with an overdue clock whose next step the user may record, each once."""
    day = timezone.localdate(at)
    if not any(user.role in event.step.roles for event in load_soil().process(day).events.values()):
        return  # nobody's steps: no parcel need be replayed
    for row in parcel_rows(visible(user), day):
        state, clock, steps = row.state, row.clock, _steps(row, user)
        if clock is None or clock.due is None or not steps:
            continue
        days, who = clock.overdue_days, f"，督促{state.duty.who_zh}" if state.duty else ""
        yield Waiting(
            str(row.parcel), reverse("soil-parcel", args=[row.parcel.parcel_id]), steps,
            f"{clock.name_zh}，已逾期 {days} 天{who}", f"{clock.name_en}, late by {days} days",
            close_of(clock.due), True, False,
        )  # fmt: skip


def clocks_beside_tasks(user: User) -> list[ParcelRow]:
    """Return the parcels whose clock is late or runs out soon, without those that are the user's tasks."""
    rows = parcel_rows(visible(user), timezone.localdate())
    return [r for r in rows if r.clock_kind in ("late", "soon") and not _steps(r, user)]


def _steps(row: ParcelRow, user: User) -> tuple[Transition, ...]:
    """Return the steps onward of an overdue parcel that the user may record; none where it is not overdue."""
    if row.clock_kind != "late":
        return ()
    return tuple(event.step for event in possible_events(row.state, user) if event.to)
