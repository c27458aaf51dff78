"""The checker's own price of every order: filed values, and the stand-ins where none is filed.

Written a second time from docs/plan.md, in integers and fractions, sharing no code with `costs`.
Medians taken from decimals and from fractions may part by a fraction of a fen; that much, and
no more, is allowed for each estimated line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from lantian.domain.inventory.model import Line
from lantian.domain.response.checker.facts import City, Facts
from lantian.domain.response.model import Order
from lantian.kernel.pollutant import POLLUTANTS

FINE = 10**30
"""Emission weights are whole parts of the city's total, this fine."""
FULL_LINE = 10_000
"""Size of every line, in hundredths, where nothing tells one line from another."""
_EVERYWHERE = ""


@dataclass(frozen=True)
class Prices:
    """What a day's stop and a restart of each line cost, in fen (or hundredths of a size unit)."""

    basis: str
    value: Mapping[tuple[str, str], Fraction]
    restart: Mapping[tuple[str, str], int]
    guessed: frozenset[tuple[str, str]]

    def of(self, facts: Facts, order: Order) -> tuple[int, Fraction]:
        """Return the cost of an order and how far another rounding may be from it."""
        total, slack = 0, Fraction(0)
        running = {line.line_id for line in facts.running}
        for action in order.actions:
            key = order.firm_id, action.line_id
            if action.line_id not in running or action.share == 0:
                continue
            lost = self.value[key] * action.share
            total += -(-lost.numerator // lost.denominator)
            if action.share == 1:
                total += self.restart[key]
            if key in self.guessed:
                slack += 1 + lost / 10**12
        return total, slack


def prices(facts: Sequence[Facts], city: City) -> Prices:
    """Return the price of every running line of the list."""
    running = [(one, line) for one in facts for line in one.running]
    keys = [(one.firm.firm_id, line.line_id) for one, line in running]
    filed = [_fen(line.daily_value_cny) for _, line in running]
    if not any(filed):
        value, guessed = _sizes([line for _, line in running])
        return Prices(
            "size",
            dict(zip(keys, value, strict=True)),
            dict.fromkeys(keys, 0),
            frozenset(k for k, g in zip(keys, guessed, strict=True) if g),
        )
    value = [Fraction(fen) for fen in filed]
    guessed = [fen == 0 for fen in filed]
    if any(guessed):
        _estimate(running, city, value, guessed)
    restart = {k: _fen(line.restart_cost_cny) for k, (_, line) in zip(keys, running, strict=True)}
    return Prices(
        "cny",
        dict(zip(keys, value, strict=True)),
        restart,
        frozenset(k for k, g in zip(keys, guessed, strict=True) if g),
    )


def _fen(value: Decimal | None) -> int:
    return round(Fraction(value) * 100) if value is not None and value > 0 else 0


def _estimate(
    running: Sequence[tuple[Facts, Line]],
    city: City,
    value: list[Fraction],
    guessed: Sequence[bool],
) -> None:
    """Fill the value of lines that file none: per kWh, else per weighted emission, else plain."""
    part = [FINE // city.scale[p] if city.scale[p] > 0 else 0 for p in POLLUTANTS]
    by_power: dict[str, list[Fraction]] = {}
    by_mass: dict[str, list[Fraction]] = {}
    plain: dict[str, list[Fraction]] = {}
    weights = [
        sum(mass * p for mass, p in zip(one.base[line.line_id], part, strict=True))
        for one, line in running
    ]
    for i, (one, line) in enumerate(running):
        if guessed[i]:
            continue
        cny = Fraction(line.daily_value_cny or 0)
        kwh = line.daily_electricity_kwh
        for place in (one.industry.slug, _EVERYWHERE):
            plain.setdefault(place, []).append(cny)
            if kwh is not None and kwh > 0:
                by_power.setdefault(place, []).append(cny / Fraction(kwh))
            if weights[i] > 0:
                by_mass.setdefault(place, []).append(cny / weights[i])
    middle = [{k: median(v) for k, v in table.items()} for table in (by_power, by_mass, plain)]
    for i, (one, line) in enumerate(running):
        if guessed[i]:
            kwh = line.daily_electricity_kwh
            size = (kwh if kwh is not None and kwh > 0 else None, weights[i])
            value[i] = Fraction(max(1, round(_stand_in(one.industry.slug, size, middle) * 100)))


def _stand_in(
    industry: str, size: tuple[Decimal | None, int], middle: Sequence[Mapping[str, Fraction]]
) -> Fraction:
    per_kwh, per_mass, plain = middle
    kwh, weight = size
    for place in (industry, _EVERYWHERE):
        if kwh is not None and place in per_kwh:
            return per_kwh[place] * Fraction(kwh)
        if weight > 0 and place in per_mass:
            return per_mass[place] * weight
    return plain.get(industry, plain[_EVERYWHERE])


def _sizes(lines: Sequence[Line]) -> tuple[list[Fraction], list[bool]]:
    """Return sizes in hundredths: electricity, else output, where at least half file it."""
    for sizes, units in (
        ([line.daily_electricity_kwh for line in lines], {""}),
        (
            [line.output for line in lines],
            {line.capacity_unit for line in lines if line.output is not None and line.output > 0},
        ),
    ):
        known = [_fen(size) for size in sizes]
        filed = [k for k in known if k]
        if filed and 2 * len(filed) >= len(lines) and len(units) == 1:
            middle = round(median(map(Fraction, filed)))
            return [Fraction(max(1, k or middle)) for k in known], [k == 0 for k in known]
    return [Fraction(FULL_LINE)] * len(lines), [False] * len(lines)
