"""docs/plan.md tells every key of plan.json, every checker code and every P code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from plan_cities import city, firm, line, masses
from plan_help import planned

from lantian.domain.grading.grade import Grade
from lantian.domain.response.checker.check import CODES
from lantian.domain.response.report import plan_as_dict

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "plan.md").read_text("utf-8")
BY_NAME = {
    "levels",
    "duals",
    "counts",
    "provenance",
    "grades",
    "reasons",
    "rule",
    "trace",
}
"""Their own keys are levels, pollutants, grades, reasons, or are told elsewhere."""


def keys(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(keys, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    named = {k for k in value if not re.fullmatch(r"[A-Z0-9a-z]+\.(PM|SO2|NOx|VOC)", k)}
    plain = {k for k in named if k not in ("PM", "SO2", "NOx", "VOC", "yellow", "orange", "red")}
    return plain.union(
        *(keys(v) for k, v in value.items() if k not in BY_NAME - {"levels", "grades"})
    )


def test_every_key_of_plan_json_is_on_the_page() -> None:
    lists = [
        city([firm("F1", Grade.C)], [line("F1")], masses(*[200] * 4)),
        city([firm("F1", Grade.A)], [line("F1")]),
    ]
    told = [plan_as_dict(planned(one), traces=True) for one in lists]
    assert [t["feasible"] for t in told] == [True, False]
    found = set().union(*map(keys, told)) - {"filed", "uniform", "C", "A"}
    found = {k for k in found if "." not in k}
    assert len(found) > 50
    missing = {k for k in found if f"`{k}`" not in PAGE}
    assert missing == set()


def test_every_checker_code_is_on_the_page() -> None:
    assert set(re.findall(r"^\| (C\d\d) \|", PAGE, re.M)) == set(CODES)


def test_every_p_code_is_on_the_page() -> None:
    used = {
        code
        for file in (ROOT / "src/lantian/jobs").glob("*.py")
        for code in re.findall(r'"(P\d{3})"', file.read_text("utf-8"))
    }
    assert len(used) >= 6
    assert set(re.findall(r"^\| (P\d{3}) \|", PAGE, re.M)) == used
