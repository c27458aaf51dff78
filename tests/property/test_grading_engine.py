"""Properties of the grading engine over every packaged table.

Issue 3, section 4: improving any single fact never lowers the proven grade; adding knowledge never
widens the gap between proven and possible; order of facts does not matter; scaling a unit and its
value together changes nothing. And: the compiled table answers as the explaining evaluator does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.demo.applications.bands import Band, bands_of, within
from lantian.domain.grading.application import GivenFact
from lantian.domain.grading.assess import combine
from lantian.domain.grading.compiled import Bounds, CompiledTable, Value
from lantian.domain.grading.evaluate import Settings, evaluate_row
from lantian.domain.grading.facts import Fact, FactReader, fact_values
from lantian.domain.grading.truth import Truth
from lantian.kernel.problem import Place
from lantian.rulebook.grading_tables import load_grading
from lantian.rulebook.grading_tables.model import FactDef, IndicatorTable, Op
from lantian.rulebook.grading_tables.model import Test as Comparison
from lantian.rulebook.grading_tables.tests_text import number_zh

DAY = date(2022, 12, 31)
RULES = load_grading()
WITH_ROWS = [
    (slug, subtype)
    for slug in RULES.industries()
    for subtype in RULES.table(slug, DAY).schemes
    if RULES.table(slug, DAY).rows_for(subtype)
]
EVERY = pytest.mark.parametrize(("slug", "subtype"), WITH_ROWS, ids=lambda v: v or "-")
FEW = settings(max_examples=15, deadline=None)


class Case:
    """One table for one subtype, with drawing and both engines."""

    def __init__(self, slug: str, subtype: str, *, unverified: bool = True) -> None:
        self.table = RULES.table(slug, DAY)
        self.subtype = subtype
        self.scheme = self.table.schemes[subtype]
        self.rows = self.table.rows_for(subtype)
        self.bands = bands_of(self.table, self.rows)
        self.settings = Settings(use_unverified=unverified)
        self.compiled = CompiledTable(self.table, subtype, self.settings)

    def draw(self, data: st.DataObject, missing: int = 15) -> dict[str, Value]:
        """Return random facts; each is missing with a chance of `missing` percent."""
        facts: dict[str, Value] = {}
        for fact_id, bands in self.bands.items():
            if data.draw(st.integers(0, 99)) >= missing:
                facts[fact_id] = self.value(data, bands)
        return facts

    def value(self, data: st.DataObject, bands: tuple[Band, ...]) -> Value:
        band = data.draw(st.sampled_from(bands))
        if band.low is None:
            return band.value
        share = Fraction(data.draw(st.integers(1, 99)), 100)
        at = data.draw(st.booleans())
        return band.high if at and band.high is not None else within(band, share, whole=False)

    def rank(self, grade: str) -> int:
        return self.scheme.index(grade)

    def explained(self, facts: Mapping[str, Value]) -> Bounds:
        given = {k: as_fact(self.table.facts[k], v) for k, v in facts.items()}
        rows = tuple(
            evaluate_row(self.table, row, self.scheme, given, judged={}, settings=self.settings)
            for row in self.rows
        )
        reaches = combine(self.scheme, rows, None)
        return Bounds(
            next(g for g in self.scheme if reaches[g] is Truth.TRUE),
            next(g for g in self.scheme if reaches[g] is not Truth.FALSE),
        )


def as_fact(definition: FactDef, value: Value) -> Fact:
    if isinstance(value, bool):
        return Fact(definition, str(value), yes=value)
    if isinstance(value, str):
        return Fact(definition, value, choice=value)
    return Fact(definition, str(value), value=value)


@EVERY
@pytest.mark.parametrize("unverified", [True, False])
@FEW
@given(data=st.data())
def test_compiled_and_explaining_agree(
    slug: str, subtype: str, unverified: bool, data: st.DataObject
) -> None:
    case = Case(slug, subtype, unverified=unverified)
    facts = case.draw(data)
    assert case.compiled.grade(facts) == case.explained(facts)


@pytest.mark.slow
@EVERY
@FEW
@given(data=st.data())
def test_more_knowledge_never_widens_the_gap(slug: str, subtype: str, data: st.DataObject) -> None:
    case = Case(slug, subtype)
    facts = case.draw(data, missing=40)
    before = case.compiled.grade(facts)
    for fact_id in [f for f in case.bands if f not in facts]:
        facts[fact_id] = case.value(data, case.bands[fact_id])
        after = case.compiled.grade(facts)
        assert case.rank(after.proven) <= case.rank(before.proven)
        assert case.rank(after.possible) >= case.rank(before.possible)
        before = after


@pytest.mark.slow
@EVERY
@FEW
@given(data=st.data())
def test_improving_one_fact_never_lowers_the_proven_grade(
    slug: str, subtype: str, data: st.DataObject
) -> None:
    case = Case(slug, subtype)
    facts = case.draw(data, missing=5)
    conditions = {test.fact_id for row in case.rows for test in row.when}
    before = case.compiled.grade(facts)
    for fact_id, value in sorted(facts.items()):
        if fact_id in conditions:  # having a boiler or not is no improvement
            continue
        kept = demands_kept(case, fact_id, value)
        for band in case.bands[fact_id]:
            if demands_kept(case, fact_id, band.value) >= kept:
                after = case.compiled.grade({**facts, fact_id: band.value})
                assert case.rank(after.proven) <= case.rank(before.proven), fact_id


def demands_kept(case: Case, fact_id: str, value: Value) -> frozenset[Comparison]:
    """Return the demands of a fact that a value keeps: a superset of them is an improvement."""
    tests = {t for row in case.rows for t in row.tests() if t.fact_id == fact_id}
    return frozenset(t for t in tests if keeps(t, value))


def keeps(test: Comparison, value: Value) -> bool:
    if test.op in {Op.YES, Op.NO}:
        return value is (test.op is Op.YES)
    if test.op is Op.ONE_OF:
        return value in test.choices
    assert isinstance(value, Fraction)
    assert test.value is not None
    return {
        Op.MAX: value <= test.value,
        Op.MIN: value >= test.value,
        Op.BELOW: value < test.value,
        Op.ABOVE: value > test.value,
    }[test.op]


SCALES = {"mg/m3": [("mg/m3", 1), ("mg/m³", 1), ("µg/m3", 1000), ("ug/m3", 1000)]}


def written(definition: FactDef, value: Value, unit: tuple[str, int]) -> GivenFact:
    converted = definition.o2_ref_pct is not None
    if isinstance(value, bool):
        text, name = ("是" if value else "否"), ""
    elif isinstance(value, str):
        text, name = (definition.choices or {})[value], ""
    elif definition.unit in SCALES:
        text, name = number_zh(value * unit[1]), unit[0]
    elif not definition.unit and not definition.counted_in:
        text, name = (f"{number_zh(value * 100)}%", "") if unit[1] == 1 else (number_zh(value), "")
    else:
        text, name = number_zh(value), definition.unit or definition.counted_in
    return GivenFact(
        definition.fact_id, text, Place(), unit=name, converted=converted, evidence=("E",)
    )


@pytest.mark.slow
@EVERY
@FEW
@given(data=st.data())
def test_neither_order_nor_unit_of_the_facts_matters(
    slug: str, subtype: str, data: st.DataObject
) -> None:
    case = Case(slug, subtype)
    table: IndicatorTable = case.table
    facts = case.draw(data)
    unit = data.draw(st.sampled_from(SCALES["mg/m3"]))
    given = [written(table.facts[k], v, unit) for k, v in facts.items()]
    shuffled = data.draw(st.permutations(given))
    reader = FactReader(table, DAY, frozenset({"E"}), subtype)
    read = fact_values(reader.read(shuffled))
    assert reader.problems == []
    assert read == facts
    assert case.compiled.grade(read) == case.compiled.grade(facts)
