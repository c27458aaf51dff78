"""Shapes shared by the parts of the plan: the cut problem, its solution, the plan, the orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit
from lantian.kernel.level import Level
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.trace import RuleRef, Trace

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Int8 = NDArray[np.int8]
Bool = NDArray[np.bool_]
Float64 = NDArray[np.float64]

UNKNOWN = -1
"""Required mass of a pollutant that the list does not carry: no target can be set."""


@dataclass(frozen=True, slots=True)
class LineChoice:
    """Lines of the groups that stop whole lines and may choose which (decision 0013).

    The lines of group ``group[f]`` are ``start[f]:start[f+1]``, in the order its ladder assumes.
    An order other than that one is a permutation within each block.

    Attributes
    ----------
    group, start
        ``(F,)`` and ``(F+1,)``.
    block
        ``(N,)`` 0 for lines that can stop at short notice, 1 for lines that stop after them
        all. Lines under a guaranteed task are not here: they never stop.
    cost_fen, part_cost_fen
        ``(N,)`` cost of a full stop and of the group's limit on this one line, in fen a day.
    mass_mg, part_mass_mg
        ``(N, 4)`` what either takes off, in mg a day.
    stopped, part
        ``(S,)`` for the steps of all ladders: how many lines stop; whether instead one line of
        block 0 is limited. Only those of `group` count.
    """

    group: Int64
    start: Int64
    block: Int8
    cost_fen: Int64
    part_cost_fen: Int64
    mass_mg: Int64
    part_mass_mg: Int64
    stopped: Int64
    part: Bool


@dataclass(frozen=True, slots=True)
class Ladders:
    """Everything the optimiser needs to know of the list, as arrays.

    A *group* is one firm in one industry: the thing an order speaks to and fairness compares.
    Each group has steps ``start[g]:start[g+1]``; the first is always "no cut" (share 0, cost
    0, reduction 0), shares rise strictly, reductions and costs never fall. Steps are the
    group's possible states: whole lines in its stopping order, load shares, hours, cells.

    Attributes
    ----------
    industry, rank, district
        ``(G,)`` codes. `rank` is `Grade.rank`, 0 best.
    start
        ``(G+1,)`` first step of each group.
    share
        ``(S,)`` place of the step's share of load among all shares of the list, see
        `share_places`: fairness only compares, and so stays exact however odd a share is.
    cost_fen
        ``(S,)`` cost of the step in fen a day.
    reduction_mg
        ``(S, 4)`` reduction in mg a day, by pollutant in `POLLUTANTS` order.
    floor, cap
        ``(L, G)`` least and greatest allowed step, counted within the group, per planned
        level; ``floor <= cap`` and both never fall over levels.
    fair
        ``(G,)`` whether the group takes part in fairness; groups that are never cut do not.
    lines
        Groups whose stopping order is free; None when every order is fixed.
    """

    industry: Int32
    rank: Int8
    district: Int32
    start: Int64
    share: Int64
    cost_fen: Int64
    reduction_mg: Int64
    floor: Int8
    cap: Int8
    fair: Bool
    lines: LineChoice | None = None


def share_places(shares: Sequence[tuple[int, int]]) -> Int64:
    """Return the place of each share (numerator, denominator) among the distinct ones.

    Share 0 has place 0, whether it occurs or not; equal shares have equal places.
    """
    value = {pair: Fraction(*pair) for pair in {(0, 1), *shares}}
    place = {share: i for i, share in enumerate(sorted(set(value.values())))}
    return np.array([place[value[pair]] for pair in shares], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class CutProblem:
    """Least-cost choice of one step per group and level.

    Attributes
    ----------
    required_mg
        ``(L, 4)`` mass still to be cut by the groups (after dust and mobile sources), or
        `UNKNOWN`. Zero or less means already met.
    city_mg
        ``(4,)`` whole-society emission, used by the exchange rule; 0 where unknown.
    ratio
        ``(L, 4)`` required ratio as float, for scaling and reports only.
    weight
        Weight of each level in the objective (expected days), positive integers.
    exchange_floor
        None: every pollutant meets its own target. Otherwise SO2 and NOx may be exchanged:
        the sum of both achieved ratios reaches the sum of both targets, and each reaches this
        share of its own required mass (`exchange_required_mg` holds the exact right sides).
    exchange_required_mg
        ``(L, 2)`` least masses of SO2 and NOx under exchange, or None.
    district_cap_fen
        ``(L, D)`` greatest cost per district and level, or None; -1 means no cap.
    """

    ladders: Ladders
    levels: tuple[Level, ...]
    required_mg: Int64
    city_mg: Int64
    other_mg: Int64  # (L, 4) reductions outside the groups, already taken off required_mg
    weight: tuple[int, ...]
    fairness: bool = True
    exchange_floor: Fraction | None = None
    exchange_required_mg: Int64 | None = None
    district_cap_fen: Int64 | None = None


@dataclass(frozen=True, slots=True)
class CutSolution:
    """Chosen steps with a bound that holds for the whole problem.

    `value_fen` and `bound_fen` are weighted sums over levels; ``gap = (value - bound)/value``
    (0 when value is 0). `duals_cny_per_kg` is the marginal cost per kg and level from the LP.
    `order` holds the stopping order of groups that do not keep the order of their ladder: the
    places of their lines there, in the order in which they stop.
    """

    step: Int8  # (L, G)
    value_fen: int
    bound_fen: float
    gap: float
    duals_cny_per_kg: Mapping[tuple[Level, Pollutant], float]
    method: str
    seconds: float
    log: tuple[str, ...] = ()
    order: Mapping[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Why no plan exists and what would make one possible.

    `floors_fen` is the least that a district's floors alone cost, where that is above its cap.
    `caps_fen` are caps by district with which a plan was found; together they rise, relative to
    the present ones, as little as the search could show. Empty where higher caps do not help.
    """

    short_mg: Mapping[tuple[Level, Pollutant], int]
    binding: tuple[str, ...]  # machine keys: "cap", "fairness:<industry>", "district:<d>:<level>"
    step: Int8  # the plan that comes nearest
    value_fen: int
    order: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # as in `CutSolution`
    floors_fen: Mapping[tuple[int, Level], int] = field(default_factory=dict)
    caps_fen: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineAction:
    """What one line must do at one level, in its own unit."""

    line_id: str
    line_name: str
    unit: CutUnit
    share: Fraction  # share of the line's load cut
    text_zh: str  # e.g. "停产（整线）", "结焦时间由24小时延长至36小时", "停用电解槽63台（共208台）"
    text_en: str
    reduction_mg: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Order:
    """The order to one firm (in one industry) at one level."""

    firm_id: str
    firm_name: str
    credit_code: str
    district: str
    industry: str  # slug
    industry_zh: str
    grade: Grade
    level: Level
    share: Fraction
    floor_share: Fraction
    reason: str  # "autonomous", "floor", "cheapest", "fairness", "guaranteed", "stopped", "none"
    reason_zh: str
    actions: tuple[LineAction, ...]
    transport_zh: str
    reduction_mg: tuple[int, int, int, int]
    cost_fen: int
    rule: RuleRef
    trace: Trace
    text_zh: str = ""  # the order's sentence for the whole firm, in its industry's unit
    text_en: str = ""
    reason_en: str = ""
    capped_by: str = ""  # what keeps the firm from a full stop, see `ladder.group.Group`
    cost_estimated: bool = False


