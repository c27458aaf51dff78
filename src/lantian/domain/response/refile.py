"""Filed measures brought up to the floor of the grade a firm now holds.

A downgrade changes what a firm must do from the same day. Its filed measures (sheet 减排措施)
are raised to the new floor, line by line; what the firm filed beyond it stays.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction

from lantian.domain.inventory.model import CutUnit, Inventory, Line, Measure, MeasureKind
from lantian.domain.response.ladder.build import build_ladders
from lantian.domain.response.wording import line_words
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.mass import kg_to_mg, mg_to_kg
from lantian.kernel.pollutant import POLLUTANTS
from lantian.rulebook.book import Rulebook

Key = tuple[str, str, Level]


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
    """What one line must do at one level."""

    def __init__(self, line: Line, share: tuple[int, int], mg: tuple[int, ...], *, hot: bool):
        self.line, self.share, self.mg, self.pair = line, Fraction(*share), mg, share
        self.words = line_words(line, share, hot_hold=hot).zh


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
        p: max(mg_to_kg(mg), measure.reduction_kg.get(p, Decimal(0)))
        for p, mg in zip(POLLUTANTS, floor.mg, strict=True)
        if mg or kg_to_mg(measure.reduction_kg.get(p, Decimal(0)))
    }
    return replace(
        measure,
        kind=kind,
        share=_upwards(floor.share),
        text=floor.words,
        reduction_kg=masses,
    )


def _upwards(share: Fraction) -> Decimal:
    """Return a share with four decimals, rounded to the strict side."""
    with localcontext() as context:
        context.prec = 20
        exact = Decimal(share.numerator) / Decimal(share.denominator)
        return exact.quantize(Decimal("0.0001"), rounding=ROUND_CEILING).normalize()
