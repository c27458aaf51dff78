"""The two halves of a plan around the optimiser: pose the problem, then word the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lantian.domain.inventory.model import Inventory
from lantian.domain.response.assemble import assemble_orders, lean_rules
from lantian.domain.response.baselines import baselines
from lantian.domain.response.compare import OwnCost, explained
from lantian.domain.response.exceptions import fairness_exceptions
from lantian.domain.response.infeasible import explain
from lantian.domain.response.ladder.build import GroupIndex, build_ladders
from lantian.domain.response.ladder.order import with_order
from lantian.domain.response.model import CutProblem, CutSolution, Order, Plan, Shortfall
from lantian.domain.response.optimise.lines import least_steps
from lantian.domain.response.problem import cut_problem
from lantian.domain.response.reasons import citations
from lantian.domain.response.remarks import remarks
from lantian.domain.response.settings import Switches
from lantian.domain.response.targets import Requirement, required_masses
from lantian.domain.response.wording import Words
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.kernel.trace import RuleRef
from lantian.rulebook.model import ExchangeRule

if TYPE_CHECKING:
    from lantian.rulebook.book import Rulebook


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """A list, the rules, the day and what is asked."""

    inventory: Inventory
    rulebook: Rulebook
    day: date
    levels: tuple[Level, ...]
    switches: Switches


@dataclass(frozen=True, slots=True)
class Draft:
    """A posed problem: hand `problem` to the optimiser and its answer to `finish_plan`."""

    inputs: PlanInputs
    index: GroupIndex
    need: Requirement
    exchange: ExchangeRule | None
    problem: CutProblem


def draft_plan(inputs: PlanInputs) -> Draft:
    """Return the cut problem of a list."""
    book, day = inputs.rulebook, inputs.day
    ladders, index = build_ladders(inputs.inventory, book, day, inputs.levels, inputs.switches)
    need = required_masses(inputs.inventory, book.targets(day), inputs.levels, day)
    exchange = book.exchange(day) if inputs.switches.exchange else None
    problem = cut_problem(ladders, index, need, inputs.switches, exchange)
    return Draft(inputs, index, need, exchange, problem)


def finish_plan(draft: Draft, answer: CutSolution | Shortfall) -> Plan:
    """Return the plan of an optimiser's answer, not yet verified.

    An infeasible answer becomes the plan that comes nearest, with advice.
    """
    inputs, need = draft.inputs, draft.need
    index = draft.index
    index = with_order(index, answer.order)
    cites = citations(inputs.rulebook, inputs.day)
    orders = assemble_orders(
        index, answer.step, inputs.levels, inputs.day, cites, fairness=inputs.switches.fairness
    )
    solved = isinstance(answer, CutSolution)
    said = remarks(inputs.inventory, index, need, inputs.switches, draft.exchange)
    said += tuple(_floors_enough(draft))
    advice: tuple[Words, ...] = ()
    if isinstance(answer, Shortfall):
        caps, in_yuan = inputs.switches.district_cap_cny, index.basis.key == "cny"
        advice = explain(answer, index, need, caps, in_yuan=in_yuan)
    cost = {x: sum(o.cost_fen for o in orders if o.level is x) for x in inputs.levels}
    value = sum(cost[x] * inputs.switches.days[x.order] for x in inputs.levels)
    own = OwnCost(cost, _floor_costs(draft), index.basis.key)
    return Plan(
        feasible=solved,
        levels=inputs.levels,
        required_ratio=need.ratio,
        city_mg=dict(zip(POLLUTANTS, need.city_mg, strict=True)),
        other_mg=need.other_mg,
        achieved_mg=_achieved(orders, need),
        cost_fen=cost,
        value_fen=value,
        bound_fen=answer.bound_fen if isinstance(answer, CutSolution) else 0.0,
        gap=answer.gap if isinstance(answer, CutSolution) else 1.0,
        duals_cny_per_kg=answer.duals_cny_per_kg if isinstance(answer, CutSolution) else {},
        orders=orders,
        baselines=tuple(
            explained(base, own)
            for base in baselines(inputs.inventory, index, need, draft.exchange)
        ),
        violations=(),
        rules=_rules(draft, orders),
        unknown=need.unknown,
        shortfall=None if isinstance(answer, CutSolution) else answer,
        remarks_zh=tuple(w.zh for w in said),
        remarks_en=tuple(w.en for w in said),
        provenance={"method": answer.method if isinstance(answer, CutSolution) else "shortfall"},
        cost_basis=index.basis.key,
        counts=index.counts,
        exchange=draft.problem.exchange_floor is not None,
        advice_zh=tuple(w.zh for w in advice),
        advice_en=tuple(w.en for w in advice),
        duty_zh=inputs.rulebook.law("emergency-measures", inputs.day).cite_zh(),
        exceptions=fairness_exceptions(index, answer.step, inputs.levels)
        if inputs.switches.fairness
        else (),
        weights=draft.problem.weight,
    )


def _floors_enough(draft: Draft) -> Iterator[Words]:
    """Say where floors alone reach targets, whichever lines meet them: none is taken back."""
    ladders, need = draft.problem.ladders, draft.need
    masses = least_steps(ladders)[1]
    known = [(k, p) for k, p in enumerate(POLLUTANTS) if p not in need.unknown]
    for x, level in enumerate(need.levels):
        floor = masses[ladders.start[:-1] + ladders.floor[x]].sum(axis=0)
        met = [p for k, p in known if int(floor[k]) >= need.required_mg[level, p]]
        if met and len(met) == len(known):
            yield Words(
                f"{level.label_zh}预警：各企业最低要求已使全部目标达标，超出部分不放松。",
                f"{level.value}: floors alone reach every target; none is weakened.",
            )
        elif met:
            names = "、".join(p.label_zh for p in met)
            yield Words(
                f"{level.label_zh}预警：{names}仅靠各企业最低要求即达标，超出部分不放松。",
                f"{level.value}: floors alone reach {', '.join(met)}; none is weakened.",
            )


def _floor_costs(draft: Draft) -> Mapping[Level, int]:
    """Return the least that the floors alone can cost at each level, in fen a day."""
    ladders = draft.problem.ladders
    first, cost = ladders.start[:-1], least_steps(ladders)[0]
    return {
        level: int(cost[first + ladders.floor[x]].sum())
        for x, level in enumerate(draft.need.levels)
    }


def _achieved(orders: Sequence[Order], need: Requirement) -> Mapping[tuple[Level, Pollutant], int]:
    out = dict(need.other_mg)
    for order in orders:
        for p, mass in zip(POLLUTANTS, order.reduction_mg, strict=True):
            out[order.level, p] += mass
    return out


def _rules(draft: Draft, orders: Sequence[Order]) -> tuple[RuleRef, ...]:
    """Return every rule the plan leans on, targets first."""
    inputs = draft.inputs
    book, day = inputs.rulebook, inputs.day
    refs = [book.targets(day).head.ref()]
    if draft.problem.exchange_floor is not None and draft.exchange is not None:
        refs.append(draft.exchange.head.ref())
    refs += lean_rules(orders, fairness=inputs.switches.fairness)
    return tuple(dict.fromkeys(refs))
