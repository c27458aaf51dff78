"""State of a branch-and-bound search over the whole model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.arrange import answer_order, carried
from lantian.domain.response.optimise.core import ROUNDS, solve_core
from lantian.domain.response.optimise.formulation import Formulation, formulate, safe_bound
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.incumbent import Incumbent, Settled
from lantian.domain.response.optimise.pricing import Prices, boxes, settle
from lantian.domain.response.optimise.protocol import LinearResult, LinearSolver, Outcome

Int = NDArray[np.int64]
Int8 = NDArray[np.int8]
Float = NDArray[np.float64]


@dataclass(order=True)
class Node:
    """A part of the search space with its relaxation; ordered by bound, then by age."""

    bound: float
    number: int
    lower: Int8 = field(compare=False)
    upper: Int8 = field(compare=False)
    result: LinearResult = field(compare=False)


class Search(Incumbent):
    """One run of the city method: its linear program is kept warm."""

    method = "city"

    def __init__(
        self,
        frame: Frame,
        solver: LinearSolver,
        gap: float,
        seed: int,
        left_s: Callable[[], float],
        progress: Callable[[int, float, float], None] | None,
    ) -> None:
        super().__init__(frame, solver, gap, seed, left_s, progress)
        self.form: Formulation = formulate(frame)
        self.session = solver.open(self.form.model, seed=seed)
        self.u = self.form.policy[self.form.policy >= 0]
        self.tried: set[bytes] = set()
        self.cores = 0
        self._lower = self.form.model.lower.copy()
        self._upper = self.form.model.upper.copy()

    def settled(self, result: LinearResult) -> Settled:
        """Return the frame with lines in the order in which they enter a relaxation."""
        if self.form.lines is None:
            return self.frame, None
        assert result.x is not None
        prices = self.prices(result) if result.row_dual is not None else None
        order = answer_order(self.frame, self.form.lines.entered(result.x), prices)
        return self.frame.in_order(order), order

    @property
    def good_enough(self) -> float:
        """Value that closes the gap against the present bound."""
        return self.bound / (1 - self.gap) if self.gap < 1 else np.inf

    def relax(self, lower: Float | Int8, upper: Float | Int8) -> tuple[LinearResult, float]:
        """Solve the relaxation between column bounds; return it with its safe bound in fen."""
        low, up = lower.astype(np.float64), upper.astype(np.float64)
        changed = np.flatnonzero((low != self._lower) | (up != self._upper))
        self.session.set_bounds(changed, low[changed], up[changed])
        self._lower, self._upper = low, up
        left = self.left_s()
        result = self.session.solve(time_limit_s=None if np.isinf(left) else max(0.05, left))
        if result.outcome is Outcome.INFEASIBLE:
            return result, np.inf
        bound = safe_bound(self.form.model, result.row_dual, low, up)
        return result, self.form.base_fen + self.form.unit_fen * bound

    def prices(self, result: LinearResult) -> Prices:
        """Return the prices of targets and caps from a relaxation."""
        form = self.form
        assert result.row_dual is not None
        target = np.maximum(0.0, result.row_dual[: form.n_targets]) * form.unit_fen
        dual = np.minimum(0.0, result.row_dual[form.n_targets : form.n_targets + form.n_caps])
        units = np.array([max(1.0, float(abs(row.left))) for row in self.frame.caps])
        return Prices(target, -dual * form.unit_fen / units if units.size else dual)

    def policy(self, x: Float, at: float) -> Int:
        """Return the settled policy of a relaxation, boundaries rounded at `at`."""
        columns = self.form.policy
        on = np.where(columns >= 0, x[np.maximum(columns, 0)] >= at, False)
        return settle(self.frame, on.sum(axis=2).astype(np.int64))

    def round_up(self, result: LinearResult) -> None:
        """Take every fraction of a relaxation as whole: all implications stay kept.

        District caps may break; then the plan is not accepted. So may targets where groups
        choose lines: then a second try stops every line that the relaxation touches.
        """
        assert result.x is not None
        settled = self.settled(result)
        step = self.form.steps(self.frame, np.where(result.x > 1e-7, 1.0, 0.0))
        self.accept(step, settled)
        if self.form.lines is not None:
            self.accept(self.form.widened(self.frame, result.x, step), settled)

    def try_policy(
        self, node: Node, policy: Int, split: Callable[[Search, LinearResult], int]
    ) -> None:
        """Look for plans where `node` and a policy meet, unless that was tried.

        `split` says which column of a relaxation is dear and split, -1 for none.
        """
        lower, upper = node.lower.copy(), node.upper.copy()
        columns = self.form.policy
        held = (np.arange(columns.shape[2]) <= policy[:, :, None])[columns >= 0]
        lower[self.u] = upper[self.u] = held
        key = lower.tobytes() + upper.tobytes()
        if key in self.tried or self.left_s() <= 0:
            return
        self.tried.add(key)
        result, bound = self.relax(lower, upper)
        if result.x is not None:
            self.round_up(result)
            inside = Node(bound, 0, lower, upper, result)
            self.core(inside, result, bound, thorough=split(self, result) < 0)

    def core(self, node: Node, result: LinearResult, bound: float, *, thorough: bool) -> None:
        """Look for a plan inside a node whose boundaries are whole, if it could close the gap."""
        if self.done or self.left_s() <= 0 or bound > self.good_enough or not thorough:
            return
        assert result.x is not None
        self.cores += 1
        frame, order = self.settled(result)
        if not frame.rows and not frame.caps:
            self.accept(frame.low, (frame, order))
            return
        # No plan inside is below `bound`: aim between it and what would be good enough.
        aim = max(self.good_enough, bound / (1 - 0.3 * self.gap))
        step = solve_core(
            frame,
            self.box(node, self.policy(result.x, 0.5)),
            carried(self.frame, self.prices(result), frame),
            self.solver,
            target_fen=min(aim, self.value),
            seed=self.seed,
            left_s=self.left_s,
            best_fen=self.value,
            rounds=ROUNDS[:3] if thorough else ROUNDS[:1],
        )
        if step is not None:
            self.accept(step, (frame, order))

    def box(self, node: Node, policy: Int) -> tuple[Int, Int]:
        """Return the least and greatest steps that a policy and a node's fixed steps leave."""
        low, high = boxes(self.frame, policy)
        column = self.form.column
        at, step = np.maximum(column, 0), np.arange(column.shape[2])
        on = (column >= 0) & (node.lower[at] == 1)
        off = (column >= 0) & (node.upper[at] == 0)
        # Fixing one step fixes the ladder below or above it.
        least = np.where(on, step, 0).max(axis=2).T
        most = np.where(off, step - 1, column.shape[2]).min(axis=2).T
        low = np.maximum.accumulate(np.maximum(low, least), axis=0)
        high = np.minimum.accumulate(np.minimum(high, most)[::-1], axis=0)[::-1]
        return np.minimum(low, high), high
