"""Which lines of a firm stop is a choice: the lines of groups whose stopping order is free.

The number of lines is the rule's (``several-lines``); which ones is the optimiser's (decision
0013). Lines that can stop at short notice stop before those that cannot, and lines under a
guaranteed task never stop, whatever the order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lantian.domain.response.ladder.group import Group, Mode
from lantian.domain.response.ladder.units import FULL, ZERO, Share, StepKind
from lantian.domain.response.model import LineChoice

if TYPE_CHECKING:
    from lantian.domain.response.ladder.build import GroupIndex


def order_is_free(group: Group) -> bool:
    """Whether the group stops whole lines and has more than one to choose from."""
    return group.mode is Mode.WHOLE and group.free > 1


def line_choice(groups: Sequence[Group]) -> LineChoice | None:
    """Return the lines of all groups with a free order, None when there is no such group."""
    chosen = [g for g, group in enumerate(groups) if order_is_free(group)]
    if not chosen:
        return None
    start, block = [0], []
    cost: list[tuple[int, int]] = []
    mass: list[tuple[int, ...]] = []
    for g in chosen:
        group = groups[g]
        part = _part_share(group)
        for i in range(group.free):
            block.append(0 if i < group.quick else 1)
            cost.append((_cost_of_line(group, i, FULL), _cost_of_line(group, i, part)))
            mass.append((*_mass_of_line(group, i, FULL), *_mass_of_line(group, i, part)))
        start.append(len(block))
    steps = [step for group in groups for step in group.steps]
    costs = np.array(cost, np.int64).reshape(-1, 2)
    masses = np.array(mass, np.int64).reshape(-1, 8)
    return LineChoice(
        group=np.array(chosen, np.int64),
        start=np.array(start, np.int64),
        block=np.array(block, np.int8),
        cost_fen=costs[:, 0].copy(),
        part_cost_fen=costs[:, 1].copy(),
        mass_mg=masses[:, :4].copy(),
        part_mass_mg=masses[:, 4:].copy(),
        stopped=np.array([s.num if s.kind is StepKind.LINES else 0 for s in steps], np.int64),
        part=np.array([s.kind is StepKind.PART for s in steps], np.bool_),
    )


def with_order(index: GroupIndex, order: Mapping[int, tuple[int, ...]]) -> GroupIndex:
    """Return the index with the lines of some groups in the order in which they stop."""
    if not order:
        return index
    groups = list(index.groups)
    for g, places in order.items():
        groups[g] = _reordered(groups[g], places)
    return replace(index, groups=tuple(groups))


def _reordered(group: Group, places: tuple[int, ...]) -> Group:
    at = [*places, *range(len(places), len(group.lines))]
    return replace(
        group,
        lines=tuple(group.lines[i] for i in at),
        base_mg=tuple(group.base_mg[i] for i in at),
        limits=tuple(group.limits[i] for i in at),
        value_fen=tuple(group.value_fen[i] for i in at),
        restart_fen=tuple(group.restart_fen[i] for i in at),
    )


def _part_share(group: Group) -> Share:
    """Return the share of one line that the group's limit takes, 0 where it has none.

    With several lines to choose from a ladder has at most one such step (see `floors`).
    """
    parts = [(s.num, s.den) for s in group.steps if s.kind is StepKind.PART]
    assert len(parts) <= 1
    return parts[0] if parts else ZERO


def _cost_of_line(group: Group, i: int, share: Share) -> int:
    num, den = share
    restart = group.restart_fen[i] if num == den else 0
    return -(-group.value_fen[i] * num // den) + restart


def _mass_of_line(group: Group, i: int, share: Share) -> tuple[int, ...]:
    num, den = share
    return tuple(base * num // den for base in group.base_mg[i])
