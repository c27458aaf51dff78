"""What the invented firms have filed: a share of load for every line and level.

The rulebook's measure for industry, sub-type, grade and level is taken at its word; where it
names a kind of measure but no figure, the parameters give one. Several lines are cut by whole
lines, one line by load (local practice, general rule of the rating reference, g8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lantian.demo.draw import Bools, Draw, Floats, Ints
from lantian.demo.parameters import Parameters
from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import CutUnit, MeasureKind
from lantian.kernel.level import LEVELS, Level
from lantian.rulebook.model import FloorKind, MeasureRule

RuleOf = Callable[[str, str, Grade, Level], MeasureRule]
"""Answers with the measure rule of an industry, sub-type, grade and level on the city's day."""

KINDS: tuple[MeasureKind, ...] = tuple(MeasureKind)
_CODE = {kind: i for i, kind in enumerate(KINDS)}
_NO_CUT = {
    FloorKind.AUTONOMOUS: MeasureKind.AUTONOMOUS,
    FloorKind.NONE: MeasureKind.NONE,
    FloorKind.TRANSPORT_ONLY: MeasureKind.STAGGER_TRANSPORT,
}
_CONTINUOUS_CAP = 0.3


@dataclass(frozen=True, slots=True)
class FiledRules:
    """Rules of every profile, grade and level as arrays ``(P, G, L)``."""

    kind: Ints  # code of the measure where nothing is cut, -1 where `share` counts
    share: Floats
    hours: Ints
    transport: dict[tuple[int, int, int], str]


@dataclass(frozen=True, slots=True)
class Filed:
    """Filed measures ``(T, L)``: code of the kind in `KINDS`, share of load, coking hours."""

    kind: Ints
    share: Floats
    hours: Ints
    running: Bools  # (T,) the line does not stand still for good


def filed_rules(parameters: Parameters, rule_of: RuleOf) -> FiledRules:
    """Ask the rulebook once for each profile, grade and level."""
    grades = list(Grade)
    shape = (len(parameters.profiles), len(grades), len(LEVELS))
    kind = np.full(shape, -1, dtype=np.int64)
    share = np.zeros(shape)
    hours = np.zeros(shape, dtype=np.int64)
    transport: dict[tuple[int, int, int], str] = {}
    for p, profile in enumerate(parameters.profiles):
        for grade in profile.grades:
            g = grades.index(grade)
            for i, level in enumerate(LEVELS):
                rule = rule_of(profile.slug, profile.subtype, grade, level)
                transport[p, g, i] = rule.transport_zh
                if rule.kind in _NO_CUT:
                    kind[p, g, i] = _CODE[_NO_CUT[rule.kind]]
                    continue
                hours[p, g, i] = rule.hours or int(parameters.filed["coking_hours"][level])
                if rule.share is not None:
                    share[p, g, i] = float(rule.share)
                    if share[p, g, i] == 0:
                        kind[p, g, i] = _CODE[MeasureKind.NONE]
                else:
                    table = "limit" if rule.kind is FloorKind.LIMIT else "stop_some"
                    share[p, g, i] = parameters.filed[table][level]
    return FiledRules(kind, np.maximum.accumulate(share, axis=2), hours, transport)


