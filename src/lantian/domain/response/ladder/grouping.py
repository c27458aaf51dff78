"""Finish one group: stopping order, steps, floors and caps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Firm, Line
from lantian.domain.response.ladder.floors import (
    Demand,
    Shape,
    demand,
    hours_ladder,
    rule_in_use,
)
from lantian.domain.response.ladder.group import (
    FloorNote,
    Group,
    Mode,
    can_stop,
    group_share,
    mode_of,
    shares_at,
    task_limits,
)
from lantian.domain.response.ladder.units import FULL, NO_CUT, ZERO, Share, Step, StepKind
from lantian.domain.response.settings import (
    COMMON_SHARES,
    MAX_LINE_STEPS,
    PARTIAL_LIMIT,
    Switches,
)
from lantian.kernel.level import LEVELS, Level
from lantian.rulebook.model import Industry

_NOT_FILED = 3  # later than red
_COMMON_STEPS = tuple(Step(StepKind.SHARE, s.numerator, s.denominator) for s in COMMON_SHARES)
_PARTIAL_STEPS = tuple(s for s in _COMMON_STEPS if Fraction(s.num, s.den) <= PARTIAL_LIMIT)

if TYPE_CHECKING:
    from lantian.rulebook.book import Rulebook


@dataclass(slots=True)
class Seed:
    """A firm with its lines sorted into running and idle, priced, before steps are made."""

    firm: Firm
    industry: Industry
    lines: list[Line]
    idle: list[Line]
    base_mg: list[tuple[int, int, int, int]]
    unknown: list[int]  # running lines whose mass is not known, by pollutant
    weight: list[float] = field(default_factory=list)
    value_fen: list[int] = field(default_factory=list)
    restart_fen: list[int] = field(default_factory=list)
    cost_estimated: bool = False


def finish_group(
    seed: Seed,
    rulebook: Rulebook,
    day: date,
    switches: Switches,
    filed_stops: Mapping[tuple[str, str], int],
) -> Group:
    """Return the group of `seed` with its ladder, floors and caps at every level."""
    firm, industry = seed.firm, seed.industry
    grade = firm.grade or Grade.UNGRADED  # the rulebook knows what an ungraded firm must do
    limits = task_limits(firm, seed.lines)
    order = _stopping_order(seed, limits, filed_stops)
    lines = tuple(seed.lines[i] for i in order)
    limits = [limits[i] for i in order]
    rules = {
        x: rule_in_use(rulebook.measure(industry.slug, firm.subtype, grade.value, x, day), switches)
        for x in LEVELS
    }
    mode = Mode.AUTONOMOUS if grade.autonomous else Mode.IDLE
    if lines and not grade.autonomous:
        mode = mode_of(list(lines), industry, limits)
    free = sum(limit == FULL for limit in limits)
    quick = sum(
        can_stop(line, industry) and limit == FULL
        for line, limit in zip(lines, limits, strict=True)
    )
    slow = any(not can_stop(line, industry) for line in lines)
    shape = Shape(mode, lines, tuple(limits), free, quick, partial_only=slow)
    if mode in (Mode.IDLE, Mode.AUTONOMOUS):
        steps: tuple[Step, ...] = (NO_CUT,)
        shares: tuple[Share, ...] = (ZERO,)
        notes = {x: FloorNote(0) for x in LEVELS}
        caps, exempt = dict.fromkeys(LEVELS, 0), dict.fromkeys(LEVELS, "")
    else:
        demands = {x: demand(shape, rules[x]) for x in LEVELS}
        steps, shares, top = _ladder(shape, tuple(limits), demands)
        notes = _floors(shape, tuple(limits), demands, steps, shares, firm, switches)
        exempt = {x: exemption(firm, x, switches) for x in LEVELS}
        caps = {x: notes[x].step if exempt[x] else max(top, notes[x].step) for x in LEVELS}
    return Group(
        firm=firm,
        industry=industry,
        grade=grade,
        mode=mode,
        lines=lines,
        idle=tuple(seed.idle),
        base_mg=tuple(seed.base_mg[i] for i in order),
        limits=tuple(limits),
        free=free,
        quick=quick,
        steps=steps,
        shares=shares,
        rules=rules,
        floors=notes,
        caps=caps,
        capped_by={x: _capped_by(mode, limits, shares[caps[x]], exempt[x]) for x in LEVELS},
        value_fen=tuple(seed.value_fen[i] for i in order),
        restart_fen=tuple(seed.restart_fen[i] for i in order),
        cost_estimated=seed.cost_estimated,
    )


def exemption(firm: Firm, level: Level, switches: Switches) -> str:
    """Return why a firm is not cut beyond its floor at a level, empty where it may be."""
    if firm.firm_id in switches.spared:
        return "spared"
    if switches.spare_small_micro and firm.small_micro and level is not Level.RED:
        return "small_micro"
    return ""


def _capped_by(mode: Mode, limits: list[Share], cap: Share, exempt: str) -> str:
    """Return what keeps a group from a full stop, see `Group.capped_by`."""
    if mode is Mode.IDLE:
        return "nothing"
    if mode is Mode.AUTONOMOUS:
        return "autonomous"
    if exempt or cap[0] == cap[1]:
        return exempt
    return "guaranteed" if any(limit != FULL for limit in limits) else "technical"


def _stopping_order(
    seed: Seed, limits: list[Share], filed_stops: Mapping[tuple[str, str], int]
) -> list[int]:
    """Return line positions in the order they would stop.

    Lines that can stop before lines that cannot, tasks last; then lines the firm itself filed
    to stop, from yellow up; then least cost per weighted emission; then the list's order.
    """
    if len(seed.lines) < 2:
        return list(range(len(seed.lines)))

    def key(i: int) -> tuple[int, int, float, int]:
        line = seed.lines[i]
        place = 0 if can_stop(line, seed.industry) else 1
        place = place if limits[i] == FULL else 2
        filed = filed_stops.get((line.firm_id, line.line_id), _NOT_FILED)
        weight = seed.weight[i]
        dear = (seed.value_fen[i] + seed.restart_fen[i]) / weight if weight > 0 else float("inf")
        return place, filed, dear, i

    return sorted(range(len(seed.lines)), key=key)


def _ladder(
    shape: Shape, limits: tuple[Share, ...], demands: Mapping[Level, Demand]
) -> tuple[tuple[Step, ...], tuple[Share, ...], int]:
    """Return the steps with rising shares, and the greatest one the technique allows."""
    offered = set(_offered(shape, limits))
    asked = {d.step for d in demands.values()}
    steps, shares, top = [NO_CUT], [ZERO], 0
    for step in sorted((offered | asked) - {NO_CUT}, key=Step.key):
        share = group_share(step, shape.lines, limits)
        if share[0] * shares[-1][1] <= shares[-1][0] * share[1]:
            continue
        steps.append(step)
        shares.append(share)
        if step in offered or _within(step, shape):
            top = len(steps) - 1
    return tuple(steps), tuple(shares), top


def _within(step: Step, shape: Shape) -> bool:
    """Whether a step that only a rule asked for is also one the technique allows freely."""
    if step.kind is StepKind.LINES:
        return step.num <= shape.quick
    if step.kind is StepKind.SHARE:
        return not shape.partial_only or Fraction(step.num, step.den) <= PARTIAL_LIMIT
    return True


def _offered(shape: Shape, limits: tuple[Share, ...]) -> list[Step]:
    """Return the steps that technique offers, before any rule asks."""
    if shape.mode is Mode.HOURS:
        return [Step(StepKind.HOURS, h.numerator, h.denominator) for h in hours_ladder(shape.lines)]
    if shape.mode is Mode.WHOLE:
        steps = [Step(StepKind.LINES, m, 1) for m in _counts(shape.quick)]
        if shape.free == 1:
            steps += [
                Step(StepKind.PART, s.numerator, s.denominator) for s in COMMON_SHARES if s < 1
            ]
        return steps
    if any(limit != FULL for limit in limits):
        shares = [s for s in COMMON_SHARES if s <= PARTIAL_LIMIT or not shape.partial_only]
        rest = {Fraction(*limit) for limit in limits if ZERO[0] < limit[0]}
        shares += [s for s in rest if s <= PARTIAL_LIMIT or not shape.partial_only]
        return [Step(StepKind.SHARE, s.numerator, s.denominator) for s in set(shares)]
    return list(_PARTIAL_STEPS if shape.partial_only else _COMMON_STEPS)


def _counts(lines: int) -> list[int]:
    """Return the numbers of lines a ladder offers: all of them, or evenly spaced bundles."""
    if lines <= MAX_LINE_STEPS:
        return list(range(1, lines + 1))
    return sorted({-(-k * lines // MAX_LINE_STEPS) for k in range(1, MAX_LINE_STEPS + 1)} | {1})


def _floors(
    shape: Shape,
    limits: tuple[Share, ...],
    demands: Mapping[Level, Demand],
    steps: tuple[Step, ...],
    shares: tuple[Share, ...],
    firm: Firm,
    switches: Switches,
) -> dict[Level, FloorNote]:
    """Return the floor of every level, never falling from one level to the next."""
    out: dict[Level, FloorNote] = {}
    before = 0
    for level in LEVELS:
        asked = demands[level]
        step = _find(asked.step, shape, limits, steps, shares)
        note = FloorNote(step, asked.clip, asked.own_figure)
        if _task_bends(asked.step, shape, limits):
            note = FloorNote(step, "guaranteed", asked.own_figure)
        if exemption(firm, level, switches) == "small_micro":
            note = FloorNote(0, "small_micro", False)
        if note.step < before:
            note = FloorNote(before, "raised", note.own_figure)
        before = note.step
        out[level] = note
    return out


def _find(
    asked: Step,
    shape: Shape,
    limits: tuple[Share, ...],
    steps: tuple[Step, ...],
    shares: tuple[Share, ...],
) -> int:
    """Return the first step that cuts at least as much as `asked`."""
    num, den = group_share(asked, shape.lines, limits)
    for k, (n, d) in enumerate(shares):
        if n * den >= num * d:
            return k
    return len(steps) - 1


def _task_bends(asked: Step, shape: Shape, limits: tuple[Share, ...]) -> bool:
    """Whether the guaranteed task makes the floor smaller than the rule by itself."""
    if all(limit == FULL for limit in limits) or asked == NO_CUT:
        return False
    if shape.mode is Mode.WHOLE:
        return shape.free < len(shape.lines)
    unbound = shares_at(asked, shape.lines, tuple([FULL] * len(limits)))
    return unbound != shares_at(asked, shape.lines, limits)
