"""From what was written to facts that rules can use; what cannot be used is told, never guessed."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lantian.domain.grading.application import GivenFact
from lantian.domain.grading.complaint import complain
from lantian.kernel.oxygen import convertible, to_reference
from lantian.kernel.problem import LantianError, Place, Problem
from lantian.kernel.quantity import parse_quantity
from lantian.kernel.unit import unit as kernel_unit
from lantian.rulebook.grading_tables.model import FactDef, FactKind, IndicatorTable
from lantian.rulebook.grading_tables.tests_text import number_zh, value_zh

_YES = frozenset({"yes", "是", "true", "有", "y", "√", "1"})
_NO = frozenset({"no", "否", "false", "无", "n", "×", "0"})
_BARE = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")
_YEAR_DAYS = 366
_LARGEST = 40  # digits a value may have; beyond, it is no measurement


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact a rule can use.

    `value` is exact, in the unit of its definition and at the reference oxygen; `hours` are the
    hourly values, likewise. `shown` is what was written, for the trace.
    """

    definition: FactDef
    shown: str
    value: Fraction | None = None
    choice: str = ""
    yes: bool | None = None
    hours: tuple[Fraction, ...] = ()
    evidence: tuple[str, ...] = ()
    dated: date | None = None
    note_zh: str = ""