def file_measures(draw: Draw, parameters: Parameters, rules: FiledRules) -> Filed:
    """Turn the rules into the filed share of every line and level of a chunk."""
    profiles = parameters.profiles
    unit = np.array([list(CutUnit).index(p.unit) for p in profiles])[draw.profile][draw.firm]
    coking = unit == list(CutUnit).index(CutUnit.COKING_HOURS)
    stoppable = stoppable_lines(draw, parameters)
    running = ~(draw.stopped | draw.long_stopped[draw.firm])
    count = np.add.reduceat(running.astype(np.int64), draw.start[:-1])[draw.firm]
    may_stop = running & stoppable & ~draw.guaranteed[draw.firm]
    order = _stopping_order(draw, may_stop)
    cap = np.where(draw.guaranteed[draw.firm], np.floor((1 - draw.task_share) * 100) / 100, 1.0)
    cap = np.where(stoppable | draw.guaranteed[draw.firm], cap, np.minimum(cap, _CONTINUOUS_CAP))

    kind = np.zeros((len(draw.firm), len(LEVELS)), dtype=np.int64)
    share = np.zeros((len(draw.firm), len(LEVELS)))
    hours = np.zeros((len(draw.firm), len(LEVELS)), dtype=np.int64)
    for i in range(len(LEVELS)):
        base = rules.kind[draw.profile, draw.grade, i][draw.firm]
        wanted = rules.share[draw.profile, draw.grade, i][draw.firm]
        wanted = np.where(draw.files_more[draw.firm], np.minimum(wanted + 0.1, 1.0), wanted)
        whole = (count > 1) & may_stop & (order < np.ceil(wanted * count - 1e-9))
        by_load = np.minimum(wanted, cap) * ((count == 1) | ~may_stop)
        cut = np.where(whole, 1.0, by_load)
        asked = rules.hours[draw.profile, draw.grade, i][draw.firm]
        stretched = np.clip(asked, draw.normal_hours, draw.longest_hours)
        cut = np.where(coking, 1 - draw.normal_hours / np.maximum(stretched, 1), cut)
        cut = _in_units(cut, draw.units_total, unit, cap)
        voluntary = (base == _CODE[MeasureKind.AUTONOMOUS]) & draw.commitment[draw.firm]
        cut = np.where(base >= 0, np.where(voluntary & stoppable, 0.1, 0.0), cut)
        cut = np.where(running, cut, 0.0)
        share[:, i] = np.floor(np.maximum(cut, share[:, i - 1] if i else 0) * 1e4 + 1e-6) / 1e4
        hours[:, i] = np.where(coking & running & (base < 0), stretched, 0)
        kind[:, i] = _kinds(share[:, i], base, coking, running)
    return Filed(kind, share, hours, running)


def stoppable_lines(draw: Draw, parameters: Parameters) -> Bools:
    """Return ``(T,)`` whether each line can stop at short notice."""
    widest = max(len(p.equipment) for p in parameters.profiles)
    table = np.zeros((len(parameters.profiles), widest), dtype=bool)
    for p, profile in enumerate(parameters.profiles):
        for e, item in enumerate(profile.equipment):
            table[p, e] = item.stoppable
    return table[draw.profile[draw.firm], draw.equipment]


def _stopping_order(draw: Draw, may_stop: Bools) -> Ints:
    """Return the place of each line in its firm's stopping order, last line first."""
    backwards = np.cumsum(may_stop[::-1])[::-1]
    after_firm = np.append(backwards, 0)[draw.start[1:]]
    return np.where(may_stop, backwards - after_firm[draw.firm] - 1, 10_000)


def _in_units(cut: Floats, total: Ints, unit: Ints, cap: Floats) -> Floats:
    """Round a load share up to whole cells or flame systems, never above the cap."""
    counted = np.isin(
        unit, [list(CutUnit).index(u) for u in (CutUnit.CELLS, CutUnit.FLAME_SYSTEMS)]
    ) & (total > 0)
    size = np.maximum(total, 1)
    up = np.ceil(cut * size - 1e-9) / size
    down = np.floor(np.maximum(cap, 0) * size + 1e-9) / size
    return np.where(counted, np.minimum(up, down), cut)


def _kinds(share: Floats, base: Ints, coking: Bools, running: Bools) -> Ints:
    cut = np.where(share >= 1, _CODE[MeasureKind.STOP], _CODE[MeasureKind.LIMIT])
    cut = np.where(coking, _CODE[MeasureKind.EXTEND_COKING], cut)
    kind = np.where(base >= 0, base, np.where(share > 0, cut, _CODE[MeasureKind.NONE]))
    return np.where(running, kind, _CODE[MeasureKind.NONE])
