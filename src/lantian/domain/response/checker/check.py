"""The independent checker: every plan passes it before anyone sees it.

Pure Python on integers and fractions. It starts from the list, the rulebook and the orders as
they would be printed, shares no code with ladder, costs or optimiser, and answers with the broken
rules (`CODES`; docs/plan.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import Inventory
from lantian.domain.response.checker.costs import Prices, prices
from lantian.domain.response.checker.exceptions import untold_exceptions
from lantian.domain.response.checker.facts import (
    ONE_HALF,
    City,
    Facts,
    asks_for_more_than_technique,
    city_facts,
    floor_kept,
    gather,
    pieces,
)
from lantian.domain.response.checker.spared import least_share
from lantian.domain.response.checker.words import firm_words_agree, line_words_agree
from lantian.domain.response.model import Order, Plan, Violation
from lantian.domain.response.settings import Switches
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import FloorKind, MeasureRule

if TYPE_CHECKING:
    from lantian.rulebook.book import Rulebook

_PAIR = (Pollutant.SO2, Pollutant.NOX)

CODES: dict[str, tuple[str, str]] = {
    "C01": ("管控令缺失、重复或指向清单以外的企业、生产线", "orders missing, double or strange"),
    "C02": ("A级、引领性企业被强制减排", "an autonomous firm is cut"),
    "C03": ("低于规则的最低减排要求", "cut less than its floor"),
    "C04": ("减排后负荷低于保障任务", "guaranteed task broken"),
    "C05": ("高级别的措施弱于低级别", "weaker at a higher level than at a lower one"),
    "C06": (
        "不是整条线、整台（套）设备或可行的结焦时间",
        "not a whole line, unit or feasible time",
    ),
    "C07": (
        "同行业等级优者减排比例高于等级差者",
        "a better-graded firm is cut more than a worse one",
    ),
    "C08": ("未达到减排比例要求", "target missed"),
    "C09": ("二氧化硫与氮氧化物互换后仍不足", "exchange of SO2 and NOx does not add up"),
    "C10": ("超过区县成本上限", "district cost cap exceeded"),
    "C11": ("管控令文字与减排比例不一致", "words of the order disagree with its share"),
    "C12": ("减排量与排放基数、比例不符", "masses do not follow from base and share"),
    "C13": ("已停产的生产线计入了减排", "a line that stands still is counted"),
    "C14": ("不能快速停产的生产线被要求停产", "a line that cannot stop is stopped"),
    "C15": ("成本合计不符", "costs do not add up"),
    "C16": ("企业减排比例与各生产线不符", "firm's share does not follow from its lines"),
    "C17": ("指定不加严的企业超过了最低要求", "a spared firm is cut beyond its floor"),
    "C18": ("公平性例外清单不符", "the list of exceptions of fairness is not as it is"),
}


def check_plan(
    plan: Plan,
    inventory: Inventory,
    rulebook: Rulebook,
    day: date,
    switches: Switches | None = None,
) -> tuple[Violation, ...]:
    """Return every rule that `plan` breaks; empty for a sound plan.

    An infeasible plan (the one that comes nearest) is checked for everything but its targets.
    """
    chosen = switches or Switches()
    facts = gather(inventory, rulebook, day)
    city = city_facts(inventory, list(facts.values()), plan.levels)
    found = list(_orders_complete(plan, facts))
    if not found:  # with strange orders the rest cannot be read
        by_firm: dict[str, dict[Level, Order]] = {}
        for order in plan.orders:
            by_firm.setdefault(order.firm_id, {})[order.level] = order
        for firm_id, orders in by_firm.items():
            found += _check_firm(facts[firm_id], orders, chosen)
        if chosen.fairness:
            found += _check_fairness(plan, facts, chosen)
            found += [_broken("C18", *what) for what in untold_exceptions(plan, facts, chosen)]
    found += _check_targets(plan, city, rulebook, day, chosen)
    found += _check_costs(plan, facts, prices(list(facts.values()), city), chosen)
    return tuple(found)


def _broken(
    code: str, level: Level | None, subject: str, detail_zh: str = "", detail_en: str = ""
) -> Violation:
    zh, en = CODES[code]
    return Violation(
        code,
        level,
        subject,
        f"{zh}：{detail_zh}" if detail_zh else zh,
        f"{en}: {detail_en or detail_zh}" if detail_zh else en,
    )


def _orders_complete(plan: Plan, facts: dict[str, Facts]) -> Iterator[Violation]:
    seen: set[tuple[str, Level]] = set()
    for order in plan.orders:
        key = order.firm_id, order.level
        if order.firm_id not in facts or key in seen or order.level not in plan.levels:
            yield _broken("C01", order.level, order.firm_id)
            continue
        seen.add(key)
        own = facts[order.firm_id]
        expected = sorted(line.line_id for line in (*own.running, *own.standing))
        if sorted(action.line_id for action in order.actions) != expected:
            yield _broken("C01", order.level, order.firm_id, "生产线", "lines")
    for firm_id in facts:
        for level in plan.levels:
            if (firm_id, level) not in seen:
                yield _broken("C01", level, firm_id)


# --- one firm ------------------------------------------------------------------------------


def _check_firm(
    facts: Facts, orders: dict[Level, Order], switches: Switches
) -> Iterator[Violation]:
    before: dict[str, Fraction] = {}
    for level in sorted(orders, key=lambda x: x.order):
        order = orders[level]
        shares = {action.line_id: action.share for action in order.actions}
        for line_id, share in before.items():
            if shares[line_id] < share:
                yield _broken(
                    "C05", level, f"{order.firm_id}/{line_id}", f"{share}→{shares[line_id]}"
                )
        before = shares
        yield from _check_order(facts, order, shares, switches)


def _check_order(
    facts: Facts, order: Order, shares: dict[str, Fraction], switches: Switches
) -> Iterator[Violation]:
    level, who = order.level, order.firm_id
    for line in facts.standing:
        if shares[line.line_id] != 0:
            yield _broken("C13", level, f"{who}/{line.line_id}")
    if any(not 0 <= share <= 1 for share in shares.values()):
        yield _broken("C06", level, who)
        return
    if facts.grade.autonomous and any(shares.values()):
        yield _broken("C02", level, who)
    for line in facts.running:
        if shares[line.line_id] > facts.keep[line.line_id]:
            yield _broken("C04", level, f"{who}/{line.line_id}")
    yield from _check_floor(facts, level, shares, switches)
    if facts.exempt(level, switches) and not facts.grade.autonomous and facts.running:
        rules = _asked(facts, level, switches)
        least = least_share(facts, rules)
        if _mean(facts, shares) > least:
            yield _broken("C17", level, who, f"{_mean(facts, shares)}>{least}")
    yield from _check_units(facts, level, shares)
    yield from _check_masses(facts, order, shares)
    yield from _check_words(facts, order)
    if order.share != _mean(facts, shares):
        yield _broken("C16", level, who, f"{order.share}≠{_mean(facts, shares)}")


def _check_floor(
    facts: Facts, level: Level, shares: dict[str, Fraction], switches: Switches
) -> Iterator[Violation]:
    if facts.grade.autonomous or not facts.running:
        return
    for rule in _asked(facts, level, switches):
        if not floor_kept(facts, rule, shares):
            said = f"{rule.level.label_zh} {rule.ref.clause}"
            yield _broken("C03", level, facts.firm.firm_id, said, rule.level.value)
            return


def _asked(facts: Facts, level: Level, switches: Switches) -> list[MeasureRule]:
    """Return the rules that bind at `level`: its own and those of every lower level."""
    small = switches.spare_small_micro and facts.firm.small_micro
    if facts.grade is Grade.UNGRADED and not switches.ungraded_as_lowest:
        return []
    return [
        rule
        for rule in (facts.rules[x] for x in LEVELS[: level.order + 1])
        if (not small or rule.level is Level.RED)
        and (switches.general_rule or not rule.general)
        and (switches.unverified_measures or rule.ref.status != "unverified")
    ]


def _check_units(facts: Facts, level: Level, shares: dict[str, Fraction]) -> Iterator[Violation]:
    who = facts.firm.firm_id
    partial = [line for line in facts.running if 0 < shares[line.line_id] < 1]
    if facts.by_line and partial:
        limits = any(
            facts.rules[x].share is None
            and facts.rules[x].kind in (FloorKind.LIMIT, FloorKind.COKING_HOURS)
            for x in LEVELS
        )
        if len(partial) > 1 or not (limits or len(facts.free) == 1):
            yield _broken("C06", level, who)
    allowed = asks_for_more_than_technique(facts, level)
    slow = not all(map(facts.may_stop, facts.running))
    for line in facts.running:
        share = shares[line.line_id]
        total = pieces(line)
        if total is not None and (share * total).denominator != 1 and not facts.by_line:
            yield _broken("C06", level, f"{who}/{line.line_id}")
        if facts.by_hours:
            longest = line.longest_coking_hours
            normal = Fraction(line.normal_coking_hours or 0)
            too_long = longest is not None and normal > max(Fraction(longest), normal) * (1 - share)
            if share == 1 or too_long:
                yield _broken("C06", level, f"{who}/{line.line_id}")
            continue
        if facts.by_line:
            stuck = share == 1 and not facts.may_stop(line)
        else:
            stuck = slow and (share > ONE_HALF if total is None else share == 1)
        if stuck and not allowed:
            yield _broken("C14", level, f"{who}/{line.line_id}")


def _check_masses(facts: Facts, order: Order, shares: dict[str, Fraction]) -> Iterator[Violation]:
    total = [0, 0, 0, 0]
    for action in order.actions:
        base = facts.base.get(action.line_id, (0, 0, 0, 0))
        share = shares[action.line_id]
        own = tuple(mass * share.numerator // share.denominator for mass in base)
        if own != tuple(action.reduction_mg):
            yield _broken("C12", order.level, f"{order.firm_id}/{action.line_id}")
        for k in range(4):
            total[k] += own[k]
    if tuple(total) != tuple(order.reduction_mg):
        yield _broken("C12", order.level, order.firm_id)


def _check_words(facts: Facts, order: Order) -> Iterator[Violation]:
    line_of = {line.line_id: line for line in facts.running}
    for action in order.actions:
        line = line_of.get(action.line_id)
        if line is not None and not line_words_agree(action, line):
            yield _broken("C11", order.level, f"{order.firm_id}/{action.line_id}", action.text_zh)
    told = facts.running and not facts.grade.autonomous
    if told and not firm_words_agree(order, len(facts.running)):
        yield _broken("C11", order.level, order.firm_id, order.text_zh)


def _mean(facts: Facts, shares: dict[str, Fraction]) -> Fraction:
    """Return the firm's share: mean over running lines."""
    if not facts.running:
        return Fraction(0)
    return sum((shares[x.line_id] for x in facts.running), Fraction(0)) / len(facts.running)


