"""CONTRIBUTING.md: its examples are accepted by the code they are written for."""

from __future__ import annotations

import importlib.util
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from lantian.adapters.excel.layout import parse_layout
from lantian.domain.inventory.checks.rule import CheckRule
from lantian.kernel.level import Level
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.problem import LantianError
from lantian.rulebook import load_rulebook

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"<!-- example: (\w+) -->\n```\w+\n(.*?)```", TEXT, re.S))
DAY = date(2027, 1, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "measures.yaml").write_text(EXAMPLES["measures"], "utf-8")
    (tmp_path / "targets.yaml").write_text(EXAMPLES["targets"], "utf-8")
    return tmp_path


def test_every_example_is_tested_here() -> None:
    assert set(EXAMPLES) == {"measures", "targets", "golden", "check", "layout", "wording"}


def test_a_city_s_measures_replace_the_table_from_their_day(folder: Path) -> None:
    book = load_rulebook(folder)
    rule = book.measure("foundry", "", "C", Level.RED, DAY)
    assert (rule.share, rule.general) == (Fraction(1), False)
    before = book.measure("foundry", "", "C", Level.RED, date(2026, 10, 31))
    assert before == load_rulebook().measure("foundry", "", "C", Level.RED, date(2026, 10, 31))


def test_a_city_s_targets_hold_from_their_day(folder: Path) -> None:
    book = load_rulebook(folder)
    assert book.targets(DAY).ratio[(Level.RED, Pollutant.PM)] == Fraction(35, 100)
    assert book.targets(date(2026, 10, 31)).ratio[(Level.RED, Pollutant.PM)] == Fraction(30, 100)


@pytest.mark.parametrize("line", ["status: unverified", "source: [s1]", "clause: 应急减排比例"])
def test_an_example_without_its_mark_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "targets.yaml").write_text(EXAMPLES["targets"].replace(line + "\n", "", 1), "utf-8")
    with pytest.raises(LantianError):
        load_rulebook(tmp_path)


def test_the_golden_case_holds() -> None:
    cases = yaml.safe_load(EXAMPLES["golden"])
    assert cases["subject"] == "alert"
    path = Path(__file__).parents[1] / "golden/run_alert.py"
    spec = importlib.util.spec_from_file_location("contributing_run_alert", path)
    assert spec is not None
    assert spec.loader is not None
    runner = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(runner)
    for case in cases["cases"]:
        got = runner.run(case["input"])
        assert {key: got[key] for key in case["expect"]} == case["expect"], case["clause"]


def test_the_check_registers_itself() -> None:
    names: dict[str, object] = {}
    exec(compile(EXAMPLES["check"], "CONTRIBUTING.md", "exec"), names)
    rule = names["address_missing"]
    assert isinstance(rule, CheckRule)
    assert rule.code == "L999"


def test_the_layout_is_read() -> None:
    layout = parse_layout(yaml.safe_load(EXAMPLES["layout"]))
    assert layout.name == "my-city"
    assert Pollutant.SO2 in layout.not_collected


def test_the_wording_example_holds() -> None:
    exec(compile(EXAMPLES["wording"], "CONTRIBUTING.md", "exec"), {})
