"""The frame cut into parts that only the targets tie together: one linear program each.

Once targets are priced, an industry with boundaries is a problem of its own, and groups without
boundaries may be parted at will. Each part keeps its linear program warm; new prices change
costs only. The sum of the parts' safe bounds is a bound for the whole problem at any prices,
and the best prices make it as good as the relaxation of the whole model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.formulation import Formulation, formulate, safe_bound
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.policies import chains, cut_out
from lantian.domain.response.optimise.pricing import Prices
from lantian.domain.response.optimise.protocol import LinearModel, LinearSession, LinearSolver

Int = NDArray[np.int64]
Float = NDArray[np.float64]

LOOSE_GROUPS = 2000
"""Groups without boundaries that share one linear program."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one part does at given prices.

    Attributes
    ----------
    bound_fen
        Safe bound on its weighted cost less priced reductions, base costs left out.
    cost_fen, cover
        Weighted cost above base, and the part of each target row that is covered.
    x
        Columns of the part's formulation.
    """

    bound_fen: float
    cost_fen: float
    cover: Float
    x: Float


class Block:
    """One part: its groups, its boundaries, its linear program."""

    def __init__(
        self, frame: Frame, members: Int, chain: Int, solver: LinearSolver, seed: int
    ) -> None:
        self.members, self.chain = members, chain
        # The part's lines among those of the whole frame.
        self.lines = (
            np.flatnonzero(np.isin(frame.lines.owner, members))
            if frame.lines is not None
            else np.zeros(0, dtype=np.int64)
        )
        part = cut_out(frame, members, chain)
        form = formulate(part)
        whole, k = form.model, form.n_targets
        head = int(whole.start[k])
        self._row = np.repeat(np.arange(k), np.diff(whole.start[: k + 1]))
        self._index, self._value = whole.index[:head], whole.value[:head]
        self.form: Formulation = form
        self.model: LinearModel = replace(
            whole,
            row_lower=whole.row_lower[k:],
            row_upper=whole.row_upper[k:],
            start=whole.start[k:] - head,
            index=whole.index[head:],
            value=whole.value[head:],
        )
        self._session: LinearSession = solver.open(self.model, seed=seed)

    def priced(self, target: Float, time_limit_s: float | None) -> Answer | None:
        """Return the best at prices in weighted fen per whole row; None when time ran out."""
        form, n = self.form, self.model.n_cols
        worth = self._value * target[self._row] / form.unit_fen
        cost = self.model.cost - np.bincount(self._index, weights=worth, minlength=n)
        self._session.set_costs(cost)
        result = self._session.solve(time_limit_s=time_limit_s)
        self._session.rest()
        if result.x is None:
            return None
        bound = safe_bound(replace(self.model, cost=cost), result.row_dual)
        gained = np.bincount(
            self._row, weights=self._value * result.x[self._index], minlength=target.size
        )
        return Answer(
            bound_fen=form.unit_fen * bound,
            cost_fen=form.unit_fen * float(self.model.cost @ result.x),
            cover=gained.astype(np.float64),
            x=result.x,
        )

    def policy(self, x: Float) -> Int:
        """Return the ``(chain, L)`` heights of the part's boundaries."""
        columns = self.form.policy
        on = np.where(columns >= 0, x[np.maximum(columns, 0)] >= 0.5, False)
        heights: Int = on.sum(axis=2).astype(np.int64)
        return heights


class Blocks:
    """All parts of a frame."""

    def __init__(self, frame: Frame, solver: LinearSolver, seed: int) -> None:
        owner = np.where(frame.below >= 0, frame.below, frame.above)
        chain_of = np.full(frame.top.size + 1, -1, dtype=np.int64)
        self.chains = chains(frame)
        for number, chain in enumerate(self.chains):
            chain_of[chain] = number
        belongs = chain_of[owner]
        nothing = np.zeros(0, dtype=np.int64)
        loose = np.flatnonzero(belongs < 0)
        parts = [(np.flatnonzero(belongs == n), c) for n, c in enumerate(self.chains)]
        pieces = max(1, -(-loose.size // LOOSE_GROUPS)) if loose.size else 0
        parts += [(piece, nothing) for piece in np.array_split(loose, pieces)] if pieces else []
        self.parts = [Block(frame, members, chain, solver, seed) for members, chain in parts]

    def priced(self, target: Float, left_s: Callable[[], float]) -> list[Answer] | None:
        """Return the answer of every part; None when time ran out.

        With the parts' bounds, `bound_fen` is a bound for the whole problem.
        """
        answers = []
        for part in self.parts:
            left = left_s()
            if left <= 0:
                return None
            answer = part.priced(target, None if np.isinf(left) else left)
            if answer is None:
                return None
            answers.append(answer)
        return answers


def bound_fen(frame: Frame, prices: Prices, answers: Sequence[Answer]) -> float:
    """Return the bound on the weighted cost of every plan that answers at `prices` prove.

    Less a margin for summing in floats.
    """
    total = sum(a.bound_fen for a in answers) + prices.constant(frame)
    return total - 1e-10 * abs(total)
