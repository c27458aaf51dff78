"""The values a fact can take that a table tells apart: bands between its limits, choices, yes and no."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from lantian.domain.grading.compiled import Value
from lantian.rulebook.grading_tables.model import (
    FactDef,
    FactKind,
    IndicatorRow,
    IndicatorTable,
)

_WIDER = Fraction(3, 2)
"""How far beyond the last limit an invented value may lie, as a factor."""


@dataclass(frozen=True, slots=True)
class Band:
    """Values that every test of a table answers alike.

    A quantity has an open interval, or the one point at its end; a choice or a yes-or-no has its
    one value.
    """

    value: Value  # one value of the band
    low: Fraction | None = None
    high: Fraction | None = None


def bands_of(table: IndicatorTable, rows: Iterable[IndicatorRow]) -> dict[str, tuple[Band, ...]]:
    """Return the bands of every fact that some of the rows ask for."""
    limits: dict[str, set[Fraction]] = {}
    for row in rows:
        for test in row.tests():
            own = limits.setdefault(test.fact_id, set())
            if test.value is not None:
                own.add(test.value)
    return {fact: tuple(_bands(table.facts[fact], own)) for fact, own in sorted(limits.items())}


def _bands(fact: FactDef, limits: set[Fraction]) -> Iterator[Band]:
    if fact.kind is FactKind.YES_NO:
        yield Band(True)
        yield Band(False)
        return
    if fact.kind is FactKind.CHOICE:
        for code in fact.choices or ():
            yield Band(code)
        return
    inner = sorted(limits)
    least = fact.low if fact.low is not None else Fraction(0)
    most = fact.high if fact.high is not None else (inner[-1] * _WIDER if inner else Fraction(1))
    if inner:  # an invented value stays near the limits of its table
        most = min(most, max(inner[-1] * _WIDER, least))
    edges = [least, *(v for v in inner if least < v < most), most]
    for low, high in pairwise(edges):
        if low < high:
            yield Band((low + high) / 2, low, high)
    for end in dict.fromkeys((least, most)):  # "all of them", "none at all": a limit nothing passes
        if end in limits:
            yield Band(end, end, end)


def within(band: Band, share: Fraction, *, whole: bool) -> Fraction:
    """Return a value inside a band, `share` of the way up, with few digits; whole where it can be.

    The ends of an open band are limits of the table and never taken.
    """
    assert band.low is not None
    assert band.high is not None
    if band.low == band.high:
        return band.low
    exact = band.low + (band.high - band.low) * share
    if whole and band.low < (up := Fraction(int(exact) + 1)) < band.high:
        return up
    for places in range(0 if whole else 1, 7):
        scale = 10**places
        rounded = Fraction(round(exact * scale), scale)
        if band.low < rounded < band.high:
            return rounded
    return Fraction(band.value) if isinstance(band.value, Fraction) else exact
