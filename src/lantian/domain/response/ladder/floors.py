"""From the rulebook's measure to a step: what each grade must at least do.

Clauses: B and below reduce by at least what the guide says (rule ``floor``); several lines are
cut as whole lines counted by line (``several-lines``), one line or a process that cannot stop
by load (``one-line``, ``cannot-stop``); guaranteed supply is kept (``livelihood``); B limits
instead of stopping, C stops a share with a clear gap to B, D stops (Henan 2020). Where a rule
gives no figure the share is Lantian's own (status design; see docs/plan.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Line
from lantian.domain.response.ladder.group import Mode
from lantian.domain.response.ladder.units import NO_CUT, Share, Step, StepKind, longest_line_hours
from lantian.domain.response.settings import (
    COKING_HOURS,
    LIMIT_SHARE,
    PARTIAL_LIMIT,
    STOP_SOME_SHARE,
    Switches,
)
from lantian.rulebook.model import FloorKind, MeasureRule, Status

MOST_PART_LINES = 5
"""Up to so many lines a "limit" is met by limiting the first line; beyond, one line is little."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What a rule asks of one group, as a step that may still have to be clipped."""

    step: Step
    clip: str = ""
    own_figure: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What floors need to know of a group: its mode and how many lines may do what."""

    mode: Mode
    lines: tuple[Line, ...]
    limits: tuple[Share, ...]
    free: int  # lines without a guaranteed task
    quick: int  # of these, lines that can stop at short notice
    partial_only: bool  # EVEN: some line cannot stop, so load cuts end at PARTIAL_LIMIT


def demand(shape: Shape, rule: MeasureRule) -> Demand:
    """Return the step that `rule` asks of a group of this `shape`."""
    if rule.kind in (FloorKind.AUTONOMOUS, FloorKind.NONE, FloorKind.TRANSPORT_ONLY):
        return Demand(NO_CUT)
    if shape.mode is Mode.HOURS:
        return _hours_demand(shape, rule)
    if shape.mode is Mode.WHOLE:
        return _whole_demand(shape, rule)
    return _even_demand(shape, rule)


def rule_in_use(rule: MeasureRule, switches: Switches) -> MeasureRule:
    """Return the rule, or one that asks for nothing where a switch keeps it out of the plan.

    The citation stays, so that the order's trace shows which rule was left aside. Autonomy of
    good grades is no floor and is never switched off.
    """
    left_aside = (
        (not switches.unverified_measures and rule.ref.status == Status.UNVERIFIED.value)
        or (not switches.general_rule and rule.general)
        or (not switches.ungraded_as_lowest and rule.grade == Grade.UNGRADED.value)
    )
    if not left_aside or rule.kind is FloorKind.AUTONOMOUS:
        return rule
    return replace(rule, kind=FloorKind.NONE, share=None, hours=None, hot_hold=False)


def ceil_lines(share: Fraction, lines: int) -> int:
    """Return the fewest whole lines that make up at least `share` of them."""
    return -(-share.numerator * lines // share.denominator)


def _share_asked(rule: MeasureRule) -> tuple[Fraction, bool]:
    """Return the share asked and whether it is Lantian's own figure."""
    if rule.share is not None:
        return rule.share, False
    if rule.kind is FloorKind.STOP_SOME:
        return STOP_SOME_SHARE, True
    if rule.kind is FloorKind.STOP_SHARE:
        return Fraction(1), False
    return LIMIT_SHARE, True  # LIMIT, and hours asked of ovens whose normal hours are unknown


def _whole_demand(shape: Shape, rule: MeasureRule) -> Demand:
    share, own = _share_asked(rule)
    free = shape.free
    if rule.kind is FloorKind.STOP_SOME and own:
        count = LIMIT_SHARE.numerator * free // LIMIT_SHARE.denominator + 1
    else:
        count = ceil_lines(share, free)
    clip = ""
    if rule.general and count > shape.quick:
        count, clip = shape.quick, "technical"
    if own and rule.kind is not FloorKind.STOP_SOME and free <= MOST_PART_LINES:
        part = LIMIT_SHARE * free
        if part < 1:
            return Demand(Step(StepKind.PART, part.numerator, part.denominator), clip, own)
    if free == 1 and share < 1:
        return Demand(Step(StepKind.PART, share.numerator, share.denominator), clip, own)
    return Demand(Step(StepKind.LINES, count, 1), clip, own)


def _even_demand(shape: Shape, rule: MeasureRule) -> Demand:
    share, own = _share_asked(rule)
    clip = ""
    if shape.partial_only and share > PARTIAL_LIMIT and rule.general and not rule.hot_hold:
        share, clip = PARTIAL_LIMIT, "technical"
    if share <= 0:
        return Demand(NO_CUT)
    return Demand(Step(StepKind.SHARE, share.numerator, share.denominator), clip, own)


def _hours_demand(shape: Shape, rule: MeasureRule) -> Demand:
    ladder = hours_ladder(shape.lines)
    own = False
    if rule.kind is FloorKind.COKING_HOURS and rule.hours is not None:
        hours = Fraction(rule.hours)
    elif rule.share is None and rule.kind in (FloorKind.LIMIT, FloorKind.STOP_SOME):
        own = True
        place = 0 if rule.kind is FloorKind.LIMIT else 1
        hours = ladder[min(place, len(ladder) - 1)] if ladder else Fraction(0)
    else:
        share, own = _share_asked(rule)
        hours = hours_for_share(shape.lines, shape.limits, share)
    longest = longest_hours(shape.lines)
    clip = "technical" if hours > longest or _share_asked(rule)[0] == 1 else ""
    hours = min(hours, longest)
    if hours <= 0:
        return Demand(NO_CUT, "technical", own)
    return Demand(Step(StepKind.HOURS, hours.numerator, hours.denominator), clip, own)


def longest_hours(lines: Sequence[Line]) -> Fraction:
    """Return the longest coking time any oven of the group may run."""
    return max(map(longest_line_hours, lines), default=Fraction(0))


def hours_for_share(lines: Sequence[Line], limits: Sequence[Share], share: Fraction) -> Fraction:
    """Return the hours at which every oven has lost at least `share`, or all it can lose."""
    if share >= 1:
        return longest_hours(lines)
    needed = []
    for line, limit in zip(lines, limits, strict=True):
        own = min(share, Fraction(*limit))
        if longest_line_hours(line) <= (line.normal_coking_hours or 0):
            continue  # cannot be stretched at all
        exact = Fraction(line.normal_coking_hours or 0) / (1 - own)
        whole = Fraction(-(-exact.numerator // exact.denominator))
        needed.append(min(whole, longest_line_hours(line)))
    return max(needed, default=Fraction(0))


def hours_ladder(lines: Sequence[Line]) -> list[Fraction]:
    """Return the coking times offered, above the shortest normal time, up to the longest."""
    shortest = min((Fraction(line.normal_coking_hours or 0) for line in lines), default=Fraction(0))
    longest = longest_hours(lines)
    offered = {Fraction(h) for h in COKING_HOURS} | {longest}
    offered |= {Fraction(line.longest_coking_hours) for line in lines if line.longest_coking_hours}
    return sorted(h for h in offered if shortest < h <= longest)
