"""From a checked file to a frozen process; names that lead nowhere are refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lantian.kernel.trace import RuleRef
from lantian.rulebook.build import Shelf, Sources, head_of
from lantian.rulebook.files import Loc, RuleFile
from lantian.rulebook.model import RuleHead, Status
from lantian.rulebook.process_tables.model import (
    ANY,
    ENTERED,
    ROLES,
    STARTED,
    Clock,
    Condition,
    Count,
    Escalation,
    Process,
    Proof,
    State,
    Transition,
)
from lantian.rulebook.process_tables.schema import (
    ClockRow,
    EscalationRow,
    PeriodRow,
    ProcessFile,
    TransitionRow,
)


class _Builder:
    """Builds one process; what is wrong goes to the shelf, each complaint at its line."""

    def __init__(self, file: RuleFile, shelf: Shelf) -> None:
        self.file, self.shelf = file, shelf
        self.model: ProcessFile = file.model
        self.sources = Sources(file, self.model.sources, shelf)
        self.head: RuleHead = head_of(
            file, f"process.{self.model.process}", self.sources, shelf=shelf
        )

    def ref(
        self, loc: Loc, ids: list[str] | None, status: Status | None, clause: str, part: str
    ) -> RuleRef:
        """Return the citation of a row; source and mark fall back on those of the file."""
        if ids is not None:
            self.sources.find(ids, loc)
        return replace(self.head.ref(clause, status), rule_id=f"{self.head.rule_id}.{part}")

    def known(self, loc: Loc, keys: Iterable[str], known: Iterable[str]) -> None:
        """Refuse names that are not there (R033)."""
        there = tuple(known)
        for key in keys:
            if key not in there:
                self.shelf.refuse("R033", self.file, loc, detail=key, known=", ".join(there))

    def once(self, part: str, rows: Sequence[Any], loc: Loc = ()) -> None:
        """Refuse a key that is used twice (R012)."""
        seen: set[str] = set()
        for i, row in enumerate(rows):
            if row.key in seen:
                self.shelf.refuse("R012", self.file, (*loc, part, i), detail=row.key)
            seen.add(row.key)

    def states(self) -> dict[str, State]:
        """Return the states."""
        self.once("states", self.model.states)
        return {
            s.key: State(
                s.key, s.name_zh, s.name_en, s.final, s.note,
                self.ref(("states", i), s.source, s.status, s.clause or s.name_zh, s.key),
            )
            for i, s in enumerate(self.model.states)
        }  # fmt: skip

    def transitions(self, states: Mapping[str, State]) -> dict[str, Transition]:
        """Return the steps."""
        self.once("transitions", self.model.transitions)
        keys = [row.key for row in self.model.transitions]
        return {
            row.key: self.transition(("transitions", i), row, states, keys)
            for i, row in enumerate(self.model.transitions)
        }

    def transition(
        self, loc: Loc, row: TransitionRow, states: Mapping[str, State], keys: Sequence[str]
    ) -> Transition:
        """Return one step."""
        if bool(row.to) == row.stays:
            self.shelf.refuse("R058", self.file, loc, detail=f"{row.key}: to / stays")
        anywhere = row.origin == [ANY]
        if anywhere and row.to:  # it would lead out of every final state
            self.shelf.refuse("R058", self.file, loc, detail=f"{row.key}: from any / to")
        origin = list(states) if anywhere else row.origin
        self.known(loc, [*origin, *([row.to] if row.to else [])], states)
        self.known((*loc, "roles"), row.roles, ROLES)
        self.known((*loc, "not_by"), row.not_by, keys)
        self.once("evidence", row.evidence, loc)
        self.once("conditions", row.conditions, loc)
        for key in () if anywhere or row.reopens else row.origin:
            if key in states and states[key].final:
                detail = f"{row.key}: from {key}（终态 final）"
                self.shelf.refuse("R014", self.file, (*loc, "from"), detail=detail)
        if row.reopens and not any(key in states and states[key].final for key in row.origin):
            self.shelf.refuse("R058", self.file, loc, detail=f"{row.key}: reopens")
        return Transition(
            key=row.key, name_zh=row.name_zh, name_en=row.name_en, origin=frozenset(origin),
            to=row.to, reopens=row.reopens, anywhere=anywhere, roles=tuple(row.roles),
            task=row.task and not self.model.recorded, reason=row.reason,
            evidence=tuple(Proof(p.key, p.name_zh, p.name_en, p.optional) for p in row.evidence),
            conditions=tuple(Condition(c.key, c.name_zh, c.name_en) for c in row.conditions),
            not_by=tuple(row.not_by), ground=row.ground, note=row.note,
            ref=self.ref(loc, row.source, row.status, row.clause or row.name_zh, row.key),
        )  # fmt: skip

    def clocks(self, states: Mapping[str, State], steps: Mapping[str, Transition]) -> list[Clock]:
        """Return the periods."""
        self.once("clocks", self.model.clocks)
        return [
            self.clock(("clocks", i), row, states, steps) for i, row in enumerate(self.model.clocks)
        ]

    def clock(
        self, loc: Loc, row: ClockRow, states: Mapping[str, State], steps: Mapping[str, Transition]
    ) -> Clock:
        """Return one period; what it ends must leave its state."""
        if row.state:
            self.known(loc, [row.state], states)
            self.known((*loc, "from"), row.origin, (ENTERED, STARTED, *steps))
        else:
            self.known((*loc, "from"), row.origin, steps)
        self.known((*loc, "until"), row.until, steps)
        leaving = [k for k, step in steps.items() if not row.state or row.state in step.origin]
        self.known((*loc, "ends"), row.ends, leaving)
        for part in self._clock_faults(row):
            self.shelf.refuse("R058", self.file, loc, detail=f"{row.key}: {part}")
        amount, count = _period(row)
        return Clock(
            row.key, row.name_zh, row.name_en, row.state, tuple(row.origin), tuple(row.until),
            row.written, amount, count, row.window, tuple(row.ends),
            self.escalation((*loc, "escalation"), row, row.escalation), row.note,
            self.ref(loc, row.source, row.status, row.clause or row.name_zh, row.key),
        )  # fmt: skip

    def _clock_faults(self, row: ClockRow) -> Iterator[str]:
        if row.state and row.window and not row.ends:
            yield "window / ends"  # it must say what it holds back: a withdrawal is never held
        if row.state and row.until:
            yield "state / until"
        if not row.state and not row.window and not row.until:
            yield "until"  # it has to be met, and nothing would meet it
        if row.written and not self.model.recorded:
            yield "written / recorded"  # the steps of a case name no dates

    def escalation(self, loc: Loc, clock: ClockRow, row: EscalationRow | None) -> Escalation | None:
        """Return who is told when a period has run out."""
        if row is None:
            return None
        self.known((*loc, "to"), row.to, ROLES)
        amount, count = _period(row)
        clause = row.clause or f"{clock.name_zh}逾期"
        ref = self.ref(loc, row.source, row.status, clause, f"{clock.key}.escalation")
        return Escalation(amount, count, tuple(row.to), row.note, ref)

    def ways(self, states: Mapping[str, State], steps: Mapping[str, Transition]) -> None:
        """Refuse states nothing leads to, and states without a way on that are not final (R058)."""
        reached, todo = {self.model.start}, [self.model.start]
        while todo:
            state = todo.pop()
            for step in steps.values():
                if state in step.origin and step.to and step.to not in reached:
                    reached.add(step.to)
                    todo.append(step.to)
        for i, (key, state_row) in enumerate(states.items()):
            if key not in reached:
                detail = f"{key}: 没有步骤通向它 no step leads to it"
                self.shelf.refuse("R058", self.file, ("states", i), detail=detail)
            onward = any(key in s.origin and s.to not in ("", key) for s in steps.values())
            if not state_row.final and not onward:
                detail = f"{key}: 不是终态却没有出路 not final and without a way on"
                self.shelf.refuse("R058", self.file, ("states", i), detail=detail)


def _period(row: PeriodRow) -> tuple[int | None, Count]:
    for count in Count:
        amount: int | None = getattr(row, count.value)
        if amount is not None:
            return amount, count
    return None, Count(row.figure_unknown or Count.DAYS)


def build_process(file: RuleFile, shelf: Shelf) -> Process:
    """Return the process of a file; refuses what leads nowhere."""
    builder = _Builder(file, shelf)
    model = builder.model
    states = builder.states()
    builder.known(("start",), [model.start], states)
    steps = builder.transitions(states)
    if model.start in states:
        builder.ways(states, steps)
    return Process(
        head=builder.head, key=model.process, name_zh=model.name_zh, name_en=model.name_en,
        place_zh=model.place_zh, subject=model.subject, recorded=model.recorded, states=states,
        start=model.start, transitions=steps, clocks=tuple(builder.clocks(states, steps)), open_zh=tuple(model.open_zh),
    )  # fmt: skip
