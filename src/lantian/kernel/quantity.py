"""Quantities with units, converted and compared exactly.

Only the units an environmental bureau writes are known, and only the products that mean
something to it (concentration times flow is a mass rate). A year is not a number of hours: an
annual emission becomes a daily one through the operating days, never through 365. Parts per
million are refused because they need a molar mass and a temperature.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import total_ordering
from typing import Final

from lantian.kernel.problem import Place
from lantian.kernel.rounding import round_fraction
from lantian.kernel.unit import (
    BASE,
    BY_SPELLING,
    KINDS,
    NONE,
    Dimension,
    Unit,
    minus,
    plus,
    quotient,
    unit,
    unit_error,
)


@total_ordering
@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A decimal value with its unit; equality and order are of the physical amounts.

    Arithmetic is exact. Where an exact decimal does not exist (a third of a kilogram per hour)
    the operation refuses with K004 instead of rounding unseen: `to` takes the number of places,
    `in_unit` gives the exact fraction.

    Examples
    --------
    >>> flow = parse_quantity("120000 m³/h")
    >>> rate = parse_quantity("12.5 mg/m³") * flow
    >>> str(rate), str(rate.to("kg/h")), str((rate * parse_quantity("24 h")).to("kg"))
    ('1500000 mg/h', '1.5 kg/h', '36 kg')
    >>> str(parse_quantity("1 kg/d").to("kg/h", places=4))
    '0.0417 kg/h'
    """

    value: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse a float and what is not finite."""
        if not isinstance(self.value, Decimal) or not self.value.is_finite():
            raise TypeError(f"finite Decimal needed, got {self.value!r}")

    def __str__(self) -> str:
        """Return the value, never in exponent form, and its unit."""
        joint = "" if self.unit.symbol in ("", "%", "‰") else " "
        return f"{self.value:f}{joint}{self.unit.symbol}"

    def in_unit(self, target: Unit | str) -> Fraction:
        """Return the exact number of `target` units (K003 if it measures something else)."""
        wanted = unit(target) if isinstance(target, str) else target
        self._same_kind(wanted)
        return Fraction(self.value) * self.unit.factor / wanted.factor

    def to(self, target: Unit | str, places: int | None = None) -> Quantity:
        """Return the same amount in another unit.

        Parameters
        ----------
        target
            Unit or its spelling.
        places
            Decimals to round to by GB/T 8170, once; None demands an exact decimal.

        Raises
        ------
        LantianError
            K003 if the units measure different things, K004 if no exact decimal exists and no
            `places` were given.
        """
        wanted = unit(target) if isinstance(target, str) else target
        exact = self.in_unit(wanted)
        if places is None:
            return Quantity(_exact_decimal(exact, wanted), wanted)
        return Quantity(round_fraction(exact, places), wanted)

    def per_operating_day(self, operating_days: int) -> Fraction:
        """Return the exact kg/d of an annual mass (t/a) over its operating days.

        Raises
        ------
        LantianError
            K003 if this is not an annual mass, K007 if there are no operating days.
        """
        annual_kg = self.in_unit(unit("kg/a"))
        if operating_days <= 0:
            raise unit_error(
                "K007",
                None,
                f"年运行天数应大于 0，现为 {operating_days}",
                f"operating days must be positive, got {operating_days}",
                "请填写该生产线的年运行天数",
                "State the line's operating days in a year.",
            )
        return annual_kg / operating_days

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self._base() == other._base() and self.unit.dimension == other.unit.dimension

    def __hash__(self) -> int:
        return hash((self._base(), self.unit.dimension))

    def __lt__(self, other: Quantity) -> bool:
        self._same_kind(other.unit)
        return self._base() < other._base()

    def __add__(self, other: Quantity) -> Quantity:
        return self._made(Fraction(self.value) + other.in_unit(self.unit), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return self._made(Fraction(self.value) - other.in_unit(self.unit), self.unit)

    def __neg__(self) -> Quantity:
        return Quantity(self.value.copy_negate(), self.unit)

    def __mul__(self, other: Quantity | Decimal | int) -> Quantity:
        if not isinstance(other, Quantity):
            return self._made(Fraction(self.value) * Fraction(other), self.unit)
        return self._joined(other, 1)

    def __rmul__(self, other: Decimal | int) -> Quantity:
        return self * other

    def __truediv__(self, other: Quantity | Decimal | int) -> Quantity:
        if not isinstance(other, Quantity):
            return self._made(Fraction(self.value) / Fraction(other), self.unit)
        return self._joined(other, -1)

    def _base(self) -> Fraction:
        return Fraction(self.value) * self.unit.factor

    def _same_kind(self, other: Unit) -> None:
        if self.unit.dimension == other.dimension:
            return
        annual = {KINDS[self.unit.dimension][1], KINDS[other.dimension][1]} == {
            "annual mass",
            "mass rate",
        }
        raise unit_error(
            "K003",
            None,
            f"{self}（{self.unit.kind_zh}）不能换算为 {other.symbol or '1'}（{other.kind_zh}）",
            f"{self} ({self.unit.kind_en}) cannot become {other.symbol or '1'} ({other.kind_en})",
            "年排放量须先除以年运行天数" if annual else "请检查单位是否填错",
            "Divide an annual mass by its operating days first."
            if annual
            else "Check whether the unit is the one that was meant.",
        )

    def _joined(self, other: Quantity, sign: int) -> Quantity:
        """Return the product (sign 1) or quotient (sign -1) in the plainest unit of its kind."""
        join = plus if sign > 0 else minus
        dimension = join(self.unit.dimension, other.unit.dimension)
        if dimension not in KINDS:
            symbol = "×" if sign > 0 else "÷"
            raise unit_error(
                "K005",
                None,
                f"{self} {symbol} {other} 没有可用的含义",
                f"{self} {symbol} {other} has no meaning here",
                "请检查两个量是否应当相乘或相除",
                "Check that these two quantities should be multiplied or divided.",
            )
        amount = self._base() * other._base() ** sign
        if other.unit.dimension == NONE:
            wanted = self.unit
        elif self.unit.dimension == NONE and sign > 0:
            wanted = other.unit
        else:
            wanted = self._fitting(
                other.unit, dimension, self.unit.factor * other.unit.factor**sign
            )
        return self._made(amount / wanted.factor, wanted)

    def _fitting(self, other: Unit, dimension: Dimension, factor: Fraction) -> Unit:
        """Return a unit made of the operands' parts, best of exactly `factor`, else the base."""
        parts = [*self.unit.symbol.split("/"), *other.symbol.split("/"), ""]
        same_kind: list[Unit] = []
        for over in parts:
            for under in parts:
                if over == under:
                    continue
                top = BY_SPELLING[unicodedata.normalize("NFKC", over)]
                bottom = BY_SPELLING[unicodedata.normalize("NFKC", under)]
                made = top if not under else quotient(top, bottom)
                if made and made.dimension == dimension:
                    same_kind.append(made)
        exact = [u for u in same_kind if u.factor == factor]
        return (exact or same_kind or [unit(BASE[dimension])])[0]

    @staticmethod
    def _made(value: Fraction, wanted: Unit) -> Quantity:
        return Quantity(_exact_decimal(value, wanted), wanted)


