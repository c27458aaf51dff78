"""``lantian soil check``: a whole survey from workbook and CSV, good and damaged (issue 5, sections 3, 7)."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from soil_tools import LIMITS, Rows, codes, lantian, told, workbook

FINE = {"sample_id": "S1", "item": "铅", "value": "30", "unit": "mg/kg"}


def survey(**more: list[dict[str, str]]) -> Rows:
    """Two parcels, four samples: one duplicate, one blank, one reference point."""
    rows: dict[str, list[dict[str, str]]] = {
        "parcel": [
            {"parcel_id": "P1", "name": "东地块", "area_m2": "4800", "planned_use": "R2",
             "stage": "初步调查"},
            {"parcel_id": "P2", "name": "西地块", "area_m2": "10419", "planned_use": "M1",
             "stage": "初步调查"},
        ],
        "point": [
            {"sample_id": "S1", "parcel_id": "P1", "point_id": "T1", "depth": "0-0.5"},
            {"sample_id": "S1P", "parcel_id": "P1", "point_id": "T1", "kind": "平行",
             "duplicate_of": "S1", "day": "2026-03-01"},
            {"sample_id": "K1", "parcel_id": "P1", "kind": "空白"},
            {"sample_id": "D1", "parcel_id": "P1", "point_id": "DZ", "kind": "对照"},
            {"sample_id": "S2", "parcel_id": "P2", "point_id": "T2"},
        ],
        "result": [
            {"sample_id": "S1", "item": "砷", "value": "22", "unit": "mg/kg"},
            {"sample_id": "S1", "item": "铅", "value": "11", "unit": "mg/kg"},
            {"sample_id": "S1P", "item": "铅", "value": "9", "unit": "mg/kg"},
            {"sample_id": "S1P", "item": "砷", "value": "ND", "unit": "mg/kg", "limit": "0.01"},
            {"sample_id": "K1", "item": "苯", "value": "<1.9", "unit": "µg/kg"},
            {"sample_id": "D1", "item": "砷", "value": "300", "unit": "mg/kg"},
            {"sample_id": "S2", "item": "砷", "value": "150", "unit": "mg/kg"},
        ],
    }  # fmt: skip
    for sheet, own in more.items():
        rows[sheet] = rows[sheet] + own
    return rows


@pytest.fixture
def found(tmp_path: Path) -> dict[str, Any]:
    return told("check", workbook(tmp_path / "soil.xlsx", survey()), "--on", "2026-03-05")


def test_every_row_is_judged_a_blank_or_counted(found: dict[str, Any]) -> None:
    counts = (found["rows_read"], found["rows_judged"], found["rows_blank"], found["rows_unused"])
    assert counts == (7, 6, 1, 0)


def test_parcels_are_judged_by_their_own_class(found: dict[str, Any]) -> None:
    first, second = found["parcels"]
    assert [j["land_class"] for j in first["judged"]] == [1]
    assert first["judged"][0]["outcome"] == "above_screening"
    assert first["judged"][0]["exceeding"] == [
        {"item": "砷", "samples": 1, "largest_mg_kg": "22", "sample_id": "S1", "multiple": "0.10",
         "outcome": "above_screening", "outcome_zh": "超筛选值"}
    ]  # the reference point with 300 mg/kg is not the parcel's soil  # fmt: skip
    assert second["judged"][0]["outcome"] == "above_intervention"
    assert second["judged"][0]["exceeding"][0]["multiple"] == "1.50"


def test_every_row_is_explained(found: dict[str, Any]) -> None:
    assert len(found["rows"]) == 6
    for row in found["rows"]:
        assert row["trace"]["steps"][0]["rule"]["rule_id"] == "soil.limits"
        assert row["status"] == "secondary"
        assert "name_en" in row["unverified"]
    below = next(r for r in found["rows"] if r["below_detection"])
    assert (below["result"], below["result_mg_kg"], below["outcome"]) == (
        "ND", "<0.01", "at_or_below_screening",
    )  # fmt: skip


def test_duplicates_are_compared_and_not_judged_without_a_rule(found: dict[str, Any]) -> None:
    by_item = {d["item"]: d for d in found["duplicates"]}
    assert by_item["铅"]["relative_deviation_pct"] == "10.0"
    assert by_item["铅"]["within"] is None
    assert by_item["砷"]["relative_deviation_pct"] is None


def test_points_missing_items_and_background_are_told(found: dict[str, Any]) -> None:
    assert [(p["points"], p["points_needed"], p["points_enough"]) for p in found["parcels"]] == [
        (1, 3, False), (1, 6, False),
    ]  # fmt: skip
    assert len(found["parcels"][0]["missing_basic_items"]) == 43
    assert {"S025", "S030", "S031"} <= codes(found)
    unverified = next(p for p in found["problems"] if p["code"] == "S031")
    assert "待核实" in unverified["message_zh"]


def test_all_45_items_and_enough_points_leave_nothing_to_say(tmp_path: Path) -> None:
    points = [{"sample_id": f"S{n}", "parcel_id": "P1", "point_id": f"T{n}"} for n in range(3)]
    results = [
        {"sample_id": p["sample_id"], "item": i.name_zh, "value": "0.0001L", "unit": "mg/kg"}
        for p in points
        for i in LIMITS.basic
    ]
    parcel = [{"parcel_id": "P1", "area_m2": "5000", "planned_use": "R2", "stage": "初步调查"}]
    path = workbook(tmp_path / "s.xlsx", {"parcel": parcel, "point": points, "result": results})
    found = told("check", path)
    assert found["problems"] == []
    assert found["parcels"][0]["judged"][0]["outcome"] == "at_or_below_screening"
    assert lantian("soil", "check", path).exit_code == 0


@pytest.mark.parametrize(
    ("area", "key", "needed"),
    [("1600", "", 1), ("1601", "", 2), ("16000", "800", 12), ("15219", "401", 12)],
)
def test_points_of_a_detailed_survey(tmp_path: Path, area: str, key: str, needed: int) -> None:
    parcel = {"parcel_id": "P1", "area_m2": area, "key_area_m2": key, "planned_use": "R",
              "stage": "详细调查"}  # fmt: skip
    path = workbook(tmp_path / "s.xlsx", {"parcel": [parcel], "result": [FINE]})
    assert told("check", path)["parcels"][0]["points_needed"] == needed


def test_results_alone_as_workbook_and_as_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "检测结果"
    rows = [["样品编号", "检测项目", "检测结果", "单位"], ["S1", "砷", 61, "mg/kg"],
            ["S1", "铅", "<0.1", "mg/kg"]]  # fmt: skip
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "r.xlsx")
    with (tmp_path / "r.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    for name in ("r.xlsx", "r.csv"):
        both = told("check", tmp_path / name)
        assert [j["outcome"] for j in both["parcels"][0]["judged"]] == ["above_screening"] * 2
        assert "S020" in codes(both)
        one = told("check", tmp_path / name, "--land-class", "2")
        assert [j["land_class"] for j in one["parcels"][0]["judged"]] == [2]
        assert "S020" not in codes(one)


def test_judged_rows_are_written_to_a_workbook_and_to_csv(tmp_path: Path) -> None:
    source = workbook(tmp_path / "soil.xlsx", survey())
    for name in ("out.xlsx", "out.csv"):
        told("check", source, "--out", tmp_path / name)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert len(written) == 6
    assert {r["评价"] for r in written} == {"未超筛选值", "超筛选值", "超管制值"}
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["评价结果"]
    assert [c.value for c in sheet[3]][:3] == ["地块编号", "样品编号", "点位编号"]
    assert sheet.max_row == 9


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"value": "约5"}, "S001"),
        ({"value": "-3"}, "S002"),
        ({"unit": "mg/L"}, "S003"),
        ({"unit": ""}, "S003"),
        ({"value": "2000000"}, "S004"),
        ({"item": "总铬"}, "S005"),
        ({"cas": "7440-38-2"}, "S006"),
        ({"value": "0"}, "S009"),
        ({"sample_id": ""}, "S014"),
        ({"item": ""}, "S014"),
        ({"value": ""}, "S014"),
        ({"value": "5 µg/kg"}, "S015"),
        ({"item": "间二甲苯", "cas": "108-38-3"}, "S016"),
        ({"sample_id": "S9"}, "S039"),
        ({"sample_id": "S1", "item": "砷"}, "S010"),
        ({"sample_id": "SX"}, "S037"),
    ],
)
def test_a_row_that_is_not_used_is_told_and_counted(
    tmp_path: Path, row: dict[str, str], code: str
) -> None:
    odd = [{"sample_id": "SX", "parcel_id": "P1", "kind": "奇怪"}]
    own = FINE | {"item": "镍", "sample_id": "S2"} | row
    found = told("check", workbook(tmp_path / "s.xlsx", survey(result=[own], point=odd)))
    assert code in codes(found)
    assert (found["rows_read"], found["rows_unused"]) == (8, 1)
    assert found["unused_by_code"] == {code: 1}
    assert found["rows_judged"] + found["rows_blank"] == 7


@pytest.mark.parametrize(
    ("sheet", "row", "code"),
    [
        ("result", FINE | {"item": "苯", "value": "ND"}, "S007"),
        ("result", FINE | {"item": "六价铬", "value": "4L"}, "S008"),
        ("result", FINE | {"item": "镍", "limit": "abc"}, "S011"),
        ("result", FINE | {"item": "镍", "value": "1", "limit": "3"}, "S012"),
        ("result", FINE | {"item": "镍", "value": "<1", "limit": "3"}, "S013"),
        ("result", FINE | {"sample_id": "K1", "item": "镍"}, "S034"),
        ("result", FINE | {"sample_id": "S9", "parcel_id": "P2"}, "S036"),
        ("point", {"sample_id": "S2P", "parcel_id": "P2", "kind": "平行"}, "S033"),
        ("point", {"sample_id": "S2", "parcel_id": "P2"}, "S038"),
        ("point", {"sample_id": "S7", "parcel_id": "P7"}, "S039"),
        ("point", {"sample_id": "", "parcel_id": "P1"}, "S014"),
        ("point", {"sample_id": "S7", "parcel_id": "P1", "day": "昨天"}, "S050"),
        ("parcel", {"parcel_id": "P3"}, "S020"),
        ("parcel", {"parcel_id": "P3", "planned_use": "R2", "land_class": "第二类"}, "S021"),
        ("parcel", {"parcel_id": "P3", "planned_use": "G1"}, "S022"),
        ("parcel", {"parcel_id": "P3", "planned_use": "070102"}, "S023"),
        ("parcel", {"parcel_id": "P3", "land_class": "三类"}, "S024"),
        ("parcel", {"parcel_id": "P3", "area_m2": "很大"}, "S026"),
        ("parcel", {"parcel_id": "P3", "stage": "完了"}, "S027"),
        ("parcel", {"parcel_id": "P3", "land_class": "1"}, "S032"),
        ("parcel", {"parcel_id": "P1"}, "S038"),
        ("parcel", {"name": "无编号"}, "S014"),
    ],
)
def test_what_is_used_with_a_reservation_is_told(
    tmp_path: Path, sheet: str, row: dict[str, str], code: str
) -> None:
    found = told("check", workbook(tmp_path / "s.xlsx", survey(**{sheet: [row]})))
    assert code in codes(found)
    assert found["rows_unused"] == 0


def test_arsenic_within_the_background_given(tmp_path: Path) -> None:
    rows = survey()
    rows["parcel"][0]["background_as"] = "25"  # type: ignore[index]
    found = told("check", workbook(tmp_path / "s.xlsx", rows))
    judged = found["parcels"][0]["judged"][0]
    assert (judged["outcome"], judged["exceeding"]) == ("within_background", [])


def test_a_bureau_s_own_limit_of_deviation_is_applied(tmp_path: Path) -> None:
    from lantian.rulebook.rooms import PACKAGED

    text = (PACKAGED / "soil" / "survey-2019.yaml").read_text("utf-8")
    row = ("- {key: deviation_limit_pct, value: 5, unit: '%', clause: 本局规定, source: [d1], "
           "status: design}\nopen_zh:")  # fmt: skip
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "own.yaml").write_text(text.replace("open_zh:", row, 1), "utf-8")
    path = workbook(tmp_path / "s.xlsx", survey())
    found = told("check", path, "--rulebook", tmp_path / "rules")
    assert "S035" in codes(found)
    assert next(d for d in found["duplicates"] if d["item"] == "铅")["within"] is False


def test_nothing_to_judge_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("样品编号,检测项目,检测结果,单位\nS1,总铬,3,mg/kg\n", "utf-8")
    found = told("check", tmp_path / "r.csv")
    assert {"S005", "S040"} <= codes(found)
    assert lantian("soil", "check", tmp_path / "r.csv").exit_code == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "X006"),
        (b"PK\x03\x04 not a zip", "X004"),
        (b"%PDF-1.7 nothing", "X002"),
        ("样品编号,检测项目\nS1,砷\n".encode(), "X013"),
        (b"\xff\xff\x81 broken \x80", "X009"),
    ],
)
def test_a_file_that_cannot_be_read_exits_2(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "r.xlsx"
    path.write_bytes(content)
    done = lantian("soil", "check", path)
    assert done.exit_code == 2
    assert code in done.output
    assert "Traceback" not in done.output


def test_a_workbook_cut_short_exits_2(tmp_path: Path) -> None:
    path = workbook(tmp_path / "s.xlsx", survey())
    path.write_bytes(path.read_bytes()[:2000])
    assert lantian("soil", "check", path).exit_code == 2


def test_a_missing_sheet_and_a_missing_file(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "别的"
    book.save(tmp_path / "s.xlsx")
    done = lantian("soil", "check", tmp_path / "s.xlsx")
    assert (done.exit_code, "X011" in done.output) == (2, True)
    assert lantian("soil", "check", tmp_path / "none.xlsx").exit_code == 2


def test_before_the_standard_there_is_no_answer(tmp_path: Path) -> None:
    path = workbook(tmp_path / "s.xlsx", survey())
    done = lantian("soil", "check", path, "--on", "2018-01-01")
    assert (done.exit_code, "R030" in done.output) == (2, True)


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "s.xlsx", survey())
    (tmp_path / "file").write_text("no folder", "utf-8")
    for out in ("file/out.csv", "file/out.xlsx"):
        done = lantian("soil", "check", path, "--out", tmp_path / out)
        assert (done.exit_code, "S090" in done.output) == (2, True)


def test_a_layout_of_one_s_own(tmp_path: Path) -> None:
    layout = tmp_path / "lab.yaml"
    layout.write_text(
        "form: lab\ntitle_zh: 某实验室\nsheets:\n  result:\n    sheet: 报告\n    columns:\n"
        "      - {key: sample_id, header: 样号, required: true}\n"
        "      - {key: item, header: 指标, required: true}\n"
        "      - {key: value, header: 数值, required: true}\n"
        "      - {key: unit, header: 计量单位}\n",
        "utf-8",
    )
    (tmp_path / "r.csv").write_text("样号,指标,数值,计量单位\nS1,砷,61,mg/kg\n", "utf-8")
    found = told("check", tmp_path / "r.csv", "--layout", layout, "--land-class", "2")
    assert found["rows_judged"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "form: x\nsheets: [1]\n",
        "form: x\nsheets: {result: {sheet: a, columns: [{key: nothing, header: b}]}}\n",
        "form: x\nsheets: {result: {sheet: a, columns: [{header: b}]}}\n",
        "form: x\nsheets: {parcel: {sheet: a, columns: [{key: parcel_id, header: b}]}}\n",
        "form: x\nsheets: {other: {sheet: a, columns: []}}\n",
        "form: x\ncolour: red\nsheets: {}\n",
        "form: [\n",
    ],
)
def test_a_wrong_layout_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, "utf-8")
    (tmp_path / "r.csv").write_text("样品编号,检测项目,检测结果\nS1,砷,3\n", "utf-8")
    done = lantian("soil", "check", tmp_path / "r.csv", "--layout", tmp_path / "bad.yaml")
    assert (done.exit_code, "X008" in done.output) == (2, True), done.output


def test_the_page_names_what_exceeds(tmp_path: Path) -> None:
    ring = [{"sample_id": "S1", "item": "苯并[a]芘", "value": "0.6", "unit": "mg/kg"}]
    done = lantian("soil", "check", workbook(tmp_path / "s.xlsx", survey(result=ring)))
    assert done.exit_code == 0
    for words in ("苯并[a]芘", "8 行检测结果，评价 7 行", "P2 西地块", "超管制值", "1.50"):
        assert words in done.output
