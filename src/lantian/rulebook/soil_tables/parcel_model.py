"""What soil adds to the process of a parcel: duties by state, triggers, restricted states, reports and reviews.

States, steps and periods are those of the process itself (`process_tables.model`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import RuleHead
from lantian.rulebook.process_tables.model import Clock, Process, Transition
from lantian.rulebook.process_tables.model import State as ProcessState


@dataclass(frozen=True, slots=True)
class Duty:
    """What has to be done next in a state, by whom, with which evidence."""

    what_zh: str
    what_en: str
    who_zh: str
    needs_zh: tuple[str, ...]
    ground: str
    note: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Trigger:
    """A kind of land that needs a survey; `place_zh` where it is one city's rule."""

    key: str
    name_zh: str
    survey: bool
    ground: str
    place_zh: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class ParcelRules:
    """One edition of what soil adds to the process of that name."""

    head: RuleHead
    process: str
    restricted: frozenset[str]
    submits: frozenset[str]
    passed: frozenset[str]
    failed: frozenset[str]
    duties: Mapping[str, Duty]
    triggers: Mapping[str, Trigger]


@dataclass(frozen=True, slots=True)
class State:
    """A state of the process; `restricted` bars housing, public service use and building."""

    of: ProcessState
    restricted: bool

    @property
    def key(self) -> str:
        """The key of the state."""
        return self.of.key

    @property
    def name_zh(self) -> str:
        """Its Chinese name."""
        return self.of.name_zh

    @property
    def name_en(self) -> str:
        """Its English name."""
        return self.of.name_en

    @property
    def final(self) -> bool:
        """Whether nothing is due in it."""
        return self.of.final


@dataclass(frozen=True, slots=True)
class Event:
    """A step of the process; whether it hands a report in, and what a review came to.

    `review` is "pass", "fail" or "" where the step is no review.
    """

    step: Transition
    submits: bool
    review: str

    @property
    def key(self) -> str:
        """The key of the step."""
        return self.step.key

    @property
    def name_zh(self) -> str:
        """Its Chinese name."""
        return self.step.name_zh

    @property
    def name_en(self) -> str:
        """Its English name."""
        return self.step.name_en

    @property
    def origin(self) -> frozenset[str]:
        """The states it may be taken in."""
        return self.step.origin

    @property
    def to(self) -> str:
        """The state after it; "" where the state stays."""
        return self.step.to

    @property
    def evidence_zh(self) -> tuple[str, ...]:
        """The documents it needs."""
        return tuple(proof.name_zh for proof in self.step.evidence)

    @property
    def ground(self) -> str:
        """The duty of the law it rests on."""
        return self.step.ground

    @property
    def ref(self) -> RuleRef:
        """Where it is written."""
        return self.step.ref


class ParcelProcess:
    """The process of a parcel on a day, with what soil adds to it."""

    def __init__(self, process: Process, own: ParcelRules) -> None:
        self.process, self.own = process, own
        self.states = {
            key: State(state, key in own.restricted) for key, state in process.states.items()
        }
        self.events = {
            key: Event(step, key in own.submits, _review(key, own))
            for key, step in process.transitions.items()
        }

    @property
    def head(self) -> RuleHead:
        """The head of the process."""
        return self.process.head

    @property
    def start(self) -> str:
        """The state every parcel begins in."""
        return self.process.start

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The periods."""
        return self.process.clocks

    @property
    def duties(self) -> Mapping[str, Duty]:
        """What is due next, by state."""
        return self.own.duties

    @property
    def triggers(self) -> Mapping[str, Trigger]:
        """The kinds of land that need a survey."""
        return self.own.triggers

    @property
    def open_zh(self) -> tuple[str, ...]:
        """What is not known."""
        return self.process.open_zh

    def find_event(self, text: str) -> Event | None:
        """Return the event of a key or Chinese name."""
        plain = "".join(text.split())
        named = {"".join(e.name_zh.split()): e for e in self.events.values()}
        return self.events.get(plain) or named.get(plain)

    def find_trigger(self, text: str) -> Trigger | None:
        """Return the trigger of a key or Chinese name."""
        plain = "".join(text.split())
        named = {"".join(t.name_zh.split()): t for t in self.triggers.values()}
        return self.triggers.get(plain) or named.get(plain)


def _review(key: str, own: ParcelRules) -> str:
    return "pass" if key in own.passed else "fail" if key in own.failed else ""
