"""Design, section 5: exact numbers with units; kernel.unit and kernel.quantity (K001 to K007)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.problem import LantianError, Place
from lantian.kernel.quantity import Quantity, parse_quantity
from lantian.kernel.unit import unit

READ = [
    ("12.5 mg/m³", "12.5 mg/m³"), ("12.5㎎/㎥", "12.5 mg/m³"), ("１２．５ ｍｇ／ｍ³", "12.5 mg/m³"),
    ("5 μg/m3", "5 µg/m³"), ("5ug/m^3", "5 µg/m³"), ("1 mg·m-3", "1 mg/m³"), ("1 mg·m⁻³", "1 mg/m³"),
    ("1.2吨/年", "1.2 t/a"), ("8 公斤/天", "8 kg/d"), ("2 千克/小时", "2 kg/h"), ("3 毫克/小时", "3 mg/h"),
    ("1,234,567.80 kg", "1234567.80 kg"), ("1e-3 kg", "0.001 kg"), ("-4 kg/d", "-4 kg/d"),
    ("30 ％", "30%"), ("3 万元", "3 万元"), ("450 千瓦时", "450 kWh"), ("9 万kWh", "9 万kWh"),
    ("120000 立方米/小时", "120000 m³/h"), ("36小时", "36 h"), ("20天", "20 d"), ("5", "5"),
]  # fmt: skip

REFUSED = [
    ("", "K001"), ("mg/m³", "K001"), ("<0.5 mg/m³", "K001"), ("1,5 kg", "K001"), ("1-2 kg", "K001"),
    ("12.5.3 kg", "K001"), ("约3 kg", "K001"), ("1,23 kg", "K001"), ("0x10 kg", "K002"),
    ("3 furlong", "K002"), ("3 kg/d/d", "K002"), ("3 kg·m", "K002"), ("3 Mg", "K002"), ("3 h/kg", "K002"),
    ("5 ppm", "K006"), ("5 ppb", "K006"), ("5 ppmv", "K006"),
]  # fmt: skip

CONVERTED = [
    ("1 t/a", "kg/a", "1000 kg/a"), ("1.5 kg/h", "mg/h", "1500000 mg/h"), ("1 kg/h", "kg/d", "24 kg/d"),
    ("35 µg/m³", "mg/m³", "0.035 mg/m³"), ("1 mg/L", "mg/m³", "1000 mg/m³"), ("2 MWh", "kWh", "2000 kWh"),
    ("1.2 万元", "元", "12000 元"), ("10 %", "", "0.1"), ("1 d", "h", "24 h"), ("90 min", "h", "1.5 h"),
    ("24 万m³/d", "m³/h", "10000 m³/h"), ("100 分", "元", "1 元"), ("5 元/kg", "元/t", "5000 元/t"),
]  # fmt: skip

PRODUCTS = [
    ("12.5 mg/m³", "*", "120000 m³/h", "1500000 mg/h"), ("10 µg/m³", "*", "3 m³/h", "30 µg/h"),
    ("200 kg/d", "*", "12 h", "100 kg"), ("2 t/a", "*", "1 a", "2 t"), ("30 %", "*", "200 kg/d", "60 kg/d"),
    ("200 kg/d", "*", "30 %", "60 kg/d"), ("3 元/kg", "*", "2 kg/d", "6 元/d"), ("6 kg", "/", "2 kg", "3"),
    ("6 kg", "/", "1.5 d", "4 kg/d"), ("6 kW", "*", "2 h", "12 kWh"), ("500 kWh", "/", "2 t", "250 kWh/t"),
]  # fmt: skip


def codes(error: pytest.ExceptionInfo[LantianError]) -> list[str]:
    return [p.code for p in error.value.problems]


@pytest.mark.parametrize(("text", "shown"), READ)
def test_what_officers_write_is_read(text: str, shown: str) -> None:
    assert str(parse_quantity(text)) == shown


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_is_not_sure_is_refused_with_its_place(text: str, code: str) -> None:
    place = Place(sheet="生产线", cell="F9")
    with pytest.raises(LantianError) as error:
        parse_quantity(text, place)
    assert codes(error) == [code]
    problem = error.value.problems[0]
    assert problem.place == place
    assert all((problem.message_zh, problem.message_en, problem.remedy_zh, problem.remedy_en))


@pytest.mark.parametrize(("text", "target", "shown"), CONVERTED)
def test_conversions_are_exact_both_ways(text: str, target: str, shown: str) -> None:
    start = parse_quantity(text)
    there = start.to(target)
    assert str(there) == shown
    assert there == start
    assert there.to(start.unit).value == start.value


@pytest.mark.parametrize(("left", "sign", "right", "shown"), PRODUCTS)
def test_products_and_quotients_find_their_unit(
    left: str, sign: str, right: str, shown: str
) -> None:
    a, b = parse_quantity(left), parse_quantity(right)
    assert str(a * b if sign == "*" else a / b) == shown


@pytest.mark.parametrize(
    ("left", "target"), [("1 kg", "mg/m³"), ("1 t/a", "kg/d"), ("5 h", "kg"), ("3 a", "d")]
)
def test_different_kinds_never_mix(left: str, target: str) -> None:
    with pytest.raises(LantianError) as error:
        parse_quantity(left).to(target)
    assert codes(error) == ["K003"]
    with pytest.raises(LantianError):
        _ = parse_quantity(left) + parse_quantity(f"1 {target}")
    with pytest.raises(LantianError):
        _ = parse_quantity(left) < parse_quantity(f"1 {target}")
    assert parse_quantity(left) != parse_quantity(f"1 {target}")


def test_annual_mass_asks_for_operating_days_and_takes_them() -> None:
    annual = parse_quantity("1.2 t/a")
    with pytest.raises(LantianError) as error:
        annual.to("kg/d")
    assert "年运行天数" in error.value.problems[0].remedy_zh
    assert annual.per_operating_day(300) == 4
    assert annual.per_operating_day(365) == Fraction(1200, 365)
    with pytest.raises(LantianError) as error:
        annual.per_operating_day(0)
    assert codes(error) == ["K007"]


def test_a_product_without_a_meaning_is_refused() -> None:
    with pytest.raises(LantianError) as error:
        _ = parse_quantity("3 kg") * parse_quantity("2 kg")
    assert codes(error) == ["K005"]


def test_no_hidden_rounding_where_no_decimal_exists() -> None:
    daily = parse_quantity("1 kg/d")
    with pytest.raises(LantianError) as error:
        daily.to("kg/h")
    assert codes(error) == ["K004"]
    assert daily.in_unit("kg/h") == Fraction(1, 24)
    assert str(daily.to("kg/h", places=4)) == "0.0417 kg/h"


@pytest.mark.parametrize(
    ("text", "shown"), [("2.5 mg", "2 mg"), ("3.5 mg", "4 mg"), ("-2.5 mg", "-2 mg")]
)
def test_asked_rounding_is_gbt8170(text: str, shown: str) -> None:
    assert str(parse_quantity(text).to("mg", places=0)) == shown


amounts = st.decimals(min_value=Decimal("-1e12"), max_value=Decimal("1e12"), places=6)


@given(amounts, amounts)
def test_sums_agree_with_fractions_in_any_unit(a: Decimal, b: Decimal) -> None:
    left, right = Quantity(a, unit("kg/d")), Quantity(b, unit("g/d"))
    assert (left + right).in_unit("mg/d") == Fraction(a) * 10**6 + Fraction(b) * 1000
    assert (left + right) - right == left
    assert (-left) + left == Quantity(Decimal(0), unit("t/d"))
    assert (left < right) == (Fraction(a) * 1000 < Fraction(b))
    assert hash(left) == hash(left.to("mg/d"))


@given(amounts)
def test_printing_and_reading_is_the_identity(a: Decimal) -> None:
    quantity = Quantity(a, unit("mg/m³"))
    assert parse_quantity(str(quantity)) == quantity


@pytest.mark.parametrize("bad", [1.5, 3, Decimal("NaN"), Decimal("Infinity")])
def test_values_that_are_not_exact_decimals_are_refused(bad: object) -> None:
    with pytest.raises(TypeError):
        Quantity(bad, unit("kg"))  # type: ignore[arg-type]


def test_numbers_scale_from_either_side() -> None:
    assert (
        3 * parse_quantity("2 kg") == parse_quantity("2 kg") * Decimal(3) == parse_quantity("6 kg")
    )
    assert parse_quantity("6 kg") / 4 == parse_quantity("1.5 kg")
