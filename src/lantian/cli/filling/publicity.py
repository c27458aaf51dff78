"""Notices and a bulletin of the demonstration city, prepared by one person and published by another."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

DAYS_AGO = (3, 4, 5, 6, 40, 2, 3)
"""How long ago each decision was made; the fifth is late."""


def fill(folder: Path, seed: int) -> None:
    """Prepare, publish, withdraw and return invented notices; publish the bulletin of a month."""
    from django.utils import timezone

    from lantian.demo.environment import LAST
    from lantian.demo.notices import notice_texts, small_pdf
    from lantian.jobs.publicity.fields import checked
    from lantian.kernel.period import parse_period
    from lantian.office.audit.vault import store
    from lantian.office.people.models import User
    from lantian.office.publicity import actions, bulletins
    from lantian.office.registry.figures import current
    from lantian.office.registry.models import Firm

    officer, leader = (User.objects.get(username=f"demo-{r}") for r in ("enforcement", "leader"))
    fields = ("firm_id", "name", "district", "credit_code")
    firms = Firm.objects.filter(edition=current()).order_by("firm_id").values(*fields)
    own = list(firms.filter(district="示例区")[:2])
    others = list(firms.exclude(district="示例区")[:4])
    today = timezone.localdate()
    made = []
    for i, (texts, ago) in enumerate(zip(notice_texts([*own, *others]), DAYS_AGO, strict=True)):
        day = today - timedelta(days=ago)
        draft, _ = checked(texts | {"decided_on": day.isoformat()}, today)
        assert draft is not None, texts
        file = (
            store("invented-decision.pdf", small_pdf("Invented demonstration decision"))
            if i == 0
            else None
        )
        made.append(actions.prepare(officer, draft, file))
    for notice in (made[0], made[1], made[2], made[6], made[5]):
        actions.publish(leader, notice, notice.version, masked_seen=True)
    wrong = made[5]
    wrong.refresh_from_db()
    actions.withdraw(
        leader, wrong, wrong.version, "revoked", "复核后撤销（虚构演示）", wrong.decided_on
    )
    actions.send_back(leader, made[3], made[3].version, "请把联系人列入“涉及自然人”后再提交")
    period = parse_period(f"{LAST.year}-{LAST.month - 1:02d}")
    bulletins.publish_bulletin(leader, bulletins.make_air_bulletin(period, "auto"))
