"""The composite index 环境空气质量综合指数: single indices rounded to two decimals, then added.

That each single index is rounded first was found by recomputing published figures (Tianjin
December 2020, Taiyuan 2021), not read in a text: decision 0061. The unrounded sum stands beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.air_tables.model import AIR_POLLUTANTS, AirLimits, AirMethod


@dataclass(frozen=True, slots=True)
class Composite:
    """Composite index of six published concentrations.

    `main` are the pollutants of the largest single index (several where equal).
    """

    singles: Mapping[str, Decimal]
    published: Decimal
    unrounded: Fraction
    main: tuple[str, ...]
    trace: Trace = field(repr=False)


def composite_index(
    published: Mapping[str, Decimal | None], limits: AirLimits, method: AirMethod
) -> Composite | None:
    """Return the composite index, None where one of the six figures is missing.

    Parameters
    ----------
    published
        Rounded concentrations as printed: means, CO 95th and O3 90th percentile.
    limits, method
        Grade 2 limits to divide by; decimals and weights.

    Examples
    --------
    Taiyuan 2022: 0.20 + 1.00 + 1.19 + 1.26 + 0.35 + 1.09 = 5.09.
    """
    digits = method.whole("digits_index")
    singles: dict[str, Decimal] = {}
    exact: dict[str, Fraction] = {}
    steps = []
    for pollutant, name in AIR_POLLUTANTS.items():
        figure = published.get(pollutant)
        if figure is None:
            return None
        limit = limits.composite_limit(pollutant)
        weight = method.number(f"weight_{pollutant}")
        exact[pollutant] = Fraction(figure) / limit
        singles[pollutant] = round_fraction(exact[pollutant], digits)
        words = f"{name} {figure}/{float(limit):g} = {singles[pollutant]}"
        steps.append(
            Trace(
                words if weight == 1 else f"{words}，权重 {float(weight):g}",
                f"{name} {singles[pollutant]}",
                singles[pollutant],
                rule=method.values[f"weight_{pollutant}"].ref,
            )
        )
    weights = {p: method.number(f"weight_{p}") for p in AIR_POLLUTANTS}
    total = sum((Fraction(singles[p]) * weights[p] for p in singles), Fraction(0))
    whole = round_fraction(total, digits)
    unrounded = sum((exact[p] * weights[p] for p in exact), Fraction(0))
    largest = max(exact.values())
    main = tuple(AIR_POLLUTANTS[p] for p, v in exact.items() if v == largest)
    trace = Trace(
        f"综合指数 {whole}（不逐项修约为 {float(unrounded):.4f}）",
        f"composite index {whole}",
        whole,
        rule=method.values["digits_index"].ref,
        steps=tuple(steps),
    )
    return Composite(singles, whole, unrounded, main, trace)