_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?")


def parse_quantity(text: str, place: Place | None = None) -> Quantity:
    """Return the quantity written as `text`: a number, then a unit.

    Full-width digits and signs, thousands commas and squeezed units (``㎎/㎥``) are read; a
    decimal comma, a range or a "below detection" sign is not guessed at.

    Raises
    ------
    LantianError
        K001 if it does not begin with one plain number, else what `unit` raises.

    Examples
    --------
    >>> str(parse_quantity("１２．５ ｍｇ／ｍ³")), str(parse_quantity("1,234.50kg/d"))
    ('12.5 mg/m³', '1234.50 kg/d')
    """
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    found = _NUMBER.match(plain)
    rest = plain[found.end() :] if found else ""
    if found is None or rest[:1] in set(",.~-<>") or rest[:1].isdigit():
        raise unit_error(
            "K001",
            place,
            f"“{text}”不是一个带单位的数",
            f"{text!r} is not one number with a unit",
            "请写成数字加单位，例如 12.5 mg/m³；范围、“<”和小数逗号不能识别",
            "Write a number and a unit, e.g. 12.5 mg/m³; ranges, '<' and decimal commas are "
            "not read.",
        )
    return Quantity(Decimal(found[0].replace(",", "")), unit(rest, place))


def _exact_decimal(value: Fraction, wanted: Unit) -> Decimal:
    """Return `value` as the decimal it equals; K004 if there is none."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while rest % prime == 0:
            rest //= prime
            power += 1
        places = max(places, power)
    if rest != 1:
        raise unit_error(
            "K004",
            None,
            f"{value} {wanted.symbol} 不是有限小数",
            f"{value} {wanted.symbol} has no finite decimal",
            "请说明保留几位小数",
            "Say how many decimal places to keep.",
        )
    with localcontext() as context:
        context.prec = places + len(str(abs(value.numerator))) + 5
        return Decimal(value.numerator * 10**places // value.denominator).scaleb(-places)
