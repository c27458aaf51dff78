"""The energy gate of Shanxi: A at the benchmark, B at the baseline, a missing figure is unknown.

Issue 3, sections 1 and 2. 晋环发〔2022〕20号 as reported (secondary).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from grading_tools import PLACE

from lantian.domain.grading.application import GivenCorrection, GivenEnergy, IndustryPart
from lantian.domain.grading.assess import combine
from lantian.domain.grading.energy_gate import apply_gate
from lantian.domain.grading.result import GateResult
from lantian.domain.grading.truth import Truth
from lantian.rulebook.grading_tables import load_grading

DAY = date(2022, 12, 1)
RULES = load_grading()
GATE = RULES.process("shanxi", DAY).gate
ENERGY = RULES.energy(DAY)
LEVEL = ENERGY.levels["coke-top-charged"]
SCHEME = ("A", "B", "B-", "C", "D")


def gated(
    *given: GivenEnergy, industry: str = "coking", unverified: bool = True
) -> tuple[GateResult | None, list[str]]:
    problems: list = []  # type: ignore[type-arg]
    part = IndustryPart(industry, "", PLACE, energy=given)
    found = apply_gate(
        GATE, ENERGY, part, frozenset({"E"}), use_unverified=unverified, problems=problems
    )
    return found, [p.code for p in problems]


def figure(text: str, *corrections: GivenCorrection, unit: str = "kgce/t") -> GivenEnergy:
    return GivenEnergy("coke-top-charged", text, unit, PLACE, corrections, ("E",))


def words(value: Fraction) -> str:
    return str(float(value))


@pytest.mark.parametrize(
    ("value", "a", "b"),
    [
        (LEVEL.benchmark, Truth.TRUE, Truth.TRUE),
        (LEVEL.benchmark + Fraction(1, 10), Truth.FALSE, Truth.TRUE),
        (LEVEL.baseline, Truth.FALSE, Truth.TRUE),
        (LEVEL.baseline + Fraction(1, 10), Truth.FALSE, Truth.FALSE),
    ],
)
def test_both_sides_of_both_levels(value: Fraction, a: Truth, b: Truth) -> None:
    found, codes = gated(figure(words(value)))
    assert found is not None
    assert (found.reaches["A"], found.reaches["B"], found.reaches["B-"], codes) == (a, b, b, [])


def test_a_missing_figure_is_unknown_and_named() -> None:
    found, _ = gated()
    assert found is not None
    assert set(found.reaches.values()) == {Truth.UNKNOWN}
    assert any(LEVEL.product_zh in name for name in found.missing_zh)


def test_a_correction_is_subtracted_only_with_evidence() -> None:
    over = words(LEVEL.benchmark + 3)
    term = GivenCorrection("水分", "3 kgce/t", ("E",), PLACE)
    found, codes = gated(figure(over, term))
    assert found is not None
    assert (found.reaches["A"], codes) == (Truth.TRUE, [])
    bare, codes = gated(figure(over, replace(term, evidence=())))
    assert bare is not None
    assert (bare.reaches["A"], codes) == (Truth.FALSE, ["G022"])


def test_a_tonne_of_coal_equivalent_is_a_thousand_kilograms() -> None:
    found, codes = gated(figure(words(LEVEL.benchmark / 1000), unit="tce/t"))
    assert found is not None
    assert (found.reaches["A"], codes) == (Truth.TRUE, [])


def test_the_worst_of_several_products_decides() -> None:
    stamp = ENERGY.levels["coke-stamp-charged"]
    poor = GivenEnergy("coke-stamp-charged", words(stamp.baseline + 1), "kgce/t", PLACE, (), ("E",))
    found, _ = gated(figure(words(LEVEL.benchmark)), poor)
    assert found is not None
    assert set(found.reaches.values()) == {Truth.FALSE}


def test_an_integrated_works_needs_a_figure_of_each_group() -> None:
    iron, steel = (ENERGY.levels[p] for p in ("blast-furnace", "converter"))
    given = [
        GivenEnergy(level.product_id, words(level.benchmark), level.unit, PLACE, (), ("E",))
        for level in (iron, steel)
    ]
    both, codes = gated(*given, industry="steel-long-process")
    assert both is not None
    assert (both.reaches["A"], both.missing_zh, codes) == (Truth.TRUE, (), [])
    one, _ = gated(given[1], industry="steel-long-process")
    assert one is not None
    assert one.reaches["A"] is Truth.UNKNOWN
    assert iron.product_zh in one.missing_zh[0]


def test_unverified_levels_are_unknown_until_switched_on() -> None:
    assert LEVEL.ref.status == "unverified"
    found, _ = gated(figure(words(LEVEL.benchmark)), unverified=False)
    assert found is not None
    assert set(found.reaches.values()) == {Truth.UNKNOWN}
    on, _ = gated(figure(words(LEVEL.benchmark)))
    assert on is not None
    assert on.unverified == (LEVEL.ref,)


def test_an_industry_without_products_has_no_gate() -> None:
    assert gated(industry="furniture")[0] is None
    assert apply_gate(
        None, ENERGY, IndustryPart("coking", "", PLACE), frozenset(), use_unverified=True,
        problems=[],
    ) is None  # fmt: skip


def test_the_gate_caps_a_grade_and_leaves_the_lower_ones() -> None:
    failed, _ = gated(figure(words(LEVEL.baseline + 1)))
    assert combine(SCHEME, (), failed) == {
        "A": Truth.FALSE, "B": Truth.FALSE, "B-": Truth.FALSE, "C": Truth.TRUE, "D": Truth.TRUE,
    }  # fmt: skip
    open_, _ = gated()
    assert combine(SCHEME, (), open_)["A"] is Truth.UNKNOWN
    assert combine(SCHEME, (), open_)["C"] is Truth.TRUE


def test_a_level_that_no_source_gives_settles_nothing() -> None:
    levels = dict(ENERGY.levels) | {"coke-top-charged": replace(LEVEL, benchmark=None)}
    table = replace(ENERGY, levels=levels)
    part = IndustryPart("coking", "", PLACE, energy=(figure("1"),))
    found = apply_gate(GATE, table, part, frozenset({"E"}), use_unverified=True, problems=[])
    assert found is not None
    assert found.reaches["A"] is Truth.UNKNOWN
    assert found.reaches["B"] is Truth.TRUE
