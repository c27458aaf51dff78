"""Whatever stands in an air file: no traceback, every row accounted for (issue 5, section 7)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lantian.jobs.air.aqi import run_aqi
from lantian.jobs.air.days import run_days
from lantian.jobs.air.summary import run_published, run_summary
from lantian.kernel.problem import LantianError

T = TypeVar("T")
_CELL = st.one_of(
    st.sampled_from(["", "12", "1.4", "-3", "NA", "1e400", "nan", "-inf", "5e-7", "99999999", "８３",
                     "12 ", "1,2", "0", "=1+1", "2022-03-01", "\x00", "６", "1_0", "+5", "0x10"]),
    st.text(max_size=6),
)  # fmt: skip
_DATE = st.one_of(
    st.sampled_from(
        ["2022-03-01", "2022-03-02 05:00", "2022-03-02 24:00", "2026-03-01", "", "9999-12-31"]
    ),
    st.text(max_size=8),
)
_ROW = st.tuples(_DATE, _CELL, _CELL, _CELL, _CELL, _CELL, _CELL, _CELL, _CELL)
_HEAD = "time,city,so2,no2,co,o3,pm10,pm25,aqi\n"


def write(path: Path, rows: list[tuple[str, ...]]) -> Path:
    lines = [",".join('"' + c.replace('"', '""') + '"' for c in row) for row in rows]
    path.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8", errors="replace")
    return path


def refused_or(run: Callable[[], T]) -> T | None:
    """Return what a run gives, or None after looking at the words it was refused with."""
    try:
        return run()
    except LantianError as error:
        problems = error.problems
    assert problems
    assert all(p.code.startswith("A") and p.message_zh and p.remedy_zh for p in problems)
    return None


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ROW, max_size=6), st.booleans())
def test_every_row_is_judged_or_told(
    tmp_path: Path, rows: list[tuple[str, ...]], hourly: bool
) -> None:
    path = write(tmp_path / "a.csv", rows)
    run = refused_or(lambda: run_aqi(path, hourly=hourly, keep=True))
    if run is None:
        return
    assert run.rows == len(run.records)
    judged = sum(run.by_edition.values())
    assert judged + run.rows_unused == run.rows
    told = run.told.counts["A006"] + run.told.counts["A007"]
    assert told == run.rows_unused
    for record in run.records:
        assert record["aqi"] in ("", "NA") or 0 <= record["aqi"] <= 500


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(_ROW, max_size=5), st.sampled_from(["2022", "2022-03", "2022-03-01..2022-03-09", "x"])
)
@example([("2022-03-02 05:00", "\0", *[""] * 7)], "2022")  # numpy takes this city for ""
def test_summaries_and_days_end_in_words(
    tmp_path: Path, rows: list[tuple[str, ...]], period: str
) -> None:
    path = write(tmp_path / "a.csv", rows)
    for run in (
        lambda: run_summary(path, period),
        lambda: run_days(path),
        lambda: run_published(path),
        lambda: run_summary(path, period, dust=path),
    ):
        refused_or(run)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    for run in (lambda: run_aqi(path, keep=True), lambda: run_published(path)):
        refused_or(run)
