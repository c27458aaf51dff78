"""Design, section 5: Beijing time, data hour = hour ending, working days from dated files.

Counts of working days in a year follow from the State Council's notices (rulebook/calendar):
365 or 366 days less weekends and holidays plus worked weekends.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantian.kernel.calendar import (
    BEIJING,
    HolidayNotice,
    Holidays,
    beijing,
    data_day,
    data_hour,
    hours_of,
    parse_moment,
    to_beijing,
)
from lantian.kernel.problem import LantianError
from lantian.rulebook.calendar import load_holidays, read_notice


def _notice(year: int, off: set[date] = frozenset(), working: set[date] = frozenset()) -> HolidayNotice:  # type: ignore[assignment]  # fmt: skip
    return HolidayNotice(year, frozenset(off), frozenset(working), "d", "s", "official")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-01-05 13:00", "2025-01-05T13:00:00+08:00"),
        ("2025/1/5", "2025-01-05T00:00:00+08:00"),
        ("2025年1月5日13时30分", "2025-01-05T13:30:00+08:00"),
        ("２０２５－０１－０５ ８：００", "2025-01-05T08:00:00+08:00"),
        ("2025-01-05 24:00", "2025-01-06T00:00:00+08:00"),
        ("2025-01-05T13:30Z", "2025-01-05T21:30:00+08:00"),
        ("2025-01-05T13:30-05:30", "2025-01-06T03:00:00+08:00"),
    ],
)
def test_moments_are_read_as_beijing_time(text: str, iso: str) -> None:
    assert parse_moment(text).isoformat() == iso


@pytest.mark.parametrize(
    "text", ["", "2025-02-30", "2025-01-05 25:00", "2025-01-05 24:30", "昨天", "45661"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(LantianError) as error:
        parse_moment(text)
    assert error.value.problems[0].code == "K103"


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(LantianError) as error:
        to_beijing(datetime(2025, 1, 5, 13))
    assert error.value.problems[0].code == "K102"


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_an_hour_ends_within_the_hour_after_its_moments(moment: datetime) -> None:
    end = data_hour(moment)
    assert (end.minute, end.second, end.microsecond, end.tzinfo) == (0, 0, 0, BEIJING)
    assert timedelta(0) <= end - moment < timedelta(hours=1)
    assert end in hours_of(data_day(end))


def test_a_day_has_hours_1_to_24() -> None:
    hours = hours_of(date(2025, 1, 5))
    assert (hours[0], hours[-1], len(hours)) == (beijing(2025, 1, 5, 1), beijing(2025, 1, 6), 24)
    assert {data_day(hour) for hour in hours} == {date(2025, 1, 5)}


@pytest.mark.parametrize(("year", "days"), [(2023, 249), (2024, 251), (2025, 248)])
def test_working_days_of_whole_years(year: int, days: int) -> None:
    assert load_holidays().count(date(year - 1, 12, 31), date(year, 12, 31)) == days


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 1, 26), True), (date(2025, 1, 28), False), (date(2025, 2, 8), True),
        (date(2025, 10, 11), True), (date(2025, 10, 12), False), (date(2024, 2, 9), True),
        (date(2026, 2, 14), True), (date(2026, 2, 16), False), (date(2026, 10, 10), True),
        (date(2023, 12, 30), False), (date(2024, 12, 31), True),
    ],
)  # fmt: skip
def test_days_of_the_notices(day: date, worked: bool) -> None:
    assert load_holidays().is_working_day(day) is worked


def test_a_period_does_not_count_the_day_it_starts_from() -> None:
    holidays = load_holidays()
    # 24 January 2025 is a Friday; Sunday 26th is worked, 28 January to 4 February are off.
    assert holidays.add(date(2025, 1, 24), 1) == date(2025, 1, 26)
    assert holidays.add(date(2025, 1, 24), 2) == date(2025, 1, 27)
    assert holidays.add(date(2025, 1, 24), 3) == date(2025, 2, 5)
    with pytest.raises(ValueError, match="positive"):
        holidays.add(date(2025, 1, 24), 0)


@given(st.dates(date(2023, 1, 1), date(2025, 10, 1)), st.integers(1, 30))
def test_add_and_count_agree(start: date, days: int) -> None:
    holidays = load_holidays()
    end = holidays.add(start, days)
    assert holidays.is_working_day(end)
    assert holidays.count(start, end) == days


@pytest.mark.parametrize("day", [date(2022, 12, 1), date(2030, 5, 1)])
def test_a_year_without_a_notice_is_refused(day: date) -> None:
    with pytest.raises(LantianError) as error:
        load_holidays().is_working_day(day)
    assert error.value.problems[0].code == "K101"
    assert str(day.year) in error.value.problems[0].message_zh


def test_the_last_days_of_a_year_need_the_next_notice() -> None:
    alone = Holidays((_notice(2030),))
    assert alone.is_working_day(date(2030, 12, 27))
    with pytest.raises(LantianError, match="2031"):
        alone.is_working_day(date(2030, 12, 31))
    both = Holidays((_notice(2030), _notice(2031, off={date(2030, 12, 31)})))
    assert not both.is_working_day(date(2030, 12, 31))
    with pytest.raises(LantianError, match="2031"):
        alone.add(date(2030, 12, 20), 30)


def test_notices_carry_their_marks() -> None:
    for notice in load_holidays().notices:
        assert notice.status in {"official", "secondary", "unverified"}
        assert notice.source.startswith("http")
        assert str(notice.year) in notice.document


GOOD = """year: 2031
document: 通知
issued: 2030-11-01
source: http://example.org/
status: unverified
holidays:
  - {name: 元旦, first: 2031-01-01, last: 2031-01-03, days: 3, working: [2031-01-04]}
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("days: 3", "days: 4", "K112", 7),
        ("2031-01-04", "2031-01-06", "K112", 7),
        ("status: unverified", "status: sure", "K112", 5),
        ("source: http://example.org/\n", "", "K112", 1),
        ("issued", "isued", "K112", 3),
        ("year: 2031", "year: 2031\nyear: 2032", "K111", 2),
        ("holidays:", "holidays: [", "K111", None),
    ],
)
def test_a_wrong_notice_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, code: str, line: int | None
) -> None:
    file = tmp_path / "2031.yaml"
    file.write_text(GOOD, "utf-8")
    assert read_notice(file).off == {date(2031, 1, 1), date(2031, 1, 2), date(2031, 1, 3)}
    file.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(LantianError) as error:
        read_notice(file)
    found = {(p.code, p.place.line) for p in error.value.problems}
    assert any(c == code and line in (None, at) for c, at in found), found


def test_a_year_given_twice_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "2025.yaml"
    file.write_text(GOOD.replace("year: 2031", "year: 2025"), "utf-8")
    with pytest.raises(LantianError) as error:
        load_holidays(file, tmp_path / "none.yaml")
    assert [p.code for p in error.value.problems] == ["K113", "K111"]
