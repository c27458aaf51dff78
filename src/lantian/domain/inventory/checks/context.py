"""Indexes of one list, built once and shared by every check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Protocol

from lantian.domain.inventory.base import countable, daily_base_mg, running_base_mg
from lantian.domain.inventory.credit_code import CodeFinding, examine
from lantian.domain.inventory.model import Firm, Inventory, Line, Measure
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import Industry, MeasureRule
from lantian.rulebook.names import plain_name

Key = tuple[str, str]
UNKNOWN_BASE: tuple[int | None, ...] = (None, None, None, None)


class ListRules(Protocol):
    """What the checks ask of the rulebook."""

    def find_industry(self, text: str) -> Industry | None:
        """Return the industry of a slug, name or alias."""
        ...

    def industries(self) -> tuple[Industry, ...]:
        """Return the catalogue of industries."""
        ...

    def measure(
        self, industry: str, subtype: str, grade: str, level: Level, day: date
    ) -> MeasureRule:
        """Return the floor in force on `day`."""
        ...


class Context:
    """One list, one rulebook, one day, and what several checks need to look up.

    Each index is one pass over the list, made when first asked for. Where ids are repeated
    the first row wins; the repetition itself is a finding of its own.
    """

    def __init__(self, inventory: Inventory, rulebook: ListRules, day: date) -> None:
        self.inventory = inventory
        self.rulebook = rulebook
        self.day = day
        self.collected: tuple[Pollutant, ...] = tuple(
            p for p in POLLUTANTS if p not in inventory.not_collected
        )
        self._industries: dict[str, Industry | None] = {}
        self._only_by_subtype: dict[tuple[str, str], bool] = {}

    @cached_property
    def firms(self) -> dict[str, Firm]:
        """Firms by id."""
        out: dict[str, Firm] = {}
        for firm in self.inventory.firms:
            out.setdefault(firm.firm_id, firm)
        return out

    @cached_property
    def line_at(self) -> dict[Key, int]:
        """Place in ``inventory.lines`` of each (firm id, line id)."""
        out: dict[Key, int] = {}
        for i, line in enumerate(self.inventory.lines):
            out.setdefault((line.firm_id, line.line_id), i)
        return out

    @cached_property
    def lines_by_firm(self) -> dict[str, list[int]]:
        """Places in ``inventory.lines`` of each firm id."""
        out: dict[str, list[int]] = {}
        for i, line in enumerate(self.inventory.lines):
            out.setdefault(line.firm_id, []).append(i)
        return out

    @cached_property
    def running(self) -> list[tuple[int | None, ...]]:
        """What each line emits on a day on which it runs, in mg, in list order."""
        return [running_base_mg(line) for line in self.inventory.lines]

    @cached_property
    def _firm_of_line(self) -> list[Firm | None]:
        firms = self.firms
        return [firms.get(line.firm_id) for line in self.inventory.lines]

    @cached_property
    def _line_of_measure(self) -> list[int | None]:
        """Place of each measure's line in ``inventory.lines``, looked up once for all checks."""
        line_at = self.line_at
        return [line_at.get((m.firm_id, m.line_id)) for m in self.inventory.measures]

    @cached_property
    def code_faults(self) -> list[tuple[int, str, CodeFinding]]:
        """Row, code and fault of every faulty credit code."""
        return [
            (firm.row, code, fault)
            for firm in self.inventory.firms
            if (code := firm.credit_code.strip())
            for fault in examine(code)
        ]

    @cached_property
    def measures_by_line(self) -> dict[Key, list[Measure]]:
        """Measures that have a level, by (firm id, line id), in list order."""
        out: dict[Key, list[Measure]] = {}
        for measure in self.inventory.measures:
            if measure.level is not None:
                out.setdefault((measure.firm_id, measure.line_id), []).append(measure)
        return out

    def line(self, firm_id: str, line_id: str) -> Line | None:
        """Return the line with these ids."""
        i = self.line_at.get((firm_id, line_id))
        return None if i is None else self.inventory.lines[i]

    def base(self, line: Line, firm: Firm) -> tuple[int | None, ...]:
        """Return the daily base of a line on the day of the check."""
        return daily_base_mg(line, firm, self.day)

    def placed_measures(self) -> Iterator[tuple[Measure, Line, Firm, tuple[int | None, ...]]]:
        """Yield each measure whose firm and line are on the list, with the running base."""
        lines, running, firm_of_line = self.inventory.lines, self.running, self._firm_of_line
        for measure, i in zip(self.inventory.measures, self._line_of_measure, strict=True):
            if i is not None:
                firm = firm_of_line[i]
                if firm is not None:
                    yield measure, lines[i], firm, running[i]

    def counts(self, line: Line, firm: Firm) -> bool:
        """Whether the line runs on the day of the check."""
        return countable(line, firm, self.day)

    def subtype(self, firm: Firm) -> str | None:
        """Return the catalogue's name of the firm's sub-type, None if empty or unknown."""
        industry = self.industry(firm)
        if industry is None or not firm.subtype.strip():
            return None
        named = industry.subtype_aliases.get(plain_name(firm.subtype), firm.subtype.strip())
        return named if named in industry.subtypes else None

    def scheme(self, firm: Firm) -> tuple[tuple[str, ...], bool]:
        """Return the grades seen for the firm's industry and sub-type, and whether these are all.

        A sub-type rated under another industry has that industry's scheme.
        """
        industry = self.industry(firm)
        if industry is None:
            return (), False
        subtype = self.subtype(firm)
        if subtype is not None:
            elsewhere = industry.subtype_rated_under.get(subtype)
            other = self.rulebook.find_industry(elsewhere) if elsewhere else None
            if other is not None:
                return other.scheme, other.scheme_complete
            own = industry.subtype_scheme.get(subtype, ())
            if own:
                return own, subtype in industry.subtypes_complete or industry.scheme_complete
        return industry.scheme, industry.scheme_complete

    def only_by_subtype(self, industry: Industry, grade: str) -> bool:
        """Whether the industry's own measures for a grade hold for named sub-types only.

        A firm that names none then falls to the rule by grade.
        """
        key = industry.slug, grade
        if key not in self._only_by_subtype:
            self._only_by_subtype[key] = any(
                self._own(industry, "", grade, level) < self._own(industry, name, grade, level)
                for name in industry.subtypes
                if name not in industry.subtype_rated_under
                for level in LEVELS
            )
        return self._only_by_subtype[key]

    def _own(self, industry: Industry, subtype: str, grade: str, level: Level) -> bool:
        return not self.rulebook.measure(industry.slug, subtype, grade, level, self.day).general

    def industry(self, firm: Firm) -> Industry | None:
        """Return the firm's industry, None if missing or unknown."""
        text = firm.industry
        if text not in self._industries:
            self._industries[text] = self.rulebook.find_industry(text) if text else None
        return self._industries[text]
