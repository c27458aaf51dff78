"""docs/checks.md is what the registered checks say today, with every code and every mark."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from lantian.domain.inventory.checks import RULES

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "checks.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_page_is_up_to_date(page: str) -> None:
    tool = runpy.run_path(str(ROOT / "docs" / "tools" / "checks_page.py"))
    assert tool["page"]() == page, "run docs/tools/checks_page.py"


@pytest.mark.parametrize("rule", RULES, ids=[r.code for r in RULES])
def test_page_tells_every_check_with_its_mark(page: str, rule) -> None:  # type: ignore[no-untyped-def]
    section = page.split(f"\n### {rule.code}\n")[1].split("\n### ")[0].split("\n## ")[0]
    assert rule.title[0] in section
    assert rule.title[1] in section
    assert f"**{rule.ground.status.label_zh} {rule.ground.status.value}**" in section
    assert section.count("\n- ") == 5
