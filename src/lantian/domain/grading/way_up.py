"""The way up (提级诊断): what separates a firm from each better grade, and what it would gain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from lantian.domain.grading.grade import label_of
from lantian.domain.grading.result import PartResult, RowResult
from lantian.domain.grading.truth import Truth
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.book import Rulebook
from lantian.rulebook.model import FloorKind, MeasureRule

WHY_ZH: Mapping[str, str] = {
    "fails": "未达到",
    "missing": "缺事实",
    "judge": "须人工判断",
    "unverified": "条款待核实",
    "absent": "缺来源",
}


@dataclass(frozen=True, slots=True)
class WayStep:
    """One indicator that does not yet reach the target grade."""

    row_id: str
    dimension: str
    item_zh: str
    demand_zh: str
    lacking_zh: tuple[str, ...]  # the tests that do not hold yet, each with what is there now
    why: str  # fails, missing (a fact), judge (a person), unverified (not switched on), absent
    tests_held: int
    tests_total: int
    ref: RuleRef | None

    @property
    def words_zh(self) -> str:
        """The step in one line: why, what, and what is still lacking."""
        lacking = "；".join(self.lacking_zh) or self.demand_zh
        return f"{WHY_ZH[self.why]}　{self.item_zh}：{lacking}"


@dataclass(frozen=True, slots=True)
class LevelGain:
    """What one alert level demands now and at the target grade, as a share of production.

    A share is None where the rule gives no figure.
    """

    level: Level
    now: MeasureRule
    then: MeasureRule
    now_share: Fraction | None
    then_share: Fraction | None
    days: Fraction


@dataclass(frozen=True, slots=True)
class Gain:
    """What the better grade would save in a winter of given alert days.

    `stop_days` are days of full production; `less_cut_kg` is what the firm would no longer have
    to cut, by pollutant. None where a rule gives no figure.
    """

    levels: tuple[LevelGain, ...]
    stop_days: Fraction | None
    less_cut_kg: Mapping[str, Fraction] | None


@dataclass(frozen=True, slots=True)
class WayUp:
    """The way to one better grade."""

    target: str
    rows_held: int
    rows_total: int
    steps: tuple[WayStep, ...]
    gain: Gain | None = None


@dataclass(frozen=True, slots=True)
class Winter:
    """What a gain is counted on: alert days by level, the firm's emission, its coking hours."""

    days: Mapping[Level, Fraction]
    daily_kg: Mapping[str, Fraction] = field(default_factory=dict)  # pollutant code: kg/d
    normal_coking_hours: Fraction | None = None


def ways_up(
    part: PartResult,
    book: Rulebook | None = None,
    day: date | None = None,
    winter: Winter | None = None,
) -> tuple[WayUp, ...]:
    """Return the way to every grade better than the one given (or proven), nearest first.

    Ways are ordered by how many indicators already hold, steps within a way likewise by how
    much of the indicator already holds; what is merely unknown comes after what fails
    (decision 0052).

    Parameters
    ----------
    part
        The graded industry of a firm.
    book, day, winter
        Where all are given, each way also tells what the better grade would save.
    """
    if part.table is None or not part.scheme:
        return ()
    now = part.grade if part.grade in part.scheme else part.proven
    ways = [_way(part, target) for target in part.scheme[: part.scheme.index(now)]]
    if book is not None and day is not None and winter is not None:
        ways = [_with_gain(w, part, now, book, day, winter) for w in ways]
    return tuple(sorted(ways, key=lambda w: (-w.rows_held, part.scheme.index(w.target) * -1)))


def _way(part: PartResult, target: str) -> WayUp:
    steps = [_step(row, target) for row in part.rows if row.reaches[target] is not Truth.TRUE]
    held = len(part.rows) - len(steps)
    total = len(part.rows)
    if part.gate is not None and target in part.gate.reaches:
        total += 1
        truth = part.gate.reaches[target]
        if truth is Truth.TRUE:
            held += 1
        else:
            steps.append(_gate_step(part, target, truth))
    steps.sort(key=lambda s: (s.why != "fails", -Fraction(s.tests_held, max(1, s.tests_total))))
    return WayUp(target, held, total, tuple(steps))


