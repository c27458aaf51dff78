"""The units an environmental bureau writes, their spellings, and what each of them measures."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lantian.kernel.problem import LantianError, Place, Problem, Severity

# Exponents of mass, volume, time, energy, money, calendar year.
Dimension = tuple[int, int, int, int, int, int]

_MASS: Final = (1, 0, 0, 0, 0, 0)
_VOLUME: Final = (0, 1, 0, 0, 0, 0)
_TIME: Final = (0, 0, 1, 0, 0, 0)
_ENERGY: Final = (0, 0, 0, 1, 0, 0)
_MONEY: Final = (0, 0, 0, 0, 1, 0)
_YEAR: Final = (0, 0, 0, 0, 0, 1)
NONE: Final = (0, 0, 0, 0, 0, 0)

KINDS: Final[dict[Dimension, tuple[str, str]]] = {
    _MASS: ("质量", "mass"),
    _VOLUME: ("体积", "volume"),
    _TIME: ("时间", "time"),
    _ENERGY: ("电量", "energy"),
    _MONEY: ("金额", "money"),
    _YEAR: ("年", "years"),
    NONE: ("比例", "share"),
    (1, 0, -1, 0, 0, 0): ("排放速率", "mass rate"),
    (1, 0, 0, 0, 0, -1): ("年排放量", "annual mass"),
    (1, -1, 0, 0, 0, 0): ("浓度", "concentration"),
    (0, 1, -1, 0, 0, 0): ("流量", "volume flow"),
    (0, 0, -1, 1, 0, 0): ("功率", "power"),
    (-1, 0, 0, 0, 1, 0): ("单位成本", "cost per mass"),
    (0, 0, -1, 0, 1, 0): ("费用速率", "cost rate"),
    (-1, 0, 0, 1, 0, 0): ("单位电耗", "energy per mass"),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how it is written, what it measures, and its size in base units.

    Base units are mg, m³, h, kWh, CNY and year; `factor` is exact.
    """

    symbol: str
    dimension: Dimension
    factor: Fraction

    @property
    def kind_zh(self) -> str:
        """What it measures, in Chinese."""
        return KINDS[self.dimension][0]

    @property
    def kind_en(self) -> str:
        """What it measures, in English."""
        return KINDS[self.dimension][1]


# symbol, dimension, size in base units, other spellings (after NFKC)
_ATOMS: Final[tuple[tuple[str, Dimension, Fraction, str], ...]] = (
    ("µg", _MASS, Fraction(1, 1000), "μg ug 微克"),
    ("mg", _MASS, Fraction(1), "MG 毫克"),
    ("g", _MASS, Fraction(1000), "克"),
    ("kg", _MASS, Fraction(10**6), "Kg KG 千克 公斤"),
    ("t", _MASS, Fraction(10**9), "T 吨"),
    ("m³", _VOLUME, Fraction(1), "m3 M3 m^3 立方米 立方 方"),
    ("L", _VOLUME, Fraction(1, 1000), "l 升"),
    ("万m³", _VOLUME, Fraction(10**4), "万m3 万M3 万立方米 万方"),
    ("min", _TIME, Fraction(1, 60), "分钟"),
    ("h", _TIME, Fraction(1), "H hr 小时 时"),
    ("d", _TIME, Fraction(24), "D day 天 日"),
    ("a", _YEAR, Fraction(1), "yr year 年"),
    ("kWh", _ENERGY, Fraction(1), "kwh KWh KWH kW·h 千瓦时 度"),
    ("MWh", _ENERGY, Fraction(1000), "MWH 兆瓦时"),
    ("万kWh", _ENERGY, Fraction(10**4), "万kwh 万KWh 万千瓦时 万度"),
    ("kW", (0, 0, -1, 1, 0, 0), Fraction(1), "kw KW 千瓦"),
    ("元", _MONEY, Fraction(1), "CNY RMB 圆"),
    ("分", _MONEY, Fraction(1, 100), "fen"),
    ("万元", _MONEY, Fraction(10**4), "万圆"),
    ("%", NONE, Fraction(1, 100), "百分之"),
    ("‰", NONE, Fraction(1, 1000), "千分之"),
    ("", NONE, Fraction(1), "1"),
)
BY_SPELLING: Final[dict[str, Unit]] = {
    unicodedata.normalize("NFKC", spelling): Unit(symbol, dimension, factor)
    for symbol, dimension, factor, others in _ATOMS
    for spelling in (symbol, *others.split())
}
# The unit a product falls into when no operand's own units fit: one for each kind.
BASE: Final[dict[Dimension, str]] = {
    _MASS: "mg",
    _VOLUME: "m³",
    _TIME: "h",
    _ENERGY: "kWh",
    _MONEY: "元",
    _YEAR: "a",
    NONE: "",
    (1, 0, -1, 0, 0, 0): "mg/h",
    (1, 0, 0, 0, 0, -1): "t/a",
    (1, -1, 0, 0, 0, 0): "mg/m³",
    (0, 1, -1, 0, 0, 0): "m³/h",
    (0, 0, -1, 1, 0, 0): "kW",
    (-1, 0, 0, 0, 1, 0): "元/kg",
    (0, 0, -1, 0, 1, 0): "元/h",
    (-1, 0, 0, 1, 0, 0): "kWh/t",
}


