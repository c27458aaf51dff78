"""The ways up of every graded firm, with what the list says it emits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from lantian.domain.grading.result import FirmResult
from lantian.domain.grading.way_up import WayUp, Winter, ways_up
from lantian.domain.inventory.base import running_base_mg, standing_still
from lantian.domain.inventory.model import Inventory
from lantian.jobs.grading.run import GradeRun
from lantian.jobs.lists import read_list
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.mass import MG_PER_KG
from lantian.kernel.pollutant import POLLUTANTS

ONE_DAY_EACH: Mapping[Level, Fraction] = dict.fromkeys(LEVELS, Fraction(1))
"""What gains are counted on where nobody says how many alert days a winter has."""


@dataclass(frozen=True, slots=True)
class Winters:
    """What each firm emits and how many alert days a winter is taken to have."""

    run: GradeRun
    days: Mapping[Level, Fraction]
    given: bool  # whether the days were given, or one of each is assumed
    daily_kg: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    coking_hours: Mapping[str, Fraction] = field(default_factory=dict)

    @classmethod
    def of(
        cls, run: GradeRun, list_path: Path | None, days: Mapping[Level, Fraction] | None
    ) -> Winters:
        """Read the list, where there is one, and put it beside the graded firms.

        Raises
        ------
        LantianError
            X codes where the list cannot be read.
        """
        daily: dict[str, dict[str, Fraction]] = {}
        hours: dict[str, Fraction] = {}
        if list_path is not None:
            daily, hours = _emission(read_list(list_path).inventory, run)
        return cls(run, days or ONE_DAY_EACH, days is not None, daily, hours)

    def ways(self, result: FirmResult) -> tuple[tuple[WayUp, ...], ...]:
        """Return the ways up of each industry of a firm."""
        winter = Winter(
            days=self.days,
            daily_kg=self.daily_kg.get(result.firm_id, {}),
            normal_coking_hours=self.coking_hours.get(result.firm_id),
        )
        return tuple(
            ways_up(part, self.run.rulebook, self.run.day, winter) for part in result.parts
        )


def _emission(
    inventory: Inventory, run: GradeRun
) -> tuple[dict[str, dict[str, Fraction]], dict[str, Fraction]]:
    """Return kg/d by pollutant and normal coking hours, for the firms of the run."""
    wanted = {result.firm_id for result in run.results}
    firms = {f.firm_id: f for f in inventory.firms if f.firm_id in wanted}
    mg: dict[str, list[int]] = defaultdict(lambda: [0] * len(POLLUTANTS))
    hours: dict[str, list[Fraction]] = defaultdict(list)
    for line in inventory.lines:
        firm = firms.get(line.firm_id)
        if firm is None or standing_still(line, firm, run.day):
            continue
        for i, mass in enumerate(running_base_mg(line)):
            mg[firm.firm_id][i] += mass or 0
        if line.normal_coking_hours is not None:
            hours[firm.firm_id].append(Fraction(line.normal_coking_hours))
    daily = {
        firm_id: {
            p.value: Fraction(total, MG_PER_KG)
            for p, total in zip(POLLUTANTS, totals, strict=True)
            if total
        }
        for firm_id, totals in mg.items()
    }
    return daily, {firm_id: sum(h, Fraction(0)) / len(h) for firm_id, h in hours.items()}
