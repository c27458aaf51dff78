"""Every example in a docstring of the kernel runs and gives what it shows."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import lantian.kernel

MODULES = [f"lantian.kernel.{m.name}" for m in pkgutil.iter_modules(lantian.kernel.__path__)]
WITH_EXAMPLES = {"calendar", "quantity", "rounding", "unit"}


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0
    assert (results.attempted > 0) is (name.rpartition(".")[2] in WITH_EXAMPLES)
