"""What changes parcels: a register taken in, an event noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lantian.domain.process import Attempt, explain
from lantian.domain.soil.clocks import moment_of
from lantian.domain.soil.parcel import ParcelState
from lantian.jobs.soil.register import read_register
from lantian.jobs.told import Told
from lantian.kernel.problem import Problem
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import path_of
from lantian.office.people.models import User
from lantian.office.soil.figures import state_of
from lantian.office.soil.models import Parcel, ParcelEvent
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.soil_tables import load_soil
from lantian.rulebook.soil_tables.parcel_model import Event

_FIELDS = (
    "name",
    "district",
    "current_use",
    "planned_uses",
    "triggers",
    "user",
    "institute",
    "attention",
)


class EventRefusedError(ValueError):
    """An event that cannot happen to a parcel in its state, or lacks what it needs; said in words.

    `str` is the Chinese, `en` the English.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.en = en


@dataclass(frozen=True, slots=True)
class Imported:
    """What a register came to."""

    parcels: int
    events: int
    events_unused: int
    problems: tuple[Problem, ...]


@action("soil.import")
def import_register(actor: User, file: StoredFile, day: date) -> Done[Imported]:
    """Take in a stored workbook with sheets 地块 and 进展, under the rules of a day.

    Parcels that are known take the values of the sheet; events that are there already stay.

    Raises
    ------
    LantianError
        X codes where the file cannot be read.
    """
    told, book = Told(), load_soil()
    register = read_register(
        path_of(file.hash), book.process(day), book.spot_check(day), None, told
    )
    parcels = [
        Parcel(
            parcel_id=r.parcel_id, name=r.name, district=r.district, current_use=r.current_use,
            planned_uses=list(r.planned_uses), triggers=[t.key for t in r.triggers], user=r.user,
            institute=r.institute, attention=[a.key for a in r.attention],
        )
        for r in register.records.values()
    ]  # fmt: skip
    Parcel.objects.bulk_create(
        parcels, update_conflicts=True, unique_fields=("parcel_id",), update_fields=_FIELDS
    )
    events = [
        ParcelEvent(parcel_id=key, day=e.day, event=e.event.key, who=e.who, documents=list(e.documents),
                    due=e.due, source=file.hash)
        for key, own in register.events.items()
        for e in own
    ]  # fmt: skip
    before = ParcelEvent.objects.count()
    ParcelEvent.objects.bulk_create(events, ignore_conflicts=True)
    new = ParcelEvent.objects.count() - before
    found = Imported(len(parcels), new, register.events_unused, tuple(told.problems))
    event = {
        "parcels": found.parcels,
        "events": new,
        "unused": found.events_unused,
        "problems": dict(told.counts),
    }
    return Done(found, event, {file.name: file.hash})


def _refusal(problems: Sequence[Problem], state: ParcelState, event: Event) -> EventRefusedError:
    """Return what stands in the way of an event, in the words of parcels."""
    zh, en = [], []
    for one in problems:
        if one.code == "C002":  # the state, as the page of parcels says it
            now = state.state
            zh.append(f"地块当前为“{now.name_zh}”，不能{event.name_zh}。{one.remedy_zh}")
            en.append(
                f"The parcel is “{now.name_en}”: no “{event.name_en}” there; {one.remedy_en}."
            )
        else:
            zh.append(f"{one.message_zh}。{one.remedy_zh}")
            en.append(f"{one.message_en}; {one.remedy_en}.")
    return EventRefusedError(" ".join(zh), " ".join(en))


@action("soil.import")
def note_event(
    actor: User,
    parcel: Parcel,
    event_key: str,
    day: date,
    who: str,
    documents: Sequence[str],
    due: date | None,
) -> Done[ParcelEvent]:
    """Note what was handed in or decided of a parcel, as its process allows it.

    Raises
    ------
    EventRefusedError
        Where the process has no such step for the actor's role in the state of that day, the day lies before
        the last event, or a document is lacking.
    """
    held = Parcel.objects.select_for_update().get(pk=parcel.pk)  # two may note at once
    last = held.events.order_by("-day").first()
    if last is not None and day < last.day:
        words = (
            f"日期早于最近的事件（{last.day}）",
            f"The day is before that of the last event ({last.day}).",
        )
        raise EventRefusedError(*words)
    process = load_soil().process(day)
    event = process.events.get(event_key)
    if event is None:
        words = f"没有这个事件：{event_key}", f"There is no such event: {event_key}."
        raise EventRefusedError(*words)
    if not who.strip():
        raise EventRefusedError("请填写提交或决定的单位", "Say who handed it in or decided it.")
    papers = {p.key: (p.name_zh,) for p in event.step.evidence if p.name_zh in documents}
    attempt = Attempt(event_key, who.strip(), actor.role, moment_of(day), evidence=papers, due=due)
    state = state_of(held, day)
    problems = explain(process.process, state.standing, attempt, load_holidays())
    if problems:
        raise _refusal(problems, state, event)
    if held.events.filter(day=day, event=event_key).exists():
        words = "同一天的同一事件已经登记", "The same event of that day has been noted already."
        raise EventRefusedError(*words)
    made = ParcelEvent.objects.create(
        parcel=held, day=day, event=event_key, who=who.strip()[:120], documents=list(documents),
        due=due,
    )  # fmt: skip
    values = {"parcel": parcel.parcel_id, "event": event_key, "day": day.isoformat(), "who": made.who,
              "documents": list(documents), "due": due.isoformat() if due else ""}  # fmt: skip
    return Done(made, values)
