"""Monitoring in the office: who sees what, curves, hours with reasons, packets byte for byte (issue 6, section 3)."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import re
from datetime import timedelta

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def heard_of(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The city was filled when the tests began: on a slow machine that is longer ago than a logger may be silent."""
    from lantian.jobs.gateway import health

    monkeypatch.setattr(health, "_SILENT_S", 2 * 3600)


@pytest.fixture
def outlet(filled):  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import Outlet

    return lambda firm: Outlet.objects.get(firm_id=firm)


OWN, OTHER, DRAIN = "虚构-00001", "虚构-00013", "虚构-00011"


def text(response) -> str:  # type: ignore[no-untyped-def]
    assert response.status_code == 200, response.status_code
    return html.unescape(response.content.decode())


def test_the_city_page_says_what_is_to_be_looked_at(site) -> None:  # type: ignore[no-untyped-def]
    page = text(site("leader").get("/monitoring/"))
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', page, re.S)
    assert len(rows) == 3
    assert "窑尾排口" in rows[0], "the one with alarms comes first"
    drain = next(r for r in rows if "废水总排口" in r)
    assert "断线" in drain
    steady = next(r for r in rows if "窑头排口" in r)
    assert "高于同行业" in steady
    assert rows[0].count("<svg") == 1


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("show=silent", {"DW001"}), ("show=marked", {"窑头排口"}),
        ("show=alarms", {"窑尾排口"}), ("show=over", {"窑尾排口"}),
        ("district=示例区", {"窑尾排口"}), ("industry=水泥", {"窑尾排口", "窑头排口"}), ("industry=没有", set()),
    ],
)  # fmt: skip
def test_filters_narrow_page_and_export_alike(site, query: str, names: set[str]) -> None:  # type: ignore[no-untyped-def]
    client = site("monitoring")
    page = text(client.get(f"/monitoring/?{query}"))
    sent = client.get(f"/monitoring/export.csv?{query}").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sent)))
    assert {n for n in ("窑尾排口", "窑头排口", "DW001") if n in page} == names
    assert len(rows) == len(names)


def test_the_workbook_holds_the_same_rows(site) -> None:  # type: ignore[no-untyped-def]
    import openpyxl

    client = site("auditor")
    book = openpyxl.load_workbook(io.BytesIO(client.get("/monitoring/export.xlsx").content))
    sheet = book["自动监控"]
    cells = [[c.value for c in row] for row in sheet.iter_rows(min_row=4)]
    rows = list(
        csv.reader(io.StringIO(client.get("/monitoring/export.csv").content.decode("utf-8-sig")))
    )[1:]
    assert [r[0] for r in cells] == [r[0] for r in rows]
    assert [float(r[9]) for r in cells if r[9] is not None] == [float(r[9]) for r in rows if r[9]]
    assert "虚构" in sheet["A2"].value
    assert client.get("/monitoring/export.doc").status_code == 404


