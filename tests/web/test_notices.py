"""Notices of enforcement: four eyes, frozen content, withdrawal, tables, tasks (issue 4, 2.8; oversight 3.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

PDF = b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"
FORM = {
    "number": "测试罚〔2026〕9号", "kind": "penalty", "party_kind": "person", "party": "钱小多", "credit_code": "",
    "representative": "", "firm_id": "", "district": "示例区",
    "facts": "钱小多与孙大伟露天焚烧，电话13912345678。", "basis": "某条", "result": "罚款五百元",
    "body": "示例市生态环境局", "persons": "孙大伟",
}  # fmt: skip


def today():  # type: ignore[no-untyped-def]
    return timezone.localdate()


def form(**changed: str) -> dict[str, object]:
    return FORM | {"decided_on": (today() - timedelta(days=1)).isoformat()} | changed


def prepared(site, **changed: str):  # type: ignore[no-untyped-def]
    from lantian.office.publicity.models import Notice

    answer = site("enforcement").post("/publicity/new/", form(**changed), follow=True)
    assert answer.status_code == 200
    return Notice.objects.order_by("-pk").first()


def take(site, role: str, notice, step: str, **values: str) -> str:  # type: ignore[no-untyped-def]
    notice.refresh_from_db()
    sent = {"version": str(notice.version)} | values
    answer = site(role).post(f"/publicity/{notice.pk}/{step}/", sent, follow=True)
    notice.refresh_from_db()
    return answer.content.decode()


@pytest.fixture
def published(site):  # type: ignore[no-untyped-def]
    notice = prepared(site)
    assert "已公示" in take(site, "leader", notice, "publish", masked="on")
    return notice


def kinds() -> list[str]:
    from lantian.office.audit.models import Event

    return list(Event.objects.order_by("number").values_list("what", flat=True))


def test_what_is_prepared_is_published_by_somebody_else(site, person) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.models import User

    notice = prepared(site)
    assert (notice.state, notice.prepared_by) == ("draft", "demo-enforcement")
    assert "编制人不能审核自己的公示" in take(site, "enforcement", notice, "publish", masked="on")
    assert notice.state == "draft"
    # A second officer who changes it has touched it: he may not approve it either.
    User.objects.create_user("second", password="x", role="enforcement")
    from django.test import Client

    second = Client()
    second.force_login(
        User.objects.get(username="second"), backend="django.contrib.auth.backends.ModelBackend"
    )
    second.post(f"/publicity/{notice.pk}/edit/", form(version="1", result="罚款八百元"))
    notice.refresh_from_db()
    assert (notice.version, notice.touched_by, notice.result) == (2, "second", "罚款八百元")
    answer = second.post(
        f"/publicity/{notice.pk}/publish/", {"version": "2", "masked": "on"}, follow=True
    )
    assert "编制人不能审核自己的公示" in answer.content.decode()
    assert "已公示" in take(site, "leader", notice, "publish", masked="on")
    assert kinds()[-3:] == ["notice.prepared", "notice.changed", "notice.published"]


def test_personal_data_are_masked_in_everything_public(site, published) -> None:  # type: ignore[no-untyped-def]
    assert published.shown["party"] == "钱某某"
    assert published.shown["facts"] == "钱某某与孙某某露天焚烧，电话（隐去）。"
    client = site()
    addresses = (f"/public/notices/{published.pk}/", "/public/notices/", "/public/feed.atom", "/public/",
                 "/public/data/notices.csv", "/public/data/notices.json")  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert "钱某某" in text, address
        for secret in ("钱小多", "孙大伟", "13912345678"):
            assert secret not in text, (address, secret)
    assert (
        "测试罚" not in client.get("/public/notices/?q=钱小多").content.decode().split("<tbody>")[1]
    )
    assert "测试罚" in client.get("/public/notices/?q=钱某某").content.decode()


def test_the_approver_says_that_he_looked_at_the_masks(site) -> None:  # type: ignore[no-untyped-def]
    notice = prepared(site)
    page = site("leader").get(f"/publicity/{notice.pk}/").content.decode()
    for piece in ("钱某某", "姓名", "电话", "将公开", "7 个工作日", "二手来源", "待核实"):
        assert piece in page, piece
    assert "勾选确认" in take(site, "leader", notice, "publish")
    assert notice.state == "draft"


def test_a_page_that_is_no_longer_true_is_told(site) -> None:  # type: ignore[no-untyped-def]
    notice = prepared(site)
    site("enforcement").post(
        f"/publicity/{notice.pk}/edit/", form(version="1", result="罚款八百元")
    )
    stale = site("leader").post(
        f"/publicity/{notice.pk}/publish/", {"version": "1", "masked": "on"}, follow=True
    )
    assert "打开页面后这份公示已被修改" in stale.content.decode()
    late = site("enforcement").post(
        f"/publicity/{notice.pk}/edit/", form(version="1", result="别的"), follow=True
    )
    assert "打开页面后这份公示已被修改" in late.content.decode()
    for wrong in ("", "x", "99999999999"):
        answer = site("leader").post(
            f"/publicity/{notice.pk}/publish/", {"version": wrong, "masked": "on"}, follow=True
        )
        assert "已被修改" in answer.content.decode()
    notice.refresh_from_db()
    assert (notice.state, notice.result) == ("draft", "罚款八百元")


def test_returned_changed_and_approved(site) -> None:  # type: ignore[no-untyped-def]
    notice = prepared(site)
    assert "请写明理由" in take(site, "leader", notice, "return", why="  ")
    assert "已退回" in take(site, "leader", notice, "return", why="缺依据")
    assert "不能再做这一步" in take(site, "leader", notice, "publish", masked="on")
    assert "缺依据" in site("enforcement").get(f"/publicity/{notice.pk}/").content.decode()
    assert "公示被退回" in site("enforcement").get("/today/").content.decode()
    site("enforcement").post(
        f"/publicity/{notice.pk}/edit/", form(version=str(notice.version), basis="某法某条")
    )
    notice.refresh_from_db()
    assert notice.state == "draft"
    assert "已公示" in take(site, "leader", notice, "publish", masked="on")
    assert "不能再做这一步" in take(site, "enforcement", notice, "drop", why="不要了")


def test_a_decision_is_not_published_with_a_reason_and_may_come_again(site) -> None:  # type: ignore[no-untyped-def]
    notice = prepared(site)
    assert "请写明理由" in take(site, "enforcement", notice, "drop", why="")
    assert "不公示" in take(site, "enforcement", notice, "drop", why="涉及国家秘密")
    again = prepared(site)
    assert again.pk != notice.pk
    assert site().get(f"/public/notices/{notice.pk}/").status_code == 404


def test_one_decision_is_prepared_once(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.publicity.models import Notice

    prepared(site)
    again = site("enforcement").post("/publicity/new/", form())
    assert "已经登记" in again.content.decode()
    assert "露天焚烧" in again.content.decode()  # what was written is not lost
    assert Notice.objects.filter(number=FORM["number"]).count() == 1


def test_a_withdrawn_notice_says_when_and_why_and_nothing_else(site, published) -> None:  # type: ignore[no-untyped-def]
    assert "请选择撤回原因" in take(site, "leader", published, "withdraw", reason="whim", why="x")
    assert "请填写决定被变更" in take(
        site, "leader", published, "withdraw", reason="revoked", why="复议撤销"
    )
    ahead = (today() + timedelta(days=1)).isoformat()
    assert "今天以前" in take(
        site, "leader", published, "withdraw", reason="revoked", why="x", fell_on=ahead
    )
    assert "不是日期" in take(
        site, "leader", published, "withdraw", reason="revoked", why="x", fell_on="昨天"
    )
    assert "请写明理由" in take(site, "leader", published, "withdraw", reason="period", why=" ")
    assert published.state == "published"
    fell = today().isoformat()
    page = take(
        site, "leader", published, "withdraw", reason="revoked", why="复议撤销", fell_on=fell
    )
    assert "已撤回" in page
    assert (today() + timedelta(days=3)).isoformat() in page  # Art. 48: three days
    answer = site().get(f"/public/notices/{published.pk}/")
    assert answer.status_code == 410
    text = answer.content.decode()
    assert "决定被撤销" in text
    assert "复议撤销" in text
    assert timezone.localtime(published.withdrawn_at).strftime("%Y-%m-%d %H:%M") in text
    for piece in ("钱某某", FORM["number"], "罚款五百元"):
        assert piece not in text
    assert "不能再做这一步" in take(
        site, "leader", published, "withdraw", reason="period", why="再撤"
    )
    assert kinds().count("notice.withdrawn") == 2  # one of the demonstration


def test_every_role_does_only_its_own_steps(site, person, published) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.people.roles import Role
    from lantian.office.publicity import actions

    notice = prepared(site, number="测试罚10号")
    before = (kinds(), notice.state)
    for role in Role:
        user = person(role.value)
        if role not in (Role.LEADER, Role.ENFORCEMENT):
            with pytest.raises(PermissionDenied):
                actions.publish(user, notice, notice.version, masked_seen=True)
            with pytest.raises(PermissionDenied):
                actions.withdraw(user, published, published.version, "period", "x")
        if role is not Role.ENFORCEMENT:
            with pytest.raises(PermissionDenied):
                actions.drop(user, notice, notice.version, "x")
    assert (
        site("water")
        .post(f"/publicity/{notice.pk}/publish/", {"version": "1", "masked": "on"})
        .status_code
        == 403
    )
    assert site("leader").post("/publicity/new/", form()).status_code == 403
    assert site("leader").post(f"/publicity/{notice.pk}/paint/").status_code == 404
    notice.refresh_from_db()
    assert (kinds(), notice.state) == before


def test_a_district_sees_its_own_notices(site) -> None:  # type: ignore[no-untyped-def]
    own, other = prepared(site, number="本区1号"), prepared(site, number="外区1号", district="外区")
    page = site("district").get("/publicity/?state=draft").content.decode()
    assert own.number in page
    assert other.number not in page
    assert site("district").get(f"/publicity/{other.pk}/").status_code == 404
    assert site("district").get(f"/publicity/{other.pk}/file/").status_code == 404


def test_attachments_are_pdf_or_word_and_kept_under_their_hash(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.office.publicity.models import Notice

    bad = SimpleUploadedFile("决定书.exe", b"MZ nothing")
    answer = site("enforcement").post("/publicity/new/", form() | {"file": bad})
    assert "U013" in answer.content.decode()
    assert not Notice.objects.filter(number=FORM["number"]).exists()
    site("enforcement").post(
        "/publicity/new/", form() | {"file": SimpleUploadedFile("决定书.pdf", PDF)}
    )
    notice = Notice.objects.get(number=FORM["number"])
    assert site().get(f"/public/notices/{notice.pk}/file/").status_code == 404
    take(site, "leader", notice, "publish", masked="on")
    sent = site().get(f"/public/notices/{notice.pk}/file/")
    assert b"".join(sent.streaming_content) == PDF
    assert sent["Content-Type"] == "application/pdf"
    assert notice.file.hash in site().get(f"/public/notices/{notice.pk}/").content.decode()
    take(site, "leader", notice, "withdraw", reason="mistake", why="附件有误")
    assert site().get(f"/public/notices/{notice.pk}/file/").status_code == 410


def test_the_form_says_what_is_wrong_field_by_field(site) -> None:  # type: ignore[no-untyped-def]
    ahead = (today() + timedelta(days=2)).isoformat()
    page = (
        site("enforcement")
        .post("/publicity/new/", form(facts="", decided_on=ahead, party=""))
        .content.decode()
    )
    for piece in ("U003", "违法事实", "相对人名称", "U009", "罚款五百元"):
        assert piece in page, piece


def test_a_table_is_taken_in_with_its_problems_and_again_without_doubles(site) -> None:  # type: ignore[no-untyped-def]
    from lantian.jobs.publicity.fields import FIELDS
    from lantian.office.publicity.models import Notice
    from lantian.office.registry.models import Firm

    firm = Firm.objects.filter(edition=2).order_by("firm_id").first()
    head = ",".join(f.names[0] for f in FIELDS.values())
    day = (today() - timedelta(days=1)).isoformat()
    rows = [
        f"表1号,行政处罚,法人,{firm.name},{firm.credit_code},,,示例区,事实,依据,罚款,示例局,{day},",
        f"表2号,行政处罚,法人,某厂,,,没有的企业,示例区,事实,依据,罚款,示例局,{day},",
        f"表3号,行政处罚,法人,某厂,,,,示例区,,依据,罚款,示例局,{day},",
    ]
    content = ("\n".join([head, *rows]) + "\n").encode("gb18030")

    def send() -> str:
        file = SimpleUploadedFile("公示.csv", content, "text/csv")
        return site("enforcement").post("/publicity/import/", {"file": file}).content.decode()

    page = send()
    assert "I4" in page  # the empty cell of the third row
    assert "U003" in page
    assert "U011" in page
    found = {n.number: n for n in Notice.objects.filter(number__startswith="表")}
    assert sorted(found) == ["表1号", "表2号"]
    assert found["表1号"].firm_id == firm.firm_id  # found by its credit code
    assert found["表2号"].firm_id == ""
    assert send().count("U008") == 2
    assert Notice.objects.filter(number__startswith="表").count() == 2
    answer = site("enforcement").post("/publicity/import/", follow=True)
    assert "请选择文件" in answer.content.decode()
    broken = SimpleUploadedFile("x.csv", b"a,b\n1,2\n")
    answer = site("enforcement").post("/publicity/import/", {"file": broken}, follow=True)
    assert "U002" in answer.content.decode()
    template = site("enforcement").get("/publicity/template.csv").content.decode("utf-8-sig")
    assert template.strip() == head


def test_clocks_are_shown_and_are_tasks_late_ones_first(site) -> None:  # type: ignore[no-untyped-def]
    late = (today() - timedelta(days=20)).isoformat()
    prepared(site, number="晚1号", decided_on=late)
    page = site("leader").get("/today/").content.decode().split("地块时限")[0]
    assert "晚1号：公示待审核发布，应于" in page
    assert "逾期" in page
    assert (
        "晚1号" not in site("enforcement").get("/today/").content.decode()
    )  # his own waits for somebody else
    assert "逾期" in site("auditor").get("/publicity/?q=晚1号").content.decode()


def test_a_year_without_its_holidays_is_told_not_guessed(site) -> None:  # type: ignore[no-untyped-def]
    from datetime import date

    from lantian.office.publicity.figures import clock_of
    from lantian.office.publicity.models import Notice

    notice = Notice.objects.first()
    notice.decided_on = date(2031, 3, 3)
    clock = clock_of(notice)
    assert (clock.due, clock.kind) == (None, "none")
    assert "2031" in clock.why_zh


def test_the_firm_s_page_and_timeline_show_its_notices(site) -> None:  # type: ignore[no-untyped-def]
    firm = "虚构-00001"
    notice = prepared(site, party_kind="firm", party="示例公司", firm_id=firm, number="企业1号")
    page = site("enterprise").get(f"/firms/firm/{firm}/").content.decode()
    assert "企业1号" not in page  # a draft is nobody's business
    assert site().get(f"/public/firms/firm/{firm}/").content.decode().count("企业1号") == 0
    take(site, "leader", notice, "publish", masked="on")
    page = site("enterprise").get(f"/firms/firm/{firm}/").content.decode()
    assert "企业1号" in page
    assert f"/public/notices/{notice.pk}/" in page
    assert "发布执法公示" in page
    assert "企业1号" in site().get(f"/public/firms/firm/{firm}/").content.decode()
    take(site, "leader", notice, "withdraw", reason="mistake", why="有误")
    assert "企业1号" not in site("enterprise").get(f"/firms/firm/{firm}/").content.decode()
    assert "已撤回" in site("air").get(f"/firms/firm/{firm}/").content.decode()
