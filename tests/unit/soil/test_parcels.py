"""``lantian soil parcels``: state by state through the process, clocks, who submitted what (issue 5, 3)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from soil_tools import PLACE, PROCESS, RULES, codes, lantian, told, workbook

from lantian.domain.soil.parcel import ParcelState, parcel_state
from lantian.domain.soil.parcel_model import GivenEvent, ParcelRecord
from lantian.rulebook.calendar import load_holidays
from lantian.rulebook.rooms import PACKAGED

HOLIDAYS = load_holidays()
ON = date(2026, 3, 5)
WAY = (
    ("survey_required", "survey_due"), ("initial_submitted", "initial_review"),
    ("initial_returned", "initial_due"), ("initial_submitted", "initial_review"),
    ("initial_passed_exceeds", "detailed_due"), ("detailed_submitted", "detailed_review"),
    ("detailed_passed_exceeds", "assessment_due"), ("assessment_submitted", "assessment_review"),
    ("listed", "listed"), ("remediation_filed", "works"), ("works_finished", "effect_due"),
    ("effect_submitted", "effect_review"), ("effect_passed", "delisting_due"),
    ("delisting_applied", "delisting_review"), ("delisted", "delisted"),
    ("aftercare_set", "aftercare"), ("aftercare_ended", "delisted"),
)  # fmt: skip


def event(key: str, day: date, who: str = "甲公司", due: date | None = None) -> GivenEvent:
    return GivenEvent("P1", day, PROCESS.events[key], PLACE, who, ("文件1",), due)


def state(events: list[GivenEvent], on: date = ON, **more: Any) -> ParcelState:
    return parcel_state(ParcelRecord("P1", PLACE, **more), events, RULES, HOLIDAYS, on)


def said(parcel: ParcelState) -> list[str]:
    return [p.code for p in parcel.problems]


def test_the_whole_way_state_by_state() -> None:
    day = date(2024, 1, 1)
    events: list[GivenEvent] = []
    for n, (key, after) in enumerate(WAY):
        events.append(event(key, day + timedelta(days=n), who=f"单位{n}"))
        found = state(events)
        assert found.state.key == after
        assert (found.duty is None) is found.state.final
        assert len(found.steps) == n + 1
        assert not {"S052", "S055", "S056"} & set(said(found))
    assert [s.given.who for s in found.steps if s.given.event.submits][:2] == ["单位1", "单位3"]


def test_every_step_cites_the_law_of_its_own_day() -> None:
    found = state(
        [
            event("survey_required", date(2026, 8, 14)),
            event("initial_submitted", date(2026, 8, 15)),
        ],
        on=date(2026, 9, 1),
    )
    cited = [s.article.cite_zh() for s in found.steps if s.article]
    assert cited == ["《土壤污染防治法》第五十九条", "《生态环境法典》第四百五十四条"]
    assert found.trace.rules()[0].status == "design"


def test_an_event_that_does_not_fit_is_told_and_not_used() -> None:
    found = state([event("delisted", ON)])
    assert (found.state.key, found.unused, said(found)) == ("suspected", 1, ["S052"])


def test_later_events_do_not_count() -> None:
    found = state([event("survey_required", ON), event("initial_submitted", ON + timedelta(1))])
    assert (found.state.key, found.unused) == ("survey_due", 1)
    assert "S057" in said(found)


def test_a_date_of_a_notice_runs_out() -> None:
    due = date(2026, 2, 28)
    found = state([event("survey_required", date(2026, 1, 5), due=due)])
    (clock,) = found.clocks
    assert (clock.key, clock.due, clock.given, clock.overdue_days) == ("survey", due, True, 5)
    assert "S053" in said(found)
    on_the_day = state([event("survey_required", date(2026, 1, 5), due=due)], on=due)
    assert (on_the_day.overdue, on_the_day.clocks[0].left_days) == ((), 0)


def test_a_period_without_a_figure_stays_unknown() -> None:
    found = state([event("survey_required", date(2020, 1, 5))])
    (clock,) = found.clocks
    assert (clock.due, clock.overdue_days, clock.left_days) == (None, 0, None)
    assert said(found) == ["S060"]


def test_a_clock_stops_at_its_event() -> None:
    events = [event("survey_required", date(2026, 1, 5), due=date(2026, 1, 31))]
    events.append(event("initial_submitted", date(2026, 1, 20)))
    assert [c.key for c in state(events).clocks] == ["review"]


@pytest.mark.parametrize(
    ("on", "over", "left"), [(date(2026, 3, 5), False, 11), (date(2026, 3, 17), True, 0)]
)
def test_a_public_notice_is_a_window_of_15_days(on: date, over: bool, left: int) -> None:
    found = state([event("notice_published", date(2026, 3, 1))], on=on)
    (clock,) = found.clocks
    assert (clock.due, clock.over, clock.left_days) == (date(2026, 3, 16), over, left)
    assert clock.overdue_days == 0


def test_a_date_no_clock_covers_is_the_duty_s_own() -> None:
    events = [event("survey_required", date(2025, 1, 5)), event("initial_submitted", date(2025, 2, 5)),
              event("initial_passed_exceeds", date(2025, 3, 5), due=date(2026, 3, 1))]  # fmt: skip
    found = state(events)
    assert [(c.key, c.due, c.overdue_days) for c in found.clocks] == [("duty", date(2026, 3, 1), 4)]


def own_review_days(folder: Path, days: int) -> Path:
    text = (PACKAGED / "process" / "parcel.yaml").read_text("utf-8")
    old = "figure_unknown: working_days"  # the first is that of the review
    (folder / "rules").mkdir()
    own = text.replace(old, f"working_days: {days}", 1)
    (folder / "rules" / "own.yaml").write_text(own, "utf-8")
    return folder / "rules"


@pytest.fixture
def register(tmp_path: Path) -> Path:
    parcels = [
        {"parcel_id": "P1", "name": "东地块", "planned_use": "R2", "institute": "甲院"},
        {"parcel_id": "P2", "planned_use": "M1", "trigger": "无", "institute": "乙院"},
        {"parcel_id": "P3", "planned_use": "R2", "institute": "乙院"},
    ]
    done = {"who": "甲院", "document": "报告"}
    events = [
        {"parcel_id": "P1", "day": "2025-12-01", "event": "认定应调查", "document": "通知", "due": "2026-02-01"},
        done | {"parcel_id": "P1", "day": "2026-01-05", "event": "提交初步调查报告"},
        done | {"parcel_id": "P1", "day": "2026-02-10", "event": "初步调查评审未通过"},
        done | {"parcel_id": "P1", "day": "2026-02-13", "event": "提交初步调查报告"},
        done | {"parcel_id": "P3", "day": "2025-12-01", "event": "survey_required"},
        {"parcel_id": "P3", "day": "2026-01-05", "event": "提交初步调查报告"},
        done | {"parcel_id": "P3", "day": "2026-02-10", "event": "initial_passed_clear"},
    ]  # fmt: skip
    return workbook(tmp_path / "soil.xlsx", {"parcel": parcels, "event": events})


def test_the_register_from_its_workbook(register: Path) -> None:
    found = told("parcels", register, "--on", "2026-03-05")
    states = {p["parcel_id"]: p["state"] for p in found["parcels"]}
    assert states == {"P1": "initial_review", "P2": "suspected", "P3": "closed"}
    assert (found["events_read"], found["events_unused"]) == (7, 0)
    first = found["parcels"][0]
    assert first["next"]["article_zh"] == "《土壤污染防治法》第五十九条"
    assert [s["who"] for s in first["submitted"] if s["submits"]] == ["甲院", "甲院"]
    assert {i["name"]: i["first_pass_pct"] for i in found["institutes"]} == {
        "甲院": "0.0",
        "乙院": "100.0",
    }
    assert "S055" in codes(found)  # one report names no document


def test_working_days_by_the_notices(register: Path, tmp_path: Path) -> None:
    """2026-02-13 and ten working days: Spring Festival lies between."""
    rules = own_review_days(tmp_path, 10)
    found = told("parcels", register, "--on", "2026-03-05", "--rulebook", rules)
    (clock,) = found["parcels"][0]["clocks"]
    due = HOLIDAYS.add(date(2026, 2, 13), 10)
    assert clock["due"] == due.isoformat()
    assert due > date(2026, 2, 13) + timedelta(days=14)
    assert clock["left_working_days"] == HOLIDAYS.count(date(2026, 3, 5), due)


def test_a_year_without_a_notice_is_told_not_guessed(register: Path, tmp_path: Path) -> None:
    rules = own_review_days(tmp_path, 400)
    found = told("parcels", register, "--on", "2026-03-05", "--rulebook", rules)
    assert found["parcels"][0]["clocks"][0]["due"] is None
    assert "S061" in codes(found)


@pytest.mark.parametrize(
    ("sheet", "row", "code"),
    [
        ("event", {"parcel_id": "P1", "day": "昨天", "event": "公示"}, "S050"),
        ("event", {"parcel_id": "P1", "day": "2026-01-01", "event": "庆祝"}, "S051"),
        ("event", {"parcel_id": "P9", "day": "2026-01-01", "event": "公示"}, "S039"),
        ("event", {"parcel_id": "P1", "day": "", "event": "公示"}, "S014"),
        ("event", {"parcel_id": "P1", "day": "2026-01-01", "event": "移出名录"}, "S052"),
        ("event", {"parcel_id": "P1", "day": "2027-01-01", "event": "公示"}, "S057"),
        ("parcel", {"parcel_id": "P1"}, "S038"),
        ("parcel", {"name": "无编号"}, "S014"),
        ("parcel", {"parcel_id": "P2", "trigger": "闹鬼"}, "S059"),
        ("parcel", {"parcel_id": "P2", "attention": "名声不好"}, "S073"),
        ("parcel", {"parcel_id": "P2", "planned_use": "A33"}, "S058"),
        ("parcel", {"parcel_id": "P2", "trigger": "普查、详查、监测或检查表明有污染风险"}, "S058"),
    ],
)
def test_damaged_registers(tmp_path: Path, sheet: str, row: dict[str, str], code: str) -> None:
    rows = {"parcel": [{"parcel_id": "P1", "trigger": "无"}], "event": []}
    rows[sheet].append(row)
    found = told("parcels", workbook(tmp_path / "s.xlsx", rows), "--on", "2026-03-05")
    assert code in codes(found)
    assert (found["events_read"], found["events_unused"]) == (
        len(rows["event"]), len(rows["event"]),
    )  # fmt: skip


def test_a_listed_parcel_may_not_become_housing() -> None:
    events = [event(key, date(2025, 1, 1) + timedelta(n)) for n, (key, _) in enumerate(WAY[:9])]
    assert "S054" in said(state(events, planned_uses=("R2",)))
    assert "S054" not in said(state(events, planned_uses=("M1",)))


def test_no_survey_where_one_is_needed() -> None:
    events = [event("no_survey", date(2026, 1, 1))]
    assert "S062" in said(state(events, planned_uses=("R2",)))
    assert said(state(events, planned_uses=("M1",))) == []


def test_another_institute_assesses_the_effect() -> None:
    events = [event(key, date(2025, 1, 1) + timedelta(n)) for n, (key, _) in enumerate(WAY[:12])]
    assert "S056" in said(state(events))
    assert "S056" not in said(state(events, user="甲公司"))


def test_unreadable_and_empty(tmp_path: Path) -> None:
    assert lantian("soil", "parcels", tmp_path / "none.xlsx").exit_code == 2
    path = workbook(tmp_path / "s.xlsx", {})
    assert told("parcels", path)["parcels"] == []


def test_the_page_shows_next_duty_and_clock(register: Path) -> None:
    done = lantian("soil", "parcels", register, "--on", "2026-03-05")
    assert done.exit_code == 0
    for words in ("3 个地块，逾期 0 个", "评审初步调查报告", "一次通过率"):
        assert words in done.output


KEYS = st.lists(
    st.tuples(st.sampled_from(sorted(PROCESS.events)), st.integers(0, 900)), max_size=25
)


@given(KEYS)
def test_whatever_is_entered_no_row_is_lost(keys: list[tuple[str, int]]) -> None:
    events = [event(key, date(2024, 1, 1) + timedelta(days=n)) for key, n in keys]
    found = state(events, on=date(2026, 1, 1))
    assert len(found.steps) + found.unused == len(events)
    assert found.state.key in PROCESS.states
    again = state(list(found.steps and [s.given for s in found.steps]), on=date(2026, 1, 1))
    assert again.state == found.state
    assert again.unused == 0
