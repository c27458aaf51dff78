"""Issue 4, section 2.4: the spot-check draw is repeatable, without replacement, its share rounded up."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.domain.grading.draw import MUST, Candidate, draw
from lantian.rulebook.process_tables import load_processes

METHOD = load_processes().on("grading-check", date(2023, 1, 1)).head.ref()
IDS = st.lists(st.integers(0, 99_999).map(str), unique=True, max_size=40)
SHARES = st.fractions(0, 1, max_denominator=50)


def population(ids: list[str]) -> list[Candidate]:
    return [Candidate(i, "ABC"[len(i) % 3], "举报" if i.endswith("7") else "") for i in ids]


@given(IDS, SHARES, st.text("0123456789", min_size=1, max_size=8), st.randoms())
def test_the_same_seed_draws_the_same_firms_in_any_order_of_the_list(
    ids, share, seed, random
) -> None:  # type: ignore[no-untyped-def]
    first = draw(population(ids), seed, share, METHOD)
    mixed = list(ids)
    random.shuffle(mixed)
    again = draw(population(mixed), seed, share, METHOD)
    assert again == first
    assert [r.firm_id for r in first.rows if r.chosen] == [r.firm_id for r in first.chosen]
    assert len({r.firm_id for r in first.rows}) == len(ids)


@given(IDS, SHARES, SHARES)
def test_each_stratum_gives_its_share_rounded_up_and_all_that_must_be(ids, share, other) -> None:  # type: ignore[no-untyped-def]
    found = draw(population(ids), "8", share, METHOD, {"A": other})
    for stratum in {r.stratum for r in found.rows}:
        own = [r for r in found.rows if r.stratum == stratum]
        part = Fraction(1) if stratum == MUST else other if stratum == "A" else share
        assert sum(r.chosen for r in own) == math.ceil(part * len(own))
        assert [r.chosen for r in own] == sorted((r.chosen for r in own), reverse=True)


@given(IDS, st.text("0123456789", min_size=1, max_size=8))
def test_the_order_of_two_firms_does_not_depend_on_the_others(ids, seed) -> None:  # type: ignore[no-untyped-def]
    whole = [
        r.firm_id for r in draw([Candidate(i, "") for i in ids], seed, Fraction(1), METHOD).rows
    ]
    half = [
        r.firm_id
        for r in draw([Candidate(i, "") for i in ids[::2]], seed, Fraction(1), METHOD).rows
    ]
    assert half == [i for i in whole if i in set(ids[::2])]


def test_a_share_beyond_one_and_a_firm_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        draw([Candidate("A", "")], "1", Fraction(3, 2), METHOD)
    with pytest.raises(ValueError, match="once"):
        draw([Candidate("A", ""), Candidate("A", "")], "1", Fraction(1), METHOD)
