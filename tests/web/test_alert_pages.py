"""From a forecast to receipts: propose, sign, plan, issue, receive, report, lift (issue 4, section 2.5)."""

from __future__ import annotations

import json
from datetime import timedelta

from alert_steps import FIRST, ask, coming
from django.core.files.uploadedfile import SimpleUploadedFile

FORECAST = coming(128, 163, 214, 262, 231, 88)
CLEAN = coming(60, 60, 60, 60, 60, 60, primary="PM10")
CLEARED = coming(128, 90, 80, 70, 60, 60)


def propose(client, text: str = FORECAST):  # type: ignore[no-untyped-def]
    file = SimpleUploadedFile("forecast.csv", text.encode(), "text/csv")
    return client.post(
        "/alert/propose/", {"file": file, "issued": str(FIRST - timedelta(days=1))}, follow=True
    )


def kinds() -> list[str]:
    from lantian.office.audit.models import Event

    return list(Event.objects.order_by("number").values_list("what", flat=True))


def test_a_proposal_shows_level_reasons_signer_and_clocks(site, proposed) -> None:  # type: ignore[no-untyped-def]
    assert (proposed.level, proposed.state) == ("orange", "proposed")
    page = site("leader").get(f"/alert/{proposed.pk}/").content.decode()
    for piece in ("橙色", "AQI", "满足", proposed.signer_zh, "签发", "审批表"):
        assert piece in page, piece
    assert "待签发" in page
    assert "72/72" in page  # hours found of those needed, by condition
    assert kinds()[-1] == "alert.proposed"
    # Whoever may not sign sees no button, and is refused.
    other = site("enforcement")
    assert "审批表" in other.get(f"/alert/{proposed.pk}/").content.decode()
    assert other.post(f"/alert/{proposed.pk}/sign/").status_code == 403


