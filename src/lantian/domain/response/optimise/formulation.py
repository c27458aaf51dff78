"""The whole model as a linear program over cumulative binaries.

Column ``y[g,l,q]`` = "group g is cut at least to step q at level l" for the steps above its
floor; column ``u[b,l,k]`` = "boundary b lies at least at height k". Every row but targets and
district caps says "this implies that" (``x_i <= x_j``), so those rows alone are totally
unimodular and the relaxation has few fractional groups.

Groups that may choose which lines stop carry cost and mass on line columns instead
(`line_model`); their y say only how many.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.line_model import LineColumns, line_columns, line_rows
from lantian.domain.response.optimise.protocol import LinearModel, LinearResult
from lantian.domain.response.optimise.rows import Rows

Int = NDArray[np.int64]
Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Formulation:
    """The linear model with the way back to groups, levels and steps.

    Attributes
    ----------
    model
        The linear model; costs are divided by `unit_fen`.
    column
        ``(A, L, S)`` column of y, -1 where the step is not a choice.
    policy
        ``(B, L, K+1)`` column of u for heights 1…K (index 0 unused), -1 for none.
    n_targets, n_caps
        The first rows are the frame's target rows, then its district caps.
    unit_fen
        Cost unit of the objective.
    base_fen
        Weighted cost of the base steps, not in the objective; without groups that choose lines.
    lines
        Line columns, None when every stopping order is settled.
    """

    model: LinearModel
    column: Int
    policy: Int
    n_targets: int
    n_caps: int
    unit_fen: float
    base_fen: int
    lines: LineColumns | None

    def steps(self, frame: Frame, x: Float) -> Int:
        """Return ``(L, A)`` steps of a 0/1 answer."""
        on = np.where(self.column >= 0, x[np.maximum(self.column, 0)] > 0.5, False)
        step: Int = frame.low + on.sum(axis=2).T
        return step

    def widened(self, frame: Frame, x: Float, step: Int) -> Int:
        """Return `step` raised until every line that `x` touches is stopped, as far as caps let."""
        assert self.lines is not None
        free, wide = self.lines.free, step.copy()
        touched = self.lines.chosen(x) > 1e-7
        count = np.add.reduceat(touched, free.first[:-1], axis=1)
        for level in range(frame.n_levels):
            need = (free.stopped < count[level][:, None]).sum(axis=1)
            high = frame.high[level, free.group]
            limited = free.part[np.arange(free.group.size), step[level, free.group]]
            need = np.where(limited & (count[level] <= 1), 0, np.minimum(need, high))
            wide[level, free.group] = np.maximum(step[level, free.group], need)
        return np.maximum.accumulate(wide, axis=0)

    def bound_fen(self, result: LinearResult) -> float:
        """Return a lower bound on the weighted cost that holds whatever the solver's tolerance.

        For any multipliers of the right sign the Lagrangian over the box of the columns bounds
        the model from below (Neumaier and Shcherbina, 2004); rounding is covered by a margin.
        """
        return self.base_fen + self.unit_fen * safe_bound(self.model, result.row_dual)


def safe_bound(
    model: LinearModel,
    row_dual: Float | None,
    lower: Float | None = None,
    upper: Float | None = None,
) -> float:
    """Return the bound that `row_dual` proves for `model`, in units of its objective.

    `lower` and `upper` replace the model's column bounds, as in a branch.
    """
    lower = model.lower if lower is None else lower
    upper = model.upper if upper is None else upper
    if row_dual is None:
        return float("-inf")
    dual = np.where(np.isinf(model.row_lower), np.minimum(row_dual, 0.0), row_dual)
    dual = np.where(np.isinf(model.row_upper), np.maximum(dual, 0.0), dual)
    right = np.where(dual > 0, model.row_lower, model.row_upper)
    right = np.where(dual == 0, 0.0, right)
    row = np.repeat(np.arange(model.n_rows), np.diff(model.start))
    reduced = model.cost - np.bincount(
        model.index, weights=model.value * dual[row], minlength=model.n_cols
    )
    parts = np.where(reduced > 0, reduced * lower, reduced * upper)
    total = float(dual @ right) + float(parts.sum())
    margin = 1e-13 * (float(np.abs(dual * right).sum()) + float(np.abs(parts).sum()))
    return total - margin


def formulate(frame: Frame, *, hair: float = 0.0) -> Formulation:
    """Return the whole model of `frame`; targets are tightened by the relative `hair`."""
    n_levels = frame.n_levels
    n_active, width = frame.height.shape
    step = np.arange(width)
    low, high = frame.low.T[:, :, None], frame.high.T[:, :, None]
    choice = (step > low) & (step <= high)
    n_y = int(choice.sum())
    column = np.full((n_active, n_levels, width), -1, dtype=np.int64)
    column[choice] = np.arange(n_y)
    policy, n_u = _policy_columns(frame, n_y)

    weight = np.array(frame.problem.weight, dtype=np.float64)
    rise = np.diff(frame.cost, axis=1, prepend=frame.cost[:, :1]).astype(np.float64)
    gain = np.diff(frame.mass, axis=1, prepend=frame.mass[:, :1]).astype(np.float64)
    if frame.lines is not None:  # their lines carry cost and mass
        rise[frame.lines.group] = 0.0
        gain[frame.lines.group] = 0.0
    rise_y = (rise[:, None, :] * weight[None, :, None])[choice]
    lines = line_columns(frame, n_y + n_u)
    all_cost = np.concatenate([rise_y, np.zeros(n_u), lines.cost if lines else []])
    unit = float(all_cost[all_cost > 0].mean()) if (all_cost > 0).any() else 1.0

    rows = Rows()
    _target_rows(rows, frame, column, (gain, lines), hair)
    _cap_rows(rows, frame, column, rise, lines)
    _chain_rows(rows, column)
    _fairness_rows(rows, frame, column, policy)
    _policy_rows(rows, frame, policy)
    if lines is not None:
        line_rows(rows, frame, column, lines)
    model = rows.model(all_cost / unit)
    if lines is not None:
        model.lower[lines.first :], model.upper[lines.first :] = lines.lower, lines.upper
    return Formulation(
        model=model,
        column=column,
        policy=policy,
        n_targets=len(frame.rows),
        n_caps=len(frame.caps),
        unit_fen=unit,
        base_fen=frame.fixed_fen,
        lines=lines,
    )


def _policy_columns(frame: Frame, first: int) -> tuple[Int, int]:
    n_bounds = frame.top.size
    tallest = int(frame.top.max(initial=0))
    policy = np.full((n_bounds, frame.n_levels, tallest + 1), -1, dtype=np.int64)
    exists = np.zeros(policy.shape, dtype=np.bool_)
    exists[:, :, 1:] = (np.arange(1, tallest + 1) <= frame.top[:, None])[:, None, :]
    n_u = int(exists.sum())
    policy[exists] = first + np.arange(n_u)
    return policy, n_u


def _target_rows(
    rows: Rows,
    frame: Frame,
    column: Int,
    gains: tuple[Float, LineColumns | None],
    hair: float,
) -> None:
    gain, lines = gains
    for row in frame.rows:
        here = column[:, row.level, :]
        value = gain @ row.coefficients()
        use = (here >= 0) & (value > 0)
        columns, values = here[use], value[use]
        if lines is not None:
            more, worth = lines.at(row.level), lines.mass(row.level) @ row.coefficients()
            columns = np.concatenate([columns, more[worth > 0]])
            values = np.concatenate([values, worth[worth > 0]])
        rows.single(columns, values, 1.0 + hair, np.inf)


def _cap_rows(
    rows: Rows, frame: Frame, column: Int, rise: Float, lines: LineColumns | None
) -> None:
    district = frame.problem.ladders.district[frame.active]
    for row in frame.caps:
        here = column[:, row.level, :]
        use = (here >= 0) & (district == row.district)[:, None] & (rise > 0)
        columns, values = here[use], rise[use]
        if lines is not None:
            spent = lines.spend(row.level)
            inside = (district[lines.owner(row.level)] == row.district) & (spent > 0)
            columns = np.concatenate([columns, lines.at(row.level)[inside]])
            values = np.concatenate([values, spent[inside]])
        unit = max(1.0, float(abs(row.left)))
        rows.single(columns, values / unit, -np.inf, row.left / unit)


def _chain_rows(rows: Rows, column: Int) -> None:
    """Add the ladder within a level and nesting over levels."""
    pair = (column[:, :, 1:] >= 0) & (column[:, :, :-1] >= 0)
    rows.implies(column[:, :, 1:][pair], column[:, :, :-1][pair])
    pair = (column[:, :-1, :] >= 0) & (column[:, 1:, :] >= 0)
    rows.implies(column[:, :-1, :][pair], column[:, 1:, :][pair])


def _fairness_rows(rows: Rows, frame: Frame, column: Int, policy: Int) -> None:
    if frame.top.size == 0:
        return
    n_levels = frame.n_levels
    height = frame.height
    level = np.arange(n_levels)[None, :, None]
    # Better side: a step of height k needs the boundary at k. The first step of its height is
    # enough for all that follow it.
    before = np.concatenate(
        [np.zeros((height.shape[0], 1), dtype=np.int64), height[:, :-1]], axis=1
    )
    higher = (height > before)[:, None, :] & (frame.below >= 0)[:, None, None] & (column >= 0)
    # Groups without the boundary may stand higher than any boundary: their entry is not used.
    reach = np.minimum(height, policy.shape[2] - 1)
    need = policy[frame.below[:, None, None], level, reach[:, None, :]]
    rows.implies(column[higher], need[higher])
    # Worse side: a boundary at k asks for the first step of height k, or else for the cap.
    # Of all k that ask for one step the smallest says it all.
    top = np.where(frame.above >= 0, frame.top[frame.above], 0)
    last = np.arange(height.shape[1]) == frame.high.T[:, :, None]
    asked = (height > before)[:, None, :] | (last & (before < top[:, None])[:, None, :])
    asked &= (frame.above >= 0)[:, None, None] & (column >= 0)
    lowest = np.minimum(before + 1, policy.shape[2] - 1)
    asks = policy[frame.above[:, None, None], level, lowest[:, None, :]]
    rows.implies(asks[asked], column[asked])


def _policy_rows(rows: Rows, frame: Frame, policy: Int) -> None:
    """Boundaries fall with height, rise from better to worse ranks and over levels."""
    here = policy[:, :, 1:]
    for this, that in (
        (here[:, :, 1:], here[:, :, :-1]),
        (here[:, :-1, :], here[:, 1:, :]),
        (here[frame.after >= 0], here[frame.after[frame.after >= 0]]),
    ):
        pair = (this >= 0) & (that >= 0)
        rows.implies(this[pair], that[pair])
