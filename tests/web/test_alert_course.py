"""An alert is a case of its process: states, roles, reasons and clocks by the rule file (reference 1.4)."""

from __future__ import annotations

from datetime import date

from alert_steps import csv, extend, midnight, said


def steps(alert) -> list[tuple[str, str]]:  # type: ignore[no-untyped-def]
    alert.refresh_from_db()
    return [(s.transition, s.by) for s in alert.case.steps.all()]


def test_every_step_of_an_alert_is_a_step_of_its_case(site, ordered) -> None:  # type: ignore[no-untyped-def]
    assert ordered.case.process == "alert"
    assert steps(ordered) == [("sign", "demo-leader"), ("send-out", "demo-leader")]
    extend(site("air"), ordered.pk, midnight(7), "省级通知", "above")
    one = ordered.extensions.get()
    leader = site("leader")
    leader.post(f"/alert/extension/{one.pk}/", {"decision": "sign", "office": one.signer_zh})
    values = {"why": "按通知解除", "basis": "above", "file": csv("通知", "notice.txt")}
    leader.post(f"/alert/{ordered.pk}/end/", values)
    assert [name for name, _ in steps(ordered)] == ["sign", "send-out", "extend", "lift"]
    assert ordered.case.state == "lifted"
    assert ordered.case.closed_at is not None
    lift = ordered.case.steps.last()
    assert lift.reason == "按通知解除"
    assert lift.evidence["basis"] == [ordered.end_forecast.hash]
    page = said(leader.get(f"/alert/{ordered.pk}/"))
    assert "办理经过" in page
    assert "/processes/alert/" in page


def test_the_clocks_of_the_case_are_those_of_the_rulebook(site, signed) -> None:  # type: ignore[no-untyped-def]
    from datetime import timedelta

    from lantian.rulebook import load_rulebook
    from lantian.rulebook.process_tables import load_processes

    day = date(2026, 12, 1)
    clocks = {c.key: c for c in load_processes().on("alert", day).clocks}
    book = load_rulebook()
    for clock, provision in (("form", "approval-form"), ("dispatch", "dispatch")):
        rule = book.provision(provision, day)
        assert clocks[clock].amount == rule.value
        assert clocks[clock].ref.status == rule.head.status.value
    assert signed.case.state == "signed"
    assert signed.case.due - signed.case.since == timedelta(hours=2)
    assert signed.case.due == signed.dispatch_due


def test_a_successor_closes_the_case_before_and_a_drop_needs_its_reason(site, signed) -> None:  # type: ignore[no-untyped-def]
    from alert_steps import coming, propose

    from lantian.office.alert.models import Alert

    propose(site("air"), coming(210, 210, 310, 320, 330, 90), "raise")
    red = Alert.objects.get(before=signed)
    assert red.case.state == "proposed"
    leader = site("leader")
    assert "请写明理由" in said(leader.post(f"/alert/{red.pk}/end/", {"why": " "}, follow=True))
    leader.post(f"/alert/{red.pk}/sign/", {"office": "市长"})
    signed.refresh_from_db()
    assert signed.case.state == "succeeded"
    assert signed.case.steps.last().by == "system"
