"""Units a layout may write in its columns, with exact factors to the unit the model keeps."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Context, Decimal

EXACT = Context(prec=80)

_FACTORS: Mapping[str, Mapping[str, str]] = {
    "t/a": {
        "t/a": "1",
        "kg/a": "0.001",
        "g/a": "0.000001",
        "short_ton/a": "0.90718474",
        "lb/a": "0.00045359237",
    },
    "kg/d": {
        "kg/d": "1",
        "t/d": "1000",
        "g/d": "0.001",
        "short_ton/d": "907.18474",
        "lb/d": "0.45359237",
    },
    "1": {"1": "1", "%": "0.01", "‰": "0.001"},
    "m2": {"m2": "1", "hm2": "10000", "万m2": "10000", "km2": "1000000"},
    "kWh/d": {"kWh/d": "1", "MWh/d": "1000", "万kWh/d": "10000"},
    "CNY/d": {"CNY/d": "1", "kCNY/d": "1000", "万元/d": "10000"},
    "CNY": {"CNY": "1", "kCNY": "1000", "万元": "10000"},
    "h": {"h": "1", "d": "24"},
    "d/a": {"d/a": "1"},
    "°": {"°": "1"},
    "": {"": "1", "万": "10000"},
}
_SPELLINGS: Mapping[str, str] = {
    "吨/年": "t/a", "吨/a": "t/a", "千克/年": "kg/a", "公斤/年": "kg/a", "克/年": "g/a",
    "千克/日": "kg/d", "千克/天": "kg/d", "公斤/日": "kg/d", "公斤/天": "kg/d", "吨/日": "t/d",
    "吨/天": "t/d", "克/日": "g/d", "百分比": "%", "m²": "m2", "㎡": "m2", "平方米": "m2",
    "公顷": "hm2", "万平方米": "万m2", "千瓦时/日": "kWh/d", "度/日": "kWh/d",
    "万千瓦时/日": "万kWh/d", "万度/日": "万kWh/d", "元/日": "CNY/d", "元/天": "CNY/d",
    "元/d": "CNY/d", "万元/日": "万元/d", "万元/天": "万元/d", "元": "CNY", "小时": "h",
    "天": "d", "天/年": "d/a", "日/年": "d/a", "度": "°", "t": "t", "吨": "t", "kg": "kg",
    "千克": "kg", "公斤": "kg", "克": "g",
}  # fmt: skip


def spelled(unit: str) -> str:
    """Return the project's spelling of a unit as written in a workbook."""
    text = unit.strip().replace("／", "/").replace(" ", "")
    return _SPELLINGS.get(text, text)


def factor(unit: str, canonical: str) -> Decimal | None:
    """Return what a value in `unit` is multiplied by to be in `canonical`; None if it cannot."""
    text = _FACTORS.get(canonical, {}).get(spelled(unit))
    return None if text is None else Decimal(text)


def known(canonical: str) -> tuple[str, ...]:
    """Return the units a field kept in `canonical` may be written in."""
    return tuple(_FACTORS.get(canonical, {}))


def suffix_factor(suffix: str, unit: str, canonical: str) -> Decimal | None:
    """Return the factor for a unit written behind a number in the cell itself.

    ``吨`` in a column of ``t/a`` means ``t/a``: the time base of the column is kept.
    """
    text = spelled(suffix)
    found = factor(text, canonical)
    if found is not None:
        return found
    base = unit.partition("/")[2]
    return factor(f"{text}/{base}", canonical) if base else None
