"""What the optimiser asks of a linear solver, in plain arrays.

The domain knows no solver library. `lantian.adapters.solver.highs` is the one implementation;
a test may pass another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]
Int = NDArray[np.int64]
Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Minimise ``cost @ x`` with row and column bounds; the matrix is held by rows.

    Attributes
    ----------
    cost, lower, upper
        ``(n,)`` per column.
    integer
        ``(n,)`` True where the column must be a whole number (ignored by `relax`).
    row_lower, row_upper
        ``(m,)``; use ``±inf`` for an open side.
    start, index, value
        Compressed rows: row i has columns ``index[start[i]:start[i+1]]``.
    """

    cost: Float
    lower: Float
    upper: Float
    integer: Bool
    row_lower: Float
    row_upper: Float
    start: Int
    index: Int
    value: Float

    @property
    def n_cols(self) -> int:
        """Number of columns."""
        return int(self.cost.size)

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return int(self.row_lower.size)


class Outcome(StrEnum):
    """How a solve ended."""

    OPTIMAL = "optimal"  # also: the asked gap or objective target was reached
    INFEASIBLE = "infeasible"
    LIMIT = "limit"  # time or nodes; the best found so far is in the answer, if any


@dataclass(frozen=True, slots=True)
class LinearResult:
    """Answer of one solve.

    `bound` is the solver's own lower bound. Row duals have the sign "growth of the objective
    per unit of the right side"; `reduced_cost` is ``cost - matrix.T @ row_dual``. Both are
    None after an integer solve.
    """

    outcome: Outcome
    x: Float | None
    objective: float
    bound: float
    row_dual: Float | None = None
    reduced_cost: Float | None = None


Progress = Callable[[float, float], None]
"""Called with (best value, bound) while an integer solve runs."""


class LinearSession(Protocol):
    """One linear program that is solved again after small changes, from the last basis."""

    def set_bounds(self, columns: Int, lower: Float, upper: Float) -> None:
        """Change the bounds of some columns."""

    def set_costs(self, cost: Float) -> None:
        """Change the cost of every column."""

    def solve(self, *, time_limit_s: float | None = None) -> LinearResult:
        """Solve the relaxation from where the last solve ended."""

    def rest(self) -> None:
        """Give the solver's memory back; the next solve still starts from the last basis."""


class LinearSolver(Protocol):
    """Linear and mixed-integer solver; same input and seed give the same answer."""

    @property
    def name(self) -> str:
        """Name and version, printed in the plan file."""

    def now(self) -> float:
        """Return seconds of a steady clock: the domain has none of its own."""

    def open(self, model: LinearModel, *, seed: int = 0) -> LinearSession:
        """Return a session on the relaxation of `model`."""

    def relax(
        self, model: LinearModel, *, seed: int = 0, time_limit_s: float | None = None
    ) -> LinearResult:
        """Solve the relaxation of `model` once."""

    def mip(
        self,
        model: LinearModel,
        *,
        gap: float = 0.0,
        target: float | None = None,
        seed: int = 0,
        time_limit_s: float | None = None,
        max_nodes: int | None = None,
        start: Float | None = None,
        progress: Progress | None = None,
    ) -> LinearResult:
        """Solve `model` with its integer columns.

        Stops at relative `gap`, at the first answer not above `target`, after `max_nodes`
        branches (unlike time, the same on every machine), or at the time limit.
        `start` is a full answer to begin with.
        """
