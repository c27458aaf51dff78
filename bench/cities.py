"""Invented cut problems of any size, with the published proportions of grades of Taiyuan 2022.

Of 1,555 firms 8 A, 33 B or B-, 58 leading, the rest C, D, non-leading and ungraded. Emissions
are lognormal with a heavy tail; a firm has 1 to 8 lines or load-share steps; cost is not
convex in the cut. Nothing here is a real firm.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from lantian.domain.response.model import CutProblem, Ladders, share_places
from lantian.kernel.level import LEVELS

LOAD_SHARES = [
    Fraction(0),
    Fraction(1, 10),
    Fraction(1, 5),
    Fraction(3, 10),
    Fraction(1, 2),
    Fraction(1),
]
FLOOR_SHARE = {1: (0.0, 0.0, 0.1), 2: (0.0, 0.0, 0.1), 3: (0.0, 0.1, 0.2), 4: (0.2, 0.5, 1.0)}
"""Least share by rank and level (design): low enough that the targets bind."""


def invented(
    groups: int = 1555,
    seed: int = 1,
    *,
    levels: int = 3,
    industries: int = 40,
    fairness: bool = True,
    floors: bool = True,
) -> CutProblem:
    """Return a random problem of `groups` groups."""
    rng = np.random.default_rng(seed)
    rank = rng.choice(
        [0, 1, 2, 3, 4], p=[66 / 1555, 22 / 1555, 11 / 1555, 1156 / 1555, 300 / 1555], size=groups
    ).astype(np.int8)
    industry = (rng.zipf(1.35, size=groups) % industries).astype(np.int32)
    load = rng.random(groups) < 0.35
    lines = np.where(
        load,
        5,
        rng.choice([1, 2, 3, 4, 5, 6, 8], size=groups, p=[0.3, 0.25, 0.2, 0.1, 0.07, 0.05, 0.03]),
    )
    start = np.concatenate([[0], np.cumsum(lines + 1)]).astype(np.int64)
    group = np.repeat(np.arange(groups), lines + 1)
    within = np.arange(start[-1]) - start[group]
    num = np.where(
        load[group], np.array([s.numerator for s in LOAD_SHARES])[np.minimum(within, 5)], within
    )
    den = np.where(
        load[group],
        np.array([s.denominator for s in LOAD_SHARES])[np.minimum(within, 5)],
        lines[group],
    )
    share = num / den
    profile = rng.lognormal(0, 0.6, size=(industries, 4))
    size = np.sort(rng.lognormal(1.0, 1.4, size=groups))[
        np.argsort(np.argsort(lines + rng.normal(0, 1.5, groups)))
    ]
    base = size[:, None] * profile[industry] * rng.lognormal(0, 0.5, (groups, 4))
    mass_mg = np.floor(base[group] * 1e6 * share[:, None]).astype(np.int64)
    price = rng.lognormal(3.0, 0.8, size=groups) * rng.lognormal(0, 0.7, size=industries)[industry]
    worth = price * base.sum(axis=1)
    jitter = 1 + 0.35 * rng.random(start[-1])
    restart = rng.uniform(0.05, 0.3, size=groups)[group] * (within > 0)
    cost = np.floor(100 * worth[group] * (share * jitter + restart))
    for g_start in range(1, int(lines.max()) + 1):  # costs never fall along a ladder
        at = np.flatnonzero(within == g_start)
        cost[at] = np.maximum(cost[at], cost[at - 1] + 1)
    floor, cap = _limits(rng, rank, lines, start, share, levels, floors)
    ladders = Ladders(
        industry,
        rank,
        rng.integers(0, 10, groups).astype(np.int32),
        start,
        share_places(list(zip(num.tolist(), den.tolist(), strict=True))),
        cost.astype(np.int64),
        mass_mg,
        floor,
        cap,
        rng.random(groups) < 0.97,
    )
    city = (base.sum(axis=0) * 1e6 * rng.uniform(1.3, 1.6, 4)).astype(np.int64)
    at_floor = np.stack([mass_mg[start[:-1] + floor[lv]].sum(axis=0) for lv in range(levels)])
    at_cap = np.stack([mass_mg[start[:-1] + cap[lv]].sum(axis=0) for lv in range(levels)])
    beyond = np.array([0.10, 0.16, 0.22])[3 - levels :, None] * rng.uniform(0.7, 1.3, size=4)
    required = (at_floor + beyond * (at_cap - at_floor)).astype(np.int64)
    return CutProblem(
        ladders=ladders,
        levels=LEVELS[3 - levels :],
        required_mg=required,
        city_mg=city,
        other_mg=np.zeros((levels, 4), dtype=np.int64),
        weight=(12, 6, 2)[3 - levels :],
        fairness=fairness,
    )


def _limits(rng, rank, lines, start, share, levels, floors):
    groups = rank.size
    floor = np.zeros((levels, groups), dtype=np.int8)
    cap = np.tile(lines, (levels, 1)).astype(np.int8)
    guaranteed = rng.random(groups) < 0.06
    cap[:, guaranteed] = np.minimum(cap[:, guaranteed], 1)
    cap[:, rank == 0] = 0
    if floors:
        for level in range(levels):
            for code, least in FLOOR_SHARE.items():
                want = least[3 - levels + level]
                for g in np.flatnonzero(rank == code):
                    own = share[start[g] : start[g + 1]]
                    room = int(cap[level, g])
                    at = int(np.searchsorted(own, want + 1e-9, side="right")) - 1
                    floor[level, g] = min(room, at) if want < 1 else room
    return floor, cap
