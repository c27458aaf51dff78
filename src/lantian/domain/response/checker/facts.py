"""What the checker works out by itself from list and rulebook, without the plan's code.

Only integers and fractions; no arrays, no ladder, no optimiser. The definitions are those of
docs/plan.md, written a second time on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.base import countable, daily_base_mg
from lantian.domain.inventory.model import CutUnit, Firm, Inventory, Line
from lantian.domain.response.settings import Switches
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.mass import kg_to_mg
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import FloorKind, Industry, MeasureRule

if TYPE_CHECKING:
    from lantian.rulebook.book import Rulebook

ONE_TENTH = Fraction(1, 10)
ONE_HALF = Fraction(1, 2)
ONE_FIFTH = Fraction(1, 5)
PUBLISHED_H = (28, 36, 48)
PUBLISHED_LONGEST_H = 48
_BY_PIECE = (CutUnit.CELLS, CutUnit.FLAME_SYSTEMS)
_NEVER_WHOLE = (*_BY_PIECE, CutUnit.BOILERS, CutUnit.COKING_HOURS)


@dataclass(frozen=True)
class Facts:
    """One firm as the checker sees it."""

    firm: Firm
    grade: Grade
    industry: Industry
    running: tuple[Line, ...]
    standing: tuple[Line, ...]
    base: dict[str, tuple[int, ...]]
    keep: dict[str, Fraction]  # greatest share a line may lose
    rules: dict[Level, MeasureRule]

    @cached_property
    def guaranteed(self) -> bool:
        """Whether a task limits any running line."""
        return any(limit < 1 for limit in self.keep.values())

    @cached_property
    def free(self) -> list[Line]:
        """Running lines without a task."""
        return [line for line in self.running if self.keep[line.line_id] == 1]

    @cached_property
    def quick(self) -> list[Line]:
        """Free lines that can stop at short notice."""
        return [line for line in self.free if self.may_stop(line)]

    def may_stop(self, line: Line) -> bool:
        """Whether the line can stop at short notice."""
        if line.cut_unit is CutUnit.HOT_HOLD:
            return True
        return not self.industry.continuous if line.stoppable is None else line.stoppable

    @cached_property
    def by_hours(self) -> bool:
        """Whether every running line is an oven with a known normal coking time."""
        return all(
            line.cut_unit is CutUnit.COKING_HOURS and (line.normal_coking_hours or 0) > 0
            for line in self.running
        )

    @cached_property
    def by_line(self) -> bool:
        """Whether the firm is cut by stopping whole lines."""
        if len(self.running) < 2 or self.by_hours:
            return False
        if all(line.cut_unit in _NEVER_WHOLE for line in self.running):
            return False
        return bool(self.quick)

    def ceiling(self, line: Line) -> Fraction:
        """Return the greatest share technique and task allow a line that is cut by load."""
        keep = self.keep[line.line_id]
        if self.by_hours:
            normal = Fraction(line.normal_coking_hours or 1)
            longest = Fraction(
                max(line.normal_coking_hours or 1, PUBLISHED_LONGEST_H)
                if line.longest_coking_hours is None
                else max(line.longest_coking_hours, line.normal_coking_hours or 1)
            )
            return min(keep, 1 - normal / longest)
        if all(map(self.may_stop, self.running)):
            return in_pieces(line, keep)
        total = pieces(line)
        half = ONE_HALF if total is None else Fraction((total + 1) // 2, total)
        return in_pieces(line, min(keep, half))

    def at_ceiling(self, shares: dict[str, Fraction]) -> bool:
        """Whether the firm cannot be cut more unless a rule asks for what technique does not."""
        if self.by_line:
            return all(shares[line.line_id] == 1 for line in self.quick)
        return all(shares[line.line_id] >= self.ceiling(line) for line in self.running)

    def exempt(self, level: Level, switches: Switches) -> bool:
        """Whether an officer or the switch for small firms keeps the firm at its floor."""
        small = switches.spare_small_micro and bool(self.firm.small_micro)
        return self.firm.firm_id in switches.spared or (small and level is not Level.RED)


def in_pieces(line: Line, share: Fraction) -> Fraction:
    """Return `share` rounded down to whole cells or flame systems."""
    total = pieces(line)
    return share if total is None else Fraction(int(share * total), total)


def pieces(line: Line) -> int | None:
    """Return the number of cells or flame systems; None for other lines and for a single one."""
    total = line.cut_units_total
    if line.cut_unit in _BY_PIECE and total is not None and total >= 2 and total == int(total):
        return int(total)
    return None


def gather(inventory: Inventory, rulebook: Rulebook, day: date) -> dict[str, Facts]:
    """Return the facts of every firm; rows that repeat an id are passed over."""
    lines: dict[str, dict[str, Line]] = {}
    for line in inventory.lines:
        lines.setdefault(line.firm_id, {}).setdefault(line.line_id, line)
    out: dict[str, Facts] = {}
    for firm in inventory.firms:
        if firm.firm_id not in out:
            own = list(lines.get(firm.firm_id, {}).values())
            out[firm.firm_id] = _facts(firm, own, rulebook, day)
    return out


def _facts(firm: Firm, lines: list[Line], rulebook: Rulebook, day: date) -> Facts:
    industry = rulebook.find_industry(firm.industry) or rulebook.find_industry("other")
    assert industry is not None
    grade = Grade.UNGRADED if firm.grade is None else firm.grade
    running = tuple(x for x in lines if countable(x, firm, day))
    return Facts(
        firm=firm,
        grade=grade,
        industry=industry,
        running=running,
        standing=tuple(x for x in lines if not countable(x, firm, day)),
        base={x.line_id: tuple(m or 0 for m in daily_base_mg(x, firm, day)) for x in running},
        keep=_keep(firm, running),
        rules={
            x: rulebook.measure(industry.slug, firm.subtype, grade.value, x, day) for x in LEVELS
        },
    )


def _keep(firm: Firm, running: tuple[Line, ...]) -> dict[str, Fraction]:
    if firm.guaranteed is False:
        return {x.line_id: Fraction(1) for x in running}
    if firm.guaranteed and all(x.task_share is None for x in running):
        return {x.line_id: Fraction(0) for x in running}
    return {
        x.line_id: 1 - min(max(Fraction(x.task_share or Decimal(0)), Fraction(0)), Fraction(1))
        for x in running
    }


# --- floors --------------------------------------------------------------------------------


def floor_kept(facts: Facts, rule: MeasureRule, shares: dict[str, Fraction]) -> bool:
    """Whether line shares do at least what `rule` asks, as far as task and technique allow."""
    if rule.kind in (FloorKind.AUTONOMOUS, FloorKind.NONE, FloorKind.TRANSPORT_ONLY):
        return True
    if facts.by_hours:
        return all(_oven_kept(facts, line, rule, shares[line.line_id]) for line in facts.running)
    if facts.by_line:
        return _lines_kept(facts, rule, shares)
    return all(_load_kept(facts, line, rule, shares[line.line_id]) for line in facts.running)


def _figure(rule: MeasureRule) -> Fraction | None:
    """Return the share the rule itself names."""
    if rule.share is None and rule.kind is FloorKind.STOP_SHARE:
        return Fraction(1)
    return rule.share


def _oven_kept(facts: Facts, line: Line, rule: MeasureRule, share: Fraction) -> bool:
    if share >= facts.ceiling(line):
        return True
    normal = Fraction(line.normal_coking_hours or 0)
    if rule.kind is FloorKind.COKING_HOURS and rule.hours is not None:
        return normal >= rule.hours * (1 - share)
    figure = _figure(rule)
    if figure is not None:
        return share >= figure
    offered = _coking_times(facts)
    if not offered:
        return True  # no time that any oven may run lies above the normal one
    asked = offered[0] if rule.kind is not FloorKind.STOP_SOME else offered[:2][-1]
    return normal >= asked * (1 - share)


def _coking_times(facts: Facts) -> list[Fraction]:
    """Return the coking times a firm may be asked: published ones and what its ovens file."""
    normal = [Fraction(x.normal_coking_hours or 0) for x in facts.running]
    filed = [Fraction(x.longest_coking_hours) for x in facts.running if x.longest_coking_hours]
    silent = [
        max(Fraction(PUBLISHED_LONGEST_H), Fraction(x.normal_coking_hours or 0))
        for x in facts.running
        if x.longest_coking_hours is None
    ]
    longest = max(filed + silent)
    times = {Fraction(h) for h in PUBLISHED_H} | set(filed) | {longest}
    return sorted(t for t in times if min(normal) < t <= longest)


def _lines_kept(facts: Facts, rule: MeasureRule, shares: dict[str, Fraction]) -> bool:
    free = facts.free
    stopped = sum(shares[line.line_id] == 1 for line in free)
    total = sum((shares[line.line_id] for line in free), Fraction(0))
    if rule.general and all(shares[line.line_id] == 1 for line in facts.quick):
        return True
    figure = _figure(rule)
    if figure is None:
        if rule.kind is FloorKind.STOP_SOME:
            if len(free) == 1:
                return total >= ONE_FIFTH
            return stopped >= 1 and total > ONE_TENTH * len(free)
        return total >= ONE_TENTH * len(free)
    if len(free) == 1 and figure < 1:
        return total >= figure
    return stopped >= figure * len(free)


def _load_kept(facts: Facts, line: Line, rule: MeasureRule, share: Fraction) -> bool:
    figure = _figure(rule)
    keep = in_pieces(line, facts.keep[line.line_id])
    if figure is None:
        if share >= keep:
            return True
        return share >= (ONE_FIFTH if rule.kind is FloorKind.STOP_SOME else ONE_TENTH)
    partial = not all(map(facts.may_stop, facts.running))
    if rule.general and partial and not rule.hot_hold:
        figure = min(figure, ONE_HALF)
    return share >= min(figure, keep)


def asks_for_more_than_technique(facts: Facts, level: Level) -> bool:
    """Whether an industry's own table, at this level or below, may override technique."""
    return any(
        (not rule.general and _figure(rule) is not None) or rule.hot_hold
        for rule in (facts.rules[x] for x in LEVELS[: level.order + 1])
    )


