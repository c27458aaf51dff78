"""Every code B001 to B018: one bad input, its row and remedy (issue 5, section 7)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.domain.water.complaint import COMPLAINTS
from lantian.jobs.told import Told
from lantian.jobs.water.classes import run_class
from lantian.jobs.water.sections import read_sections
from lantian.jobs.water.summary import run_summary
from lantian.kernel.problem import LantianError, Problem

HEAD = "section,type,date,ph,do,codmn,nh3n,tp,tn\n"
GOOD = "上兰,river,2022-03-05,8.1,9.0,2.1,0.12,0.03,1.5\n"


def of_class(path: Path) -> list[Problem]:
    return run_class(path, keep=True).told.problems


def of_march(path: Path) -> list[Problem]:
    return run_summary(path, "2022-03").told.problems


def of_sections(path: Path) -> list[Problem]:
    told = Told()
    read_sections(path, told)
    return told.problems


CASES: list[tuple[str, Callable[[Path], list[Problem]], str | bytes, int | None, str]] = [
    ("B001", of_class, b"\x1f\x8b\x08\x00\x00", None, "@1"),
    ("B001", of_class, b"", None, "空文件"),
    ("B001", of_sections, b"\x1f\x8b\x08\x00\x00", None, ""),
    ("B002", of_class, "section,date\n上兰,2022-03-05\n", 1, "ph"),
    ("B002", of_class, "type,ph\nriver,8\n", 1, "section；date"),
    ("B002", of_sections, "section,city\n上兰,太原\n", 1, "type"),
    ("B003", of_class, HEAD + GOOD.replace("2.1", "二点一"), 2, "二点一"),
    ("B003", of_class, HEAD + GOOD.replace("2.1", "2.1.1"), 2, "2.1.1"),
    ("B003", of_class, HEAD + GOOD.replace("2.1", "1_0"), 2, "1_0"),
    ("B004", of_class, HEAD + GOOD.replace("0.12", "-0.1"), 2, "-0.1"),
    ("B005", of_class, HEAD + GOOD.replace("0.12", "1200"), 2, "200"),
    ("B005", of_class, HEAD + GOOD.replace("8.1", "81"), 2, "81"),
    ("B005", of_class, "section,type,date,chla\n甲湖,lake,2022-03-05,32\n", 2, "叶绿素a"),
    ("B006", of_class, HEAD + GOOD + GOOD, 3, "上兰 2022-03-05"),
    ("B007", of_class, HEAD + GOOD.replace("2022-03-05", "三月五日"), 2, "三月五日"),
    ("B007", of_class, HEAD + GOOD.replace("2022-03-05", "2022-02-30"), 2, "2022-02-30"),
    ("B008", of_class, HEAD + GOOD.replace("river", ""), 2, "上兰"),
    ("B008", of_march, HEAD + GOOD.replace("river", ""), None, "上兰"),
    ("B009", of_class, HEAD + GOOD.replace("river", "海洋"), 2, "海洋"),
    ("B010", of_class, HEAD + GOOD.replace("0.12", "ND"), 2, "氨氮"),
    ("B011", lambda p: run_summary(p, "2022").told.problems, HEAD + GOOD, None, "1 个月"),
    ("B012", of_class, HEAD + "上兰,river,2022-03-05,,,,,,\n", 2, ""),
    ("B013", of_class, HEAD + GOOD.replace("0.12", "1.5L"), 2, "1.500"),
    ("B014", of_class, HEAD.replace("tn", "class") + GOOD.replace("1.5", "Ⅱ"), 1, "class_given"),
    ("B015", lambda p: run_summary(p, "2022年").told.problems, HEAD + GOOD, None, "2022年"),
    ("B016", lambda p: run_summary(p, "2019").told.problems, HEAD + GOOD, None, "2019"),
    ("B017", of_class, HEAD + GOOD.replace("1.5", "0.1"), 2, "氨氮"),
    ("B018", of_sections, "section,type,target\n上兰,river,优\n", 2, "优"),
    ("B018", of_class, HEAD.replace("tn", "target") + GOOD.replace("1.5", "劣Ⅴ"), 2, "劣Ⅴ"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "run", "content", "row", "says"), CASES)
def test_each_code_with_its_row(code, run, content, row, says, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "samples.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    try:
        found = run(path)
    except LantianError as error:
        found = error.problems
    own = [p for p in found if p.code == code]
    assert own, [p.code for p in found]
    assert own[0].place.row == row
    assert says in own[0].message_zh
    assert own[0].remedy_zh
    assert own[0].remedy_en


def test_every_code_has_a_case() -> None:
    assert {case[0] for case in CASES} == set(COMPLAINTS)


def test_a_bad_value_leaves_the_rest_in_use(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_text(HEAD + GOOD.replace("2.1", "二点一"), encoding="utf-8")
    (record,) = run_class(path, keep=True).records
    assert (record["class"], record["items"]) == ("Ⅱ", "pH值、溶解氧、氨氮、总磷")


def test_a_row_without_a_date_stays_in_the_output(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_text(HEAD + GOOD.replace("2022-03-05", "昨天") + GOOD, encoding="utf-8")
    run = run_class(path, keep=True)
    assert (run.rows, run.rows_unused, [r["class"] for r in run.records]) == (2, 1, ["", "Ⅱ"])


def test_repeated_rows_are_not_averaged_twice(tmp_path: Path) -> None:
    path = tmp_path / "samples.csv"
    path.write_text(
        HEAD + GOOD + GOOD.replace("2.1", "4.1") + GOOD.replace("03-05", "03-06"), "utf-8"
    )
    run = run_summary(path, "2022-03")
    ((one, _),) = run.sections
    assert (one.samples, one.means["codmn"], run.rows_unused) == (2, Fraction("2.1"), 1)


def test_rivers_of_the_list_are_used_where_the_file_is_silent(tmp_path: Path) -> None:
    path, book = tmp_path / "samples.csv", tmp_path / "sections.csv"
    path.write_text(HEAD + GOOD.replace("river", ""), encoding="utf-8")
    book.write_text("断面,水体类型,水质目标,所在水体\n上兰,湖库,Ⅱ类,晋阳湖\n", encoding="utf-8")
    run = run_summary(path, "2022-03", sections=book)
    ((one, _),) = run.sections
    assert (one.found.number, one.target.reached, one.info.words["river"]) == (3, False, "晋阳湖")  # type: ignore[union-attr]
