"""Bulletins published and withdrawn; the bytes are made before the action and kept in the vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from lantian.adapters.paper.bulletin import bulletin_docx, bulletin_pdf
from lantian.adapters.paper.press import Press
from lantian.jobs.bulletin.air import air_bulletin
from lantian.jobs.bulletin.document import LANGUAGES, as_values
from lantian.kernel.period import Period
from lantian.office.air.figures import period_row
from lantian.office.audit.action import Done, action
from lantian.office.audit.models import StoredFile
from lantian.office.audit.vault import store
from lantian.office.people.models import User
from lantian.office.publicity.actions import PublicityRefusedError
from lantian.office.publicity.models import PublishedBulletin
from lantian.office.site.models import Setting
from lantian.rulebook.air_tables import load_air

AIR = "air"
KINDS = {AIR: ("环境空气质量公报", "air quality bulletin")}
FORMS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, slots=True)
class MadeBulletin:
    """A bulletin with its files, ready to be published."""

    kind: str
    period: str
    edition: str
    title_zh: str
    title_en: str
    figures: int
    files: Mapping[str, StoredFile]


def make_air_bulletin(period: Period, edition: str) -> MadeBulletin:
    """Return the air bulletin of a period, its files kept in the vault.

    Raises
    ------
    PublicityRefusedError
        Where the period has no day with data.
    """
    settings = Setting.read()
    city = settings.get("city", "")
    row = period_row(period, edition, city)
    if row is None:
        raise PublicityRefusedError(
            f"{period.label} 没有数据，不能编制公报", f"there are no data of {period.label}"
        )
    name = f"{AIR}-{period.label}"
    made = air_bulletin(row, load_air(), name, city=city, invented=settings.get("invented") == "1")
    press, files = Press(), {}
    for language in LANGUAGES:
        values = as_values(made, language)
        for form, content in (
            ("pdf", bulletin_pdf(press, values)),
            ("docx", bulletin_docx(press, values)),
        ):
            files[f"{language}.{form}"] = store(f"{name}.{language}.{form}", content)
    return MadeBulletin(
        AIR, period.label, edition, made.title.zh, made.title.en, len(made.figures), files
    )


@action("bulletin.publish", "bulletin.published")
def publish_bulletin(actor: User, made: MadeBulletin) -> Done[PublishedBulletin]:
    """Publish a bulletin that was made.

    Raises
    ------
    PublicityRefusedError
        Where one of the same period and edition is public.
    """
    row = PublishedBulletin(
        kind=made.kind, period=made.period, edition=made.edition, title_zh=made.title_zh[:200],
        title_en=made.title_en[:200], figures=made.figures,
        files={form: {"hash": f.hash, "size": f.size} for form, f in made.files.items()},
        published_by=actor.username, published_at=timezone.now(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise PublicityRefusedError(
            f"{made.period} 的公报已经发布；要更换时先撤回",
            f"the bulletin of {made.period} is public; withdraw it first",
        ) from None
    event = {"bulletin": row.pk, "kind": row.kind, "period": row.period, "edition": row.edition,
             "figures": row.figures}  # fmt: skip
    return Done(row, event, {f.name: f.hash for f in made.files.values()}, [f"bulletin:{row.pk}"])


@action("bulletin.publish", "bulletin.withdrawn")
def withdraw_bulletin(
    actor: User, bulletin: PublishedBulletin, why: str
) -> Done[PublishedBulletin]:
    """Withdraw a bulletin; its address says since when and why.

    Raises
    ------
    PublicityRefusedError
        Where it is withdrawn already, or no reason is given.
    """
    row = PublishedBulletin.objects.select_for_update().get(pk=bulletin.pk)
    if row.state != PublishedBulletin.State.PUBLISHED:
        raise PublicityRefusedError("这份公报已经撤回", "the bulletin is withdrawn already")
    if not why.strip():
        raise PublicityRefusedError("请写明理由", "give the reason")
    row.state, row.withdrawn_by = PublishedBulletin.State.WITHDRAWN, actor.username
    row.withdrawn_at, row.withdrawn_why = timezone.now(), why.strip()[:1000]
    row.save()
    return Done(row, {"bulletin": row.pk, "period": row.period, "why": row.withdrawn_why},
                about=[f"bulletin:{row.pk}"])  # fmt: skip