def unit(text: str, place: Place | None = None) -> Unit:
    """Return the unit written as `text`, full width, Chinese and common variants included.

    Raises
    ------
    LantianError
        K002 if the unit is not known or stands for nothing a bureau measures, K006 for ppm.

    Examples
    --------
    >>> unit("ｍｇ／ｍ³").symbol, unit("千克/小时").symbol, unit("mg·m⁻³").symbol
    ('mg/m³', 'kg/h', 'mg/m³')
    """
    text = text.strip()
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace(" ", "")
    if re.fullmatch(r"pp[mbt]v?", plain, re.IGNORECASE):
        raise unit_error(
            "K006",
            place,
            f"单位“{text}”需要摩尔质量与温度才能换算",
            f"unit {text!r} needs a molar mass and a temperature",
            "请改用 mg/m³ 或 µg/m³ 填报",
            "Report it in mg/m³ or µg/m³.",
        )
    if known := BY_SPELLING.get(plain):
        return known
    # mg·m-3 is another way to write mg/m3; a bare -1 exponent drops.
    ratio = re.sub(r"[·*.]?([A-Za-z]+)-([1-9])", lambda m: f"/{m[1]}{m[2].strip('1')}", plain)
    over, slash, under = ratio.partition("/")
    if slash and (top := BY_SPELLING.get(over)) and (bottom := BY_SPELLING.get(under)):
        made = quotient(top, bottom)
        if made is not None:
            return made
    raise unit_error(
        "K002",
        place,
        f"不认识的单位“{text}”",
        f"unknown unit {text!r}",
        "请用 t/a、kg/d、kg/h、mg/m³、µg/m³、m³/h、kWh、元、%、h、d 等常用单位",
        "Use a usual unit such as t/a, kg/d, kg/h, mg/m³, µg/m³, m³/h, kWh, 元, %, h or d.",
    )


def quotient(top: Unit, bottom: Unit) -> Unit | None:
    """Return the unit ``top/bottom``, or None if no such kind is known."""
    dimension = minus(top.dimension, bottom.dimension)
    if dimension not in KINDS or dimension == NONE:
        return None
    return Unit(f"{top.symbol}/{bottom.symbol}", dimension, top.factor / bottom.factor)


def plus(a: Dimension, b: Dimension) -> Dimension:
    """Return the dimension of a product."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5])


def minus(a: Dimension, b: Dimension) -> Dimension:
    """Return the dimension of a quotient."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3], a[4] - b[4], a[5] - b[5])


def unit_error(
    code: str, place: Place | None, zh: str, en: str, remedy_zh: str, remedy_en: str
) -> LantianError:
    """Return the error of one K problem, ready to raise."""
    return LantianError(
        Problem(code, Severity.ERROR, place or Place(), zh, en, remedy_zh, remedy_en)
    )
