"""Orders: filters, one order, paper, receipts, reports with pictures, reminders (issue 4, section 2.5; 0133)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from alert_steps import said
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
JPEG = b"\xff\xd8\xff\xe0" + b"another"


@pytest.fixture
def mine(ordered):  # type: ignore[no-untyped-def]
    """Return the order of the demonstration's firm."""
    return ordered.orders.get(firm_id="虚构-00001")


def report(firm, order, text: str, *pictures: tuple[str, bytes]):  # type: ignore[no-untyped-def]
    photos = [SimpleUploadedFile(name, content) for name, content in pictures]
    return said(firm.post(f"/alert/own/{order.pk}/", {"report": text, "photos": photos}, follow=True))  # fmt: skip


def later(alert, hours: float) -> None:  # type: ignore[no-untyped-def]
    """Let the orders of an alert have gone out so long ago."""
    alert.orders.update(issued_at=timezone.now() - timedelta(hours=hours))


def test_the_list_filters_by_district_receipt_report_and_words(site, ordered, mine) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Order

    client, address = site("leader"), f"/alert/{ordered.pk}/orders/"
    cutting = ordered.orders.filter(cuts=True)

    def shown(query: str) -> set[str]:
        page = client.get(f"{address}?{query}")
        found = set()
        for number in page.context["page"].paginator.page_range:
            found |= {
                o.firm_id for o in client.get(f"{address}?{query}&page={number}").context["page"]
            }
        return found

    assert shown("show=all") == {o.firm_id for o in ordered.orders.all()}
    assert shown("") == {o.firm_id for o in cutting}
    one = cutting.first()
    inside = {o.firm_id for o in cutting.filter(district=one.district)}
    assert shown(f"show=cuts&district={one.district}") == inside
    assert shown(f"show=all&q={mine.firm_id}") == {mine.firm_id}
    Order.objects.filter(pk=one.pk).update(receipt_at=timezone.now())
    assert one.firm_id not in shown("show=open")
    assert one.firm_id in shown("show=unreported")
    assert shown("show=adjusted") == set()
    assert shown("show=nothing") == shown("show=cuts")
    table = {d["district"]: d for d in client.get(address).context["districts"]}
    assert table[one.district]["received"] == 1
    assert sum(d["firms"] for d in table.values()) == cutting.count()


def test_the_list_asks_the_store_the_same_number_of_questions_for_few_and_many(
    site, ordered
) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = site("leader")
    client.get(f"/alert/{ordered.pk}/orders/")
    with CaptureQueriesContext(
        connection,
    ) as many:
        client.get(f"/alert/{ordered.pk}/orders/?show=all")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/alert/{ordered.pk}/orders/?show=all&q=00001")
    assert len(many) == len(few)
    assert len(many) <= 12


def test_one_order_with_its_paper(site, ordered, mine) -> None:  # type: ignore[no-untyped-def]
    from test_plan_by_hand import pdf_text

    page = said(site("enforcement").get(f"/alert/order/{mine.pk}/"))
    for piece in (mine.text_zh, "逐线要求", "未确认", mine.values["rule"]["clause"]):
        assert piece in page, piece
    for role in ("enforcement", "enterprise"):
        answer = site(role).get(f"/alert/order/{mine.pk}/order.pdf")
        assert answer["Content-Type"] == "application/pdf"
    text = pdf_text(answer.content)
    assert mine.firm_name.replace(" ", "") in text
    assert "已签发" in text
    assert "拟稿" not in text
    assert "list.xlsx" in text  # the list it was made from, by its own name


def test_a_firm_and_a_district_see_their_own_orders_only(site, person, ordered, mine) -> None:  # type: ignore[no-untyped-def]
    other = ordered.orders.exclude(firm_id=mine.firm_id).exclude(district=mine.district).first()
    firm = site("enterprise")
    assert firm.get(f"/alert/order/{mine.pk}/").status_code == 200
    for path in ("", "order.pdf"):
        assert firm.get(f"/alert/order/{other.pk}/{path}").status_code == 404
    assert firm.get(f"/alert/{ordered.pk}/orders/").status_code == 403
    officer = person("district")
    officer.district = mine.district
    officer.save()
    district = site("district")
    assert district.get(f"/alert/order/{mine.pk}/").status_code == 200
    assert district.get(f"/alert/order/{other.pk}/").status_code == 404
    page = district.get(f"/alert/{ordered.pk}/orders/?show=all&district={other.district}")
    assert list(page.context["page"]) == []
    officer.district = ""
    officer.save()
    assert list(site("district").get(f"/alert/{ordered.pk}/orders/?show=all").context["page"]) == []


def test_reports_are_kept_with_their_pictures_under_their_hash(site, mine) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    firm = site("enterprise")
    assert "请先确认收到" in report(firm, mine, "已停产")
    firm.post(f"/alert/own/{mine.pk}/")
    page = report(firm, mine, "一号线已停", ("停机.png", PNG), ("电表.jpg", JPEG))
    assert "一号线已停" in page
    first = mine.reports.get()
    assert [p.kind for p in first.photos.order_by("pk")] == ["image/png", "image/jpeg"]
    event = json.loads(Event.objects.filter(what="order.reported").latest("number").event)
    assert event["values"]["photos"] == 2
    assert set(event["files"].values()) == {p.file_id for p in first.photos.all()}
    assert "这份报告已经提交" in report(
        firm, mine, "一号线已停", ("停机.png", PNG), ("电表.jpg", JPEG)
    )
    assert "二号线也停了" in report(firm, mine, "二号线也停了")
    mine.refresh_from_db()
    assert mine.report == "二号线也停了"
    assert [r.text for r in mine.reports.all()] == ["一号线已停", "二号线也停了"]
    photo = first.photos.order_by("pk").first()
    answer = site("enforcement").get(f"/alert/photo/{photo.pk}/")
    assert answer.content == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("text", "pictures", "told"),
    [
        ("已停产", [("坏.png", b"<script>")], "O018"),
        ("已停产", [(f"{i}.png", PNG + bytes([i])) for i in range(7)], "O018"),
        (" ", [], "请写明执行情况"),
    ],
)
def test_what_cannot_be_reported_is_said(site, mine, text, pictures, told: str) -> None:  # type: ignore[no-untyped-def]
    firm = site("enterprise")
    firm.post(f"/alert/own/{mine.pk}/")
    assert told in report(firm, mine, text, *pictures)
    assert not mine.reports.exists()