@dataclass
class FactReader:
    """Reads the facts of one industry part, collecting what is wrong.

    `subtype` settles which fact is meant where a table has several of one Chinese name.
    """

    table: IndicatorTable
    day: date
    evidence: frozenset[str]
    subtype: str = ""
    problems: list[Problem] = field(default_factory=list)

    def read(self, given: Sequence[GivenFact]) -> dict[str, Fact]:
        """Return the usable facts by id."""
        found: dict[str, Fact] = {}
        named: set[str] = set()
        for one in given:
            definition = self._definition(one)
            if definition is None:
                continue
            if definition.fact_id in named:
                self._say("G014", one.place, detail=definition.name_zh)
                found.pop(definition.fact_id, None)
                continue
            named.add(definition.fact_id)
            fact = self._fact(definition, one)
            if fact is not None:
                found[definition.fact_id] = fact
        bare = [fact for fact in found.values() if not fact.evidence]
        if bare:
            names = "、".join(fact.definition.name_zh for fact in bare[:3])
            more = f" 等 {len(bare)} 项" if len(bare) > 3 else ""
            self._say("G028", given[0].place, fact=names + more)
        return found

    def _definition(self, one: GivenFact) -> FactDef | None:
        name = one.fact_id.strip()
        definition = self.table.facts.get(name) or self._by_chinese_name(name)
        if definition is None:
            near = difflib.get_close_matches(name, self.table.facts, 3, 0.5)
            known = "相近 close：" + ", ".join(near) if near else "lantian grade --template"
            self._say("G003", one.place, detail=name, known=known)
        return definition

    def _by_chinese_name(self, name: str) -> FactDef | None:
        """Return the fact of a Chinese name, as a form carries it; None where none or several."""
        same = [d for d in self.table.facts.values() if name in names_of(d)]
        if len(same) > 1:
            asked = self.table.facts_asked(self.subtype)
            same = [d for d in same if d.fact_id in asked]
        return same[0] if len(same) == 1 else None

    def _fact(self, definition: FactDef, one: GivenFact) -> Fact | None:
        dated = self.date_of(one.date_text, one.place)
        if dated is not None and (self.day - dated).days > _YEAR_DAYS:
            self._say("G024", one.place, fact=definition.name_zh, detail=dated.isoformat())
        for evidence_id in one.evidence:
            if evidence_id not in self.evidence:
                self._say("G015", one.place, detail=evidence_id)
        text = _plain(one.text)
        if definition.kind is FactKind.YES_NO:
            return self._yes_no(definition, one, text, dated)
        if definition.kind is FactKind.CHOICE:
            return self._choice(definition, one, text, dated)
        return self._quantity(definition, one, dated)

    def _yes_no(
        self, definition: FactDef, one: GivenFact, text: str, dated: date | None
    ) -> Fact | None:
        plain = text.casefold()
        if plain in _YES or plain in _NO:
            return Fact(definition, text, yes=plain in _YES, evidence=one.evidence, dated=dated)
        self._say("G009", one.place, fact=definition.name_zh, detail=one.text)
        return None

    def _choice(
        self, definition: FactDef, one: GivenFact, text: str, dated: date | None
    ) -> Fact | None:
        assert definition.choices is not None
        for code, label in definition.choices.items():
            if text in {code, _plain(label)}:
                return Fact(definition, label, choice=code, evidence=one.evidence, dated=dated)
        known = "、".join(f"{label}（{code}）" for code, label in definition.choices.items())
        self._say("G008", one.place, fact=definition.name_zh, detail=one.text, known=known)
        return None

    # --- quantities ----------------------------------------------------------------------

    def _quantity(self, definition: FactDef, one: GivenFact, dated: date | None) -> Fact | None:
        shown = f"{one.text} {one.unit}".strip()
        if one.hours:
            hours = []
            for text, o2_text in one.hours:
                value = self._measured(definition, one, text, o2_text)
                if value is None:
                    return None
                hours.append(value)
            worst = max(hours)
            shown = f"{len(hours)} 个小时值，最大 {value_zh(definition, worst)}"
            return Fact(
                definition,
                shown,
                value=worst,
                hours=tuple(hours),
                evidence=one.evidence,
                dated=dated,
                note_zh=self._oxygen_note(definition, one),
            )
        value = self._measured(definition, one, one.text, one.o2_text)
        if value is None:
            return None
        return Fact(
            definition,
            shown,
            value=value,
            evidence=one.evidence,
            dated=dated,
            note_zh=self._oxygen_note(definition, one, value),
        )

    def _oxygen_note(
        self, definition: FactDef, one: GivenFact, value: Fraction | None = None
    ) -> str:
        if definition.o2_ref_pct is None:
            return ""
        ref = number_zh(definition.o2_ref_pct)
        if one.converted:
            return f"申报为已折算至基准氧 {ref}%"
        if value is None:
            return f"各小时值按实测氧折算至基准氧 {ref}%"
        shown = number_zh(value) if value.denominator < 10**6 else f"{float(value):.4f}"
        return f"实测氧 {one.o2_text}%，折算至基准氧 {ref}%：{shown} {definition.unit}"

    def _measured(
        self, definition: FactDef, one: GivenFact, text: str, o2_text: str
    ) -> Fraction | None:
        """Return one value in the unit of the table, at reference oxygen, inside its bounds."""
        value = self._in_unit(definition, one, text)
        if value is None:
            return None
        if definition.o2_ref_pct is not None and not one.converted:
            o2 = self._oxygen(definition, one, o2_text)
            if o2 is None:
                return None
            if not self._inside(definition, one, value):
                return None
            return to_reference(value, o2, definition.o2_ref_pct)
        return value if self._inside(definition, one, value) else None

    def _in_unit(self, definition: FactDef, one: GivenFact, text: str) -> Fraction | None:
        plain = _plain(text).replace("−", "-")
        number = _BARE.match(plain)
        rest = plain[number.end() :].strip() if number else ""
        joined = rest or _plain(one.unit)
        if number is None or rest[:1] in set(",.~-<>"):
            self._say("G004", one.place, fact=definition.name_zh, detail=text)
            return None
        if sum(c.isdigit() for c in number[0]) > _LARGEST or "e" in number[0].casefold():
            self._say("G004", one.place, fact=definition.name_zh, detail=text)
            return None
        value = Fraction(number[0].replace(",", ""))
        if definition.counted_in:
            if joined not in {"", _plain(definition.counted_in)}:
                known = definition.counted_in
                self._say("G006", one.place, fact=definition.name_zh, detail=joined, known=known)
                return None
            return value
        if not joined and definition.unit:
            known = definition.unit
            self._say("G005", one.place, fact=definition.name_zh, detail=text, known=known)
            return None
        if not joined:
            return value
        try:
            quantity = parse_quantity(f"{number[0]} {joined}", one.place)
            return quantity.in_unit(kernel_unit(definition.unit))
        except LantianError as error:
            detail = error.problems[0].message_zh
            known = definition.unit or "%"
            self._say("G006", one.place, fact=definition.name_zh, detail=detail, known=known)
            return None

    def _oxygen(self, definition: FactDef, one: GivenFact, o2_text: str) -> Fraction | None:
        text = _plain(o2_text).removesuffix("%").strip()
        if not text:
            self._say("G012", one.place, fact=definition.name_zh)
            return None
        if not _BARE.fullmatch(text) or len(text) > _LARGEST:
            self._say("G004", one.place, fact=f"{definition.name_zh} O2", detail=o2_text)
            return None
        o2 = Fraction(text.replace(",", ""))
        if not convertible(o2):
            self._say("G013", one.place, fact=definition.name_zh, detail=text)
            return None
        return o2

    def _inside(self, definition: FactDef, one: GivenFact, value: Fraction) -> bool:
        low, high = definition.low, definition.high
        if (low is None or value >= low) and (high is None or value <= high):
            return True
        known = " … ".join(
            value_zh(definition, bound) if bound is not None else "" for bound in (low, high)
        )
        detail = value_zh(definition, value)
        self._say("G007", one.place, fact=definition.name_zh, detail=detail, known=known)
        return False

    # --- dates ---------------------------------------------------------------------------

    def date_of(self, text: str, place: Place) -> date | None:
        """Return a date as written; an impossible or a future one is told and dropped."""
        plain = _plain(text)[:10]
        if not plain:
            return None
        try:
            found = date.fromisoformat(plain)
        except ValueError:
            self._say("G010", place, detail=text)
            return None
        if found > self.day:
            self._say("G011", place, detail=text)
            return None
        return found

    def _say(self, code: str, place: Place, **values: object) -> None:
        self.problems.append(complain(code, place, **values))


def names_of(definition: FactDef) -> tuple[str, str]:
    """Return how a form may name a fact: in Chinese, or so with its id where that is not enough."""
    return definition.name_zh, f"{definition.name_zh}（{definition.fact_id}）"


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def fact_values(facts: Mapping[str, Fact]) -> dict[str, Fraction | str | bool]:
    """Return plain values by id, for the compiled engine."""
    found: dict[str, Fraction | str | bool] = {}
    for fact_id, fact in facts.items():
        if fact.value is not None:
            found[fact_id] = fact.value
        elif fact.yes is not None:
            found[fact_id] = fact.yes
        else:
            found[fact_id] = fact.choice
    return found
