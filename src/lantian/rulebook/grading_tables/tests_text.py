"""The short way a file writes a test: ``<= 10``, ``>= 0.8``, ``in a, b``, ``yes``."""

from __future__ import annotations

import re
from fractions import Fraction

from lantian.rulebook.grading_tables.model import FactDef, FactKind, Op, Test

_COMPARE = re.compile(
    r"(?P<op><=|>=|<|>)\s*(?P<value>-?\d+(?:\.\d+)?)(?P<percent>%)?"
    r"(?:\s*@\s*(?P<share>\d+(?:\.\d+)?)%)?"
)
_OPS = {"<=": Op.MAX, ">=": Op.MIN, "<": Op.BELOW, ">": Op.ABOVE}
_SIGNS = {Op.MAX: "≤", Op.MIN: "≥", Op.BELOW: "<", Op.ABOVE: ">"}


def read_test(fact: FactDef, text: str) -> Test | str:
    """Return the test written for a fact, or why it cannot be read."""
    text = text.strip()
    if fact.kind is FactKind.YES_NO:
        if text in {"yes", "no"}:
            return Test(fact.fact_id, Op(text))
        return f"{fact.fact_id}: {text!r} (yes / no)"
    if fact.kind is FactKind.CHOICE:
        return _choice(fact, text)
    found = _COMPARE.fullmatch(text)
    if found is None or (found["percent"] and (fact.unit != "" or fact.counted_in)):
        return f"{fact.fact_id}: {text!r}"
    value = Fraction(found["value"]) / (100 if found["percent"] else 1)
    share = Fraction(found["share"]) / 100 if found["share"] else None
    if share is not None and not 0 < share <= 1:
        return f"{fact.fact_id}: {text!r}"
    return Test(fact.fact_id, _OPS[found["op"]], value, hours_share=share)


def _choice(fact: FactDef, text: str) -> Test | str:
    assert fact.choices is not None
    if not text.startswith("in "):
        return f"{fact.fact_id}: {text!r}"
    named = frozenset(part.strip() for part in text[3:].split(","))
    unknown = sorted(named - set(fact.choices))
    if unknown:
        return f"{fact.fact_id}: {', '.join(unknown)}"
    return Test(fact.fact_id, Op.ONE_OF, choices=named)


def number_zh(value: Fraction) -> str:
    """Return an exact number as it is written, a fraction only where no decimal exists."""
    if value.denominator == 1:
        return str(value.numerator)
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    whole = str(abs((value * 10**places).numerator)).rjust(places + 1, "0")
    return ("-" if value < 0 else "") + f"{whole[:-places]}.{whole[-places:]}"


def value_zh(fact: FactDef, value: Fraction) -> str:
    """Return a value of a fact with its unit; shares as percent."""
    if fact.unit == "" and not fact.counted_in:
        return f"{number_zh(value * 100)}%"
    return f"{number_zh(value)} {fact.unit or fact.counted_in}"


def test_zh(fact: FactDef, test: Test) -> str:
    """Return a test in words, ``颗粒物≤10 mg/m³``."""
    if test.op is Op.YES:
        return fact.name_zh
    if test.op is Op.NO:
        return f"无：{fact.name_zh}"
    if test.op is Op.ONE_OF:
        assert fact.choices is not None
        labels = [label for code, label in fact.choices.items() if code in test.choices]
        return f"{fact.name_zh}：{'、'.join(labels)}"
    assert test.value is not None
    text = f"{fact.name_zh}{_SIGNS[test.op]}{value_zh(fact, test.value)}"
    if fact.o2_ref_pct is not None:
        text += f"（基准氧{number_zh(fact.o2_ref_pct)}%）"
    if test.hours_share is not None:
        text += f"，{number_zh(test.hours_share * 100)}%以上小时达到"
    return text


def ways_zh(facts: dict[str, FactDef], ways: tuple[tuple[Test, ...], ...]) -> str:
    """Return ways in words: tests of a way joined by ；, ways by 或者."""
    return "；或者 ".join("；".join(test_zh(facts[t.fact_id], t) for t in way) for way in ways)
