"""Are the exceptions of fairness told as they are: every pair once, each for a true reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from lantian.domain.response.checker.facts import Facts
from lantian.domain.response.model import Order, Plan
from lantian.domain.response.settings import Switches
from lantian.kernel.level import Level

MOST_NAMED = 200


def untold_exceptions(
    plan: Plan, facts: Mapping[str, Facts], switches: Switches
) -> Iterator[tuple[Level, str, str]]:
    """Yield (level, firm, what is wrong) of the plan's list of exceptions."""
    share = {
        (o.firm_id, o.level): sum((a.share for a in o.actions), Fraction(0))
        / max(1, len(facts[o.firm_id].running))
        for o in plan.orders
    }
    rows: dict[tuple[str, Level], list[str]] = {}
    for order in plan.orders:
        own = facts[order.firm_id]
        if own.running:
            rows.setdefault((own.industry.slug, order.level), []).append(order.firm_id)
    orders = {(o.firm_id, o.level): o for o in plan.orders}
    told: dict[tuple[str, Level], int] = {}
    for e in plan.exceptions:
        key = e.firm_id, e.level
        told[key] = told.get(key, 0) + e.better_count
        if key not in share or e.share != share[key]:
            yield e.level, e.firm_id, f"{e.share}"
            continue
        if not _true_reason(e.why, facts[e.firm_id], orders[key], switches):
            yield e.level, e.firm_id, e.why
        if len(e.better) != min(e.better_count, MOST_NAMED):
            yield e.level, e.firm_id, f"{len(e.better)}/{e.better_count}"
        for other in e.better:
            there = other.firm_id, e.level
            if there not in share or other.share != share[there] or other.share <= e.share:
                yield e.level, e.firm_id, other.firm_id
    for (_, level), firms in rows.items():
        most = _more_than(share, facts, firms, level)
        for firm_id in firms:
            if told.get((firm_id, level), 0) != most[firm_id]:
                yield level, firm_id, f"{told.get((firm_id, level), 0)}≠{most[firm_id]}"


def _more_than(
    share: Mapping[tuple[str, Level], Fraction],
    facts: Mapping[str, Facts],
    firms: list[str],
    level: Level,
) -> dict[str, int]:
    """Return how many better-graded firms are cut by more than each firm.

    Firms in falling share; a count per rank of those that stand strictly above.
    """
    out: dict[str, int] = {}
    above: dict[int, int] = {}
    waiting: list[str] = []
    last: Fraction | None = None
    for firm_id in sorted(firms, key=lambda f: share[f, level], reverse=True):
        if share[firm_id, level] != last:
            for other in waiting:
                rank = facts[other].grade.rank
                above[rank] = above.get(rank, 0) + 1
            waiting, last = [], share[firm_id, level]
        own = facts[firm_id].grade.rank
        out[firm_id] = sum(n for rank, n in above.items() if rank < own)
        waiting.append(firm_id)
    return out


def _true_reason(why: str, own: Facts, order: Order, switches: Switches) -> bool:
    if why in ("spared", "small_micro"):
        return own.exempt(order.level, switches)
    full = own.at_ceiling({a.line_id: a.share for a in order.actions})
    return full and own.guaranteed == (why == "guaranteed")
