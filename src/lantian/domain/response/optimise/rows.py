"""Rows of a linear model under construction."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.protocol import LinearModel

Int = NDArray[np.int64]
Float = NDArray[np.float64]


class Rows:
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

    def table(self, columns: Int, values: Float, lower: Float, upper: Float) -> None:
        """Add rows of equal length: ``(R, W)`` columns and values; values of 0 are left out."""
        if columns.shape[0] == 0:
            return
        use = values != 0
        self.index.append(columns[use])
        self.value.append(values[use])
        self.length.append(use.sum(axis=1))
        self.lower.append(lower)
        self.upper.append(upper)

    def scattered(self, row: Int, columns: Int, values: Float, lower: Float, upper: Float) -> None:
        """Add rows from entries in any order; `row` counts from 0 among those added here."""
        order = np.argsort(row, kind="stable")
        self.index.append(columns[order])
        self.value.append(values[order])
        self.length.append(np.bincount(row, minlength=lower.size))
        self.lower.append(lower)
        self.upper.append(upper)

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
