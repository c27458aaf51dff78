"""Issue 4, section 2.4: reviews, site check, experts; two officers at once, forms sent twice; what waits for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from grading_steps import PDF, pass_time, text, to_meeting, to_notice

from lantian.demo.grading_papers import photograph
from lantian.kernel.problem import LantianError


def test_from_the_draft_to_the_grade_on_the_firm_s_page(complete_draft, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.ledger import find_breaks
    from lantian.office.audit.models import EventAbout
    from lantian.office.grading import batch_actions as batches

    batch = to_notice(complete_draft, person)
    page = text(site().get(f"/public/grading/{batch.pk}/"))
    assert complete_draft.firm_name in page
    assert "引领性" in page
    objection = {
        "application": complete_draft.pk,
        "name": "某某",
        "contact": "139",
        "text": "堆场没有密闭",
    }
    sent = site().post(f"/public/grading/{batch.pk}/object/", objection, follow=True)
    assert "异议已收到" in text(sent)
    assert "139" not in text(site().get(f"/public/grading/{batch.pk}/"))
    pass_time(15)
    with pytest.raises(
        LantianError, match="C006"
    ):  # the notice has passed, but the objection is unanswered
        batches.take_effect(person("leader"), batch)
    objection = batch.objections.get()
    batches.answer(
        person("air"), objection, expect=0, outcome="reject", text="已现场核实，堆场密闭"
    )
    assert "已现场核实" in text(site().get(f"/public/grading/{batch.pk}/"))
    batches.take_effect(person("leader"), batch)
    award = complete_draft.award
    assert (award.grade, award.ended_at, award.document) == ("leading", None, "测试批次")
    firm_page = text(site("air").get(f"/firms/firm/{complete_draft.firm_id}/"))
    assert "评级结果" in firm_page
    assert "测试批次" in firm_page
    assert "待新版清单更新" in firm_page
    kinds = set(
        EventAbout.objects.filter(subject=f"application:{complete_draft.pk}").values_list(
            "event__what", flat=True
        )
    )
    assert kinds == {f"grading.{k}" for k in ("opened", "saved", "submitted", "reviewed", "site_checked", "opinion",
                     "meeting", "reported", "published", "objected", "answered", "effective")}  # fmt: skip
    assert find_breaks() == []


def test_the_notice_cannot_end_before_its_time(complete_draft, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.models import Award

    batch = to_notice(complete_draft, person)
    with pytest.raises(
        LantianError, match=r"C008|C015"
    ):  # C015 where next year's holidays are not known yet
        batches.take_effect(person("air"), batch)
    assert not Award.objects.filter(application=complete_draft).exists()
    batch.refresh_from_db()
    assert batch.effective_at is None


def test_a_later_grade_ends_the_one_before_and_none_is_deleted(complete_draft, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.models import Award

    old = Award.objects.create(firm_id=complete_draft.firm_id, firm_name="x", industry="cement", industry_zh="水泥",
                               grade="non_leading", by="x", at=timezone.now() - timedelta(days=400))  # fmt: skip
    batch = to_notice(complete_draft, person)
    pass_time(15)
    batches.take_effect(person("air"), batch)
    old.refresh_from_db()
    assert old.ended_at is not None
    assert str(complete_draft.pk) in old.ended_why
    assert Award.objects.filter(firm_id=complete_draft.firm_id, ended_at=None).count() == 1


@pytest.mark.parametrize("stage", ["county-return", "city-return", "site-return", "meeting-return"])
def test_every_stage_can_return_it_with_a_reason_and_the_firm_hands_in_again(
    stage, complete_draft, person
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import store
    from lantian.office.grading import actions

    steps = [("county", "district"), ("city", "air"), ("site", "inspector"), ("meeting", "air")]
    actions.submit(person("enterprise"), complete_draft, expect=0)
    version = 1
    file = {"protocol": [store("记录.pdf", PDF)]}

    def run(kind: str, key: str, reason: str = ""):  # type: ignore[no-untyped-def]
        role = dict(steps)[kind]
        if kind == "site":
            more = (
                file
                if key.endswith("return")
                else {**file, "photos": [store("p.png", photograph(1))]}
            )
            return actions.site_check(
                person(role), complete_draft, key, expect=version, papers=more, reason=reason
            )
        call = {"county": actions.county, "city": actions.city, "meeting": actions.meeting}[kind]
        return call(person(role), complete_draft, key, expect=version, reason=reason)

    for kind, _ in steps:
        if stage.startswith(kind):
            break
        run(kind, f"{kind}-pass")
        version += 1
    with pytest.raises(LantianError, match="C005"):
        run(kind, stage)
    run(kind, stage, "照片看不清")
    complete_draft.case.refresh_from_db()
    assert complete_draft.case.state == "returned"
    actions.submit(person("enterprise"), complete_draft, expect=version + 1)
    complete_draft.case.refresh_from_db()
    assert complete_draft.case.state == "submitted"


@pytest.mark.parametrize(
    "role", ["enterprise", "inspector", "expert", "leader", "soil", "auditor", "operator"]
)
def test_nobody_takes_another_s_step(role, complete_draft, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.process.models import Step

    actions.submit(person("enterprise"), complete_draft, expect=0)
    before = Step.objects.count()
    for call, key in ((actions.county, "county-pass"), (actions.city, "city-pass")):
        with pytest.raises(PermissionDenied):
            call(person(role), complete_draft, key, expect=1)
    assert Step.objects.count() == before


def test_one_permission_opens_its_own_stage_only(complete_draft, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    to_meeting(complete_draft, person)
    with pytest.raises(LantianError, match="C001"):
        actions.city(person("air"), complete_draft, "meeting-pass", expect=4)


def test_the_officer_of_another_district_sees_and_does_nothing(
    complete_draft, person, site
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.people.models import User

    actions.submit(person("enterprise"), complete_draft, expect=0)
    address = f"/grading/application/{complete_draft.pk}/"
    assert site("district").get(address).status_code == 200
    other = person("district")
    User.objects.filter(pk=other.pk).update(district="另一区")
    other.refresh_from_db()
    assert site("district").get(address).status_code == 404
    assert complete_draft.firm_name not in text(site("district").get("/grading/"))
    with pytest.raises(LantianError, match="C032"):
        actions.county(other, complete_draft, "county-pass", expect=1)


def test_a_firm_sees_its_own_only_and_a_draft_is_nobody_else_s(complete_draft, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Application

    theirs = Application.objects.exclude(firm_id=complete_draft.firm_id).first()
    client = site("enterprise")
    for path in ("", "draft/", "template.xlsx", "document/1/"):
        assert client.get(f"/grading/application/{theirs.pk}/{path}").status_code == 404
    assert (
        client.post(f"/grading/application/{theirs.pk}/step/", {"step": "withdraw"}).status_code
        == 404
    )
    assert (
        site("air").get(f"/grading/application/{complete_draft.pk}/").status_code == 404
    )  # still a draft


def test_each_expert_speaks_once_and_side_by_side(complete_draft, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.people.models import User

    to_meeting(complete_draft, person)
    second = User.objects.create_user("expert-2", role="expert")
    third = User.objects.create_user("expert-3", role="expert")
    actions.opine(
        person("expert"), complete_draft, expect=4, agrees=False, text="无组织排放证据不足"
    )
    with pytest.raises(LantianError, match=r"C013|C006"):
        actions.opine(person("expert"), complete_draft, expect=4, agrees=True, text="再说一次")
    with pytest.raises(LantianError, match="C006"):
        actions.opine(person("expert"), complete_draft, expect=5, agrees=True, text="再说一次")
    with pytest.raises(LantianError, match="C033"):
        actions.opine(second, complete_draft, expect=4, agrees=True, text=" ")
    actions.opine(
        second, complete_draft, expect=4, agrees=True, text="同意"
    )  # made before the first spoke
    with pytest.raises(LantianError, match="C006"):  # one of two is no majority
        actions.meeting(person("air"), complete_draft, "meeting-pass", expect=6)
    actions.opine(third, complete_draft, expect=4, agrees=True, text="同意")
    actions.meeting(person("air"), complete_draft, "meeting-pass", expect=7)
    complete_draft.refresh_from_db()
    assert (complete_draft.granted, complete_draft.opinions.count()) == ("leading", 3)


def test_a_grade_better_than_asked_or_refuted_is_not_given(complete_draft, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.grading.models import Application

    to_meeting(complete_draft, person)
    actions.opine(person("expert"), complete_draft, expect=4, agrees=True, text="同意")
    with pytest.raises(LantianError, match="C031"):
        actions.meeting(person("air"), complete_draft, "meeting-pass", expect=5, grade="A+")
    key = next(k for k, v in complete_draft.facts.items() if v["value"] == "是")
    Application.objects.filter(pk=complete_draft.pk).update(
        facts={**complete_draft.facts, key: {"value": "否"}}
    )
    with pytest.raises(LantianError, match="C006"):
        actions.meeting(person("air"), complete_draft, "meeting-pass", expect=5)


def test_two_officers_at_the_same_step(complete_draft, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    actions.submit(person("enterprise"), complete_draft, expect=0)
    address = f"/grading/application/{complete_draft.pk}/step/"
    first = site("district").post(address, {"step": "county-pass", "version": "1"}, follow=True)
    assert "已办理：县区初审通过" in text(first)
    second = site("district").post(
        address, {"step": "county-return", "version": "1", "reason": "缺材料"}, follow=True
    )
    assert "C012" in text(second)
    assert "demo-district" in text(second)
    complete_draft.case.refresh_from_db()
    assert complete_draft.case.state == "city_review"


def test_a_double_click_and_the_back_button_have_one_effect(complete_draft, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    client, address = site("enterprise"), f"/grading/application/{complete_draft.pk}/step/"
    for _ in range(3):
        page = text(client.post(address, {"step": "submit", "version": "0"}, follow=True))
    assert "重复提交没有再次生效" in page
    assert complete_draft.case.steps.count() == 1
    assert (
        Event.objects.filter(
            what="grading.submitted", event__contains=f'"application":{complete_draft.pk},'
        ).count()
        == 1
    )


@pytest.mark.parametrize("version", ["", "-1", "abc", "99999999999", "7"])
def test_a_form_made_by_hand_changes_nothing(version, complete_draft, site) -> None:  # type: ignore[no-untyped-def]
    page = site("enterprise").post(
        f"/grading/application/{complete_draft.pk}/step/",
        {"step": "submit", "version": version},
        follow=True,
    )
    assert page.status_code == 200
    complete_draft.case.refresh_from_db()
    assert complete_draft.case.state == "draft"


def test_today_says_what_waits_for_whom(complete_draft, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    title = complete_draft.case.title
    assert title in text(site("enterprise").get("/today/"))
    actions.submit(person("enterprise"), complete_draft, expect=0)
    for role, waits in (
        ("enterprise", False),
        ("district", True),
        ("air", False),
        ("inspector", False),
    ):
        assert (title in text(site(role).get("/today/"))) is waits, role
    actions.county(person("district"), complete_draft, "county-pass", expect=1)
    assert title in text(site("air").get("/today/"))
    assert title not in text(site("district").get("/today/"))


def test_a_notice_that_runs_is_nobody_s_task_until_it_has_passed(
    complete_draft, person, site
) -> None:  # type: ignore[no-untyped-def]
    to_notice(complete_draft, person)
    assert complete_draft.case.title not in text(site("air").get("/today/"))
    pass_time(15)
    assert complete_draft.case.title in text(site("air").get("/today/"))


def test_files_are_sent_as_what_they_are_and_only_to_who_may_see_them(
    complete_draft, person, site
) -> None:  # type: ignore[no-untyped-def]
    to_meeting(complete_draft, person)
    one = complete_draft.documents.first()
    sent = site("expert").get(f"/grading/application/{complete_draft.pk}/document/{one.pk}/")
    assert (sent["Content-Type"], sent["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    protocol = complete_draft.case.steps.get(transition="site-pass").evidence["protocol"][0]
    base = f"/grading/application/{complete_draft.pk}/step"
    assert site("expert").get(f"{base}/4/{protocol}/").status_code == 200
    assert site("expert").get(f"{base}/3/{protocol}/").status_code == 404
    assert site("expert").get(f"{base}/4/{'0' * 64}/").status_code == 404
    assert (
        site().get(f"/grading/application/{complete_draft.pk}/document/{one.pk}/").status_code
        == 302
    )