# --- the city ------------------------------------------------------------------------------


def _check_fairness(plan: Plan, facts: dict[str, Facts], switches: Switches) -> Iterator[Violation]:
    """Compare firm shares between grades of an industry, level by level.

    Not compared: firms without a running line, and a worse-graded firm that cannot be cut more
    or is exempt.
    """
    rows: dict[tuple[str, Level], list[tuple[int, Fraction, Order]]] = {}
    for order in plan.orders:
        own = facts[order.firm_id]
        if own.running:
            share = _mean(own, {a.line_id: a.share for a in order.actions})
            rows.setdefault((own.industry.slug, order.level), []).append(
                (own.grade.rank, share, order)
            )
    for (_, level), entries in rows.items():
        most: dict[int, Fraction] = {}
        for rank, share, _ in entries:
            most[rank] = max(most.get(rank, Fraction(0)), share)
        for rank, share, order in entries:
            better = max((s for r, s in most.items() if r < rank), default=Fraction(0))
            if share >= better:
                continue
            own = facts[order.firm_id]
            whole = {a.line_id: a.share for a in order.actions}
            if own.exempt(level, switches) or own.at_ceiling(whole):
                continue
            yield _broken("C07", level, order.firm_id, f"{share}<{better}")


def _check_targets(
    plan: Plan, city: City, rulebook: Rulebook, day: date, switches: Switches
) -> Iterator[Violation]:
    targets = rulebook.targets(day).ratio
    exchange = rulebook.exchange(day) if switches.exchange else None
    swap = exchange is not None and not city.unknown.intersection(_PAIR)
    if city.unknown != plan.unknown:
        yield _broken("C12", None, "unknown", str(sorted(plan.unknown)))
    for level in plan.levels:
        done = {
            p: sum(o.reduction_mg[k] for o in plan.orders if o.level is level)
            + city.other[level, p]
            for k, p in enumerate(POLLUTANTS)
        }
        reached = {p: Fraction(done[p], city.total[p]) for p in POLLUTANTS if p not in city.unknown}
        for p in POLLUTANTS:
            if plan.achieved_mg[level, p] != done[p] or plan.city_mg[p] != city.total[p]:
                yield _broken("C12", level, p.value, f"{plan.achieved_mg[level, p]}≠{done[p]}")
        if not plan.feasible:
            continue
        for p, ratio in reached.items():
            share = exchange.floor_share if exchange is not None and swap and p in _PAIR else 1
            if ratio < targets[level, p] * share:
                yield _broken("C08", level, p.value, f"{float(ratio):.6f}")
        if swap and sum(reached[p] - targets[level, p] for p in _PAIR) < 0:
            yield _broken("C09", level, "SO2+NOx")