def test_a_clean_or_damaged_forecast_proposes_nothing(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert

    client = site("air")
    assert "不需要启动预警" in propose(client, CLEAN).content.decode()
    assert "F" in propose(client, "date,aqi\n昨天,很高\n").content.decode()
    assert "请选择预报文件" in client.post("/alert/propose/", follow=True).content.decode()
    assert not Alert.objects.filter(state="proposed").exists()


def test_two_leaders_sign_once(site, proposed) -> None:  # type: ignore[no-untyped-def]
    leader = site("leader")
    before = kinds().count("alert.signed")
    assert (
        "已签发"
        in leader.post(
            f"/alert/{proposed.pk}/sign/", {"opinion": "同意"}, follow=True
        ).content.decode()
    )
    again = leader.post(
        f"/alert/{proposed.pk}/sign/", {"opinion": "同意"}, follow=True
    ).content.decode()
    assert "不能再做这一步" in again
    assert kinds().count("alert.signed") == before + 1


def test_the_whole_way_to_receipt_report_and_lift(site, issued, workbook: bytes) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Order

    plan = issued.plans.get()
    assert plan.state == "ready", plan.problem
    page = site("leader").get(f"/alert/{issued.pk}/?orders=all").content.decode()
    for piece in ("本方案", "一刀切", "企业填报措施", "达标", "管控令"):
        assert piece in page, piece
    assert issued.orders.count() == 120
    firm = site("enterprise")
    own = firm.get("/alert/own/").content.decode()
    order = Order.objects.get(firm_id="虚构-00001", alert=issued)
    assert order.text_zh in own
    assert "现在必须做到" in own
    assert (
        "请先确认收到"
        in firm.post(f"/alert/own/{order.pk}/", {"report": "已停产"}, follow=True).content.decode()
    )
    assert "确认收到" in firm.post(f"/alert/own/{order.pk}/", follow=True).content.decode()
    assert "已经确认收到" in firm.post(f"/alert/own/{order.pk}/", follow=True).content.decode()
    assert (
        "已停产"
        in firm.post(
            f"/alert/own/{order.pk}/", {"report": "已停产1号线"}, follow=True
        ).content.decode()
    )
    leader = site("leader")
    assert (
        "请写明理由"
        in leader.post(f"/alert/{issued.pk}/end/", {"why": " "}, follow=True).content.decode()
    )
    # Early lifting needs a forecast that shows the hours the rule asks for.
    refused = leader.post(f"/alert/{issued.pk}/end/", {"why": "空气转好"}, follow=True)
    assert "O009" in refused.content.decode()
    file = SimpleUploadedFile("clear.csv", CLEARED.encode(), "text/csv")
    done = leader.post(f"/alert/{issued.pk}/end/", {"why": "空气转好", "file": file}, follow=True)
    assert "已解除" in done.content.decode()
    assert "现在没有需要执行的管控令" in firm.get("/alert/own/").content.decode()
    assert kinds()[-7:] == ["alert.signed", "plan.asked", "plan.made", "orders.issued", "order.received",
                            "order.reported", "alert.lifted"]  # fmt: skip


def test_orders_are_those_of_the_plan_and_go_out_once(site, issued) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import path_of

    plan = issued.plans.get()
    document = json.loads(path_of(plan.result.hash).read_text("utf-8"))
    theirs = {o["firm_id"]: o["text_zh"] for o in document["orders"] if o["level"] == "orange"}
    assert {o.firm_id: o.text_zh for o in issued.orders.all()} == theirs
    again = site("leader").post(f"/alert/{issued.pk}/issue/", follow=True).content.decode()
    assert "已经下达" in again
    assert issued.orders.count() == len(theirs)


def test_a_firm_never_sees_another_s_order(site, issued) -> None:  # type: ignore[no-untyped-def]

    firm = site("enterprise")
    other = issued.orders.exclude(firm_id="虚构-00001").filter(cuts=True).first()
    assert firm.post(f"/alert/own/{other.pk}/").status_code == 404
    assert other.firm_name not in firm.get("/alert/own/").content.decode()
    assert firm.get(f"/alert/{issued.pk}/").status_code == 403
    other.refresh_from_db()
    assert other.receipt_at is None


def test_a_district_sees_its_orders(site, person, issued) -> None:  # type: ignore[no-untyped-def]

    officer = person("district")
    officer.district = issued.orders.first().district
    officer.save()
    page = site("district").get(f"/alert/{issued.pk}/orders/?show=all")
    shown = {o.district for o in page.context["page"]}
    assert shown == {officer.district}
    assert page.context["counts"]["all"] == issued.orders.filter(district=officer.district).count()


def test_a_bad_list_fails_in_words_and_a_better_one_follows(
    site, proposed, workbook: bytes
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.worker import run_next

    client = site("air")
    ask(client, proposed, b"PK nothing")
    assert "已有方案在计算" in ask(client, proposed, workbook).content.decode()
    assert run_next()
    page = client.get(f"/alert/{proposed.pk}/").content.decode()
    assert "X0" in page
    assert "未算出" in str(proposed.plans.first().get_state_display())
    assert kinds()[-1] == "plan.failed"
    ask(client, proposed, workbook)
    assert 'http-equiv="refresh"' in client.get(f"/alert/{proposed.pk}/").content.decode()
    assert run_next()
    assert "本方案" in client.get(f"/alert/{proposed.pk}/").content.decode()
    assert not run_next()
    # Orders wait for the signature.
    assert (
        "不能再做这一步"
        in site("leader").post(f"/alert/{proposed.pk}/issue/", follow=True).content.decode()
    )


def test_work_left_by_a_worker_that_died_begins_anew(site, proposed, workbook: bytes) -> None:  # type: ignore[no-untyped-def]
    from datetime import timedelta

    from django.utils import timezone

    from lantian.office.alert.models import PlanWork
    from lantian.office.alert.worker import DEAD_AFTER, run_next

    ask(site("air"), proposed, workbook)
    PlanWork.objects.filter(alert=proposed).update(
        state="running", beat_at=timezone.now() - DEAD_AFTER / 2
    )
    assert not run_next()  # it may still be alive
    PlanWork.objects.filter(alert=proposed).update(
        beat_at=timezone.now() - DEAD_AFTER - timedelta(seconds=1)
    )
    assert run_next()
    assert PlanWork.objects.get(alert=proposed).state == "ready"


def test_a_raise_replaces_the_alert_in_force(site, issued) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert

    propose(site("air"), coming(128, 163, 310, 320, 330, 88))
    second = Alert.objects.get(before=issued)
    assert (second.level, second.before_id) == ("red", issued.pk)
    site("leader").post(f"/alert/{second.pk}/sign/")
    issued.refresh_from_db()
    assert issued.state == "lifted"
    assert f"第{second.pk}号" in issued.ended_why


def test_the_public_and_today_say_that_an_alert_is_in_force(site, issued) -> None:  # type: ignore[no-untyped-def]
    page = site().get("/public/air/").content.decode()
    assert "橙色预警生效中" in page
    assert "停止户外运动" in page
    page = site("water").get("/today/").content.decode()
    assert '<span class="chip level-orange">橙色预警</span> <strong>生效中</strong>' in page


def test_a_plan_on_the_list_in_force_names_its_edition_and_reaches_the_firms_page(
    site, proposed
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import PlanWork
    from lantian.office.alert.worker import run_next
    from lantian.office.registry.figures import current

    leader = site("leader")
    leader.post(f"/alert/{proposed.pk}/sign/")
    assert "按现行清单计算方案" in site("air").get(f"/alert/{proposed.pk}/").content.decode()
    late = site("air").post(f"/alert/{proposed.pk}/plan/", {"edition": "1"}, follow=True)
    assert (
        "请核对后再计算" in late.content.decode()
    )  # another edition was accepted since the page was opened
    site("air").post(f"/alert/{proposed.pk}/plan/", {"edition": current().number})
    asked = PlanWork.objects.get(alert=proposed)
    assert asked.edition == current().number
    assert asked.list_file == current().upload.file
    assert run_next()
    leader.post(f"/alert/{proposed.pk}/issue/", {"accept_why": "清单待更新"})
    assert proposed.orders.count() == current().firms
    page = site("enterprise").get("/firms/firm/虚构-00001/").content.decode()
    assert proposed.orders.get(firm_id="虚构-00001").text_zh in page
    assert "下达管控令" in page
    assert "/alert/" not in page.replace(
        "/alert/own/", ""
    )  # a firm sees its order, not the alert's page


def test_a_list_that_is_too_large_is_told(site, proposed, workbook: bytes, settings) -> None:  # type: ignore[no-untyped-def]
    settings.MOST_UPLOAD_BYTES = 100
    assert "文件过大" in ask(site("air"), proposed, workbook).content.decode()
    assert not proposed.plans.exists()


def test_every_kind_of_event_has_a_name() -> None:
    import re
    from pathlib import Path

    import lantian.office
    from lantian.office.audit.kinds import KINDS

    used = set()
    for path in Path(lantian.office.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        used |= {
            what or permission
            for permission, what in re.findall(r'@action\("([\w.]+)"(?:, "([\w.]+)")?\)', text)
        }
        used |= set(re.findall(r'record\("\w+", "([\w.]+)"', text))
    assert used == set(KINDS)
