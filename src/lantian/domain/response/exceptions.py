"""Where a better-graded firm is cut by more than a worse-graded one, pair by pair, and why.

Fairness by grade has one exception: a worse-graded firm that stands at its cap, which technique,
a guaranteed task or an exemption sets. A better-graded firm that is cut more is told of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction

from lantian.domain.response.ladder.build import GroupIndex
from lantian.domain.response.ladder.group import Group
from lantian.domain.response.model import CutMore, FairnessException, Int8, Order
from lantian.domain.response.wording import Words
from lantian.kernel.level import Level

MOST_NAMED = 200
"""Better-graded firms named for one worse-graded firm; all are counted."""

WHY: dict[str, Words] = {
    "technical": Words(
        "已减到工艺、设备所限的上限，不能再减",
        "stands at what technique allows, cannot be cut more",
    ),
    "guaranteed": Words(
        "除保障任务外均已减，不能再减", "all but its guaranteed task is cut, cannot be cut more"
    ),
    "spared": Words("经批准不加严", "was spared by an officer"),
    "small_micro": Words("小微企业低级别豁免", "small or micro firm spared at low levels"),
    "": Words("没有减到上限，不是例外", "is not at its cap, which is no exception"),
}
"""Only a plan changed by hand has the last one; the checker then complains (C07)."""


def fairness_exceptions(
    index: GroupIndex, step: Int8, levels: Sequence[Level]
) -> tuple[FairnessException, ...]:
    """Return every worse-graded firm that some better-graded one of its industry is cut beyond.

    Firms without a running line have nothing to be compared. Largest count first within level
    and industry.
    """
    out: list[FairnessException] = []
    for x, level in enumerate(levels):
        industries: dict[str, list[int]] = {}
        for g, group in enumerate(index.groups):
            if group.lines:
                industries.setdefault(group.industry.slug, []).append(g)
        for members in industries.values():
            found = _of_industry(index, [(g, int(step[x, g])) for g in members], level)
            out += sorted(found, key=lambda e: (-e.better_count, e.firm_id))
    return tuple(out)


def _of_industry(
    index: GroupIndex, chosen: list[tuple[int, int]], level: Level
) -> Iterator[FairnessException]:
    by_rank: dict[int, list[tuple[Fraction, str, int]]] = {}
    for g, at in chosen:
        group = index.groups[g]
        share = Fraction(*group.shares[at])
        by_rank.setdefault(group.grade.rank, []).append((-share, group.firm.firm_id, g))
    for rows in by_rank.values():
        rows.sort()
    for g, at in chosen:
        group = index.groups[g]
        share = Fraction(*group.shares[at])
        beyond: list[tuple[Fraction, str, int]] = []
        for rank, rows in by_rank.items():
            if rank < group.grade.rank:
                beyond += rows[: bisect_left(rows, (-share, "", -1))]
        beyond.sort()
        yield from _exception(group, share, level, [(index.groups[h], -s) for s, _, h in beyond])


def _exception(
    group: Group, share: Fraction, level: Level, beyond: list[tuple[Group, Fraction]]
) -> Iterator[FairnessException]:
    if not beyond:
        return
    why = group.capped_by[level]
    yield FairnessException(
        level=level,
        industry=group.industry.slug,
        industry_zh=group.industry.name_zh,
        firm_id=group.firm.firm_id,
        firm_name=_name(group),
        grade=group.grade,
        share=share,
        why=why,
        why_zh=WHY[why].zh,
        why_en=WHY[why].en,
        better=tuple(_cut_more(other, more) for other, more in beyond[:MOST_NAMED]),
        better_count=len(beyond),
    )


def _cut_more(group: Group, share: Fraction) -> CutMore:
    return CutMore(group.firm.firm_id, _name(group), group.grade, share)


def _name(group: Group) -> str:
    return group.firm.name or group.firm.firm_id


def behind(order: Order, exceptions: Sequence[FairnessException]) -> list[FairnessException]:
    """Return the exceptions that concern the firm of an order as the one that is cut more."""
    return [
        e
        for e in exceptions
        if e.level is order.level
        and e.industry == order.industry
        and order.grade.rank < e.grade.rank
        and order.share > e.share
    ]
