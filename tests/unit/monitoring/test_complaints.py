"""Every M code: one bad input, where it is told, in both languages; damaged files never end in a traceback."""

# ruff: noqa: E501  one case a line

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from monitor_tools import DATA_HEAD, MARKS_HEAD, OUTLET_TEXT, minutes, write

from lantian.domain.monitoring.complaint import COMPLAINTS
from lantian.jobs.monitoring.read import ReadSettings
from lantian.jobs.monitoring.run import MonitorInput, run_monitor
from lantian.kernel.problem import LantianError, Problem

GOOD = minutes(60)
WATER = (
    "outlet: DW001\nname_zh: 总排口\nmedium: water\ntrade: paper\nflow_unit: L/s\nlimits:\n"
    "- {factor: w01018, average: day, high: 50, document: 证, valid_from: 2024-01-01}\n"
    "- {factor: w01001, average: day, high: 9, low: 6, document: 证, valid_from: 2024-01-01}\n"
    "- {factor: w01018, average: hour, high: 50, document: 证, valid_from: 2024-01-01}\n"
)
COD = "time,cod,w00000-Avg,ph\n" + "".join(
    f"2026-01-05 {h:02d}:00,30,{'' if h == 3 else 5},7\n" for h in range(24)
)


def mark(*cells: str) -> str:
    return MARKS_HEAD + "\n".join(cells) + "\n"


PLACED = "1,place,2026-01-05 18:00,王某,{},{},{},,,,,"


def placed(kind: str, start: str = "2026-01-05 00:00", end: str = "2026-01-05 01:00") -> str:
    return mark(PLACED.format(kind, start, end))


def problems(
    folder: Path,
    data: str | bytes = GOOD,
    outlet: str | bytes = OUTLET_TEXT,
    marks: str | bytes | None = None,
    logger: str | None = None,
    step: int | None = None,
) -> list[Problem]:
    given_in = MonitorInput(
        write(folder / "data.csv", data),
        write(folder / "outlet.yaml", outlet),
        write(folder / "marks.csv", marks) if marks is not None else None,
        write(folder / "hours.csv", logger) if logger is not None else None,
        settings=ReadSettings(timedelta(minutes=step) if step else None),
    )
    try:
        return run_monitor(given_in, judge=True).told.problems
    except LantianError as error:
        return list(error.problems)


def changed(old: str, new: str, text: str = GOOD) -> str:
    assert old in text
    return text.replace(old, new, 1)


