"""Whether the masses make sense: against each other and against lines like them.

Covers: daily mass against yearly mass over days, units that look wrong by 10^3.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from math import log10
from statistics import median

from lantian.domain.inventory.base import usable_days
from lantian.domain.inventory.checks.context import Context
from lantian.domain.inventory.checks.grounds import GUARD, PLAUSIBLE
from lantian.domain.inventory.checks.lines import mass_field
from lantian.domain.inventory.checks.rule import Finding, Found, check
from lantian.domain.inventory.model import Line
from lantian.kernel.pollutant import POLLUTANTS, Pollutant
from lantian.kernel.problem import Severity

_THOUSAND_LOW, _THOUSAND_HIGH = Decimal(300), Decimal(3000)
_TOLERANCE = Decimal("0.1")
_KG_PER_T = 1000
_LEAST_PEERS = 10
_DECADES_OFF = 2.5
_SPREADS_OFF = 5.0


def _half_unit(value: Decimal) -> Decimal:
    """Return half a unit of the last decimal written: the slack that rounding allows."""
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(5).scaleb(min(exponent, 0) - 1)


def _pairs(context: Context) -> Iterator[tuple[Line, Pollutant, Decimal, Decimal, Decimal]]:
    """Yield line, pollutant, filed daily kg, daily kg from the yearly mass, rounding slack."""
    for line in context.inventory.lines:
        if not line.daily_kg or not line.annual_t:
            continue
        days = usable_days(line)
        if days is None:
            continue
        for pollutant, daily in line.daily_kg.items():
            annual = line.annual_t.get(pollutant)
            if annual is None or annual < 0 or daily < 0:
                continue
            if abs(float(daily) * float(days) - float(annual) * _KG_PER_T) <= (
                0.09 * float(annual) * _KG_PER_T
            ):
                continue  # plainly in agreement; what remains is judged exactly
            slack = _half_unit(daily) + _half_unit(annual) * _KG_PER_T / days
            yield line, pollutant, daily, annual * _KG_PER_T / days, slack


def _thousand(daily: Decimal, expected: Decimal) -> bool:
    """Whether two masses differ by about a factor of a thousand."""
    if daily <= 0 or expected <= 0:
        return False
    ratio = daily / expected
    return _THOUSAND_LOW < ratio < _THOUSAND_HIGH or 1 / _THOUSAND_HIGH < ratio < 1 / _THOUSAND_LOW


@check(
    "L220",
    Severity.WARNING,
    "line",
    "daily_kg annual_t operating_days",
    title=("日排放量与年排放量对不上", "daily and yearly emission disagree"),
    message=(
        "生产线“{name}”{pollutant}日排放量{daily}千克，而年排放量÷运行天数为{expected}千克",
        "line “{name}”: {daily} kg/d of {pollutant}, but {expected} kg/d by the yearly mass over days",
    ),
    remedy=(
        "核对日、年排放量和运行天数；按330天折算的请把运行天数写为330",
        "check both masses and the days; if 330 days were used, write 330",
    ),
    why=("同一基数只能有一个数", "one base cannot have two values"),
    ground=GUARD,
)
def daily_and_yearly(context: Context, found: Found) -> Iterator[Finding]:
    """Daily masses more than a tenth (and more than rounding) off the yearly ones."""
    for line, pollutant, daily, expected, slack in _pairs(context):
        off = abs(daily - expected)
        if off <= slack or off <= _TOLERANCE * expected or _thousand(daily, expected):
            continue
        yield found(
            "line",
            line.row,
            mass_field("daily_kg", pollutant),
            name=line.name or line.line_id,
            pollutant=pollutant.value,
            daily=daily,
            expected=f"{expected:.3f}",
        )


@check(
    "L221",
    Severity.ERROR,
    "line",
    "daily_kg annual_t",
    title=(
        "日、年排放量相差约千倍，像是单位写错",
        "daily and yearly emission a thousandfold apart",
    ),
    message=(
        "生产线“{name}”{pollutant}日排放量{daily}千克，年排放量÷运行天数为{expected}千克，相差约{times}倍",
        "line “{name}”: {daily} kg/d of {pollutant} against {expected} kg/d by the yearly mass, "
        "about {times} times",
    ),
    remedy=(
        "日排放量用千克，年排放量用吨，改正写错单位的一个",
        "daily in kg, yearly in t: correct the one in the wrong unit",
    ),
    why=("单位错千倍会使全市核算失真", "a slip of a thousand spoils the city's figures"),
    ground=GUARD,
)
def daily_and_yearly_thousand(context: Context, found: Found) -> Iterator[Finding]:
    """Daily masses about 10^3 times or 10^-3 of the yearly ones."""
    for line, pollutant, daily, expected, _slack in _pairs(context):
        if _thousand(daily, expected):
            ratio = max(daily / expected, expected / daily)
            yield found(
                "line",
                line.row,
                mass_field("daily_kg", pollutant),
                name=line.name or line.line_id,
                pollutant=pollutant.value,
                daily=daily,
                expected=f"{expected:.4g}",
                times=f"{ratio:.0f}",
            )


def _intensity(context: Context) -> Iterator[tuple[tuple[str, ...], int, int, float]]:
    """Yield peer group, place of the line, pollutant index, log10 of mg per kWh or capacity.

    Peers are lines of one industry; where electricity is unknown, lines of one industry with
    the same capacity unit. Zero and unknown masses have no logarithm and are left out.
    """
    firms = context.firms
    for i, line in enumerate(context.inventory.lines):
        firm = firms.get(line.firm_id)
        if firm is None:
            continue
        measure, unit = line.daily_electricity_kwh, "kWh"
        if measure is None or measure <= 0:
            measure, unit = line.capacity, line.capacity_unit
        if measure is None or measure <= 0 or not unit:
            continue
        base_log = log10(measure)
        for p, base in enumerate(context.running[i]):
            if base is not None and base > 0:
                yield (firm.industry, firm.subtype, unit, str(p)), i, p, log10(base) - base_log


@check(
    "L222",
    Severity.WARNING,
    "line",
    "daily_kg annual_t",
    title=("排放强度与同行业相差约千倍", "emission intensity a thousandfold off its industry"),
    message=(
        "生产线“{name}”每{unit}的{pollutant}排放是同行业中位数的{times}倍，像是单位写错",
        "line “{name}” emits {times} times the industry's median of {pollutant} per {unit}; the "
        "unit looks wrong",
    ),
    remedy=(
        "核对排放量单位（年：吨，日：千克）以及用电量、产能的单位；属实的请在核算方法中说明",
        "check the units of emission, electricity and capacity; if true, say why",
    ),
    why=("单位错千倍会使全市核算失真", "a slip of a thousand spoils the city's figures"),
    ground=PLAUSIBLE,
)
def intensity_off(context: Context, found: Found) -> Iterator[Finding]:
    """Lines about 10^3 away from the median of their industry on this same list.

    Robust: needs ten peers, two and a half decades of distance, and five times the group's
    own spread (median absolute deviation scaled to a standard deviation).
    """
    groups: dict[tuple[str, ...], list[tuple[int, float]]] = {}
    for group, i, _p, value in _intensity(context):
        groups.setdefault(group, []).append((i, value))
    flagged: list[tuple[int, str, str, float]] = []
    for group, members in groups.items():
        if len(members) < _LEAST_PEERS:
            continue
        middle = median(value for _, value in members)
        spread = 1.4826 * median(abs(value - middle) for _, value in members)
        limit = max(_DECADES_OFF, _SPREADS_OFF * spread)
        flagged.extend(
            (i, group[3], group[2], value - middle)
            for i, value in members
            if abs(value - middle) > limit
        )
    for i, p, unit, decades in sorted(flagged):
        line = context.inventory.lines[i]
        pollutant = POLLUTANTS[int(p)]
        filed = "daily_kg" if pollutant in line.daily_kg else "annual_t"
        yield found(
            "line",
            line.row,
            mass_field(filed, pollutant),
            name=line.name or line.line_id,
            unit=unit,
            pollutant=pollutant.value,
            times=f"{10**decades:.3g}",
        )
