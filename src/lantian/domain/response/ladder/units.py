"""Cut steps in the industry's own unit: whole lines, load, hours, cells, systems.

A step is written once for the group; what it means for each line follows from the line's
unit. Clauses: "several lines or sets: whole lines, counted by production line; one line
only, or a process that cannot stop at short notice: lower its load" (general measure rules).
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from lantian.domain.inventory.model import CutUnit, Line
from lantian.domain.response.settings import COKING_HOURS

Share = tuple[int, int]
"""Numerator and denominator; a plain pair because a province has millions of them."""

ZERO: Share = (0, 1)
FULL: Share = (1, 1)
COUNTED_UNITS = frozenset({CutUnit.CELLS, CutUnit.FLAME_SYSTEMS})
EVEN_UNITS = COUNTED_UNITS | {CutUnit.BOILERS, CutUnit.COKING_HOURS}


class StepKind(StrEnum):
    """How a step is to be read."""

    NONE = "none"
    PART = "part"  # the first line of the stopping order is limited to a share
    LINES = "lines"  # the first `num` lines of the stopping order stop
    SHARE = "share"  # every line is cut by a share of its load
    HOURS = "hours"  # every oven cokes for so many hours


class Step(NamedTuple):
    """One state of a group: kind with its figure ``num/den``."""

    kind: StepKind
    num: int
    den: int

    def key(self) -> tuple[bool, float]:
        """Order of steps within one group: limiting comes before stopping."""
        return self.kind is StepKind.LINES, self.num / self.den


NO_CUT = Step(StepKind.NONE, 0, 1)


def counted_units(line: Line) -> int | None:
    """Return the whole number of cells or flame systems of a line, None if it has none.

    A single one is the line itself, and is cut by load like any other line.
    """
    total = line.cut_units_total
    if line.cut_unit not in COUNTED_UNITS or total is None or total < 2:
        return None
    return int(total) if total == int(total) else None


def known_hours(line: Line) -> bool:
    """Whether the line is a coke oven whose normal coking time is filed."""
    return (
        line.cut_unit is CutUnit.COKING_HOURS
        and line.normal_coking_hours is not None
        and line.normal_coking_hours > 0
    )


def line_hours(line: Line, hours: Fraction) -> Fraction:
    """Return the coking time a step of `hours` means for one oven: never below its normal one."""
    normal = Fraction(line.normal_coking_hours or Decimal(0))
    return max(normal, min(hours, longest_line_hours(line)))


def longest_line_hours(line: Line) -> Fraction:
    """Return how long an oven may coke: what it files, else the longest published time (48 h).

    An oven that already cokes longer and files no limit is not stretched further.
    """
    if line.longest_coking_hours is not None:
        return Fraction(line.longest_coking_hours)
    return max(Fraction(COKING_HOURS[-1]), Fraction(line.normal_coking_hours or Decimal(0)))


def line_share(step: Step, line: Line, position: int, limit: Share) -> Share:
    """Return the share of a line's load that `step` cuts.

    Parameters
    ----------
    position
        Place of the line in its group's stopping order.
    limit
        Greatest share the line may lose (its guaranteed task keeps the rest).
    """
    kind = step.kind
    if kind is StepKind.NONE:
        return ZERO
    if kind is StepKind.LINES:
        return FULL if position < step.num else ZERO
    if kind is StepKind.PART:
        return (step.num, step.den) if position == 0 else ZERO
    if kind is StepKind.HOURS:
        return _hours_share(step, line, limit)
    num, den = step.num, step.den
    if num * limit[1] > limit[0] * den:
        num, den = limit
    total = counted_units(line)
    if total is None:
        return num, den
    stopped = -(-num * total // den)
    if stopped * limit[1] > limit[0] * total:  # whole units inside a guaranteed task
        stopped = limit[0] * total // limit[1]
    return stopped, total


def _hours_share(step: Step, line: Line, limit: Share) -> Share:
    hours = line_hours(line, Fraction(step.num, step.den))
    normal = Fraction(line.normal_coking_hours or Decimal(0))
    if hours <= 0:
        return ZERO
    share = min(1 - normal / hours, Fraction(*limit))
    return share.numerator, share.denominator


def mean_share(shares: list[Share]) -> Share:
    """Return the group's share: the mean over its lines, counted by line and exact."""
    if not shares:
        return ZERO
    first = shares[0]
    if all(s == first for s in shares):
        return first
    mean = sum((Fraction(*s) for s in shares), Fraction(0)) / len(shares)
    return mean.numerator, mean.denominator
