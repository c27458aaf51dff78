"""The examples of docstrings are run: kernel, domain and rulebook."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import lantian

PACKAGES = ("lantian.kernel.", "lantian.domain.", "lantian.rulebook.")
MODULES = [
    m.name
    for m in pkgutil.walk_packages(lantian.__path__, "lantian.")
    if m.name.startswith(PACKAGES)
    and ">>> " in Path(str(m.module_finder.find_spec(m.name).origin)).read_text("utf-8")  # type: ignore[union-attr,call-arg]
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert results.attempted > 0
    assert results.failed == 0


def test_there_are_examples() -> None:
    assert {
        "lantian.kernel.rounding",
        "lantian.kernel.change",
        "lantian.domain.air.statistics",
    } <= set(MODULES)
