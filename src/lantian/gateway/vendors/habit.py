"""What a vendor's habit is: what is tolerated from its loggers, and frames that show it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Example:
    """A frame that shows a habit.

    Attributes
    ----------
    frame
        The bytes.
    invented
        Whether it was made up for this file, because no captured one is at hand.
    source
        Repository, commit and path of a captured one.
    """

    frame: bytes
    invented: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit, named in the register's `vendor`.

    Attributes
    ----------
    name
        As in the register.
    note_zh, note_en
        What the loggers do, and what the gateway does about it.
    examples
        Frames; at least one.
    systems
        System codes (ST) taken besides those of the register.
    qn_repeats
        Whether one QN may come with different contents: they are then told apart by DataTime, and a
        copy sent later is found by its values instead of its QN.
    """

    name: str
    note_zh: str
    note_en: str
    examples: tuple[Example, ...]
    systems: frozenset[str] = frozenset()
    qn_repeats: bool = False
