"""A plan changed by hand: checker, reasons, two officers, replays, what goes out (issue 4, section 2.5; 0130)."""

from __future__ import annotations

import json

import pytest
from alert_steps import change, said


def orders_of(plan) -> list[dict]:  # type: ignore[no-untyped-def,type-arg]
    from lantian.office.alert.taken_up import written_plan

    return written_plan(plan)["orders"]


def firm_with(plan, *, cuts: bool = True, floor: bool = False) -> dict:  # type: ignore[no-untyped-def,type-arg]
    """Return a firm that is cut beyond its floor, or one that stands at its floor."""
    for order in orders_of(plan):
        if bool(order["share"]) != cuts:
            continue
        if order["grade"] in ("C", "D") and (order["share"] == order["floor_share"]) == floor:
            return order
    raise AssertionError("no such firm")


def rungs(plan, firm_id: str):  # type: ignore[no-untyped-def]
    from lantian.kernel.level import Level
    from lantian.office.alert.taken_up import taken_up

    return taken_up(plan).rungs(firm_id, Level(plan.alert.level))


def events(what: str) -> list[dict]:  # type: ignore[type-arg]
    from lantian.office.audit.models import Event

    return [json.loads(e.event) for e in Event.objects.filter(what=what).order_by("number")]


def test_a_copy_starts_as_the_plan_and_leaves_it_untouched(site, plan, draft) -> None:  # type: ignore[no-untyped-def]
    page = said(site("air").get(f"/alert/draft/{draft.pk}/"))
    assert "独立核验通过" in page
    assert draft.summary["broken"] == []
    assert draft.summary["levels"] == plan.summary["levels"]
    # Asked for again it is the same copy.
    again = site("air").post(f"/alert/plan/{plan.pk}/draft/")
    assert again["Location"] == f"/alert/draft/{draft.pk}/"


def test_a_change_is_checked_priced_and_recorded_about_the_firm(site, plan, draft) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import EventAbout

    before = plan.result.hash
    order = firm_with(plan)
    top = len(rungs(plan, order["firm_id"])) - 1
    client = site("air")
    shown = said(client.get(f"/alert/draft/{draft.pk}/?q={order['firm_id']}"))
    assert order["firm_name"] in shown
    page = said(client.get(f"/alert/draft/{draft.pk}/?firm={order['firm_id']}"))
    assert "最低要求" in page
    assert "逐线填写" in page
    done = said(change(client, draft, order["firm_id"], str(top), "设备检修，主动停产"))
    assert "已记入修改稿并核验" in done
    draft.refresh_from_db()
    assert draft.version == 1
    one = draft.changes.get()
    assert (one.by, one.why) == ("demo-air", "设备检修，主动停产")
    assert one.before_zh == order["text_zh"]
    level = plan.alert.level
    own, new = plan.summary["levels"][level], draft.summary["levels"][level]
    if order["share"] < 1:
        assert new["cost_cny_day"] > own["cost_cny_day"]
    event = events("draft.changed")[-1]["values"]
    assert (event["firm"], event["number"], event["why"]) == (
        order["firm_id"],
        1,
        "设备检修，主动停产",
    )
    about = EventAbout.objects.filter(subject=f"firm:{order['firm_id']}")
    assert about.filter(event__what="draft.changed").exists()
    plan.refresh_from_db()
    assert plan.result.hash == before


def test_a_broken_rule_is_shown_with_clause_and_does_not_go_out(site, plan, draft, signed) -> None:  # type: ignore[no-untyped-def]
    order = firm_with(plan, floor=True)
    done = said(change(site("air"), draft, order["firm_id"], "0", "企业申请不停"))
    assert "C03" in done
    assert "不能下达" in done
    draft.refresh_from_db()
    broken = next(b for b in draft.summary["broken"] if b["code"] == "C03")
    assert broken["error"]
    assert broken["rule"]["clause"] in done
    leader = site("leader")
    refused = leader.post(f"/alert/{signed.pk}/issue/", {"adjusted": "1"}, follow=True)
    assert "O014" in said(refused)
    assert "C03" in said(refused)
    assert not signed.orders.exists()
    assert "有违反规则的地方" in said(leader.get(f"/alert/draft/{draft.pk}/"))
    # Back to the plan: nothing is broken any more, and the way there is kept.
    draft.refresh_from_db()
    change(site("air"), draft, order["firm_id"], "plan", "核验不通过，恢复")
    draft.refresh_from_db()
    assert draft.summary["broken"] == []
    assert draft.changes.count() == 2


