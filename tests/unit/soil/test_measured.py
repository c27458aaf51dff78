"""What laboratories write: kept as it is, never zero (issue 5, section 3: below-detection, units)."""

from __future__ import annotations

import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.domain.soil import measured, quality
from lantian.domain.soil.measured import plain_decimal, read_value, unit_factor
from lantian.rulebook.soil_tables import model


@pytest.mark.parametrize("module", [measured, quality, model])
def test_examples_in_docstrings(module: object) -> None:
    results = doctest.testmod(module)  # type: ignore[arg-type]
    assert results.failed == 0
    assert results.attempted > 0


@pytest.mark.parametrize(
    "text",
    ["<0.05", "＜0.05", "< 0.05", "0.05L", "0.05 L", "０．０５Ｌ", "ND(0.05)", "未检出（<0.05）"],
)
def test_below_detection_with_a_limit(text: str) -> None:
    found = read_value(text)
    assert found is not None
    assert (found.below, found.number) == (True, Fraction("0.05"))


@pytest.mark.parametrize("text", ["ND", "nd", "N.D.", "未检出", "<检出限", "低于检出限", "BDL"])
def test_below_detection_without_a_limit(text: str) -> None:
    found = read_value(text)
    assert found is not None
    assert (found.below, found.number) == (True, None)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("12.50", "12.5", ""),
        ("1,234.5", "1234.5", ""),
        ("1.2E-5", "0.000012", ""),
        ("12 µg/kg", "12", "μg/kg"),
        ("0.05L mg/kg", "0.05", "mg/kg"),
    ],
)
def test_numbers_are_exact(text: str, number: str, unit: str) -> None:
    found = read_value(text)
    assert found is not None
    assert (found.number, found.unit) == (Fraction(number), unit)


@pytest.mark.parametrize("text", ["约5", "1-2", "1~2", "≤5", "", "<", "abc", "5 mg/L", "1,5", "--"])
def test_what_is_not_one_result_is_not_guessed(text: str) -> None:
    assert read_value(text) is None


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("mg/kg", "1"), ("MG/KG", "1"), ("mg·kg-1", "1"), ("µg/kg", "1/1000"),
        ("μg/kg", "1/1000"), ("ug/g", "1"), ("ng/kg", "1/1000000"), ("ng TEQ/kg", "1/1000000"),
    ],
)  # fmt: skip
def test_units_of_content(unit: str, factor: str) -> None:
    assert unit_factor(unit) == Fraction(factor)


@pytest.mark.parametrize("unit", ["mg/L", "ppm", "%", "", "mg/m3", "kg"])
def test_other_units_are_refused(unit: str) -> None:
    assert unit_factor(unit) is None


@given(st.decimals(min_value=0, max_value=10**9, places=8, allow_nan=False))
def test_a_decimal_comes_back_as_it_was_written(value: object) -> None:
    exact = Fraction(str(value))
    found = read_value(plain_decimal(exact))
    assert found is not None
    assert found.number == exact
