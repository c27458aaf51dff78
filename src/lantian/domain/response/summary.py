"""The figures of a plan, once: terminal, JSON, workbook, PDF and Word all read these.

Masses are exact kilograms. An achieved ratio is rounded down and a required mass up, so that
no page ever shows a target as met that is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lantian.domain.grading.grade import Grade
from lantian.domain.response.model import Baseline, Order, Plan
from lantian.kernel.level import Level
from lantian.kernel.mass import mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.kernel.trace import RuleRef

GOOD_RANK = Grade.B_MINUS.rank
"""Good performers are A, leading, B and B-."""

RATIO_PLACES = 6


@dataclass(frozen=True, slots=True)
class PollutantFigures:
    """One pollutant at one level. `known` False: no target, every other figure is void."""

    pollutant: Pollutant
    known: bool
    city_kg: Decimal
    required_ratio: Fraction
    achieved_ratio: Fraction
    required_kg: Decimal
    achieved_kg: Decimal
    other_kg: Decimal  # of this, dust and mobile sources
    firms_kg: Decimal  # of this, firms
    short_kg: Decimal
    marginal_cny_kg: float | None

    @property
    def met(self) -> bool:
        """Whether its own target is reached."""
        return self.known and self.short_kg == 0


@dataclass(frozen=True, slots=True)
class GradeFigures:
    """Firms of one grade at one level."""

    grade: Grade
    firms: int
    touched: int
    stopped: int  # firms cut to nothing


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """Everything a page says of one level."""

    level: Level
    pollutants: tuple[PollutantFigures, ...]
    cost: Decimal  # yuan a day, or size units where the plan's cost_basis says so
    firms: int
    firms_touched: int
    lines_stopped: int
    good_total: int
    good_spared: int
    grades: tuple[GradeFigures, ...]
    reasons: Mapping[str, int]

    @property
    def good_spared_share(self) -> Fraction:
        """Share of A, leading, B and B- firms that are not cut; 1 where there are none."""
        return Fraction(self.good_spared, self.good_total) if self.good_total else Fraction(1)


@dataclass(frozen=True, slots=True)
class BaselineFigures:
    """One other way to plan, at one level."""

    key: str
    label_zh: str
    level: Level
    cost: Decimal
    ratios: Mapping[Pollutant, Fraction]
    meets: bool
    firms_touched: int
    lines_stopped: int
    good_spared_share: Fraction
    why_cheaper_zh: str = ""
    why_cheaper_en: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a plan.

    `value` and `bound` add the levels' costs up by `weights`. `total` and `total_bound` are what
    a page shows beside `total_label_zh`: the same, or for one level simply its cost.
    """

    feasible: bool
    cost_basis: str
    value: Decimal
    bound: Decimal
    gap: float
    levels: tuple[LevelFigures, ...]
    baselines: tuple[BaselineFigures, ...]
    rules_by_status: Mapping[str, int]
    unverified: tuple[RuleRef, ...]
    weights: tuple[int, ...]

    @property
    def total(self) -> Decimal:
        """Cost shown as that of the whole plan."""
        return self.levels[0].cost if len(self.levels) == 1 else self.value

    @property
    def total_bound(self) -> Decimal:
        """The certified bound on `total`."""
        return self.bound / self.weights[0] if len(self.levels) == 1 else self.bound

    @property
    def total_label_zh(self) -> str:
        """What `total` is: a day's cost, or a weighted sum over levels that never coincide."""
        if len(self.levels) == 1:
            return "日成本"
        weights = ":".join(map(str, self.weights))
        return f"{'零一两三'[len(self.levels)]}级日成本按权重{weights}合计"

    def level(self, level: Level) -> LevelFigures:
        """Return the figures of one level."""
        return next(f for f in self.levels if f.level is level)


