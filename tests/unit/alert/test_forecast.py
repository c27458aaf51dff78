"""Reading forecasts and the alert command (issue 2, section 3; codes F001-F116)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from lantian.cli.alert import command
from lantian.domain.response.alert.forecast import parse_forecast, parse_moment, parse_primary
from lantian.domain.response.alert.problems import forecast_codes
from lantian.jobs.alert import parse_issue
from lantian.kernel.problem import LantianError

ROOT = Path(__file__).parents[3]
GOOD = "date,aqi,primary_pollutant\n2026-01-05,90,PM2.5\n2026-01-06,210,PM2.5\n2026-01-07,80,\n"


def codes(text: str) -> list[tuple[str, str]]:
    return [(p.code, p.place.cell) for p in parse_forecast(text.encode(), "f.csv").problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_columns_and_encodings(encoding):
    text = "日期,AQI,首要污染物\n2026年1月5日,210,PM₂.₅、臭氧\n2026/1/6,90,\n"
    forecast = parse_forecast(text.encode(encoding), "f.csv")
    assert [d.day for d in forecast.days] == [date(2026, 1, 5), date(2026, 1, 6)]
    assert forecast.days[0].primary == ("PM2.5", "O3")
    assert forecast.problems == ()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2026-02-30,100,PM2.5", ("F101", "A3")),
        ("soon,100,PM2.5", ("F101", "A3")),
        ("2026-01-06,high,PM2.5", ("F102", "B3")),
        ("2026-01-06,-1,PM2.5", ("F103", "B3")),
        ("2026-01-06,99999,PM2.5", ("F103", "B3")),
        ("2026-01-06,100.5,PM2.5", ("F103", "B3")),
        ("2026-01-05,91,PM2.5", ("F104", "")),
        ("2026-01-05,90,PM2.5", ("F105", "")),
        ("2026-01-04,90,PM2.5", ("F106", "A2")),
        ("2026-01-06,,PM2.5", ("F107", "B3")),
        ("2026-01-06,100,PM2.5,9", ("F110", "")),
        ("2026-01-06,501,PM2.5", ("F111", "B3")),
        ("2026-01-06,500+,PM2.5", ("F111", "B3")),
        ("2026-01-06,100,smog", ("F112", "C3")),
        ("2026-01-06,160,", ("F113", "C3")),
        ("2026-01-06,0,PM2.5", ("F114", "B3")),
        ("2026-01-08,100,PM2.5", ("F115", "")),
    ],
)
def test_each_fault_has_its_code_and_cell(row, expected):
    assert codes(f"date,aqi,primary_pollutant\n2026-01-05,90,PM2.5\n{row}\n") == [expected]


def test_hours_faults():
    head = "date,hour,aqi\n2026-01-05,1,90\n"
    assert codes(head + "2026-01-05,25,90\n") == [("F108", "B3")]
    assert codes(head + "2026-01-05,4,90\n") == [("F115", "")]
    mixed = "date,aqi\n2026-01-05,90\n2026-01-06 05时,90\n"
    assert [c for c, _ in codes(mixed)] == ["F109"]


def test_hour_is_hour_ending():
    text = "时间,AQI\n2026-01-05 24:00,90\n2026-01-06 01:00,91\n"
    hours = parse_forecast(text.encode(), "f.csv").hours
    assert [h.end for h in hours] == [datetime(2026, 1, 6), datetime(2026, 1, 6, 1)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "F003"),
        (b"date,aqi\n", "F003"),
        (b"day,value\n2026-01-05,90\n", "F004"),
        (b"PK\x03\x04rest", "F002"),
        (b"%PDF-1.7", "F002"),
        (b"\xff\xff\xff\xff,\n", "F002"),
    ],
)
def test_unreadable(data, code):
    with pytest.raises(LantianError) as caught:
        parse_forecast(data, "f.csv")
    assert caught.value.problems[0].code == code


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=80))
def test_never_a_traceback(noise, text):
    for data in (noise, text.encode("utf-8", "replace"), GOOD.encode() + noise):
        try:
            parse_forecast(data, "f.csv")
        except LantianError as error:
            fault = error
            codes_found = [p.code for p in fault.problems]
            if not codes_found:
                pytest.fail("an error without a problem")


def test_primary_texts():
    assert parse_primary("PM2.5，NO2") == (("PM2.5", "NO2"), ())
    assert parse_primary("臭氧8小时") == (("O3",), ())
    assert parse_primary("扬沙") == ((), ("扬沙",))


def test_issue_times():
    assert parse_issue("2026-01-04") == datetime(2026, 1, 5)
    assert parse_issue("2026-01-04 16") == datetime(2026, 1, 4, 16)
    assert parse_issue("2026年1月4日16时") == datetime(2026, 1, 4, 16)
    assert parse_moment("2026-1-4 9:30") is None


def test_command_says_level_and_why(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(GOOD, "utf-8")
    result = CliRunner().invoke(command, [str(path), "--rules", "national-2024"])
    assert result.exit_code == 0
    assert "黄色预警" in result.output
    assert "为何不是橙色" in result.output
    data = json.loads(
        CliRunner().invoke(command, [str(path), "--rules", "national-2024", "--json"]).stdout
    )
    assert data["proposal"]["level"] == "yellow"
    assert data["proposal"]["rule"]["status"] == "secondary"
    assert data["counts"] == {"error": 0, "warning": 0, "hint": 0}


def test_no_alert_is_exit_0_with_the_reason(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(GOOD.replace("210", "110"), "utf-8")
    result = CliRunner().invoke(command, [str(path)])
    assert result.exit_code == 0
    assert "不启动预警" in result.output
    assert "为何不是黄色" in result.output


def test_errors_are_exit_1_and_unreadable_exit_2(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text(GOOD.replace("210", "x"), "utf-8")
    assert CliRunner().invoke(command, [str(path)]).exit_code == 1
    assert CliRunner().invoke(command, [str(tmp_path / "none.csv")]).exit_code == 2
    path.write_text(GOOD, "utf-8")
    assert CliRunner().invoke(command, [str(path), "--rules", "no-such"]).exit_code == 2


def test_every_code_is_in_the_page():
    page = (ROOT / "docs" / "alert.md").read_text("utf-8")
    assert [c for c in forecast_codes() if not re.search(rf"\| {c} \|", page)] == []
