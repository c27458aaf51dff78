"""What pages show of notices: the published side, its masks, the clocks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from lantian.domain.publicity.deadline import Due, publication_due, withdrawal_due
from lantian.domain.publicity.masking import masked_name, masked_text
from lantian.kernel.problem import LantianError
from lantian.kernel.trace import RuleRef
from lantian.office.people.access import can
from lantian.office.people.roles import Role
from lantian.office.publicity.models import FALLEN, Notice
from lantian.rulebook import load_rulebook
from lantian.rulebook.calendar import load_holidays

TEXTS = ("facts", "basis", "result")
SOON = timedelta(days=3)
_SEARCHED = 400


@dataclass(frozen=True, slots=True)
class Clock:
    """How a notice stands to its time limit; `why` where no limit could be worked out."""

    due: Due | None
    kind: str  # ok, soon, late, done, none
    why_zh: str = ""
    why_en: str = ""


def visible_notices(user: Any) -> QuerySet[Notice]:
    """Return the notices that a user may see inside: a district officer those of his district."""
    if not can(user, "notice.view"):
        return Notice.objects.none()
    found = Notice.objects.all()
    if user.role == Role.DISTRICT:
        return found.filter(district=user.district) if user.district else found.none()
    return found


def shown_of(notice: Notice) -> tuple[dict[str, str], dict[str, int]]:
    """Return what people may see of a notice, and what was masked in it, by kind.

    The legal representative is kept inside: whether a name has to be public was not found.
    """
    names = notice.names_masked
    counts: Counter[str] = Counter()
    person = notice.party_kind == "person"
    shown = {
        "kind": notice.kind, "number": notice.number, "party_kind": notice.party_kind,
        "party": masked_name(notice.party) if person else notice.party,
        "credit_code": notice.credit_code, "district": notice.district, "body": notice.body,
        "decided_on": notice.decided_on.isoformat(), "firm_id": notice.firm_id,
    }  # fmt: skip
    if person:
        counts["name"] += 1
    for field in TEXTS:
        masked = masked_text(getattr(notice, field), names)
        shown[field] = masked.text
        counts.update(dict(masked.counts))
    return shown, dict(counts)


def search_text(shown: dict[str, str]) -> str:
    """Return what a search of people looks at: only what they see."""
    parts = (shown["number"], shown["party"], shown["credit_code"])
    return " ".join(parts).lower()[:_SEARCHED]


def clock_of(notice: Notice, now: datetime | None = None) -> Clock:
    """Return the clock of a notice: published in time or late, due soon, overdue."""
    try:
        due = publication_due(notice.kind, notice.decided_on, load_rulebook(), load_holidays())
    except LantianError as error:
        first = error.problems[0]
        return Clock(None, "none", first.message_zh, first.message_en)
    if notice.published_at is not None:
        late = timezone.localdate(notice.published_at) > due.day
        return Clock(due, "late" if late else "done")
    if notice.state == Notice.State.DROPPED:
        return Clock(due, "done")
    today = timezone.localdate(now)
    if today > due.day:
        return Clock(due, "late")
    return Clock(due, "soon" if today >= (due.early or due.day) - SOON else "ok")


def withdrawal_of(notice: Notice) -> tuple[date, RuleRef] | None:
    """Return by when a notice whose decision fell had to be withdrawn; None where it did not fall."""
    if notice.fell_on is None or notice.withdrawn_reason not in FALLEN:
        return None
    try:
        return withdrawal_due(notice.fell_on, load_rulebook())
    except LantianError:
        return None


def notices_of_firm(firm_id: str, *, withdrawn: bool = False) -> list[Notice]:
    """Return the published notices of a firm, newest first; with the withdrawn ones where asked."""
    states = [Notice.State.PUBLISHED, *([Notice.State.WITHDRAWN] if withdrawn else [])]
    found = Notice.objects.filter(firm_id=firm_id, state__in=states)
    return list(found.order_by("-decided_on", "-pk")[:50])
