"""What the city must cut: targets of the rulebook turned into whole milligrams.

Clause: reduction of at least 10/20/30 % of whole-society emission of PM, SO2, NOx and VOC at
yellow, orange and red (secondary). Dust and mobile cuts filed on the list count first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lantian.domain.inventory.base import daily_base_mg
from lantian.domain.inventory.model import Firm, Inventory
from lantian.domain.response.model import UNKNOWN, Int64
from lantian.kernel.level import Level
from lantian.kernel.mass import kg_to_mg
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import ReductionTargets


@dataclass(frozen=True, slots=True)
class Requirement:
    """Right sides of the plan.

    Attributes
    ----------
    city_mg
        Whole-society emission by pollutant; 0 where unknown.
    other_mg
        Filed cuts of dust and mobile sources by level and pollutant.
    required_mg
        What the firms must still cut; `UNKNOWN` where no target can be set. May be negative:
        dust and mobile cuts alone reach the target.
    unknown
        Pollutants without a target.
    remarks
        ``(Chinese, English)`` sentences on what was missing.
    """

    levels: tuple[Level, ...]
    ratio: Mapping[tuple[Level, Pollutant], Fraction]
    city_mg: tuple[int, int, int, int]
    other_mg: Mapping[tuple[Level, Pollutant], int]
    required_mg: Mapping[tuple[Level, Pollutant], int]
    unknown: frozenset[Pollutant]
    totals_filed: bool
    remarks: tuple[tuple[str, str], ...]

    def required_array(self) -> Int64:
        """Return ``(L, 4)`` required masses with `UNKNOWN` marks."""
        return self._array(self.required_mg)

    def other_array(self) -> Int64:
        """Return ``(L, 4)`` cuts outside the groups."""
        return self._array(self.other_mg)

    def _array(self, values: Mapping[tuple[Level, Pollutant], int]) -> Int64:
        return np.array([[values[x, p] for p in POLLUTANTS] for x in self.levels], np.int64)


def required_masses(
    inventory: Inventory, targets: ReductionTargets, levels: Sequence[Level], day: date
) -> Requirement:
    """Return what must be cut per level and pollutant, rounded up to whole mg.

    A pollutant that the layout has no columns for, or that no running line knows, has no
    target: a plan cannot promise what nobody measured.
    """
    remarks: list[tuple[str, str]] = []
    sums, known = list_sums(inventory, day)
    unknown = {p for p in POLLUTANTS if p in inventory.not_collected or p not in known}
    city: list[int] = []
    for k, pollutant in enumerate(POLLUTANTS):
        filed = [t.daily_kg[pollutant] for t in inventory.totals if pollutant in t.daily_kg]
        if filed:
            city.append(sum(kg_to_mg(v) for v in filed))
            continue
        city.append(0 if pollutant in unknown else sums[k])
        if pollutant not in unknown:
            remarks.append(_no_total(pollutant))
    for pollutant in sorted(unknown, key=POLLUTANTS.index):
        remarks.append(_not_known(pollutant))
    remarks += _cuts_not_filed(inventory, levels)
    other = {(x, p): _other_mg(inventory, x, p) for x in levels for p in POLLUTANTS}
    required = {}
    for level in levels:
        for k, p in enumerate(POLLUTANTS):
            ratio = targets.ratio[level, p]
            need = -(-ratio.numerator * city[k] // ratio.denominator) - other[level, p]
            if need == UNKNOWN:  # met by 1 mg already; keep clear of the mark
                need = 0
            required[level, p] = UNKNOWN if p in unknown or city[k] <= 0 else need
    unknown |= {p for k, p in enumerate(POLLUTANTS) if city[k] <= 0}
    ratio_of = {(x, p): targets.ratio[x, p] for x in levels for p in POLLUTANTS}
    return Requirement(
        levels=tuple(levels),
        ratio=ratio_of,
        city_mg=(city[0], city[1], city[2], city[3]),
        other_mg=other,
        required_mg=required,
        unknown=frozenset(unknown),
        totals_filed=bool(inventory.totals),
        remarks=tuple(remarks),
    )


def list_sums(inventory: Inventory, day: date) -> tuple[list[int], set[Pollutant]]:
    """Return the list's own daily sums (running lines and dust) and which pollutants it knows."""
    firms: dict[str, Firm] = {}
    for firm in inventory.firms:
        firms.setdefault(firm.firm_id, firm)
    sums = [0, 0, 0, 0]
    known: set[Pollutant] = set()
    for line in inventory.lines:
        owner = firms.get(line.firm_id)
        if owner is None:
            continue
        for k, mass in enumerate(daily_base_mg(line, owner, day)):
            if mass is not None:
                sums[k] += mass
                if mass:
                    known.add(POLLUTANTS[k])
    for source in inventory.dust:
        if source.daily_pm_kg is not None and source.daily_pm_kg > 0:
            sums[0] += kg_to_mg(source.daily_pm_kg)
    return sums, known


def _other_mg(inventory: Inventory, level: Level, pollutant: Pollutant) -> int:
    total = sum(_mass(source.reduction_kg.get((level, pollutant))) for source in inventory.mobile)
    if pollutant is Pollutant.PM:
        total += sum(_mass(source.reduction_pm_kg.get(level)) for source in inventory.dust)
    return total


def _cuts_not_filed(inventory: Inventory, levels: Sequence[Level]) -> list[tuple[str, str]]:
    """Say how many dust and mobile sources file no cut for some planned level; 0 is a figure."""
    dust = sum(any(x not in source.reduction_pm_kg for x in levels) for source in inventory.dust)
    mobile = sum(
        any(all((x, p) not in source.reduction_kg for p in POLLUTANTS) for x in levels)
        for source in inventory.mobile
    )
    out = []
    for n, zh, en in ((dust, "扬尘源", "dust"), (mobile, "移动源", "mobile")):
        if n:
            out.append(
                (
                    f"{n}个{zh}未填减排量（至少一个级别），该级别按0计，实际未知。",
                    f"{n} {en} sources file no cut for some level; 0 is counted, the true is unknown.",
                )
            )
    return out


def _mass(kg: Decimal | None) -> int:
    return kg_to_mg(kg) if kg is not None and kg > 0 else 0


def _no_total(p: Pollutant) -> tuple[str, str]:
    return (
        f"清单未填报{p.label_zh}全社会排放总量，以清单内企业与扬尘源日排放之和代替，减排比例据此计算。",
        f"No whole-society total of {p.value} is filed; the sum of the list stands in for it.",
    )


def _not_known(p: Pollutant) -> tuple[str, str]:
    return (
        f"清单没有{p.label_zh}排放量：按“未知”处理，不设目标、不计减排，也不视为达标。",
        f"The list carries no {p.value} emissions: unknown, no target set, none counted as met.",
    )
