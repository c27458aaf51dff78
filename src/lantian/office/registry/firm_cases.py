"""What is under way about one firm, its evidence and its monitored outlets, as far as a user may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from lantian.office.alert.models import OrderPhoto
from lantian.office.audit.models import StoredFile
from lantian.office.dynamic.downgrades import visible_downgrades
from lantian.office.dynamic.draws import visible_checks
from lantian.office.grading.actions import visible as visible_applications
from lantian.office.grading.models import Document
from lantian.office.monitoring.figures import visible as visible_outlets
from lantian.office.monitoring.models import Alarm
from lantian.office.people.access import can
from lantian.office.people.models import User
from lantian.office.process.cases import process_of
from lantian.office.process.models import Case, Step
from lantian.office.process.waiting import address_of

MOST = 60
"""Pieces of evidence that are shown, the newest."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of a firm: what it is, where it stands, until when."""

    case: Case
    process: tuple[str, str]
    state: tuple[str, str]
    late: bool

    @property
    def address(self) -> str:
        """The page where it is read."""
        return address_of(self.case)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One file: its name and hash, for what, by whom and when it was handed in, where it is opened.

    `uses` is how many indicators of an application it stands for.
    """

    name: str
    hash: str
    what: tuple[str, str]
    by: str
    at: datetime
    address: str
    uses: int = 1


def cases_of(user: User, firm_id: str) -> list[CaseRow]:
    """Return the cases of a firm, open ones first, then the newest; each room says who sees its own."""
    own = [
        one.case
        for rows in (visible_applications(user), visible_downgrades(user), visible_checks(user))
        for one in rows.filter(firm_id=firm_id)
    ]
    now = timezone.now()
    found = []
    for case in own:
        rules = process_of(case)
        state = rules.states[case.state]
        late = case.closed_at is None and case.due is not None and case.due <= now
        names = (rules.name_zh, rules.name_en)
        found.append(CaseRow(case, names, (state.name_zh, state.name_en), late))
    found.sort(key=lambda row: row.case.since, reverse=True)
    return sorted(found, key=lambda row: row.case.closed_at is not None)


def evidence_of(user: User, firm_id: str, cases: Sequence[CaseRow]) -> list[EvidenceRow]:
    """Return the files of a firm's cases and of its reports on orders, the newest first."""
    by_case = {row.case.pk: row for row in cases}
    found = [*_of_steps(by_case), *_of_applications(by_case), *_of_orders(user, firm_id)]
    return sorted(found, key=lambda row: row.at, reverse=True)[:MOST]


def _of_steps(by_case: dict[int, CaseRow]) -> list[EvidenceRow]:
    steps = [s for s in Step.objects.filter(case__in=list(by_case)) if s.evidence]
    hashes = {h for s in steps for own in s.evidence.values() for h in own}
    names = dict(StoredFile.objects.filter(hash__in=hashes).values_list("hash", "name"))
    found = []
    for step in steps:
        row = by_case[step.case_id]
        taken = process_of(row.case).transitions.get(step.transition)
        what = (taken.name_zh, taken.name_en) if taken else (step.transition,) * 2
        found += [
            EvidenceRow(names[h], h, what, step.by, step.at, row.address)
            for own in step.evidence.values() for h in own if h in names
        ]  # fmt: skip
    return found


def _of_applications(by_case: dict[int, CaseRow]) -> list[EvidenceRow]:
    rows = Document.objects.filter(application__case__in=list(by_case), taken_back_at=None)
    found: dict[tuple[int, str, str], EvidenceRow] = {}
    for one in rows.select_related("application"):
        key = (one.application_id, one.file_id, one.name)
        row = EvidenceRow(one.name, one.file_id, ("申报佐证", "evidence of an application"), one.by, one.at,
                          by_case[one.application.case_id].address)  # fmt: skip
        found[key] = replace(row, uses=found[key].uses + 1) if key in found else row
    return list(found.values())


def _of_orders(user: User, firm_id: str) -> list[EvidenceRow]:
    if not can(user, "order.view"):
        return []
    what = ("管控令执行照片", "picture of how an order was carried out")
    photos = OrderPhoto.objects.filter(report__order__firm_id=firm_id)
    return [
        EvidenceRow(one.file.name, one.file_id, what, one.report.by, one.report.at,
                    reverse("order-photo", args=[one.pk]))
        for one in photos.select_related("report", "file")
    ]  # fmt: skip


def with_monitoring(
    user: User, firm_id: str, outlets: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the outlets of a firm's list with their automatic monitoring; one that is registered alone comes last."""
    still_open = Count("alarms", filter=~Q(alarms__state=Alarm.State.CLOSED))
    own = {
        o.code: o for o in visible_outlets(user).filter(firm_id=firm_id).annotate(open=still_open)
    }
    found = [row | {"monitored": own.pop(row["outlet"], None)} for row in outlets]
    return found + [{"outlet": code, "lines": [], "monitored": one} for code, one in own.items()]
