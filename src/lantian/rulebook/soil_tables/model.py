"""What the rules of soil answer with: frozen values that carry their citation."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from fractions import Fraction
from functools import lru_cache

from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import RuleHead


class LandClass(IntEnum):
    """Land class of GB 36600; 1 is the stricter."""

    FIRST = 1
    SECOND = 2

    @property
    def label_zh(self) -> str:
        """Chinese label."""
        return "第一类用地" if self is LandClass.FIRST else "第二类用地"


@lru_cache(maxsize=4096)
def plain_name(text: str) -> str:
    """Return a name of an item in the form names are compared in: widths, case, dashes, blanks.

    Examples
    --------
    >>> plain_name("苯并（a）芘") == plain_name("苯并[a]芘")
    True
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    for dash in "‐‑‒–—−－":
        folded = folded.replace(dash, "-")
    for mark in "′’‘＇`":
        folded = folded.replace(mark, "'")
    folded = folded.translate(str.maketrans("[]{}【】、", "()()(),"))
    return "".join(folded.split())


@dataclass(frozen=True, slots=True)
class SoilItem:
    """One item of the standard, limits in mg/kg by land class.

    `unverified` names the parts (CAS number, English name, number in the table) no source was
    seen for; `ref` carries the mark of the limits themselves.
    """

    table: int
    number: int
    name_zh: str
    name_en: str
    cas: tuple[str, ...]
    aliases: tuple[str, ...]
    group: str
    screening: Mapping[LandClass, Fraction]
    intervention: Mapping[LandClass, Fraction]
    background_note: bool
    unverified: tuple[str, ...]
    ref: RuleRef

    @property
    def basic(self) -> bool:
        """Whether it is one of the items every survey must analyse (table 1)."""
        return self.table == 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What an outcome means, in the words of the standard."""

    text_zh: str
    text_en: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class SoilLimits:
    """One edition of screening and intervention values."""

    head: RuleHead
    items: tuple[SoilItem, ...]
    by_name: Mapping[str, SoilItem]
    by_cas: Mapping[frozenset[str], SoilItem]
    readings: Mapping[str, Reading]
    open_zh: tuple[str, ...]

    def find(self, name: str) -> SoilItem | None:
        """Return the item of a name or alias in any usual spelling."""
        return self.by_name.get(plain_name(name))

    def find_cas(self, numbers: frozenset[str]) -> SoilItem | None:
        """Return the item of one CAS number, or of all that a sum consists of."""
        return self.by_cas.get(numbers)

    @property
    def basic(self) -> tuple[SoilItem, ...]:
        """The basic items in the order of table 1."""
        return tuple(i for i in self.items if i.basic)


@dataclass(frozen=True, slots=True)
class LandUse:
    """One land-use code; `land_class` is None where the code does not decide it."""

    code: str
    scheme: str
    name_zh: str
    land_class: LandClass | None
    sensitive: str  # "housing", "public" or ""
    ask_zh: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class LandUses:
    """All codes, and what a plan of several uses has."""

    head: RuleHead
    by_code: Mapping[str, LandUse]
    by_name: Mapping[str, LandUse]
    mixed: RuleRef
    open_zh: tuple[str, ...]

    def find(self, text: str) -> LandUse | None:
        """Return the use of a code (its longest known prefix) or of a name.

        A code that also covers finer codes of another class (A covers A33) has no class of its
        own: the answer then asks for the finer code.
        """
        plain = unicodedata.normalize("NFKC", text).strip().upper()
        named = self.by_name.get(plain)
        if named is not None:
            return named
        if not (plain.isascii() and plain.isalnum()):
            return None
        for end in range(len(plain), 0, -1):
            found = self.by_code.get(plain[:end])
            if found is not None and (plain[end:].isdigit() or end == len(plain)):
                return self._unless_mixed(plain, found)
        return None

    def _unless_mixed(self, plain: str, found: LandUse) -> LandUse:
        finer = [u for code, u in self.by_code.items() if code != plain and code.startswith(plain)]
        other = [
            u for u in finer
            if u.land_class is not found.land_class
            and (u.land_class is not None or found.land_class is LandClass.SECOND)
        ]  # fmt: skip
        if found.land_class is None or not other:
            return found
        names = "、".join(f"{u.code} {u.name_zh}" for u in other)
        ask = f"代码 {plain} 还包含 {names}，请写到更细的代码"
        return replace(found, land_class=None, ask_zh=ask)


@dataclass(frozen=True, slots=True)
class SurveyValue:
    """One number of the method with its citation."""

    value: Fraction
    unit: str
    text_zh: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class SurveyMethod:
    """How a survey is judged."""

    head: RuleHead
    values: Mapping[str, SurveyValue]
    open_zh: tuple[str, ...]

    def number(self, key: str) -> Fraction:
        """Return one number of the method."""
        return self.values[key].value

    def digits(self, key: str) -> int:
        """Return a number of decimals."""
        return int(self.values[key].value)
