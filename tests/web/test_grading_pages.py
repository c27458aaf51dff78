"""Issue 4, section 2.4: applications, reviews, experts, batches, public notice, objections, grade in force."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from lantian.demo.grading_papers import facts_of, paper, photograph
from lantian.kernel.problem import LantianError

PDF = paper("test")


@pytest.fixture
def own(person):  # type: ignore[no-untyped-def]
    """Return a fresh draft of the demonstration's firm; the one that came back is withdrawn first."""
    from lantian.office.grading import actions
    from lantian.office.grading.models import Application

    firm = person("enterprise")
    old = Application.objects.get(firm_id=firm.firm_id)
    actions.withdraw(firm, old, expect=old.case.version, reason="重新申报")
    return actions.begin(firm, "cement", "水泥制品", "leading")


@pytest.fixture
def complete(own, person):  # type: ignore[no-untyped-def]
    """Return a draft with every fact and its evidence."""
    from lantian.office.audit.vault import store
    from lantian.office.grading import actions
    from lantian.office.grading.assess import assess

    facts, energy = facts_of("水泥", "水泥制品", "leading", 7)
    firm, file = person("enterprise"), store("佐证.pdf", PDF)
    saved = actions.save_draft(firm, own, draft=0, facts=facts, energy=energy)
    files = [(one.row, file) for one in assess(saved).of("evidence")]
    assert files
    return actions.save_draft(firm, own, draft=1, facts=facts, energy=energy, files=files)


def to_meeting(application, person):  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import store
    from lantian.office.grading import actions

    papers = {"protocol": [store("记录.pdf", PDF)], "photos": [store("照片.png", photograph(3))]}
    actions.submit(person("enterprise"), application, expect=0)
    actions.county(person("district"), application, "county-pass", expect=1)
    actions.city(person("air"), application, "city-pass", expect=2)
    actions.site_check(person("inspector"), application, "site-pass", expect=3, papers=papers)


def to_ready(application, person):  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    to_meeting(application, person)
    actions.opine(person("expert"), application, expect=4, agrees=True, text="同意")
    actions.meeting(person("air"), application, "meeting-pass", expect=5)
    application.refresh_from_db()
    application.case.refresh_from_db()
    return application


def to_notice(application, person):  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.documents import batch_documents

    ready = to_ready(application, person)
    document, word = batch_documents("测试批次", [ready])
    made = batches.report(person("air"), "测试批次", {ready.pk: ready.case.version}, document, word)
    return batches.publish(person("air"), made)


def pass_time(days: int) -> None:
    """Move every case so far into the past, as if that many days had gone by."""
    from django.db.models import F

    from lantian.office.process.models import Case, Step

    back = timedelta(days=days)
    Case.objects.update(since=F("since") - back, started_at=F("started_at") - back)
    Step.objects.update(at=F("at") - back)


def text(response) -> str:  # type: ignore[no-untyped-def]
    return response.content.decode()


# --- the draft ---------------------------------------------------------------------------------


def test_an_empty_draft_says_what_is_missing_and_cannot_be_handed_in(own, site) -> None:  # type: ignore[no-untyped-def]
    client = site("enterprise")
    page = text(client.get(f"/grading/application/{own.pk}/draft/"))
    assert "还缺" in page
    assert "缺事实" in page
    assert "提交申报" not in page
    sent = client.post(
        f"/grading/application/{own.pk}/step/", {"step": "submit", "version": "0"}, follow=True
    )
    assert "C006" in text(sent)
    assert "指标事实齐全" in text(sent)
    own.case.refresh_from_db()
    assert own.case.state == "draft"


