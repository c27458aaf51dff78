"""When no plan exists: what is short, what binds, and the plan that comes nearest.

Without district caps the answer needs no solver: every group at its cap is lawful (a worse
group at its cap counts as fair), and no lawful plan cuts more of anything. With district caps
an elastic model finds the least shortfall. What binds is found by releasing one family of
constraints at a time and looking whether the shortfall goes away.

Keys: ``cap`` (guaranteed load, exemption, technology), ``district:<d>:<level>``,
``fairness:<industry code>``, ``reach`` (even every line stopped would not be enough).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.model import CutProblem
from lantian.domain.response.optimise.exact import lawful, overruns, shorts
from lantian.domain.response.optimise.formulation import Formulation, formulate
from lantian.domain.response.optimise.frame import Frame, prepare, step_mass
from lantian.domain.response.optimise.protocol import LinearModel, LinearSolver
from lantian.domain.response.optimise.targets import NOX, SO2, MassRow
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

Int = NDArray[np.int64]

NOTHING_SHORT = 1e-7
"""Elastic shortfall, as a share of a target, that counts as none."""


def beyond_reach(frame: Frame) -> bool:
    """Return whether targets fail even with every group at its cap, or a floor overspends."""
    return any(shorts(frame, frame.high)) or any(row.left < 0 for row in frame.caps)


def short_by_pollutant(frame: Frame, step: Int) -> dict[tuple[Level, Pollutant], int]:
    """Return missing mg per level and pollutant under ``(L, A)`` steps.

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


def attainable(frame: Frame, step: Int) -> tuple[MassRow, ...]:
    """Return the target rows lowered to what ``(L, A)`` steps reach."""
    mass = step_mass(frame.problem.ladders, frame.spread(step))
    rows = []
    for row in frame.rows:
        missing = max(0, row.open_mg(mass))
        if row.left > missing:
            rows.append(replace(row, need=row.need - missing, left=row.left - missing))
    return tuple(rows)


def with_room(frame: Frame) -> Frame:
    """Return the frame with district caps raised to what the floors alone already cost."""
    caps = tuple(
        replace(row, cap_fen=row.cap_fen + max(0, -row.left), left=max(0, row.left))
        for row in frame.caps
    )
    return replace(frame, caps=caps)


def nearest(frame: Frame, solver: LinearSolver, seed: int, time_limit_s: float | None) -> Int:
    """Return lawful steps with the least sum of relative shortfalls."""
    if not frame.caps:
        return frame.high
    form = formulate(frame)
    result = solver.mip(
        _elastic(form),
        gap=1e-6,
        seed=seed,
        time_limit_s=60.0 if time_limit_s is None else time_limit_s,
    )
    if result.x is not None:
        step = form.steps(frame, result.x)
        if lawful(frame, step) and not any(overruns(frame, step)):
            return step
    return frame.low


def binding(frame: Frame, solver: LinearSolver, seed: int) -> tuple[str, ...]:
    """Return the keys of the constraints whose release removes the shortfall."""
    keys: list[str] = [
        f"district:{row.district}:{frame.problem.levels[row.level].value}"
        for row in frame.caps
        if row.left < 0
    ]
    capless = replace(frame, caps=())
    if any(shorts(capless, frame.high)):
        free = prepare(_uncapped(frame.problem))
        enough = not any(shorts(replace(free, caps=()), free.high))
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


def _fairness_keys(frame: Frame, solver: LinearSolver, seed: int) -> list[str]:
    problem = frame.problem
    if not problem.fairness:
        return []
    if _least_short(prepare(replace(problem, fairness=False)), solver, seed) > NOTHING_SHORT:
        return []
    keys = []
    ladders = problem.ladders
    for code in np.unique(ladders.industry[frame.active]):
        fair = ladders.fair & (ladders.industry != code)
        freed = replace(problem, ladders=replace(ladders, fair=fair))
        if _least_short(prepare(freed), solver, seed) <= NOTHING_SHORT:
            keys.append(f"fairness:{int(code)}")
    return keys or ["fairness:all"]


def _least_short(frame: Frame, solver: LinearSolver, seed: int) -> float:
    """Return the least sum of relative shortfalls of the relaxation."""
    if any(row.left < 0 for row in frame.caps):
        return float("inf")
    if not frame.rows:
        return 0.0
    return solver.relax(_elastic(formulate(frame)), seed=seed).objective


def _priced_caps(frame: Frame, solver: LinearSolver, seed: int) -> list[str]:
    form = formulate(frame)
    dual = solver.relax(_elastic(form), seed=seed).row_dual
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


def _elastic(form: Formulation) -> LinearModel:
    """Return the model with a shortfall column in each target row as its only cost."""
    model = form.model
    n, k = model.n_cols, form.n_targets
    row = np.repeat(np.arange(model.n_rows), np.diff(model.start))
    order = np.argsort(np.concatenate([row, np.arange(k)]), kind="stable")
    length = np.diff(model.start)
    length[:k] += 1
    return LinearModel(
        cost=np.concatenate([np.zeros(n), np.ones(k)]),
        lower=np.zeros(n + k),
        upper=np.ones(n + k),
        integer=np.concatenate([model.integer, np.zeros(k, dtype=np.bool_)]),
        row_lower=model.row_lower,
        row_upper=model.row_upper,
        start=np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
        index=np.concatenate([model.index, n + np.arange(k)])[order],
        value=np.concatenate([model.value, np.ones(k)])[order],
    )
