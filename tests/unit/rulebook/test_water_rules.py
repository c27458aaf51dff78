"""Rules of surface water: the figures of the standard, their marks, refusals at their line.

GB 3838-2002, 环办〔2011〕22号 (issue 5, section 2).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.rulebook.critical_values import critical_values
from lantian.rulebook.rooms import PACKAGED
from lantian.rulebook.water_tables import check_water, load_water
from lantian.rulebook.water_tables.model import Body

RULES = load_water()
DAY = date(2022, 1, 1)


def test_all_tables_of_the_standard_are_there() -> None:
    limits = RULES.limits(DAY)
    assert sorted(i.no for i in limits.items.values()) == list(range(1, 25))
    assert sum(i.assessed for i in limits.items.values()) == 21
    tables = [(s.table, s.no) for s in limits.source_items.values()]
    assert tables == [(2, n) for n in range(1, 6)] + [(3, n) for n in range(1, 81)]
    assert limits.head.status == "secondary"


@pytest.mark.parametrize(
    ("key", "body", "limits"),
    [
        ("tp", Body.RIVER, "0.02 0.1 0.2 0.3 0.4"),
        ("tp", Body.LAKE, "0.01 0.025 0.05 0.1 0.2"),
        ("nh3n", Body.RIVER, "0.15 0.5 1 1.5 2"),
        ("do", Body.LAKE, "7.5 6 5 3 2"),
        ("hg", Body.RIVER, "0.00005 0.00005 0.0001 0.001 0.001"),
    ],
)
def test_limits_of_table_1(key: str, body: Body, limits: str) -> None:
    assert RULES.limits(DAY).items[key].limits[body] == tuple(map(Fraction, limits.split()))


def test_total_nitrogen_is_for_lakes_only() -> None:
    item = RULES.limits(DAY).items["tn"]
    assert set(item.limits) == {Body.LAKE}
    assert not item.assessed


def test_marks_are_carried() -> None:
    method = RULES.method(DAY)
    assert method.ref("year_months").status == "unverified"
    assert method.ref("below_detection_share").status == "secondary"
    assert any("评价位数" in text for text in method.open_zh)
    table = critical_values(DAY)
    assert (table.head.status, table.values[5][0]) == ("unverified", Fraction("0.900"))


@pytest.mark.parametrize(
    ("name", "code", "old", "new"),
    [
        ("gb3838-2002", "R059", "[0.15, 0.5, 1, 1.5, 2]", "[0.15, 0.5, 0.4, 1.5, 2]"),
        ("gb3838-2002", "R059", "[7.5, 6, 5, 3, 2]", "[7.5, 6, 7, 3, 2]"),
        ("gb3838-2002", "R059", "[[6, 9], [6, 9],", "[[6, 9], [9, 6],"),
        ("gb3838-2002", "R012", "key: cu,", "key: zn,"),
        ("gb3838-2002", "R012", "also: [DO, w01009]", "also: [DO, w01001]"),
        ("gb3838-2002", "R014", "rule: ge,", "rule: gt,"),
        ("method-2011", "R058", "key: year_months", "key: years_month"),
        ("method-2011", "R059", "{class: 2,", "{class: 3,"),
        ("method-2011", "R059", "- {word_zh: 重度富营养,", "- {up_to: 90, word_zh: 重度富营养,"),
        ("method-2011", "R012", "key: quarter_samples", "key: year_months"),
    ],
)
def test_a_fault_is_refused_at_its_line(
    tmp_path: Path, name: str, code: str, old: str, new: str
) -> None:
    text = (PACKAGED / "water" / f"{name}.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / "own.yaml").write_text(text.replace(old, new, 1), "utf-8")
    found = check_water(tmp_path)
    assert code in {p.code for p in found}
    assert all(p.place.file.endswith("own.yaml") and p.place.line for p in found)


def test_a_bureaus_own_method_replaces_the_packaged_one(tmp_path: Path) -> None:
    text = (PACKAGED / "water" / "method-2011.yaml").read_text("utf-8")
    own = text.replace(
        "{key: ratio_method_sections, value: 5,", "{key: ratio_method_sections, value: 6,"
    )
    (tmp_path / "own.yaml").write_text(own, "utf-8")
    assert load_water(tmp_path).method(DAY).whole("ratio_method_sections") == 6
