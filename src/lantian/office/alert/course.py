"""The course of an alert as a case of its process: every step by its rule, with role, reason and evidence."""

from __future__ import annotations

from datetime import datetime

from lantian.office.alert.models import Alert
from lantian.office.audit.models import StoredFile
from lantian.office.people.models import User
from lantian.office.process.cases import hold, open_case, take_step
from lantian.office.process.models import Step

PROCESS = "alert"


def begin(alert: Alert, actor: User) -> None:
    """Open the case of an alert that was just proposed."""
    alert.case = open_case(
        PROCESS, actor, subject_type="alert", subject=str(alert.pk), title=str(alert), at=alert.proposed_at,
    )  # fmt: skip
    alert.save(update_fields=["case"])


def taken(
    alert: Alert, actor: User | None, step: str, reason: str = "", file: StoredFile | None = None,
    at: datetime | None = None, **facts: bool
) -> Step | None:  # fmt: skip
    """Take a step of an alert's case; None for an alert from before there were cases.

    The alert itself is held and its state compared by the action that calls this, so the step is taken
    from the case as it stands.

    Raises
    ------
    LantianError
        Every C-problem of the engine.
    """
    if alert.case_id is None:
        return None
    case = hold(alert.case)
    evidence = {"basis": [file.hash]} if file is not None else {}
    known = {key.replace("_", "-"): value for key, value in facts.items()}
    expect = case.version if actor is not None else None
    return take_step(
        case, actor, step, expect=expect, reason=reason, evidence=evidence, facts=known, at=at
    )