@dataclass(frozen=True, slots=True)
class Baseline:
    """Another way to plan the same list, for comparison."""

    key: str  # "filed" or "uniform"
    label_zh: str
    cost_fen: Mapping[Level, int]
    achieved_mg: Mapping[tuple[Level, Pollutant], int]
    meets: Mapping[Level, bool]
    firms_touched: Mapping[Level, int]
    lines_stopped: Mapping[Level, int]
    good_performers_spared: Mapping[Level, Fraction]  # of A, leading, B, B-: share not cut
    note_zh: str = ""
    note_en: str = ""
    below_floor: Mapping[Level, int] = field(default_factory=dict)  # firms cut less than asked
    autonomous_cut: Mapping[Level, int] = field(default_factory=dict)  # A and leading firms cut
    why_cheaper_zh: Mapping[Level, str] = field(default_factory=dict)  # where it costs less
    why_cheaper_en: Mapping[Level, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule found by the independent checker."""

    code: str
    level: Level | None
    subject: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class CutMore:
    """A better-graded firm that is cut by a larger share."""

    firm_id: str
    firm_name: str
    grade: Grade
    share: Fraction


@dataclass(frozen=True, slots=True)
class FairnessException:
    """A worse-graded firm that better-graded ones of its industry are cut beyond, and why.

    `why` is a key of `exceptions.WHY`; `better` names at most `exceptions.MOST_NAMED` of the
    `better_count` firms, the most cut first.
    """

    level: Level
    industry: str
    industry_zh: str
    firm_id: str
    firm_name: str
    grade: Grade
    share: Fraction
    why: str
    why_zh: str
    why_en: str
    better: tuple[CutMore, ...]
    better_count: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole answer. `as_dict` of `domain.response.report` turns it into plan.json."""

    feasible: bool
    levels: tuple[Level, ...]
    required_ratio: Mapping[tuple[Level, Pollutant], Fraction]
    city_mg: Mapping[Pollutant, int]
    other_mg: Mapping[tuple[Level, Pollutant], int]
    achieved_mg: Mapping[tuple[Level, Pollutant], int]
    cost_fen: Mapping[Level, int]
    value_fen: int
    bound_fen: float
    gap: float
    duals_cny_per_kg: Mapping[tuple[Level, Pollutant], float]
    orders: tuple[Order, ...]
    baselines: tuple[Baseline, ...]
    violations: tuple[Violation, ...]
    rules: tuple[RuleRef, ...]
    unknown: frozenset[Pollutant]
    shortfall: Shortfall | None = None
    trace: Trace | None = None
    remarks_zh: tuple[str, ...] = ()
    remarks_en: tuple[str, ...] = ()
    provenance: Mapping[str, str] = field(default_factory=dict)
    cost_basis: str = "cny"  # or "size": costs are size units, not yuan
    counts: Mapping[str, int] = field(default_factory=dict)
    exchange: bool = False
    advice_zh: tuple[str, ...] = ()  # of an infeasible plan: what binds and what would help
    advice_en: tuple[str, ...] = ()
    period: str = ""  # start and end of the alert it was made for, when made from a forecast
    duty_zh: str = ""  # citation of the law behind orders of its day
    exceptions: tuple[FairnessException, ...] = ()  # none where fairness is switched off
    weights: tuple[int, ...] = ()  # of the levels, by which `value_fen` adds their costs up
