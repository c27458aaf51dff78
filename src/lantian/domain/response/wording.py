"""What an order says: each cut in the industry's own unit, in Chinese and English.

Measures must be operable, monitorable and verifiable: the sentence names the line and carries
a figure an inspector can check. Figures of limits are rounded to the strict side.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from lantian.domain.inventory.model import CutUnit, Line
from lantian.domain.response.ladder.units import Share, counted_units, known_hours

_COUNTED_ZH = {CutUnit.CELLS: ("电解槽", "台"), CutUnit.FLAME_SYSTEMS: ("火焰系统", "套")}
_COUNTED_EN = {CutUnit.CELLS: "electrolysis cells", CutUnit.FLAME_SYSTEMS: "flame systems"}


class Words(NamedTuple):
    """One sentence in both languages."""

    zh: str
    en: str


def percent(share: Fraction) -> str:
    """Return a share as per cent with at most two decimals, half to even, no trailing zeros."""
    return plain(Decimal(round(share * 10_000)).scaleb(-2)) + "%"


def plain(value: Decimal) -> str:
    """Return a decimal without exponent and trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def name_of(line: Line) -> str:
    """Return what the firm calls the line: its name, else its id."""
    return line.name or line.line_id


def line_words(line: Line, share: Share, *, hot_hold: bool) -> Words:
    """Return what one running line must do when it loses `share` of its load.

    Parameters
    ----------
    hot_hold
        The rule lets the kiln be kept hot instead of shut down.
    """
    cut = Fraction(*share)
    if cut == 0:
        return Words("正常生产", "runs as usual")
    if cut == 1 and counted_units(line) is None:
        if hot_hold or line.cut_unit is CutUnit.HOT_HOLD:
            return Words(
                "停产保温（保窑），不得投料", "production stopped, kiln kept hot, no feeding"
            )
        return Words("停产（整线）", "stopped, whole line")
    return _partial_words(line, cut)


def _partial_words(line: Line, cut: Fraction) -> Words:
    down = percent(cut)
    total = line.cut_units_total
    unit = line.cut_unit
    pieces = counted_units(line)
    if unit in _COUNTED_ZH and pieces is not None and (cut * pieces).denominator == 1:
        thing, measure = _COUNTED_ZH[unit]
        off = int(cut * pieces)
        return Words(
            f"停用{thing}{off}{measure}（共{pieces}{measure}），负荷降低{down}",
            f"{off} of {pieces} {_COUNTED_EN[unit]} off, load down {down}",
        )
    if known_hours(line) and line.normal_coking_hours is not None:
        normal = line.normal_coking_hours
        hours = ceil2(Fraction(normal) / (1 - cut))
        return Words(
            f"结焦时间由{plain(normal)}小时延长至{hours}小时，负荷降低{down}",
            f"coking time stretched from {plain(normal)} h to {hours} h, load down {down}",
        )
    if unit is CutUnit.FEED and total is not None and total > 0:
        left = floor2(Fraction(total) * (1 - cut))
        return Words(
            f"投料量控制在{left}t/d以下（正常{plain(total)}t/d，降低{down}）",
            f"feed held below {left} t/d (normal {plain(total)} t/d, down {down})",
        )
    if unit is CutUnit.BOILERS and total is not None and total > 0:
        left = floor2(Fraction(total) * (1 - cut))
        return Words(
            f"锅炉负荷降至{left}t/h以下（正常{plain(total)}t/h，降低{down}）",
            f"boiler load held below {left} t/h (normal {plain(total)} t/h, down {down})",
        )
    return Words(f"生产负荷降低{down}", f"load down {down}")


def floor2(value: Fraction) -> str:
    """Return a figure with at most two decimals, rounded down (the strict side of a most)."""
    return plain(Decimal(value.numerator * 100 // value.denominator).scaleb(-2))


def ceil2(value: Fraction) -> str:
    """Return a figure with at most two decimals, rounded up (the strict side of a least)."""
    return plain(Decimal(-(-value.numerator * 100 // value.denominator)).scaleb(-2))


STILL_WORDS = {
    "long_stopped": Words("企业长期停产，不计减排", "firm long stopped, no reduction counted"),
    "stopped": Words("生产线已停产，不计减排", "line already stopped, no reduction counted"),
    "off_season": Words("不在生产季，不计减排", "out of season, no reduction counted"),
}


def _without_tail(name: str, said: str) -> str:
    """Return a line's name without the word that the sentence repeats (锅炉锅炉负荷)."""
    return name[:-2] if len(name) > 4 and name[-2:] == said[:2] else name


def firm_words(
    lines: tuple[Line, ...], shares: list[Share], words: list[Words], group: Fraction
) -> Words:
    """Return the one sentence of the order for the whole firm.

    Whole lines are named together; a firm with one line says just that line's words; else the
    lines are told one by one.
    """
    if len(lines) == 1:
        return words[0]
    whole = [line for line, share in zip(lines, shares, strict=True) if share[0] == share[1]]
    parts = [i for i, share in enumerate(shares) if 0 < share[0] < share[1]]
    hot = any("保窑" in w.zh for w in words)
    zh, en = [], []
    if whole:
        names = "、".join(name_of(line) for line in whole)
        verb = "停产保温（保窑）" if hot else "停产"
        verb_en = "hot hold" if hot else "stop"
        zh.append(f"{verb}{names}（{len(whole)}条，共{len(lines)}条）")
        en.append(f"{verb_en} {names} ({len(whole)} of {len(lines)} lines)")
    for i in parts:
        zh.append(f"{_without_tail(name_of(lines[i]), words[i].zh)}{words[i].zh}")
        en.append(f"{name_of(lines[i])}: {words[i].en}")
    if not zh:
        return Words("正常生产", "runs as usual")
    if parts:
        zh.append(f"全厂（按生产线计）合计降低{percent(group)}")
        en.append(f"the firm as a whole, counted by line, down {percent(group)}")
    return Words("；".join(zh), "; ".join(en))
