"""Two other ways to plan the same list: filed measures as they stand, the same cut for everybody.

"Uniform" (一刀切) cuts every running line, whatever its grade, by one share, the smallest on a
grid of 0.01 % that reaches every target; only guaranteed load is kept. It is not on a ladder:
it ignores whole lines and technique, so its cost is a lower bound of what it would cost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from lantian.domain.inventory.model import Inventory, Measure, MeasureKind
from lantian.domain.response.ladder.build import GroupIndex
from lantian.domain.response.ladder.units import Share
from lantian.domain.response.model import Baseline, Bool, Float64, Int64
from lantian.domain.response.problem import exchange_least_mg
from lantian.domain.response.summary import GOOD_RANK
from lantian.domain.response.targets import Requirement
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.rulebook.model import ExchangeRule

GRID = 10_000
"""Parts of the uniform share; products with masses up to 900 t/d stay within 64 bits."""

ROUNDING = 1e-6
"""Group shares finer than this are rounded on the ladder, see `units.mean_share`."""

_NO_CUT = (MeasureKind.AUTONOMOUS, MeasureKind.NONE, MeasureKind.STAGGER_TRANSPORT)


@dataclass(frozen=True, slots=True)
class _Flat:
    """Every running line of the list as rows of arrays."""

    base_mg: Int64  # (N, 4)
    value_fen: Int64
    restart_fen: Int64
    limit: tuple[Share, ...]
    group: Int64  # number of the line's group
    good: Bool  # per group: A, leading, B or B-
    key: tuple[tuple[str, str], ...]  # (firm, line)
    autonomous: Bool  # per group: A or leading
    floor: Mapping[Level, Float64]  # per group: least share of load


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one way of cutting gives at one level."""

    cost_fen: int
    mass_mg: tuple[int, int, int, int]
    touched: int
    stopped: int
    spared: Fraction
    below_floor: int
    autonomous: int


def baselines(
    inventory: Inventory,
    index: GroupIndex,
    need: Requirement,
    exchange: ExchangeRule | None = None,
) -> tuple[Baseline, ...]:
    """Return the filed and the uniform baseline."""
    flat = _flatten(index)
    return _filed(inventory, flat, need, exchange), _uniform(flat, need, exchange)


def targets_met(
    need: Requirement, level: Level, firms_mg: Sequence[int], exchange: ExchangeRule | None
) -> bool:
    """Return whether cuts of the firms reach every known target, exactly."""
    exchanged = exchange is not None and not need.unknown & {Pollutant.SO2, Pollutant.NOX}
    total = Fraction(0)
    for k, p in enumerate(POLLUTANTS):
        if p in need.unknown:
            continue
        if exchanged and exchange is not None and p in (Pollutant.SO2, Pollutant.NOX):
            if firms_mg[k] < exchange_least_mg(need, exchange, level, p):
                return False
            reached = Fraction(firms_mg[k] + need.other_mg[level, p], need.city_mg[k])
            total += reached - need.ratio[level, p]
        elif firms_mg[k] < need.required_mg[level, p]:
            return False
    return total >= 0


def _flatten(index: GroupIndex) -> _Flat:
    base, value, restart, limit, group, key = [], [], [], [], [], []
    for g, entry in enumerate(index.groups):
        for i, line in enumerate(entry.lines):
            base.append(entry.base_mg[i])
            value.append(entry.value_fen[i])
            restart.append(entry.restart_fen[i])
            limit.append(entry.limits[i])
            group.append(g)
            key.append((line.firm_id, line.line_id))
    return _Flat(
        base_mg=np.array(base, np.int64).reshape(-1, 4),
        value_fen=np.array(value, np.int64),
        restart_fen=np.array(restart, np.int64),
        limit=tuple(limit),
        group=np.array(group, np.int64),
        good=np.array([g.grade.rank <= GOOD_RANK for g in index.groups], np.bool_),
        key=tuple(key),
        autonomous=np.array([g.grade.autonomous for g in index.groups], np.bool_),
        floor={x: _floor_shares(index, x) for x in LEVELS},
    )


def _floor_shares(index: GroupIndex, level: Level) -> Float64:
    shares = (group.shares[group.floors[level].step] for group in index.groups)
    return np.fromiter((num / den for num, den in shares), np.float64, len(index.groups))


def _outcome(
    flat: _Flat, cost: Int64, mass: Int64, share: Float64, stopped: Bool, level: Level
) -> _Outcome:
    cut = share > 0
    hit = np.zeros(flat.good.size, np.bool_)
    hit[flat.group[cut]] = True
    good = int(flat.good.sum())
    spared = Fraction(int((flat.good & ~hit).sum()), good) if good else Fraction(1)
    pm, so2, nox, voc = (int(m) for m in mass.sum(axis=0))
    lines = np.bincount(flat.group, minlength=flat.good.size)
    mean = np.bincount(flat.group, share, flat.good.size) / np.maximum(lines, 1)
    return _Outcome(
        cost_fen=int(cost.sum()),
        mass_mg=(pm, so2, nox, voc),
        touched=int(hit.sum()),
        stopped=int(stopped.sum()),
        spared=spared,
        below_floor=int((mean < flat.floor[level] - ROUNDING).sum()),
        autonomous=int((flat.autonomous & hit).sum()),
    )


