"""From chosen steps to orders that can be signed: line by line, with reason and trace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from lantian.domain.inventory.base import standing_still
from lantian.domain.inventory.model import CutUnit, Line
from lantian.domain.response.ladder.build import GroupIndex
from lantian.domain.response.ladder.group import Group, Mode
from lantian.domain.response.ladder.units import ZERO, Share, mean_share
from lantian.domain.response.model import Int8, LineAction, Order
from lantian.domain.response.reasons import (
    CLIPS,
    FAIRNESS_RULE,
    OWN_FIGURE_RULE,
    REASONS,
)
from lantian.domain.response.wording import STILL_WORDS, Words, firm_words, line_words
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.trace import RuleRef, Trace
from lantian.rulebook.model import MeasureRule

NOTHING = (0, 0, 0, 0)


@lru_cache(maxsize=1 << 16)
def _exact(num: int, den: int) -> Fraction:
    """Return the fraction; the same few shares are said a million times in a province."""
    return Fraction(num, den)


class _Side(NamedTuple):
    """What an order needs to know beside its own group."""

    pressed: bool  # a better-graded firm forbids the next lower step
    cites: Mapping[str, RuleRef]


def assemble_orders(
    index: GroupIndex,
    step: Int8,
    levels: Sequence[Level],
    day: date,
    cites: Mapping[str, RuleRef],
    *,
    fairness: bool = True,
) -> tuple[Order, ...]:
    """Return the order of every firm at every level, firm by firm in the list's order.

    Parameters
    ----------
    step
        ``(L, G)`` chosen steps, counted within each group.
    cites
        Rules behind reasons and clips, see `reasons.citations`.
    """
    pressed = _pressed_by_fairness(index, step) if fairness else set()
    orders = []
    for g, group in enumerate(index.groups):
        for x, level in enumerate(levels):
            orders.append(
                _order(
                    group,
                    int(step[x, g]),
                    level,
                    day,
                    _Side((x, g) in pressed, cites),
                )
            )
    return tuple(orders)


def lean_rules(orders: Sequence[Order], *, fairness: bool) -> tuple[RuleRef, ...]:
    """Return every rule the orders lean on, once, in order of first use."""
    seen: dict[RuleRef, None] = {}
    for order in orders:
        for rule in order.trace.rules():
            seen.setdefault(rule)
    if fairness:
        seen.setdefault(FAIRNESS_RULE)
    return tuple(seen)


def _pressed_by_fairness(index: GroupIndex, step: Int8) -> set[tuple[int, int]]:
    """Return ``(level, group)`` whose next lower step a better-graded firm forbids."""
    out = set()
    for x in range(len(step)):
        most: dict[tuple[str, int], Fraction] = {}
        for g, group in enumerate(index.groups):
            share = _exact(*group.shares[int(step[x, g])])
            key = group.industry.slug, group.grade.rank
            if share > most.get(key, Fraction(0)):
                most[key] = share
        for g, group in enumerate(index.groups):
            at = int(step[x, g])
            if at == 0:
                continue
            lower = _exact(*group.shares[at - 1])
            if any(
                most.get((group.industry.slug, rank), Fraction(0)) > lower
                for rank in range(group.grade.rank)
            ):
                out.add((x, g))
    return out


def _reason(group: Group, step: int, level: Level, pressed: bool) -> str:
    if group.mode is Mode.IDLE or not group.lines:
        return "stopped" if group.idle else "no_lines"
    if group.mode is Mode.AUTONOMOUS:
        return "autonomous"
    note = group.floors[level]
    if step > note.step:
        return "fairness" if pressed else "cheapest"
    if note.clip == "guaranteed" or (len(group.steps) == 1 and group.guaranteed):
        return "guaranteed"
    return "floor" if step > 0 else "none"


def floor_rule(group: Group, level: Level) -> MeasureRule:
    """Return the rule behind the floor: that of a lower level where it asks for more."""
    if group.floors[level].clip == "raised":
        for lower in reversed(LEVELS[: level.order]):
            if group.floors[lower].clip != "raised":
                return group.rules[lower]
    return group.rules[level]


def _order(group: Group, step: int, level: Level, day: date, side: _Side) -> Order:
    rule = floor_rule(group, level)
    shares = group.line_shares(step)
    masses = group.reduction_of(shares)
    cost_fen = group.cost_of(shares)
    words = [
        line_words(line, share, hot_hold=rule.hot_hold)
        for line, share in zip(group.lines, shares, strict=True)
    ]
    actions = _actions(group, shares, masses, words, day)
    share = _exact(*group.shares[step])
    reason = _reason(group, step, level, side.pressed)
    text = _text(group, shares, words, share, reason)
    firm = group.firm
    return Order(
        firm_id=firm.firm_id,
        firm_name=firm.name,
        credit_code=firm.credit_code,
        district=firm.district,
        industry=group.industry.slug,
        industry_zh=group.industry.name_zh,
        grade=group.grade,
        level=level,
        share=share,
        floor_share=_exact(*group.shares[group.floors[level].step]),
        reason="none" if reason == "no_lines" else reason,
        reason_zh=REASONS[reason].zh,
        actions=actions,
        transport_zh=group.rules[level].transport_zh,
        reduction_mg=_sum(masses),
        cost_fen=cost_fen,
        rule=rule.ref,
        trace=_trace(group, step, level, rule, reason, cost_fen, side.cites),
        text_zh=text.zh,
        text_en=text.en,
        reason_en=REASONS[reason].en,
        capped_by=group.capped_by[level],
        cost_estimated=group.cost_estimated,
    )


def hand_order(
    group: Group, shares: list[Share], before: int, level: Level, day: date,
    cites: Mapping[str, RuleRef], why: str,
) -> Order:  # fmt: skip
    """Return the order of a firm whose line shares an officer chose, with the reason he gave.

    Parameters
    ----------
    shares
        Of the group's running lines, in stopping order; need not be a step of its ladder.
    before
        The step that the computed plan had, kept in the trace.
    """
    order = _order(group, before, level, day, _Side(False, cites))
    hot = floor_rule(group, level).hot_hold
    words = [line_words(line, s, hot_hold=hot) for line, s in zip(group.lines, shares, strict=True)]
    masses, share = group.reduction_of(shares), _exact(*mean_share(shares))
    text = firm_words(group.lines, shares, words, share) if group.lines else REASONS["stopped"]
    told = Words(f"经人工调整：{why}", f"adjusted by hand: {why}")
    step = Trace(told.zh, told.en, share, {"computed_share": order.share})
    return replace(
        order, share=share, reason="adjusted", reason_zh=told.zh, reason_en=told.en,
        actions=_actions(group, shares, masses, words, day), reduction_mg=_sum(masses),
        cost_fen=group.cost_of(shares), text_zh=text.zh, text_en=text.en,
        trace=replace(order.trace, value=share, steps=(*order.trace.steps, step)),
    )  # fmt: skip


def _text(
    group: Group, shares: list[Share], words: list[Words], share: Fraction, reason: str
) -> Words:
    if reason in ("autonomous", "stopped", "no_lines"):
        return REASONS[reason]
    return firm_words(group.lines, shares, words, share)


def _sum(masses: list[tuple[int, int, int, int]]) -> tuple[int, int, int, int]:
    if not masses:
        return NOTHING
    pm, so2, nox, voc = (sum(column) for column in zip(*masses, strict=True))
    return pm, so2, nox, voc


def _actions(
    group: Group,
    shares: list[Share],
    masses: list[tuple[int, int, int, int]],
    words: list[Words],
    day: date,
) -> tuple[LineAction, ...]:
    """Return the running lines in stopping order, then the lines that stand still."""
    running = [
        _action(line, share, said, mass)
        for line, share, said, mass in zip(group.lines, shares, words, masses, strict=True)
    ]
    idle = [
        _action(
            line, ZERO, STILL_WORDS[standing_still(line, group.firm, day) or "stopped"], NOTHING
        )
        for line in group.idle
    ]
    return tuple(running + idle)


def _action(line: Line, share: Share, words: Words, mass: tuple[int, int, int, int]) -> LineAction:
    return LineAction(
        line_id=line.line_id,
        line_name=line.name,
        unit=line.cut_unit or CutUnit.LINE,
        share=_exact(*share),
        text_zh=words.zh,
        text_en=words.en,
        reduction_mg=mass,
    )


def _counted(group: Group) -> str:
    """Return the general rule by which the group's cut is counted."""
    if group.mode is Mode.WHOLE:
        return "several-lines"
    return "one-line" if len(group.lines) == 1 else "cannot-stop"