def _check_costs(
    plan: Plan, facts: dict[str, Facts], priced: Prices, switches: Switches
) -> Iterator[Violation]:
    if plan.cost_basis != priced.basis:
        yield _broken("C15", None, "basis", f"{plan.cost_basis}≠{priced.basis}")
        return
    spent: dict[tuple[str, Level], int] = {}
    total = dict.fromkeys(plan.levels, 0)
    for order in plan.orders:
        if order.level not in total or order.firm_id not in facts:
            continue
        total[order.level] += order.cost_fen
        key = order.district, order.level
        spent[key] = spent.get(key, 0) + order.cost_fen
        own = facts[order.firm_id]
        cost, slack = priced.of(own, order)
        guessed = any((order.firm_id, x.line_id) in priced.guessed for x in own.running)
        if abs(order.cost_fen - cost) > slack or order.cost_estimated != guessed:
            yield _broken("C15", order.level, order.firm_id, f"{order.cost_fen}≠{cost}")
    for level in plan.levels:
        if total[level] != plan.cost_fen[level]:
            yield _broken("C15", level, "city", f"{plan.cost_fen[level]}≠{total[level]}")
        for district, cap in switches.district_cap_cny.items():
            if plan.feasible and spent.get((district, level), 0) > cap * 100:
                yield _broken("C10", level, district)
    if sum(total[x] * switches.days[x.order] for x in plan.levels) != plan.value_fen:
        yield _broken("C15", None, "value")


__all__: Sequence[str] = ("CODES", "check_plan")
