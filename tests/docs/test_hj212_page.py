"""The page of HJ 212 names every tolerance and every problem; its Python runs."""

from __future__ import annotations

import re
from pathlib import Path

from lantian.domain.hj212.complaint import COMPLAINTS
from lantian.domain.hj212.tolerance import TOLERANCES

PAGE = (Path(__file__).parents[2] / "docs/hj212.md").read_text("utf-8")


def _part(heading: str) -> str:
    return PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def test_every_tolerance_is_on_the_page() -> None:
    table = _part("Acceptance").split("| tolerances | of |", 1)[1]
    assert sorted(re.findall(r"`([a-z0-9-]+)`", table)) == sorted(TOLERANCES)


def test_every_problem_is_on_the_page_with_its_level() -> None:
    letters = {"error": "E", "warning": "W", "hint": "H"}
    told: dict[str, str] = {}
    for codes, levels in re.findall(r"^\| (H[^|]+) \| ([EWH ]+) \|", _part("Problems"), re.M):
        named = re.findall(r"H\d{3}", codes)
        if " to " in codes:
            named = [f"H{n}" for n in range(int(named[0][1:]), int(named[1][1:]) + 1)]
        given = levels.split()
        for i, code in enumerate(named):
            told[code] = given[min(i, len(given) - 1)]
    assert told == {code: letters[words[0].value] for code, words in COMPLAINTS.items()}


def test_the_python_of_the_page_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    space: dict[str, object] = {}
    exec(block, space)
    events = space["events"]
    assert isinstance(events, list)
    assert len(events) == 1
    assert events[0].problems[0].code == "H007"
