"""Systems of the demonstration city, and a subscription whose receiver is not there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

PLATFORM = "platform.example"
"""A host that exists nowhere (RFC 2606): what is sent to it fails, and the page shows how that looks."""


def fill(folder: Path, seed: int) -> None:
    """Give tokens to invented systems and subscribe one; nobody knows the tokens."""
    from django.conf import settings
    from django.test.utils import override_settings
    from django.utils import timezone

    from lantian.office.api.actions import Wanted, make_system, revoke_system
    from lantian.office.exchange.actions import subscribe, test
    from lantian.office.people.demo import DEMO_FIRM
    from lantian.office.people.models import User

    operator = User.objects.get(username="demo-operator")
    today = timezone.localdate()
    make_system(operator, Wanted(
        "市政务数据共享平台（演示）", "air", ("firms:read", "grades:read", "alerts:read", "orders:read", "rules:read"),
        today + timedelta(days=180), ("10.20.0.0/16",),
    ))  # fmt: skip
    make_system(operator, Wanted(
        "空气自动站平台（演示）", "monitoring", ("readings:write",), today + timedelta(days=90), per_minute=120,
    ))  # fmt: skip
    make_system(operator, Wanted(
        "虚构00001企业管理系统（演示）", "enterprise", ("orders:read", "receipts:write"), today + timedelta(days=10),
        firm_id=DEMO_FIRM,
    ))  # fmt: skip
    old = make_system(
        operator,
        Wanted("旧审计接口（演示）", "auditor", ("ledger:read",), today + timedelta(days=30)),
    )
    revoke_system(operator, old.system, "平台下线")
    with override_settings(RECEIVERS=(*settings.RECEIVERS, PLATFORM)):
        events = ("alert.signed", "alert.lifted", "order.issued", "order.extended", "order.lifted")
        test(
            operator,
            subscribe(operator, "市应急指挥平台（演示）", f"https://{PLATFORM}/orders", events),
        )
