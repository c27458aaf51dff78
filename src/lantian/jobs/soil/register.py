"""The register of parcels from its workbook: records, and events by parcel."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from lantian.adapters.excel.form import FormRow
from lantian.domain.soil.parcel_model import GivenEvent, ParcelRecord
from lantian.jobs.soil.form import Cells, open_form
from lantian.jobs.told import Told
from lantian.rulebook.soil_tables.parcel_model import ParcelProcess, Trigger
from lantian.rulebook.soil_tables.spot_model import Named, SpotCheck


@dataclass
class Register:
    """Parcels in the order of the file, their events, and how many rows of events were not used."""

    records: dict[str, ParcelRecord] = field(default_factory=dict)
    events: dict[str, list[GivenEvent]] = field(default_factory=lambda: defaultdict(list))
    events_read: int = 0
    events_unused: int = 0


def read_register(
    path: Path, process: ParcelProcess, spot: SpotCheck, layout: Path | None, told: Told
) -> Register:
    """Return the register of a workbook with sheets 地块 and 进展, or of a CSV file of parcels.

    Raises
    ------
    LantianError
        X codes where nothing can be read.
    """
    data = open_form(path, layout, "parcel", ("event",))
    for problem in data.problems:
        told.add(problem)
    reader = _Reader(process, spot, told)
    for row in data.rows["parcel"]:
        reader.record(row)
    for row in data.rows.get("event", ()):
        reader.event(row)
    return reader.register


class _Reader:
    def __init__(self, process: ParcelProcess, spot: SpotCheck, told: Told) -> None:
        self.process, self.spot, self.cells = process, spot, Cells(told)
        self.register = Register()

    def record(self, row: FormRow) -> None:
        cells, key = self.cells, row["parcel_id"]
        if not key:
            cells.say("S014", row, detail="地块编号")
            return
        if key in self.register.records:
            cells.say("S038", row, "parcel_id", what="地块", detail=key)
            return
        self.register.records[key] = ParcelRecord(
            parcel_id=key,
            place=row.place("parcel_id"),
            name=row["name"],
            district=row["district"],
            current_use=row["current_use"],
            planned_uses=cells.many(row, "planned_use"),
            triggers=self._triggers(row),
            user=row["user"],
            institute=row["institute"],
            attention=self._attention(row),
        )

    def _triggers(self, row: FormRow) -> tuple[Trigger, ...]:
        """Return the triggers of a row: the cell as a whole, else its parts (names hold commas)."""
        text = row["trigger"]
        if not text:
            return ()
        whole = self.process.find_trigger(text)
        if whole is not None:
            return (whole,)
        found = []
        for part in self.cells.many(row, "trigger"):
            trigger = self.process.find_trigger(part)
            if trigger is None:
                known = "、".join(self.process.triggers)
                self.cells.say("S059", row, "trigger", detail=part, known=known)
            else:
                found.append(trigger)
        return tuple(found)

    def _attention(self, row: FormRow) -> tuple[Named, ...]:
        found = []
        for part in self.cells.many(row, "attention"):
            if part == "无":
                continue
            named = self.spot.find_attention(part)
            if named is None:
                known = "、".join(a.name_zh for a in self.spot.attention.values())
                self.cells.say("S073", row, "attention", detail=part, known=known)
            else:
                found.append(named)
        return tuple(found)

    def event(self, row: FormRow) -> None:
        self.register.events_read += 1
        if not self._event(row):
            self.register.events_unused += 1

    def _event(self, row: FormRow) -> bool:
        cells, key = self.cells, row["parcel_id"]
        missing = [
            name
            for name, text in (("地块编号", key), ("日期", row["day"]), ("事件", row["event"]))
            if not text
        ]
        if missing:
            cells.say("S014", row, detail="、".join(missing))
            return False
        if key not in self.register.records:
            cells.say("S039", row, "parcel_id", what="地块", detail=key)
            return False
        event = self.process.find_event(row["event"])
        if event is None:
            known = "、".join(e.name_zh for e in self.process.events.values())
            cells.say("S051", row, "event", detail=row["event"], known=known)
            return False
        day = cells.day(row, "day")
        if day is None:
            return False
        due = cells.day(row, "due") if row["due"] else None
        documents = cells.many(row, "document")
        given = GivenEvent(key, day, event, row.place("event"), row["who"], documents, due)
        self.register.events[key].append(given)
        return True
