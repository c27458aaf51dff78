"""The front door of the optimiser: pick the method by size, explain what cannot be met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.model import CutProblem, CutSolution, Shortfall
from lantian.domain.response.optimise import relief, shortfall
from lantian.domain.response.optimise.arrange import least_floors
from lantian.domain.response.optimise.city import solve_city
from lantian.domain.response.optimise.duals import marginal_costs
from lantian.domain.response.optimise.formulation import formulate
from lantian.domain.response.optimise.frame import Frame, prepare
from lantian.domain.response.optimise.lines import cap_is_settled, order_map
from lantian.domain.response.optimise.plain import Found, solve_plain
from lantian.domain.response.optimise.protocol import LinearSolver
from lantian.domain.response.optimise.scale import solve_scale

Int = NDArray[np.int64]

Watch = Callable[[int, float, float], None]
"""Called with (best value in fen, bound in fen, gap) whenever one of them improves."""

Method = Callable[..., tuple[Found, list[float]]]

PLAIN_CHOICES = 600
"""Up to this many step choices the whole model goes to the solver as it is."""

CITY_CHOICES = 250_000
"""Up to this many step choices the linear program of the whole model is solved at once."""

SECOND_CHOICES = (60_000, 600_000)
"""Between these sizes the other method runs too when the first leaves the gap open."""


def optimise(
    problem: CutProblem,
    solver: LinearSolver,
    *,
    gap: float = 0.001,
    seed: int = 0,
    time_limit_s: float | None = None,
    progress: Watch | None = None,
) -> CutSolution | Shortfall:
    """Choose one step for every group and level at least weighted cost.

    Parameters
    ----------
    problem
        Ladders, targets, options; see `CutProblem`.
    solver
        A linear solver, e.g. `lantian.adapters.solver.HighsSolver`.
    gap
        Stop once ``(value - bound)/value`` is certified to be at most this.
    seed
        Same problem, seed and solver version give the same plan, unless the time limit cuts in.
    time_limit_s
        Best effort; what was found by then is returned with its certified gap.
    progress
        See `Watch`.

    Returns
    -------
    CutSolution | Shortfall
        A plan that was checked in whole numbers, with a bound valid for the whole problem, or
        the reason why none exists and the plan that comes nearest.

    Raises
    ------
    TimeoutError
        If the time limit ended before any plan was found or infeasibility was proved.
    """
    began = solver.now()
    frame = prepare(problem)
    if _beyond_reach(frame):
        return _explain(frame, solver, gap, seed, time_limit_s)
    found, price = _solve(frame, solver, gap, seed, time_limit_s, progress)
    if found.infeasible:
        return _explain(frame, solver, gap, seed, time_limit_s)
    if found.step is None:
        raise TimeoutError("no plan found within the time limit")
    return CutSolution(
        step=frame.spread(found.step).astype(np.int8),
        value_fen=found.value_fen,
        bound_fen=found.bound_fen,
        gap=found.gap,
        duals_cny_per_kg=marginal_costs(frame, price),
        method=found.method,
        seconds=solver.now() - began,
        log=found.log,
        order=_order(problem, found.order),
    )


def _order(problem: CutProblem, order: Int | None) -> dict[int, tuple[int, ...]]:
    lines = problem.ladders.lines
    return {} if order is None or lines is None else order_map(lines, order)


def _beyond_reach(frame: Frame) -> bool:
    """Return whether no choice of steps and lines can do; False where that is not plain."""
    if frame.lines is None:
        return shortfall.beyond_reach(frame)
    if any(row.left < 0 for row in frame.caps):
        return True
    return cap_is_settled(frame) and shortfall.beyond_reach(replace(frame.as_listed(), caps=()))


def _solve(
    frame: Frame,
    solver: LinearSolver,
    gap: float,
    seed: int,
    time_limit_s: float | None,
    progress: Watch | None,
) -> tuple[Found, list[float]]:
    """Return the plan and the price of each target row in weighted fen per whole row."""
    if frame.lines is not None and not frame.rows and not frame.caps:
        order, least = least_floors(frame)
        settled = frame.in_order(order)
        value = settled.value_fen(settled.base)
        if value == least:
            return Found(frame.low, value, float(value), method="floors", order=order), []
    elif not frame.rows and not (frame.lines is not None and frame.caps):
        value = frame.value_fen(frame.base)
        return Found(frame.low, value, float(value), method="floors"), []
    choices = int((frame.high - frame.low).sum())
    if frame.lines is not None:
        choices += frame.n_levels * frame.lines.count
    if choices <= PLAIN_CHOICES:
        found = solve_plain(frame, solver, gap=gap, seed=seed, time_limit_s=time_limit_s)
        price = [] if found.infeasible else relaxed_prices(frame, solver, seed)
        if progress and found.step is not None:
            progress(found.value_fen, found.bound_fen, found.gap)
        return found, price
    methods: list[Method] = [solve_city, solve_scale]
    if choices > CITY_CHOICES:
        methods.reverse()
    if frame.caps:
        methods = [solve_city]
    elif not SECOND_CHOICES[0] <= choices <= SECOND_CHOICES[1]:
        methods = methods[:1]
    return _in_turn(methods, frame, solver, gap, seed, time_limit_s, progress)


def _in_turn(
    methods: list[Method],
    frame: Frame,
    solver: LinearSolver,
    gap: float,
    seed: int,
    time_limit_s: float | None,
    progress: Watch | None,
) -> tuple[Found, list[float]]:
    """Run methods until one closes the gap; the best plan and the best bound belong together."""
    ends = solver.now() + (np.inf if time_limit_s is None else time_limit_s)
    found, prices = None, [0.0] * len(frame.rows)
    for method in methods:
        left = ends - solver.now()
        if found is not None and (found.infeasible or found.gap <= gap or left <= 0):
            break
        limit = None if np.isinf(left) else left
        new, new_prices = method(
            frame, solver, gap=gap, seed=seed, time_limit_s=limit, progress=progress
        )
        found, prices = _merged(found, new), prices if found is not None else new_prices
    assert found is not None
    return found, prices


def _merged(old: Found | None, new: Found) -> Found:
    if old is None or new.infeasible:
        return new
    if old.step is None or new.step is None:
        return new if old.step is None else old
    better = new if new.value_fen < old.value_fen else old
    bound = min(max(old.bound_fen, new.bound_fen), float(better.value_fen))
    method = f"{old.method}+{new.method}"
    return replace(better, bound_fen=bound, method=method, log=old.log + new.log)


def relaxed_prices(frame: Frame, solver: LinearSolver, seed: int) -> list[float]:
    """Return the dual price of each target row in weighted fen per whole row."""
    form = formulate(frame)
    dual = solver.relax(form.model, seed=seed).row_dual
    if dual is None:
        return [0.0] * form.n_targets
    return [float(d) * form.unit_fen for d in dual[: form.n_targets]]


def _explain(
    frame: Frame, solver: LinearSolver, gap: float, seed: int, time_limit_s: float | None
) -> Shortfall:
    roomy = prepare(shortfall.with_room(frame))
    nearest = shortfall.nearest(roomy, solver, seed, time_limit_s)
    short = shortfall.short_by_pollutant(nearest.frame, nearest.step)
    # The cheapest plan that is no further off than the nearest.
    within = prepare(shortfall.lowered(roomy, nearest))
    found, _ = _solve(within, solver, max(gap, 0.001), seed, time_limit_s, None)
    if found.step is not None:
        nearest = shortfall.Settled(
            found.step,
            found.order,
            roomy.as_listed() if found.order is None else roomy.in_order(found.order),
        )
    full = frame.spread(nearest.step)
    keys = relief.binding(frame, solver, seed)
    return Shortfall(
        short_mg=short,
        binding=tuple(k for k in keys if _plan_without(k, frame, solver, seed, time_limit_s)),
        step=full.astype(np.int8),
        value_fen=nearest.frame.value_fen(full),
        order=_order(frame.problem, nearest.order),
        floors_fen=shortfall.overspent_floors(frame),
        caps_fen=relief.sufficient_caps(frame, solver, seed, time_limit_s),
    )


def _plan_without(
    key: str, frame: Frame, solver: LinearSolver, seed: int, time_limit_s: float | None
) -> bool:
    """Return whether a plan really exists without the fairness that a key names; others pass."""
    kind, _, code = key.partition(":")
    if kind != "fairness":
        return True
    freed = prepare(relief.without_fairness(frame.problem, int(code) if code.isdigit() else None))
    found, _ = _solve(freed, solver, 1.0, seed, time_limit_s, None)
    return found.step is not None


__all__ = ["Watch", "optimise"]