def test_pictures_of_others_are_not_seen(site, person, mine) -> None:  # type: ignore[no-untyped-def]
    firm = site("enterprise")
    firm.post(f"/alert/own/{mine.pk}/")
    report(firm, mine, "已停", ("停机.png", PNG))
    photo = mine.reports.get().photos.get()
    user = person("enterprise")
    user.firm_id = "虚构-00002"
    user.save()
    assert site("enterprise").get(f"/alert/photo/{photo.pk}/").status_code == 404
    assert site("expert").get(f"/alert/photo/{photo.pk}/").status_code == 403
    assert firm.get("/alert/photo/999999/").status_code == 404


def test_missing_receipts_become_a_task_after_the_hours_of_the_rule(
    site, person, ordered, mine
) -> None:  # type: ignore[no-untyped-def]
    officer = person("district")
    officer.district = mine.district
    officer.save()
    assert "仍未确认收到" not in said(site("air").get("/today/"))
    later(ordered, 1.9)
    assert "仍未确认收到" not in said(site("air").get("/today/"))
    later(ordered, 2.1)
    cutting = ordered.orders.filter(cuts=True)
    assert f"{cutting.count()}家企业下达2小时后仍未确认收到" in said(site("air").get("/today/"))
    own = cutting.filter(district=mine.district).count()
    assert f"{own}家企业下达2小时后仍未确认收到" in said(site("district").get("/today/"))
    assert "仍未确认收到" not in said(site("water").get("/today/"))
    page = site("air").get(f"/alert/{ordered.pk}/orders/?show=late")
    assert page.context["late"] == cutting.count()
    assert page.context["page"].paginator.count == cutting.count()


def test_the_clock_of_the_firm_is_said_in_words(ordered) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.order_pages import countdown

    def at(moment) -> str:  # type: ignore[no-untyped-def]
        return countdown(ordered, moment)["words"][0]

    start, end = ordered.start, ordered.end
    assert at(start - timedelta(days=1, hours=2)) == "还有1天2小时后开始执行"
    assert at(start - timedelta(minutes=30)) == "还有30分钟后开始执行"
    assert at(end - timedelta(hours=3, minutes=5)) == "还有3小时5分钟后结束"
    assert at(end) == "已到期，接到解除通知前继续执行"


def test_there_is_one_current_order_a_firm_in_the_store(ordered, plan) -> None:  # type: ignore[no-untyped-def]
    from django.db import IntegrityError, transaction

    from lantian.office.alert.models import Alert, Order

    one = ordered.orders.first()
    other = Alert.objects.get(pk=ordered.pk)
    other.pk, other.before, other.case = None, None, None
    other.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.create(alert=other, plan=plan, firm_id=one.firm_id, firm_name="x", cuts=True, text_zh="x",
                             values={}, issued_by="x", issued_at=timezone.now())  # fmt: skip


def test_earlier_orders_of_a_firm_come_page_by_page(
    site, ordered, mine, monkeypatch, django_assert_max_num_queries
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert, Order

    earlier = []
    for days in range(5):
        alert, end = Alert.objects.get(pk=ordered.pk), ordered.end - timedelta(days=9 - days)
        alert.pk, alert.state, alert.case, alert.before = None, "lifted", None, None
        alert.save()
        order = Order.objects.get(pk=mine.pk)
        order.pk, order.alert, order.ended_at = None, alert, end
        order.save()
        earlier.insert(0, order.pk)
    whole = [*earlier, *Order.objects.filter(firm_id=mine.firm_id).exclude(ended_at=None)
             .exclude(pk__in=earlier).order_by("-pk").values_list("pk", flat=True)]  # fmt: skip
    every = list(Order.objects.filter(firm_id=mine.firm_id).order_by("-pk").values_list("pk", flat=True))  # fmt: skip
    monkeypatch.setattr("lantian.office.alert.order_pages.EARLIER_PER_PAGE", 2)
    monkeypatch.setattr("lantian.office.registry.pages.ORDERS_PER_PAGE", 2)
    for client, address, expected in (
        (site("enterprise"), "/alert/own/", whole),
        (site("air"), f"/firms/firm/{mine.firm_id}/", every),
    ):
        first, seen = said(client.get(address)), list[int]()
        for number in range(1, -(-len(expected) // 2) + 1):
            with django_assert_max_num_queries(24):  # of the firm page, whatever the length
                response = client.get(f"{address}?page={number}")
            rows = list(response.context["page"])
            assert len(rows) <= 2
            seen += [o.pk for o in rows]
        assert seen == expected
        assert 'rel="next"' in first
        assert "page=2#" in first
        assert client.get(f"{address}?page=nonsense").status_code == 200
