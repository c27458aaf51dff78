"""What the rules of processes answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import RuleHead

SYSTEM = "system"
"""The role of a step that no person takes: an import, a clock, a decision that follows by itself."""

ROLES = (
    "leader", "air", "water", "soil", "monitoring", "enforcement", "district", "expert",
    "inspector", "enterprise", "auditor", "operator", SYSTEM,
)  # fmt: skip
"""Who may take a step; the roles of the site (a test compares them), and `SYSTEM`."""

ENTERED = "entered"
STARTED = "started"
"""A clock runs from the last entry into a state, from the beginning of the case, or from a transition."""

ANY = "any"
"""In `from` of a step that leaves the state as it is: it may be taken in every state, final ones too."""


class Count(StrEnum):
    """In what a period is counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class State:
    """Where a case can stand; from a final one there is no way on."""

    key: str
    name_zh: str
    name_en: str
    final: bool
    note: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Proof:
    """A piece of evidence that a step needs (or, if `optional`, may bring)."""

    key: str
    name_zh: str
    name_en: str
    optional: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold; the room that takes the step says whether it does."""

    key: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from one of several states to another.

    Attributes
    ----------
    to
        The state after it; "" where the state stays.
    reopens
        Whether it leads out of a final state: what was closed is taken up again.
    anywhere
        Whether it may be taken in every state (`ANY`).
    roles
        Who may take it; in a process that is `recorded`: who may record it.
    task
        Whether it waits for those roles as their task; a withdrawal, say, does not.
    reason
        Whether a reason has to be written.
    evidence, conditions
        What has to be there, and what has to hold.
    not_by
        Transitions whose last taker may not take this one as well.
    ground
        Key of the duty in the catalogue of the law (`ProcessRules.article`); "" where none is named.
    """

    key: str
    name_zh: str
    name_en: str
    origin: frozenset[str]
    to: str
    reopens: bool
    anywhere: bool
    roles: tuple[str, ...]
    task: bool
    reason: bool
    evidence: tuple[Proof, ...]
    conditions: tuple[Condition, ...]
    not_by: tuple[str, ...]
    ground: str
    note: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Escalation:
    """How long after the end of a clock who is told; `amount` None where no figure is known."""

    amount: int | None
    count: Count
    to: tuple[str, ...]
    note: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Clock:
    """A period in a state, or one from some steps until others.

    Attributes
    ----------
    state
        The state it runs in; "" where it runs from step to step, whatever the state.
    origin
        `ENTERED`, `STARTED` or keys of transitions, of which the last taken counts: where the count starts.
    until
        Transitions that stop it; empty where leaving the state does, or where it only has to pass.
    written
        Whether a date that the step it counts from names takes the place of the figure.
    amount
        None where no source gives a figure: then nothing is due, and nothing is assumed.
    window
        It only has to pass, as a public notice; every other clock has to be met.
    ends
        Transitions it holds back (a window) or that end it; all that leave the state where empty.
    """

    key: str
    name_zh: str
    name_en: str
    state: str
    origin: tuple[str, ...]
    until: tuple[str, ...]
    written: bool
    amount: int | None
    count: Count
    window: bool
    ends: tuple[str, ...]
    escalation: Escalation | None
    note: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Process:
    """One edition of one process.

    Attributes
    ----------
    recorded
        Whether its steps happen outside and are recorded, each with the day on which it happened, be it
        long past: where a case stands is then replayed from what was recorded.
    """

    head: RuleHead
    key: str
    name_zh: str
    name_en: str
    place_zh: str
    subject: str
    recorded: bool
    states: Mapping[str, State]
    start: str
    transitions: Mapping[str, Transition]
    clocks: tuple[Clock, ...]
    open_zh: tuple[str, ...]

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """Return what can be taken in a state, in the order of the file."""
        return tuple(t for t in self.transitions.values() if state in t.origin)

    def clocks_in(self, state: str) -> tuple[Clock, ...]:
        """Return the clocks that can run in a state: its own, and those from step to step."""
        return tuple(c for c in self.clocks if c.state in (state, ""))