def test_a_warning_goes_out_with_a_reason_only_and_the_orders_say_by_whom(
    site, plan, draft, signed
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import path_of

    order = _unfair(site, plan, draft)
    draft.refresh_from_db()
    assert {b["code"] for b in draft.summary["broken"]} == {"C07"}
    leader = site("leader")
    address = f"/alert/{signed.pk}/issue/"
    assert "O015" in said(leader.post(address, {"adjusted": "1", "accept_why": " "}, follow=True))
    assert not signed.orders.exists()
    values = {"adjusted": "1", "accept_why": "会商同意，企业自愿"}
    assert "管控令已下达" in said(leader.post(address, values, follow=True))
    draft.refresh_from_db()
    assert (draft.state, draft.accepted_why) == ("issued", "会商同意，企业自愿")
    mine = signed.orders.get(firm_id=order["firm_id"])
    assert mine.adjusted["by"] == "demo-air"
    assert mine.adjusted["why"] == "企业自愿多减"
    assert mine.adjusted["before_zh"] == order["text_zh"]
    assert "经人工调整" in mine.values["reason_zh"]
    assert signed.orders.exclude(adjusted={}).count() == 1
    # plan.json that went out says it, too; the one that was worked out does not.
    document = json.loads(path_of(draft.result.hash).read_text("utf-8"))
    told = document["adjusted"]
    assert told["plan"] == plan.result.hash
    assert told["accepted_why"] == "会商同意，企业自愿"
    assert [c["firm_id"] for c in told["changes"]] == [order["firm_id"]]
    assert "人工调整1处" in document["remarks_zh"][0]
    assert document["provenance"] == plan_document(plan)["provenance"]
    assert "adjusted" not in plan_document(plan)
    files = events("orders.issued")[-1]["files"]
    assert files == {"plan.json": plan.result.hash, "plan-adjusted.json": draft.result.hash}
    pdf = leader.get(f"/alert/order/{mine.pk}/order.pdf").content
    text = pdf_text(pdf)
    assert "经人工调整" in text
    assert "企业自愿多减" in text
    assert "拟稿" not in text
    # It can no longer be changed.
    late = change(site("air"), draft, order["firm_id"], "0")
    assert "管控令已经下达" in said(late)


def plan_document(plan) -> dict:  # type: ignore[no-untyped-def,type-arg]
    from lantian.office.audit.vault import path_of

    return json.loads(path_of(plan.result.hash).read_text("utf-8"))


def pdf_text(content: bytes) -> str:
    import io

    from pypdf import PdfReader

    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def _unfair(site, plan, draft) -> dict:  # type: ignore[no-untyped-def,type-arg]
    """Stop a firm that is cut less than worse-graded ones of its industry may be: only fairness breaks."""
    from lantian.kernel.level import Level
    from lantian.office.alert.taken_up import taken_up

    base = taken_up(plan)
    ranks = {
        "A": 0,
        "leading": 0,
        "B": 1,
        "B_minus": 2,
        "C": 3,
        "non_leading": 3,
        "ungraded": 3,
        "D": 4,
    }
    from fractions import Fraction

    from lantian.jobs.plan_adjust import HandCut

    for order in orders_of(plan):
        if ranks.get(order["grade"], 0) in (0, 4) or order["share"] == 1:
            continue
        top = rungs(plan, order["firm_id"])[-1]
        if top.beyond_cap or top.share <= Fraction(order["share_exact"]):
            continue
        cut = HandCut(order["firm_id"], Level(plan.alert.level), dict(top.shares), "试")
        broken = base.tried([cut]).broken
        if broken and {b.code for b in broken} == {"C07"}:
            place = len(rungs(plan, order["firm_id"])) - 1
            change(site("air"), draft, order["firm_id"], str(place), "企业自愿多减")
            return order
    raise AssertionError("no firm breaks fairness alone")


def test_two_officers_on_one_copy_lose_nothing(site, plan, draft) -> None:  # type: ignore[no-untyped-def]
    first, second = orders_of(plan)[0]["firm_id"], firm_with(plan)["firm_id"]
    top = str(len(rungs(plan, second)) - 1)
    assert first
    change(site("leader"), draft, second, top, "领导先改")
    draft.refresh_from_db()
    assert draft.version == 1
    other = firm_with(plan, floor=True)["firm_id"]
    late = change(site("air"), draft, other, "0", "我的理由很长不能丢", version=0)
    assert late.status_code == 409
    page = said(late)
    for piece in ("O011", "demo-leader", "我的理由很长不能丢", "没有写入"):
        assert piece in page, piece
    assert 'name="version" value="1"' in page
    draft.refresh_from_db()
    assert draft.version == 1
    change(site("air"), draft, other, "0", "我的理由很长不能丢")
    draft.refresh_from_db()
    assert draft.version == 2


def test_a_double_click_has_one_effect(site, plan, draft) -> None:  # type: ignore[no-untyped-def]
    firm = firm_with(plan)["firm_id"]
    top = str(len(rungs(plan, firm)) - 1)
    for _ in range(2):
        again = change(site("air"), draft, firm, top, "检修", version=0)
    assert "已经记下" in said(again)
    draft.refresh_from_db()
    assert draft.version == 1
    assert sum(e["values"]["draft"] == draft.pk for e in events("draft.changed")) == 1


@pytest.mark.parametrize(
    ("rung", "why", "more", "told"),
    [
        ("0", " ", {}, "O012"),
        ("99", "试", {}, "请选择一档"),
        ("", "试", {}, "请选择一档"),
        ("plan", "试", {}, "没有改变"),
        ("lines", "试", {"line_X9": "50"}, "O013"),
        ("lines", "试", {"line_X9": "150"}, "不是0到100"),
        ("lines", "试", {"line_X9": "一半"}, "不是0到100"),
        ("0", "试", {"version": "x"}, "页面不完整"),
        ("0", "试", {"firm": "没有"}, "O013"),
    ],
)
def test_what_cannot_be_noted_is_said(site, plan, draft, rung, why, more, told) -> None:  # type: ignore[no-untyped-def]
    firm = firm_with(plan)["firm_id"]
    values = {"firm": firm, "rung": rung, "why": why, "version": 0} | more
    page = said(site("air").post(f"/alert/draft/{draft.pk}/", values, follow=True))
    assert told in page
    draft.refresh_from_db()
    assert draft.version == 0


def test_a_share_shown_rounded_stays_exact(site, plan, draft) -> None:  # type: ignore[no-untyped-def]
    from fractions import Fraction

    found = next(
        (o, r) for o in orders_of(plan) for r in rungs(plan, o["firm_id"])[1:-1]
        if any(s.denominator % 3 == 0 for s in r.shares.values())
    )  # fmt: skip
    order, rung = found
    place = rungs(plan, order["firm_id"]).index(rung)
    change(site("air"), draft, order["firm_id"], str(place), "甲")
    draft.refresh_from_db()
    if draft.version == 0:  # it stood there already
        return
    page = site("air").get(f"/alert/draft/{draft.pk}/?firm={order['firm_id']}")
    lines = {f"line_{x['id']}": x["shown"] for x in page.context["firm"]["lines"]}
    first = next(iter(lines))
    lines[first] = "100"
    change(site("air"), draft, order["firm_id"], "lines", "乙", **lines)
    last = draft.changes.last()
    kept = [v for k, v in last.shares.items() if f"line_{k}" != first]
    assert all(Fraction(k) in rung.shares.values() for k in kept)


def test_who_may_look_but_not_change(site, draft) -> None:  # type: ignore[no-untyped-def]
    client = site("enforcement")
    assert client.get(f"/alert/draft/{draft.pk}/").status_code == 200
    assert client.post(f"/alert/draft/{draft.pk}/", {"firm": "虚构-00001"}).status_code == 403
    assert site("enterprise").get(f"/alert/draft/{draft.pk}/").status_code == 403


def test_the_plan_as_worked_out_still_goes_out_beside_a_copy(site, plan, draft, signed) -> None:  # type: ignore[no-untyped-def]
    change(site("air"), draft, firm_with(plan, floor=True)["firm_id"], "0", "试改")
    stale = site("leader").post(f"/alert/{signed.pk}/issue/", {"plan": "999"}, follow=True)
    assert "请核对后再下达" in said(stale)
    site("leader").post(f"/alert/{signed.pk}/issue/", {"plan": plan.pk})
    theirs = {o["firm_id"]: o["text_zh"] for o in orders_of(plan)}
    assert {o.firm_id: o.text_zh for o in signed.orders.all()} == theirs
    assert not signed.orders.exclude(adjusted={}).exists()
