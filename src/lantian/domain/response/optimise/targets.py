"""Target rows and district caps in exact integers.

Required masses per level and pollutant; under the exchange rule (status unverified, see the
rulebook) SO2 and NOx share one row, ``red_SO2/E_SO2 + red_NOx/E_NOx`` not below the sum of
both required ratios, and each has a least mass of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lantian.domain.response.model import UNKNOWN, CutProblem

Int = NDArray[np.int64]

PM, SO2, NOX, VOC = range(4)


@dataclass(frozen=True, slots=True)
class MassRow:
    """``sum(factor[p] * reduction[p]) >= need`` at one level; `left` is what `base` leaves open."""

    level: int
    factor: tuple[int, int, int, int]
    need: int
    left: int
    kind: str  # "PM", "SO2", "NOx", "VOC" or "SO2+NOx"

    def open_mg(self, mass: Int) -> int:
        """Return how much is still missing, in the row's own unit, given ``(L, 4)`` masses."""
        return self.need - self.weigh(mass[self.level])

    def weigh(self, mass: Int) -> int:
        """Return the exact left side for four masses."""
        return sum(f * int(m) for f, m in zip(self.factor, mass, strict=True) if f)

    def coefficients(self) -> NDArray[np.float64]:
        """Return the factors over what is left, so that the row reads "at least 1"."""
        return np.array([f / self.left for f in self.factor])


@dataclass(frozen=True, slots=True)
class CapRow:
    """Greatest cost of one district at one level; `left` is the room above `base`."""

    level: int
    district: int
    cap_fen: int
    left: int


def every_mass_row(problem: CutProblem) -> list[tuple[int, tuple[int, int, int, int], int, str]]:
    """Return (level, factor, need, kind) of every known target, met or not."""
    found = []
    city = [int(e) for e in problem.city_mg]
    for level in range(len(problem.levels)):
        need = [int(r) for r in problem.required_mg[level]]
        known = [r != UNKNOWN for r in need]
        exchange = (
            problem.exchange_floor is not None
            and known[SO2]
            and known[NOX]
            and city[SO2] > 0
            and city[NOX] > 0
        )
        for p, kind in enumerate(("PM", "SO2", "NOx", "VOC")):
            if not known[p]:
                continue
            right = need[p]
            if exchange and p in (SO2, NOX):
                if problem.exchange_required_mg is None:
                    continue
                right = int(problem.exchange_required_mg[level, p - SO2])
            factor = [0, 0, 0, 0]
            factor[p] = 1
            found.append((level, (factor[0], factor[1], factor[2], factor[3]), right, kind))
        if exchange:
            right = need[SO2] * city[NOX] + need[NOX] * city[SO2]
            found.append((level, (0, city[NOX], city[SO2], 0), right, "SO2+NOx"))
    return found


def mass_rows(problem: CutProblem, done: Int) -> tuple[MassRow, ...]:
    """Return the rows that ``(L, 4)`` masses already cut do not yet meet."""
    rows = []
    for level, factor, need, kind in every_mass_row(problem):
        row = MassRow(level, factor, need, 0, kind)
        left = row.open_mg(done)
        if left > 0:
            rows.append(MassRow(level, factor, need, left, kind))
    return tuple(rows)


def cap_rows(problem: CutProblem, cost: Int) -> tuple[CapRow, ...]:
    """Return the district caps with the room that ``(L, G)`` costs at base leave."""
    caps = problem.district_cap_fen
    if caps is None:
        return ()
    rows = []
    for level in range(caps.shape[0]):
        for district in range(caps.shape[1]):
            cap = int(caps[level, district])
            if cap >= 0:
                spent = int(cost[level, problem.ladders.district == district].sum())
                rows.append(CapRow(level, district, cap, cap - spent))
    return tuple(rows)
