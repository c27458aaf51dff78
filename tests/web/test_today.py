"""Today: what waits for whom, as it goes from hand to hand (issue 4, section 2.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from test_alert_pages import propose


def today(site, role: str) -> str:  # type: ignore[no-untyped-def]
    return site(role).get("/today/").content.decode()


@pytest.fixture(autouse=True)
def nothing_else_waits(filled: None, db: None) -> None:
    """Close notices and cases of the demonstration; their tasks have tests of their own."""
    from django.utils import timezone

    from lantian.office.process.models import Case
    from lantian.office.publicity.models import Notice

    Case.objects.update(closed_at=timezone.now())
    Notice.objects.filter(state__in=("draft", "returned")).update(state="dropped")


def test_a_step_waits_for_the_one_who_can_take_it(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.models import Alert
    from lantian.office.alert.worker import run_next
    from lantian.office.registry.figures import current

    for role in ("leader", "air"):
        assert "待办" not in today(site, role)
    assert "管控令的" not in today(site, "enterprise")
    assert "管控令待" not in today(site, "enterprise")
    propose(site("air"))
    alert = Alert.objects.first()
    assert "待签发" in today(site, "leader")
    assert "待签发" not in today(site, "air")

    site("leader").post(f"/alert/{alert.pk}/sign/")
    assert "还没有方案" in today(site, "air")
    site("air").post(f"/alert/{alert.pk}/plan/", {"edition": current().number})
    assert "还没有方案" not in today(site, "air")
    assert run_next()
    assert "管控令待下达" in today(site, "leader")
    site("leader").post(f"/alert/{alert.pk}/issue/")
    assert "管控令待下达" not in today(site, "leader")

    assert "待确认收到" in today(site, "enterprise")
    order = alert.orders.get(firm_id="虚构-00001")
    site("enterprise").post(f"/alert/own/{order.pk}/")
    assert "待确认收到" not in today(site, "enterprise")
    if order.cuts:
        assert "执行情况待报告" in today(site, "enterprise")
        site("enterprise").post(f"/alert/own/{order.pk}/", {"report": "已停"})
    assert "管控令" not in today(site, "enterprise").split("<h2>待办</h2>")[-1].split("</ul>")[0]


def test_what_is_late_stands_first_and_is_called_late(site) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from lantian.office.alert.models import Alert

    propose(site("air"))
    assert "逾期" not in today(site, "leader").split("地块时限")[0]
    Alert.objects.update(proposed_at=timezone.now() - timedelta(hours=9))
    assert "逾期" in today(site, "leader").split("地块时限")[0]


def test_alarms_of_monitoring_wait_for_firm_and_officer(site) -> None:  # type: ignore[no-untyped-def]
    assert "条超标报警待说明" in today(site, "enterprise")
    assert "条超标报警待处理决定" in today(site, "enforcement")
    assert "超标报警" not in today(site, "soil")