ROW = "2026-01-05 00:05,30,N,6,N,100000,N"
CASES: list[tuple[str, dict[str, object], str]] = [
    ("M001", {"data": b"\x1f\x8b\x08\x00\x00"}, "data.csv"),
    ("M001", {"marks": b"\x1f\x8b\x08\x00\x00"}, "marks.csv"),
    ("M002", {"data": "a21026-Avg\n30\n"}, "data.csv"),
    ("M002", {"data": "time,a21026-Flag\n2026-01-05 00:00,N\n"}, "data.csv"),
    ("M002", {"data": "time,factor\n2026-01-05 00:00,a21026\n"}, "data.csv"),
    ("M002", {"data": "time,天气\n2026-01-05 00:00,晴\n"}, "data.csv"),
    ("M003", {"data": changed(ROW, "2026-01-05 00:05,三十,N,6,N,100000,N")}, "第7行 a21026"),
    ("M003", {"data": changed(ROW, "2026-01-05 00:05,nan,N,6,N,100000,N")}, "第7行 a21026"),
    ("M004", {"data": changed(ROW, "2026-01-05 00:05,-3,N,6,N,100000,N")}, "data.csv"),
    ("M005", {"data": changed(ROW, "2026-01-05 00:05,1e-9,N,6,N,100000,N")}, "第7行 a21026"),
    ("M005", {"data": changed(ROW, "2026-01-05 00:05,1e99999,N,6,N,100000,N")}, "第7行 a21026"),
    ("M006", {"data": changed("2026-01-05 00:05", "2026-13-05 00:05")}, "第7行"),
    ("M007", {"data": changed("2026-01-05 00:05", "2026-01-05 00:04")}, "第7行 a21026"),
    ("M007", {"data": changed("a19001-Avg", "a21026-Rtd")}, "第1行"),
    ("M008", {"data": changed(ROW, ROW + ",7")}, "第7行"),
    ("M009", {"data": changed("a00000-Avg", "a99999-Avg")}, "第1行"),
    ("M010", {"outlet": "outlet: [1\n"}, "outlet.yaml"),
    ("M010", {"outlet": "- 1\n"}, "outlet.yaml:1"),
    ("M010", {"outlet": b"\xff\xfe\x00"}, "outlet.yaml"),
    ("M011", {"outlet": changed("medium: air", "medium: soil", OUTLET_TEXT)}, "outlet.yaml:3"),
    ("M011", {"outlet": changed("high: 35, ", "", OUTLET_TEXT)}, "outlet.yaml:10"),
    ("M011", {"outlet": changed("converted: true, ", "", OUTLET_TEXT)}, "outlet.yaml:10"),
    ("M011", {"outlet": changed("reference_o2_pct: 6", "reference_o2_pct: 21", OUTLET_TEXT)}, "outlet.yaml:6"),
    ("M011", {"outlet": changed("reference_o2_document: GB 13223-2011\n", "", OUTLET_TEXT)}, "outlet.yaml:6"),
    ("M011", {"outlet": changed("factor: a21026", "factor: w01018", OUTLET_TEXT)}, "outlet.yaml:10"),
    ("M011", {"outlet": changed("high: 35", "high: 35, low: 40", OUTLET_TEXT)}, "outlet.yaml:10"),
    ("M011", {"outlet": changed("2024-01-01}", "2024-01-01, valid_to: 2023-01-01}", OUTLET_TEXT)}, "outlet.yaml:10"),
    ("M011", {"outlet": changed("flow_unit: m3/h", "flow_unit: L/s", OUTLET_TEXT)}, "outlet.yaml:8"),
    ("M011", {"outlet": OUTLET_TEXT + "colour: 1\n"}, "outlet.yaml:12"),
    ("M012", {"data": changed("a00000-Avg", "w01018-Avg")}, "第1行"),
    ("M013", {"data": DATA_HEAD + ROW + "\n"}, "第2行"),
    ("M013", {"data": changed("2026-01-05 00:05", "2026-01-05 00:07", DATA_HEAD + ROW + "\n"
                              + ROW.replace("00:05", "00:14") + "\n")}, "第2行"),
    ("M013", {"data": DATA_HEAD + "".join(f"2026-01-05 00:00:{s:02d},30,N,6,N,9,N\n" for s in range(0, 60, 5))}, "第2行"),
    ("M014", {"data": changed("2026-01-05 00:05", "2026-01-05 00:05:30")}, "第7行 a21026"),
    ("M015", {"data": changed(ROW, "2026-01-05 00:05,30,Q,6,N,100000,N")}, "第7行 a21026"),
    ("M016", {"data": changed(ROW, "2026-01-05 00:05,30,,6,N,100000,N")}, "a21026"),
    ("M017", {"outlet": OUTLET_TEXT.replace("reference_o2_pct: 6\n", "").replace("converted: true", "converted: false")}, "data.csv"),
    ("M018", {"data": changed(ROW, "2026-01-05 00:05,30,N,20.9,N,100000,N")}, "data.csv"),
    ("M019", {"data": DATA_HEAD + "".join(
        f"2026-01-05 00:{m:02d},24.5,N,{6 if m < 30 else 13.5},N,9,N\n" for m in range(60))}, "data.csv"),
    ("M020", {"outlet": OUTLET_TEXT + "- {factor: a21002, average: hour, high: 35, converted: true, document: 证, valid_from: 2024-01-01}\n"}, "data.csv"),
    ("M021", {"data": GOOD.replace("a00000", "a21002")}, "data.csv"),
    ("M022", {"outlet": OUTLET_TEXT.replace("valid_from: 2024-01-01", "valid_from: 2027-01-01")
              + "- {factor: a19001, average: hour, high: 35, document: 证, valid_from: 2024-01-01}\n"}, "data.csv"),
    ("M023", {"data": COD, "outlet": WATER}, "data.csv"),
    ("M024", {}, "data.csv"),
    ("M025", {"outlet": OUTLET_TEXT.replace("flow_unit: m3/h\n", "")}, "data.csv"),
    ("M026", {"data": changed("a00000-Avg,a00000-Flag", "a21026-ZsAvg,a21026-EFlag")}, "data.csv"),
    ("M027", {"logger": "time,a21026-Avg\n2026-01-05 00:00,31\n"}, "hours.csv"),
    ("M028", {"logger": "time,a21026-Avg\n2026-01-05 02:00,31\n"}, "hours.csv"),
    ("M029", {"data": "time,a21026\n不是时间,30\n"}, "data.csv"),
    ("M029", {"data": "time,a21026\n"}, "data.csv"),
    ("M030", {"marks": "id,action\n1,place\n"}, "marks.csv 第1行"),
    ("M031", {"marks": placed("启动", "2026-01-05 01:00", "2026-01-05 01:00")}, "marks.csv 第2行"),
    ("M032", {"marks": placed("喝茶")}, "marks.csv 第2行"),
    ("M033", {"marks": placed("启动").replace("01-05 18:00", "01-07 18:00")}, "marks.csv 第2行"),
    ("M034", {"marks": mark("1,withdraw,2026-01-05 18:00,王某,,,,,,,9,")}, "marks.csv 第2行"),
    ("M035", {"marks": placed("启动") + PLACED.format("启动", "2026-01-05 03:00", "2026-01-05 04:00")}, "marks.csv 第3行"),
    ("M036", {"marks": placed("启动") + PLACED.replace("1,place", "2,place").replace("18:00", "17:00").format("启动", "2026-01-05 03:00", "2026-01-05 04:00")}, "marks.csv 第3行"),
    ("M037", {"marks": placed("启动", end="2026-01-05 05:00")}, "marks.csv 第2行"),
    ("M038", {"marks": placed("CEMS维护", end="2026-01-06 08:00"), "outlet": OUTLET_TEXT.replace("thermal_power", "waste_incineration")}, ""),
    ("M039", {"marks": placed("启动"), "outlet": OUTLET_TEXT.replace("thermal_power", "chemical")}, "marks.csv 第2行"),
    ("M040", {"marks": placed("治理设施故障")}, "marks.csv 第2行"),
    ("M041", {"marks": placed("启动", "2022-01-05 00:00", "2022-01-05 01:00")}, "marks.csv 第2行"),
    ("M042", {"marks": placed("启动").replace("2026-01-05 18:00", "昨天")}, "marks.csv 第2行"),
    ("M042", {"marks": placed("启动").replace("place,", "put,")}, "marks.csv 第2行"),
    ("M042", {"marks": placed("启动", "昨天")}, "marks.csv 第2行"),
    ("M042", {"marks": mark("1,place,2026-01-05 18:00,王某,启动,2026-01-05 00:00,2026-01-05 01:00,,x9,,,")}, "marks.csv 第2行"),
    ("M043", {"marks": placed("启动"), "outlet": OUTLET_TEXT.replace("thermal_power", "cement")}, "marks.csv 第2行"),
    ("M044", {"marks": mark(PLACED.format("停运", "2026-01-05 00:00", "2026-01-05 05:00"), PLACED.replace("1,place", "2,place").format("启动", "2026-01-05 01:00", "2026-01-05 02:00"))}, ""),
    ("M045", {"data": changed(ROW, "2026-01-05 00:05,30,T,6,N,100000,N")}, "a21026"),
    ("M046", {"outlet": changed("reference_o2_pct: 6", "reference_o2_pct: 3", OUTLET_TEXT)}, "DA001"),
    ("M047", {"data": COD, "outlet": WATER}, "data.csv"),
    ("M048", {"data": GOOD.replace(",30,N,6", ",30,D,6")}, "data.csv"),
    ("M049", {"data": GOOD.replace(",30,N,6", ",30,D,6")}, "data.csv"),
    ("M050", {"outlet": OUTLET_TEXT.split("limits:")[0] + "limits: []\n"}, "data.csv"),
    ("M051", {"data": COD, "outlet": WATER}, "data.csv"),
    ("M052", {"data": changed(ROW, "2026-01-05 00:05,30,N,-6,N,100000,N")}, "data.csv"),
    ("M055", {"data": changed("2026-01-05 00:05", "1926-01-05 00:05")}, "data.csv"),
    ("R030", {"data": GOOD.replace("2026-", "2016-")}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("code", "given_in", "place"), CASES)
def test_a_fault_is_told_at_its_place(
    tmp_path: Path, code: str, given_in: dict[str, object], place: str
) -> None:
    found = problems(tmp_path, **given_in)  # type: ignore[arg-type]
    own = [p for p in found if p.code == code]
    assert own, [p.code for p in found]
    assert any(place in p.place.text() for p in own), [p.place.text() for p in own]
    for p in own:
        assert "{" not in p.message_zh + p.message_en + p.remedy_zh + p.remedy_en


def test_good_input_says_only_that_the_day_is_not_whole(tmp_path: Path) -> None:
    assert [p.code for p in problems(tmp_path)] == ["M024"]
    assert problems(tmp_path, data=minutes()) == []


def test_every_code_has_a_case() -> None:
    elsewhere = {"M053", "M054"}  # alarms: test_mass_alarm_compare
    elsewhere |= {"M056", "M057"}  # checks: test_quality
    assert {c for c, *_ in CASES if c[0] == "M"} | elsewhere == set(COMPLAINTS)


def test_every_code_is_used_in_the_source() -> None:
    root = Path(__file__).parents[3] / "src/lantian"
    folders = (root / "domain/monitoring", root / "jobs/monitoring")
    used = {
        code
        for folder in folders
        for file in folder.glob("*.py")
        if not file.name.startswith("complaint")
        for code in re.findall(r'"(M\d{3})"', file.read_text("utf-8"))
    }
    assert used == set(COMPLAINTS)


def _cut(text: str, at: int, size: int) -> bytes:
    raw = text.encode()
    at %= len(raw)
    return raw[:at] + raw[at + size :]


DAMAGE: list[Callable[[str, int, int, bytes], bytes]] = [
    lambda t, at, n, junk: _cut(t, at, n),
    lambda t, at, n, junk: (raw := t.encode())[: at % len(raw)] + junk + raw[at % len(raw) :],
    lambda t, at, n, junk: t.replace("2026-01-05", "2026-01-0" + str(n % 10), at % 50).encode(),
    lambda t, at, n, junk: t.replace(",", junk.decode("latin-1")[:1] or ";", at % 99).encode(),
]


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(["data", "outlet", "marks"]), st.sampled_from(DAMAGE), st.integers(0, 10**6),
       st.integers(0, 60), st.binary(max_size=12))  # fmt: skip
def test_damaged_files_are_told_never_a_traceback(
    tmp_path: Path, which: str, damage: Callable[..., bytes], at: int, size: int, junk: bytes
) -> None:
    texts = {"data": GOOD, "outlet": OUTLET_TEXT, "marks": placed("启动")}
    files: dict[str, str | bytes] = dict(texts)
    files[which] = damage(texts[which], at, size, junk)
    found = problems(tmp_path, files["data"], files["outlet"], files["marks"])
    assert all(re.fullmatch(r"[MR]\d{3}", p.code) for p in found)


def test_no_row_is_lost_unsaid(tmp_path: Path) -> None:
    data = changed("2026-01-05 00:05", "坏") + "2026-01-05 00:04,30,N,6,N,100000,N\n"
    given_in = MonitorInput(
        write(tmp_path / "d.csv", data), write(tmp_path / "o.yaml", OUTLET_TEXT)
    )
    run = run_monitor(given_in)
    used = sum(len(s.readings) for s in run.data.series)
    assert run.data.rows_read == 61
    assert (run.data.rows_unused, run.data.values_unused, used) == (1, 3, 59 * 3)
