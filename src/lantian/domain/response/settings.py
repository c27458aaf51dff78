"""The choices of an officer that shape a plan, all off or neutral unless asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

COMMON_SHARES: tuple[Fraction, ...] = (
    Fraction(1, 10),
    Fraction(1, 5),
    Fraction(3, 10),
    Fraction(1, 2),
    Fraction(1),
)
"""Load shares every ladder offers; a continuous process stops short of the last one."""

LIMIT_SHARE = Fraction(1, 10)
"""Floor of a rule that says "limit" without a figure: the smallest common load share."""

STOP_SOME_SHARE = Fraction(1, 5)
"""Floor of "stop a share" without a figure on one line: next common share above `LIMIT_SHARE`."""

PARTIAL_LIMIT = Fraction(1, 2)
"""Deepest load cut of a process that cannot stop at short notice, unless its rule asks more."""

COKING_HOURS: tuple[int, ...] = (28, 36, 48)
"""Coking times seen in published notices (28, 36, 48 h), offered where the oven allows them."""

MAX_LINE_STEPS = 24
"""Most whole-line steps a ladder keeps; a firm with more lines is cut in coarser bundles."""


@dataclass(frozen=True, slots=True)
class Switches:
    """Optional rules and an officer's own settings.

    Attributes
    ----------
    exchange
        Let SO2 and NOx stand in for each other (rule unverified, so off).
    fairness
        Keep better-graded firms from being cut by more than worse-graded ones.
    spare_small_micro
        Drop the floor of small and micro firms below red (rule unverified, so off).
    spared
        Firm ids that are not cut beyond their floor.
    district_cap_cny
        Greatest cost a day by district name.
    unverified_measures
        Let measure rules of status ``unverified`` form floors (the rulebook's default).
    general_rule
        Let the rule by grade form the floor where an industry's table is silent.
    ungraded_as_lowest
        Hold ungraded firms to the lowest grade of their industry.
    days
        Expected days of yellow, orange and red, the weights of the objective.
    """

    exchange: bool = False
    fairness: bool = True
    spare_small_micro: bool = False
    spared: frozenset[str] = frozenset()
    district_cap_cny: Mapping[str, int] = field(default_factory=dict)
    days: tuple[int, int, int] = (1, 1, 1)
    unverified_measures: bool = True
    general_rule: bool = True
    ungraded_as_lowest: bool = True