def _trace(
    group: Group,
    step: int,
    level: Level,
    rule: MeasureRule,
    reason: str,
    cost_fen: int,
    cites: Mapping[str, RuleRef],
) -> Trace:
    share = _exact(*group.shares[step])
    note = group.floors[level]
    floor_share = _exact(*group.shares[note.step])
    inputs: Mapping[str, object] = {
        "industry": group.industry.slug,
        "subtype": group.firm.subtype,
        "grade": group.grade.value,
        "lines": len(group.lines),
        "kind": rule.kind.value,
        "asked_share": rule.share,
        "asked_hours": rule.hours,
        "asked_text": rule.text_zh or rule.what_zh,
    }
    steps = [Trace("规则要求的最低减排", "least that the rule asks", floor_share, inputs, rule.ref)]
    if share > 0:
        how = _counted(group)
        steps.append(
            Trace("减排的计量方式", "how the cut is counted", group.mode.value, rule=cites.get(how))
        )
    if note.own_figure:
        steps.append(
            Trace(
                "规则未给数值，取系统设定的最小一档",
                "the rule gives no figure: Lantian's smallest step",
                floor_share,
                rule=OWN_FIGURE_RULE,
            )
        )
    if note.clip:
        said = CLIPS[note.clip]
        steps.append(Trace(said.zh, said.en, floor_share, rule=cites.get(note.clip)))
    why = REASONS[reason]
    worth = {"step": step, "cost_fen": cost_fen}
    steps.append(Trace(why.zh, why.en, share, worth, cites.get(reason)))
    return Trace(
        f"{level.label_zh}预警减排比例", f"cut at {level.value}", share, steps=tuple(steps)
    )
