"""7 and 20 working days, 7 days of the ministry's ordinance, 3 days of withdrawal (oversight reference 3.2)."""

from __future__ import annotations

from datetime import date

import pytest

from lantian.domain.publicity.deadline import KINDS, publication_due, withdrawal_due
from lantian.kernel.problem import LantianError
from lantian.rulebook import load_rulebook
from lantian.rulebook.calendar import load_holidays


def due(kind: str, day: date):  # type: ignore[no-untyped-def]
    return publication_due(kind, day, load_rulebook(), load_holidays())


@pytest.mark.parametrize(
    ("kind", "decided", "last"),
    [
        ("penalty", date(2026, 11, 25), date(2026, 12, 4)),  # Wednesday: Thu 26 … Fri 4 Dec
        ("permit", date(2026, 11, 25), date(2026, 12, 4)),
        ("inspection", date(2026, 11, 25), date(2026, 12, 23)),
        ("compulsion", date(2026, 11, 25), date(2026, 12, 23)),
        (
            "penalty",
            date(2026, 9, 30),
            date(2026, 10, 15),
        ),  # the National Day holiday does not count
    ],
)
def test_the_period_counts_working_days_from_the_day_after(
    kind: str, decided: date, last: date
) -> None:
    found = due(kind, decided)
    assert found.day == last
    assert load_holidays().count(decided, last) == found.days
    assert found.rule.status == "secondary"


def test_the_stricter_reading_reminds_for_penalties_only() -> None:
    found = due("penalty", date(2026, 11, 25))
    assert (found.early, found.early_rule.status) == (date(2026, 12, 2), "unverified")
    assert due("inspection", date(2026, 11, 25)).early is None
    assert due("penalty", date(2023, 6, 30)).early is None  # before the ordinance


def test_every_kind_has_a_rule_and_what_has_none_is_refused() -> None:
    for kind in KINDS:
        assert due(kind, date(2026, 11, 25)).days in (7, 20)
    for kind, day, code in (
        ("secret", date(2026, 11, 25), "R033"),
        ("penalty", date(2018, 1, 5), "R030"),
        ("penalty", date(2026, 12, 30), "K101"),  # the notice of 2027 is not there: no guess
    ):
        with pytest.raises(LantianError) as caught:
            due(kind, day)
        assert caught.value.problems[0].code == code


def test_a_fallen_decision_is_withdrawn_within_three_days() -> None:
    last, rule = withdrawal_due(date(2026, 11, 27), load_rulebook())
    assert last == date(2026, 11, 30)
    assert "行政处罚法" in rule.document
    assert rule.status == "secondary"