def _gate_step(part: PartResult, target: str, truth: Truth) -> WayStep:
    assert part.gate is not None
    rule = part.gate.trace.rule if part.gate.trace else None
    return WayStep(
        row_id="energy-gate",
        dimension="energy",
        item_zh="能效",
        demand_zh=f"{label_of(target)}须达到的能效水平",
        lacking_zh=(part.gate.trace.what_zh,) if part.gate.trace else (),
        why="fails" if truth is Truth.FALSE else "missing",
        tests_held=0,
        tests_total=1,
        ref=rule,
    )


def _step(row: RowResult, target: str) -> WayStep:
    requirement = row.row.levels.get(target)
    found = next((s for s in row.trace.steps if s.what_en.startswith(f"{target}: ")), None)
    tests = found.steps if found else ()
    lacking = [t for t in tests if t.value != Truth.TRUE.label_zh]
    return WayStep(
        row_id=row.row.row_id,
        dimension=row.row.dimension,
        item_zh=row.row.item_zh,
        demand_zh=requirement.text_zh if requirement else "没有来源给出该等级的要求",
        lacking_zh=tuple(f"{t.what_zh}（现：{t.inputs.get('值', '—')}）" for t in lacking),
        why=_why(row, target, found),
        tests_held=len(tests) - len(lacking),
        tests_total=len(tests),
        ref=requirement.ref if requirement else None,
    )


def _why(row: RowResult, target: str, step: Trace | None) -> str:
    if row.reaches[target] is Truth.FALSE:
        return "fails"
    if target not in row.row.levels:
        return "absent"
    if step is not None and step.what_en.endswith("unverified, not used"):
        return "unverified"
    return "judge" if target in row.to_judge else "missing"


# --- what it saves ---------------------------------------------------------------------------


def floor_share(rule: MeasureRule, normal_coking_hours: Fraction | None) -> Fraction | None:
    """Return the share of production a floor takes away, None where the rule gives no figure."""
    if rule.kind in {FloorKind.AUTONOMOUS, FloorKind.NONE, FloorKind.TRANSPORT_ONLY}:
        return Fraction(0)
    if rule.share is not None:
        return rule.share
    if rule.kind is FloorKind.COKING_HOURS and rule.hours and normal_coking_hours:
        return max(Fraction(0), 1 - normal_coking_hours / rule.hours)
    return None


def gain(
    industry: str, subtype: str, now: str, then: str, *, book: Rulebook, day: date, winter: Winter
) -> Gain:
    """Return what grade `then` would save against `now` over a winter."""
    levels = []
    for level in LEVELS:
        rules = [book.measure(industry, subtype, grade, level, day) for grade in (now, then)]
        shares = [floor_share(rule, winter.normal_coking_hours) for rule in rules]
        days = winter.days.get(level, Fraction(0))
        levels.append(LevelGain(level, rules[0], rules[1], shares[0], shares[1], days))
    saved: list[Fraction] = []
    for one in levels:
        if one.days and (one.now_share is None or one.then_share is None):
            return Gain(tuple(levels), None, None)
        if one.now_share is not None and one.then_share is not None:
            saved.append((one.now_share - one.then_share) * one.days)
    stop_days = sum(saved, Fraction(0))
    less = {code: kg * stop_days for code, kg in winter.daily_kg.items()} or None
    return Gain(tuple(levels), stop_days, less)


def _with_gain(
    way: WayUp, part: PartResult, now: str, book: Rulebook, day: date, winter: Winter
) -> WayUp:
    found = gain(part.industry, part.subtype, now, way.target, book=book, day=day, winter=winter)
    return WayUp(way.target, way.rows_held, way.rows_total, way.steps, found)
