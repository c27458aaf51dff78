"""HiGHS behind the optimiser's protocol: the only module that imports highspy.

One thread, so that the same input gives the same plan; silent; Ctrl-C ends a long integer
solve and comes out as `KeyboardInterrupt`.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from dataclasses import replace
from functools import cache
from typing import Any

import highspy
import numpy as np
from highspy import (
    HighsLp,
    HighsModelStatus,
    HighsSolution,
    HighsVarType,
    MatrixFormat,
    ObjSense,
)

from lantian.domain.response.optimise.protocol import (
    Float,
    Int,
    LinearModel,
    LinearResult,
    Outcome,
    Progress,
)

_TIGHT = 1e-9
"""Feasibility tolerance: the rows are scaled to read "at least 1" and are checked in integers."""


LONG_COLUMNS = 20_000
"""Relaxations with more columns may take seconds: they run so that Ctrl-C is heard."""

_make: Any = highspy.Highs  # the library carries no types
_LIMITS = (
    HighsModelStatus.kInterrupt,
    HighsModelStatus.kTimeLimit,
    HighsModelStatus.kSolutionLimit,
    HighsModelStatus.kIterationLimit,
    HighsModelStatus.kNotset,  # a model it would not take: no answer, as at a limit
)


class HighsSolver:
    """Solve linear and mixed-integer programs with HiGHS."""

    @property
    def name(self) -> str:
        """Name and version of the solver."""
        return f"HiGHS {_quiet_instance().version()}"

    def now(self) -> float:
        """Return seconds of a steady clock."""
        return time.monotonic()

    def open(self, model: LinearModel, *, seed: int = 0) -> HighsSession:
        """Return a session on the relaxation of `model`."""
        return HighsSession(model, seed)

    def relax(
        self, model: LinearModel, *, seed: int = 0, time_limit_s: float | None = None
    ) -> LinearResult:
        """Solve the relaxation of `model` once."""
        return self.open(model, seed=seed).solve(time_limit_s=time_limit_s)

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
        """Solve `model` with its integer columns; see the protocol."""
        if model.n_cols == 0:
            return _empty(model)
        solver = _load(model, seed, integer=True)
        solver.setOptionValue("mip_rel_gap", gap)
        solver.setOptionValue("mip_abs_gap", 1e-9)
        solver.setOptionValue("mip_feasibility_tolerance", _TIGHT)
        if target is not None:
            solver.setOptionValue("objective_target", target)
        if time_limit_s is not None:
            solver.setOptionValue("time_limit", max(0.01, time_limit_s))
        if max_nodes is not None:
            solver.setOptionValue("mip_max_nodes", max_nodes)
        if start is not None:
            solution = HighsSolution()
            solution.col_value = list(start)
            solution.value_valid = True
            solver.setSolution(solution)
        if progress is not None:
            solver.cbMipLogging += lambda event: progress(
                event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
            )
        _run_interruptibly(solver)
        outcome = _outcome(solver)
        info = solver.getInfo()
        found = info.primal_solution_status == 2
        return LinearResult(
            outcome=outcome,
            x=np.array(solver.getSolution().col_value) if found else None,
            objective=info.objective_function_value if found else np.inf,
            bound=np.inf if outcome is Outcome.INFEASIBLE else info.mip_dual_bound,
        )


class HighsSession:
    """One linear program kept inside HiGHS with its last basis."""

    def __init__(self, model: LinearModel, seed: int) -> None:
        self._model = model
        self._seed = seed
        self._held: Any = None
        self._basis: Any = None

    @property
    def _solver(self) -> Any:
        if self._held is None:
            self._held = _load(self._model, self._seed, integer=False)
            if self._basis is not None:
                self._held.setBasis(self._basis)
        return self._held

    def set_bounds(self, columns: Int, lower: Float, upper: Float) -> None:
        """Change the bounds of some columns."""
        if columns.size:
            solver = self._solver
            low, up = self._model.lower.copy(), self._model.upper.copy()
            low[columns], up[columns] = lower, upper
            self._model = replace(self._model, lower=low, upper=up)
            solver.changeColsBounds(
                int(columns.size),
                columns.astype(np.int32),
                lower.astype(float),
                upper.astype(float),
            )

    def set_costs(self, cost: Float) -> None:
        """Change the cost of every column."""
        n = int(cost.size)
        self._model = replace(self._model, cost=cost)
        if n and self._held is not None:
            self._held.changeColsCost(n, np.arange(n, dtype=np.int32), cost)

    def rest(self) -> None:
        """Give the solver's memory back and keep its basis."""
        if self._held is not None:
            self._basis = self._held.getBasis()
            self._held = None

    def solve(self, *, time_limit_s: float | None = None) -> LinearResult:
        """Solve the relaxation, from the last basis when there is one."""
        if self._model.n_cols == 0:
            return _empty(self._model)
        solver = self._solver
        # HiGHS counts its run time over all runs of one instance.
        limit = np.inf if time_limit_s is None else solver.getRunTime() + max(0.01, time_limit_s)
        solver.setOptionValue("time_limit", limit)
        if self._model.n_cols > LONG_COLUMNS:
            _run_interruptibly(solver)
        else:
            solver.run()
        outcome = _outcome(solver)
        if outcome is not Outcome.OPTIMAL:
            infeasible = outcome is Outcome.INFEASIBLE
            return LinearResult(outcome, None, np.inf, np.inf if infeasible else -np.inf)
        solution = solver.getSolution()
        objective = solver.getInfo().objective_function_value
        return LinearResult(
            outcome=outcome,
            x=np.array(solution.col_value),
            objective=objective,
            bound=objective,
            row_dual=np.array(solution.row_dual),
            reduced_cost=np.array(solution.col_dual),
        )


