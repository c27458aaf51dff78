"""Pages of the list: upload, problems, marked copy, acceptance, comparison, sums (issue 4, section 2, part 3)."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lantian.demo import make_city
from lantian.domain.inventory.model import Inventory
from lantian.jobs.check import run_check
from lantian.jobs.lists import write_list
from lantian.kernel.pollutant import Pollutant
from lantian.kernel.problem import Severity

DAY = "2026-12-15"


@pytest.fixture(scope="module")
def city() -> Inventory:
    return make_city(firms=30, seed=5)


@pytest.fixture
def book(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Return a function that gives the bytes of a list as a workbook."""

    def content(inventory: Inventory) -> bytes:
        path = tmp_path / "list.xlsx"
        write_list(inventory, path, layout="lantian-1")
        return path.read_bytes()

    return content


def upload(client, content: bytes, *, day: str = DAY, name: str = "清单.xlsx"):  # type: ignore[no-untyped-def]
    return client.post(
        "/list/upload/", {"file": SimpleUploadedFile(name, content), "day": day}, follow=True
    )


def accept(client, pk: int, **fields: object):  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Edition

    seen = Edition.objects.first().number
    return client.post(f"/list/upload/{pk}/accept/", {"seen": seen, **fields}, follow=True)


def damaged(city: Inventory) -> Inventory:
    """Return the list with one error: a negative mass."""
    line = city.lines[3]
    wrong = replace(line, daily_kg=dict(line.daily_kg) | {Pollutant.NOX: Decimal("-5")})
    return replace(city, lines=(*city.lines[:3], wrong, *city.lines[4:]))


def test_a_clean_list_becomes_the_edition_in_force(site, book, city) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event, EventAbout
    from lantian.office.registry.models import Edition, Firm, Line, Upload

    client = site("air")
    before = Event.objects.count()
    response = upload(client, book(city))
    found: Upload = response.context["upload"]
    assert (found.firms, found.lines, found.errors, found.name) == (
        30,
        len(city.lines),
        0,
        "清单.xlsx",
    )
    assert "可以接受为新的版次" in response.content.decode()
    page = accept(client, found.pk)
    edition = Edition.objects.first()
    assert page.redirect_chain[-1][0] == f"/list/edition/{edition.number}/"
    assert (edition.number, edition.firms, edition.removed) == (3, 30, 1525)
    assert Firm.objects.filter(edition=edition).count() == 30
    assert Line.objects.filter(firm__edition=edition).count() == len(city.lines)
    assert client.get("/firms/").context["count"] == 30
    kinds = list(Event.objects.order_by("number").values_list("what", flat=True))[before:]
    assert kinds == ["list.upload", "list.accept"]
    event = json.loads(Event.objects.get(what="list.accept", number=before + 2).event)
    assert event["values"]["edition"] == 3
    assert event["files"] == {"清单.xlsx": found.file_id}
    assert (
        EventAbout.objects.filter(event=before + 2).count()
        == edition.added + edition.removed + edition.changed
    )


