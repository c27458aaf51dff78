"""Pages of firms: list, filters, columns, export, one firm (issue 4, section 2, part 2)."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

FIRST = "虚构-00002"


def firms_of(response) -> list[str]:  # type: ignore[no-untyped-def]
    return [r["firm"].firm_id for r in response.context["rows"]]


def test_the_list_has_every_firm_page_by_page(site) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    response = client.get("/firms/")
    assert response.context["count"] == 1555
    assert response.context["edition"].number == 2
    seen: list[str] = []
    for page in range(1, response.context["page"].paginator.num_pages + 1):
        seen += firms_of(client.get(f"/firms/?page={page}"))
    assert seen == [f"虚构-{i:05d}" for i in range(1, 1556)]
    assert firms_of(client.get("/firms/?page=9999")) == seen[-5:]
    assert firms_of(client.get("/firms/?page=x")) == seen[:50]


def test_filters_are_counted_as_the_database_counts(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm

    client = site("air")
    firms = Firm.objects.filter(edition=2)
    for query, wanted in (
        ("district=示例区", firms.filter(district="示例区")),
        ("industry=水泥", firms.filter(industry="水泥")),
        ("grade=leading", firms.filter(grade="leading")),
        ("state=seasonal", firms.filter(state="seasonal")),
        ("kind=guaranteed", firms.filter(guaranteed=True)),
        ("district=示例区&grade=D", firms.filter(district="示例区", grade="D")),
        ("district=-", firms.filter(district="")),
        ("grade=nonsense", firms.none()),
    ):
        response = client.get(f"/firms/?{query}")
        assert response.context["count"] == wanted.count(), query
        assert firms_of(response) == list(
            wanted.order_by("firm_id").values_list("firm_id", flat=True)[:50]
        ), query
    for field, rows in client.get("/firms/").context["choices"].items():
        assert sum(r["n"] for r in rows) == 1555, field
    assert client.get("/firms/?grade=leading").context["count"] == 58


def test_search_by_name_id_and_code(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm

    client = site("air")
    firm = Firm.objects.get(edition=2, firm_id="虚构-00001")
    for text in (
        firm.name,
        "00001",
        firm.credit_code,
        firm.credit_code.lower(),
        f"{firm.name[:4]} 00001",
    ):
        found = client.get("/firms/", {"q": text})
        assert "虚构-00001" in firms_of(found), text
    assert client.get("/firms/", {"q": "没有这家"}).context["count"] == 0
    assert "没有符合条件的企业" in client.get("/firms/", {"q": "没有这家"}).content.decode()
    assert client.get("/firms/", {"q": "100%_\\'\""}).context["count"] == 0
    page = client.get("/firms/", {"q": "<script>"}).content.decode()
    assert "<script" not in page


@pytest.mark.parametrize(("sort", "field"), [("nox", "nox_mg"), ("voc", "voc_mg")])
def test_order_by_mass(sort: str, field: str, site) -> None:  # type: ignore[no-untyped-def]
    masses = [
        getattr(r["firm"], field) for r in site("air").get(f"/firms/?sort={sort}").context["rows"]
    ]
    assert masses == sorted(masses, reverse=True)
    assert masses[0] > masses[-1]


def test_order_by_grade_and_name(site) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    ranks = [r["firm"].grade_rank for r in client.get("/firms/?sort=grade&page=2").context["rows"]]
    assert ranks == sorted(ranks)
    names = [r["firm"].name for r in client.get("/firms/?sort=name").context["rows"]]
    assert names == sorted(names)
    assert firms_of(client.get("/firms/?sort=nothing")) == firms_of(client.get("/firms/"))


def test_columns_are_chosen(site) -> None:  # type: ignore[no-untyped-def]
    page = site("air").get("/firms/?col=credit&col=SO2&col=nonsense")
    assert page.context["asked"].columns == ("credit", "SO2")
    assert [h["words"][1] for h in page.context["heads"]] == ["credit code", "SO2, kg/d"]
    assert "col=credit&amp;col=SO2&amp;page=2" in page.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_firms(
    site, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    client.get("/firms/")
    with django_assert_max_num_queries(6):
        client.get("/firms/")
    with django_assert_max_num_queries(7):
        client.get("/firms/?q=水泥&district=示例区")
    with django_assert_max_num_queries(22):
        client.get(f"/firms/firm/{FIRST}/")


def test_the_export_is_what_the_filter_shows(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm

    client = site("air")
    response = client.get("/firms/export.xlsx?industry=水泥")
    sheet = openpyxl.load_workbook(BytesIO(response.content))["企业"]
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    firms = Firm.objects.filter(edition=2, industry="水泥").order_by("firm_id")
    assert [r[0] for r in rows] == [f.firm_id for f in firms]
    assert [r[13] * 1_000_000 for r in rows] == [pytest.approx(f.nox_mg, abs=0.5) for f in firms]
    assert "虚构演示数据" in sheet["A2"].value
    assert "第 2 版" in sheet["A2"].value
    assert site("expert").get("/firms/export.xlsx").status_code == 403


def test_too_many_to_export_is_told(site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry import pages

    monkeypatch.setattr(pages, "MOST_EXPORTED", 1000)
    response = site("air").get("/firms/export.xlsx", follow=True)
    assert "E013" in response.content.decode()
    assert response.redirect_chain
    assert (
        site("air")
        .get("/firms/export.xlsx?industry=水泥")["Content-Type"]
        .startswith("application/vnd")
    )


def test_a_firm_has_lines_measures_outlets_and_its_history(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm

    client = site("air")
    response = client.get(f"/firms/firm/{FIRST}/")
    firm = Firm.objects.get(edition=2, firm_id=FIRST)
    assert response.context["firm"] == firm
    assert len(response.context["lines"]) == firm.line_count
    assert all(all(levels) for line in response.context["lines"] for levels in line["measures"])
    assert (
        sum(x["line"].nox_mg for x in response.context["lines"] if not x["standing"]) == firm.nox_mg
    )
    named = {
        o for x in response.context["lines"] for o in x["line"].values["outlet_ids"].split("、")
    }
    assert {o["outlet"] for o in response.context["outlets"]} == named
    kinds = [e["kind"][1] for e in response.context["events"] if e["kind"]]
    assert kinds == ["changed", "added"]
    page = response.content.decode()
    for piece in ("各级别减排措施", "排放口", "经过", "虚构旧", "黄色", "统一社会信用代码"):
        assert piece in page, piece
    assert response.context["gone"] is False


def test_an_earlier_edition_of_a_firm(site) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    response = client.get(f"/firms/firm/{FIRST}/?edition=1")
    assert response.context["edition"].number == 1
    assert "现行为第 2 版" in response.content.decode()
    assert client.get(f"/firms/firm/{FIRST}/?edition=3").status_code == 404
    assert client.get(f"/firms/firm/{FIRST}/?edition=x").status_code == 404
    assert client.get("/firms/firm/没有/").status_code == 404


def test_grades_are_told_where_they_changed(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm

    old = dict(Firm.objects.filter(edition=1).values_list("firm_id", "grade"))
    raised = next(f for f in Firm.objects.filter(edition=2, grade="B") if old.get(f.firm_id) == "C")
    grades = site("air").get(f"/firms/firm/{raised.firm_id}/").context["grades"]
    assert [(g["edition"], g["code"]) for g in grades] == [(2, "B"), (1, "C")]


def test_a_district_officer_sees_the_firms_of_his_district(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm

    client = site("district")
    response = client.get("/firms/")
    own = Firm.objects.filter(edition=2, district="示例区")
    assert response.context["count"] == own.count() > 0
    assert {r["firm"].district for r in response.context["rows"]} == {"示例区"}
    assert client.get("/firms/?district=云台区（虚构）").context["count"] == 0
    assert "云台区" not in response.content.decode()
    sheet = openpyxl.load_workbook(BytesIO(client.get("/firms/export.xlsx").content))["企业"]
    assert sheet.max_row - 3 == own.count()
    other = Firm.objects.filter(edition=2).exclude(district="示例区").first()
    assert client.get(f"/firms/firm/{own.first().firm_id}/").status_code == 200
    assert client.get(f"/firms/firm/{other.firm_id}/").status_code == 404


def test_what_changed_elsewhere_is_not_told_to_a_district(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm, FirmChange

    change = FirmChange.objects.filter(
        edition=2,
        kind="changed",
        firm_id__in=Firm.objects.filter(edition=2, district="示例区").values("firm_id"),
    ).first()
    address = f"/firms/firm/{change.firm_id}/"
    assert site("district").get(address).context["events"][0]["changes"]
    Firm.objects.filter(firm_id=change.firm_id, edition=2).update(district="别处")
    response = site("district").get(address)
    assert response.context["edition"].number == 1
    assert response.context["events"][0]["changes"] == []


def test_a_firm_sees_itself_and_nobody_else(site, person) -> None:  # type: ignore[no-untyped-def]
    client = site("enterprise")
    response = client.get("/firms/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/firms/firm/")
    assert response.context["firm"].firm_id == "虚构-00001"
    assert "demo-air" not in response.content.decode()
    assert client.get(f"/firms/firm/{FIRST}/").status_code == 404
    assert client.get("/firms/export.xlsx").status_code == 403


@pytest.mark.parametrize(("role", "field"), [("enterprise", "firm_id"), ("district", "district")])
def test_who_has_no_firm_or_district_sees_none(role: str, field: str, site, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.access import own_firms
    from lantian.office.registry.models import Firm

    user = person(role)
    setattr(user, field, "")
    user.save()
    assert site(role).get("/firms/").context["count"] == 0
    assert site(role).get(f"/firms/firm/{FIRST}/").status_code == 404
    assert own_firms(person("operator"), Firm.objects.all()).count() == 0


def test_english(site) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    client.post("/language/", {"language": "en", "next": "/firms/"})
    page = client.get("/firms/").content.decode()
    assert "non-leading" in page
    assert "Export to Excel" in page
    assert "Measures by level" in client.get(f"/firms/firm/{FIRST}/").content.decode()
    assert "style=" not in page
    assert "<script" not in page


def test_pages_without_a_list(db) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    from lantian.office.dynamic.models import Check, Downgrade, Draw, Statement
    from lantian.office.people.models import User
    from lantian.office.registry.models import (
        Edition,
        Firm,
        FirmChange,
        FirmCount,
        FirmDetail,
        Line,
    )

    for model in (
        Statement,
        Downgrade,
        Check,
        Draw,
        FirmChange,
        FirmCount,
        Line,
        FirmDetail,
        Firm,
        Edition,
    ):
        model.objects.all().delete()
    client = Client()
    user, _ = User.objects.get_or_create(username="alone", role="air")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    assert "还没有清单版次" in client.get("/firms/").content.decode()
    assert "还没有版次" in client.get("/list/").content.decode()
    assert "还没有版次" in client.get("/list/compare/").content.decode()
    assert client.get("/firms/export.xlsx").status_code == 404
    assert client.get("/list/edition/1/").status_code == 404


def test_a_firm_shows_its_cases_its_evidence_and_its_monitored_outlets(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Application, Document
    from lantian.office.monitoring.models import Alarm

    def page(firm: str) -> str:
        return str(site("air").get(f"/firms/firm/{firm}/").content.decode())

    own = Application.objects.exclude(case__state="draft").select_related("case").first()
    assert own.case.title in page(own.firm_id).split("办理事项")[1].split("<h2>")[0]
    documents = Document.objects.filter(taken_back_at=None).exclude(
        application__case__state="draft"
    )
    document = documents.select_related("application").first()
    rows = page(document.application.firm_id).split("证据材料")[1]
    row = rows.split(f"{document.name}</a>")[1].split("</tr>")[0]
    assert document.file_id[:12] in row
    assert document.by in row
    alarm = Alarm.objects.exclude(state="closed").select_related("outlet").first()
    text = page(alarm.outlet.firm_id)
    assert f"/monitoring/outlet/{alarm.outlet.pk}/" in text
    assert "条报警未结" in text


def test_what_a_firm_may_not_know_yet_is_not_among_its_cases(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.dynamic.models import Check

    check = Check.objects.select_related("case").first()
    page = site("air").get(f"/firms/firm/{check.firm_id}/").content.decode()
    assert check.case.title in page.split("办理事项")[1].split("<h2>")[0]
    from lantian.office.people.models import User

    User.objects.filter(username="demo-enterprise").update(firm_id=check.firm_id)
    page = site("enterprise").get(f"/firms/firm/{check.firm_id}/").content.decode()
    cases = page.split("办理事项")[1].split("<h2>")[0] if "办理事项" in page else ""
    assert f"/dynamic/checks/{check.pk}/" not in cases
