"""Forms of alerts, plans, orders and reviews, sent again (issue 4, section 4)."""

from __future__ import annotations

from datetime import timedelta

from alert_steps import FIRST, ORANGE, extend, midnight
from replayed import Sent, case
from test_alert_changes import LONGER
from test_plan_by_hand import firm_with, rungs


@case("alert-propose")
def _propose() -> Sent:
    issued = str(FIRST - timedelta(days=1))
    return Sent(
        "air", "/alert/", "/alert/propose/", {"issued": issued}, ("forecast.csv", ORANGE.encode())
    )


@case("alert-sign")
def _sign(proposed) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{proposed.pk}/"
    return Sent("leader", where, f"{where}sign/", {"opinion": "同意"})


@case("alert-end")
def _end(proposed) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{proposed.pk}/"
    return Sent("leader", where, f"{where}end/", {"why": "不采用"})


@case("alert-end lift")
def _lift(signed) -> Sent:  # type: ignore[no-untyped-def]
    where, values = f"/alert/{signed.pk}/", {"why": "按省厅通知解除", "basis": "above"}
    return Sent("leader", where, f"{where}end/", values, ("notice.txt", "通知".encode()))  # type: ignore[arg-type]


@case("alert-plan")
def _plan(proposed) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.office.registry.figures import current

    where = f"/alert/{proposed.pk}/"
    return Sent("air", where, f"{where}plan/", {"edition": str(current().number)})


@case("alert-what-if")
def _what_if(plan) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{plan.alert_id}/"
    return Sent("air", f"{where}compare/", f"{where}what-if/", {"level": "red"})


@case("alert-draft-open")
def _open_draft(plan) -> Sent:  # type: ignore[no-untyped-def]
    return Sent("air", f"/alert/{plan.alert_id}/", f"/alert/plan/{plan.pk}/draft/")


@case("alert-draft")
def _change(plan, draft) -> Sent:  # type: ignore[no-untyped-def]
    firm = firm_with(plan)["firm_id"]
    values = {
        "firm": firm, "rung": str(len(rungs(plan, firm)) - 1), "why": "检修", "version": "0"
    }  # fmt: skip
    where = f"/alert/draft/{draft.pk}/"
    return Sent("air", f"{where}?firm={firm}", where, values)


@case("alert-issue")
def _issue(plan) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{plan.alert_id}/"
    return Sent("leader", where, f"{where}issue/", {"plan": str(plan.pk)})


@case("alert-extend")
def _extend(signed) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{signed.pk}/"
    values = {"until": midnight(7), "basis": "forecast", "why": "污染过程延续"}
    return Sent("air", where, f"{where}extend/", values, ("forecast.csv", LONGER.encode()))  # type: ignore[arg-type]


def _extension(site, alert):  # type: ignore[no-untyped-def]
    extend(site("air"), alert.pk, midnight(7), LONGER)
    return alert.extensions.get()


@case("extension-decide")
def _sign_extension(site, signed) -> Sent:  # type: ignore[no-untyped-def]
    one = _extension(site, signed)
    values = {"decision": "sign", "office": one.signer_zh}
    return Sent("leader", f"/alert/{signed.pk}/", f"/alert/extension/{one.pk}/", values)


@case("extension-decide drop")
def _drop_extension(site, signed) -> Sent:  # type: ignore[no-untyped-def]
    one = _extension(site, signed)
    values: dict[str, str | list[str]] = {"decision": "drop", "why": "未会商"}
    return Sent("leader", f"/alert/{signed.pk}/", f"/alert/extension/{one.pk}/", values)


@case("alert-review")
def _review(ordered) -> Sent:  # type: ignore[no-untyped-def]
    where = f"/alert/{ordered.pk}/"
    return Sent("leader", where, f"{where}review/")


# --- the firm's side ---------------------------------------------------------------------------


def _own(alert) -> str:  # type: ignore[no-untyped-def]
    return f"/alert/own/{alert.orders.get(firm_id='虚构-00001').pk}/"


@case("own-answer")
def _receive(ordered) -> Sent:  # type: ignore[no-untyped-def]
    return Sent("enterprise", "/alert/own/", _own(ordered))


@case("own-answer report")
def _report(site, ordered) -> Sent:  # type: ignore[no-untyped-def]
    from lantian.demo.grading_papers import photograph

    where = _own(ordered)
    site("enterprise").post(where)
    photos = [("photos", f"照片{n}.png", photograph(n)) for n in (1, 2)]
    return Sent("enterprise", "/alert/own/", where, {"report": "已停产1号线"}, files=photos)


@case("own-answer extension")
def _receive_extension(site, ordered) -> Sent:  # type: ignore[no-untyped-def]
    one = _extension(site, ordered)
    values = {"decision": "sign", "office": one.signer_zh}
    site("leader").post(f"/alert/extension/{one.pk}/", values)
    return Sent("enterprise", "/alert/own/", _own(ordered), {"extension": str(one.pk)})
