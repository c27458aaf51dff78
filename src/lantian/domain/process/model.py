"""Where a case stands, the steps that brought it there, and a step that somebody wants to take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from lantian.kernel.problem import Problem
from lantian.rulebook.process_tables.model import Transition


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken.

    Attributes
    ----------
    transition, origin, to
        Keys of the step, of the state before and of the state after it.
    by, role, at
        Who took it, as what, and when (an aware moment).
    reason
        Why, where it was written.
    evidence
        Hashes of the files by key of the evidence; names of documents where the step was recorded.
    due
        The date its document names for what has to follow.
    """

    transition: str
    origin: str
    to: str
    by: str
    role: str
    at: datetime
    reason: str = ""
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A case: its state, since when, and every step so far."""

    state: str
    since: datetime
    started: datetime
    steps: tuple[Taken, ...] = ()

    def last(self, transition: str) -> Taken | None:
        """Return the last time a step was taken; None where it never was."""
        return next((s for s in reversed(self.steps) if s.transition == transition), None)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that somebody wants to take.

    Attributes
    ----------
    facts
        By key of a condition: whether it holds; None or left out where that is not known.
    due
        The date the document of a recorded step names for what has to follow.
    """

    transition: str
    by: str
    role: str
    at: datetime
    reason: str = ""
    evidence: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, bool | None] = field(default_factory=dict)
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a step that happened: the case after it, and what was wrong with it.

    Attributes
    ----------
    used
        Whether it counted; what cannot have happened in that state or order does not.
    problems
        Why it does not count, or what it lacks though it does.
    """

    standing: Standing
    used: bool
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A step of the present state for a role, and what still stands in its way (nothing: it can be taken).

    Reason and evidence are asked for in the form, so their lack is no hindrance here.
    """

    transition: Transition
    problems: tuple[Problem, ...]

    @property
    def open(self) -> bool:
        """Whether nothing stands in its way."""
        return not self.problems
