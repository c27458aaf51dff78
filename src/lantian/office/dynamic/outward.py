"""Grades as other systems are told of them: by which batch or case, since when, and what the list says beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from lantian.office.dynamic.downgrades import visible_downgrades
from lantian.office.dynamic.models import Downgrade
from lantian.office.grading.models import Award, Batch
from lantian.office.grading.standing import standing_of
from lantian.office.people.access import own_firms
from lantian.office.people.models import User
from lantian.office.registry.models import Edition, Firm

Key = tuple[str, str, datetime]


def time_text(at: datetime | None) -> str | None:
    """Return a time with its zone; None where there is none."""
    return None if at is None else timezone.localtime(at).isoformat()


def awards_seen(user: User) -> Any:
    """Return the awards a user may see: all, those given to firms of his district, or to his firm."""
    return own_firms(user, Award.objects.select_related("batch", "downgrade__case"))


def award_rows(user: User, awards: Sequence[Award]) -> list[dict[str, Any]]:
    """Return awards with what each rests on: a batch, a downgrade, or an appeal that was upheld."""
    seen = visible_downgrades(user).filter(firm_id__in={a.firm_id for a in awards})
    lowered = {d.after_id: d for d in seen.exclude(after=None).select_related("after")}
    # An upheld appeal ends the lower grade and begins the one before again, at the same moment.
    restored: dict[Key, Downgrade] = {
        (d.firm_id, d.industry, d.after.ended_at): d
        for d in lowered.values()
        if d.after.ended_at is not None
    }
    return [_row(one, lowered.get(one.pk), restored) for one in awards]


def _row(
    one: Award, lowered: Downgrade | None, restored: Mapping[Key, Downgrade]
) -> dict[str, Any]:
    case, basis = lowered, "other"
    if one.batch is not None:
        basis = "batch"
    elif hasattr(one, "downgrade"):
        basis = "downgrade"
    else:
        case = restored.get((one.firm_id, one.industry, one.at))
        basis = "appeal" if case is not None else basis
    return {
        "number": one.pk, "firm_id": one.firm_id, "firm_name": one.firm_name, "district": one.district,
        "industry": one.industry, "industry_zh": one.industry_zh, "subtype": one.subtype, "grade": one.grade,
        "in_force": one.ended_at is None, "since": time_text(one.at), "until": time_text(one.ended_at),
        "ended_why": one.ended_why, "basis": basis, "document": one.document, "by": one.by,
        "batch": _batch_of(one) if one.batch is not None else None,
        "downgrade": _downgrade_row(case) if case is not None and one.batch is None else None,
    }  # fmt: skip


def _batch_of(one: Award) -> dict[str, Any]:
    batch = one.batch
    assert batch is not None
    return {
        "number": batch.pk, "name": batch.name, "application": one.application_id,
        "reported_at": time_text(batch.reported_at), "published_at": time_text(batch.published_at),
        "effective_at": time_text(batch.effective_at), "document_hash": batch.document_id,
    }  # fmt: skip


def _downgrade_row(one: Downgrade) -> dict[str, Any]:
    return {
        "number": one.pk, "ground": one.ground, "found_on": one.found_on.isoformat(),
        "from_grade": one.from_grade, "to_grade": one.to_grade, "named_why": one.named_why,
        "decided_at": time_text(one.after.at) if one.after is not None else None, "state": one.case.state,
        "again_on": one.again_on.isoformat() if one.again_on else None,
        "rules": list(_rules_of(one.proposal.get("trace", {}))),
    }  # fmt: skip


def _rules_of(trace: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield the rules a proposal rested on when the case was opened, each with its mark."""
    if rule := trace.get("rule"):
        yield {key: rule[key] for key in ("rule_id", "edition", "document", "clause", "status")}
    for step in trace.get("steps", ()):
        yield from _rules_of(step)


# --- what a firm holds, and what the list says ---------------------------------------------------


def standings(firms: Iterable[Firm], newest: Edition | None) -> dict[str, dict[str, Any]]:
    """Return by firm the grade in force, on what it rests, and how list and award agree (decision 0179).

    Parameters
    ----------
    firms
        Firms of an edition, with the edition at hand.
    newest
        The edition in force.
    """
    return {
        one.firm.firm_id: {
            "grade": one.grade, "basis": "award" if one.award is not None else "list",
            "since": time_text(one.award.at) if one.award is not None else None,
            "award": one.award.pk if one.award is not None else None, "agreement": one.agreement,
        }
        for one in standing_of(firms, newest)
    }  # fmt: skip


# --- batches -----------------------------------------------------------------------------------


def batch_row(one: Batch) -> dict[str, Any]:
    """Return a batch as it stands."""
    return {
        "number": one.pk, "name": one.name, "state": _state(one), "firms": len(one.listed),
        "reported_by": one.reported_by, "reported_at": time_text(one.reported_at),
        "published_at": time_text(one.published_at), "effective_at": time_text(one.effective_at),
        "withdrawn_at": time_text(one.withdrawn_at), "withdrawn_why": one.withdrawn_why,
        "document_hash": one.document_id,
    }  # fmt: skip


def batch_details(one: Batch) -> dict[str, Any]:
    """Return the firms of a batch as they were reported, and its objections in numbers."""
    upheld = list(one.objections.values_list("upheld", flat=True))
    objections = {"all": len(upheld), "open": upheld.count(None), "upheld": upheld.count(True)}
    return {"listed": one.listed, "objections": objections}


def _state(one: Batch) -> str:
    for key, at in (
        ("withdrawn", one.withdrawn_at),
        ("in_force", one.effective_at),
        ("published", one.published_at),
    ):
        if at is not None:
            return key
    return "reported"
