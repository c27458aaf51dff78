"""What other systems hand in: receipts, reports, readings, forecasts (issue 4, section 3)."""

from __future__ import annotations

import json

import pytest
from interface_parts import asker, make, with_scopes

KEY = {"Idempotency-Key": "receipt-0001"}
HOURS = "time,station,so2,no2,co,o3,pm10,pm25\n"


def last_event():  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    return Event.objects.order_by("-number").first()


def test_a_firm_s_system_confirms_and_reports_once(issued) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Order
    from lantian.office.audit.models import Event

    given = make(["receipts:write", "orders:read"], "enterprise")
    ask = asker(given.token)
    (order,) = [o for o in ask("GET", "/orders").json()["items"] if o["alert"] == issued.pk]
    assert (order["firm_id"], order["in_force"], order["receipt_at"]) == ("虚构-00001", True, None)
    way = f"/orders/{order['id']}"
    assert ask("GET", way).json()["values"]["rule"]["document"]
    report = {"text": "已停产"}
    assert ask("POST", f"{way}/receipt").json()["code"] == "I013"
    early = ask("POST", f"{way}/report", report, **{"Idempotency-Key": "report-0001"})
    assert (early.status_code, early.json()["code"]) == (409, "I014")
    assert "请先确认收到" in early.json()["message_zh"]

    first = ask("POST", f"{way}/receipt", **KEY)
    assert first.status_code == 200, first.content
    count = Event.objects.count()
    again = ask("POST", f"{way}/receipt", **KEY)
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert Event.objects.count() == count
    row = Order.objects.get(pk=order["id"])
    assert row.receipt_by == given.system.account.username
    assert last_event().what == "order.received"
    assert (
        ask("POST", f"{way}/receipt", **{"Idempotency-Key": "receipt-0002"}).json()["code"]
        == "I014"
    )
    assert ask("POST", f"{way}/report", report, **KEY).json()["code"] == "I012"
    # The key of what was refused is free: mended, it goes through.
    done = ask("POST", f"{way}/report", report, **{"Idempotency-Key": "report-0001"})
    assert done.json()["order"]["report"] == "已停产"


def test_another_firm_s_order_is_not_there(issued) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Order

    ask = with_scopes("receipts:write", "orders:read", role="enterprise")
    other = Order.objects.exclude(firm_id="虚构-00001").first()
    assert ask("POST", f"/orders/{other.pk}/receipt", **KEY).status_code == 404
    assert ask("GET", f"/orders/{other.pk}").status_code == 404
    other.refresh_from_db()
    assert other.receipt_at is None


def test_alerts_and_orders_are_read_in_parts(issued) -> None:  # type: ignore[no-untyped-def]

    ask = with_scopes("alerts:read", "orders:read")
    assert ask("GET", "/alerts/in-force").json()["alert"]["id"] == issued.pk
    assert ask("GET", f"/alerts/{issued.pk}").json()["proposal"]["episodes"]
    assert [a["id"] for a in ask("GET", "/alerts?state=signed").json()["items"]] == [issued.pk]
    lifted = ask("GET", "/alerts?state=lifted").json()["items"]
    assert {a["state"] for a in lifted} <= {"lifted"}
    found, following = [], ""
    while following is not None:
        part = ask(
            "GET", f"/orders?alert={issued.pk}&limit=50{following and '&cursor=' + following}"
        ).json()
        found += part["items"]
        following = part["next"]
    assert [o["id"] for o in found] == list(
        issued.orders.order_by("pk").values_list("pk", flat=True)
    )
    assert ask("GET", "/orders?firm=虚构-00001").json()["items"][0]["text_zh"]
    asked = f"/orders?alert={issued.pk}&cutting=yes&unreceived=yes&limit=500"
    assert len(ask("GET", asked).json()["items"]) == issued.orders.filter(cuts=True).count()
    district = with_scopes(
        "orders:read", "alerts:read", role="district", district=issued.orders.first().district
    )
    own = district("GET", f"/orders?alert={issued.pk}&limit=500").json()["items"]
    assert {o["district"] for o in own} == {issued.orders.first().district}
    assert district("GET", f"/alerts/{issued.pk}").json()["orders"] == len(own)


