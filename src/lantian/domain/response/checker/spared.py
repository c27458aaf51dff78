"""The least cut that keeps a firm's floors, found by trying: what a spared firm may be asked.

Independent of the ladder: candidates are tried from small to large against `floor_kept`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from lantian.domain.inventory.model import Line
from lantian.domain.response.checker.facts import (
    ONE_HALF,
    PUBLISHED_H,
    PUBLISHED_LONGEST_H,
    Facts,
    floor_kept,
    pieces,
)
from lantian.rulebook.model import MeasureRule

MOST_FOR_PART = 5
"""Up to so many lines a firm is limited by its first line; above, a whole line stops."""
_LOADS = (Fraction(1, 10), Fraction(1, 5), Fraction(3, 10), ONE_HALF, Fraction(1))


def least_share(facts: Facts, rules: Sequence[MeasureRule]) -> Fraction:
    """Return the smallest share of the firm's load that keeps every rule."""
    kept = [
        _mean(facts, shares)
        for shares in _candidates(facts, rules)
        if all(floor_kept(facts, rule, shares) for rule in rules)
    ]
    return min(kept, default=Fraction(1))


def _mean(facts: Facts, shares: dict[str, Fraction]) -> Fraction:
    return sum(shares.values(), Fraction(0)) / len(facts.running)


def _candidates(facts: Facts, rules: Sequence[MeasureRule]) -> Iterator[dict[str, Fraction]]:
    zero = dict.fromkeys((line.line_id for line in facts.running), Fraction(0))
    yield zero
    figures = {rule.share for rule in rules if rule.share is not None} | set(_LOADS)
    if facts.by_hours:
        for hours in _hours(facts, figures, rules):
            yield {line.line_id: _oven(facts, line, hours) for line in facts.running}
    elif facts.by_line:
        yield from _by_line(facts, zero, figures)
    else:
        keeps = set(facts.keep.values())
        for share in figures | {min(f, ONE_HALF) for f in figures} | keeps:
            yield {line.line_id: _load(facts, line, share) for line in facts.running}


def _by_line(
    facts: Facts, zero: dict[str, Fraction], figures: set[Fraction]
) -> Iterator[dict[str, Fraction]]:
    free = facts.free
    quick = facts.quick
    first = quick + [line for line in free if line not in quick]
    if len(free) <= MOST_FOR_PART:
        parts = {Fraction(len(free), 10)} | (figures if len(free) == 1 else set())
        for part in parts:
            if part <= 1:
                yield zero | {first[0].line_id: part}
    for count in range(1, len(first) + 1):
        yield zero | {line.line_id: Fraction(1) for line in first[:count]}


def _load(facts: Facts, line: Line, share: Fraction) -> Fraction:
    keep = facts.keep[line.line_id]
    cut = min(share, keep)
    total = pieces(line)
    if total is None:
        return cut
    off = -(-cut.numerator * total // cut.denominator)
    return Fraction(min(off, int(keep * total)), total)


def _hours(facts: Facts, figures: set[Fraction], rules: Sequence[MeasureRule]) -> list[Fraction]:
    normal = [Fraction(x.normal_coking_hours or 0) for x in facts.running]
    asked = {Fraction(h) for h in PUBLISHED_H} | {_longest(x) for x in facts.running}
    asked |= {Fraction(rule.hours) for rule in rules if rule.hours is not None}
    for share in figures:
        if share < 1:
            for line, own in zip(facts.running, normal, strict=True):
                exact = own / (1 - min(share, facts.keep[line.line_id]))
                asked.add(Fraction(-(-exact.numerator // exact.denominator)))
    return sorted(h for h in asked if h > min(normal))


def _oven(facts: Facts, line: Line, hours: Fraction) -> Fraction:
    normal = Fraction(line.normal_coking_hours or 1)
    held = max(normal, min(hours, _longest(line)))
    return min(1 - normal / held, facts.keep[line.line_id])


def _longest(line: Line) -> Fraction:
    normal = Fraction(line.normal_coking_hours or 1)
    if line.longest_coking_hours is not None:
        return max(Fraction(line.longest_coking_hours), normal)
    return max(Fraction(PUBLISHED_LONGEST_H), normal)
