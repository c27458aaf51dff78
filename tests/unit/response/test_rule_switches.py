"""Switches of the rulebook in a plan: honoured by floors and checker, or refused, never passed over.

Covers design rule 1 (unverified rules can be kept out) and section 4 of the contract (marks).
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from plan_book import FakeBook
from plan_cities import city, firm, line, masses
from plan_help import order_of, planned

from lantian.cli import main
from lantian.domain.grading.grade import Grade
from lantian.domain.response.checker.check import check_plan
from lantian.domain.response.settings import Switches
from lantian.jobs.plan_switches import FIXED, HONOURED, NO_FIGURE, switches_in_force
from lantian.kernel.level import LEVELS, Level
from lantian.kernel.problem import LantianError
from lantian.rulebook import load_rulebook
from lantian.rulebook.model import FloorKind

DAY = date(2026, 12, 1)
OWN = FakeBook({("cement", "C", x): (FloorKind.CUT_SHARE, Fraction(3, 10)) for x in LEVELS})


def test_every_switch_of_the_rulebook_is_honoured_fixed_or_without_effect() -> None:
    keys = {s.key for s in load_rulebook().switches(DAY)}
    assert keys == set(HONOURED) | set(FIXED) | NO_FIGURE
    assert switches_in_force(load_rulebook(), DAY, Switches(), {}) == Switches()


@pytest.mark.parametrize(
    ("setting", "grade", "book"),
    [
        ("unverified_measures", Grade.C, OWN),  # the rows of this book are unverified
        ("general_rule", Grade.D, FakeBook()),
        ("ungraded_as_lowest", Grade.UNGRADED, FakeBook()),
    ],
)
def test_a_rule_left_aside_makes_no_floor_and_the_checker_agrees(setting, grade, book) -> None:
    one = city([firm("F1", grade)], [line("F1")], masses(*[10_000_000] * 4))
    one = replace(one, totals=())
    kept = planned(one, book, levels=(Level.YELLOW,))
    eased = planned(one, book, levels=(Level.YELLOW,), **{setting: False})
    assert order_of(kept, "F1", Level.YELLOW).floor_share > 0
    assert order_of(eased, "F1", Level.YELLOW).floor_share == 0
    assert kept.violations == eased.violations == ()
    if order_of(eased, "F1", Level.YELLOW).share < order_of(kept, "F1", Level.YELLOW).floor_share:
        found = check_plan(eased, one, book, DAY)
        assert "C03" in {v.code for v in found}  # without the switch it is too little


def test_autonomy_is_no_floor_and_stays() -> None:
    one = city([firm("F1", Grade.A), firm("F2", Grade.C)], [line("F1"), line("F2")])
    plan = planned(one, levels=(Level.YELLOW,), general_rule=False, unverified_measures=False)
    assert order_of(plan, "F1", Level.YELLOW).share == 0
    assert order_of(plan, "F1", Level.YELLOW).reason == "autonomous"


@pytest.mark.parametrize("key", FIXED)
def test_what_no_plan_honours_is_refused(key: str) -> None:
    with pytest.raises(LantianError, match="P006"):
        switches_in_force(load_rulebook(), DAY, Switches(), {key: not FIXED[key]})
    assert switches_in_force(load_rulebook(), DAY, Switches(), {key: FIXED[key]}) == Switches()


@pytest.mark.parametrize("key", HONOURED)
def test_each_honoured_switch_reaches_its_setting(key: str) -> None:
    default = getattr(Switches(), HONOURED[key])
    got = switches_in_force(load_rulebook(), DAY, Switches(), {key: not default})
    assert getattr(got, HONOURED[key]) is not default


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    assert CliRunner().invoke(main, ["demo-city", str(out), "--firms", "40"]).exit_code == 0
    return out


def test_the_command_takes_switches_and_says_them(folder: Path) -> None:
    args = ["plan", str(folder / "list.xlsx"), "--level", "red", "--on", "2026-12-01", "--json"]

    def call(*more: str) -> tuple[int, dict]:
        done = CliRunner().invoke(main, [*args, *more])
        return done.exit_code, json.loads(done.stdout)

    code, told = call("--switch", "unverified-measures=off", "--switch", "so2-nox-exchange=开")
    assert code == 0
    assert told["provenance"]["switches"] == "exchange,unverified-measures=off"
    assert told["checker"]["ok"]
    used = {r["rule_id"] for o in told["orders"] for r in [o["rule"]] if o["floor_share"]}
    unsure = {r["rule_id"] for r in told["unverified_rules"]}
    assert not {r for r in used & unsure if "measures" in r}
    code, told = call("--switch", "nonsense=on")
    assert (code, told["problems"][0]["code"]) == (2, "P005")
    code, told = call("--switch", "operating-days-330=on")
    assert (code, told["problems"][0]["code"]) == (2, "P006")
    wrong = CliRunner().invoke(main, [*args, "--switch", "unverified-measures"])
    assert wrong.exit_code == 2
    assert "KEY=on" in wrong.output


def test_on_with_a_forecast_is_its_day_of_issue(folder: Path, tmp_path: Path) -> None:
    """A polluted week ahead calls for an alert; read after the week it calls for none."""
    days = [f"2026-12-{d:02d},{aqi},PM2.5" for d, aqi in enumerate([80, 260, 270, 280, 60, 60], 3)]
    path = tmp_path / "f.csv"
    path.write_text("date,aqi,primary_pollutant\n" + "\n".join(days) + "\n")
    args = ["plan", str(folder / "list.xlsx"), "--forecast", str(path), "--json"]
    ends = {}
    for day in ("2026-12-02", "2026-12-07"):
        done = CliRunner().invoke(main, [*args, "--on", day])
        assert done.exit_code in (0, 3), done.output
        ends[day] = json.loads(done.stdout)
    assert ends["2026-12-02"]["provenance"]["day"] == "2026-12-04"
    assert ends["2026-12-07"].get("reason") == "no_alert"


def test_help_has_an_example_and_the_exit_codes() -> None:
    page = CliRunner().invoke(main, ["plan", "--help"]).stdout
    assert "lantian plan city/list.xlsx --all-levels --out orders" in page
    for code in ("0 planned", "1 the list", "2 unreadable", "3 no plan", "4 refused", "130"):
        assert code in " ".join(page.split())
