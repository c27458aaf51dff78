"""What-ifs beside the plan: marked, without effect, explained where out of reach (issue 4, section 2.5; 0132)."""

from __future__ import annotations

import json

import pytest
from alert_steps import said


def suppose(client, alert, **values):  # type: ignore[no-untyped-def]
    return said(client.post(f"/alert/{alert.pk}/what-if/", values, follow=True))


def worked(alert):  # type: ignore[no-untyped-def]
    from lantian.office.alert.worker import run_next

    assert run_next()
    return alert.plans.filter(kind="whatif").first()


def test_higher_targets_stand_beside_the_plan_and_cite_no_rule(
    site, signed, plan, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.taken_up import written_plan

    client = site("air")
    more = int(plan.summary["levels"]["orange"]["achieved"]["NOx"] * 100) + 4
    assert "推演开始计算" in suppose(client, signed, target_NOx=str(more))
    assert "http-equiv" in said(client.get(f"/alert/{signed.pk}/compare/"))
    one = worked(signed)
    assert one.state == "ready", one.problem
    page = said(client.get(f"/alert/{signed.pk}/compare/"))
    for piece in ("没有法律效力", f"氮氧化物目标{more}%", "哪些企业变化", "认证差距"):
        assert piece in page, piece
    document = written_plan(one)
    assert document["levels"]["orange"]["required"]["NOx"] == more / 100
    target = document["rules"][0]
    assert target["status"] == "design"
    assert "推演" in target["document"]
    # It is dearer, and the firms that change are listed one by one.
    assert one.summary["cost_cny_day"] > plan.summary["cost_cny_day"]
    firms = client.get(f"/alert/what-if/{one.pk}/")
    assert firms.context["found"]["count"] > 0
    assert firms.context["found"]["count"] == sum(
        a["share_exact"] != b["share_exact"] or a["text_zh"] != b["text_zh"]
        for a, b in zip(written_plan(plan)["orders"], document["orders"], strict=True)
    )
    # Page by page, the largest differences first, none left out or twice.
    monkeypatch.setattr("lantian.office.alert.plan_pages.PER_PAGE", 2)
    shown: list[str] = []
    for number in range(1, -(-firms.context["found"]["count"] // 2) + 1):
        rows = list(client.get(f"/alert/what-if/{one.pk}/?page={number}").context["page"])
        assert len(rows) <= 2
        shown += [r["firm_id"] for r in rows]
    assert shown == [r["firm_id"] for r in firms.context["found"]["rows"]]
    assert "page=2" in said(client.get(f"/alert/what-if/{one.pk}/"))
    # The plan of record is still the plan.
    assert f'value="{plan.pk}"' in said(site("leader").get(f"/alert/{signed.pk}/"))


def test_another_level_and_spared_firms(site, signed, plan) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.taken_up import written_plan

    client = site("air")
    suppose(client, signed, level="red")
    assert list(worked(signed).summary["levels"]) == ["red"]
    orders = written_plan(plan)["orders"]
    beyond = next(o for o in orders if o["share"] > o["floor_share"])
    suppose(client, signed, spare=f" {beyond['firm_id']} ")
    spared = worked(signed)
    theirs = {o["firm_id"]: o for o in written_plan(spared)["orders"]}
    assert theirs[beyond["firm_id"]]["share"] == theirs[beyond["firm_id"]]["floor_share"]
    district = beyond["district"]
    suppose(client, signed, district=district)
    whole = worked(signed)
    inside = [o for o in written_plan(whole)["orders"] if o["district"] == district]
    assert all(o["share"] == o["floor_share"] for o in inside)


def test_what_is_out_of_reach_is_explained(site, signed, plan) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    suppose(client, signed, target_NOx="95")
    one = worked(signed)
    assert one.state == "ready", one.problem
    assert one.summary["feasible"] is False
    page = said(client.get(f"/alert/{signed.pk}/compare/"))
    assert "达不到" in page
    for words in one.summary["shortfall"]["advice_zh"]:
        assert words in page
    assert "办法1" in page


def test_a_what_if_never_becomes_orders(site, person, signed, plan) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.alert.plan_actions import issue, open_draft
    from lantian.office.alert.refusal import StepRefusedError

    suppose(site("air"), signed, target_VOC="22")
    one = worked(signed)
    with pytest.raises(StepRefusedError) as refused:
        issue(person("leader"), one)
    assert refused.value.code == "O016"
    with pytest.raises(StepRefusedError) as refused:
        open_draft(person("air"), one)
    assert refused.value.code == "O016"
    assert not signed.orders.exists()
    # Sending out takes the plan, though the what-if is newer.
    site("leader").post(f"/alert/{signed.pk}/issue/")
    assert {o.plan_id for o in signed.orders.all()} == {plan.pk}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "请至少改变一项"),
        ({"target_NOx": "百分之二十"}, "不是0到100"),
        ({"target_NOx": "120"}, "不是0到100"),
        ({"spare": "没有这家"}, "清单中没有企业"),
        ({"level": "purple"}, "没有这个级别"),
        ({"level": "orange"}, "请至少改变一项"),
    ],
)
def test_what_cannot_be_supposed_is_said(site, signed, plan, values, told: str) -> None:  # type: ignore[no-untyped-def]
    assert told in suppose(site("air"), signed, **values)
    assert not signed.plans.filter(kind="whatif").exists()


def test_one_at_a_time_and_only_with_a_plan(site, signed) -> None:  # type: ignore[no-untyped-def]
    assert "先要有算出的方案" in suppose(site("air"), signed, level="red")


def test_a_second_waits_for_the_first(site, signed, plan) -> None:  # type: ignore[no-untyped-def]
    client = site("air")
    suppose(client, signed, level="red")
    assert "已有方案或推演在计算" in suppose(client, signed, level="yellow")
    assert site("enforcement").post(f"/alert/{signed.pk}/what-if/").status_code == 403


def test_the_question_is_in_the_record(site, signed, plan) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    suppose(site("air"), signed, target_NOx="25", industry="cement")
    event = json.loads(Event.objects.filter(what="whatif.asked").latest("number").event)
    assert json.loads(event["values"]["supposed"]) == {
        "industry": "cement",
        "targets": {"NOx": "1/4"},
    }


def test_the_comparison_says_how_good_the_plan_is_and_what_it_rests_on(site, signed, plan) -> None:  # type: ignore[no-untyped-def]
    page = site("district").get(f"/alert/{signed.pk}/compare/")
    told = page.context["levels"]
    assert told["bound"] <= told["cost"]
    assert told["gap"] == pytest.approx(
        (told["cost"] - told["bound"]) / told["cost"] * 100, abs=1e-3
    )
    ways = {w["key"]: w for w in told["ways"]}
    for key, way in plan.summary["baselines"].items():
        assert ways[key]["cost"] == pytest.approx(way["levels"]["orange"]["cost_cny_day"] / 1e4)
    text = said(page)
    assert "求解器证明的下界" in text
    # Where a baseline is cheaper, the computed sentence says why; the chart has its table.
    cheaper = [w for w in ways.values() if w["cost"] < told["cost"]]
    assert bool(cheaper) == bool(told["cheaper"])
    assert text.count("<rect") == len(ways)
    assert "各做法比较" in text