def test_a_later_end_is_confirmed_and_its_paper_reports_and_pictures_read(site, issued) -> None:  # type: ignore[no-untyped-def]
    from alert_steps import extend, midnight
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.demo.grading_papers import photograph
    from lantian.office.alert.models import Extension, ExtensionReceipt

    extend(site("air"), issued.pk, midnight(7), "省级调度令", "above")
    later = Extension.objects.get(alert=issued)
    ask = with_scopes("receipts:write", "orders:read", role="enterprise")
    bureau = with_scopes("alerts:read", "orders:read")
    order = issued.orders.get(firm_id="虚构-00001")
    way = f"/orders/{order.pk}"
    early = ask("POST", f"{way}/extensions/{later.pk}/receipt", **KEY)
    assert (early.status_code, early.json()["code"]) == (409, "I014")  # not signed yet
    assert ask("GET", way).json()["extensions"] == []
    site("leader").post(
        f"/alert/extension/{later.pk}/", {"decision": "sign", "office": later.signer_zh}
    )
    later.refresh_from_db()
    assert later.state == "signed"
    (told,) = bureau("GET", f"/alerts/{issued.pk}").json()["extensions"]
    assert (told["state"], told["basis"], told["why"]) == ("signed", "above", "污染过程延续")
    assert told["new_end"] == ask("GET", way).json()["end"] != told["old_end"]
    assert ask("GET", way).json()["extensions"] == [told | {"receipt_by": "", "receipt_at": None}]

    assert ask("POST", f"{way}/extensions/{later.pk}/receipt").json()["code"] == "I013"
    first = ask("POST", f"{way}/extensions/{later.pk}/receipt", **KEY)
    again = ask("POST", f"{way}/extensions/{later.pk}/receipt", **KEY)
    assert (first.status_code, again.content) == (200, first.content)
    assert ExtensionReceipt.objects.filter(extension=later).count() == 1
    assert last_event().what == "extension.received"
    none = ask("POST", f"{way}/extensions/999/receipt", **{"Idempotency-Key": "receipt-0003"})
    assert none.status_code == 404
    assert ask("GET", way).json()["extensions"][0]["receipt_at"] == first.json()["receipt_at"]

    picture, firm = photograph(3), site("enterprise")
    firm.post(f"/alert/own/{order.pk}/")
    files = [SimpleUploadedFile("a.png", picture)]
    firm.post(f"/alert/own/{order.pk}/", {"report": "已停产", "photos": files})
    (report,) = bureau("GET", way).json()["reports"]
    assert report["text"] == "已停产"
    (shown,) = report["pictures"]
    found = bureau("GET", f"{way}/pictures/{shown['id']}")
    assert (found.content, found["Content-Type"]) == (picture, "image/png")
    other = issued.orders.exclude(pk=order.pk).first()
    assert bureau("GET", f"/orders/{other.pk}/pictures/{shown['id']}").status_code == 404
    assert bureau("GET", f"{way}/paper").content.startswith(b"%PDF")
    assert ask("GET", f"/orders/{other.pk}/paper").status_code == 404


def hours(bad: str = "") -> str:
    rows = [
        f"2026-12-18 {h:02d}:00,S0{s},10,40,1.0,60,100,70"
        for h in range(1, 25)
        for s in range(1, 7)
    ]
    text = HOURS + "\n".join(rows) + "\n"
    return text.replace("2026-12-18 05:00,S01,10", bad) if bad else text


def test_hours_as_csv_and_as_json_come_to_the_same(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import CityDay, Hour
    from lantian.office.audit.vault import path_of

    ask = with_scopes("readings:write", role="monitoring")
    text = hours("2026-12-18 25:00,S01,坏")
    told = ask("POST", "/readings/air/hours", text.encode(), kind="text/csv").json()
    assert (told["rows"], told["used"], told["not_used"]) == (144, 143, 1)
    problem = next(p for p in told["problems"] if p["code"] == "A007")
    assert problem["place"].startswith("readings.csv")
    assert "6" in problem["place"]
    assert problem["remedy_zh"]
    assert path_of(told["file_hash"]).read_text("utf-8") == text
    first = list(
        Hour.objects.filter(day="2026-12-18").order_by("station", "hour").values_list("pm25", "so2")
    )
    lines = text.splitlines()
    rows = [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:]]
    again = ask("POST", "/readings/air/hours", {"rows": rows}).json()
    assert (again["used"], again["not_used"]) == (143, 1)
    assert json.loads(path_of(again["file_hash"]).read_bytes())["rows"][0]["pm25"] == "70"
    assert again["file_hash"] in last_event().event  # the content as it came, besides the table
    assert (
        list(
            Hour.objects.filter(day="2026-12-18")
            .order_by("station", "hour")
            .values_list("pm25", "so2")
        )
        == first
    )
    assert CityDay.objects.get(day="2026-12-18").pm25 == 70


