"""Marginal costs of the targets, read from the dual prices of the whole relaxation."""

from __future__ import annotations

from collections.abc import Sequence

from lantian.domain.response.optimise.frame import Frame
from lantian.kernel.level import Level
from lantian.kernel.mass import MG_PER_KG
from lantian.kernel.pollutant import POLLUTANTS, Pollutant

FEN_PER_YUAN = 100


def marginal_costs(
    frame: Frame, price_fen: Sequence[float]
) -> dict[tuple[Level, Pollutant], float]:
    """Return yuan per kg for one more kg of cut at a level, for every pollutant with a target.

    Parameters
    ----------
    price_fen
        Weighted fen per unit of each target row read as "at least 1".

    Notes
    -----
    The objective weighs levels by expected days, so the price is divided by the weight of its
    level: yuan on a day of that level per kg on such a day. Nesting can move part of that
    cost to other levels; the figure is the derivative of the whole. A target already met by
    floors costs nothing. Under the exchange rule the shared row and the pollutant's own least
    mass add up.
    """
    found: dict[tuple[Level, Pollutant], float] = {}
    for level_no, level in enumerate(frame.problem.levels):
        for p, pollutant in enumerate(POLLUTANTS):
            if int(frame.problem.required_mg[level_no, p]) != -1:
                found[level, pollutant] = 0.0
    for row, price in zip(frame.rows, price_fen, strict=True):
        level = frame.problem.levels[row.level]
        weight = frame.problem.weight[row.level]
        for p, pollutant in enumerate(POLLUTANTS):
            if row.factor[p]:
                per_mg = max(0.0, price) * row.factor[p] / row.left
                yuan = per_mg * MG_PER_KG / FEN_PER_YUAN / weight
                found[level, pollutant] = found.get((level, pollutant), 0.0) + yuan
    return found
