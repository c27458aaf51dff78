"""From checked files to the frozen rules of the process and of spot checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.model import RuleHead
from lantian.rulebook.soil_tables.build import cited
from lantian.rulebook.soil_tables.process_model import (
    Clock,
    Duty,
    Event,
    MustCheck,
    Named,
    Process,
    SpotCheck,
    State,
    Trigger,
)
from lantian.rulebook.soil_tables.schema import NamedRow, ProcessFile, SpotCheckFile


def build_process(file: RuleFile, shelf: Shelf) -> Process:
    """Return the process; refuses names that lead nowhere and states without a way on."""
    model: ProcessFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "soil.process", sources, shelf=shelf)
    states = {
        s.key: State(s.key, s.name_zh, s.name_en, s.phase, s.restricted, s.final)
        for s in model.states
    }
    _once(file, shelf, "states", model.states)
    if model.start not in states:
        shelf.refuse("R033", file, ("start",), detail=model.start, known=", ".join(states))
    events = _events(file, shelf, head, sources, states)
    duties: dict[str, Duty] = {}
    for i, row in enumerate(model.duties):
        loc: Loc = ("duties", i)
        _known(file, shelf, loc, [row.state], states)
        if row.state in duties:
            shelf.refuse("R012", file, loc, detail=row.state)
        ref = cited(head, sources, loc, row.source, row.status, row.what_zh, row.state)
        duties[row.state] = Duty(
            row.what_zh, row.what_en, row.who_zh, tuple(row.needs_zh), row.ground, row.note, ref
        )
    for key, state in states.items():
        if not state.final and key not in duties:
            shelf.refuse("R058", file, ("duties",), detail=key)
        if not state.final and not any(key in e.origin for e in events.values()):
            shelf.refuse("R058", file, ("events",), detail=f"from: {key}")
    _once(file, shelf, "clocks", model.clocks)
    clocks = []
    for i, clock in enumerate(model.clocks):
        loc = ("clocks", i)
        _known(file, shelf, loc, [*clock.origin, *clock.until], events)
        ref = cited(head, sources, loc, clock.source, clock.status, clock.name_zh, clock.key)
        clocks.append(
            Clock(
                clock.key, clock.name_zh, clock.name_en, frozenset(clock.origin),
                frozenset(clock.until), clock.days, clock.count == "working", clock.window,
                clock.note, ref,
            )
        )  # fmt: skip
    _once(file, shelf, "triggers", model.triggers)
    triggers = {}
    for i, one in enumerate(model.triggers):
        ref = cited(head, sources, ("triggers", i), one.source, one.status, one.name_zh, one.key)
        triggers[one.key] = Trigger(one.key, one.name_zh, one.survey, one.ground, one.place_zh, ref)
    return Process(
        head, states, model.start, events, duties, tuple(clocks), triggers, tuple(model.open_zh)
    )


def _events(
    file: RuleFile, shelf: Shelf, head: RuleHead, sources: Sources, states: dict[str, State]
) -> dict[str, Event]:
    model: ProcessFile = file.model
    _once(file, shelf, "events", model.events)
    events = {}
    for i, row in enumerate(model.events):
        loc: Loc = ("events", i)
        moves = bool(row.origin) and bool(row.to)
        if moves == row.stays or bool(row.origin) != bool(row.to):
            shelf.refuse("R058", file, loc, detail=f"{row.key}: from, to / stays")
        _known(file, shelf, loc, [*row.origin, *([row.to] if row.to else [])], states)
        clause = row.clause or row.name_zh
        events[row.key] = Event(
            row.key, row.name_zh, row.name_en, frozenset(row.origin), row.to, row.submits,
            row.review or "", tuple(row.evidence_zh), row.ground,
            cited(head, sources, loc, row.source, row.status, clause, row.key),
        )  # fmt: skip
    return events


def build_spot_check(file: RuleFile, shelf: Shelf) -> SpotCheck:
    """Return the rules of spot checks."""
    model: SpotCheckFile = file.model
    sources = Sources(file, model.sources, shelf)
    head = head_of(file, "soil.spot-check", sources, shelf=shelf)

    def named(part: str, rows: Sequence[NamedRow]) -> dict[str, Named]:
        _once(file, shelf, part, rows)
        return {
            r.key: Named(
                r.key, r.name_zh, tuple(r.looks_zh),
                cited(head, sources, (part, i), r.source, r.status, r.name_zh, r.key),
            )
            for i, r in enumerate(rows)
        }  # fmt: skip

    must = tuple(
        MustCheck(
            m.key, m.name_zh, frozenset(m.triggers),
            cited(head, sources, ("must_check", i), m.source, m.status, m.name_zh, m.key),
        )
        for i, m in enumerate(model.must_check)
    )  # fmt: skip
    if model.must_check_share.value != 1:
        shelf.refuse("R014", file, ("must_check_share", "value"), detail="1")
    all_of = model.must_check_share
    share, draw = model.share, model.draw
    return SpotCheck(
        head=head,
        must_check=must,
        must_share_ref=cited(
            head, sources, ("must_check_share",), all_of.source, all_of.status, "必查地块全部检查"
        ),
        share=share.value if share else None,
        share_ref=cited(head, sources, ("share",), share.source, share.status, "抽查比例")
        if share
        else None,
        attention=named("attention", model.attention),
        links=named("links", model.links),
        verdicts=named("verdicts", model.verdicts),
        draw_ref=cited(head, sources, ("draw",), draw.source, draw.status, draw.text_zh, "draw"),
        open_zh=tuple(model.open_zh),
    )


def _once(file: RuleFile, shelf: Shelf, part: str, rows: Sequence[Any]) -> None:
    seen: set[str] = set()
    for i, row in enumerate(rows):
        if row.key in seen:
            shelf.refuse("R012", file, (part, i), detail=row.key)
        seen.add(row.key)


def _known(
    file: RuleFile, shelf: Shelf, loc: Loc, keys: Iterable[str], known: dict[str, Any]
) -> None:
    for key in keys:
        if key not in known:
            shelf.refuse("R033", file, loc, detail=key, known=", ".join(known))