def test_problems_are_those_of_the_command_cell_by_cell(site, book, city, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from datetime import date

    content = book(damaged(city))
    path = tmp_path / "清单.xlsx"
    path.write_bytes(content)
    theirs = run_check(path, day=date.fromisoformat(DAY)).problems
    client = site("air")
    response = upload(client, content)
    found = response.context["upload"]
    ours = list(
        found.problems.values_list(
            "code", "severity", "sheet", "cell", "row", "message_zh", "remedy_en"
        )
    )
    assert ours == [
        (
            p.code,
            p.severity.value,
            p.place.sheet,
            p.place.cell,
            p.place.row,
            p.message_zh,
            p.remedy_en,
        )
        for p in theirs
    ]
    worst = [p for p in theirs if p.severity is Severity.ERROR]
    assert worst
    page = response.content.decode()
    assert worst[0].code in page
    assert f"{worst[0].place.sheet} {worst[0].place.cell}" in page
    assert worst[0].remedy_zh in page
    only = client.get(f"/list/upload/{found.pk}/?severity=error").context["page"]
    assert [p.code for p in only] == [p.code for p in worst]
    assert client.get(f"/list/upload/{found.pk}/?code=Z999").context["page"].paginator.count == 0
    assert found.problems.get(
        number=ours.index(next(o for o in ours if o[1] == "error")) + 1
    ).firm_id == (city.lines[3].firm_id)


def test_the_marked_copy_has_the_problems_in_its_cells(site, book, city) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    found = upload(client, book(damaged(city))).context["upload"]
    response = client.get(f"/list/upload/{found.pk}/marked.xlsx")
    marked = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert "问题" in marked.sheetnames
    error = found.problems.filter(severity="error").first()
    assert error.code in marked[error.sheet][error.cell].comment.text
    again = client.get(f"/list/upload/{found.pk}/marked.xlsx")  # made once, kept
    assert b"".join(again.streaming_content)[:2] == b"PK"
    assert site("district").get(f"/list/upload/{found.pk}/marked.xlsx").status_code == 403


def test_errors_are_acknowledged_by_name_or_nothing_happens(site, book, city) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.registry.models import Edition

    client = site("air")
    found = upload(client, book(damaged(city))).context["upload"]
    before = (Event.objects.count(), Edition.objects.count())
    page = accept(client, found.pk)
    codes = [e["code"] for e in page.context["errors"]]
    assert codes
    assert "E009" in page.content.decode()
    assert "E009" in accept(client, found.pk, ack=["L000"], reason="x").content.decode()
    assert "E010" in accept(client, found.pk, ack=codes, reason="  ").content.decode()
    assert (Event.objects.count(), Edition.objects.count()) == before
    page = accept(client, found.pk, ack=codes, reason="企业停产核实中").content.decode()
    edition = Edition.objects.first()
    assert list(edition.acknowledged) == codes
    assert "企业停产核实中" in page
    event = json.loads(Event.objects.order_by("-number").first().event)
    assert event["values"]["acknowledged"] == edition.acknowledged
    assert event["actor"] == "demo-air"


def test_one_click_one_effect(site, book, city) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.registry.models import Edition, Upload

    client = site("air")
    content = book(city)
    first = upload(client, content).context["upload"]
    before = (Upload.objects.count(), Event.objects.count())
    again = upload(client, content)
    assert again.context["upload"] == first
    assert "E014" in again.content.decode()
    assert (Upload.objects.count(), Event.objects.count()) == before
    assert upload(client, content, day="2026-07-01").context["upload"] != first
    accept(client, first.pk)
    after = (Edition.objects.count(), Event.objects.count())
    assert "E011" in accept(client, first.pk).content.decode()
    assert (Edition.objects.count(), Event.objects.count()) == after


def test_the_second_of_two_officers_is_told(site, book, city) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Edition

    client = site("air")
    one = upload(client, book(city)).context["upload"]
    other = upload(client, book(replace(city, firms=city.firms[:-1], lines=tuple(
        x for x in city.lines if x.firm_id != city.firms[-1].firm_id), measures=tuple(
        m for m in city.measures if m.firm_id != city.firms[-1].firm_id)))).context["upload"]  # fmt: skip
    fields = {"seen": 2, "ack": list(other.problems.filter(severity="error").values_list("code", flat=True)),
              "reason": "x"}  # fmt: skip
    accept(client, one.pk)
    page = client.post(f"/list/upload/{other.pk}/accept/", fields, follow=True).content.decode()
    assert "E012" in page
    assert Edition.objects.first().upload == one
    assert (
        "E012"
        in client.post(
            f"/list/upload/{other.pk}/accept/", {"seen": "x"}, follow=True
        ).content.decode()
    )
    client.post(f"/list/upload/{other.pk}/accept/", fields | {"seen": 3}, follow=True)
    assert Edition.objects.first().upload == other
    assert (Edition.objects.first().removed, Edition.objects.first().added) == (1, 0)


def test_two_requests_in_the_same_moment(site, book, city, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """What the database refuses because the other request was first is told like any other case."""
    from django.utils import timezone

    from lantian.office.registry import actions, list_pages
    from lantian.office.registry.models import Edition, Upload

    client = site("air")
    content = book(city)
    first = upload(client, content).context["upload"]
    answers = iter([None, first])
    with monkeypatch.context() as patch:
        patch.setattr(list_pages, "checked_before", lambda file, day: next(answers))
        again = upload(client, content)
    assert "E014" in again.content.decode()
    assert Upload.objects.filter(file=first.file).count() == 1
    changes = actions._changes

    def meanwhile(before, firms):  # type: ignore[no-untyped-def]
        other = Upload.objects.create(
            file=first.file, name="x", day="2026-01-01", by="other", checked_with="x", layout="x", firms=0, lines=0,
            rows=0, errors=0, warnings=0, hints=0,
        )  # fmt: skip
        Edition.objects.create(number=3, upload=other, day="2026-01-01", by="other", firms=0, lines=0, unknown=0,
                               added=0, removed=0, changed=0, at=timezone.now())  # fmt: skip
        return changes(before, firms)

    monkeypatch.setattr(actions, "_changes", meanwhile)
    page = accept(client, first.pk)
    assert "E012" in page.content.decode()
    assert Edition.objects.first().number == 2  # the action's transaction is rolled back as a whole


def test_rows_that_would_be_lost_cannot_be_acknowledged(site, book, city) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Edition

    client = site("air")
    twice = replace(city, firms=(*city.firms, replace(city.firms[0], row=99)))
    found = upload(client, book(twice)).context["upload"]
    codes = list(found.problems.filter(severity="error").values_list("code", flat=True))
    assert codes[0] == "E006"
    page = client.get(f"/list/upload/{found.pk}/").content.decode()
    assert "不能接受，也不能确认后放行" in page
    assert 'name="ack"' not in page
    page = accept(client, found.pk, ack=codes, reason="x").content.decode()
    assert "E006" in page
    assert Edition.objects.count() == 2


def test_bad_uploads_are_told_and_change_nothing(site, book, city, monkeypatch, settings) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event
    from lantian.office.registry import actions
    from lantian.office.registry.models import Upload

    client = site("air")
    before = (Upload.objects.count(), Event.objects.count())
    assert "E001" in client.post("/list/upload/", {"day": DAY}, follow=True).content.decode()
    content = book(city)
    for day in ("", "15.12.2026", "2026-13-01"):
        assert "E004" in upload(client, content, day=day).content.decode()
    for broken in (
        b"not a workbook",
        content[: len(content) // 2],
        b"%PDF-1.7",
        b"",
        b"PK\x03\x04" + b"\0" * 60,
    ):
        page = upload(client, broken, name="x.xlsx")
        assert page.status_code == 200
        assert 'class="message error"' in page.content.decode(), broken[:10]
    monkeypatch.setattr(actions.check_file, "__defaults__", (10,))
    page = upload(client, content).content.decode()
    assert "E003" in page
    assert "lantian check" in page
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (201 << 20))
    assert "E015" in upload(client, out.getvalue()).content.decode()
    assert "20 MB" in upload(client, b"0" * ((20 << 20) + 1)).content.decode()
    settings.MOST_UPLOAD_BYTES = 100
    assert "E002" in upload(client, content).content.decode()
    assert (Upload.objects.count(), Event.objects.count()) == before


def test_a_name_that_is_a_path_stays_a_name(site, book, city) -> None:  # type: ignore[no-untyped-def]
    found = upload(site("air"), book(city), name="..\\..\\etc\\清单<b>.xlsx")
    assert found.status_code == 200
    assert found.context["upload"].firms == 30
    assert found.context["upload"].name == "清单<b>.xlsx"  # browsers' paths are cut by Django
    title = found.content.decode().split("<h1>")[1].split("</h1>")[0]
    assert title == "清单&lt;b&gt;.xlsx"


def test_sums_stand_against_the_city_totals(site) -> None:  # type: ignore[no-untyped-def]
    from django.db.models import Sum

    from lantian.office.registry.models import Edition, Firm

    response = site("air").get("/list/edition/2/")
    edition = Edition.objects.get(number=2)
    for row, field in zip(
        response.context["sums"], ("pm_mg", "so2_mg", "nox_mg", "voc_mg"), strict=True
    ):
        assert row["firms"] == Firm.objects.filter(edition=2).aggregate(s=Sum(field))["s"]
        assert row["industry"] == edition.totals["industry"][row["name"]]
        assert row["above"] is False
    for group in response.context["groups"]:
        assert sum(r["n"] for r in group["rows"]) == 1555
        assert sum(r["sums"][2] for r in group["rows"]) == response.context["sums"][2]["firms"]
    edition.totals["industry"]["NOx"] = 1
    edition.save()
    assert "超过总量" in site("air").get("/list/edition/2/").content.decode()
    edition.totals = {}
    edition.save()
    assert "清单没有全社会排放总量" in site("air").get("/list/edition/2/").content.decode()


def test_two_editions_are_compared_both_ways(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.list_pages import compared
    from lantian.office.registry.models import Edition, FirmChange

    client = site("air")
    response = client.get("/list/compare/")
    assert (response.context["a"].number, response.context["b"].number) == (1, 2)
    counts = {k: n for k, _, n in response.context["counts"]}
    assert counts == {"added": 12, "removed": 0, "changed": 39}
    assert response.context["same"] == 1555 - 12 - 39
    back = client.get("/list/compare/?a=2&b=1")
    assert {k: n for k, _, n in back.context["counts"]} == {
        "added": 0,
        "removed": 12,
        "changed": 39,
    }
    assert {r["kind"] for r in client.get("/list/compare/?kind=added").context["rows"]} == {"added"}
    row = next(r for r in response.context["rows"] if r["kind"] == "changed")
    assert ("虚构旧", "虚构旧") in [c["before"] for c in row["changes"]]
    assert client.get("/list/compare/?a=2&b=2").context["page"].paginator.count == 0
    assert client.get("/list/compare/?a=9").status_code == 404
    assert client.get("/list/compare/?b=x").status_code == 404
    one, two = Edition.objects.order_by("number")
    kept = compared(one, two)
    FirmChange.objects.all().delete()
    assert compared(one, two) == []  # neighbours: what acceptance kept
    flip = {"added": "removed", "removed": "added"}
    assert [(f, flip.get(k, k)) for f, k in compared(two, one)] == kept  # others: worked out


def test_the_list_itself(site) -> None:  # type: ignore[no-untyped-def]
    page = site("air").get("/list/").content.decode()
    for piece in ("清单-冬季.xlsx", "清单-秋季.xlsx", "比较最近两版", "上传并检查"):
        assert piece in page, piece
    assert 'enctype="multipart/form-data"' not in site("leader").get("/list/").content.decode()
    assert site("leader").post("/list/upload/").status_code == 403
    assert site("water").post("/list/upload/1/accept/").status_code == 403


@pytest.mark.parametrize("role", ["district", "enterprise", "expert", "auditor", "water"])
def test_who_may_not_upload_or_accept_changes_nothing(role: str, person) -> None:  # type: ignore[no-untyped-def]
    from django.core.exceptions import PermissionDenied

    from lantian.office.audit.models import Event
    from lantian.office.registry.actions import Candidate, accept, keep_check
    from lantian.office.registry.models import Edition, Upload

    before = (Event.objects.count(), Edition.objects.count(), Upload.objects.count())
    with pytest.raises(PermissionDenied):
        accept(person(role), Candidate(Upload.objects.first(), (), {}, ()), seen=2)
    with pytest.raises(PermissionDenied):
        keep_check(person(role), Upload.objects.first().file, None)
    assert (Event.objects.count(), Edition.objects.count(), Upload.objects.count()) == before


def test_every_code_of_this_room_has_both_languages() -> None:
    from lantian.jobs.registry.problems import CODES, problem

    names = ("name", "mb", "size", "n", "limit", "day", "ids", "codes", "edition")
    for code in CODES:
        found = problem(code, **dict.fromkeys(names, "1"))
        assert all((found.message_zh, found.message_en, found.remedy_zh, found.remedy_en))
        assert "{" not in found.message_zh + found.message_en + found.remedy_zh + found.remedy_en
    assert tuple(f"E{i:03d}" for i in range(1, 19)) == CODES
