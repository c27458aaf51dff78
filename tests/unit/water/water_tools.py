"""Shared by the tests of water: rules of a day, values as fractions, a class of some values."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from lantian.domain.water.classify import DEFAULTS, SectionClass, Settings, classify
from lantian.rulebook.water_tables import load_water
from lantian.rulebook.water_tables.model import Body

DAY = date(2022, 12, 31)
RULES = load_water()
LIMITS, METHOD = RULES.limits(DAY), RULES.method(DAY)


def fractions(**values: str | int) -> dict[str, Fraction]:
    return {key: Fraction(value) for key, value in values.items()}


def section(
    body: Body | None = Body.RIVER,
    settings: Settings = DEFAULTS,
    **values: str | int,
) -> SectionClass:
    return classify(fractions(**values), body, LIMITS, METHOD, settings)
