"""The best plan and the best bound of one run, whatever the method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.optimise.exact import valid
from lantian.domain.response.optimise.frame import Frame
from lantian.domain.response.optimise.plain import Found, relative_gap
from lantian.domain.response.optimise.protocol import LinearSolver

Int = NDArray[np.int64]

Settled = tuple[Frame, Int | None]
"""A frame whose stopping orders are settled, with the order; None for that of the ladders."""


class Incumbent:
    """State that every search shares; methods add their own."""

    method = ""

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
        self.step: Int | None = None
        self.order: Int | None = None
        self.value = np.inf
        self.bound = float(frame.fixed_fen)
        self.log: list[str] = []
        if not frame.caps:
            self.accept(frame.high, (frame.as_listed(), None))

    def accept(self, step: Int, settled: Settled) -> None:
        """Keep a plan if it is valid and better."""
        frame, order = settled
        value = frame.value_fen(frame.spread(step))
        if value < self.value and valid(frame, step):
            self.step, self.order, self.value = step, order, float(value)
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

    def found(self) -> Found:
        """Return what was found and proved; an endless bound without a plan proves that none is."""
        if self.step is None:
            none = bool(np.isinf(self.bound))
            return Found(
                None, 0, self.bound, infeasible=none, method=self.method, log=tuple(self.log)
            )
        return Found(
            self.step,
            int(self.value),
            min(self.bound, self.value),
            method=self.method,
            log=tuple(self.log),
            order=self.order,
        )
