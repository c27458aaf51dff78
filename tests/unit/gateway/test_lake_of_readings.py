"""Contract of docs/gateway.md, lake: text and number exact, one row a key, conflicts beside, same bytes."""

from __future__ import annotations

import random
import sqlite3
import time
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.adapters.lake import readings
from lantian.jobs.gateway import lake
from lantian.jobs.gateway.catalogue import Catalogue
from lantian.jobs.gateway.home import Home
from lantian.jobs.gateway.hot import latest
from lantian.jobs.gateway.quarantine import listed
from lantian.jobs.gateway.rows import Columns, Row, row_of, scaled, unscaled
from lantian.kernel.calendar import BEIJING
from lantian.kernel.problem import LantianError

START = datetime(2026, 11, 30, tzinfo=BEIJING)


def row(
    minute: int = 0, value: str = "1.50", mn: str = "A", factor: str = "a21026", **extra
) -> Row:
    fields = {"cn": "2051", "about": "", "flag": "N", "written": {"Avg": value}} | extra
    return Row(mn=mn, time=START + timedelta(minutes=minute), factor=factor, **fields)


texts = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(lambda d: format(d, "f")),
    st.text('0123456789.-+eE ,中"\\', max_size=24),
    st.sampled_from(
        ["", "-0", "-0.0", "007", ".5", "5.", "1" * 18, "1" * 19, "0." + "1" * 30, "NaN"]
    ),
)
written = st.dictionaries(
    st.sampled_from([*readings.SUFFIXES, "EFlag", "Value", "SampleTime"]),
    st.one_of(st.none(), texts),
    max_size=5,
)


@settings(deadline=None)
@given(written, st.one_of(st.none(), st.text(max_size=3)))
def test_texts_come_back_as_they_were_and_numbers_exact(what, flag) -> None:
    columns = Columns()
    columns.add(("A", "2051", 0, "a21026", ""), flag, what, False, "2017", 7)
    table = readings.table("lake", columns.columns)
    (found,) = [row_of(v) for v in readings.plain_rows(table, ("time",))]
    assert found.written == what
    assert found.flag == flag
    for suffix, number in found.values.items():
        assert Decimal(what[suffix]) == number


@settings(deadline=None)
@given(st.integers(-(10**17), 10**17), st.integers(0, 17))
def test_digits_and_decimals_are_one_text(digits: int, decimals: int) -> None:
    text = unscaled(digits, decimals)
    assert Decimal(text) == Decimal(digits).scaleb(-decimals)
    assert scaled(text) == (digits, decimals, True)


def test_the_first_value_of_a_key_stays_and_another_is_a_conflict(tmp_path: Path) -> None:
    assert lake.write(tmp_path, [row()]) == (1, 0, 0)
    assert lake.write(tmp_path, [row(), row(1)]) == (1, 1, 0)
    assert lake.write(tmp_path, [row(value="1.5")]) == (0, 0, 1)  # same number, other text
    assert lake.write(tmp_path, [row(value="1.5")]) == (0, 1, 0)  # known conflict
    assert lake.write(tmp_path, [row(flag="D")]) == (0, 0, 1)
    assert lake.write(tmp_path, [row(written={"Avg": "1.50", "EFlag": "A"})]) == (0, 0, 1)
    assert [r.written for r in lake.read(tmp_path)] == [{"Avg": "1.50"}, {"Avg": "1.50"}]
    assert len(lake.read(tmp_path, tree="conflicts")) == 3
    # Within one batch the same holds.
    assert lake.write(tmp_path, [row(9), row(9), row(9, "2"), row(9, "2")]) == (1, 2, 1)


@pytest.mark.parametrize(
    "other", [{"mn": "B"}, {"factor": "a21002"}, {"cn": "2061"}, {"about": "x"}]
)
def test_the_key_is_mn_time_cn_factor_and_about(tmp_path: Path, other) -> None:
    lake.write(tmp_path, [row()])
    assert lake.write(tmp_path, [row(value="9", **other)]) == (1, 0, 0)


