"""A list damaged in more than twenty ways, through the command line: codes, places, exit codes.

Covers section 2 and "done when" of the contract: exit 0 clean, 1 problems of error level,
2 unreadable; each problem with sheet and cell, in both languages; never a traceback.
"""

from __future__ import annotations

import json
import shutil
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


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("list") / "list.xlsx"
    write_list(make_city(FIRMS, 1), path, layout="lantian-1")
    return path


def check(path: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Run the command as JSON; anything but an exit code fails the test."""
    done = CliRunner().invoke(main, ["check", str(path), "--on", DAY, "--json", *more])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert "Traceback" not in done.output
    return done.exit_code, json.loads(done.stdout)


def test_undamaged_list_is_clean(sound: Path) -> None:
    code, answer = check(sound)
    assert code == 0
    assert answer["counts"]["error"] == 0
    assert answer["counts"]["warning"] == 0
    assert answer["rows"]["firm"] == FIRMS


def test_there_are_at_least_twenty_damages() -> None:
    assert len(DAMAGES) >= 20
    assert len({code for _, code, _ in DAMAGES.values()}) == len(DAMAGES)


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_told_at_its_cell(name: str, sound: Path, tmp_path: Path) -> None:
    path, expected, sheet, exit_code, address = damaged(name, sound, tmp_path)

    code, answer = check(path)
    assert code == exit_code
    mine = [p for p in answer["problems"] if p["code"] == expected]
    assert (sheet, address) in [(p["sheet"], p["cell"]) for p in mine]
    for problem in mine:
        for key in ("severity", "message_zh", "message_en", "remedy_zh", "remedy_en"):
            assert problem[key]
    assert answer["by_code"][expected] == len(mine)


def test_text_in_a_number_is_told_once_not_also_as_missing(sound: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(sound)
    book = Book(workbook)
    sheet, row, heading = book.put("生产线", 2, "正常日用电量", "很多")
    address = workbook[sheet].cell(row, book.column(sheet, heading)).coordinate
    path = tmp_path / "text.xlsx"
    workbook.save(path)
    code, answer = check(path)
    assert code == 1
    assert [p["code"][0] for p in answer["problems"] if p["cell"] == address] == ["X"]


@pytest.mark.parametrize("spoil", SPOILS)
def test_unreadable_is_exit_2_with_a_sentence(
    spoil: Callable[[Path, Path], None], sound: Path, tmp_path: Path
) -> None:
    path = tmp_path / "list.xlsx"
    spoil(path, sound)
    code, answer = check(path)
    assert code == 2
    (problem, *_) = answer["problems"]
    assert problem["code"].startswith("X")
    assert problem["message_zh"]
    assert problem["remedy_zh"]


@pytest.mark.parametrize("sheet", ["企业", "生产线"])
def test_missing_sheet_is_an_error(sheet: str, sound: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(sound)
    del workbook[sheet]
    path = tmp_path / "list.xlsx"
    workbook.save(path)
    code, answer = check(path)
    assert code in (1, 2)
    assert sheet in " ".join(p["message_zh"] for p in answer["problems"])


def test_marked_workbook_has_the_cell_coloured_and_a_sheet_of_problems(
    sound: Path, tmp_path: Path
) -> None:
    workbook = openpyxl.load_workbook(sound)
    sheet, row, heading = Book(workbook).put("企业", 2, "重点行业", "炼丹")
    path, out = tmp_path / "list.xlsx", tmp_path / "marked.xlsx"
    workbook.save(path)
    before = path.read_bytes()
    code, answer = check(path, "--mark", str(out))
    assert code == 1
    assert answer["marked"] == str(out)
    assert path.read_bytes() == before
    marked = openpyxl.load_workbook(out)
    cell = marked[sheet].cell(row, Book(marked).column(sheet, heading))
    assert cell.comment is not None
    assert "L141" in cell.comment.text
    assert cell.fill.fgColor.rgb not in (None, "00000000")
    assert "L141" in {c.value for line in marked["问题"].iter_rows() for c in line}


def test_summary_on_the_screen_names_counts_codes_and_places(sound: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    shutil.copy(sound, path)
    workbook = openpyxl.load_workbook(path)
    Book(workbook).put("企业", 2, "重点行业", "炼丹")
    workbook.save(path)
    done = CliRunner().invoke(main, ["check", str(path), "--on", DAY])
    assert done.exit_code == 1
    for text in (f"企业 {FIRMS}", "错误 1", "L141", "行业不认识", "O2", "炼丹"):
        assert text in done.stdout


def test_brackets_in_a_cell_are_shown_as_written(sound: Path, tmp_path: Path) -> None:
    workbook = openpyxl.load_workbook(sound)
    Book(workbook).put("企业", 2, "重点行业", "炼丹[/red][bold]")
    path = tmp_path / "list.xlsx"
    workbook.save(path)
    done = CliRunner().invoke(main, ["check", str(path), "--on", DAY])
    assert done.exit_code == 1
    assert "[/red][bold]" in "".join(done.stdout.split())