def test_every_refused_row_is_told(filled, db) -> None:  # type: ignore[no-untyped-def]
    ask = with_scopes("readings:write", role="monitoring")
    rows = [f"2026-12-18 {h + 25}:00,S01,10,40,1.0,60,100,70" for h in range(40)]
    told = ask(
        "POST", "/readings/air/hours", (HOURS + "\n".join(rows)).encode(), kind="text/csv"
    ).json()
    assert (told["used"], told["not_used"]) == (0, 40)
    assert len([p for p in told["problems"] if p["code"] == "A007"]) == 40
    assert told["problems_more"] == {}


def test_days_and_waters(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import CityDay
    from lantian.office.water.models import WaterSample

    ask = with_scopes("readings:write", role="monitoring")
    days = {"rows": [{"date": "2027-01-02", "so2": "9", "no2": "30", "co": "0.8", "o3": "50", "pm25": "41"},
                     {"date": "gestern", "so2": "9"}]}  # fmt: skip
    told = ask("POST", "/readings/air/days", days).json()
    assert (told["rows"], told["used"], told["not_used"]) == (2, 1, 1)
    assert told["problems"]
    assert CityDay.objects.get(day="2027-01-02").pm25 == 41
    sample = {"section": "出境断面", "date": "2027-01-02", "do": "8.1", "tp": "0.12"}
    assert ask("POST", "/readings/water", {"rows": [sample]}).json()["used"] == 1
    assert WaterSample.objects.filter(day="2027-01-02", section="出境断面").count() == 2
    # A role with one of the two permissions hands in its own readings only.
    water = with_scopes("readings:write", role="water")
    assert water("POST", "/readings/air/days", days).json()["code"] == "I006"
    assert water("POST", "/readings/water", {"rows": [sample]}).status_code == 200


@pytest.mark.parametrize(
    ("content", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "I011"), (b"[]", "application/json", 422, "I010"),
        (b'{"rows": []}', "application/json", 422, "I010"), (b'{"rows": [{"a": []}]}', "application/json", 422, "I010"),
        (b'{"rows": [{"a": "\\ud800"}]}', "application/json", 400, "I011"), (b"a\nb\n", "text/csv", 422, "A002"),
        (b"\xff\xfe", "text/csv", 422, "A00"), (b"\n", "text/csv", 422, "A00"), (b"<a/>", "text/xml", 415, "I017"),
        (b'{"rows": [{"a": "\\u0000"}]}', "application/json", 422, "A00"),
        (b"x" * (20 * 2**20 + 1), "text/csv", 413, "I015"),
    ],
)  # fmt: skip
def test_bad_content_is_refused_in_words_and_changes_nothing(
    content, kind, status, code, filled, db
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import Hour

    before, event = Hour.objects.count(), last_event().number
    ask = with_scopes("readings:write", role="monitoring")
    response = ask("POST", "/readings/air/hours", content, kind=kind)
    assert response.status_code == status, response.content[:300]
    assert response.json()["code"].startswith(code), response.json()
    assert (Hour.objects.count(), last_event().number) == (before, event + 1)  # the system itself


def test_a_forecast_is_set_and_a_bad_one_placed(filled, db) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import Forecast

    ask = with_scopes("forecasts:write")
    day = {"day": "2027-01-05", "low": 100, "high": 140, "primary": "PM2.5"}
    given = {"issued_on": "2027-01-04", "days": [day]}
    assert ask("POST", "/forecasts", given).json() == {"days": 1}
    assert Forecast.objects.get(day="2027-01-05").high == 140
    for bad, place in (
        (day | {"low": 200}, "body.days.0"), (day | {"high": 501}, "body.days.0.high"),
        (day | {"day": 5}, "body.days.0.day"), (day | {"x": 1}, "body.days.0.x"),
        (day | {"low": "100"}, "body.days.0.low"), (day | {"primary": "\x00"}, "body.days.0.primary"),
    ):  # fmt: skip
        response = ask("POST", "/forecasts", given | {"days": [bad]})
        assert (response.status_code, response.json()["place"]) == (422, place), response.json()
