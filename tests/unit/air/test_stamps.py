"""Dates and hours of files in Beijing time: 24:00, zones, spellings (issue 5, section 7)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.jobs.air.stamps import Stamp, read_stamp


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("2022-03-05 13:00", date(2022, 3, 5), 13),
        ("2022-03-05 24:00", date(2022, 3, 5), 24),
        ("2022-03-06 00:00", date(2022, 3, 5), 24),
        ("2022-01-01 00:00:00", date(2021, 12, 31), 24),
        ("2022/3/5 7:00", date(2022, 3, 5), 7),
        ("20220305 07", date(2022, 3, 5), 7),
        ("2022年3月5日 7时", date(2022, 3, 5), 7),
        ("2022-03-05T13:00:00+08:00", date(2022, 3, 5), 13),
    ],
)
def test_hours(text: str, day: date, hour: int) -> None:
    assert read_stamp(text, hourly=True) == Stamp(day, hour)


@pytest.mark.parametrize(
    ("text", "day", "hour"),
    [
        ("2022-03-05T05:00Z", date(2022, 3, 5), 13),
        ("2022-03-05 16:00 UTC", date(2022, 3, 5), 24),
        ("2022-03-05 20:00+00:00", date(2022, 3, 6), 4),
        ("2022-03-05 14:00+0900", date(2022, 3, 5), 13),
        ("2022-07-05 01:00-04:00", date(2022, 7, 5), 13),
    ],
)
def test_other_zones_are_converted_and_said(text: str, day: date, hour: int) -> None:
    assert read_stamp(text, hourly=True) == Stamp(day, hour, converted=True)


@pytest.mark.parametrize(
    "text",
    ["", "昨天", "2022-02-30 01:00", "2022-03-05 25:00", "2022-03-05 13:30", "2022-03-05",
     "2022-03-05 13:00+15:00", "2022-03-05 13:00+05:30", "0001-01-01 00:00", "13:00"],
)  # fmt: skip
def test_what_is_no_hour(text: str) -> None:
    assert read_stamp(text, hourly=True) is None


def test_an_hour_in_a_column_of_its_own() -> None:
    assert read_stamp("20200402", "08", hourly=True) == Stamp(date(2020, 4, 2), 8)
    assert read_stamp("2020-04-02", "0", hourly=True) == Stamp(date(2020, 4, 1), 24)
    assert read_stamp("2020-04-02", "", hourly=True) is None


def test_a_day_may_carry_a_time() -> None:
    assert read_stamp("2022-03-05 00:00:00", hourly=False) == Stamp(date(2022, 3, 5))


@given(st.text(max_size=30), st.booleans())
def test_nothing_raises(text: str, hourly: bool) -> None:
    read_stamp(text, hourly=hourly)
