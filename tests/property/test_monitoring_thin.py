"""A year of readings in a thousand columns: extremes and counts are kept (issue 6, section 3)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.jobs.monitoring.thin import Readings, gaps, thin

STEP = 60_000


@st.composite
def runs(draw: st.DrawFn) -> Readings:
    at = sorted(draw(st.sets(st.integers(0, 3000), max_size=200)))
    n = len(at)
    values = draw(
        st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6, width=32)), min_size=n, max_size=n)
    )
    normal = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    return Readings(
        np.array(at, np.int64) * STEP, np.array([np.nan if v is None else v for v in values], np.float64),
        np.array(normal, bool),
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    runs(), st.integers(0, 3000), st.integers(1, 3000), st.integers(1, 500), st.floats(-1e6, 1e6)
)
def test_extremes_and_counts_are_kept(
    run: Readings, start: int, length: int, buckets: int, limit: float
) -> None:
    begin, end = start * STEP, (start + length) * STEP
    found = thin(run, begin, end, buckets, limit)
    inside = (run.at_ms >= begin) & (run.at_ms < end) & ~np.isnan(run.value)
    good, bad = inside & run.normal, inside & ~run.normal
    assert int(found.count.sum()) == int(inside.sum())
    assert int(found.flagged.sum()) == int(bad.sum())
    assert int(found.over.sum()) == int((run.value[good] > limit).sum())
    for own, low, high in (
        (good, found.low, found.high),
        (bad, found.flagged_low, found.flagged_high),
    ):
        if own.any():
            assert np.nanmin(low) == run.value[own].min()
            assert np.nanmax(high) == run.value[own].max()
        else:
            assert np.isnan(low).all()
            assert np.isnan(high).all()
    assert (np.diff(found.bucket) > 0).all()
    assert len(found) <= min(buckets, max(1, int(inside.sum())))


@settings(max_examples=200, deadline=None)
@given(runs(), st.integers(1, 3000), st.integers(1, 60))
def test_each_value_lies_in_its_own_bucket(run: Readings, length: int, buckets: int) -> None:
    end = length * STEP
    found = thin(run, 0, end, buckets)
    for bucket, first, last in zip(found.bucket, found.first_ms, found.last_ms, strict=True):
        assert bucket * end <= first * buckets < (bucket + 1) * end
        assert bucket * end <= last * buckets < (bucket + 1) * end


@settings(max_examples=200, deadline=None)
@given(runs(), st.integers(1, 3000))
def test_gaps_and_readings_make_up_the_whole_span(run: Readings, length: int) -> None:
    end = length * STEP
    inside = (run.at_ms < end) & ~np.isnan(run.value)
    missing = sum(b - a for a, b in gaps(run, 0, end, STEP, STEP))
    assert missing + int(inside.sum()) * STEP == end


def test_one_exceedance_in_a_year_of_minutes_is_still_there() -> None:
    n = 525_600
    value = np.full(n, 20.0)
    value[123_456] = 400.0
    run = Readings(np.arange(n, dtype=np.int64) * STEP, value, np.ones(n, bool))
    found = thin(run, 0, n * STEP, 988, limit=100)
    assert int(found.over.sum()) == 1
    assert found.high[found.over == 1].tolist() == [400.0]


@pytest.mark.parametrize(("start", "end", "buckets"), [(5, 5, 3), (5, 4, 3), (0, 1, 0)])
def test_an_empty_span_is_refused(start: int, end: int, buckets: int) -> None:
    empty = Readings(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, bool))
    with pytest.raises(ValueError, match="in"):
        thin(empty, start, end, buckets)
