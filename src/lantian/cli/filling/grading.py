"""Applications for a grade in every stage, a batch under public notice, one grade in force."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

WAY = (
    "draft",
    "submitted",
    "city_review",
    "site_check",
    "expert_meeting",
    "ready",
    "publicity",
    "effective",
)


def fill(folder: Path, seed: int) -> None:
    """Let firms of the demonstration's district apply, through the actions people use."""
    from django.utils import timezone

    from lantian.demo.grading_papers import STAGES
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.documents import batch_documents
    from lantian.office.people.models import User
    from lantian.office.site.actions import set_site

    now = timezone.now()
    operator = User.objects.get(username="demo-operator")
    set_site(
        operator, {"province": "shanxi", "grading_unverified": "1"}
    )  # grades are then provisional
    city = _City(seed)
    city.returned(User.objects.get(username="demo-enterprise"), now - timedelta(days=20))
    made: dict[str, list[Any]] = {}
    spring = timezone.make_aware(datetime(2026, 3, 2, 9))
    for n, one in enumerate(STAGES):
        begun = spring if one.stage == "effective" else now - timedelta(days=26, hours=n)
        application = city.apply(one, begun)
        if application is not None:
            made.setdefault(one.stage, []).append(application)
    air = User.objects.get(username="demo-air")
    rounds = (("effective", "2026年第一批（虚构）", spring + timedelta(days=12)),
              ("publicity", "2026年第二批（虚构）", now - timedelta(days=3)))  # fmt: skip
    for stage, name, at in rounds:
        firms = made.get(stage, [])
        if not firms:
            continue
        document, word = batch_documents(name, firms)
        versions = {a.pk: a.case.version for a in firms}
        batch = batches.report(air, name, versions, document, word, at=at)
        batches.publish(air, batch, at=at + timedelta(hours=2))
        if stage == "effective":
            batches.take_effect(air, batch, at=at + timedelta(days=21))
        else:
            batches.object_publicly(
                batch, firms[0].pk, name="某居民（虚构）", contact="13800000000（虚构）",
                text="夜间厂区有明显扬尘，希望核实物料堆场是否按要求密闭。（虚构）", at=now - timedelta(days=1),
            )  # fmt: skip


class _City:
    """The people of the demonstration district and the firms that have not applied yet."""

    def __init__(self, seed: int) -> None:
        from lantian.demo.grading_papers import paper, photograph
        from lantian.office.audit.vault import store
        from lantian.office.people.models import User

        self.seed = seed
        self.people = {role: User.objects.get(username=f"demo-{role}")
                       for role in ("district", "air", "inspector", "expert")}  # fmt: skip
        self.proof = store("佐证材料（虚构）.pdf", paper("evidence"))
        self.protocol = store("现场核查记录（虚构）.pdf", paper("protocol of the site check"))
        self.photo = store("现场照片（虚构）.png", photograph(60))
        self.used: set[str] = set()

    def apply(self, one: Any, begun: datetime) -> Any:
        """Return the application of a firm of the industry, taken as far as its stage; None without a firm."""
        from lantian.office.people.models import User
        from lantian.office.registry.figures import current
        from lantian.office.registry.models import Firm

        found = Firm.objects.filter(
            edition=current(), district=self.people["district"].district, industry=one.industry, subtype=one.subtype
        ).exclude(firm_id__in=self.used | {User.objects.get(username="demo-enterprise").firm_id})  # fmt: skip
        firm = found.order_by("firm_id").first()
        if firm is None:
            return None
        self.used.add(firm.firm_id)
        user = User(username=f"demo-firm-{len(self.used)}", role="enterprise", firm_id=firm.firm_id,
                    first_name=f"{firm.name}（演示）"[:150])  # fmt: skip
        user.set_unusable_password()
        user.save()
        return self.through(user, one, begun)

    def through(self, user: Any, one: Any, begun: datetime) -> Any:
        """Take an application from its draft as far as its stage."""
        from lantian.office.grading import actions

        wait = timedelta(days=2)
        found = self.draft(user, one, begun)
        reach = WAY.index(one.stage)
        actions.submit(user, found, expect=0, at=begun + timedelta(hours=1))
        at, people = begun + wait, self.people
        if reach >= WAY.index("city_review"):
            actions.county(people["district"], found, "county-pass", expect=1, at=at)
        if reach >= WAY.index("site_check"):
            actions.city(people["air"], found, "city-pass", expect=2, at=at + wait)
        if reach >= WAY.index("expert_meeting"):
            papers = {"protocol": [self.protocol], "photos": [self.photo]}
            actions.site_check(
                people["inspector"], found, "site-pass", expect=3, papers=papers, at=at + 2 * wait
            )
        if reach >= WAY.index("ready"):
            actions.opine(people["expert"], found, expect=4, agrees=True, text="指标与现场相符，同意。（虚构）",
                          at=at + 3 * wait)  # fmt: skip
            actions.meeting(people["air"], found, "meeting-pass", expect=5, at=at + 4 * wait)
        found.refresh_from_db()
        found.case.refresh_from_db()
        return found

    def draft(self, user: Any, one: Any, begun: datetime) -> Any:
        """Return a complete draft."""
        from lantian.demo.grading_papers import facts_of
        from lantian.office.grading import actions
        from lantian.office.grading.assess import GATE, assess

        found = actions.begin(user, one.industry, one.subtype, one.wants, at=begun)
        facts, energy = facts_of(one.industry, one.subtype, one.wants, self.seed)
        found = actions.save_draft(user, found, draft=0, facts=facts, energy=energy, at=begun)
        seen = assess(found)
        rows = [lack.row or GATE for lack in seen.of("evidence")]
        files = [(row, self.proof) for row in rows]
        return actions.save_draft(
            user, found, draft=1, facts=facts, energy=energy, files=files, at=begun
        )

    def returned(self, user: Any, begun: datetime) -> None:
        """Let the demonstration's own firm hand in an application that comes back for correction."""
        from lantian.demo.grading_papers import Stage
        from lantian.kernel.problem import LantianError
        from lantian.office.grading import actions
        from lantian.office.registry.figures import current
        from lantian.office.registry.models import Firm

        firm = Firm.objects.filter(edition=current(), firm_id=user.firm_id).first()
        try:
            table, _, _ = actions.table_for(firm.industry, firm.subtype, begun.date())
        except LantianError:  # another seed may give it an industry without a table
            return
        self.used.add(firm.firm_id)
        wants = table.schemes[firm.subtype][0]
        found = self.through(user, Stage(firm.industry, firm.subtype, wants, "submitted"), begun)
        actions.county(self.people["district"], found, "county-return", expect=1,
                       reason="物料堆场密闭的照片看不清拍摄位置，请补拍并标注。（虚构）", at=begun + timedelta(days=3))  # fmt: skip
