"""Water in the office: sections, strip, exceedances, targets at risk (issue 5, section 5)."""

from __future__ import annotations

from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.jobs.water.answer import summary_as_dict
from lantian.jobs.water.summary import run_summary


def upload(client, text: str):  # type: ignore[no-untyped-def]
    file = SimpleUploadedFile("samples.csv", text.encode(), "text/csv")
    return client.post("/water/import/", {"file": file}, follow=True)


def test_classes_of_a_month_are_those_of_the_command(site) -> None:  # type: ignore[no-untyped-def]
    from django.conf import settings

    path = Path(settings.HOME) / "demo" / "water-samples.csv"
    theirs = {s["section"]: s for s in summary_as_dict(run_summary(path, "2026-08"))["sections"]}
    rows = site("water").get("/water/?month=2026-08").context["rows"]
    assert len(rows) == len(theirs) == 6
    for row in rows:
        own = theirs[row["section"].name]
        assert (row["now"].own.name_zh, row["now"].main) == (own["class"], own["main_pollutants"])
        assert row["now"].target.reached == own["target"]["reached"]


def test_the_page_has_map_list_strip_and_risks(site) -> None:  # type: ignore[no-untyped-def]
    response = site("water").get("/water/")
    assert response.context["months"][-1] == "2026-12"
    assert len(response.context["months"]) == 12
    assert len(response.context["points"]) == 6
    page = response.content.decode()
    for piece in ('class="chart map"', "各断面逐月类别", "目标未达或临界", "2026-12"):
        assert piece in page, piece
    risks = response.context["risks"]
    assert risks
    assert all(r["near"].used_pct >= 90 or r["one"].target.reached is False for r in risks)


def test_a_section_shows_how_its_class_came_about(site) -> None:  # type: ignore[no-untyped-def]
    page = site("water").get("/water/section/东沟口/").content.decode()
    assert "氨氮" in page
    assert "超Ⅲ类" in page
    assert page.count("<details>") >= 20
    assert site("water").get("/water/section/没有/").status_code == 404


def test_a_section_without_its_type_is_asked_for(site) -> None:  # type: ignore[no-untyped-def]
    client = site("water")
    upload(client, "section,date,codmn,tp\n新断面,2026-12-05,3.0,0.05\n")
    page = client.get("/water/section/新断面/").content.decode()
    assert "未说明河流或湖库" in page
    rows = client.get("/water/").context["rows"]
    assert next(r for r in rows if r["section"].name == "新断面")["now"].own is None
    # Said later, it counts.
    upload(client, "section,type,date,codmn\n新断面,river,2026-12-06,3.0\n")
    rows = client.get("/water/").context["rows"]
    assert next(r for r in rows if r["section"].name == "新断面")["now"].own.name_zh == "Ⅱ"


def test_uploads_are_recorded_or_refused(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.water.models import WaterSample

    before = (Event.objects.count(), WaterSample.objects.count())
    client = site("water")
    assert "B002" in upload(client, "a,b\n1,2\n").content.decode()
    assert (Event.objects.count(), WaterSample.objects.count()) == before
    page = upload(
        client, "section,type,date,nh3n\n城北桥,river,2026-12-20,0.025L\n城北桥,river,昨天,0.3\n"
    ).content.decode()
    assert "2 行，未使用 1 行；写入 1 个值" in page
    assert "B007" in page
    assert (
        WaterSample.objects.get(section="城北桥", day="2026-12-20").value * 80 == 1
    )  # half of the limit
    assert Event.objects.count() == before[0] + 1


def test_the_public_page_links_nowhere_inside(site) -> None:  # type: ignore[no-untyped-def]
    page = site().get("/public/water/").content.decode()
    assert "城北桥" in page
    assert "/water/section/" not in page
