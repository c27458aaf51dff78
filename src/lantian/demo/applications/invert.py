"""From a wanted grade back to facts: an invented firm that a table grades as the city wants it.

Only the facts are made here. The grade is then computed from them like anybody's, and a test of
the demo city compares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from numpy.random import Generator

from lantian.demo.applications.bands import Band, bands_of
from lantian.domain.grading.compiled import CompiledTable, Value
from lantian.domain.grading.evaluate import Settings, compare
from lantian.rulebook.grading_tables.model import IndicatorRow, IndicatorTable, Op, Test

_TRIES = 400
_BETTER_THAN_WANTED = 0.45
"""Share of facts that are first tried as good as the next better grade asks."""


class Inverter:
    """Finds facts for one subtype of one table, unverified rows switched on.

    Parameters
    ----------
    table, subtype
        The table and the subtype whose scheme and rows hold.
    """

    def __init__(self, table: IndicatorTable, subtype: str) -> None:
        self.scheme = table.schemes[subtype]
        self._rows = table.rows_for(subtype)
        self._bands = bands_of(table, self._rows)
        self._compiled = CompiledTable(table, subtype, Settings(use_unverified=True))
        self._judges = any(r.judged for row in self._rows for r in row.levels.values())

    def find(self, wanted: str, rng: Generator) -> Mapping[str, Band] | None:
        """Return bands of facts that prove `wanted` and nothing better; None where none are found.

        Any values inside the bands give the same grade. A table that leaves anything to a
        person's judgement is not inverted. The lowest grade is given by a firm that keeps nearly
        all of the grade above it and fails a few rows for good.
        """
        if wanted not in self.scheme or self._judges:
            return None
        at = self.scheme.index(wanted)
        lowest = at == len(self.scheme) - 1
        for attempt in range(_TRIES):
            keep_better = _BETTER_THAN_WANTED * (1 - attempt / _TRIES)
            chosen = self._keeping(at - lowest, keep_better, rng)
            if chosen is None:
                continue
            if lowest:
                self._break(chosen, 1 + attempt % 3, rng)
            found = self._compiled.grade({fact: band.value for fact, band in chosen.items()})
            if found.proven == found.possible == wanted:
                return dict(sorted(chosen.items()))
        return None

    def _keeping(self, at: int, keep_better: float, rng: Generator) -> dict[str, Band] | None:
        """Return one band of every fact so that all rows keep grade `at`, None on a dead end."""
        allowed = {fact: list(bands) for fact, bands in self._bands.items()}
        for row in self._rows:  # conditions first: they say which rows concern the firm at all
            for test in row.when:
                pick = allowed[test.fact_id]
                allowed[test.fact_id] = [pick[int(rng.integers(len(pick)))]]
        for row in self._rows:
            if any(not _keeps(test, allowed[test.fact_id][0]) for test in row.when):
                continue
            if not self._narrow(row, at, keep_better, allowed, rng):
                return None
        return {fact: bands[int(rng.integers(len(bands)))] for fact, bands in allowed.items()}

    def _narrow(
        self,
        row: IndicatorRow,
        at: int,
        keep_better: float,
        allowed: dict[str, list[Band]],
        rng: Generator,
    ) -> bool:
        """Narrow the bands so that a row keeps its grade; now and then the next better one."""
        grades: Sequence[str] = self.scheme[: at + 1]
        better = at > 0 and float(rng.random()) < keep_better
        order = (grades[-2], grades[-1]) if better else (grades[-1], *reversed(grades[:-1]))
        for grade in order:
            requirement = row.levels.get(grade)
            if requirement is None:
                continue
            if requirement.nothing:
                return True
            for index in rng.permutation(len(requirement.any_of)):
                way = requirement.any_of[int(index)]
                kept = dict(allowed)
                for test in way:
                    kept[test.fact_id] = [b for b in kept[test.fact_id] if _keeps(test, b)]
                if all(kept[test.fact_id] for test in way):
                    allowed.update(kept)
                    return True
        return False

    def _break(self, chosen: dict[str, Band], count: int, rng: Generator) -> None:
        """Put `count` facts where they keep no demand of their row."""
        conditions = {test.fact_id for row in self._rows for test in row.when}
        own = [fact for row in self._rows for fact in _facts(row) if fact not in conditions]
        for index in rng.permutation(len(own))[:count]:
            fact = own[int(index)]
            tests = [t for row in self._rows for t in row.tests() if t.fact_id == fact]
            bad = [b for b in self._bands[fact] if not any(_keeps(t, b) for t in tests)]
            if bad:
                chosen[fact] = bad[int(rng.integers(len(bad)))]


def _facts(row: IndicatorRow) -> tuple[str, ...]:
    return tuple(dict.fromkeys(test.fact_id for test in row.tests()))


def _keeps(test: Test, band: Band) -> bool:
    value: Value = band.value
    if test.op in {Op.YES, Op.NO}:
        return value is (test.op is Op.YES)
    if test.op is Op.ONE_OF:
        return value in test.choices
    assert test.value is not None
    assert not isinstance(value, str | bool)
    return compare(test.op, value, test.value)