def _run_interruptibly(solver: Any) -> None:
    """Run in a thread so that Ctrl-C reaches Python; highspy's own handler would swallow it."""
    solver.HandleKeyboardInterrupt = True
    solver.startSolve()
    try:
        while not solver.wait(0.1)[0]:
            pass
    except KeyboardInterrupt:
        solver.cancelSolve()
        while not solver.wait(0.1)[0]:
            pass
        raise


def _load(model: LinearModel, seed: int, *, integer: bool) -> Any:
    lp = HighsLp()
    lp.num_col_ = model.n_cols
    lp.num_row_ = model.n_rows
    lp.sense_ = ObjSense.kMinimize
    lp.col_cost_ = model.cost
    lp.col_lower_ = model.lower
    lp.col_upper_ = model.upper
    lp.row_lower_ = model.row_lower
    lp.row_upper_ = model.row_upper
    lp.a_matrix_.format_ = MatrixFormat.kRowwise
    lp.a_matrix_.num_col_ = model.n_cols
    lp.a_matrix_.num_row_ = model.n_rows
    lp.a_matrix_.start_ = model.start.astype(np.int32)
    lp.a_matrix_.index_ = model.index.astype(np.int32)
    lp.a_matrix_.value_ = model.value
    if integer:
        kinds = (HighsVarType.kContinuous, HighsVarType.kInteger)
        lp.integrality_ = [kinds[int(flag)] for flag in model.integer]
    solver = _quiet_instance()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", seed)
    solver.passModel(lp)
    return solver


def _quiet_instance() -> Any:
    _swallow_banner()
    return _make()


@cache
def _swallow_banner() -> None:
    """Make a first instance with standard output closed to it.

    The library prints its name once a process, before any option can be set; that line would
    break ``--json``. It goes through C's buffer, which has to be flushed on both sides.
    """
    sys.stdout.flush()
    c_library = ctypes.CDLL(None)
    c_library.fflush(None)
    try:
        kept = os.dup(1)
    except OSError:  # standard output is closed: nothing can be spoiled
        _make()
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        _make()
        c_library.fflush(None)
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def _outcome(solver: Any) -> Outcome:
    status = solver.getModelStatus()
    if status in (HighsModelStatus.kOptimal, HighsModelStatus.kObjectiveTarget):
        return Outcome.OPTIMAL
    if status in (HighsModelStatus.kInfeasible, HighsModelStatus.kUnboundedOrInfeasible):
        return Outcome.INFEASIBLE
    if status in _LIMITS:
        return Outcome.LIMIT
    raise RuntimeError(f"HiGHS ended with {solver.modelStatusToString(status)}")


def _empty(model: LinearModel) -> LinearResult:
    """Answer a model without columns: HiGHS has nothing to run there."""
    ok = bool(np.all(model.row_lower <= _TIGHT) and np.all(model.row_upper >= -_TIGHT))
    outcome = Outcome.OPTIMAL if ok else Outcome.INFEASIBLE
    value = 0.0 if ok else np.inf
    zero = np.zeros(0)
    return LinearResult(outcome, zero if ok else None, value, value, np.zeros(model.n_rows), zero)
