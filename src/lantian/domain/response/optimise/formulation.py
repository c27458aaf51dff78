"""The whole model as a linear program over cumulative binaries.

Column ``y[g,l,q]`` = "group g is cut at least to step q at level l" for the steps above its
floor; column ``u[b,l,k]`` = "boundary b lies at least at height k". Every row but targets and
district caps says "this implies that" (``x_i <= x_j``), so those rows alone are totally
unimodular and the relaxation has few fractional groups.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.protocol import LinearModel, LinearResult

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
        Weighted cost of the base steps, not in the objective.
    """

    model: LinearModel
    column: Int
    policy: Int
    n_targets: int
    n_caps: int
    unit_fen: float
    base_fen: int

    def steps(self, frame: Frame, x: Float) -> Int:
        """Return ``(L, A)`` steps of a 0/1 answer."""
        on = np.where(self.column >= 0, x[np.maximum(self.column, 0)] > 0.5, False)
        step: Int = frame.low + on.sum(axis=2).T
        return step

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


class _Rows:
    """Rows under construction."""

    def __init__(self) -> None:
        self.index: list[Int] = []
        self.value: list[Float] = []
        self.length: list[Int] = []
        self.lower: list[Float] = []
        self.upper: list[Float] = []

    def single(self, columns: Int, values: Float, lower: float, upper: float) -> None:
        """Add one row."""
        self.index.append(columns)
        self.value.append(values)
        self.length.append(np.array([columns.size]))
        self.lower.append(np.array([lower]))
        self.upper.append(np.array([upper]))

    def implies(self, this: Int, that: Int) -> None:
        """Add ``x[this] <= x[that]`` for each pair."""
        n = this.size
        if n == 0:
            return
        self.index.append(np.stack([this, that], axis=1).reshape(-1))
        self.value.append(np.tile(np.array([1.0, -1.0]), n))
        self.length.append(np.full(n, 2))
        self.lower.append(np.full(n, -np.inf))
        self.upper.append(np.zeros(n))

    def model(self, cost: Float) -> LinearModel:
        """Return the finished model over binaries."""
        empty_i, empty_f = np.zeros(0, dtype=np.int64), np.zeros(0)
        length = np.concatenate([empty_i, *self.length]).astype(np.int64)
        return LinearModel(
            cost=cost,
            lower=np.zeros(cost.size),
            upper=np.ones(cost.size),
            integer=np.ones(cost.size, dtype=np.bool_),
            row_lower=np.concatenate([empty_f, *self.lower]),
            row_upper=np.concatenate([empty_f, *self.upper]),
            start=np.concatenate([[0], np.cumsum(length)]).astype(np.int64),
            index=np.concatenate([empty_i, *self.index]),
            value=np.concatenate([empty_f, *self.value]),
        )


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
    rise_y = (rise[:, None, :] * weight[None, :, None])[choice]
    unit = float(rise_y[rise_y > 0].mean()) if (rise_y > 0).any() else 1.0
    cost = np.concatenate([rise_y / unit, np.zeros(n_u)])

    rows = _Rows()
    _target_rows(rows, frame, column, hair)
    _cap_rows(rows, frame, column, rise)
    _chain_rows(rows, column)
    _fairness_rows(rows, frame, column, policy)
    _policy_rows(rows, frame, policy)
    return Formulation(
        model=rows.model(cost),
        column=column,
        policy=policy,
        n_targets=len(frame.rows),
        n_caps=len(frame.caps),
        unit_fen=unit,
        base_fen=frame.value_fen(frame.base),
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


def _target_rows(rows: _Rows, frame: Frame, column: Int, hair: float) -> None:
    gain = np.diff(frame.mass, axis=1, prepend=frame.mass[:, :1]).astype(np.float64)
    for row in frame.rows:
        here = column[:, row.level, :]
        value = gain @ row.coefficients()
        use = (here >= 0) & (value > 0)
        rows.single(here[use], value[use], 1.0 + hair, np.inf)


def _cap_rows(rows: _Rows, frame: Frame, column: Int, rise: Float) -> None:
    district = frame.problem.ladders.district[frame.active]
    for row in frame.caps:
        here = column[:, row.level, :]
        use = (here >= 0) & (district == row.district)[:, None] & (rise > 0)
        unit = max(1.0, float(abs(row.left)))
        rows.single(here[use], rise[use] / unit, -np.inf, row.left / unit)


def _chain_rows(rows: _Rows, column: Int) -> None:
    """Add the ladder within a level and nesting over levels."""
    pair = (column[:, :, 1:] >= 0) & (column[:, :, :-1] >= 0)
    rows.implies(column[:, :, 1:][pair], column[:, :, :-1][pair])
    pair = (column[:, :-1, :] >= 0) & (column[:, 1:, :] >= 0)
    rows.implies(column[:, :-1, :][pair], column[:, 1:, :][pair])


def _fairness_rows(rows: _Rows, frame: Frame, column: Int, policy: Int) -> None:
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


def _policy_rows(rows: _Rows, frame: Frame, policy: Int) -> None:
    """Boundaries fall with height, rise from better to worse ranks and over levels."""
    here = policy[:, :, 1:]
    for this, that in (
        (here[:, :, 1:], here[:, :, :-1]),
        (here[:, :-1, :], here[:, 1:, :]),
        (here[frame.after >= 0], here[frame.after[frame.after >= 0]]),
    ):
        pair = (this >= 0) & (that >= 0)
        rows.implies(this[pair], that[pair])