def figures(plan: Plan) -> Figures:
    """Return the figures of `plan`."""
    by_level: dict[Level, list[Order]] = {level: [] for level in plan.levels}
    for order in plan.orders:
        by_level[order.level].append(order)
    return Figures(
        feasible=plan.feasible,
        cost_basis=plan.cost_basis,
        value=fen_to_cny(plan.value_fen),
        bound=Decimal(int(plan.bound_fen // 1)).scaleb(-2),
        gap=plan.gap,
        levels=tuple(_level(plan, level, by_level[level]) for level in plan.levels),
        baselines=tuple(
            _baseline(plan, base, level) for base in plan.baselines for level in plan.levels
        ),
        rules_by_status=dict(Counter(rule.status for rule in plan.rules)),
        unverified=tuple(rule for rule in plan.rules if rule.status == "unverified"),
        weights=plan.weights or (1,) * len(plan.levels),
    )


def fen_to_cny(fen: int) -> Decimal:
    """Return fen as yuan, exactly."""
    return Decimal(fen).scaleb(-2)


def ratio_decimal(ratio: Fraction, places: int = RATIO_PLACES) -> Decimal:
    """Return a ratio rounded down to `places` decimals."""
    scaled = ratio.numerator * 10**places // ratio.denominator
    return Decimal(scaled).scaleb(-places)


def floor_percent(ratio: Fraction) -> str:
    """Return a ratio as per cent with two decimals, rounded down, for achieved figures."""
    return f"{ratio_decimal(ratio, 4) * 100:.2f}%"


def is_touched(order: Order) -> bool:
    """Whether the order cuts production."""
    return order.share > 0


def stopped_lines(order: Order) -> int:
    """Return how many lines the order stops altogether."""
    return sum(action.share == 1 for action in order.actions)


def _level(plan: Plan, level: Level, orders: list[Order]) -> LevelFigures:
    grades: dict[Grade, list[int]] = {}
    for order in orders:
        count = grades.setdefault(order.grade, [0, 0, 0])
        count[0] += 1
        count[1] += is_touched(order)
        count[2] += order.share == 1
    good = [o for o in orders if o.grade.rank <= GOOD_RANK]
    return LevelFigures(
        level=level,
        pollutants=tuple(_pollutant(plan, level, p) for p in POLLUTANTS),
        cost=fen_to_cny(plan.cost_fen[level]),
        firms=len(orders),
        firms_touched=sum(map(is_touched, orders)),
        lines_stopped=sum(map(stopped_lines, orders)),
        good_total=len(good),
        good_spared=sum(not is_touched(o) for o in good),
        grades=tuple(GradeFigures(g, *grades[g]) for g in Grade if g in grades),
        reasons=dict(sorted(Counter(o.reason for o in orders).items())),
    )


def _pollutant(plan: Plan, level: Level, pollutant: Pollutant) -> PollutantFigures:
    city = plan.city_mg[pollutant]
    key = level, pollutant
    achieved, other = plan.achieved_mg[key], plan.other_mg[key]
    ratio = plan.required_ratio[key]
    known = pollutant not in plan.unknown
    required = -(-ratio.numerator * city // ratio.denominator) if known else 0
    return PollutantFigures(
        pollutant=pollutant,
        known=known,
        city_kg=mg_to_kg(city),
        required_ratio=ratio,
        achieved_ratio=Fraction(achieved, city) if known else Fraction(0),
        required_kg=mg_to_kg(required),
        achieved_kg=mg_to_kg(achieved),
        other_kg=mg_to_kg(other),
        firms_kg=mg_to_kg(achieved - other),
        short_kg=mg_to_kg(max(0, required - achieved)) if known else Decimal(0),
        marginal_cny_kg=plan.duals_cny_per_kg.get(key) if known else None,
    )


def _baseline(plan: Plan, base: Baseline, level: Level) -> BaselineFigures:
    ratios = {
        p: Fraction(base.achieved_mg[level, p], plan.city_mg[p])
        for p in POLLUTANTS
        if p not in plan.unknown
    }
    return BaselineFigures(
        key=base.key,
        label_zh=base.label_zh,
        level=level,
        cost=fen_to_cny(base.cost_fen[level]),
        ratios=ratios,
        meets=base.meets[level],
        firms_touched=base.firms_touched[level],
        lines_stopped=base.lines_stopped[level],
        good_spared_share=base.good_performers_spared[level],
        why_cheaper_zh=base.why_cheaper_zh.get(level, ""),
        why_cheaper_en=base.why_cheaper_en.get(level, ""),
    )
