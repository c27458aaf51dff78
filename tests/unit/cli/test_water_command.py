"""``lantian water class|summary|trend`` at their promised interface (issue 5, section 2)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lantian.cli.main import main

HEAD = "section,type,date,city,river,ph,DO,CODMn,NH3-N,总磷,天气\n"
ROWS = (
    "上兰,river,2021-03,太原,汾河,8.1,9.0,2.1,0.30,0.03,晴\n"
    "上兰,river,2022-03,太原,汾河,8.1,9.0,2.1,0.12,0.03,晴\n"
    "温南社,river,2021-03,太原,汾河,7.9,6.0,6.6,2.40,0.35,阴\n"
    "温南社,river,2022-03,太原,汾河,7.9,6.0,5.1,1.20,0.25,阴\n"
    "册田水库,lake,2022-03,大同,桑干河,8.2,8.0,3.0,0.10,0.03,晴\n"
)


def lantian(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(w) for w in words])


def told(*words: str | Path) -> dict[str, Any]:
    result = lantian(*words, "--json")
    assert result.exit_code in (0, 1), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    path = tmp_path / "samples.csv"
    path.write_text(HEAD + ROWS, encoding="utf-8")
    return path


def test_class_adds_its_columns_and_keeps_all_others(samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    result = lantian("water", "class", samples, "--out", out)
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:11] == HEAD.strip().split(",")
    assert list(rows[0])[11:] == ["class", "class_no", "quality", "determining", "exceeding", "items",
                                  "reference", "tli", "trophic", "source_exceeding"]  # fmt: skip
    got = [
        (r["section"], r["class"], r["class_no"], r["determining"], r["exceeding"], r["天气"])
        for r in rows
    ]
    assert got[0] == ("上兰", "Ⅱ", "2", "高锰酸盐指数、氨氮、总磷", "", "晴")
    assert got[2] == (
        "温南社",
        "劣Ⅴ",
        "6",
        "氨氮",
        "高锰酸盐指数(0.10)、氨氮(1.40)、总磷(0.75)",
        "阴",
    )
    assert got[4][:4] == ("册田水库", "Ⅲ", "3", "总磷")


def test_class_in_json(samples: Path) -> None:
    found = told("water", "class", samples)
    assert found["by_class"] == {"Ⅱ": 2, "劣Ⅴ": 1, "Ⅳ": 1, "Ⅲ": 1}
    assert found["agreement"] is None
    assert found["rows"][2]["quality"] == "重度污染"
    assert found["class_from"] == "unrounded"


def test_class_compares_with_the_file_s_own(samples: Path) -> None:
    lines = samples.read_text("utf-8").splitlines()
    given = ["class", "Ⅱ", "Ⅱ类", "6", "Ⅲ", "3"]
    samples.write_text("\n".join(f"{a},{b}" for a, b in zip(lines, given, strict=True)), "utf-8")
    found = told("water", "class", samples)["agreement"]
    assert (found["labelled"], found["equal"]) == (5, 4)
    assert found["differing"] == [
        {"row": 5, "section": "温南社", "given": "Ⅲ", "computed": "Ⅳ",
         "items": [{"item": "氨氮", "value": "1.2"}, {"item": "总磷", "value": "0.25"}]}
    ]  # fmt: skip


def test_unrounded_columns_are_preferred(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_text(
        "section,type,date,tp,tp_raw\n甲,river,2022-03-01,0.100,0.1002\n乙,river,2022-03-01,0.100,\n"
    )
    assert [r["class"] for r in told("water", "class", path)["rows"]] == ["Ⅲ", "Ⅱ"]
    assert [r["class"] for r in told("water", "class", path, "--rounded")["rows"]] == ["Ⅱ", "Ⅱ"]


def test_a_missing_type_is_asked_for(samples: Path) -> None:
    samples.write_text(
        samples.read_text("utf-8").replace("温南社,river,2022", "温南社,,2022"), "utf-8"
    )
    result = lantian("water", "class", samples, "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert found["rows"][3]["class"] == ""
    assert [p["code"] for p in found["problems"]] == ["B008"]
    assert "--sections" in found["problems"][0]["remedy_zh"]


def test_summary_of_sections_rivers_and_cities(samples: Path) -> None:
    found = told("water", "summary", samples, "--period", "2022-03")
    sections = {s["section"]: s for s in found["sections"]}
    assert sections["温南社"]["class"] == "Ⅳ"
    assert sections["温南社"]["change"]["word_zh"] == "明显好转"
    assert sections["温南社"]["change"]["means_pct"]["nh3n"] == -50.0
    assert sections["温南社"]["main_pollutants"] == "总磷(0.25)、氨氮(0.20)"
    groups = {(g["by"], g["name"]): g for g in found["groups"]}
    assert set(groups) == {("all", "全部断面"), ("river", "汾河"), ("river", "桑干河"),
                           ("city", "太原"), ("city", "大同")}  # fmt: skip
    fen = groups["river", "汾河"]
    # Two sections: the class of their means (NH3-N 0.66, TP 0.14) is Ⅲ.
    assert (fen["method"], fen["word_zh"], fen["good_share_pct"]) == ("mean", "良好", 50.0)
    assert fen["change"]["means_pct"]["nh3n"] == -51.11
    city = groups["city", "太原"]
    assert (city["rank"], groups["city", "大同"]["rank"]) == (2, 1)
    assert city["index"]["missing"]
    page = lantian("water", "summary", samples, "--period", "2022-03").output
    for piece in ("温南社", "明显好转", "汾河", "-51.11%", "未修约"):
        assert piece in page


def test_targets(samples: Path, tmp_path: Path) -> None:
    book = tmp_path / "sections.csv"
    book.write_text("section,type,target\n上兰,river,Ⅱ\n温南社,river,3\n", encoding="utf-8")
    found = told("water", "summary", samples, "--period", "2022-03", "--sections", book)
    sections = {s["section"]: s["target"] for s in found["sections"]}
    assert sections["上兰"]["reached"] is True
    assert sections["温南社"] == {
        "class": "Ⅲ", "reached": False, "levels_short": 1, "nearest_item": "总磷", "used_pct": 125.0,
        "cuts": [{"item": "总磷", "cut_pct": 20.0}, {"item": "氨氮", "cut_pct": 16.7}],
    }  # fmt: skip
    assert sections["册田水库"] is None
    assert found["groups"][0]["targets_reached_pct"] == 50.0


def test_trend_over_years(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    lines = [
        f"上兰,river,{2017 + i}-{m:02d},{v}"
        for i, v in enumerate((1.4, 1.2, 1.1, 0.9, 0.7))
        for m in (3, 9)
    ]
    path.write_text("section,type,date,nh3n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    (row,) = told("water", "trend", path, "--years", "2017..2021")["rows"]
    assert (row["r"], row["significant"], row["word_zh"]) == (-1.0, True, "显著下降")
    (short,) = told("water", "trend", path, "--years", "2018..2021")["rows"]
    assert (short["r"], short["word_zh"]) == (None, "期数不足，不判定")
    assert "显著下降" in lantian("water", "trend", path, "--years", "2017..2021").output


@pytest.mark.parametrize(
    "words",
    [
        ("water", "class", "none.csv"),
        ("water", "summary", "none.csv", "--period", "2022"),
        ("water", "trend", "none.csv", "--years", "2018..2022"),
        ("water", "trend", "none.csv", "--years", "2018"),
    ],
)
def test_what_cannot_be_read_is_exit_2_with_a_sentence(words: tuple[str, ...]) -> None:
    result = lantian(*words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert "B001" in result.output or "2018..2022" in result.output


def test_a_place_that_cannot_be_written_is_told(samples: Path) -> None:
    result = lantian("water", "class", samples, "--out", samples / "o.csv")
    assert (result.exit_code, "B001" in result.output) == (2, True)
