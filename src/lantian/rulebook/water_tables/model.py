"""What the rules of surface water answer with: frozen values that carry their citation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from lantian.kernel.trace import RuleRef
from lantian.rulebook.method import Method
from lantian.rulebook.model import RuleHead

INFERIOR = 6
"""劣Ⅴ, worse than class V, as a number."""


class Body(StrEnum):
    """What a section lies in: an attribute of the section, never guessed."""

    RIVER = "river"
    LAKE = "lake"

    @property
    def label_zh(self) -> str:
        """河流 or 湖库."""
        return {"river": "河流", "lake": "湖库"}[self.value]


class Direction(StrEnum):
    """How a value is held against its limits."""

    LE = "le"  # not above
    GE = "ge"  # not below
    RANGE = "range"  # inside both ends
    NONE = "none"  # no limit by class


Limits = tuple[Fraction | tuple[Fraction, Fraction], ...]
"""By class I to V: one bound, or both ends of a range."""


@dataclass(frozen=True, slots=True)
class WaterItem:
    """One item of table 1.

    `limits` has one entry a class I to V for each body that the item is judged in.
    """

    key: str
    no: int
    name_zh: str
    name_en: str
    also: tuple[str, ...]
    unit: str
    rule: Direction
    limits: Mapping[Body, Limits]
    digits_raw: int | None
    digits: int
    assessed: bool
    multiple: bool
    first: bool
    ref: RuleRef

    def judged_in(self, body: Body | None) -> bool:
        """Whether the item has limits in a body; with None, the same ones in both."""
        if body is not None:
            return body in self.limits
        return len(self.limits) == len(Body) and len(set(self.limits.values())) == 1


@dataclass(frozen=True, slots=True)
class SourceItem:
    """One item of tables 2 and 3: a single limit of a drinking-water source."""

    key: str
    table: int
    no: int
    name_zh: str
    name_en: str
    also: tuple[str, ...]
    unit: str
    limit: Fraction
    ref: RuleRef
    note: str


@dataclass(frozen=True, slots=True)
class WaterLimits:
    """One edition of the standard."""

    head: RuleHead
    items: Mapping[str, WaterItem]
    source_items: Mapping[str, SourceItem]


@dataclass(frozen=True, slots=True)
class WaterClass:
    """One class with its word and colour."""

    number: int
    name_zh: str
    quality_zh: str
    quality_en: str
    colour: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class RiverWord:
    """The word of a river by the share of its sections: first row that fits.

    `good_at_least` is a share of classes I to III in per cent, `inferior_below` one of 劣Ⅴ.
    """

    good_at_least: Fraction
    inferior_below: Fraction | None
    word_zh: str
    word_en: str


@dataclass(frozen=True, slots=True)
class TrophicItem:
    """One term of the trophic index: ``10 (constant + slope ln x)`` with weight ``r²/Σr²``."""

    item: str
    r: Fraction
    constant: Fraction
    slope: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class TrophicWord:
    """A word of the trophic index: below a bound, or up to and with one; none for the last."""

    below: Fraction | None
    up_to: Fraction | None
    word_zh: str
    word_en: str


@dataclass(frozen=True, slots=True)
class WaterMethod(Method):
    """One edition of the assessment method of surface water."""

    classes: tuple[WaterClass, ...]
    river_words: tuple[RiverWord, ...]
    trophic_items: tuple[TrophicItem, ...]
    trophic_words: tuple[TrophicWord, ...]

    def water_class(self, number: int) -> WaterClass:
        """Return a class by its number, 6 for 劣Ⅴ."""
        return self.classes[number - 1]
