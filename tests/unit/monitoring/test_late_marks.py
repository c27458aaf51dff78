"""A late mark has no effect (2022 No. 21), one an officer let in has (decision 0170)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from lantian.domain.monitoring.effect import effects_of
from lantian.domain.monitoring.marks import Act, MarkEntry
from lantian.domain.monitoring.model import Outlet
from lantian.domain.monitoring.reasons import Reason
from lantian.kernel.calendar import beijing
from lantian.rulebook.monitoring_tables import load_monitoring
from lantian.rulebook.monitoring_tables.model import Medium

OUTLET = Outlet("DA001", "", Medium.AIR, "cement", None, "", None, "", ())
LATE = MarkEntry("1", Act.PLACE, beijing(2026, 1, 6, 12, 1), "w", "device_fault", start=beijing(2026, 1, 5, 8),
                 end=beijing(2026, 1, 5, 9))  # fmt: skip


def reasons(entry: MarkEntry) -> list[Reason]:
    rules = load_monitoring()
    return [s.reason for s in effects_of([entry], OUTLET, lambda d: rules.marks("cement", d)).spans]


def test_after_noon_of_the_next_day_a_mark_has_no_effect() -> None:
    assert reasons(LATE) == [Reason.MARK_LATE]
    assert reasons(replace(LATE, made_at=beijing(2026, 1, 6, 12, 0))) == [Reason.DEVICE_MARK]


def test_one_let_in_by_an_officer_counts() -> None:
    assert reasons(replace(LATE, approved_by="officer")) == [Reason.DEVICE_MARK]


def test_what_else_refuses_a_mark_still_does() -> None:
    outlet = replace(OUTLET, trade="ceramic")
    rules = load_monitoring()
    entry = replace(LATE, approved_by="officer")
    spans = effects_of([entry], outlet, lambda d: rules.marks("ceramic", d)).spans
    assert [s.reason for s in spans] == [Reason.MARK_NOT_FORMAL]
    assert date(2026, 1, 5) == spans[0].start.date()
