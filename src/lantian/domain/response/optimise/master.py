"""The master program: mix what the parts would do at several prices until the targets are met.

Dantzig-Wolfe over the blocks, with prices kept in a box around the best so far.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.blocks import Answer
from lantian.domain.response.optimise.protocol import LinearModel, LinearSolver

Float = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mix:
    """Answer of the master program.

    Attributes
    ----------
    target
        ``(rows,)`` its prices, weighted fen per whole row.
    fen
        Its value, base costs left out.
    weights
        ``(rounds, blocks)`` how much of each round's answer each block takes; adds up to 1.
    """

    target: Float
    fen: float
    weights: Float


def mix(
    rounds: Sequence[Sequence[Answer]],
    box: tuple[Float, Float],
    solver: LinearSolver,
    seed: int,
) -> Mix | None:
    """Return the cheapest mix of answers, prices between the two sides of `box`."""
    floor, ceiling = box
    n_rows, n_blocks = floor.size, len(rounds[0])
    n = len(rounds) * n_blocks
    cover = np.array([a.cover for answers in rounds for a in answers])
    cost = np.array([a.cost_fen for answers in rounds for a in answers])
    unit = max(1.0, float(ceiling.max(initial=1.0)))
    one = np.eye(n_rows)
    # Shortfall costs the ceiling, surplus earns the floor.
    targets = np.concatenate([cover.T, one, -one], axis=1)
    simplex = np.tile(np.eye(n_blocks), len(rounds))
    simplex = np.concatenate([simplex, np.zeros((n_blocks, 2 * n_rows))], axis=1)
    dense = np.concatenate([targets, simplex])
    row, column = np.nonzero(dense)
    model = LinearModel(
        cost=np.concatenate([cost, ceiling, -floor]) / unit,
        lower=np.zeros(n + 2 * n_rows),
        upper=np.full(n + 2 * n_rows, np.inf),
        integer=np.zeros(n + 2 * n_rows, dtype=np.bool_),
        row_lower=np.ones(n_rows + n_blocks),
        row_upper=np.concatenate([np.full(n_rows, np.inf), np.ones(n_blocks)]),
        start=np.searchsorted(row, np.arange(n_rows + n_blocks + 1)),
        index=column,
        value=dense[row, column],
    )
    result = solver.relax(model, seed=seed)
    if result.x is None or result.row_dual is None:
        return None
    return Mix(
        target=np.maximum(0.0, result.row_dual[:n_rows]) * unit,
        fen=result.objective * unit,
        weights=result.x[:n].reshape(len(rounds), n_blocks),
    )
