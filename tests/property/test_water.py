"""Water: worse values never improve a class, means stay between, damaged files end in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.domain.water.classify import classify
from lantian.domain.water.mean import mean_of
from lantian.domain.water.reading import displayed, read_value
from lantian.jobs.water.classes import run_class
from lantian.jobs.water.moments import read_moment
from lantian.jobs.water.summary import run_summary
from lantian.kernel.problem import LantianError
from lantian.rulebook.water_tables import load_water
from lantian.rulebook.water_tables.model import Body, Direction

T = TypeVar("T")
RULES = load_water()
LIMITS, METHOD = RULES.limits(date(2022, 1, 1)), RULES.method(date(2022, 1, 1))
KEYS = tuple(k for k, i in LIMITS.items.items() if i.assessed)
amounts = st.fractions(min_value=0, max_value=50, max_denominator=100_000)


@given(st.sampled_from(KEYS), st.sampled_from(list(Body)), amounts, amounts)
def test_worse_is_never_better(key: str, body: Body, a: Fraction, b: Fraction) -> None:
    item = LIMITS.items[key]
    if item.rule is Direction.RANGE:
        a, b = (v if 6 <= v <= 9 else Fraction(99) for v in (a, b))
    low, high = sorted((a, b), reverse=item.rule is Direction.GE)
    first, second = (classify({key: v}, body, LIMITS, METHOD).number for v in (low, high))
    assert first is not None
    assert second is not None
    assert first <= second


@given(st.dictionaries(st.sampled_from(KEYS), amounts, min_size=1), st.sampled_from(list(Body)))
def test_a_class_is_the_worst_of_its_items(values: dict[str, Fraction], body: Body) -> None:
    whole = classify(values, body, LIMITS, METHOD)
    alone = [classify({k: v}, body, LIMITS, METHOD).number or 0 for k, v in values.items()]
    assert whole.number == max(alone)
    assert all(one.number == whole.number for one in whole.determining)


@given(st.lists(st.fractions(0, 14, max_denominator=1000), min_size=1, max_size=10))
def test_a_mean_of_ph_lies_between(values: list[Fraction]) -> None:
    tiny = Fraction(1, 10**15)
    assert min(values) - tiny <= mean_of("ph", values) <= max(values) + tiny


@given(st.fractions(0, 1000, max_denominator=10**9), st.integers(0, 6))
def test_what_is_shown_is_near_and_never_a_false_zero(value: Fraction, digits: int) -> None:
    shown = Fraction(displayed(value, digits))
    assert abs(shown - value) <= Fraction(1, 2 * 10**digits)
    assert (shown == 0) == (value == 0 or value < Fraction(1, 10**13))


@given(st.text(max_size=12))
def test_no_text_raises_anything_but_words(text: str) -> None:
    read_moment(text)
    try:
        read_value(text, Fraction(1, 2))
    except ValueError:
        return


_CELL = st.one_of(
    st.sampled_from(["", "8", "0.05L", "<0.05", "ND", "-3", "1e9", "nan", "1,2", "Ⅲ", "lake", "river",
                     "2022-03-01", "上兰", "\x00", "12L", "L", "<"]),
    st.text(max_size=6),
)  # fmt: skip
_ROW = st.tuples(*[_CELL] * 9)


def refused_or(run: Callable[[], T]) -> T | None:
    """Return what a run gives, or None after looking at the words it was refused with."""
    try:
        return run()
    except LantianError as error:
        problems = error.problems
    assert problems
    assert all(p.code.startswith("B") and p.message_zh and p.remedy_zh for p in problems)
    return None


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ROW, max_size=6))
def test_any_cells(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    path = tmp_path / "a.csv"
    lines = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows]
    path.write_text(
        "section,type,date,ph,do,tp,target,class,chla\n" + "\n".join(lines) + "\n",
        encoding="utf-8", errors="replace",
    )  # fmt: skip
    run = refused_or(lambda: run_class(path, keep=True))
    if run is not None:
        assert run.rows == len(run.records)
        judged = sum(run.by_class.values())
        assert judged + run.without_class + run.rows_unused == run.rows
    refused_or(lambda: run_summary(path, "2022"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    refused_or(lambda: run_class(path, sections=path))
