"""``lantian soil parcels``: state, clocks and next duty of every parcel of a register."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lantian.domain.soil.clocks import Running
from lantian.domain.soil.institutes import InstituteRecord, institute_records
from lantian.domain.soil.parcel import ParcelState, parcel_state
from lantian.jobs.soil.register import read_register
from lantian.jobs.told import Told
from lantian.kernel.rounding import round_fraction
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.soil_tables import load_soil
from lantian.rulebook.soil_tables.parcel_model import ParcelProcess


@dataclass
class ParcelsRun:
    """What a register came to on a day."""

    source: str
    day: date
    process: ParcelProcess
    parcels: tuple[ParcelState, ...]
    institutes: tuple[InstituteRecord, ...]
    events_read: int
    events_unused: int
    told: Told


def run_parcels(
    path: Path,
    day: date,
    *,
    layout: Path | None = None,
    rules: Sequence[Path] = (),
    holidays: Sequence[Path] = (),
) -> ParcelsRun:
    """Return the state of every parcel on a day.

    Parameters
    ----------
    path
        Workbook with sheets 地块 and 进展.
    day
        Day asked for; later events do not count.
    layout, rules, holidays
        A layout file, rule folders and holiday notices of one's own.

    Raises
    ------
    LantianError
        X codes where the file cannot be read, R030 where no edition holds on `day`.
    """
    book, told = load_soil(*rules), Told()
    process = book.process(day)
    register = read_register(path, process, book.spot_check(day), layout, told)
    notices = load_holidays(*holidays)
    states = []
    for key, record in register.records.items():
        state = parcel_state(record, register.events.get(key, ()), book, notices, day)
        for problem in state.problems:
            told.add(problem)
        states.append(state)
    unused = register.events_unused + sum(s.unused for s in states)
    return ParcelsRun(
        path.name, day, process, tuple(states), institute_records(states), register.events_read,
        unused, told,
    )  # fmt: skip


def parcels_as_dict(run: ParcelsRun) -> dict[str, Any]:
    """Return everything of a run but its problems."""
    return {
        "source": run.source,
        "day": run.day.isoformat(),
        "events_read": run.events_read,
        "events_unused": run.events_unused,
        "by_state": dict(Counter(p.state.name_zh for p in run.parcels)),
        "overdue": sum(1 for p in run.parcels if p.overdue),
        "parcels": [parcel_as_dict(p) for p in run.parcels],
        "institutes": [_institute(i) for i in run.institutes],
        "open_zh": list(run.process.open_zh),
    }


def parcel_as_dict(parcel: ParcelState) -> dict[str, Any]:
    """Return the state of one parcel."""
    record, duty = parcel.record, parcel.duty
    return {
        "parcel_id": record.parcel_id,
        "name": record.name,
        "district": record.district,
        "state": parcel.state.key,
        "state_zh": parcel.state.name_zh,
        "since": parcel.since.isoformat() if parcel.since else None,
        "restricted": parcel.state.restricted,
        "survey_reasons": [
            {"key": t.key, "name_zh": t.name_zh, "status": t.ref.status, "place_zh": t.place_zh}
            for t in parcel.reasons
        ],
        "next": {
            "what_zh": duty.what_zh,
            "who_zh": duty.who_zh,
            "needs_zh": list(duty.needs_zh),
            "article_zh": parcel.article.cite_zh() if parcel.article else None,
            "status": duty.ref.status,
            "note_zh": duty.note,
        }
        if duty
        else None,
        "clocks": [_clock(c) for c in parcel.clocks],
        "submitted": [
            {
                "day": s.given.day.isoformat(),
                "event": s.given.event.key,
                "event_zh": s.given.event.name_zh,
                "who": s.given.who,
                "documents": list(s.given.documents),
                "submits": s.given.event.submits,
                "article_zh": s.article.cite_zh() if s.article else None,
            }
            for s in parcel.steps
        ],
        "trace": parcel.trace.as_dict(),
    }


def _clock(one: Running) -> dict[str, Any]:
    return {
        "key": one.key,
        "name_zh": one.name_zh,
        "started": one.started.isoformat(),
        "due": one.due.isoformat() if one.due else None,
        "given": one.given,
        "window": one.window,
        "over": one.over,
        "overdue_days": one.overdue_days,
        "left_days": one.left_days,
        "left_working_days": one.left_working_days,
        "trace": one.trace.as_dict(),
    }


def _institute(one: InstituteRecord) -> dict[str, Any]:
    share = one.first_pass_share
    return {
        "name": one.name,
        "parcels": one.parcels,
        "reviewed": one.reviewed,
        "passed_first": one.passed_first,
        "first_pass_pct": str(round_fraction(share * 100, 1)) if share is not None else None,
    }