def test_a_firm_and_a_district_see_their_own_outlets_only(site, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import Alarm

    own, other = outlet(OWN), outlet(OTHER)
    day = own.days.order_by("-day").first().day
    tails = ("", f"day/{day}/", "packets/", "parameters/", "marks/")
    for role in ("enterprise", "district"):
        client = site(role)
        for tail in tails:
            assert client.get(f"/monitoring/outlet/{own.pk}/{tail}").status_code == 200, (
                role,
                tail,
            )
            assert client.get(f"/monitoring/outlet/{other.pk}/{tail}").status_code == 404, (
                role,
                tail,
            )
    page = text(site("district").get("/monitoring/"))
    assert "窑尾排口" in page
    assert "窑头排口" not in page
    alarm = Alarm.objects.filter(outlet=own).first()
    Alarm.objects.filter(pk=alarm.pk).update(outlet=other)
    assert site("enterprise").get(f"/monitoring/alarm/{alarm.pk}/").status_code == 404
    assert site("district").get(f"/monitoring/alarm/{alarm.pk}/").status_code == 404


def test_a_user_without_firm_or_district_sees_none(person, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.figures import visible

    for role, field in (("enterprise", "firm_id"), ("district", "district")):
        user = person(role)
        setattr(user, field, "")
        assert not visible(user).exists()
    assert not visible(person("operator")).exists()


def test_the_curve_shows_marks_flags_limit_and_gaps_apart(site, outlet) -> None:  # type: ignore[no-untyped-def]
    own = outlet(OWN)
    page = text(
        site("monitoring").get(f"/monitoring/outlet/{own.pk}/?factor=a21002&unit=minute&span=7d")
    )
    svg = page[
        page.index('<svg class="chart curve"') : page.index("</svg>", page.index("chart curve"))
    ]
    for kind in (
        'class="line"',
        'class="flagged"',
        'class="above"',
        'class="band"',
        'class="gap"',
        'class="limit"',
    ):
        assert kind in svg, kind
    assert "限值 100（小时均值，排污许可证（虚构） 表3）" in svg
    assert "每一列画出该时段的最小值和最大值" in page
    measured = text(
        site("monitoring").get(f"/monitoring/outlet/{own.pk}/?factor=a21002&as=measured&span=7d")
    )
    assert "限值为折算浓度，与实测值不可比" in measured
    assert 'class="limit"' not in measured[measured.index('class="chart curve"') :]


def test_the_table_says_what_the_picture_says(site, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.jobs.gateway.lake import read
    from lantian.office.monitoring import lake

    own = outlet(OWN)
    newest = max(x.time for x in lake.latest(lake.mns_of(own), ("2051",)))
    start = newest - timedelta(minutes=59)
    end = newest + timedelta(minutes=1)
    query = (
        f"factor=a21002&unit=minute&as=measured&from={start:%Y-%m-%dT%H:%M}&to={end:%Y-%m-%dT%H:%M}"
    )
    page = text(site("air").get(f"/monitoring/outlet/{own.pk}/?{query}"))
    table = page[page.index("<summary>表格") :].split("</table>")[0]
    shown = re.findall(
        r'<th scope="row" class="nowrap">([\d :-]+)</th><td class="n">([\d.]+)</td>', table
    )
    rows = read(lake.home(), mns=lake.mns_of(own), start=start, end=newest + timedelta(minutes=1), cns=("2051",),
                factors=("a21002",))  # fmt: skip
    assert len(shown) == len(rows) == 60
    assert [(f"{r.time:%Y-%m-%d %H:%M}", float(r.values["Avg"])) for r in rows] == [
        (t, float(v)) for t, v in shown
    ]


@pytest.mark.parametrize(
    "query",
    ["from=x&to=y", "from=2026-01-02T00:00&to=2026-01-01T00:00", "from=0001-01-01T00:00&to=9999-01-01T00:00",
     "factor=w99&unit=year&as=what&span=9x", "unit=month&from=1900-01-01T00:00", "from=%00&to=2026-13-45T99:99"],
)  # fmt: skip
def test_an_address_that_is_wrong_shows_a_curve_all_the_same(site, outlet, query: str) -> None:  # type: ignore[no-untyped-def]
    page = text(site("monitoring").get(f"/monitoring/outlet/{outlet(OWN).pk}/?{query}"))
    assert 'class="chart curve"' in page


@pytest.mark.parametrize("unit", ["minute", "hour", "day", "month"])
@pytest.mark.parametrize("firm", [OWN, DRAIN])
def test_every_unit_is_drawn(site, outlet, unit: str, firm: str) -> None:  # type: ignore[no-untyped-def]
    page = text(site("water").get(f"/monitoring/outlet/{outlet(firm).pk}/?unit={unit}"))
    assert 'class="chart curve"' in page


def test_each_hour_says_why_and_the_loggers_own_hours_are_compared(site, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring.models import FactorDay

    own = outlet(OWN)
    days = FactorDay.objects.filter(outlet=own, factor="a21002", over_hours__gt=0).order_by(
        "-over_hours"
    )
    day = days.first()
    page = text(
        site("enforcement").get(f"/monitoring/outlet/{own.pk}/day/{day.day}/?factor=a21002")
    )
    assert page.count(">超标</b>") == day.over_hours
    assert "至少45" not in page  # the clause is cited, not retold
    assert "HJ 212-2017 附录D" in page
    compared = page[page.index("数采仪小时值与分钟重算值") :]
    part = compared[compared.index("a21002") :].split("<h3>")[0]
    differing = re.findall(r'<tr><th scope="row">(\d\d:00)</th><td>(实测|折算)</td>', part)
    over = {f"{c['h']:02d}:00" for c in day.hours if c["over"]}
    assert {h for h, kind in differing if kind == "折算"} >= over, "the planted hours are found"
    others = text(site("enforcement").get(f"/monitoring/outlet/{outlet(OTHER).pk}/day/{day.day}/"))
    assert "相差超过允许 0" in others
    early = text(site("monitoring").get(f"/monitoring/outlet/{own.pk}/day/2001-01-01/"))
    assert "这一天没有数据" in early


def test_a_packet_is_shown_as_its_bytes_lie_in_the_spool(site, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.jobs.gateway import spool
    from lantian.office.monitoring import lake

    own = outlet(OWN)
    newest = max((x for x in lake.latest(lake.mns_of(own), ("2051",))), key=lambda x: x.time)
    kept = spool.record(lake.home(), newest.record)
    at = f"from={newest.time:%Y-%m-%dT%H:%M}&factor={newest.factor}"
    page = text(site("monitoring").get(f"/monitoring/outlet/{own.pk}/packets/?{at}"))
    raw = re.search(r'<pre class="raw">(.*?)</pre>', page, re.S)
    assert raw is not None
    assert raw[1].replace("\r\n", "\n").strip() == kept.frame.decode().strip()
    for piece in (hashlib.sha256(kept.frame).hexdigest(), hashlib.new("sm3", kept.frame).hexdigest(), kept.peer,
                  f"@ {kept.offset}", f"{len(kept.frame)} 字节", f"{kept.received:%H:%M:%S}"):  # fmt: skip
        assert piece in page, piece
    sent = site("monitoring").get(f"/monitoring/outlet/{own.pk}/packets/?{at}&raw={newest.record}")
    assert sent.content == kept.frame
    firm = site("enterprise")
    masked = text(firm.get(f"/monitoring/outlet/{own.pk}/packets/?{at}"))
    assert "PW=123456" not in masked
    assert "PW=••••••;" in masked
    assert hashlib.sha256(kept.frame).hexdigest() in masked
    assert (
        firm.get(f"/monitoring/outlet/{own.pk}/packets/?{at}&raw={newest.record}").status_code
        == 404
    )
    other = site("monitoring").get(
        f"/monitoring/outlet/{outlet(OTHER).pk}/packets/?raw={newest.record}"
    )
    assert other.status_code == 404


def test_values_without_a_packet_say_so(site, outlet) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.monitoring import marking

    early = marking.now_beijing() - timedelta(days=2)
    page = text(
        site("air").get(f"/monitoring/outlet/{outlet(OWN).pk}/packets/?from={early:%Y-%m-%dT%H:%M}")
    )
    assert "个值没有原始报文" in page


def test_a_changed_slope_is_listed_with_its_packet(site, outlet) -> None:  # type: ignore[no-untyped-def]
    page = text(site("monitoring").get(f"/monitoring/outlet/{outlet(OWN).pk}/parameters/"))
    assert "<del>1.000</del> → <ins>1.020</ins>" in page
    assert "<del>1.020</del> → <ins>0.880</ins>" in page
    assert page.index("i13008") < len(page)
    assert "斜率" in page


def test_english_pages_are_english(site, outlet) -> None:  # type: ignore[no-untyped-def]
    client = site("leader")
    client.post("/language/", {"language": "en", "next": "/"})
    page = text(client.get(f"/monitoring/outlet/{outlet(OWN).pk}/"))
    assert "Newest values" in page
    assert "Nitrogen oxides" in page
    assert "Automatic monitoring" in text(client.get("/monitoring/"))
