"""Issue 4, section 1, issue 5, section 3: the parcel's process in the office: who records, what waits, the picture."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import transaction

from lantian.kernel.calendar import beijing

AT = beijing(2026, 11, 28, 9)


def parcels(user, at: datetime = AT) -> list[str]:  # type: ignore[no-untyped-def]
    from lantian.office.process.waiting import waiting_for

    return [w.address for w in waiting_for(user, at) if "/soil/parcel/" in w.address]


def test_an_overdue_parcel_waits_once_for_those_who_record_its_next_step(filled, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.process.waiting import waiting_for

    assert parcels(person("soil")) == ["/soil/parcel/DK-001/"]
    (one,) = (w for w in waiting_for(person("soil"), AT) if w.case is None)
    assert (one.title, one.late, one.escalated, one.due) == (
        "原示例焦化厂地块",
        True,
        False,
        beijing(2026, 11, 1),
    )
    assert "已逾期 28 天，督促土壤污染责任人或土地使用权人" in one.state_zh
    assert "late by 28 days" in one.state_en
    assert [step.key for step in one.steps] == ["assessment_submitted"]
    assert parcels(person("soil"), beijing(2026, 10, 31, 23)) == []  # the last day
    assert parcels(person("soil"), beijing(2026, 11, 1)) == ["/soil/parcel/DK-001/"]
    for role in ("leader", "air", "district", "enterprise", "auditor"):
        assert parcels(person(role)) == []


def test_no_parcel_is_both_a_task_and_a_clock_beside_it(filled, person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.soil.waiting import clocks_beside_tasks

    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    for on, late in ((AT, "DK-001"), (beijing(2027, 1, 2, 9), "DK-003")):
        monkeypatch.setattr("django.utils.timezone.now", lambda on=on: on)
        beside = {row.parcel.parcel_id for row in clocks_beside_tasks(person("soil"))}
        tasks = {address.split("/")[-2] for address in parcels(person("soil"), on)}
        assert late in tasks
        assert not beside & tasks
        shown = {row.parcel.parcel_id for row in clocks_beside_tasks(person("leader"))}
        assert shown == beside | tasks  # nobody's task: the leader sees all of them as clocks


def test_the_task_is_on_today_and_goes_with_the_step(site, person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    client = site("soil")
    words = "开展风险评估，报告报省级评审，已逾期 28 天"
    assert client.get("/today/").content.decode().count(words) == 1
    given = {
        "event": "assessment_submitted",
        "day": "2026-11-27",
        "who": "某院",
        "documents": "风险评估报告",
    }
    page = client.post("/soil/parcel/DK-001/event/", given, follow=True).content.decode()
    assert "风险评估报告省级评审中" in page
    assert words not in client.get("/today/").content.decode()
    assert parcels(person("soil")) == []


def test_who_records_is_the_same_in_process_and_access(db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.access import PERMISSIONS
    from lantian.rulebook.process_tables import load_processes
    from lantian.rulebook.process_tables.model import SYSTEM

    for process in load_processes().editions("parcel"):
        for step in process.transitions.values():
            assert set(step.roles) - {SYSTEM} == set(PERMISSIONS["soil.import"]), step.key


def test_every_recorded_process_has_its_door_and_no_cases(person, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.process.cases import open_case
    from lantian.office.process.waiting import RECORDED
    from lantian.rulebook.process_tables import load_processes

    rules = load_processes()
    recorded = {key for key in rules.keys() for one in rules.editions(key) if one.recorded}  # noqa: SIM118
    assert recorded == set(RECORDED)
    for key in recorded:
        with pytest.raises(ValueError, match="no cases"), transaction.atomic():
            open_case(key, person("soil"), subject_type="x", subject="1", title="x")


def test_the_process_is_drawn_with_its_clocks_and_the_law_of_the_day(site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.rulebook.soil_tables import load_soil

    client, process = site("soil"), load_soil().process(date(2026, 11, 28))
    for address in ("/processes/", "/soil/", "/soil/parcel/DK-003/"):
        assert 'href="/processes/parcel/"' in client.get(address).content.decode()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    response = client.get("/processes/parcel/")
    page = response.content.decode()
    for clock in process.clocks:
        assert clock.name_zh in page
        assert clock.note in page
    rows = response.context["rows"]
    assert [r["step"].key for r in rows] == list(process.events)
    assert {r["article"].law_zh for r in rows if r["article"]} == {"生态环境法典"}
    for row in rows:
        assert row["article"].cite_zh() in page
    for words in (
        "15天",
        "期限未见条文",
        "文书写明日期的，依其日期",
        "谁登记",
        "任何状态",
        "办结后可重新启动",
        "待核实",
    ):
        assert words in page
    monkeypatch.setattr("django.utils.timezone.now", lambda: beijing(2026, 8, 14, 9))
    before = client.get("/processes/parcel/").context["rows"]
    assert {r["article"].law_zh for r in before if r["article"]} == {"土壤污染防治法"}


def test_the_picture_of_a_parcel_shows_where_it_stands(site) -> None:  # type: ignore[no-untyped-def]
    drawn = site("soil").get("/soil/parcel/DK-003/?on=2026-11-28").context["picture"]
    assert [b.zh for b in drawn.boxes if b.kind == "here"] == ["已列入名录，待管控或修复"]
    assert "疑似，待判断是否调查" in {b.zh for b in drawn.boxes if b.kind == "been"}


def test_only_what_the_process_allows_is_offered(site) -> None:  # type: ignore[no-untyped-def]
    found = site("soil").get("/soil/parcel/DK-002/?on=2026-11-28").context["possible"]
    keys = [event.key for event in found]
    assert {"stage1_submitted", "initial_submitted", "notice_published"} <= set(keys)
    assert not {"delisted", "survey_required"} & set(keys)
    assert site("leader").get("/soil/parcel/DK-002/?on=2026-11-28").context["possible"] == []


def test_a_refusal_is_said_in_the_reader_s_language(site) -> None:  # type: ignore[no-untyped-def]
    client = site("soil")
    client.cookies["django_language"] = "en"
    given = {"event": "delisted", "day": "2026-11-20", "who": "某局", "documents": "名录更新文件"}
    page = client.post("/soil/parcel/DK-002/event/", given, follow=True).content.decode()
    assert "no “removed from the list” there" in page
    given = {"event": "stage1_submitted", "day": "2026-11-20", "who": "某院", "documents": ""}
    page = client.post("/soil/parcel/DK-002/event/", given, follow=True).content.decode()
    assert "lacks evidence: stage 1 survey report" in page
