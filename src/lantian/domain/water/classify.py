"""The class of a section: the worst class among its items (single-factor method)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from lantian.domain.water.reading import displayed
from lantian.kernel.rounding import round_fraction
from lantian.kernel.trace import Trace
from lantian.rulebook.water_tables.model import (
    INFERIOR,
    Body,
    Direction,
    WaterItem,
    WaterLimits,
    WaterMethod,
)

DO = "do"
TEMPERATURE = "wt"


@dataclass(frozen=True, slots=True)
class ItemClass:
    """One item held against its limits; `multiple` is None where class III is kept or for pH, DO."""

    item: WaterItem
    value: Fraction
    number: int
    multiple: Decimal | None


@dataclass(frozen=True, slots=True)
class SectionClass:
    """Class of a section over a period.

    Parameters
    ----------
    number
        1 to 6 (劣Ⅴ); None where no item of the 21 can be judged.
    items
        The items that count, in the order of the table.
    determining
        Those of the worst class, none for class I.
    reference
        Items that are reported apart (total nitrogen of lakes, coliforms).
    undecided
        Items that have a value but no limit without knowing river or lake.
    """

    number: int | None
    body: Body | None
    items: tuple[ItemClass, ...]
    determining: tuple[ItemClass, ...]
    reference: tuple[ItemClass, ...]
    undecided: tuple[WaterItem, ...]
    trace: Trace = field(repr=False)

    @property
    def exceeding(self) -> tuple[ItemClass, ...]:
        """Return the items worse than class III."""
        return tuple(one for one in self.items if one.number > 3)


@dataclass(frozen=True, slots=True)
class Settings:
    """Choices that the texts leave open; the default is what the official labels do."""

    rounded: bool = False
    do_saturation: bool = False


DEFAULTS = Settings()


def classify(
    values: Mapping[str, Fraction],
    body: Body | None,
    limits: WaterLimits,
    method: WaterMethod,
    settings: Settings = Settings(),
) -> SectionClass:
    """Return the class of one section.

    Parameters
    ----------
    values
        Value or mean by item key, in the unit of the table; keys the table does not know are
        passed over.
    body
        River or lake; None where it is not known: items whose limits depend on it (TP) cannot be
        judged then, and if one of them was measured there is no class.
    settings
        Class from rounded values; the saturation clause of dissolved oxygen.

    Notes
    -----
    环办〔2011〕22号: the worst item decides. Where neighbouring classes share a limit the better one
    counts. From the unrounded value, as 23,746 of 23,752 official labels.
    """
    judged: list[ItemClass] = []
    reference: list[ItemClass] = []
    undecided: list[WaterItem] = []
    for key, item in limits.items.items():
        value = values.get(key)
        if value is None or item.rule is Direction.NONE:
            continue
        if not item.judged_in(body):
            # Total nitrogen of a river has no limit; total phosphorus has two sets of limits.
            if body is None and item.assessed:
                undecided.append(item)
            continue
        own = item_class(item, value, body or Body.RIVER, method, rounded=settings.rounded)
        if key == DO and settings.do_saturation and own.number > 1:
            own = _by_saturation(own, values.get(TEMPERATURE), method)
        (judged if item.assessed else reference).append(own)
    number = max((one.number for one in judged), default=None) if not undecided else None
    determining = tuple(one for one in judged if one.number == number and one.number > 1)
    return SectionClass(
        number, body, tuple(judged), determining, tuple(reference), tuple(undecided),
        _trace(number, judged, undecided, method),
    )  # fmt: skip


def item_class(
    item: WaterItem, value: Fraction, body: Body, method: WaterMethod, *, rounded: bool = False
) -> ItemClass:
    """Return the class of one item, and by how much it exceeds class III.

    Raises
    ------
    KeyError
        Where the item has no limits in that body.
    """
    if rounded:
        value = Fraction(displayed(value, item.digits))
    limits = item.limits[body]
    number = next((i for i, limit in enumerate(limits, 1) if _kept(item, value, limit)), INFERIOR)
    multiple = None
    third = method.whole("exceed_class")
    if number > third and item.multiple:
        limit = limits[third - 1]
        assert isinstance(limit, Fraction)
        multiple = round_fraction((value - limit) / limit, method.whole("digits_multiple"))
    return ItemClass(item, value, number, multiple)


def _kept(item: WaterItem, value: Fraction, limit: Fraction | tuple[Fraction, Fraction]) -> bool:
    if isinstance(limit, tuple):
        return limit[0] <= value <= limit[1]
    return value >= limit if item.rule is Direction.GE else value <= limit


def _by_saturation(own: ItemClass, celsius: Fraction | None, method: WaterMethod) -> ItemClass:
    """Return class I where oxygen reaches 90 % of saturation at its temperature (HJ 2.3-2018)."""
    if celsius is None:
        return own
    full = method.number("saturation_numerator") / (method.number("saturation_offset") + celsius)
    enough = own.value * 100 >= full * method.number("saturation_pct")
    return ItemClass(own.item, own.value, 1, None) if enough else own


def _trace(
    number: int | None,
    judged: list[ItemClass],
    undecided: list[WaterItem],
    method: WaterMethod,
) -> Trace:
    steps = [
        Trace(
            f"{one.item.name_zh} {displayed(one.value, one.item.digits_raw or 3)} {one.item.unit}："
            f"{method.water_class(one.number).name_zh}类"
            + (f"，超Ⅲ类 {one.multiple} 倍" if one.multiple is not None else ""),
            f"{one.item.name_en}: class {one.number}",
            one.number,
            rule=one.item.ref,
        )
        for one in judged
    ]
    steps += [
        Trace(
            f"{item.name_zh}：未说明河流或湖库，不能判定", f"{item.name_en}: river or lake?", None
        )
        for item in undecided
    ]
    words = "无类别" if number is None else f"{method.water_class(number).name_zh}类"
    return Trace(words, f"class {number}", number, rule=method.head.ref(), steps=tuple(steps))
