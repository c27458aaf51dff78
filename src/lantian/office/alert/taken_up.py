"""Plans taken up again from what is stored, the latest few kept in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.utils import timezone

from lantian.jobs.plan_adjust import HandCut, TakenUp, Tried, take_up
from lantian.kernel.level import Level
from lantian.office.alert.models import DraftChange, PlanDraft, PlanWork
from lantian.office.audit.vault import path_of


def written_plan(plan: PlanWork | PlanDraft) -> dict[str, Any]:
    """Return plan.json of a plan, or of a copy that went out."""
    assert plan.result is not None
    return _written(plan.result.hash)


@lru_cache(maxsize=3)
def _written(own: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path_of(own).read_text("utf-8"))
    return found


def taken_up(plan: PlanWork) -> TakenUp:
    """Return a plan as something that may be changed, shown as choices and printed.

    Raises
    ------
    LantianError
        O013 where list or rules are not those of the plan any more.
    """
    assert plan.result is not None
    day = timezone.localdate(plan.alert.start)
    return _taken_up(plan.list_file.hash, plan.list_file.name, plan.result.hash, day)


@lru_cache(maxsize=2)
def _taken_up(list_hash: str, name: str, plan_hash: str, day: date) -> TakenUp:
    return take_up(path_of(list_hash), _written(plan_hash), day, name=name)


def cuts_of(draft: PlanDraft, changes: Iterable[DraftChange] | None = None) -> list[HandCut]:
    """Return what a draft asks of firms now: the last change of each, none where it went back to the plan."""
    last: dict[str, DraftChange] = {}
    for one in draft.changes.all() if changes is None else changes:
        last[one.firm_id] = one
    level = Level(draft.plan.alert.level)
    return [
        HandCut(one.firm_id, level, {k: Fraction(v) for k, v in one.shares.items()}, one.why)
        for one in last.values()
        if one.shares
    ]


def tried(draft: PlanDraft) -> Tried:
    """Return the plan of a draft, checked."""
    return taken_up(draft.plan).tried(cuts_of(draft))
