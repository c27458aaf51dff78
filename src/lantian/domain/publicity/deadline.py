"""By when a decision of enforcement is public, and a fallen one withdrawn (oversight reference 3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lantian.kernel.calendar import Holidays
from lantian.kernel.trace import RuleRef
from lantian.rulebook.book import Rulebook
from lantian.rulebook.model import Provision
from lantian.rulebook.timeline import Entry

KINDS: dict[str, tuple[str, str]] = {
    "penalty": ("行政处罚", "penalty"),
    "compulsion": ("行政强制", "compulsory measure"),
    "inspection": ("行政检查", "inspection"),
    "permit": ("行政许可", "permit"),
}
"""Kinds of decisions that are published (环办执法〔2019〕42号)."""


@dataclass(frozen=True, slots=True)
class Due:
    """When a decision is due.

    Attributes
    ----------
    day
        Last day of the period in working days, with its rule.
    early
        Last day under the stricter reading of an unverified rule, where that is earlier: it
        reminds, it does not make anything late.
    """

    day: date
    days: int
    rule: RuleRef
    early: date | None = None
    early_rule: RuleRef | None = None


def publication_due(kind: str, decided: date, book: Rulebook, holidays: Holidays) -> Due:
    """Return by when a decision has to be public.

    The day of the decision is not counted.

    Raises
    ------
    LantianError
        R030 before the rule, R033 for an unknown kind, K101 where a year's holiday notice is missing.
    """
    rule = book.provision(f"publish-{kind}", decided)
    assert rule.value is not None
    day = holidays.add(decided, rule.value)
    early, early_rule = None, None
    series = book.provision_series.get(f"publish-{kind}-ministry")
    stricter = None if series is None else _of_day(series.entries, decided)
    if stricter is not None and stricter.value is not None:
        last = decided + timedelta(days=stricter.value)
        if last < day:
            early, early_rule = last, stricter.head.ref()
    return Due(day, rule.value, rule.head.ref(), early, early_rule)


def _of_day(entries: Sequence[Entry[Provision]], day: date) -> Provision | None:
    return next((e.value for e in reversed(entries) if e.head.in_force(day)), None)


def withdrawal_due(fell: date, book: Rulebook) -> tuple[date, RuleRef]:
    """Return by when a published decision that fell has to be withdrawn, and the rule.

    Raises
    ------
    LantianError
        R030 before the rule.
    """
    rule = book.provision("withdraw-published", fell)
    assert rule.value is not None
    return fell + timedelta(days=rule.value), rule.head.ref()
