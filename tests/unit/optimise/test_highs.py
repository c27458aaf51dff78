"""The HiGHS adapter: protocol of `domain.response.optimise.protocol`, silence, Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from lantian.adapters.solver import HighsSolver
from lantian.domain.response.optimise.formulation import safe_bound
from lantian.domain.response.optimise.protocol import LinearModel, Outcome

SOLVER = HighsSolver()

HARD = """
import numpy as np
from lantian.adapters.solver import HighsSolver
from lantian.domain.response.optimise.protocol import LinearModel
rng = np.random.default_rng(0)
m, n = 6, 80
a = rng.integers(1, 100, size=(m, n)).astype(float)
half = np.floor(a.sum(axis=1) / 2)
model = LinearModel(np.zeros(n), np.zeros(n), np.ones(n), np.ones(n, bool), half, half,
                    np.arange(0, m * n + 1, n), np.tile(np.arange(n), m), a.reshape(-1))
print("begin", flush=True)
try:
    HighsSolver().mip(model, time_limit_s=60)
    print("finished")
except KeyboardInterrupt:
    print("interrupted")
"""


def knapsack(need: float, *, whole: bool = True) -> LinearModel:
    """Minimise 3a + 4b + 5c with 2a + 3b + 4c >= need over binaries."""
    return LinearModel(
        cost=np.array([3.0, 4.0, 5.0]),
        lower=np.zeros(3),
        upper=np.ones(3),
        integer=np.full(3, whole),
        row_lower=np.array([need]),
        row_upper=np.array([np.inf]),
        start=np.array([0, 3]),
        index=np.arange(3),
        value=np.array([2.0, 3.0, 4.0]),
    )


def test_mip_finds_the_whole_optimum_and_relax_the_fraction():
    assert SOLVER.mip(knapsack(5.0)).objective == pytest.approx(7.0)  # a and b
    assert SOLVER.relax(knapsack(5.0)).objective == pytest.approx(5 + 4 / 3)


def test_duals_have_the_documented_sign_and_prove_the_bound():
    result = SOLVER.relax(knapsack(5.0))
    assert result.row_dual is not None
    assert result.reduced_cost is not None
    assert result.row_dual[0] == pytest.approx(4 / 3)
    assert result.reduced_cost == pytest.approx([3 - 8 / 3, 0, 5 - 16 / 3])
    assert safe_bound(knapsack(5.0), result.row_dual) == pytest.approx(5 + 4 / 3)


def test_safe_bound_holds_for_wrong_duals():
    for dual in (-2.0, 0.0, 0.7, 50.0):
        assert safe_bound(knapsack(5.0), np.array([dual])) <= 5 + 4 / 3 + 1e-9


def test_infeasible_is_said():
    assert SOLVER.mip(knapsack(10.0)).outcome is Outcome.INFEASIBLE
    assert SOLVER.relax(knapsack(10.0)).outcome is Outcome.INFEASIBLE


def test_session_remembers_changed_bounds():
    session = SOLVER.open(knapsack(5.0))
    assert session.solve().objective == pytest.approx(5 + 4 / 3)
    session.set_bounds(np.array([2]), np.zeros(1), np.zeros(1))
    assert session.solve().objective == pytest.approx(7.0)
    session.set_bounds(np.array([2]), np.zeros(1), np.ones(1))
    assert session.solve().objective == pytest.approx(5 + 4 / 3)


def test_model_without_columns():
    none = np.zeros(0)
    model = LinearModel(
        none, none, none, none > 0, np.ones(1), np.ones(1), np.zeros(2, int), np.zeros(0, int), none
    )
    assert SOLVER.mip(model).outcome is Outcome.INFEASIBLE


@pytest.mark.slow
def test_ctrl_c_ends_a_long_solve():
    process = subprocess.Popen([sys.executable, "-c", HARD], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "begin\n"
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert output == "interrupted\n"
    assert process.returncode == 0
