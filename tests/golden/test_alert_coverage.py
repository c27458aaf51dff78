"""Every alert trigger of both national rule sets has golden cases on both sides (issue 2, 3)."""

from __future__ import annotations

import importlib.util
from pathlib import Path

HERE = Path(__file__).parent


def _tool():
    spec = importlib.util.spec_from_file_location("alert_coverage", HERE / "alert_coverage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_trigger_is_touched_on_both_sides():
    tool = _tool()
    assert tool.untouched(tool.cases()) == []


def test_the_tool_can_fail():
    tool = _tool()
    fewer = [c for c in tool.cases() if c["id"] not in {"r-499-alone", "hourly-500-for-23-h"}]
    assert any("500" in line for line in tool.untouched(fewer))
    assert len(tool.untouched([])) == 4 * 11
