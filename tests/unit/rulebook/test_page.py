"""docs/rulebook.md: its example loads, and it explains every code, kind and mark."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from lantian.kernel.level import Level
from lantian.rulebook import load_rulebook
from lantian.rulebook.files import KINDS
from lantian.rulebook.model import FloorKind, Status
from lantian.rulebook.refusal import REFUSALS

PAGE = (Path(__file__).parents[3] / "docs/rulebook.md").read_text("utf-8")


def test_every_code_kind_and_mark_is_explained() -> None:
    assert re.findall(r"^\| (R\d{3}) \|", PAGE, re.M) == list(REFUSALS)
    for name in (*KINDS, *FloorKind, *Status):
        assert f"`{name}`" in PAGE, name


def test_the_example_of_a_row_loads(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.S)
    (tmp_path / "row.yaml").write_text(example, "utf-8")
    book = load_rulebook(tmp_path)
    rule = book.measure("coking", "热回收焦炉", "C", Level.RED, date(2026, 11, 1))
    assert rule.hours == 72
    assert book.measure("coking", "", "C", Level.RED, date(2026, 11, 1)).general is True
