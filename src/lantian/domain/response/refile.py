"""Filed measures brought up to the floor of the grade a firm now holds.

A downgrade changes what a firm must do from the same day. Its filed measures (sheet 减排措施)
are raised to the new floor, line by line; what the firm filed beyond it stays.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext
from fractions import Fraction

from lantian.domain.inventory.model import CutUnit, Inventory, Line, Measure, MeasureKind
from lantian.domain.response.indicators import line_indicator
from lantian.domain.response.ladder.build import build_ladders
from lantian.domain.response.ladder.units import Share
from lantian.domain.response.model import LineAction
from lantian.domain.response.wording import floor2, line_words, name_of
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.mass import kg_to_mg, mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook.book import Rulebook

Key = tuple[str, str, Level]
Masses = tuple[int, int, int, int]


def refile_measures(
    inventory: Inventory, rulebook: Rulebook, day: date, firm_ids: Collection[str]
) -> tuple[Inventory, int]:
    """Return the list with the measures of some firms raised to their floors, and how many rose.

    Parameters
    ----------
    inventory
        The list, the firms already at their new grade.
    day
        The day whose rules hold.
    firm_ids
        The firms whose grade changed; all others are left as they are.
    """
    own = replace(
        inventory,
        firms=tuple(f for f in inventory.firms if f.firm_id in firm_ids),
        lines=tuple(x for x in inventory.lines if x.firm_id in firm_ids),
        measures=tuple(m for m in inventory.measures if m.firm_id in firm_ids),
    )
    floors = _floors(own, rulebook, day)
    risen = 0
    measures: list[Measure] = []
    for measure in inventory.measures:
        floor = None
        if measure.level is not None:
            floor = floors.pop((measure.firm_id, measure.line_id, measure.level), None)
        if floor is None or Fraction(measure.share or 0) >= floor.share:
            measures.append(measure)
            continue
        risen += 1
        measures.append(_raised(measure, floor))
    row = max((m.row for m in inventory.measures), default=1)
    for (firm_id, line_id, level), floor in floors.items():  # lines that had filed nothing
        if floor.share == 0:
            continue
        risen += 1
        row += 1
        measures.append(_raised(Measure(row, firm_id, line_id, level), floor))
    return replace(inventory, measures=tuple(measures)), risen


class _Floor:
    """What one line must do at one level, in words and with what an inspector measures."""

    def __init__(self, line: Line, share: Share, mg: Masses, *, hot: bool) -> None:
        self.line, self.share, self.mg = line, Fraction(*share), mg
        words = line_words(line, share, hot_hold=hot)
        action = LineAction(
            line.line_id,
            line.name,
            line.cut_unit or CutUnit.LINE,
            self.share,
            words.zh,
            words.en,
            mg,
        )
        shown = line_indicator(action, line)
        if self.share == 1 and line.daily_electricity_kwh:
            # Standing still still draws a little; a twentieth is as near to zero as firms file it.
            shown = f"用电量≤{floor2(Fraction(line.daily_electricity_kwh) / 20)}kWh/d"
        at = next((i for i, c in enumerate(shown) if c in "≤≥"), len(shown))
        self.indicator, self.threshold = shown[:at], shown[at:] or "0"
        count = "1条" if self.share == 1 else ""
        self.text = f"{name_of(line)}{words.zh}{count}；{shown}" if shown else words.zh


def _floors(inventory: Inventory, rulebook: Rulebook, day: date) -> dict[Key, _Floor]:
    _, index = build_ladders(inventory, rulebook, day)
    found: dict[Key, _Floor] = {}
    for group in index.groups:
        for level in LEVELS:
            step = group.floors[level].step
            shares, masses = group.line_shares(step), group.reduction_mg(step)
            hot = group.rules[level].hot_hold
            for line, share, mg in zip(group.lines, shares, masses, strict=True):
                found[line.firm_id, line.line_id, level] = _Floor(line, share, mg, hot=hot)
    return found


def _raised(measure: Measure, floor: _Floor) -> Measure:
    kind = MeasureKind.LIMIT
    if floor.share == 1:
        kind = MeasureKind.STOP
    elif floor.line.cut_unit is CutUnit.COKING_HOURS:
        kind = MeasureKind.EXTEND_COKING
    masses = {
        p: max(_grams(mg), measure.reduction_kg.get(p, Decimal(0)))
        for p, mg in zip(POLLUTANTS, floor.mg, strict=True)
        if mg or kg_to_mg(measure.reduction_kg.get(p, Decimal(0)))
    }
    return replace(
        measure,
        kind=kind,
        share=_upwards(floor.share),
        text=floor.text,
        indicator=floor.indicator,
        threshold=floor.threshold,
        reduction_kg=masses,
    )


def _grams(mg: int) -> Decimal:
    """Return a mass in kg to the gram, downwards: a reduction is never counted too high."""
    return mg_to_kg(mg).quantize(Decimal("0.001"), rounding=ROUND_FLOOR)


def _upwards(share: Fraction) -> Decimal:
    """Return a share with four decimals, rounded to the strict side."""
    with localcontext() as context:
        context.prec = 20
        exact = Decimal(share.numerator) / Decimal(share.denominator)
        return exact.quantize(Decimal("0.0001"), rounding=ROUND_CEILING).normalize()
