"""Rules of automatic monitoring: figures, marks, dates, refusals at their line.

HJ 212-2017, HJ 75/76-2017, HJ 353 to 356-2019, announcements 2022 No. 21 and 2019 No. 50, Order No. 10.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from lantian.kernel.problem import LantianError
from lantian.rulebook.monitoring_tables import check_monitoring, load_monitoring
from lantian.rulebook.monitoring_tables.model import Medium
from lantian.rulebook.rooms import PACKAGED

RULES = load_monitoring()
DAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("medium", "key", "value", "status"),
    [
        (Medium.AIR, "minute_raw_values", 12, "official"),
        (Medium.AIR, "hour_minutes", 45, "official"),
        (Medium.AIR, "day_hours", 20, "official"),
        (Medium.AIR, "month_days", 25, "secondary"),
        (Medium.AIR, "february_days", 23, "secondary"),
        (Medium.AIR, "flag_normal_pct", 75, "official"),
        (Medium.AIR, "convert_each_value", 1, "unverified"),
        (Medium.AIR, "negative_is_valid", 0, "design"),
        (Medium.AIR, "consistency_pct", 1, "secondary"),
        (Medium.WATER, "ten_minute_raw_values", 120, "official"),
        (Medium.WATER, "day_share_pct", 75, "unverified"),
        (Medium.WATER, "hour_minutes", 45, "design"),
    ],
)
def test_figures_and_their_marks(medium: Medium, key: str, value: int, status: str) -> None:
    method = RULES.rollup(medium, DAY)
    assert (method.number(key), method.ref(key).status) == (value, status)


def test_time_budgets_of_incinerators() -> None:
    scheme = RULES.marks("waste_incineration", DAY)
    assert scheme is not None
    assert {b.key: (b.hours, b.period) for b in scheme.budgets} == {
        "heating": (700, "year"), "transient": (60, "year"), "cems": (30, "quarter"),
    }  # fmt: skip
    assert {b.ref.status for b in scheme.budgets} == {"official"}
    assert scheme.budgets[1].dust_hour_mg_m3 == 150
    limits = {(x.kind, x.variant): x.each_hours for x in scheme.limits}
    assert limits == {
        ("heating_up", ""): 12, ("heating_up", "refractory"): 168, ("start_up", ""): 4,
        ("fault", ""): 4, ("accident", ""): 4,
    }  # fmt: skip


def test_marks_have_their_dates() -> None:
    assert RULES.marks("thermal_power", date(2022, 12, 31)) is None
    scheme = RULES.marks("thermal_power", date(2023, 1, 1))
    assert scheme is not None
    assert (scheme.due.hour, scheme.due.days_after, scheme.due.late_counts) == (12, 1, False)
    assert scheme.formal_trades == {"waste_incineration", "thermal_power", "cement", "paper"}
    assert {x.ref.status for x in scheme.limits} == {"secondary"}
    assert RULES.marks("waste_incineration", date(2019, 12, 31)) is None


def test_exceedance_substitution_oxygen() -> None:
    rules = RULES.exceedance(DAY)
    assert (rules.number("gas_day_hours_over"), rules.number("waste_month_days")) == (3, 5)
    assert rules.ref("gas_hour").document == "某市自动监测异常规则"
    assert rules.water_not_by_day == {"w01001", "w01012"}
    own = RULES.substitution(DAY)
    assert own.parameter_ref.status == "unverified"
    steps = [own.step(Fraction(a), n) for a, n in ((90, 24), (90, 25), (75, 1), (74, 1))]
    assert [s.last_valid_hours if s else None for s in steps] == [180, 720, 2160, None]
    oxygen = RULES.oxygen(DAY).by_plant
    assert oxygen["coal_power"].o2_pct == 6
    assert oxygen["coal_power"].ref.status == "unverified"
    assert oxygen["sintering"].ref.status == "secondary"


@pytest.mark.parametrize(
    ("name", "code", "old", "new"),
    [
        ("roll-up-gas", "R058", "key: day_hours", "key: days_hour"),
        ("roll-up-gas", "R012", "key: month_days", "key: day_hours"),
        ("flags", "R012", "flag: F,", "flag: N,"),
        ("flags", "R058", "normal, valid: true", "normal, valid: false"),
        ("factors", "R012", "also: [ss]", "also: [cod]"),
        ("marks-2022-21", "R012", "also: [停炉]", "also: [启炉]"),
        (
            "marks-2022-21",
            "R058",
            "trade: sintering, kind: start_up",
            "trade: sintering, kind: start",
        ),
        ("marks-2022-21", "R058", "due: {hour: 12, days_after: 1,", "due: {hour: 12,"),
        ("marks-2019-50", "R058", "kinds: [cems_maintenance]", "kinds: [cems]"),
        ("substitution", "R059", "alpha_from_pct: 75", "alpha_from_pct: 95"),
        ("oxygen", "R059", "o2_pct: 3.5", "o2_pct: 21"),
        ("oxygen", "R012", "plant: pellet", "plant: sintering"),
        ("exceedance", "R015", "source: [s1, s2]", "source: [s1, s9]"),
    ],
)
def test_a_fault_is_refused_at_its_line(
    tmp_path: Path, name: str, code: str, old: str, new: str
) -> None:
    text = (PACKAGED / "monitoring" / f"{name}.yaml").read_text("utf-8")
    assert old in text
    (tmp_path / f"{name}.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    found = check_monitoring(tmp_path)
    assert code in [p.code for p in found], [str(p) for p in found]
    assert all(p.place.line for p in found)


def test_a_bureau_s_own_file_lies_on_top(tmp_path: Path) -> None:
    text = (PACKAGED / "monitoring/alarm.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(
        text.replace("top_level, value: 3", "top_level, value: 5"), "utf-8"
    )
    assert load_monitoring(tmp_path).alarm(DAY).whole("top_level") == 5
    assert RULES.alarm(DAY).whole("top_level") == 3
    with pytest.raises(LantianError, match="R030"):
        RULES.exceedance(date(2019, 1, 1))
