"""What an inspector measures: the ordered amount of each line in its industry's own unit.

Covers reference 2.1 (measures must be operable, monitorable, verifiable). The figure follows the
order, never what the firm has filed: a filed figure may ask for less than is ordered. Where it
provably asks for at least as much it may be shown beside the ordered one (`filed_holds`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from lantian.domain.inventory.model import CutUnit, Line, Measure, MeasureKind
from lantian.domain.response.ladder.units import counted_units, known_hours
from lantian.domain.response.model import LineAction
from lantian.domain.response.wording import ceil2, floor2, percent, plain

NEAR_ZERO_ZH = "用电量接近零（仅留安全、照明用电），无投料、无产量"
_HOLD_ZH = "投料量为0，仅保温用能"
_ASKS_LEAST = ("≥", ">=", "不低于", "不少于", "大于等于")
_ASKS_MOST = ("≤", "<=", "不高于", "不超过", "不大于", "小于等于")
_FILED = re.compile(
    rf"({'|'.join((*_ASKS_LEAST, *_ASKS_MOST))})\s*([\d,]+(?:\.\d+)?)\s*"
    r"(kWh/d|千瓦时|h|小时|t/d|吨/日|t/h|吨/小时|)",
)


def line_indicator(action: LineAction, line: Line) -> str:
    """Return what shows that a line obeys its order; empty where nothing is ordered.

    Figures are rounded to the strict side: a least number of hours up, a most load down. A
    figure that Lantian computed from the list's own usual one says so.
    """
    share = action.share
    if share == 0:
        return ""
    pieces = counted_units(line)
    if pieces is not None and (share * pieces).denominator == 1:
        thing, measure = ("电解槽", "台") if line.cut_unit is CutUnit.CELLS else ("火焰系统", "个")
        return f"停用{thing}≥{int(share * pieces)}{measure}（共{pieces}{measure}）"
    if share == 1:
        return _HOLD_ZH if "保窑" in action.text_zh else NEAR_ZERO_ZH
    if known_hours(line):
        return f"结焦时间≥{ceil2(Fraction(line.normal_coking_hours or 0) / (1 - share))}h"
    total = line.cut_units_total
    if total is not None and total > 0:
        left = floor2(Fraction(total) * (1 - share))
        if line.cut_unit is CutUnit.FEED:
            return f"投料量≤{left}t/d"
        if line.cut_unit is CutUnit.BOILERS:
            return f"锅炉负荷≤{left}t/h"
    return _by_load(line, share)


def _by_load(line: Line, share: Fraction) -> str:
    """Return a load cut as electricity, else as output, else as a share of the usual load."""
    kwh = line.daily_electricity_kwh
    if kwh is not None and kwh > 0:
        left = floor2(Fraction(kwh) * (1 - share))
        return f"用电量≤{left}kWh/d（按正常{plain(kwh)}kWh/d×（1-{percent(share)}）计算）"
    days, output = line.operating_days, line.output
    if days and output and days > 0 and output > 0 and line.capacity_unit:
        left = floor2(Fraction(output) / Fraction(days) * (1 - share))
        unit = line.capacity_unit.removesuffix("/年").removesuffix("/a")
        return f"产量≤{left}{unit}/日（按年产量÷运行天数×（1-{percent(share)}）计算）"
    return f"生产负荷≤正常的{floor2((1 - share) * 100)}%（清单未填用电量，以台账核实）"


def filed_holds(measure: Measure, action: LineAction, line: Line) -> bool:
    """Whether the filed figure provably asks for no less than the order.

    The filed cut must reach the ordered share, and the filed figure must be one that can be
    compared with the ordered amount and is not weaker; a figure that cannot be read is not shown.
    """
    share = action.share
    filed = measure.share
    if filed is None and measure.kind is MeasureKind.STOP:
        filed = Decimal(1)
    if share == 0 or filed is None or Fraction(filed) < share:
        return False
    if "保窑" in action.text_zh:  # a kiln kept hot draws power: what is filed for a stop misleads
        return False
    found = _FILED.search(f"{measure.indicator} {measure.threshold}")
    if found is None:
        return False
    sign, figure, unit = found[1], Fraction(found[2].replace(",", "")), found[3]
    limit = _LIMITS.get((unit, sign in _ASKS_LEAST))
    exact = None if limit is None else limit(line, share)
    if exact is None:
        return False
    return figure >= exact if sign in _ASKS_LEAST else figure <= exact


def _hours(line: Line, share: Fraction) -> Fraction | None:
    if not known_hours(line) or share == 1:
        return None
    return Fraction(line.normal_coking_hours or 0) / (1 - share)


def _electricity(line: Line, share: Fraction) -> Fraction | None:
    # Standing still still draws a little: a twentieth is as near to zero as firms file it.
    left = max(1 - share, Fraction(1, 20))
    kwh = line.daily_electricity_kwh
    return None if kwh is None else Fraction(kwh) * left


def _in_unit(unit: CutUnit) -> Callable[[Line, Fraction], Fraction | None]:
    def limit(line: Line, share: Fraction) -> Fraction | None:
        if line.cut_unit is not unit or line.cut_units_total is None:
            return None
        return Fraction(line.cut_units_total) * (1 - share)

    return limit


_LIMITS: dict[tuple[str, bool], Callable[[Line, Fraction], Fraction | None]] = {
    **{(unit, True): _hours for unit in ("h", "小时")},
    **{(unit, False): _electricity for unit in ("kWh/d", "千瓦时")},
    **{(unit, False): _in_unit(CutUnit.FEED) for unit in ("t/d", "吨/日")},
    **{(unit, False): _in_unit(CutUnit.BOILERS) for unit in ("t/h", "吨/小时")},
}
