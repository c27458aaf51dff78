"""Build every group's ladder of cut steps, and the arrays the optimiser works on.

Steps are real states (whole lines, hours, cells), so whatever the optimiser chooses can be
ordered as it stands. Covers the general measure rules ``several-lines``, ``one-line``,
``cannot-stop``, ``livelihood``, ``autonomous`` and ``floor``.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from lantian.domain.inventory.base import countable, daily_base_mg
from lantian.domain.inventory.model import Firm, Inventory, Line, MeasureKind
from lantian.domain.response.ladder.costs import CostBasis, line_costs
from lantian.domain.response.ladder.group import Group, Mode
from lantian.domain.response.ladder.grouping import Seed, finish_group
from lantian.domain.response.ladder.order import line_choice
from lantian.domain.response.ladder.units import Share
from lantian.domain.response.model import Ladders, share_places
from lantian.domain.response.settings import Switches
from lantian.domain.response.targets import list_sums
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.mass import kg_to_mg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook.model import Industry

if TYPE_CHECKING:
    from lantian.rulebook.book import Rulebook

_NEVER_CUT = (Mode.IDLE, Mode.AUTONOMOUS)
"""Groups that fairness has nothing to say about: nothing runs, or the firm decides itself."""


@dataclass(frozen=True, slots=True)
class GroupIndex:
    """How to turn ``(group, step)`` back into firms, lines and words.

    Attributes
    ----------
    groups
        One entry a group, in the order of the arrays.
    industries, districts
        Names behind the integer codes.
    counts
        What was not used or had to be estimated, for the remarks.
    """

    groups: tuple[Group, ...]
    industries: tuple[str, ...]
    districts: tuple[str, ...]
    basis: CostBasis
    counts: Mapping[str, int]


def build_ladders(
    inventory: Inventory,
    rulebook: Rulebook,
    day: date,
    levels: Sequence[Level] = LEVELS,
    switches: Switches | None = None,
) -> tuple[Ladders, GroupIndex]:
    """Return the ladders of every firm and the index back to its lines.

    Parameters
    ----------
    inventory
        The list; firms or lines that appear twice count once, lines without a firm not at all
        (all counted in `GroupIndex.counts`).
    day
        Day of the alert: decides rules and seasons.
    levels
        Levels to plan, rising; floors look at every level up to them, so that a plan for red
        alone asks what a joint plan asks.
    switches
        Optional rules; defaults to none.
    """
    chosen = switches or Switches()
    counts: Counter[str] = Counter()
    seeds = _seeds(inventory, rulebook, day, counts)
    collected = [k for k, p in enumerate(POLLUTANTS) if p not in inventory.not_collected]
    counts["unknown_base"] = sum(seed.unknown[k] for seed in seeds for k in collected)
    basis = _price(seeds, inventory, day)
    filed = _filed_stops(inventory)
    groups = tuple(finish_group(seed, rulebook, day, chosen, filed) for seed in seeds)
    industries = tuple(sorted({g.industry.slug for g in groups}))
    districts = tuple(sorted({g.firm.district for g in groups}))
    ladders = _arrays(groups, tuple(levels), industries, districts)
    return ladders, GroupIndex(groups, industries, districts, basis, dict(counts))


def _seeds(inventory: Inventory, rulebook: Rulebook, day: date, counts: Counter[str]) -> list[Seed]:
    """Return each firm with its running and idle lines, counting whatever is not used."""
    firms: dict[str, Firm] = {}
    for firm in inventory.firms:
        if firm.firm_id in firms:
            counts["duplicate_firms"] += 1
        else:
            firms[firm.firm_id] = firm
    lines: dict[str, dict[str, Line]] = {}
    for line in inventory.lines:
        if line.firm_id not in firms:
            counts["orphan_lines"] += 1
        elif line.line_id in lines.setdefault(line.firm_id, {}):
            counts["duplicate_lines"] += 1
        else:
            lines[line.firm_id][line.line_id] = line
    industry_of: dict[str, Industry] = {}
    other = rulebook.find_industry("other")
    seeds = []
    for firm in firms.values():
        industry = industry_of.get(firm.industry)
        if industry is None:
            industry = rulebook.find_industry(firm.industry) or other
            assert industry is not None
            industry_of[firm.industry] = industry
        if industry is other and firm.industry.strip() not in ("", "other", other.name_zh):
            counts["unknown_industry"] += 1
        if firm.grade is None:
            counts["grade_missing"] += 1
        seeds.append(_seed(firm, industry, list(lines.get(firm.firm_id, {}).values()), day, counts))
    return seeds


def _seed(
    firm: Firm, industry: Industry, lines: list[Line], day: date, counts: Counter[str]
) -> Seed:
    running, idle, bases = [], [], []
    unknown = [0, 0, 0, 0]
    for line in lines:
        if not countable(line, firm, day):
            idle.append(line)
            continue
        base = daily_base_mg(line, firm, day)
        running.append(line)
        for k in range(4):
            unknown[k] += base[k] is None
        bases.append((base[0] or 0, base[1] or 0, base[2] or 0, base[3] or 0))
    counts["lines"] += len(lines)
    counts["idle_lines"] += len(idle)
    counts["firms_without_lines"] += not lines
    return Seed(firm, industry, running, idle, bases, unknown)


def _price(seeds: list[Seed], inventory: Inventory, day: date) -> CostBasis:
    """Fill the costs and emission weights of every running line; return how they were found."""
    totals = list_sums(inventory, day)[0]
    for k, pollutant in enumerate(POLLUTANTS):
        filed = [t.daily_kg[pollutant] for t in inventory.totals if pollutant in t.daily_kg]
        if filed:
            totals[k] = sum(kg_to_mg(v) for v in filed)
    scale = [1.0 / t if t > 0 else 0.0 for t in totals]
    lines, industries, weights = [], [], []
    for seed in seeds:
        for line, base in zip(seed.lines, seed.base_mg, strict=True):
            lines.append(line)
            industries.append(seed.industry.slug)
            weights.append(sum(b * s for b, s in zip(base, scale, strict=True)))
    costs = line_costs(lines, industries, weights)
    at = 0
    for seed in seeds:
        end = at + len(seed.lines)
        seed.weight = weights[at:end]
        seed.value_fen = list(costs.value_fen[at:end])
        seed.restart_fen = list(costs.restart_fen[at:end])
        seed.cost_estimated = any(costs.estimated[at:end])
        at = end
    return costs.basis


def _filed_stops(inventory: Inventory) -> dict[tuple[str, str], int]:
    """Return the lowest level at which each line is filed to stop (0 yellow to 2 red)."""
    out: dict[tuple[str, str], int] = {}
    for measure in inventory.measures:
        if measure.level is None:
            continue
        if measure.kind is MeasureKind.STOP or measure.share == 1:
            key = (measure.firm_id, measure.line_id)
            out[key] = min(out.get(key, 3), measure.level.order)
    return out


def _arrays(
    groups: tuple[Group, ...],
    levels: tuple[Level, ...],
    industries: tuple[str, ...],
    districts: tuple[str, ...],
) -> Ladders:
    """Return the arrays of all groups."""
    start = array("q", [0])
    shares: list[Share] = []
    cost, reduction = array("q"), array("q")
    for group in groups:
        for step, share in enumerate(group.shares):
            shares.append(share)
            cost.append(group.cost_fen(step))
            masses = group.reduction_mg(step)
            for k in range(4):
                reduction.append(sum(m[k] for m in masses))
        start.append(len(shares))
    code_i = {name: k for k, name in enumerate(industries)}
    code_d = {name: k for k, name in enumerate(districts)}
    count = len(groups)
    floor = np.array([[g.floors[x].step for g in groups] for x in levels], np.int8)
    cap = np.array([[g.caps[x] for g in groups] for x in levels], np.int8)
    return Ladders(
        industry=np.fromiter((code_i[g.industry.slug] for g in groups), np.int32, count),
        rank=np.fromiter((g.grade.rank for g in groups), np.int8, count),
        district=np.fromiter((code_d[g.firm.district] for g in groups), np.int32, count),
        start=np.array(start, np.int64),
        share=share_places(shares),
        cost_fen=np.array(cost, np.int64),
        reduction_mg=np.array(reduction, np.int64).reshape(-1, 4),
        floor=floor.reshape(len(levels), count),
        cap=cap.reshape(len(levels), count),
        fair=np.fromiter((g.mode not in _NEVER_CUT for g in groups), np.bool_, count),
        lines=line_choice(groups),
    )
