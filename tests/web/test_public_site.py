"""Public pages: what is there, what must never be, caches, limits, cookies, twins (issue 4, section 2.8)."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import pytest
from alert_steps import CLEARED
from alert_steps import csv as csv_file
from django.core.cache import caches
from test_notices import FORM, prepared, published, take  # noqa: F401

PAGES = ("/public/", "/public/air/", "/public/water/", "/public/soil/", "/public/alerts/", "/public/firms/",
         "/public/firms/firm/虚构-00002/", "/public/notices/", "/public/notices/1/", "/public/bulletins/",
         "/public/bulletins/1/", "/public/data/",
         "/public/feed.atom", "/public/sitemap.xml", "/robots.txt")  # fmt: skip
DATA = tuple(
    f"/public/data/{key}.{form}"
    for key in ("notices", "firms", "alerts", "bulletins")
    for form in ("csv", "json")
)


def text_of(answer) -> str:  # type: ignore[no-untyped-def]
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(
        "utf-8-sig"
    )


@pytest.fixture
def in_force(site, proposed):  # type: ignore[no-untyped-def]
    """Return a signed alert whose orders went out, on the list in force."""
    from lantian.office.alert.worker import run_next
    from lantian.office.registry.figures import current

    site("leader").post(f"/alert/{proposed.pk}/sign/")
    site("air").post(f"/alert/{proposed.pk}/plan/", {"edition": current().number})
    assert run_next()
    site("leader").post(f"/alert/{proposed.pk}/issue/", {"accept_why": "清单待更新"})
    return proposed


# --- what is there ---------------------------------------------------------------------------


def test_the_first_page_says_the_air_in_plain_words_and_leads_everywhere(site) -> None:  # type: ignore[no-untyped-def]
    page = site().get("/public/")
    text = page.content.decode()
    assert f"日 AQI <b>{page.context['last']['aqi']}</b>" in text
    assert "现在没有重污染天气预警" in text
    for address in ("air", "water", "soil", "alerts", "firms", "notices", "bulletins", "data"):
        assert f'href="/public/{address}/"' in text
    assert site().get("/").headers["Location"] == "/public/"


def test_an_alert_says_what_it_means_with_document_and_mark(site, in_force) -> None:  # type: ignore[no-untyped-def]
    for address in ("/public/", "/public/air/"):
        text = site().get(address).content.decode()
        for piece in ("橙色", "预警生效中", "停止户外运动", "中小学校停止户外课程", "停止土石方作业",
                      "太原市橙色预警通知", "二手来源", "系统设定"):  # fmt: skip
            assert piece in text, (address, piece)
        assert "单双号" not in text  # that is red
    alerts = site().get("/public/alerts/").content.decode()
    assert "单双号" in alerts
    assert f'id="alert-{in_force.pk}"' in alerts


def test_every_word_of_advice_has_a_document_and_the_design_is_not_passed_off_as_a_rule() -> None:
    from datetime import date

    from lantian.office.public.figures import advice

    levels = {one["level"]: one["rows"] for one in advice(date(2026, 12, 1))}
    assert list(levels) == ["yellow", "orange", "red"]
    marks = {
        (level, r["title"][1]): str(r["head"].status)
        for level, rows in levels.items()
        for r in rows
    }
    assert {m for (_, title), m in marks.items() if title == "Health"} == {"design"}
    assert marks["orange", "Firms"] == marks["red", "People"] == "secondary"
    assert ("yellow", "People") not in marks  # no source says what
    assert all(r["head"].document and r["head"].clause for rows in levels.values() for r in rows)


# --- firms -----------------------------------------------------------------------------------


def test_firms_show_measures_and_orders_and_nothing_of_the_inside(site, in_force) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.models import Firm

    firm = Firm.objects.filter(edition=2, firm_id="虚构-00002").get()
    page = site().get("/public/firms/").content.decode()
    single = site().get(f"/public/firms/firm/{firm.firm_id}/").content.decode()
    order = in_force.orders.get(firm_id=firm.firm_id)
    assert firm.name in page
    assert "本次预警" in page
    assert order.text_zh in single
    assert ("须减排" in single) is order.cuts
    inside = firm.detail.values
    secrets = [inside[k] for k in ("contact", "phone", "legal_representative") if inside.get(k)]
    assert secrets
    secrets += [inside["permit_no"], inside["address"]]
    assert all(len(secret) > 1 for secret in secrets)
    for text in (page, single, text_of(site().get("/public/data/firms.csv"))):
        for secret in secrets:
            assert secret not in text, secret
        assert "kg/d" not in text.replace(order.text_zh, "")


def test_firms_that_cut_under_the_alert_are_found(site, in_force) -> None:  # type: ignore[no-untyped-def]
    client = site()
    cuts = in_force.orders.filter(cuts=True)
    page = client.get("/public/firms/?now=cuts")
    assert 0 < page.context["count"] == cuts.count() < in_force.orders.count()
    assert f"：{cuts.count()}</a>" in client.get("/public/").content.decode()
    assert "now=cuts&amp;page=2" in page.content.decode()
    rows = list(csv.DictReader(io.StringIO(text_of(client.get("/public/data/firms.csv?now=cuts")))))
    assert {r["cuts_now"] for r in rows} == {"yes"}
    assert len(rows) == cuts.count()


def test_firms_are_found_filtered_and_paged_but_not_sorted_by_what_is_inside(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    firms = Firm.objects.filter(edition=current())
    client = site()
    assert client.get("/public/firms/").context["count"] == firms.count()
    district = client.get("/public/firms/?district=示例区")
    assert district.context["count"] == firms.filter(district="示例区").count() > 0
    both = client.get("/public/firms/?district=示例区&grade=C")
    assert both.context["count"] == firms.filter(district="示例区", grade="C").count()
    one = firms.order_by("firm_id").first()
    assert [
        r["firm"].pk for r in client.get(f"/public/firms/?q={one.credit_code}").context["rows"]
    ] == [one.pk]
    assert client.get("/public/firms/?page=2").context["page"].number == 2
    plain = [r["firm"].pk for r in client.get("/public/firms/?sort=id").context["rows"]]
    for inside in ("sort=nox", "sort=id&kind=small_micro", "sort=id&state=stopped&page=1"):
        caches["pages"].clear()
        shown = client.get(f"/public/firms/?{inside}").context["rows"]
        assert [r["firm"].pk for r in shown] == plain, inside
    assert client.get("/public/firms/firm/没有/").status_code == 404


@pytest.mark.parametrize(("address", "most"), [
    ("/public/firms/", 9), ("/public/firms/?district=示例区", 9), ("/public/firms/firm/虚构-00002/", 9),
    ("/public/notices/", 6), ("/public/", 16), ("/public/bulletins/", 4),
])  # fmt: skip
def test_a_page_asks_a_fixed_number_of_questions(
    address: str, most: int, site, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    client = site()
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200
    with django_assert_max_num_queries(1):  # only which event was the last
        assert client.get(address).status_code == 200


# --- what must never be ----------------------------------------------------------------------


def everywhere(site, piece: str, notice: int) -> list[str]:  # type: ignore[no-untyped-def]
    """Return the public addresses that show a piece of text."""
    client = site()
    own = (
        f"/public/notices/{notice}/",
        f"/public/notices/?q={piece}",
        f"/public/notices/{notice}/file/",
    )
    found = []
    for address in (*PAGES, *DATA, *own):
        shown = re.sub(
            r'(value|href)="[^"]*[?&]q=[^"]*"|name="(q|next)" value="[^"]*"',
            "",
            text_of(client.get(address)),
        )
        if piece in shown or f"/public/notices/{notice}/" in shown:
            found.append(address)
    return found


def test_what_is_not_approved_or_is_withdrawn_is_nowhere(site) -> None:  # type: ignore[no-untyped-def]
    number = "绝密罚7号"
    notice = prepared(site, number=number)
    assert everywhere(site, number, notice.pk) == []
    take(site, "leader", notice, "return", why="再看")
    assert everywhere(site, number, notice.pk) == []
    site("enforcement").post(f"/publicity/{notice.pk}/edit/", FORM | {
        "decided_on": notice.decided_on.isoformat(), "version": str(notice.version), "number": number})  # fmt: skip
    take(site, "leader", notice, "publish", masked="on")
    shown = everywhere(site, number, notice.pk)
    for address in ("/public/", "/public/notices/", "/public/feed.atom", "/public/sitemap.xml", *DATA[:2],
                    f"/public/notices/{notice.pk}/"):  # fmt: skip
        assert address in shown, address
    # Every page above lies in the cache now; the withdrawal is seen at once.
    take(site, "leader", notice, "withdraw", reason="mistake", why="有误")
    assert everywhere(site, number, notice.pk) == []


def test_a_proposal_is_not_public_and_a_lifted_alert_is_no_longer_in_force(site, proposed) -> None:  # type: ignore[no-untyped-def]
    client = site()

    def shown() -> list[int]:
        return [
            row["alert"]
            for row in json.loads(text_of(client.get("/public/data/alerts.json")))["rows"]
        ]

    before = shown()
    assert proposed.pk not in before
    for address in ("/public/", "/public/feed.atom"):
        assert "预警生效中" not in text_of(client.get(address)), address
    site("leader").post(f"/alert/{proposed.pk}/sign/")
    assert "预警生效中" in client.get("/public/").content.decode()
    assert (
        json.loads(text_of(client.get("/public/data/alerts.json")))["rows"][0]["state"] == "signed"
    )
    assert shown() == [proposed.pk, *before]
    site("leader").post(
        f"/alert/{proposed.pk}/end/", {"why": "空气转好", "file": csv_file(CLEARED)}
    )
    assert "预警生效中" not in client.get("/public/").content.decode()
    assert "解除" in client.get("/public/feed.atom").content.decode()


# --- caches ----------------------------------------------------------------------------------


def test_a_page_is_made_once_and_anew_after_any_event(site, person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.public import lists
    from lantian.office.site.actions import set_site

    made = []
    real = lists.render
    monkeypatch.setattr(lists, "render", lambda *a, **k: made.append(1) or real(*a, **k))
    client = site()
    first = client.get("/public/notices/?q=&utm=a")
    assert (
        client.get("/public/notices/?utm=b&q=").content == first.content
    )  # what a page does not know is dropped
    assert "utm" not in first.content.decode()
    assert len(made) == 1
    client.cookies["django_language"] = "en"
    assert "Notices of enforcement" in client.get("/public/notices/").content.decode()
    client.cookies["large"] = "1"
    assert 'class="large"' in client.get("/public/notices/").content.decode()
    assert len(made) == 3
    set_site(person("operator"), {"city": "另一市"})
    del client.cookies["django_language"], client.cookies["large"]
    assert "另一市" in client.get("/public/notices/").content.decode()
    assert len(made) == 4


def test_who_is_signed_in_sees_his_own_page_and_leaves_nothing_in_the_cache(site) -> None:  # type: ignore[no-untyped-def]
    own = site("leader").get("/public/notices/")
    assert "退出" in own.content.decode()
    assert own["Cache-Control"] == "private, no-cache"
    assert "退出" not in site().get("/public/notices/").content.decode()


@pytest.mark.parametrize("address", [*PAGES, *DATA])
def test_a_known_page_is_answered_with_304(address: str, site) -> None:  # type: ignore[no-untyped-def]
    client = site()
    first = client.get(address)
    text_of(first)
    assert first.status_code == 200
    assert first["Cache-Control"] == "public, no-cache"
    assert {"Cookie", "Accept-Language"} <= {v.strip() for v in first["Vary"].split(",")}
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(address, headers={"If-None-Match": 'W/"other"'}).status_code == 200
    if "Last-Modified" in first:
        assert (
            client.get(address, headers={"If-Modified-Since": first["Last-Modified"]}).status_code
            == 304
        )
    client.cookies["django_language"] = "en"
    assert client.get(address)["ETag"] != first["ETag"]


def test_an_old_copy_of_a_withdrawn_notice_is_not_confirmed(site, published) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    client = site()
    first = client.get(f"/public/notices/{published.pk}/")
    take(site, "leader", published, "withdraw", reason="mistake", why="有误")
    known = {"If-None-Match": first["ETag"]} | (
        {"If-Modified-Since": first["Last-Modified"]} if "Last-Modified" in first else {}
    )
    assert client.get(f"/public/notices/{published.pk}/", headers=known).status_code == 410


# --- cookies, limits, headers ----------------------------------------------------------------


def test_nobody_gets_a_cookie_but_for_language_and_type_size(site) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    site()
    client = Client(enforce_csrf_checks=True)
    for address in (*PAGES, *DATA):
        text_of(client.get(address))
    assert not client.cookies
    assert (
        client.post("/language/", {"language": "en", "next": "/public/"}).headers["Location"]
        == "/public/"
    )
    assert (
        client.post("/type-size/", {"large": "1", "next": "https://elsewhere.example/"}).headers[
            "Location"
        ]
        == "/"
    )
    assert set(client.cookies) == {"django_language", "large"}
    assert (
        "The air" in client.get("/public/").content.decode()
        or "the air" in client.get("/public/").content.decode()
    )


def test_the_type_size_is_what_was_asked_for_however_often(site) -> None:  # type: ignore[no-untyped-def]
    client = site()
    for _ in range(2):
        client.post("/type-size/", {"large": "1", "next": "/public/"})
        assert client.cookies["large"].value == "1"
    assert "常规字号" in client.get("/public/").content.decode()
    client.post("/type-size/", {"large": "0", "next": "/public/"})
    assert client.cookies["large"].value == "0"


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_public_pages_are_only_read(method: str, site) -> None:  # type: ignore[no-untyped-def]
    assert getattr(site(), method)("/public/notices/").status_code == 405


def test_a_forged_header_does_not_evade_the_limit(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.public.limits import PER_MINUTE

    client = site()
    for n in range(PER_MINUTE):
        answer = client.get(
            "/robots.txt", headers={"X-Forwarded-For": f"10.1.{n // 250}.{n % 250}"}
        )
        assert answer.status_code == 200
    refused = client.get(
        "/robots.txt", headers={"X-Forwarded-For": "8.8.8.8", "X-Real-IP": "8.8.4.4"}
    )
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert client.get("/robots.txt", REMOTE_ADDR="192.0.2.7").status_code == 200


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "counted"),
    [
        ("192.0.2.1", "198.51.100.9", (), "192.0.2.1"),
        ("127.0.0.1", "198.51.100.9", ("127.0.0.1",), "198.51.100.9"),
        (
            "127.0.0.1",
            "1.1.1.1, 198.51.100.9",
            ("127.0.0.1",),
            "198.51.100.9",
        ),  # what is written in front is not read
        ("127.0.0.1", "198.51.100.9, 10.0.0.2", ("127.0.0.1", "10.0.0.0/8"), "198.51.100.9"),
        ("127.0.0.1", "nonsense", ("127.0.0.1",), "127.0.0.1"),
        ("127.0.0.1", "", ("127.0.0.1",), "127.0.0.1"),
        ("192.0.2.1:4711", "", (), "192.0.2.1"),
        ("::ffff:192.0.2.1", "", (), "192.0.2.1"),
        ("2001:db8:1:2::5", "", (), "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::9", "", (), "2001:db8:1:2::/64"),
        ("", "198.51.100.9", ("127.0.0.1",), ""),
    ],
)
def test_the_address_that_is_counted(
    remote: str, forwarded: str, proxies: tuple[str, ...], counted: str, rf, settings
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.public.limits import address_of

    settings.PROXIES = proxies
    assert address_of(rf.get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)) == counted


def test_a_wrong_proxy_stops_the_start_in_words() -> None:
    from lantian.office.site.settings import _proxies

    assert _proxies(" 127.0.0.1, 10.0.0.0/8 ,") == ("127.0.0.1", "10.0.0.0/8")
    with pytest.raises(SystemExit, match="my-proxy"):
        _proxies("127.0.0.1,my-proxy")


def test_whole_lists_have_a_limit_of_their_own(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.public.limits import DATA_PER_MINUTE

    client = site()
    statuses = [
        client.get("/public/data/alerts.csv").status_code for _ in range(DATA_PER_MINUTE + 1)
    ]
    assert set(statuses[:-1]) == {200}
    assert statuses[-1] == 429
    assert client.get("/public/alerts/").status_code == 200


# --- twins, feed, sitemap --------------------------------------------------------------------


def test_each_list_has_its_twins_with_time_and_terms(site, published) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    client = site()
    for key in ("notices", "firms", "bulletins"):
        rows = list(csv.DictReader(io.StringIO(text_of(client.get(f"/public/data/{key}.csv")))))
        whole = json.loads(text_of(client.get(f"/public/data/{key}.json")))
        assert len(rows) == len(whole["rows"]) > 0
        assert list(rows[0])[:-2] == whole["fields"]
        assert all(r["data_time"] and "注明来源" in r["terms"] for r in rows)
        assert whole["invented"] is True
        assert whole["time"]
        assert "注明来源" in whole["terms"]
        assert [str(v) for v in whole["rows"][0].values()] == [rows[0][f] for f in whole["fields"]]
    one = text_of(client.get("/public/data/notices.csv?q=没有这样的"))
    assert len(one.strip().splitlines()) == 1
    assert 'rel="license"' in client.get("/public/data/firms.csv")["Link"]


def test_a_list_of_firms_answers_the_questions_of_its_page(site) -> None:  # type: ignore[no-untyped-def]
    rows = list(
        csv.DictReader(
            io.StringIO(text_of(site().get("/public/data/firms.csv?district=示例区&grade=C")))
        )
    )
    page = site().get("/public/firms/?district=示例区&grade=C")
    shown = [r["firm"].firm_id for r in page.context["rows"]]
    assert [r["firm_id"] for r in rows][: len(shown)] == shown
    assert len(rows) == page.context["count"]


def test_a_cell_is_no_formula(site) -> None:  # type: ignore[no-untyped-def]
    notice = prepared(site, party_kind="firm", party="=cmd|' /C calc'!A0", number="公式1号")
    take(site, "leader", notice, "publish", masked="on")
    rows = list(
        csv.DictReader(io.StringIO(text_of(site().get("/public/data/notices.csv?q=公式1号"))))
    )
    assert [r["party"] for r in rows] == ["'=cmd|' /C calc'!A0"]


def test_the_feed_is_atom_newest_first(site, published, in_force) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    space = {"a": "http://www.w3.org/2005/Atom"}
    root = ET.fromstring(site().get("/public/feed.atom").content)
    entries = root.findall("a:entry", space)
    stamps = [e.find("a:updated", space).text for e in entries]
    assert stamps == sorted(stamps, reverse=True)
    titles = [e.find("a:title", space).text for e in entries]
    assert any(FORM["number"] in t for t in titles)
    assert any("预警" in t for t in titles)
    assert all(
        e.find("a:link", space).get("href").startswith("http://testserver/public/") for e in entries
    )
    assert len({e.find("a:id", space).text for e in entries}) == len(entries)


def test_the_map_of_the_site_leads_to_pages_that_are_there(site) -> None:  # type: ignore[no-untyped-def]
    client = site()
    root = ET.fromstring(client.get("/public/sitemap.xml").content)
    found = [loc.text for loc in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert len(found) > 10
    for address in found:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200, address
    robots = client.get("/robots.txt").content.decode()
    assert "Disallow: /\n" in robots
    assert "Sitemap: http://testserver/public/sitemap.xml" in robots


def test_a_search_takes_anything(site) -> None:  # type: ignore[no-untyped-def]
    client = site()
    for bad in (
        "from=昨天",
        "to=9999-99-99",
        "kind=nothing",
        "page=x",
        "page=99999",
        "q=%00",
        "q=" + "a " * 300,
        "district=%27",
    ):
        assert client.get(f"/public/notices/?{bad}").status_code == 200, bad
        assert client.get(f"/public/firms/?{bad}").status_code == 200, bad
    assert client.get("/public/firms/firm/%00/").status_code == 404
    assert client.get("/public/notices/99999999999999999999/").status_code == 404
