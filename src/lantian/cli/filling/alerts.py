"""An alert of the demonstration city that has run its course: from the forecast to the report."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

FIRMS = 120
"""Firms of the list it was planned on: a quick one, the first of the city's."""


def fill(folder: Path, seed: int) -> None:
    """Take an orange alert through every step, as people do: one order changed by hand, extended, lifted."""
    from lantian.office.alert.models import Extension
    from lantian.office.alert.refusal import aware
    from lantian.office.audit.vault import store
    from lantian.office.people.models import User

    air, leader, firm = (User.objects.get(username=f"demo-{r}") for r in ("air", "leader", "enterprise"))  # fmt: skip
    alert = _signed(air, leader)
    _ordered(air, leader, alert, _list(folder, seed))
    from lantian.office.alert.actions import lift
    from lantian.office.alert.extend import propose_extension, sign_extension
    from lantian.office.alert.order_actions import receive, report
    from lantian.office.alert.review import make_review

    own = alert.orders.get(firm_id=firm.firm_id)
    receive(firm, own)
    report(firm, own, "已按管控令执行，停机时间和用电台账已留存。（虚构）")
    notice = store("省级通知-延长（虚构）.txt", "虚构：延长至12月10日24时。".encode())
    until = aware(datetime(2026, 12, 11))
    later = propose_extension(
        air, alert, until, Extension.Basis.ABOVE, "按省级通知延长（虚构）", notice
    )
    sign_extension(leader, later, later.signer_zh)
    end = store("省级通知-解除（虚构）.txt", "虚构：12月10日24时解除。".encode())
    lift(leader, alert, "按省级通知解除（虚构）", end, above=True)
    make_review(air, alert)


def _signed(air, leader):  # type: ignore[no-untyped-def]
    from lantian.demo.environment import PAST_FORECAST
    from lantian.office.alert.actions import propose, sign
    from lantian.office.audit.vault import store

    first = datetime(2026, 12, 5)
    rows = [
        f"{first + timedelta(days=i):%Y-%m-%d},{aqi},PM2.5" for i, aqi in enumerate(PAST_FORECAST)
    ]
    text = "\n".join(("date,aqi,primary_pollutant", *rows)) + "\n"
    alert = propose(air, store("预报-12月4日（虚构）.csv", text.encode()), "2026-12-04")
    sign(leader, alert, "同意（演示）", alert.signer_zh)
    alert.refresh_from_db()
    return alert


def _list(folder: Path, seed: int):  # type: ignore[no-untyped-def]
    from lantian.demo.city import make_city
    from lantian.demo.editions import with_district
    from lantian.jobs.lists import write_list
    from lantian.office.audit.vault import store

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "清单-演示.xlsx"
    write_list(with_district(make_city(firms=FIRMS, seed=seed)), path, layout="lantian-1")
    return store(path.name, path.read_bytes())


def _ordered(air, leader, alert, file) -> None:  # type: ignore[no-untyped-def]
    """Plan, change one firm by hand to a full step where the checker agrees, send out."""
    from lantian.kernel.level import Level
    from lantian.office.alert.plan_actions import ask_plan, change_draft, issue, open_draft
    from lantian.office.alert.taken_up import taken_up, written_plan
    from lantian.office.alert.worker import run_next

    plan = ask_plan(air, alert, file)
    run_next()
    plan.refresh_from_db()
    draft = open_draft(air, plan)
    base, level = taken_up(plan), Level(alert.level)
    worse = ("D", "ungraded", "C", "non_leading")
    lowest = next(
        o for o in written_plan(plan)["orders"] if o["grade"] in worse and 0 < o["share"] < 1
    )
    top = base.rungs(lowest["firm_id"], level)[-1]
    change_draft(
        air, draft, 0, lowest["firm_id"], top.shares, "企业报告停机检修，按停产执行（虚构）"
    )
    draft.refresh_from_db()
    adjusted = not any(one["error"] for one in draft.summary["broken"])
    issue(leader, plan, adjusted, "企业自愿（虚构）" if adjusted else "")