def test_what_is_missing_shrinks_with_every_saving(own, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess

    client, address = site("enterprise"), f"/grading/application/{own.pk}/draft/"
    before = assess(own).blocking
    row = next(r for r in assess(own).rows if r.facts)
    cell = row.facts[0].definition
    value = next(iter(cell.choices)) if cell.choices else "是"
    data = {"draft": "0", f"fact-{cell.fact_id}": value,
            f"evidence-{row.row_id}": SimpleUploadedFile("证明.pdf", PDF)}  # fmt: skip
    assert "已保存" in text(client.post(address, data, follow=True))
    own.refresh_from_db()
    assert own.facts[cell.fact_id]["value"] == value
    assert own.documents.get().file.name == "证明.pdf"
    assert assess(own).blocking < before


def test_a_fact_with_evidence_taken_back_is_missing_its_evidence_again(
    complete, site, person
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess

    one = complete.documents.first()
    assert assess(complete).evidence_complete
    address = f"/grading/application/{complete.pk}/document/{one.pk}/take-back/"
    assert "已撤下" in text(site("enterprise").post(address, follow=True))
    assert not assess(complete).evidence_complete
    assert complete.documents.filter(pk=one.pk).exists()  # never deleted


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("病毒.pdf", b"MZ\x90\x00 not a pdf", "C016"), ("空.pdf", b"", "C018"), ("页.html", b"<html>", "C016"),
     ("包.zip", b"PK\x03\x04xxxx", "C016")],
)  # fmt: skip
def test_evidence_is_judged_by_its_content(name, content, code, own, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess

    row = assess(own).rows[0].row_id
    data = {"draft": "0", f"evidence-{row}": SimpleUploadedFile(name, content)}
    page = text(site("enterprise").post(f"/grading/application/{own.pk}/draft/", data, follow=True))
    if content:  # Django leaves an empty upload out of FILES; then nothing was sent
        assert code in page
    own.refresh_from_db()
    assert not own.documents.exists()


def test_too_large_evidence_is_refused(own, site, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.assess import assess
    from lantian.office.process import evidence

    monkeypatch.setattr(evidence, "MOST_MB", 0)
    data = {
        "draft": "0",
        f"evidence-{assess(own).rows[0].row_id}": SimpleUploadedFile("大.pdf", PDF),
    }
    assert "C017" in text(
        site("enterprise").post(f"/grading/application/{own.pk}/draft/", data, follow=True)
    )


def test_a_draft_saved_in_two_windows_loses_nothing(complete, site) -> None:  # type: ignore[no-untyped-def]
    before = complete.facts
    page = text(
        site("enterprise").post(
            f"/grading/application/{complete.pk}/draft/", {"draft": "0"}, follow=True
        )
    )
    assert "C023" in page
    complete.refresh_from_db()
    assert complete.facts == before


def test_a_wrong_value_is_told_and_keeps_the_application_back(complete, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.grading.assess import assess

    key = next(k for k, v in complete.facts.items() if v.get("unit") == "mg/m³")
    facts = {**complete.facts, key: {"value": "约 5", "unit": "mg/m³"}}
    saved = actions.save_draft(person("enterprise"), complete, draft=None, facts=facts, energy={})
    assert "G004" in assess(saved).of("problem")[0].zh
    with pytest.raises(LantianError, match="C006"):
        actions.submit(person("enterprise"), saved, expect=0)


def test_the_filled_workbook_brings_the_same_facts(own, site, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from lantian.adapters.excel.form import write_form
    from lantian.jobs.grading.form import SHEETS
    from lantian.office.grading.assess import table_of

    facts, _ = facts_of("水泥", "水泥制品", "leading", 7)
    table = table_of(own)
    rows = [{"firm_id": "1", "fact": table.facts[k].name_zh, "value": v["value"], "unit": v["unit"]}
            for k, v in facts.items()]  # fmt: skip
    rows.append({"firm_id": "1", "fact": "没有这个事实", "value": "1"})
    firm = {"firm_id": "1", "name": own.firm_name, "industry": "水泥", "subtype": "水泥制品"}
    path = tmp_path / "申报表.xlsx"
    write_form(path, "申报", SHEETS, {"firm": [firm], "fact": rows})
    upload = SimpleUploadedFile("申报表.xlsx", path.read_bytes())
    page = text(
        site("enterprise").post(
            f"/grading/application/{own.pk}/workbook/", {"file": upload}, follow=True
        )
    )
    assert f"读入 {len(facts)} 项事实" in page
    assert "G003" in page  # the strange row is told, not dropped in silence
    own.refresh_from_db()
    assert {k: v["value"] for k, v in own.facts.items()} == {
        k: v["value"] for k, v in facts.items()
    }


def test_a_workbook_of_another_firm_or_no_workbook_changes_nothing(own, site, tmp_path) -> None:  # type: ignore[no-untyped-def]
    from lantian.adapters.excel.form import write_form
    from lantian.jobs.grading.form import SHEETS

    path = tmp_path / "别家.xlsx"
    firm = {"firm_id": "别家", "name": "别家", "industry": "水泥", "subtype": "水泥制品"}
    write_form(
        path,
        "申报",
        SHEETS,
        {"firm": [firm], "fact": [{"firm_id": "别家", "fact": "x", "value": "1"}]},
    )
    address, client = f"/grading/application/{own.pk}/workbook/", site("enterprise")
    for content, code in (
        (path.read_bytes(), "G025"),
        (b"no workbook", "C016"),
        (b"PK\x03\x04 broken", "X0"),
    ):
        page = text(
            client.post(address, {"file": SimpleUploadedFile("a.xlsx", content)}, follow=True)
        )
        assert code in page
    assert "请选择文件" in text(client.post(address, follow=True))
    own.refresh_from_db()
    assert own.facts == {}


def test_the_empty_workbook_can_be_had(own, site) -> None:  # type: ignore[no-untyped-def]
    sent = site("enterprise").get(f"/grading/application/{own.pk}/template.xlsx")
    assert sent.content.startswith(b"PK")


def test_one_application_at_a_time_and_only_for_a_grade_of_the_table(own, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.people.models import User

    firm = person("enterprise")
    for industry, subtype, wants, code in (
        ("cement", "水泥制品", "leading", "C024"), ("cement", "水泥熟料", "D", "C020"),
        ("cement", "没有", "A", "C021"), ("nothing", "", "A", "C021"),
    ):  # fmt: skip
        with pytest.raises(LantianError, match=code):
            actions.begin(firm, industry, subtype, wants)
    nobody = User.objects.create_user("nobody", role="enterprise")
    with pytest.raises(LantianError, match="C022"):
        actions.begin(nobody, "coking", "", "B")
    page = site("enterprise").post("/grading/new/", {"what": "x|y|z"}, follow=True)
    assert "C021" in text(page)


# --- reviews -----------------------------------------------------------------------------------


def test_from_the_draft_to_the_grade_on_the_firm_s_page(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.ledger import find_breaks
    from lantian.office.audit.models import EventAbout
    from lantian.office.grading import batch_actions as batches

    batch = to_notice(complete, person)
    page = text(site().get(f"/public/grading/{batch.pk}/"))
    assert complete.firm_name in page
    assert "引领性" in page
    sent = site().post(f"/public/grading/{batch.pk}/object/", {"application": complete.pk, "name": "某某",
                       "contact": "139",
                       "text": "堆场没有密闭"}, follow=True)  # fmt: skip
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
    award = complete.award
    assert (award.grade, award.ended_at, award.document) == ("leading", None, "测试批次")
    firm_page = text(site("air").get(f"/firms/firm/{complete.firm_id}/"))
    assert "评级结果" in firm_page
    assert "测试批次" in firm_page
    assert "待新版清单更新" in firm_page
    kinds = set(
        EventAbout.objects.filter(subject=f"application:{complete.pk}").values_list(
            "event__what", flat=True
        )
    )
    assert kinds == {f"grading.{k}" for k in ("opened", "saved", "submitted", "reviewed", "site_checked", "opinion",
                     "meeting", "reported", "published", "objected", "answered", "effective")}  # fmt: skip
    assert find_breaks() == []


def test_the_notice_cannot_end_before_its_time(complete, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.models import Award

    batch = to_notice(complete, person)
    with pytest.raises(
        LantianError, match=r"C008|C015"
    ):  # C015 where next year's holidays are not known yet
        batches.take_effect(person("air"), batch)
    assert not Award.objects.filter(application=complete).exists()
    batch.refresh_from_db()
    assert batch.effective_at is None


def test_a_later_grade_ends_the_one_before_and_none_is_deleted(complete, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.models import Award

    old = Award.objects.create(firm_id=complete.firm_id, firm_name="x", industry="cement", industry_zh="水泥",
                               grade="non_leading", by="x", at=timezone.now() - timedelta(days=400))  # fmt: skip
    batch = to_notice(complete, person)
    pass_time(15)
    batches.take_effect(person("air"), batch)
    old.refresh_from_db()
    assert old.ended_at is not None
    assert str(complete.pk) in old.ended_why
    assert Award.objects.filter(firm_id=complete.firm_id, ended_at=None).count() == 1


@pytest.mark.parametrize("stage", ["county-return", "city-return", "site-return", "meeting-return"])
def test_every_stage_can_return_it_with_a_reason_and_the_firm_hands_in_again(
    stage, complete, person
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.vault import store
    from lantian.office.grading import actions

    steps = [("county", "district"), ("city", "air"), ("site", "inspector"), ("meeting", "air")]
    actions.submit(person("enterprise"), complete, expect=0)
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
                person(role), complete, key, expect=version, papers=more, reason=reason
            )
        call = {"county": actions.county, "city": actions.city, "meeting": actions.meeting}[kind]
        return call(person(role), complete, key, expect=version, reason=reason)

    for kind, _ in steps:
        if stage.startswith(kind):
            break
        run(kind, f"{kind}-pass")
        version += 1
    with pytest.raises(LantianError, match="C005"):
        run(kind, stage)
    run(kind, stage, "照片看不清")
    complete.case.refresh_from_db()
    assert complete.case.state == "returned"
    actions.submit(person("enterprise"), complete, expect=version + 1)
    complete.case.refresh_from_db()
    assert complete.case.state == "submitted"


@pytest.mark.parametrize(
    "role", ["enterprise", "inspector", "expert", "leader", "soil", "auditor", "operator"]
)
def test_nobody_takes_another_s_step(role, complete, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.process.models import Step

    actions.submit(person("enterprise"), complete, expect=0)
    before = Step.objects.count()
    for call, key in ((actions.county, "county-pass"), (actions.city, "city-pass")):
        with pytest.raises(PermissionDenied):
            call(person(role), complete, key, expect=1)
    assert Step.objects.count() == before


def test_one_permission_opens_its_own_stage_only(complete, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    to_meeting(complete, person)
    with pytest.raises(LantianError, match="C001"):
        actions.city(person("air"), complete, "meeting-pass", expect=4)


def test_the_officer_of_another_district_sees_and_does_nothing(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.people.models import User

    actions.submit(person("enterprise"), complete, expect=0)
    address = f"/grading/application/{complete.pk}/"
    assert site("district").get(address).status_code == 200
    other = person("district")
    User.objects.filter(pk=other.pk).update(district="另一区")
    other.refresh_from_db()
    assert site("district").get(address).status_code == 404
    assert complete.firm_name not in text(site("district").get("/grading/"))
    with pytest.raises(LantianError, match="C032"):
        actions.county(other, complete, "county-pass", expect=1)


def test_a_firm_sees_its_own_only_and_a_draft_is_nobody_else_s(complete, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Application

    theirs = Application.objects.exclude(firm_id=complete.firm_id).first()
    client = site("enterprise")
    for path in ("", "draft/", "template.xlsx", "document/1/"):
        assert client.get(f"/grading/application/{theirs.pk}/{path}").status_code == 404
    assert (
        client.post(f"/grading/application/{theirs.pk}/step/", {"step": "withdraw"}).status_code
        == 404
    )
    assert (
        site("air").get(f"/grading/application/{complete.pk}/").status_code == 404
    )  # still a draft


def test_each_expert_speaks_once_and_side_by_side(complete, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.people.models import User

    to_meeting(complete, person)
    second = User.objects.create_user("expert-2", role="expert")
    third = User.objects.create_user("expert-3", role="expert")
    actions.opine(person("expert"), complete, expect=4, agrees=False, text="无组织排放证据不足")
    with pytest.raises(LantianError, match=r"C013|C006"):
        actions.opine(person("expert"), complete, expect=4, agrees=True, text="再说一次")
    with pytest.raises(LantianError, match="C006"):
        actions.opine(person("expert"), complete, expect=5, agrees=True, text="再说一次")
    with pytest.raises(LantianError, match="C033"):
        actions.opine(second, complete, expect=4, agrees=True, text=" ")
    actions.opine(
        second, complete, expect=4, agrees=True, text="同意"
    )  # made before the first spoke
    with pytest.raises(LantianError, match="C006"):  # one of two is no majority
        actions.meeting(person("air"), complete, "meeting-pass", expect=6)
    actions.opine(third, complete, expect=4, agrees=True, text="同意")
    actions.meeting(person("air"), complete, "meeting-pass", expect=7)
    complete.refresh_from_db()
    assert (complete.granted, complete.opinions.count()) == ("leading", 3)


def test_a_grade_better_than_asked_or_refuted_is_not_given(complete, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions
    from lantian.office.grading.models import Application

    to_meeting(complete, person)
    actions.opine(person("expert"), complete, expect=4, agrees=True, text="同意")
    with pytest.raises(LantianError, match="C031"):
        actions.meeting(person("air"), complete, "meeting-pass", expect=5, grade="A+")
    key = next(k for k, v in complete.facts.items() if v["value"] == "是")
    Application.objects.filter(pk=complete.pk).update(
        facts={**complete.facts, key: {"value": "否"}}
    )
    with pytest.raises(LantianError, match="C006"):
        actions.meeting(person("air"), complete, "meeting-pass", expect=5)


# --- two at once, forms sent twice -------------------------------------------------------------


def test_two_officers_at_the_same_step(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    actions.submit(person("enterprise"), complete, expect=0)
    address = f"/grading/application/{complete.pk}/step/"
    first = site("district").post(address, {"step": "county-pass", "version": "1"}, follow=True)
    assert "已办理：县区初审通过" in text(first)
    second = site("district").post(
        address, {"step": "county-return", "version": "1", "reason": "缺材料"}, follow=True
    )
    assert "C012" in text(second)
    assert "demo-district" in text(second)
    complete.case.refresh_from_db()
    assert complete.case.state == "city_review"


def test_a_double_click_and_the_back_button_have_one_effect(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.audit.models import Event

    client, address = site("enterprise"), f"/grading/application/{complete.pk}/step/"
    for _ in range(3):
        page = text(client.post(address, {"step": "submit", "version": "0"}, follow=True))
    assert "重复提交没有再次生效" in page
    assert complete.case.steps.count() == 1
    assert (
        Event.objects.filter(
            what="grading.submitted", event__contains=f'"application":{complete.pk},'
        ).count()
        == 1
    )


@pytest.mark.parametrize("version", ["", "-1", "abc", "99999999999", "7"])
def test_a_form_made_by_hand_changes_nothing(version, complete, site) -> None:  # type: ignore[no-untyped-def]
    page = site("enterprise").post(
        f"/grading/application/{complete.pk}/step/",
        {"step": "submit", "version": version},
        follow=True,
    )
    assert page.status_code == 200
    complete.case.refresh_from_db()
    assert complete.case.state == "draft"


# --- batches and the public --------------------------------------------------------------------


def test_a_batch_holds_only_what_is_ready(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading.models import Batch

    before = Batch.objects.count()
    ready = to_ready(complete, person)
    client = site("air")
    for chosen in ([], ["999999:1"], ["x:y"], [f"{ready.pk}:{ready.case.version}", "2:1"]):
        page = text(
            client.post("/grading/batches/report/", {"chosen": chosen, "name": "批"}, follow=True)
        )
        assert "C026" in page or "C002" in page
    assert Batch.objects.count() == before
    chosen = [f"{ready.pk}:{ready.case.version}"]
    page = text(
        client.post("/grading/batches/report/", {"chosen": chosen, "name": "第三批"}, follow=True)
    )
    assert "已列入批次上报" in page
    made = Batch.objects.first()
    assert client.get(f"/grading/batches/{made.pk}/document.pdf").getvalue().startswith(b"%PDF")
    assert client.get(f"/grading/batches/{made.pk}/document.docx").getvalue().startswith(b"PK")
    assert client.get(f"/grading/batches/{made.pk}/document.exe").status_code == 404
    assert site().get(f"/public/grading/{made.pk}/").status_code == 404  # not published yet
    again = text(
        client.post("/grading/batches/report/", {"chosen": chosen, "name": "第三批"}, follow=True)
    )
    assert "C026" in again


def test_a_withdrawn_batch_stays_visible_and_its_firms_wait_for_another(
    complete, person, site
) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches

    batch = to_notice(complete, person)
    with pytest.raises(LantianError, match="C005"):
        batches.withdraw_batch(person("air"), batch, " ")
    batches.withdraw_batch(person("air"), batch, "名单有误")
    complete.refresh_from_db()
    assert complete.batch is None
    assert complete.case.state == "ready"
    page = text(site().get(f"/public/grading/{batch.pk}/"))
    assert "名单有误" in page
    assert complete.firm_name in page
    assert "提出异议" not in page
    for call in (batches.take_effect, batches.publish):
        with pytest.raises(LantianError, match="C027"):
            call(person("air"), batch)
    with pytest.raises(LantianError, match="C028"):
        batches.object_publicly(batch, complete.pk, name="a", contact="b", text="c")


@pytest.mark.parametrize(("outcome", "state"), [("return", "returned"), ("refuse", "refused")])
def test_an_upheld_objection_takes_the_firm_out(outcome, state, complete, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches
    from lantian.office.grading.models import Award

    batch = to_notice(complete, person)
    made = batches.object_publicly(batch, complete.pk, name="某", contact="1", text="有据")
    with pytest.raises(LantianError, match="C005"):
        batches.answer(person("air"), made, expect=0, outcome=outcome, text="")
    with pytest.raises(LantianError, match="C001"):
        batches.answer(person("air"), made, expect=0, outcome="nonsense", text="x")
    batches.answer(person("air"), made, expect=0, outcome=outcome, text="属实")
    complete.refresh_from_db()
    assert complete.case.state == state
    with pytest.raises(LantianError, match="C013"):
        batches.answer(person("air"), made, expect=0, outcome=outcome, text="属实")
    assert not Award.objects.filter(application=complete).exists()


def test_an_objection_needs_its_parts_and_an_address_may_not_flood(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    from django.core.cache import caches

    from lantian.office.grading.public_pages import MOST_A_MINUTE

    batch = to_notice(complete, person)
    client, address = site(), f"/public/grading/{batch.pk}/object/"
    for lacking in (
        {},
        {"application": "x"},
        {"application": complete.pk, "name": "某", "contact": "1"},
    ):
        page = text(client.post(address, lacking, follow=True))
        assert "C029" in page
    caches["rates"].clear()
    full = {
        "application": complete.pk,
        "name": "某",
        "contact": "1",
        "text": "<script>alert(1)</script>",
    }
    for _ in range(MOST_A_MINUTE):
        assert "异议已收到" in text(client.post(address, full, follow=True))
    assert "C030" in text(client.post(address, full, follow=True))
    assert batch.objections.count() == MOST_A_MINUTE
    assert "<script>alert" not in text(site("air").get(f"/grading/batches/{batch.pk}/"))
    assert "某 1" not in text(
        site("auditor").get(f"/grading/batches/{batch.pk}/")
    )  # the person is the officer's only


def test_only_the_officer_answers_and_publishes(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import batch_actions as batches

    batch = to_notice(complete, person)
    made = batches.object_publicly(batch, complete.pk, name="某", contact="1", text="x")
    for role in ("leader", "enterprise", "district", "expert"):
        with pytest.raises(PermissionDenied):
            batches.answer(person(role), made, expect=0, outcome="reject", text="x")
        with pytest.raises(PermissionDenied):
            batches.withdraw_batch(person(role), batch, "x")
    assert (
        site("leader").post(f"/grading/batches/{batch.pk}/step/", {"step": "publish"}).status_code
        == 403
    )
    assert (
        site("air").post(f"/grading/batches/{batch.pk}/step/", {"step": "nothing"}).status_code
        == 404
    )


# --- what waits --------------------------------------------------------------------------------


def test_today_says_what_waits_for_whom(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.grading import actions

    title = complete.case.title
    assert title in text(site("enterprise").get("/today/"))
    actions.submit(person("enterprise"), complete, expect=0)
    for role, waits in (
        ("enterprise", False),
        ("district", True),
        ("air", False),
        ("inspector", False),
    ):
        assert (title in text(site(role).get("/today/"))) is waits, role
    actions.county(person("district"), complete, "county-pass", expect=1)
    assert title in text(site("air").get("/today/"))
    assert title not in text(site("district").get("/today/"))


def test_a_notice_that_runs_is_nobody_s_task_until_it_has_passed(complete, person, site) -> None:  # type: ignore[no-untyped-def]
    to_notice(complete, person)
    assert complete.case.title not in text(site("air").get("/today/"))
    pass_time(15)
    assert complete.case.title in text(site("air").get("/today/"))


def test_files_are_sent_as_what_they_are_and_only_to_who_may_see_them(
    complete, person, site
) -> None:  # type: ignore[no-untyped-def]
    to_meeting(complete, person)
    one = complete.documents.first()
    sent = site("expert").get(f"/grading/application/{complete.pk}/document/{one.pk}/")
    assert (sent["Content-Type"], sent["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    protocol = complete.case.steps.get(transition="site-pass").evidence["protocol"][0]
    base = f"/grading/application/{complete.pk}/step"
    assert site("expert").get(f"{base}/4/{protocol}/").status_code == 200
    assert site("expert").get(f"{base}/3/{protocol}/").status_code == 404
    assert site("expert").get(f"{base}/4/{'0' * 64}/").status_code == 404
    assert site().get(f"/grading/application/{complete.pk}/document/{one.pk}/").status_code == 302
