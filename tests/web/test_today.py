"""Today: what waits for whom, as it goes from hand to hand (issue 4, section 2.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from test_alert_pages import propose


def today(site, role: str) -> str:  # type: ignore[no-untyped-def]
    return site(role).get("/today/").content.decode()


def waiting(site, role: str) -> str:  # type: ignore[no-untyped-def]
    """Return what a user is told to do."""
    parts = today(site, role).split('<ul class="tasks">')
    return parts[1].split("</ul>")[0] if len(parts) > 1 else ""


@pytest.fixture(autouse=True)
def nothing_else_waits(filled: None, db: None) -> None:
    """Close notices and cases of the demonstration, end its awards; their tasks have tests of their own."""
    from django.utils import timezone

    from lantian.office.grading.models import Award
    from lantian.office.process.models import Case
    from lantian.office.publicity.models import Notice

    Case.objects.update(closed_at=timezone.now())
    Notice.objects.filter(state__in=("draft", "returned")).update(state="dropped")
    Award.objects.update(ended_at=timezone.now())


def test_a_step_waits_for_the_one_who_can_take_it(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert
    from lantian.office.alert.worker import run_next
    from lantian.office.registry.figures import current

    for role in ("leader", "air"):
        assert "没有等您办的事" in today(site, role)
    assert "管控令的" not in waiting(site, "enterprise")
    assert "管控令待" not in waiting(site, "enterprise")
    propose(site("air"))
    alert = Alert.objects.first()
    assert "待签发" in waiting(site, "leader")
    assert "待签发" not in waiting(site, "air")

    site("leader").post(f"/alert/{alert.pk}/sign/")
    assert "还没有方案" in waiting(site, "air")
    site("air").post(f"/alert/{alert.pk}/plan/", {"edition": current().number})
    assert "还没有方案" not in waiting(site, "air")
    assert run_next()
    assert "管控令待下达" in waiting(site, "leader")
    site("leader").post(f"/alert/{alert.pk}/issue/")
    assert "管控令待下达" not in waiting(site, "leader")

    assert "待确认收到" in waiting(site, "enterprise")
    order = alert.orders.get(firm_id="虚构-00001")
    site("enterprise").post(f"/alert/own/{order.pk}/")
    assert "待确认收到" not in waiting(site, "enterprise")
    if order.cuts:
        assert "执行情况待报告" in waiting(site, "enterprise")
        site("enterprise").post(f"/alert/own/{order.pk}/", {"report": "已停"})
    assert "管控令" not in waiting(site, "enterprise")


def test_what_is_late_stands_first_and_is_called_late(site) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from lantian.office.alert.models import Alert

    propose(site("air"))
    assert "逾期" not in waiting(site, "leader")
    Alert.objects.update(proposed_at=timezone.now() - timedelta(hours=9))
    assert "逾期" in waiting(site, "leader")


def test_alarms_of_monitoring_wait_for_firm_and_officer(site) -> None:  # type: ignore[no-untyped-def]
    assert "条超标报警待说明" in waiting(site, "enterprise")
    assert "条超标报警待处理决定" in waiting(site, "enforcement")
    assert "超标报警" not in waiting(site, "soil")


def test_the_first_screen_says_what_the_forecast_calls_for_until_it_is_proposed(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.air.models import Forecast

    page = today(site, "air")
    assert "没有生效的预警" in page
    assert "预报已达到" in page
    assert "橙色" in page
    Forecast.objects.filter(day="2026-12-18").update(low=100)
    assert "预报取高值时达到" in today(site, "leader")
    Forecast.objects.update(low=60, high=90)
    assert "预警条件" not in today(site, "leader")
    Forecast.objects.filter(day__in=("2026-12-18", "2026-12-19")).update(low=310, high=350)
    propose(site("air"))
    page = today(site, "leader")
    assert "已提出，待签发" in page
    assert "预警条件" not in page


def test_the_first_screen_counts_orders_and_receipts_by_grade(site) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from lantian.office.alert.models import Alert
    from lantian.office.alert.worker import run_next
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    firms = Firm.objects.filter(edition=current())
    assert f"{firms.count()} 家，清单第" in today(site, "leader")
    assert "须减排</th>" not in today(site, "leader")
    propose(site("air"))
    alert = Alert.objects.first()
    site("leader").post(f"/alert/{alert.pk}/sign/")
    assert "管控令尚未下达" in today(site, "leader")
    site("air").post(f"/alert/{alert.pk}/plan/", {"edition": current().number})
    assert run_next()
    site("leader").post(f"/alert/{alert.pk}/issue/")
    cutting = alert.orders.filter(cuts=True)
    some = cutting.values_list("pk", flat=True)[:7]
    alert.orders.filter(pk__in=list(some)).update(receipt_at=timezone.now())
    page = today(site, "leader")
    assert f"7 / {cutting.count()}" in page
    for grade in ("C", "D"):
        own = cutting.filter(grade=grade)
        row = page.split(f"?grade={grade}")[1].split("</tr>")[0]
        told = [cell.split("<")[0] for cell in row.split('<td class="n">')[1:]]
        got = own.exclude(receipt_at=None).count()
        shown = [firms.filter(grade=grade).count(), own.count(), got, own.count() - got]
        assert told == [str(n or "·") for n in shown]


def test_a_district_officer_sees_the_numbers_of_his_district(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.models import User
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    district = User.objects.get(username="demo-district").district
    own = Firm.objects.filter(edition=current(), district=district).count()
    assert 0 < own < Firm.objects.filter(edition=current()).count()
    assert f"{own} 家，清单第" in today(site, "district")
    assert "清单第" not in today(site, "enterprise")
