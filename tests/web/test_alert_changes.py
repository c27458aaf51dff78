"""Extend, raise, lower and lift on the pages: what the rules refuse, orders in force, receipts (reference 1.4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from alert_steps import CLEARED, FIRST, coming, csv, extend, midnight, propose, said
from django.utils import timezone


def last_event(what: str):  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    found = Event.objects.filter(what=what).order_by("-number").first()
    return json.loads(found.event) if found else None


LONGER = coming(128, 163, 214, 262, 231, 170, 165, 80)


def test_an_extension_is_proposed_signed_and_told_to_every_firm(site, ordered) -> None:  # type: ignore[no-untyped-def]
    page = extend(site("air"), ordered.pk, midnight(7), LONGER)
    assert "已提出延长" in page
    assert "审批表" in site("leader").get(f"/alert/{ordered.pk}/").content.decode()
    one = ordered.extensions.get()
    assert one.form_due - one.proposed_at == timedelta(hours=2)
    assert one.signer_status == "secondary"
    # Nothing has changed yet.
    ordered.refresh_from_db()
    assert timezone.localtime(ordered.end).date() == FIRST + timedelta(days=5)
    assert "延长待签发" in site("leader").get("/today/").content.decode()
    leader = site("leader")
    wrong = leader.post(f"/alert/extension/{one.pk}/", {"decision": "sign", "office": "市长"}, follow=True)  # fmt: skip
    assert "O010" in said(wrong)
    leader.post(f"/alert/extension/{one.pk}/", {"decision": "sign", "office": one.signer_zh})
    ordered.refresh_from_db()
    assert timezone.localtime(ordered.end).date() == FIRST + timedelta(days=7)
    event = last_event("extension.signed")
    assert event["values"]["orders"] == 120
    # The firm sees old and new end, and confirms that it knows.
    firm = site("enterprise")
    own = said(firm.get("/alert/own/"))
    for days in (5, 7):
        assert f"{FIRST + timedelta(days=days):%m-%d} 00:00" in own
    assert "已延长" in own
    assert "管控令已延长，待确认收到" in said(firm.get("/today/"))
    order = ordered.orders.get(firm_id="虚构-00001")
    answer = {"extension": one.pk}
    assert "已登记" in said(firm.post(f"/alert/own/{order.pk}/", answer, follow=True))
    assert "已经确认收到" in said(firm.post(f"/alert/own/{order.pk}/", answer, follow=True))
    assert order.extension_receipts.count() == 1
    assert "管控令已延长，待确认收到" not in said(firm.get("/today/"))
    again = leader.post(f"/alert/extension/{one.pk}/", {"decision": "sign"}, follow=True)
    assert "不能再做这一步" in said(again)


@pytest.mark.parametrize(
    ("until", "text", "basis", "code"),
    [
        (5, LONGER, "forecast", "O001"),
        (7, None, "decision", "O002"),
        (8, LONGER, "forecast", "O003"),
        (7, coming(210, 210, 310, 320, 330, 340, 90), "forecast", "O004"),
        (7, CLEARED, "forecast", "O005"),
        (7, None, "forecast", "请上传"),
        (7, None, "above", "请上传"),
        (7, "date,aqi\n昨天,很高\n", "forecast", "F101"),
        (7, LONGER, "because", "请选择依据"),
    ],
)
def test_what_the_rules_refuse_to_extend(site, signed, until, text, basis, code) -> None:  # type: ignore[no-untyped-def]
    page = extend(site("air"), signed.pk, midnight(until), text, basis)
    assert code in page
    if code in ("O002", "O003", "O005"):
        assert "不得为完成空气质量目标启动" in page  # the clause
    assert not signed.extensions.exists()


def test_an_extension_by_notice_from_above_keeps_the_notice(site, signed) -> None:  # type: ignore[no-untyped-def]
    page = extend(site("air"), signed.pk, midnight(7), "省级调度令", "above")
    assert "已提出延长" in page
    one = signed.extensions.get()
    assert one.file is not None
    assert one.proposal == {}
    assert "已有延长建议待签发" in extend(site("air"), signed.pk, midnight(8), "又一份", "above")
    leader = site("leader")
    none = leader.post(f"/alert/extension/{one.pk}/", {"decision": "drop", "why": " "}, follow=True)
    assert "请写明理由" in said(none)
    leader.post(f"/alert/extension/{one.pk}/", {"decision": "drop", "why": "未会商"})
    one.refresh_from_db()
    assert (one.state, one.dropped_why) == ("dropped", "未会商")
    assert last_event("extension.dropped")["values"]["why"] == "未会商"


def test_a_time_that_is_none_is_said(site, signed) -> None:  # type: ignore[no-untyped-def]
    assert "无法识别" in extend(site("air"), signed.pk, "后天", LONGER)


def test_who_may_not_propose_or_sign_a_later_end_is_refused(site, signed) -> None:  # type: ignore[no-untyped-def]
    assert site("leader").post(f"/alert/{signed.pk}/extend/").status_code == 403
    assert site("enforcement").post("/alert/extension/1/").status_code == 403


def test_a_raise_takes_over_and_the_firm_has_exactly_one_order(
    site, ordered, workbook: bytes
) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    from lantian.office.alert.models import Alert, Order
    from lantian.office.alert.worker import run_next

    worse = coming(210, 210, 310, 320, 330, 90)
    assert "O006" in propose(site("air"), LONGER, "raise")
    propose(site("air"), worse, "raise")
    red = Alert.objects.get(before=ordered)
    assert (red.level, red.signer_zh) == ("red", "市长")
    assert "已有接替本预警的建议待签发" in propose(site("air"), worse, "raise")
    leader = site("leader")
    wrong = leader.post(f"/alert/{red.pk}/sign/", {"office": "分管副市长"}, follow=True)
    assert "O010" in said(wrong)
    red.refresh_from_db()
    assert red.state == "proposed"
    leader.post(f"/alert/{red.pk}/sign/", {"office": "市长"})
    red.refresh_from_db()
    assert red.signed_as == "市长"
    # Until the new orders go out the old one stands: a firm is never without an order.
    firm = site("enterprise")
    assert "橙色" in said(firm.get("/alert/own/"))
    file = SimpleUploadedFile("list.xlsx", workbook)
    site("air").post(f"/alert/{red.pk}/plan/", {"file": file})
    assert run_next()
    leader.post(f"/alert/{red.pk}/issue/")
    mine = Order.objects.filter(firm_id="虚构-00001", alert__in=(ordered, red))
    assert mine.count() == 2
    assert mine.get(ended_at=None).alert == red
    assert "接替" in mine.get(alert=ordered).ended_why
    own = said(firm.get("/alert/own/"))
    assert own.index("红色") < own.index("历次管控令") < own.index("橙色")
    assert last_event("orders.issued")["values"]["ended"] == 120
    # The order that ended is no longer confirmed.
    old = mine.get(alert=ordered)
    assert "已终止" in said(firm.post(f"/alert/own/{old.pk}/", follow=True))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (coming(128, 163, 214, 262, 231, 88), "O007"),  # the same level
        (coming(60, 60, 60, 60, 60, 60), "O007"),  # none: it is to be lifted
        (coming(128, 163, 163, 60, 60, 210, 220, 230), "O008"),  # it comes back
    ],
)
def test_what_the_rules_refuse_to_lower(site, signed, text: str, code: str) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert

    page = propose(site("air"), text, "lower")
    assert code in page
    if code == "O008":
        assert "级别波动时按高级别执行" in page
    assert not Alert.objects.filter(before=signed).exists()


def test_a_lowering_follows_a_forecast_of_a_lower_level(site, signed) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert

    propose(site("air"), coming(90, 160, 165, 80, 80, 80), "lower")
    assert Alert.objects.get(before=signed).level == "yellow"


def test_lifting_rests_on_a_forecast_or_on_a_notice_from_above(site, ordered) -> None:  # type: ignore[no-untyped-def]
    leader = site("leader")
    address = f"/alert/{ordered.pk}/end/"
    short = {"why": "好转", "file": csv(coming(128, 90, 214, 90, 90))}
    page = said(leader.post(address, short, follow=True))
    assert "O009" in page
    assert "36" in page
    none = leader.post(address, {"why": "上级", "basis": "above"}, follow=True)
    assert "请上传上级的解除通知" in said(none)
    bad = {"why": "好转", "file": csv("date,aqi\n昨天,很高\n")}
    assert "F101" in said(leader.post(address, bad, follow=True))
    notice = {"why": "按省厅通知解除", "basis": "above", "file": csv("通知", "notice.txt")}
    assert "已登记" in said(leader.post(address, notice, follow=True))
    ordered.refresh_from_db()
    assert ordered.state == "lifted"
    assert ordered.end_forecast.name == "notice.txt"
    assert not ordered.orders.filter(ended_at=None).exists()
    event = last_event("alert.lifted")["values"]
    assert (event["orders"], event["above"]) == (120, 1)
    assert "不能再做这一步" in extend(site("air"), ordered.pk, midnight(7), LONGER)


def test_a_clear_forecast_lifts(site, ordered) -> None:  # type: ignore[no-untyped-def]
    values = {"why": "空气转好", "file": csv(CLEARED)}
    site("leader").post(f"/alert/{ordered.pk}/end/", values)
    ordered.refresh_from_db()
    assert ordered.state == "lifted"


def test_the_page_in_english_has_no_chinese_labels_of_grade_and_level(site, ordered) -> None:  # type: ignore[no-untyped-def]
    client = site("leader")
    client.cookies["django_language"] = "en"
    for address in (
        f"/alert/{ordered.pk}/",
        f"/alert/{ordered.pk}/orders/",
        f"/alert/{ordered.pk}/compare/",
    ):
        page = said(client.get(address))
        for label in ("非引领性", "未评级", "橙色", "已签发", "达标", "本方案", "一刀切", "黄色"):
            assert label not in page, (address, label)
    assert "non-leading" in said(client.get(f"/alert/{ordered.pk}/orders/"))
