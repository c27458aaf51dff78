"""Unified social credit code: any single slip is detected, nothing is guessed.

Covers GB 32100-2015 and GB 11714 as implemented (unverified, texts not at hand).
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.domain.inventory.credit_code import (
    ALPHABET,
    CodeFault,
    check_digit,
    examine,
    is_valid,
    make,
    organisation_check_digit,
)

_BODIES = st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8)
_DIVISIONS = st.text("0123456789", min_size=6, max_size=6)
_CODES = st.builds(make, _DIVISIONS, _BODIES, kind=st.sampled_from(["91", "92", "11", "12", "93"]))


def test_alphabet_has_31_characters_without_five_letters() -> None:
    assert len(ALPHABET) == 31
    assert not set("IOSVZ") & set(ALPHABET)


def test_check_digit_by_hand() -> None:
    """Weights 3^(i-1) mod 31: a lone 1 in place i makes the sum that weight."""
    weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
    for i, weight in enumerate(weights):
        body = "0" * i + "1" + "0" * (16 - i)
        assert check_digit(body) == ALPHABET[31 - weight]
    assert check_digit("0" * 17) == "0"


def test_organisation_check_digit_by_hand() -> None:
    """Weights 3 7 9 10 5 8 4 2; 11 minus the remainder, 10 is X, 11 is 0."""
    weights = [3, 7, 9, 10, 5, 8, 4, 2]
    for i, weight in enumerate(weights):
        body = "0" * i + "1" + "0" * (7 - i)
        expected = 11 - weight % 11
        assert organisation_check_digit(body) == ("X" if expected == 10 else str(expected % 11))
    assert organisation_check_digit("00000000") == "0"


@given(_CODES)
def test_what_is_made_is_sound(code: str) -> None:
    assert len(code) == 18
    assert is_valid(code)


@given(_CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_change_is_detected(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert is_valid(changed) is (changed == code)


@given(_CODES, st.integers(0, 16))
def test_neighbours_swapped_are_detected(code: str, place: int) -> None:
    a, b = code[place], code[place + 1]
    swapped = code[:place] + b + a + code[place + 2 :]
    assert is_valid(swapped) is (a == b)


@given(_CODES, st.integers(0, 17), st.sampled_from("IOSVZiosvza中 -"))
def test_character_that_cannot_stand_is_named_with_its_place(
    code: str, place: int, odd: str
) -> None:
    changed = code[:place] + odd + code[place + 1 :]
    findings = examine(changed)
    assert [(f.fault, f.position, f.found) for f in findings] == [
        (CodeFault.CHARACTER, place + 1, odd)
    ]


def test_wrong_check_digit_tells_the_expected_one_only() -> None:
    code = make("149900", "MA000001")
    wrong = code[:-1] + next(c for c in ALPHABET if c != code[-1])
    (finding,) = examine(wrong)
    assert finding.fault is CodeFault.CHECK
    assert (finding.position, finding.found, finding.expected) == (18, wrong[-1], code[-1])


def test_slip_inside_the_organisation_code_fails_both_digits() -> None:
    code = make("149900", "MA000001")
    slipped = code[:12] + ("7" if code[12] != "7" else "8") + code[13:]
    assert [f.fault for f in examine(slipped)] == [CodeFault.ORGANISATION, CodeFault.CHECK]


def test_letters_in_the_division_are_told() -> None:
    body = "91A49900MA0000010"
    faults = [(f.fault, f.position) for f in examine(body + check_digit(body))]
    assert (CodeFault.DIVISION, 3) in faults


@pytest.mark.parametrize("code", ["", "9", "9" * 17, "9" * 19])
def test_wrong_length_is_told_alone(code: str) -> None:
    assert [(f.fault, f.position) for f in examine(code)] == [(CodeFault.LENGTH, len(code))]


@pytest.mark.parametrize("body", ["", "I" * 17, "0" * 18])
def test_check_digit_refuses_what_is_no_body(body: str) -> None:
    with pytest.raises(ValueError, match="17 characters"):
        check_digit(body)


@pytest.mark.parametrize("body", ["", "1234567", "1234567-", "一二三四五六七八"])
def test_organisation_digit_refuses_what_is_no_body(body: str) -> None:
    with pytest.raises(ValueError, match="eight digits"):
        organisation_check_digit(body)