rows = st.builds(
    row,
    st.integers(0, 3000),
    st.sampled_from(["1", "2", "3.0"]),
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from(["a21026", "a21002"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(rows, max_size=40), st.data())
def test_however_rows_are_cut_into_batches_and_merged_the_first_ones_are_kept(
    tmp_path_factory: pytest.TempPathFactory, what: list[Row], data
) -> None:
    home = tmp_path_factory.mktemp("lake")
    first: dict[tuple, Row] = {}
    others: set = set()
    for r in what:
        key = (r.mn, r.cn, r.time, r.factor)
        if first.setdefault(key, r).written != r.written:
            others.add((key, r.written["Avg"]))
    at = 0
    while at < len(what):
        n = data.draw(st.integers(1, 5))
        lake.write(home, what[at : at + n])
        at += n
    if not what:
        lake.write(home, [])
    assert {(r.mn, r.cn, r.time, r.factor): r.written for r in lake.read(home)} == {
        k: r.written for k, r in first.items()
    }
    assert len(lake.read(home)) == len(first)
    found = lake.read(home, tree="conflicts")
    assert {((r.mn, r.cn, r.time, r.factor), r.written["Avg"]) for r in found} == others
    assert len(found) == len(others)


def test_small_files_become_one_and_nothing_is_lost(tmp_path: Path) -> None:
    for minute in range(40):
        lake.write(tmp_path, [row(minute)])
    with Catalogue(Home(tmp_path)) as catalogue:
        files = catalogue.files("lake")
        assert len(files) < 2 * lake.COMPACT_AT
        assert {f.path for f in files} == {
            p.relative_to(tmp_path).as_posix() for p in (tmp_path / "lake").rglob("*.parquet")
        }
    assert [r.time for r in lake.read(tmp_path)] == [
        START + timedelta(minutes=m) for m in range(40)
    ]


def test_the_same_rows_are_the_same_bytes_in_whatever_order(tmp_path: Path) -> None:
    what = [row(m, f"{m}.5", mn, f) for m in range(500) for mn in "AB" for f in ("a1", "a2")]
    sizes = []
    for n in range(3):
        random.Random(n).shuffle(what)
        columns = Columns()
        for r in what:
            key = (r.mn, r.cn, readings.milliseconds(r.time), r.factor, r.about)
            columns.add(key, r.flag, r.written, r.rf, r.version, r.record)
        path = tmp_path / f"{n}.parquet"
        readings.write("lake", readings.table("lake", columns.columns), path)
        sizes.append(path.read_bytes())
    assert sizes[0] == sizes[1] == sizes[2]


def test_reading_by_device_time_command_and_factor(tmp_path: Path) -> None:
    lake.write(
        tmp_path,
        [row(m, mn=mn, factor=f) for m in range(0, 3000, 100) for mn in "AB" for f in ("a1", "a2")],
    )
    found = lake.read(
        tmp_path, mns=["A"], factors=["a2"], start=START, end=START + timedelta(days=1)
    )
    assert [r.time for r in found] == [START + timedelta(minutes=m) for m in range(0, 1440, 100)]
    assert {(r.mn, r.factor) for r in found} == {("A", "a2")}
    assert found[0].time.utcoffset() == timedelta(hours=8)
    assert lake.read(tmp_path, mns=["C"]) == []
    assert lake.read(tmp_path, cns=["2061"]) == []
    table = lake.frame(tmp_path, mns=["A", "B"], columns=["time", "avg"])
    assert table.columns == ["time", "avg"]
    assert table.height == 120


def test_hot_values_are_the_newest_by_time_not_by_arrival(tmp_path: Path) -> None:
    lake.write(tmp_path, [row(5, "5"), row(7, "7")])
    lake.write(tmp_path, [row(6, "6")])
    (found,) = latest(tmp_path)
    assert (found.time, found.values) == (START + timedelta(minutes=7), {"Avg": Decimal(7)})
    assert latest(tmp_path, ["B"]) == []
    assert latest(tmp_path, ["A"], ["2051"]) == [found]


def test_a_day_is_a_day_of_beijing(tmp_path: Path) -> None:
    lake.write(tmp_path, [row(0), row(-1)])
    days = {p.parent.parent.name for p in (tmp_path / "lake").rglob("*.parquet")}
    assert days == {"day=2026-11-30", "day=2026-11-29"}


def test_no_lake_and_another_layout_are_told(tmp_path: Path) -> None:
    with pytest.raises(LantianError, match="J003"):
        lake.read(tmp_path / "none")
    lake.write(tmp_path, [row()])
    with Catalogue(Home(tmp_path), write=True) as catalogue:
        catalogue.set_meta("layout", "99")
    with pytest.raises(LantianError, match="J004"):
        lake.read(tmp_path)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/catalogue.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(LantianError, match="J001"):
        lake.read(tmp_path / "broken")


def test_two_writers_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    from lantian.jobs.gateway.catalogue import locked

    monkeypatch.setattr(lake, "LAKE_WAIT_S", 0.1)
    with locked(Home(tmp_path), lake.LAKE_LOCK):
        with pytest.raises(LantianError, match="J002"):
            lake.write(tmp_path, [row()])
        monkeypatch.setattr(lake, "LAKE_WAIT_S", 20.0)
        other = threading.Thread(target=lake.write, args=(tmp_path, [row()]))
        other.start()
        other.join(0.3)
        assert other.is_alive()  # it waits
    other.join(20)
    assert len(lake.read(tmp_path)) == 1


def test_files_no_commit_names_are_not_read_and_go(tmp_path: Path) -> None:
    lake.write(tmp_path, [row()])
    (kept,) = (tmp_path / "lake").rglob("*.parquet")
    stray = kept.with_name("part-interrupted.parquet")
    stray.write_bytes(kept.read_bytes())
    with Catalogue(Home(tmp_path), write=True) as catalogue:
        lake.begin_writing(catalogue)  # and then the process ended
    assert len(lake.read(tmp_path)) == 1
    lake.write(tmp_path, [row(1)])
    assert not stray.exists()
    assert len(lake.read(tmp_path)) == 2


def test_a_reader_never_waits_for_who_writes(tmp_path: Path) -> None:
    lake.write(tmp_path, [row()])
    with Catalogue(Home(tmp_path), write=True) as writer, writer.transaction():
        writer.set_meta("writes", "99")  # a lock that another writer would wait 30 s for
        began = time.monotonic()
        assert len(lake.read(tmp_path)) == 1
        assert [x.time for x in latest(tmp_path)] == [START]
        with Catalogue(Home(tmp_path)) as reader:
            assert reader.meta("writes") == "1"
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                reader.set_meta("writes", "2")
        assert time.monotonic() - began < 5


def test_a_home_of_an_older_version_has_nothing_in_newer_tables(tmp_path: Path) -> None:
    lake.write(tmp_path, [row()])
    with Catalogue(Home(tmp_path), write=True) as writer:
        writer.db.execute("DROP TABLE quarantine")
    assert listed(tmp_path) == ({}, [])
    assert len(lake.read(tmp_path)) == 1


def test_a_home_that_is_just_being_made_has_no_data_yet(tmp_path: Path) -> None:
    (tmp_path / "catalogue.sqlite").touch()
    with pytest.raises(LantianError, match="J003"):
        lake.read(tmp_path)


@pytest.mark.parametrize("part", [4, readings.ROW_GROUP])
def test_a_span_gives_its_rows_wherever_files_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(readings, "ROW_GROUP", part)
    minutes = [m * 400 for m in range(-8, 9)]
    lake.write(tmp_path, [row(m, mn=mn) for m in minutes for mn in ("A", "B")])
    lake.write(tmp_path, [row(m + 1) for m in minutes])  # late: a second file of every day
    every = [r.time for r in lake.read(tmp_path, mns=["A"])]
    assert len(every) == 2 * len(minutes)
    edges = [START + timedelta(minutes=m) for m in (-3200, -1440, 0, 1, 400, 401, 1440, 3201)]
    for start in (None, *edges):
        for end in (None, *edges):
            wanted = [t for t in every if (not start or t >= start) and (not end or t < end)]
            for ordered in (True, False):
                found = lake.frame(tmp_path, mns=["A"], start=start, end=end, ordered=ordered)
                assert sorted(found["time"].to_list()) == sorted(wanted)
