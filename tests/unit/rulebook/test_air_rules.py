"""Rules of ambient air: the edition of a day, the figures of the standards, refusals at their line.

GB 3095-2012/2026, HJ 633-2012/2026, HJ 663-2013/2026 (issue 5, section 1).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.rulebook.air_tables import check_air, load_air
from lantian.rulebook.rooms import PACKAGED as RULEBOOK

PACKAGED = RULEBOOK / "air"
RULES = load_air()


def test_the_editions_change_on_their_days() -> None:
    assert RULES.editions() == ("2012", "2026")
    assert RULES.index(date(2026, 2, 28)).head.edition == "2012"
    assert RULES.index(date(2026, 3, 1)).head.edition == "2026"
    stages = [RULES.limits(d).head.edition for d in (date(2026, 3, 1), date(2030, 12, 31))]
    assert stages == ["2026-transition"] * 2
    assert RULES.limits(date(2031, 1, 1)).head.edition == "2026-final"
    assert RULES.method(date(2013, 10, 1)).head.edition == "2013"


@pytest.mark.parametrize(
    ("day", "pm10", "pm25", "no2", "so2"),
    [
        (date(2022, 6, 1), 70, 35, 40, 60),
        (date(2027, 6, 1), 60, 30, 40, 60),
        (date(2031, 6, 1), 50, 25, 30, 20),
    ],
)
def test_annual_limits_of_grade_2(day: date, pm10: int, pm25: int, no2: int, so2: int) -> None:
    limits = RULES.limits(day)
    found = [limits.composite_limit(p) for p in ("pm10", "pm25", "no2", "so2")]
    assert found == [pm10, pm25, no2, so2]
    assert (limits.composite_limit("co"), limits.composite_limit("o3")) == (4, 160)


def test_where_the_editions_of_the_index_differ() -> None:
    old, new = RULES.index(date(2022, 1, 1)), RULES.index(date(2026, 6, 1))
    at_100 = {
        edition.head.edition: [
            edition.daily[p].limits[edition.daily[p].points.index(100)] for p in ("pm10", "pm25")
        ]
        for edition in (old, new)
    }
    assert at_100 == {"2012": [150, 75], "2026": [120, 60]}
    assert (old.lowest, new.lowest) == (0, 1)
    assert (old.rounds_first, new.rounds_first) == (False, True)
    assert (old.daily["o3"].above, new.daily["o3"].above) == ("none", "hold")
    assert old.hourly["pm25"].ref.status == "secondary"  # the table has 24 h values only


def test_marks_are_carried_and_open_points_listed() -> None:
    old = RULES.method(date(2022, 1, 1))
    assert old.values["day_hours"].ref.status == "unverified"
    assert RULES.method(date(2026, 6, 1)).values["day_hours"].ref.status == "official"
    assert old.values["digits_index"].ref.status == "unverified"
    assert any("加权" in text for text in RULES.open_points(date(2026, 6, 1)))


def test_the_reference_state_of_gases_by_date() -> None:
    states = RULES.limits(date(2018, 1, 1)).reference_states
    assert [(s.valid_from, s.temperature_k) for s in states] == [
        (date(2012, 1, 1), Fraction("273.15")),
        (date(2018, 9, 1), Fraction("298.15")),
    ]


Edit = Callable[[str], str]


def swap(old: str, new: str) -> Edit:
    def edit(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return edit


@pytest.mark.parametrize(
    ("name", "code", "edit"),
    [
        ("hj633-2012", "R059", swap("[0, 50, 150, 475", "[0, 50, 50, 475")),
        ("hj633-2012", "R059", swap("points: [0, 50, 100,", "points: [0, 100,")),
        ("hj633-2012", "R059", swap("up_to: 100,", "up_to: 40,")),
        ("hj633-2012", "R014", swap("above: cap", "above: sky")),
        ("gb3095-2012", "R058", swap("{pollutant: co, mean: day,", "{pollutant: cu, mean: day,")),
        ("gb3095-2012", "R012", swap("{pollutant: co, mean: hour,", "{pollutant: co, mean: day,")),
        ("hj663-2013", "R058", swap("key: o3_windows", "key: o3_window")),
        ("hj663-2013", "R003", swap("open_zh:", "opens_zh:")),
    ],
)
def test_a_fault_is_refused_at_its_line(tmp_path: Path, name: str, code: str, edit: Edit) -> None:
    text = (PACKAGED / f"{name}.yaml").read_text("utf-8")
    (tmp_path / "own.yaml").write_text(edit(text), "utf-8")
    found = check_air(tmp_path)
    assert code in {p.code for p in found}
    assert all(p.place.file.endswith("own.yaml") and p.place.line for p in found)


def test_a_pollutant_without_a_column_is_refused(tmp_path: Path) -> None:
    text = (PACKAGED / "hj633-2026.yaml").read_text("utf-8")
    kept = "\n".join(line for line in text.split("\n") if not line.startswith("  co: "))
    (tmp_path / "own.yaml").write_text(kept, "utf-8")
    assert [p.code for p in check_air(tmp_path)] == ["R058", "R058"]


def test_a_bureaus_own_method_replaces_the_packaged_numbers(tmp_path: Path) -> None:
    text = (PACKAGED / "hj663-2026.yaml").read_text("utf-8")
    own = text.replace("{key: weight_pm25, value: 1,", "{key: weight_pm25, value: 3,")
    (tmp_path / "own.yaml").write_text(own, "utf-8")
    day = date(2026, 6, 1)
    assert load_air(tmp_path).method(day).number("weight_pm25") == 3
    assert RULES.method(day).number("weight_pm25") == 1
