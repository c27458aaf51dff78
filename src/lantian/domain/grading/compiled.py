"""A grading table compiled for millions of evaluations, without traces.

Every test of a table becomes one bit. A fact switches on the bits of the tests that it makes true
and of those that it makes false; a row is two lookups on those bits, remembered. The answer is
that of `evaluate.evaluate_row` over all rows; a property test holds both together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lantian.domain.grading.evaluate import Settings, compare
from lantian.rulebook.grading_tables.model import IndicatorRow, IndicatorTable, Op, Test
from lantian.rulebook.model import Status

Value = Fraction | str | bool
"""A quantity in the unit of the table, the code of a choice, or yes and no."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a table says without a trace: the best grade proven and the best not refuted."""

    proven: str
    possible: str


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as masks: its condition, and the ways of each grade; None is unknown."""

    mask: int
    when: int
    ways: tuple[tuple[int, ...] | None, ...]  # by grade; () demands nothing


class CompiledTable:
    """One table for one subtype.

    Parameters
    ----------
    table, subtype
        The table and the subtype whose scheme and rows hold.
    settings
        Whether unverified rows count.
    """

    def __init__(
        self, table: IndicatorTable, subtype: str, settings: Settings | None = None
    ) -> None:
        self.scheme = table.schemes[subtype]
        self._use_unverified = settings is not None and settings.use_unverified
        self._tests: dict[Test, int] = {}
        self._rows = [self._row(row) for row in table.rows_for(subtype)]
        self._by_fact: dict[str, list[tuple[Test, int]]] = {}
        for test, bit in self._tests.items():
            self._by_fact.setdefault(test.fact_id, []).append((test, bit))
        self._seen: dict[str, dict[Value, tuple[int, int]]] = {f: {} for f in self._by_fact}
        self._answers: list[dict[tuple[int, int], tuple[int, int]]] = [{} for _ in self._rows]
        last = 1 << (len(self.scheme) - 1)
        self._all = (last << 1) - 1
        self._last = last
        self._first = tuple(self._lowest_bit(bits) for bits in range(self._all + 1))

    @staticmethod
    def _lowest_bit(bits: int) -> int:
        return (bits & -bits).bit_length() - 1

    def _bit(self, test: Test) -> int:
        return self._tests.setdefault(test, 1 << len(self._tests))

    def _row(self, row: IndicatorRow) -> _Row:
        when = 0
        for test in row.when:
            when |= self._bit(test)
        ways: list[tuple[int, ...] | None] = []
        mask = when
        for grade in self.scheme[:-1]:
            requirement = row.levels.get(grade)
            known = requirement is not None and (
                self._use_unverified or requirement.ref.status != Status.UNVERIFIED.value
            )
            if requirement is None or not known or requirement.judged:
                ways.append(None)
                continue
            found = []
            for way in requirement.any_of:
                bits = 0
                for test in way:
                    bits |= self._bit(test)
                mask |= bits
                found.append(bits)
            ways.append(tuple(found))
        return _Row(mask, when, tuple(ways))

    # --- evaluation ----------------------------------------------------------------------

    def grade(self, facts: Mapping[str, Value]) -> Bounds:
        """Return the bounds of a firm; facts that the table does not ask for do not matter."""
        true = false = 0
        for fact_id, seen in self._seen.items():
            value = facts.get(fact_id)
            if value is None:
                continue
            bits = seen.get(value)
            if bits is None:
                bits = seen[value] = self._bits(fact_id, value)
            true |= bits[0]
            false |= bits[1]
        reached, refuted = self._all, 0
        for row, answers in zip(self._rows, self._answers, strict=True):
            key = (true & row.mask, false & row.mask)
            answer = answers.get(key)
            if answer is None:
                answer = answers[key] = self._answer(row, *key)
            reached &= answer[0]
            refuted |= answer[1]
        proven = self._first[reached]
        possible = self._first[self._all & ~refuted]
        return Bounds(self.scheme[proven], self.scheme[possible])

    def _bits(self, fact_id: str, value: Value) -> tuple[int, int]:
        true = false = 0
        for test, bit in self._by_fact[fact_id]:
            held = _holds(test, value)
            if held:
                true |= bit
            elif test.hours_share is None:
                false |= bit
        return true, false

    def _answer(self, row: _Row, true: int, false: int) -> tuple[int, int]:
        """Return which grades the row reaches and which it refutes, as bits, best first."""
        concerned = row.when & true == row.when
        if row.when & false:
            return self._all, 0
        reached = refuted = 0
        best_true = best_unknown = False
        for i, ways in enumerate(row.ways):
            if ways is None:
                held, failed = False, False
            elif not ways:
                held, failed = True, False
            else:
                held = any(way & true == way for way in ways)
                failed = all(way & false for way in ways)
            best_true = best_true or held
            best_unknown = best_unknown or not (held or failed)
            if best_true:
                reached |= 1 << i
            elif not best_unknown and concerned:
                refuted |= 1 << i
        return reached | self._last, refuted


def _holds(test: Test, value: Value) -> bool:
    if test.op in {Op.YES, Op.NO}:
        return value is (test.op is Op.YES)
    if test.op is Op.ONE_OF:
        return value in test.choices
    assert test.value is not None
    assert isinstance(value, Fraction)
    return compare(test.op, value, test.value)
