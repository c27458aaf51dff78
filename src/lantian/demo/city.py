"""The demo city 示例市（虚构）: an invented list with published proportions.

Covers section 2 of the contract for the list: 1,555 firms with 8 A, 33 B (B- included) and 58
leading as reported for Taiyuan in 2022 (secondary source), the 39 key industries and others.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar, cast, overload

import numpy as np

from lantian.demo.cells import cells
from lantian.demo.draw import Draw, Ints, draw_chunk, firm_order
from lantian.demo.filed import FiledRules, file_measures, filed_rules
from lantian.demo.other import city_totals, dust_rows, mobile_rows
from lantian.demo.parameters import Parameters, load_parameters
from lantian.demo.rows import firm_rows, line_rows, measure_rows
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Firm, Inventory, Line, Measure
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook import load_rulebook
from lantian.rulebook.model import Industry, MeasureRule

T = TypeVar("T")


def make_city(firms: int = 1555, seed: int = 1) -> Inventory:
    """Return the invented city as one list in memory.

    Parameters
    ----------
    firms
        Number of firms, 1 or more. The published proportions are kept at every size.
    seed
        Same seed and size, same city, row for row.

    Raises
    ------
    ValueError
        If `firms` is below 1 or `seed` is negative.
    """
    source = _Source.of(firms, seed)
    all_firms: list[Firm] = []
    all_lines: list[Line] = []
    all_measures: list[Measure] = []
    for draw, lines_before in source.draws():
        all_firms += source.firms(draw)
        all_lines += source.lines(draw, lines_before)
        all_measures += source.measures(draw, lines_before)
    return source.inventory(tuple(all_firms), tuple(all_lines), tuple(all_measures))


def lazy_city(firms: int = 1555, seed: int = 1) -> Inventory:
    """Return the same city as `make_city` with tables that are drawn while they are read.

    Memory is that of one chunk (20,000 firms). Each of the tables 企业, 生产线 and 减排措施 may be
    iterated any number of times and has a length; it cannot be indexed. Meant for writing.
    """
    source = _Source.of(firms, seed)
    chained = itertools.chain.from_iterable
    tables = (
        LazyRows(lambda: chained(source.firms(d) for d, _ in source.draws()), firms),
        LazyRows(lambda: chained(source.lines(d, n) for d, n in source.draws()), source.line_count),
        LazyRows(
            lambda: chained(source.measures(d, n) for d, n in source.draws()),
            source.line_count * len(LEVELS),
        ),
    )
    # The model says tuple because a list in memory is one; a writer only iterates and counts.
    return source.inventory(*(cast(Any, table) for table in tables))


def row_counts(firms: int, seed: int) -> dict[str, int]:
    """Return how many rows sheets 企业, 生产线 and 减排措施 of such a city have."""
    lines = _Source.of(firms, seed).line_count
    return {"firm": firms, "line": lines, "measure": lines * len(LEVELS)}


def demo_day() -> date:
    """Return the first day of the invented episode; rules in force then shape the filing."""
    return date.fromisoformat(load_parameters().raw["forecast"]["first_day"])


class LazyRows(Sequence[T], Generic[T]):
    """Rows made anew at every iteration, with a known length and no random access."""

    def __init__(self, make: Callable[[], Iterator[T]], length: int) -> None:
        self._make, self._length = make, length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        return self._make()

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        raise TypeError("rows that are drawn on the fly can only be iterated")


@dataclass(frozen=True, slots=True)
class _Source:
    """A city of a given size and seed: who is in it, and how its chunks become rows."""

    parameters: Parameters
    industries: dict[str, Industry]
    rules: FiledRules
    profile: Ints
    grade: Ints
    seed: int
    line_count: int
    grams: tuple[int, ...]  # daily mass of all lines by pollutant

    @classmethod
    def of(cls, firms: int, seed: int) -> _Source:
        if firms < 1 or seed < 0:
            raise ValueError(f"firms >= 1 and seed >= 0 needed, got {firms} and {seed}")
        parameters = load_parameters()
        industries, rules = _rulebook_parts(parameters)
        profile, grade = firm_order(cells(parameters, firms), seed)
        bare = cls(parameters, industries, rules, profile, grade, seed, 0, ())
        lines, grams = 0, np.zeros(len(POLLUTANTS), dtype=np.int64)
        for draw, _ in bare.draws():
            lines += len(draw.firm)
            grams += np.rint(draw.daily_kg * 1000).astype(np.int64).sum(axis=0)
        masses = tuple(int(g) for g in grams)
        return cls(parameters, industries, rules, profile, grade, seed, lines, masses)

    def draws(self) -> Iterator[tuple[Draw, int]]:
        """Yield each chunk with the number of lines before it."""
        size = int(self.parameters.raw["chunk_firms"])
        lines = 0
        for chunk, first in enumerate(range(0, len(self.profile), size)):
            part = slice(first, first + size)
            draw = draw_chunk(
                self.parameters,
                self.profile[part],
                self.grade[part],
                first=first,
                seed=self.seed,
                chunk=chunk,
            )
            yield draw, lines
            lines += len(draw.firm)

    def firms(self, draw: Draw) -> list[Firm]:
        return firm_rows(draw, self.parameters, self.industries)

    def lines(self, draw: Draw, before: int) -> list[Line]:
        return line_rows(draw, self.parameters, before)

    def measures(self, draw: Draw, before: int) -> list[Measure]:
        filed = file_measures(draw, self.parameters, self.rules)
        return measure_rows(draw, self.parameters, filed, self.rules, before)

    def inventory(
        self, firms: tuple[Firm, ...], lines: tuple[Line, ...], measures: tuple[Measure, ...]
    ) -> Inventory:
        totals = city_totals(self.parameters, self.grams)
        by_sector = {t.sector: t.daily_kg for t in totals}
        count = len(self.profile)
        return Inventory(
            firms=firms,
            lines=lines,
            measures=measures,
            dust=tuple(
                dust_rows(self.parameters, count, self.seed, by_sector["dust"][POLLUTANTS[0]])
            ),
            mobile=tuple(mobile_rows(self.parameters, count, self.seed, by_sector["mobile"])),
            totals=tuple(totals),
            city=self.parameters.city,
            notes=(self.parameters.label_zh, self.parameters.label_en),
        )


def _rulebook_parts(parameters: Parameters) -> tuple[dict[str, Industry], FiledRules]:
    book = load_rulebook()
    day = demo_day()
    industries = {i.slug: i for i in book.industries()}

    def rule_of(industry: str, subtype: str, grade: Grade, level: Level) -> MeasureRule:
        return book.measure(industry, subtype, grade.value, level, day)

    return industries, filed_rules(parameters, rule_of)
