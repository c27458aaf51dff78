"""Golden cases of a grading table: running them, and what none of them touches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from lantian.domain.grading.application import GivenFact
from lantian.domain.grading.evaluate import Settings, evaluate_row
from lantian.domain.grading.facts import FactReader
from lantian.kernel.problem import Place
from lantian.rulebook.grading_tables.model import (
    FactKind,
    IndicatorRow,
    IndicatorTable,
    Op,
    RowCase,
    Test,
)
from lantian.rulebook.grading_tables.tests_text import number_zh

REFUSED = "refused"
_NEAR = Fraction(1, 100)
"""How near beyond a limit a case must come to show the other side."""


@dataclass(frozen=True, slots=True)
class CaseMiss:
    """A step of a case whose row does not do what the case expects."""

    row_id: str
    subtype: str
    fact_id: str
    value: str
    expected: str
    got: str


def run_case(table: IndicatorTable, case: RowCase) -> list[CaseMiss]:
    """Return the steps of a case that come out otherwise than it says.

    Unverified rows are switched on: a case pins what a row says, whoever attests it.
    """
    row = next(r for r in table.rows if r.row_id == case.row_id)
    scheme = table.schemes[case.subtype]
    missed = []
    for step in case.steps:
        got = _reached(table, row, scheme, case, step.value)
        if got != step.reaches:
            missed.append(
                CaseMiss(case.row_id, case.subtype, case.fact_id, step.value, step.reaches, got)
            )
    return missed


def _reached(
    table: IndicatorTable, row: IndicatorRow, scheme: tuple[str, ...], case: RowCase, value: str
) -> str:
    place = Place(file=f"cases/{table.industry}")
    definition = table.facts[case.fact_id]
    converted = definition.o2_ref_pct is not None
    given = [GivenFact(case.fact_id, value, place, converted=converted, evidence=("case",))]
    for fact_id, text in case.given.items():
        at_ref = table.facts[fact_id].o2_ref_pct is not None
        given.append(GivenFact(fact_id, text, place, converted=at_ref, evidence=("case",)))
    day = table.head.valid_from + timedelta(days=1)
    reader = FactReader(table, day, frozenset({"case"}))
    facts = reader.read(given)
    if case.fact_id not in facts:
        return REFUSED
    result = evaluate_row(table, row, scheme, facts, judged={}, settings=Settings(True))
    if result.proven != result.possible:
        return f"{result.proven}…{result.possible}"
    return result.proven


# --- what no case touches --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A limit, choice or change of grade that no case touches."""

    industry: str
    edition: str
    row_id: str
    what_zh: str
    what_en: str


def uncovered(
    table: IndicatorTable, cases: Iterable[RowCase], *, general: bool = False
) -> list[Uncovered]:
    """Return what the cases of a table leave untouched.

    A limit needs a case at it and one beyond it within 1 %; a choice needs a case for every
    code, a yes-or-no for both; and every grade that a row can reach must be reached in a case.

    Parameters
    ----------
    table
        The table.
    cases
        Its cases.
    general
        Whether the inherited rows are asked for (once, over all tables) or the table's own.
    """
    by_row: dict[str, list[RowCase]] = {}
    for case in cases:
        by_row.setdefault(case.row_id, []).append(case)
    found = []
    for row in table.rows:
        if row.general is not general:
            continue
        for zh, en in _gaps(table, row, by_row.get(row.row_id, [])):
            found.append(Uncovered(table.industry, table.head.edition, row.row_id, zh, en))
    return found


def _gaps(
    table: IndicatorTable, row: IndicatorRow, cases: list[RowCase]
) -> Iterator[tuple[str, str]]:
    values: dict[str, set[str]] = {}
    for case in cases:
        values.setdefault(case.fact_id, set()).update(s.value for s in case.steps)
        for fact_id, text in case.given.items():
            values.setdefault(fact_id, set()).add(text)
    for test in _tests(row):
        yield from _test_gaps(table, test, values.get(test.fact_id, set()))
    reached = {g for case in cases for s in case.steps for g in s.reaches.split("…")}
    for grade in _changes(table, row):
        if grade not in reached:
            yield f"没有判例达到 {grade}", f"no case reaches {grade}"


def _tests(row: IndicatorRow) -> list[Test]:
    return list(dict.fromkeys(row.tests()))


def _test_gaps(table: IndicatorTable, test: Test, texts: set[str]) -> Iterator[tuple[str, str]]:
    definition = table.facts[test.fact_id]
    if definition.kind is FactKind.YES_NO:
        for word in ("yes", "no"):
            if word not in texts:
                yield f"{test.fact_id} 缺少“{word}”的判例", f"{test.fact_id}: no case with {word}"
        return
    if definition.kind is FactKind.CHOICE:
        accepted = texts & test.choices
        refused = texts & (set(definition.choices or ()) - test.choices)
        if not accepted:
            yield f"{test.fact_id} 缺少符合的选项", f"{test.fact_id}: no accepted choice"
        if not refused and set(definition.choices or ()) - test.choices:
            yield f"{test.fact_id} 缺少不符合的选项", f"{test.fact_id}: no refused choice"
        return
    limit = test.value
    assert limit is not None
    numbers = _numbers(table, test.fact_id, texts)
    shown = number_zh(limit)
    if limit not in numbers:
        yield f"{test.fact_id} 没有取限值 {shown} 的判例", f"{test.fact_id}: none at {shown}"
    beyond = (
        [n for n in numbers if limit < n <= limit + abs(limit) * _NEAR]
        if test.op in {Op.MAX, Op.ABOVE}
        else [n for n in numbers if limit - abs(limit) * _NEAR <= n < limit]
    )
    if not beyond:
        yield (
            f"{test.fact_id} 没有紧邻限值 {shown} 另一侧的判例",
            f"{test.fact_id}: none just beyond {shown}",
        )


def _numbers(table: IndicatorTable, fact_id: str, texts: set[str]) -> set[Fraction]:
    day = date(9999, 1, 1)
    reader = FactReader(table, day, frozenset({"case"}))
    found = set()
    at_ref = table.facts[fact_id].o2_ref_pct is not None
    for text in texts:
        given = GivenFact(fact_id, text, Place(), converted=at_ref, evidence=("case",))
        fact = reader.read([given]).get(fact_id)
        if fact is not None and fact.value is not None:
            found.add(fact.value)
    return found


def _changes(table: IndicatorTable, row: IndicatorRow) -> list[str]:
    """Return the grades a row's tests can end at: where its demand differs from the better one."""
    if not _tests(row):
        return []
    subtypes = [s for s in table.schemes if not row.subtypes or s in row.subtypes]
    found: dict[str, None] = {}
    for subtype in subtypes:
        scheme = table.schemes[subtype]
        if len(scheme) == 1:  # no source names the grades of this subtype
            continue
        before: object = None
        for grade in scheme[:-1]:
            requirement = row.levels.get(grade)
            if requirement is None or requirement.judged:
                before = None
                continue
            demand = (requirement.any_of, requirement.nothing)
            if demand != before:
                found[grade] = None
            before = demand
        last = row.levels.get(scheme[-2])
        judged = any(g not in row.levels or row.levels[g].judged for g in scheme[:-1])
        if last is not None and last.any_of and not judged:
            found[scheme[-1]] = None
    return list(found)
