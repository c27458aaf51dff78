"""When no plan exists: what binds, and which district caps would be high enough.

What binds is found by releasing one family of constraints at a time and looking whether the
shortfall of the relaxation goes away. Keys: ``cap`` (guaranteed load, exemption, technology),
``district:<d>:<level>``, ``fairness:<industry code>``, ``reach`` (even every line stopped would
not be enough). Caps that would do are read from a plan that was found with them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.model import CutProblem
from lantian.domain.response.optimise.exact import lawful, shorts
from lantian.domain.response.optimise.formulation import formulate
from lantian.domain.response.optimise.frame import Frame, prepare, step_cost
from lantian.domain.response.optimise.lines import cap_is_settled
from lantian.domain.response.optimise.protocol import LinearSolver
from lantian.domain.response.optimise.shortfall import (
    SEARCH_S,
    elastic,
    overspent_floors,
    settled,
    with_columns,
)
from lantian.domain.response.optimise.targets import CapRow

Int = NDArray[np.int64]

NOTHING_SHORT = 1e-7
"""Elastic shortfall, as a share of a target, that counts as none."""

HAIRS = (0.0, 1e-8, 1e-6)
"""Target slack tried in turn until the solver's answer holds in whole numbers."""


def sufficient_caps(
    frame: Frame, solver: LinearSolver, seed: int, time_limit_s: float | None
) -> dict[int, int]:
    """Return caps in fen by district with which a plan exists, raised as little as possible.

    Least is the sum of the relative rises over districts and levels. A district's cap is one
    figure for all levels. Empty where no cap binds or raising caps is not enough.
    """
    if not frame.caps:
        return {}
    limit = SEARCH_S if time_limit_s is None else time_limit_s
    for hair in HAIRS:
        form = formulate(frame, hair=hair)
        rows = form.n_targets + np.arange(form.n_caps)
        # Rows are held in units of the room they leave; a whole column doubles the cap.
        rise = [-_size(frame, row) / max(1.0, float(abs(row.left))) for row in frame.caps]
        model = with_columns(form.model, rows, np.array(rise))
        result = solver.mip(model, gap=1e-4, seed=seed, time_limit_s=limit)
        if result.x is None:
            return {}
        found = settled(replace(frame, caps=()), form, replace(result, x=result.x))
        if lawful(found.frame, found.step) and not any(shorts(found.frame, found.step)):
            return _raised(frame, found.frame, found.step)
    return {}


def _size(frame: Frame, row: CapRow) -> float:
    """Return the fen that a rise of a cap is measured by: the cap itself.

    Where that is next to nothing, a hundredth of what the district could spend.
    """
    ladders = frame.problem.ladders
    here = ladders.district == row.district
    most = ladders.cost_fen[(ladders.start[:-1] + ladders.cap[row.level])[here]].sum()
    return max(1.0, float(row.cap_fen), 0.01 * float(most))


def _raised(frame: Frame, at: Frame, step: Int) -> dict[int, int]:
    ladders = at.problem.ladders
    cost = step_cost(ladders, at.spread(step))
    found: dict[int, int] = {}
    for row in frame.caps:
        spent = int(cost[row.level, ladders.district == row.district].sum())
        if spent > row.cap_fen:
            found[row.district] = max(spent, found.get(row.district, 0))
    return found


def binding(frame: Frame, solver: LinearSolver, seed: int) -> tuple[str, ...]:
    """Return the keys of the constraints whose release removes the shortfall."""
    keys = [f"district:{d}:{level.value}" for d, level in overspent_floors(frame)]
    capless = replace(frame, caps=())
    if _least_short(capless, solver, seed) > NOTHING_SHORT:
        free = replace(prepare(_uncapped(frame.problem)), caps=())
        enough = _least_short(free, solver, seed) <= NOTHING_SHORT
        keys.append("cap" if enough else "reach")
        return tuple(keys)
    if keys or not frame.caps:
        return tuple(keys)
    for row in frame.caps:
        others = tuple(r for r in frame.caps if r != row)
        if _least_short(replace(frame, caps=others), solver, seed) <= NOTHING_SHORT:
            keys.append(f"district:{row.district}:{frame.problem.levels[row.level].value}")
    if not keys:  # several caps together: name every one that is priced
        keys.extend(_priced_caps(frame, solver, seed))
    if _least_short(prepare(_uncapped(frame.problem)), solver, seed) <= NOTHING_SHORT:
        keys.append("cap")
    keys.extend(_fairness_keys(frame, solver, seed))
    return tuple(keys)


def without_fairness(problem: CutProblem, code: int | None) -> CutProblem:
    """Return the problem with fairness given up in one industry, or everywhere."""
    if code is None:
        return replace(problem, fairness=False)
    ladders = problem.ladders
    fair = ladders.fair & (ladders.industry != code)
    return replace(problem, ladders=replace(ladders, fair=fair))


def _fairness_keys(frame: Frame, solver: LinearSolver, seed: int) -> list[str]:
    problem = frame.problem
    if not problem.fairness:
        return []
    if _least_short(prepare(without_fairness(problem, None)), solver, seed) > NOTHING_SHORT:
        return []
    keys = []
    for code in np.unique(problem.ladders.industry[frame.active]):
        freed = prepare(without_fairness(problem, int(code)))
        if _least_short(freed, solver, seed) <= NOTHING_SHORT:
            keys.append(f"fairness:{int(code)}")
    return keys or ["fairness:all"]


def _least_short(frame: Frame, solver: LinearSolver, seed: int) -> float:
    """Return the least sum of relative shortfalls of the relaxation."""
    if any(row.left < 0 for row in frame.caps):
        return float("inf")
    if not frame.rows:
        return 0.0
    if not frame.caps and cap_is_settled(frame):
        return float(any(shorts(frame.as_listed(), frame.high)))
    return solver.relax(elastic(formulate(frame)), seed=seed).objective


def _priced_caps(frame: Frame, solver: LinearSolver, seed: int) -> list[str]:
    form = formulate(frame)
    dual = solver.relax(elastic(form), seed=seed).row_dual
    if dual is None:
        return []
    priced = dual[form.n_targets : form.n_targets + form.n_caps]
    return [
        f"district:{row.district}:{frame.problem.levels[row.level].value}"
        for row, price in zip(frame.caps, priced, strict=True)
        if price < -NOTHING_SHORT
    ]


def _uncapped(problem: CutProblem) -> CutProblem:
    ladders = problem.ladders
    last = (np.diff(ladders.start) - 1).astype(np.int8)
    cap = np.broadcast_to(last, ladders.cap.shape).copy()
    return replace(problem, ladders=replace(ladders, cap=cap))
