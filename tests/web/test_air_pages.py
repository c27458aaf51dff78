"""Air in the office: what pages show is what the commands compute (issue 5, section 5)."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from lantian.jobs.air.days import run_days
from lantian.jobs.air.summary import row_as_dict, run_summary

HOURS = "time,station,so2,no2,co,o3,pm10,pm25,minutes,flag\n"


@pytest.fixture
def hours_file() -> Path:
    from django.conf import settings

    return Path(settings.HOME) / "demo" / "air-hours.csv"


def test_the_city_days_are_those_of_the_command(site, hours_file: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import CityDay

    site()
    with hours_file.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["对照点"] = "是" if row["station"] == "S07" else ""
    path = tmp_path / "hours.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    theirs = {r["date"]: r for r in run_days(path).rows}
    days = CityDay.objects.filter(stations__gt=0)
    assert len(days) == len(theirs) == 30
    for day in days:
        own = theirs[str(day.day)]
        for column, name in (("so2", "so2"), ("co", "co"), ("o3", "o3_8h"), ("pm25", "pm25")):
            shown = getattr(day, column)
            assert (None if shown is None else Decimal(shown)) == (
                Decimal(own[name]) if own[name] else None
            )
        assert day.invalid == own["invalid"]


@pytest.mark.parametrize("edition", ["auto", "2012", "2026"])
def test_a_year_is_that_of_the_command(edition: str, site, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from lantian.kernel.period import parse_period
    from lantian.office.air.models import POLLUTANTS, CityDay
    from lantian.office.air.pages import period_values

    site()
    path = tmp_path / "days.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["date", *POLLUTANTS])
        for day in CityDay.objects.all():
            writer.writerow(
                [day.day, *("" if (v := getattr(day, p)) is None else v for p in POLLUTANTS)]
            )
    theirs = row_as_dict(run_summary(path, "2026", edition=edition).rows[0])
    ours = period_values(parse_period("2026"), edition)["row"]
    for key in (
        "good_days",
        "heavy_days",
        "days",
        "good_ratio_pct",
        "composite_index",
        "pm25",
        "o3_p90",
        "change",
    ):
        assert ours[key] == theirs[key], key


def test_the_page_of_a_year_shows_both_editions_and_its_sources(site) -> None:  # type: ignore[no-untyped-def]
    page = site("air").get("/air/period/2026/?edition=2012").content.decode()
    for piece in (
        "新旧标准对照",
        "2026-transition",
        "综合指数",
        "每个数字的来源",
        "待核实",
        "公报 PDF",
        "2026-12",
    ):
        assert piece in page, piece
    old = site("air").get("/air/period/2026/?edition=2012").context["values"]["row"]["good_days"]
    new = site("air").get("/air/period/2026/?edition=2026").context["values"]["row"]["good_days"]
    assert old > new
    assert site("air").get("/air/period/1999/").status_code == 404
    assert site("air").get("/air/period/nonsense/").status_code == 404


def test_the_bulletin_of_a_page(site) -> None:  # type: ignore[no-untyped-def]
    response = site("air").get("/air/period/2026-11/bulletin.pdf")
    assert response["Content-Type"] == "application/pdf"
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(response.content)).pages)
    assert "示例市" in text
    assert "虚构" in text
    assert site("air").get("/air/period/2026-11/bulletin.docx").content[:2] == b"PK"
    assert site("expert").get("/air/period/2026-11/bulletin.pdf").status_code == 403


def upload(client, text: str | bytes, url: str = "/air/import/"):  # type: ignore[no-untyped-def]
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(
        url, {"file": SimpleUploadedFile("hours.csv", content, "text/csv")}, follow=True
    )


def test_an_upload_is_taken_in_recomputed_and_recorded(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import CityDay, Hour
    from lantian.office.audit.models import Event, StoredFile
    from lantian.office.audit.vault import path_of

    lines = [f"2026-12-17 {h:02d}:00,{s},10,40,1.0,60,{100 + int(s[1:])},70,60," for h in range(1, 25)
             for s in ("S01", "S02", "S03", "S04", "S05", "S06", "S07")]  # fmt: skip
    before = Event.objects.count()
    page = upload(site("monitoring"), HOURS + "\n".join(lines) + "\n").content.decode()
    assert "168 行，未使用 0 行" in page
    day = CityDay.objects.get(day=date(2026, 12, 17))
    assert (day.pm10, day.pm25, day.stations) == (104, 70, 6)  # the reference site takes no part
    event = Event.objects.order_by("-number").first()
    assert (Event.objects.count() - before, event.what, event.actor) == (
        1,
        "air.import",
        "demo-monitoring",
    )
    own = StoredFile.objects.get(name="hours.csv")
    assert own.hash in event.event
    assert path_of(own.hash).read_bytes().startswith(b"time,station")
    # The same file again changes nothing but the record.
    upload(site("monitoring"), HOURS + "\n".join(lines) + "\n")
    assert Hour.objects.filter(day=date(2026, 12, 17)).count() == 168
    assert CityDay.objects.get(day=date(2026, 12, 17)).pm10 == 104


def test_bad_uploads_are_told_and_change_nothing(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import Hour
    from lantian.office.audit.models import Event

    before = (Hour.objects.count(), Event.objects.count())
    client = site("air")
    assert "A001" in upload(client, b"\x1f\x8b\x00\x80").content.decode()
    assert "A002" in upload(client, "a,b\n1,2\n").content.decode()
    assert "请选择文件" in client.post("/air/import/", follow=True).content.decode()
    assert (Hour.objects.count(), Event.objects.count()) == before
    assert client.get("/air/import/").status_code == 405
    assert site("expert").post("/air/import/").status_code == 403


def test_problems_of_an_upload_are_shown_with_their_row(site) -> None:  # type: ignore[no-untyped-def]
    rows = "2026-12-17 01:00,S01,10,40,1400,60,100,70,60,\n2026-12-17 25:00,S01,10,40,1,60,100,70,60,\n"
    page = upload(site("air"), HOURS + rows).content.decode()
    assert "A005" in page
    assert "第2行" in page
    assert "A007" in page
    assert "未使用 1 行" in page


def test_the_quality_page_says_why_an_hour_is_invalid(site) -> None:  # type: ignore[no-untyped-def]
    lines = [f"2026-12-17 {h:02d}:00,S01,10,40,1.0,60,100,{'' if h == 5 else 70},{31 if h == 2 else 60},"
             f"{'校零' if h == 1 else ''}" for h in range(1, 24)]  # fmt: skip
    client = site("air")
    upload(client, HOURS + "\n".join(lines) + "\n")
    response = client.get("/air/quality/2026-12-17/?item=pm25")
    row = next(r for r in response.context["rows"] if r["station"].code == "S01")
    codes = [c["code"] for c in row["cells"]]
    assert codes[:6] == ["A021", "A022", "", "", "—", ""]
    assert (row["count"], row["valid"]) == (20, True)
    assert row["cells"][23]["words"].zh == "没有记录"
    page = response.content.decode()
    for piece in (
        "仪器标记无效",
        "采样不足 45 分钟",
        "城市日值无效",
        "有效站点 1/6",
    ):
        assert piece in page, piece
    assert client.get("/air/quality/2026-12-17/?item=xx").status_code == 404


def test_pages_without_any_data(db) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    from lantian.office.air.models import CityDay, Forecast, Hour
    from lantian.office.water.models import WaterSample, WaterSection

    for model in (Hour, CityDay, Forecast, WaterSample, WaterSection):
        model.objects.all().delete()
    assert "还没有数据" in Client().get("/public/air/").content.decode()
    assert "还没有断面" in Client().get("/public/water/").content.decode()


def test_queries_do_not_grow_with_the_data(site, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    for url, most in (
        ("/air/", 13),
        ("/air/period/2026/", 20),
        ("/air/quality/2026-12-10/", 10),
        ("/water/", 10),
    ):
        client.get(url)
        with django_assert_max_num_queries(most):
            client.get(url)
