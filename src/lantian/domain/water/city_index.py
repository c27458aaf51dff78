"""City water-quality index CWQI 城市水质指数 (ranking rule of 2017)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from lantian.domain.water.mean import mean_of_items
from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.water_tables.model import Body, Direction, WaterItem, WaterLimits, WaterMethod


@dataclass(frozen=True, slots=True)
class CityIndex:
    """The index of a city; smaller is better.

    Parameters
    ----------
    index
        Unrounded, as the ranking uses it.
    river, lake
        Its parts, None without such sections.
    items
        Items that entered; two cities compare only where these are the same.
    missing
        Items of the 21 that no section has.
    """

    index: Fraction
    river: Fraction | None
    lake: Fraction | None
    items: tuple[str, ...]
    missing: tuple[str, ...]
    trace: Trace = field(repr=False)


def item_index(item: WaterItem, value: Fraction, body: Body, method: WaterMethod) -> Fraction:
    """Return the index of one item: C/C_III; for oxygen C_III/C; for pH the way from 7 to its bound.

    Raises
    ------
    ZeroDivisionError
        For dissolved oxygen of 0.
    """
    limit = item.limits[body][method.whole("cwqi_class") - 1]
    if item.rule is Direction.RANGE:
        neutral = method.number("cwqi_ph_neutral")
        bound = method.number("cwqi_ph_low" if value <= neutral else "cwqi_ph_high")
        return abs(value - neutral) / abs(bound - neutral)
    assert isinstance(limit, Fraction)
    return limit / value if item.rule is Direction.GE else value / limit


def city_index(
    sections: Sequence[tuple[Body, Mapping[str, Fraction]]],
    limits: WaterLimits,
    method: WaterMethod,
) -> CityIndex | None:
    """Return the index of a city from the means of its sections, None without any.

    Notes
    -----
    Rivers and lakes apart, each from the mean of every item over its sections; the city is their
    mean weighted by how many sections each has (unverified).
    """
    parts: dict[Body, Fraction] = {}
    used: dict[str, None] = {}
    steps = []
    for body in Body:
        own = [values for b, values in sections if b is body]
        if not own:
            continue
        means = mean_of_items(own)
        total = Fraction(0)
        for key, item in limits.items.items():
            if key not in means or not item.assessed or body not in item.limits:
                continue
            if item.rule is Direction.GE and means[key] <= 0:
                continue
            one = item_index(item, means[key], body, method)
            used[key] = None
            total += one
            steps.append(
                Trace(f"{body.label_zh} {item.name_zh} {float(one):.4f}", f"{key} {float(one):.4f}",
                      float(one), rule=item.ref)
            )  # fmt: skip
        parts[body] = total
    if not parts or not used:
        return None
    counts = {body: sum(b is body for b, _ in sections) for body in parts}
    index = sum((parts[b] * n for b, n in counts.items()), Fraction(0)) / sum(counts.values())
    missing = tuple(k for k, item in limits.items.items() if item.assessed and k not in used)
    shown = round_fraction(index, method.whole("digits_index"))
    trace = Trace(f"城市水质指数 {shown}", f"CWQI {shown}", shown, rule=method.ref("cwqi_class"),
                  steps=tuple(steps))  # fmt: skip
    return CityIndex(
        index, parts.get(Body.RIVER), parts.get(Body.LAKE), tuple(used), missing, trace
    )
