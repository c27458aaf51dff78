"""Issue 4, section 1: a process file that leads nowhere is refused when it is read, at its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lantian.kernel.problem import LantianError
from lantian.rulebook.process_tables import check_processes, load_processes

GOOD = """\
kind: process
process: example
name_zh: 示例
name_en: example
subject: example
edition: '1'
document: 示例文件
clause: 第一条
valid_from: 2026-01-01
source: [s1]
status: unverified
sources:
- {id: s1, document: 示例，不是真实文件}
states:
- {key: open, name_zh: 待办, name_en: open}
- {key: done, name_zh: 办结, name_en: done, final: true}
start: open
transitions:
- {key: close, name_zh: 办结, name_en: close, from: [open], to: done, roles: [air]}
clocks:
- {key: answer, name_zh: 办理, name_en: answer, state: open, working_days: 5, source: [s1], status: unverified}
"""


def refused(tmp_path: Path, text: str) -> list[tuple[str, int | None]]:
    (tmp_path / "one.yaml").write_text(text, "utf-8")
    return [(p.code, p.place.line) for p in check_processes(tmp_path)]


def test_a_bureau_s_own_process_is_read_beside_the_packaged_ones(tmp_path: Path) -> None:
    assert refused(tmp_path, GOOD) == []
    rules = load_processes(tmp_path)
    assert "example" in rules.keys()  # noqa: SIM118
    assert rules.on("example", date(2026, 5, 1)).states["done"].final
    assert rules.of("example", "1").clocks[0].ref.status == "unverified"


@pytest.mark.parametrize(
    ("before", "after", "code", "line"),
    [
        ("to: done", "to: gone", "R033", 19),  # unknown state
        ("start: open", "start: nowhere", "R033", 17),
        ("roles: [air]", "roles: [mayor]", "R033", 19),  # unknown role
        ("from: [open]", "from: [done]", "R014", 19),  # out of a final state
        ("to: done,", "to: done, stays: true,", "R058", 19),
        ("roles: [air]", "roles: [air], not_by: [other]", "R033", 19),
        ("state: open,", "state: shut,", "R033", 21),
        (", status: unverified}", "}", "R006", 21),  # a period without a mark
        ("source: [s1], status: unverified}", "status: unverified}", "R005", 21),
        ("source: [s1], status: unverified}", "source: [s9], status: unverified}", "R015", 21),
        ("working_days: 5", "working_days: 5, days: 3", "R014", 21),
        ("working_days: 5, ", "", "R014", 21),
        ("working_days: 5", "window: true, working_days: 5", "R058", 21),  # holds nothing back
        ("working_days: 5", "working_days: 5, ends: [other]", "R033", 21),
        ("- {key: done", "- {key: open", "R012", 16),
    ],
)  # fmt: skip
def test_what_leads_nowhere_is_refused_at_its_line(
    tmp_path: Path, before: str, after: str, code: str, line: int
) -> None:
    assert before in GOOD
    assert (code, line) in refused(tmp_path, GOOD.replace(before, after))


def test_a_state_that_nothing_leads_to_and_one_without_a_way_on(tmp_path: Path) -> None:
    lonely = "- {key: lonely, name_zh: 孤立, name_en: lonely}\nstart: open"
    found = refused(tmp_path, GOOD.replace("start: open", lonely))
    assert found == [("R058", 17), ("R058", 17)]
    (tmp_path / "one.yaml").write_text(GOOD.replace("start: open", lonely), "utf-8")
    words = " ".join(p.message_en for p in check_processes(tmp_path))
    assert "no step leads to it" in words
    assert "without a way on" in words


def test_two_editions_follow_each_other_and_a_case_keeps_its_own(tmp_path: Path) -> None:
    first = GOOD.replace("valid_from: 2026-01-01", "valid_from: 2026-01-01\nvalid_to: 2026-06-30")
    second = GOOD.replace("edition: '1'", "edition: '2'").replace("2026-01-01", "2026-07-01")
    (tmp_path / "a.yaml").write_text(first, "utf-8")
    (tmp_path / "b.yaml").write_text(second, "utf-8")
    rules = load_processes(tmp_path)
    assert rules.on("example", date(2026, 6, 30)).head.edition == "1"
    assert rules.on("example", date(2026, 7, 1)).head.edition == "2"
    assert rules.of("example", "1").head.edition == "1"
    with pytest.raises(LantianError, match="R031"):
        rules.of("example", "3")
    with pytest.raises(LantianError, match="R033"):
        rules.on("no-such", date(2026, 6, 30))
    with pytest.raises(LantianError, match="R030"):
        rules.on("example", date(2025, 6, 30))
