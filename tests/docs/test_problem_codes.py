"""Brief of issue 2: stable codes. Every code in the source has its subject on the codes page."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/problem-codes.md").read_text("utf-8")
LETTERS = set(re.findall(r"^\| ([A-Z]) \|", PAGE, re.M))
USED = {
    code
    for file in (ROOT / "src/lantian").rglob("*.py")
    for code in re.findall(r'"([A-Z]\d{3})"', file.read_text("utf-8"))
}


def test_every_letter_in_the_source_is_on_the_page() -> None:
    assert len(USED) > 100
    assert {code[0] for code in USED} <= LETTERS


def test_the_kernel_s_codes_are_explained_one_by_one() -> None:
    explained = set(re.findall(r"^\| (K\d{3}) \|", PAGE, re.M))
    assert explained == {code for code in USED if code[0] == "K"}
