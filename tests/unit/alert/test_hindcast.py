"""The hindcast of Tianjin 2014-2022 under both national rule sets (issue 2, section 3)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lantian.domain.response.alert.hindcast import daily_index, sub_index
from lantian.domain.response.alert.hindcast_page import hindcast_markdown
from lantian.jobs.alert import daily_breakpoints, read_measured, run_hindcast
from lantian.kernel.level import Level

ROOT = Path(__file__).parents[3]
SERIES = ROOT / "tests" / "data" / "air" / "tianjin_daily_2014_2022.csv"


@pytest.fixture(scope="module")
def run():
    return run_hindcast(SERIES)


def test_the_page_shows_what_the_command_prints(run):
    page = (ROOT / "docs" / "hindcast-tianjin.md").read_text("utf-8")
    block = page.split("<!-- hindcast begin -->\n")[1].split("<!-- hindcast end -->")[0]
    assert block.strip() == hindcast_markdown(run.facts, run.tables).strip()


def test_recomputed_index_equals_the_published_one_where_it_was_not_averaged(run):
    assert set(run.facts.index_differs) == {2014, 2015, 2017}
    assert len(run.facts.missing) == 9


def test_a_red_episode_of_december_2015(run):
    old = {t.rule_set: t for t in run.tables}["national-2018"]
    year = next(r for r in old.rows if r.label == "2015–16")
    reds = [s for s in year.steps if s.level is Level.RED]
    assert [(s.start.date(), s.end.date()) for s in reds] == [
        (date(2015, 12, 21), date(2015, 12, 26))
    ]
    by_day = {m.day: m for m in read_measured(SERIES)}
    for day in (21, 22, 23, 24, 25):
        assert by_day[date(2015, 12, day)].concentration["PM2.5"] > 150


def test_dust_days_do_not_trigger(run):
    for table in run.tables:
        for row in table.rows:
            for step in row.steps:
                assert not step.start.date() <= date(2021, 3, 15) < step.end.date()


def test_sub_index_at_the_breakpoints():
    points = daily_breakpoints()["PM2.5"]
    assert [sub_index(points, Decimal(c)) for c in (0, 35, 75, 115, 150, 250, 350, 500, 900)] == [
        0, 50, 100, 150, 200, 300, 400, 500, 500,
    ]  # fmt: skip
    assert sub_index(points, Decimal("115.1")) == 151
    assert daily_index({"PM2.5": Decimal(76), "O3": Decimal(161)}, daily_breakpoints()) == (
        102,
        ("PM2.5",),
    )
