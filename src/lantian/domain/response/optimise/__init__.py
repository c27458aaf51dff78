"""Least-cost cuts: one step for every group and level, with a bound that proves how good it is."""

from lantian.domain.response.optimise.protocol import LinearSolver
from lantian.domain.response.optimise.solve import optimise

__all__ = ["LinearSolver", "optimise"]
