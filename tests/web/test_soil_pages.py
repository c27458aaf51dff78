"""Soil in the office: parcels with clocks, events noted by action (issue 5, sections 3 and 5)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.jobs.soil.parcels import parcels_as_dict, run_parcels

DAY = "2026-11-28"


def test_the_register_is_that_of_the_command(site) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    path = Path(settings.HOME) / "demo" / "parcels.xlsx"
    theirs = {
        p["parcel_id"]: p
        for p in parcels_as_dict(run_parcels(path, date.fromisoformat(DAY)))["parcels"]
    }
    rows = site("soil").get(f"/soil/?on={DAY}").context["rows"]
    assert len(rows) == len(theirs) == 5
    for row in rows:
        own = theirs[row.parcel.parcel_id]
        assert row.state.state.key == own["state"]
        assert [c.due.isoformat() if c.due else None for c in row.state.clocks] == [
            c["due"] for c in own["clocks"]
        ]
        assert len(row.state.steps) == len(own["submitted"])


def test_clocks_run_and_the_late_come_first(site) -> None:  # type: ignore[no-untyped-def]
    response = site("soil").get(f"/soil/?on={DAY}")
    kinds = [(r.parcel.parcel_id, r.clock_kind) for r in response.context["rows"]]
    assert kinds[0] == ("DK-001", "late")
    page = response.content.decode()
    assert "逾期 28 天" in page
    assert "限制开发" in page
    # A month earlier it was not late yet.
    before = site("soil").get("/soil/?on=2026-10-15").context["rows"]
    assert {r.parcel.parcel_id: r.clock_kind for r in before}["DK-001"] == "soon"
    only = site("soil").get(f"/soil/?on={DAY}&state=survey_due").context["rows"]
    assert [r.parcel.parcel_id for r in only] == ["DK-002"]


def test_a_parcel_shows_duty_article_clocks_and_who_handed_in_what(site) -> None:  # type: ignore[no-untyped-def]
    page = site("soil").get(f"/soil/parcel/DK-003/?on={DAY}").content.decode()
    for piece in (
        "已列入名录",
        "《生态环境法典》",
        "S054",
        "示例调查院",
        "风险评估报告",
        "2026-12-31",
        "登记事件",
    ):
        assert piece in page, piece
    assert "登记事件" not in site("leader").get("/soil/parcel/DK-003/").content.decode()
    assert site("soil").get("/soil/parcel/none/").status_code == 404


def test_a_district_officer_sees_his_parcels_only(site) -> None:  # type: ignore[no-untyped-def]
    client = site("district")  # 示例区
    shown = {r.parcel.parcel_id for r in client.get("/soil/").context["rows"]}
    assert shown == {"DK-003", "DK-004"}
    assert client.get("/soil/parcel/DK-001/").status_code == 404


def note(client, parcel: str = "DK-002", **values: str):  # type: ignore[no-untyped-def]
    given = {"event": "stage1_submitted", "day": "2026-10-20", "who": "第二调查院",
             "documents": "第一阶段调查报告", "due": ""} | values  # fmt: skip
    return client.post(f"/soil/parcel/{parcel}/event/", given, follow=True)


def test_an_event_moves_the_parcel_and_is_recorded(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    client = site("soil")
    before = Event.objects.count()
    page = note(client).content.decode()
    assert "已登记" in page
    assert "第一阶段报告评审中" in page
    event = Event.objects.order_by("-number").first()
    assert (Event.objects.count() - before, event.what) == (1, "soil.import")
    assert "stage1_submitted" in event.event


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"event": "delisted"}, "不能移出名录"),
        ({"event": "nonsense"}, "没有这个事件"),
        ({"documents": ""}, "缺少材料：第一阶段调查报告"),
        ({"who": " "}, "请填写"),
        ({"day": "2026-08-01"}, "早于最近的事件"),
        ({"day": "2999-01-01"}, "在将来"),
        ({"day": "昨天"}, "日期无效"),
    ],
)
def test_an_event_that_cannot_be_is_refused_in_words(
    values: dict[str, str], says: str, site
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.soil.models import ParcelEvent

    client = site("soil")
    before = (Event.objects.count(), ParcelEvent.objects.count())
    assert says in note(client, **values).content.decode()
    assert (Event.objects.count(), ParcelEvent.objects.count()) == before


def test_a_replayed_form_has_one_effect(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.soil.models import ParcelEvent

    client = site("soil")
    note(client)
    page = note(client).content.decode()
    assert "不能提交第一阶段报告" in page or "已经登记" in page
    assert ParcelEvent.objects.filter(parcel="DK-002", event="stage1_submitted").count() == 1
    assert note(site("leader")).status_code == 403


def test_a_register_is_taken_in_once(site) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    from lantian.office.soil.models import Parcel, ParcelEvent

    content = (Path(settings.HOME) / "demo" / "parcels.xlsx").read_bytes()
    client = site("soil")
    before = (Parcel.objects.count(), ParcelEvent.objects.count())
    file = SimpleUploadedFile("parcels.xlsx", content)
    page = client.post("/soil/import/", {"file": file}, follow=True).content.decode()
    assert "5 个地块，新增 0 个事件" in page
    assert (Parcel.objects.count(), ParcelEvent.objects.count()) == before
    bad = SimpleUploadedFile("parcels.xlsx", b"PK nothing")
    assert "X0" in client.post("/soil/import/", {"file": bad}, follow=True).content.decode()


def test_the_public_list(site) -> None:  # type: ignore[no-untyped-def]
    page = site().get("/public/soil/").content.decode()
    assert "示例电镀厂地块" in page
    assert "/soil/parcel/" not in page
    assert "示例调查院" not in page