# --- the city ------------------------------------------------------------------------------


@dataclass(frozen=True)
class City:
    """Whole-society emission and cuts outside the firms, added up once more."""

    total: dict[Pollutant, int]
    scale: dict[Pollutant, int]  # the total that weighs emissions in prices; the list's own too
    other: dict[tuple[Level, Pollutant], int]
    unknown: frozenset[Pollutant]


def city_facts(inventory: Inventory, facts: Sequence[Facts], levels: Sequence[Level]) -> City:
    """Return the city's totals, other cuts and pollutants without a target."""
    sums = dict.fromkeys(POLLUTANTS, 0)
    for one in facts:
        for masses in one.base.values():
            for p, mass in zip(POLLUTANTS, masses, strict=True):
                sums[p] += mass
    unknown = {p for p in POLLUTANTS if p in inventory.not_collected or sums[p] == 0}
    dust = sum(_mg(d.daily_pm_kg) for d in inventory.dust)
    total, scale = {}, {}
    for p in POLLUTANTS:
        filed = [row.daily_kg[p] for row in inventory.totals if p in row.daily_kg]
        own = sums[p] + (dust if p is Pollutant.PM else 0)
        total[p] = sum(kg_to_mg(v) for v in filed) if filed else (0 if p in unknown else own)
        scale[p] = total[p] if filed else own
    other = {}
    for x in levels:
        for p in POLLUTANTS:
            cut = sum(_mg(m.reduction_kg.get((x, p))) for m in inventory.mobile)
            if p is Pollutant.PM:
                cut += sum(_mg(d.reduction_pm_kg.get(x)) for d in inventory.dust)
            other[x, p] = cut
    return City(total, scale, other, frozenset(unknown | {p for p in POLLUTANTS if total[p] <= 0}))


def _mg(kg: Decimal | None) -> int:
    return kg_to_mg(kg) if kg is not None and kg > 0 else 0
