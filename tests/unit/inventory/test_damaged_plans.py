"""The same damages through ``lantian plan``: expected exit code, code and place, no traceback.

Covers "done when" of the contract: `lantian plan` on a list damaged in twenty different ways.
0: planned, for the error touches no figure, and the plan says so; 1: told, nothing planned;
2: unreadable; 3: no plan reaches the targets.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from damages import DAMAGES, DAY, FIRMS, SPOILS, Book, damaged

from lantian.cli.main import main
from lantian.demo.city import make_city
from lantian.jobs.lists import write_list

PLANNED = frozenset(
    {"L102", "L103", "L112", "L603", "L304", "L305", "L306", "L311", "L330", "L333", "L245",
     "L320", "L154", "L240"}
)  # fmt: skip
"""Credit code, permit, coordinates and filed measures touch no figure; warnings never stop."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("list") / "list.xlsx"
    write_list(make_city(FIRMS, 1), path, layout="lantian-1")
    return path


def plan(path: Path, *more: str) -> tuple[int, str]:
    """Run the command for red; anything but an exit code fails the test."""
    done = CliRunner().invoke(main, ["plan", str(path), "--level", "red", "--on", DAY, *more])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    assert "程序内部错误" not in done.output
    return done.exit_code, done.stdout


def as_json(path: Path, *more: str) -> tuple[int, dict[str, Any]]:
    code, out = plan(path, "--json", *more)
    return code, json.loads(out)


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_stops_the_plan_or_is_said_in_it(name: str, sound: Path, tmp_path: Path) -> None:
    path, expected, sheet, checked, address = damaged(name, sound, tmp_path)

    code, answer = as_json(path)
    if expected in PLANNED:
        assert code == 0
        assert answer["checker"]["ok"]
        said = [r for r in answer["remarks_zh"] if "不影响数值的错误" in r]
        assert len(said) == (checked == 1)
        assert not said or "L" in said[0]
        return
    assert code == 1
    assert answer["reason"] == "list_errors"
    mine = [p for p in answer["problems"] if p["code"] == expected]
    assert (sheet, address) in [(p["sheet"], p["cell"]) for p in mine]
    assert all(p["message_zh"] and p["remedy_zh"] for p in mine)
    forced, answer = as_json(path, "--force")
    assert forced in (0, 3)
    assert answer["checker"]["ok"]
    assert any("结果不可靠" in r for r in answer["remarks_zh"])


def test_the_page_names_code_place_and_remedy(sound: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(sound)
    sheet, row, heading = Book(workbook).put("企业", 2, "绩效等级", "E级")
    path = tmp_path / "damaged.xlsx"
    workbook.save(path)
    code, page = plan(path)
    assert code == 1
    cell = workbook[sheet].cell(row, Book(workbook).column(sheet, heading)).coordinate
    for words in ("未编制方案", "--force", "L150", cell, "E级", "按公布的评级结果改正"):
        assert words in page


@pytest.mark.parametrize("spoil", SPOILS)
def test_unreadable_is_exit_2(
    spoil: Callable[[Path, Path], None], sound: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.xlsx"
    spoil(path, sound)
    for more in ((), ("--force",)):
        code, answer = as_json(path, *more)
        assert code == 2
        (problem, *_) = answer["problems"]
        assert problem["code"].startswith("X")
        assert problem["message_zh"]
        assert problem["remedy_zh"]


@pytest.mark.parametrize(
    ("sheet", "codes", "said"),
    [
        ("企业", (1, 2), ""),
        ("生产线", (1, 2), ""),
        ("减排措施", (0,), "清单没有填报措施"),
        ("全社会排放", (0,), "清单未填报颗粒物全社会排放总量"),
    ],
)
def test_a_sheet_that_is_gone_is_told(
    sheet: str, codes: tuple[int, ...], said: str, sound: Path, tmp_path: Path
) -> None:
    workbook = openpyxl.load_workbook(sound)
    del workbook[sheet]
    path = tmp_path / "list.xlsx"
    workbook.save(path)
    code, answer = as_json(path)
    assert code in codes
    if said:
        assert said in plan(path)[1]
    else:
        assert sheet in " ".join(p["message_zh"] for p in answer["problems"])


def test_a_list_of_a_grades_alone_reaches_nothing(sound: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(sound)
    book = Book(workbook)
    for row in range(2, FIRMS + 2):
        book.put("企业", row, "重点行业", "水泥")
        book.put("企业", row, "绩效等级", "A")
    path = tmp_path / "list.xlsx"
    workbook.save(path)
    code, answer = as_json(path, "--force")
    assert code == 3
    assert answer["feasible"] is False
    assert answer["checker"]["ok"]
    assert any("差" in text or "千克" in text for text in answer["shortfall"]["advice_zh"])
    assert "无法达标" in plan(path, "--force")[1]
