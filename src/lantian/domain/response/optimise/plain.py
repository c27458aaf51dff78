"""The whole model handed to the solver as it is: for small lists, cross-checks, benchmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.arrange import answer_order
from lantian.domain.response.optimise.exact import valid
from lantian.domain.response.optimise.formulation import formulate
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.protocol import LinearSolver, Outcome

Int = NDArray[np.int64]

HAIRS = (0.0, 1e-9, 1e-8, 1e-7, 1e-6)
"""Target slack tried in turn until the solver's answer holds in whole numbers."""


@dataclass(frozen=True, slots=True)
class Found:
    """Steps of the active groups with what is proved about them.

    `step` is None when the time ran out before any plan was found, or when none exists
    (`infeasible`).
    """

    step: Int | None
    value_fen: int
    bound_fen: float
    infeasible: bool = False
    method: str = "plain"
    log: tuple[str, ...] = ()
    order: Int | None = None  # of all lines, where it is not that of the ladders

    @property
    def gap(self) -> float:
        """Certified relative gap."""
        return relative_gap(self.value_fen, self.bound_fen)


def relative_gap(value: float, bound: float) -> float:
    """Return ``(value - bound) / value``, 0 when nothing is to be paid, infinite without a plan."""
    if not np.isfinite(value):
        return float("inf")
    return max(0.0, (value - bound) / value) if value > 0 else 0.0


def solve_plain(
    frame: Frame,
    solver: LinearSolver,
    *,
    gap: float = 0.0,
    seed: int = 0,
    time_limit_s: float | None = None,
) -> Found:
    """Solve the whole model as one mixed-integer program."""
    bound = float(frame.fixed_fen)
    for hair in HAIRS:
        form = formulate(frame, hair=hair)
        result = solver.mip(form.model, gap=gap, seed=seed, time_limit_s=time_limit_s)
        if hair == 0.0:
            if result.outcome is Outcome.INFEASIBLE:
                return Found(None, 0, np.inf, infeasible=True)
            # The solver's bound carries its tolerance; a part in 10^9 covers it. Costs are
            # whole fen, so the bound may be rounded up.
            found = form.base_fen + form.unit_fen * result.bound
            bound = max(bound, found - 1e-9 * abs(found))
        if result.x is None:
            return Found(None, 0, bound)
        step, order, settled = form.steps(frame, result.x), None, frame
        if form.lines is not None:
            order = answer_order(frame, form.lines.entered(result.x), None)
            settled = frame.in_order(order)
        if valid(settled, step):
            value = settled.value_fen(settled.spread(step))
            return Found(step, value, min(float(np.ceil(bound)), float(value)), order=order)
    return Found(None, 0, bound)
