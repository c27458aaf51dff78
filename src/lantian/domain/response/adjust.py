"""A plan changed by hand: shares of lines that an officer chose, worded, priced and checked like every order.

Nothing is refused here. The independent checker says which rules the changed plan breaks; `judged`
says which of them forbid it to go out and which only ask for a reason (decision 0130).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from lantian.domain.response.assemble import floor_rule, hand_order
from lantian.domain.response.exceptions import fairness_exceptions
from lantian.domain.response.ladder.build import GroupIndex
from lantian.domain.response.ladder.group import Group
from lantian.domain.response.ladder.order import with_order
from lantian.domain.response.ladder.units import Share, mean_share
from lantian.domain.response.make_plan import Draft, finish_plan
from lantian.domain.response.model import CutSolution, Int8, Order, Plan, Shortfall
from lantian.domain.response.reasons import citations
from lantian.domain.response.wording import firm_words, line_words
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

Told = Mapping[tuple[str, Level], Sequence[tuple[str, Fraction]]]
"""What a written plan says: by firm and level the share of each line, in the order of the order."""


class StrangeCutError(ValueError):
    """A change by hand that speaks of no firm, line or share there is; `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True)
class Base:
    """A plan that was worked out, with what its orders were made from."""

    draft: Draft
    plan: Plan
    index: GroupIndex
    step: Int8  # (L, G)
    place: Mapping[str, int]  # number of a firm's group


@dataclass(frozen=True, slots=True)
class HandCut:
    """What an officer asks of one firm at one level: the share of each running line, and why."""

    firm_id: str
    level: Level
    shares: Mapping[str, Fraction]
    why: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a firm's ladder, as a choice: what it says, cuts and costs."""

    shares: Mapping[str, Fraction]
    share: Fraction
    text_zh: str
    text_en: str
    reduction_mg: tuple[int, ...]
    cost_fen: int
    is_floor: bool
    beyond_cap: bool


def recovered(draft: Draft, told: Told, bound_fen: float | None) -> Base:
    """Return the plan that a written plan tells of, made again from list, rules and its shares.

    Parameters
    ----------
    bound_fen
        The certified bound of the plan; None for one that reached no target.

    Raises
    ------
    StrangeCutError
        Where list or rules are not those the plan was made from: a firm, line or share is not found.
    """
    levels, groups = draft.inputs.levels, draft.index.groups
    step = np.zeros((len(levels), len(groups)), np.int8)
    order: dict[int, tuple[int, ...]] = {}
    for g, group in enumerate(groups):
        at = {line.line_id: i for i, line in enumerate(group.lines)}
        for x, level in enumerate(levels):
            lines = told.get((group.firm.firm_id, level))
            if lines is None:
                raise StrangeCutError(group.firm.firm_id)
            known = at.keys() | {line.line_id for line in group.idle}
            running = [(at[name], share) for name, share in lines if name in at]
            if len(running) != len(at) or known != {name for name, _ in lines}:
                raise StrangeCutError(group.firm.firm_id)
            places = tuple(i for i, _ in running)
            if places != tuple(range(len(places))):
                order[g] = places
            mean = _mean([s for _, s in running])
            step[x, g] = _step_of(group, mean)
    value = 0
    answer: CutSolution | Shortfall = (
        Shortfall({}, (), step, value, order)
        if bound_fen is None
        else CutSolution(step, value, bound_fen, 0.0, {}, "recovered", 0.0, (), order)
    )
    index = with_order(draft.index, order)
    place = {group.firm.firm_id: g for g, group in enumerate(index.groups)}
    plan = finish_plan(draft, answer)
    return Base(draft, replace(plan, gap=_gap(plan)), index, step, place)


def _step_of(group: Group, mean: Fraction) -> int:
    for place, share in enumerate(group.shares):
        if Fraction(*share) == mean:
            return place
    raise StrangeCutError(f"{group.firm.firm_id} {mean}")


def _mean(shares: Sequence[Fraction]) -> Fraction:
    return sum(shares, Fraction(0)) / len(shares) if shares else Fraction(0)


def _gap(plan: Plan) -> float:
    if not plan.feasible:
        return 1.0
    return max(0.0, (plan.value_fen - plan.bound_fen) / plan.value_fen) if plan.value_fen else 0.0


def rungs(base: Base, firm_id: str, level: Level) -> tuple[Rung, ...]:
    """Return the ladder of a firm as choices, no cut first.

    Raises
    ------
    StrangeCutError
        For a firm that the plan does not have.
    """
    group = _group(base, firm_id)
    hot = floor_rule(group, level).hot_hold
    out = []
    for place, share in enumerate(group.shares):
        shares = group.line_shares(place)
        words = [
            line_words(line, s, hot_hold=hot) for line, s in zip(group.lines, shares, strict=True)
        ]
        mean = Fraction(*share)
        said = firm_words(group.lines, shares, words, mean) if group.lines else None
        masses = group.reduction_of(shares)
        out.append(Rung(
            shares={n.line_id: Fraction(*s) for n, s in zip(group.lines, shares, strict=True)},
            share=mean, text_zh=said.zh if said else "", text_en=said.en if said else "",
            reduction_mg=tuple(sum(m[k] for m in masses) for k in range(len(POLLUTANTS))),
            cost_fen=group.cost_of(shares), is_floor=place == group.floors[level].step,
            beyond_cap=place > group.caps[level],
        ))  # fmt: skip
    return tuple(out)


def _group(base: Base, firm_id: str) -> Group:
    if firm_id not in base.place:
        raise StrangeCutError(firm_id)
    return base.index.groups[base.place[firm_id]]


def adjusted(base: Base, cuts: Sequence[HandCut]) -> Plan:
    """Return the plan with what officers ask of some firms, not yet checked; the rest stays as it was.

    Bound and baselines stay those of the plan; the gap is that of the new cost above the bound, and
    may be less than nothing where a rule is broken: it is then 0.

    Raises
    ------
    StrangeCutError
        For a firm or running line that is not there, or a share outside 0 to 1.
    """
    draft, levels = base.draft, base.plan.levels
    cites = citations(draft.inputs.rulebook, draft.inputs.day)
    groups, step = list(base.index.groups), base.step.copy()
    mine: dict[tuple[str, Level], Order] = {}
    for cut in cuts:
        group, x = _group(base, cut.firm_id), levels.index(cut.level)
        g = base.place[cut.firm_id]
        shares = _pairs(group, cut, group.line_shares(int(base.step[x, g])))
        mine[cut.firm_id, cut.level] = hand_order(
            group, shares, int(base.step[x, g]), cut.level, draft.inputs.day, cites, cut.why
        )
        step[x, g] = len(groups[g].shares)  # a state of its own beside the ladder's
        groups[g] = replace(groups[g], shares=(*groups[g].shares, mean_share(shares)))
    orders = tuple(mine.get((o.firm_id, o.level), o) for o in base.plan.orders)
    cost = {x: sum(o.cost_fen for o in orders if o.level is x) for x in levels}
    value = sum(cost[x] * draft.inputs.switches.days[x.order] for x in levels)
    index = replace(base.index, groups=tuple(groups))
    plan = replace(
        base.plan, orders=orders, cost_fen=cost, value_fen=value, achieved_mg=_reached(base, orders),
        violations=(), exceptions=fairness_exceptions(index, step, levels)
        if draft.inputs.switches.fairness else (),
    )  # fmt: skip
    return replace(plan, gap=_gap(plan))


def _pairs(group: Group, cut: HandCut, before: Sequence[Share]) -> list[Share]:
    known = {line.line_id for line in group.lines}
    strange = [name for name in cut.shares if name not in known]
    strange += [name for name, share in cut.shares.items() if not 0 <= share <= 1]
    if strange:
        raise StrangeCutError(f"{cut.firm_id} {strange[0]}")
    out = []
    for line, share in zip(group.lines, before, strict=True):
        asked = cut.shares.get(line.line_id)
        out.append(share if asked is None else (asked.numerator, asked.denominator))
    return out


def _reached(base: Base, orders: Sequence[Order]) -> Mapping[tuple[Level, Pollutant], int]:
    out = dict(base.plan.other_mg)
    for order in orders:
        for p, mass in zip(POLLUTANTS, order.reduction_mg, strict=True):
            out[order.level, p] += mass
    return out
