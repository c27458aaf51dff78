"""``lantian monitor rollup|exceed`` at their promised interface (issue 6, section 3)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lantian.cli.main import main

OUTLET = """\
outlet: DA001
name_zh: 1号锅炉排口
medium: air
trade: thermal_power
reference_o2_pct: 6
reference_o2_document: GB 13223-2011
flow_unit: m3/h
limits:
- {factor: a21026, average: hour, high: 35, converted: true, document: 排污许可证, clause: 表3, valid_from: 2024-01-01}
- {factor: so2, average: day, high: 35, converted: true, document: 排污许可证, valid_from: 2024-01-01}
"""
MARKS = (
    "id,action,made_at,made_by,mark,from,to,factors,cause,target\n"
    "1,place,2026-01-05 18:00,王某,启动,2026-01-05 00:00,2026-01-05 02:00,,点火,\n"
    "2,place,2026-01-05 19:00,王某,启动,2026-01-05 05:00,2026-01-05 06:00,,误标,\n"
    "3,withdraw,2026-01-05 20:00,王某,,,,,,2\n"
)


def lantian(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def told(*words: str | Path) -> dict[str, Any]:
    result = lantian(*words, "--json")
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def value_at(hour: int) -> str:
    return "80" if hour < 3 else "20"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = ["time,SO2-Avg,SO2-Flag,O2-Avg,O2-Flag,a00000-Avg,a00000-Flag,a21026-Min"]
    for hour in range(24):
        for minute in range(60):
            flag = "C" if hour == 10 and minute < 20 else "N"
            rows.append(
                f"2026-01-05 {hour:02d}:{minute:02d},{value_at(hour)},{flag},6,N,100000,N,1"
            )
    (tmp_path / "minutes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "outlet.yaml").write_text(OUTLET, encoding="utf-8")
    (tmp_path / "marks.csv").write_text(MARKS, encoding="utf-8")
    return tmp_path


def test_rollup_says_of_every_hour_why(folder: Path) -> None:
    found = told("monitor", "rollup", folder / "minutes.csv", "--outlet", folder / "outlet.yaml",
                 "--marks", folder / "marks.csv", "--trace")  # fmt: skip
    so2 = found["factors"][0]
    assert (so2["factor"], so2["step_minutes"], len(so2["hours"])) == ("a21026", 1, 24)
    ten = so2["hours"][10]
    assert (ten["recorded"]["valid"], ten["recorded"]["reason"], ten["recorded"]["have"]) == (
        False, "too_few", 40,
    )  # fmt: skip
    assert ten["counts"] == {"flag": 20, "ok": 40}
    assert ten["flags"] == {"C": 20}
    assert ten["trace"]["steps"][0]["rule"]["status"] == "official"
    first = so2["hours"][0]
    assert (first["recorded"]["value"], first["judged"]["reason"]) == ("80", "condition_mark")
    assert first["marks"][0]["id"] == "1"
    assert so2["days"][0]["recorded"]["have"] == 23
    assert so2["months"][0]["recorded"]["valid"] is False
    assert [e["id"] for e in found["mark_history"]] == ["1", "2", "3"]
    assert [m["id"] for m in found["marks"]] == ["1"]
    mass = found["mass"][0]
    assert (mass["kg"]["measured"], mass["hours"]["by_hand"]) == ("64", 1)
    assert found["rules"]["hour_minutes"]["value"] == "45"
    assert found["rules"]["convert_each_value"]["status"] == "unverified"
    assert found["columns_unused"] == ["a21026-min"]
    assert (found["rows_read"], found["rows_unused"], found["values_unused"]) == (1440, 0, 0)


def test_exceed_considers_marks(folder: Path) -> None:
    words = ["monitor", "exceed", folder / "minutes.csv", "--outlet", folder / "outlet.yaml"]
    bare = told(*words)
    assert [e["start"][11:13] for e in bare["events"]] == ["00", "01", "02"]
    alarm = bare["alarms"][0]
    assert len(bare["alarms"]) == 1
    assert (alarm["opened_at"][:13], alarm["periods"], alarm["level"], alarm["ended"]) == (
        "2026-01-05T01", 3, 2, True,
    )  # fmt: skip
    assert [s["notice"] for s in alarm["said"]] == ["opened", "escalated", "ended"]
    assert alarm["said"][1]["rule"]["status"] == "design"
    marked = told(*words, "--marks", folder / "marks.csv")
    assert [e["start"][11:13] for e in marked["events"]] == ["02"]
    assert marked["events"][0]["multiple"] == "1.2857"
    assert marked["events"][0]["trace"]["rule"]["clause"]
    reasons = {(u["average"], u["reason"]) for u in marked["unjudged"]}
    assert reasons == {("hour", "condition_mark"), ("hour", "too_few")}
    assert {(j["average"], j["count"]) for j in marked["judged"]} == {("hour", 21), ("day", 1)}


def test_tables_are_written(folder: Path) -> None:
    out = folder / "out"
    result = lantian("monitor", "exceed", folder / "minutes.csv", "--outlet", folder / "outlet.yaml",
                     "--marks", folder / "marks.csv", "--out", out)  # fmt: skip
    assert result.exit_code == 0, result.output
    names = {p.name for p in out.iterdir()}
    assert names == {"hours.csv", "days.csv", "marks.csv", "mass.csv", "events.csv", "unjudged.csv"}
    with (out / "hours.csv").open(encoding="utf-8-sig") as file:
        hours = list(csv.DictReader(file))
    assert len(hours) == 3 * 24
    assert hours[10]["readings_zh"] == "仪器标记非正常 20、有效 40"
    assert "小时均值超标" in result.stdout
    assert (
        "报警 a21026 小时均值：2026-01-05T03:00 起 1 个时段，最大 80，1 级，已结束" in result.stdout
    )
    assert "已写出" in result.stdout


def test_the_screen_of_a_rollup(folder: Path) -> None:
    hours = folder / "hours.csv"
    hours.write_text("time,a21026\n2026-01-05 00:00,90\n2026-01-05 03:00,20\n", encoding="utf-8")
    result = lantian("monitor", "rollup", folder / "minutes.csv", "--outlet", folder / "outlet.yaml",
                     "--marks", folder / "marks.csv", "--logger-hours", hours)  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "a21026 24 个时段：有效 23，有效数据不足 1" in result.stdout
    assert "a21026 数采仪小时值：比较 2 个，不一致 1 个" in result.stdout
    assert "有效捕集率 95.8333%" in result.stdout


def test_long_form_and_wide_form_agree(folder: Path) -> None:
    rows = ["数据时间,因子,值,数据标记"]
    for hour in range(24):
        for minute in range(60):
            flag = "C" if hour == 10 and minute < 20 else "N"
            at = f"20260105{hour:02d}{minute:02d}00"
            rows += [f"{at},二氧化硫,{value_at(hour)},{flag}", f"{at},氧气含量,6,N"]
    (folder / "long.csv").write_text("\n".join(rows), encoding="gb18030")
    keys = ("--outlet", folder / "outlet.yaml")
    wide = told("monitor", "rollup", folder / "minutes.csv", *keys)
    long = told("monitor", "rollup", folder / "long.csv", *keys)
    assert long["factors"] == wide["factors"][:2]
    assert long["rows_read"] == 2880


def test_times_may_be_ends(folder: Path) -> None:
    path = folder / "ends.csv"
    rows = [f"2026-01-05 {h:02d}:00,20,6" for h in range(1, 24)] + ["2026-01-06 00:00,20,6"]
    path.write_text("time,so2,o2\n" + "\n".join(rows), encoding="utf-8")
    keys = ("monitor", "rollup", path, "--outlet", folder / "outlet.yaml")
    ends = told(*keys, "--time", "end")["factors"][0]
    assert [d["recorded"]["have"] for d in ends["days"]] == [24]
    starts = told(*keys)["factors"][0]
    assert [d["recorded"]["have"] for d in starts["days"]] == [23, 1]


def test_rules_of_a_day(folder: Path) -> None:
    keys = ("monitor", "exceed", folder / "minutes.csv", "--outlet", folder / "outlet.yaml")
    marks = ("--marks", folder / "marks.csv")
    before = told(*keys, *marks, "--on", "2022-06-01")
    assert "M041" in before["problem_counts"]
    assert len(before["events"]) == 3
    result = lantian(*keys, "--on", "2015-01-01")
    assert result.exit_code == 2
    assert "R030" in result.output


def test_exit_codes(folder: Path) -> None:
    keys = ("--outlet", str(folder / "outlet.yaml"))
    assert lantian("monitor", "rollup", folder / "none.csv", *keys).exit_code == 2
    assert lantian("monitor", "rollup", folder / "minutes.csv", *keys, "--step", "7").exit_code == 2
    bad = folder / "bad.csv"
    text = (folder / "minutes.csv").read_text(encoding="utf-8")
    bad.write_text(text.replace("00:05,80", "00:05,八十"), encoding="utf-8")
    result = lantian("monitor", "rollup", bad, *keys, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["problem_counts"] == {"M003": 1, "M049": 1, "M048": 1}
    missing = lantian("monitor", "exceed", bad, "--outlet", folder / "none.yaml", "--json")
    assert missing.exit_code == 2
    assert json.loads(missing.stdout)["problems"][0]["code"] == "M010"
