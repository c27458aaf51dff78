"""A real list without PM, VOC, grades or totals: unit-day emissions of the US EPA, read by layout.

Covers section 4 of the contract, last line: what is absent is unknown, said so, and SO2 and NOx
are planned. Data: tests/data/emissions (SOURCES.md). One short ton is 907.18474 kg exactly.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from lantian.adapters.excel.catalogue import load_layout
from lantian.domain.inventory.base import daily_base_mg
from lantian.domain.inventory.model import CutUnit
from lantian.jobs.lists import ReadList, read_list
from lantian.jobs.plan import PlanOptions, PlanRun, run_plan
from lantian.kernel.level import LEVELS
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.problem import Severity

DATA = Path(__file__).parents[1] / "data" / "emissions"
QUARTERS = tuple(DATA / f"DLY_1995alQ{q}.csv" for q in (1, 2, 3))
KG_PER_SHORT_TON = Fraction(90718474, 100000)
COLUMNS = {Pollutant.SO2: "SO2_MASS", Pollutant.NOX: "NOX_MASS"}
DAY = date(2026, 12, 15)


@cache
def listed(path: Path) -> ReadList:
    return read_list(path)


def means_kg(path: Path) -> dict[tuple[str, str], dict[Pollutant, Fraction]]:
    """Mean daily kilograms of each unit over the days it ran, straight from the file."""
    days: dict[tuple[str, str], dict[Pollutant, list[Fraction]]] = defaultdict(
        lambda: {p: [] for p in COLUMNS}
    )
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            unit = days[row["ORISPL_CODE"], row["UNITID"]]
            if Decimal(row["COUNT_OP_TIME"] or 0) <= 0:
                continue
            for pollutant, column in COLUMNS.items():
                if row[column]:
                    unit[pollutant].append(Fraction(row[column]) * KG_PER_SHORT_TON)
    return {
        key: {p: sum(v, Fraction(0)) / len(v) for p, v in unit.items() if v}
        for key, unit in days.items()
    }


@pytest.mark.parametrize("path", QUARTERS, ids=lambda p: p.stem)
def test_units_and_masses_are_those_of_the_file(path: Path) -> None:
    inventory = listed(path).inventory
    assert inventory.layout == "ampd-1995"
    expected = means_kg(path)
    assert {(x.firm_id, x.line_id) for x in inventory.lines} == set(expected)
    assert len(inventory.firms) == 4
    assert len(inventory.lines) == 14
    firms = {f.firm_id: f for f in inventory.firms}
    for line in inventory.lines:
        masses = expected[line.firm_id, line.line_id]
        assert set(line.daily_kg) == set(masses)
        for pollutant, mass in masses.items():
            read = Fraction(line.daily_kg[pollutant])
            assert abs(read - mass) <= abs(mass) * Fraction(1, 10**26)
        base = daily_base_mg(line, firms[line.firm_id], DAY)
        assert base[0] is None
        assert base[3] is None
        for k, pollutant in ((1, Pollutant.SO2), (2, Pollutant.NOX)):
            known = masses.get(pollutant)
            assert base[k] == (None if known is None else round(known * 10**6))


def test_a_unit_by_hand() -> None:
    lines = {(x.firm_id, x.line_id): x for x in listed(QUARTERS[0]).inventory.lines}
    # E C Gaston unit 4: 1,564.157 short tons of SO2 over 77 days.
    exact = Fraction(1564157, 1000) * KG_PER_SHORT_TON / 77
    assert Fraction(lines["26", "4"].daily_kg[Pollutant.SO2]) == exact
    # Gadsden unit 2 ran on one day, without SO2 and without a figure for NOx.
    assert lines["7", "2"].daily_kg == {Pollutant.SO2: Decimal(0)}


def test_what_the_file_does_not_say_is_unknown() -> None:
    read = listed(QUARTERS[0])
    inventory = read.inventory
    assert inventory.not_collected == {Pollutant.PM, Pollutant.VOC}
    assert inventory.totals == inventory.measures == inventory.dust == inventory.mobile == ()
    assert all(f.grade is None and f.guaranteed is None for f in inventory.firms)
    assert {f.name for f in inventory.firms} >= {"Colbert", "Gadsden"}
    assert all(x.cut_unit is CutUnit.BOILERS for x in inventory.lines)
    assert all(x.daily_value_cny is None and x.stoppable is None for x in inventory.lines)
    assert any("未知" in n for n in inventory.notes)
    assert any("unknown" in n for n in inventory.notes)
    assert [p for p in read.problems if p.severity is Severity.ERROR] == []
    assert read.counts["line_read"] == 1260


def test_a_folder_of_quarters_is_one_list() -> None:
    inventory = listed(DATA).inventory
    assert len(inventory.lines) == 14
    outputs = [sum(x.output or Decimal(0) for x in listed(q).inventory.lines) for q in QUARTERS]
    assert sum(x.output or Decimal(0) for x in inventory.lines) == sum(outputs)


def test_the_layout_reads_and_does_not_write() -> None:
    assert not load_layout("ampd-1995").writable


@pytest.fixture(scope="module")
def run() -> PlanRun:
    return run_plan(QUARTERS[0], PlanOptions(), day=DAY)


def test_so2_and_nox_are_planned_against_the_sum_of_the_list(run: PlanRun) -> None:
    plan = run.plan
    assert plan is not None
    assert plan.feasible
    assert plan.violations == ()
    sums = means_kg(QUARTERS[0]).values()
    for pollutant in COLUMNS:
        whole = sum((round(m[pollutant] * 10**6) for m in sums if pollutant in m), 0)
        assert plan.city_mg[pollutant] == whole
        for level in LEVELS:
            needed = plan.required_ratio[level, pollutant] * whole
            assert plan.achieved_mg[level, pollutant] >= needed


def test_what_is_absent_is_said_and_never_counted(run: PlanRun) -> None:
    plan = run.plan
    assert plan is not None
    assert plan.unknown == {Pollutant.PM, Pollutant.VOC}
    for level in LEVELS:
        for pollutant in plan.unknown:
            assert plan.achieved_mg[level, pollutant] == 0
    zh, en = "\n".join(plan.remarks_zh), "\n".join(plan.remarks_en)
    for name in ("颗粒物", "挥发性有机物", "二氧化硫全社会排放总量", "未评级"):
        assert name in zh
    assert "unknown" in en
    assert "sum of the list stands in" in en


def test_cost_is_output_with_the_idle_unit_estimated_and_notes_are_kept_apart(run: PlanRun) -> None:
    plan = run.plan
    assert plan is not None
    assert plan.cost_basis == "size"
    lines = run.read.inventory.lines
    outputs = sorted(x.output for x in lines if x.output)
    missing = len(lines) - len(outputs)
    assert missing >= 1
    zh, en = "\n".join(plan.remarks_zh), "\n".join(plan.remarks_en)
    assert "产量份额计" in zh
    assert f"{missing}条生产线的产量未填或为0" in zh
    assert "生产线条数" not in zh
    for note in run.read.inventory.notes:
        if note.isascii():
            assert note.rstrip(".") in en
    assert ";" in plan.remarks_en[0]
