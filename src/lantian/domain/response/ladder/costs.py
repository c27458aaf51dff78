"""What a stopped day costs each line, with honest stand-ins where the list is silent.

Filed values are used as they stand. A line without one is valued by its industry's median per
kWh, else per unit of weighted emission, else the same medians of the whole list. A list with
no value at all is not priced in yuan: cost then is the share of load times the line's size, and
yuan of a restart are not added to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from lantian.domain.inventory.model import Line

FEN = 100


@dataclass(frozen=True, slots=True)
class CostBasis:
    """How costs were found.

    Attributes
    ----------
    key
        ``"cny"``, or ``"size"`` when no line files a value: costs then are size units, not yuan.
    filed, estimated
        Lines with a filed value, and lines valued (or sized) by a median.
    restart_missing
        Lines without a restart cost; none is added for them.
    size_by
        What size means under ``"size"``: ``"electricity"``, ``"output"`` or ``"line"``.
    """

    key: str
    filed: int
    estimated: int
    restart_missing: int
    size_by: str = ""


@dataclass(frozen=True, slots=True)
class Costs:
    """Value and restart cost of every line, in fen, in the order the lines were given."""

    value_fen: tuple[int, ...]
    restart_fen: tuple[int, ...]
    estimated: tuple[bool, ...]
    basis: CostBasis


def line_costs(lines: Sequence[Line], industries: Sequence[str], weights: Sequence[float]) -> Costs:
    """Return the cost of a day's full stop of each line.

    Parameters
    ----------
    lines
        The running lines.
    industries
        Industry slug of each line.
    weights
        Weighted emission of each line: sum over pollutants of its share of the city's total.
    """
    filed = [_positive(line.daily_value_cny) for line in lines]
    restart = [_fen(_positive(line.restart_cost_cny)) for line in lines]
    missing = sum(1 for line in lines if _positive(line.restart_cost_cny) is None)
    known = sum(1 for value in filed if value is not None)
    if known == 0:
        sizes, guessed, size_by = _sizes(lines)
        basis = CostBasis("size", 0, sum(guessed), 0, size_by)
        return Costs(tuple(sizes), tuple([0] * len(lines)), tuple(guessed), basis)
    medians = _Medians(lines, industries, weights, filed)
    values = [
        _fen(value)
        if value is not None
        else max(1, round(medians.estimate(line, industry, weight) * FEN))
        for line, industry, weight, value in zip(lines, industries, weights, filed, strict=True)
    ]
    basis = CostBasis("cny", known, len(lines) - known, missing)
    return Costs(tuple(values), tuple(restart), tuple(v is None for v in filed), basis)


class _Medians:
    """Median value per kWh and per weighted emission, by industry and for the whole list."""

    def __init__(
        self,
        lines: Sequence[Line],
        industries: Sequence[str],
        weights: Sequence[float],
        filed: Sequence[Decimal | None],
    ) -> None:
        power: dict[str, list[float]] = {}
        mass: dict[str, list[float]] = {}
        plain: dict[str, list[float]] = {}
        for line, industry, weight, value in zip(lines, industries, weights, filed, strict=True):
            if value is None:
                continue
            amount = float(value)
            for key in (industry, ""):
                plain.setdefault(key, []).append(amount)
                if line.daily_electricity_kwh is not None and line.daily_electricity_kwh > 0:
                    power.setdefault(key, []).append(amount / float(line.daily_electricity_kwh))
                if weight > 0:
                    mass.setdefault(key, []).append(amount / weight)
        self._power = {key: median(v) for key, v in power.items()}
        self._mass = {key: median(v) for key, v in mass.items()}
        self._plain = {key: median(v) for key, v in plain.items()}

    def estimate(self, line: Line, industry: str, weight: float) -> float:
        """Return the estimated value in yuan of one line without a filed one."""
        kwh = line.daily_electricity_kwh
        for key in (industry, ""):
            if kwh is not None and kwh > 0 and key in self._power:
                return self._power[key] * float(kwh)
            if weight > 0 and key in self._mass:
                return self._mass[key] * weight
        return self._plain.get(industry, self._plain[""])


def _sizes(lines: Sequence[Line]) -> tuple[list[int], list[bool], str]:
    """Return the size of each line in hundredths, which were estimated, and by what.

    The best measure that at least half the lines file is taken: electricity, then output in one
    unit. A line without it (or with 0, as a unit that hardly ran) gets the median of the others.
    """
    power = [_positive(line.daily_electricity_kwh) for line in lines]
    output = [_positive(line.output) for line in lines]
    units = {x.capacity_unit for x, o in zip(lines, output, strict=True) if o is not None}
    for size_by, known in (("electricity", power), ("output", output if len(units) == 1 else [])):
        filed = [_fen(k) for k in known if k is not None]
        if filed and 2 * len(filed) >= len(lines):
            middle = round(median(filed))
            sizes = [max(1, middle if k is None else _fen(k)) for k in known]
            return sizes, [k is None for k in known], size_by
    return [FEN * FEN] * len(lines), [False] * len(lines), "line"


def _positive(value: Decimal | None) -> Decimal | None:
    return value if value is not None and value > 0 else None


def _fen(value: Decimal | None) -> int:
    return 0 if value is None else int((value * FEN).to_integral_value())
