"""Every code A001 to A026: one bad input, its row and remedy; nothing is lost without being told.

Issue 5, section 7.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lantian.domain.air.complaint import COMPLAINTS
from lantian.jobs.air.aqi import run_aqi
from lantian.jobs.air.days import run_days
from lantian.jobs.air.deductions import read_deductions
from lantian.jobs.air.summary import run_published, run_summary
from lantian.jobs.told import SHOWN, Told
from lantian.kernel.problem import LantianError, Problem

HEAD = "date,city,so2,no2,co,o3_8h,pm10,pm25\n"
GOOD = "2022-03-01,太原,12,40,1.4,90,83,44\n"
FIGURES = "city,period,so2,no2,pm10,pm25,co_p95,o3_p90,good_days,heavy_days,days\n"

Make = Callable[[str | bytes], Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def write(content: str | bytes, name: str = "days.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def aqi(path: Path) -> list[Problem]:
    return run_aqi(path, keep=True).told.problems


def hourly(path: Path) -> list[Problem]:
    return run_aqi(path, hourly=True, keep=True).told.problems


def days(path: Path) -> list[Problem]:
    return run_days(path).told.problems


def published(path: Path) -> list[Problem]:
    return run_published(path).told.problems


def march(path: Path) -> list[Problem]:
    return run_summary(path, "2022-03").told.problems


CASES: list[tuple[str, Callable[[Path], list[Problem]], str | bytes, int | None, str]] = [
    ("A001", aqi, b"\xff\xfe\xff\x00\x80", None, ""),
    ("A001", aqi, b"\x1f\x8b\x08\x00\x00", None, "@1"),
    ("A001", aqi, b"", None, "空文件"),
    ("A002", aqi, "date,city\n2022-01-01,太原\n", 1, "so2"),
    ("A002", aqi, "city,so2\n太原,12\n", 1, "date"),
    ("A002", published, "city,so2\n太原,12\n", 1, "period"),
    ("A003", aqi, HEAD + GOOD.replace("83", "八十三"), 2, "八十三"),
    ("A003", aqi, HEAD + GOOD.replace("83", "inf"), 2, "inf"),
    ("A003", aqi, HEAD + GOOD.replace("83", "8_3"), 2, "8_3"),
    ("A003", aqi, HEAD + GOOD.replace("83", "<83"), 2, "<83"),
    ("A004", aqi, HEAD + GOOD.replace("83", "-5"), 2, "-5"),
    ("A005", aqi, HEAD + GOOD.replace("1.4", "1400"), 2, "1400"),
    ("A006", aqi, HEAD + GOOD + GOOD, 3, "2022-03-01"),
    ("A007", aqi, HEAD + GOOD.replace("2022-03-01", "2022-02-30"), 2, "2022-02-30"),
    ("A007", aqi, HEAD + GOOD.replace("2022-03-01", ""), 2, "空"),
    ("A008", aqi, HEAD + GOOD.replace("83", "30"), 2, "44"),
    ("A009", march, HEAD + GOOD, None, "30（2022-03-02"),
    ("A010", aqi, HEAD + GOOD.replace("2022", "2014"), None, "2014-03-01"),
    ("A011", aqi, HEAD + GOOD.replace("83", "83.12345678"), 2, "83.12345678"),
    ("A012", aqi, HEAD.replace("city", "AQI") + GOOD.replace("太原", "90"), 1, "AQI_given"),
    ("A013", hourly, "time,so2\n2022-03-01T05:00Z,12\n", 2, "13:00"),
    ("A014", lambda p: run_summary(p, "2026").told.problems,
     HEAD + GOOD.replace("2022", "2026"), None, "2012、2026"),
    ("A015", aqi, HEAD + "2022-03-01,太原,,NA,-,,—,null\n", 2, "六项"),
    ("A016", lambda p: run_summary(p, "2022-Q7").told.problems, HEAD + GOOD, None, "2022-Q7"),
    ("A016", published, FIGURES + "太原,去年,12,40,83,44,1.4,175,241,4,365\n", 2, "去年"),
    ("A017", published, FIGURES + "太原,2022,12,40,83,44,,175,241,4,365\n", None, "co_p95"),
    ("A018", lambda p: run_summary(p, "2019").told.problems, HEAD + GOOD, None, "2019"),
    ("A019", aqi, HEAD + GOOD.replace("83", "0"), 2, "PM10"),
    ("A020", march, HEAD.replace("pm25", "pm25,aqi") + "2022-03-01,太原,12,40,1.4,90,,,170\n",
     None, "1 天"),
    ("A024", published, FIGURES + "太原,2025,12,40,83,44,1.4,175,241,4,365\n太原,2026,12,40,83,44,1.4,175,241,4,365\n",
     None, "2026-transition"),
    ("A025", aqi, HEAD.replace("pm25", "pm25,reference_k") + GOOD.replace("\n", ",273.15\n"), 2, "298.15"),
    ("A026", aqi, HEAD.replace("pm25", "pm25,reference_k") + GOOD.replace("\n", ",20℃\n"), 2, "20℃"),
    ("A021", aqi, HEAD.replace("pm25", "pm25,pm25_flag") + GOOD.replace("\n", ",H\n"), 2, "PM2.5"),
    ("A021", aqi, HEAD.replace("pm25", "pm25,标记") + GOOD.replace("\n", ",维护\n"), 2, "维护"),
    ("A022", hourly, "time,so2,minutes\n2022-03-01 05:00,12,44\n", 2, "44"),
    ("A023", days, "time,station,so2,对照点\n2022-03-01 05:00,上兰,12,是\n2022-03-01 05:00,桃园,12,\n",
     None, "上兰"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "run", "content", "row", "says"), CASES)
def test_each_code_with_its_row(code, run, content, row, says, make: Make) -> None:  # type: ignore[no-untyped-def]
    try:
        found = run(make(content))
    except LantianError as error:
        found = error.problems
    own = [p for p in found if p.code == code]
    assert own, [p.code for p in found]
    assert own[0].place.row == row
    assert says in own[0].message_zh
    assert own[0].remedy_zh
    assert own[0].remedy_en
    assert own[0].message_en


def test_every_code_has_a_case() -> None:
    assert {case[0] for case in CASES} == set(COMPLAINTS)


def test_a_bad_value_leaves_the_rest_of_its_row_in_use(make: Make) -> None:
    run = run_aqi(make(HEAD + GOOD.replace("83", "八十三")), keep=True)
    (record,) = run.records
    assert (record["iaqi_pm10"], record["iaqi_pm25"], record["aqi"]) == ("", 62, 62)
    assert run.rows_unused == 0


@pytest.mark.parametrize("flag", ["", "N", "正常", "0"])
def test_flags_of_valid_values(flag: str, make: Make) -> None:
    run = run_aqi(make(HEAD.replace("pm25", "pm25,pm25_flag") + GOOD.replace("\n", f",{flag}\n")),
                  keep=True)  # fmt: skip
    assert run.told.problems == []
    assert run.records[0]["iaqi_pm25"] == 62


def test_a_bad_row_stays_in_the_output_without_results(make: Make) -> None:
    run = run_aqi(make(HEAD + "昨天,太原,12,40,1.4,90,83,44\n" + GOOD), keep=True)
    assert (run.rows, run.rows_unused, len(run.records)) == (2, 1, 2)
    assert (run.records[0]["date"], run.records[0]["aqi"]) == ("昨天", "")
    assert run.records[1]["aqi"] == 67


def test_many_of_one_kind_are_counted(make: Make) -> None:
    rows = "".join(GOOD.replace("03-01", f"03-{d:02d}").replace("83", "x") for d in range(1, 31))
    told = run_aqi(make(HEAD + rows), keep=True).told
    assert (len(told.problems), told.counts["A003"]) == (SHOWN, 30)
    assert told.left_out == {"A003": 30 - SHOWN}


def test_one_pollutant_given_in_the_wrong_unit_is_told_on_every_row(make: Make) -> None:
    rows = "".join(GOOD.replace("03-01", f"03-{d:02d}").replace("1.4", "1400") for d in range(1, 6))
    run = run_aqi(make(HEAD + rows), keep=True)
    assert run.told.counts["A005"] == 5
    assert all(r["iaqi_co"] == "" for r in run.records)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("date\n2022-03-01\n", "A002"),
        ("date,city\n去年,太原\n", "A007"),
        ("date,city,pollutants\n2022-03-01,太原,PM2.5、花粉\n", "A003"),
    ],
)
def test_a_list_of_deductions_is_checked(text: str, code: str, make: Make) -> None:
    told = Told()
    try:
        assert read_deductions(make(text), told) == []
        found = told.problems
    except LantianError as error:
        found = list(error.problems)
    assert [p.code for p in found] == [code]


def test_problems_outside_the_period_are_not_told(make: Make) -> None:
    bad = GOOD.replace("2022", "2018").replace("83", "x")
    assert [p.code for p in march(make(HEAD + bad + GOOD))] == ["A009"]


def test_problems_of_the_file_compared_with_are_told(make: Make, tmp_path: Path) -> None:
    other = tmp_path / "before.csv"
    other.write_text(HEAD + GOOD.replace("2022", "2021").replace("83", "x"), encoding="utf-8")
    run = run_summary(make(HEAD + GOOD), "2022-03", against=other)
    bad = [p for p in run.told.problems if p.code == "A003"]
    assert [(p.place.file, p.place.row) for p in bad] == [("before.csv", 2)]


def test_gases_come_to_the_reference_state_of_their_day(make: Make) -> None:
    """SO2 160 at 273.15 K is 146.6 at 298.15 K: 98 instead of 102 (GB 3095, 4.3); particles stay."""
    head = HEAD.replace("pm25", "pm25,reference_k")
    rows = "".join(
        f"2022-03-0{d},太原,160,40,1.4,90,83,44,{k}\n"
        for d, k in ((1, "273.15"), (2, "298.15"), (3, ""))
    )
    records = run_aqi(
        make(head + rows + "2017-03-01,太原,160,40,1.4,90,83,44,273.15\n"), keep=True
    ).records
    assert [r["iaqi_so2"] for r in records] == [99, 102, 102, 102]
    assert {r["iaqi_pm25"] for r in records} == {62}
