"""When no plan exists: what is short, and the plan that comes nearest.

Where every group at its cap stops the same lines in any order and no district has a cap, the
answer needs no solver: all at their caps is lawful (a worse group at its cap counts as fair),
and no lawful plan cuts more of anything. Otherwise an elastic model finds the least shortfall.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.model import CutProblem
from lantian.domain.response.optimise.arrange import answer_order, least_floors
from lantian.domain.response.optimise.exact import lawful, overruns, shorts
from lantian.domain.response.optimise.formulation import Formulation, formulate
from lantian.domain.response.optimise.frame import Frame, step_cost, step_mass
from lantian.domain.response.optimise.lines import cap_is_settled, least_steps
from lantian.domain.response.optimise.protocol import LinearModel, LinearResult, LinearSolver
from lantian.domain.response.optimise.targets import NOX, SO2
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

Int = NDArray[np.int64]
Float = NDArray[np.float64]

SEARCH_S = 60.0
"""Longest search for the nearest plan where nothing else is asked."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Steps of the active groups with their stopping order; `frame` is settled at it."""

    step: Int
    order: Int | None
    frame: Frame


def beyond_reach(frame: Frame) -> bool:
    """Return whether targets fail even with every group at its cap, or a floor overspends."""
    return any(shorts(frame, frame.high)) or any(row.left < 0 for row in frame.caps)


def short_by_pollutant(frame: Frame, step: Int) -> dict[tuple[Level, Pollutant], int]:
    """Return missing mg per level and pollutant under ``(L, A)`` steps of a settled frame.

    The shared row of SO2 and NOx is missing a sum of ratios; it is told as the mass of the
    pollutant that misses its own target, SO2 first.
    """
    mass = step_mass(frame.problem.ladders, frame.spread(step))
    found: dict[tuple[Level, Pollutant], int] = {}
    for row in sorted(frame.rows, key=lambda r: r.kind == "SO2+NOx"):
        level = frame.problem.levels[row.level]
        missing = row.open_mg(mass)
        if missing <= 0:
            continue
        if row.kind != "SO2+NOx":
            found[level, Pollutant(row.kind)] = missing
            continue
        for p in (SO2, NOX):
            told = found.get((level, POLLUTANTS[p]), 0)
            missing -= told * row.factor[p]
        for p in (SO2, NOX):
            key = (level, POLLUTANTS[p])
            own = int(frame.problem.required_mg[row.level, p]) - int(mass[row.level, p])
            more = min(own - found.get(key, 0), -(-missing // row.factor[p]))
            if more > 0:
                found[key] = found.get(key, 0) + more
                missing -= more * row.factor[p]
    return found


def lowered(frame: Frame, found: Settled) -> CutProblem:
    """Return the problem of `frame` with its targets lowered to what `found` reaches."""
    problem = frame.problem
    mass = step_mass(found.frame.problem.ladders, found.frame.spread(found.step))
    required = problem.required_mg.copy()
    for (level, p), mg in short_by_pollutant(found.frame, found.step).items():
        required[problem.levels.index(level), POLLUTANTS.index(p)] -= mg
    least = problem.exchange_required_mg
    if least is not None:
        least = np.minimum(least, mass[:, [SO2, NOX]])
    return replace(problem, required_mg=required, exchange_required_mg=least)


def overspent_floors(frame: Frame) -> dict[tuple[int, Level], int]:
    """Return the least fen that floors alone cost, by district and level, where above its cap.

    Lines are the cheapest ones; floors that fairness pushes up count as pushed.
    """
    ladders = frame.problem.ladders
    least = least_steps(ladders)[0]
    found = {}
    for row in frame.caps:
        here = ladders.district == row.district
        spent = int(least[(ladders.start[:-1] + frame.base[row.level])[here]].sum())
        if spent > row.cap_fen:
            found[row.district, frame.problem.levels[row.level]] = spent
    return found


def with_room(frame: Frame) -> CutProblem:
    """Return the problem with district caps raised to what the cheapest floors cost together."""
    problem = frame.problem
    if not overspent_floors(frame) or problem.district_cap_fen is None:
        return problem
    cheapest = cheapest_floors(frame).frame
    cost = step_cost(cheapest.problem.ladders, cheapest.base)
    caps = problem.district_cap_fen.copy()
    for row in frame.caps:
        spent = int(cost[row.level, problem.ladders.district == row.district].sum())
        caps[row.level, row.district] = max(row.cap_fen, spent)
    return replace(problem, district_cap_fen=caps)


def cheapest_floors(frame: Frame) -> Settled:
    """Return the floors with the cheapest lines first."""
    if frame.lines is None:
        return Settled(frame.low, None, frame)
    order, _ = least_floors(frame)
    return Settled(frame.low, order, frame.in_order(order))


def nearest(frame: Frame, solver: LinearSolver, seed: int, time_limit_s: float | None) -> Settled:
    """Return lawful steps with the least sum of relative shortfalls."""
    if not frame.caps and cap_is_settled(frame):
        return Settled(frame.high, None, frame.as_listed())
    form = formulate(frame)
    limit = SEARCH_S if time_limit_s is None else time_limit_s
    result = solver.mip(elastic(form), gap=1e-6, seed=seed, time_limit_s=limit)
    if result.x is not None:
        found = settled(frame, form, result)
        if lawful(found.frame, found.step) and not any(overruns(found.frame, found.step)):
            return found
    return cheapest_floors(frame)


def settled(frame: Frame, form: Formulation, result: LinearResult) -> Settled:
    """Return the steps and the stopping order of a whole answer."""
    assert result.x is not None
    step = form.steps(frame, result.x)
    if form.lines is None:
        return Settled(step, None, frame)
    order = answer_order(frame, form.lines.entered(result.x), None)
    return Settled(step, order, frame.in_order(order))


def elastic(form: Formulation) -> LinearModel:
    """Return the model with a shortfall column in each target row as its only cost."""
    return with_columns(form.model, np.arange(form.n_targets), np.ones(form.n_targets))


def with_columns(model: LinearModel, rows: Int, value: Float) -> LinearModel:
    """Return the model with one continuous column from 0 up in each of `rows`, its only cost.

    `value` is what a unit of the column adds to the left side of its row.
    """
    n, k = model.n_cols, rows.size
    row = np.repeat(np.arange(model.n_rows), np.diff(model.start))
    order = np.argsort(np.concatenate([row, rows]), kind="stable")
    length = np.diff(model.start)
    length[rows] += 1
    return LinearModel(
        cost=np.concatenate([np.zeros(n), np.ones(k)]),
        lower=np.concatenate([model.lower, np.zeros(k)]),
        upper=np.concatenate([model.upper, np.full(k, np.inf)]),
        integer=np.concatenate([model.integer, np.zeros(k, dtype=np.bool_)]),
        row_lower=model.row_lower,
        row_upper=model.row_upper,
        start=np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
        index=np.concatenate([model.index, n + np.arange(k)])[order],
        value=np.concatenate([model.value, value])[order],
    )
