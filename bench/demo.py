"""The demo city as a cut problem, through the same steps as ``lantian plan``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lantian.demo.city import demo_day, make_city
from lantian.domain.response.ladder.build import build_ladders
from lantian.domain.response.model import UNKNOWN, CutProblem, Ladders, LineChoice
from lantian.domain.response.optimise.lines import ladders_in_order
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
    n = old.industry.size
    size = rng.lognormal(0.0, 0.3, size=(times, n))
    price = rng.lognormal(0.0, 0.2, size=(times, n)) * size
    group = np.repeat(np.arange(n), np.diff(old.start))
    mass = np.floor(size[:, group, None] * old.reduction_mg).reshape(-1, 4).astype(np.int64)
    cost = np.floor(price[:, group] * old.cost_fen).reshape(-1).astype(np.int64)
    ladders = Ladders(
        industry=np.tile(old.industry, times),
        rank=np.tile(old.rank, times),
        district=np.tile(old.district, times),
        start=_laid_end_to_end(old.start, times),
        share=np.tile(old.share, times),
        cost_fen=cost,
        reduction_mg=mass,
        floor=np.tile(old.floor, (1, times)),
        cap=np.tile(old.cap, (1, times)),
        fair=np.tile(old.fair, times),
    )
    if old.lines is not None:
        lines = _enlarged_lines(old.lines, n, size, price)
        listed = ladders_in_order(replace(ladders, lines=lines), np.arange(lines.block.size))
        ladders = replace(listed, lines=lines)
    grown = float(size.mean()) * times
    required = np.floor(problem.required_mg * grown).astype(np.int64)
    required[problem.required_mg == UNKNOWN] = UNKNOWN
    return replace(problem, ladders=ladders, required_mg=required)


def _laid_end_to_end(start: np.ndarray, times: int) -> np.ndarray:
    """Return the starts of `times` copies of a compressed list."""
    heads = [start[:-1] + k * start[-1] for k in range(times)]
    return np.append(np.concatenate(heads), times * start[-1])


def _enlarged_lines(
    old: LineChoice, groups: int, size: np.ndarray, price: np.ndarray
) -> LineChoice:
    """Return the lines of all copies, each with the size and price of its group."""
    times = size.shape[0]
    owner = np.repeat(old.group, np.diff(old.start))

    def dearer(fen: np.ndarray) -> np.ndarray:
        return np.floor(price[:, owner] * fen).reshape(-1).astype(np.int64)

    def larger(mg: np.ndarray) -> np.ndarray:
        return np.floor(size[:, owner, None] * mg).reshape(-1, 4).astype(np.int64)

    return LineChoice(
        group=np.concatenate([old.group + k * groups for k in range(times)]),
        start=_laid_end_to_end(old.start, times),
        block=np.tile(old.block, times),
        cost_fen=dearer(old.cost_fen),
        part_cost_fen=dearer(old.part_cost_fen),
        mass_mg=larger(old.mass_mg),
        part_mass_mg=larger(old.part_mass_mg),
        stopped=np.tile(old.stopped, times),
        part=np.tile(old.part, times),
    )
