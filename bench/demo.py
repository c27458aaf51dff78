"""The demo city as a cut problem, through the same steps as ``lantian plan``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lantian.demo.city import demo_day, make_city
from lantian.domain.response.ladder.build import build_ladders
from lantian.domain.response.model import UNKNOWN, CutProblem, Ladders
from lantian.domain.response.problem import cut_problem
from lantian.domain.response.settings import Switches
from lantian.domain.response.targets import required_masses
from lantian.kernel.level import LEVELS
from lantian.rulebook import load_rulebook


def demo_problem(firms: int = 1555, seed: int = 1, *, fairness: bool = True) -> CutProblem:
    """Return the three-level problem of the invented city of `seed`."""
    book, day, city = load_rulebook(), demo_day(), make_city(firms, seed)
    switches = Switches(fairness=fairness)
    ladders, index = build_ladders(city, book, day, LEVELS, switches)
    need = required_masses(city, book.targets(day), LEVELS, day)
    return cut_problem(ladders, index, need, switches)


def enlarged(problem: CutProblem, times: int, seed: int = 1) -> CutProblem:
    """Return the problem of `times` cities in one: copies whose groups differ in size and cost.

    Building 300,000 firms through the workbook model takes minutes that say nothing about the
    optimiser; the copies keep the ladders, floors, caps and fairness of the original.
    """
    if times == 1:
        return problem
    rng = np.random.default_rng(seed)
    old = problem.ladders
    n, n_steps = old.industry.size, old.share_num.size
    size = rng.lognormal(0.0, 0.3, size=(times, n))
    price = rng.lognormal(0.0, 0.2, size=(times, n)) * size
    group = np.repeat(np.arange(n), np.diff(old.start))
    mass = np.floor(size[:, group, None] * old.reduction_mg).reshape(-1, 4).astype(np.int64)
    cost = np.floor(price[:, group] * old.cost_fen).reshape(-1).astype(np.int64)
    start = np.concatenate([(old.start[:-1] + k * n_steps) for k in range(times)])
    ladders = Ladders(
        industry=np.tile(old.industry, times),
        rank=np.tile(old.rank, times),
        district=np.tile(old.district, times),
        start=np.append(start, times * n_steps),
        share_num=np.tile(old.share_num, times),
        share_den=np.tile(old.share_den, times),
        cost_fen=cost,
        reduction_mg=mass,
        floor=np.tile(old.floor, (1, times)),
        cap=np.tile(old.cap, (1, times)),
        fair=np.tile(old.fair, times),
    )
    grown = float(size.mean()) * times
    required = np.floor(problem.required_mg * grown).astype(np.int64)
    required[problem.required_mg == UNKNOWN] = UNKNOWN
    return replace(problem, ladders=ladders, required_mg=required)
