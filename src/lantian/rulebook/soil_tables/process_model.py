"""What the rules of the statutory process and of spot checks answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import RuleHead


@dataclass(frozen=True, slots=True)
class State:
    """One state of a parcel; `restricted` bars housing, public service use and building."""

    key: str
    name_zh: str
    name_en: str
    phase: str
    restricted: bool
    final: bool


@dataclass(frozen=True, slots=True)
class Event:
    """What happens to a parcel; `to` is "" where the state stays."""

    key: str
    name_zh: str
    name_en: str
    origin: frozenset[str]
    to: str
    submits: bool
    review: str  # "pass", "fail" or ""
    evidence_zh: tuple[str, ...]
    ground: str
    ref: RuleRef


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
class Clock:
    """A period from one event to another; `days` is None where no source gives a figure.

    A `window` only has to pass (a public notice); every other clock has to be met.
    """

    key: str
    name_zh: str
    name_en: str
    origin: frozenset[str]
    until: frozenset[str]
    days: int | None
    working: bool
    window: bool
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
class Process:
    """The statutory process as data."""

    head: RuleHead
    states: Mapping[str, State]
    start: str
    events: Mapping[str, Event]
    duties: Mapping[str, Duty]
    clocks: tuple[Clock, ...]
    triggers: Mapping[str, Trigger]
    open_zh: tuple[str, ...]

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


@dataclass(frozen=True, slots=True)
class Named:
    """A ground of attention, a link of the survey or a verdict."""

    key: str
    name_zh: str
    looks_zh: tuple[str, ...]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class MustCheck:
    """Parcels that are always checked, by trigger."""

    key: str
    name_zh: str
    triggers: frozenset[str]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """Which surveys are checked; `share` is None where it must be asked for."""

    head: RuleHead
    must_check: tuple[MustCheck, ...]
    must_share_ref: RuleRef
    share: Fraction | None
    share_ref: RuleRef | None
    attention: Mapping[str, Named]
    links: Mapping[str, Named]
    verdicts: Mapping[str, Named]
    draw_ref: RuleRef
    open_zh: tuple[str, ...]

    def find_attention(self, text: str) -> Named | None:
        """Return the ground of attention of a key or Chinese name."""
        plain = "".join(text.split())
        named = {n.name_zh: n for n in self.attention.values()}
        return self.attention.get(plain) or named.get(plain)
