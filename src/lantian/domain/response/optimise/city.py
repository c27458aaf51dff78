"""City method: one linear program, branching on the policy alone, a core problem for the lines.

1. The relaxation of the whole model, once.
2. Best-first branching on the boundary variables u; every node is a warm-started linear
   program. The least open bound is valid for the whole model.
3. At promising policies (rounded from a node, or a node's own) the core problem gives plans.

After the reference formulation; the gap is certified against the bound of the whole model.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.core import ROUNDS, solve_core
from lantian.domain.response.optimise.exact import valid
from lantian.domain.response.optimise.formulation import Formulation, formulate, safe_bound
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.plain import Found, relative_gap, solve_plain
from lantian.domain.response.optimise.pricing import Prices, settle
from lantian.domain.response.optimise.protocol import LinearResult, LinearSolver, Outcome

Int = NDArray[np.int64]
Float = NDArray[np.float64]

WHOLE = 1e-6
"""A boundary variable this close to a whole number is whole."""

WHOLE_MODEL_S = 60.0
"""The last resort ends here even without a time limit; the gap then says what is left."""

ROUND_AT = (0.5, 0.25, 0.75)
"""Where boundaries are rounded to get a policy: any one threshold keeps every implication."""


@dataclass(order=True)
class _Node:
    bound: float
    number: int
    lower: Float = field(compare=False)
    upper: Float = field(compare=False)


class _Search:
    """State of one run: incumbent, bound, session."""

    def __init__(
        self,
        frame: Frame,
        solver: LinearSolver,
        gap: float,
        seed: int,
        left_s: Callable[[], float],
        progress: Callable[[int, float, float], None] | None,
    ) -> None:
        self.frame, self.solver, self.gap, self.seed = frame, solver, gap, seed
        self.left_s, self.progress = left_s, progress
        self.form: Formulation = formulate(frame)
        self.session = solver.open(self.form.model, seed=seed)
        self.u = self.form.policy[self.form.policy >= 0]
        self.tried: dict[bytes, float] = {}
        self.step: Int | None = None
        self.value = np.inf
        self.bound = float(frame.value_fen(frame.base))
        self.log: list[str] = []
        if not frame.caps:
            self.accept(frame.high)

    def accept(self, step: Int) -> None:
        """Keep a plan if it is valid and better."""
        value = self.frame.value_fen(self.frame.spread(step))
        if value < self.value and valid(self.frame, step):
            self.step, self.value = step, float(value)
            self.tell()

    def raise_bound(self, bound: float) -> None:
        """Keep a better bound; costs are whole fen, so it may be rounded up."""
        bound = float(np.ceil(bound - 1e-6))
        if bound > self.bound:
            self.bound = min(bound, self.value)
            self.tell()

    def tell(self) -> None:
        """Report the state."""
        if self.progress and self.step is not None:
            self.progress(int(self.value), self.bound, relative_gap(self.value, self.bound))

    @property
    def done(self) -> bool:
        """Whether the certified gap is reached."""
        return relative_gap(self.value, self.bound) <= self.gap

    @property
    def good_enough(self) -> float:
        """Value that closes the gap against the present bound."""
        return self.bound / (1 - self.gap) if self.gap < 1 else np.inf

    def relax(self, lower: Float, upper: Float) -> tuple[LinearResult, float]:
        """Solve with boundaries held; return the result and its safe bound in fen."""
        self.session.set_bounds(self.u, lower, upper)
        left = self.left_s()
        result = self.session.solve(time_limit_s=None if np.isinf(left) else max(0.05, left))
        if result.outcome is Outcome.INFEASIBLE:
            return result, np.inf
        model = self.form.model
        low, up = model.lower.copy(), model.upper.copy()
        low[self.u], up[self.u] = lower, upper
        bound = safe_bound(model, result.row_dual, low, up)
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

    def held(self, policy: Int) -> Float:
        """Return the boundary variables of a policy."""
        columns = self.form.policy
        height = np.arange(columns.shape[2])
        return (height <= policy[:, :, None])[columns >= 0].astype(np.float64)

    def try_policy(self, policy: Int) -> None:
        """Look for plans at a policy, unless it was tried or cannot help."""
        key = policy.tobytes()
        if key in self.tried or self.done or self.left_s() <= 0:
            return
        held = self.held(policy)
        result, bound = self.relax(held, held)
        self.tried[key] = bound
        if result.x is None or bound >= self.value * (1 - 0.25 * self.gap):
            return
        if not self.frame.caps:
            # Rounding every fraction up keeps all implications and only adds reductions.
            self.accept(self.form.steps(self.frame, np.where(result.x > 1e-7, 1.0, 0.0)))
        # No plan at this policy is below `bound`: aim a little above it.
        aim = max(self.good_enough, bound / (1 - 0.3 * self.gap))
        # Where the policy itself is too dear, one quick round is enough for an incumbent.
        rounds = ROUNDS[:3] if bound <= self.good_enough else ROUNDS[:1]
        self.core(policy, result, aim, rounds)

    def deepen(self) -> None:
        """Search the cheapest policies again, with larger cores."""
        for key, bound in sorted(self.tried.items(), key=lambda item: item[1])[:3]:
            if self.done or self.left_s() <= 0 or bound >= self.value * (1 - self.gap):
                return
            policy = np.frombuffer(key, dtype=np.int64).reshape(self.form.policy.shape[:2])
            held = self.held(policy)
            result, bound = self.relax(held, held)
            if result.x is not None:
                self.core(policy, result, max(self.good_enough, bound), ROUNDS[3:])

    def core(
        self, policy: Int, result: LinearResult, aim: float, rounds: tuple[tuple[int, int], ...]
    ) -> None:
        """Run core rounds at a policy and keep what they find."""
        step = solve_core(
            self.frame,
            policy,
            self.prices(result),
            self.solver,
            target_fen=min(aim, self.value),
            seed=self.seed,
            left_s=self.left_s,
            best_fen=self.value,
            rounds=rounds,
        )
        if step is not None:
            self.accept(step)


def solve_city(
    frame: Frame,
    solver: LinearSolver,
    *,
    gap: float,
    seed: int = 0,
    time_limit_s: float | None = None,
    progress: Callable[[int, float, float], None] | None = None,
) -> tuple[Found, list[float]]:
    """Return the plan and the price of each target row (weighted fen per whole row)."""
    ends = solver.now() + (np.inf if time_limit_s is None else time_limit_s)
    search = _Search(frame, solver, gap, seed, lambda: ends - solver.now(), progress)
    n = search.u.size
    root, bound = search.relax(np.zeros(n), np.ones(n))
    if root.outcome is Outcome.INFEASIBLE:
        return Found(None, 0, np.inf, infeasible=True, method="city"), []
    if root.x is None:
        return _finish(search), [0.0] * len(frame.rows)
    prices = [float(p) for p in search.prices(root).target]
    search.raise_bound(bound)
    nodes = _branch(search, root, bound)
    search.log.append(f"{nodes} nodes, {len(search.tried)} policies")
    search.deepen()
    if not search.done and np.isfinite(search.bound) and search.left_s() > 0:
        _whole_model(search)
    return _finish(search), prices


def _finish(search: _Search) -> Found:
    if search.step is None:
        return Found(None, 0, search.bound, infeasible=bool(np.isinf(search.bound)), method="city")
    bound = min(search.bound, search.value)
    return Found(search.step, int(search.value), bound, method="city", log=tuple(search.log))


def _branch(search: _Search, root: LinearResult, bound: float) -> int:
    """Branch on boundaries until the gap is closed; return the number of nodes."""
    n = search.u.size
    heap = [_Node(bound, 0, np.zeros(n), np.ones(n))]
    settled_bound = np.inf  # least bound of nodes whose policy is decided
    results: dict[int, LinearResult] = {0: root}
    count = 1
    while heap and not search.done and search.left_s() > 0:
        node = heapq.heappop(heap)
        search.raise_bound(min(node.bound, settled_bound))
        if search.done:
            settled_bound = min(settled_bound, node.bound)
            break
        result = results.pop(node.number)
        assert result.x is not None
        u = result.x[search.u]
        for at in ROUND_AT if node.number == 0 else ROUND_AT[:1]:
            search.try_policy(search.policy(result.x, at))
        loose = np.abs(u - np.round(u)) > WHOLE
        if not loose.any():
            settled_bound = min(settled_bound, node.bound)
            continue
        where = int(np.where(loose, np.abs(u - 0.5), np.inf).argmin())
        for side in (1.0, 0.0):
            lower, upper = node.lower.copy(), node.upper.copy()
            lower[where] = upper[where] = side
            child, child_bound = search.relax(lower, upper)
            child_bound = max(child_bound, node.bound)
            if child.x is None and child.outcome is Outcome.INFEASIBLE:
                continue
            if child.x is None:  # out of time: the parent's bound still stands
                heapq.heappush(heap, node)
                results[node.number] = result
                break
            heapq.heappush(heap, _Node(child_bound, count, lower, upper))
            results[count] = child
            count += 1
    open_bound = min((node.bound for node in heap), default=np.inf)
    search.raise_bound(min(open_bound, settled_bound))
    return count


def _whole_model(search: _Search) -> None:
    """Last resort when lines, not boundaries, keep the gap open: the solver on everything."""
    found = solve_plain(
        search.frame,
        search.solver,
        gap=search.gap,
        seed=search.seed,
        time_limit_s=min(WHOLE_MODEL_S, search.left_s()),
    )
    if found.infeasible:
        search.bound = np.inf
    else:
        search.raise_bound(found.bound_fen)
    if found.step is not None:
        search.accept(found.step)
    search.log.append("whole model")
