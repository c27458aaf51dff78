"""City method: one linear program, branching on policy and giants, a core problem for the lines.

1. The relaxation of the whole model, once.
2. Best-first branching, every node a warm-started linear program: on the boundary variables
   first; once these are whole, on a step so dear that rounding it would keep the gap open.
   The least open bound is valid for the whole model.
3. Every node is rounded up, which keeps all implications and only adds reductions; where the
   node could close the gap, the core problem looks for a better plan inside it.

After the reference formulation; the gap is certified against the bound of the whole model.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.plain import Found, solve_plain
from lantian.domain.response.optimise.protocol import LinearResult, LinearSolver, Outcome
from lantian.domain.response.optimise.search import Node, Search

Int = NDArray[np.int64]
Float = NDArray[np.float64]

WHOLE = 1e-6
"""A variable this close to a whole number is whole."""

GIANT = 0.5
"""A step is branched on before any boundary when rounding it may cost so many gaps."""

DEAR = 0.05
"""A fractional step is branched on while rounding it may cost this part of the gap asked."""

MAX_NODES = 600
"""Beyond so many nodes the whole model goes to the solver."""

WHOLE_MODEL_S = 60.0
"""The last resort ends here even without a time limit; the gap then says what is left."""

WHOLE_MODEL_COLUMNS = 60_000
"""Larger models are not given to the solver as a whole, unless no plan is known yet."""

SETTLED_S = 20.0
"""Safety net in seconds for the first plan at settled stopping orders."""

ROUND_AT = (0.5, 0.25, 0.75)
"""Where boundaries are rounded to get a policy: any one threshold keeps every implication."""


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
    search = Search(frame, solver, gap, seed, lambda: ends - solver.now(), progress)
    model = search.form.model
    root, bound = search.relax(model.lower, model.upper)
    if root.outcome is Outcome.INFEASIBLE:
        return Found(None, 0, np.inf, infeasible=True, method="city"), []
    if root.x is None:
        return search.found(), [0.0] * len(frame.rows)
    prices = [float(p) for p in search.prices(root).target]
    search.raise_bound(bound)
    if frame.lines is not None:
        _settled_first(search, root)
    nodes = _branch(search, root, bound)
    search.log.append(f"{nodes} nodes, {search.cores} core problems")
    open_still = not search.done and np.isfinite(search.bound) and search.left_s() > 0
    if open_still and (model.n_cols <= WHOLE_MODEL_COLUMNS or search.step is None):
        _whole_model(search)
    return search.found(), prices


def _settled_first(search: Search, root: LinearResult) -> None:
    """Settle the stopping orders by the relaxation and plan at them: a plan close to the best.

    Its own bound holds for that order alone and is not used.
    """
    settled, order = search.settled(root)
    left = search.left_s()
    found, _ = solve_city(
        settled,
        search.solver,
        gap=0.5 * search.gap,
        seed=search.seed,
        time_limit_s=min(SETTLED_S, left) if np.isfinite(left) else SETTLED_S,
    )
    if found.step is not None:
        search.accept(found.step, (settled, order))


def _branch(search: Search, root: LinearResult, bound: float) -> int:
    """Branch until the gap is closed or nothing is left to branch on; return the nodes used."""
    model = search.form.model
    flags = (model.lower.astype(np.int8), model.upper.astype(np.int8))
    heap = [Node(bound, 0, *flags, root)]
    decided = np.inf  # least bound of nodes with nothing left to branch on
    count = 1
    while heap and not search.done and search.left_s() > 0 and count < MAX_NODES:
        node = heapq.heappop(heap)
        search.raise_bound(min(node.bound, decided))
        _look_for_plans(search, node)
        where = branching_column(search, node.result)
        if where < 0 or search.done:
            decided = min(decided, node.bound)
            continue
        for side in (1, 0):
            child, open_again = _child(search, node, where, side, count)
            if open_again:  # out of time: the parent's bound still stands
                heapq.heappush(heap, node)
                break
            if child is not None:
                heapq.heappush(heap, child)
                count += 1
    search.raise_bound(min(min((node.bound for node in heap), default=np.inf), decided))
    return count


def _child(
    search: Search, node: Node, where: int, side: int, number: int
) -> tuple[Node | None, bool]:
    """Return the node with one column fixed, None when impossible, and whether time ran out."""
    lower, upper = node.lower.copy(), node.upper.copy()
    lower[where] = upper[where] = side
    result, bound = search.relax(lower, upper)
    if result.outcome is Outcome.INFEASIBLE:
        return None, False
    if result.x is None:
        return None, True
    search.round_up(result)
    return Node(max(bound, node.bound), number, lower, upper, result), False


def _look_for_plans(search: Search, node: Node) -> None:
    """Round the node's boundaries to policies and look for plans there."""
    assert node.result.x is not None
    search.round_up(node.result)
    u = node.result.x[search.u]
    if (np.abs(u - np.round(u)) <= WHOLE).all():
        decided = branching_column(search, node.result) < 0
        search.core(node, node.result, node.bound, thorough=decided)
        return
    for at in ROUND_AT if node.number == 0 else ROUND_AT[:1]:
        if search.done:
            return
        search.try_policy(node, search.policy(node.result.x, at), branching_column)


def branching_column(search: Search, result: LinearResult) -> int:
    """Return the column to branch on, -1 when nothing dear is split."""
    assert result.x is not None
    x = result.x
    split = np.abs(x - np.round(x))
    worth = np.where(split > WHOLE, search.form.model.cost * search.form.unit_fen, 0.0) * split
    dearest = int(worth.argmax()) if worth.size else -1
    allowed = search.gap * search.value if np.isfinite(search.value) else 0.0
    if dearest >= 0 and worth[dearest] > GIANT * allowed:
        return dearest
    if search.u.size and split[search.u].max() > WHOLE:
        return int(search.u[split[search.u].argmax()])
    return dearest if dearest >= 0 and worth[dearest] > DEAR * allowed else -1


def _whole_model(search: Search) -> None:
    """Last resort when the gap stays open: the solver on everything."""
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
        settled = search.frame if found.order is None else search.frame.in_order(found.order)
        search.accept(found.step, (settled, found.order))
    search.log.append("whole model")
