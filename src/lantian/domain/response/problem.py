"""Put ladders, required masses and an officer's settings together as one cut problem."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lantian.domain.response.ladder.build import GroupIndex
from lantian.domain.response.model import CutProblem, Int64, Ladders
from lantian.domain.response.settings import Switches
from lantian.domain.response.targets import Requirement
from lantian.kernel.level import Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import ExchangeRule

EXCHANGED = (Pollutant.SO2, Pollutant.NOX)


def cut_problem(
    ladders: Ladders,
    index: GroupIndex,
    need: Requirement,
    switches: Switches,
    exchange: ExchangeRule | None = None,
) -> CutProblem:
    """Return the problem the optimiser solves.

    Parameters
    ----------
    exchange
        The exchange rule when it is switched on; ignored where SO2 or NOx has no target.
    """
    usable = exchange is not None and not need.unknown.intersection(EXCHANGED)
    return CutProblem(
        ladders=ladders,
        levels=need.levels,
        required_mg=need.required_array(),
        city_mg=np.array(need.city_mg, np.int64),
        other_mg=need.other_array(),
        weight=tuple(switches.days[level.order] for level in need.levels),
        fairness=switches.fairness,
        exchange_floor=exchange.floor_share if exchange is not None and usable else None,
        exchange_required_mg=_least(need, exchange) if exchange is not None and usable else None,
        district_cap_fen=_caps(index, need, switches.district_cap_cny),
    )


def exchange_least_mg(
    need: Requirement, exchange: ExchangeRule, level: Level, pollutant: Pollutant
) -> int:
    """Return the mass that firms must cut of SO2 or NOx even under exchange."""
    share = exchange.floor_share * need.ratio[level, pollutant]
    city = need.city_mg[POLLUTANTS.index(pollutant)]
    return -(-share.numerator * city // share.denominator) - need.other_mg[level, pollutant]


def _least(need: Requirement, exchange: ExchangeRule) -> Int64:
    return np.array(
        [[exchange_least_mg(need, exchange, x, p) for p in EXCHANGED] for x in need.levels],
        np.int64,
    )


def _caps(index: GroupIndex, need: Requirement, caps_cny: Mapping[str, int]) -> Int64 | None:
    if not caps_cny:
        return None
    row = [caps_cny[d] * 100 if d in caps_cny else -1 for d in index.districts]
    return np.array([row] * len(need.levels), np.int64)
