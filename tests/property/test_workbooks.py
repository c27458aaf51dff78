"""A thousand damaged workbooks: problems with places, never a traceback, nothing unnoticed.

Covers "Done when" of the list: text in numbers, removed sheets, merged cells, formulas, hidden
rows, dates as text, far cells, flipped bytes, a PDF renamed xlsx; through reading and checking.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from lantian.adapters.excel.codes import CODES
from lantian.cli.main import main
from lantian.demo.city import make_city
from lantian.domain.inventory.checks import check_list
from lantian.jobs.export import same_list
from lantian.jobs.lists import read_list, write_list
from lantian.kernel.problem import LantianError, Problem
from lantian.rulebook import load_rulebook

_SPEC = importlib.util.spec_from_file_location(
    "workbook_mutations", Path(__file__).with_name("workbook_mutations.py")
)
assert _SPEC
assert _SPEC.loader
mutations = importlib.util.module_from_spec(_SPEC)
sys.modules["workbook_mutations"] = mutations
_SPEC.loader.exec_module(mutations)

FAST = 60
WHOLE = 1000
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A sound workbook of twenty firms: its parts and the list it holds."""
    path = tmp_path_factory.mktemp("base") / "list.xlsx"
    inventory = make_city(20, 1)
    write_list(inventory, path, layout="lantian-1")
    return mutations.unzip(path.read_bytes()), read_list(path).inventory


def test_the_base_is_sound(base, tmp_path):
    parts, inventory = base
    path = tmp_path / "base.xlsx"
    path.write_bytes(mutations.rezip(parts))
    read = read_list(path)
    assert same_list(read.inventory, make_city(20, 1))
    assert [p for p in read.problems if p.severity.value != "hint"] == []
    assert inventory.firms


def _sound(problem: Problem, file: str) -> None:
    if problem.code.startswith("X"):
        assert problem.code in CODES
        assert problem.place.file == file
    for text in (problem.message_zh, problem.message_en, problem.remedy_zh, problem.remedy_en):
        assert text
        assert "Traceback" not in text


def _try(base, path: Path, seed: int) -> str:
    """Read and check one damaged workbook; return how it ended."""
    parts, sound = base
    damage = mutations.damage(parts, seed)
    path.write_bytes(damage.data)
    try:
        read = read_list(path)
    except LantianError as error:
        read, problems = None, error.problems
    if read is None:
        assert problems, (seed, damage.done)
        for problem in problems:
            _sound(problem, path.name)
        return "unreadable"
    codes = {p.code for p in read.problems}
    for problem in read.problems:
        _sound(problem, path.name)
    if len(damage.done) == 1 and damage.expected[0]:
        assert codes & damage.expected[0], (seed, damage.done, sorted(codes))
    for problem in check_list(read.inventory, load_rulebook(), DAY, read.locate):
        _sound(problem, path.name)
    return "as it was" if same_list(read.inventory, sound) else "read with problems"


def test_sixty_damaged_workbooks(base, tmp_path):
    ends = [_try(base, tmp_path / "damaged.xlsx", seed) for seed in range(FAST)]
    assert {"unreadable", "read with problems"} <= set(ends)


@pytest.mark.slow
def test_a_thousand_damaged_workbooks(base, tmp_path):
    ends = [_try(base, tmp_path / "damaged.xlsx", seed) for seed in range(FAST, WHOLE)]
    assert ends.count("unreadable") > 50
    assert ends.count("read with problems") > 300


def _plan(base, path: Path, seed: int, *, force: bool) -> int:
    """Plan one damaged workbook through the command line; return its exit code."""
    parts, _ = base
    path.write_bytes(mutations.damage(parts, seed).data)
    args = ["plan", str(path), "--level", "red", "--on", DAY.isoformat(), "--json"]
    done = CliRunner().invoke(main, args + (["--force"] if force else []))
    assert done.exception is None or isinstance(done.exception, SystemExit), (seed, done.exception)
    assert "Traceback" not in done.output
    assert done.exit_code in (0, 1, 2, 3), (seed, done.output[-2000:])  # never refused, never a bug
    answer = json.loads(done.stdout)
    if done.exit_code in (0, 3):
        assert answer["checker"]["ok"], seed
    else:
        assert answer["problems"], seed
        for problem in answer["problems"]:
            assert problem["message_zh"]
            assert problem["remedy_zh"]
    return done.exit_code


def test_thirty_damaged_workbooks_through_the_plan(base, tmp_path):
    path = tmp_path / "damaged.xlsx"
    ends = {_plan(base, path, seed, force=seed % 2 == 0) for seed in range(30)}
    assert {1, 2} <= ends


@pytest.mark.slow
def test_three_hundred_damaged_workbooks_are_planned_or_told(base, tmp_path):
    path = tmp_path / "damaged.xlsx"
    plain = [_plan(base, path, seed, force=False) for seed in range(30, 130)]
    forced = [_plan(base, path, seed, force=True) for seed in range(130, 330)]
    assert plain.count(1) > 10
    assert forced.count(0) + forced.count(3) > 50


@pytest.mark.parametrize("name", [m.name for m in mutations.MUTATIONS])
def test_each_damage_alone(base, tmp_path, name):
    """Every kind of damage is told by the code that belongs to it, or changes nothing."""
    import random

    parts, sound = base
    kind = next(m for m in mutations.MUTATIONS if m.name == name)
    for seed in (1,):
        changed = kind.apply(random.Random(seed), dict(parts))
        data = changed if isinstance(changed, bytes) else mutations.rezip(changed)
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(data)
        try:
            read = read_list(path)
            codes = {p.code for p in read.problems}
            assert len(read.inventory.firms) <= len(sound.firms)
        except LantianError as error:
            codes = {p.code for p in error.problems}
        if kind.codes:
            assert codes & kind.codes, (seed, sorted(codes))
