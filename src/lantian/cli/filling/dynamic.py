"""Spot checks and downgrades of the demonstration city: one draw with results, two downgrades."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

PDF = b"%PDF-1.4\n%" + "虚构演示材料".encode() + b"\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0" + "虚构演示照片".encode()


def fill(folder: Path, seed: int) -> None:
    """Announce a draw, draw, check some firms, and take two downgrades some way."""
    from django.utils import timezone

    from lantian.office.audit.vault import store
    from lantian.office.dynamic import draws
    from lantian.office.dynamic.models import Check
    from lantian.office.people.models import User

    del folder  # nothing is uploaded but the papers below
    air, inspector = (User.objects.get(username=f"demo-{role}") for role in ("air", "inspector"))
    begun = timezone.now() - timedelta(days=30)
    asked = draws.Asked(
        "2026年第四季度抽查（虚构）", "1/20", "公布次日的公开摇奖号码，按开出顺序连写（虚构）",
        grades=("A", "B", "B-", "leading"), strata="grade",
    )  # fmt: skip
    made = draws.announce(air, asked, at=begun)
    draws.draw_now(air, made, f"0713192{seed:04d}", at=begun + timedelta(days=1))
    papers = {"protocol": [store("检查记录.pdf", PDF)], "photos": [store("现场照片.jpg", JPEG)]}
    checks = list(Check.objects.filter(draw=made).order_by("pk")[:5])
    for n, check in enumerate(checks[:4]):
        when = begun + timedelta(days=3 + n)
        if n < 3:
            draws.take_check(inspector, check, "confirm", expect=0, papers=papers, at=when)
        else:
            draws.take_check(
                inspector, check, "find", expect=0, reason="治理设施停运", papers=papers, at=when,
                findings=[{"indicator": "污染治理技术", "found": "检查时治理设施未运行（虚构）"}],
            )  # fmt: skip
            _downgrade_of(check, when + timedelta(days=1))
    _own_downgrade(timezone.now() - timedelta(days=2))


def _downgrade_of(check: object, at: object) -> None:
    """Carry a downgrade that a check called for to its decision."""
    from lantian.office.dynamic import downgrades
    from lantian.office.people.models import User

    air, leader = (User.objects.get(username=f"demo-{role}") for role in ("air", "leader"))
    held = downgrades.holding(check.firm_id, at.date())
    if held is None:
        return
    lower = held.scheme[held.scheme.index(held.grade) + 1]
    opening = downgrades.Opening(
        check.firm_id,
        "failed-check",
        at.date(),
        "抽查发现治理设施停运（虚构）",
        proven=lower,
        check=check,
    )
    made = downgrades.open_downgrade(air, opening, at=at)
    downgrades.officer_step(air, made, "inform", expect=0, at=at + timedelta(days=1))
    downgrades.decide(
        leader, made, "decide", expect=1, reason="事实清楚，企业未提出异议（虚构）",
        at=at + timedelta(days=14),
    )  # fmt: skip


def _own_downgrade(at: object) -> None:
    """Inform the firm of the demonstration's enterprise user; he has stated his case."""
    from lantian.office.dynamic import downgrades
    from lantian.office.people.models import User

    enforcement, firm = (
        User.objects.get(username=f"demo-{role}") for role in ("enforcement", "enterprise")
    )
    held = downgrades.holding(firm.firm_id, at.date())
    if held is None or held.grade == held.scheme[-1]:
        return
    opening = downgrades.Opening(
        firm.firm_id, "order-not-carried-out", at.date(), "预警期间用电量未下降（虚构）"
    )
    made = downgrades.open_downgrade(enforcement, opening, at=at)
    downgrades.officer_step(enforcement, made, "inform", expect=0, at=at + timedelta(hours=1))
    downgrades.state_own(
        firm, made, "state-case", expect=1, text="当日为设备检修用电，附检修记录（虚构）",
        at=at + timedelta(hours=5),
    )  # fmt: skip
