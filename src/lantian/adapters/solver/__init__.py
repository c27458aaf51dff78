"""Linear solvers behind `domain.response.optimise.protocol`."""

from lantian.adapters.solver.highs import HighsSolver

__all__ = ["HighsSolver"]
