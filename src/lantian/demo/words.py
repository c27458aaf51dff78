"""Chinese wording of the invented list: every measure names its line and a number to check."""

from __future__ import annotations

from dataclasses import dataclass

from lantian.domain.inventory.model import CutUnit, MeasureKind

INDICATOR = "用电量"


@dataclass(frozen=True, slots=True)
class Wording:
    """Text, indicator and threshold of one filed measure."""

    text: str
    indicator: str
    threshold: str


def wording(
    line: str,
    kind: MeasureKind,
    share: float,
    *,
    unit: CutUnit,
    units_total: int,
    normal_hours: int,
    hours: int,
    kwh: int,
    guaranteed: bool,
) -> Wording:
    """Return how a firm files `kind` at `share` of the load of the line called `line`."""
    if kind is MeasureKind.STOP:
        left = max(1, kwh // 20)
        held = "停止投料并保温保窑" if unit is CutUnit.HOT_HOLD else "整线停产"
        return Wording(f"{line}{held}1条，日用电量不高于{left}千瓦时", INDICATOR, f"≤{left}kWh/d")
    if kind is MeasureKind.EXTEND_COKING:
        return Wording(
            f"{line}结焦时间由{normal_hours}小时延长至{hours}小时", "结焦时间", f"≥{hours}h"
        )
    if kind in (MeasureKind.LIMIT, MeasureKind.REDUCE_LOAD):
        return _limit(line, share, unit, units_total, kwh, guaranteed)
    if kind is MeasureKind.AUTONOMOUS:
        if share > 0:
            left = round(kwh * (1 - share))
            return Wording(
                f"自主减排：{line}自愿降低负荷{share:.0%}，日用电量不高于{left}千瓦时",
                INDICATOR,
                f"≤{left}kWh/d",
            )
        return Wording(f"自主减排：{line}自行确定减排措施，承诺减排比例0%", "", "")
    if kind is MeasureKind.STAGGER_TRANSPORT:
        return Wording(f"{line}正常生产，国四及以下重型载货车辆进出厂0车次", "车次", "0车次/d")
    return Wording(f"{line}本级别不采取停限产措施，停限产比例0%", "", "")


def _limit(
    line: str, share: float, unit: CutUnit, total: int, kwh: int, guaranteed: bool
) -> Wording:
    left = round(kwh * (1 - share))
    task = "，保障任务负荷不减" if guaranteed else ""
    if unit in (CutUnit.CELLS, CutUnit.FLAME_SYSTEMS) and total:
        cut, word = round(share * total), "台电解槽" if unit is CutUnit.CELLS else "个火焰系统"
        return Wording(f"{line}停用{cut}{word}（共{total}）", "在用数量", f"≤{total - cut}")
    if unit is CutUnit.FEED and total:
        feed = round(total * (1 - share))
        return Wording(f"{line}投料量由{total}吨/日降至{feed}吨/日", "投料量", f"≤{feed}t/d")
    if unit is CutUnit.BOILERS and total:
        steam = round(total * (1 - share), 1)
        return Wording(
            f"{line}锅炉负荷降低{share:.0%}，出力不高于{steam:g}吨/小时{task}",
            "锅炉出力",
            f"≤{steam:g}t/h",
        )
    return Wording(
        f"{line}生产负荷降低{share:.0%}，日用电量不高于{left}千瓦时{task}",
        INDICATOR,
        f"≤{left}kWh/d",
    )


def stopped_wording(line: str) -> Wording:
    """Return what is filed for a line that stands still already: nothing to count."""
    return Wording(f"{line}已停产，停限产比例0%，减排量不计", "", "")
