"""What an edition keeps of a list: every field, exact sums, and what would lose rows (decision 0100)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from lantian.demo import make_city
from lantian.domain.inventory.base import daily_base_mg
from lantian.domain.inventory.model import CityTotal, Firm, Inventory, Line, Measure, Season
from lantian.jobs.registry.entries import (
    LONGEST_ID,
    entries,
    state_of,
    structure_problems,
    totals_of,
    values_of,
)
from lantian.kernel.level import Level
from lantian.kernel.pollutant import Pollutant
from lantian.rulebook import load_rulebook

DAY = date(2026, 12, 15)


@pytest.fixture(scope="module")
def city() -> Inventory:
    return make_city(firms=120, seed=3)


def listed(inventory: Inventory):  # type: ignore[no-untyped-def]
    return list(entries(inventory, load_rulebook(), DAY))


def test_every_firm_line_and_measure_is_kept(city: Inventory) -> None:
    found = listed(city)
    assert [f.firm_id for f in found] == [f.firm_id for f in city.firms]
    assert sum(len(f.lines) for f in found) == len(city.lines)
    assert sum(len(x.measures) for f in found for x in f.lines) == len(city.measures)


def test_sums_are_those_of_the_checks(city: Inventory) -> None:
    firms = {f.firm_id: f for f in city.firms}
    for p in range(4):
        theirs = sum(
            mg
            for line in city.lines
            if (mg := daily_base_mg(line, firms[line.firm_id], DAY)[p]) is not None
        )
        assert sum(f.base_mg[p] or 0 for f in listed(city)) == theirs > 0


def test_values_are_as_written() -> None:
    line = Line(row=7, firm_id="F1", line_id="L1", capacity=Decimal("60.50"), stoppable=False,
                daily_kg={Pollutant.NOX: Decimal("1.250")})  # fmt: skip
    assert values_of(line) == {
        "line_id": "L1",
        "capacity": "60.50",
        "stoppable": False,
        "daily_kg.NOx": "1.250",
    }
    firm = Firm(row=2, firm_id="F1", season=Season(11, 1, 3, 31), small_micro=True)
    assert values_of(firm) == {"season": "11-01~03-31", "small_micro": True}


@pytest.mark.parametrize(
    ("firm", "state"),
    [
        (Firm(row=2, firm_id="F"), "unsaid"),
        (Firm(row=2, firm_id="F", long_stopped=False), "normal"),
        (Firm(row=2, firm_id="F", season=Season(3, 1, 11, 30)), "seasonal"),
        (Firm(row=2, firm_id="F", long_stopped=True, season=Season(3, 1, 11, 30)), "stopped"),
    ],
)
def test_states(firm: Firm, state: str) -> None:
    assert state_of(firm) == state


def test_unknown_is_not_zero() -> None:
    unknown = Line(row=2, firm_id="F", line_id="1")
    known = Line(row=3, firm_id="F", line_id="2", daily_kg={Pollutant.NOX: Decimal("2")})
    stopped = Line(row=4, firm_id="F", line_id="3", stopped=True)
    firm = Firm(row=2, firm_id="F")

    def one(*lines: Line):  # type: ignore[no-untyped-def]
        return listed(Inventory(firms=(firm,), lines=lines, measures=()))[0]

    assert one().base_mg == (None,) * 4
    assert one(unknown).base_mg == (None,) * 4
    assert one(unknown, known).base_mg == (None, None, 2_000_000, None)
    assert one(unknown, known).unknown == 2
    assert one(stopped).base_mg == (0, 0, 0, 0)
    assert one(stopped).lines[0].standing == "stopped"


def test_the_digest_follows_what_is_written_not_where(city: Inventory) -> None:
    before = listed(city)
    moved = replace(city, firms=tuple(replace(f, row=f.row + 5) for f in city.firms))
    assert [f.digest for f in listed(moved)] == [f.digest for f in before]
    first = city.measures[0]
    other = replace(city, measures=(replace(first, text=f"{first.text}。"), *city.measures[1:]))
    differ = [f.firm_id for f, b in zip(listed(other), before, strict=True) if f.digest != b.digest]
    assert differ == [first.firm_id]


def codes(**parts: tuple[object, ...]) -> list[str]:
    base: dict[str, tuple[object, ...]] = {
        "firms": (Firm(row=2, firm_id="F"),),
        "lines": (Line(row=2, firm_id="F", line_id="1"),),
        "measures": (Measure(row=2, firm_id="F", line_id="1", level=Level.RED),),
    }
    return [p.code for p in structure_problems(Inventory(**(base | parts)))]  # type: ignore[arg-type]


def test_what_would_lose_rows_is_found() -> None:
    firm, line = Firm(row=2, firm_id="F"), Line(row=2, firm_id="F", line_id="1")
    assert codes() == []
    assert codes(firms=(), lines=(), measures=()) == ["E005"]
    assert codes(firms=(firm, firm)) == ["E006"]
    assert codes(firms=(firm, Firm(row=3, firm_id=" "))) == ["E006"]
    assert codes(firms=(firm, Firm(row=3, firm_id="x" * (LONGEST_ID + 1)))) == ["E006"]
    assert codes(lines=(line, line)) == ["E007"]
    assert codes(lines=(line, Line(row=3, firm_id="G", line_id="1"))) == ["E007"]
    assert codes(lines=(line, Line(row=3, firm_id="F", line_id=""))) == ["E007"]
    assert codes(lines=()) == ["E008"]
    found = structure_problems(
        Inventory(
            firms=(firm,),
            lines=tuple(replace(line, firm_id=f"G{i}") for i in range(9)),
            measures=(),
        )
    )
    assert "9 条" in found[0].message_zh
    assert "…" in found[0].message_zh


def test_the_first_row_of_a_sector_counts() -> None:
    rows = tuple(
        CityTotal(row=r, sector="industry", daily_kg={Pollutant.PM: Decimal(kg)})
        for r, kg in ((2, 5), (3, 7))
    )
    assert totals_of(Inventory((), (), (), totals=rows)) == {"industry": {"PM": 5_000_000}}