def _baseline(
    key: str,
    label: str,
    notes: tuple[str, str],
    need: Requirement,
    exchange: ExchangeRule | None,
    at: Callable[[Level], _Outcome],
) -> Baseline:
    found = {level: at(level) for level in need.levels}
    return Baseline(
        key=key,
        label_zh=label,
        cost_fen={x: o.cost_fen for x, o in found.items()},
        achieved_mg={
            (x, p): o.mass_mg[k] + need.other_mg[x, p]
            for x, o in found.items()
            for k, p in enumerate(POLLUTANTS)
        },
        meets={x: targets_met(need, x, o.mass_mg, exchange) for x, o in found.items()},
        firms_touched={x: o.touched for x, o in found.items()},
        lines_stopped={x: o.stopped for x, o in found.items()},
        good_performers_spared={x: o.spared for x, o in found.items()},
        note_zh=notes[0],
        note_en=notes[1],
        below_floor={x: o.below_floor for x, o in found.items()},
        autonomous_cut={x: o.autonomous for x, o in found.items()},
    )


# --- the same share for everybody ----------------------------------------------------------


def _uniform(flat: _Flat, need: Requirement, exchange: ExchangeRule | None) -> Baseline:
    limit = np.array([s[0] * GRID // s[1] for s in flat.limit], np.int64)
    shares: dict[Level, int] = {}

    def at(level: Level) -> _Outcome:
        low, high = 0, GRID  # smallest share in parts of GRID that reaches the targets
        while low < high:
            middle = (low + high) // 2
            mass = _uniform_mass(flat, limit, middle)
            if targets_met(need, level, [int(m) for m in mass.sum(axis=0)], exchange):
                high = middle
            else:
                low = middle + 1
        shares[level] = low
        part = np.minimum(low, limit)
        stopped = part == GRID
        cost = -(-flat.value_fen * part // GRID) + np.where(stopped, flat.restart_fen, 0)
        mass = _uniform_mass(flat, limit, low)
        return _outcome(flat, cost, mass, part / GRID, stopped, level)

    base = _baseline("uniform", "一刀切（同一比例）", ("", ""), need, exchange, at)
    told = "、".join(f"{x.label_zh}{_percent(shares[x])}" for x in need.levels)
    told_en = ", ".join(f"{x.value} {_percent(shares[x])}" for x in need.levels)
    return replace(
        base,
        note_zh=f"不分等级，每条在产生产线同一比例：{told}；保障任务除外，不计整线与工艺限制",
        note_en=f"every running line by the same share whatever its grade: {told_en}; tasks kept",
    )


def _uniform_mass(flat: _Flat, limit: Int64, parts: int) -> Int64:
    cut: Int64 = flat.base_mg * np.minimum(parts, limit)[:, None] // GRID
    return cut


def _percent(parts: int) -> str:
    return f"{Decimal(parts).scaleb(-2)}%"


# --- filed measures ------------------------------------------------------------------------


def _filed(
    inventory: Inventory, flat: _Flat, need: Requirement, exchange: ExchangeRule | None
) -> Baseline:
    filed, silent = _filed_shares(inventory)

    def at(level: Level) -> _Outcome:
        shares = [filed.get((*key, level), Fraction(0)) for key in flat.key]
        cost = np.zeros(len(shares), np.int64)
        mass = np.zeros((len(shares), 4), np.int64)
        for i, share in enumerate(shares):
            if share:
                num, den = share.numerator, share.denominator
                cost[i] = -(-int(flat.value_fen[i]) * num // den)
                cost[i] += int(flat.restart_fen[i]) if share == 1 else 0
                mass[i] = [int(m) * num // den for m in flat.base_mg[i]]
        stopped = np.array([s == 1 for s in shares], np.bool_)
        return _outcome(flat, cost, mass, np.array(shares, np.float64), stopped, level)

    return _baseline(
        "filed",
        "企业填报措施",
        _filed_note(inventory, silent),
        need,
        exchange,
        at,
    )


def _filed_note(inventory: Inventory, silent: int) -> tuple[str, str]:
    if not inventory.measures:
        return "清单没有填报措施，减排为0", "the list files no measures at all"
    zh = "按清单填报的措施原样计算，基数与本方案相同"
    en = "measures as filed, on the same base"
    if silent:
        zh += f"；{silent}条限产措施未填比例，按0计"
        en += f"; {silent} limits without a share count as 0"
    return zh, en


def _filed_shares(
    inventory: Inventory,
) -> tuple[Mapping[tuple[str, str, Level], Fraction], int]:
    """Return the filed share of each line and level, and how many limits give none."""
    out: dict[tuple[str, str, Level], Fraction] = {}
    silent = 0
    for measure in inventory.measures:
        if measure.level is None or measure.kind in _NO_CUT:
            continue
        share = _share_of(measure)
        if share is None:
            silent += 1
            continue
        key = measure.firm_id, measure.line_id, measure.level
        out[key] = max(out.get(key, Fraction(0)), share)
    return out, silent


def _share_of(measure: Measure) -> Fraction | None:
    if measure.share is not None:
        return Fraction(min(max(measure.share, Decimal(0)), Decimal(1)))
    return Fraction(1) if measure.kind is MeasureKind.STOP else None
