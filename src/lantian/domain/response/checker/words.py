"""Read an order's words back and compare their figures with the shares they stand for."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from lantian.domain.inventory.model import Line
from lantian.domain.response.model import LineAction, Order

_PIECES = re.compile(r"停用\D+?(\d+)[台套]（共(\d+)[台套]）")
_DOWN = re.compile(r"降低([\d.]+)%")
_HOURS = re.compile(r"由([\d.]+)小时延长至([\d.]+)小时")
_LEFT = re.compile(r"(?:控制在|降至)([\d.]+)t/[dh]以下（正常([\d.]+)t/[dh]")
_LINES = re.compile(r"（(\d+)条，共(\d+)条）")
HUNDREDTH = Fraction(1, 100)


def line_words_agree(action: LineAction, line: Line) -> bool:
    """Whether every figure in the line's sentence is that of its share."""
    text, share = action.text_zh, action.share
    if share == 0:
        return text == "正常生产"
    told = False
    if found := _PIECES.search(text):
        told = True
        if (
            Fraction(int(found[1]), int(found[2])) != share
            or Decimal(found[2]) != line.cut_units_total
        ):
            return False
    if found := _HOURS.search(text):
        told = True
        normal, hours = Fraction(found[1]), Fraction(found[2])
        exact = Fraction(line.normal_coking_hours or 0) / (1 - share)
        if normal != line.normal_coking_hours or not exact <= hours < exact + HUNDREDTH:
            return False
    if found := _LEFT.search(text):
        told = True
        left, total = Fraction(found[1]), Fraction(found[2])
        exact = total * (1 - share)
        if total != line.cut_units_total or not left <= exact < left + HUNDREDTH:
            return False
    if found := _DOWN.search(text):
        told = True
        if Fraction(found[1]) != Fraction(round(share * 10_000), 100):
            return False
    return told if share < 1 else told or "停产" in text


def firm_words_agree(order: Order, running: int) -> bool:
    """Whether the firm's sentence counts stopped lines and its share as the actions do."""
    stopped = sum(action.share == 1 for action in order.actions)
    if running > 1 and (found := _LINES.search(order.text_zh)):
        return (int(found[1]), int(found[2])) == (stopped, running)
    if running > 1 and stopped:
        return False
    if running == 1:
        lines = [a for a in order.actions if a.share > 0]
        return not lines or lines[0].text_zh == order.text_zh
    if order.share > 0 and (
        found := re.search(r"全厂（按生产线计）合计降低([\d.]+)%", order.text_zh)
    ):
        return Fraction(found[1]) == Fraction(round(order.share * 10_000), 100)
    return order.share == 0
