"""Unified social credit code 统一社会信用代码: its parts and its two check digits.

Covers GB 32100-2015 (18 characters, alphabet without I O S V Z, weights 3^(i-1) mod 31) and
GB 11714 for the organisation code embedded at places 9 to 17 (weights 3 7 9 10 5 8 4 2, mod
11). Written from general knowledge of both standards; their texts were not at hand, so both
carry the status *unverified*.

A wrong check digit proves that something is wrong, not where. The report therefore names a
place only where the place itself is at fault (length, a character that cannot stand there)
and otherwise says which check digit the other characters call for; it guesses nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUE = {character: i for i, character in enumerate(ALPHABET)}
_MODULUS = len(ALPHABET)
_WEIGHTS = tuple(pow(3, i, _MODULUS) for i in range(LENGTH - 1))

_ORGANISATION = slice(8, 17)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_DIGITS = "0123456789"


class CodeFault(StrEnum):
    """What can be wrong with a credit code."""

    LENGTH = "length"
    CHARACTER = "character"
    DIVISION = "division"
    ORGANISATION = "organisation"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class CodeFinding:
    """One fault of a credit code.

    Attributes
    ----------
    fault
        What is wrong.
    position
        Place of the faulty character counted from 1; for a check digit its own place; for a
        wrong length the length found.
    found, expected
        The character found and, for a check digit, the one the others call for.
    """

    fault: CodeFault
    position: int
    found: str = ""
    expected: str = ""


def check_digit(body: str) -> str:
    """Return the 18th character for the first 17 (GB 32100-2015).

    Raises
    ------
    ValueError
        If `body` is not 17 characters of `ALPHABET`.
    """
    if len(body) != LENGTH - 1 or any(c not in _VALUE for c in body):
        raise ValueError("17 characters of the credit-code alphabet needed")
    total = sum(_VALUE[c] * w for c, w in zip(body, _WEIGHTS, strict=True))
    return ALPHABET[-total % _MODULUS]


def organisation_check_digit(body: str) -> str:
    """Return the 9th character of an organisation code for its first 8 (GB 11714).

    Letters count 10 to 35; a remainder of 10 is written ``X``, of 11 ``0``.

    Raises
    ------
    ValueError
        If `body` is not eight digits or capital letters.
    """
    if len(body) != len(_ORGANISATION_WEIGHTS) or not (body.isascii() and body.isalnum()):
        raise ValueError("eight digits or capital letters needed")
    total = sum(int(c, 36) * w for c, w in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def examine(code: str) -> tuple[CodeFinding, ...]:
    """Return every fault of `code`, none if it is sound.

    Wrong length or characters are reported alone, since no check digit can be computed then.
    Small letters are faults: the standard writes capitals, and a list compares codes as text.
    """
    if len(code) != LENGTH:
        return (CodeFinding(CodeFault.LENGTH, len(code), code),)
    odd = tuple(
        CodeFinding(CodeFault.CHARACTER, i, c)
        for i, c in enumerate(code, start=1)
        if c not in _VALUE
    )
    if odd:
        return odd
    found: list[CodeFinding] = [
        CodeFinding(CodeFault.DIVISION, i, code[i - 1])
        for i in range(3, 9)
        if code[i - 1] not in _DIGITS
    ]
    organisation = code[_ORGANISATION]
    expected = organisation_check_digit(organisation[:-1])
    if organisation[-1] != expected:
        found.append(CodeFinding(CodeFault.ORGANISATION, 17, organisation[-1], expected))
    last = check_digit(code[:-1])
    if code[-1] != last:
        found.append(CodeFinding(CodeFault.CHECK, LENGTH, code[-1], last))
    return tuple(found)


def is_valid(code: str) -> bool:
    """Whether `code` is sound in every part."""
    return not examine(code)


def make(division: str, organisation8: str, *, kind: str = "91") -> str:
    """Return a sound code for invented data and tests.

    Parameters
    ----------
    division
        Six digits of the administrative division.
    organisation8
        First eight characters of the organisation code; its check digit is added.
    kind
        Registering department and category, ``"91"`` for companies.
    """
    organisation = organisation8 + organisation_check_digit(organisation8)
    body = kind + division + organisation
    return body + check_digit(body)
