"""Read, write, read is the identity: any list, both layouts, workbook, CSV and Parquet.

The identity holds but for row numbers, layout, file name and hash; in the wide layout also but
for measures without a level or without any content, which it cannot hold and says so (X061).
"""

from __future__ import annotations

import string
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lantian.domain.grading.grade import Grade
from lantian.domain.inventory.model import (
    CityTotal,
    CutUnit,
    DustSource,
    Firm,
    Inventory,
    Line,
    Measure,
    MeasureKind,
    MobileSource,
    Season,
)
from lantian.jobs.export import same_list
from lantian.jobs.lists import read_list, write_list
from lantian.kernel.level import LEVELS
from lantian.kernel.pollutant import POLLUTANTS

_LETTERS = string.ascii_letters + string.digits + "厂线焦化炉停产、，；%=-+'\"<>&{}#@ \n"
keys = st.from_regex(r"[A-Z][0-9]{1,5}(-[0-9]{1,2})?", fullmatch=True)
words = st.text(_LETTERS, max_size=12).map(str.strip).filter(lambda t: t not in ("合计",))
numbers = (
    st.none()
    | st.decimals(
        min_value=Decimal(-(10**9)), max_value=Decimal(10**9), places=6, allow_nan=False
    ).map(lambda d: d.normalize() + 0)
    | st.sampled_from(
        [Decimal("0.1"), Decimal("123456789.123456789123456789"), Decimal(0), Decimal("1E-9")]
    )
)
flags = st.none() | st.booleans()
seasons = st.none() | st.builds(
    Season, st.integers(1, 12), st.integers(1, 28), st.integers(1, 12), st.integers(1, 28)
)
masses = st.dictionaries(st.sampled_from(POLLUTANTS), numbers.filter(lambda v: v is not None))
by_level = st.dictionaries(st.sampled_from(LEVELS), words.filter(bool))
graded = (
    st.sampled_from(Grade).map(lambda g: (g, g.label_zh))
    | st.just((None, "甲等"))
    | st.just((None, ""))
)


@st.composite
def firms(draw):
    grade, grade_text = draw(graded)
    texts = {
        k: draw(words)
        for k in ("name", "credit_code", "address", "district", "industry", "phone", "monitoring")
    }
    return Firm(
        0, draw(keys), **texts, longitude_deg=draw(numbers), latitude_deg=draw(numbers),
        grade=grade, grade_text=grade_text, guaranteed=draw(flags), small_micro=draw(flags),
        long_stopped=draw(flags), season=draw(seasons), continuous_24h=draw(flags),
    )  # fmt: skip


lines = st.builds(
    Line, st.just(0), keys, keys, name=words, capacity=numbers, operating_days=numbers,
    annual_t=masses, daily_kg=masses, stoppable=flags, stopped=flags,
    cut_unit=st.none() | st.sampled_from(CutUnit), cut_units_total=numbers,
    task_share=numbers, daily_value_cny=numbers, restart_cost_cny=numbers,
)  # fmt: skip
measures = st.builds(
    Measure, st.just(0), keys, keys, level=st.sampled_from(LEVELS),
    kind=st.sampled_from(MeasureKind), share=numbers, text=words, deadline_h=numbers,
    reduction_kg=masses, transport=words,
)  # fmt: skip
dust = st.builds(
    DustSource, st.just(0), keys, name=words, area_m2=numbers, daily_pm_kg=numbers,
    measures=by_level,
    reduction_pm_kg=st.dictionaries(st.sampled_from(LEVELS), numbers.filter(lambda v: v is not None)),
)  # fmt: skip
mobile = st.builds(
    MobileSource, st.just(0), keys, name=words, vehicles=numbers, measures=by_level,
    reduction_kg=st.dictionaries(
        st.tuples(st.sampled_from(LEVELS), st.sampled_from(POLLUTANTS)),
        numbers.filter(lambda v: v is not None), max_size=4,
    ),
)  # fmt: skip
totals = st.builds(
    CityTotal,
    st.just(0),
    st.sampled_from(("industry", "dust", "mobile", "residential", "other", "农业源")),
    masses,
)


def rows(strategy, size):
    return st.lists(strategy, max_size=size).map(tuple)


inventories = st.builds(
    Inventory,
    firms=rows(firms(), 4),
    lines=rows(lines, 4),
    measures=rows(measures, 6),
    dust=rows(dust, 2),
    mobile=rows(mobile, 2),
    totals=rows(totals, 3),
    city=st.sampled_from(("", "某市")),
    notes=st.sampled_from(((), ("虚构城市", "编制日期：2026-10-01"))),
    not_collected=st.sampled_from((frozenset(), frozenset({POLLUTANTS[0], POLLUTANTS[3]}))),
)


@pytest.mark.parametrize("examples", [2, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize("layout", ["lantian-1", "city-2024"])
@pytest.mark.parametrize("form", ["xlsx", "csv", "parquet"])
def test_write_then_read_is_the_identity(layout, form, examples):
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(inventories)
    def same(inventory):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / ("list.xlsx" if form == "xlsx" else "list")
            assert write_list(inventory, path, layout=layout, form=form) == ()
            read = read_list(path, layout=layout)
            assert read.inventory.layout == layout
            assert same_list(inventory, read.inventory)
            assert not [
                p for p in read.problems if p.severity.value == "error" and p.code != "X021"
            ]
            again = Path(folder) / ("again.xlsx" if form == "xlsx" else "again")
            write_list(read.inventory, again, layout=layout, form=form)
            assert same_list(read.inventory, read_list(again, layout=layout).inventory)

    same()


def test_detected_by_its_own_names(tmp_path):
    firm = Firm(0, "F1", name="甲厂", grade=Grade.B, grade_text="B")
    line = Line(0, "F1", "L1", annual_t={POLLUTANTS[0]: Decimal("1.5")})
    inventory = Inventory((firm,), (line,), ())
    for layout in ("lantian-1", "city-2024"):
        path = tmp_path / f"{layout}.xlsx"
        write_list(inventory, path, layout=layout)
        assert read_list(path).inventory.layout == layout


def test_the_wide_layout_says_what_it_cannot_hold(tmp_path):
    firm = Firm(0, "F1", name="甲厂", grade=Grade.B, grade_text="B")
    line = Line(0, "F1", "L1")
    known = Measure(0, "F1", "L1", LEVELS[1], MeasureKind.STOP, Decimal(1))
    nameless = Measure(0, "F1", "L1", None, MeasureKind.STOP, Decimal(1))
    inventory = Inventory((firm,), (line,), (known, nameless))
    problems = write_list(inventory, tmp_path / "wide.xlsx", layout="city-2024")
    assert [p.code for p in problems] == ["X061"]
    read = read_list(tmp_path / "wide.xlsx").inventory
    assert len(read.measures) == 1
    assert read.measures[0].kind is MeasureKind.STOP
